/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/guardian-files-trail.h"
#include "guardian/files/guardian-files-walk.h"
#include "tests/unit/guardian/files/files-fixture.h"

#include <glib/gstdio.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

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
test_holds (FilesFixture *fixture, gconstpointer data)
{
  g_autofree char *file = files_fixture_write (fixture, "a/b/c.txt", "x");
  g_autoptr (GuardianFilesObject) object = walk (fixture, file);
  g_autoptr (GuardianFilesTrail) trail = guardian_files_trail_new (object);
  g_assert_nonnull (trail);
  g_assert_true (guardian_files_trail_holds (trail, object));
  g_assert_true (guardian_files_trail_holds (trail, object));
}

static void
change_content (FilesFixture *fixture)
{
  g_autofree char *file = files_fixture_write (fixture, "a/b/c.txt", "longer");
}

static void
change_mode (FilesFixture *fixture)
{
  g_autofree char *file = files_fixture_path (fixture, "a/b/c.txt");
  g_assert_cmpint (chmod (file, 0600), ==, 0);
}

static void
add_name (FilesFixture *fixture)
{
  g_autofree char *file = files_fixture_path (fixture, "a/b/c.txt");
  g_autofree char *other = files_fixture_path (fixture, "a/d.txt");
  g_assert_cmpint (link (file, other), ==, 0);
}

static void
remove_file (FilesFixture *fixture)
{
  g_autofree char *file = files_fixture_path (fixture, "a/b/c.txt");
  g_assert_cmpint (unlink (file), ==, 0);
}

static void
replace_by_link (FilesFixture *fixture)
{
  g_autofree char *file = files_fixture_path (fixture, "a/b/c.txt");
  g_autofree char *moved = files_fixture_path (fixture, "a/d.txt");
  g_assert_cmpint (rename (file, moved), ==, 0);
  g_autofree char *link = files_fixture_link (fixture, "a/b/c.txt", "../d.txt");
}

/* The file is the same one, but it does not lie in the folder that was passed. */
static void
move_to_new_folder (FilesFixture *fixture)
{
  g_autofree char *folder = files_fixture_path (fixture, "a/b");
  g_autofree char *aside = files_fixture_path (fixture, "a/aside");
  g_autofree char *file = files_fixture_path (fixture, "a/b/c.txt");
  g_autofree char *moved = files_fixture_path (fixture, "a/aside/c.txt");
  g_assert_cmpint (rename (folder, aside), ==, 0);
  g_assert_cmpint (g_mkdir (folder, 0700), ==, 0);
  g_assert_cmpint (rename (moved, file), ==, 0);
}

static void
replace_upper_by_link (FilesFixture *fixture)
{
  g_autofree char *upper = files_fixture_path (fixture, "a");
  g_autofree char *aside = files_fixture_path (fixture, "aside");
  g_assert_cmpint (rename (upper, aside), ==, 0);
  g_autofree char *link = files_fixture_link (fixture, "a", "aside");
}

static void (*const changes[]) (FilesFixture *fixture)
    = { change_content,     change_mode,          add_name, remove_file, replace_by_link,
        move_to_new_folder, replace_upper_by_link };

static void
test_ends (FilesFixture *fixture, gconstpointer data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (changes); i++)
    {
      FilesFixture own = { 0 };
      files_fixture_set_up (&own, NULL);
      g_autofree char *file = files_fixture_write (&own, "a/b/c.txt", "x");
      g_autoptr (GuardianFilesObject) object = walk (&own, file);
      g_autoptr (GuardianFilesTrail) trail = guardian_files_trail_new (object);
      g_assert_true (guardian_files_trail_holds (trail, object));
      changes[i](&own);
      if (guardian_files_trail_holds (trail, object))
        g_error ("change %" G_GSIZE_FORMAT " was not noticed", i);
      files_fixture_tear_down (&own, NULL);
    }
}

/* Between the walk and now the way came to be another one. */
static void
test_not_made (FilesFixture *fixture, gconstpointer data)
{
  g_autofree char *file = files_fixture_write (fixture, "a/b/c.txt", "x");
  g_autoptr (GuardianFilesObject) object = walk (fixture, file);
  replace_upper_by_link (fixture);
  g_assert_null (guardian_files_trail_new (object));
}

static void
test_depth (FilesFixture *fixture, gconstpointer data)
{
  g_autoptr (GString) path = g_string_new (NULL);
  for (guint i = 0; i <= GUARDIAN_FILES_TRAIL_DEPTH; i++)
    g_string_append (path, "d/");
  g_string_append (path, "f");
  g_autofree char *file = files_fixture_write (fixture, path->str, "x");
  g_autoptr (GuardianFilesObject) object = walk (fixture, file);
  g_assert_null (guardian_files_trail_new (object));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  FILES_TEST ("/files/trail/holds", test_holds);
  FILES_TEST ("/files/trail/ends", test_ends);
  FILES_TEST ("/files/trail/not-made", test_not_made);
  FILES_TEST ("/files/trail/depth", test_depth);
  return g_test_run ();
}
