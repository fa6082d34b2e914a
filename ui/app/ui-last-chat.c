/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/app/ui-last-chat.h"

#include "ui/app/ui-preferences.h"

#define SEEN_SECONDS 10u

struct _UiLastChat {
  GObject parent_instance;
  GSettings *preferences; /* NULL: there are none */
  UiChatKeeper *keeper;
  UiChatList *chats;
  char *id;         /* that was shown when the last process ended; NULL: taken, or none */
  UiWindow *window; /* that waits for it, or shows it since a moment; not referenced */
  guint source;     /* of the end of that moment */
};

G_DEFINE_FINAL_TYPE (UiLastChat, ui_last_chat, G_TYPE_OBJECT)

/* Before the chats of the disk are here, what a window shows is only what it began with. */
static void
remember (UiLastChat *self, UiWindow *window)
{
  if (self->preferences != NULL && ui_chat_keeper_is_settled (self->keeper))
    g_settings_set_string (self->preferences, UI_PREFERENCES_OPEN_CHAT,
                           ui_chat_get_id (ui_window_get_chat (window)));
}

static gboolean
survived_cb (gpointer user_data)
{
  UiLastChat *self = user_data;

  self->source = 0;
  if (self->window != NULL)
    remember (self, self->window);
  g_clear_weak_pointer (&self->window);
  return G_SOURCE_REMOVE;
}

/* A chat that ends the process ends it once: it is remembered again when it was seen for a while.
 */
static void
open_again (UiLastChat *self)
{
  UiChat *chat = NULL;

  if (self->window == NULL || self->source != 0)
    return;
  if (self->id != NULL)
    chat = ui_chat_list_find (self->chats, self->id);
  g_clear_pointer (&self->id, g_free);
  if (chat != NULL && ui_chat_is_empty (ui_window_get_chat (self->window)))
    ui_window_show_chat (self->window, chat);
  ui_last_chat_forget (self);
  self->source = g_timeout_add_seconds (chat != NULL ? SEEN_SECONDS : 0, survived_cb, self);
}

void
ui_last_chat_follow (UiLastChat *self, UiWindow *window)
{
  g_signal_connect_object (window, "chat-shown", G_CALLBACK (remember), self, G_CONNECT_SWAPPED);
}

void
ui_last_chat_open_in (UiLastChat *self, UiWindow *window)
{
  g_set_weak_pointer (&self->window, window);
  if (ui_chat_keeper_is_settled (self->keeper))
    open_again (self);
}

void
ui_last_chat_forget (UiLastChat *self)
{
  if (self->preferences != NULL)
    g_settings_reset (self->preferences, UI_PREFERENCES_OPEN_CHAT);
}

static void
ui_last_chat_finalize (GObject *object)
{
  UiLastChat *self = UI_LAST_CHAT (object);

  g_clear_handle_id (&self->source, g_source_remove);
  g_clear_weak_pointer (&self->window);
  g_clear_object (&self->preferences);
  g_object_unref (self->keeper);
  g_object_unref (self->chats);
  g_free (self->id);
  G_OBJECT_CLASS (ui_last_chat_parent_class)->finalize (object);
}

static void
ui_last_chat_class_init (UiLastChatClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ui_last_chat_finalize;
}

static void
ui_last_chat_init (UiLastChat *self)
{
}

UiLastChat *
ui_last_chat_new (GSettings *preferences, UiChatKeeper *keeper, UiChatList *chats)
{
  UiLastChat *self = g_object_new (UI_TYPE_LAST_CHAT, NULL);

  g_set_object (&self->preferences, preferences);
  self->keeper = g_object_ref (keeper);
  self->chats = g_object_ref (chats);
  if (preferences != NULL)
    self->id = g_settings_get_string (preferences, UI_PREFERENCES_OPEN_CHAT);
  g_signal_connect_object (keeper, "settled", G_CALLBACK (open_again), self, G_CONNECT_SWAPPED);
  return self;
}
