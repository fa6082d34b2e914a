/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/settings/ui-settings-log.h"

#include "common/base/cardea-paths.h"
#include "common/tlog/cardea-tlog-verify.h"
#include "ui/activity/ui-activity-page.h"
#include "ui/consent/ui-consent-wording.h"
#include "ui/settings/ui-settings-export.h"
#include "ui/settings/ui-settings-group.h"

#include <glib/gi18n.h>
#include <sodium.h>

struct _UiSettingsLog {
  AdwPreferencesPage parent_instance;
  UiLink *link;
  GCancellable *cancellable; /* of the page */
  AdwActionRow *records;
  AdwActionRow *folder_row;
  AdwActionRow *keys;
  AdwActionRow *verify;
  GtkWidget *verify_button;
  GtkSpinner *verify_spinner;
  AdwActionRow *export;
  GtkWidget *export_button;
  GtkFileChooserNative *chooser;
  GCancellable *export_cancellable; /* while a copy is written */
  char *folder;
};

G_DEFINE_FINAL_TYPE (UiSettingsLog, ui_settings_log, ADW_TYPE_PREFERENCES_PAGE)

/* --- what there is --- */

static const struct {
  const char *store;
  const char *words;
} stores[] = {
  { "keyring", N_ ("Sealed: in your keyring") },
  { "passphrase", N_ ("Sealed: with a passphrase") },
  { "file", N_ ("Not sealed: in a plain file that only you can read") },
};

static char *
describe_keys (const CardeaJson *keys)
{
  const char *store = cardea_json_get_string (keys, "store");
  const char *reason = cardea_json_get_string (keys, "reason");

  if (g_strcmp0 (cardea_json_get_string (keys, "state"), "locked") == 0)
    return reason != NULL ? g_strdup_printf (_ ("Locked: %s"), reason) : g_strdup (_ ("Locked"));
  for (gsize i = 0; i < G_N_ELEMENTS (stores); i++)
    if (g_strcmp0 (stores[i].store, store) == 0)
      return g_strdup (_ (stores[i].words));
  return g_strdup (_ ("Not made yet: the first session makes them"));
}

static void
show_status (UiSettingsLog *self, const CardeaJson *report)
{
  const CardeaJson *log = cardea_json_get (report, "log");
  const CardeaJson *keys = cardea_json_get (report, "keys");
  gint64 records = 0, covered = 0;
  if (log == NULL || keys == NULL)
    return;

  cardea_json_get_int64_string (log, "records", &records);
  cardea_json_get_int64_string (log, "checkpoint", &covered);
  g_autofree char *count = g_strdup_printf (
      ngettext ("%u record, %u of it under a signed checkpoint",
                "%u records, %u of them under a signed checkpoint", (gulong) records),
      (guint) records, (guint) covered);
  g_autofree char *key_words = describe_keys (keys);
  g_autofree char *home = cardea_paths_home ();
  const char *folder = cardea_json_get_string (log, "folder");

  adw_action_row_set_subtitle (self->records, count);
  adw_action_row_set_subtitle (self->keys, key_words);
  gtk_widget_set_visible (GTK_WIDGET (self->folder_row), folder != NULL);
  if (folder == NULL)
    return;
  g_free (self->folder);
  self->folder = g_strdup (folder);
  g_autofree char *shown = ui_consent_wording_path (folder, home);
  adw_action_row_set_subtitle (self->folder_row, shown);
}

static void
status_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiSettingsLog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);

  if (trouble != NULL)
    adw_action_row_set_subtitle (self->records, trouble);
  else if (reply != NULL)
    show_status (self, cardea_message_get_json (reply, "report"));
}

static void
fetch (GtkWidget *page)
{
  UiSettingsLog *self = UI_SETTINGS_LOG (page);
  g_autoptr (CardeaMessage) request = cardea_message_new ("status");
  ui_link_call_async (self->link, request, self->cancellable, status_cb, g_object_ref (self));
}

/* --- verifying: what “cardeactl audit verify” does, on a thread of its own --- */

static void
verify_thread (GTask *task, gpointer source, gpointer folder, GCancellable *cancellable)
{
  if (sodium_init () < 0)
    g_task_return_new_error (task, G_IO_ERROR, G_IO_ERROR_FAILED, "%s",
                             _ ("libsodium does not work on this machine: reinstall it"));
  else
    g_task_return_pointer (task, cardea_tlog_verify (folder, NULL, NULL, 0),
                           (GDestroyNotify) cardea_tlog_verify_report_free);
}

static const struct {
  const char *title;
  const char *icon;
  const char *style;
} verdicts[] = {
  [CARDEA_TLOG_VERDICT_WHOLE] = { N_ ("The log is whole"), "object-select-symbolic", "success" },
  [CARDEA_TLOG_VERDICT_DAMAGED] = { N_ ("The log is damaged"), "dialog-error-symbolic", "error" },
  [CARDEA_TLOG_VERDICT_UNKNOWN]
  = { N_ ("Whether the log is whole cannot be told"), "dialog-warning-symbolic", "warning" },
};

static void
show_verdict (UiSettingsLog *self, const char *title, const char *text, const char *icon)
{
  g_autofree char *said = g_strdup_printf (_ ("%s. %s"), title, text);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (self->verify), title);
  adw_action_row_set_subtitle (self->verify, text);
  adw_action_row_set_icon_name (self->verify, icon);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->verify), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  said, -1);
}

static void
verified_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  UiSettingsLog *self = UI_SETTINGS_LOG (source);
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaTlogReport) report = g_task_propagate_pointer (G_TASK (result), &error);

  gtk_spinner_stop (self->verify_spinner);
  gtk_widget_set_sensitive (self->verify_button, TRUE);
  if (report == NULL)
    {
      show_verdict (self, _ ("The log was not verified"), error->message, "dialog-error-symbolic");
      return;
    }
  g_autofree char *text = cardea_tlog_verify_describe (report);
  show_verdict (self, _ (verdicts[report->verdict].title), text, verdicts[report->verdict].icon);
}

static void
verify_clicked_cb (UiSettingsLog *self)
{
  g_autoptr (GTask) task = g_task_new (self, NULL, verified_cb, NULL);
  g_autofree char *state = cardea_paths_folder (CARDEA_PATHS_STATE);

  gtk_widget_set_sensitive (self->verify_button, FALSE);
  gtk_spinner_start (self->verify_spinner);
  adw_action_row_set_subtitle (self->verify, _ ("Reading every byte of it…"));
  g_task_set_task_data (task,
                        self->folder != NULL ? g_strdup (self->folder)
                                             : g_build_filename (state, "audit", NULL),
                        g_free);
  g_task_run_in_thread (task, verify_thread);
}

/* --- a copy --- */

static void
progress (gint64 records, gpointer user_data)
{
  UiSettingsLog *self = user_data;
  g_autofree char *text = g_strdup_printf (
      ngettext ("%u record written…", "%u records written…", (gulong) records), (guint) records);
  adw_action_row_set_subtitle (self->export, text);
}

static void
exported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiSettingsLog) self = user_data;
  g_autoptr (GError) error = NULL;
  gint64 records = ui_settings_export_finish (result, &error);
  g_autofree char *text = NULL;

  g_clear_object (&self->export_cancellable);
  gtk_button_set_label (GTK_BUTTON (self->export_button), _ ("Export…"));
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    text = g_strdup (_ ("Cancelled; nothing was written"));
  else if (error != NULL)
    text = g_strdup_printf (_ ("Not exported: %s"), error->message);
  else
    text = g_strdup_printf (
        ngettext ("%u record was exported", "%u records were exported", (gulong) records),
        (guint) records);
  adw_action_row_set_subtitle (self->export, text);
}

static void
file_chosen_cb (GtkFileChooserNative *chooser, int response, UiSettingsLog *self)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));

  if (response == GTK_RESPONSE_ACCEPT && file != NULL)
    {
      self->export_cancellable = g_cancellable_new ();
      gtk_button_set_label (GTK_BUTTON (self->export_button), _ ("Cancel"));
      ui_settings_export_async (self->link, file, self->export_cancellable, progress, self,
                                exported_cb, g_object_ref (self));
    }
  g_clear_object (&self->chooser);
}

static void
export_clicked_cb (UiSettingsLog *self)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (self->export_cancellable != NULL)
    {
      g_cancellable_cancel (self->export_cancellable);
      return;
    }
  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (_ ("Export the Log"), GTK_WINDOW (root),
                                               GTK_FILE_CHOOSER_ACTION_SAVE, _ ("_Export"), NULL);
  gtk_file_chooser_set_current_name (GTK_FILE_CHOOSER (self->chooser), "cardea-log.jsonl");
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (file_chosen_cb), self, 0);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* --- the page --- */

static void
fill (UiSettingsLog *self)
{
  GtkWidget *page = GTK_WIDGET (self);
  AdwPreferencesGroup *group = ui_settings_group_new (
      page, _ ("Log"),
      _ ("Every decision, question and answer is written down before it takes effect."));
  self->records = ui_settings_group_add_row (group, _ ("Records"), "…");
  self->folder_row = ui_settings_group_add_row (group, _ ("Folder"), "…");
  self->keys = ui_settings_group_add_row (group, _ ("Its keys"), "…");

  group = ui_settings_group_new (page, _ ("Evidence"), NULL);
  self->verify = ui_settings_group_add_row (
      group, _ ("Verify the log"),
      _ ("Checks every byte against the signed checkpoint: nothing was changed or left out."));
  self->verify_spinner = GTK_SPINNER (gtk_spinner_new ());
  adw_action_row_add_suffix (self->verify, GTK_WIDGET (self->verify_spinner));
  self->verify_button
      = ui_settings_group_add_button (self->verify, _ ("Verify"), _ ("Verify the log"));
  g_signal_connect_swapped (self->verify_button, "clicked", G_CALLBACK (verify_clicked_cb), self);

  self->export = ui_settings_group_add_row (
      group, _ ("Export the log"),
      _ ("A copy of all records with their details, one JSON object a line."));
  self->export_button
      = ui_settings_group_add_button (self->export, _ ("Export…"), _ ("Export the log"));
  g_signal_connect_swapped (self->export_button, "clicked", G_CALLBACK (export_clicked_cb), self);

  ui_settings_group_add_row (
      group, _ ("Delete details"),
      _ ("Choose a record in Activity: its names, paths and reasons can be deleted, and the log "
         "can still be verified."));
}

static void
ui_settings_log_dispose (GObject *object)
{
  UiSettingsLog *self = UI_SETTINGS_LOG (object);

  g_cancellable_cancel (self->cancellable);
  if (self->export_cancellable != NULL)
    g_cancellable_cancel (self->export_cancellable);
  g_clear_object (&self->chooser);
  g_clear_object (&self->link);
  G_OBJECT_CLASS (ui_settings_log_parent_class)->dispose (object);
}

static void
ui_settings_log_finalize (GObject *object)
{
  UiSettingsLog *self = UI_SETTINGS_LOG (object);

  g_object_unref (self->cancellable);
  g_clear_object (&self->export_cancellable);
  g_free (self->folder);
  G_OBJECT_CLASS (ui_settings_log_parent_class)->finalize (object);
}

static void
ui_settings_log_class_init (UiSettingsLogClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_settings_log_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_settings_log_finalize;
}

static void
ui_settings_log_init (UiSettingsLog *self)
{
  self->cancellable = g_cancellable_new ();
}

GtkWidget *
ui_settings_log_new (UiLink *link)
{
  UiSettingsLog *self = g_object_new (UI_TYPE_SETTINGS_LOG, NULL);

  self->link = g_object_ref (link);
  fill (self);
  ui_settings_group_follow (GTK_WIDGET (self), link, fetch);
  return GTK_WIDGET (self);
}
