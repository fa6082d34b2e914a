/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/settings/ui-settings-policy-trial.h"

#include "common/base/cardea-paths.h"
#include "common/base/cardea-time.h"
#include "ui/settings/ui-settings-group.h"
#include "ui/words/ui-words.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

#define PORT_HTTPS 443
#define RULES_SHOWN 40u /* of a trace */

typedef struct {
  UiLink *link;
  GCancellable *cancellable;
  AdwComboRow *action;
  GtkEditable *object;
  UiSettingsRows *verdict;
} Trial;

static const struct {
  const char *label;
  const char *action;
  const char *member; /* of the resource: what is typed */
} actions[] = {
  { N_ ("Read a file"), "file.read", "path" },
  { N_ ("Change a file"), "file.write", "path" },
  { N_ ("Create a file"), "file.create", "path" },
  { N_ ("Delete a file"), "file.delete", "path" },
  { N_ ("Send something to a host"), "net.request", "host" },
  { N_ ("Run a program"), "exec.run", "path" },
};

static const struct {
  const char *effect;
  const char *words;
  const char *icon;
} effects[] = {
  { "allow", N_ ("It would be allowed"), "object-select-symbolic" },
  { "ask", N_ ("You would be asked"), "dialog-question-symbolic" },
  { "deny", N_ ("It would be refused"), "action-unavailable-symbolic" },
};

static void
trial_free (gpointer data)
{
  Trial *trial = data;

  g_cancellable_cancel (trial->cancellable);
  g_object_unref (trial->cancellable);
  g_object_unref (trial->link);
  ui_settings_rows_free (trial->verdict);
  g_free (trial);
}

/* --- the request --- */

static CardeaJson *
make_resource (guint action, const char *typed)
{
  CardeaJson *resource = cardea_json_new_object ();

  cardea_json_set (resource, "labels", cardea_json_new_array ());
  if (g_str_equal (actions[action].member, "host"))
    {
      g_autofree char *url = g_strdup_printf ("https://%s/", typed);
      cardea_json_set_string (resource, "host", typed);
      cardea_json_set_string (resource, "method", "POST");
      cardea_json_set_int (resource, "port", PORT_HTTPS);
      cardea_json_set_string (resource, "scheme", "https");
      cardea_json_set_string (resource, "url", url);
      return resource;
    }
  g_autofree char *home = cardea_paths_home ();
  g_autofree char *path = g_str_has_prefix (typed, "~/") ? g_build_filename (home, typed + 2, NULL)
                                                         : g_strdup (typed);
  cardea_json_set_string (resource, "path", path);
  cardea_json_set_string (resource, "kind", "file");
  cardea_json_set_boolean (resource, "exists",
                           !g_str_equal (actions[action].action, "file.create"));
  return resource;
}

/* What a request of the built-in agent says of itself, before it has read anything. */
static CardeaJson *
make_input (guint action, const char *typed)
{
  CardeaJson *input = cardea_json_new_object (), *subject = cardea_json_new_object ();
  CardeaJson *agent = cardea_json_new_object (), *context = cardea_json_new_object ();
  CardeaJson *session = cardea_json_new_object ();
  g_autofree char *now = cardea_time_format (g_get_real_time ());

  cardea_json_set_string (agent, "name", "Cardea");
  cardea_json_set (subject, "agent", agent);
  cardea_json_set_string (subject, "user", g_get_user_name ());
  cardea_json_set_int (subject, "uid", getuid ());
  cardea_json_set (session, "labels_read", cardea_json_new_array ());
  cardea_json_set_boolean (session, "untrusted_input", FALSE);
  cardea_json_set (context, "session", session);
  cardea_json_set_string (context, "mode", "ask");
  cardea_json_set_string (context, "time", now);
  cardea_json_set (input, "subject", subject);
  cardea_json_set_string (input, "action", actions[action].action);
  cardea_json_set (input, "resource", make_resource (action, typed));
  cardea_json_set (input, "context", context);
  return input;
}

/* --- the answer --- */

static void
add_rules (Trial *trial, const CardeaJson *rules)
{
  guint count = rules != NULL ? MIN (cardea_json_size (rules), RULES_SHOWN) : 0;

  for (guint i = 0; i < count; i++)
    {
      const CardeaJson *rule = cardea_json_nth (rules, i);
      g_autofree char *name = ui_words_text (rule, "rule");
      g_autofree char *file = ui_words_text (rule, "file");
      g_autofree char *value = ui_words_text (rule, "value");
      gint64 line = 0;
      (void) cardea_json_get_int (rule, "line", &line);
      g_autofree char *text = g_strdup_printf ("%s:%d\n%s", file != NULL ? file : "?", (int) line,
                                               value != NULL ? value : "");
      adw_action_row_set_icon_name (
          ui_settings_rows_add (trial->verdict, name != NULL ? name : "?", text),
          "go-next-symbolic");
    }
}

static void
show_verdict (Trial *trial, const CardeaJson *explanation)
{
  const char *effect = cardea_json_get_string (explanation, "effect");
  g_autofree char *reason = ui_words_text (explanation, "reason");
  g_autofree char *policy = ui_words_text (explanation, "policy");
  g_autofree char *where = ui_words_text (explanation, "where");
  g_autofree char *problem = ui_words_text (explanation, "problem");
  gint64 tier = 0;

  (void) cardea_json_get_int (explanation, "tier", &tier);
  g_autofree char *text = g_strdup_printf (_ ("Because: %s\nRule: %s (%s), tier %d"),
                                           problem != NULL ? problem : reason, policy,
                                           where != NULL ? where : _ ("no file"), (int) tier);
  for (gsize i = 0; i < G_N_ELEMENTS (effects); i++)
    if (g_strcmp0 (effects[i].effect, effect) == 0)
      adw_action_row_set_icon_name (
          ui_settings_rows_add (trial->verdict, _ (effects[i].words), text), effects[i].icon);
  add_rules (trial, cardea_json_get (explanation, "rules"));
}

CardeaJson *
ui_settings_policy_trial_host (const char *host)
{
  guint action = 0;

  while (!g_str_equal (actions[action].member, "host"))
    action++;
  CardeaJson *input = make_input (action, host), *grant = cardea_json_new_object ();
  cardea_json_set_string (grant, "id", "shared");
  cardea_json_set (cardea_json_get (input, "resource"), "grant", grant);
  return input;
}

static void
explained_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (GtkWidget) page = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);
  Trial *trial = g_object_get_data (G_OBJECT (page), "trial");

  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) || trial == NULL)
    return;
  if (trouble != NULL)
    {
      if (ui_settings_rows_begin (trial->verdict, trouble))
        ui_settings_rows_add (trial->verdict, _ ("It could not be tried"), trouble);
      return;
    }
  const CardeaJson *explanation = cardea_message_get_json (reply, "explanation");
  g_autofree char *says = cardea_json_write (explanation, NULL, NULL);
  if (ui_settings_rows_begin (trial->verdict, says))
    show_verdict (trial, explanation);
}

static void
try_clicked_cb (GtkWidget *page)
{
  Trial *trial = g_object_get_data (G_OBJECT (page), "trial");
  g_autofree char *typed = g_strstrip (g_strdup (gtk_editable_get_text (trial->object)));
  g_autoptr (CardeaMessage) request = cardea_message_new ("policy.explain");

  if (*typed == '\0')
    return;
  cardea_message_set_json (request, "input",
                           make_input (adw_combo_row_get_selected (trial->action), typed));
  ui_link_call_async (trial->link, request, trial->cancellable, explained_cb, g_object_ref (page));
}

void
ui_settings_policy_trial_add (GtkWidget *page, UiLink *link)
{
  AdwPreferencesGroup *group = ui_settings_group_new (
      page, _ ("Try a Request"),
      _ ("What the rules would say to it, if nothing was shared. Nothing is done or recorded."));
  g_autoptr (GtkStringList) labels = gtk_string_list_new (NULL);
  GtkWidget *action = adw_combo_row_new (), *object = adw_entry_row_new ();
  GtkWidget *try = gtk_button_new_with_label (_ ("Try"));
  Trial *trial = g_new0 (Trial, 1);

  for (gsize i = 0; i < G_N_ELEMENTS (actions); i++)
    gtk_string_list_append (labels, _ (actions[i].label));
  adw_combo_row_set_model (ADW_COMBO_ROW (action), G_LIST_MODEL (labels));
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (action), _ ("The assistant wants to"));
  gtk_accessible_update_property (GTK_ACCESSIBLE (action), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("The assistant wants to"), -1);
  adw_preferences_row_set_title (ADW_PREFERENCES_ROW (object), _ ("File, host or program"));
  gtk_accessible_update_property (
      GTK_ACCESSIBLE (gtk_editable_get_delegate (GTK_EDITABLE (object))),
      GTK_ACCESSIBLE_PROPERTY_LABEL, _ ("File, host or program"), -1);
  gtk_widget_set_valign (try, GTK_ALIGN_CENTER);
  gtk_accessible_update_property (GTK_ACCESSIBLE (try), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Try the request"), -1);
  adw_entry_row_add_suffix (ADW_ENTRY_ROW (object), try);
  adw_preferences_group_add (group, action);
  adw_preferences_group_add (group, object);
  trial->link = g_object_ref (link);
  trial->cancellable = g_cancellable_new ();
  trial->action = ADW_COMBO_ROW (action);
  trial->object = GTK_EDITABLE (object);
  trial->verdict = ui_settings_rows_new (group);
  g_object_set_data_full (G_OBJECT (page), "trial", trial, trial_free);
  g_signal_connect_swapped (try, "clicked", G_CALLBACK (try_clicked_cb), page);
  g_signal_connect_swapped (object, "entry-activated", G_CALLBACK (try_clicked_cb), page);
}
