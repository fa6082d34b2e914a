/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/guardian-files-closed.h"
#include "guardian/files/guardian-files-places.h"
#include "tests/unit/guardian/files/files-fixture.h"

#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
assert_places (const char *text, const char *documents, const char *downloads, const char *desktop)
{
  g_auto (GStrv) places
      = guardian_files_places_lookup ("/h", text, text != NULL ? strlen (text) : 0);
  g_assert_cmpuint (g_strv_length (places), ==, 3);
  g_assert_cmpstr (places[0], ==, documents);
  g_assert_cmpstr (places[1], ==, downloads);
  g_assert_cmpstr (places[2], ==, desktop);
}

static void
test_user_dirs (void)
{
  assert_places (NULL, "/h/Documents", "/h/Downloads", "/h/Desktop");
  assert_places ("", "/h/Documents", "/h/Downloads", "/h/Desktop");
  assert_places ("# comment\nXDG_DOCUMENTS_DIR=\"$HOME/Dokumente\"\n"
                 " XDG_DOWNLOAD_DIR=\"/data/loads\"\r\n",
                 "/h/Dokumente", "/data/loads", "/h/Desktop");
  /* Not simple: relative, an escape, another variable, a command, unquoted, only $HOME. */
  static const char *const odd[] = {
    "XDG_DOCUMENTS_DIR=\"Dokumente\"",
    "XDG_DOCUMENTS_DIR=\"$HOME/a\\\"b\"",
    "XDG_DOCUMENTS_DIR=\"$OTHER/Dokumente\"",
    "XDG_DOCUMENTS_DIR=\"/a/`id`\"",
    "XDG_DOCUMENTS_DIR=$HOME/Dokumente",
    "XDG_DOCUMENTS_DIR=\"$HOME/\"",
    "XDG_DOCUMENTS_DIR=\"$HOME\"",
    "XDG_DOCUMENTS_DIR=\"",
    "XDG_DOCUMENTS_DIR",
    "XDG_DOCUMENTS_DIRX=\"/x\"",
    "XDG_DOCUMENTS_DIR=\"$HOME/$HOME\"",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (odd); i++)
    assert_places (odd[i], "/h/Documents", "/h/Downloads", "/h/Desktop");
}

static GuardianFilesObject *
walk (FilesFixture *fixture, const char *path)
{
  g_autoptr (GError) error = NULL;
  GuardianFilesObject *object
      = guardian_files_walk (fixture->mounts, path, GUARDIAN_FILES_WALK_WAIT, NULL, &error);
  g_assert_no_error (error);
  return object;
}

static void
test_closed (FilesFixture *fixture, gconstpointer data)
{
  g_autofree char *elsewhere = files_fixture_write (fixture, "dots/ssh/id", "key");
  g_autofree char *target = files_fixture_path (fixture, "dots/ssh");
  g_autofree char *link = files_fixture_link (fixture, ".ssh", target);
  g_autofree char *ring = files_fixture_write (fixture, ".local/share/keyrings/login", "ring");
  g_autofree char *open_file = files_fixture_write (fixture, "Documents/letter", "dear");
  g_autofree char *twin = files_fixture_path (fixture, "Documents/twin");
  g_autofree char *pair = files_fixture_path (fixture, "Documents/pair");
  g_assert_cmpint (linkat (-1, ring, -1, twin, 0), ==, 0);
  g_assert_cmpint (linkat (-1, open_file, -1, pair, 0), ==, 0);

  g_autoptr (GuardianFilesClosed) closed = guardian_files_closed_new (
      fixture->mounts, fixture->folder, GUARDIAN_FILES_WALK_WAIT, NULL, NULL);
  g_autoptr (GuardianFilesObject) key = walk (fixture, elsewhere);
  g_autoptr (GuardianFilesObject) ssh = walk (fixture, target);
  g_autoptr (GuardianFilesObject) letter = walk (fixture, open_file);
  g_autoptr (GuardianFilesObject) linked = walk (fixture, twin);
  g_autoptr (GuardianFilesObject) home = walk (fixture, fixture->folder);

  g_assert_true (guardian_files_closed_covers (closed, key));
  g_assert_true (guardian_files_closed_covers (closed, ssh));
  g_assert_true (guardian_files_closed_has (closed, &ssh->info.id));
  g_assert_false (guardian_files_closed_covers (closed, home));
  g_assert_false (guardian_files_closed_covers (closed, letter));
  g_assert_false (guardian_files_closed_covers (closed, linked));
  g_assert_true (guardian_files_closed_has_link (closed, &linked->info));
  g_assert_false (guardian_files_closed_has_link (closed, &letter->info));
}

/* What is made after the start is closed like the rest. */
static void
test_closed_later (FilesFixture *fixture, gconstpointer data)
{
  g_autoptr (GuardianFilesClosed) before = guardian_files_closed_new (
      fixture->mounts, fixture->folder, GUARDIAN_FILES_WALK_WAIT, NULL, NULL);
  g_autofree char *file = files_fixture_write (fixture, ".gnupg/ring", "x");
  g_autoptr (GuardianFilesClosed) after = guardian_files_closed_new (
      fixture->mounts, fixture->folder, GUARDIAN_FILES_WALK_WAIT, NULL, NULL);
  g_autoptr (GuardianFilesObject) object = walk (fixture, file);
  g_assert_false (guardian_files_closed_covers (before, object));
  g_assert_true (guardian_files_closed_covers (after, object));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/files/places/user-dirs", test_user_dirs);
  FILES_TEST ("/files/places/closed", test_closed);
  FILES_TEST ("/files/places/closed-later", test_closed_later);
  return g_test_run ();
}
