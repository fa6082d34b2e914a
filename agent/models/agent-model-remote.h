/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/access/agent-exchange.h"
#include "agent/models/agent-endpoint.h"
#include "agent/models/agent-model.h"

/* A model that a server runs. It is asked, it says something or calls tools, it gets their results
 * and is asked again, until it calls none.
 *
 * Trusts nothing: neither the server nor what the model says. A call is checked against the table
 * of tools and decided by the guardian like any other; text that looks like a call is text; a
 * refusal goes back to the model as a result. Refuses to go on beyond the limits of a turn. Known
 * gap: a model that was talked into it can say anything to the person in its own words. */

#define AGENT_MODEL_REMOTE_ROUNDS_MAX 40u                  /* requests of one turn */
#define AGENT_MODEL_REMOTE_CALLS_MAX 60u                   /* of tools; below the turn's own */
#define AGENT_MODEL_REMOTE_BYTES_MAX (32u * 1024u * 1024u) /* of answers */
#define AGENT_MODEL_REMOTE_TOKENS_MAX 200000               /* that it says */
#define AGENT_MODEL_REMOTE_SECONDS_MAX 1200                /* that it takes, tools not counted */

/* Both are taken. NULL with a sentence when there is no protocol of the endpoint's kind. */
AgentModel *agent_model_remote_new (AgentEndpoint *endpoint, AgentWay *way,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
