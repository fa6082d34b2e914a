/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/acp/agent-acp-message.h"

/* The pair of pipes to a foreign agent: JSON-RPC 2.0, a message a line.
 *
 * What comes waits in the order in which it came, until it is popped; when AGENT_ACP_PEER_WAITING
 * messages do, nothing more is read, and the agent waits. What it does not take is kept up to
 * AGENT_ACP_PEER_UNSENT bytes; then, as after a line that is too long or AGENT_ACP_PEER_BROKEN
 * lines that are no messages, the peer is closed. One thread, the default main context. */

#define AGENT_ACP_PEER_WAITING 64u
#define AGENT_ACP_PEER_UNSENT (16u * 1024u * 1024u) /* bytes */
#define AGENT_ACP_PEER_BROKEN 16u

typedef struct _AgentAcpPeer AgentAcpPeer;

/* Takes both descriptors: input says what the agent says, output is what it hears. */
AgentAcpPeer *agent_acp_peer_new (int input, int output);
void agent_acp_peer_free (AgentAcpPeer *peer);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentAcpPeer, agent_acp_peer_free)

/* The next message, the caller's; NULL: there is none now, see agent_acp_peer_is_open(). */
AgentAcpMessage *agent_acp_peer_pop (AgentAcpPeer *peer);
/* FALSE: no more will come. */
gboolean agent_acp_peer_is_open (const AgentAcpPeer *peer);

/* params and result are taken. Without effect when the peer is closed. */
gint64 agent_acp_peer_call (AgentAcpPeer *peer, const char *method, CardeaJson *params);
void agent_acp_peer_notify (AgentAcpPeer *peer, const char *method, CardeaJson *params);
void agent_acp_peer_reply (AgentAcpPeer *peer, const AgentAcpMessage *request, CardeaJson *result);
void agent_acp_peer_refuse (AgentAcpPeer *peer, const AgentAcpMessage *request,
                            AgentAcpErrorCode code, const char *reason);
