/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Search and replace in the bytes of a text file that keeps everything it was not asked to change:
 * the byte order mark, the kind of line ending, whether the last line is ended.
 *
 * UTF-8 with or without a byte order mark is changed; anything else is refused rather than
 * damaged. In a file whose lines all end the same way, "\n" and "\r\n" in a search text mean that
 * ending, and so does every newline of a replacement; where both occur, they are taken as they
 * stand. */

#define AGENT_EDIT_SIZE_MAX (16u * 1024u * 1024u) /* bytes of a file, before and after */
#define AGENT_EDIT_COUNT_MAX 100u                 /* edits of one call */
#define AGENT_EDIT_TEXT_MAX (64u * 1024u)         /* bytes of one search or replacement text */

typedef struct {
  const char *find;    /* not empty; letter case counts */
  const char *replace; /* may be empty */
  gboolean all;        /* FALSE: find must be there exactly once */
  guint64 count;       /* out: places that were replaced */
} AgentEdit;

/* The edits are done one after another, each on what the one before left: all of them, or none.
 * bytes are untrusted, name is for sentences. Errors: AGENT_ERROR_UNSUITABLE (not such a text),
 * AGENT_ERROR_NOT_FOUND and AGENT_ERROR_AMBIGUOUS (no place, several), AGENT_ERROR_LIMIT. */
GBytes *agent_edit_apply (GBytes *bytes, AgentEdit *edits, guint n_edits, const char *name,
                          GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* text as it has to be written behind the end of such a file, of which text is the last line or
 * lines: begun on a line of its own, with the file's line endings, ended. NULL bytes: there is no
 * file yet. Errors: AGENT_ERROR_UNSUITABLE. */
GBytes *agent_edit_append (GBytes *bytes, const char *text, const char *name,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
