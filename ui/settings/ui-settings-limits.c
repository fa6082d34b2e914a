/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/settings/ui-settings-limits.h"

#include "ui/settings/ui-settings-group.h"
#include "ui/settings/ui-settings-limits-hosts.h"
#include "ui/settings/ui-settings-lock.h"
#include "ui/settings/ui-settings-number.h"
#include "ui/words/ui-words.h"

#include <glib/gi18n.h>

#define MIB (G_GINT64_CONSTANT (1) << 20)

struct _UiSettingsLimits {
  AdwPreferencesPage parent_instance;
  UiLink *link;
  GCancellable *cancellable;
  GHashTable *groups; /* name -> AdwPreferencesGroup, the page's */
  GHashTable *rows;   /* id -> Shown */
  AdwPreferencesGroup *trouble;
  AdwActionRow *why;
  CardeaJson *limits; /* until it is known what is fixed */
};

G_DEFINE_FINAL_TYPE (UiSettingsLimits, ui_settings_limits, ADW_TYPE_PREFERENCES_PAGE)

/* One row. */
typedef struct {
  AdwActionRow *row;
  GtkSpinButton *spin; /* NULL: it is built in */
  GtkLabel *value;     /* of what is */
} Shown;

static const struct {
  const char *name;
  const char *title;
  const char *text;
} groups[] = {
  { "sessions", N_ ("Sessions"), N_ ("What Cardea keeps to, whatever is asked of it.") },
  { "questions", N_ ("Questions"), NULL },
  { "files", N_ ("Files"), NULL },
  { "programs", N_ ("Programs"), NULL },
  { "network", N_ ("Network"), NULL },
};

/* objects.md, Limit in force. */
static const struct {
  const char *id;
  const char *title;
  const char *text;
} words[] = {
  { "session.most", N_ ("Sessions at the same time"), NULL },
  { "session.requests", N_ ("Requests of a session at the same time"), NULL },
  { "session.files", N_ ("Files given to a session"), NULL },
  { "grant.most", N_ ("Permissions that are kept"), NULL },
  { "grant.days", N_ ("A permission that is not used ends after"), NULL },
  { "consent.timeout", N_ ("A question lapses after"), N_ ("Then the answer is no.") },
  { "consent.waiting", N_ ("Questions that wait"), N_ ("More are refused at once.") },
  { "consent.minute", N_ ("Questions of a session in a minute"),
    N_ ("With more, it is paused until you write to it.") },
  { "consent.denials", N_ ("Refusals in a row"), N_ ("Then it is paused, too.") },
  { "change.bytes", N_ ("One change writes at most"), NULL },
  { "change.files", N_ ("One change touches at most"), NULL },
  { "undo.max_bytes", N_ ("Former contents are kept up to"), NULL },
  { "undo.days", N_ ("Former contents are kept for"), NULL },
  { "clipboard.bytes", N_ ("Text put into the clipboard"), NULL },
  { "exec.seconds", N_ ("A program of the assistant’s runs for"), N_ ("Then it is ended.") },
  { "exec.running", N_ ("Programs of an assistant at the same time"), NULL },
  { "program.processes", N_ ("Processes of a program"), NULL },
  { "program.memory", N_ ("Memory of a program"),
    N_ ("Or half of this computer’s, if that is more. Where the system lets us count it: "
        "see Sandbox.") },
  { "program.file", N_ ("One file that a program writes"), NULL },
  { "program.private", N_ ("Files of a program’s own"), N_ ("They are gone when it ends.") },
  { "agent.processes", N_ ("Processes of the assistant"), NULL },
  { "agent.memory", N_ ("Memory of the assistant"),
    N_ ("Where the system lets us count it: see Sandbox.") },
  { "net.body", N_ ("One request of the assistant sends"), NULL },
  { "badge.most", N_ ("Badges of a session"), NULL },
  { "badge.seconds", N_ ("A badge is good for"), N_ ("Up to five minutes where policy says so.") },
};

/* --- one limit --- */

static char *
format_seconds (gint64 value)
{
  int seconds = (int) MIN (value, G_MAXINT);
  return g_strdup_printf (ngettext ("%d second", "%d seconds", (gulong) seconds), seconds);
}

static char *
format_days (gint64 value)
{
  int days = (int) MIN (value, G_MAXINT);
  return g_strdup_printf (ngettext ("%d day", "%d days", (gulong) days), days);
}

static char *
format_bytes (gint64 value)
{
  return g_format_size_full ((guint64) value, G_FORMAT_SIZE_IEC_UNITS);
}

static char *
format_count (gint64 value)
{
  return g_strdup_printf ("%'" G_GINT64_FORMAT, value);
}

static const struct {
  const char *unit;
  char *(*format) (gint64 value);
  gint64 each;      /* one step of what is typed */
  const char *name; /* of one, where numbers are typed; NULL: it is plain */
} units[] = {
  { "count", format_count, 1, NULL },
  { "bytes", format_bytes, MIB, N_ ("MiB") },
  { "seconds", format_seconds, 1, N_ ("seconds") },
  { "days", format_days, 1, N_ ("days") },
};

/* What is not known is a number. */
static gsize
find_unit (const CardeaJson *limit)
{
  for (gsize i = 0; i < G_N_ELEMENTS (units); i++)
    if (g_strcmp0 (units[i].unit, cardea_json_get_string (limit, "unit")) == 0)
      return i;
  return 0;
}

static GtkWidget *
add_label (AdwActionRow *row, const char *text)
{
  GtkWidget *label = gtk_label_new (text);
  gtk_widget_add_css_class (label, "dim-label");
  adw_action_row_add_suffix (row, label);
  return label;
}

static AdwActionRow *
add_row (AdwPreferencesGroup *group, const char *id)
{
  for (gsize i = 0; i < G_N_ELEMENTS (words); i++)
    if (g_strcmp0 (words[i].id, id) == 0)
      return ui_settings_group_add_row (group, _ (words[i].title),
                                        words[i].text != NULL ? _ (words[i].text) : NULL);
  return ui_settings_group_add_row (group, id, NULL);
}

static Shown *
add_limit (UiSettingsLimits *self, AdwPreferencesGroup *group, const char *id,
           const CardeaJson *limit)
{
  Shown *shown = g_new0 (Shown, 1);
  gsize unit = find_unit (limit);
  UiSettingsNumber number
      = { .key = cardea_json_get_string (limit, "key"), .each = units[unit].each };

  shown->row = add_row (group, id);
  number.label = adw_preferences_row_get_title (ADW_PREFERENCES_ROW (shown->row));
  if (number.key != NULL && cardea_json_get_int64_string (limit, "least", &number.least)
      && cardea_json_get_int64_string (limit, "most", &number.most))
    {
      shown->spin = ui_settings_number_add (shown->row, GTK_WIDGET (self), self->link, &number);
      if (units[unit].name != NULL)
        add_label (shown->row, _ (units[unit].name));
    }
  else
    shown->value = GTK_LABEL (add_label (shown->row, NULL));
  g_hash_table_insert (self->rows, g_strdup (id), shown);
  return shown;
}

static void
show_limit (UiSettingsLimits *self, const CardeaJson *limit, const CardeaJson *fixed)
{
  g_autofree char *id = ui_words_text (limit, "id");
  const char *name = cardea_json_get_string (limit, "group");
  AdwPreferencesGroup *group = name != NULL ? g_hash_table_lookup (self->groups, name) : NULL;
  Shown *shown = id != NULL ? g_hash_table_lookup (self->rows, id) : NULL;
  gint64 value = 0;

  if (id == NULL || group == NULL || !cardea_json_get_int64_string (limit, "value", &value))
    return;
  gtk_widget_set_visible (GTK_WIDGET (group), TRUE);
  if (shown == NULL)
    shown = add_limit (self, group, id, limit);
  if (shown->spin != NULL)
    {
      ui_settings_number_show (shown->spin, value, fixed);
      return;
    }
  g_autofree char *text = units[find_unit (limit)].format (value);
  gtk_label_set_label (shown->value, text);
  ui_settings_lock_built_in (shown->row);
}

/* --- asking for them --- */

static void
show_trouble (UiSettingsLimits *self, const char *trouble)
{
  gtk_widget_set_visible (GTK_WIDGET (self->trouble), trouble != NULL);
  if (trouble != NULL)
    adw_action_row_set_subtitle (self->why, trouble);
}

static void
values_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiSettingsLimits) self = user_data;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, NULL);
  g_autoptr (CardeaJson) limits = g_steal_pointer (&self->limits);

  if (reply == NULL || limits == NULL || !cardea_message_is (reply, "settings.values"))
    return;
  for (guint i = 0; i < cardea_json_size (limits); i++)
    show_limit (self, cardea_json_nth (limits, i), cardea_message_get_json (reply, "fixed"));
}

static void
limits_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiSettingsLimits) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);
  g_autoptr (CardeaMessage) request = cardea_message_new ("settings.get");

  show_trouble (self, trouble);
  if (trouble != NULL || reply == NULL || self->link == NULL)
    return;
  g_clear_pointer (&self->limits, cardea_json_unref);
  self->limits = cardea_json_ref (cardea_message_get_json (reply, "limits"));
  ui_link_call_async (self->link, request, self->cancellable, values_cb, g_object_ref (self));
}

static void
fetch (GtkWidget *page)
{
  UiSettingsLimits *self = UI_SETTINGS_LIMITS (page);
  g_autoptr (CardeaMessage) request = cardea_message_new ("limits.get");

  if (self->link != NULL)
    ui_link_call_async (self->link, request, self->cancellable, limits_cb, g_object_ref (self));
}

/* --- the page --- */

static void
ui_settings_limits_dispose (GObject *object)
{
  UiSettingsLimits *self = UI_SETTINGS_LIMITS (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->link);
  G_OBJECT_CLASS (ui_settings_limits_parent_class)->dispose (object);
}

static void
ui_settings_limits_finalize (GObject *object)
{
  UiSettingsLimits *self = UI_SETTINGS_LIMITS (object);

  g_object_unref (self->cancellable);
  g_hash_table_unref (self->groups);
  g_hash_table_unref (self->rows);
  g_clear_pointer (&self->limits, cardea_json_unref);
  G_OBJECT_CLASS (ui_settings_limits_parent_class)->finalize (object);
}

static void
ui_settings_limits_class_init (UiSettingsLimitsClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_settings_limits_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_settings_limits_finalize;
}

static void
ui_settings_limits_init (UiSettingsLimits *self)
{
  self->cancellable = g_cancellable_new ();
  self->groups = g_hash_table_new (g_str_hash, g_str_equal);
  self->rows = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
}

GtkWidget *
ui_settings_limits_new (UiLink *link)
{
  UiSettingsLimits *self = g_object_new (UI_TYPE_SETTINGS_LIMITS, NULL);
  GtkWidget *page = GTK_WIDGET (self);

  self->link = g_object_ref (link);
  self->trouble = ui_settings_group_new (page, NULL, NULL);
  self->why = ui_settings_group_add_row (self->trouble, _ ("The limits are not known"), NULL);
  show_trouble (self, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (groups); i++)
    {
      AdwPreferencesGroup *group = ui_settings_group_new (
          page, _ (groups[i].title), groups[i].text != NULL ? _ (groups[i].text) : NULL);
      gtk_widget_set_visible (GTK_WIDGET (group), FALSE);
      g_hash_table_insert (self->groups, (gpointer) groups[i].name, group);
    }
  ui_settings_limits_hosts_add (page, link);
  ui_settings_group_follow (page, link, fetch);
  return page;
}
