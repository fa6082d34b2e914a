/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-protocol.h"

const AgentProtocol *
agent_protocol_find (const char *kind)
{
  const AgentProtocol *const protocols[]
      = { agent_openai_protocol (), agent_anthropic_protocol () };
  for (gsize i = 0; i < G_N_ELEMENTS (protocols); i++)
    if (g_strcmp0 (protocols[i]->kind, kind) == 0)
      return protocols[i];
  return NULL;
}
