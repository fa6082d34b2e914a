/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-copied-files.h"

#include <string.h>

static const struct {
  const char *text, *paths;
} rows[] = {
  { "", "" },
  { "copy", "" },
  { "copy\nfile:///home/p/a.txt", "/home/p/a.txt" },
  { "cut\nfile:///home/p/a.txt\nfile:///home/p/b%20c.txt\n", "/home/p/a.txt,/home/p/b c.txt" },
  { "copy\r\nfile:///home/p/a.txt\r\n", "/home/p/a.txt" },
  { "copy\nfile://localhost/a", "/a" },
  { "copy\nfile://elsewhere.example/a", "" },
  { "copy\nhttps://a.example/x\n/home/p/a\nfile:b\nfile:///c", "/c" },
  { "copy\nfile:///a%00b\nfile:///d", "/d" },
  { "move\nfile:///a", "" },
  { "file:///a\nfile:///b", "" },
};

static void
test_lines (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_auto (GStrv) paths = ui_copied_files_parse (rows[i].text, strlen (rows[i].text));
      g_autofree char *text = g_strjoinv (",", paths);
      g_assert_cmpstr (text, ==, rows[i].paths);
    }
}

static void
test_limits (void)
{
  g_autoptr (GString) text = g_string_new ("copy");
  static const char zero[] = "copy\nfile:///a\0\nfile:///b";

  for (guint i = 0; i < 2 * UI_COPIED_FILES_LIMIT; i++)
    g_string_append_printf (text, "\nfile:///a%u", i);
  g_auto (GStrv) many = ui_copied_files_parse (text->str, text->len);
  g_assert_cmpuint (g_strv_length (many), ==, UI_COPIED_FILES_LIMIT);

  while (text->len <= UI_COPIED_FILES_BYTES)
    g_string_append_c (text, '\n');
  g_auto (GStrv) long_list = ui_copied_files_parse (text->str, text->len);
  g_assert_null (long_list[0]);

  g_auto (GStrv) broken = ui_copied_files_parse (zero, sizeof zero - 1);
  g_assert_null (broken[0]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui-copied-files/lines", test_lines);
  g_test_add_func ("/ui-copied-files/limits", test_limits);
  return g_test_run ();
}
