/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the core, for what it asks; the link, which has checked every field. Refuses: by a
 * "refused" answer whatever cannot be done; ends the link on a message it does not know. What the
 * core was told is not done, is not done: a job that was given up while it waited for a disk takes
 * back what it did (guardian-change-task.h, claim). */

#include "guardian/files/change/guardian-change-worker.h"

#include "guardian/files/change/guardian-change-seam.h"
#include "guardian/files/change/guardian-change-task.h"
#include "guardian/files/guardian-files-waiting.h"
#include "guardian/privsep/guardian-worker.h"

#define LIMIT_PENDING 64 /* requests that wait at the same time */

struct _GuardianChangeWorker {
  GuardianChangeContext context;
  GuardianFilesWaiting *waiting;
  CardeaChannel *channel; /* borrowed while the link is up */
};

static void
send (GuardianChangeWorker *worker, CardeaMessage *message)
{
  guardian_worker_send (worker->channel, message);
}

static void
refuse (gpointer data, const CardeaMessage *request, const GError *error)
{
  GuardianChangeWorker *worker = data;
  g_autoptr (CardeaMessage) reply
      = cardea_message_new_refusal (request, guardian_files_error_code (error), error->message);
  send (worker, reply);
}

static void
answer (gpointer data, const CardeaMessage *request, gpointer data_job)
{
  GuardianChangeWorker *worker = data;
  GuardianChangeJob *job = data_job;
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
run (gpointer data, GuardianFilesWalkMode mode)
{
  GuardianChangeJob *job = data;
  if (g_atomic_int_get (&job->claim) == GUARDIAN_CHANGE_CLAIM_GIVEN_UP)
    return; /* while it waited for a thread */
  if (!job->task->run (job, mode, &job->error) && job->error == NULL)
    g_set_error_literal (&job->error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_INTERNAL,
                         "it could not be done");
}

static gboolean
give_up (gpointer job)
{
  return guardian_change_job_claim (job, GUARDIAN_CHANGE_CLAIM_GIVEN_UP);
}

static void
free_job (gpointer job)
{
  guardian_change_job_free (job);
}

static const GuardianFilesWaitingKind waiting_kind = { .limit = LIMIT_PENDING,
                                                       .run = run,
                                                       .give_up = give_up,
                                                       .answer = answer,
                                                       .refuse = refuse,
                                                       .free = free_job };

static void
start (GuardianChangeWorker *worker, CardeaMessage *request, const GuardianChangeTask *task)
{
  g_autoptr (GuardianChangeJob) job = guardian_change_job_new (task);
  if (task->prepare (&worker->context, request, job, &job->error))
    {
      GuardianChangeJob *own = g_steal_pointer (&job);
      guardian_files_waiting_add (worker->waiting, request, own, &own->lane, &own->error,
                                  guardian_change_seam_seconds (task->seconds));
    }
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
  worker->waiting = guardian_files_waiting_new (&waiting_kind, worker);
  return worker;
}

/* Jobs that still run hold what is theirs. */
void
guardian_change_worker_free (GuardianChangeWorker *worker)
{
  if (worker == NULL)
    return;
  gboolean busy = guardian_files_waiting_free (worker->waiting);
  guardian_change_context_clear (&worker->context);
  if (!busy)
    g_free (worker);
}
