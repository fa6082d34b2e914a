/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* cardea-guardian-change as the core sees it. */

#include "change-fixture.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static void
test_before_open (void)
{
  ChangeFixture fixture = { .home = contract_folder_new () };
  change_fixture_start (&fixture, 0);
  g_autoptr (CardeaMessage) planned
      = change_fixture_plan (&fixture, "[{'op':'mkdir','path':'~/x'}]", NULL);
  contract_assert_refused (planned, "unavailable");
  g_autoptr (CardeaMessage) committed = change_fixture_commit (&fixture, "none");
  contract_assert_refused (committed, "unavailable");
  change_fixture_tear_down (&fixture, NULL);
}

static void
test_write (ChangeFixture *fixture, gconstpointer data)
{
  g_autofree char *path = change_fixture_put (fixture, "notes.txt", "one\ntwo\n");
  g_autoptr (CardeaMessage) planned = change_fixture_plan (
      fixture, "[{'op':'write','path':'~/notes.txt','offset':'0','length':'10'}]", "one\nthree\n");
  contract_assert_is (planned, "change.planned");
  CardeaJson *item = change_fixture_nth (planned, "items", 0);
  CardeaJson *object = cardea_json_get (item, "object");
  g_assert_cmpstr (cardea_json_get_string (item, "action"), ==, "file.write");
  g_assert_cmpstr (cardea_json_get_string (object, "path"), ==, path);
  change_fixture_assert_says (fixture, "notes.txt", "one\ntwo\n");

  const char *plan = change_fixture_plan_id (planned);
  g_autoptr (CardeaMessage) described = change_fixture_describe (fixture, plan);
  contract_assert_is (described, "change.described");
  CardeaJson *shown = change_fixture_nth (described, "changes", 0);
  g_autofree char *diff
      = g_strdup_printf ("--- %s\n+++ %s\n@@ -1,2 +1,2 @@\n one\n-two\n+three\n", path, path);
  g_assert_cmpstr (cardea_json_get_string (shown, "diff"), ==, diff);
  gint64 added = 0;
  g_assert_true (cardea_json_get_int (shown, "added", &added));
  g_assert_cmpint (added, ==, 1);

  g_autoptr (CardeaMessage) committed = change_fixture_commit (fixture, plan);
  contract_assert_is (committed, "change.committed");
  change_fixture_assert_says (fixture, "notes.txt", "one\nthree\n");
  g_autoptr (CardeaMessage) again = change_fixture_commit (fixture, plan);
  contract_assert_refused (again, "changed");

  g_autofree char *tree = change_fixture_tree (fixture);
  g_assert_cmpstr (tree, ==, "notes.txt: one\nthree\n\n");
  g_autoptr (CardeaMessage) reverted
      = change_fixture_revert (fixture, change_fixture_change_id (committed));
  contract_assert_is (reverted, "change.reverted");
  change_fixture_assert_says (fixture, "notes.txt", "one\ntwo\n");
  /* And that can be taken back, too. */
  g_autoptr (CardeaMessage) redone
      = change_fixture_revert (fixture, change_fixture_change_id (reverted));
  contract_assert_is (redone, "change.reverted");
  change_fixture_assert_says (fixture, "notes.txt", "one\nthree\n");
}

#define EVERYTHING                                                                                 \
  "[{'op':'mkdir','path':'~/new'},"                                                                \
  "{'op':'mkdir','path':'~/new/inner'},"                                                           \
  "{'op':'create','path':'~/new/inner/made','offset':'0','length':'4'},"                           \
  "{'op':'rename','path':'~/old','to':'~/new/moved'},"                                             \
  "{'op':'append','path':'~/log','offset':'4','length':'5'},"                                      \
  "{'op':'write','path':'~/file','offset':'9','length':'4'},"                                      \
  "{'op':'delete','path':'~/doomed'},"                                                             \
  "{'op':'delete','path':'~/hollow'},"                                                             \
  "{'op':'metadata','path':'~/script','mode':448,'mtime':'1000000000000000'}]"

static void
put_everything (ChangeFixture *fixture)
{
  g_autofree char *old = change_fixture_put (fixture, "old", "old");
  g_autofree char *log = change_fixture_put (fixture, "log", "line\n");
  g_autofree char *file = change_fixture_put (fixture, "file", "former");
  g_autofree char *doomed = change_fixture_put (fixture, "doomed", "doomed");
  g_autofree char *script = change_fixture_put (fixture, "script", "#!");
  g_autofree char *hollow = change_fixture_path (fixture, "hollow");
  g_assert_cmpint (mkdir (hollow, 0755), ==, 0);
}

static void
assert_everything (ChangeFixture *fixture)
{
  struct stat st;
  g_autofree char *script = change_fixture_path (fixture, "script");
  g_autofree char *tree = change_fixture_tree (fixture);
  g_assert_cmpstr (tree, ==,
                   "file: last\nlog: line\nmore\n\nnew/\nnew/inner/\nnew/inner/made: made\n"
                   "new/moved: old\nscript: #!\n");
  g_assert_cmpint (stat (script, &st), ==, 0);
  g_assert_cmpint (st.st_mode & 07777, ==, 0700);
  g_assert_cmpint (st.st_mtim.tv_sec, ==, 1000000000);
}

static void
test_everything (ChangeFixture *fixture, gconstpointer data)
{
  put_everything (fixture);
  g_autofree char *before = change_fixture_tree (fixture);
  g_autoptr (CardeaMessage) committed
      = change_fixture_change (fixture, EVERYTHING, "mademore\nlast");
  assert_everything (fixture);
  g_assert_true (change_fixture_exists (fixture, ".local/share/Trash/files/doomed"));
  g_assert_true (change_fixture_exists (fixture, ".local/share/Trash/info/doomed.trashinfo"));
  g_autofree char *info = change_fixture_get (fixture, ".local/share/Trash/info/doomed.trashinfo");
  g_assert_true (g_str_has_prefix (info, "[Trash Info]\nPath=/"));

  g_autoptr (CardeaMessage) reverted
      = change_fixture_revert (fixture, change_fixture_change_id (committed));
  contract_assert_is (reverted, "change.reverted");
  g_autofree char *after = change_fixture_tree (fixture);
  g_assert_cmpstr (after, ==, before);
  g_assert_false (change_fixture_exists (fixture, ".local/share/Trash/files/doomed"));
  g_assert_false (change_fixture_exists (fixture, ".local/share/Trash/info/doomed.trashinfo"));

  g_autoptr (CardeaMessage) redone
      = change_fixture_revert (fixture, change_fixture_change_id (reverted));
  contract_assert_is (redone, "change.reverted");
  assert_everything (fixture);

  g_autoptr (CardeaMessage) listed = change_fixture_history (fixture, 10);
  g_assert_cmpuint (cardea_json_size (cardea_message_get_json (listed, "changes")), ==, 3);
  CardeaJson *first = change_fixture_nth (listed, "changes", 2);
  g_assert_cmpstr (cardea_json_get_string (first, "state"), ==, "undone");
  g_autoptr (CardeaMessage) shown
      = change_fixture_show (fixture, change_fixture_change_id (committed));
  contract_assert_is (shown, "change.shown");
}

/* A person sees what permissions and times are and become. */
static void
test_metadata_is_shown (ChangeFixture *fixture, gconstpointer data)
{
  g_autofree char *script = change_fixture_put (fixture, "script", "#!");
  g_assert_cmpint (chmod (script, 0640), ==, 0);
  g_autoptr (CardeaMessage) planned = change_fixture_plan (
      fixture, "[{'op':'metadata','path':'~/script','mode':448,'mtime':'1000000000000000'}]", NULL);
  contract_assert_is (planned, "change.planned");
  g_autoptr (CardeaMessage) described
      = change_fixture_describe (fixture, change_fixture_plan_id (planned));
  contract_assert_is (described, "change.described");
  CardeaJson *shown = change_fixture_nth (described, "changes", 0);
  gint64 value = 0;
  g_assert_true (cardea_json_get_int (shown, "mode", &value));
  g_assert_cmpint (value, ==, 0640);
  g_assert_true (cardea_json_get_int (shown, "mode_after", &value));
  g_assert_cmpint (value, ==, 0700);
  g_assert_nonnull (cardea_json_get_string (shown, "mtime"));
  g_assert_cmpstr (cardea_json_get_string (shown, "mtime_after"), ==, "1000000000000000");
  g_assert_null (cardea_json_get (shown, "notes"));
}

/* A crash with nothing under way loses nothing either. */
static void
test_restart (ChangeFixture *fixture, gconstpointer data)
{
  put_everything (fixture);
  g_autofree char *before = change_fixture_tree (fixture);
  g_autoptr (CardeaMessage) committed
      = change_fixture_change (fixture, EVERYTHING, "mademore\nlast");
  g_autoptr (CardeaMessage) opened = change_fixture_restart (fixture);
  contract_assert_is (opened, "change.opened");
  g_assert_cmpuint (cardea_json_size (cardea_message_get_json (opened, "recovered")), ==, 0);
  assert_everything (fixture);
  g_autoptr (CardeaMessage) reverted
      = change_fixture_revert (fixture, change_fixture_change_id (committed));
  contract_assert_is (reverted, "change.reverted");
  g_autofree char *after = change_fixture_tree (fixture);
  g_assert_cmpstr (after, ==, before);
}

static const struct {
  const char *operations;
  const char *code;
} refusals[] = {
  { "[{'op':'write','path':'~/folder'}]", "unsuitable" },
  { "[{'op':'write','path':'~/missing/x'}]", "not-found" },
  { "[{'op':'create','path':'~/file'}]", "unsuitable" },
  { "[{'op':'mkdir','path':'~/folder'}]", "unsuitable" },
  { "[{'op':'delete','path':'~/none'}]", "not-found" },
  { "[{'op':'delete','path':'~/full'}]", "unsuitable" },
  { "[{'op':'rename','path':'~/file','to':'~/other'}]", "unsuitable" },
  { "[{'op':'rename','path':'~/none','to':'~/new'}]", "not-found" },
  { "[{'op':'write','path':'~/pipe'}]", "unsuitable" },
  { "[{'op':'delete','path':'~/link'}]", "unsuitable" },
  { "[{'op':'write','path':'~/dangling'}]", "unsuitable" },
  { "[{'op':'write','path':'~/a/../file'}]", "unsuitable" },
  { "[{'op':'write','path':'file'}]", "unsuitable" },
  { "[{'op':'write','path':'~/file/'}]", "unsuitable" },
  { "[{'op':'write','path':'~/file'},{'op':'delete','path':'~/hard'}]", "unsuitable" },
  { "[{'op':'write','path':'~/file'},{'op':'append','path':'~/link'}]", "unsuitable" },
  { "[{'op':'rename','path':'~/folder','to':'~/f'},{'op':'create','path':'~/folder/x'}]",
    "unsuitable" },
  { "[{'op':'create','path':'~/file','offset':'0','length':'1'}]", "unsuitable" },
  { "[{'op':'write','path':'~/file','to':'~/x'}]", "unsuitable" },
  { "[{'op':'explode','path':'~/file'}]", "unsuitable" },
  { "[{'op':'metadata','path':'~/file','mode':2541}]", "unsuitable" },
  { "[{'op':'metadata','path':'~/file'}]", "unsuitable" },
  { "[]", "unsuitable" },
};

static void
test_refusals (ChangeFixture *fixture, gconstpointer data)
{
  g_autofree char *file = change_fixture_put (fixture, "file", "file");
  g_autofree char *other = change_fixture_put (fixture, "other", "other");
  g_autofree char *inner = change_fixture_put (fixture, "full/inner", "inner");
  g_autofree char *folder = change_fixture_path (fixture, "folder");
  g_autofree char *pipe = change_fixture_path (fixture, "pipe");
  g_autofree char *link_path = change_fixture_path (fixture, "link");
  g_autofree char *dangling = change_fixture_path (fixture, "dangling");
  g_autofree char *hard = change_fixture_path (fixture, "hard");
  g_assert_cmpint (mkdir (folder, 0755), ==, 0);
  g_assert_cmpint (mkfifo (pipe, 0600), ==, 0);
  g_assert_cmpint (symlink (file, link_path), ==, 0);
  g_assert_cmpint (symlink ("nowhere", dangling), ==, 0);
  g_assert_cmpint (link (file, hard), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    {
      g_test_message ("%s", refusals[i].operations);
      g_autoptr (CardeaMessage) answer
          = change_fixture_plan (fixture, refusals[i].operations, NULL);
      contract_assert_refused (answer, refusals[i].code);
    }
}

/* Below the front end's working folder, which the core names; without one they lie nowhere. */
static void
test_relative (ChangeFixture *fixture, gconstpointer data)
{
  static const char operations[]
      = "[{'op':'mkdir','path':'Archive'},{'op':'rename','path':'a.txt','to':'Archive/a.txt'}]";
  g_autofree char *before = change_fixture_put (fixture, "here/a.txt", "a");
  g_autofree char *folder = change_fixture_path (fixture, "here");
  g_autoptr (CardeaMessage) nowhere = change_fixture_plan (fixture, operations, NULL);
  contract_assert_refused (nowhere, "unsuitable");

  g_autoptr (CardeaMessage) plan = cardea_message_new ("change.plan");
  cardea_message_set_json (plan, "operations", change_fixture_parse (operations));
  cardea_message_set_path (plan, "home", fixture->home);
  cardea_message_set_path (plan, "folder", folder);
  g_autoptr (CardeaMessage) planned = contract_worker_ask (fixture->worker, plan);
  contract_assert_is (planned, "change.planned");
  g_autoptr (CardeaMessage) committed
      = change_fixture_commit (fixture, change_fixture_plan_id (planned));
  contract_assert_is (committed, "change.committed");
  g_autofree char *tree = change_fixture_tree (fixture);
  g_assert_cmpstr (tree, ==, "here/\nhere/Archive/\nhere/Archive/a.txt: a\n");
}

static void
test_closed (ChangeFixture *fixture, gconstpointer data)
{
  static const char *const operations[]
      = { "[{'op':'write','path':'~/.ssh/config'}]", "[{'op':'mkdir','path':'~/.gnupg'}]",
          "[{'op':'create','path':'~/.local/state/cardea/undo/x'}]",
          "[{'op':'append','path':'~/alias'}]", "[{'op':'rename','path':'~/x','to':'~/.aws'}]" };
  g_autofree char *config = change_fixture_put (fixture, ".ssh/config", "Host *\n");
  g_autofree char *x = change_fixture_put (fixture, "x", "x");
  g_autofree char *alias = change_fixture_path (fixture, "alias");
  g_assert_cmpint (link (config, alias), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (operations); i++)
    {
      gboolean closed = FALSE;
      g_autoptr (CardeaMessage) planned = change_fixture_plan (fixture, operations[i], NULL);
      contract_assert_is (planned, "change.planned");
      CardeaJson *item = change_fixture_nth (planned, "items", 0);
      CardeaJson *target = cardea_json_get (item, "target");
      CardeaJson *object = target != NULL ? target : cardea_json_get (item, "object");
      g_assert_true (cardea_json_get_boolean (object, "closed", &closed));
      g_assert_true (closed);
      g_autoptr (CardeaMessage) described
          = change_fixture_describe (fixture, change_fixture_plan_id (planned));
      contract_assert_refused (described, "denied");
      g_autoptr (CardeaMessage) committed
          = change_fixture_commit (fixture, change_fixture_plan_id (planned));
      contract_assert_refused (committed, "denied");
    }
  change_fixture_assert_says (fixture, ".ssh/config", "Host *\n");
}

/* Each is changed behind the worker's back, after it was planned or described. */
static void
test_changed (ChangeFixture *fixture, gconstpointer data)
{
  g_autofree char *file = change_fixture_put (fixture, "sub/file", "one");
  static const char *const write = "[{'op':'write','path':'~/sub/file'}]";
  for (guint describe = 0; describe < 2; describe++)
    {
      g_autoptr (CardeaMessage) planned = change_fixture_plan (fixture, write, "new");
      contract_assert_is (planned, "change.planned");
      if (describe)
        cardea_message_unref (change_fixture_describe (fixture, change_fixture_plan_id (planned)));
      g_autofree char *again = change_fixture_put (fixture, "sub/file", "two");
      g_autoptr (CardeaMessage) committed
          = change_fixture_commit (fixture, change_fixture_plan_id (planned));
      contract_assert_refused (committed, "changed");
      change_fixture_assert_says (fixture, "sub/file", "two");
    }
  g_autofree char *folder = change_fixture_path (fixture, "sub");
  g_autofree char *moved = change_fixture_path (fixture, "moved");
  g_autoptr (CardeaMessage) planned = change_fixture_plan (fixture, write, "new");
  g_assert_cmpint (rename (folder, moved), ==, 0);
  g_assert_cmpint (symlink (moved, folder), ==, 0);
  g_autoptr (CardeaMessage) committed
      = change_fixture_commit (fixture, change_fixture_plan_id (planned));
  contract_assert_refused (committed, "changed");
  change_fixture_assert_says (fixture, "moved/file", "two");

  g_autoptr (CardeaMessage) create
      = change_fixture_plan (fixture, "[{'op':'create','path':'~/moved/new'}]", "new");
  g_autofree char *theirs = change_fixture_put (fixture, "moved/new", "theirs");
  g_autoptr (CardeaMessage) created
      = change_fixture_commit (fixture, change_fixture_plan_id (create));
  contract_assert_refused (created, "changed");
  change_fixture_assert_says (fixture, "moved/new", "theirs");
}

static void
test_undo_refused (ChangeFixture *fixture, gconstpointer data)
{
  g_autofree char *file = change_fixture_put (fixture, "file", "one");
  g_autofree char *second = change_fixture_put (fixture, "second", "second");
  g_autoptr (CardeaMessage) committed = change_fixture_change (
      fixture, "[{'op':'write','path':'~/file'},{'op':'rename','path':'~/second','to':'~/third'}]",
      "two");
  g_autofree char *again = change_fixture_put (fixture, "file", "three");
  g_autoptr (CardeaMessage) refused
      = change_fixture_revert (fixture, change_fixture_change_id (committed));
  contract_assert_refused (refused, "changed");
  g_autofree char *tree = change_fixture_tree (fixture);
  g_assert_cmpstr (tree, ==, "file: three\nthird: second\n");
  g_autofree char *same = change_fixture_put (fixture, "file", "two");
  g_autoptr (CardeaMessage) reverted
      = change_fixture_revert (fixture, change_fixture_change_id (committed));
  contract_assert_is (reverted, "change.reverted");
  g_autofree char *back = change_fixture_tree (fixture);
  g_assert_cmpstr (back, ==, "file: one\nsecond: second\n");
  g_autoptr (CardeaMessage) twice
      = change_fixture_revert (fixture, change_fixture_change_id (committed));
  contract_assert_refused (twice, "changed");
  g_autoptr (CardeaMessage) none = change_fixture_revert (fixture, "0000000000000000");
  contract_assert_refused (none, "not-found");
}

static void
assert_boolean (const CardeaJson *json, const char *name, gboolean expected)
{
  gboolean value = !expected;
  g_assert_true (cardea_json_get_boolean (json, name, &value));
  g_assert_cmpint (value, ==, expected);
}

static void
test_limits (ChangeFixture *fixture, gconstpointer data)
{
  g_autoptr (CardeaMessage) narrowed = change_fixture_open (fixture, 10, 30);
  contract_assert_is (narrowed, "change.opened");
  g_autofree char *large = change_fixture_put (fixture, "large", "more than ten bytes");
  g_autofree char *small = change_fixture_put (fixture, "small", "six by");
  g_autofree char *other = change_fixture_put (fixture, "other", "six as");

  g_autoptr (CardeaMessage) planned
      = change_fixture_plan (fixture, "[{'op':'write','path':'~/large'}]", "x");
  assert_boolean (change_fixture_nth (planned, "items", 0), "undoable", FALSE);
  g_autoptr (CardeaMessage) committed
      = change_fixture_commit (fixture, change_fixture_plan_id (planned));
  contract_assert_is (committed, "change.committed");
  assert_boolean (cardea_message_get_json (committed, "change"), "undoable", FALSE);
  g_autoptr (CardeaMessage) refused
      = change_fixture_revert (fixture, change_fixture_change_id (committed));
  contract_assert_refused (refused, "unavailable");

  /* The second one takes the room of the first. */
  g_autoptr (CardeaMessage) first
      = change_fixture_change (fixture, "[{'op':'write','path':'~/small'}]", "1");
  g_autoptr (CardeaMessage) second
      = change_fixture_change (fixture, "[{'op':'write','path':'~/other'}]", "2");
  g_autoptr (CardeaMessage) gone
      = change_fixture_revert (fixture, change_fixture_change_id (first));
  contract_assert_refused (gone, "unavailable");
  g_autoptr (CardeaMessage) reverted
      = change_fixture_revert (fixture, change_fixture_change_id (second));
  contract_assert_is (reverted, "change.reverted");
  change_fixture_assert_says (fixture, "other", "six as");
}

/* What comes back needs what is kept, however little room there is for what goes. */
static void
test_full_store (ChangeFixture *fixture, gconstpointer data)
{
  g_autofree char *before = g_strnfill (1000, 'a');
  g_autofree char *after = g_strnfill (1000, 'b');
  g_autoptr (CardeaMessage) narrowed = change_fixture_open (fixture, 1500, 30);
  contract_assert_is (narrowed, "change.opened");
  g_autofree char *path = change_fixture_put (fixture, "file", before);
  g_autoptr (CardeaMessage) committed
      = change_fixture_change (fixture, "[{'op':'write','path':'~/file'}]", after);
  g_autoptr (CardeaMessage) reverted
      = change_fixture_revert (fixture, change_fixture_change_id (committed));
  contract_assert_is (reverted, "change.reverted");
  change_fixture_assert_says (fixture, "file", before);
  assert_boolean (cardea_message_get_json (reverted, "change"), "undoable", FALSE);
}

static void
test_clear (ChangeFixture *fixture, gconstpointer data)
{
  g_autofree char *file = change_fixture_put (fixture, "file", "one");
  g_autoptr (CardeaMessage) committed
      = change_fixture_change (fixture, "[{'op':'write','path':'~/file'}]", "two");
  g_autoptr (CardeaMessage) clear = cardea_message_new ("change.clear");
  g_autoptr (CardeaMessage) cleared = contract_worker_ask (fixture->worker, clear);
  contract_assert_is (cleared, "done");
  g_assert_cmpint (cardea_message_get_int (cleared, "count", -1), ==, 1);
  g_autoptr (CardeaMessage) refused
      = change_fixture_revert (fixture, change_fixture_change_id (committed));
  contract_assert_refused (refused, "not-found");
  g_autoptr (CardeaMessage) opened = change_fixture_restart (fixture);
  contract_assert_is (opened, "change.opened");
  g_autoptr (CardeaMessage) listed = change_fixture_history (fixture, 10);
  g_assert_cmpuint (cardea_json_size (cardea_message_get_json (listed, "changes")), ==, 0);
}

/* Nothing of what was is found on the disk in the clear. */
static void
test_sealed (ChangeFixture *fixture, gconstpointer data)
{
  g_autofree char *file = change_fixture_put (fixture, "secret-name", "PLAINTEXT-OF-BEFORE");
  g_autoptr (CardeaMessage) committed
      = change_fixture_change (fixture, "[{'op':'write','path':'~/secret-name'}]", "two");
  g_autoptr (GDir) dir = g_dir_open (fixture->undo, 0, NULL);
  guint files = 0;
  for (const char *name = g_dir_read_name (dir); name != NULL; name = g_dir_read_name (dir))
    {
      gsize size = 0;
      g_autofree char *bytes = NULL;
      g_autofree char *path = g_build_filename (fixture->undo, name, NULL);
      g_assert_true (g_file_get_contents (path, &bytes, &size, NULL));
      g_assert_null (memmem (bytes, size, "PLAINTEXT", 9));
      g_assert_null (memmem (bytes, size, "secret-name", 11));
      files++;
    }
  g_assert_cmpuint (files, >, 0);
}

static void
test_drop (ChangeFixture *fixture, gconstpointer data)
{
  g_autoptr (CardeaMessage) planned
      = change_fixture_plan (fixture, "[{'op':'create','path':'~/x'}]", "x");
  g_autoptr (CardeaMessage) drop = cardea_message_new ("change.drop");
  cardea_message_set_string (drop, "plan", change_fixture_plan_id (planned));
  g_autofree char *id = contract_worker_send (fixture->worker, drop);
  g_autoptr (CardeaMessage) committed
      = change_fixture_commit (fixture, change_fixture_plan_id (planned));
  contract_assert_refused (committed, "changed");
  g_assert_false (change_fixture_exists (fixture, "x"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/contract/change/before-open", test_before_open);
  CHANGE_TEST ("/contract/change/write", test_write);
  CHANGE_TEST ("/contract/change/everything", test_everything);
  CHANGE_TEST_PLAIN ("/contract/change/everything/plain", test_everything);
  CHANGE_TEST ("/contract/change/metadata-is-shown", test_metadata_is_shown);
  CHANGE_TEST ("/contract/change/restart", test_restart);
  CHANGE_TEST ("/contract/change/refusals", test_refusals);
  CHANGE_TEST ("/contract/change/relative", test_relative);
  CHANGE_TEST ("/contract/change/closed", test_closed);
  CHANGE_TEST ("/contract/change/changed", test_changed);
  CHANGE_TEST ("/contract/change/undo-refused", test_undo_refused);
  CHANGE_TEST ("/contract/change/limits", test_limits);
  CHANGE_TEST ("/contract/change/full-store", test_full_store);
  CHANGE_TEST ("/contract/change/clear", test_clear);
  CHANGE_TEST ("/contract/change/sealed", test_sealed);
  CHANGE_TEST ("/contract/change/drop", test_drop);
  return g_test_run ();
}
