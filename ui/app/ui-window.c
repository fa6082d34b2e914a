/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/app/ui-window.h"

#include "ui/chat/ui-chat-view.h"

#include <glib/gi18n.h>

struct _UiWindow {
  AdwApplicationWindow parent_instance;
  AdwWindowTitle *title;
  GtkBox *content;
  UiChatSession *session;
  UiChatView *view;
};

G_DEFINE_FINAL_TYPE (UiWindow, ui_window, ADW_TYPE_APPLICATION_WINDOW)

static const char *const subtitles[] = {
  [UI_CHAT_SESSION_CONNECTING] = N_ ("Starting…"),
  [UI_CHAT_SESSION_READY] = N_ ("Offline: no AI model is connected"),
  [UI_CHAT_SESSION_ANSWERING] = N_ ("Answering…"),
  [UI_CHAT_SESSION_ENDED] = N_ ("Not connected"),
};

static void
state_changed_cb (UiWindow *self)
{
  adw_window_title_set_subtitle (self->title,
                                 _ (subtitles[ui_chat_session_get_state (self->session)]));
}

static void
start_chat (UiWindow *self)
{
  if (self->view != NULL)
    gtk_box_remove (self->content, GTK_WIDGET (self->view));
  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);

  self->session = ui_chat_session_new ();
  self->view = UI_CHAT_VIEW (ui_chat_view_new (self->session));
  gtk_widget_set_vexpand (GTK_WIDGET (self->view), TRUE);
  gtk_box_append (self->content, GTK_WIDGET (self->view));
  g_signal_connect_swapped (self->session, "notify::state", G_CALLBACK (state_changed_cb), self);
  ui_chat_session_connect (self->session);
  state_changed_cb (self);
  gtk_widget_grab_focus (GTK_WIDGET (self->view));
}

static void
new_chat_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  start_chat (UI_WINDOW (widget));
}

static void
give_files_activated (GtkWidget *widget, const char *name, GVariant *parameter)
{
  ui_chat_view_choose_files (UI_WINDOW (widget)->view);
}

void
ui_window_add_files (UiWindow *self, GFile **files, int n_files)
{
  for (int i = 0; i < n_files; i++)
    ui_chat_view_add_file (self->view, files[i]);
}

static void
ui_window_dispose (GObject *object)
{
  UiWindow *self = UI_WINDOW (object);

  if (self->session != NULL)
    g_signal_handlers_disconnect_by_data (self->session, self);
  g_clear_object (&self->session);
  G_OBJECT_CLASS (ui_window_parent_class)->dispose (object);
}

static void
ui_window_class_init (UiWindowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_window_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/cardea/Cardea/ui/app/ui-window.ui");
  gtk_widget_class_bind_template_child (widget_class, UiWindow, title);
  gtk_widget_class_bind_template_child (widget_class, UiWindow, content);
  gtk_widget_class_install_action (widget_class, "win.new-chat", NULL, new_chat_activated);
  gtk_widget_class_install_action (widget_class, "win.give-files", NULL, give_files_activated);
}

static void
ui_window_init (UiWindow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ui_window_new (AdwApplication *application)
{
  UiWindow *self = g_object_new (UI_TYPE_WINDOW, "application", application, NULL);
  start_chat (self);
  return GTK_WIDGET (self);
}
