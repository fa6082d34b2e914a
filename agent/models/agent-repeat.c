/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-repeat.h"

struct _AgentRepeat {
  GHashTable *calls; /* name and arguments → how often */
  guint refused;
};

AgentRepeat *
agent_repeat_new (void)
{
  AgentRepeat *repeat = g_new0 (AgentRepeat, 1);
  repeat->calls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return repeat;
}

void
agent_repeat_free (AgentRepeat *repeat)
{
  g_hash_table_unref (repeat->calls);
  g_free (repeat);
}

AgentRepeatVerdict
agent_repeat_judge (AgentRepeat *repeat, const AgentCall *call)
{
  g_autofree char *arguments = agent_call_write (call);
  char *key = g_strconcat (call->name, " ", arguments, NULL);
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (repeat->calls, key)) + 1;
  g_hash_table_insert (repeat->calls, key, GUINT_TO_POINTER (count));
  if (count <= AGENT_REPEAT_CALLS_MAX)
    return AGENT_REPEAT_RUN;
  repeat->refused++;
  return repeat->refused < AGENT_REPEAT_REFUSED_MAX ? AGENT_REPEAT_REFUSE : AGENT_REPEAT_END;
}

void
agent_repeat_forget (AgentRepeat *repeat)
{
  g_hash_table_remove_all (repeat->calls);
}
