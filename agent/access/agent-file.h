/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/access/agent-link.h"
#include "agent/content/agent-source.h"

/* A file of the person as a source: sealed pieces that the guardian hands out one after another.
 *
 * Trusts nothing a reply says until it is checked: the piece is sealed, of the size that was
 * promised, where it was asked for, and of the same file as before. */

/* reference: an absolute path, ~/…, or a bare name that the guardian looks up. link must outlive
 * the source. */
AgentSource *agent_file_open (AgentLink *link, const char *reference, GCancellable *cancellable,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* All of a file as it is, at most limit bytes; the caller owns it and *ret_path, the real path.
 * AGENT_ERROR_LIMIT when it is larger. */
GBytes *agent_file_read_all (AgentLink *link, const char *reference, gsize limit, char **ret_path,
                             GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;
