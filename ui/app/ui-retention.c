/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/app/ui-retention.h"

#include "common/base/cardea-paths.h"
#include "ui/app/ui-preferences.h"

#include <stdlib.h>

#define AGAIN_SECONDS (6u * 3600u)

struct _UiRetention {
  GObject parent_instance;
  GSettings *preferences;
  UiChatList *list;
  guint again_source;
};

G_DEFINE_FINAL_TYPE (UiRetention, ui_retention, G_TYPE_OBJECT)

static gint64
now (void)
{
  const char *later = cardea_paths_test_seam ("CARDEA_TEST_DAYS_LATER");
  return g_get_real_time () + (later != NULL ? atoi (later) * G_TIME_SPAN_DAY : 0);
}

/* What is not sent yet, is being answered or cannot be read stays, and the chat that is open. */
static gboolean
may_go (UiRetention *self, UiChat *chat)
{
  g_autofree char *open = g_settings_get_string (self->preferences, UI_PREFERENCES_OPEN_CHAT);

  return *ui_chat_get_draft (chat) == '\0' && ui_chat_get_draft_files (chat)[0] == NULL
         && ui_chat_get_phase (chat) != UI_CHAT_DAMAGED
         && g_strcmp0 (open, ui_chat_get_id (chat)) != 0
         && !ui_chat_session_is_busy (ui_chat_list_get_session (self->list, chat));
}

static void
delete_old (UiRetention *self)
{
  int days = g_settings_get_int (self->preferences, UI_PREFERENCES_KEEP_CHATS);
  GListModel *chats = ui_chat_list_get_chats (self->list);
  gint64 before = now () - days * G_TIME_SPAN_DAY;

  for (guint i = days > 0 ? g_list_model_get_n_items (chats) : 0; i > 0; i--)
    {
      g_autoptr (UiChat) chat = g_list_model_get_item (chats, i - 1);
      if (ui_chat_get_time (chat) >= before)
        break; /* the newest stand first */
      if (may_go (self, chat))
        ui_chat_list_delete (self->list, chat);
    }
}

static gboolean
again_cb (gpointer user_data)
{
  delete_old (user_data);
  return G_SOURCE_CONTINUE;
}

static void
begin (UiRetention *self)
{
  if (self->again_source != 0)
    return;
  self->again_source = g_timeout_add_seconds (AGAIN_SECONDS, again_cb, self);
  delete_old (self);
}

static void
ui_retention_dispose (GObject *object)
{
  UiRetention *self = UI_RETENTION (object);

  g_clear_handle_id (&self->again_source, g_source_remove);
  g_clear_object (&self->preferences);
  g_clear_object (&self->list);
  G_OBJECT_CLASS (ui_retention_parent_class)->dispose (object);
}

static void
ui_retention_class_init (UiRetentionClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_retention_dispose;
}

static void
ui_retention_init (UiRetention *self)
{
}

UiRetention *
ui_retention_new (GSettings *preferences, UiChatKeeper *keeper, UiChatList *list)
{
  UiRetention *self = g_object_new (UI_TYPE_RETENTION, NULL);

  if (preferences == NULL)
    return self;
  self->preferences = g_object_ref (preferences);
  self->list = g_object_ref (list);
  if (ui_chat_keeper_is_settled (keeper))
    begin (self);
  else
    g_signal_connect_object (keeper, "settled", G_CALLBACK (begin), self, G_CONNECT_SWAPPED);
  return self;
}
