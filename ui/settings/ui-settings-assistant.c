/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/settings/ui-settings-assistant.h"

#include "ui/settings/ui-settings-group.h"
#include "ui/settings/ui-settings-lock.h"
#include "ui/settings/ui-settings-number.h"

#include <glib/gi18n.h>

#define KEY_TIMEOUT "consent.timeout"
#define KEY_MONITOR "policy.monitor"
#define KEY_IDLE "guardian.idle"

struct _UiSettingsAssistant {
  AdwPreferencesPage parent_instance;
  UiLink *link;
  GCancellable *cancellable;
  GtkSpinButton *timeout;
  GtkSpinButton *idle;
  GtkSwitch *monitor;
  gboolean filling; /* what is shown comes from the guardian */
};

G_DEFINE_FINAL_TYPE (UiSettingsAssistant, ui_settings_assistant, ADW_TYPE_PREFERENCES_PAGE)

static void
fill_number (GtkSpinButton *spin, const CardeaMessage *reply, const char *key)
{
  gint64 number = 0;
  gboolean known = cardea_json_get_int (cardea_message_get_json (reply, "values"), key, &number);
  GtkWidget *row = gtk_widget_get_ancestor (GTK_WIDGET (spin), ADW_TYPE_ACTION_ROW);

  gtk_widget_set_visible (row, known);
  if (known)
    ui_settings_number_show (spin, number, cardea_message_get_json (reply, "fixed"));
}

static void
fetched_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiSettingsAssistant) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);

  if (reply == NULL || !cardea_message_is (reply, "settings.values"))
    return;
  const CardeaJson *values = cardea_message_get_json (reply, "values");
  fill_number (self->timeout, reply, KEY_TIMEOUT);
  fill_number (self->idle, reply, KEY_IDLE);
  self->filling = TRUE;
  gtk_switch_set_active (self->monitor,
                         g_strcmp0 (cardea_json_get_string (values, KEY_MONITOR), "allow") == 0);
  self->filling = FALSE;
  ui_settings_lock_setting (GTK_WIDGET (self->monitor), cardea_message_get_json (reply, "fixed"),
                            KEY_MONITOR);
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
monitor_changed_cb (UiSettingsAssistant *self)
{
  if (!self->filling)
    ui_settings_group_set (GTK_WIDGET (self), self->link, KEY_MONITOR,
                           gtk_switch_get_active (self->monitor) ? "allow" : "deny");
}

/* --- the page --- */

static GtkSpinButton *
add_number (UiSettingsAssistant *self, AdwPreferencesGroup *group, const char *title,
            const char *text, const UiSettingsNumber *number)
{
  UiSettingsNumber named = *number;

  named.label = title;
  return ui_settings_number_add (ui_settings_group_add_row (group, title, text), GTK_WIDGET (self),
                                 self->link, &named);
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
                    _ ("A question nobody answers is refused. Holds for new sessions."),
                    &(UiSettingsNumber){ .key = KEY_TIMEOUT, .least = 1, .most = 600, .each = 1 });
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
  self->idle
      = add_number (self, group, _ ("Seconds until an idle guardian ends"),
                    _ ("It ends when no window and no session needs it."),
                    &(UiSettingsNumber){ .key = KEY_IDLE, .least = 1, .most = 86400, .each = 1 });
}

static void
ui_settings_assistant_dispose (GObject *object)
{
  UiSettingsAssistant *self = UI_SETTINGS_ASSISTANT (object);

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
