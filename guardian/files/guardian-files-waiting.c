/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/guardian-files-waiting.h"

#include "guardian/files/guardian-files-pool.h"

struct _GuardianFilesWaiting {
  const GuardianFilesWaitingKind *kind;
  gpointer worker; /* NULL when it went away */
  GuardianFilesPool *pool;
  GHashTable *pending; /* set of Pending that are not answered */
  guint running;       /* threads' jobs, answered or not */
};

/* It lives until its thread is done, answered or not. */
typedef struct {
  GuardianFilesWaiting *waiting;
  CardeaMessage *request;
  gpointer job;
  guint64 *wanted; /* the job's */
  GError **error;
  guint64 lane; /* in which it runs */
  guint timer;
  gboolean answered;
} Pending;

static void done_cb (gpointer data);

static void
pending_free (Pending *pending)
{
  if (pending->timer != 0)
    g_source_remove (pending->timer);
  pending->waiting->kind->free (pending->job);
  cardea_message_unref (pending->request);
  g_free (pending);
}

/* Answered now: its id means nothing any more. */
static void
settle (Pending *pending)
{
  pending->answered = TRUE;
  g_hash_table_remove (pending->waiting->pending, pending);
}

static void
run_cb (gpointer data)
{
  Pending *pending = data;

  g_clear_error (pending->error);
  pending->waiting->kind->run (pending->job, pending->lane == GUARDIAN_FILES_POOL_LOCAL
                                                 ? GUARDIAN_FILES_WALK_DISK
                                                 : GUARDIAN_FILES_WALK_WAIT);
}

static gboolean
push (Pending *pending)
{
  pending->lane = *pending->wanted;
  if (!guardian_files_pool_push (pending->waiting->pool, pending->lane, run_cb, done_cb, pending))
    return FALSE;
  pending->waiting->running++;
  return TRUE;
}

static void
free_when_done (GuardianFilesWaiting *waiting)
{
  if (waiting->worker == NULL && waiting->running == 0)
    g_free (waiting);
}

static void
done_cb (gpointer data)
{
  Pending *pending = data;
  GuardianFilesWaiting *waiting = pending->waiting;

  waiting->running--;
  if (!pending->answered && waiting->worker != NULL)
    {
      if (guardian_files_pool_changes_lane (pending->lane, *pending->wanted, *pending->error))
        {
          if (push (pending))
            return;
          guardian_files_error_set_busy (pending->error);
        }
      settle (pending);
      waiting->kind->answer (waiting->worker, pending->request, pending->job);
    }
  pending_free (pending);
  free_when_done (waiting);
}

static void
give_up (Pending *pending, GuardianFilesError code, const char *reason)
{
  GuardianFilesWaiting *waiting = pending->waiting;
  g_autoptr (GError) error = g_error_new_literal (GUARDIAN_FILES_ERROR, code, reason);

  if (!waiting->kind->give_up (pending->job))
    return;
  settle (pending);
  waiting->kind->refuse (waiting->worker, pending->request, error);
}

static gboolean
timeout_cb (gpointer data)
{
  Pending *pending = data;

  pending->timer = 0;
  if (!pending->answered && pending->waiting->worker != NULL)
    give_up (pending, GUARDIAN_FILES_ERROR_UNAVAILABLE, "the disk or server does not answer");
  return G_SOURCE_REMOVE;
}

void
guardian_files_waiting_add (GuardianFilesWaiting *waiting, CardeaMessage *request,
                            gpointer taken_job, guint64 *lane, GError **error, guint seconds)
{
  Pending *pending = g_new0 (Pending, 1);

  pending->waiting = waiting;
  pending->request = cardea_message_ref (request);
  pending->job = taken_job;
  pending->wanted = lane;
  pending->error = error;
  if (g_hash_table_size (waiting->pending) >= waiting->kind->limit || !push (pending))
    {
      guardian_files_error_set_busy (error);
      waiting->kind->answer (waiting->worker, request, taken_job);
      pending_free (pending);
      return;
    }
  pending->timer = g_timeout_add_seconds (seconds, timeout_cb, pending);
  g_hash_table_add (waiting->pending, pending);
}

void
guardian_files_waiting_cancel (GuardianFilesWaiting *waiting, const char *id)
{
  GHashTableIter iter;
  gpointer pending;

  g_hash_table_iter_init (&iter, waiting->pending);
  while (g_hash_table_iter_next (&iter, &pending, NULL))
    if (g_strcmp0 (cardea_message_request (((Pending *) pending)->request), id) == 0)
      {
        give_up (pending, GUARDIAN_FILES_ERROR_CANCELLED, "it was cancelled");
        return;
      }
}

GuardianFilesWaiting *
guardian_files_waiting_new (const GuardianFilesWaitingKind *kind, gpointer worker)
{
  GuardianFilesWaiting *waiting = g_new0 (GuardianFilesWaiting, 1);

  waiting->kind = kind;
  waiting->worker = worker;
  waiting->pool = guardian_files_pool_new (NULL);
  waiting->pending = g_hash_table_new (NULL, NULL);
  return waiting;
}

gboolean
guardian_files_waiting_free (GuardianFilesWaiting *waiting)
{
  gboolean busy = waiting->running > 0;

  g_hash_table_unref (g_steal_pointer (&waiting->pending));
  guardian_files_pool_unref (g_steal_pointer (&waiting->pool));
  waiting->worker = NULL;
  free_when_done (waiting);
  return busy;
}
