/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/guardian-files-error.h"
#include "guardian/files/guardian-files-search.h"
#include "tests/unit/guardian/files/files-fixture.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static CardeaJson *
search (FilesFixture *fixture, const char *path, const char *text, guint limit,
        gboolean *ret_truncated)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GuardianFilesClosed) closed = guardian_files_closed_new (
      fixture->mounts, fixture->folder, GUARDIAN_FILES_WALK_WAIT, NULL, &error);
  g_autoptr (GuardianFilesObject) object
      = guardian_files_walk (fixture->mounts, path, GUARDIAN_FILES_WALK_WAIT, NULL, &error);
  g_assert_no_error (error);
  CardeaJson *matches = guardian_files_search (fixture->mounts, closed, object, text, limit, NULL,
                                               ret_truncated, &error);
  g_assert_no_error (error);
  return matches;
}

/* "name:line:text|…" */
static void
assert_found (FilesFixture *fixture, const char *text, const char *expected)
{
  gboolean truncated = TRUE;
  g_autoptr (CardeaJson) matches = search (fixture, fixture->folder, text, 100, &truncated);
  g_autoptr (GString) found = g_string_new (NULL);
  for (guint i = 0; i < cardea_json_size (matches); i++)
    {
      const CardeaJson *match = cardea_json_nth (matches, i);
      gint64 line = 0;
      g_assert_true (cardea_json_get_int (match, "line", &line));
      g_string_append_printf (found, "%s%s:%d:%s", i > 0 ? "|" : "",
                              cardea_json_get_string (match, "name"), (int) line,
                              cardea_json_get_string (match, "text"));
    }
  g_assert_cmpstr (found->str, ==, expected);
  g_assert_false (truncated);
}

static void
test_lines (FilesFixture *fixture, gconstpointer data)
{
  g_autofree char *one = files_fixture_write (fixture, "a/one", "Total 1\n\n  the total\ttoo \nx");
  g_autofree char *two = files_fixture_write (fixture, "two", "no\r\nTOTAL total total\r\nend");
  g_autofree char *last = files_fixture_write (fixture, "z", "\n\nlast without newline: TOTal");
  assert_found (fixture, "total",
                "two:2:TOTAL total total|z:3:last without newline: TOTal|a/one:1:Total 1"
                "|a/one:3:the total\ttoo");
  assert_found (fixture, "nothing of the kind", "");
}

static void
test_left_out (FilesFixture *fixture, gconstpointer data)
{
  g_autofree char *binary = files_fixture_path (fixture, "binary");
  g_file_set_contents (binary, "needle\0needle", 13, NULL);
  g_autofree char *dot = files_fixture_write (fixture, ".profile", "needle");
  g_autofree char *git = files_fixture_write (fixture, ".git/config", "needle");
  g_autofree char *key = files_fixture_write (fixture, ".ssh/id", "needle");
  g_autofree char *twin = files_fixture_path (fixture, "twin");
  g_assert_cmpint (link (key, twin), ==, 0);
  g_autofree char *follow = files_fixture_link (fixture, "follow", ".ssh/id");
  g_autofree char *vault = files_fixture_write (fixture, "vault/ring", "needle");
  g_autofree char *gnupg = files_fixture_link (fixture, ".gnupg", "vault");
  g_autofree char *fifo = files_fixture_path (fixture, "fifo");
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_autofree char *good = files_fixture_write (fixture, "good", "needle");
  assert_found (fixture, "needle", "good:1:needle");
}

static void
test_one_file (FilesFixture *fixture, gconstpointer data)
{
  g_autofree char *file = files_fixture_write (fixture, "d/file", "a\nneedle\n");
  gboolean truncated = TRUE;
  g_autoptr (CardeaJson) matches = search (fixture, file, "needle", 5, &truncated);
  g_assert_cmpuint (cardea_json_size (matches), ==, 1);
  g_assert_cmpstr (cardea_json_get_string (cardea_json_nth (matches, 0), "name"), ==, "file");
  g_assert_false (truncated);
}

/* Around the edges of the buffer, and in a line that is longer than it. */
static void
test_edges (FilesFixture *fixture, gconstpointer data)
{
  for (gsize before = 256 * 1024 - 12; before <= 256 * 1024 + 2; before++)
    {
      g_autofree char *fill = g_strnfill (before, 'x');
      g_autofree char *text = g_strdup_printf ("first\n%sNEEDLE%s\nafter needle\n", fill, fill);
      g_autofree char *file = files_fixture_write (fixture, "long", text);
      gboolean truncated = TRUE;
      g_autoptr (CardeaJson) matches = search (fixture, file, "needle", 5, &truncated);
      g_assert_cmpuint (cardea_json_size (matches), ==, 2);
      gint64 lines[2] = { 0 };
      for (guint i = 0; i < 2; i++)
        g_assert_true (cardea_json_get_int (cardea_json_nth (matches, i), "line", &lines[i]));
      g_assert_cmpint (lines[0], ==, 2);
      g_assert_cmpint (lines[1], ==, 3);
      const char *shown = cardea_json_get_string (cardea_json_nth (matches, 0), "text");
      g_assert_nonnull (strstr (shown, "NEEDLE"));
      g_assert_cmpuint (strlen (shown), <, 300);
    }
}

static void
test_limits (FilesFixture *fixture, gconstpointer data)
{
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint i = 0; i < 200; i++)
    g_string_append (text, "needle\n");
  g_autofree char *many = files_fixture_write (fixture, "a-many", text->str);
  g_autofree char *other = files_fixture_write (fixture, "b-other", "needle\n");
  gboolean truncated = FALSE;
  g_autoptr (CardeaJson) matches = search (fixture, fixture->folder, "needle", 500, &truncated);
  g_assert_cmpuint (cardea_json_size (matches), ==, 51); /* the other file is seen, too */
  g_assert_true (truncated);
  g_autoptr (CardeaJson) few = search (fixture, fixture->folder, "needle", 3, &truncated);
  g_assert_cmpuint (cardea_json_size (few), ==, 3);
  g_assert_true (truncated);
}

static void
test_bad_text (FilesFixture *fixture, gconstpointer data)
{
  g_autofree char *file = files_fixture_path (fixture, "latin1");
  g_file_set_contents (file, "caf\xe9 needle \x1b[31m\xff", -1, NULL);
  gboolean truncated = TRUE;
  g_autoptr (CardeaJson) matches = search (fixture, file, "needle", 5, &truncated);
  const char *shown = cardea_json_get_string (cardea_json_nth (matches, 0), "text");
  g_assert_true (g_utf8_validate (shown, -1, NULL));
  g_autofree char *written = cardea_json_write (matches, NULL, NULL);
  g_assert_nonnull (written);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  FILES_TEST ("/files/search/lines", test_lines);
  FILES_TEST ("/files/search/left-out", test_left_out);
  FILES_TEST ("/files/search/one-file", test_one_file);
  FILES_TEST ("/files/search/edges", test_edges);
  FILES_TEST ("/files/search/limits", test_limits);
  FILES_TEST ("/files/search/bad-text", test_bad_text);
  return g_test_run ();
}
