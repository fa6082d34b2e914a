/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/rego/cardea-rego-time.h"

#include <string.h>

#define NS G_GINT64_CONSTANT (1000000000)

GTimeZone *
cardea_rego_time_zone (const char *name)
{
  if (name[0] == 0 || strcmp (name, "UTC") == 0 || strcmp (name, "Local") == 0)
    return g_time_zone_new_utc ();
  if (name[0] == '/' || name[0] == '.' || strstr (name, "..") != NULL || strlen (name) > 64
      || strspn (name, "+-0123456789:") > 0)
    return NULL;
  return g_time_zone_new_identifier (name);
}

static gint64
days_of (gint64 y, gint64 m, gint64 d)
{
  y += (m - 1 >= 0 ? (m - 1) / 12 : -((12 - m) / 12));
  m = ((m - 1) % 12 + 12) % 12 + 1;
  y -= m <= 2;
  gint64 era = (y >= 0 ? y : y - 399) / 400;
  gint64 yoe = y - era * 400, doy = (153 * (m + (m > 2 ? -3 : 9)) + 2) / 5;
  return era * 146097 + yoe * 365 + yoe / 4 - yoe / 100 + doy - 719468 + d - 1;
}

gint64
cardea_rego_time_seconds (gint64 year, gint64 month, gint64 day, gint64 hour, gint64 minute,
                          gint64 second)
{
  return days_of (year, month, day) * 86400 + hour * 3600 + minute * 60 + second;
}

static void
civil_of (gint64 days, CardeaRegoTime *t)
{
  gint64 z = days + 719468;
  gint64 era = (z >= 0 ? z : z - 146096) / 146097, doe = z - era * 146097;
  gint64 yoe = (doe - doe / 1460 + doe / 36524 - doe / 146096) / 365,
         doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
  gint64 mp = (5 * doy + 2) / 153;
  t->day = (gint) (doy - (153 * mp + 2) / 5 + 1);
  t->month = (gint) (mp < 10 ? mp + 3 : mp - 9);
  t->year = yoe + era * 400 + (t->month <= 2);
  t->weekday = (gint) (((days % 7) + 11) % 7);
}

void
cardea_rego_time_split (gint64 ns, GTimeZone *zone, CardeaRegoTime *t)
{
  gint64 seconds = ns / NS, nano = ns % NS;
  if (nano < 0)
    {
      nano += NS;
      seconds--;
    }
  gint at = g_time_zone_find_interval (zone, G_TIME_TYPE_UNIVERSAL, seconds);
  t->offset = g_time_zone_get_offset (zone, at);
  g_strlcpy (t->zone, g_time_zone_get_abbreviation (zone, at), sizeof t->zone);
  t->nano = (gint) nano;
  seconds += t->offset;
  gint64 days = seconds / 86400, rest = seconds % 86400;
  if (rest < 0)
    {
      rest += 86400;
      days--;
    }
  civil_of (days, t);
  t->hour = (gint) (rest / 3600);
  t->minute = (gint) (rest / 60 % 60);
  t->second = (gint) (rest % 60);
}

gboolean
cardea_rego_time_join (const CardeaRegoTime *t, gint64 *ret_ns)
{
  gint64 seconds
      = cardea_rego_time_seconds (t->year, t->month, t->day, t->hour, t->minute, t->second)
        - t->offset;
  __int128 ns = (__int128) seconds * NS + t->nano;
  if (ns > G_MAXINT64 || ns < G_MININT64)
    return FALSE;
  *ret_ns = (gint64) ns;
  return TRUE;
}

gboolean
cardea_rego_time_duration (const char *s, gint64 *ret_ns)
{
  static const struct {
    const char *name;
    gint64 ns;
  } units[] = {
    { "ns", 1 },
    { "us", 1000 },
    { "\xc2\xb5s", 1000 },
    { "\xce\xbcs", 1000 },
    { "ms", 1000000 },
    { "s", NS },
    { "m", 60 * NS },
    { "h", 3600 * NS },
    { "d", 86400 * NS },
    { "w", 7 * 86400 * NS },
    { "y", 365 * 86400 * NS },
  };
  gboolean negative = s[0] == '-';
  __int128 total = 0;
  if (s[0] == '-' || s[0] == '+')
    s++;
  if (strcmp (s, "0") == 0)
    {
      *ret_ns = 0;
      return TRUE;
    }
  if (*s == 0)
    return FALSE;
  while (*s != 0)
    {
      __int128 whole = 0, part = 0, scale = 1;
      const char *start = s;
      for (; g_ascii_isdigit (*s) && whole < G_MAXINT64; s++)
        whole = whole * 10 + (*s - '0');
      gboolean digits = s > start;
      if (*s == '.')
        for (s++; g_ascii_isdigit (*s); s++, digits = TRUE)
          if (scale < NS * NS)
            {
              part = part * 10 + (*s - '0');
              scale *= 10;
            }
      const char *name = s;
      while (*s != 0 && *s != '.' && !g_ascii_isdigit (*s))
        s++;
      gint64 unit = 0;
      for (guint i = 0; i < G_N_ELEMENTS (units); i++)
        if (strlen (units[i].name) == (gsize) (s - name)
            && strncmp (units[i].name, name, (gsize) (s - name)) == 0)
          unit = units[i].ns;
      if (!digits || unit == 0 || whole > G_MAXINT64)
        return FALSE;
      total += whole * unit + part * unit / scale;
      if (total > (__int128) G_MAXINT64 + negative)
        return FALSE;
    }
  *ret_ns = (gint64) (negative ? -total : total);
  return TRUE;
}
