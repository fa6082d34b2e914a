/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Two texts line by line: the shortest edit script (Myers 1986) while the difference is small,
 * else the lines that only one of them has. */

#define AGENT_DIFF_EDITS_MAX 1000u /* beyond: compared without regard to order */

typedef struct {
  guint64 same;
  guint64 removed;  /* only in the first */
  guint64 added;    /* only in the second */
  gboolean ordered; /* FALSE: the order of lines was not looked at */
  GPtrArray *lines; /* of char *: "-text" or "+text", fit to be shown, at most limit */
  gboolean truncated;
} AgentDiff;

/* a and b are untrusted UTF-8. */
AgentDiff *agent_diff_make (const char *a, const char *b, guint limit);
void agent_diff_free (AgentDiff *diff);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentDiff, agent_diff_free)
