/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/app/ui-agent-dialog.h"

#include "common/base/cardea-paths.h"
#include "common/base/cardea-text.h"
#include "ui/programs/ui-program-hosts.h"

#include <glib/gi18n.h>
#include <string.h>

#define START "start"

struct _UiAgentDialog {
  AdwMessageDialog parent_instance;
  UiChatForeign *wanted;
  GtkEditable *folder;
  GtkSwitch *writable;
  GtkEditable *hosts;
  gboolean is_folder; /* what was typed is one */
  GtkFileChooserNative *chooser;
  GCancellable *looking;
};

enum { BEGIN, N_SIGNALS };
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (UiAgentDialog, ui_agent_dialog, ADW_TYPE_MESSAGE_DIALOG)

/* --- the hosts --- */

/* As they were typed, apart by blanks or commas; NULL-terminated, the caller's. */
static char **
read_hosts (UiAgentDialog *self)
{
  g_auto (GStrv) words = g_strsplit_set (gtk_editable_get_text (self->hosts), " ,\t", -1);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (char **word = words; *word != NULL; word++)
    if (**word != '\0')
      g_strv_builder_add (builder, *word);
  return g_strv_builder_end (builder);
}

static void
show_error (GtkEditable *row, gboolean wrong)
{
  if (wrong)
    gtk_widget_add_css_class (GTK_WIDGET (row), "error");
  else
    gtk_widget_remove_css_class (GTK_WIDGET (row), "error");
}

/* Whether it can be started with what was typed. */
static void
check (UiAgentDialog *self)
{
  g_auto (GStrv) hosts = read_hosts (self);
  g_autoptr (CardeaMessage) scratch = cardea_message_new ("run.open");
  gboolean good = ui_program_hosts_set (scratch, hosts, NULL);

  show_error (self->hosts, !good);
  adw_message_dialog_set_response_enabled (ADW_MESSAGE_DIALOG (self), START,
                                           self->is_folder && good);
}

/* --- the folder --- */

/* As it was typed, with ~ for the home; the caller owns it. */
static char *
read_folder (UiAgentDialog *self)
{
  g_autofree char *text = g_strstrip (g_strdup (gtk_editable_get_text (self->folder)));

  if (text[0] != '~' || (text[1] != '/' && text[1] != '\0'))
    return g_steal_pointer (&text);
  g_autofree char *home = cardea_paths_home ();
  return g_build_filename (home, text + 1, NULL);
}

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiAgentDialog) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GFileInfo) info = g_file_query_info_finish (G_FILE (source), result, &error);

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  self->is_folder = info != NULL && g_file_info_get_file_type (info) == G_FILE_TYPE_DIRECTORY;
  show_error (self->folder, !self->is_folder && *gtk_editable_get_text (self->folder) != '\0');
  check (self);
}

/* Starting is possible only where there is a folder; what else may be wrong with it the chat says.
 */
static void
typed_cb (UiAgentDialog *self)
{
  g_autofree char *path = read_folder (self);

  g_cancellable_cancel (self->looking);
  g_object_unref (self->looking);
  self->looking = g_cancellable_new ();
  self->is_folder = FALSE;
  check (self);
  if (!g_path_is_absolute (path))
    return;
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_file_query_info_async (file, G_FILE_ATTRIBUTE_STANDARD_TYPE, G_FILE_QUERY_INFO_NONE,
                           G_PRIORITY_DEFAULT, self->looking, looked_cb, g_object_ref (self));
}

static void
chosen_cb (UiAgentDialog *self, int response, GtkNativeDialog *chooser)
{
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (response == GTK_RESPONSE_ACCEPT && path != NULL && g_utf8_validate (path, -1, NULL))
    gtk_editable_set_text (self->folder, path);
  g_clear_object (&self->chooser);
}

static void
choose_cb (UiAgentDialog *self)
{
  if (self->chooser != NULL)
    return;
  self->chooser
      = gtk_file_chooser_native_new (_ ("Choose a Folder"), GTK_WINDOW (self),
                                     GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("_Choose"), NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (chosen_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

static GtkWidget *
new_folder_row (UiAgentDialog *self)
{
  GtkWidget *row = adw_entry_row_new ();
  GtkWidget *choose = gtk_button_new_from_icon_name ("folder-open-symbolic");
  gboolean shown = g_utf8_validate (self->wanted->folder, -1, NULL);

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Folder"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Folder"),
                                  -1);
  gtk_widget_set_valign (choose, GTK_ALIGN_CENTER);
  gtk_widget_add_css_class (choose, "flat");
  gtk_widget_set_tooltip_text (choose, _ ("Choose a folder"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (choose), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Choose a folder"), -1);
  g_signal_connect_object (choose, "clicked", G_CALLBACK (choose_cb), self, G_CONNECT_SWAPPED);
  adw_entry_row_add_suffix (ADW_ENTRY_ROW (row), choose);
  gtk_editable_set_text (GTK_EDITABLE (row), shown ? self->wanted->folder : "");
  g_signal_connect_object (row, "changed", G_CALLBACK (typed_cb), self, G_CONNECT_SWAPPED);
  self->folder = GTK_EDITABLE (row);
  return row;
}

static GtkWidget *
new_access_row (UiAgentDialog *self)
{
  GtkWidget *row = adw_action_row_new ();
  GtkWidget *toggle = gtk_switch_new ();

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("May change files there"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                               _ ("Without asking; what it changes can be taken back"));
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  gtk_switch_set_active (GTK_SWITCH (toggle), self->wanted->writable);
  gtk_widget_set_valign (toggle, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (toggle), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("May change files there"), -1);
  adw_action_row_add_suffix (ADW_ACTION_ROW (row), toggle);
  adw_action_row_set_activatable_widget (ADW_ACTION_ROW (row), toggle);
  self->writable = GTK_SWITCH (toggle);
  return row;
}

static GtkWidget *
new_hosts_row (UiAgentDialog *self)
{
  GtkWidget *row = adw_entry_row_new ();
  g_autofree char *hosts = g_strjoinv (" ", self->wanted->hosts);
  /* Translators: HOST[:PORT] of a server; the example is a local server of models. */
  const char *title = _ ("More hosts it may go to, like 127.0.0.1:11434");

  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  gtk_accessible_update_property (GTK_ACCESSIBLE (row), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  gtk_editable_set_text (GTK_EDITABLE (row), hosts);
  g_signal_connect_object (row, "changed", G_CALLBACK (check), self, G_CONNECT_SWAPPED);
  self->hosts = GTK_EDITABLE (row);
  return row;
}

/* --- the dialog --- */

static void
ui_agent_dialog_response (AdwMessageDialog *dialog, const char *response)
{
  UiAgentDialog *self = UI_AGENT_DIALOG (dialog);

  if (strcmp (response, START) != 0)
    return;
  g_autofree char *folder = read_folder (self);
  g_autoptr (UiChatForeign) foreign = ui_chat_foreign_new (
      self->wanted->profile, self->wanted->title, folder, gtk_switch_get_active (self->writable));
  g_auto (GStrv) hosts = read_hosts (self);
  ui_chat_foreign_set_hosts (foreign, (const char *const *) hosts);
  g_signal_emit (self, signals[BEGIN], 0, foreign);
}

static void
ui_agent_dialog_dispose (GObject *object)
{
  UiAgentDialog *self = UI_AGENT_DIALOG (object);

  g_cancellable_cancel (self->looking);
  g_clear_object (&self->chooser);
  G_OBJECT_CLASS (ui_agent_dialog_parent_class)->dispose (object);
}

static void
ui_agent_dialog_finalize (GObject *object)
{
  UiAgentDialog *self = UI_AGENT_DIALOG (object);

  g_object_unref (self->looking);
  ui_chat_foreign_free (self->wanted);
  G_OBJECT_CLASS (ui_agent_dialog_parent_class)->finalize (object);
}

static void
ui_agent_dialog_class_init (UiAgentDialogClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ui_agent_dialog_dispose;
  object_class->finalize = ui_agent_dialog_finalize;
  ADW_MESSAGE_DIALOG_CLASS (klass)->response = ui_agent_dialog_response;
  signals[BEGIN] = g_signal_new ("begin", UI_TYPE_AGENT_DIALOG, G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                 NULL, G_TYPE_NONE, 1, G_TYPE_POINTER);
}

static void
ui_agent_dialog_init (UiAgentDialog *self)
{
  self->looking = g_cancellable_new ();
}

static char *
describe (const char *note)
{
  const char *held = _ ("It runs in a sandbox: it sees this folder and programs of the system, "
                        "nothing else of yours, and goes only to hosts of its own without asking.");
  g_autofree char *shown = note != NULL ? cardea_text_escape_lines (note, strlen (note)) : NULL;

  return shown != NULL ? g_strdup_printf ("%s\n\n%s", held, shown) : g_strdup (held);
}

GtkWidget *
ui_agent_dialog_new (GtkWindow *parent, const UiChatForeign *wanted, const char *note)
{
  UiAgentDialog *self
      = g_object_new (UI_TYPE_AGENT_DIALOG, "transient-for", parent, "modal", TRUE, NULL);
  AdwMessageDialog *dialog = ADW_MESSAGE_DIALOG (self);
  GtkWidget *list = gtk_list_box_new ();
  g_autofree char *body = describe (note);

  self->wanted = ui_chat_foreign_copy (wanted);
  /* Translators: %s is an agent, "opencode". */
  adw_message_dialog_format_heading (dialog, _ ("New Chat with %s"), wanted->title);
  adw_message_dialog_set_body (dialog, body);
  gtk_widget_add_css_class (list, "boxed-list");
  gtk_list_box_set_selection_mode (GTK_LIST_BOX (list), GTK_SELECTION_NONE);
  gtk_list_box_append (GTK_LIST_BOX (list), new_folder_row (self));
  gtk_list_box_append (GTK_LIST_BOX (list), new_access_row (self));
  gtk_list_box_append (GTK_LIST_BOX (list), new_hosts_row (self));
  adw_message_dialog_set_extra_child (dialog, list);
  adw_message_dialog_add_responses (dialog, "cancel", _ ("_Cancel"), START, _ ("_Start"), NULL);
  adw_message_dialog_set_response_appearance (dialog, START, ADW_RESPONSE_SUGGESTED);
  adw_message_dialog_set_default_response (dialog, START);
  adw_message_dialog_set_close_response (dialog, "cancel");
  typed_cb (self);
  return GTK_WIDGET (self);
}
