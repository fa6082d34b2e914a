/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-chat-session.h"

#include "common/base/cardea-paths.h"
#include "common/client/cardea-client.h"
#include "ui/consent/ui-consent-question.h"
#include "ui/consent/ui-consent-wording.h"
#include "ui/consent/ui-display.h"

#include <glib/gi18n.h>
#include <unistd.h>

struct _UiChatSession {
  GObject parent_instance;
  GCancellable *cancellable; /* everything under way; cancelled when the session goes */
  CardeaClient *client;
  char *id;
  UiChatSessionState state;
  char *trouble;
  char *waiting;
  char *waiting_id;
  GListStore *messages;
  UiChatMessage *answer; /* the turn under way */
  CardeaMessage *unsent; /* written before the agent was ready */
};

enum { PROP_STATE = 1, PROP_TROUBLE, PROP_WAITING, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (UiChatSession, ui_chat_session, G_TYPE_OBJECT)

static void
set_state (UiChatSession *self, UiChatSessionState state)
{
  if (self->state == state)
    return;
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

static void
set_text (UiChatSession *self, char **member, guint property, const char *text)
{
  if (g_strcmp0 (*member, text) == 0)
    return;
  g_free (*member);
  *member = g_strdup (text);
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
finish_answer (UiChatSession *self, UiChatState state, const char *status)
{
  g_autoptr (UiChatMessage) answer = g_steal_pointer (&self->answer);
  if (answer == NULL)
    return;
  ui_chat_message_set_status (answer, status);
  ui_chat_message_finish (answer, state);
}

/* The session is over: whatever was under way is told as failed, the text stays. */
static void
end_with (UiChatSession *self, const char *trouble)
{
  finish_answer (self, UI_CHAT_STATE_FAILED, trouble);
  g_clear_pointer (&self->unsent, cardea_message_unref);
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_clear_object (&self->client);
  g_clear_pointer (&self->id, g_free);
  set_text (self, &self->waiting, PROP_WAITING, NULL);
  set_text (self, &self->trouble, PROP_TROUBLE, trouble);
  set_state (self, UI_CHAT_SESSION_ENDED);
}

/* TRUE when the call succeeded; otherwise the session ended with a sentence. */
static gboolean
accepted (UiChatSession *self, CardeaMessage *reply, GError *error)
{
  if (reply != NULL && !cardea_message_is (reply, "refused"))
    return TRUE;
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return FALSE;
  end_with (self, reply != NULL ? cardea_message_get_string (reply, "reason") : error->message);
  return FALSE;
}

static const struct {
  const char *kind;
  UiChatState state;
} turn_ends[] = {
  { "done", UI_CHAT_STATE_DONE },
  { "refused", UI_CHAT_STATE_REFUSED },
  { "failed", UI_CHAT_STATE_FAILED },
};

static void
handle_chat_event (UiChatSession *self, CardeaMessage *event)
{
  const char *kind = cardea_message_get_string (event, "kind");
  const char *text = cardea_message_get_string (event, "text");

  if (self->answer == NULL)
    return;
  if (g_str_equal (kind, "delta"))
    ui_chat_message_append (self->answer, text);
  else if (g_str_equal (kind, "status") || g_str_equal (kind, "tool"))
    ui_chat_message_set_status (self->answer, text);

  for (gsize i = 0; i < G_N_ELEMENTS (turn_ends); i++)
    if (g_str_equal (kind, turn_ends[i].kind))
      {
        if (*text != '\0')
          ui_chat_message_append (self->answer, text);
        finish_answer (self, turn_ends[i].state, NULL);
        set_state (self, UI_CHAT_SESSION_READY);
      }
}

static void
handle_question (UiChatSession *self, CardeaMessage *event)
{
  g_autoptr (UiConsentQuestion) question = ui_consent_question_new (event, NULL);
  if (question == NULL || g_strcmp0 (question->session, self->id) != 0)
    return;
  g_autofree char *home = cardea_paths_home ();
  g_autoptr (UiConsentWording) wording = ui_consent_wording_new (question, home, getuid ());
  g_free (self->waiting_id);
  self->waiting_id = g_strdup (cardea_message_get_string (event, "id"));
  set_text (self, &self->waiting, PROP_WAITING, wording->sentence);
}

static void
client_message_cb (CardeaClient *client, CardeaMessage *event, UiChatSession *self)
{
  if (cardea_message_is (event, "chat.event"))
    handle_chat_event (self, event);
  else if (cardea_message_is (event, "consent.question"))
    handle_question (self, event);
  else if (cardea_message_is (event, "consent.closed")
           && g_strcmp0 (cardea_message_get_string (event, "id"), self->waiting_id) == 0)
    set_text (self, &self->waiting, PROP_WAITING, NULL);
  else if (cardea_message_is (event, "session.ended"))
    end_with (self, cardea_message_get_string (event, "reason"));
}

static void
client_closed_cb (CardeaClient *client, GError *error, UiChatSession *self)
{
  end_with (self, _ ("The guardian went away. Nothing was lost; start again to go on."));
}

static void
sent_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiChatSession) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply
      = cardea_client_call_finish (CARDEA_CLIENT (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (reply == NULL || cardea_message_is (reply, "refused"))
    {
      finish_answer (self, UI_CHAT_STATE_REFUSED,
                     reply != NULL ? cardea_message_get_string (reply, "reason") : error->message);
      if (self->state == UI_CHAT_SESSION_ANSWERING)
        set_state (self, UI_CHAT_SESSION_READY);
    }
}

static void
transmit (UiChatSession *self, CardeaMessage *message)
{
  cardea_message_set_session (message, self->id);
  set_state (self, UI_CHAT_SESSION_ANSWERING);
  cardea_client_call_async (self->client, message, self->cancellable, sent_cb, g_object_ref (self));
}

static void
opened_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiChatSession) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply
      = cardea_client_call_finish (CARDEA_CLIENT (source), result, &error);

  if (!accepted (self, reply, error))
    return;
  self->id = g_strdup (cardea_message_session (reply));
  if (!cardea_message_get_boolean (reply, "sealed"))
    g_debug ("the log's keys rest in a plain file");
  set_state (self, UI_CHAT_SESSION_READY);
  g_autoptr (CardeaMessage) unsent = g_steal_pointer (&self->unsent);
  if (unsent != NULL)
    transmit (self, unsent);
}

static void
welcomed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiChatSession) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply
      = cardea_client_call_finish (CARDEA_CLIENT (source), result, &error);

  if (!accepted (self, reply, error))
    return;

  g_autofree char *folder = g_get_current_dir ();
  g_autofree char *home = cardea_paths_home ();
  g_autoptr (CardeaMessage) open = cardea_message_new ("session.open");
  cardea_message_set_string (open, "mode", "ask");
  cardea_message_set_path (open, "folder", folder);
  cardea_message_set_path (open, "home", home);
  cardea_client_call_async (self->client, open, self->cancellable, opened_cb, g_object_ref (self));
}

static void
connected_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiChatSession) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaClient) client = cardea_client_connect_finish (result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  if (client == NULL)
    {
      end_with (self, error->message);
      return;
    }
  self->client = g_steal_pointer (&client);
  g_signal_connect (self->client, "message", G_CALLBACK (client_message_cb), self);
  g_signal_connect (self->client, "closed", G_CALLBACK (client_closed_cb), self);

  g_autoptr (CardeaMessage) hello = cardea_message_new ("hello");
  cardea_message_set_string (hello, "program", "cardea");
  cardea_message_set_string (hello, "version", CARDEA_VERSION);
  cardea_message_set_json (hello, "display", ui_display_variables ());
  cardea_client_call_async (self->client, hello, self->cancellable, welcomed_cb,
                            g_object_ref (self));
}

void
ui_chat_session_connect (UiChatSession *self)
{
  if (self->state != UI_CHAT_SESSION_ENDED)
    return;
  set_text (self, &self->trouble, PROP_TROUBLE, NULL);
  set_state (self, UI_CHAT_SESSION_CONNECTING);
  cardea_client_connect_async (CARDEA_ROLE_FRONT, TRUE, self->cancellable, connected_cb,
                               g_object_ref (self));
}

gboolean
ui_chat_session_send (UiChatSession *self, const char *text, const char *const *files)
{
  if (self->answer != NULL || self->state == UI_CHAT_SESSION_ANSWERING
      || self->state == UI_CHAT_SESSION_ENDED)
    return FALSE;

  g_autoptr (UiChatMessage) question = ui_chat_message_new (UI_CHAT_AUTHOR_PERSON, text);
  g_list_store_append (self->messages, question);
  self->answer = ui_chat_message_new (UI_CHAT_AUTHOR_ASSISTANT, "");
  g_list_store_append (self->messages, self->answer);

  g_autoptr (CardeaMessage) message = cardea_message_new ("chat.send");
  cardea_message_set_string (message, "text", text);
  if (files != NULL && files[0] != NULL)
    cardea_message_set_paths (message, "files", files);
  if (self->state == UI_CHAT_SESSION_READY)
    transmit (self, message);
  else
    {
      ui_chat_message_set_status (self->answer, _ ("Starting…"));
      self->unsent = g_steal_pointer (&message);
    }
  return TRUE;
}

void
ui_chat_session_stop (UiChatSession *self)
{
  if (self->state != UI_CHAT_SESSION_ANSWERING || self->client == NULL)
    return;
  g_autoptr (CardeaMessage) cancel = cardea_message_new ("chat.cancel");
  cardea_message_set_session (cancel, self->id);
  cardea_client_call_async (self->client, cancel, self->cancellable, NULL, NULL);
}

GListModel *
ui_chat_session_get_messages (UiChatSession *self)
{
  return G_LIST_MODEL (self->messages);
}

UiChatSessionState
ui_chat_session_get_state (UiChatSession *self)
{
  return self->state;
}

const char *
ui_chat_session_get_trouble (UiChatSession *self)
{
  return self->trouble;
}

const char *
ui_chat_session_get_waiting (UiChatSession *self)
{
  return self->waiting;
}

static void
ui_chat_session_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  UiChatSession *self = UI_CHAT_SESSION (object);
  switch (id)
    {
    case PROP_STATE:
      g_value_set_int (value, self->state);
      break;
    case PROP_TROUBLE:
      g_value_set_string (value, self->trouble);
      break;
    case PROP_WAITING:
      g_value_set_string (value, self->waiting);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ui_chat_session_dispose (GObject *object)
{
  UiChatSession *self = UI_CHAT_SESSION (object);

  g_cancellable_cancel (self->cancellable);
  if (self->client != NULL)
    g_signal_handlers_disconnect_by_data (self->client, self);
  g_clear_object (&self->client);
  g_clear_object (&self->answer);
  g_clear_pointer (&self->unsent, cardea_message_unref);
  G_OBJECT_CLASS (ui_chat_session_parent_class)->dispose (object);
}

static void
ui_chat_session_finalize (GObject *object)
{
  UiChatSession *self = UI_CHAT_SESSION (object);

  g_object_unref (self->cancellable);
  g_object_unref (self->messages);
  g_free (self->id);
  g_free (self->trouble);
  g_free (self->waiting);
  g_free (self->waiting_id);
  G_OBJECT_CLASS (ui_chat_session_parent_class)->finalize (object);
}

static void
ui_chat_session_class_init (UiChatSessionClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->get_property = ui_chat_session_get_property;
  object_class->dispose = ui_chat_session_dispose;
  object_class->finalize = ui_chat_session_finalize;

  GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;
  properties[PROP_STATE] = g_param_spec_int ("state", NULL, NULL, UI_CHAT_SESSION_CONNECTING,
                                             UI_CHAT_SESSION_ENDED, UI_CHAT_SESSION_ENDED, flags);
  properties[PROP_TROUBLE] = g_param_spec_string ("trouble", NULL, NULL, NULL, flags);
  properties[PROP_WAITING] = g_param_spec_string ("waiting", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ui_chat_session_init (UiChatSession *self)
{
  self->cancellable = g_cancellable_new ();
  self->messages = g_list_store_new (UI_TYPE_CHAT_MESSAGE);
  self->state = UI_CHAT_SESSION_ENDED;
}

UiChatSession *
ui_chat_session_new (void)
{
  return g_object_new (UI_TYPE_CHAT_SESSION, NULL);
}
