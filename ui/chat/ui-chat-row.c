/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-chat-row.h"

#include "ui/chat/ui-markdown.h"

#include <glib/gi18n.h>

struct _UiChatRow {
  GtkWidget parent_instance;
  GtkWidget *clamp;
  GtkBox *bubble;
  GtkBox *body;
  GtkLabel *status;
  UiChatMessage *message;
};

G_DEFINE_FINAL_TYPE (UiChatRow, ui_chat_row, GTK_TYPE_WIDGET)

static const struct {
  GtkAlign align;
  const char *css_class;
  const char *name; /* for a screen reader */
} looks[] = {
  [UI_CHAT_AUTHOR_PERSON] = { GTK_ALIGN_END, "chat-person", N_ ("You") },
  [UI_CHAT_AUTHOR_ASSISTANT] = { GTK_ALIGN_FILL, "chat-assistant", N_ ("Assistant") },
  [UI_CHAT_AUTHOR_NOTICE] = { GTK_ALIGN_CENTER, "chat-notice", N_ ("Notice") },
};

static void
show_text (UiChatRow *self)
{
  const char *text = ui_chat_message_get_text (self->message);

  if (ui_chat_message_get_author (self->message) == UI_CHAT_AUTHOR_ASSISTANT)
    ui_markdown_fill (self->body, text);
  else
    {
      GtkWidget *child;
      while ((child = gtk_widget_get_first_child (GTK_WIDGET (self->body))) != NULL)
        gtk_box_remove (self->body, child);
      GtkWidget *label = gtk_label_new (text);
      gtk_label_set_wrap (GTK_LABEL (label), TRUE);
      gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
      gtk_label_set_selectable (GTK_LABEL (label), TRUE);
      gtk_label_set_xalign (GTK_LABEL (label), 0);
      gtk_box_append (self->body, label);
    }
  gtk_widget_set_visible (GTK_WIDGET (self->body), *text != '\0');

  g_autofree char *name = g_strdup_printf (
      "%s: %s", _ (looks[ui_chat_message_get_author (self->message)].name), text);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->bubble), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  name, -1);
}

static void
show_status (UiChatRow *self)
{
  const char *status = ui_chat_message_get_status (self->message);
  UiChatState state = ui_chat_message_get_state (self->message);

  if (status == NULL && state == UI_CHAT_STATE_STREAMING
      && *ui_chat_message_get_text (self->message) == '\0')
    status = _ ("Thinking…");
  gtk_label_set_text (self->status, status != NULL ? status : "");
  gtk_widget_set_visible (GTK_WIDGET (self->status), status != NULL);

  gtk_widget_remove_css_class (GTK_WIDGET (self->bubble), "chat-refused");
  gtk_widget_remove_css_class (GTK_WIDGET (self->bubble), "chat-failed");
  if (state == UI_CHAT_STATE_REFUSED)
    gtk_widget_add_css_class (GTK_WIDGET (self->bubble), "chat-refused");
  if (state == UI_CHAT_STATE_FAILED)
    gtk_widget_add_css_class (GTK_WIDGET (self->bubble), "chat-failed");
}

static void
text_changed_cb (UiChatRow *self)
{
  show_text (self);
  show_status (self);
}

void
ui_chat_row_set_message (UiChatRow *self, UiChatMessage *message)
{
  if (self->message != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->message, self);
      gtk_widget_remove_css_class (GTK_WIDGET (self->bubble),
                                   looks[ui_chat_message_get_author (self->message)].css_class);
    }
  g_set_object (&self->message, message);
  if (message == NULL)
    return;

  UiChatAuthor author = ui_chat_message_get_author (message);
  gtk_widget_set_halign (GTK_WIDGET (self->bubble), looks[author].align);
  gtk_widget_add_css_class (GTK_WIDGET (self->bubble), looks[author].css_class);
  g_signal_connect_swapped (message, "notify::text", G_CALLBACK (text_changed_cb), self);
  g_signal_connect_swapped (message, "notify::status", G_CALLBACK (show_status), self);
  g_signal_connect_swapped (message, "notify::state", G_CALLBACK (show_status), self);
  text_changed_cb (self);
}

static void
ui_chat_row_dispose (GObject *object)
{
  UiChatRow *self = UI_CHAT_ROW (object);

  ui_chat_row_set_message (self, NULL);
  g_clear_pointer (&self->clamp, gtk_widget_unparent);
  G_OBJECT_CLASS (ui_chat_row_parent_class)->dispose (object);
}

static void
ui_chat_row_class_init (UiChatRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_chat_row_dispose;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/cardea/Cardea/ui/chat/ui-chat-row.ui");
  gtk_widget_class_bind_template_child (widget_class, UiChatRow, clamp);
  gtk_widget_class_bind_template_child (widget_class, UiChatRow, bubble);
  gtk_widget_class_bind_template_child (widget_class, UiChatRow, body);
  gtk_widget_class_bind_template_child (widget_class, UiChatRow, status);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
ui_chat_row_init (UiChatRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
}

GtkWidget *
ui_chat_row_new (void)
{
  return g_object_new (UI_TYPE_CHAT_ROW, NULL);
}
