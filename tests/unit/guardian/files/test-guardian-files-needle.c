/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/guardian-files-needle.h"

#include <string.h>

static gssize
find (const char *needle_text, const char *text, gsize size)
{
  g_autoptr (GuardianFilesNeedle) needle = guardian_files_needle_new (needle_text);
  g_autofree char *folded = g_malloc (MAX (size, 1));
  return guardian_files_needle_find (needle, text, size, folded);
}

static void
test_find (void)
{
  g_assert_null (guardian_files_needle_new (""));
  g_assert_cmpint (find ("total", "The TOTAL sum", 13), ==, 4);
  g_assert_cmpint (find ("TOTAL", "the total", 9), ==, 4);
  g_assert_cmpint (find ("total", "tota", 4), ==, -1);
  g_assert_cmpint (find ("total", "", 0), ==, -1);
  g_assert_cmpint (find ("b[c]", "a\0B[C]", 6), ==, 2);
  g_assert_cmpint (find ("[", "{", 1), ==, -1); /* no letters, no case */
  g_assert_cmpint (find ("\x41", "\xc3\x81", 2), ==, -1);
  /* Beyond ASCII: the line's beginning. */
  g_assert_cmpint (find ("Ärger", "eins\nviel ÄRGER\n", 18), ==, 5);
  g_assert_cmpint (find ("ärger", "nichts\nA\xcc\x88rger", 14), ==, 7); /* decomposed */
  g_assert_cmpint (find ("straße", "STRASSE \xff \xc3\x84", 12), ==, 0);
  g_assert_cmpint (find ("ß", "ss ascii lines hold no such letter", 33), ==, -1);
}

static void
test_in_name (void)
{
  g_autoptr (GuardianFilesNeedle) plain = guardian_files_needle_new ("Bank");
  g_autoptr (GuardianFilesNeedle) accented = guardian_files_needle_new ("É");
  g_assert_true (guardian_files_needle_in_name (plain, "my-BANK.csv"));
  g_assert_true (guardian_files_needle_in_name (plain, "\xff\xfe"
                                                       "bank"));
  g_assert_false (guardian_files_needle_in_name (plain, "ban"));
  g_assert_true (guardian_files_needle_in_name (accented, "caf\xc3\xa9"));
  g_assert_true (guardian_files_needle_in_name (accented, "cafe\xcc\x81"));
  g_assert_false (guardian_files_needle_in_name (accented, "cafe"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/files/needle/find", test_find);
  g_test_add_func ("/files/needle/in-name", test_in_name);
  return g_test_run ();
}
