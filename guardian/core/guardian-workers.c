/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-workers.h"

#include "common/base/cardea-autofd.h"

#include <signal.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

typedef struct {
  GuardianWorkers *workers; /* borrowed */
  GuardianWorker which;
  GuardianWorkersState state;
  CardeaChannel *channel;
  int pidfd;
  CardeaJson *confinement;
  guint restarts;
  guint backoff_ms;
  gint64 started_us;
  guint restart_source;
} Worker;

typedef struct {
  GuardianWorker which;
  gint64 deadline_us;
  GuardianWorkersReply reply;
  gpointer user_data;
} Call;

struct _GuardianWorkers {
  GuardianStarter *starter;
  GuardianWorkersHandler handler;
  gpointer user_data;
  Worker worker[GUARDIAN_WORKER_COUNT];
  GHashTable *calls; /* id -> Call */
  guint next_call;
  GSource *deadline; /* armed while calls are due, and once after */
  gint64 deadline_us;
  gboolean resting;
};

static void start_worker (Worker *worker);

static void
end_process (Worker *worker)
{
  if (worker->pidfd >= 0)
    syscall (SYS_pidfd_send_signal, worker->pidfd, SIGKILL, NULL, 0);
  cardea_fd_clear (&worker->pidfd);
}

static gboolean
restart_cb (gpointer user_data)
{
  Worker *worker = user_data;
  worker->restart_source = 0;
  start_worker (worker);
  return G_SOURCE_REMOVE;
}

static void
restart_later (Worker *worker)
{
  if (g_get_monotonic_time () - worker->started_us > GUARDIAN_WORKERS_STEADY_US)
    worker->backoff_ms = GUARDIAN_WORKERS_BACKOFF_FIRST_MS;
  worker->restarts++;
  worker->restart_source = g_timeout_add (worker->backoff_ms, restart_cb, worker);
  worker->backoff_ms = MIN (worker->backoff_ms * 2, GUARDIAN_WORKERS_BACKOFF_LAST_MS);
}

/* Calls may be made from inside a reply: each is taken out before it is told. */
static void
fail_calls (GuardianWorkers *workers, GuardianWorker which)
{
  GHashTableIter iter;
  gpointer key = NULL;
  gpointer value = NULL;
  g_autoptr (GArray) doomed = g_array_new (FALSE, FALSE, sizeof (guint));

  g_hash_table_iter_init (&iter, workers->calls);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (((Call *) value)->which == which)
      {
        guint id = GPOINTER_TO_UINT (key);
        g_array_append_val (doomed, id);
      }
  for (guint i = 0; i < doomed->len; i++)
    {
      gpointer id = GUINT_TO_POINTER (g_array_index (doomed, guint, i));
      g_autofree Call *call = g_hash_table_lookup (workers->calls, id);
      if (call == NULL)
        continue;
      g_hash_table_steal (workers->calls, id);
      call->reply (NULL, call->user_data);
    }
}

static void
worker_died (Worker *worker, const char *reason)
{
  GuardianWorkers *workers = worker->workers;
  worker->state = GUARDIAN_WORKERS_DOWN;
  g_clear_pointer (&worker->channel, cardea_channel_unref);
  end_process (worker);
  restart_later (worker);
  fail_calls (workers, worker->which);
  workers->handler.down (worker->which, reason, workers->user_data);
}

static void
channel_closed (CardeaChannel *channel, const GError *error, gpointer user_data)
{
  worker_died (user_data, error->message);
}

static void
worker_ready (Worker *worker, CardeaMessage *message)
{
  g_clear_pointer (&worker->confinement, cardea_json_unref);
  worker->confinement = cardea_json_ref (cardea_message_get_json (message, "confinement"));
  worker->state = GUARDIAN_WORKERS_RUNNING;
  worker->workers->handler.up (worker->which, worker->workers->user_data);
}

/* Re-arming a source for each call would cost the busy guardian more than the look of the idle one
 * does; an idle one is not to be woken. */
static void
disarm_when_resting (GuardianWorkers *workers)
{
  if (!workers->resting || workers->deadline_us < 0 || g_hash_table_size (workers->calls) > 0)
    return;
  workers->deadline_us = -1;
  g_source_set_ready_time (workers->deadline, -1);
}

void
guardian_workers_set_resting (GuardianWorkers *workers, gboolean resting)
{
  workers->resting = resting;
  disarm_when_resting (workers);
}

static void
deliver_reply (Worker *worker, CardeaMessage *message)
{
  GuardianWorkers *workers = worker->workers;
  const char *text = cardea_message_request (message);
  guint64 id = 0;

  if (text == NULL || !g_ascii_string_to_unsigned (text, 10, 1, G_MAXUINT, &id, NULL))
    id = 0;
  gpointer key = GUINT_TO_POINTER ((guint) id);
  g_autofree Call *call = g_hash_table_lookup (workers->calls, key);
  if (call == NULL || call->which != worker->which)
    {
      call = NULL;
      workers->handler.stray (worker->which, message, workers->user_data);
      return;
    }
  g_hash_table_steal (workers->calls, key);
  call->reply (message, call->user_data);
  disarm_when_resting (workers);
}

static void
channel_message (CardeaChannel *channel, CardeaMessage *message, gpointer user_data)
{
  Worker *worker = user_data;
  const CardeaMessageRow *row = cardea_message_table_find (cardea_message_name (message));

  if (row != NULL && row->kind == CARDEA_MESSAGE_REPLY)
    deliver_reply (worker, message);
  else if (cardea_message_is (message, "worker.ready"))
    worker_ready (worker, message);
  else
    worker->workers->handler.event (worker->which, message, worker->workers->user_data);
}

static void
start_worker (Worker *worker)
{
  static const CardeaChannelHandler handler
      = { .message = channel_message, .closed = channel_closed };
  const GuardianWorkerIdentity *identity = guardian_worker_identity (worker->which);
  g_autoptr (GError) error = NULL;
  int pair = -1;

  worker->started_us = g_get_monotonic_time ();
  if (!guardian_starter_start (worker->workers->starter, worker->which, &pair, &worker->pidfd,
                               &error))
    {
      g_warning ("cannot start %s: %s", identity->program, error->message);
      restart_later (worker);
      return;
    }
  worker->state = GUARDIAN_WORKERS_STARTING;
  worker->channel = cardea_channel_new (pair, CARDEA_CHANNEL_PLAIN, NULL, CARDEA_ROLE_CORE,
                                        identity->role, &handler, worker);
  cardea_channel_attach (worker->channel, NULL);
}

void
guardian_workers_start (GuardianWorkers *workers, GuardianWorker worker)
{
  if (workers->worker[worker].channel == NULL && workers->worker[worker].restart_source == 0)
    start_worker (&workers->worker[worker]);
}

void
guardian_workers_stop (GuardianWorkers *workers, GuardianWorker which)
{
  Worker *worker = &workers->worker[which];
  worker->state = GUARDIAN_WORKERS_DOWN;
  g_clear_pointer (&worker->channel, cardea_channel_unref);
  end_process (worker);
  g_clear_handle_id (&worker->restart_source, g_source_remove);
  fail_calls (workers, which);
}

/* One source for all calls: it stays armed at the earliest deadline ever set and looks again when
 * it fires, so that a call costs no timer of its own. */
static gboolean
deadline_cb (gpointer user_data)
{
  GuardianWorkers *workers = user_data;
  gint64 now_us = g_get_monotonic_time ();
  gint64 next_us = -1;
  GHashTableIter iter;
  gpointer key = NULL;
  gpointer value = NULL;
  g_autoptr (GArray) late = g_array_new (FALSE, FALSE, sizeof (guint));

  g_hash_table_iter_init (&iter, workers->calls);
  while (g_hash_table_iter_next (&iter, &key, &value))
    {
      const Call *call = value;
      guint id = GPOINTER_TO_UINT (key);
      if (call->deadline_us <= now_us)
        g_array_append_val (late, id);
      else if (next_us < 0 || call->deadline_us < next_us)
        next_us = call->deadline_us;
    }
  workers->deadline_us = next_us;
  g_source_set_ready_time (workers->deadline, next_us);
  for (guint i = 0; i < late->len; i++)
    {
      gpointer id = GUINT_TO_POINTER (g_array_index (late, guint, i));
      g_autofree Call *call = g_hash_table_lookup (workers->calls, id);
      if (call == NULL)
        continue;
      g_hash_table_steal (workers->calls, id);
      call->reply (NULL, call->user_data);
    }
  return G_SOURCE_CONTINUE;
}

static gboolean
dispatch_deadline (GSource *source, GSourceFunc callback, gpointer user_data)
{
  return callback (user_data);
}

static GSource *
deadline_source_new (GuardianWorkers *workers)
{
  static GSourceFuncs functions = { .dispatch = dispatch_deadline };
  GSource *source = g_source_new (&functions, sizeof (GSource));
  g_source_set_callback (source, deadline_cb, workers, NULL);
  g_source_attach (source, NULL);
  return source;
}

GuardianWorkers *
guardian_workers_new (GuardianStarter *starter, const GuardianWorkersHandler *handler,
                      gpointer user_data)
{
  GuardianWorkers *workers = g_new0 (GuardianWorkers, 1);
  workers->starter = starter;
  workers->handler = *handler;
  workers->user_data = user_data;
  workers->calls = g_hash_table_new_full (NULL, NULL, NULL, g_free);
  workers->deadline_us = -1;
  workers->deadline = deadline_source_new (workers);
  for (guint i = 0; i < GUARDIAN_WORKER_COUNT; i++)
    workers->worker[i] = (Worker){
      .workers = workers, .which = i, .pidfd = -1, .backoff_ms = GUARDIAN_WORKERS_BACKOFF_FIRST_MS
    };
  return workers;
}

void
guardian_workers_free (GuardianWorkers *workers)
{
  if (workers == NULL)
    return;
  for (guint i = 0; i < GUARDIAN_WORKER_COUNT; i++)
    {
      Worker *worker = &workers->worker[i];
      g_clear_pointer (&worker->channel, cardea_channel_unref);
      end_process (worker);
      g_clear_handle_id (&worker->restart_source, g_source_remove);
      g_clear_pointer (&worker->confinement, cardea_json_unref);
    }
  g_source_destroy (workers->deadline);
  g_source_unref (workers->deadline);
  g_hash_table_unref (workers->calls);
  g_free (workers);
}

static guint
new_call_id (GuardianWorkers *workers)
{
  do
    workers->next_call++;
  while (workers->next_call == 0
         || g_hash_table_contains (workers->calls, GUINT_TO_POINTER (workers->next_call)));
  return workers->next_call;
}

guint
guardian_workers_call (GuardianWorkers *workers, GuardianWorker which, CardeaMessage *request,
                       guint timeout_ms, GuardianWorkersReply reply, gpointer user_data)
{
  g_autoptr (CardeaMessage) owned = request;
  g_autoptr (GError) error = NULL;
  Worker *worker = &workers->worker[which];
  char text[16];

  if (worker->channel == NULL || g_hash_table_size (workers->calls) >= GUARDIAN_WORKERS_CALLS_LIMIT)
    return 0;
  guint id = new_call_id (workers);
  g_snprintf (text, sizeof text, "%u", id);
  cardea_message_set_request (owned, text);
  if (!cardea_channel_send (worker->channel, owned, &error))
    {
      g_warning ("cannot send %s: %s", cardea_message_name (owned), error->message);
      return 0;
    }
  Call *call = g_new0 (Call, 1);
  call->which = which;
  call->deadline_us = g_get_monotonic_time () + (gint64) timeout_ms * 1000;
  call->reply = reply;
  call->user_data = user_data;
  g_hash_table_insert (workers->calls, GUINT_TO_POINTER (id), call);
  if (workers->deadline_us < 0 || call->deadline_us < workers->deadline_us)
    {
      workers->deadline_us = call->deadline_us;
      g_source_set_ready_time (workers->deadline, call->deadline_us);
    }
  return id;
}

void
guardian_workers_cancel (GuardianWorkers *workers, guint call)
{
  if (call != 0)
    g_hash_table_remove (workers->calls, GUINT_TO_POINTER (call));
}

gpointer
guardian_workers_forget (GuardianWorkers *workers, guint call)
{
  const Call *known = g_hash_table_lookup (workers->calls, GUINT_TO_POINTER (call));
  gpointer user_data = known != NULL ? known->user_data : NULL;
  guardian_workers_cancel (workers, call);
  return user_data;
}

void
guardian_workers_end (GuardianWorkers *workers, GuardianWorker which)
{
  end_process (&workers->worker[which]);
}

void
guardian_workers_send (GuardianWorkers *workers, GuardianWorker which, CardeaMessage *event)
{
  g_autoptr (CardeaMessage) owned = event;
  g_autoptr (GError) error = NULL;
  if (workers->worker[which].channel != NULL
      && !cardea_channel_send (workers->worker[which].channel, owned, &error))
    g_debug ("%s was not sent: %s", cardea_message_name (owned), error->message);
}

GuardianWorkersState
guardian_workers_state (const GuardianWorkers *workers, GuardianWorker which)
{
  return workers->worker[which].state;
}

guint
guardian_workers_restarts (const GuardianWorkers *workers, GuardianWorker which)
{
  return workers->worker[which].restarts;
}

const CardeaJson *
guardian_workers_confinement (const GuardianWorkers *workers, GuardianWorker which)
{
  return workers->worker[which].confinement;
}
