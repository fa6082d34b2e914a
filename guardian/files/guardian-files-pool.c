/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/guardian-files-pool.h"

#include "guardian/files/guardian-files-error.h"

#define LIMIT_THREADS 16
#define LIMIT_SLOW 12     /* of them and of the queue, for all slow mounts together */
#define LIMIT_LANE 4      /* for one slow mount */
#define LIMIT_WAITING 256 /* jobs in the queue */
#define IDLE_US (2 * G_USEC_PER_SEC)

struct _GuardianFilesPool {
  gatomicrefcount references; /* the owner and each thread */
  GMainContext *context;
  GMutex lock; /* over what follows */
  GCond more;
  GQueue waiting;
  GHashTable *lanes; /* guint64 → number of jobs queued or running */
  guint slow;        /* their sum */
  guint threads;
  guint idle;
  gboolean closing;
};

typedef struct {
  GuardianFilesPool *pool;
  guint64 lane;
  void (*run) (gpointer data);
  void (*done) (gpointer data);
  gpointer data;
} Job;

static GuardianFilesPool *
pool_ref (GuardianFilesPool *pool)
{
  g_atomic_ref_count_inc (&pool->references);
  return pool;
}

static void
pool_drop (GuardianFilesPool *pool)
{
  if (!g_atomic_ref_count_dec (&pool->references))
    return;
  g_queue_clear_full (&pool->waiting, g_free);
  g_hash_table_unref (pool->lanes);
  g_main_context_unref (pool->context);
  g_mutex_clear (&pool->lock);
  g_cond_clear (&pool->more);
  g_free (pool);
}

GuardianFilesPool *
guardian_files_pool_new (GMainContext *context)
{
  GuardianFilesPool *pool = g_new0 (GuardianFilesPool, 1);
  g_atomic_ref_count_init (&pool->references);
  pool->context = g_main_context_ref (context != NULL ? context : g_main_context_default ());
  g_mutex_init (&pool->lock);
  g_cond_init (&pool->more);
  g_queue_init (&pool->waiting);
  pool->lanes = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  return pool;
}

void
guardian_files_pool_unref (GuardianFilesPool *pool)
{
  if (pool == NULL)
    return;
  g_mutex_lock (&pool->lock);
  pool->closing = TRUE;
  g_cond_broadcast (&pool->more);
  g_mutex_unlock (&pool->lock);
  pool_drop (pool);
}

/* Locked. FALSE: no room. */
static gboolean
count_lane (GuardianFilesPool *pool, guint64 lane, int change)
{
  if (lane == GUARDIAN_FILES_POOL_LOCAL)
    return TRUE;
  guint count = GPOINTER_TO_UINT (g_hash_table_lookup (pool->lanes, &lane));
  if (change > 0 && (count >= LIMIT_LANE || pool->slow >= LIMIT_SLOW))
    return FALSE;
  pool->slow += change;
  if (count + change == 0)
    g_hash_table_remove (pool->lanes, &lane);
  else
    g_hash_table_insert (pool->lanes, g_memdup2 (&lane, sizeof lane),
                         GUINT_TO_POINTER (count + change));
  return TRUE;
}

static gboolean
finish (gpointer user_data)
{
  Job *job = user_data;
  job->done (job->data);
  pool_drop (job->pool);
  g_free (job);
  return G_SOURCE_REMOVE;
}

/* Never called in this thread itself, as g_main_context_invoke() might. */
static void
post (GuardianFilesPool *pool, Job *job)
{
  GSource *source = g_idle_source_new ();
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_callback (source, finish, job, NULL);
  g_source_attach (source, pool->context);
  g_source_unref (source);
}

/* Locked. The next job, waited for a while; NULL: the thread ends. */
static Job *
next_job (GuardianFilesPool *pool)
{
  gint64 until = g_get_monotonic_time () + IDLE_US;
  gboolean waited = TRUE;
  while (waited && !pool->closing && g_queue_is_empty (&pool->waiting))
    {
      pool->idle++;
      waited = g_cond_wait_until (&pool->more, &pool->lock, until);
      pool->idle--;
    }
  return pool->closing ? NULL : g_queue_pop_head (&pool->waiting);
}

static gpointer
thread_main (gpointer user_data)
{
  GuardianFilesPool *pool = user_data;

  g_mutex_lock (&pool->lock);
  for (Job *job = next_job (pool); job != NULL; job = next_job (pool))
    {
      g_mutex_unlock (&pool->lock);
      job->run (job->data);
      g_mutex_lock (&pool->lock);
      (void) count_lane (pool, job->lane, -1);
      job->pool = pool_ref (pool);
      post (pool, job);
    }
  pool->threads--;
  g_mutex_unlock (&pool->lock);
  pool_drop (pool);
  return NULL;
}

/* Locked. */
static void
start_thread (GuardianFilesPool *pool)
{
  g_autoptr (GError) error = NULL;
  GThread *thread = g_thread_try_new ("files", thread_main, pool_ref (pool), &error);
  if (thread == NULL)
    {
      g_debug ("no further thread: %s", error->message);
      pool_drop (pool);
      return;
    }
  pool->threads++;
  g_thread_unref (thread);
}

gboolean
guardian_files_pool_push (GuardianFilesPool *pool, guint64 lane, void (*run) (gpointer data),
                          void (*done) (gpointer data), gpointer data)
{
  g_mutex_lock (&pool->lock);
  gboolean good = g_queue_get_length (&pool->waiting) < LIMIT_WAITING && count_lane (pool, lane, 1);
  if (good)
    {
      if (pool->idle <= g_queue_get_length (&pool->waiting) && pool->threads < LIMIT_THREADS)
        start_thread (pool);
      good = pool->threads > 0;
      if (!good)
        (void) count_lane (pool, lane, -1);
    }
  if (good)
    {
      Job *job = g_new0 (Job, 1);
      *job = (Job){ NULL, lane, run, done, data };
      g_queue_push_tail (&pool->waiting, job);
      g_cond_signal (&pool->more);
    }
  g_mutex_unlock (&pool->lock);
  return good;
}

gboolean
guardian_files_pool_changes_lane (guint64 from, guint64 to, const GError *error)
{
  return from == GUARDIAN_FILES_POOL_LOCAL && to != GUARDIAN_FILES_POOL_LOCAL
         && g_error_matches (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_WOULD_BLOCK);
}
