/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-time.h"

#include <string.h>

#define DURATION_LIMIT ((gint64) 30 * 24 * 3600)

char *
cardea_time_format (gint64 time_us)
{
  gint64 seconds = time_us / G_USEC_PER_SEC;
  gint64 fraction = time_us % G_USEC_PER_SEC;
  if (fraction < 0)
    {
      seconds--;
      fraction += G_USEC_PER_SEC;
    }

  g_autoptr (GDateTime) when = g_date_time_new_from_unix_utc (seconds);
  if (when == NULL)
    return g_strdup ("1970-01-01T00:00:00.000000Z");
  g_autofree char *text = g_date_time_format (when, "%Y-%m-%dT%H:%M:%S");
  return g_strdup_printf ("%s.%06" G_GINT64_FORMAT "Z", text, fraction);
}

static gboolean
parse_fraction (const char *text, gint64 *ret_us, const char **ret_end)
{
  gint64 value = 0;
  int digits = 0;

  for (; g_ascii_isdigit (*text); text++, digits++)
    {
      if (digits == 6)
        return FALSE;
      value = value * 10 + (*text - '0');
    }
  if (digits == 0)
    return FALSE;
  for (; digits < 6; digits++)
    value *= 10;
  *ret_us = value;
  *ret_end = text;
  return TRUE;
}

gboolean
cardea_time_parse (const char *text, gint64 *ret_time_us)
{
  static const char shape[] = "dddd-dd-ddTdd:dd:dd";
  gint64 fraction = 0;

  for (gsize i = 0; i < sizeof shape - 1; i++)
    if (shape[i] == 'd' ? !g_ascii_isdigit (text[i]) : text[i] != shape[i])
      return FALSE;

  const char *rest = text + sizeof shape - 1;
  if (*rest == '.' && !parse_fraction (rest + 1, &fraction, &rest))
    return FALSE;
  if (strcmp (rest, "Z") != 0)
    return FALSE;

  g_autofree char *whole = g_strdup_printf ("%.19sZ", text);
  g_autoptr (GDateTime) when = g_date_time_new_from_iso8601 (whole, NULL);
  if (when == NULL)
    return FALSE;
  *ret_time_us = g_date_time_to_unix (when) * G_USEC_PER_SEC + fraction;
  return TRUE;
}

gboolean
cardea_duration_parse (const char *text, gint64 *ret_seconds)
{
  static const struct {
    char unit;
    gint64 seconds;
  } units[] = { { 's', 1 }, { 'm', 60 }, { 'h', 3600 }, { 'd', 86400 } };

  if (strcmp (text, "always") == 0)
    {
      *ret_seconds = DURATION_LIMIT;
      return TRUE;
    }

  gint64 value = 0;
  const char *p = text;
  for (; g_ascii_isdigit (*p) && value <= DURATION_LIMIT; p++)
    value = value * 10 + (*p - '0');
  if (p == text || p[0] == '\0' || p[1] != '\0')
    return FALSE;
  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    if (units[i].unit == *p && value > 0 && value * units[i].seconds <= DURATION_LIMIT)
      {
        *ret_seconds = value * units[i].seconds;
        return TRUE;
      }
  return FALSE;
}
