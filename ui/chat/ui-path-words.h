/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

#define UI_PATH_WORDS_LIMIT 16u /* paths looked for in one message */

/* The words of text that are full paths: from "/" or "~/" to the next white space, or between
 * quotation marks when one stands before it. Each comes as it stands and, when it ends in
 * punctuation, without that too, behind it. A lone "/", "~" or "~/" is none. Nothing is looked up:
 * these are names that may exist. The caller owns the list. */
char **ui_path_words (const char *text, const char *home);
