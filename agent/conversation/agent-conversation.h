/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/access/agent-link.h"
#include "agent/models/agent-model.h"

/* The session's conversation: one turn at a time, from chat.user to done, refused or failed.
 *
 *   STARTING  agent.ready is sent              → READY (agent.start), ENDED (refused, lost)
 *   READY     nothing to do                    → WORKING (chat.user), ENDED (lost)
 *   WORKING   the model answers                → READY (the turn's end), STOPPING, ENDED (lost)
 *   STOPPING  the person wants no more of it   → READY (the turn's end), ENDED (lost)
 *   ENDED     the link is gone
 *
 * What the person writes while WORKING waits, at most AGENT_CONVERSATION_WAITING_MAX messages. */

typedef enum {
  AGENT_CONVERSATION_STARTING,
  AGENT_CONVERSATION_READY,
  AGENT_CONVERSATION_WORKING,
  AGENT_CONVERSATION_STOPPING,
  AGENT_CONVERSATION_ENDED,
  AGENT_CONVERSATION_STATES,
} AgentConversationState;

typedef enum {
  AGENT_CONVERSATION_STARTED,  /* agent.start came */
  AGENT_CONVERSATION_USER,     /* chat.user came */
  AGENT_CONVERSATION_STOP,     /* chat.stop came */
  AGENT_CONVERSATION_FINISHED, /* the turn is over */
  AGENT_CONVERSATION_LOST,     /* the link ended, or never began */
  AGENT_CONVERSATION_EVENTS,
} AgentConversationEvent;

#define AGENT_CONVERSATION_WAITING_MAX 8u
#define AGENT_CONVERSATION_DESIGNATED_MAX 1024u

typedef struct _AgentConversation AgentConversation;

/* client is connected. agent.start says which model answers; one that cannot be asked says so in
 * every turn, and none takes its place. */
AgentConversation *agent_conversation_new (CardeaClient *client);
void agent_conversation_free (AgentConversation *conversation);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentConversation, agent_conversation_free)

/* Runs the default main context until the link ends. FALSE: the session never began. */
gboolean agent_conversation_run (AgentConversation *conversation, GError **error);

/* The state after event; the same state when the table has no such edge (it is then ignored). */
AgentConversationState agent_conversation_next (AgentConversationState state,
                                                AgentConversationEvent event,
                                                gboolean *ret_declared);
