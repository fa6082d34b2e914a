/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-policy.h"

#include "common/base/cardea-text.h"
#include "common/rego/cardea-rego-results.h"

#include <glib/gi18n.h>
#include <string.h>

#define MAX_STEPS G_GUINT64_CONSTANT (2000000000)
#define MAX_MEMORY (512u << 20)
#define MAX_TIME_MS 60000u
#define BENCH_ROUNDS 10000u
#define MAX_BENCH_ROUNDS 1000000000u

CardeaRegoContext *
ui_cli_policy_context_new (void)
{
  CardeaRegoContext *context = cardea_rego_context_new ();
  cardea_rego_context_set_limits (context, MAX_STEPS, MAX_MEMORY, MAX_TIME_MS);
  return context;
}

/* FILE:ROW:COL: CODE: TEXT or less of it. */
static CardeaJson *
describe_problem (const GRegex *pattern, const char *line)
{
  g_autoptr (GMatchInfo) match = NULL;
  g_autofree char *valid = g_utf8_make_valid (line, -1);
  CardeaJson *problem = cardea_json_new_object ();
  if (!g_regex_match (pattern, valid, 0, &match))
    {
      cardea_json_set_string (problem, "message", valid);
      return problem;
    }
  g_autofree char *file = g_match_info_fetch_named (match, "file");
  g_autofree char *row = g_match_info_fetch_named (match, "row");
  g_autofree char *col = g_match_info_fetch_named (match, "col");
  g_autofree char *code = g_match_info_fetch_named (match, "code");
  g_autofree char *text = g_match_info_fetch_named (match, "text");
  CardeaJson *location = cardea_json_new_object ();
  cardea_json_set_string (problem, "message", text);
  cardea_json_set_string (problem, "code", code);
  cardea_json_set_string (location, "file", file);
  cardea_json_set_int (location, "row", g_ascii_strtoll (row, NULL, 10));
  if (col != NULL && *col != '\0')
    cardea_json_set_int (location, "col", g_ascii_strtoll (col, NULL, 10));
  cardea_json_set (problem, "location", location);
  return problem;
}

/* What was found and what was expected. */
static void
add_detail (CardeaJson *problem, const char *text)
{
  g_autofree char *valid = g_utf8_make_valid (text, -1);
  if (cardea_json_get (problem, "details") == NULL)
    cardea_json_set (problem, "details", cardea_json_new_array ());
  cardea_json_append (cardea_json_get (problem, "details"), cardea_json_new_string (valid));
}

gboolean
ui_cli_policy_report (UiCli *cli, GError *failure, gboolean json)
{
  g_autoptr (GError) owned = failure;
  g_autoptr (GRegex) pattern = g_regex_new (
      "^(?<file>.*?):(?<row>[0-9]{1,9})(?::(?<col>[0-9]{1,9}))?: (?<code>[a-z_]+): (?<text>.*)$",
      G_REGEX_DOTALL, 0, NULL);
  g_auto (GStrv) lines = g_strsplit (owned->message, "\n", -1);
  g_autoptr (CardeaJson) document = cardea_json_new_object ();
  CardeaJson *problems = cardea_json_new_array (), *last = NULL;
  for (char **line = lines; *line != NULL; line++)
    {
      gboolean more = **line == '\t' && last != NULL; /* about the problem before */
      const char *text = *line + (more ? 1 : 0);
      g_autofree char *safe = cardea_text_escape (text, strlen (text), NULL);
      if (more)
        {
          ui_cli_output_note (cli->output, "    %s", safe);
          add_detail (last, text);
          continue;
        }
      ui_cli_output_note (cli->output, "cardeactl: %s: %s", cli->verb->name, safe);
      last = describe_problem (pattern, *line);
      cardea_json_append (problems, last);
    }
  cardea_json_set (document, "errors", problems);
  if (json)
    ui_cli_output_json (cli->output, document);
  cli->status = UI_CLI_EXIT_FAILED;
  return TRUE;
}

typedef struct {
  char **data, **bundles;
  char *key, *algorithm;
  char *input, *format, *rounds;
  gboolean v0, strict_builtins, shipped;
} Options;

static void
clear_options (Options *options)
{
  g_strfreev (options->data);
  g_strfreev (options->bundles);
  g_free (options->key);
  g_free (options->algorithm);
  g_free (options->input);
  g_free (options->format);
  g_free (options->rounds);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Options, clear_options)

typedef struct {
  CardeaRegoPolicy *policy;
  CardeaRegoQuery *query;
  CardeaRegoDocument *data, *input;
  CardeaRegoContext *context;
} Job;

static void
clear_job (Job *job)
{
  g_clear_pointer (&job->context, cardea_rego_context_free);
  g_clear_pointer (&job->query, cardea_rego_query_free);
  g_clear_pointer (&job->policy, cardea_rego_policy_unref);
  g_clear_pointer (&job->data, cardea_rego_document_unref);
  g_clear_pointer (&job->input, cardea_rego_document_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Job, clear_job)

/* Everything but the evaluation. results: with a query whose answer is a result set. */
static gboolean
prepare (Job *job, const Options *options, const char *query, gboolean results, GError **error)
{
  g_autoptr (UiCliPolicyLoad) load = ui_cli_policy_load_new ();
  CardeaRegoFlags flags = (options->v0 ? CARDEA_REGO_V0 : 0) | (results ? CARDEA_REGO_MOCK_ALL : 0);
  if (options->shipped && !ui_cli_policy_load_shipped (load, error))
    return FALSE;
  for (char **path = options->data; path != NULL && *path != NULL; path++)
    if (!ui_cli_policy_load_path (load, *path, FALSE, error))
      return FALSE;
  for (char **path = options->bundles; path != NULL && *path != NULL; path++)
    if (!ui_cli_policy_load_bundle (load, *path, options->key, options->algorithm, error))
      return FALSE;
  job->policy = ui_cli_policy_load_compile (load, flags, error);
  if (job->policy == NULL)
    return FALSE;
  job->query = results ? cardea_rego_query_new_results (job->policy, query, error)
                       : cardea_rego_query_new (job->policy, query, error);
  if (job->query == NULL)
    return FALSE;
  job->data = cardea_rego_data_finish (load->data);
  job->input = ui_cli_policy_load_input (options->input, error);
  if (options->input != NULL && job->input == NULL)
    return FALSE;
  job->context = ui_cli_policy_context_new ();
  cardea_rego_context_set_strict (job->context, options->strict_builtins);
  return TRUE;
}

static gboolean
too_big (GError **error)
{
  g_set_error_literal (error, UI_CLI_ERROR, UI_CLI_ERROR_FAILED,
                       _ ("the answer is too big: ask for less of it"));
  return FALSE;
}

static gboolean
print_json (UiCli *cli, Job *job, GError **error)
{
  g_autofree char *json = cardea_rego_results_json (job->context, job->query, TRUE);
  if (json == NULL)
    return too_big (error);
  ui_cli_output_line (cli->output, "%s", json);
  return TRUE;
}

/* A line a solution: the values of its expressions. */
static gboolean
print_raw (UiCli *cli, Job *job, GError **error)
{
  guint variables = 0;
  guint columns = cardea_rego_results_columns (job->context, job->query, &variables);
  for (guint row = 0; row < cardea_rego_results_size (job->context); row++)
    {
      g_autoptr (GString) line = g_string_new (NULL);
      for (guint column = variables; column < columns; column++)
        {
          g_autofree char *cell
              = cardea_rego_results_cell (job->context, job->query, row, column, TRUE, FALSE);
          if (cell == NULL)
            return too_big (error);
          g_string_append_printf (line, "%s%s", column > variables ? " " : "", cell);
        }
      g_autofree char *safe = ui_cli_output_out_is_terminal (cli->output)
                                  ? cardea_text_escape_lines (line->str, line->len)
                                  : g_strdup (line->str);
      ui_cli_output_line (cli->output, "%s", safe);
    }
  return TRUE;
}

static gboolean
print_one (UiCli *cli, Job *job, GError **error)
{
  g_autofree char *json = cardea_rego_results_cell (job->context, job->query, 0, 0, FALSE, TRUE);
  if (json == NULL)
    return too_big (error);
  g_autofree char *safe = cardea_text_escape_lines (json, strlen (json));
  ui_cli_output_line (cli->output, "%s", ui_cli_output_out_is_terminal (cli->output) ? safe : json);
  return TRUE;
}

/* One value by itself; otherwise lines of "name = value, …", a line a solution. */
static gboolean
print_pretty (UiCli *cli, Job *job, GError **error)
{
  guint variables = 0;
  guint columns = cardea_rego_results_columns (job->context, job->query, &variables);
  guint rows = cardea_rego_results_size (job->context);
  if (rows == 0)
    ui_cli_output_line (cli->output, "undefined");
  if (rows == 1 && columns == 1 && variables == 0)
    return print_one (cli, job, error);
  for (guint row = 0; row < rows; row++)
    {
      g_autoptr (GString) line = g_string_new (NULL);
      for (guint column = 0; column < columns; column++)
        {
          g_autofree char *name = cardea_rego_results_column (job->context, job->query, column);
          g_autofree char *cell
              = cardea_rego_results_cell (job->context, job->query, row, column, FALSE, FALSE);
          if (cell == NULL)
            return too_big (error);
          g_string_append_printf (line, "%s%s = %s", column > 0 ? ", " : "", name, cell);
        }
      g_autofree char *safe = cardea_text_escape (line->str, line->len, NULL);
      ui_cli_output_line (cli->output, "%s", safe);
    }
  return TRUE;
}

static const struct {
  const char *name;
  gboolean (*print) (UiCli *cli, Job *job, GError **error);
} formats[] = {
  { "json", print_json },
  { "raw", print_raw },
  { "pretty", print_pretty },
};

static int
find_format (const char *name, GError **error)
{
  for (guint i = 0; i < G_N_ELEMENTS (formats); i++)
    if (name == NULL || strcmp (formats[i].name, name) == 0)
      return (int) i;
  ui_cli_usage (error, _ ("--format is json, raw or pretty: choose one of them"));
  return -1;
}

gboolean
ui_cli_policy_eval (UiCli *cli, char **args, GError **error)
{
  g_auto (Options) options = { NULL };
  g_auto (Job) job = { NULL };
  g_auto (GStrv) rest = NULL;
  GError *failure = NULL;
  const GOptionEntry entries[] = {
    { "data", 'd', 0, G_OPTION_ARG_FILENAME_ARRAY, &options.data, N_ ("Policies and data to load"),
      "PATH" },
    { "bundle", 'b', 0, G_OPTION_ARG_FILENAME_ARRAY, &options.bundles, N_ ("A bundle to load"),
      "BUNDLE" },
    { "verification-key", 0, 0, G_OPTION_ARG_FILENAME, &options.key,
      N_ ("Bundles must be signed with this public key or secret"), "FILE" },
    { "signing-alg", 0, 0, G_OPTION_ARG_FILENAME, &options.algorithm,
      N_ ("The signature’s algorithm, such as ES256"), "NAME" },
    { "input", 'i', 0, G_OPTION_ARG_FILENAME, &options.input, N_ ("The input; - is standard input"),
      "FILE" },
    { "format", 'f', 0, G_OPTION_ARG_FILENAME, &options.format, N_ ("json, raw or pretty"),
      "FORMAT" },
    { "shipped", 0, 0, G_OPTION_ARG_NONE, &options.shipped,
      N_ ("Together with Cardea’s own policies"), NULL },
    { "v0-compatible", 0, 0, G_OPTION_ARG_NONE, &options.v0, N_ ("The language before OPA 1.0"),
      NULL },
    { "strict-builtin-errors", 0, 0, G_OPTION_ARG_NONE, &options.strict_builtins,
      N_ ("An error in a built-in function ends the evaluation"), NULL },
    { NULL },
  };
  if (!ui_cli_parse (cli, entries, args, 1, 1, &rest, error)
      || !ui_cli_check_text (rest[0], "QUERY", error))
    return FALSE;
  int format = find_format (options.format, error);
  if (format < 0)
    return FALSE;
  if (!prepare (&job, &options, rest[0], TRUE, &failure)
      || !cardea_rego_eval (job.context, job.query, job.data, job.input, &failure))
    return ui_cli_policy_report (cli, failure, cli->json || format == 0);
  return formats[format].print (cli, &job, error);
}

static gboolean
measure (UiCli *cli, Job *job, guint64 rounds, GError **error)
{
  for (guint64 i = 0; i < rounds / 10 + 1; i++)
    if (!cardea_rego_eval (job->context, job->query, job->data, job->input, error))
      return FALSE;
  gint64 start = g_get_monotonic_time ();
  for (guint64 i = 0; i < rounds; i++)
    if (!cardea_rego_eval (job->context, job->query, job->data, job->input, error))
      return FALSE;
  gdouble ns = (gdouble) (g_get_monotonic_time () - start) * 1000 / (gdouble) rounds;
  g_autofree char *answer = cardea_rego_answer_json (job->context, FALSE);
  char text[G_ASCII_DTOSTR_BUF_SIZE];
  ui_cli_output_line (cli->output, "ns/eval=%s", g_ascii_formatd (text, sizeof text, "%.1f", ns));
  ui_cli_output_line (cli->output, "result=%s", answer != NULL ? answer : "undefined");
  return TRUE;
}

gboolean
ui_cli_policy_bench (UiCli *cli, char **args, GError **error)
{
  g_auto (Options) options = { NULL };
  g_auto (Job) job = { NULL };
  g_auto (GStrv) rest = NULL;
  GError *failure = NULL;
  guint64 rounds = BENCH_ROUNDS;
  const GOptionEntry entries[] = {
    { "count", 'n', 0, G_OPTION_ARG_FILENAME, &options.rounds, N_ ("How many evaluations"), "N" },
    { "data", 'd', 0, G_OPTION_ARG_FILENAME_ARRAY, &options.data, N_ ("Policies and data to load"),
      "PATH" },
    { "input", 'i', 0, G_OPTION_ARG_FILENAME, &options.input, N_ ("The input; - is standard input"),
      "FILE" },
    { "shipped", 0, 0, G_OPTION_ARG_NONE, &options.shipped,
      N_ ("Together with Cardea’s own policies"), NULL },
    { "v0-compatible", 0, 0, G_OPTION_ARG_NONE, &options.v0, N_ ("The language before OPA 1.0"),
      NULL },
    { NULL },
  };
  if (!ui_cli_parse (cli, entries, args, 1, 1, &rest, error)
      || !ui_cli_check_text (rest[0], "QUERY", error))
    return FALSE;
  if (options.rounds != NULL
      && !g_ascii_string_to_unsigned (options.rounds, 10, 1, MAX_BENCH_ROUNDS, &rounds, NULL))
    {
      ui_cli_usage (error, _ ("-n is a number from 1 to %u: give one"), MAX_BENCH_ROUNDS);
      return FALSE;
    }
  if (!prepare (&job, &options, rest[0], FALSE, &failure))
    return ui_cli_policy_report (cli, failure, cli->json);
  /* As the guardian decides: it asks the same policies with the same data again and again. */
  cardea_rego_context_set_lasting (job.context, options.shipped);
  if (!measure (cli, &job, rounds, &failure))
    return ui_cli_policy_report (cli, failure, cli->json);
  return TRUE;
}
