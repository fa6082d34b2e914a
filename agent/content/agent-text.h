/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/content/agent-source.h"

/* Reading a source as text, in slices, with bounded memory. */

#define AGENT_TEXT_SLICE (128u * 1024u) /* bytes decoded between two looks at the main context */

/* FALSE stops the reading (without an error). text is UTF-8 without NUL, not NUL-terminated. */
typedef gboolean (*AgentTextFunc) (const char *text, gsize size, gpointer user_data);

/* From the first byte to the last. Between slices the default main context runs, so that "stop"
 * is heard. A source that is not text is AGENT_ERROR_UNSUITABLE. */
gboolean agent_text_scan (AgentSource *source, AgentTextFunc func, gpointer user_data,
                          GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* At most limit bytes from the beginning, as valid UTF-8; ret_complete: that was all. */
char *agent_text_read (AgentSource *source, gsize limit, gboolean *ret_complete,
                       GCancellable *cancellable, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Case-folded copy without blanks at the ends; for comparing what people write. */
char *agent_text_fold (const char *text);
/* The same, and without everything that is neither letter nor digit. */
char *agent_text_fold_name (const char *text);
/* In place of blanks at both ends; returns a pointer into text. */
const char *agent_text_trim (const char *text, gsize *ret_size);
/* A stranger's text for one line of an answer: escaped, at most limit characters. */
char *agent_text_show (const char *text, gsize limit);
