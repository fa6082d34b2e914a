/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the person who types. A secret is read from the row's own buffer straight into a sealed
 * memfd: no copy of it is left in a string. Known gap: the input method sees what is typed. */

#include "ui/settings/ui-settings-form.h"

#include "common/protocol/cardea-descriptor.h"

#include <glib/gi18n.h>
#include <string.h>

#define WIDTH 460
#define HEIGHT 580

struct _UiSettingsForm {
  GtkWidget *page;
  UiLink *link;
  AdwWindow *window;
  GtkWidget *button;
  AdwPreferencesPage *rows;
  AdwPreferencesGroup *group;
  GtkLabel *problem;
  GtkWidget *first;  /* the row where typing begins */
  GPtrArray *needed; /* GtkEditable */
  GCancellable *cancellable;
  UiSettingsFormSubmit submit;
  UiSettingsFormDone done;
  gpointer user_data;
  GDestroyNotify destroy;
};

static void
form_free (gpointer user_data, GClosure *closure)
{
  UiSettingsForm *form = user_data;
  g_object_unref (form->cancellable);
  g_ptr_array_unref (form->needed);
  g_object_unref (form->page);
  g_object_unref (form->link);
  if (form->destroy != NULL)
    form->destroy (form->user_data);
  g_free (form);
}

/* GTK 4.8 goes on blinking in a text that was put away with the focus in it, and complains. */
static void
leave_row (UiSettingsForm *form)
{
  gtk_window_set_focus (GTK_WINDOW (form->window), NULL);
}

static gboolean
close_request_cb (UiSettingsForm *form)
{
  leave_row (form);
  return GDK_EVENT_PROPAGATE;
}

static void
closed_cb (UiSettingsForm *form)
{
  g_cancellable_cancel (form->cancellable);
}

static void
update (UiSettingsForm *form)
{
  gboolean complete = TRUE;
  for (guint i = 0; i < form->needed->len; i++)
    complete = complete && *gtk_editable_get_text (form->needed->pdata[i]) != '\0';
  gtk_widget_set_sensitive (form->button, complete);
}

void
ui_settings_form_fail (UiSettingsForm *form, const char *problem)
{
  /* Refusals begin in lower case, as the terminal wants them. */
  g_autofree char *first = g_utf8_substring (problem, 0, MIN (1, g_utf8_strlen (problem, -1)));
  g_autofree char *upper = g_utf8_strup (first, -1);
  g_autofree char *sentence = g_strconcat (upper, problem + strlen (first), NULL);

  gtk_label_set_text (form->problem, sentence);
  gtk_widget_set_visible (GTK_WIDGET (form->problem), TRUE);
  gtk_widget_set_sensitive (GTK_WIDGET (form->rows), TRUE);
  gtk_widget_grab_focus (form->first);
  update (form);
}

/* --- what happens --- */

/* The window, and the form with it, may be gone when the answer comes: then it is cancelled. */
static void
answered_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  UiSettingsForm *form = user_data;
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);
  if (trouble != NULL)
    {
      ui_settings_form_fail (form, trouble);
      return;
    }
  form->done (form->page, reply, form->user_data);
  leave_row (form);
  gtk_window_destroy (GTK_WINDOW (form->window));
}

static void
submit_cb (UiSettingsForm *form)
{
  if (!gtk_widget_get_sensitive (form->button))
    return;
  gtk_widget_set_visible (GTK_WIDGET (form->problem), FALSE);
  g_autoptr (CardeaMessage) request = form->submit (form, form->user_data);
  if (request == NULL)
    return;
  leave_row (form);
  gtk_widget_set_sensitive (form->button, FALSE);
  gtk_widget_set_sensitive (GTK_WIDGET (form->rows), FALSE);
  ui_link_call_async (form->link, request, form->cancellable, answered_cb, form);
}

/* --- the rows --- */

static GtkEditable *
add_row (UiSettingsForm *form, GtkWidget *row, const char *title, gboolean needed)
{
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  adw_preferences_group_add (form->group, row);
  if (form->first == NULL)
    form->first = row;
  if (GTK_IS_EDITABLE (row))
    {
      GtkEditable *text = gtk_editable_get_delegate (GTK_EDITABLE (row));
      gtk_accessible_update_property (GTK_ACCESSIBLE (text), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                      -1);
      g_signal_connect_swapped (row, "changed", G_CALLBACK (update), form);
      g_signal_connect_swapped (row, "entry-activated", G_CALLBACK (submit_cb), form);
      if (needed)
        g_ptr_array_add (form->needed, row);
    }
  update (form);
  return GTK_IS_EDITABLE (row) ? GTK_EDITABLE (row) : NULL;
}

GtkEditable *
ui_settings_form_add_entry (UiSettingsForm *form, const char *title, const char *value,
                            gboolean needed)
{
  GtkEditable *row = add_row (form, adw_entry_row_new (), title, needed);
  if (value != NULL)
    gtk_editable_set_text (row, value);
  return row;
}

GtkEditable *
ui_settings_form_add_secret (UiSettingsForm *form, const char *title, gboolean needed)
{
  return add_row (form, adw_password_entry_row_new (), title, needed);
}

AdwComboRow *
ui_settings_form_add_choice (UiSettingsForm *form, const char *title, const char *const *labels)
{
  GtkWidget *row = adw_combo_row_new ();
  g_autoptr (GtkStringList) model = gtk_string_list_new (labels);

  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (model));
  add_row (form, row, title, FALSE);
  return ADW_COMBO_ROW (row);
}

static AdwPreferencesGroup *
add_group (UiSettingsForm *form, const char *text)
{
  AdwPreferencesGroup *group = ADW_PREFERENCES_GROUP (adw_preferences_group_new ());
  adw_preferences_group_set_description (group, text);
  adw_preferences_page_add (form->rows, group);
  return group;
}

void
ui_settings_form_add_note (UiSettingsForm *form, const char *text)
{
  form->group = add_group (form, text);
}

/* --- the window --- */

static GtkWidget *
make_header (UiSettingsForm *form, const char *verb)
{
  GtkWidget *header = adw_header_bar_new ();
  GtkWidget *cancel = gtk_button_new_with_mnemonic (_ ("_Cancel"));

  form->button = gtk_button_new_with_mnemonic (verb);
  gtk_widget_add_css_class (form->button, "suggested-action");
  adw_header_bar_set_show_end_title_buttons (ADW_HEADER_BAR (header), FALSE);
  adw_header_bar_pack_start (ADW_HEADER_BAR (header), cancel);
  adw_header_bar_pack_end (ADW_HEADER_BAR (header), form->button);
  g_signal_connect_swapped (cancel, "clicked", G_CALLBACK (gtk_window_close), form->window);
  g_signal_connect_swapped (form->button, "clicked", G_CALLBACK (submit_cb), form);
  return header;
}

/* Esc closes it. */
static void
add_escape (UiSettingsForm *form)
{
  GtkEventController *keys = gtk_shortcut_controller_new ();
  GtkShortcut *shortcut = gtk_shortcut_new (gtk_keyval_trigger_new (GDK_KEY_Escape, 0),
                                            gtk_named_action_new ("window.close"));
  gtk_shortcut_controller_add_shortcut (GTK_SHORTCUT_CONTROLLER (keys), shortcut);
  gtk_widget_add_controller (GTK_WIDGET (form->window), keys);
}

UiSettingsForm *
ui_settings_form_new (GtkWidget *page, UiLink *link, const char *title, const char *text,
                      const char *verb, UiSettingsFormSubmit submit, gpointer user_data,
                      GDestroyNotify destroy)
{
  UiSettingsForm *form = g_new0 (UiSettingsForm, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  form->page = g_object_ref (page);
  form->link = g_object_ref (link);
  form->needed = g_ptr_array_new ();
  form->cancellable = g_cancellable_new ();
  form->submit = submit;
  form->user_data = user_data;
  form->destroy = destroy;
  form->window = g_object_new (ADW_TYPE_WINDOW, "title", title, "modal", TRUE, "transient-for",
                               gtk_widget_get_root (page), "default-width", WIDTH, "default-height",
                               HEIGHT, "destroy-with-parent", TRUE, NULL);
  form->rows = ADW_PREFERENCES_PAGE (adw_preferences_page_new ());
  form->problem = GTK_LABEL (gtk_label_new (NULL));
  gtk_label_set_wrap (form->problem, TRUE);
  gtk_label_set_xalign (form->problem, 0);
  gtk_widget_add_css_class (GTK_WIDGET (form->problem), "error");
  g_object_set (form->problem, "visible", FALSE, "margin-start", 24, "margin-end", 24,
                "margin-bottom", 18, "selectable", TRUE, NULL);
  gtk_box_append (GTK_BOX (box), make_header (form, verb));
  gtk_widget_set_vexpand (GTK_WIDGET (form->rows), TRUE);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (form->rows));
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (form->problem));
  adw_window_set_content (form->window, box);
  form->group = add_group (form, text);
  add_escape (form);
  g_signal_connect_swapped (form->window, "close-request", G_CALLBACK (close_request_cb), form);
  /* The form goes with the closure, which goes with the window. */
  g_signal_connect_data (form->window, "destroy", G_CALLBACK (closed_cb), form, form_free,
                         G_CONNECT_SWAPPED);
  return form;
}

void
ui_settings_form_present (UiSettingsForm *form, UiSettingsFormDone done)
{
  form->done = done;
  gtk_window_present (GTK_WINDOW (form->window));
  gtk_widget_grab_focus (form->first);
}

int
ui_settings_form_seal (GtkEditable *secret)
{
  const char *text = gtk_editable_get_text (secret);
  int fd = *text != '\0' ? cardea_descriptor_new_memfd ("secret", text, strlen (text)) : -1;
  gtk_editable_set_text (secret, "");
  return fd;
}

char *
ui_settings_form_text (GtkEditable *entry)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (entry)));
  return *text != '\0' ? g_steal_pointer (&text) : NULL;
}
