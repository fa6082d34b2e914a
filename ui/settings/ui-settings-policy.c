/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/settings/ui-settings-policy.h"

#include "ui/activity/ui-activity-page.h"
#include "ui/settings/ui-settings-group.h"
#include "ui/settings/ui-settings-policy-trial.h"
#include "ui/words/ui-words.h"

#include <glib/gi18n.h>

#define SHORT_DIGEST 12u

struct _UiSettingsPolicy {
  AdwPreferencesPage parent_instance;
  UiLink *link;
  GCancellable *cancellable;
  UiSettingsRows *state;
  UiSettingsRows *bundles;
  AdwPreferencesGroup *bundles_group;
  UiSettingsRows *files;
};

G_DEFINE_FINAL_TYPE (UiSettingsPolicy, ui_settings_policy, ADW_TYPE_PREFERENCES_PAGE)

static const struct {
  const char *layer;
  const char *words;
  const char *icon;
} layers[] = {
  { "shipped", N_ ("Comes with Cardea"), "package-x-generic-symbolic" },
  { "administrator", N_ ("Fixed by this computer’s administrator"), "changes-prevent-symbolic" },
  { "user", N_ ("Yours"), "avatar-default-symbolic" },
};

static void
set_layer (AdwActionRow *row, const CardeaJson *object, const char *more)
{
  const char *layer = cardea_json_get_string (object, "layer");
  gboolean observed = FALSE;

  (void) cardea_json_get_boolean (object, "observed", &observed);
  for (gsize i = 0; i < G_N_ELEMENTS (layers); i++)
    if (g_strcmp0 (layers[i].layer, layer) == 0)
      {
        g_autofree char *text = g_strdup_printf (
            "%s · %s%s%s", _ (layers[i].words),
            observed ? _ ("only observed: recorded, not enforced") : _ ("enforced"),
            more != NULL ? " · " : "", more != NULL ? more : "");
        adw_action_row_set_icon_name (row, layers[i].icon);
        adw_action_row_set_subtitle (row, text);
      }
}

/* --- what is in force --- */

static char *
shorten (const CardeaJson *object, const char *name)
{
  g_autofree char *digest = ui_words_text (object, name);
  return digest != NULL ? g_strndup (digest, SHORT_DIGEST) : NULL;
}

static void
show_state (UiSettingsPolicy *self, const CardeaJson *policy)
{
  gboolean good = g_strcmp0 (cardea_json_get_string (policy, "state"), "in-force") == 0;
  g_autofree char *problem = ui_words_text (policy, "problem");
  g_autofree char *revision = shorten (policy, "revision");
  g_autofree char *observed = shorten (policy, "observed_revision");
  AdwActionRow *row = ui_settings_rows_add (
      self->state, good ? _ ("The rules are in force") : _ ("No rules are in force"),
      good              ? NULL
      : problem != NULL ? problem
                        : _ ("Everything is refused until they are."));

  adw_action_row_set_icon_name (row, good ? "object-select-symbolic" : "dialog-warning-symbolic");
  if (revision != NULL)
    ui_settings_rows_add (self->state, _ ("Revision"), revision);
  if (observed != NULL)
    ui_settings_rows_add (self->state, _ ("Observed revision"), observed);
}

static void
show_bundles (UiSettingsPolicy *self, const CardeaJson *bundles)
{
  guint count = bundles != NULL ? cardea_json_size (bundles) : 0;

  gtk_widget_set_visible (GTK_WIDGET (self->bundles_group), count > 0);
  for (guint i = 0; i < count; i++)
    {
      const CardeaJson *bundle = cardea_json_nth (bundles, i);
      g_autofree char *file = ui_words_text (bundle, "file");
      g_autofree char *revision = ui_words_text (bundle, "revision");
      gboolean is_signed = FALSE;
      (void) cardea_json_get_boolean (bundle, "signed", &is_signed);
      g_autofree char *more = g_strdup_printf (
          "%s%s%s", is_signed ? _ ("signed, and the signature holds") : _ ("not signed"),
          revision != NULL ? " · " : "", revision != NULL ? revision : "");
      set_layer (ui_settings_rows_add (self->bundles, file != NULL ? file : "?", NULL), bundle,
                 more);
    }
}

/* What comes with the program is a number; what somebody put there is named. */
static void
show_files (UiSettingsPolicy *self, const CardeaJson *files)
{
  guint shipped = 0;

  for (guint i = 0; files != NULL && i < cardea_json_size (files); i++)
    {
      const CardeaJson *file = cardea_json_nth (files, i);
      g_autofree char *name = ui_words_text (file, "file");
      g_autofree char *digest = shorten (file, "sha256");
      if (g_strcmp0 (cardea_json_get_string (file, "layer"), "shipped") == 0)
        shipped++;
      else
        set_layer (ui_settings_rows_add (self->files, name != NULL ? name : "?", NULL), file,
                   digest);
    }
  g_autofree char *text = g_strdup_printf (
      ngettext ("%u file that comes with Cardea", "%u files that come with Cardea", shipped),
      shipped);
  AdwActionRow *row = ui_settings_rows_add (
      self->files, text, _ ("An administrator can replace their rules, you can tighten them."));
  adw_action_row_set_icon_name (row, layers[0].icon);
}

static void
shown_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiSettingsPolicy) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);

  if (trouble != NULL && ui_settings_rows_begin (self->state, trouble))
    ui_settings_rows_add (self->state, _ ("The rules are not known"), trouble);
  if (trouble != NULL || reply == NULL)
    return;
  const CardeaJson *policy = cardea_message_get_json (reply, "policy");
  g_autofree char *says = cardea_json_write (policy, NULL, NULL);
  if (ui_settings_rows_begin (self->state, says))
    show_state (self, policy);
  if (ui_settings_rows_begin (self->bundles, says))
    show_bundles (self, cardea_json_get (policy, "bundles"));
  if (ui_settings_rows_begin (self->files, says))
    show_files (self, cardea_json_get (policy, "files"));
}

static void
fetch (GtkWidget *page)
{
  UiSettingsPolicy *self = UI_SETTINGS_POLICY (page);
  g_autoptr (CardeaMessage) request = cardea_message_new ("policy.show");
  if (self->link != NULL)
    ui_link_call_async (self->link, request, self->cancellable, shown_cb, g_object_ref (self));
}

static void
reloaded (GtkWidget *page, CardeaMessage *reply)
{
  if (reply != NULL)
    ui_activity_page_toast (page, _ ("The rules were read anew"));
  fetch (page);
}

static void
reload_clicked_cb (UiSettingsPolicy *self)
{
  ui_activity_page_call (GTK_WIDGET (self), self->link, cardea_message_new ("policy.reload"),
                         reloaded);
}

/* --- the page --- */

static void
ui_settings_policy_dispose (GObject *object)
{
  UiSettingsPolicy *self = UI_SETTINGS_POLICY (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->link);
  G_OBJECT_CLASS (ui_settings_policy_parent_class)->dispose (object);
}

static void
ui_settings_policy_finalize (GObject *object)
{
  UiSettingsPolicy *self = UI_SETTINGS_POLICY (object);

  g_object_unref (self->cancellable);
  ui_settings_rows_free (self->state);
  ui_settings_rows_free (self->bundles);
  ui_settings_rows_free (self->files);
  G_OBJECT_CLASS (ui_settings_policy_parent_class)->finalize (object);
}

static void
ui_settings_policy_class_init (UiSettingsPolicyClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_settings_policy_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_settings_policy_finalize;
}

static void
ui_settings_policy_init (UiSettingsPolicy *self)
{
  self->cancellable = g_cancellable_new ();
}

GtkWidget *
ui_settings_policy_new (UiLink *link)
{
  UiSettingsPolicy *self = g_object_new (UI_TYPE_SETTINGS_POLICY, NULL);
  GtkWidget *page = GTK_WIDGET (self);
  AdwPreferencesGroup *group = ui_settings_group_new (
      page, _ ("Rules"),
      _ ("Every request is decided by rules, in Rego. Layers: Cardea’s own, this computer’s, "
         "yours."));
  GtkWidget *reload = ui_settings_group_set_button (group, _ ("Read Anew"));

  self->link = g_object_ref (link);
  gtk_accessible_update_property (GTK_ACCESSIBLE (reload), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Read the rules anew"), -1);
  g_signal_connect_swapped (reload, "clicked", G_CALLBACK (reload_clicked_cb), self);
  self->state = ui_settings_rows_new (group);
  ui_settings_policy_trial_add (page, link);
  self->bundles_group = ui_settings_group_new (page, _ ("Bundles"), NULL);
  self->bundles = ui_settings_rows_new (self->bundles_group);
  gtk_widget_set_visible (GTK_WIDGET (self->bundles_group), FALSE);
  self->files = ui_settings_rows_new (ui_settings_group_new (page, _ ("Files"), NULL));
  ui_settings_group_follow (page, link, fetch);
  return page;
}
