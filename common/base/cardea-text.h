/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Makes bytes of a stranger fit to be shown on one line to a person: invalid UTF-8 becomes \xNN,
 * control, bidirectional, zero-width, private-use and line-separating characters become \u{NNNN},
 * a backslash becomes \\ (so that the result is unambiguous). ret_marked, if given, says whether
 * anything but a backslash was escaped. The caller owns the result, which is valid UTF-8. */
char *cardea_text_escape (const char *bytes, gsize size, gboolean *ret_marked);

/* The same, for several lines: newline and tab stay as they are. */
char *cardea_text_escape_lines (const char *bytes, gsize size);

/* At most limit characters of valid UTF-8, an ellipsis in place of what is left out. Never used
 * on what a person must read to decide. */
char *cardea_text_shorten (const char *text, gsize limit);
