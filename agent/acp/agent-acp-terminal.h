/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/acp/agent-acp-private.h"

/* The terminal methods: programs that the agent has us run. Each runs in a sandbox of its own
 * beside the agent's, with less than the agent has: what was shared with both, no network, no
 * input, and none of the agent's home. Names are ours, and good until they are released. */

#define AGENT_ACP_TERMINALS_MAX 16u  /* that are not released */
#define AGENT_ACP_TERMINAL_WAITS 16u /* of one terminal/wait_for_exit */
#define AGENT_ACP_TERMINAL_ARGUMENTS 500u
#define AGENT_ACP_TERMINAL_VARIABLES 32u
#define AGENT_ACP_TERMINAL_OUTPUT (256u * 1024u) /* bytes, unless it wants another limit */

void agent_acp_terminal_create (AgentAcp *acp, const AgentAcpMessage *request);
void agent_acp_terminal_output (AgentAcp *acp, const AgentAcpMessage *request);
void agent_acp_terminal_wait (AgentAcp *acp, const AgentAcpMessage *request);
void agent_acp_terminal_kill (AgentAcp *acp, const AgentAcpMessage *request);
void agent_acp_terminal_release (AgentAcp *acp, const AgentAcpMessage *request);

GHashTable *agent_acp_terminals_new (void);
/* The person wants no more of it. */
void agent_acp_terminals_kill (AgentAcp *acp);
