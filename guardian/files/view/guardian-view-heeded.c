/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core, for which names matter. Refuses: to call a name harmless that is not printable
 * ASCII, as upper and lower case are told apart differently elsewhere. Known gaps: none. */

#include "guardian/files/view/guardian-view-heeded.h"

#include <string.h>

#define LIMIT_NAME 255u

enum { NAMES, LAST, PAIRS, EXTENSIONS, SETS };

struct _GuardianViewHeeded {
  GHashTable *sets[SETS]; /* of text in small letters; NULL: all */
};

static const char *const members[SETS] = { "names", "last", "pairs", "extensions" };

static GHashTable *
read_set (const CardeaJson *list)
{
  g_autoptr (GHashTable) set = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  if (list == NULL || cardea_json_type (list) != CARDEA_JSON_ARRAY)
    return NULL;
  for (guint i = 0; i < cardea_json_size (list); i++)
    {
      const char *text = cardea_json_string (cardea_json_nth (list, i));
      if (text == NULL)
        return NULL;
      g_hash_table_add (set, g_strdup (text));
    }
  return g_steal_pointer (&set);
}

GuardianViewHeeded *
guardian_view_heeded_new (const CardeaJson *json)
{
  GuardianViewHeeded *heeded = g_new0 (GuardianViewHeeded, 1);

  for (guint i = 0; json != NULL && i < SETS; i++)
    heeded->sets[i] = read_set (cardea_json_get (json, members[i]));
  return heeded;
}

void
guardian_view_heeded_free (GuardianViewHeeded *heeded)
{
  if (heeded == NULL)
    return;
  for (guint i = 0; i < SETS; i++)
    g_clear_pointer (&heeded->sets[i], g_hash_table_unref);
  g_free (heeded);
}

static gboolean
has (const GuardianViewHeeded *heeded, guint set, const char *text)
{
  return heeded->sets[set] == NULL || g_hash_table_contains (heeded->sets[set], text);
}

/* In small letters; FALSE: a name that is always heeded. */
static gboolean
fold (const char *name, char folded[LIMIT_NAME + 1])
{
  gsize size = strlen (name);

  for (gsize i = 0; i <= size && size <= LIMIT_NAME; i++)
    {
      if (i < size && !g_ascii_isprint (name[i]))
        return FALSE;
      folded[i] = g_ascii_tolower (name[i]);
    }
  return size <= LIMIT_NAME;
}

static gboolean
is_heeded (const GuardianViewHeeded *heeded, const char *above, const char *name, gboolean last)
{
  char folded[LIMIT_NAME + 1];
  char pair[2 * (LIMIT_NAME + 1)];

  if (!fold (name, folded) || !fold (above, pair) || has (heeded, NAMES, folded))
    return TRUE;
  gsize size = strlen (pair);
  pair[size] = '/';
  memcpy (pair + size + 1, folded, strlen (folded) + 1);
  if (has (heeded, PAIRS, pair))
    return TRUE;
  const char *dot = strrchr (folded, '.');
  return last && (has (heeded, LAST, folded) || (dot != NULL && has (heeded, EXTENSIONS, dot + 1)));
}

gboolean
guardian_view_heeded_on_way (const GuardianViewHeeded *heeded, const char *above, const char *name)
{
  return is_heeded (heeded, above, name, FALSE);
}

gboolean
guardian_view_heeded_last (const GuardianViewHeeded *heeded, const char *above, const char *name)
{
  return is_heeded (heeded, above, name, TRUE);
}
