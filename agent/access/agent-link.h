/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/content/agent-error.h"
#include "common/client/cardea-client.h"

/* The agent's side of its one channel: carries the session's capability and keeps it fresh, puts
 * the turn's trace id on every message, and turns what the guardian refuses into sentences.
 *
 * Trusts: the guardian, that it is one (mutual TLS); not that it answers well: every reply is
 * checked where it is used. Refuses: to go on without a capability. Known gap: a capability that
 * expired while the machine slept cannot be renewed; the person is told to start anew. */
typedef struct _AgentLink AgentLink;

#define AGENT_LINK_VERSION "0.1.0" /* of the agent, as it names itself */

/* What the guardian said last when it refused; for the end of a turn. */
typedef struct {
  char *code;
  char *policy;
  char *note;
  char *reason; /* the guardian's own words */
} AgentRefusal;

AgentLink *agent_link_new (CardeaClient *client);
void agent_link_free (AgentLink *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentLink, agent_link_free)

/* Says agent.ready and waits for agent.start, which the caller gets. */
CardeaMessage *agent_link_start (AgentLink *link, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The guardian's "capability.changed": what it brings takes the place of the one before. */
void agent_link_take_capability (AgentLink *link, const CardeaMessage *message);

/* session, trace and reason (shown to the person when it is asked) go with everything from now on;
 * each may be NULL. Forgets the last refusal. */
void agent_link_begin_turn (AgentLink *link, const char *session, const char *trace,
                            const char *reason);
const char *agent_link_reason (const AgentLink *link);
/* A step's own reason, from now on; NULL: the turn's again. */
void agent_link_set_reason (AgentLink *link, const char *reason);
const AgentRefusal *agent_link_refusal (const AgentLink *link); /* NULL: none in this turn */
/* Before the next tool, so that a refusal is not taken for that tool's. */
void agent_link_forget_refusal (AgentLink *link);

/* What is done to a file of which a part was read already. */
#define AGENT_LINK_GO_ON "go on reading"

/* Asks for an action and waits, while the main context runs. doing and object make the sentence of
 * a refusal: "read", "bank.csv". The reply is the caller's; it has the wanted name. Errors are
 * AGENT_ERROR, or G_IO_ERROR_CANCELLED. */
CardeaMessage *agent_link_act (AgentLink *link, CardeaMessage *request, const char *wanted,
                               const char *doing, const char *object, GCancellable *cancellable,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same of what no capability is needed for. */
CardeaMessage *agent_link_ask (AgentLink *link, CardeaMessage *request, const char *wanted,
                               const char *doing, const char *object, GCancellable *cancellable,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* As agent_link_act(), without waiting for the answer. */
void agent_link_act_forget (AgentLink *link, CardeaMessage *request);
/* Sends an event about something else than the conversation. */
void agent_link_tell (AgentLink *link, CardeaMessage *event);
/* Whose "message" signal tells what comes unasked; borrowed. */
CardeaClient *agent_link_client (AgentLink *link);
/* data may be NULL; it is taken. text is cut into pieces where it is too long. */
void agent_link_say (AgentLink *link, const char *kind, const char *text, CardeaJson *data);
