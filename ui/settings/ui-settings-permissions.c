/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/settings/ui-settings-permissions.h"

#include "common/base/cardea-paths.h"
#include "ui/activity/ui-activity-page.h"
#include "ui/settings/ui-settings-group.h"
#include "ui/words/ui-words-grant.h"

#include <glib/gi18n.h>
#include <string.h>

#define SHOWN_STEP 50 /* rows that are made at once; the rest on demand */

struct _UiSettingsPermissions {
  AdwPreferencesPage parent_instance;
  UiLink *link;
  GCancellable *cancellable;
  char *home;
  GtkSearchEntry *search;
  GtkWidget *revoke_all;
  UiSettingsRows *standing;
  UiSettingsRows *passing;
  AdwPreferencesGroup *passing_group;
  CardeaJson *grants;
  guint shown;
};

G_DEFINE_FINAL_TYPE (UiSettingsPermissions, ui_settings_permissions, ADW_TYPE_PREFERENCES_PAGE)

static void fetch (GtkWidget *page);
static void show_grants (UiSettingsPermissions *self);

static void
revoked (GtkWidget *page, CardeaMessage *reply)
{
  if (reply != NULL)
    {
      int count = (int) cardea_message_get_int (reply, "count", 0);
      g_autofree char *text
          = g_strdup_printf (ngettext ("%d permission was taken back",
                                       "%d permissions were taken back", (gulong) count),
                             count);
      ui_activity_page_toast (page, text);
    }
  fetch (page);
}

static void
revoke_clicked_cb (GtkWidget *button, UiSettingsPermissions *self)
{
  CardeaMessage *request = cardea_message_new ("grant.revoke");

  gtk_widget_set_sensitive (button, FALSE);
  cardea_message_set_string (request, "id", g_object_get_data (G_OBJECT (button), "grant"));
  ui_activity_page_call (GTK_WIDGET (self), self->link, request, revoked);
}

static void
revoke_all (GtkWidget *page)
{
  CardeaMessage *request = cardea_message_new ("grant.revoke");

  cardea_message_set_boolean (request, "all", TRUE);
  ui_activity_page_call (page, UI_SETTINGS_PERMISSIONS (page)->link, request, revoked);
}

static void
revoke_all_clicked_cb (UiSettingsPermissions *self)
{
  ui_settings_group_confirm (GTK_WIDGET (self), _ ("Take Back All Permissions?"),
                             _ ("From then on every session has to ask for everything."),
                             _ ("_Revoke All"), revoke_all);
}

/* --- the list --- */

static void
add_grant (UiSettingsPermissions *self, UiSettingsRows *rows, const CardeaJson *grant,
           const char *meaning)
{
  g_autofree char *terms = ui_words_grant_terms (grant, g_get_real_time ());
  g_autofree char *name = g_strdup_printf (_ ("Revoke: %s"), meaning);
  AdwActionRow *row = ui_settings_rows_add (rows, meaning, terms);
  GtkWidget *button = ui_settings_group_add_button (row, _ ("Revoke"), name);

  g_object_set_data_full (G_OBJECT (button), "grant",
                          g_strdup (cardea_json_get_string (grant, "id")), g_free);
  g_signal_connect (button, "clicked", G_CALLBACK (revoke_clicked_cb), self);
}

static gboolean
contains (const char *text, const char *wanted)
{
  g_autofree char *folded = g_utf8_casefold (text, -1);
  g_autofree char *part = g_utf8_casefold (wanted, -1);
  return strstr (folded, part) != NULL;
}

static void
more_clicked_cb (UiSettingsPermissions *self)
{
  self->shown += SHOWN_STEP;
  show_grants (self);
}

/* How many there were, shown or not. */
static guint
fill_rows (UiSettingsPermissions *self, UiSettingsRows *rows, gboolean standing)
{
  const char *wanted = gtk_editable_get_text (GTK_EDITABLE (self->search));
  guint found = 0;

  for (guint i = 0; i < cardea_json_size (self->grants); i++)
    {
      const CardeaJson *grant = cardea_json_nth (self->grants, i);
      g_autofree char *meaning = ui_words_grant_meaning (grant, self->home);
      if (ui_words_grant_is_standing (grant) != standing || !contains (meaning, wanted))
        continue;
      if (found < self->shown)
        add_grant (self, rows, grant, meaning);
      found++;
    }
  if (found > self->shown)
    {
      guint more = found - self->shown;
      g_autofree char *text = g_strdup_printf (ngettext ("%u more", "%u more", more), more);
      AdwActionRow *row = ui_settings_rows_add (rows, text, NULL);
      GtkWidget *button
          = ui_settings_group_add_button (row, _ ("Show More"), _ ("Show more permissions"));
      g_signal_connect_swapped (button, "clicked", G_CALLBACK (more_clicked_cb), self);
    }
  return found;
}

static void
show_grants (UiSettingsPermissions *self)
{
  const char *wanted = gtk_editable_get_text (GTK_EDITABLE (self->search));
  g_autofree char *list = cardea_json_write (self->grants, NULL, NULL);
  g_autofree char *says = g_strdup_printf ("%s\n%u\n%s", wanted, self->shown, list);
  gboolean any = cardea_json_size (self->grants) > 0;

  gtk_widget_set_visible (self->revoke_all, any);
  if (ui_settings_rows_begin (self->standing, says) && fill_rows (self, self->standing, TRUE) == 0)
    ui_settings_rows_add (
        self->standing, *wanted != '\0' ? _ ("Nothing found") : _ ("No permission is kept"),
        *wanted != '\0' ? NULL : _ ("What you allow “always” or for a time will be listed here."));
  if (ui_settings_rows_begin (self->passing, says))
    gtk_widget_set_visible (GTK_WIDGET (self->passing_group),
                            fill_rows (self, self->passing, FALSE) > 0);
}

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiSettingsPermissions) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);

  if (trouble != NULL && ui_settings_rows_begin (self->standing, trouble))
    ui_settings_rows_add (self->standing, _ ("The permissions are not known"), trouble);
  if (trouble != NULL || reply == NULL)
    return;
  g_clear_pointer (&self->grants, cardea_json_unref);
  self->grants = cardea_json_ref (cardea_message_get_json (reply, "grants"));
  show_grants (self);
}

static void
fetch (GtkWidget *page)
{
  UiSettingsPermissions *self = UI_SETTINGS_PERMISSIONS (page);
  g_autoptr (CardeaMessage) request = cardea_message_new ("grant.list");
  if (self->link != NULL)
    ui_link_call_async (self->link, request, self->cancellable, listed_cb, g_object_ref (self));
}

static void
message_cb (UiLink *link, CardeaMessage *message, UiSettingsPermissions *self)
{
  if (!cardea_message_is (message, "audit.record") || !gtk_widget_get_mapped (GTK_WIDGET (self)))
    return;
  const CardeaJson *record = cardea_message_get_json (message, "record");
  const char *type = cardea_json_get_string (record, "type");
  if (g_strcmp0 (type, "capability.revoke") == 0
      || g_strcmp0 (cardea_json_get_string (record, "policy"), "designation") == 0)
    fetch (GTK_WIDGET (self));
}

static void
ui_settings_permissions_dispose (GObject *object)
{
  UiSettingsPermissions *self = UI_SETTINGS_PERMISSIONS (object);

  g_cancellable_cancel (self->cancellable);
  if (self->link != NULL)
    g_signal_handlers_disconnect_by_data (self->link, self);
  g_clear_object (&self->link);
  G_OBJECT_CLASS (ui_settings_permissions_parent_class)->dispose (object);
}

static void
ui_settings_permissions_finalize (GObject *object)
{
  UiSettingsPermissions *self = UI_SETTINGS_PERMISSIONS (object);

  g_object_unref (self->cancellable);
  ui_settings_rows_free (self->standing);
  ui_settings_rows_free (self->passing);
  g_clear_pointer (&self->grants, cardea_json_unref);
  g_free (self->home);
  G_OBJECT_CLASS (ui_settings_permissions_parent_class)->finalize (object);
}

static void
ui_settings_permissions_class_init (UiSettingsPermissionsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_settings_permissions_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_settings_permissions_finalize;
}

static void
ui_settings_permissions_init (UiSettingsPermissions *self)
{
  self->cancellable = g_cancellable_new ();
  self->home = cardea_paths_home ();
  self->grants = cardea_json_new_array ();
  self->shown = SHOWN_STEP;
}

GtkWidget *
ui_settings_permissions_new (UiLink *link)
{
  UiSettingsPermissions *self = g_object_new (UI_TYPE_SETTINGS_PERMISSIONS, NULL);
  GtkWidget *page = GTK_WIDGET (self);
  AdwPreferencesGroup *top = ui_settings_group_new (page, NULL, NULL);

  self->link = g_object_ref (link);
  self->search = GTK_SEARCH_ENTRY (gtk_search_entry_new ());
  g_object_set (self->search, "placeholder-text", _ ("Filter by what they allow, or by path"),
                NULL);
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->search), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Filter permissions"), -1);
  adw_preferences_group_add (top, GTK_WIDGET (self->search));
  g_signal_connect_swapped (self->search, "search-changed", G_CALLBACK (show_grants), self);

  AdwPreferencesGroup *standing = ui_settings_group_new (
      page, _ ("Kept Permissions"), _ ("They hold for every session, present and future."));
  self->standing = ui_settings_rows_new (standing);
  self->revoke_all = ui_settings_group_set_button (standing, _ ("Revoke All…"));
  g_signal_connect_swapped (self->revoke_all, "clicked", G_CALLBACK (revoke_all_clicked_cb), self);

  self->passing_group = ui_settings_group_new (page, _ ("Until a Session Ends"), NULL);
  self->passing = ui_settings_rows_new (self->passing_group);
  gtk_widget_set_visible (GTK_WIDGET (self->passing_group), FALSE);

  ui_link_watch (link, "audit.watch");
  g_signal_connect (link, "message", G_CALLBACK (message_cb), self);
  ui_settings_group_follow (page, link, fetch);
  return page;
}
