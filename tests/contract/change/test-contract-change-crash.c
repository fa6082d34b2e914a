/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The worker is killed at every point of a transaction of 50 files, and while it recovers. After
 * the next start everything is there, or nothing is: what was done can then be undone. */

#include "change-fixture.h"

#include <string.h>

#define EACH 8
#define LIMIT_POINTS 400

/* Two folders, 8 files each of: write, append, create in the new folder, move there, delete, change
 * mode; 50 in all. */
static char *
make_operations (void)
{
  GString *to = g_string_new ("[{'op':'mkdir','path':'~/new'},{'op':'mkdir','path':'~/new/in'}");
  for (guint i = 0; i < EACH; i++)
    g_string_append_printf (to,
                            ",{'op':'write','path':'~/w%u','offset':'0','length':'3'}"
                            ",{'op':'append','path':'~/a%u','offset':'3','length':'4'}"
                            ",{'op':'create','path':'~/new/in/c%u','offset':'7','length':'4'}"
                            ",{'op':'rename','path':'~/m%u','to':'~/new/m%u'}"
                            ",{'op':'delete','path':'~/d%u'}"
                            ",{'op':'metadata','path':'~/x%u','mode':320}",
                            i, i, i, i, i, i, i);
  g_string_append_c (to, ']');
  return g_string_free (to, FALSE);
}

static void
put_files (ChangeFixture *fixture)
{
  static const char *const kinds[] = { "w", "a", "m", "d", "x" };
  for (gsize k = 0; k < G_N_ELEMENTS (kinds); k++)
    for (guint i = 0; i < EACH; i++)
      {
        g_autofree char *name = g_strdup_printf ("%s%u", kinds[k], i);
        g_autofree char *text = g_strdup_printf ("former %s", name);
        g_autofree char *path = change_fixture_put (fixture, name, text);
      }
}

static guint
count_names (ChangeFixture *fixture, const char *folder)
{
  g_autofree char *path = change_fixture_path (fixture, folder);
  g_autoptr (GDir) dir = g_dir_open (path, 0, NULL);
  guint count = 0;
  while (dir != NULL && g_dir_read_name (dir) != NULL)
    count++;
  return count;
}

static void
assert_trash (ChangeFixture *fixture, guint expected)
{
  g_assert_cmpuint (count_names (fixture, ".local/share/Trash/files"), ==, expected);
  g_assert_cmpuint (count_names (fixture, ".local/share/Trash/info"), ==, expected);
}

typedef struct {
  char *operations;
  char *before;
  char *after; /* NULL until it was seen once */
  guint done, taken_back;
} Run;

static char *
plan (ChangeFixture *fixture, const Run *run)
{
  g_autoptr (CardeaMessage) planned = change_fixture_plan (fixture, run->operations, "newmoremade");
  contract_assert_is (planned, "change.planned");
  return g_strdup (change_fixture_plan_id (planned));
}

/* The state after a crash: all, which is then undone, or nothing. */
static void
check (ChangeFixture *fixture, Run *run)
{
  g_autofree char *now = change_fixture_tree (fixture);
  if (strcmp (now, run->before) == 0)
    {
      run->taken_back++;
      assert_trash (fixture, 0);
      return;
    }
  run->done++;
  g_assert_cmpstr (now, ==, run->after);
  assert_trash (fixture, EACH);
  g_autoptr (CardeaMessage) listed = change_fixture_history (fixture, 1);
  const char *id = cardea_json_get_string (change_fixture_nth (listed, "changes", 0), "id");
  g_autoptr (CardeaMessage) reverted = change_fixture_revert (fixture, id);
  contract_assert_is (reverted, "change.reverted");
  g_autofree char *back = change_fixture_tree (fixture);
  g_assert_cmpstr (back, ==, run->before);
  assert_trash (fixture, 0);
}

static void
open_store (ChangeFixture *fixture)
{
  g_autoptr (CardeaMessage) opened = change_fixture_open (fixture, CHANGE_MAX_BYTES, 30);
  contract_assert_is (opened, "change.opened");
}

/* TRUE: it died there; FALSE: it came to its end before. */
static gboolean
die_once (ChangeFixture *fixture, const Run *run, guint point)
{
  contract_worker_free (fixture->worker);
  change_fixture_start (fixture, point);
  open_store (fixture);
  g_autofree char *id = plan (fixture, run);
  g_autofree char *commit = change_fixture_send_commit (fixture, id);
  if (!contract_worker_wait_killed (fixture->worker, commit))
    {
      g_autoptr (CardeaMessage) committed = contract_worker_wait (fixture->worker, commit);
      contract_assert_is (committed, "change.committed");
      return FALSE;
    }
  return TRUE;
}

/* Killed again while it takes back. */
static void
die_recovering (ChangeFixture *fixture, guint point)
{
  change_fixture_start (fixture, point);
  g_autofree char *open = change_fixture_send_open (fixture, CHANGE_MAX_BYTES, 30);
  if (contract_worker_wait_killed (fixture->worker, open))
    return;
  contract_worker_free (fixture->worker);
}

static void
run_init (ChangeFixture *fixture, Run *run)
{
  put_files (fixture);
  run->operations = make_operations ();
  run->before = change_fixture_tree (fixture);
  g_autoptr (CardeaMessage) committed
      = change_fixture_change (fixture, run->operations, "newmoremade");
  run->after = change_fixture_tree (fixture);
  g_assert_cmpstr (run->after, !=, run->before);
  g_autoptr (CardeaMessage) reverted
      = change_fixture_revert (fixture, change_fixture_change_id (committed));
  contract_assert_is (reverted, "change.reverted");
  g_autofree char *back = change_fixture_tree (fixture);
  g_assert_cmpstr (back, ==, run->before);
}

static void
run_clear (Run *run)
{
  g_free (run->operations);
  g_free (run->before);
  g_free (run->after);
}

static void
test_every_point (ChangeFixture *fixture, gconstpointer data)
{
  Run run = { 0 };
  guint point = 1;
  run_init (fixture, &run);
  for (; point < LIMIT_POINTS && die_once (fixture, &run, point); point++)
    {
      change_fixture_start (fixture, 0);
      open_store (fixture);
      check (fixture, &run);
    }
  g_test_message ("%u points: %u times done, %u times taken back", point - 1, run.done,
                  run.taken_back);
  g_assert_cmpuint (point, >, 50);
  g_assert_cmpuint (point, <, LIMIT_POINTS);
  g_assert_cmpuint (run.done, >, 0);
  g_assert_cmpuint (run.taken_back, >, 50);
  run_clear (&run);
}

static void
test_recovering (ChangeFixture *fixture, gconstpointer data)
{
  static const guint points[] = { 10, 30, 50 };
  Run run = { 0 };
  run_init (fixture, &run);
  for (gsize i = 0; i < G_N_ELEMENTS (points); i++)
    {
      g_assert_true (die_once (fixture, &run, points[i]));
      for (guint again = 1; again < 60; again += 7)
        die_recovering (fixture, again);
      change_fixture_start (fixture, 0);
      open_store (fixture);
      check (fixture, &run);
    }
  g_assert_cmpuint (run.taken_back, ==, G_N_ELEMENTS (points));
  run_clear (&run);
}

/* A file that somebody put in the way while nobody watched stays, and so does what was there. */
static void
test_in_the_way (ChangeFixture *fixture, gconstpointer data)
{
  g_autofree char *first = change_fixture_put (fixture, "w0", "former w0");
  g_autofree char *second = change_fixture_put (fixture, "w1", "former w1");
  contract_worker_free (fixture->worker);
  /* Behind the first step: points of one of two writes are 2 of staging, 2 of the intent. */
  change_fixture_start (fixture, 5);
  open_store (fixture);
  g_autoptr (CardeaMessage) planned = change_fixture_plan (
      fixture, "[{'op':'write','path':'~/w0'},{'op':'write','path':'~/w1'}]", "new");
  g_autofree char *commit = change_fixture_send_commit (fixture, change_fixture_plan_id (planned));
  g_assert_true (contract_worker_wait_killed (fixture->worker, commit));
  change_fixture_assert_says (fixture, "w0", "new");
  change_fixture_assert_says (fixture, "w1", "former w1");

  g_autofree char *theirs = change_fixture_put (fixture, "w0", "theirs");
  change_fixture_start (fixture, 0);
  open_store (fixture);
  change_fixture_assert_says (fixture, "w0", "theirs");
  change_fixture_assert_says (fixture, "w1", "former w1");
  g_autofree char *tree = change_fixture_tree (fixture);
  g_assert_nonnull (strstr (tree, ": former w0\n"));
  g_assert_null (strstr (tree, ".cardea-"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  CHANGE_TEST ("/contract/change/crash/every-point", test_every_point);
  CHANGE_TEST_PLAIN ("/contract/change/crash/every-point/plain", test_every_point);
  CHANGE_TEST ("/contract/change/crash/recovering", test_recovering);
  CHANGE_TEST ("/contract/change/crash/in-the-way", test_in_the_way);
  return g_test_run ();
}
