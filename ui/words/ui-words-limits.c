/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/words/ui-words-limits.h"

#include "common/base/cardea-text.h"

#include <glib/gi18n.h>
#include <string.h>

static char *
join (const CardeaJson *list)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < cardea_json_size (list); i++)
    {
      const char *one = cardea_json_string (cardea_json_nth (list, i));
      if (one == NULL)
        continue;
      g_autofree char *shown = cardea_text_escape (one, strlen (one), NULL);
      g_string_append_printf (text, "%s%s", text->len > 0 ? ", " : "", shown);
    }
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static char *
format_bytes (gint64 number)
{
  return g_format_size ((guint64) MAX (number, 0));
}

static char *
format_count (gint64 number)
{
  return g_strdup_printf ("%" G_GINT64_FORMAT, number);
}

static const struct {
  const char *member;
  const char *words;
  char *(*number) (gint64 number); /* NULL: a list */
} rows[] = {
  { "methods", N_ ("only %s"), NULL },
  { "paths", N_ ("only below %s"), NULL },
  { "types", N_ ("only answers of type %s"), NULL },
  { "sent", N_ ("%s a request"), format_bytes },
  { "received", N_ ("%s an answer"), format_bytes },
  { "minute", N_ ("%s requests a minute"), format_count },
  { "session", N_ ("%s a session"), format_bytes },
  { "hour", N_ ("%s an hour"), format_bytes },
};

/* The words are ours, of the table. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static char *
say (const char *words, const char *what)
{
  return g_strdup_printf (_ (words), what);
}
#pragma GCC diagnostic pop

char *
ui_words_limits (const CardeaJson *limits)
{
  g_autoptr (GString) text = g_string_new (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      const CardeaJson *member = cardea_json_get (limits, rows[i].member);
      gint64 number = 0;
      if (member == NULL || (rows[i].number != NULL && !cardea_json_int (member, &number)))
        continue;
      g_autofree char *what = rows[i].number != NULL ? rows[i].number (number) : join (member);
      g_autofree char *words = say (rows[i].words, what);
      g_string_append_printf (text, "%s%s", text->len > 0 ? " · " : "", words);
    }
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}
