/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* The words that somebody looks for, in any case, and where they stand in a text. A text is found
 * when it holds all of them, also within longer words. */
#define UI_FIND_WORDS_LIMIT 8u     /* of a search; what follows is not looked for */
#define UI_FIND_WORDS_PLACES 1000u /* of one text */

/* In the form the others want; without any it is empty. The caller owns it. */
char **ui_find_words_split (const char *text);

gboolean ui_find_words_in (const char *text, char **words);

typedef struct {
  guint start, end; /* bytes of the text; whole characters */
} UiFindPlace;

/* Of UiFindPlace: every place of every word, in no order; the caller owns it. */
GArray *ui_find_words_places (const char *text, char **words);
