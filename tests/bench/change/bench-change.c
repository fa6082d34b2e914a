/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* bench-change [commit|moves|diff|store]: what changing files costs over doing it bare, in the same
 * run and in turns, as the core sees it: from the message to its answer. One line a figure: name,
 * value, unit. */

#include "common/base/cardea-autofd.h"
#include "guardian/files/change/guardian-change-open.h"
#include "guardian/files/change/guardian-change-text.h"
#include "tests/contract/change/change-fixture.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define COMMITS 200
#define SMALL 4096
#define MOVES 1000
#define MOVE_ROUNDS 9
#define DIFF_LINES 100000
#define STORE_MIB 256

static int
compare_times (const void *a, const void *b)
{
  gint64 one = *(const gint64 *) a;
  gint64 other = *(const gint64 *) b;
  return one < other ? -1 : one > other;
}

static gint64
median (gint64 *times, gsize count)
{
  qsort (times, count, sizeof *times, compare_times);
  return times[count / 2];
}

static void
check (gboolean good, const char *what)
{
  if (good)
    return;
  perror (what);
  exit (2);
}

static gint64
bare_write (const char *folder, const char *content)
{
  g_autofree char *temp = g_build_filename (folder, "bare.tmp", NULL);
  g_autofree char *name = g_build_filename (folder, "bare", NULL);
  gint64 begun = g_get_monotonic_time ();
  cardea_autofd int fd = open (temp, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0644);
  check (fd >= 0 && write (fd, content, SMALL) == SMALL && fsync (fd) == 0
             && rename (temp, name) == 0,
         "bare write");
  return g_get_monotonic_time () - begun;
}

static void
bench_commit (ChangeFixture *fixture)
{
  gint64 bare[COMMITS], ours[COMMITS], planning[COMMITS];
  g_autofree char *content = g_strnfill (SMALL, 'x');
  g_autofree char *path = change_fixture_put (fixture, "file", content);
  for (guint i = 0; i < COMMITS; i++)
    {
      content[i] = 'a' + i % 26;
      bare[i] = bare_write (fixture->home, content);
      gint64 begun = g_get_monotonic_time ();
      g_autoptr (CardeaMessage) planned
          = change_fixture_plan (fixture, "[{'op':'write','path':'~/file'}]", content);
      contract_assert_is (planned, "change.planned");
      planning[i] = g_get_monotonic_time () - begun;
      begun = g_get_monotonic_time ();
      g_autoptr (CardeaMessage) committed
          = change_fixture_commit (fixture, change_fixture_plan_id (planned));
      ours[i] = g_get_monotonic_time () - begun;
      contract_assert_is (committed, "change.committed");
    }
  printf ("commit 4 KiB, bare  %" G_GINT64_FORMAT " us\n", median (bare, COMMITS));
  printf ("commit 4 KiB  %" G_GINT64_FORMAT " us\n", median (ours, COMMITS));
  printf ("plan 4 KiB  %" G_GINT64_FORMAT " us\n", median (planning, COMMITS));
}

static void
put_moves (ChangeFixture *fixture)
{
  for (guint i = 0; i < MOVES; i++)
    {
      g_autofree char *name = g_strdup_printf ("from/file-%04u.txt", i);
      g_autofree char *path = change_fixture_put (fixture, name, "");
    }
}

static gint64
bare_moves (ChangeFixture *fixture, const char *from, const char *to)
{
  g_autofree char *one = change_fixture_path (fixture, from);
  g_autofree char *other = change_fixture_path (fixture, to);
  cardea_autofd int a = open (one, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  cardea_autofd int b = open (other, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  gint64 begun = g_get_monotonic_time ();
  for (guint i = 0; i < MOVES; i++)
    {
      char name[32];
      g_snprintf (name, sizeof name, "file-%04u.txt", i);
      check (renameat (a, name, b, name) == 0, "bare move");
    }
  check (fsync (a) == 0 && fsync (b) == 0, "bare sync");
  return g_get_monotonic_time () - begun;
}

static void
bench_moves (ChangeFixture *fixture)
{
  gint64 bare[MOVE_ROUNDS], ours[MOVE_ROUNDS], planning[MOVE_ROUNDS];
  g_autofree char *folder = change_fixture_path (fixture, "to");
  check (g_mkdir_with_parents (folder, 0755) == 0, "mkdir");
  put_moves (fixture);
  GString *operations = g_string_new ("[");
  for (guint i = 0; i < MOVES; i++)
    g_string_append_printf (
        operations, "%s{'op':'rename','path':'~/from/file-%04u.txt','to':'~/to/file-%04u.txt'}",
        i > 0 ? "," : "", i, i);
  g_string_append_c (operations, ']');
  for (guint i = 0; i < MOVE_ROUNDS; i++)
    {
      bare[i] = bare_moves (fixture, "from", "to");
      bare_moves (fixture, "to", "from");
      gint64 begun = g_get_monotonic_time ();
      g_autoptr (CardeaMessage) planned = change_fixture_plan (fixture, operations->str, NULL);
      contract_assert_is (planned, "change.planned");
      planning[i] = g_get_monotonic_time () - begun;
      begun = g_get_monotonic_time ();
      g_autoptr (CardeaMessage) committed
          = change_fixture_commit (fixture, change_fixture_plan_id (planned));
      ours[i] = g_get_monotonic_time () - begun;
      contract_assert_is (committed, "change.committed");
      bare_moves (fixture, "to", "from");
    }
  g_string_free (operations, TRUE);
  printf ("move 1000, bare  %" G_GINT64_FORMAT " us\n", median (bare, MOVE_ROUNDS));
  printf ("move 1000  %" G_GINT64_FORMAT " us\n", median (ours, MOVE_ROUNDS));
  printf ("plan 1000 moves  %" G_GINT64_FORMAT " us\n", median (planning, MOVE_ROUNDS));
}

/* kinds: how many different lines there are; few of them make comparing hard. */
static GString *
make_lines (guint kinds, guint seed)
{
  GString *lines = g_string_new (NULL);
  g_autoptr (GRand) random = g_rand_new_with_seed (seed);
  for (guint i = 0; i < DIFF_LINES; i++)
    g_string_append_printf (lines, "line %d\n", g_rand_int_range (random, 0, kinds));
  return lines;
}

static void
bench_diff (ChangeFixture *fixture)
{
  static const guint kinds[] = { 2, 10, 1000, 100000 };
  gint64 worst = 0;
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      GString *one = make_lines (kinds[i], 1);
      GString *other = make_lines (kinds[i], 2);
      g_auto (GuardianChangeText) text = { 0 };
      gint64 begun = g_get_monotonic_time ();
      guardian_change_text_compare (one->str, one->len, "a", other->str, other->len, "b", 131072,
                                    &text);
      worst = MAX (worst, g_get_monotonic_time () - begun);
      g_string_free (one, TRUE);
      g_string_free (other, TRUE);
    }
  printf ("diff 100000 lines, worst  %" G_GINT64_FORMAT " ms\n", worst / 1000);
}

static void
bench_store (ChangeFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *folder = change_fixture_path (fixture, "store");
  g_autoptr (CardeaSecret) key = cardea_secret_new_random (GUARDIAN_CHANGE_RECORD_KEY);
  g_autoptr (GuardianChangeStore) store
      = guardian_change_open (folder, key, G_MAXINT64, 30, &error);
  g_autofree guint8 *chunk = g_malloc0 (GUARDIAN_CHANGE_STORE_CHUNK);
  check (store != NULL, "store");
  gint64 begun = g_get_monotonic_time ();
  for (guint i = 0; i < STORE_MIB; i++)
    {
      guint8 id[GUARDIAN_CHANGE_RECORD_ID];
      memcpy (chunk, &i, sizeof i);
      check (guardian_change_store_put (store, chunk, GUARDIAN_CHANGE_STORE_CHUNK, id, &error),
             "put");
    }
  gint64 taken = g_get_monotonic_time () - begun;
  printf ("store append  %" G_GINT64_FORMAT " MB/s\n",
          (gint64) STORE_MIB * GUARDIAN_CHANGE_STORE_CHUNK / MAX (taken, 1));
}

static const struct {
  const char *name;
  void (*run) (ChangeFixture *fixture);
} benches[] = {
  { "commit", bench_commit },
  { "moves", bench_moves },
  { "diff", bench_diff },
  { "store", bench_store },
};

int
main (int argc, char **argv)
{
  ChangeFixture fixture = { 0 };
  change_fixture_set_up (&fixture, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (benches); i++)
    if (argc < 2 || strcmp (argv[1], benches[i].name) == 0)
      benches[i].run (&fixture);
  change_fixture_tear_down (&fixture, NULL);
  return EXIT_SUCCESS;
}
