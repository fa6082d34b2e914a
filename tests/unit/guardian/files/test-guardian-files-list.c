/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/guardian-files-error.h"
#include "guardian/files/guardian-files-list.h"
#include "tests/unit/guardian/files/files-fixture.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define MANY 3000

typedef struct {
  CardeaJson *entries;
  gboolean truncated;
} Listed;

static void
listed_clear (Listed *listed)
{
  g_clear_pointer (&listed->entries, cardea_json_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Listed, listed_clear)

static Listed
list (FilesFixture *fixture, const char *path, guint depth, GuardianFilesListSort sort,
      const char *pattern, guint limit)
{
  g_autoptr (GError) error = NULL;
  Listed listed = { 0 };
  const GuardianFilesListQuery query = { depth, sort, pattern, limit };
  g_autoptr (GuardianFilesClosed) closed = guardian_files_closed_new (
      fixture->mounts, fixture->folder, GUARDIAN_FILES_WALK_WAIT, NULL, &error);
  int fd = open (path, O_PATH | O_CLOEXEC);
  listed.entries
      = guardian_files_list (fixture->mounts, closed, fd, &query, NULL, &listed.truncated, &error);
  close (fd);
  g_assert_no_error (error);
  return listed;
}

/* "a b c": the names in order. */
static char *
names_of (const Listed *listed)
{
  g_autoptr (GString) names = g_string_new (NULL);
  for (guint i = 0; i < cardea_json_size (listed->entries); i++)
    {
      const char *name = cardea_json_get_string (cardea_json_nth (listed->entries, i), "name");
      g_string_append_printf (names, "%s%s", i > 0 ? " " : "", name != NULL ? name : "?");
    }
  return g_string_free (g_steal_pointer (&names), FALSE);
}

static void
assert_names (FilesFixture *fixture, guint depth, GuardianFilesListSort sort, const char *pattern,
              guint limit, const char *expected, gboolean truncated)
{
  g_auto (Listed) listed = list (fixture, fixture->folder, depth, sort, pattern, limit);
  g_autofree char *names = names_of (&listed);
  g_assert_cmpstr (names, ==, expected);
  g_assert_cmpint (listed.truncated, ==, truncated);
}

static void
put (FilesFixture *fixture, const char *name, const char *text, gint64 seconds)
{
  g_autofree char *path = files_fixture_write (fixture, name, text);
  const struct timespec times[2] = { { seconds, 0 }, { seconds, 0 } };
  g_assert_cmpint (utimensat (AT_FDCWD, path, times, 0), ==, 0);
}

static void
test_orders (FilesFixture *fixture, gconstpointer data)
{
  put (fixture, "b.txt", "12", 300);
  put (fixture, "A.csv", "1234", 100);
  put (fixture, "c.TXT", "1", 200);
  put (fixture, ".hidden", "123456789", 900);
  assert_names (fixture, 1, GUARDIAN_FILES_LIST_NAME, NULL, 10, "A.csv b.txt c.TXT", FALSE);
  assert_names (fixture, 1, GUARDIAN_FILES_LIST_MTIME, NULL, 10, "b.txt c.TXT A.csv", FALSE);
  assert_names (fixture, 1, GUARDIAN_FILES_LIST_SIZE, NULL, 10, "A.csv b.txt c.TXT", FALSE);
  assert_names (fixture, 1, GUARDIAN_FILES_LIST_MTIME, NULL, 1, "b.txt", TRUE);
  assert_names (fixture, 1, GUARDIAN_FILES_LIST_SIZE, NULL, 2, "A.csv b.txt", TRUE);
  assert_names (fixture, 1, GUARDIAN_FILES_LIST_NAME, ".txt", 10, "b.txt c.TXT", FALSE);
  assert_names (fixture, 1, GUARDIAN_FILES_LIST_NAME, "hidden", 10, "", FALSE);
}

static void
test_depth (FilesFixture *fixture, gconstpointer data)
{
  put (fixture, "top", "x", 1);
  put (fixture, "d/mid", "x", 1);
  put (fixture, "d/e/low", "x", 1);
  put (fixture, "d/.git/config", "x", 1);
  assert_names (fixture, 1, GUARDIAN_FILES_LIST_NAME, NULL, 10, "d top", FALSE);
  assert_names (fixture, 2, GUARDIAN_FILES_LIST_NAME, NULL, 10, "d d/e d/mid top", FALSE);
  assert_names (fixture, 16, GUARDIAN_FILES_LIST_NAME, NULL, 10, "d d/e d/e/low d/mid top", FALSE);
  assert_names (fixture, 16, GUARDIAN_FILES_LIST_NAME, "low", 10, "d/e/low", FALSE);
}

/* Links are named, never followed; pipes are named, never opened; what is closed is not there. */
static void
test_kinds (FilesFixture *fixture, gconstpointer data)
{
  put (fixture, "real/in", "x", 1);
  put (fixture, "vault/key", "x", 1);
  g_autofree char *link = files_fixture_link (fixture, "link", "real");
  g_autofree char *up = files_fixture_link (fixture, "real/up", "..");
  g_autofree char *fifo = files_fixture_path (fixture, "pipe");
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_autofree char *closed = files_fixture_link (fixture, ".ssh", "vault");
  assert_names (fixture, 16, GUARDIAN_FILES_LIST_NAME, NULL, 20, "link pipe real real/in real/up",
                FALSE);

  g_auto (Listed) listed = list (fixture, fixture->folder, 1, GUARDIAN_FILES_LIST_NAME, NULL, 9);
  static const char *const kinds[] = { "link", "other", "folder" };
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_assert_cmpstr (cardea_json_get_string (cardea_json_nth (listed.entries, i), "kind"), ==,
                     kinds[i]);
}

/* A folder that itself begins with a dot was named: what is in it is shown. */
static void
test_named_dot_folder (FilesFixture *fixture, gconstpointer data)
{
  put (fixture, ".config/app/settings", "x", 1);
  put (fixture, ".config/cardea/secret", "x", 1);
  g_autofree char *config = files_fixture_path (fixture, ".config");
  g_auto (Listed) listed = list (fixture, config, 16, GUARDIAN_FILES_LIST_NAME, NULL, 10);
  g_autofree char *names = names_of (&listed);
  g_assert_cmpstr (names, ==, "app app/settings");
}

static void
test_odd_names (FilesFixture *fixture, gconstpointer data)
{
  put (fixture, "new\nline", "x", 1);
  put (fixture, "bad\xff", "x", 1);
  g_auto (Listed) listed = list (fixture, fixture->folder, 1, GUARDIAN_FILES_LIST_NAME, NULL, 10);
  CardeaJson *bad = cardea_json_nth (listed.entries, 0);
  g_assert_cmpstr (cardea_json_get_string (bad, "name_b64"), ==, "YmFk/w==");
  g_assert_null (cardea_json_get (bad, "name"));
  g_assert_cmpstr (cardea_json_get_string (cardea_json_nth (listed.entries, 1), "name"), ==,
                   "new\nline");
}

/* More than a message holds: the answer stays below the wire's limit and says so. */
static void
test_many (FilesFixture *fixture, gconstpointer data)
{
  for (guint i = 0; i < MANY; i++)
    {
      g_autofree char *name = g_strdup_printf ("%04u-%0*d", i, 240, 0);
      g_autofree char *path = files_fixture_path (fixture, name);
      int fd = open (path, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
      g_assert_cmpint (fd, >=, 0);
      close (fd);
    }
  g_auto (Listed) listed = list (fixture, fixture->folder, 1, GUARDIAN_FILES_LIST_NAME, NULL, 2000);
  gsize size = 0;
  g_autofree char *text = cardea_json_write (listed.entries, &size, NULL);
  g_assert_nonnull (text);
  g_assert_cmpuint (size, <, 786432);
  g_assert_cmpuint (cardea_json_size (listed.entries), >, 1000);
  g_assert_true (listed.truncated);
  g_assert_true (g_str_has_prefix (
      cardea_json_get_string (cardea_json_nth (listed.entries, 0), "name"), "0000-"));
}

static void
test_cancelled (FilesFixture *fixture, gconstpointer data)
{
  put (fixture, "file", "x", 1);
  gint cancelled = TRUE;
  gboolean truncated = FALSE;
  const GuardianFilesListQuery query = { 1, GUARDIAN_FILES_LIST_NAME, NULL, 10 };
  g_autoptr (GuardianFilesClosed) closed = guardian_files_closed_new (
      fixture->mounts, fixture->folder, GUARDIAN_FILES_WALK_WAIT, NULL, NULL);
  int fd = open (fixture->folder, O_PATH | O_CLOEXEC);
  g_autoptr (CardeaJson) entries
      = guardian_files_list (fixture->mounts, closed, fd, &query, &cancelled, &truncated, NULL);
  close (fd);
  g_assert_cmpuint (cardea_json_size (entries), ==, 0);
  g_assert_true (truncated);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  FILES_TEST ("/files/list/orders", test_orders);
  FILES_TEST ("/files/list/depth", test_depth);
  FILES_TEST ("/files/list/kinds", test_kinds);
  FILES_TEST ("/files/list/named-dot-folder", test_named_dot_folder);
  FILES_TEST ("/files/list/odd-names", test_odd_names);
  FILES_TEST ("/files/list/many", test_many);
  FILES_TEST ("/files/list/cancelled", test_cancelled);
  return g_test_run ();
}
