/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the guardian at the other end, whose socket lies in a folder only this user may write, or
 * whose pair was inherited. Refuses: a second answer to one request, an answer to none. */

#include "common/client/cardea-client.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-encoding.h"
#include "common/client/cardea-client-socket.h"
#include "common/protocol/cardea-channel.h"
#include "common/protocol/cardea-enrol.h"

#include <glib-unix.h>

/* A guardian may leave (idle) between our connecting and our enrolling: then another one is due. */
#define CONNECT_ATTEMPTS 3
#define CALLS_LIMIT 256
#define REQUEST_ID_BYTES 8
#define TRACE_ID_BYTES 16

G_DEFINE_QUARK (cardea - client - error - quark, cardea_client_error)

/* What the channel knows of the client. The channel outlives it until it has said "closed". */
typedef struct {
  CardeaClient *client;   /* NULL once that is gone */
  CardeaChannel *channel; /* then the channel's last reference; else NULL */
} Back;

struct _CardeaClient {
  GObject parent_instance;
  CardeaChannel *channel;
  Back *back; /* the channel's; freed when it has closed */
  CardeaRole role;
  GHashTable *calls;   /* request id → GTask, referenced */
  GTask *connecting;   /* until the channel is ready */
  CardeaEnrol *enrol;  /* while enrolling */
  int fd;              /* while enrolling */
  guint attempts_left; /* 0 for an inherited pair */
  gboolean start;
  gboolean closed;
};

/* Data of the task of one call. */
typedef struct {
  char *id;
  gulong cancelled_handler;
} Call;

static void
call_free (Call *call)
{
  g_free (call->id);
  g_free (call);
}

/* Not from inside the cancellable's own callback. */
static void
stop_watching (GTask *task)
{
  Call *call = g_task_get_task_data (task);
  gulong watched = call->cancelled_handler;
  call->cancelled_handler = 0;
  if (watched != 0)
    g_cancellable_disconnect (g_task_get_cancellable (task), watched);
}

enum { MESSAGE, CLOSED, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (CardeaClient, cardea_client, G_TYPE_OBJECT)

static void open_socket (CardeaClient *self);

/* --- the link --- */

static void
fail_calls (CardeaClient *self, const char *reason)
{
  g_autoptr (GHashTable) calls = g_steal_pointer (&self->calls);
  GHashTableIter iter;
  gpointer task;

  self->calls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  g_hash_table_iter_init (&iter, calls);
  while (g_hash_table_iter_next (&iter, NULL, &task))
    {
      stop_watching (task);
      g_task_return_new_error (task, CARDEA_CLIENT_ERROR, CARDEA_CLIENT_ERROR_LOST, "%s", reason);
    }
}

static void
channel_message_cb (CardeaChannel *channel, CardeaMessage *message, gpointer user_data)
{
  CardeaClient *self = ((Back *) user_data)->client;
  const char *request = cardea_message_request (message);
  gpointer key = NULL, task = NULL;

  if (self == NULL)
    return;
  if (request != NULL && g_hash_table_steal_extended (self->calls, request, &key, &task))
    {
      stop_watching (task);
      g_task_return_pointer (task, cardea_message_ref (message),
                             (GDestroyNotify) cardea_message_unref);
      g_object_unref (task);
      g_free (key);
      return;
    }
  /* An answer whose asker gave up; its descriptors go with the message. */
  if (request != NULL)
    return;
  g_autoptr (CardeaClient) keep = g_object_ref (self);
  g_signal_emit (self, signals[MESSAGE], 0, message);
}

static void
channel_ready_cb (CardeaChannel *channel, gpointer user_data)
{
  CardeaClient *self = ((Back *) user_data)->client;
  g_autoptr (GTask) task = self != NULL ? g_steal_pointer (&self->connecting) : NULL;
  if (task != NULL)
    g_task_return_pointer (task, g_object_ref (self), g_object_unref);
}

static void
channel_closed_cb (CardeaChannel *channel, const GError *error, gpointer user_data)
{
  g_autofree Back *back = user_data;
  if (back->client == NULL)
    {
      cardea_channel_unref (back->channel);
      return;
    }
  g_autoptr (CardeaClient) self = g_object_ref (back->client);
  g_autoptr (GTask) task = g_steal_pointer (&self->connecting);

  self->back = NULL;
  self->closed = TRUE;
  fail_calls (self, "the guardian went away before it answered");
  if (task != NULL)
    g_task_return_new_error (task, CARDEA_CLIENT_ERROR, CARDEA_CLIENT_ERROR_NO_GUARDIAN,
                             "the guardian ended the connection: %s", error->message);
  else
    g_signal_emit (self, signals[CLOSED], 0, error);
}

static const CardeaChannelHandler handler = {
  .message = channel_message_cb,
  .ready = channel_ready_cb,
  .closed = channel_closed_cb,
};

/* --- connecting --- */

static void
fail_connecting (CardeaClient *self, const char *message)
{
  g_autoptr (GTask) task = g_steal_pointer (&self->connecting);
  if (task != NULL)
    g_task_return_new_error (task, CARDEA_CLIENT_ERROR, CARDEA_CLIENT_ERROR_NO_GUARDIAN, "%s",
                             message);
}

static void
enrolled_cb (CardeaTls *tls, const GError *error, gpointer user_data)
{
  g_autoptr (CardeaClient) self = user_data;

  self->enrol = NULL;
  if (tls == NULL && self->attempts_left > 0 && self->connecting != NULL)
    {
      cardea_fd_clear (&self->fd);
      open_socket (self);
      return;
    }
  if (tls == NULL)
    {
      fail_connecting (self, error->message);
      return;
    }
  self->back = g_new0 (Back, 1);
  self->back->client = self;
  self->channel = cardea_channel_new (cardea_fd_steal (&self->fd), CARDEA_CHANNEL_TLS_CLIENT, tls,
                                      self->role, CARDEA_ROLE_CORE, &handler, self->back);
  cardea_tls_unref (tls);
  cardea_channel_attach (self->channel, g_main_context_get_thread_default ());
}

static void
enrol (CardeaClient *self, int fd)
{
  self->fd = fd;
  self->enrol = cardea_enrol_start (fd, self->role, enrolled_cb, g_object_ref (self));
}

static void
socket_opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (CardeaClient) self = user_data;
  g_autoptr (GError) error = NULL;
  int fd = cardea_client_socket_open_finish (result, &error);

  if (fd >= 0)
    enrol (self, fd);
  else
    fail_connecting (self, error->message);
}

static void
open_socket (CardeaClient *self)
{
  self->attempts_left--;
  cardea_client_socket_open_async (self->start, g_task_get_cancellable (self->connecting),
                                   socket_opened_cb, g_object_ref (self));
}

static CardeaClient *
new_connecting (CardeaRole role, GCancellable *cancellable, GAsyncReadyCallback callback,
                gpointer user_data)
{
  CardeaClient *self = g_object_new (CARDEA_TYPE_CLIENT, NULL);
  self->role = role;
  self->connecting = g_task_new (NULL, cancellable, callback, user_data);
  /* Until it is connected nobody else holds the client. */
  g_task_set_task_data (self->connecting, g_object_ref (self), g_object_unref);
  return self;
}

void
cardea_client_connect_async (CardeaRole role, gboolean start, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (CardeaClient) self = new_connecting (role, cancellable, callback, user_data);
  self->start = start;
  self->attempts_left = CONNECT_ATTEMPTS;
  open_socket (self);
}

void
cardea_client_adopt_async (int fd, CardeaRole role, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (CardeaClient) self = new_connecting (role, cancellable, callback, user_data);
  g_autoptr (GError) error = NULL;

  if (g_unix_set_fd_nonblocking (fd, TRUE, &error))
    enrol (self, fd);
  else
    fail_connecting (self, error->message);
}

CardeaClient *
cardea_client_connect_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- calling --- */

static void
call_cancelled_cb (GCancellable *cancellable, GTask *task)
{
  CardeaClient *self = g_task_get_source_object (task);
  g_autoptr (GTask) keep = g_object_ref (task);
  Call *call = g_task_get_task_data (task);
  gulong watched = call->cancelled_handler;

  /* g_cancellable_disconnect() would wait for us: we are in the emission, in the one thread. */
  call->cancelled_handler = 0;
  if (watched != 0)
    g_signal_handler_disconnect (cancellable, watched);
  if (g_hash_table_remove (self->calls, call->id))
    g_task_return_error_if_cancelled (task);
}

static void
set_ids (CardeaMessage *request)
{
  if (cardea_message_request (request) == NULL)
    {
      g_autofree char *id = cardea_id_new (REQUEST_ID_BYTES);
      cardea_message_set_request (request, id);
    }
  if (cardea_message_trace (request) == NULL)
    {
      g_autofree char *trace = cardea_id_new (TRACE_ID_BYTES);
      cardea_message_set_trace (request, trace);
    }
}

void
cardea_client_call_async (CardeaClient *self, CardeaMessage *request, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Call *call = g_new0 (Call, 1);
  GError *error = NULL;

  set_ids (request);
  call->id = g_strdup (cardea_message_request (request));
  g_task_set_task_data (task, call, (GDestroyNotify) call_free);
  if (self->closed || self->channel == NULL || !cardea_channel_is_open (self->channel))
    g_task_return_new_error (task, CARDEA_CLIENT_ERROR, CARDEA_CLIENT_ERROR_LOST,
                             "the guardian went away");
  else if (g_hash_table_size (self->calls) >= CALLS_LIMIT
           || g_hash_table_contains (self->calls, call->id))
    g_task_return_new_error (task, CARDEA_CLIENT_ERROR, CARDEA_CLIENT_ERROR_PROTOCOL,
                             "too many requests wait, or this one was sent already");
  else if (!cardea_channel_send (self->channel, request, &error))
    g_task_return_error (task, error);
  else
    {
      g_hash_table_insert (self->calls, g_strdup (call->id), g_object_ref (task));
      if (cancellable != NULL)
        call->cancelled_handler = g_cancellable_connect (
            cancellable, G_CALLBACK (call_cancelled_cb), g_object_ref (task), g_object_unref);
    }
}

CardeaMessage *
cardea_client_call_finish (CardeaClient *client, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
cardea_client_send (CardeaClient *self, CardeaMessage *message, GError **error)
{
  if (!cardea_client_is_connected (self))
    {
      g_set_error (error, CARDEA_CLIENT_ERROR, CARDEA_CLIENT_ERROR_LOST, "the guardian went away");
      return FALSE;
    }
  return cardea_channel_send (self->channel, message, error);
}

gboolean
cardea_client_is_connected (CardeaClient *self)
{
  return !self->closed && self->channel != NULL && cardea_channel_is_open (self->channel);
}

/* --- the same, waiting --- */

static void
waited_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  *(GAsyncResult **) user_data = g_object_ref (result);
}

static GAsyncResult *
wait_for (GAsyncResult **result)
{
  while (*result == NULL)
    g_main_context_iteration (g_main_context_get_thread_default (), TRUE);
  return *result;
}

CardeaMessage *
cardea_client_call (CardeaClient *self, CardeaMessage *request, GCancellable *cancellable,
                    GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  cardea_client_call_async (self, request, cancellable, waited_cb, &result);
  return cardea_client_call_finish (self, wait_for (&result), error);
}

CardeaClient *
cardea_client_connect (CardeaRole role, gboolean start, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  cardea_client_connect_async (role, start, cancellable, waited_cb, &result);
  return cardea_client_connect_finish (wait_for (&result), error);
}

CardeaClient *
cardea_client_adopt (int fd, CardeaRole role, GCancellable *cancellable, GError **error)
{
  g_autoptr (GAsyncResult) result = NULL;
  cardea_client_adopt_async (fd, role, cancellable, waited_cb, &result);
  return cardea_client_connect_finish (wait_for (&result), error);
}

/* --- life --- */

static void
cardea_client_dispose (GObject *object)
{
  CardeaClient *self = CARDEA_CLIENT (object);

  Back *back = g_steal_pointer (&self->back);
  if (back != NULL)
    {
      back->client = NULL;
      back->channel = g_steal_pointer (&self->channel);
      cardea_channel_close (back->channel);
    }
  g_clear_pointer (&self->channel, cardea_channel_unref);
  cardea_fd_clear (&self->fd);
  G_OBJECT_CLASS (cardea_client_parent_class)->dispose (object);
}

static void
cardea_client_finalize (GObject *object)
{
  g_hash_table_unref (CARDEA_CLIENT (object)->calls);
  G_OBJECT_CLASS (cardea_client_parent_class)->finalize (object);
}

static void
cardea_client_class_init (CardeaClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = cardea_client_dispose;
  object_class->finalize = cardea_client_finalize;
  signals[MESSAGE] = g_signal_new ("message", CARDEA_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[CLOSED] = g_signal_new ("closed", CARDEA_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
cardea_client_init (CardeaClient *self)
{
  self->fd = -1;
  self->calls = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
}
