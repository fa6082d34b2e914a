/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/settings/ui-settings-files.h"

#include "common/base/cardea-paths.h"
#include "ui/activity/ui-activity-page.h"
#include "ui/settings/ui-settings-group.h"
#include "ui/settings/ui-settings-lock.h"
#include "ui/settings/ui-settings-share.h"
#include "ui/words/ui-words-grant.h"
#include "ui/words/ui-words.h"

#include <glib/gi18n.h>

#define KEY_BYTES "undo.max_bytes"
#define KEY_DAYS "undo.days"

struct _UiSettingsFiles {
  AdwPreferencesPage parent_instance;
  UiLink *link;
  GCancellable *cancellable;
  char *home;
  UiSettingsRows *folders;
  AdwPreferencesGroup *undo;
  AdwActionRow *used;
  GtkDropDown *bytes;
  GtkDropDown *days;
  gboolean filling;
};

G_DEFINE_FINAL_TYPE (UiSettingsFiles, ui_settings_files, ADW_TYPE_PREFERENCES_PAGE)

static const struct {
  const char *label;
  gint64 value;
} sizes[] = {
  { N_ ("Nothing: changes cannot be undone"), 0 },
  { N_ ("512 MiB"), G_GINT64_CONSTANT (512) << 20 },
  { N_ ("2 GiB"), G_GINT64_CONSTANT (2) << 30 },
  { N_ ("8 GiB"), G_GINT64_CONSTANT (8) << 30 },
  { N_ ("32 GiB"), G_GINT64_CONSTANT (32) << 30 },
}, spans[] = {
  { N_ ("7 days"), 7 },
  { N_ ("30 days"), 30 },
  { N_ ("90 days"), 90 },
  { N_ ("A year"), 365 },
};

static void fetch (GtkWidget *page);

/* --- shared folders --- */

static void
revoked (GtkWidget *page, CardeaMessage *reply)
{
  fetch (page);
}

static void
revoke_clicked_cb (GtkWidget *button, UiSettingsFiles *self)
{
  CardeaMessage *request = cardea_message_new ("grant.revoke");

  gtk_widget_set_sensitive (button, FALSE);
  cardea_message_set_string (request, "id", g_object_get_data (G_OBJECT (button), "grant"));
  ui_activity_page_call (GTK_WIDGET (self), self->link, request, revoked);
}

static void
add_folder (UiSettingsFiles *self, const CardeaJson *grant)
{
  gboolean writing = g_strcmp0 (cardea_json_get_string (grant, "access"), "rw") == 0;
  g_autofree char *path = ui_words_path (grant, "path", self->home);
  g_autofree char *terms = ui_words_grant_terms (grant, g_get_real_time ());
  g_autofree char *text
      = g_strdup_printf ("%s · %s", writing ? _ ("Read and change") : _ ("Read"), terms);
  g_autofree char *name = g_strdup_printf (_ ("Stop sharing %s"), path);
  AdwActionRow *row = ui_settings_rows_add (self->folders, path != NULL ? path : "?", text);
  GtkWidget *button = ui_settings_group_add_button (row, _ ("Remove"), name);

  adw_action_row_set_icon_name (row, "folder-symbolic");
  g_object_set_data_full (G_OBJECT (button), "grant",
                          g_strdup (cardea_json_get_string (grant, "id")), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (revoke_clicked_cb), self);
}

static void
show_folders (UiSettingsFiles *self, const CardeaJson *grants)
{
  g_autofree char *says = cardea_json_write (grants, NULL, NULL);
  guint shown = 0;

  if (!ui_settings_rows_begin (self->folders, says))
    return;
  for (guint i = 0; i < cardea_json_size (grants); i++)
    if (ui_words_grant_is_shared_folder (cardea_json_nth (grants, i)))
      {
        add_folder (self, cardea_json_nth (grants, i));
        shown++;
      }
  if (shown == 0)
    ui_settings_rows_add (self->folders, _ ("No folder is shared"),
                          _ ("The assistant asks before it reads anything you did not give it."));
}

static void
grants_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiSettingsFiles) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);

  if (trouble == NULL && reply != NULL)
    show_folders (self, cardea_message_get_json (reply, "grants"));
  else if (trouble != NULL && ui_settings_rows_begin (self->folders, trouble))
    ui_settings_rows_add (self->folders, _ ("The shared folders are not known"), trouble);
}

static void
share_clicked_cb (UiSettingsFiles *self)
{
  ui_settings_share_folder (GTK_WIDGET (self), self->link, fetch);
}

/* --- the undo store --- */

static void
undo_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiSettingsFiles) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);

  if (trouble != NULL)
    {
      adw_action_row_set_subtitle (self->used, trouble);
      return;
    }
  if (reply == NULL)
    return;
  g_autofree char *used = g_format_size_full ((guint64) cardea_message_get_int64 (reply, "used", 0),
                                              G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *limit = g_format_size_full (
      (guint64) cardea_message_get_int64 (reply, "limit", 0), G_FORMAT_SIZE_IEC_UNITS);
  g_autofree char *text = g_strdup_printf (_ ("%s of %s"), used, limit);
  adw_action_row_set_subtitle (self->used, text);
}

/* The option of a value; one that no option has is added, as it was set elsewhere. */
static void
select_value (GtkDropDown *choice, const gint64 *value, gsize stride, gsize count, gint64 wanted,
              char *(*format) (gint64 value))
{
  GtkStringList *strings = GTK_STRING_LIST (gtk_drop_down_get_model (choice));
  guint known = g_list_model_get_n_items (G_LIST_MODEL (strings));

  if (known > count)
    gtk_string_list_remove (strings, known - 1);
  for (gsize i = 0; i < count; i++)
    if (*(const gint64 *) ((const char *) value + i * stride) == wanted)
      {
        gtk_drop_down_set_selected (choice, (guint) i);
        return;
      }
  g_autofree char *text = format (wanted);
  gtk_string_list_append (strings, text);
  gtk_drop_down_set_selected (choice, (guint) count);
}

static char *
format_bytes (gint64 value)
{
  return g_format_size_full ((guint64) value, G_FORMAT_SIZE_IEC_UNITS);
}

static char *
format_days (gint64 value)
{
  int days = (int) MIN (value, G_MAXINT);
  return g_strdup_printf (ngettext ("%d day", "%d days", (gulong) days), days);
}

static void
values_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiSettingsFiles) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  gint64 bytes = 0, days = 0;

  if (reply == NULL || !cardea_message_is (reply, "settings.values"))
    return;
  const CardeaJson *values = cardea_message_get_json (reply, "values");
  gboolean known = cardea_json_get_int (values, KEY_BYTES, &bytes)
                   && cardea_json_get_int (values, KEY_DAYS, &days);
  gtk_widget_set_visible (GTK_WIDGET (self->undo), known);
  if (!known)
    return;
  self->filling = TRUE;
  select_value (self->bytes, &sizes[0].value, sizeof sizes[0], G_N_ELEMENTS (sizes), bytes,
                format_bytes);
  select_value (self->days, &spans[0].value, sizeof spans[0], G_N_ELEMENTS (spans), days,
                format_days);
  self->filling = FALSE;
  const CardeaJson *fixed = cardea_message_get_json (reply, "fixed");
  ui_settings_lock_setting (GTK_WIDGET (self->bytes), fixed, KEY_BYTES);
  ui_settings_lock_setting (GTK_WIDGET (self->days), fixed, KEY_DAYS);
}

static void
set_value (UiSettingsFiles *self, const char *key, gint64 value)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, value);
  ui_settings_group_set (GTK_WIDGET (self), self->link, key, text);
}

static void
bytes_changed_cb (UiSettingsFiles *self)
{
  guint chosen = gtk_drop_down_get_selected (self->bytes);
  if (!self->filling && chosen < G_N_ELEMENTS (sizes))
    set_value (self, KEY_BYTES, sizes[chosen].value);
}

static void
days_changed_cb (UiSettingsFiles *self)
{
  guint chosen = gtk_drop_down_get_selected (self->days);
  if (!self->filling && chosen < G_N_ELEMENTS (spans))
    set_value (self, KEY_DAYS, spans[chosen].value);
}

static void
cleared (GtkWidget *page, CardeaMessage *reply)
{
  if (reply != NULL)
    ui_activity_page_toast (page, _ ("Former contents were deleted"));
  fetch (page);
}

static void
clear (GtkWidget *page)
{
  ui_activity_page_call (page, UI_SETTINGS_FILES (page)->link, cardea_message_new ("undo.clear"),
                         cleared);
}

static void
clear_clicked_cb (UiSettingsFiles *self)
{
  ui_settings_group_confirm (
      GTK_WIDGET (self), _ ("Delete All Former Contents?"),
      _ ("What was changed so far can then not be undone any more. Your files stay as they are."),
      _ ("_Delete"), clear);
}

/* --- the page --- */

static void
fetch (GtkWidget *page)
{
  UiSettingsFiles *self = UI_SETTINGS_FILES (page);
  g_autoptr (CardeaMessage) grants = cardea_message_new ("grant.list");
  g_autoptr (CardeaMessage) values = cardea_message_new ("settings.get");
  g_autoptr (CardeaMessage) undo = cardea_message_new ("undo.list");

  if (self->link == NULL)
    return;
  cardea_message_set_int (undo, "limit", 1);
  ui_link_call_async (self->link, grants, self->cancellable, grants_cb, g_object_ref (self));
  ui_link_call_async (self->link, values, self->cancellable, values_cb, g_object_ref (self));
  ui_link_call_async (self->link, undo, self->cancellable, undo_cb, g_object_ref (self));
}

static GtkDropDown *
add_choice (UiSettingsFiles *self, const char *title, GCallback changed)
{
  AdwActionRow *row = ui_settings_group_add_row (self->undo, title, NULL);
  GtkWidget *choice = gtk_drop_down_new (G_LIST_MODEL (gtk_string_list_new (NULL)), NULL);

  gtk_widget_set_valign (choice, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (choice), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  adw_action_row_add_suffix (row, choice);
  adw_action_row_set_activatable_widget (row, choice);
  g_signal_connect_swapped (choice, "notify::selected", changed, self);
  return GTK_DROP_DOWN (choice);
}

static void
fill_undo (UiSettingsFiles *self)
{
  self->undo = ui_settings_group_new (
      GTK_WIDGET (self), _ ("Undo"),
      _ ("Before a file is changed its former content is kept, encrypted, so that the change can "
         "be taken back."));
  gtk_widget_set_visible (GTK_WIDGET (self->undo), FALSE);
  self->filling = TRUE;
  self->bytes = add_choice (self, _ ("Keep at most"), G_CALLBACK (bytes_changed_cb));
  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    gtk_string_list_append (GTK_STRING_LIST (gtk_drop_down_get_model (self->bytes)),
                            _ (sizes[i].label));
  self->days = add_choice (self, _ ("Keep for"), G_CALLBACK (days_changed_cb));
  for (gsize i = 0; i < G_N_ELEMENTS (spans); i++)
    gtk_string_list_append (GTK_STRING_LIST (gtk_drop_down_get_model (self->days)),
                            _ (spans[i].label));
  self->filling = FALSE;
  self->used = ui_settings_group_add_row (self->undo, _ ("Space used"), NULL);
  GtkWidget *button
      = ui_settings_group_add_button (self->used, _ ("Clear…"), _ ("Delete all former contents"));
  g_signal_connect_swapped (button, "clicked", G_CALLBACK (clear_clicked_cb), self);
}

static void
ui_settings_files_dispose (GObject *object)
{
  UiSettingsFiles *self = UI_SETTINGS_FILES (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->link);
  G_OBJECT_CLASS (ui_settings_files_parent_class)->dispose (object);
}

static void
ui_settings_files_finalize (GObject *object)
{
  UiSettingsFiles *self = UI_SETTINGS_FILES (object);

  g_object_unref (self->cancellable);
  ui_settings_rows_free (self->folders);
  g_free (self->home);
  G_OBJECT_CLASS (ui_settings_files_parent_class)->finalize (object);
}

static void
ui_settings_files_class_init (UiSettingsFilesClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_settings_files_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_settings_files_finalize;
}

static void
ui_settings_files_init (UiSettingsFiles *self)
{
  self->cancellable = g_cancellable_new ();
  self->home = cardea_paths_home ();
}

GtkWidget *
ui_settings_files_new (UiLink *link)
{
  UiSettingsFiles *self = g_object_new (UI_TYPE_SETTINGS_FILES, NULL);
  AdwPreferencesGroup *group = ui_settings_group_new (
      GTK_WIDGET (self), _ ("Shared Folders"),
      _ ("In a shared folder the assistant works without asking; all of it is recorded."));
  GtkWidget *share = ui_settings_group_set_button (group, _ ("Share Folder…"));

  self->link = g_object_ref (link);
  self->folders = ui_settings_rows_new (group);
  g_signal_connect_swapped (share, "clicked", G_CALLBACK (share_clicked_cb), self);
  fill_undo (self);
  ui_settings_group_follow (GTK_WIDGET (self), link, fetch);
  return GTK_WIDGET (self);
}
