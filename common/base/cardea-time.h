/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Wall-clock time in microseconds since 1970, UTC. Deadlines use g_get_monotonic_time(). */

/* RFC 3339 §5.6 with six fraction digits and "Z". The caller owns the result. */
char *cardea_time_format (gint64 time_us);

/* Accepts what cardea_time_format() writes, with zero to six fraction digits; otherwise FALSE. */
gboolean cardea_time_parse (const char *text, gint64 *ret_time_us) G_GNUC_WARN_UNUSED_RESULT;

/* A DURATION of the command line ("90s", "15m", "8h", "7d"; "always" is 30 days) in seconds;
 * FALSE for anything else, zero, or more than 30 days. */
gboolean cardea_duration_parse (const char *text, gint64 *ret_seconds) G_GNUC_WARN_UNUSED_RESULT;
