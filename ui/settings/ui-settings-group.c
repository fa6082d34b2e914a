/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/settings/ui-settings-group.h"

#include "ui/activity/ui-activity-page.h"

#include <glib/gi18n.h>

/* A guardian that went away is started again by whoever needs it. A page in front does: once, not
 * again and again where it cannot start. Later, so that everybody has seen the link go first. */
#define AGAIN_MS 500

/* --- fetching --- */

typedef struct {
  GtkWidget *page;
  UiLink *link;
  UiSettingsFetch fetch;
  gboolean was_up;
  guint again;
} Follow;

/* Follow, of a page; NULL: there are none. */
static GPtrArray *
follows_of (GtkWidget *page)
{
  return g_object_get_data (G_OBJECT (page), "follows");
}

static void
follow_free (gpointer data)
{
  Follow *follow = data;
  g_clear_handle_id (&follow->again, g_source_remove);
  g_signal_handlers_disconnect_by_data (follow->link, follow);
  g_object_unref (follow->link);
  g_free (follow);
}

static gboolean
again_cb (gpointer user_data)
{
  Follow *follow = user_data;

  follow->again = 0;
  if (gtk_widget_get_mapped (follow->page))
    follow->fetch (follow->page);
  return G_SOURCE_REMOVE;
}

static void
link_state_cb (Follow *follow)
{
  UiLinkState state = ui_link_get_state (follow->link);

  if (state == UI_LINK_UP && gtk_widget_get_mapped (follow->page))
    follow->fetch (follow->page);
  else if (state == UI_LINK_DOWN && follow->was_up && follow->again == 0)
    follow->again = g_timeout_add (AGAIN_MS, again_cb, follow);
  if (state != UI_LINK_CONNECTING)
    follow->was_up = state == UI_LINK_UP;
}

void
ui_settings_group_fetch (GtkWidget *page)
{
  const GPtrArray *follows = follows_of (page);

  for (guint i = 0; follows != NULL && i < follows->len; i++)
    ((const Follow *) follows->pdata[i])->fetch (page);
}

static GPtrArray *
begin_following (GtkWidget *page)
{
  GPtrArray *follows = g_ptr_array_new_with_free_func (follow_free);

  g_object_set_data_full (G_OBJECT (page), "follows", follows, (GDestroyNotify) g_ptr_array_unref);
  g_signal_connect (page, "map", G_CALLBACK (ui_settings_group_fetch), NULL);
  return follows;
}

void
ui_settings_group_follow (GtkWidget *page, UiLink *link, UiSettingsFetch fetch)
{
  GPtrArray *follows = follows_of (page);
  Follow *follow = g_new (Follow, 1);

  *follow = (Follow){ .page = page,
                      .link = g_object_ref (link),
                      .fetch = fetch,
                      .was_up = ui_link_get_state (link) == UI_LINK_UP };
  g_ptr_array_add (follows != NULL ? follows : begin_following (page), follow);
  g_signal_connect_swapped (link, "notify::state", G_CALLBACK (link_state_cb), follow);
}

static void
set_done (GtkWidget *page, CardeaMessage *reply)
{
  ui_settings_group_fetch (page);
}

void
ui_settings_group_set (GtkWidget *page, UiLink *link, const char *key, const char *value)
{
  CardeaMessage *request = cardea_message_new ("settings.set");

  cardea_message_set_string (request, "key", key);
  cardea_message_set_string (request, "value", value);
  ui_activity_page_call (page, link, request, set_done);
}

/* --- widgets --- */

AdwPreferencesGroup *
ui_settings_group_new (GtkWidget *page, const char *title, const char *text)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());

  adw_preferences_group_set_title (group, title != NULL ? title : "");
  adw_preferences_group_set_description (group, text);
  adw_preferences_page_add (ADW_PREFERENCES_PAGE (page), group);
  return group;
}

GtkWidget *
ui_settings_group_set_button (AdwPreferencesGroup *group, const char *label)
{
  GtkWidget *button = gtk_button_new_with_label (label);
  GtkLabel *words = GTK_LABEL (gtk_button_get_child (GTK_BUTTON (button)));

  gtk_label_set_wrap (words, TRUE);
  gtk_label_set_natural_wrap_mode (words,
                                   GTK_NATURAL_WRAP_NONE); /* in one line where there is room */
  gtk_label_set_justify (words, GTK_JUSTIFY_CENTER);
  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  adw_preferences_group_set_header_suffix (group, button);
  return button;
}

AdwActionRow *
ui_settings_group_add_row (AdwPreferencesGroup *group, const char *title, const char *text)
{
  return ui_activity_page_add_row (group, title, text);
}

GtkWidget *
ui_settings_group_add_button (AdwActionRow *row, const char *label, const char *name)
{
  GtkWidget *button = gtk_button_new_with_label (label);

  gtk_widget_set_valign (button, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  adw_action_row_add_suffix (row, button);
  return button;
}

/* --- rows that come anew --- */

struct _UiSettingsRows {
  AdwPreferencesGroup *group;
  GPtrArray *rows; /* borrowed from the group */
  char *says;
};

UiSettingsRows *
ui_settings_rows_new (AdwPreferencesGroup *group)
{
  UiSettingsRows *rows = g_new0 (UiSettingsRows, 1);
  rows->group = group;
  rows->rows = g_ptr_array_new ();
  return rows;
}

void
ui_settings_rows_free (UiSettingsRows *rows)
{
  g_ptr_array_unref (rows->rows);
  g_free (rows->says);
  g_free (rows);
}

gboolean
ui_settings_rows_begin (UiSettingsRows *rows, const char *says)
{
  if (rows->says != NULL && g_strcmp0 (rows->says, says) == 0)
    return FALSE;
  g_free (rows->says);
  rows->says = g_strdup (says);
  for (guint i = 0; i < rows->rows->len; i++)
    adw_preferences_group_remove (rows->group, rows->rows->pdata[i]);
  g_ptr_array_set_size (rows->rows, 0);
  return TRUE;
}

AdwActionRow *
ui_settings_rows_add (UiSettingsRows *rows, const char *title, const char *text)
{
  AdwActionRow *row = ui_settings_group_add_row (rows->group, title, text);
  g_ptr_array_add (rows->rows, row);
  return row;
}

/* --- asking first --- */

typedef struct {
  GtkWidget *page;
  void (*done) (GtkWidget *page);
} Confirm;

static void
confirm_free (gpointer user_data, GClosure *closure)
{
  Confirm *confirm = user_data;
  g_object_unref (confirm->page);
  g_free (confirm);
}

static void
confirmed_cb (AdwMessageDialog *dialog, const char *response, Confirm *confirm)
{
  if (g_strcmp0 (response, "yes") == 0)
    confirm->done (confirm->page);
}

void
ui_settings_group_confirm (GtkWidget *page, const char *title, const char *text, const char *verb,
                           void (*done) (GtkWidget *page))
{
  GtkRoot *root = gtk_widget_get_root (page);
  AdwMessageDialog *dialog
      = ADW_MESSAGE_DIALOG (adw_message_dialog_new (GTK_WINDOW (root), title, text));
  Confirm *confirm = g_new (Confirm, 1);

  *confirm = (Confirm){ .page = g_object_ref (page), .done = done };
  adw_message_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "yes", verb, NULL);
  adw_message_dialog_set_response_appearance (dialog, "yes", ADW_RESPONSE_DESTRUCTIVE);
  adw_message_dialog_set_default_response (dialog, "cancel");
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_signal_connect_data (dialog, "response", G_CALLBACK (confirmed_cb), confirm, confirm_free, 0);
  gtk_window_present (GTK_WINDOW (dialog));
}
