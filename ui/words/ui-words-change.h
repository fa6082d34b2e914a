/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* A change that was made (common/protocol/objects.md, "Change") in plain words. Everything returned
 * is the caller's. */

/* "Changed report.md", "Moved 12 files into Archive", "Took back: …". */
char *ui_words_change_what (const CardeaJson *change, const char *home);
/* "can be undone", "undone", or why not. */
char *ui_words_change_state (const CardeaJson *change);
gboolean ui_words_change_is_undoable (const CardeaJson *change);

/* One of its items: "Changed ~/Documents/report.md (1.2 kB → 1.4 kB)". */
char *ui_words_change_item (const CardeaJson *item, const char *home);
