/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the guardian's link, which is this process's inherited pair. A question that cannot be
 * read whole, or whose digest is not that of its content, is refused without being shown. */

#include "ui/consent/dialog/ui-consent-service.h"

#include "ui/consent/dialog/ui-consent-dialog.h"
#include "ui/consent/dialog/ui-consent-diff-view.h"

#include <glib/gi18n.h>

/* The guardian's own limit on waiting questions is lower; this one keeps our memory bounded. */
#define QUEUE_LIMIT 64u
/* A window that is still not active then is announced instead of pushed forward. */
#define NOTICE_DELAY_MS 1000
#define NOTICE_ID "question"

struct _UiConsentService {
  GObject parent_instance;
  GtkApplication *application;
  CardeaClient *client;
  GQueue waiting; /* CardeaMessage: consent.question */
  UiConsentDialog *dialog;
  UiConsentDialog *spare; /* built while nobody waits; NULL: not yet */
  GDBusConnection *bus;
  guint lock_subscriptions[2];
  guint notice;
  guint prepare;
};

G_DEFINE_FINAL_TYPE (UiConsentService, ui_consent_service, G_TYPE_OBJECT)

static void show_next (UiConsentService *self);
static void prepare_later (UiConsentService *self);

static void
sent_cb (GObject *client, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply
      = cardea_client_call_finish (CARDEA_CLIENT (client), result, &error);

  if (reply == NULL)
    g_warning ("the answer could not be sent: %s", error->message);
  else if (cardea_message_is (reply, "refused"))
    g_warning ("the answer did not count: %s", cardea_message_get_string (reply, "reason"));
}

static void
send_answer (UiConsentService *self, CardeaMessage *message)
{
  cardea_client_call_async (self->client, message, NULL, sent_cb, NULL);
}

/* The guardian stops the question's clock meanwhile. */
static void
tell_focus (UiConsentService *self, UiConsentDialog *dialog, gboolean focused)
{
  g_autoptr (CardeaMessage) message = cardea_message_new ("consent.focus");
  g_autoptr (GError) error = NULL;

  cardea_message_set_string (message, "id", ui_consent_dialog_get_id (dialog));
  cardea_message_set_boolean (message, "focused", focused);
  if (!cardea_client_send (self->client, message, &error))
    g_debug ("the focus could not be told: %s", error->message);
}

static void
active_changed_cb (UiConsentService *self, GParamSpec *pspec, UiConsentDialog *dialog)
{
  tell_focus (self, dialog, gtk_window_is_active (GTK_WINDOW (dialog)));
}

static void
withdraw_notice (UiConsentService *self)
{
  g_clear_handle_id (&self->notice, g_source_remove);
  g_application_withdraw_notification (G_APPLICATION (self->application), NOTICE_ID);
}

static gboolean
notice_cb (gpointer user_data)
{
  UiConsentService *self = user_data;

  self->notice = 0;
  if (self->dialog == NULL || gtk_window_is_active (GTK_WINDOW (self->dialog)))
    return G_SOURCE_REMOVE;
  g_autoptr (GNotification) notice = g_notification_new (_ ("Cardea waits for you"));
  g_notification_set_body (notice, _ ("The assistant asks for a permission."));
  g_notification_set_priority (notice, G_NOTIFICATION_PRIORITY_HIGH);
  g_notification_set_default_action (notice, "app.review");
  g_notification_add_button (notice, _ ("Review…"), "app.review");
  g_application_send_notification (G_APPLICATION (self->application), NOTICE_ID, notice);
  return G_SOURCE_REMOVE;
}

static void
answered_cb (UiConsentService *self, CardeaMessage *message, UiConsentDialog *dialog)
{
  g_signal_handlers_disconnect_by_func (dialog, active_changed_cb, self);
  self->dialog = NULL;
  withdraw_notice (self);
  send_answer (self, message);
  tell_focus (self, dialog, FALSE); /* for an answer that does not count */
  show_next (self);
  prepare_later (self);
}

/* What waits from the same session is denied unseen, as the person said. */
static void
deny_all_cb (UiConsentService *self, UiConsentDialog *dialog)
{
  const char *session = ui_consent_dialog_get_session (dialog);
  for (GList *link = self->waiting.head, *next; link != NULL; link = next)
    {
      CardeaJson *request = cardea_message_get_json (link->data, "question");
      next = link->next;
      if (g_strcmp0 (cardea_json_get_string (request, "session"), session) != 0)
        continue;
      g_autoptr (CardeaMessage) message = link->data; /* the queue's reference */
      g_queue_delete_link (&self->waiting, link);
      g_autoptr (CardeaMessage) refusal
          = ui_consent_answer_new_refusal (message, UI_CONSENT_HOW_WINDOW);
      send_answer (self, refusal);
    }
}

static gboolean
prepare_cb (gpointer user_data)
{
  UiConsentService *self = user_data;

  self->prepare = 0;
  ui_consent_diff_view_prepare ();
  if (self->spare == NULL)
    self->spare = ui_consent_dialog_new ();
  return G_SOURCE_REMOVE;
}

static void
prepare_later (UiConsentService *self)
{
  if (self->prepare == 0)
    self->prepare = g_idle_add_full (G_PRIORITY_LOW, prepare_cb, self, NULL);
}

static void
show_next (UiConsentService *self)
{
  while (self->dialog == NULL && !g_queue_is_empty (&self->waiting))
    {
      g_autoptr (CardeaMessage) message = g_queue_pop_head (&self->waiting);
      g_autoptr (GError) error = NULL;
      UiConsentQuestion *question = ui_consent_question_new (message, &error);
      if (question == NULL)
        {
          g_warning ("a question was refused unseen: %s", error->message);
          g_autoptr (CardeaMessage) refusal
              = ui_consent_answer_new_refusal (message, UI_CONSENT_HOW_WINDOW);
          send_answer (self, refusal);
          continue;
        }
      self->dialog
          = self->spare != NULL ? g_steal_pointer (&self->spare) : ui_consent_dialog_new ();
      g_signal_connect_swapped (self->dialog, "answered", G_CALLBACK (answered_cb), self);
      g_signal_connect_swapped (self->dialog, "deny-all", G_CALLBACK (deny_all_cb), self);
      g_signal_connect_swapped (self->dialog, "notify::is-active", G_CALLBACK (active_changed_cb),
                                self);
      ui_consent_dialog_ask (self->dialog, self->application, question);
      ui_consent_dialog_set_waiting (self->dialog, g_queue_get_length (&self->waiting));
      self->notice = g_timeout_add (NOTICE_DELAY_MS, notice_cb, self);
    }
}

static int
has_id_cb (gconstpointer message, gconstpointer id)
{
  return g_strcmp0 (cardea_message_get_string (message, "id"), id);
}

/* Answered elsewhere, lapsed or cancelled: nothing is left to answer. */
static void
handle_closed (UiConsentService *self, const char *id)
{
  GList *link = g_queue_find_custom (&self->waiting, id, has_id_cb);
  if (link != NULL)
    {
      cardea_message_unref (link->data);
      g_queue_delete_link (&self->waiting, link);
    }
  if (self->dialog == NULL || g_strcmp0 (ui_consent_dialog_get_id (self->dialog), id) != 0)
    return;
  g_signal_handlers_disconnect_by_data (self->dialog, self);
  gtk_window_destroy (GTK_WINDOW (g_steal_pointer (&self->dialog)));
  withdraw_notice (self);
  show_next (self);
  prepare_later (self);
}

void
ui_consent_service_handle (UiConsentService *self, CardeaMessage *message)
{
  if (cardea_message_is (message, "consent.closed"))
    handle_closed (self, cardea_message_get_string (message, "id"));
  else if (cardea_message_is (message, "consent.question")
           && cardea_message_get_boolean (message, "answerable")
           && g_queue_get_length (&self->waiting) < QUEUE_LIMIT)
    {
      g_queue_push_tail (&self->waiting, cardea_message_ref (message));
      if (self->dialog != NULL)
        ui_consent_dialog_set_waiting (self->dialog, g_queue_get_length (&self->waiting));
      show_next (self);
    }
}

void
ui_consent_service_review (UiConsentService *self)
{
  if (self->dialog != NULL)
    gtk_window_present (GTK_WINDOW (self->dialog));
}

static void
client_message_cb (CardeaClient *client, CardeaMessage *message, UiConsentService *self)
{
  ui_consent_service_handle (self, message);
}

static void
client_closed_cb (CardeaClient *client, GError *error, UiConsentService *self)
{
  g_application_quit (G_APPLICATION (self->application));
}

/* A locked screen: nobody can see what is asked. Whatever waits is denied, and recorded so. */
static void
lock_changed_cb (GDBusConnection *bus, const char *sender, const char *path,
                 const char *interface_name, const char *signal_name, GVariant *parameters,
                 gpointer user_data)
{
  UiConsentService *self = user_data;
  gboolean locked = FALSE;

  if (!g_variant_is_of_type (parameters, G_VARIANT_TYPE ("(b)")))
    return;
  g_variant_get (parameters, "(b)", &locked);
  while (locked && self->dialog != NULL)
    ui_consent_dialog_deny (self->dialog, UI_CONSENT_HOW_LOCKED);
}

static void
watch_lock (UiConsentService *self)
{
  static const char *const interfaces[]
      = { "org.freedesktop.ScreenSaver", "org.gnome.ScreenSaver" };
  GDBusConnection *bus = g_application_get_dbus_connection (G_APPLICATION (self->application));

  if (bus == NULL)
    return;
  self->bus = g_object_ref (bus);
  for (gsize i = 0; i < G_N_ELEMENTS (interfaces); i++)
    self->lock_subscriptions[i] = g_dbus_connection_signal_subscribe (
        bus, interfaces[i], interfaces[i], "ActiveChanged", NULL, NULL, G_DBUS_SIGNAL_FLAGS_NONE,
        lock_changed_cb, self, NULL);
}

static void
ui_consent_service_dispose (GObject *object)
{
  UiConsentService *self = UI_CONSENT_SERVICE (object);

  for (gsize i = 0; i < G_N_ELEMENTS (self->lock_subscriptions); i++)
    if (self->bus != NULL && self->lock_subscriptions[i] != 0)
      g_dbus_connection_signal_unsubscribe (self->bus, self->lock_subscriptions[i]);
  g_clear_object (&self->bus);
  g_clear_handle_id (&self->notice, g_source_remove);
  g_clear_handle_id (&self->prepare, g_source_remove);
  if (self->spare != NULL)
    gtk_window_destroy (GTK_WINDOW (g_steal_pointer (&self->spare)));
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_clear_object (&self->client);
  g_queue_clear_full (&self->waiting, (GDestroyNotify) cardea_message_unref);
  G_OBJECT_CLASS (ui_consent_service_parent_class)->dispose (object);
}

static void
ui_consent_service_class_init (UiConsentServiceClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_consent_service_dispose;
}

static void
ui_consent_service_init (UiConsentService *self)
{
  g_queue_init (&self->waiting);
}

UiConsentService *
ui_consent_service_new (GtkApplication *application, CardeaClient *client)
{
  UiConsentService *self = g_object_new (UI_TYPE_CONSENT_SERVICE, NULL);

  self->application = application;
  self->client = g_object_ref (client);
  g_signal_connect (client, "message", G_CALLBACK (client_message_cb), self);
  g_signal_connect (client, "closed", G_CALLBACK (client_closed_cb), self);
  watch_lock (self);
  prepare_later (self);
  return self;
}
