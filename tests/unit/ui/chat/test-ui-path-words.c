/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-path-words.h"

static const struct {
  const char *text, *words;
} rows[] = {
  { "", "" },
  { "Nothing here and/or there, 1/2", "" },
  { "Sum up /data/bank.csv", "/data/bank.csv" },
  { "Compare ~/a.txt with ~/b.txt", "/home/p/a.txt,/home/p/b.txt" },
  { "What is in ~/a.txt?", "/home/p/a.txt?,/home/p/a.txt" },
  { "(see /tmp/x)", "/tmp/x),/tmp/x" },
  { "Read \"/my files/a b.txt\" now", "/my files/a b.txt" },
  { "Read “~/my files/a.txt”.", "/home/p/my files/a.txt" },
  { "an open \"/quote on this line\nand /another", "/another" },
  { "/ ~ ~/ // /home/p /home/p/", "" },
  { "~/Notes/ and ~/Notes", "/home/p/Notes" },
  { "http://a.example/x ~x/y", "" },
};

static void
test_words (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (GStrv) words = ui_path_words (rows[i].text, "/home/p");
      g_autofree char *text = g_strjoinv (",", words);
      g_assert_cmpstr (text, ==, rows[i].words);
    }
}

static void
test_limits (void)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_autofree char *long_name = g_strnfill (5000, 'a');

  for (guint i = 0; i < 100; i++)
    g_string_append_printf (text, "/a%u ", i);
  g_auto (GStrv) words = ui_path_words (text->str, "/home/p");
  g_assert_cmpuint (g_strv_length (words), ==, UI_PATH_WORDS_LIMIT);

  g_autofree char *long_path = g_strconcat ("/", long_name, NULL);
  g_auto (GStrv) none = ui_path_words (long_path, "/home/p");
  g_assert_null (none[0]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui-path-words/words", test_words);
  g_test_add_func ("/ui-path-words/limits", test_limits);
  return g_test_run ();
}
