/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/words/ui-words.h"

#include "common/base/cardea-text.h"
#include "common/base/cardea-time.h"
#include "common/protocol/cardea-path-json.h"
#include "ui/consent/ui-consent-wording.h"

#include <glib/gi18n.h>
#include <string.h>

#define MINUTE 60
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)
#define WEEK (7 * DAY)

static char *
escape (const char *text)
{
  return cardea_text_escape (text, strlen (text), NULL);
}

char *
ui_words_text (const CardeaJson *object, const char *name)
{
  const char *text = object != NULL ? cardea_json_get_string (object, name) : NULL;
  return text != NULL ? escape (text) : NULL;
}

/* --- time --- */

static GDateTime *
read_time (const char *rfc3339, gint64 *ret_us)
{
  if (rfc3339 == NULL || !cardea_time_parse (rfc3339, ret_us))
    return NULL;
  return g_date_time_new_from_unix_local (*ret_us / G_USEC_PER_SEC);
}

char *
ui_words_time (const char *rfc3339, gint64 now_us)
{
  gint64 time_us = 0;
  g_autoptr (GDateTime) time = read_time (rfc3339, &time_us);
  if (time == NULL)
    return rfc3339 != NULL ? escape (rfc3339) : g_strdup ("");
  g_autoptr (GDateTime) now = g_date_time_new_from_unix_local (now_us / G_USEC_PER_SEC);
  gint64 seconds = (now_us - time_us) / G_USEC_PER_SEC;

  if (g_date_time_get_year (now) == g_date_time_get_year (time)
      && g_date_time_get_day_of_year (now) == g_date_time_get_day_of_year (time))
    return g_date_time_format (time, "%H:%M");
  if (seconds >= 0 && seconds < WEEK - DAY)
    return g_date_time_format (time, "%a %H:%M");
  if (g_date_time_get_year (now) == g_date_time_get_year (time))
    return g_date_time_format (time, "%-e %b %H:%M");
  return g_date_time_format (time, "%-e %b %Y");
}

char *
ui_words_time_full (const char *rfc3339)
{
  gint64 time_us = 0;
  g_autoptr (GDateTime) time = read_time (rfc3339, &time_us);
  if (time == NULL)
    return rfc3339 != NULL ? escape (rfc3339) : g_strdup ("");
  return g_date_time_format (time, "%-e %B %Y, %H:%M:%S");
}

char *
ui_words_until (const char *rfc3339, gint64 now_us)
{
  gint64 time_us = 0;
  if (rfc3339 == NULL || !cardea_time_parse (rfc3339, &time_us))
    return g_strdup ("");
  gint64 seconds = (time_us - now_us) / G_USEC_PER_SEC;
  if (seconds <= 0)
    return g_strdup (_ ("over"));
  if (seconds < HOUR)
    {
      int minutes = (int) MAX (1, seconds / MINUTE);
      return g_strdup_printf (ngettext ("%d minute left", "%d minutes left", (gulong) minutes),
                              minutes);
    }
  if (seconds < 2 * DAY)
    {
      int hours = (int) ((seconds + HOUR / 2) / HOUR);
      return g_strdup_printf (ngettext ("%d hour left", "%d hours left", (gulong) hours), hours);
    }
  int days = (int) ((seconds + DAY / 2) / DAY);
  return g_strdup_printf (ngettext ("%d day left", "%d days left", (gulong) days), days);
}

/* --- paths --- */

char *
ui_words_path (const CardeaJson *object, const char *name, const char *home)
{
  g_autofree char *path = object != NULL ? cardea_path_json_get (object, name) : NULL;
  return path != NULL ? ui_consent_wording_path (path, home) : NULL;
}

char *
ui_words_name (const CardeaJson *object, const char *name, const char *home)
{
  g_autofree char *path = ui_words_path (object, name, home);
  if (path == NULL)
    return NULL;
  if (strcmp (path, "~") == 0)
    return g_strdup (_ ("your home folder"));
  const char *slash = strrchr (path, '/');
  return g_strdup (slash != NULL && slash[1] != '\0' ? slash + 1 : path);
}
