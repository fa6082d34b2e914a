/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Which lines of two texts differ (E. W. Myers, "An O(ND) Difference Algorithm and Its Variations",
 * 1986, §4b, in linear space). Where an exact answer would take too long, one that is right but not
 * the shortest: 100,000 lines against 100,000 others take less than a second. */

typedef struct {
  guint old_start; /* lines, from 0 */
  guint old_count;
  guint new_start;
  guint new_count;
} GuardianChangeHunk;

typedef struct {
  const char *start;
  gsize size; /* with its newline, when it has one */
} GuardianChangeLine;

/* Of GuardianChangeLine; they point into text. */
GArray *guardian_change_diff_split (const char *text, gsize size);

/* Of GuardianChangeHunk, in order; between two hunks at least one line is the same. */
GArray *guardian_change_diff_compare (const GArray *old_lines, const GArray *new_lines);
