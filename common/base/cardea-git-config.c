/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nothing in the bytes. Refuses: whatever git could read otherwise than we do, as a whole:
 * continued lines, sections with a dot, escapes in a section's name, a variable behind its section,
 * control characters. Known gaps: what an included file says is not looked at; that there is an
 * include is told. */

#include "common/base/cardea-git-config.h"

#include <string.h>

typedef struct {
  char *shown;
  GString *values; /* in their order, a line each */
  gboolean odd;
} Variable;

typedef struct {
  char *section; /* in small letters; NULL: none began */
  char *part;    /* in quotes; NULL: none */
} Place;

static void
variable_free (gpointer data)
{
  Variable *variable = data;

  g_free (variable->shown);
  g_string_free (variable->values, TRUE);
  g_free (variable);
}

static void
place_clear (Place *place)
{
  g_clear_pointer (&place->section, g_free);
  g_clear_pointer (&place->part, g_free);
}

G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Place, place_clear)

gboolean
cardea_git_config_is_one (const char *above, const char *name)
{
  return g_ascii_strcasecmp (above, ".git") == 0
         && (g_ascii_strcasecmp (name, "config") == 0
             || g_ascii_strcasecmp (name, "config.worktree") == 0);
}

static const char *
skip_blank (const char *text)
{
  return text + strspn (text, " \t");
}

static gboolean
is_over (const char *text)
{
  text = skip_blank (text);
  return *text == '\0' || *text == '#' || *text == ';';
}

static gsize
name_size (const char *text)
{
  gsize size = 0;

  while (g_ascii_isalnum (text[size]) || text[size] == '-')
    size++;
  return size;
}

static gboolean
take_section (Place *place, const char *line)
{
  gsize size = name_size (line + 1);
  const char *rest = line + 1 + size;

  place_clear (place);
  if (size == 0)
    return FALSE;
  place->section = g_ascii_strdown (line + 1, (gssize) size);
  if (*rest == ']')
    return is_over (rest + 1);
  if (skip_blank (rest) == rest || *skip_blank (rest) != '"')
    return FALSE;
  rest = skip_blank (rest) + 1;
  size = strcspn (rest, "\"\\");
  if (rest[size] != '"' || rest[size + 1] != ']')
    return FALSE;
  place->part = g_strndup (rest, size);
  return is_over (rest + size + 2);
}

static gboolean
is_odd (const char *value)
{
  return strpbrk (value, "\"\\") != NULL || strstr (value, "::") != NULL || *value == '!'
         || *value == '-';
}

static gboolean
take_variable (GHashTable *variables, const Place *place, const char *line)
{
  gsize size = name_size (line);
  const char *value = skip_blank (line + size);

  if (place->section == NULL || !g_ascii_isalpha (*line) || (*value != '\0' && *value != '='))
    return FALSE;
  g_autofree char *name = g_ascii_strdown (line, (gssize) size);
  g_autofree char *key = g_strjoin (".", place->section, place->part != NULL ? place->part : name,
                                    place->part != NULL ? name : NULL, NULL);
  Variable *variable = g_hash_table_lookup (variables, key);
  if (variable == NULL)
    {
      variable = g_new0 (Variable, 1);
      variable->shown = g_strconcat (place->section, place->part != NULL ? ".*." : ".", name, NULL);
      variable->values = g_string_new (NULL);
      g_hash_table_insert (variables, g_steal_pointer (&key), variable);
    }
  if (*value == '=')
    value = skip_blank (value + 1);
  variable->odd |= is_odd (value);
  g_string_append (variable->values, value);
  g_string_append_c (variable->values, '\n');
  return strlen (variable->shown) <= CARDEA_GIT_CONFIG_NAME_LIMIT - strlen (":removed");
}

static gboolean
is_plain (const char *line)
{
  for (const char *p = line; *p != '\0'; p++)
    if ((guchar) *p < ' ' && *p != '\t')
      return FALSE;
  return !g_str_has_suffix (line, "\\");
}

static gboolean
take_line (GHashTable *variables, Place *place, char *line)
{
  gsize size = strlen (line);

  if (size > 0 && line[size - 1] == '\r')
    line[size - 1] = '\0';
  if (!is_plain (line))
    return FALSE;
  const char *begin = skip_blank (line);
  if (is_over (begin))
    return TRUE;
  return *begin == '[' ? take_section (place, begin) : take_variable (variables, place, begin);
}

static GHashTable *
parse (const char *text, gsize size)
{
  g_autoptr (GHashTable) variables
      = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, variable_free);
  g_auto (Place) place = { 0 };

  if (size > CARDEA_GIT_CONFIG_LIMIT || (size > 0 && memchr (text, '\0', size) != NULL))
    return NULL;
  g_autofree char *whole = g_strndup (size > 0 ? text : "", size);
  g_auto (GStrv) lines = g_strsplit (whole, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    if (!take_line (variables, &place, *line))
      return NULL;
  return g_steal_pointer (&variables);
}

/* --- what differs --- */

static gboolean
has_remote (GHashTable *variables)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, variables);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    if (g_str_has_prefix (key, "remote."))
      return TRUE;
  return FALSE;
}

/* Of a remote that has no variable yet, beside others. */
static gboolean
is_another (GHashTable *before, const char *key)
{
  GHashTableIter iter;
  gpointer known;

  if (!g_str_has_prefix (key, "remote.") || !has_remote (before))
    return FALSE;
  gsize size = (gsize) (strrchr (key, '.') - key) + 1;
  g_hash_table_iter_init (&iter, before);
  while (g_hash_table_iter_next (&iter, &known, NULL))
    if (strncmp (known, key, size) == 0 && strchr ((const char *) known + size, '.') == NULL)
      return FALSE;
  return TRUE;
}

static const char *
suffix (GHashTable *before, const char *key, const Variable *variable)
{
  const Variable *former = g_hash_table_lookup (before, key);

  if (former != NULL && g_string_equal (former->values, variable->values))
    return NULL;
  if (variable->odd)
    return ":odd";
  if (former != NULL)
    return ":changed";
  return is_another (before, key) ? ":another" : "";
}

static int
compare_texts (gconstpointer a, gconstpointer b)
{
  return strcmp (*(const char *const *) a, *(const char *const *) b);
}

static char **
sort (GHashTable *set)
{
  g_autofree gpointer *keys = g_hash_table_get_keys_as_array (set, NULL);
  guint size = g_hash_table_size (set);

  if (size > CARDEA_GIT_CONFIG_CHANGES)
    return NULL;
  qsort (keys, size, sizeof *keys, compare_texts);
  return g_strdupv ((char **) keys);
}

char **
cardea_git_config_changes (const char *before, gsize before_size, const char *after,
                           gsize after_size)
{
  g_autoptr (GHashTable) former = parse (before, before != NULL ? before_size : 0);
  g_autoptr (GHashTable) now = parse (after, after_size);
  g_autoptr (GHashTable) changes = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  GHashTableIter iter;
  gpointer key, value;

  if (former == NULL || now == NULL)
    return NULL;
  g_hash_table_iter_init (&iter, now);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const char *more = suffix (former, key, value);
      if (more != NULL)
        g_hash_table_add (changes, g_strconcat (((Variable *) value)->shown, more, NULL));
    }
  g_hash_table_iter_init (&iter, former);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (!g_hash_table_contains (now, key))
      g_hash_table_add (changes, g_strconcat (((Variable *) value)->shown, ":removed", NULL));
  return sort (changes);
}
