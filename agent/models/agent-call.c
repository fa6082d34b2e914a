/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-call.h"

AgentCall *
agent_call_new (const char *id, const char *name, CardeaJson *arguments)
{
  AgentCall *call = g_new0 (AgentCall, 1);
  call->id = g_strdup (id);
  call->name = g_strdup (name);
  call->arguments = arguments;
  return call;
}

void
agent_call_free (AgentCall *call)
{
  g_free (call->id);
  g_free (call->name);
  g_clear_pointer (&call->arguments, cardea_json_unref);
  g_free (call);
}

char *
agent_call_write (const AgentCall *call)
{
  char *text = call->arguments != NULL ? cardea_json_write (call->arguments, NULL, NULL) : NULL;
  return text != NULL ? text : g_strdup ("{}");
}
