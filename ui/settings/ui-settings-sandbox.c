/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts cardeactl, in our own folder, for what its attempts met: it reads what they say, which are
 * a confined program's words. Refuses to call anything held that it does not say so of. */

#include "ui/settings/ui-settings-sandbox.h"

#include "common/base/cardea-paths.h"
#include "ui/settings/ui-settings-check.h"
#include "ui/words/ui-words-attempt.h"
#include "ui/words/ui-words.h"

#include <glib/gi18n.h>

#define LIMIT_ANSWER (1024u * 1024u) /* bytes */
#define LIMIT_VALUES 20000u

struct _UiSettingsSandbox {
  AdwPreferencesPage parent_instance;
  UiLink *link;
  GCancellable *cancellable;
  UiSettingsRows *levels;
  UiSettingsRows *layers;
  UiSettingsRows *proof;
  GtkWidget *button;
  GtkSpinner *spinner;
};

G_DEFINE_FINAL_TYPE (UiSettingsSandbox, ui_settings_sandbox, ADW_TYPE_PREFERENCES_PAGE)

/* Who is held how (ARCHITECTURE.md, The sandbox). */
static const struct {
  const char *title;
  const char *text;
} levels[] = {
  { N_ ("The assistant"),
    N_ ("No file, no network, no other program: it has a channel to the guardian, and the system "
        "calls it needs by a list.") },
  { N_ ("Other agents and programs"),
    N_ ("The system to be read, your home as you share it, hosts through a proxy; dangerous system "
        "calls are closed by families.") },
  { N_ ("Programs that the assistant runs"),
    N_ ("The same without a network, and of your files what was listed in the question.") },
};

/* The doctor's checks that are about holding a program. */
static const char *const layers[]
    = { "kernel", "namespaces", "seccomp", "landlock", "bubblewrap", "cgroup", "fuse", NULL };

/* --- what there is --- */

static void
show_layers (UiSettingsSandbox *self, const CardeaJson *checks)
{
  for (guint i = 0; i < cardea_json_size (checks); i++)
    {
      const CardeaJson *check = cardea_json_nth (checks, i);
      const char *id = cardea_json_get_string (check, "id");
      if (id != NULL && g_strv_contains (layers, id))
        ui_settings_check_add (self->layers, check);
    }
}

static void
reported_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiSettingsSandbox) self = user_data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) reply = ui_link_call_finish (UI_LINK (source), result, &error);
  g_autofree char *trouble = ui_link_describe_trouble (reply, error);

  if (trouble != NULL && ui_settings_rows_begin (self->layers, trouble))
    ui_settings_rows_add (self->layers, _ ("The guardian does not answer"), trouble);
  if (trouble != NULL || reply == NULL)
    return;
  const CardeaJson *checks = cardea_json_get (cardea_message_get_json (reply, "report"), "checks");
  g_autofree char *says = checks != NULL ? cardea_json_write (checks, NULL, NULL) : NULL;
  if (says != NULL && ui_settings_rows_begin (self->layers, says))
    show_layers (self, checks);
}

static void
fetch (GtkWidget *page)
{
  UiSettingsSandbox *self = UI_SETTINGS_SANDBOX (page);
  g_autoptr (CardeaMessage) request = cardea_message_new ("doctor");
  ui_link_call_async (self->link, request, self->cancellable, reported_cb, g_object_ref (self));
}

/* --- trying it --- */

static void
add_class (UiSettingsSandbox *self, const CardeaJson *class)
{
  const char *name = cardea_json_get_string (class, "class");
  const char *title = name != NULL ? ui_words_attempt_class (name) : NULL;
  gint64 held = 0, through = 1, absent = 0;

  cardea_json_get_int (class, "held", &held);
  cardea_json_get_int (class, "through", &through);
  cardea_json_get_int (class, "absent", &absent);
  g_autofree char *counted
      = g_strdup_printf (_ ("%d of %d attempts held"), (int) held, (int) (held + through));
  g_autofree char *text
      = absent > 0 ? g_strdup_printf (_ ("%s, %d could not be tried here"), counted, (int) absent)
                   : g_strdup (counted);
  AdwActionRow *row = ui_settings_rows_add (self->proof, title != NULL ? title : "?", text);
  ui_settings_check_mark (row,
                          through > 0  ? "missing"
                          : absent > 0 ? "reduced"
                                       : "ok",
                          through > 0 ? _ ("Failed") : _ ("Held"));
}

static void
add_attempt (UiSettingsSandbox *self, const CardeaJson *attempt)
{
  g_autofree char *name = ui_words_text (attempt, "name");
  g_autofree char *detail = ui_words_text (attempt, "detail");

  if (g_strcmp0 (cardea_json_get_string (attempt, "result"), "through") != 0)
    return;
  AdwActionRow *row = ui_settings_rows_add (self->proof, name != NULL ? name : "?", detail);
  ui_settings_check_mark (row, "missing", _ ("Got through"));
}

/* FALSE: it is no proof. */
static gboolean
show_proof (UiSettingsSandbox *self, GBytes *answer)
{
  gsize size = 0;
  const char *text = answer != NULL ? g_bytes_get_data (answer, &size) : NULL;
  g_autoptr (CardeaJson) report = text != NULL && size <= LIMIT_ANSWER
                                      ? cardea_json_parse_bounded (text, size, LIMIT_VALUES, NULL)
                                      : NULL;
  const CardeaJson *proof = report != NULL ? cardea_json_get (report, "proof") : NULL;
  const CardeaJson *classes = proof != NULL ? cardea_json_get (proof, "classes") : NULL;
  const CardeaJson *attempts = proof != NULL ? cardea_json_get (proof, "attempts") : NULL;

  if (classes == NULL || cardea_json_size (classes) == 0)
    return FALSE;
  ui_settings_rows_begin (self->proof, NULL);
  for (guint i = 0; i < cardea_json_size (classes); i++)
    add_class (self, cardea_json_nth (classes, i));
  for (guint i = 0; i < cardea_json_size (attempts); i++)
    add_attempt (self, cardea_json_nth (attempts, i));
  return TRUE;
}

static void
show_trying (UiSettingsSandbox *self, gboolean trying)
{
  gtk_widget_set_sensitive (self->button, !trying);
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), trying);
  gtk_spinner_set_spinning (self->spinner, trying);
}

static void
show_failure (UiSettingsSandbox *self, const char *why)
{
  ui_settings_rows_begin (self->proof, NULL);
  AdwActionRow *row = ui_settings_rows_add (self->proof, _ ("It could not be tried"), why);
  ui_settings_check_mark (row, "missing", "");
}

static void
tried_cb (GObject *source, GAsyncResult *result, gpointer user_data)
{
  g_autoptr (UiSettingsSandbox) self = user_data;
  g_autoptr (GBytes) answer = NULL;
  g_autoptr (GBytes) words = NULL;
  g_autoptr (GError) error = NULL;

  g_subprocess_communicate_finish (G_SUBPROCESS (source), result, &answer, &words, &error);
  if (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    {
      g_subprocess_force_exit (G_SUBPROCESS (source));
      return;
    }
  show_trying (self, FALSE);
  if (!show_proof (self, answer))
    show_failure (self,
                  error != NULL ? error->message : _ ("the attempts were not made to the end"));
}

static void
try_cb (GtkButton *button, UiSettingsSandbox *self)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *program = cardea_paths_program ("cardeactl", &error);
  g_autoptr (GSubprocess) process
      = program != NULL
            ? g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE | G_SUBPROCESS_FLAGS_STDERR_PIPE,
                                &error, program, "doctor", "--prove", "--json", NULL)
            : NULL;

  if (process == NULL)
    {
      show_failure (self, error->message);
      return;
    }
  show_trying (self, TRUE);
  g_subprocess_communicate_async (process, NULL, self->cancellable, tried_cb, g_object_ref (self));
}

/* --- the page --- */

static void
ui_settings_sandbox_dispose (GObject *object)
{
  UiSettingsSandbox *self = UI_SETTINGS_SANDBOX (object);

  g_cancellable_cancel (self->cancellable);
  g_clear_object (&self->link);
  G_OBJECT_CLASS (ui_settings_sandbox_parent_class)->dispose (object);
}

static void
ui_settings_sandbox_finalize (GObject *object)
{
  UiSettingsSandbox *self = UI_SETTINGS_SANDBOX (object);

  g_object_unref (self->cancellable);
  ui_settings_rows_free (self->levels);
  ui_settings_rows_free (self->layers);
  ui_settings_rows_free (self->proof);
  G_OBJECT_CLASS (ui_settings_sandbox_parent_class)->finalize (object);
}

static void
ui_settings_sandbox_class_init (UiSettingsSandboxClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ui_settings_sandbox_dispose;
  G_OBJECT_CLASS (klass)->finalize = ui_settings_sandbox_finalize;
}

static void
ui_settings_sandbox_init (UiSettingsSandbox *self)
{
  self->cancellable = g_cancellable_new ();
}

static void
add_trial (UiSettingsSandbox *self, AdwPreferencesGroup *group)
{
  AdwActionRow *row = ui_settings_group_add_row (
      group, _ ("Try to break out"),
      _ ("A program of ours tries about a hundred ways out of a sandbox on this computer."));

  self->spinner = GTK_SPINNER (gtk_spinner_new ());
  gtk_widget_set_visible (GTK_WIDGET (self->spinner), FALSE);
  adw_action_row_add_suffix (row, GTK_WIDGET (self->spinner));
  self->button = ui_settings_group_add_button (row, _ ("Try"), _ ("Try to break out"));
  g_signal_connect_object (self->button, "clicked", G_CALLBACK (try_cb), self, 0);
}

GtkWidget *
ui_settings_sandbox_new (UiLink *link)
{
  UiSettingsSandbox *self = g_object_new (UI_TYPE_SETTINGS_SANDBOX, NULL);
  GtkWidget *page = GTK_WIDGET (self);

  self->link = g_object_ref (link);
  self->levels = ui_settings_rows_new (ui_settings_group_new (page, _ ("Who Is Held How"), NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (levels); i++)
    ui_settings_rows_add (self->levels, _ (levels[i].title), _ (levels[i].text));
  self->layers
      = ui_settings_rows_new (ui_settings_group_new (page, _ ("What This Computer Gives"), NULL));
  AdwPreferencesGroup *trial = ui_settings_group_new (page, _ ("Self-Test"), NULL);
  add_trial (self, trial);
  self->proof = ui_settings_rows_new (trial);
  ui_settings_group_follow (page, link, fetch);
  return page;
}
