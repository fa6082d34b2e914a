/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The disk is full at one point after the other of a transaction: it is made, or nothing is
 * changed, and the answer says why. Runs in a namespace of its own, on small file systems. */

#include "change-fixture.h"

#include <errno.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define PAGE 4096
#define FILES 6
#define FILE_SIZE (3 * PAGE)
#define LIMIT_ROOM 120 /* pages */

/* Leaves that many pages free on the file system of path. */
static char *
fill_up (ChangeFixture *fixture, const char *relative, guint free_pages)
{
  struct statvfs st;
  char *path = change_fixture_path (fixture, relative);
  g_assert_cmpint (statvfs (fixture->home, &st), ==, 0);
  gint64 left = (gint64) st.f_bavail * st.f_frsize / PAGE - free_pages;
  g_autofree char *zeros = g_malloc0 (MAX (left, 1) * PAGE);
  g_assert_true (g_file_set_contents_full (path, zeros, MAX (left, 0) * PAGE,
                                           G_FILE_SET_CONTENTS_NONE, 0600, NULL));
  return path;
}

static char *
content_of (guint i, char letter)
{
  g_autofree char *text = g_strnfill (FILE_SIZE, letter);
  text[0] = 'a' + i;
  return g_steal_pointer (&text);
}

static void
mount_small (const char *folder, const char *options)
{
  g_assert_cmpint (g_mkdir_with_parents (folder, 0755), ==, 0);
  g_assert_cmpint (mount ("tmpfs", folder, "tmpfs", MS_NOSUID | MS_NODEV, options), ==, 0);
}

/* What is changed lies on the small disk; where the undo store lies is up to the test. */
static void
run (const char *home_options, const char *undo_options)
{
  ChangeFixture fixture = { .home = contract_folder_new () };
  guint made = 0, refused = 0;
  fixture.undo = change_fixture_path (&fixture, ".local/state/cardea/undo");
  if (home_options != NULL)
    mount_small (fixture.home, home_options);
  mount_small (fixture.undo, undo_options);
  GString *operations = g_string_new ("[{'op':'mkdir','path':'~/new'}");
  for (guint i = 0; i < FILES; i++)
    {
      g_autofree char *name = g_strdup_printf ("f%u", i);
      g_autofree char *text = content_of (i, 'x');
      g_autofree char *path = change_fixture_put (&fixture, name, text);
      g_string_append_printf (operations,
                              ",{'op':'write','path':'~/%s'},{'op':'create','path':'~/new/%s'}",
                              name, name);
    }
  g_string_append_c (operations, ']');
  g_autofree char *before = change_fixture_tree (&fixture);
  g_autofree char *content = g_strnfill (FILE_SIZE, 'y');

  for (guint room = 0; room < LIMIT_ROOM; room += 3)
    {
      change_fixture_start (&fixture, 0);
      g_autoptr (CardeaMessage) opened = change_fixture_open (&fixture, CHANGE_MAX_BYTES, 30);
      g_autofree char *filler = fill_up (
          &fixture, home_options != NULL ? ".local/filler" : ".local/state/cardea/undo/f", room);
      if (cardea_message_is (opened, "change.opened"))
        {
          g_autoptr (CardeaMessage) planned
              = change_fixture_plan (&fixture, operations->str, content);
          contract_assert_is (planned, "change.planned");
          g_autoptr (CardeaMessage) answer
              = change_fixture_commit (&fixture, change_fixture_plan_id (planned));
          g_assert_cmpint (unlink (filler), ==, 0);
          if (cardea_message_is (answer, "refused"))
            {
              g_autofree char *after = change_fixture_tree (&fixture);
              contract_assert_refused (answer, "unavailable");
              g_assert_cmpstr (after, ==, before);
              refused++;
            }
          else
            {
              g_autoptr (CardeaMessage) reverted
                  = change_fixture_revert (&fixture, change_fixture_change_id (answer));
              contract_assert_is (reverted, "change.reverted");
              g_autofree char *after = change_fixture_tree (&fixture);
              g_assert_cmpstr (after, ==, before);
              made++;
            }
        }
      contract_worker_free (fixture.worker);
    }
  g_test_message ("%u times made, %u times refused", made, refused);
  g_assert_cmpuint (made, >, 0);
  g_assert_cmpuint (refused, >, 0);
  fixture.worker = NULL;
  g_string_free (operations, TRUE);
  g_assert_cmpint (umount2 (fixture.undo, MNT_DETACH), ==, 0);
  if (home_options != NULL)
    g_assert_cmpint (umount2 (fixture.home, MNT_DETACH), ==, 0);
  change_fixture_tear_down (&fixture, NULL);
}

static void
test_files (void)
{
  run ("size=700k,mode=0755", "size=64m,mode=0700");
}

/* Another disk has a trash of its own; a shared one that is a link or not sticky is not used. */
static void
test_trash (void)
{
  static const struct {
    int mode;        /* of the shared one; 0: there is none; -1: it is a link */
    gboolean shared; /* it is used */
  } cases[] = {
    { 0, FALSE },
    { 01777, TRUE },
    { 0777, FALSE },
    { -1, FALSE },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      ChangeFixture fixture = { 0 };
      change_fixture_set_up (&fixture, NULL);
      g_autofree char *disk = change_fixture_path (&fixture, "disk");
      g_autofree char *shared = change_fixture_path (&fixture, "disk/.Trash");
      mount_small (disk, "size=1m,mode=0755");
      if (cases[i].mode > 0)
        g_assert_true (mkdir (shared, 0700) == 0 && chmod (shared, cases[i].mode) == 0);
      if (cases[i].mode < 0)
        g_assert_cmpint (symlink ("..", shared), ==, 0);
      g_autofree char *path = change_fixture_put (&fixture, "disk/sub/a b", "doomed");
      g_autoptr (CardeaMessage) committed
          = change_fixture_change (&fixture, "[{'op':'delete','path':'~/disk/sub/a b'}]", NULL);
      g_autofree char *trash
          = g_strdup_printf ("disk/.Trash%c%u", cases[i].shared ? '/' : '-', geteuid ());
      g_autofree char *file = g_build_filename (trash, "files/a b", NULL);
      g_autofree char *info = g_build_filename (trash, "info/a b.trashinfo", NULL);
      g_autofree char *text = change_fixture_get (&fixture, info);
      change_fixture_assert_says (&fixture, file, "doomed");
      g_assert_true (g_str_has_prefix (text, "[Trash Info]\nPath=sub/a%20b\nDeletionDate="));
      g_autoptr (CardeaMessage) reverted
          = change_fixture_revert (&fixture, change_fixture_change_id (committed));
      contract_assert_is (reverted, "change.reverted");
      change_fixture_assert_says (&fixture, "disk/sub/a b", "doomed");
      g_assert_false (change_fixture_exists (&fixture, info));
      contract_worker_free (fixture.worker);
      fixture.worker = NULL;
      g_assert_cmpint (umount2 (disk, MNT_DETACH), ==, 0);
      change_fixture_tear_down (&fixture, NULL);
    }
}

/* To another disk nothing is moved half. */
static void
test_other_disk (void)
{
  ChangeFixture fixture = { 0 };
  change_fixture_set_up (&fixture, NULL);
  g_autofree char *disk = change_fixture_path (&fixture, "disk");
  mount_small (disk, "size=1m,mode=0755");
  g_autofree char *path = change_fixture_put (&fixture, "file", "here");
  g_autoptr (CardeaMessage) planned = change_fixture_plan (
      &fixture, "[{'op':'rename','path':'~/file','to':'~/disk/file'}]", NULL);
  contract_assert_refused (planned, "unsuitable");
  g_autoptr (CardeaMessage) mounted
      = change_fixture_plan (&fixture, "[{'op':'delete','path':'~/disk'}]", NULL);
  contract_assert_refused (mounted, "unsuitable");
  contract_worker_free (fixture.worker);
  fixture.worker = NULL;
  g_assert_cmpint (umount2 (disk, MNT_DETACH), ==, 0);
  change_fixture_tear_down (&fixture, NULL);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!contract_enter_namespace ())
    return contract_skip ("no namespace to mount in");
  g_test_add_func ("/contract/change/full/files", test_files);
  g_test_add_func ("/contract/change/full/trash", test_trash);
  g_test_add_func ("/contract/change/full/other-disk", test_other_disk);
  return g_test_run ();
}
