/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/words/ui-words-grant.h"

#include "common/base/cardea-host.h"
#include "common/base/cardea-text.h"
#include "ui/words/ui-words.h"

#include <glib/gi18n.h>
#include <string.h>

static gboolean
is (const CardeaJson *object, const char *name, const char *value)
{
  return g_strcmp0 (cardea_json_get_string (object, name), value) == 0;
}

static const struct {
  const char *action; /* NULL: any other */
  const char *access;
  const char *file;
  const char *folder; /* itself only */
  const char *below;
} meanings[] = {
  { "file.list", NULL, N_ ("May see that %s is there"), N_ ("May see the names in %s"),
    N_ ("May see all names in %s and below it") },
  { NULL, "rw", N_ ("May read and change %s"), N_ ("May read and change what is in %s"),
    N_ ("May read and change everything in %s and below it") },
  { NULL, NULL, N_ ("May read %s"), N_ ("May read what is in %s"),
    N_ ("May read everything in %s and below it") },
};

/* The formats are ours, from the table above; a translation is checked against them by msgfmt. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static char *
format_path (const char *format, const char *path)
{
  return g_strdup_printf (_ (format), path);
}
#pragma GCC diagnostic pop

gboolean
ui_words_grant_is_host (const CardeaJson *grant)
{
  return is (grant, "kind", "host");
}

char *
ui_words_grant_host (const CardeaJson *grant)
{
  g_autofree char *shown = ui_words_text (grant, "host");
  gboolean below = FALSE;
  gint64 port = 0;

  cardea_json_get_int (grant, "port", &port);
  cardea_json_get_boolean (grant, "below", &below);
  g_autofree char *name
      = cardea_host_format (shown != NULL ? shown : "?", (guint) CLAMP (port, 0, 65535));
  return below ? g_strdup_printf (_ ("%s and all names below it"), name) : g_steal_pointer (&name);
}

static char *
join_methods (const CardeaJson *grant)
{
  const CardeaJson *array = cardea_json_get (grant, "methods");
  g_autoptr (GString) text = g_string_new (NULL);

  for (guint i = 0; i < cardea_json_size (array); i++)
    {
      const char *method = cardea_json_string (cardea_json_nth (array, i));
      if (method == NULL)
        continue;
      g_autofree char *shown = cardea_text_escape (method, strlen (method), NULL);
      g_string_append_printf (text, "%s%s", i > 0 ? ", " : "", shown);
    }
  return text->len > 0 ? g_string_free (g_steal_pointer (&text), FALSE) : NULL;
}

static char *
describe_host (const CardeaJson *grant)
{
  g_autofree char *host = ui_words_grant_host (grant);
  g_autofree char *methods = join_methods (grant);

  return methods != NULL ? g_strdup_printf (_ ("May ask %s (%s)"), host, methods)
                         : g_strdup_printf (_ ("May connect to %s"), host);
}

char *
ui_words_grant_meaning (const CardeaJson *grant, const char *home)
{
  if (ui_words_grant_is_host (grant))
    return describe_host (grant);
  g_autofree char *path = ui_words_path (grant, "path", home);
  guint i = 0;

  while ((meanings[i].action != NULL && !is (grant, "action", meanings[i].action))
         || (meanings[i].access != NULL && !is (grant, "access", meanings[i].access)))
    i++;
  const char *format = meanings[i].file;
  if (is (grant, "scope", "folder"))
    format = meanings[i].below;
  else if (is (grant, "kind", "folder"))
    format = meanings[i].folder;
  return format_path (format, path != NULL ? path : "?");
}

static const struct {
  const char *origin;
  const char *words;
} origins[] = {
  { "designated", N_ ("You named it") },
  { "answer", N_ ("You allowed it when asked") },
  { "command", N_ ("You shared it") },
  { "made", N_ ("The task made it") },
  { "narrowed", N_ ("For a program that the assistant runs") },
};

static char *
describe_end (const CardeaJson *grant, gint64 now_us)
{
  const char *expires = cardea_json_get_string (grant, "expires");
  gboolean renewing = FALSE;

  if (expires == NULL)
    return g_strdup (_ ("until its session ends"));
  g_autofree char *until = ui_words_until (expires, now_us);
  cardea_json_get_boolean (grant, "renewing", &renewing);
  return renewing ? g_strdup_printf (_ ("%s, renewed by use"), until) : g_steal_pointer (&until);
}

static char *
describe_use (const CardeaJson *grant, gint64 now_us)
{
  gint64 uses = 0;

  cardea_json_get_int (grant, "uses", &uses);
  if (uses <= 0)
    return g_strdup (_ ("not used yet"));
  g_autofree char *last = ui_words_time (cardea_json_get_string (grant, "last_used"), now_us);
  return g_strdup_printf (
      ngettext ("used %d time, last %s", "used %d times, last %s", (gulong) uses),
      (int) MIN (uses, G_MAXINT), last);
}

char *
ui_words_grant_terms (const CardeaJson *grant, gint64 now_us)
{
  const char *origin = NULL;
  for (guint i = 0; i < G_N_ELEMENTS (origins); i++)
    if (is (grant, "origin", origins[i].origin))
      origin = _ (origins[i].words);
  g_autofree char *end = describe_end (grant, now_us);
  g_autofree char *use = describe_use (grant, now_us);
  return origin != NULL ? g_strdup_printf (_ ("%s · %s · %s"), origin, end, use)
                        : g_strdup_printf (_ ("%s · %s"), end, use);
}

gboolean
ui_words_grant_is_standing (const CardeaJson *grant)
{
  const CardeaJson *subject = cardea_json_get (grant, "subject");
  return subject == NULL || cardea_json_get_string (subject, "session") == NULL;
}

gboolean
ui_words_grant_is_shared_folder (const CardeaJson *grant)
{
  return ui_words_grant_is_standing (grant) && is (grant, "scope", "folder")
         && !is (grant, "action", "file.list");
}
