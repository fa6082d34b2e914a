/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core, for what it asks; the link, which has checked every field. Refuses: by a
 * "refused" answer whatever cannot be done; ends the link on a message it does not know. */

#include "guardian/files/guardian-files-worker.h"

#include "common/base/cardea-autofd.h"
#include "guardian/files/guardian-files-error.h"
#include "guardian/files/guardian-files-operation.h"
#include "guardian/files/guardian-files-pool.h"
#include "guardian/privsep/guardian-worker.h"

#include <glib-unix.h>

#define LIMIT_PENDING 512 /* requests that wait at the same time */

struct _GuardianFilesWorker {
  GuardianFilesState state;
  GuardianFilesMounts *mounts;
  GuardianFilesPool *pool;
  GHashTable *pending;    /* request id → Pending that is not answered */
  CardeaChannel *channel; /* borrowed while the link is up */
  char *reason;           /* why nothing can be done; NULL: all is well */
  int mount_watch;
  guint watch_source;
  gboolean stale; /* and the core does not know yet */
};

/* A request that waits for a thread. It lives until its thread is done, answered or not. */
typedef struct {
  GuardianFilesWorker *worker; /* NULL when the worker went away */
  CardeaMessage *request;
  GuardianFilesJob *job;
  guint64 lane; /* in which it runs */
  guint timer;
  gboolean answered;
} Pending;

static void done_cb (gpointer data);

static void
send (GuardianFilesWorker *worker, CardeaMessage *message)
{
  guardian_worker_send (worker->channel, message);
}

static void
refuse (GuardianFilesWorker *worker, const CardeaMessage *request, const GError *error,
        char **candidates)
{
  g_autoptr (CardeaMessage) reply
      = cardea_message_new_refusal (request, guardian_files_error_code (error), error->message);
  if (candidates != NULL)
    cardea_message_set_paths (reply, "candidates", (const char *const *) candidates);
  send (worker, reply);
}

static void
answer (GuardianFilesWorker *worker, const CardeaMessage *request, GuardianFilesJob *job)
{
  g_autoptr (GError) error = g_steal_pointer (&job->error);
  if (error == NULL)
    {
      g_autoptr (CardeaMessage) reply = cardea_message_new_reply (request, job->operation->reply);
      if (job->operation->answer (&worker->state, job, reply, &error))
        {
          send (worker, reply);
          return;
        }
    }
  refuse (worker, request, error, job->resolution.candidates);
}

static void
pending_free (Pending *pending)
{
  if (pending->timer != 0)
    g_source_remove (pending->timer);
  guardian_files_job_free (pending->job);
  cardea_message_unref (pending->request);
  g_free (pending);
}

/* Answered now: off the table, so that its id means nothing any more. */
static void
settle (Pending *pending)
{
  pending->answered = TRUE;
  GHashTable *table = pending->worker->pending;
  const char *id = cardea_message_request (pending->request);
  if (g_hash_table_lookup (table, id) == pending)
    g_hash_table_remove (table, id);
}

static void
run_cb (gpointer data)
{
  Pending *pending = data;
  GuardianFilesJob *job = pending->job;
  GuardianFilesWalkMode mode = pending->lane == GUARDIAN_FILES_POOL_LOCAL
                                   ? GUARDIAN_FILES_WALK_DISK
                                   : GUARDIAN_FILES_WALK_WAIT;
  g_clear_error (&job->error);
  if (!job->operation->run (job, mode, &job->error) && job->error == NULL)
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

/* The thread goes on until it notices, or for ever; its job stays its own. */
static void
give_up (Pending *pending, GuardianFilesError code, const char *reason)
{
  g_autoptr (GError) error = g_error_new_literal (GUARDIAN_FILES_ERROR, code, reason);
  g_atomic_int_set (&pending->job->cancelled, TRUE);
  settle (pending);
  refuse (pending->worker, pending->request, error, NULL);
}

static gboolean
timeout_cb (gpointer data)
{
  Pending *pending = data;
  pending->timer = 0;
  if (!pending->answered && pending->worker != NULL)
    give_up (pending, GUARDIAN_FILES_ERROR_UNAVAILABLE, "the disk or server does not answer");
  return G_SOURCE_REMOVE;
}

static void
wait_for (GuardianFilesWorker *worker, CardeaMessage *request, GuardianFilesJob *taken_job)
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
  pending->timer = g_timeout_add_seconds (taken_job->operation->seconds, timeout_cb, pending);
  g_hash_table_replace (worker->pending, g_strdup (cardea_message_request (request)), pending);
}

static void
start (GuardianFilesWorker *worker, CardeaMessage *request, const GuardianFilesOperation *operation)
{
  g_autoptr (GuardianFilesJob) job = guardian_files_job_new (operation, worker->mounts);
  if (worker->reason != NULL)
    g_set_error_literal (&job->error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_UNAVAILABLE,
                         worker->reason);
  else if (operation->prepare (&worker->state, request, job, &job->error)
           && !operation->run (job, GUARDIAN_FILES_WALK_NOW, &job->error)
           && g_error_matches (job->error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_WOULD_BLOCK))
    {
      wait_for (worker, request, g_steal_pointer (&job));
      return;
    }
  answer (worker, request, job);
}

static void
release (GuardianFilesWorker *worker, CardeaMessage *message)
{
  g_hash_table_remove (worker->state.handles, cardea_message_get_string (message, "handle"));
}

static void
cancel (GuardianFilesWorker *worker, CardeaMessage *message)
{
  Pending *pending
      = g_hash_table_lookup (worker->pending, cardea_message_get_string (message, "target"));
  if (pending != NULL)
    give_up (pending, GUARDIAN_FILES_ERROR_CANCELLED, "it was cancelled");
}

static const struct {
  const char *message;
  void (*handle) (GuardianFilesWorker *worker, CardeaMessage *message);
} events[] = {
  { "files.release", release },
  { "files.cancel", cancel },
};

static void
message_cb (CardeaChannel *channel, CardeaMessage *message, gpointer user_data)
{
  GuardianFilesWorker *worker = user_data;
  worker->channel = channel;
  for (gsize i = 0; i < G_N_ELEMENTS (events); i++)
    if (cardea_message_is (message, events[i].message))
      {
        events[i].handle (worker, message);
        return;
      }

  const GuardianFilesOperation *operation
      = guardian_files_operation_find (cardea_message_name (message));
  if (operation == NULL || cardea_message_request (message) == NULL)
    {
      g_warning ("the core sent %s, which is not for files", cardea_message_name (message));
      cardea_channel_close (channel);
      return;
    }
  start (worker, message, operation);
}

static void
tell_stale (GuardianFilesWorker *worker)
{
  if (!worker->stale || worker->channel == NULL)
    return;
  worker->stale = FALSE;
  g_autoptr (CardeaMessage) message = cardea_message_new ("files.stale");
  send (worker, message);
}

static void
ready_cb (CardeaChannel *channel, gpointer user_data)
{
  GuardianFilesWorker *worker = user_data;
  worker->channel = channel;
  tell_stale (worker);
}

static void
closed_cb (CardeaChannel *channel, const GError *error, gpointer user_data)
{
  GuardianFilesWorker *worker = user_data;
  worker->channel = NULL;
}

static const CardeaChannelHandler handler = { message_cb, ready_cb, closed_cb };

const CardeaChannelHandler *
guardian_files_worker_handler (void)
{
  return &handler;
}

/* proc(5): a change of the mount table shows as G_IO_PRI | G_IO_ERR. One is enough. */
static gboolean
mounts_changed_cb (int fd, GIOCondition condition, gpointer user_data)
{
  GuardianFilesWorker *worker = user_data;
  worker->watch_source = 0;
  worker->stale = TRUE;
  tell_stale (worker);
  return G_SOURCE_REMOVE;
}

GuardianFilesWorker *
guardian_files_worker_new (GuardianFilesMounts *mounts, const char *reason,
                           GuardianFilesOwner *owner, int mount_watch)
{
  GuardianFilesWorker *worker = g_new0 (GuardianFilesWorker, 1);
  worker->mounts = mounts;
  worker->state.mounts = mounts;
  worker->state.owner = owner;
  worker->state.handles = guardian_files_handle_table_new ();
  worker->pool = guardian_files_pool_new (NULL);
  worker->pending = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  worker->mount_watch = mount_watch;
  if (mounts == NULL)
    worker->reason = g_strdup (reason != NULL ? reason : "files cannot be read safely here");
  if (mount_watch >= 0)
    worker->watch_source
        = g_unix_fd_add (mount_watch, G_IO_PRI | G_IO_ERR, mounts_changed_cb, worker);
  return worker;
}

/* Jobs that still run hold what is theirs; mount table and owner are theirs too, and stay. */
void
guardian_files_worker_free (GuardianFilesWorker *worker)
{
  if (worker == NULL)
    return;
  GHashTableIter iter;
  gpointer value;
  gboolean busy = g_hash_table_size (worker->pending) > 0;
  g_hash_table_iter_init (&iter, worker->pending);
  while (g_hash_table_iter_next (&iter, NULL, &value))
    {
      Pending *pending = value;
      g_atomic_int_set (&pending->job->cancelled, TRUE);
      pending->worker = NULL;
    }
  if (worker->watch_source != 0)
    g_source_remove (worker->watch_source);
  cardea_fd_clear (&worker->mount_watch);
  g_hash_table_unref (worker->pending);
  g_hash_table_unref (worker->state.handles);
  g_clear_pointer (&worker->state.closed, guardian_files_closed_unref);
  g_free (worker->state.closed_home);
  guardian_files_pool_unref (worker->pool);
  if (!busy)
    {
      guardian_files_mounts_free (worker->mounts);
      guardian_files_owner_free (worker->state.owner);
    }
  g_free (worker->reason);
  g_free (worker);
}
