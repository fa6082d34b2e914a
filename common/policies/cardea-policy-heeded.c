/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: that the shipped rules look at names through the tables of cardea/data.json and at the
 * guardian's own folders, and in no other way (data/policies/request.rego; a test compares). Known
 * gaps: more is taken for looked at than is. */

#include "common/policies/cardea-policy-heeded.h"

#include <string.h>

#define TABLES "cardea/data.json"

typedef struct {
  GHashTable *names, *last, *pairs, *extensions; /* sets of text */
} Heeded;

static void
add (GHashTable *set, const char *text)
{
  g_hash_table_add (set, g_utf8_strdown (text, -1));
}

static void
add_pair (Heeded *heeded, const char *above, const char *rest)
{
  g_autofree char *pair = g_strconcat (above, "/", rest, NULL);
  char *second = strchr (strchr (pair, '/') + 1, '/');

  if (second != NULL)
    *second = '\0';
  add (heeded->pairs, pair);
}

/* {first: {rest: place}}: the element first, followed by rest. everywhere: what lies below it, too.
 */
static void
add_places (Heeded *heeded, const CardeaJson *table, gboolean everywhere)
{
  for (guint i = 0; i < cardea_json_size (table); i++)
    {
      const char *first = cardea_json_nth_name (table, i);
      const CardeaJson *rests = cardea_json_nth (table, i);
      add (heeded->last, first);
      for (guint k = 0; k < cardea_json_size (rests); k++)
        {
          const char *rest = cardea_json_nth_name (rests, k);
          if (rest[0] != '\0')
            add_pair (heeded, first, rest);
          else if (everywhere)
            add (heeded->names, first);
        }
    }
}

static void
add_keys (GHashTable *set, const CardeaJson *table)
{
  for (guint i = 0; i < cardea_json_size (table); i++)
    add (set, cardea_json_nth_name (table, i));
}

/* One of the guardian's own folders: what leads there may not be made something else. */
static void
add_own (Heeded *heeded, const char *folder)
{
  g_auto (GStrv) elements = g_strsplit (folder, "/", -1);
  const char *above = NULL;

  for (guint i = 0; elements[i] != NULL; i++)
    if (elements[i][0] != '\0')
      {
        g_autofree char *valid = g_utf8_make_valid (elements[i], -1);
        add (heeded->last, valid);
        above = i > 0 ? elements[i - 1] : NULL;
      }
  const char *name = strrchr (folder, '/');
  if (above != NULL && name != NULL && name[1] != '\0')
    {
      g_autofree char *pair = g_strconcat (above, name, NULL);
      g_autofree char *valid = g_utf8_make_valid (pair, -1);
      add (heeded->pairs, valid);
    }
}

static CardeaJson *
write_set (GHashTable *set)
{
  CardeaJson *list = cardea_json_new_array ();
  g_autoptr (GList) texts = g_list_sort (g_hash_table_get_keys (set), (GCompareFunc) strcmp);

  for (const GList *link = texts; link != NULL; link = link->next)
    cardea_json_append (list, cardea_json_new_string (link->data));
  return list;
}

static CardeaJson *
read_tables (const CardeaPolicyFiles *files)
{
  for (guint i = 0; i < cardea_policy_files_size (files); i++)
    {
      const CardeaPolicyFile *file = cardea_policy_files_nth (files, i);
      gsize size = 0;
      const char *text = g_bytes_get_data (file->bytes, &size);
      if (strcmp (file->name, TABLES) == 0)
        return cardea_json_parse (text, size, NULL);
    }
  return NULL;
}

static gboolean
are_all_shipped (const CardeaPolicyFiles *files)
{
  for (guint i = 0; i < cardea_policy_files_size (files); i++)
    if (cardea_policy_files_nth (files, i)->layer != CARDEA_POLICY_SHIPPED
        || cardea_policy_files_nth (files, i)->observed)
      return FALSE;
  return cardea_policy_files_size (files) > 0;
}

static CardeaJson *
write_all (const Heeded *heeded)
{
  CardeaJson *json = cardea_json_new_object ();

  cardea_json_set (json, "names", write_set (heeded->names));
  cardea_json_set (json, "last", write_set (heeded->last));
  cardea_json_set (json, "pairs", write_set (heeded->pairs));
  cardea_json_set (json, "extensions", write_set (heeded->extensions));
  return json;
}

static GHashTable *
new_set (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

CardeaJson *
cardea_policy_heeded_new (const CardeaPolicyFiles *files, const CardeaPolicyFacts *facts)
{
  g_autoptr (CardeaJson) tables = are_all_shipped (files) ? read_tables (files) : NULL;
  const CardeaJson *places = tables != NULL ? cardea_json_get (tables, "places") : NULL;

  if (places == NULL || cardea_json_get (tables, "labels") == NULL)
    return NULL;
  Heeded heeded = { new_set (), new_set (), new_set (), new_set () };
  add_places (&heeded, cardea_json_get (places, "below"), TRUE);
  add_places (&heeded, cardea_json_get (places, "root"), FALSE);
  add_places (&heeded, cardea_json_get (places, "last"), FALSE);
  add_keys (heeded.extensions, cardea_json_get (places, "extension"));
  add_keys (heeded.names, cardea_json_get (tables, "labels"));
  for (const char *const *own = facts->own; own != NULL && *own != NULL; own++)
    add_own (&heeded, *own);
  CardeaJson *json = write_all (&heeded);
  g_hash_table_unref (heeded.names);
  g_hash_table_unref (heeded.last);
  g_hash_table_unref (heeded.pairs);
  g_hash_table_unref (heeded.extensions);
  return json;
}
