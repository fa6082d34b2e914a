/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/app/ui-quick-ask.h"

#include "ui/chat/ui-chat-view.h"

#define WIDTH 580
#define HEIGHT 540 /* with an answer */

struct _UiQuickAsk {
  AdwApplicationWindow parent_instance;
  GtkBox *content;
  UiChatView *view; /* owned by the window */
  UiChatSession *session;
};

enum { OPEN_IN_CHAT, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiQuickAsk, ui_quick_ask, ADW_TYPE_APPLICATION_WINDOW)

/* --- actions --- */

static void
open_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  g_autoptr (UiQuickAsk) self = g_object_ref (UI_QUICK_ASK (widget));
  g_signal_emit (self, signals[OPEN_IN_CHAT], 0, ui_chat_view_get_chat (self->view));
  gtk_window_close (GTK_WINDOW (self));
}

static void
give_files_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ui_chat_view_choose_files (UI_QUICK_ASK (widget)->view);
}

static void
stop_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ui_chat_session_stop (UI_QUICK_ASK (widget)->session);
}

/* A message that is said otherwise begins a conversation; that is what the large window is for. */
static void
branched_cb (UiQuickAsk *self, UiChat *branch)
{
  g_signal_emit (self, signals[OPEN_IN_CHAT], 0, branch);
  gtk_window_close (GTK_WINDOW (self));
}

/* --- the window --- */

/* No larger than what it says. */
static void
grow_cb (UiQuickAsk *self)
{
  int width = 0, height = 0;

  if (g_list_model_get_n_items (ui_chat_get_entries (ui_chat_view_get_chat (self->view))) == 0)
    return;
  gtk_window_get_default_size (GTK_WINDOW (self), &width, &height);
  if (height < HEIGHT)
    gtk_window_set_default_size (GTK_WINDOW (self), MAX (width, 1), HEIGHT);
}

static void
ui_quick_ask_dispose (GObject *object)
{
  UiQuickAsk *self = UI_QUICK_ASK (object);

  g_clear_object (&self->session);
  G_OBJECT_CLASS (ui_quick_ask_parent_class)->dispose (object);
}

static void
ui_quick_ask_class_init (UiQuickAskClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_quick_ask_dispose;
  signals[OPEN_IN_CHAT] = g_signal_new ("open-in-chat", UI_TYPE_QUICK_ASK, G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 1, UI_TYPE_CHAT);
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/cardea/Cardea/ui/app/ui-quick-ask.ui");
  gtk_widget_class_bind_template_child (widget_class, UiQuickAsk, content);
  gtk_widget_class_install_action (widget_class, "win.open-in-chat", NULL, open_activated);
  gtk_widget_class_install_action (widget_class, "win.give-files", NULL, give_files_activated);
  gtk_widget_class_install_action (widget_class, "win.stop", NULL, stop_activated);
  gtk_widget_class_add_binding_action (widget_class, GDK_KEY_Escape, 0, "window.close", NULL);
}

static void
ui_quick_ask_init (UiQuickAsk *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ui_quick_ask_new (AdwApplication *application, UiChatList *list, UiChat *chat)
{
  UiQuickAsk *self
      = g_object_new (UI_TYPE_QUICK_ASK, "application", application, "default-width", WIDTH, NULL);

  self->session = g_object_ref (ui_chat_list_get_session (list, chat));
  self->view = UI_CHAT_VIEW (ui_chat_view_new (list));
  ui_chat_view_set_compact (self->view);
  gtk_widget_set_vexpand (GTK_WIDGET (self->view), TRUE);
  gtk_box_append (self->content, GTK_WIDGET (self->view));
  ui_chat_view_show (self->view, chat);
  g_signal_connect_object (self->view, "branched", G_CALLBACK (branched_cb), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (ui_chat_get_entries (chat), "items-changed", G_CALLBACK (grow_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
  return GTK_WIDGET (self);
}
