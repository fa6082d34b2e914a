/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/access/agent-exchange.h"
#include "agent/models/agent-protocol.h"

/* Gets one answer out of a server: asks, reads what streams in, asks again where that helps. */
typedef struct _AgentAsker AgentAsker;

#define AGENT_ASKER_ATTEMPTS_MAX 4u                /* of requests that a server was too busy for */
#define AGENT_ASKER_REMEDIES_MAX 8u                /* things left out, requests made shorter */
#define AGENT_ASKER_ANSWER_MAX (16u * 1024 * 1024) /* bytes of one answer as it comes */
#define AGENT_ASKER_PROBLEM_MAX 65536u             /* bytes read of one that is a complaint */
#define AGENT_ASKER_QUIET_SECONDS 600u             /* without a byte: slow machines think long */

typedef struct {
  /* Text to append to the answer, as soon as it is there. */
  void (*say) (const char *text, gpointer user_data);
  void (*status) (const char *text, gpointer user_data);
  /* The system prompt; asked anew for each request. The asker owns it. */
  char *(*system) (gboolean tools, gpointer user_data);
  gpointer user_data;
} AgentAskerHost;

/* endpoint and way are taken. The protocol is that of the endpoint's kind. */
AgentAsker *agent_asker_new (AgentEndpoint *endpoint, const AgentProtocol *protocol, AgentWay *way);
void agent_asker_free (AgentAsker *asker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentAsker, agent_asker_free)

const AgentEndpoint *agent_asker_endpoint (const AgentAsker *asker);

/* deadline: of g_get_monotonic_time(). transcript is made to fit. The reply is the caller's, also
 * when the answer broke off: then error is set, and the reply holds what was said till then,
 * perhaps nothing. Errors are AGENT_ERROR, sentences for the person, or G_IO_ERROR_CANCELLED. */
AgentReply *agent_asker_ask (AgentAsker *asker, AgentTranscript *transcript, guint round,
                             gint64 deadline, const AgentAskerHost *host, GCancellable *cancellable,
                             GError **error);
/* Bytes of answers so far, for the limit of a turn. */
gsize agent_asker_received (const AgentAsker *asker);
/* The server takes no tools: it can only talk. */
gboolean agent_asker_lacks_tools (const AgentAsker *asker);
/* Bytes that one result may have, so that several fit into what the model takes in. */
gsize agent_asker_result_limit (const AgentAsker *asker);
