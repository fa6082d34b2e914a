/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/app/ui-background.h"

#include <glib/gi18n.h>

#define AT_WORK "at-work" /* of the notification: there is one, whatever it says */

struct _UiBackground {
  GObject parent_instance;
  GtkApplication *application; /* owns us */
  UiChatList *chats;
  gboolean at_work; /* the application is held */
  guint said;       /* of how many chats the notification speaks */
  char *chat;       /* the one that it leads to */
};

G_DEFINE_FINAL_TYPE (UiBackground, ui_background, G_TYPE_OBJECT)

static void
notify (UiBackground *self, const char *title, const char *body, gboolean may_stop)
{
  g_autoptr (GNotification) notification = g_notification_new (title);

  g_notification_set_body (notification, body);
  g_notification_set_default_action_and_target (notification, "app.show-chat", "s", self->chat);
  g_notification_add_button_with_target (notification, _ ("Show"), "app.show-chat", "s",
                                         self->chat);
  if (may_stop)
    g_notification_add_button (notification, _ ("Stop"), "app.stop-work");
  g_application_send_notification (G_APPLICATION (self->application), AT_WORK, notification);
}

static void
say_at_work (UiBackground *self, UiChat *chat, guint count)
{
  g_autofree char *title
      = g_strdup_printf (ngettext ("%u chat is at work", "%u chats are at work", count), count);

  if (count == self->said && g_strcmp0 (self->chat, ui_chat_get_id (chat)) == 0)
    return;
  self->said = count;
  g_free (self->chat);
  self->chat = g_strdup (ui_chat_get_id (chat));
  notify (self, title, ui_chat_get_title (chat), TRUE);
}

static void
end_work (UiBackground *self, gboolean seen)
{
  UiChat *chat = ui_chat_list_find (self->chats, self->chat);

  self->at_work = FALSE;
  self->said = 0;
  if (seen || chat == NULL)
    g_application_withdraw_notification (G_APPLICATION (self->application), AT_WORK);
  else
    notify (self, _ ("The answer is there"), ui_chat_get_title (chat), FALSE);
  g_application_release (G_APPLICATION (self->application));
}

static void
update (UiBackground *self)
{
  guint count = 0;
  UiChat *chat = ui_chat_list_find_busy (self->chats, &count);
  gboolean seen = gtk_application_get_windows (self->application) != NULL;

  if (!seen && chat != NULL)
    {
      if (!self->at_work)
        g_application_hold (G_APPLICATION (self->application));
      self->at_work = TRUE;
      say_at_work (self, chat, count);
    }
  else if (self->at_work)
    end_work (self, seen);
}

/* No word of it may outlive the work, which ends with the process. */
static void
ui_background_dispose (GObject *object)
{
  UiBackground *self = UI_BACKGROUND (object);

  if (self->at_work)
    g_application_withdraw_notification (G_APPLICATION (self->application), AT_WORK);
  self->at_work = FALSE;
  G_OBJECT_CLASS (ui_background_parent_class)->dispose (object);
}

static void
ui_background_finalize (GObject *object)
{
  UiBackground *self = UI_BACKGROUND (object);

  g_object_unref (self->chats);
  g_free (self->chat);
  G_OBJECT_CLASS (ui_background_parent_class)->finalize (object);
}

static void
ui_background_class_init (UiBackgroundClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_background_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_background_finalize;
}

static void
ui_background_init (UiBackground *self)
{
}

UiBackground *
ui_background_new (GtkApplication *application, UiChatList *chats)
{
  UiBackground *self = g_object_new (UI_TYPE_BACKGROUND, NULL);

  self->application = application;
  self->chats = g_object_ref (chats);
  /* After the application let go of the window, and before it looks whether to go on. */
  g_signal_connect_object (application, "window-removed", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (application, "window-added", G_CALLBACK (update), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (chats, "work", G_CALLBACK (update), self, G_CONNECT_SWAPPED);
  return self;
}
