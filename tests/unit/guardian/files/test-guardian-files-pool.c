/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/guardian-files-pool.h"

#define SLOW_A 7
#define SLOW_B 8

typedef struct {
  GMutex lock;
  GCond changed;
  gboolean opened;
  gint ran;
  gint done;
} Gate;

static void
wait_run (gpointer data)
{
  Gate *gate = data;
  g_mutex_lock (&gate->lock);
  while (!gate->opened)
    g_cond_wait (&gate->changed, &gate->lock);
  g_mutex_unlock (&gate->lock);
  g_atomic_int_inc (&gate->ran);
}

static void
quick_run (gpointer data)
{
  Gate *gate = data;
  g_atomic_int_inc (&gate->ran);
}

static void
done (gpointer data)
{
  Gate *gate = data;
  gate->done++; /* always in the main thread */
}

static void
open_gate (Gate *gate)
{
  g_mutex_lock (&gate->lock);
  gate->opened = TRUE;
  g_cond_broadcast (&gate->changed);
  g_mutex_unlock (&gate->lock);
}

static void
iterate_until (Gate *gate, gint count)
{
  while (gate->done < count)
    g_main_context_iteration (NULL, TRUE);
}

/* However many wait for dead servers, a disk is served at once. */
static void
test_lanes (void)
{
  Gate slow = { 0 }, quick = { 0 };
  g_autoptr (GuardianFilesPool) pool = guardian_files_pool_new (NULL);
  gint accepted = 0;
  for (guint i = 0; i < 10; i++)
    {
      accepted += guardian_files_pool_push (pool, SLOW_A, wait_run, done, &slow);
      accepted += guardian_files_pool_push (pool, SLOW_B, wait_run, done, &slow);
    }
  g_assert_cmpint (accepted, ==, 8); /* four a mount */
  for (guint64 lane = 100; lane < 110; lane++)
    accepted += guardian_files_pool_push (pool, lane, wait_run, done, &slow);
  g_assert_cmpint (accepted, ==, 12); /* twelve in all */

  for (guint i = 0; i < 100; i++)
    g_assert_true (
        guardian_files_pool_push (pool, GUARDIAN_FILES_POOL_LOCAL, quick_run, done, &quick));
  iterate_until (&quick, 100);
  g_assert_cmpint (slow.done, ==, 0);

  open_gate (&slow);
  iterate_until (&slow, accepted);
  g_assert_cmpint (slow.ran, ==, accepted);
  g_assert_true (guardian_files_pool_push (pool, SLOW_A, wait_run, done, &slow));
  iterate_until (&slow, accepted + 1);
}

static void
test_queue_is_bounded (void)
{
  Gate gate = { 0 };
  g_autoptr (GuardianFilesPool) pool = guardian_files_pool_new (NULL);
  gint accepted = 0;
  for (guint i = 0; i < 1000; i++)
    accepted += guardian_files_pool_push (pool, GUARDIAN_FILES_POOL_LOCAL, wait_run, done, &gate);
  g_assert_cmpint (accepted, >=, 256);
  g_assert_cmpint (accepted, <=, 256 + 16);
  open_gate (&gate);
  iterate_until (&gate, accepted);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/files/pool/lanes", test_lanes);
  g_test_add_func ("/files/pool/queue-is-bounded", test_queue_is_bounded);
  return g_test_run ();
}
