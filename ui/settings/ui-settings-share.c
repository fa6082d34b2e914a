/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Choosing and confirming is the designation: nothing is granted before both. */

#include "ui/settings/ui-settings-share.h"

#include "common/base/cardea-paths.h"
#include "ui/activity/ui-activity-page.h"
#include "ui/consent/ui-consent-wording.h"

#include <glib/gi18n.h>

#define HOUR 3600
#define DAY (24 * HOUR)

static const struct {
  const char *label;
  const char *access;
} accesses[] = {
  { N_ ("Read"), "ro" },
  { N_ ("Read and change"), "rw" },
};

static const struct {
  const char *label;
  int seconds;
  gboolean renewing;
} times[] = {
  { N_ ("For an hour"), HOUR, FALSE },
  { N_ ("For 8 hours"), 8 * HOUR, FALSE },
  { N_ ("For 7 days"), 7 * DAY, FALSE },
  { N_ ("Always (30 days, renewed by use)"), 30 * DAY, TRUE },
};

typedef struct {
  GtkWidget *page;
  UiLink *link;
  void (*done) (GtkWidget *page);
  GtkFileChooserNative *chooser;
  char *path; /* bytes */
  GtkDropDown *access;
  GtkDropDown *time;
} Share;

static void
share_free (Share *share)
{
  g_clear_object (&share->chooser);
  g_object_unref (share->page);
  g_object_unref (share->link);
  g_free (share->path);
  g_free (share);
}

static void
shared_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  Share *share = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);

  if (trouble != NULL)
    ui_activity_page_toast (share->page, trouble);
  else
    share->done (share->page);
  share_free (share);
}

static void
share_response_cb (AdwMessageDialog *dialog, const char *response, Share *share)
{
  if (g_strcmp0 (response, "share") != 0)
    {
      share_free (share);
      return;
    }
  guint access = gtk_drop_down_get_selected (share->access);
  guint time = gtk_drop_down_get_selected (share->time);
  g_autoptr (CardeaMessage) request = cardea_message_new ("grant.add");
  cardea_message_set_path (request, "path", share->path);
  cardea_message_set_string (request, "access", accesses[access].access);
  cardea_message_set_int (request, "seconds", times[time].seconds);
  cardea_message_set_boolean (request, "renewing", times[time].renewing);
  ui_link_call_async (share->link, request, NULL, shared_cb, share);
}

static GtkDropDown *
add_choice (GtkBox *box, const char *name)
{
  GtkWidget *label = gtk_label_new (name);
  GtkWidget *choice = gtk_drop_down_new (G_LIST_MODEL (gtk_string_list_new (NULL)), NULL);

  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_widget_add_css_class (label, "caption");
  gtk_accessible_update_property (GTK_ACCESSIBLE (choice), GTK_ACCESSIBLE_PROPERTY_LABEL, name, -1);
  gtk_box_append (box, label);
  gtk_box_append (box, choice);
  return GTK_DROP_DOWN (choice);
}

static void
add_option (GtkDropDown *choice, const char *label)
{
  gtk_string_list_append (GTK_STRING_LIST (gtk_drop_down_get_model (choice)), label);
}

static void
ask_terms (Share *share)
{
  g_autofree char *home = cardea_paths_home ();
  g_autofree char *shown = ui_consent_wording_path (share->path, home);
  g_autofree char *text = g_strdup_printf (
      _ ("Everything in %s and below it. You can take it back at any time."), shown);
  GtkRoot *root = gtk_widget_get_root (share->page);
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (
      adw_message_dialog_new (GTK_WINDOW (root), _ ("Share This Folder?"), text));
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 6);

  share->access = add_choice (GTK_BOX (box), _ ("The assistant may"));
  for (gsize i = 0; i < G_N_ELEMENTS (accesses); i++)
    add_option (share->access, _ (accesses[i].label));
  share->time = add_choice (GTK_BOX (box), _ ("For how long"));
  for (gsize i = 0; i < G_N_ELEMENTS (times); i++)
    add_option (share->time, _ (times[i].label));
  gtk_drop_down_set_selected (share->time, G_N_ELEMENTS (times) - 1);

  adw_message_dialog_set_extra_child (dialog, box);
  adw_message_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), "share", _ ("_Share"), NULL);
  adw_message_dialog_set_response_appearance (dialog, "share", ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_close_response (dialog, "cancel");
  g_signal_connect (dialog, "response", G_CALLBACK (share_response_cb), share);
  gtk_window_present (GTK_WINDOW (dialog));
}

static void
chosen_cb (GtkFileChooserNative *chooser, int response, Share *share)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));

  share->path = response == GTK_RESPONSE_ACCEPT && file != NULL ? g_file_get_path (file) : NULL;
  if (share->path != NULL)
    ask_terms (share);
  else
    share_free (share);
}

void
ui_settings_share_folder (GtkWidget *page, UiLink *link, void (*done) (GtkWidget *page))
{
  Share *share = g_new0 (Share, 1);
  GtkRoot *root = gtk_widget_get_root (page);

  share->page = g_object_ref (page);
  share->link = g_object_ref (link);
  share->done = done;
  share->chooser
      = gtk_file_chooser_native_new (_ ("Share a Folder"), GTK_WINDOW (root),
                                     GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("_Choose"), NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (share->chooser), TRUE);
  g_signal_connect (share->chooser, "response", G_CALLBACK (chosen_cb), share);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (share->chooser));
}
