/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/content/agent-source.h"

/* The lines of a source that hold a text, upper and lower case alike. */

#define AGENT_FIND_LINE_BYTES (64u * 1024u) /* more of one line is not looked at */

typedef struct {
  guint64 line;
  char *text; /* fit to be shown */
} AgentFindMatch;

/* At most limit matches (of AgentFindMatch); ret_total counts all. */
GPtrArray *agent_find_lines (AgentSource *source, const char *wanted, guint limit,
                             guint64 *ret_total, GCancellable *cancellable,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
