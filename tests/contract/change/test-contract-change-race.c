/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Names that change their meaning all the time while the worker plans and writes: what lies
 * elsewhere is never written, and nothing of ours is left behind. */

#include "change-fixture.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define SWAPS 100000
#define LIMIT_US (30 * G_USEC_PER_SEC)

typedef struct {
  const char *name;      /* what is asked for */
  const char *parked[2]; /* the two things that take turns to be it */
  gint stop;
  gint swaps;
} Swapper;

static gpointer
swap_main (gpointer user_data)
{
  Swapper *swapper = user_data;
  for (guint turn = 0; !g_atomic_int_get (&swapper->stop); turn++)
    {
      const char *parked = swapper->parked[turn % 2];
      if (rename (parked, swapper->name) == 0)
        (void) rename (swapper->name, parked);
      g_atomic_int_inc (&swapper->swaps);
    }
  return NULL;
}

/* Until there were enough swaps, or time is up: a slow machine proves a little less. */
static guint
write_while_swapping (ChangeFixture *fixture, Swapper *swapper, const char *operations)
{
  gint64 until = g_get_monotonic_time () + LIMIT_US;
  guint committed = 0;
  GThread *thread = g_thread_new ("swap", swap_main, swapper);
  while (g_atomic_int_get (&swapper->swaps) < SWAPS && g_get_monotonic_time () < until)
    {
      g_autoptr (CardeaMessage) planned = change_fixture_plan (fixture, operations, "WRITTEN");
      if (cardea_message_is (planned, "refused"))
        continue;
      g_autoptr (CardeaMessage) answer
          = change_fixture_commit (fixture, change_fixture_plan_id (planned));
      committed += cardea_message_is (answer, "change.committed") ? 1 : 0;
    }
  g_atomic_int_set (&swapper->stop, TRUE);
  g_thread_join (thread);
  g_test_message ("%d swaps, %u changes made", swapper->swaps, committed);
  return committed;
}

static void
assert_no_litter (ChangeFixture *fixture)
{
  g_autofree char *tree = change_fixture_tree (fixture);
  g_assert_null (strstr (tree, ".cardea-"));
}

/* A file takes turns with a link to a file in a closed folder. */
static void
test_file_for_link (ChangeFixture *fixture, gconstpointer data)
{
  g_autofree char *secret = change_fixture_put (fixture, ".ssh/id", "SECRET");
  g_autofree char *good = change_fixture_put (fixture, "desk/parked-file", "good");
  g_autofree char *link = change_fixture_path (fixture, "desk/parked-link");
  g_autofree char *name = change_fixture_path (fixture, "desk/name");
  g_assert_cmpint (symlink (secret, link), ==, 0);
  Swapper swapper = { name, { good, link }, FALSE, 0 };
  write_while_swapping (fixture, &swapper, "[{'op':'write','path':'~/desk/name'}]");
  change_fixture_assert_says (fixture, ".ssh/id", "SECRET");
  assert_no_litter (fixture);
}

/* The folder takes turns with a link to a closed one. */
static void
test_parent_for_link (ChangeFixture *fixture, gconstpointer data)
{
  g_autofree char *secret = change_fixture_put (fixture, ".ssh/file", "SECRET");
  g_autofree char *good = change_fixture_put (fixture, "desk/parked-folder/file", "good");
  g_autofree char *folder = g_path_get_dirname (good);
  g_autofree char *vault = g_path_get_dirname (secret);
  g_autofree char *link = change_fixture_path (fixture, "desk/parked-link");
  g_autofree char *name = change_fixture_path (fixture, "desk/name");
  g_assert_cmpint (symlink (vault, link), ==, 0);
  Swapper swapper = { name, { folder, link }, FALSE, 0 };
  write_while_swapping (fixture, &swapper,
                        "[{'op':'write','path':'~/desk/name/file'},"
                        "{'op':'create','path':'~/desk/name/another'}]");
  change_fixture_assert_says (fixture, ".ssh/file", "SECRET");
  g_assert_false (change_fixture_exists (fixture, ".ssh/another"));
  assert_no_litter (fixture);
}

/* Two files take turns to be the one: each commit replaced exactly the one that was planned. */
static void
test_file_for_file (ChangeFixture *fixture, gconstpointer data)
{
  g_autofree char *one = change_fixture_put (fixture, "one", "one");
  g_autofree char *two = change_fixture_put (fixture, "two", "two");
  g_autofree char *name = change_fixture_path (fixture, "name");
  Swapper swapper = { name, { one, two }, FALSE, 0 };
  write_while_swapping (fixture, &swapper, "[{'op':'append','path':'~/name'}]");
  assert_no_litter (fixture);
  /* Neither was lost, and nothing of the one got into the other. */
  static const char *const names[] = { "one", "two" };
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *text = change_fixture_get (fixture, names[i]);
      g_assert_nonnull (text);
      g_assert_true (g_str_has_prefix (text, "one") || g_str_has_prefix (text, "two")
                     || g_str_has_prefix (text, "WRITTEN"));
      g_assert_true (strstr (text + 3, "one") == NULL && strstr (text + 3, "two") == NULL);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  CHANGE_TEST ("/contract/change/race/file-for-link", test_file_for_link);
  CHANGE_TEST ("/contract/change/race/parent-for-link", test_parent_for_link);
  CHANGE_TEST ("/contract/change/race/file-for-file", test_file_for_file);
  return g_test_run ();
}
