/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Civil time by the rules of Go's package time. Years 1 to 9999 and the nanoseconds of an int64. */

typedef struct {
  gint64 year;
  gint month, day, hour, minute, second, nano;
  gint offset;   /* seconds east of UTC */
  gint weekday;  /* 0: Sunday */
  char zone[16]; /* abbreviation */
} CardeaRegoTime;

/* NULL when the tz database does not know the name; "" and "UTC" are UTC. */
GTimeZone *cardea_rego_time_zone (const char *name);
void cardea_rego_time_split (gint64 ns, GTimeZone *zone, CardeaRegoTime *out);
/* FALSE when the result does not fit. Fields may be out of range: they carry over. */
gboolean cardea_rego_time_join (const CardeaRegoTime *t, gint64 *ret_ns);
/* Seconds since 1970 of a civil time without zone. */
gint64 cardea_rego_time_seconds (gint64 year, gint64 month, gint64 day, gint64 hour, gint64 minute,
                                 gint64 second);
void cardea_rego_time_format (GString *out, const CardeaRegoTime *t, const char *layout);
/* FALSE with *ret_error, which the caller owns. */
gboolean cardea_rego_time_parse (const char *layout, const char *value, CardeaRegoTime *out,
                                 char **ret_error);
/* The layout of a named constant such as RFC1123, or the text itself. */
const char *cardea_rego_time_layout (const char *name);
/* Go's duration text such as 1h15m30.918s. */
gboolean cardea_rego_time_duration (const char *text, gint64 *ret_ns);
