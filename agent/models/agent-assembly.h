/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/models/agent-call.h"

/* Puts calls of tools together from the pieces in which servers stream them. Known ways of servers:
 * no index; no id; the id again in every piece; index 0 for every call; the name in pieces, or
 * again in every piece; arguments as an object, as text in text, or not at all; calls without a
 * name. */
typedef struct _AgentAssembly AgentAssembly;

#define AGENT_ASSEMBLY_CALLS_MAX 32u
#define AGENT_ASSEMBLY_BYTES_MAX                                                                   \
  (9u * 1024u * 1024u) /* of all arguments: one whole file written                                 \
                        */
#define AGENT_ASSEMBLY_NAME_MAX 64u
#define AGENT_ASSEMBLY_ID_MAX 64u

#define AGENT_ASSEMBLY_NO_INDEX (-1)

/* One piece; all is untrusted and borrowed. */
typedef struct {
  gint64 index; /* AGENT_ASSEMBLY_NO_INDEX */
  const char *id;
  const char *name;
  const char *text; /* of the arguments; size bytes */
  gsize size;
  const CardeaJson *object; /* the arguments at once */
} AgentAssemblyPiece;

/* round: of the conversation, so that an id that is made up is there once in all of it. */
AgentAssembly *agent_assembly_new (guint round);
void agent_assembly_free (AgentAssembly *assembly);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentAssembly, agent_assembly_free)

/* AGENT_ERROR_LIMIT when there are too many calls or too much of them. */
gboolean agent_assembly_add (AgentAssembly *assembly, const AgentAssemblyPiece *piece,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
guint agent_assembly_size (const AgentAssembly *assembly);

/* The calls, of AgentCall, in the order in which they began; each id is there once, and made up
 * where the server gave none that can be given back. The assembly is empty afterwards. */
GPtrArray *agent_assembly_take (AgentAssembly *assembly);
