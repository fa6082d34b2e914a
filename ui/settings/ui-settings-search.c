/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/settings/ui-settings-search.h"

#include <glib/gi18n.h>
#include <string.h>

#define FOUND_LIMIT 100u /* rows in the list */

struct _UiSettingsSearch {
  AdwBin parent_instance;
  GtkStack *parts; /* the list, or that nothing was found */
  GtkListBox *list;
  guint found;
};

enum { CHOSEN, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiSettingsSearch, ui_settings_search, ADW_TYPE_BIN)

static gboolean
contains (const char *text, const char *wanted)
{
  g_autofree char *folded = text != NULL ? g_utf8_casefold (text, -1) : NULL;
  return folded != NULL && strstr (folded, wanted) != NULL;
}

static gboolean
fits (GtkWidget *row, const char *wanted)
{
  return contains (adw_preferences_row_get_title (ADW_PREFERENCES_ROW (row)), wanted)
         || (ADW_IS_ACTION_ROW (row)
             && contains (adw_action_row_get_subtitle (ADW_ACTION_ROW (row)), wanted));
}

static void
add_found (UiSettingsSearch *self, GtkWidget *found, const char *page)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row),
                                 adw_preferences_row_get_title (ADW_PREFERENCES_ROW (found)));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row), page);
  gtk_list_box_row_set_activatable (GTK_LIST_BOX_ROW (row), TRUE);
  g_object_set_data_full (G_OBJECT (row), "found", g_object_ref (found), g_object_unref);
  gtk_list_box_append (self->list, row);
  self->found++;
}

static void
look_in (UiSettingsSearch *self, GtkWidget *widget, const char *wanted, const char *page)
{
  for (GtkWidget *child = gtk_widget_get_first_child (widget);
       child != NULL && self->found < FOUND_LIMIT; child = gtk_widget_get_next_sibling (child))
    {
      if (!gtk_widget_get_visible (child))
        continue;
      if (ADW_IS_PREFERENCES_ROW (child) && fits (child, wanted))
        add_found (self, child, page);
      look_in (self, child, wanted, page);
    }
}

gboolean
ui_settings_search_look (UiSettingsSearch *self, GtkStack *stack, const char *text)
{
  g_autofree char *stripped = g_strstrip (g_strdup (text));
  g_autofree char *wanted = g_utf8_casefold (stripped, -1);
  GtkWidget *former;

  while ((former = gtk_widget_get_first_child (GTK_WIDGET (self->list))) != NULL)
    gtk_list_box_remove (self->list, former);
  self->found = 0;
  if (*wanted == '\0')
    return FALSE;
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (stack)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (ADW_IS_PREFERENCES_PAGE (child))
      look_in (self, child, wanted, gtk_stack_page_get_title (gtk_stack_get_page (stack, child)));
  gtk_stack_set_visible_child_name (self->parts, self->found > 0 ? "list" : "nothing");
  return TRUE;
}

/* A row that has the keyboard stays where it is. */
void
ui_settings_search_look_again (UiSettingsSearch *self, GtkStack *stack, const char *text)
{
  if (gtk_widget_get_focus_child (GTK_WIDGET (self->list)) == NULL)
    (void) ui_settings_search_look (self, stack, text);
}

static void
activated_cb (UiSettingsSearch *self, GtkListBoxRow *row)
{
  g_autoptr (GtkWidget) found = g_object_ref (g_object_get_data (G_OBJECT (row), "found"));
  g_signal_emit (self, signals[CHOSEN], 0, found);
}

static void
ui_settings_search_class_init (UiSettingsSearchClass *klass)
{
  signals[CHOSEN] = g_signal_new ("chosen", UI_TYPE_SETTINGS_SEARCH, G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, GTK_TYPE_WIDGET);
}

static void
ui_settings_search_init (UiSettingsSearch *self)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *nothing = adw_status_page_new ();

  self->list = GTK_LIST_BOX (gtk_list_box_new ());
  gtk_list_box_set_selection_mode (self->list, GTK_SELECTION_NONE);
  gtk_widget_add_css_class (GTK_WIDGET (self->list), "boxed-list");
  g_object_set (self->list, "margin-top", 24, "margin-bottom", 24, "margin-start", 12, "margin-end",
                12, "valign", GTK_ALIGN_START, NULL);
  g_signal_connect_swapped (self->list, "row-activated", G_CALLBACK (activated_cb), self);
  adw_clamp_set_child (ADW_CLAMP (clamp), GTK_WIDGET (self->list));
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), clamp);
  adw_status_page_set_icon_name (ADW_STATUS_PAGE (nothing), "system-search-symbolic");
  adw_status_page_set_title (ADW_STATUS_PAGE (nothing), _ ("Nothing Found"));
  adw_status_page_set_description (ADW_STATUS_PAGE (nothing),
                                   _ ("No setting has this word in it."));
  self->parts = GTK_STACK (gtk_stack_new ());
  gtk_stack_add_named (self->parts, scrolled, "list");
  gtk_stack_add_named (self->parts, nothing, "nothing");
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->parts));
}

GtkWidget *
ui_settings_search_new (void)
{
  return g_object_new (UI_TYPE_SETTINGS_SEARCH, NULL);
}
