/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-link.h"
#include "ui/cli/ui-cli-prove.h"
#include "ui/cli/ui-cli-verbs.h"

#include <glib/gi18n.h>
#include <string.h>

/* Asks for a report and writes it; NULL with error. The caller owns the answer. */
static CardeaMessage *
show_report (UiCli *cli, char **args, const char *request, const char *reply,
             void (*write) (UiCli *cli, const CardeaJson *report), GError **error)
{
  if (!ui_cli_parse (cli, NULL, args, 0, 0, NULL, error) || !ui_cli_link_open (cli, -1, error))
    return NULL;
  CardeaMessage *answer = ui_cli_link_call (cli, cardea_message_new (request), reply, error);
  if (answer == NULL)
    return NULL;
  const CardeaJson *report = cardea_message_get_json (answer, "report");
  if (cli->json)
    ui_cli_output_json (cli->output, report);
  else
    write (cli, report);
  return answer;
}

/* --- status --- */

static gboolean
is_true (const CardeaJson *object, const char *name)
{
  gboolean value = FALSE;
  return object != NULL && cardea_json_get_boolean (object, name, &value) && value;
}

static char *
describe_keys (const CardeaJson *keys)
{
  static const struct {
    const char *store;
    const char *words;
  } stores[] = {
    { "keyring", N_ ("in the keyring, sealed") },
    { "passphrase", N_ ("sealed with a passphrase") },
    { "file", N_ ("unsealed: in a plain file that only you can read") },
  };
  const char *store = keys != NULL ? cardea_json_get_string (keys, "store") : NULL;
  const char *state = keys != NULL ? cardea_json_get_string (keys, "state") : NULL;
  g_autofree char *reason = keys != NULL ? ui_cli_output_cell (keys, "reason") : g_strdup ("");
  const char *words = _ ("not fetched yet; the first session does");
  for (guint i = 0; i < G_N_ELEMENTS (stores); i++)
    if (g_strcmp0 (store, stores[i].store) == 0)
      words = _ (stores[i].words);
  if (g_strcmp0 (state, "locked") == 0)
    words = _ ("locked: no session can start");
  return *reason != '\0' ? g_strdup_printf (_ ("%s (%s)"), words, reason) : g_strdup (words);
}

static const struct {
  const char *state;
  const char *words;
  UiCliTone tone;
} log_states[] = {
  { "whole", N_ ("whole"), UI_CLI_TONE_PLAIN },
  { "pending", N_ ("some wait for a checkpoint"), UI_CLI_TONE_PLAIN },
  { "damaged", N_ ("DAMAGED: see “cardeactl audit verify”"), UI_CLI_TONE_BAD },
  { "full", N_ ("cannot grow, the disk is full: nothing is allowed until there is room"),
    UI_CLI_TONE_BAD },
};

static UiCliTone
log_tone (const CardeaJson *log)
{
  const char *state = log != NULL ? cardea_json_get_string (log, "state") : NULL;
  for (guint i = 0; i < G_N_ELEMENTS (log_states); i++)
    if (g_strcmp0 (log_states[i].state, state) == 0)
      return log_states[i].tone;
  return UI_CLI_TONE_WARNING;
}

static char *
describe_log_state (const CardeaJson *log)
{
  const char *state = cardea_json_get_string (log, "state");
  for (guint i = 0; i < G_N_ELEMENTS (log_states); i++)
    if (g_strcmp0 (log_states[i].state, state) == 0)
      return g_strdup (_ (log_states[i].words));
  return ui_cli_output_cell (log, "state");
}

static char *
describe_log (const CardeaJson *log)
{
  if (log == NULL)
    return g_strdup ("?");
  g_autofree char *records = ui_cli_output_cell (log, "records");
  g_autofree char *state = describe_log_state (log);
  g_autofree char *sealed = ui_cli_output_cell (log, "checkpoint");
  g_autofree char *folder = ui_cli_output_path (log, "folder");
  return g_strdup_printf (_ ("%s records (%s under a checkpoint; %s), in %s"), records,
                          *sealed != '\0' ? sealed : "0", state, folder);
}

static char *
describe_worker (const CardeaJson *worker)
{
  g_autofree char *state = ui_cli_output_cell (worker, "state");
  g_autofree char *pid = ui_cli_output_cell (worker, "pid");
  gint64 restarts = 0;
  cardea_json_get_int (worker, "restarts", &restarts);
  g_autofree char *process
      = *pid != '\0' ? g_strdup_printf (_ ("%s (process %s)"), state, pid) : g_strdup (state);
  if (restarts == 0)
    return g_steal_pointer (&process);
  return g_strdup_printf (
      ngettext ("%s, replaced %d time", "%s, replaced %d times", (gulong) restarts), process,
      (int) restarts);
}

static void
add_count (UiCliTable *table, const CardeaJson *report, const char *name, const char *label)
{
  if (cardea_json_get (report, name) != NULL)
    ui_cli_table_add (table, UI_CLI_TONE_PLAIN, g_strdup (label),
                      ui_cli_output_cell (report, name));
}

static void
write_status (UiCli *cli, const CardeaJson *report)
{
  g_autoptr (UiCliTable) table = ui_cli_table_new (NULL, 2);
  g_autofree char *version = ui_cli_output_cell (report, "version");
  g_autofree char *pid = ui_cli_output_cell (report, "pid");
  g_autofree char *mode = ui_cli_output_cell (report, "mode");
  g_autofree char *started = ui_cli_output_local_time (cardea_json_get_string (report, "started"));
  const CardeaJson *keys = cardea_json_get (report, "keys");
  const CardeaJson *log = cardea_json_get (report, "log");
  const CardeaJson *workers = cardea_json_get (report, "workers");

  ui_cli_table_add (table, UI_CLI_TONE_PLAIN, g_strdup (_ ("Guardian")),
                    g_strdup_printf (_ ("running (%s mode, version %s, process %s, since %s)"),
                                     mode, version, pid, started));
  add_count (table, report, "sessions", _ ("Sessions"));
  add_count (table, report, "waiting", _ ("Questions waiting"));
  add_count (table, report, "grants", _ ("Grants"));
  ui_cli_table_add (table, log_tone (log), g_strdup (_ ("Log")), describe_log (log));
  ui_cli_table_add (table, is_true (keys, "sealed") ? UI_CLI_TONE_PLAIN : UI_CLI_TONE_WARNING,
                    g_strdup (_ ("Keys")), describe_keys (keys));
  for (guint i = 0; workers != NULL && i < cardea_json_size (workers); i++)
    {
      const CardeaJson *worker = cardea_json_nth (workers, i);
      g_autofree char *name = ui_cli_output_cell (worker, "name");
      ui_cli_table_add (table, UI_CLI_TONE_PLAIN, g_strdup_printf (_ ("Worker %s"), name),
                        describe_worker (worker));
    }
  ui_cli_output_table (cli->output, table);
}

gboolean
ui_cli_report_status (UiCli *cli, char **args, GError **error)
{
  g_autoptr (CardeaMessage) answer
      = show_report (cli, args, "status", "status.report", write_status, error);
  return answer != NULL;
}

/* --- doctor --- */

static const struct {
  const char *state;
  const char *words;
  UiCliTone tone;
} states[] = {
  { "ok", N_ ("ok"), UI_CLI_TONE_PLAIN },
  { "reduced", N_ ("reduced"), UI_CLI_TONE_WARNING },
  { "missing", N_ ("MISSING"), UI_CLI_TONE_BAD },
};

static void
add_check (UiCliTable *table, const CardeaJson *check)
{
  const char *state = cardea_json_get_string (check, "state");
  g_autofree char *words = ui_cli_output_cell (check, "state");
  UiCliTone tone = UI_CLI_TONE_WARNING;
  for (guint i = 0; i < G_N_ELEMENTS (states); i++)
    if (g_strcmp0 (state, states[i].state) == 0)
      {
        g_free (words);
        words = g_strdup (_ (states[i].words));
        tone = states[i].tone;
      }
  g_autofree char *found = ui_cli_output_cell (check, "found");
  g_autofree char *remedy = ui_cli_output_cell (check, "remedy");
  char *text = *remedy == '\0'  ? g_strdup (found)
               : *found == '\0' ? g_strdup (remedy)
                                : g_strdup_printf (_ ("%s: %s"), found, remedy);
  ui_cli_table_add (table, tone, g_steal_pointer (&words), ui_cli_output_cell (check, "title"),
                    text);
}

static const char *
summarise (const CardeaJson *report)
{
  const char *assurance = cardea_json_get_string (report, "assurance");
  if (!is_true (report, "usable"))
    return _ (
        "This machine cannot confine an agent: nothing is started until what is MISSING above "
        "is there.");
  if (g_strcmp0 (assurance, "full") == 0)
    return _ ("This machine enforces everything Cardea needs.");
  return _ ("This machine enforces what Cardea must have; what is reduced above is weaker than it "
            "could be.");
}

static void
write_doctor (UiCli *cli, const CardeaJson *report)
{
  const CardeaJson *checks = cardea_json_get (report, "checks");
  g_autoptr (UiCliTable) table = ui_cli_table_new (NULL, 3);
  for (guint i = 0; checks != NULL && i < cardea_json_size (checks); i++)
    add_check (table, cardea_json_nth (checks, i));
  ui_cli_output_table (cli->output, table);
  ui_cli_output_line (cli->output, "\n%s", summarise (report));
}

/* NULL with error, or when there is nothing to prove it with: a machine that cannot confine. */
static CardeaJson *
prove (const CardeaJson *report, gboolean wanted, GError **error)
{
  return wanted && is_true (report, "usable") ? ui_cli_prove_attempts (error) : NULL;
}

gboolean
ui_cli_report_doctor (UiCli *cli, char **args, GError **error)
{
  gboolean proving = FALSE;
  g_autoptr (GError) failure = NULL;
  const GOptionEntry entries[] = {
    { "prove", 0, 0, G_OPTION_ARG_NONE, &proving,
      N_ ("Try to get out of a sandbox on this machine, too"), NULL },
    { NULL },
  };

  if (!ui_cli_parse (cli, entries, args, 0, 0, NULL, error) || !ui_cli_link_open (cli, -1, error))
    return FALSE;
  g_autoptr (CardeaMessage) answer
      = ui_cli_link_call (cli, cardea_message_new ("doctor"), "doctor.report", error);
  if (answer == NULL)
    return FALSE;
  g_autoptr (CardeaJson) report = cardea_json_copy (cardea_message_get_json (answer, "report"));
  if (!cli->json)
    write_doctor (cli, report);
  if (!is_true (report, "usable"))
    cli->status = UI_CLI_EXIT_NO_GUARDIAN;
  g_autoptr (CardeaJson) proof = prove (report, proving, &failure);
  if (proof != NULL)
    cardea_json_set (report, "proof", cardea_json_ref (proof));
  if (cli->json)
    ui_cli_output_json (cli->output, report);
  else if (proof != NULL)
    ui_cli_prove_write (cli, proof);
  if (proof != NULL && !ui_cli_prove_held (proof))
    cli->status = UI_CLI_EXIT_FAILED;
  if (failure == NULL)
    return TRUE;
  g_propagate_error (error, g_steal_pointer (&failure));
  return FALSE;
}
