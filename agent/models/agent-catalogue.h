/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/access/agent-exchange.h"
#include "agent/models/agent-protocol.h"

/* Which models a server has: for one that was connected without saying which. */

#define AGENT_CATALOGUE_BYTES_MAX (1024u * 1024u)
#define AGENT_CATALOGUE_NAME_MAX 256u

/* The first that the server lists, as it calls it; the caller owns it. NULL with a sentence for the
 * person when it lists none that can be used. */
char *agent_catalogue_find (AgentWay *way, const AgentEndpoint *endpoint,
                            const AgentProtocol *protocol, GCancellable *cancellable,
                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
