/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/words/ui-words-change.h"

#include "ui/words/ui-words.h"

#include <glib/gi18n.h>

/* Two fields of a row: gettext takes one for the other's plural. */
#define NP_(one_, many_) one_, many_

static const struct {
  const char *op;
  const char *one;      /* with a name or a path */
  const char *to;       /* and where it went */
  const char *singular; /* several of a kind, in a folder */
  const char *plural;
} ops[] = {
  { "write", N_ ("Changed %s"), NULL, NP_ ("Changed %d file", "Changed %d files") },
  { "append", N_ ("Added to %s"), NULL, NP_ ("Added to %d file", "Added to %d files") },
  { "create", N_ ("Created %s"), NULL, NP_ ("Created %d file", "Created %d files") },
  { "delete", N_ ("Deleted %s"), NULL, NP_ ("Deleted %d file", "Deleted %d files") },
  { "rename", N_ ("Moved %s"), N_ ("Moved %s to %s"), NP_ ("Moved %d file", "Moved %d files") },
  { "mkdir", N_ ("Made the folder %s"), NULL, NP_ ("Made %d folder", "Made %d folders") },
  { "metadata", N_ ("Changed the permissions or dates of %s"), NULL,
    NP_ ("Changed the permissions or dates of %d file",
         "Changed the permissions or dates of %d files") },
};

static guint
find_op (const CardeaJson *item)
{
  const char *op = cardea_json_get_string (item, "op");
  guint i = 0;
  while (i < G_N_ELEMENTS (ops) && g_strcmp0 (ops[i].op, op) != 0)
    i++;
  return i;
}

/* The formats are ours, from the table above; a translation is checked against them by msgfmt. */
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
static char *
format_one (const char *format, const char *name)
{
  return g_strdup_printf (_ (format), name);
}

static char *
format_to (const char *format, const char *name, const char *to)
{
  return g_strdup_printf (_ (format), name, to);
}

static char *
format_count (const char *one, const char *many, int count)
{
  return g_strdup_printf (ngettext (one, many, (gulong) count), count);
}
#pragma GCC diagnostic pop

static char *
describe_single (const CardeaJson *item, const char *name, const char *to)
{
  guint op = find_op (item);

  if (op == G_N_ELEMENTS (ops))
    return format_one (N_ ("Changed %s"), name);
  return to != NULL && ops[op].to != NULL ? format_to (ops[op].to, name, to)
                                          : format_one (ops[op].one, name);
}

/* The kind all share, a folder made for them aside; G_N_ELEMENTS when they differ. */
static guint
common_op (const CardeaJson *items)
{
  guint found = G_N_ELEMENTS (ops);

  for (guint i = 0; i < cardea_json_size (items); i++)
    {
      const CardeaJson *item = cardea_json_nth (items, i);
      guint op = find_op (item);
      if (g_strcmp0 (cardea_json_get_string (item, "op"), "mkdir") == 0)
        continue;
      if (found != G_N_ELEMENTS (ops) && found != op)
        return G_N_ELEMENTS (ops);
      found = op;
    }
  return found;
}

static guint
count_folders (const CardeaJson *items)
{
  guint folders = 0;
  for (guint i = 0; i < cardea_json_size (items); i++)
    folders += g_strcmp0 (cardea_json_get_string (cardea_json_nth (items, i), "op"), "mkdir") == 0;
  return folders;
}

static char *
describe_items (const CardeaJson *change, const char *home)
{
  const CardeaJson *items = cardea_json_get (change, "items");
  guint listed = items != NULL ? cardea_json_size (items) : 0;
  gint64 count = listed;

  cardea_json_get_int (change, "count", &count);
  if (listed == 1 && count <= 1)
    {
      const CardeaJson *item = cardea_json_nth (items, 0);
      g_autofree char *name = ui_words_name (item, "path", home);
      g_autofree char *to = ui_words_path (item, "to", home);
      return describe_single (item, name != NULL ? name : "?", to);
    }
  guint op = items != NULL ? common_op (items) : G_N_ELEMENTS (ops);
  if (op == G_N_ELEMENTS (ops))
    return format_count (NP_ ("Changed %d item", "Changed %d items"), (int) count);
  int files = (int) (count - (count == listed ? count_folders (items) : 0));
  return format_count (ops[op].singular, ops[op].plural, files);
}

char *
ui_words_change_what (const CardeaJson *change, const char *home)
{
  g_autofree char *what = describe_items (change, home);
  if (cardea_json_get_string (change, "of") == NULL)
    return g_steal_pointer (&what);
  return g_strdup_printf (_ ("Undo: %s"), what);
}

gboolean
ui_words_change_is_undoable (const CardeaJson *change)
{
  gboolean undoable = FALSE;
  return g_strcmp0 (cardea_json_get_string (change, "state"), "made") == 0
         && cardea_json_get_boolean (change, "undoable", &undoable) && undoable;
}

char *
ui_words_change_state (const CardeaJson *change)
{
  const char *state = cardea_json_get_string (change, "state");
  g_autofree char *why_not = ui_words_text (change, "why_not");

  if (g_strcmp0 (state, "undone") == 0)
    return g_strdup (_ ("undone"));
  if (ui_words_change_is_undoable (change))
    return g_strdup (_ ("can be undone"));
  if (why_not != NULL)
    return g_strdup_printf (_ ("cannot be undone: %s"), why_not);
  if (g_strcmp0 (state, "expired") == 0)
    return g_strdup (_ ("cannot be undone any more: the former content is no longer kept"));
  return g_strdup (_ ("cannot be undone"));
}

char *
ui_words_change_item (const CardeaJson *item, const char *home)
{
  g_autofree char *path = ui_words_path (item, "path", home);
  g_autofree char *to = ui_words_path (item, "to", home);
  g_autofree char *what = describe_single (item, path != NULL ? path : "?", to);
  gint64 before = 0, after = 0;
  gboolean has_before = cardea_json_get_int64_string (item, "size", &before);
  gboolean has_after = cardea_json_get_int64_string (item, "size_after", &after);
  g_autofree char *was = g_format_size ((guint64) MAX (before, 0));
  g_autofree char *is = g_format_size ((guint64) MAX (after, 0));

  if (has_before && has_after && before != after)
    return g_strdup_printf (_ ("%s (%s → %s)"), what, was, is);
  if (has_before || has_after)
    return g_strdup_printf (_ ("%s (%s)"), what, has_after ? is : was);
  return g_steal_pointer (&what);
}
