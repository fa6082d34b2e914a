/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/app/ui-desktop-page.h"

#include "common/base/cardea-text.h"
#include "ui/activity/ui-activity-page.h"
#include "ui/app/ui-autostart.h"
#include "ui/app/ui-preferences.h"
#include "ui/settings/ui-settings-group.h"

#include <glib/gi18n.h>
#include <string.h>

struct _UiDesktopPage {
  AdwPreferencesPage parent_instance;
  GCancellable *cancellable;
  GtkSwitch *autostart;
  gboolean filling;           /* what is shown comes from the disk */
  UiGlobalShortcut *shortcut; /* NULL: there are no preferences */
  AdwActionRow *key;
  GtkWidget *key_switch;
};

G_DEFINE_FINAL_TYPE (UiDesktopPage, ui_desktop_page, ADW_TYPE_PREFERENCES_PAGE)

/* --- opening at login --- */

static void
looked_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiDesktopPage) self = user_data;
  int on = ui_autostart_get_finish (result);

  if (self->cancellable == NULL || g_cancellable_is_cancelled (self->cancellable))
    return;
  self->filling = TRUE;
  gtk_switch_set_active (self->autostart, on == TRUE);
  gtk_widget_set_sensitive (GTK_WIDGET (self->autostart), on >= 0);
  self->filling = FALSE;
}

static void
look (UiDesktopPage *self)
{
  ui_autostart_get_async (self->cancellable, looked_cb, g_object_ref (self));
}

static void
set_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiDesktopPage) self = user_data;
  g_autoptr (GError) error = NULL;

  if (ui_autostart_set_finish (result, &error)
      || g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return;
  /* Translators: %s says what happened. */
  g_autofree char *text = g_strdup_printf (_ ("Not changed: %s"), error->message);
  ui_activity_page_toast (GTK_WIDGET (self), text);
  look (self);
}

static void
autostart_cb (UiDesktopPage *self)
{
  if (!self->filling)
    ui_autostart_set_async (gtk_switch_get_active (self->autostart), self->cancellable, set_cb,
                            g_object_ref (self));
}

/* --- the key for quick ask --- */

static GtkSwitch *
add_switch (AdwPreferencesGroup *group, const char *title, const char *text)
{
  AdwActionRow *row = ui_settings_group_add_row (group, title, text);
  GtkWidget *toggle = gtk_switch_new ();

  gtk_widget_set_valign (toggle, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (toggle), GTK_ACCESSIBLE_PROPERTY_LABEL, title,
                                  -1);
  adw_action_row_add_suffix (row, toggle);
  adw_action_row_set_activatable_widget (row, toggle);
  return GTK_SWITCH (toggle);
}

static const struct {
  const char *words;
  gboolean choice; /* there is something to choose */
} keys[] = {
  [UI_GLOBAL_SHORTCUT_UNKNOWN] = { N_ ("The desktop is asked whether it can do this."), FALSE },
  [UI_GLOBAL_SHORTCUT_LOOKING] = { N_ ("The desktop is asked whether it can do this."), FALSE },
  [UI_GLOBAL_SHORTCUT_ABSENT]
  = { N_ ("This desktop gives programs no keys. In its keyboard settings you can give one to the "
          "command “cardea --quick-ask”."),
      FALSE },
  [UI_GLOBAL_SHORTCUT_OFF]
  = { N_ ("The desktop asks you which key. Cardea then stays ready when its windows are closed."),
      TRUE },
  [UI_GLOBAL_SHORTCUT_ASKING] = { N_ ("The desktop asks you which key."), TRUE },
  [UI_GLOBAL_SHORTCUT_BOUND] = { N_ ("The desktop has a key for it."), TRUE },
  [UI_GLOBAL_SHORTCUT_REFUSED] = { N_ ("The desktop did not give a key."), TRUE },
};

static void
show_key (UiDesktopPage *self)
{
  UiGlobalShortcutState state = ui_global_shortcut_get_state (self->shortcut);
  const char *trigger = ui_global_shortcut_get_trigger (self->shortcut);
  g_autofree char *shown
      = trigger != NULL ? cardea_text_escape (trigger, strlen (trigger), NULL) : NULL;
  /* Translators: %s is a key as the desktop names it, such as “Ctrl+Alt+Space”. */
  g_autofree char *text = shown != NULL ? g_strdup_printf (_ ("The key is %s."), shown)
                                        : g_strdup (_ (keys[state].words));

  adw_action_row_set_subtitle (self->key, text);
  gtk_widget_set_sensitive (self->key_switch, keys[state].choice);
}

static void
add_key (UiDesktopPage *self, AdwPreferencesGroup *group, GSettings *preferences)
{
  self->key_switch = GTK_WIDGET (add_switch (group, _ ("Quick ask by a key, from anywhere"), NULL));
  self->key = ADW_ACTION_ROW (gtk_widget_get_ancestor (self->key_switch, ADW_TYPE_ACTION_ROW));
  g_settings_bind (preferences, UI_PREFERENCES_GLOBAL_SHORTCUT, self->key_switch, "active",
                   G_SETTINGS_BIND_DEFAULT | G_SETTINGS_BIND_NO_SENSITIVITY);
  g_signal_connect_object (self->shortcut, "changed", G_CALLBACK (show_key), self,
                           G_CONNECT_SWAPPED);
  show_key (self);
  g_signal_connect_object (self, "map", G_CALLBACK (ui_global_shortcut_look), self->shortcut,
                           G_CONNECT_SWAPPED);
}

/* --- how long chats are kept --- */

static const struct {
  int days; /* 0: always */
  const char *words;
} kept[] = {
  { 0, N_ ("Always") },       { 365, N_ ("For a year") }, { 90, N_ ("For 90 days") },
  { 30, N_ ("For 30 days") }, { 7, N_ ("For a week") },
};

static void
kept_cb (AdwComboRow *row, GParamSpec *pspec, GSettings *preferences)
{
  guint chosen = adw_combo_row_get_selected (row);
  if (chosen < G_N_ELEMENTS (kept))
    g_settings_set_int (preferences, UI_PREFERENCES_KEEP_CHATS, kept[chosen].days);
}

static void
add_kept (AdwPreferencesGroup *group, GSettings *preferences)
{
  GtkWidget *row = adw_combo_row_new ();
  g_autoptr (GtkStringList) choices = gtk_string_list_new (NULL);
  int days = g_settings_get_int (preferences, UI_PREFERENCES_KEEP_CHATS);
  guint chosen = 0;

  for (guint i = 0; i < G_N_ELEMENTS (kept); i++)
    {
      gtk_string_list_append (choices, _ (kept[i].words));
      /* Of another number the next that keeps as much. */
      if (days > 0 && (kept[i].days == 0 || kept[i].days >= days))
        chosen = i;
    }
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (row), _ ("Keep chats"));
  adw_action_row_set_subtitle (ADW_ACTION_ROW (row),
                               _ ("After their last message. Older ones are deleted for good when "
                                  "Cardea starts, and later the same day; not by choosing here."));
  adw_combo_row_set_model (ADW_COMBO_ROW (row), G_LIST_MODEL (choices));
  adw_combo_row_set_selected (ADW_COMBO_ROW (row), chosen);
  g_signal_connect_object (row, "notify::selected", G_CALLBACK (kept_cb), preferences, 0);
  adw_preferences_group_add (group, row);
}

/* --- the page --- */

static void
ui_desktop_page_dispose (GObject *object)
{
  UiDesktopPage *self = UI_DESKTOP_PAGE (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->cancellable);
  g_clear_object (&self->shortcut);
  G_OBJECT_CLASS (ui_desktop_page_parent_class)->dispose (object);
}

static void
ui_desktop_page_class_init (UiDesktopPageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_desktop_page_dispose;
}

static void
ui_desktop_page_init (UiDesktopPage *self)
{
  self->cancellable = g_cancellable_new ();
}

GtkWidget *
ui_desktop_page_new (GSettings *preferences, UiGlobalShortcut *shortcut)
{
  UiDesktopPage *self = g_object_new (UI_TYPE_DESKTOP_PAGE, "name", "desktop", "title",
                                      _ ("Desktop"), "icon-name", "user-desktop-symbolic", NULL);
  AdwPreferencesGroup *group = ui_settings_group_new (
      GTK_WIDGET (self), _ ("Desktop"),
      _ ("How the assistant fits in with your desktop. What it may do is decided elsewhere."));

  self->autostart = add_switch (group, _ ("Open when I log in"),
                                _ ("The window opens; nothing is sent before you write."));
  g_signal_connect_swapped (self->autostart, "notify::active", G_CALLBACK (autostart_cb), self);
  if (shortcut != NULL)
    {
      self->shortcut = g_object_ref (shortcut);
      add_key (self, group, preferences);
    }
  if (preferences != NULL)
    {
      GtkSwitch *search = add_switch (group, _ ("Find chats in the desktop’s search"),
                                      _ ("Only the desktop’s shell is answered. Chats are searched "
                                         "in memory, not on the disk."));
      g_settings_bind (preferences, UI_PREFERENCES_SEARCH_CHATS, search, "active",
                       G_SETTINGS_BIND_DEFAULT);
      add_kept (group, preferences);
    }
  look (self);
  return GTK_WIDGET (self);
}
