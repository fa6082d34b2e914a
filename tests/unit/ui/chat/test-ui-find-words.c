/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-find-words.h"

#include <string.h>

static const struct {
  const char *wanted, *text;
  gboolean found;
  const char *places; /* what stands there, one after another */
} rows[] = {
  { "", "anything", FALSE, "" },
  { "  ", "anything", FALSE, "" },
  { "thing", "Anything, THING", TRUE, "thing|THING" },
  { "no thing", "thing", FALSE, "thing" },
  { "one  two", "two and one and two", TRUE, "one|two|two" },
  { "straße", "die STRASSE, die Straße", TRUE, "STRASSE|Straße" },
  { "ss", "Maß und Masse", TRUE, "ß|ss" },
  { "é", "É e é", TRUE, "É|é" },
  { "aa", "aaaaa", TRUE, "aa|aa" },
  { "дом", "Дома ДОМ", TRUE, "Дом|ДОМ" },
  { "i", "İ", TRUE, "İ" }, /* which folds to more than one character */
};

static void
test_places (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (GStrv) words = ui_find_words_split (rows[i].wanted);
      g_autoptr (GArray) places = ui_find_words_places (rows[i].text, words);
      g_autoptr (GString) shown = g_string_new (NULL);

      for (guint k = 0; k < places->len; k++)
        {
          const UiFindPlace *place = &g_array_index (places, UiFindPlace, k);
          g_string_append_len (g_string_append (shown, k > 0 ? "|" : ""),
                               rows[i].text + place->start, place->end - place->start);
        }
      g_assert_cmpstr (shown->str, ==, rows[i].places);
      g_assert_cmpint (ui_find_words_in (rows[i].text, words), ==, rows[i].found);
    }
}

static void
test_limits (void)
{
  g_autofree char *text = g_strnfill (3 * UI_FIND_WORDS_PLACES, 'a');
  g_auto (GStrv) words = ui_find_words_split ("a b c d e f g h i j");
  g_autoptr (GArray) places = ui_find_words_places (text, words);

  g_assert_cmpuint (g_strv_length (words), ==, UI_FIND_WORDS_LIMIT);
  g_assert_cmpuint (places->len, ==, UI_FIND_WORDS_PLACES);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui-find-words/places", test_places);
  g_test_add_func ("/ui-find-words/limits", test_limits);
  return g_test_run ();
}
