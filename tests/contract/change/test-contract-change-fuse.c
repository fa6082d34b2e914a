/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A disk that fails or hangs at one call after the other, as a bad server does: everything is made,
 * or nothing is, at the latest after the next start; and nobody else waits for it. */

#include "change-fixture.h"
#include "fault-disk.h"

#include <errno.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LIMIT_SKIP 12
#define LIMIT_WAIT_US (20 * G_USEC_PER_SEC)
#define FOREVER 1000000

#define OPERATIONS                                                                                 \
  "[{'op':'mkdir','path':'~/far/new'},"                                                            \
  "{'op':'create','path':'~/far/new/made','offset':'0','length':'4'},"                             \
  "{'op':'write','path':'~/far/file','offset':'0','length':'4'},"                                  \
  "{'op':'append','path':'~/far/log','offset':'0','length':'4'},"                                  \
  "{'op':'rename','path':'~/far/old','to':'~/far/new/moved'},"                                     \
  "{'op':'metadata','path':'~/far/script','mode':448}]"

typedef struct {
  ChangeFixture change;
  FaultDisk *disk;
  char *before;
} Fixture;

/* The folder behind the disk, which never fails. */
static char *
tree (Fixture *fixture)
{
  ChangeFixture behind = { .home = change_fixture_path (&fixture->change, "behind") };
  char *text = change_fixture_tree (&behind);
  g_free (behind.home);
  return text;
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  static const char *const names[] = { "file", "log", "old", "script" };
  change_fixture_set_up (&fixture->change, NULL);
  g_autofree char *behind = change_fixture_path (&fixture->change, "behind");
  g_autofree char *far = change_fixture_path (&fixture->change, "far");
  g_assert_cmpint (mkdir (behind, 0755), ==, 0);
  g_assert_cmpint (mkdir (far, 0755), ==, 0);
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *name = g_build_filename ("behind", names[i], NULL);
      g_autofree char *path = change_fixture_put (&fixture->change, name, names[i]);
    }
  fixture->disk = fault_disk_new (behind, far);
  g_assert_nonnull (fixture->disk);
  fixture->before = tree (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  contract_worker_free (fixture->change.worker);
  fixture->change.worker = NULL;
  fault_disk_free (fixture->disk);
  change_fixture_tear_down (&fixture->change, NULL);
  g_free (fixture->before);
}

static CardeaMessage *
change (Fixture *fixture, char **ret_plan)
{
  g_autoptr (CardeaMessage) planned = change_fixture_plan (&fixture->change, OPERATIONS, "data");
  contract_assert_is (planned, "change.planned");
  if (ret_plan != NULL)
    {
      *ret_plan = g_strdup (change_fixture_plan_id (planned));
      return NULL;
    }
  return change_fixture_commit (&fixture->change, change_fixture_plan_id (planned));
}

static void
assert_before (Fixture *fixture)
{
  g_autofree char *now = tree (fixture);
  g_assert_cmpstr (now, ==, fixture->before);
}

static void
restart (Fixture *fixture)
{
  g_autoptr (CardeaMessage) opened = change_fixture_restart (&fixture->change);
  contract_assert_is (opened, "change.opened");
}

static void
test_works (Fixture *fixture, gconstpointer data)
{
  g_autoptr (CardeaMessage) committed = change (fixture, NULL);
  contract_assert_is (committed, "change.committed");
  g_autofree char *after = tree (fixture);
  g_assert_cmpstr (after, ==,
                   "file: data\nlog: logdata\nnew/\nnew/made: data\nnew/moved: old\nscript: "
                   "script\n");
  g_autoptr (CardeaMessage) reverted
      = change_fixture_revert (&fixture->change, change_fixture_change_id (committed));
  contract_assert_is (reverted, "change.reverted");
  assert_before (fixture);
}

/* All, which is then undone, or nothing. */
static gboolean
check_outcome (Fixture *fixture, const CardeaMessage *answer)
{
  fault_disk_set (fixture->disk, FAULT_NONE, 0, 0, 0);
  if (cardea_message_is (answer, "refused"))
    {
      restart (fixture);
      assert_before (fixture);
      return FALSE;
    }
  g_autoptr (CardeaMessage) reverted
      = change_fixture_revert (&fixture->change, change_fixture_change_id (answer));
  contract_assert_is (reverted, "change.reverted");
  /* What could not be removed when it was not needed any more goes at the next start. */
  restart (fixture);
  assert_before (fixture);
  return TRUE;
}

/* times: how often it fails; for ever is until the next start. */
static void
run_faults (Fixture *fixture, int number, int times)
{
  guint made = 0, refused = 0;
  for (FaultOperation operation = FAULT_CREATE; operation < FAULT_END; operation++)
    for (int skip = 0; skip < LIMIT_SKIP; skip += times == 1 ? 1 : 3)
      {
        g_autofree char *plan = NULL;
        (void) change (fixture, &plan);
        fault_disk_set (fixture->disk, operation, number, skip, times);
        g_autoptr (CardeaMessage) answer = change_fixture_commit (&fixture->change, plan);
        gboolean hit = g_atomic_int_get (&fault_disk_plan (fixture->disk)->hits) > 0;
        if (check_outcome (fixture, answer))
          made++;
        else
          refused++;
        if (!hit)
          break;
      }
  g_test_message ("%u times made, %u times taken back", made, refused);
  g_assert_cmpuint (refused, >=, 5);
}

static void
test_error (Fixture *fixture, gconstpointer data)
{
  run_faults (fixture, GPOINTER_TO_INT (data), 1);
}

static void
test_error_for_ever (Fixture *fixture, gconstpointer data)
{
  run_faults (fixture, GPOINTER_TO_INT (data), FOREVER);
}

static void
wait_for_hang (Fixture *fixture)
{
  gint64 until = g_get_monotonic_time () + LIMIT_WAIT_US;
  while (g_atomic_int_get (&fault_disk_plan (fixture->disk)->hangs) == 0)
    {
      g_assert_cmpint (g_get_monotonic_time (), <, until);
      g_usleep (1000);
    }
}

/* While one waits for the bad disk, others change files on good ones; then it goes on. */
static void
test_hang (Fixture *fixture, gconstpointer data)
{
  g_autofree char *plan = NULL;
  (void) change (fixture, &plan);
  fault_disk_set (fixture->disk, FAULT_RENAME, 0, 1, 1);
  g_autofree char *commit = change_fixture_send_commit (&fixture->change, plan);
  wait_for_hang (fixture);
  g_autoptr (CardeaMessage) near
      = change_fixture_change (&fixture->change, "[{'op':'create','path':'~/near'}]", "near");
  change_fixture_assert_says (&fixture->change, "near", "near");
  g_atomic_int_set (&fault_disk_plan (fixture->disk)->release, TRUE);
  g_autoptr (CardeaMessage) committed = contract_worker_wait (fixture->change.worker, commit);
  contract_assert_is (committed, "change.committed");
}

/* What was given up is taken back when the disk answers again, at whatever call it hung. */
static void
test_given_up (Fixture *fixture, gconstpointer data)
{
  static const struct {
    FaultOperation operation;
    int skip;
  } hangs[] = { { FAULT_WRITE, 1 }, { FAULT_FSYNC, 0 }, { FAULT_RENAME, 2 }, { FAULT_FSYNC, 4 } };
  contract_worker_free (fixture->change.worker);
  fixture->change.seconds = 1;
  change_fixture_start (&fixture->change, 0);
  g_autoptr (CardeaMessage) opened = change_fixture_open (&fixture->change, CHANGE_MAX_BYTES, 30);
  for (gsize i = 0; i < G_N_ELEMENTS (hangs); i++)
    {
      g_autofree char *plan = NULL;
      (void) change (fixture, &plan);
      fault_disk_set (fixture->disk, hangs[i].operation, 0, hangs[i].skip, 1);
      g_autoptr (CardeaMessage) refused = change_fixture_commit (&fixture->change, plan);
      contract_assert_refused (refused, "unavailable");
      g_atomic_int_set (&fault_disk_plan (fixture->disk)->release, TRUE);
      gint64 until = g_get_monotonic_time () + LIMIT_WAIT_US;
      for (gboolean back = FALSE; !back; g_usleep (5000))
        {
          g_autofree char *now = tree (fixture);
          back = strcmp (now, fixture->before) == 0;
          g_assert_cmpint (g_get_monotonic_time (), <, until);
        }
    }
}

#define TEST(path, function, number)                                                               \
  g_test_add (path, Fixture, GINT_TO_POINTER (number), set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  if (access ("/dev/fuse", R_OK | W_OK) != 0)
    return contract_skip ("/dev/fuse cannot be used");
  if (!contract_enter_namespace ())
    return contract_skip ("no namespace to mount in");
  TEST ("/contract/change/fuse/works", test_works, 0);
  TEST ("/contract/change/fuse/eio", test_error, EIO);
  TEST ("/contract/change/fuse/enospc", test_error, ENOSPC);
  TEST ("/contract/change/fuse/estale", test_error, ESTALE);
  TEST ("/contract/change/fuse/eio-for-ever", test_error_for_ever, EIO);
  TEST ("/contract/change/fuse/hang", test_hang, 0);
  TEST ("/contract/change/fuse/given-up", test_given_up, 0);
  return g_test_run ();
}
