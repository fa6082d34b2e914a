/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/activity/ui-activity-page.h"

#include "ui/words/ui-words-facts.h"

#include <glib/gi18n.h>

#define WIDTH 640

GtkBox *
ui_activity_page_begin (AdwBin *bin)
{
  GtkWidget *scrolled = gtk_scrolled_window_new ();
  GtkWidget *clamp = adw_clamp_new ();
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 18);

  gtk_widget_set_margin_top (box, 18);
  gtk_widget_set_margin_bottom (box, 24);
  gtk_widget_set_margin_start (box, 12);
  gtk_widget_set_margin_end (box, 12);
  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), WIDTH);
  adw_clamp_set_child (ADW_CLAMP (clamp), box);
  gtk_scrolled_window_set_policy (GTK_SCROLLED_WINDOW (scrolled), GTK_POLICY_NEVER,
                                  GTK_POLICY_AUTOMATIC);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scrolled), clamp);
  adw_bin_set_child (bin, scrolled);
  return GTK_BOX (box);
}

static GtkWidget *
make_label (const char *text, const char *style)
{
  GtkWidget *label = gtk_label_new (text);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_wrap_mode (GTK_LABEL (label), PANGO_WRAP_WORD_CHAR);
  gtk_label_set_selectable (GTK_LABEL (label), TRUE);
  gtk_widget_set_can_focus (label, FALSE);
  if (style != NULL)
    gtk_widget_add_css_class (label, style);
  return label;
}

void
ui_activity_page_add_heading (GtkBox *page, const char *icon, const char *style, const char *title,
                              const char *text)
{
  GtkWidget *row = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 12);
  GtkWidget *words = gtk_box_new (GTK_ORIENTATION_VERTICAL, 4);
  GtkWidget *image = gtk_image_new_from_icon_name (icon);

  gtk_image_set_pixel_size (GTK_IMAGE (image), 32);
  gtk_widget_set_valign (image, GTK_ALIGN_START);
  if (style != NULL)
    gtk_widget_add_css_class (image, style);
  gtk_widget_set_hexpand (words, TRUE);
  gtk_box_append (GTK_BOX (words), make_label (title, "title-2"));
  if (text != NULL && *text != '\0')
    gtk_box_append (GTK_BOX (words), make_label (text, NULL));
  gtk_box_append (GTK_BOX (row), image);
  gtk_box_append (GTK_BOX (row), words);
  gtk_box_append (page, row);
}

GtkBox *
ui_activity_page_add_buttons (GtkBox *page)
{
  GtkWidget *buttons = gtk_box_new (GTK_ORIENTATION_HORIZONTAL, 6);

  gtk_box_append (page, buttons);
  return GTK_BOX (buttons);
}

GtkWidget *
ui_activity_page_add_button (GtkBox *buttons, const char *label, const char *style)
{
  GtkWidget *button = gtk_button_new_with_mnemonic (label);
  g_auto (GStrv) parts = g_strsplit (label, "_", 2);
  g_autofree char *name = g_strjoinv ("", parts);

  if (style != NULL)
    gtk_widget_add_css_class (button, style);
  gtk_accessible_update_property (GTK_ACCESSIBLE (button), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_box_append (buttons, button);
  return button;
}

AdwPreferencesGroup *
ui_activity_page_add_group (GtkBox *page, const char *title)
{
  GtkWidget *group = adw_preferences_group_new ();
  g_autofree char *escaped = g_markup_escape_text (title, -1);

  adw_preferences_group_set_title (ADW_PREFERENCES_GROUP (group), escaped);
  gtk_box_append (page, group);
  return ADW_PREFERENCES_GROUP (group);
}

AdwPreferencesGroup *
ui_activity_page_add_long_group (GtkBox *page, const char *title)
{
  AdwPreferencesGroup *group = ui_activity_page_add_group (page, "");
  GtkWidget *label = make_label (title, "heading");

  gtk_widget_set_margin_bottom (label, 9);
  adw_preferences_group_add (group, label);
  return group;
}

static GtkWidget *
make_row (const char *title, const char *text)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  if (text != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
  return row;
}

AdwActionRow *
ui_activity_page_add_row (AdwPreferencesGroup *group, const char *title, const char *text)
{
  GtkWidget *row = make_row (title, text);
  adw_preferences_group_add (group, row);
  return ADW_ACTION_ROW (row);
}

/* The label small above the value: what is read is the value. */
static GtkWidget *
make_fact (const char *label, const char *value)
{
  GtkWidget *row = make_row (label, value);
  gtk_widget_add_css_class (row, "fact");
  return row;
}

void
ui_activity_page_add_fact (AdwPreferencesGroup *group, const char *label, const char *value)
{
  if (value != NULL && *value != '\0')
    adw_preferences_group_add (group, make_fact (label, value));
}

void
ui_activity_page_add_members (GtkBox *page, const char *title, const CardeaJson *object,
                              const char *home)
{
  AdwPreferencesGroup *group = ui_activity_page_add_group (page, "");
  GtkWidget *expander = adw_expander_row_new ();
  g_autoptr (GPtrArray) facts = ui_words_facts_new (object, home);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (expander), title);
  for (guint i = 0; i < facts->len; i++)
    {
      const UiWordsFact *fact = facts->pdata[i];
      adw_expander_row_add_row (ADW_EXPANDER_ROW (expander), make_fact (fact->label, fact->value));
    }
  adw_preferences_group_add (group, expander);
}

/* --- what happens --- */

void
ui_activity_page_toast (GtkWidget *widget, const char *text)
{
  GtkWidget *overlay = gtk_widget_get_ancestor (widget, ADW_TYPE_TOAST_OVERLAY);
  g_autofree char *escaped = g_markup_escape_text (text, -1);
  AdwToast *toast = adw_toast_new (escaped);

  if (overlay != NULL)
    adw_toast_overlay_add_toast (ADW_TOAST_OVERLAY (overlay), toast);
  else
    g_object_unref (toast);
}

typedef struct {
  GtkWidget *widget;
  UiActivityPageDone done;
} Call;

static void
called_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autofree Call *call = user_data;
  g_autoptr (GtkWidget) widget = call->widget;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);

  if (trouble != NULL)
    ui_activity_page_toast (widget, trouble);
  if (call->done != NULL)
    call->done (widget, trouble == NULL ? reply : NULL);
}

void
ui_activity_page_call (GtkWidget *widget, UiLink *link, CardeaMessage *request,
                       UiActivityPageDone done)
{
  Call *call = g_new (Call, 1);

  call->widget = g_object_ref (widget);
  call->done = done;
  ui_link_call_async (link, request, NULL, called_cb, call);
  cardea_message_unref (request);
}
