/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* All members of a JSON object as a person reads them from top to bottom, none left out: one line a
 * value, nested ones with the names that lead to them. Values are escaped. */

typedef struct {
  char *label; /* "on what › path" */
  char *value;
} UiWordsFact;

void ui_words_fact_free (UiWordsFact *fact);

/* Array of UiWordsFact; known members first, in a fixed order. The caller owns it. */
GPtrArray *ui_words_facts_new (const CardeaJson *object, const char *home);

/* A member's name for people; the name itself when there is none. Borrowed. */
const char *ui_words_facts_label (const char *name);
/* Where a member stands, read from top to bottom; ui_words_facts_count() when it has no place:
 * last, as it comes. */
guint ui_words_facts_rank (const char *name);
guint ui_words_facts_count (void);
