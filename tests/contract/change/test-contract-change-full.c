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
  run ("size=700k,mode=0755", "size=8m,mode=0700");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (!contract_enter_namespace ())
    return contract_skip ("no namespace to mount in");
  g_test_add_func ("/contract/change/full/files", test_files);
  return g_test_run ();
}
