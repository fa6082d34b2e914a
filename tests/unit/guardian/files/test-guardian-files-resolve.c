/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/guardian-files-error.h"
#include "guardian/files/guardian-files-resolve.h"
#include "tests/unit/guardian/files/files-fixture.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static gboolean
resolve (FilesFixture *fixture, const GuardianFilesResolveQuery *query,
         GuardianFilesResolution *ret_resolution, GError **error)
{
  g_autoptr (GuardianFilesClosed) closed = guardian_files_closed_new (
      fixture->mounts, fixture->folder, GUARDIAN_FILES_WALK_WAIT, NULL, NULL);
  return guardian_files_resolve (fixture->mounts, closed, query, GUARDIAN_FILES_WALK_WAIT,
                                 ret_resolution, error);
}

static void
assert_path (FilesFixture *fixture, const char *path, GuardianFilesWant want, const char *expected,
             const char *via)
{
  g_autoptr (GError) error = NULL;
  g_auto (GuardianFilesResolution) resolution = { 0 };
  const GuardianFilesResolveQuery query = { .path = path, .home = fixture->folder, .want = want };
  g_assert_true (resolve (fixture, &query, &resolution, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (resolution.object->path, ==, expected);
  g_assert_cmpstr (resolution.via, ==, via);
}

static void
assert_refused (FilesFixture *fixture, const char *path, const char *name, GuardianFilesWant want,
                int code)
{
  g_autoptr (GError) error = NULL;
  g_auto (GuardianFilesResolution) resolution = { 0 };
  const GuardianFilesResolveQuery query
      = { .path = path, .name = name, .home = fixture->folder, .want = want };
  g_assert_false (resolve (fixture, &query, &resolution, &error));
  g_assert_error (error, GUARDIAN_FILES_ERROR, code);
  g_assert_null (strstr (error->message, fixture->folder)); /* a reason tells no path */
}

static void
test_paths (FilesFixture *fixture, gconstpointer data)
{
  g_autofree char *file = files_fixture_write (fixture, "d/file", "x");
  g_autofree char *folder = files_fixture_path (fixture, "d");
  g_autofree char *link = files_fixture_link (fixture, "link", "d/file");
  g_autofree char *home_link = g_build_filename (fixture->folder, "link", NULL);

  assert_path (fixture, file, GUARDIAN_FILES_WANT_FILE, file, NULL);
  assert_path (fixture, "~/d/file", GUARDIAN_FILES_WANT_ANY, file, NULL);
  assert_path (fixture, "~/d/../d//file", GUARDIAN_FILES_WANT_ANY, file, NULL);
  assert_path (fixture, "~/link", GUARDIAN_FILES_WANT_FILE, file, home_link);
  assert_path (fixture, "~", GUARDIAN_FILES_WANT_FOLDER, fixture->folder, NULL);
  assert_path (fixture, "~/d/.", GUARDIAN_FILES_WANT_FOLDER, folder, NULL);

  g_autofree char *fifo = files_fixture_path (fixture, "fifo");
  g_assert_cmpint (mkfifo (fifo, 0600), ==, 0);
  g_autofree char *endless = g_strnfill (5000, '/');
  static const struct {
    const char *path;
    GuardianFilesWant want;
    int code;
  } bad[] = {
    { "d/file", GUARDIAN_FILES_WANT_ANY, GUARDIAN_FILES_ERROR_UNSUITABLE },
    { "", GUARDIAN_FILES_WANT_ANY, GUARDIAN_FILES_ERROR_UNSUITABLE },
    { "~root/x", GUARDIAN_FILES_WANT_ANY, GUARDIAN_FILES_ERROR_UNSUITABLE },
    { "~/d", GUARDIAN_FILES_WANT_FILE, GUARDIAN_FILES_ERROR_UNSUITABLE },
    { "~/d/file", GUARDIAN_FILES_WANT_FOLDER, GUARDIAN_FILES_ERROR_UNSUITABLE },
    { "~/fifo", GUARDIAN_FILES_WANT_ANY, GUARDIAN_FILES_ERROR_UNSUITABLE },
    { "~/none", GUARDIAN_FILES_WANT_ANY, GUARDIAN_FILES_ERROR_NOT_FOUND },
    { "~/d/file/", GUARDIAN_FILES_WANT_ANY, GUARDIAN_FILES_ERROR_NOT_FOUND },
    { "/proc/self/status", GUARDIAN_FILES_WANT_ANY, GUARDIAN_FILES_ERROR_UNSUITABLE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    assert_refused (fixture, bad[i].path, NULL, bad[i].want, bad[i].code);
  assert_refused (fixture, endless, NULL, GUARDIAN_FILES_WANT_ANY, GUARDIAN_FILES_ERROR_UNSUITABLE);
  assert_refused (fixture, NULL, NULL, GUARDIAN_FILES_WANT_ANY, GUARDIAN_FILES_ERROR_UNSUITABLE);
  assert_refused (fixture, file, "file", GUARDIAN_FILES_WANT_ANY, GUARDIAN_FILES_ERROR_UNSUITABLE);
}

static void
test_closed (FilesFixture *fixture, gconstpointer data)
{
  g_autofree char *key = files_fixture_write (fixture, ".ssh/id", "key");
  g_autofree char *twin = files_fixture_path (fixture, "stuff/twin");
  g_assert_cmpint (link (key, twin), ==, 0);
  g_autofree char *sym = files_fixture_link (fixture, "stuff/sym", key);
  g_autofree char *plain = files_fixture_write (fixture, "stuff/plain", "x");
  const char *const closed[] = { "~/.ssh/id", "~/.ssh", "~/stuff/twin", "~/stuff/sym" };

  for (gsize i = 0; i < G_N_ELEMENTS (closed); i++)
    {
      g_auto (GuardianFilesResolution) resolution = { 0 };
      const GuardianFilesResolveQuery query
          = { .path = closed[i], .home = fixture->folder, .want = GUARDIAN_FILES_WANT_ANY };
      g_assert_true (resolve (fixture, &query, &resolution, NULL));
      g_assert_true (resolution.closed);
    }
  g_auto (GuardianFilesResolution) resolution = { 0 };
  const GuardianFilesResolveQuery query = { .path = plain, .home = fixture->folder };
  g_assert_true (resolve (fixture, &query, &resolution, NULL));
  g_assert_false (resolution.closed);
}

static char *
find (FilesFixture *fixture, const char *name, const char *folder, int code, char ***ret_candidates)
{
  g_autoptr (GError) error = NULL;
  g_auto (GuardianFilesResolution) resolution = { 0 };
  const GuardianFilesResolveQuery query = {
    .name = name, .folder = folder, .home = fixture->folder, .want = GUARDIAN_FILES_WANT_FILE
  };
  gboolean good = resolve (fixture, &query, &resolution, &error);
  if (ret_candidates != NULL)
    *ret_candidates = g_steal_pointer (&resolution.candidates);
  if (good)
    return g_strdup (resolution.object->path);
  g_assert_error (error, GUARDIAN_FILES_ERROR, code);
  return NULL;
}

static void
test_names (FilesFixture *fixture, gconstpointer data)
{
  g_autofree char *documents = files_fixture_write (fixture, "Documents/bank.csv", "x");
  g_autofree char *below = files_fixture_write (fixture, "Documents/deeper/low.csv", "x");
  g_autofree char *work = files_fixture_folder (fixture, "work");
  g_autofree char *folder_of_that_name = files_fixture_folder (fixture, "Desktop/bank.csv");

  g_autofree char *found = find (fixture, "bank.csv", work, 0, NULL);
  g_assert_cmpstr (found, ==, documents);
  g_assert_null (find (fixture, "Bank.csv", work, GUARDIAN_FILES_ERROR_NOT_FOUND, NULL));
  g_assert_null (find (fixture, "low.csv", work, GUARDIAN_FILES_ERROR_NOT_FOUND, NULL));
  g_assert_null (find (fixture, "deeper", work, GUARDIAN_FILES_ERROR_UNSUITABLE, NULL));
  static const char *const bad[] = { "", ".", "..", "a/b", "/bank.csv", "../bank.csv" };
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_null (find (fixture, bad[i], work, GUARDIAN_FILES_ERROR_UNSUITABLE, NULL));
  g_autofree char *too_long = g_strnfill (256, 'x');
  g_assert_null (find (fixture, too_long, work, GUARDIAN_FILES_ERROR_UNSUITABLE, NULL));

  /* The same object reached twice counts once; different ones are ambiguous. */
  g_autofree char *again = files_fixture_link (fixture, "work/bank.csv", documents);
  g_autofree char *once = find (fixture, "bank.csv", work, 0, NULL);
  g_assert_cmpstr (once, ==, documents);
  g_autofree char *other = files_fixture_write (fixture, "Downloads/bank.csv", "y");
  g_auto (GStrv) candidates = NULL;
  g_assert_null (find (fixture, "bank.csv", work, GUARDIAN_FILES_ERROR_AMBIGUOUS, &candidates));
  g_assert_cmpuint (g_strv_length (candidates), ==, 2);
  g_assert_cmpstr (candidates[0], ==, work);
}

static void
test_user_dirs (FilesFixture *fixture, gconstpointer data)
{
  g_autofree char *dirs = files_fixture_write (fixture, ".config/user-dirs.dirs",
                                               "XDG_DOCUMENTS_DIR=\"$HOME/Dokumente\"\n");
  g_autofree char *file = files_fixture_write (fixture, "Dokumente/a", "x");
  g_autofree char *english = files_fixture_write (fixture, "Documents/b", "x");
  g_autofree char *found = find (fixture, "a", NULL, 0, NULL);
  g_assert_cmpstr (found, ==, file);
  g_assert_null (find (fixture, "b", NULL, GUARDIAN_FILES_ERROR_NOT_FOUND, NULL));
}

int
main (int argc, char **argv)
{
  g_unsetenv ("XDG_CONFIG_HOME");
  g_test_init (&argc, &argv, NULL);
  FILES_TEST ("/files/resolve/paths", test_paths);
  FILES_TEST ("/files/resolve/closed", test_closed);
  FILES_TEST ("/files/resolve/names", test_names);
  FILES_TEST ("/files/resolve/user-dirs", test_user_dirs);
  return g_test_run ();
}
