/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/settings/ui-settings-assistant.h"

#include "ui/settings/ui-settings-group.h"
#include "ui/settings/ui-settings-lock.h"

#include <glib/gi18n.h>

#define KEY_TIMEOUT "consent.timeout"
#define KEY_MONITOR "policy.monitor"
#define KEY_IDLE "guardian.idle"
#define SET_AFTER_MS 400 /* a number that is still being changed is not set yet */

struct _UiSettingsAssistant {
  AdwPreferencesPage parent_instance;
  UiLink *link;
  GCancellable *cancellable;
  GtkSpinButton *timeout;
  GtkSpinButton *idle;
  GtkSwitch *monitor;
  gboolean filling; /* what is shown comes from the guardian */
  guint set_source;
  const char *changed; /* the key that is being changed */
};

G_DEFINE_FINAL_TYPE (UiSettingsAssistant, ui_settings_assistant, ADW_TYPE_PREFERENCES_PAGE)

static void
fill_number (GtkSpinButton *spin, const CardeaJson *values, const char *key)
{
  gint64 number = 0;
  gboolean known = cardea_json_get_int (values, key, &number);
  GtkWidget *row = gtk_widget_get_ancestor (GTK_WIDGET (spin), ADW_TYPE_ACTION_ROW);

  gtk_widget_set_visible (row, known);
  if (known)
    gtk_spin_button_set_value (spin, (double) number);
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiSettingsAssistant) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);

  if (reply == NULL || !cardea_message_is (reply, "settings.values") || self->set_source != 0)
    return;
  const CardeaJson *values = cardea_message_get_json (reply, "values");
  self->filling = TRUE;
  fill_number (self->timeout, values, KEY_TIMEOUT);
  fill_number (self->idle, values, KEY_IDLE);
  gtk_switch_set_active (self->monitor,
                         g_strcmp0 (cardea_json_get_string (values, KEY_MONITOR), "allow") == 0);
  self->filling = FALSE;
  const CardeaJson *fixed = cardea_message_get_json (reply, "fixed");
  ui_settings_lock_setting (GTK_WIDGET (self->timeout), fixed, KEY_TIMEOUT);
  ui_settings_lock_setting (GTK_WIDGET (self->idle), fixed, KEY_IDLE);
  ui_settings_lock_setting (GTK_WIDGET (self->monitor), fixed, KEY_MONITOR);
}

static void
fetch (GtkWidget *page)
{
  UiSettingsAssistant *self = UI_SETTINGS_ASSISTANT (page);
  g_autoptr (CardeaMessage) request = cardea_message_new ("settings.get");
  ui_link_call_async (self->link, request, self->cancellable, fetched_cb, g_object_ref (self));
}

/* --- changing --- */

static void
set_number (UiSettingsAssistant *self)
{
  GtkSpinButton *spin = g_strcmp0 (self->changed, KEY_TIMEOUT) == 0 ? self->timeout : self->idle;
  g_autofree char *value = g_strdup_printf ("%d", gtk_spin_button_get_value_as_int (spin));
  ui_settings_group_set (GTK_WIDGET (self), self->link, self->changed, value);
}

static gboolean
set_number_cb (gpointer user_data)
{
  UiSettingsAssistant *self = user_data;
  self->set_source = 0;
  set_number (self);
  return G_SOURCE_REMOVE;
}

static void
number_changed_cb (GtkSpinButton *spin, UiSettingsAssistant *self)
{
  const char *key = spin == self->timeout ? KEY_TIMEOUT : KEY_IDLE;

  if (self->filling)
    return;
  if (self->set_source != 0 && self->changed != key)
    set_number (self);
  g_clear_handle_id (&self->set_source, g_source_remove);
  self->changed = key;
  self->set_source = g_timeout_add (SET_AFTER_MS, set_number_cb, self);
}

static void
monitor_changed_cb (UiSettingsAssistant *self)
{
  if (!self->filling)
    ui_settings_group_set (GTK_WIDGET (self), self->link, KEY_MONITOR,
                           gtk_switch_get_active (self->monitor) ? "allow" : "deny");
}

/* --- the page --- */

static GtkSpinButton *
add_number (UiSettingsAssistant *self, AdwPreferencesGroup *group, const char *title,
            const char *text, double most)
{
  AdwActionRow *row = ui_settings_group_add_row (group, title, text);
  GtkWidget *spin = gtk_spin_button_new_with_range (1, most, 1);

  gtk_spin_button_set_numeric (GTK_SPIN_BUTTON (spin), TRUE);
  gtk_widget_set_valign (spin, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (spin), GTK_ACCESSIBLE_PROPERTY_LABEL, title, -1);
  adw_action_row_add_suffix (row, spin);
  adw_action_row_set_activatable_widget (row, spin);
  g_signal_connect (spin, "value-changed", G_CALLBACK (number_changed_cb), self);
  return GTK_SPIN_BUTTON (spin);
}

static void
fill (UiSettingsAssistant *self)
{
  GtkWidget *page = GTK_WIDGET (self);
  AdwPreferencesGroup *group
      = ui_settings_group_new (page, _ ("Questions"),
                               _ ("The assistant runs in a sandbox that owns nothing. What you "
                                  "did not share, it asks for."));
  self->timeout
      = add_number (self, group, _ ("Seconds until a question lapses"),
                    _ ("A question nobody answers is refused. Holds for new sessions."), 600);
  AdwActionRow *row = ui_settings_group_add_row (
      group, _ ("Allow sessions that ask nothing"),
      _ ("In monitor mode what would be asked is allowed and only recorded. It can be begun only "
         "where the policy of this computer allows it."));
  self->monitor = GTK_SWITCH (gtk_switch_new ());
  gtk_widget_set_valign (GTK_WIDGET (self->monitor), GTK_ALIGN_CENTER);
  adw_action_row_add_suffix (row, GTK_WIDGET (self->monitor));
  adw_action_row_set_activatable_widget (row, GTK_WIDGET (self->monitor));
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->monitor), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Allow sessions that ask nothing"), -1);
  g_signal_connect_swapped (self->monitor, "notify::active", G_CALLBACK (monitor_changed_cb), self);

  group = ui_settings_group_new (page, _ ("Guardian"), NULL);
  self->idle = add_number (self, group, _ ("Seconds until an idle guardian ends"),
                           _ ("It ends when no window and no session needs it."), 86400);
}

static void
ui_settings_assistant_dispose (GObject *object)
{
  UiSettingsAssistant *self = UI_SETTINGS_ASSISTANT (object);

  if (self->set_source != 0)
    {
      g_clear_handle_id (&self->set_source, g_source_remove);
      set_number (self); /* closed while a number was being changed */
    }
  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->link);
  G_OBJECT_CLASS (ui_settings_assistant_parent_class)->dispose (object);
}

static void
ui_settings_assistant_finalize (GObject *object)
{
  g_object_unref (UI_SETTINGS_ASSISTANT (object)->cancellable);
  G_OBJECT_CLASS (ui_settings_assistant_parent_class)->finalize (object);
}

static void
ui_settings_assistant_class_init (UiSettingsAssistantClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_settings_assistant_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_settings_assistant_finalize;
}

static void
ui_settings_assistant_init (UiSettingsAssistant *self)
{
  self->cancellable = g_cancellable_new ();
}

GtkWidget *
ui_settings_assistant_new (UiLink *link)
{
  UiSettingsAssistant *self = g_object_new (UI_TYPE_SETTINGS_ASSISTANT, NULL);

  self->link = g_object_ref (link);
  fill (self);
  ui_settings_group_follow (GTK_WIDGET (self), link, fetch);
  return GTK_WIDGET (self);
}
