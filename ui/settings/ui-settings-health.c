/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/settings/ui-settings-health.h"

#include "ui/settings/ui-settings-group.h"
#include "ui/words/ui-words.h"

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

static const struct {
  const char *state;
  const char *words;
  const char *icon;
  const char *style;
} states[] = {
  { "ok", N_ ("In order"), "object-select-symbolic", "success" },
  { "reduced", N_ ("Could be better"), "dialog-information-symbolic", "warning" },
  { "missing", N_ ("Missing"), "dialog-warning-symbolic", "error" },
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

static char *
describe_check (const CardeaJson *check)
{
  g_autofree char *found = ui_words_text (check, "found");
  g_autofree char *remedy = ui_words_text (check, "remedy");

  if (found != NULL && remedy != NULL)
    return g_strdup_printf (_ ("%s\nTo do: %s"), found, remedy);
  if (remedy != NULL)
    return g_strdup_printf (_ ("To do: %s"), remedy);
  return g_steal_pointer (&found);
}

static char *
capitalise (const char *text)
{
  g_autofree char *first = g_utf8_substring (text, 0, 1);
  g_autofree char *upper = g_utf8_strup (first, -1);
  return g_strconcat (upper, g_utf8_next_char (text), NULL);
}

static void
add_check (UiSettingsHealth *self, const CardeaJson *check)
{
  const char *state = cardea_json_get_string (check, "state");
  g_autofree char *title = ui_words_text (check, "title");
  g_autofree char *name = capitalise (title != NULL && *title != '\0' ? title : "?");
  g_autofree char *text = describe_check (check);
  AdwActionRow *row = ui_settings_rows_add (self->checks, name, text);

  for (gsize i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_strcmp0 (states[i].state, state) == 0)
      {
        GtkWidget *icon = gtk_image_new_from_icon_name (states[i].icon);
        GtkWidget *label = gtk_label_new (_ (states[i].words));
        gtk_widget_add_css_class (icon, states[i].style);
        gtk_widget_add_css_class (label, "caption");
        gtk_widget_add_css_class (label, "dim-label");
        adw_action_row_add_prefix (row, icon);
        adw_action_row_add_suffix (row, label);
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
    add_check (self, cardea_json_nth (checks, i));
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
