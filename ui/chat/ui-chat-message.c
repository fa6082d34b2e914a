/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-chat-message.h"

/* A frame and a half at 60 Hz: faster than reading, slower than a fast model's pieces. */
#define NOTIFY_INTERVAL_MS 40
/* What one entry keeps; a longer answer ends with a remark. */
#define TEXT_LIMIT (4u * 1024u * 1024u)

struct _UiChatMessage {
  GObject parent_instance;
  UiChatAuthor author;
  UiChatState state;
  GString *text;
  char *status;
  guint notify_source;
};

enum { PROP_TEXT = 1, PROP_STATUS, PROP_STATE, N_PROPS };
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (UiChatMessage, ui_chat_message, G_TYPE_OBJECT)

static void
ui_chat_message_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  UiChatMessage *self = UI_CHAT_MESSAGE (object);
  switch (id)
    {
    case PROP_TEXT:
      g_value_set_string (value, self->text->str);
      break;
    case PROP_STATUS:
      g_value_set_string (value, self->status);
      break;
    case PROP_STATE:
      g_value_set_int (value, self->state);
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ui_chat_message_finalize (GObject *object)
{
  UiChatMessage *self = UI_CHAT_MESSAGE (object);
  g_clear_handle_id (&self->notify_source, g_source_remove);
  g_string_free (self->text, TRUE);
  g_free (self->status);
  G_OBJECT_CLASS (ui_chat_message_parent_class)->finalize (object);
}

static void
ui_chat_message_class_init (UiChatMessageClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  object_class->get_property = ui_chat_message_get_property;
  object_class->finalize = ui_chat_message_finalize;

  properties[PROP_TEXT]
      = g_param_spec_string ("text", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_STATUS]
      = g_param_spec_string ("status", NULL, NULL, NULL, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_STATE]
      = g_param_spec_int ("state", NULL, NULL, UI_CHAT_STATE_STREAMING, UI_CHAT_STATE_FAILED,
                          UI_CHAT_STATE_STREAMING, G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ui_chat_message_init (UiChatMessage *self)
{
  self->text = g_string_new (NULL);
}

UiChatMessage *
ui_chat_message_new (UiChatAuthor author, const char *text)
{
  UiChatMessage *self = g_object_new (UI_TYPE_CHAT_MESSAGE, NULL);
  self->author = author;
  self->state = author == UI_CHAT_AUTHOR_ASSISTANT ? UI_CHAT_STATE_STREAMING : UI_CHAT_STATE_DONE;
  g_string_append (self->text, text);
  return self;
}

UiChatAuthor
ui_chat_message_get_author (UiChatMessage *message)
{
  return message->author;
}

UiChatState
ui_chat_message_get_state (UiChatMessage *message)
{
  return message->state;
}

const char *
ui_chat_message_get_text (UiChatMessage *message)
{
  return message->text->str;
}

const char *
ui_chat_message_get_status (UiChatMessage *message)
{
  return message->status;
}

static gboolean
notify_text_cb (gpointer user_data)
{
  UiChatMessage *self = user_data;
  self->notify_source = 0;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
  return G_SOURCE_REMOVE;
}

void
ui_chat_message_append (UiChatMessage *self, const char *text)
{
  if (self->text->len >= TEXT_LIMIT)
    return;
  g_string_append (self->text, text);
  if (self->notify_source == 0)
    self->notify_source = g_timeout_add (NOTIFY_INTERVAL_MS, notify_text_cb, self);
}

void
ui_chat_message_set_status (UiChatMessage *self, const char *status)
{
  if (g_strcmp0 (self->status, status) == 0)
    return;
  g_free (self->status);
  self->status = g_strdup (status);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATUS]);
}

void
ui_chat_message_finish (UiChatMessage *self, UiChatState state)
{
  g_clear_handle_id (&self->notify_source, g_source_remove);
  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_TEXT]);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}
