/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/app/ui-sidebar-row.h"

#include <glib/gi18n.h>

struct _UiSidebarRow {
  GtkWidget parent_instance;
  GtkWidget *box;
  GtkLabel *title;
  GtkLabel *time;
  GtkLabel *line;
  GtkImage *badge;
  GtkSpinner *spinner;
  GtkPopoverMenu *popover;
  GMenuModel *menu;
  UiChat *chat;
  UiChatSession *session;
  char *match;
};

G_DEFINE_FINAL_TYPE (UiSidebarRow, ui_sidebar_row, GTK_TYPE_WIDGET)

/* "14:05" today, "Mon" this week, "3 May" this year, else the date. */
static char *
describe_time (gint64 time)
{
  g_autoptr (GDateTime) then = g_date_time_new_from_unix_local (time / G_USEC_PER_SEC);
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();

  if (then == NULL)
    return g_strdup ("");
  GTimeSpan age = g_date_time_difference (now, then);
  gboolean this_year = g_date_time_get_year (then) == g_date_time_get_year (now);
  if (this_year && g_date_time_get_day_of_year (then) == g_date_time_get_day_of_year (now))
    return g_date_time_format (then, "%H:%M");
  if (age >= 0 && age < 6 * G_TIME_SPAN_DAY)
    return g_date_time_format (then, "%a");
  /* Translators: a day of this year, as strftime(3) writes it. */
  return g_date_time_format (then, this_year ? _ ("%-d %b") : "%x");
}

static void
show_badge (UiSidebarRow *self)
{
  gboolean waits = ui_chat_session_get_waiting (self->session) != NULL;
  gboolean busy = !waits && ui_chat_session_is_busy (self->session);
  gboolean damaged = ui_chat_get_phase (self->chat) == UI_CHAT_DAMAGED;

  gtk_image_set_from_icon_name (self->badge,
                                damaged ? "dialog-error-symbolic" : "dialog-question-symbolic");
  gtk_widget_set_tooltip_text (GTK_WIDGET (self->badge),
                               damaged ? _ ("Its file is damaged") : _ ("Waiting for you"));
  gtk_widget_set_visible (GTK_WIDGET (self->badge), waits || damaged);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), busy);
  gtk_spinner_set_spinning (self->spinner, busy);
}

static void
show_line (UiSidebarRow *self)
{
  const char *draft = ui_chat_get_draft (self->chat);
  const char *preview = ui_chat_get_preview (self->chat);
  g_autofree char *text = NULL;

  if (self->match != NULL)
    text = g_strdup (self->match);
  else if (*draft != '\0')
    /* Translators: %s is text that was typed and not sent. */
    text = g_strdup_printf (_ ("Draft: %s"), draft);
  else
    text = g_strdup (preview != NULL ? preview : "");
  g_strdelimit (text, "\r\n\t", ' ');
  gtk_label_set_text (self->line, text);
}

static void
changed_cb (UiSidebarRow *self)
{
  const char *title = ui_chat_get_title (self->chat);
  g_autofree char *time = describe_time (ui_chat_get_time (self->chat));

  gtk_label_set_text (self->title, title);
  gtk_label_set_text (self->time, time);
  show_line (self);
  show_badge (self);
  /* Translators: a chat in the list, for a screen reader: its title, its time. */
  g_autofree char *name = g_strdup_printf (_ ("Chat: %s, %s"), title, time);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->box), GTK_ACCESSIBLE_PROPERTY_LABEL, name,
                                  -1);
}

void
ui_sidebar_row_set_chat (UiSidebarRow *self, UiChat *chat, UiChatSession *session,
                         const char *match)
{
  if (self->chat != NULL)
    {
      g_signal_handlers_disconnect_by_data (self->chat, self);
      g_signal_handlers_disconnect_by_data (self->session, self);
    }
  g_set_object (&self->chat, chat);
  g_set_object (&self->session, session);
  g_free (self->match);
  self->match = g_strdup (match);
  if (chat == NULL)
    {
      gtk_spinner_set_spinning (self->spinner, FALSE);
      return;
    }
  g_signal_connect_swapped (chat, "notify", G_CALLBACK (changed_cb), self);
  g_signal_connect_swapped (session, "notify", G_CALLBACK (show_badge), self);
  changed_cb (self);
}

UiChat *
ui_sidebar_row_get_chat (UiSidebarRow *self)
{
  return self->chat;
}

static void
pressed_cb (UiSidebarRow *self, int n_press, double x, double y, GtkGesture *gesture)
{
  GdkRectangle place = { (int) x, (int) y, 1, 1 };
  GtkWidget *list_row = gtk_widget_get_parent (GTK_WIDGET (self));

  if (self->popover == NULL)
    {
      self->popover = GTK_POPOVER_MENU (gtk_popover_menu_new_from_model (self->menu));
      gtk_popover_set_has_arrow (GTK_POPOVER (self->popover), FALSE);
      gtk_widget_set_halign (GTK_WIDGET (self->popover), GTK_ALIGN_START);
      gtk_widget_set_parent (GTK_WIDGET (self->popover), GTK_WIDGET (self));
    }
  gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
  /* The menu's actions are the window's, on the chat it shows. */
  gtk_widget_activate (list_row);
  gtk_popover_set_pointing_to (GTK_POPOVER (self->popover), &place);
  gtk_popover_popup (GTK_POPOVER (self->popover));
}

static void
ui_sidebar_row_dispose (GObject *object)
{
  UiSidebarRow *self = UI_SIDEBAR_ROW (object);

  if (self->box != NULL)
    ui_sidebar_row_set_chat (self, NULL, NULL, NULL);
  g_clear_pointer ((GtkWidget **) &self->popover, gtk_widget_unparent);
  g_clear_pointer (&self->box, gtk_widget_unparent);
  g_clear_object (&self->menu);
  G_OBJECT_CLASS (ui_sidebar_row_parent_class)->dispose (object);
}

static void
ui_sidebar_row_finalize (GObject *object)
{
  g_free (UI_SIDEBAR_ROW (object)->match);
  G_OBJECT_CLASS (ui_sidebar_row_parent_class)->finalize (object);
}

static void
ui_sidebar_row_class_init (UiSidebarRowClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ui_sidebar_row_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_sidebar_row_finalize;
  gtk_widget_class_set_template_from_resource (widget_class,
                                               "/org/cardea/Cardea/ui/app/ui-sidebar-row.ui");
  gtk_widget_class_bind_template_child (widget_class, UiSidebarRow, box);
  gtk_widget_class_bind_template_child (widget_class, UiSidebarRow, title);
  gtk_widget_class_bind_template_child (widget_class, UiSidebarRow, time);
  gtk_widget_class_bind_template_child (widget_class, UiSidebarRow, line);
  gtk_widget_class_bind_template_child (widget_class, UiSidebarRow, badge);
  gtk_widget_class_bind_template_child (widget_class, UiSidebarRow, spinner);
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
}

static void
ui_sidebar_row_init (UiSidebarRow *self)
{
  gtk_widget_init_template (GTK_WIDGET (self));
  GtkGesture *click = gtk_gesture_click_new ();
  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  g_signal_connect_swapped (click, "pressed", G_CALLBACK (pressed_cb), self);
  gtk_widget_add_controller (GTK_WIDGET (self), GTK_EVENT_CONTROLLER (click));
}

GtkWidget *
ui_sidebar_row_new (GMenuModel *menu)
{
  UiSidebarRow *self = g_object_new (UI_TYPE_SIDEBAR_ROW, NULL);
  self->menu = g_object_ref (menu);
  return GTK_WIDGET (self);
}
