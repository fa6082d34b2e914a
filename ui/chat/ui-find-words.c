/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-find-words.h"

#include <string.h>

char **
ui_find_words_split (const char *text)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);
  g_auto (GStrv) parts = g_strsplit_set (folded, " \t\r\n", -1);
  g_autoptr (GStrvBuilder) words = g_strv_builder_new ();
  guint count = 0;

  for (guint i = 0; parts[i] != NULL && count < UI_FIND_WORDS_LIMIT; i++)
    if (*parts[i] != '\0')
      {
        g_strv_builder_add (words, parts[i]);
        count++;
      }
  return g_strv_builder_end (words);
}

gboolean
ui_find_words_in (const char *text, char **words)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);

  for (guint i = 0; words[i] != NULL; i++)
    if (strstr (folded, words[i]) == NULL)
      return FALSE;
  return words[0] != NULL;
}

/* --- where they stand --- */

/* Folding can make a character longer or shorter: of every byte of the folded text where the
 * character began that it comes from, and at its end the text's. */
static char *
fold_with_map (const char *text, GArray *map)
{
  g_autoptr (GString) folded = g_string_new (NULL);
  guint end = (guint) strlen (text);

  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      guint place = (guint) (at - text);
      gsize before = folded->len;
      g_autofree char *piece
          = (guchar) *at < 0x80 ? NULL : g_utf8_casefold (at, g_utf8_next_char (at) - at);
      if (piece == NULL)
        g_string_append_c (folded, g_ascii_tolower (*at));
      else
        g_string_append (folded, piece);
      for (gsize i = before; i < folded->len; i++)
        g_array_append_val (map, place);
    }
  g_array_append_val (map, end);
  return g_strdup (folded->str);
}

GArray *
ui_find_words_places (const char *text, char **words)
{
  GArray *places = g_array_new (FALSE, FALSE, sizeof (UiFindPlace));
  g_autoptr (GArray) map = g_array_new (FALSE, FALSE, sizeof (guint));
  g_autofree char *folded = fold_with_map (text, map);

  for (guint i = 0; words[i] != NULL; i++)
    {
      gsize size = strlen (words[i]);
      const char *found = strstr (folded, words[i]);
      for (; found != NULL && places->len < UI_FIND_WORDS_PLACES;
           found = strstr (found + size, words[i]))
        {
          gsize last = (gsize) (found - folded) + size - 1;
          UiFindPlace place = { g_array_index (map, guint, found - folded), 0 };
          /* To the end of the character that the last byte comes from. */
          const char *end = text + g_array_index (map, guint, last);
          place.end = (guint) (g_utf8_next_char (end) - text);
          g_array_append_val (places, place);
        }
    }
  return places;
}
