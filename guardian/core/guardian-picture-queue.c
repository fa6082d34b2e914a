/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the worker for nothing: a picture of another size than it says, one that could still
 * change, silence and death are all the same refusal. Refuses more than its limit. Known gap: who
 * has slow pictures decoded makes those of others wait, fifteen seconds each at most. */

#include "guardian/core/guardian-picture-queue.h"

#include "common/base/cardea-autofd.h"

typedef struct {
  int content;
  guint edge;
  GuardianPictureShown shown;
  gpointer user_data;
  GDestroyNotify free_data;
} Job;

struct _GuardianPictureQueue {
  GuardianContext *context;
  GQueue waiting; /* Job */
  Job *current;   /* in the worker's hands; NULL: none */
  guint call;
  guint next_source; /* the worker is to be ended, and the next one begun */
};

static void
job_free (Job *job)
{
  cardea_fd_clear (&job->content);
  job->free_data (job->user_data);
  g_free (job);
}

static void
finish (GuardianPictureQueue *queue, CardeaPicture *picture, const char *code, const char *reason)
{
  Job *job = g_steal_pointer (&queue->current);

  job->shown (picture, code, reason, job->user_data);
  job_free (job);
}

static gboolean next_cb (gpointer user_data);

/* Not from inside its answer. */
static void
go_on_later (GuardianPictureQueue *queue)
{
  if (queue->next_source == 0)
    queue->next_source = g_idle_add (next_cb, queue);
}

static void
decoded_cb (CardeaMessage *reply, gpointer user_data)
{
  GuardianPictureQueue *queue = user_data;
  g_autoptr (GError) error = NULL;
  g_auto (CardeaPicture) picture = { .pixels = -1 };

  queue->call = 0;
  go_on_later (queue);
  if (reply == NULL)
    finish (queue, NULL, "unavailable", "the picture could not be decoded");
  else if (cardea_message_is (reply, "refused"))
    finish (queue, NULL, cardea_message_get_string (reply, "code"),
            cardea_message_get_string (reply, "reason"));
  else if (!cardea_message_is (reply, "picture.decoded")
           || !cardea_picture_take (reply, queue->current->edge, &picture, &error))
    {
      g_warning ("the worker of pictures gave back what is none: %s",
                 error != NULL ? error->message : "another message");
      finish (queue, NULL, "unavailable", "the picture could not be decoded");
    }
  else
    finish (queue, &picture, NULL, NULL);
}

static void
begin (GuardianPictureQueue *queue)
{
  GuardianWorkers *workers = queue->context->workers;
  CardeaMessage *message = cardea_message_new ("picture.decode");

  queue->current = g_queue_pop_head (&queue->waiting);
  cardea_message_set_fd (message, "content", cardea_fd_steal (&queue->current->content));
  cardea_message_set_int (message, "edge", queue->current->edge);
  guardian_workers_start (workers, GUARDIAN_WORKER_PICTURE);
  queue->call = guardian_workers_call (workers, GUARDIAN_WORKER_PICTURE, message,
                                       GUARDIAN_PICTURE_QUEUE_TIMEOUT_MS, decoded_cb, queue);
  if (queue->call != 0)
    return;
  go_on_later (queue);
  finish (queue, NULL, "unavailable", "what decodes pictures could not be started");
}

static gboolean
next_cb (gpointer user_data)
{
  GuardianPictureQueue *queue = user_data;

  queue->next_source = 0;
  guardian_workers_stop (queue->context->workers, GUARDIAN_WORKER_PICTURE);
  if (!g_queue_is_empty (&queue->waiting))
    begin (queue);
  return G_SOURCE_REMOVE;
}

gboolean
guardian_picture_queue_add (GuardianPictureQueue *queue, int content, guint edge,
                            GuardianPictureShown shown, gpointer user_data,
                            GDestroyNotify free_data)
{
  cardea_autofd int owned = content;

  if (g_queue_get_length (&queue->waiting) >= GUARDIAN_PICTURE_QUEUE_LIMIT)
    return FALSE;
  Job *job = g_new0 (Job, 1);
  *job = (Job){ .content = cardea_fd_steal (&owned),
                .edge = edge,
                .shown = shown,
                .user_data = user_data,
                .free_data = free_data };
  g_queue_push_tail (&queue->waiting, job);
  if (queue->current == NULL)
    go_on_later (queue);
  return TRUE;
}

GuardianPictureQueue *
guardian_picture_queue_new (GuardianContext *context)
{
  GuardianPictureQueue *queue = g_new0 (GuardianPictureQueue, 1);
  queue->context = context;
  g_queue_init (&queue->waiting);
  return queue;
}

void
guardian_picture_queue_free (GuardianPictureQueue *queue)
{
  if (queue == NULL)
    return;
  g_clear_handle_id (&queue->next_source, g_source_remove);
  guardian_workers_cancel (queue->context->workers, queue->call);
  g_clear_pointer (&queue->current, job_free);
  g_queue_clear_full (&queue->waiting, (GDestroyNotify) job_free);
  g_free (queue);
}
