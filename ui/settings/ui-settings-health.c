/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/settings/ui-settings-health.h"

#include "ui/settings/ui-settings-check.h"

#include <glib/gi18n.h>

struct _UiSettingsHealth {
  AdwPreferencesPage parent_instance;
  UiLink *link;
  GCancellable *cancellable;
  UiSettingsRows *summary;
  UiSettingsRows *checks;
};

G_DEFINE_FINAL_TYPE (UiSettingsHealth, ui_settings_health, ADW_TYPE_PREFERENCES_PAGE)

static void fetch (GtkWidget *page);

static const struct {
  const char *assurance;
  const char *title;
  const char *text;
  const char *icon;
} assurances[] = {
  { "full", N_ ("Everything that protects you is in force"), N_ ("Nothing needs to be done."),
    "security-high-symbolic" },
  { "reduced", N_ ("Protected, with less than this version could use"),
    N_ ("Below it says what would improve it."), "security-medium-symbolic" },
  { "none", N_ ("Sessions are refused on this machine"),
    N_ ("Something required is missing; below it says what to do."), "security-low-symbolic" },
};

static void
show_summary (UiSettingsHealth *self, const CardeaJson *report)
{
  const char *assurance = cardea_json_get_string (report, "assurance");

  for (gsize i = 0; i < G_N_ELEMENTS (assurances); i++)
    if (g_strcmp0 (assurances[i].assurance, assurance) == 0)
      {
        AdwActionRow *row
            = ui_settings_rows_add (self->summary, _ (assurances[i].title), _ (assurances[i].text));
        adw_action_row_set_icon_name (row, assurances[i].icon);
      }
}

static void
reported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiSettingsHealth) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);

  if (trouble != NULL && ui_settings_rows_begin (self->summary, trouble))
    {
      ui_settings_rows_begin (self->checks, trouble);
      AdwActionRow *row
          = ui_settings_rows_add (self->summary, _ ("The guardian does not answer"), trouble);
      adw_action_row_set_icon_name (row, "dialog-error-symbolic");
    }
  if (trouble != NULL || reply == NULL)
    return;
  const CardeaJson *report = cardea_message_get_json (reply, "report");
  const CardeaJson *checks = cardea_json_get (report, "checks");
  g_autofree char *says = cardea_json_write (report, NULL, NULL);
  if (ui_settings_rows_begin (self->summary, says))
    show_summary (self, report);
  if (!ui_settings_rows_begin (self->checks, says))
    return;
  for (guint i = 0; checks != NULL && i < cardea_json_size (checks); i++)
    ui_settings_check_add (self->checks, cardea_json_nth (checks, i));
}

static void
fetch (GtkWidget *page)
{
  UiSettingsHealth *self = UI_SETTINGS_HEALTH (page);
  g_autoptr (CardeaMessage) request = cardea_message_new ("doctor");
  ui_link_call_async (self->link, request, self->cancellable, reported_cb, g_object_ref (self));
}

static void
ui_settings_health_dispose (GObject *object)
{
  UiSettingsHealth *self = UI_SETTINGS_HEALTH (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->link);
  G_OBJECT_CLASS (ui_settings_health_parent_class)->dispose (object);
}

static void
ui_settings_health_finalize (GObject *object)
{
  UiSettingsHealth *self = UI_SETTINGS_HEALTH (object);

  g_object_unref (self->cancellable);
  ui_settings_rows_free (self->summary);
  ui_settings_rows_free (self->checks);
  G_OBJECT_CLASS (ui_settings_health_parent_class)->finalize (object);
}

static void
ui_settings_health_class_init (UiSettingsHealthClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_settings_health_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_settings_health_finalize;
}

static void
ui_settings_health_init (UiSettingsHealth *self)
{
  self->cancellable = g_cancellable_new ();
}

GtkWidget *
ui_settings_health_new (UiLink *link)
{
  UiSettingsHealth *self = g_object_new (UI_TYPE_SETTINGS_HEALTH, NULL);
  GtkWidget *page = GTK_WIDGET (self);
  AdwPreferencesGroup *checks;

  self->link = g_object_ref (link);
  self->summary = ui_settings_rows_new (ui_settings_group_new (page, NULL, NULL));
  checks = ui_settings_group_new (page, _ ("What Was Found"), NULL);
  self->checks = ui_settings_rows_new (checks);
  ui_settings_group_follow (page, link, fetch);
  return page;
}
