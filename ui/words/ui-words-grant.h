/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* A grant (common/protocol/objects.md) in plain words. Everything returned is the caller's. */

/* What it lets the agent do: "May read everything in ~/Notes and below it". */
char *ui_words_grant_meaning (const CardeaJson *grant, const char *home);
/* It is for a host; and which: "example.org:443 and all names below it". */
gboolean ui_words_grant_is_host (const CardeaJson *grant);
char *ui_words_grant_host (const CardeaJson *grant);
/* How it came about, how long it holds, how often it was used; one line. */
char *ui_words_grant_terms (const CardeaJson *grant, gint64 now_us);

/* FALSE: it ends with its session. */
gboolean ui_words_grant_is_standing (const CardeaJson *grant);
/* A standing grant of a folder and what is below it. */
gboolean ui_words_grant_is_shared_folder (const CardeaJson *grant);
