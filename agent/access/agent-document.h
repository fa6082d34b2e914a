/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/content/agent-source.h"
#include "agent/extract/agent-extract-protocol.h"

/* Text of a document by cardea-agent-extract, a helper in the same sandbox with less than we have.
 *
 * Trusts nothing of the helper: its output is bounded, a deadline ends it, and what it wrote is
 * taken for text like any other. */

/* TRUE for what the helper reads, by a document's first bytes. */
gboolean agent_document_is_one (GBytes *beginning);

/* Runs the helper over all of source. program: the helper's path; NULL: beside our own. The result
 * is what the protocol describes, and is the caller's; at least its first line is there. */
GBytes *agent_document_extract (AgentSource *source, const char *program, GCancellable *cancellable,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same for a web page, as AGENT_EXTRACT_PAGE describes it. charset: as its server said; NULL:
 * it said none. */
GBytes *agent_document_extract_page (AgentSource *source, const char *charset, const char *program,
                                     GCancellable *cancellable,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
