/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/link/ui-link.h"

#include "common/client/cardea-client.h"
#include "ui/consent/ui-display.h"

#include <glib/gi18n.h>

struct _UiLink {
  GObject parent_instance;
  UiLinkState state;
  CardeaClient *client;
  GQueue waiting;       /* of GTask, whose data is the request: until the connection is there */
  GPtrArray *watches;   /* of static names */
  GCancellable *closed; /* cancelled when the link goes */
};

enum { PROP_STATE = 1, N_PROPS };
static GParamSpec *properties[N_PROPS];
enum { MESSAGE, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiLink, ui_link, G_TYPE_OBJECT)

static void
set_state (UiLink *self, UiLinkState state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

/* --- a call --- */

static void
called_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GTask) task = user_data;
  GError *error = NULL;
  CardeaMessage *reply = cardea_client_call_finish (CARDEA_CLIENT (source), result, &error);

  if (reply != NULL)
    g_task_return_pointer (task, reply, (GDestroyNotify) cardea_message_unref);
  else
    g_task_return_error (task, error);
}

/* Takes task. */
static void
transmit (UiLink *self, GTask *task)
{
  cardea_client_call_async (self->client, g_task_get_task_data (task),
                            g_task_get_cancellable (task), called_cb, task);
}

static void
send_watch (UiLink *self, const char *name)
{
  g_autoptr (CardeaMessage) request = cardea_message_new (name);
  cardea_client_call_async (self->client, request, self->closed, NULL, NULL);
}

/* --- connecting --- */

static void
lose (UiLink *self, const GError *error)
{
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_clear_object (&self->client);

  GQueue waiting = self->waiting;
  g_queue_init (&self->waiting);
  GTask *task;
  while ((task = g_queue_pop_head (&waiting)) != NULL)
    {
      g_task_return_error (task, g_error_copy (error));
      g_object_unref (task);
    }
  set_state (self, UI_LINK_DOWN);
}

static void
client_closed_cb (CardeaClient *client, GError *error, UiLink *self)
{
  g_autoptr (UiLink) keep = g_object_ref (self);
  lose (self, error);
}

static void
client_message_cb (CardeaClient *client, CardeaMessage *message, UiLink *self)
{
  g_autoptr (UiLink) keep = g_object_ref (self);
  g_signal_emit (self, signals[MESSAGE], 0, message);
}

static void
greeted_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiLink) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply
      = cardea_client_call_finish (CARDEA_CLIENT (source), result, &error);

  if ((gpointer) self->client != source)
    return; /* lost meanwhile, and perhaps connected anew */
  if (reply != NULL && cardea_message_is (reply, "refused"))
    g_set_error_literal (&error, CARDEA_CLIENT_ERROR, CARDEA_CLIENT_ERROR_PROTOCOL,
                         cardea_message_get_string (reply, "reason"));
  if (error != NULL)
    {
      lose (self, error);
      return;
    }
  for (guint i = 0; i < self->watches->len; i++)
    send_watch (self, self->watches->pdata[i]);
  GTask *task;
  while (self->client != NULL && (task = g_queue_pop_head (&self->waiting)) != NULL)
    transmit (self, task);
  if (self->client != NULL)
    set_state (self, UI_LINK_UP);
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiLink) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaClient) client = cardea_client_connect_finish (result, &error);

  if (client == NULL)
    {
      lose (self, error);
      return;
    }
  self->client = g_steal_pointer (&client);
  g_signal_connect (self->client, "message", G_CALLBACK (client_message_cb), self);
  g_signal_connect (self->client, "closed", G_CALLBACK (client_closed_cb), self);

  g_autoptr (CardeaMessage) hello = cardea_message_new ("hello");
  cardea_message_set_string (hello, "program", "cardea");
  cardea_message_set_string (hello, "version", CARDEA_VERSION);
  cardea_message_set_json (hello, "display", ui_display_variables ());
  cardea_client_call_async (self->client, hello, self->closed, greeted_cb, g_object_ref (self));
}

static void
begin_connecting (UiLink *self)
{
  set_state (self, UI_LINK_CONNECTING);
  cardea_client_connect_async (CARDEA_ROLE_FRONT, TRUE, self->closed, connected_cb,
                               g_object_ref (self));
}

void
ui_link_connect (UiLink *self)
{
  if (self->state == UI_LINK_DOWN)
    begin_connecting (self);
}

void
ui_link_call_async (UiLink *self, CardeaMessage *request, GCancellable *cancellable,
                    GAsyncReadyCallback callback, gpointer user_data)
{
  GTask *task = g_task_new (self, cancellable, callback, user_data);

  g_task_set_task_data (task, cardea_message_ref (request), (GDestroyNotify) cardea_message_unref);
  if (self->state == UI_LINK_UP)
    {
      transmit (self, task);
      return;
    }
  g_queue_push_tail (&self->waiting, task);
  if (self->state == UI_LINK_DOWN)
    begin_connecting (self);
}

CardeaMessage *
ui_link_call_finish (UiLink *self, GAsyncResult *result, GError **error)
{
  return g_task_propagate_pointer (G_TASK (result), error);
}

void
ui_link_watch (UiLink *self, const char *request)
{
  const char *name = g_intern_string (request);

  if (g_ptr_array_find (self->watches, name, NULL))
    return;
  g_ptr_array_add (self->watches, (gpointer) name);
  if (self->state == UI_LINK_UP)
    send_watch (self, name);
}

char *
ui_link_describe_trouble (const CardeaMessage *reply, const GError *error)
{
  if (reply != NULL)
    return cardea_message_is (reply, "refused")
               ? g_strdup (cardea_message_get_string (reply, "reason"))
               : NULL;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return NULL;
  if (g_error_matches (error, CARDEA_CLIENT_ERROR, CARDEA_CLIENT_ERROR_LOST))
    return g_strdup (_ ("The guardian went away before it answered."));
  if (g_error_matches (error, CARDEA_CLIENT_ERROR, CARDEA_CLIENT_ERROR_NO_GUARDIAN))
    /* Translators: %s is what a program said, in English. */
    return g_strdup_printf (_ ("The guardian cannot be reached: %s"), error->message);
  return g_strdup (error->message);
}

UiLinkState
ui_link_get_state (UiLink *self)
{
  return self->state;
}

static void
ui_link_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  if (id == PROP_STATE)
    g_value_set_int (value, UI_LINK (object)->state);
  else
    G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
}

static void
ui_link_dispose (GObject *object)
{
  UiLink *self = UI_LINK (object);

  g_cancellable_cancel (self->closed);
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_clear_object (&self->client);
  G_OBJECT_CLASS (ui_link_parent_class)->dispose (object);
}

static void
ui_link_finalize (GObject *object)
{
  UiLink *self = UI_LINK (object);

  g_object_unref (self->closed);
  g_ptr_array_unref (self->watches);
  G_OBJECT_CLASS (ui_link_parent_class)->finalize (object);
}

static void
ui_link_class_init (UiLinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ui_link_get_property;
  object_class->dispose = ui_link_dispose;
  object_class->finalize = ui_link_finalize;
  properties[PROP_STATE]
      = g_param_spec_int ("state", NULL, NULL, UI_LINK_DOWN, UI_LINK_UP, UI_LINK_DOWN,
                          G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
  signals[MESSAGE] = g_signal_new ("message", UI_TYPE_LINK, G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL,
                                   G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
ui_link_init (UiLink *self)
{
  g_queue_init (&self->waiting);
  self->watches = g_ptr_array_new ();
  self->closed = g_cancellable_new ();
}

UiLink *
ui_link_new (void)
{
  return g_object_new (UI_TYPE_LINK, NULL);
}
