/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Server-sent events as the HTML standard reads them (9.2.6, "Interpreting an event stream"), and
 * as servers of models write them: lines end in CRLF, LF or CR; the blank line after the last event
 * may be missing; an object of JSON may stand on a line without "data:".
 *
 * Bytes are untrusted, come in pieces of any size, and need not be UTF-8. "id" and "retry" mean
 * nothing here: an answer is never resumed. */
typedef struct _AgentSse AgentSse;

#define AGENT_SSE_EVENT_MAX (1024u * 1024u) /* bytes of one event's data, and of one line */
#define AGENT_SSE_NAME_MAX 64u              /* a longer name is none */

/* event: "" when it has no name. data need not end in NUL and may hold one. FALSE ends the reading
 * with the error. */
typedef gboolean (*AgentSseFunc) (const char *event, const char *data, gsize size,
                                  gpointer user_data, GError **error);

AgentSse *agent_sse_new (AgentSseFunc func, gpointer user_data);
void agent_sse_free (AgentSse *sse);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentSse, agent_sse_free)

/* AGENT_ERROR_LIMIT, or func's error; nothing more may be pushed then. */
gboolean agent_sse_push (AgentSse *sse, const void *bytes, gsize size,
                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* No more bytes come: what was begun is an event, too. */
gboolean agent_sse_finish (AgentSse *sse, GError **error) G_GNUC_WARN_UNUSED_RESULT;
