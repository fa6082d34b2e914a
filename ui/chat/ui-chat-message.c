/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-chat-message.h"

/* Two frames and a half at 60 Hz: faster than reading, slower than a fast model's pieces. */
#define CHANGED_INTERVAL_MS 40

struct _UiChatMessage {
  UiChatEntry parent_instance;
  UiChatAuthor author;
  UiChatState state;
  GString *text;
  char *status;
  GStrv files;
  gsize saved;
  guint changed_source;
};

G_DEFINE_FINAL_TYPE (UiChatMessage, ui_chat_message, UI_TYPE_CHAT_ENTRY)

static void
ui_chat_message_finalize (GObject *object)
{
  UiChatMessage *self = UI_CHAT_MESSAGE (object);
  g_clear_handle_id (&self->changed_source, g_source_remove);
  g_string_free (self->text, TRUE);
  g_free (self->status);
  g_strfreev (self->files);
  G_OBJECT_CLASS (ui_chat_message_parent_class)->finalize (object);
}

static void
ui_chat_message_class_init (UiChatMessageClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ui_chat_message_finalize;
}

static void
ui_chat_message_init (UiChatMessage *self)
{
  self->text = g_string_new (NULL);
  self->files = g_new0 (char *, 1);
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
ui_chat_message_get_author (UiChatMessage *self)
{
  return self->author;
}

UiChatState
ui_chat_message_get_state (UiChatMessage *self)
{
  return self->state;
}

const char *
ui_chat_message_get_text (UiChatMessage *self)
{
  return self->text->str;
}

gsize
ui_chat_message_get_size (UiChatMessage *self)
{
  return self->text->len;
}

const char *
ui_chat_message_get_status (UiChatMessage *self)
{
  return self->status;
}

const char *const *
ui_chat_message_get_files (UiChatMessage *self)
{
  return (const char *const *) self->files;
}

void
ui_chat_message_set_files (UiChatMessage *self, const char *const *files)
{
  g_strfreev (self->files);
  self->files = files != NULL ? g_strdupv ((char **) files) : g_new0 (char *, 1);
}

static gboolean
changed_cb (gpointer user_data)
{
  UiChatMessage *self = user_data;
  self->changed_source = 0;
  ui_chat_entry_changed (UI_CHAT_ENTRY (self));
  return G_SOURCE_REMOVE;
}

void
ui_chat_message_extend (UiChatMessage *self, const char *text)
{
  if (self->text->len < UI_CHAT_MESSAGE_TEXT_LIMIT)
    g_string_append (self->text, text);
}

void
ui_chat_message_append (UiChatMessage *self, const char *text)
{
  ui_chat_message_extend (self, text);
  if (self->changed_source == 0)
    self->changed_source = g_timeout_add (CHANGED_INTERVAL_MS, changed_cb, self);
}

void
ui_chat_message_set_status (UiChatMessage *self, const char *status)
{
  if (g_strcmp0 (self->status, status) == 0)
    return;
  g_free (self->status);
  self->status = g_strdup (status);
  ui_chat_entry_changed (UI_CHAT_ENTRY (self));
}

void
ui_chat_message_finish (UiChatMessage *self, UiChatState state)
{
  g_clear_handle_id (&self->changed_source, g_source_remove);
  self->state = state;
  ui_chat_entry_changed (UI_CHAT_ENTRY (self));
}

gsize
ui_chat_message_get_saved (UiChatMessage *self)
{
  return self->saved;
}

void
ui_chat_message_set_saved (UiChatMessage *self, gsize size)
{
  self->saved = size;
}
