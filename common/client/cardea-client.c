/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/client/cardea-client.h"

#include "common/client/cardea-caller.h"

struct _CardeaClient {
  GObject parent_instance;
  CardeaCaller *caller;
  GTask *connecting; /* until it is known whether the link can be used */
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

/* --- connecting --- */

static void
connected_cb (CardeaCaller *caller, const GError *error, gpointer user_data)
{
  g_autoptr (CardeaClient) self = g_object_ref (user_data);
  g_autoptr (GTask) task = g_steal_pointer (&self->connecting);

  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_pointer (task, g_object_ref (self), g_object_unref);
}

static void
message_cb (CardeaCaller *caller, CardeaMessage *message, gpointer user_data)
{
  g_autoptr (CardeaClient) self = g_object_ref (user_data);
  g_signal_emit (self, signals[MESSAGE], 0, message);
}

static void
closed_cb (CardeaCaller *caller, const GError *error, gpointer user_data)
{
  g_autoptr (CardeaClient) self = g_object_ref (user_data);
  g_signal_emit (self, signals[CLOSED], 0, error);
}

static const CardeaCallerHandler handler = {
  .connected = connected_cb,
  .message = message_cb,
  .closed = closed_cb,
};

static CardeaClient *
new_connecting (GCancellable *cancellable, GAsyncReadyCallback callback, gpointer user_data)
{
  CardeaClient *self = g_object_new (CARDEA_TYPE_CLIENT, NULL);
  self->connecting = g_task_new (NULL, cancellable, callback, user_data);
  /* Until it is connected nobody else holds the client. */
  g_task_set_task_data (self->connecting, g_object_ref (self), g_object_unref);
  return self;
}

void
cardea_client_connect_async (CardeaRole role, gboolean start, GCancellable *cancellable,
                             GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (CardeaClient) self = new_connecting (cancellable, callback, user_data);
  self->caller = cardea_caller_connect (role, start, &handler, self);
}

void
cardea_client_adopt_async (int fd, CardeaRole role, GCancellable *cancellable,
                           GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (CardeaClient) self = new_connecting (cancellable, callback, user_data);
  self->caller = cardea_caller_adopt (fd, role, &handler, self);
}

CardeaClient *
cardea_client_connect_finish (GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

/* --- calling --- */

static void
answered_cb (CardeaMessage *answer, const GError *error, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;

  stop_watching (task);
  if (error != NULL)
    g_task_return_error (task, g_error_copy (error));
  else
    g_task_return_pointer (task, cardea_message_ref (answer),
                           (GDestroyNotify) cardea_message_unref);
}

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
  if (!cardea_caller_forget (self->caller, call->id))
    return;
  g_task_return_error_if_cancelled (task);
  g_object_unref (task); /* which the answer would have come with */
}

void
cardea_client_call_async (CardeaClient *self, CardeaMessage *request, GCancellable *cancellable,
                          GAsyncReadyCallback callback, gpointer user_data)
{
  g_autoptr (GTask) task = g_task_new (self, cancellable, callback, user_data);
  Call *call = g_new0 (Call, 1);
  GError *error = NULL;

  g_task_set_task_data (task, call, (GDestroyNotify) call_free);
  if (!cardea_caller_call (self->caller, request, answered_cb, task, &error))
    {
      g_task_return_error (task, error);
      return;
    }
  g_object_ref (task);
  call->id = g_strdup (cardea_message_request (request));
  if (cancellable != NULL)
    call->cancelled_handler = g_cancellable_connect (cancellable, G_CALLBACK (call_cancelled_cb),
                                                     g_object_ref (task), g_object_unref);
}

CardeaMessage *
cardea_client_call_finish (CardeaClient *client, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

gboolean
cardea_client_send (CardeaClient *self, CardeaMessage *message, GError **error)
{
  return cardea_caller_send (self->caller, message, error);
}

gboolean
cardea_client_is_connected (CardeaClient *self)
{
  return cardea_caller_is_connected (self->caller);
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
  g_clear_pointer (&CARDEA_CLIENT (object)->caller, cardea_caller_free);
  G_OBJECT_CLASS (cardea_client_parent_class)->dispose (object);
}

static void
cardea_client_class_init (CardeaClientClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = cardea_client_dispose;
  signals[MESSAGE] = g_signal_new ("message", CARDEA_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                   NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
  signals[CLOSED] = g_signal_new ("closed", CARDEA_TYPE_CLIENT, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                  NULL, G_TYPE_NONE, 1, G_TYPE_ERROR);
}

static void
cardea_client_init (CardeaClient *self)
{
}
