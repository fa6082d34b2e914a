/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core, for what it asks; the link, which has checked every field. Refuses: by a
 * "refused" answer whatever cannot be done; ends the link on a message it does not know. What the
 * core was told is not done, is not done: a job that was given up while it waited for a disk takes
 * back what it did (guardian-change-task.h, claim). */

#include "guardian/files/change/guardian-change-worker.h"

#include "guardian/files/change/guardian-change-seam.h"
#include "guardian/files/change/guardian-change-task.h"
#include "guardian/files/guardian-files-error.h"
#include "guardian/files/guardian-files-pool.h"
#include "guardian/privsep/guardian-worker.h"

#define LIMIT_PENDING 64 /* requests that wait at the same time */

struct _GuardianChangeWorker {
  GuardianChangeContext context;
  GuardianFilesPool *pool;
  GHashTable *pending;    /* set of Pending */
  CardeaChannel *channel; /* borrowed while the link is up */
};

/* A request that waits for a thread. It lives until its thread is done, answered or not. */
typedef struct {
  GuardianChangeWorker *worker; /* NULL when the worker went away */
  CardeaMessage *request;
  GuardianChangeJob *job;
  guint64 lane; /* in which it runs */
  guint timer;
  gboolean answered;
} Pending;

static void done_cb (gpointer data);

static void
send (GuardianChangeWorker *worker, CardeaMessage *message)
{
  guardian_worker_send (worker->channel, message);
}

static void
refuse (GuardianChangeWorker *worker, const CardeaMessage *request, const GError *error)
{
  g_autoptr (CardeaMessage) reply
      = cardea_message_new_refusal (request, guardian_files_error_code (error), error->message);
  send (worker, reply);
}

static void
answer (GuardianChangeWorker *worker, const CardeaMessage *request, GuardianChangeJob *job)
{
  g_autoptr (GError) error = g_steal_pointer (&job->error);
  if (error == NULL)
    {
      g_autoptr (CardeaMessage) reply = cardea_message_new_reply (request, job->task->reply);
      if (job->task->answer (&worker->context, job, reply, &error))
        {
          send (worker, reply);
          return;
        }
    }
  refuse (worker, request, error);
}

static void
pending_free (Pending *pending)
{
  if (pending->timer != 0)
    g_source_remove (pending->timer);
  guardian_change_job_free (pending->job);
  cardea_message_unref (pending->request);
  g_free (pending);
}

static void
run_cb (gpointer data)
{
  Pending *pending = data;
  GuardianChangeJob *job = pending->job;
  GuardianFilesWalkMode mode = pending->lane == GUARDIAN_FILES_POOL_LOCAL
                                   ? GUARDIAN_FILES_WALK_DISK
                                   : GUARDIAN_FILES_WALK_WAIT;
  g_clear_error (&job->error);
  if (g_atomic_int_get (&job->claim) == GUARDIAN_CHANGE_CLAIM_GIVEN_UP)
    return; /* while it waited for a thread */
  if (!job->task->run (job, mode, &job->error) && job->error == NULL)
    g_set_error_literal (&job->error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_INTERNAL,
                         "it could not be done");
}

static gboolean
push (Pending *pending)
{
  pending->lane = pending->job->lane;
  return guardian_files_pool_push (pending->worker->pool, pending->lane, run_cb, done_cb, pending);
}

static void
settle (Pending *pending)
{
  pending->answered = TRUE;
  g_hash_table_remove (pending->worker->pending, pending);
}

static void
done_cb (gpointer data)
{
  Pending *pending = data;
  if (!pending->answered && pending->worker != NULL)
    {
      if (guardian_files_pool_changes_lane (pending->lane, pending->job->lane, pending->job->error))
        {
          if (push (pending))
            return;
          guardian_files_error_set_busy (&pending->job->error);
        }
      settle (pending);
      answer (pending->worker, pending->request, pending->job);
    }
  pending_free (pending);
}

/* Unless the thread has just finished: then its answer is on the way. */
static gboolean
timeout_cb (gpointer data)
{
  Pending *pending = data;
  pending->timer = 0;
  if (!pending->answered && pending->worker != NULL
      && guardian_change_job_claim (pending->job, GUARDIAN_CHANGE_CLAIM_GIVEN_UP))
    {
      g_autoptr (GError) error
          = g_error_new_literal (GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_UNAVAILABLE,
                                 "the disk or server does not answer");
      settle (pending);
      refuse (pending->worker, pending->request, error);
    }
  return G_SOURCE_REMOVE;
}

static void
wait_for (GuardianChangeWorker *worker, CardeaMessage *request, GuardianChangeJob *taken_job)
{
  Pending *pending = g_new0 (Pending, 1);
  pending->worker = worker;
  pending->request = cardea_message_ref (request);
  pending->job = taken_job;
  if (g_hash_table_size (worker->pending) >= LIMIT_PENDING || !push (pending))
    {
      guardian_files_error_set_busy (&taken_job->error);
      answer (worker, request, taken_job);
      pending_free (pending);
      return;
    }
  guint seconds = guardian_change_seam_seconds (taken_job->task->seconds);
  pending->timer = g_timeout_add_seconds (seconds, timeout_cb, pending);
  g_hash_table_add (worker->pending, pending);
}

static void
start (GuardianChangeWorker *worker, CardeaMessage *request, const GuardianChangeTask *task)
{
  g_autoptr (GuardianChangeJob) job = guardian_change_job_new (task);
  if (task->prepare (&worker->context, request, job, &job->error))
    wait_for (worker, request, g_steal_pointer (&job));
  else
    answer (worker, request, job);
}

static void
message_cb (CardeaChannel *channel, CardeaMessage *message, gpointer user_data)
{
  GuardianChangeWorker *worker = user_data;
  worker->channel = channel;
  if (cardea_message_is (message, "change.drop"))
    {
      guardian_change_task_drop (&worker->context, cardea_message_get_string (message, "plan"));
      return;
    }
  const GuardianChangeTask *task = guardian_change_task_find (cardea_message_name (message));
  if (task == NULL || cardea_message_request (message) == NULL)
    {
      g_warning ("the core sent %s, which is not for changing files",
                 cardea_message_name (message));
      cardea_channel_close (channel);
      return;
    }
  start (worker, message, task);
}

static void
ready_cb (CardeaChannel *channel, gpointer user_data)
{
  GuardianChangeWorker *worker = user_data;
  worker->channel = channel;
}

static void
closed_cb (CardeaChannel *channel, const GError *error, gpointer user_data)
{
  GuardianChangeWorker *worker = user_data;
  worker->channel = NULL;
}

static const CardeaChannelHandler handler = { message_cb, ready_cb, closed_cb };

const CardeaChannelHandler *
guardian_change_worker_handler (void)
{
  return &handler;
}

GuardianChangeWorker *
guardian_change_worker_new (void)
{
  GuardianChangeWorker *worker = g_new0 (GuardianChangeWorker, 1);
  guardian_change_context_init (&worker->context);
  worker->pool = guardian_files_pool_new (NULL);
  worker->pending = g_hash_table_new (NULL, NULL);
  return worker;
}

/* Jobs that still run hold what is theirs. */
void
guardian_change_worker_free (GuardianChangeWorker *worker)
{
  if (worker == NULL)
    return;
  GHashTableIter iter;
  gpointer value;
  gboolean busy = g_hash_table_size (worker->pending) > 0;
  g_hash_table_iter_init (&iter, worker->pending);
  while (g_hash_table_iter_next (&iter, &value, NULL))
    {
      Pending *pending = value;
      pending->worker = NULL;
    }
  g_hash_table_unref (worker->pending);
  guardian_files_pool_unref (worker->pool);
  guardian_change_context_clear (&worker->context);
  if (!busy)
    g_free (worker);
}
