/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/settings/ui-settings-agents.h"

#include "common/base/cardea-paths.h"
#include "ui/activity/ui-activity-page.h"
#include "ui/settings/ui-settings-group.h"
#include "ui/settings/ui-settings-lock.h"
#include "ui/settings/ui-settings-profile.h"
#include "ui/settings/ui-settings-said.h"

#include <glib/gi18n.h>
#include <string.h>

struct _UiSettingsAgents {
  AdwPreferencesPage parent_instance;
  GCancellable *cancellable;
  AdwPreferencesGroup *group;
  GPtrArray *profiles; /* UiSettingsProfile */
  GPtrArray *rows;     /* AdwExpanderRow, borrowed from the group */
  char *unfolded;      /* the name of the one that is open */
  GtkFileChooserNative *chooser;
};

G_DEFINE_FINAL_TYPE (UiSettingsAgents, ui_settings_agents, ADW_TYPE_PREFERENCES_PAGE)

static const struct {
  const char *words;
  const char *icon;
} whose[] = {
  [UI_SETTINGS_PROFILE_SHIPPED] = { N_ ("As it comes with Cardea"), NULL },
  [UI_SETTINGS_PROFILE_CHANGED] = { N_ ("Changed by you"), "document-edit-symbolic" },
  [UI_SETTINGS_PROFILE_OWN] = { N_ ("Made by you"), "document-edit-symbolic" },
  [UI_SETTINGS_PROFILE_FIXED]
  = { N_ ("Fixed by this computer’s administrator"), "changes-prevent-symbolic" },
};

static void fetch (GtkWidget *page);

/* --- changing --- */

static void
written_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiSettingsAgents) self = user_data;
  g_autoptr (GError) error = NULL;

  if (!ui_settings_profile_finish (result, &error)
      && !g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    ui_activity_page_toast (GTK_WIDGET (self), error->message);
  fetch (GTK_WIDGET (self));
}

static void
save (UiSettingsAgents *self, const UiSettingsProfile *profile)
{
  ui_settings_profile_save_async (profile->profile, self->cancellable, written_cb,
                                  g_object_ref (self));
}

static UiSettingsProfile *
profile_of (UiSettingsAgents *self, GtkWidget *widget)
{
  guint index = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (widget), "profile"));
  return index < self->profiles->len ? self->profiles->pdata[index] : NULL;
}

static void
reset_clicked_cb (GtkWidget *button, UiSettingsAgents *self)
{
  const UiSettingsProfile *profile = profile_of (self, button);
  gtk_widget_set_sensitive (button, FALSE);
  ui_settings_profile_reset_async (profile->name, self->cancellable, written_cb,
                                   g_object_ref (self));
}

static void
home_changed_cb (GtkSwitch *own, GParamSpec *pspec, UiSettingsAgents *self)
{
  UiSettingsProfile *profile = profile_of (self, GTK_WIDGET (own));

  if (profile->profile->own_home == gtk_switch_get_active (own))
    return;
  profile->profile->own_home = gtk_switch_get_active (own);
  save (self, profile);
}

/* A list without, or with, one more. */
static void
change_list (char ***list, const char *without, const char *with)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; (*list)[i] != NULL; i++)
    if (g_strcmp0 ((*list)[i], without) != 0 && g_strcmp0 ((*list)[i], with) != 0)
      g_strv_builder_add (builder, (*list)[i]);
  if (with != NULL)
    g_strv_builder_add (builder, with);
  g_strfreev (*list);
  *list = g_strv_builder_end (builder);
}

static void
host_removed_cb (GtkWidget *button, UiSettingsAgents *self)
{
  UiSettingsProfile *profile = profile_of (self, button);
  change_list (&profile->profile->net, g_object_get_data (G_OBJECT (button), "value"), NULL);
  save (self, profile);
}

static void
host_added_cb (GtkWidget *row, UiSettingsAgents *self)
{
  UiSettingsProfile *profile = profile_of (self, row);
  g_autofree char *host = g_strstrip (g_strdup (gtk_editable_get_text (GTK_EDITABLE (row))));

  if (*host == '\0')
    return;
  change_list (&profile->profile->net, NULL, host);
  save (self, profile);
}

static void
change_folders (UiSettingsProfile *profile, const char *without, const char *with)
{
  GArray *folders = g_array_new (TRUE, TRUE, sizeof (CardeaProfileFolder));

  for (CardeaProfileFolder *folder = profile->profile->folders; folder->path != NULL; folder++)
    if (g_strcmp0 (folder->path, without) == 0 || g_strcmp0 (folder->path, with) == 0)
      g_free (folder->path);
    else
      g_array_append_val (folders, *folder);
  if (with != NULL)
    {
      CardeaProfileFolder added = { .path = g_strdup (with), .writable = FALSE };
      g_array_append_val (folders, added);
    }
  g_free (profile->profile->folders);
  profile->profile->folders = (CardeaProfileFolder *) (gpointer) g_array_free (folders, FALSE);
}

static void
folder_removed_cb (GtkWidget *button, UiSettingsAgents *self)
{
  UiSettingsProfile *profile = profile_of (self, button);
  g_autofree char *path = g_strdup (g_object_get_data (G_OBJECT (button), "value"));
  change_folders (profile, path, NULL);
  save (self, profile);
}

static void
folder_chosen_cb (UiSettingsAgents *self, int response, GtkFileChooserNative *chooser)
{
  UiSettingsProfile *profile
      = self->profiles->pdata[GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (chooser), "profile"))];
  g_autoptr (GFile) file = gtk_file_chooser_get_file (GTK_FILE_CHOOSER (chooser));
  g_autofree char *path = file != NULL ? g_file_get_path (file) : NULL;

  if (response == GTK_RESPONSE_ACCEPT && path != NULL)
    {
      change_folders (profile, NULL, path);
      save (self, profile);
    }
  g_clear_object (&self->chooser);
}

static void
folder_clicked_cb (GtkWidget *button, UiSettingsAgents *self)
{
  if (self->chooser != NULL)
    return;
  self->chooser = gtk_file_chooser_native_new (
      _ ("Share a Folder"), GTK_WINDOW (gtk_widget_get_root (GTK_WIDGET (self))),
      GTK_FILE_CHOOSER_ACTION_SELECT_FOLDER, _ ("_Share"), NULL);
  gtk_native_dialog_set_modal (GTK_NATIVE_DIALOG (self->chooser), TRUE);
  g_object_set_data (G_OBJECT (self->chooser), "profile",
                     g_object_get_data (G_OBJECT (button), "profile"));
  g_signal_connect_object (self->chooser, "response", G_CALLBACK (folder_chosen_cb), self,
                           G_CONNECT_SWAPPED);
  gtk_native_dialog_show (GTK_NATIVE_DIALOG (self->chooser));
}

/* --- the rows of one profile --- */

typedef struct {
  UiSettingsAgents *self;
  AdwExpanderRow *expander;
  guint index;
  const UiSettingsProfile *profile;
  gboolean fixed;
} Fill;

static AdwActionRow *
add_row (const Fill *fill, const char *title, const char *text)
{
  GtkWidget *row = adw_action_row_new ();

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (row), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), title);
  adw_action_row_set_title_lines (ADW_ACTION_ROW (row), 0);
  adw_action_row_set_subtitle_lines (ADW_ACTION_ROW (row), 0);
  if (text != NULL)
    adw_action_row_set_subtitle (ADW_ACTION_ROW (row), text);
  adw_expander_row_add_row (fill->expander, row);
  return ADW_ACTION_ROW (row);
}

/* What an administrator's file says cannot be changed; control: NULL: it never can. */
static void
lock (const Fill *fill, AdwActionRow *row, GtkWidget *control)
{
  if (fill->fixed)
    ui_settings_lock_set (row, control, fill->profile->profile->origin);
}

static GtkWidget *
add_button (const Fill *fill, AdwActionRow *row, const char *label, const char *name,
            const char *value, GCallback clicked)
{
  GtkWidget *button = ui_settings_group_add_button (row, label, name);

  g_object_set_data (G_OBJECT (button), "profile", GUINT_TO_POINTER (fill->index));
  g_object_set_data_full (G_OBJECT (button), "value", g_strdup (value), g_free);
  g_signal_connect (button, "clicked", clicked, fill->self);
  lock (fill, row, button);
  return button;
}

/* In Flatseal's manner: what is not as it came carries a mark. */
static void
mark (const Fill *fill, AdwActionRow *row, gboolean changed)
{
  if (!changed || fill->fixed)
    return;
  GtkWidget *icon = gtk_image_new_from_icon_name ("document-edit-symbolic");
  gtk_widget_set_tooltip_text (icon, _ ("Changed by you"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (icon), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Changed by you"), -1);
  adw_action_row_add_prefix (row, icon);
}

static gboolean
has (char **list, const char *value)
{
  return g_strv_contains ((const char *const *) list, value);
}

static void
add_home (const Fill *fill)
{
  const CardeaProfile *profile = fill->profile->profile, *shipped = fill->profile->shipped;
  AdwActionRow *row = add_row (fill, _ ("A home of its own"),
                               _ ("It stays, and has nothing of yours in it. Otherwise it sees the "
                                  "names in your home, and asks when it opens something."));
  GtkWidget *own = gtk_switch_new ();

  gtk_widget_set_valign (own, GTK_ALIGN_CENTER);
  gtk_switch_set_active (GTK_SWITCH (own), profile->own_home);
  gtk_accessible_update_property (GTK_ACCESSIBLE (own), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("A home of its own"), -1);
  g_object_set_data (G_OBJECT (own), "profile", GUINT_TO_POINTER (fill->index));
  g_signal_connect (own, "notify::active", G_CALLBACK (home_changed_cb), fill->self);
  adw_action_row_add_suffix (row, own);
  adw_action_row_set_activatable_widget (row, own);
  lock (fill, row, own);
  mark (fill, row, shipped != NULL && shipped->own_home != profile->own_home);
}

static void
add_hosts (const Fill *fill)
{
  const CardeaProfile *profile = fill->profile->profile, *shipped = fill->profile->shipped;

  for (guint i = 0; profile->net[i] != NULL; i++)
    {
      g_autofree char *name = g_strdup_printf (_ ("Do not allow %s"), profile->net[i]);
      AdwActionRow *row = add_row (fill, profile->net[i], _ ("It may go there without asking"));
      mark (fill, row, shipped != NULL && !has (shipped->net, profile->net[i]));
      add_button (fill, row, _ ("Remove"), name, profile->net[i], G_CALLBACK (host_removed_cb));
    }
  for (guint i = 0; shipped != NULL && shipped->net[i] != NULL; i++)
    if (!has (profile->net, shipped->net[i]))
      {
        AdwActionRow *row
            = add_row (fill, shipped->net[i],
                       fill->fixed ? _ ("It has to ask") : _ ("You took it away: it has to ask"));
        mark (fill, row, TRUE);
        lock (fill, row, NULL);
      }
  if (fill->fixed)
    return;
  GtkWidget *more = adw_entry_row_new ();
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (more), _ ("Allow another host"));
  adw_entry_row_set_show_apply_button (ADW_ENTRY_ROW (more), TRUE);
  gtk_accessible_update_property (GTK_ACCESSIBLE (gtk_editable_get_delegate (GTK_EDITABLE (more))),
                                  GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("Allow another host"), -1);
  g_object_set_data (G_OBJECT (more), "profile", GUINT_TO_POINTER (fill->index));
  g_signal_connect (more, "apply", G_CALLBACK (host_added_cb), fill->self);
  adw_expander_row_add_row (fill->expander, more);
}

static void
add_folders (const Fill *fill)
{
  for (const CardeaProfileFolder *folder = fill->profile->profile->folders; folder->path != NULL;
       folder++)
    {
      g_autofree char *name = g_strdup_printf (_ ("Stop sharing %s"), folder->path);
      AdwActionRow *row
          = add_row (fill, folder->path,
                     folder->writable ? _ ("Shared: read and change") : _ ("Shared: read"));
      mark (fill, row, fill->profile->whose == UI_SETTINGS_PROFILE_CHANGED);
      add_button (fill, row, _ ("Remove"), name, folder->path, G_CALLBACK (folder_removed_cb));
    }
  if (!fill->fixed)
    add_button (fill, add_row (fill, _ ("Share a folder with it"), NULL), _ ("Choose…"),
                _ ("Choose a folder to share with it"), NULL, G_CALLBACK (folder_clicked_cb));
}

static void
add_variables (const Fill *fill)
{
  g_autofree char *pass = g_strjoinv (", ", fill->profile->profile->pass);
  g_autofree char *set = g_strjoinv (", ", fill->profile->profile->set);

  if (*pass != '\0')
    lock (fill, add_row (fill, _ ("It sees of your variables"), pass), NULL);
  if (*set != '\0')
    lock (fill, add_row (fill, _ ("It is given"), set), NULL);
}

static void
add_way_back (const Fill *fill)
{
  if (fill->profile->whose == UI_SETTINGS_PROFILE_FIXED)
    {
      AdwActionRow *row
          = add_row (fill, _ (whose[UI_SETTINGS_PROFILE_FIXED].words),
                     fill->profile->profile != NULL ? fill->profile->profile->origin : NULL);
      adw_action_row_set_icon_name (row, whose[UI_SETTINGS_PROFILE_FIXED].icon);
    }
  else if (fill->profile->whose == UI_SETTINGS_PROFILE_CHANGED)
    {
      g_autofree char *name = g_strdup_printf (_ ("Reset %s"), fill->profile->name);
      add_button (fill, add_row (fill, _ ("Back to how it came"), NULL), _ ("Reset"), name, NULL,
                  G_CALLBACK (reset_clicked_cb));
    }
}

static void
unfolded_cb (AdwExpanderRow *expander, GParamSpec *pspec, UiSettingsAgents *self)
{
  if (!adw_expander_row_get_expanded (expander))
    return;
  g_free (self->unfolded);
  self->unfolded = g_strdup (g_object_get_data (G_OBJECT (expander), "name"));
}

static void
add_profile (UiSettingsAgents *self, guint index)
{
  const UiSettingsProfile *profile = self->profiles->pdata[index];
  GtkWidget *expander = adw_expander_row_new ();
  const Fill fill = { .self = self,
                      .expander = ADW_EXPANDER_ROW (expander),
                      .index = index,
                      .profile = profile,
                      .fixed = profile->whose == UI_SETTINGS_PROFILE_FIXED };
  const char *title = profile->profile != NULL ? profile->profile->title : profile->name;

  adw_preferences_row_set_use_markup (ADW_PREFERENCES_ROW (expander), FALSE);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (expander), title);
  adw_expander_row_set_subtitle (ADW_EXPANDER_ROW (expander),
                                 profile->problem != NULL ? profile->problem
                                                          : _ (whose[profile->whose].words));
  adw_expander_row_set_icon_name (ADW_EXPANDER_ROW (expander), whose[profile->whose].icon);
  g_object_set_data_full (G_OBJECT (expander), "name", g_strdup (profile->name), g_free);
  add_way_back (&fill);
  if (profile->profile != NULL)
    {
      if (profile->profile->note != NULL)
        add_row (&fill, profile->profile->note, NULL);
      add_home (&fill);
      add_folders (&fill);
      add_hosts (&fill);
      add_variables (&fill);
    }
  adw_expander_row_set_expanded (ADW_EXPANDER_ROW (expander),
                                 g_strcmp0 (self->unfolded, profile->name) == 0);
  g_signal_connect (expander, "notify::expanded", G_CALLBACK (unfolded_cb), self);
  adw_preferences_group_add (self->group, expander);
  g_ptr_array_add (self->rows, expander);
}

/* --- the page --- */

static void
listed_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiSettingsAgents) self = user_data;
  GPtrArray *profiles = ui_settings_profile_list_finish (result, NULL);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (profiles == NULL)
    return;
  /* GTK 4.8 goes on blinking in a text that was put away with the focus in it, and complains. */
  if (root != NULL && gtk_widget_get_mapped (GTK_WIDGET (self)) && self->rows->len > 0)
    gtk_root_set_focus (root, NULL);
  for (guint i = 0; i < self->rows->len; i++)
    adw_preferences_group_remove (self->group, self->rows->pdata[i]);
  g_ptr_array_set_size (self->rows, 0);
  g_ptr_array_unref (self->profiles);
  self->profiles = profiles;
  for (guint i = 0; i < profiles->len; i++)
    add_profile (self, i);
}

static void
fetch (GtkWidget *page)
{
  UiSettingsAgents *self = UI_SETTINGS_AGENTS (page);
  ui_settings_profile_list_async (self->cancellable, listed_cb, g_object_ref (self));
}

static void
ui_settings_agents_dispose (GObject *object)
{
  UiSettingsAgents *self = UI_SETTINGS_AGENTS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->chooser);
  G_OBJECT_CLASS (ui_settings_agents_parent_class)->dispose (object);
}

static void
ui_settings_agents_finalize (GObject *object)
{
  UiSettingsAgents *self = UI_SETTINGS_AGENTS (object);

  g_object_unref (self->cancellable);
  g_ptr_array_unref (self->profiles);
  g_ptr_array_unref (self->rows);
  g_free (self->unfolded);
  G_OBJECT_CLASS (ui_settings_agents_parent_class)->finalize (object);
}

static void
ui_settings_agents_class_init (UiSettingsAgentsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_settings_agents_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_settings_agents_finalize;
}

static void
ui_settings_agents_init (UiSettingsAgents *self)
{
  self->cancellable = g_cancellable_new ();
  self->profiles = g_ptr_array_new_with_free_func ((GDestroyNotify) ui_settings_profile_free);
  self->rows = g_ptr_array_new ();
}

/* Of an administrator's data. */
static const char *const said[] = { "programs", "variables", NULL };

GtkWidget *
ui_settings_agents_new (UiLink *link)
{
  UiSettingsAgents *self = g_object_new (UI_TYPE_SETTINGS_AGENTS, NULL);

  self->group = ui_settings_group_new (
      GTK_WIDGET (self), _ ("Programs and Agents"),
      _ ("How known programs are run in a sandbox of their own. What you change holds from the "
         "next start on."));
  ui_settings_said_add (GTK_WIDGET (self), link, said);
  ui_settings_group_follow (GTK_WIDGET (self), link, fetch);
  return GTK_WIDGET (self);
}
