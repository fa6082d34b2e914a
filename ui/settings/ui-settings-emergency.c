/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/settings/ui-settings-emergency.h"

#include "ui/activity/ui-activity-page.h"
#include "ui/settings/ui-settings-group.h"

#include <glib/gi18n.h>

struct _UiSettingsEmergency {
  AdwPreferencesPage parent_instance;
  UiLink *link;
};

G_DEFINE_FINAL_TYPE (UiSettingsEmergency, ui_settings_emergency, ADW_TYPE_PREFERENCES_PAGE)

static void stop (GtkWidget *page);
static void take_back (GtkWidget *page);

/* What can be done, and what is asked before. */
static const struct {
  const char *title;
  const char *text;
  const char *label;
  const char *question;
  const char *warning;
  const char *verb;
  void (*deed) (GtkWidget *page);
} deeds[] = {
  { N_ ("Stop everything"),
    N_ ("Every session ends: the assistant’s, other agents’, and every program in one. Chats stay, "
        "and so does what was changed. Ctrl+Shift+Escape does it from any window."),
    N_ ("Stop…"), N_ ("Stop Everything?"),
    N_ ("What is under way in any session ends where it is."), N_ ("_Stop Everything"), stop },
  { N_ ("Take back all permissions"),
    N_ ("Nothing is shared any more: what was opened is cut, and every session has to ask."),
    N_ ("Take Back…"), N_ ("Take Back All Permissions?"),
    N_ ("From then on every session has to ask for everything."), N_ ("_Take Back"), take_back },
};

/* What to look at then, and where it is. */
static const struct {
  const char *title;
  const char *text;
} steps[] = {
  { N_ ("What was touched, and where did it go?"),
    N_ ("Activity, a session, Flow: files read to the left, hosts and files written to the "
        "right.") },
  { N_ ("Put back what was changed"), N_ ("Activity, Changes: each has its difference and Undo.") },
  { N_ ("Is the log whole?"), N_ ("Log: verify it, and export it for whoever has to see it.") },
  { N_ ("Was a key in it?"),
    N_ ("Credentials: remove it here, and make a new one where it came from.") },
};

/* --- what became of it --- */

static void
stopped (GtkWidget *page, CardeaMessage *reply)
{
  int count = reply != NULL ? (int) cardea_message_get_int (reply, "count", 0) : -1;
  g_autofree char *text
      = count > 0 ? g_strdup_printf (
            ngettext ("Stopped %u session", "Stopped %u sessions", (guint) count), (guint) count)
                  : g_strdup (_ ("Nothing was running"));

  if (count >= 0) /* else it was said what went wrong */
    ui_activity_page_toast (page, text);
}

static void
taken_back (GtkWidget *page, CardeaMessage *reply)
{
  int count = reply != NULL ? (int) cardea_message_get_int (reply, "count", 0) : -1;
  g_autofree char *text = g_strdup_printf (
      ngettext ("%d permission was taken back", "%d permissions were taken back", (gulong) count),
      count);

  if (count >= 0)
    ui_activity_page_toast (page, text);
}

/* --- doing it --- */

static void
call_all (GtkWidget *page, const char *type, UiActivityPageDone done)
{
  CardeaMessage *request = cardea_message_new (type);

  cardea_message_set_boolean (request, "all", TRUE);
  ui_activity_page_call (page, UI_SETTINGS_EMERGENCY (page)->link, request, done);
}

static void
stop (GtkWidget *page)
{
  call_all (page, "session.end", stopped);
}

static void
take_back (GtkWidget *page)
{
  call_all (page, "grant.revoke", taken_back);
}

static void
clicked_cb (GtkWidget *button, UiSettingsEmergency *self)
{
  guint i = GPOINTER_TO_UINT (g_object_get_data (G_OBJECT (button), "deed"));

  ui_settings_group_confirm (GTK_WIDGET (self), _ (deeds[i].question), _ (deeds[i].warning),
                             _ (deeds[i].verb), deeds[i].deed);
}

/* --- the page --- */

static void
ui_settings_emergency_dispose (GObject *object)
{
  g_clear_object (&UI_SETTINGS_EMERGENCY (object)->link);
  G_OBJECT_CLASS (ui_settings_emergency_parent_class)->dispose (object);
}

static void
ui_settings_emergency_class_init (UiSettingsEmergencyClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_settings_emergency_dispose;
}

static void
ui_settings_emergency_init (UiSettingsEmergency *self)
{
}

GtkWidget *
ui_settings_emergency_new (UiLink *link)
{
  UiSettingsEmergency *self = g_object_new (UI_TYPE_SETTINGS_EMERGENCY, NULL);
  GtkWidget *page = GTK_WIDGET (self);
  AdwPreferencesGroup *now = ui_settings_group_new (page, _ ("At Once"), NULL);
  AdwPreferencesGroup *then = ui_settings_group_new (page, _ ("Afterwards"), NULL);

  self->link = g_object_ref (link);
  for (guint i = 0; i < G_N_ELEMENTS (deeds); i++)
    {
      AdwActionRow *row = ui_settings_group_add_row (now, _ (deeds[i].title), _ (deeds[i].text));
      GtkWidget *button
          = ui_settings_group_add_button (row, _ (deeds[i].label), _ (deeds[i].title));
      gtk_widget_add_css_class (button, "destructive-action");
      g_object_set_data (G_OBJECT (button), "deed", GUINT_TO_POINTER (i));
      g_signal_connect_object (button, "clicked", G_CALLBACK (clicked_cb), self, 0);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    ui_settings_group_add_row (then, _ (steps[i].title), _ (steps[i].text));
  return page;
}
