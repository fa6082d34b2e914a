/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* Small words that all pages share. Everything in a JSON value is untrusted to look at and comes
 * out escaped, on one line. What is returned is the caller's. */

/* A time of the wire (RFC 3339) as a person reads it, in local time: "14:02" today, "Mon 14:02"
 * within a week, else with the date. What is no time comes back escaped; NULL gives "". now_us:
 * wall clock. */
char *ui_words_time (const char *rfc3339, gint64 now_us);
/* The same with date and seconds. */
char *ui_words_time_full (const char *rfc3339);

/* How long is left until then: "3 hours left", "29 days left"; "over" when it has passed. */
char *ui_words_until (const char *rfc3339, gint64 now_us);

/* The path of an object (path or path_b64), below home with "~". NULL when it has none. */
char *ui_words_path (const CardeaJson *object, const char *name, const char *home);
/* Its last element; "your home folder" and "/" for what has none. NULL when it has no path. */
char *ui_words_name (const CardeaJson *object, const char *name, const char *home);
/* A member that is text, escaped; NULL when it is absent. */
char *ui_words_text (const CardeaJson *object, const char *name);
