/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core, for what it asks; the link, which has checked every field. Refuses: by a
 * "refused" answer whatever cannot be done; ends the link on a message it does not know. */

#include "guardian/files/guardian-files-worker.h"

#include "common/base/cardea-autofd.h"
#include "guardian/files/guardian-files-operation.h"
#include "guardian/files/guardian-files-waiting.h"
#include "guardian/privsep/guardian-worker.h"

#include <glib-unix.h>

#define LIMIT_PENDING 512 /* requests that wait at the same time */

struct _GuardianFilesWorker {
  GuardianFilesState state;
  GuardianFilesMounts *mounts;
  GuardianFilesWaiting *waiting;
  CardeaChannel *channel; /* borrowed while the link is up */
  char *reason;           /* why nothing can be done; NULL: all is well */
  int mount_watch;
  guint watch_source;
  gboolean stale; /* and the core does not know yet */
};

static void
send (GuardianFilesWorker *worker, CardeaMessage *message)
{
  guardian_worker_send (worker->channel, message);
}

static void
refuse_with (GuardianFilesWorker *worker, const CardeaMessage *request, const GError *error,
             char **candidates)
{
  g_autoptr (CardeaMessage) reply
      = cardea_message_new_refusal (request, guardian_files_error_code (error), error->message);
  if (candidates != NULL)
    cardea_message_set_paths (reply, "candidates", (const char *const *) candidates);
  send (worker, reply);
}

static void
refuse (gpointer worker, const CardeaMessage *request, const GError *error)
{
  refuse_with (worker, request, error, NULL);
}

static void
answer (gpointer data, const CardeaMessage *request, gpointer data_job)
{
  GuardianFilesWorker *worker = data;
  GuardianFilesJob *job = data_job;
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
  refuse_with (worker, request, error, job->resolution.candidates);
}

static void
run (gpointer data, GuardianFilesWalkMode mode)
{
  GuardianFilesJob *job = data;
  if (!job->operation->run (job, mode, &job->error) && job->error == NULL)
    g_set_error_literal (&job->error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_INTERNAL,
                         "it could not be done");
}

static gboolean
give_up (gpointer job)
{
  g_atomic_int_set (&((GuardianFilesJob *) job)->cancelled, TRUE);
  return TRUE;
}

static void
free_job (gpointer job)
{
  guardian_files_job_free (job);
}

static const GuardianFilesWaitingKind waiting_kind = { .limit = LIMIT_PENDING,
                                                       .run = run,
                                                       .give_up = give_up,
                                                       .answer = answer,
                                                       .refuse = refuse,
                                                       .free = free_job };

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
      GuardianFilesJob *own = g_steal_pointer (&job);
      guardian_files_waiting_add (worker->waiting, request, own, &own->lane, &own->error,
                                  operation->seconds);
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
  guardian_files_waiting_cancel (worker->waiting, cardea_message_get_string (message, "target"));
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
  worker->waiting = guardian_files_waiting_new (&waiting_kind, worker);
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
  gboolean busy = guardian_files_waiting_free (worker->waiting);
  if (worker->watch_source != 0)
    g_source_remove (worker->watch_source);
  cardea_fd_clear (&worker->mount_watch);
  g_hash_table_unref (worker->state.handles);
  g_clear_pointer (&worker->state.closed, guardian_files_closed_unref);
  g_free (worker->state.closed_home);
  if (!busy)
    {
      guardian_files_mounts_free (worker->mounts);
      guardian_files_owner_free (worker->state.owner);
    }
  g_free (worker->reason);
  g_free (worker);
}
