/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/unit/guardian/files/files-fixture.h"

#include "guardian/files/guardian-files-error.h"

#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

void
files_fixture_set_up (FilesFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *made = g_dir_make_tmp ("cardea-files-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->folder = realpath (made, NULL);
  g_assert_nonnull (fixture->folder);
  fixture->mounts = guardian_files_mounts_new (&error);
  g_assert_no_error (error);
}

static int
remove_cb (const char *path, const struct stat *st, int type, struct FTW *ftw)
{
  return remove (path);
}

void
files_fixture_tear_down (FilesFixture *fixture, gconstpointer data)
{
  g_assert_cmpint (nftw (fixture->folder, remove_cb, 16, FTW_DEPTH | FTW_PHYS), ==, 0);
  free (fixture->folder);
  guardian_files_mounts_free (fixture->mounts);
}

char *
files_fixture_path (FilesFixture *fixture, const char *relative)
{
  char *path = g_build_filename (fixture->folder, relative, NULL);
  g_autofree char *parent = g_path_get_dirname (path);
  g_assert_cmpint (g_mkdir_with_parents (parent, 0755), ==, 0);
  return path;
}

char *
files_fixture_write (FilesFixture *fixture, const char *relative, const char *text)
{
  g_autoptr (GError) error = NULL;
  char *path = files_fixture_path (fixture, relative);
  g_file_set_contents_full (path, text, -1, G_FILE_SET_CONTENTS_NONE, 0644, &error);
  g_assert_no_error (error);
  return path;
}

char *
files_fixture_folder (FilesFixture *fixture, const char *relative)
{
  char *path = files_fixture_path (fixture, relative);
  g_assert_cmpint (g_mkdir_with_parents (path, 0755), ==, 0);
  return path;
}

char *
files_fixture_link (FilesFixture *fixture, const char *relative, const char *target)
{
  char *path = files_fixture_path (fixture, relative);
  g_assert_cmpint (symlink (target, path), ==, 0);
  return path;
}
