/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-column-name.h"

#include "agent/content/agent-text.h"

#include <string.h>

#define NAME_MAX_CHARACTERS 40 /* longer names are not compared letter by letter */

/* Smaller is closer. */
typedef enum {
  RANK_SAME,    /* but for case */
  RANK_LETTERS, /* but for punctuation and blanks */
  RANK_PLURAL,  /* but for an "s" at the end */
  RANK_PART,    /* one is whole words of the other */
  RANK_TYPO,    /* one or two letters apart */
  RANK_NONE,
} Rank;

/* Optimal string alignment distance (Damerau, without a substring edited twice). */
static guint
distance (const char *a, const char *b)
{
  guint rows[3][NAME_MAX_CHARACTERS + 1];
  guint *before = rows[0], *previous = rows[1], *current = rows[2];
  gsize length_a = strlen (a), length_b = strlen (b);

  for (guint j = 0; j <= length_b; j++)
    previous[j] = j;
  for (guint i = 1; i <= length_a; i++)
    {
      current[0] = i;
      for (guint j = 1; j <= length_b; j++)
        {
          guint best = previous[j - 1] + (a[i - 1] != b[j - 1]);
          best = MIN (best, MIN (previous[j], current[j - 1]) + 1);
          if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
            best = MIN (best, before[j - 2] + 1);
          current[j] = best;
        }
      guint *spare = before;
      before = previous;
      previous = current;
      current = spare;
    }
  return previous[length_b];
}

static gboolean
is_typo (const char *a, const char *b)
{
  gsize length_a = strlen (a), length_b = strlen (b);
  gsize shorter = MIN (length_a, length_b), longer = MAX (length_a, length_b);
  if (shorter < 4 || longer > NAME_MAX_CHARACTERS || longer - shorter > 2)
    return FALSE;
  return distance (a, b) <= (shorter < 6 ? 1u : 2u);
}

/* "Amount (EUR)" → " amount eur ": whole words can be looked for with strstr. */
static char *
spaced (const char *text)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);
  GString *out = g_string_new (" ");
  for (const char *c = folded; *c != '\0'; c = g_utf8_next_char (c))
    {
      if (g_unichar_isalnum (g_utf8_get_char (c)))
        g_string_append_unichar (out, g_utf8_get_char (c));
      else if (out->str[out->len - 1] != ' ')
        g_string_append_c (out, ' ');
    }
  if (out->str[out->len - 1] != ' ')
    g_string_append_c (out, ' ');
  return g_string_free (out, FALSE);
}

static gboolean
is_plural (const char *a, const char *b)
{
  gsize length = strlen (a);
  return length > 2 && strncmp (a, b, length) == 0 && strcmp (b + length, "s") == 0;
}

static Rank
rank (const char *name, const char *wanted)
{
  g_autofree char *folded_name = agent_text_fold (name);
  g_autofree char *folded_wanted = agent_text_fold (wanted);
  if (strcmp (folded_name, folded_wanted) == 0)
    return RANK_SAME;

  g_autofree char *letters_name = agent_text_fold_name (name);
  g_autofree char *letters_wanted = agent_text_fold_name (wanted);
  if (letters_name[0] == '\0' || letters_wanted[0] == '\0')
    return RANK_NONE;
  if (strcmp (letters_name, letters_wanted) == 0)
    return RANK_LETTERS;
  if (is_plural (letters_name, letters_wanted) || is_plural (letters_wanted, letters_name))
    return RANK_PLURAL;

  g_autofree char *words_name = spaced (name);
  g_autofree char *words_wanted = spaced (wanted);
  if (strstr (words_name, words_wanted) != NULL || strstr (words_wanted, words_name) != NULL)
    return RANK_PART;
  return is_typo (letters_name, letters_wanted) ? RANK_TYPO : RANK_NONE;
}

static gboolean
find_by_number (const GPtrArray *names, const char *wanted, guint *ret_index)
{
  g_autofree char *letters = agent_text_fold_name (wanted);
  const char *digits = letters;
  if (g_str_has_prefix (letters, "column"))
    digits = letters + strlen ("column");
  else if (!g_str_has_suffix (letters, "column"))
    return FALSE;

  char *end;
  guint64 number = g_ascii_strtoull (digits, &end, 10);
  if (end == digits || number < 1 || number > names->len)
    return FALSE;
  *ret_index = (guint) number - 1;
  return TRUE;
}

AgentColumnMatch
agent_column_name_find (const GPtrArray *names, const char *wanted, guint *ret_index)
{
  Rank best = RANK_NONE;
  guint found = 0, equal = 0;
  for (guint i = 0; i < names->len; i++)
    {
      Rank here = rank (names->pdata[i], wanted);
      equal = here < best ? 1 : equal + (here == best && here != RANK_NONE);
      if (here < best)
        {
          best = here;
          found = i;
        }
    }
  if (best == RANK_NONE)
    return find_by_number (names, wanted, ret_index) ? AGENT_COLUMN_EXACT : AGENT_COLUMN_NONE;
  if (equal > 1)
    return AGENT_COLUMN_SEVERAL;
  *ret_index = found;
  return best == RANK_SAME ? AGENT_COLUMN_EXACT : AGENT_COLUMN_CLOSE;
}
