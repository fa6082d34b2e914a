/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-text.h"
#include "common/rego/cardea-rego-results.h"
#include "ui/cli/ui-cli-policy.h"

#include <glib/gi18n.h>
#include <string.h>

typedef enum {
  PASS,
  FAIL,
  SKIPPED,
  ERROR,
} Verdict;

static const char *const names[] = {
  [PASS] = "PASS",
  [FAIL] = "FAIL",
  [SKIPPED] = "SKIPPED",
  [ERROR] = "ERROR",
};

static gboolean
load_all (UiCliPolicyLoad *load, char **paths, gboolean rego_only, gboolean shipped, GError **error)
{
  if (shipped && !ui_cli_policy_load_shipped (load, error))
    return FALSE;
  for (; *paths != NULL; paths++)
    if (!ui_cli_policy_load_path (load, *paths, rego_only, error))
      return FALSE;
  return TRUE;
}

gboolean
ui_cli_policy_check (UiCli *cli, char **args, GError **error)
{
  gboolean v0 = FALSE, strict = FALSE, shipped = FALSE;
  g_auto (GStrv) rest = NULL;
  GError *failure = NULL;
  const GOptionEntry entries[] = {
    { "strict", 'S', 0, G_OPTION_ARG_NONE, &strict,
      N_ ("Also refuse unused variables and imports, as OPA’s --strict"), NULL },
    { "shipped", 0, 0, G_OPTION_ARG_NONE, &shipped, N_ ("Together with Cardea’s own policies"),
      NULL },
    { "v0-compatible", 0, 0, G_OPTION_ARG_NONE, &v0, N_ ("The language before OPA 1.0"), NULL },
    { NULL },
  };
  if (!ui_cli_parse (cli, entries, args, 1, G_MAXUINT, &rest, error))
    return FALSE;
  g_autoptr (UiCliPolicyLoad) load = ui_cli_policy_load_new ();
  CardeaRegoFlags flags
      = (v0 ? CARDEA_REGO_V0 : 0) | (strict ? CARDEA_REGO_STRICT : 0) | CARDEA_REGO_PRINTS;
  if (!load_all (load, rest, TRUE, shipped, &failure))
    return ui_cli_policy_report (cli, failure, cli->json);
  g_autoptr (CardeaRegoPolicy) policy = ui_cli_policy_load_compile (load, flags, &failure);
  if (policy == NULL)
    return ui_cli_policy_report (cli, failure, cli->json);
  if (cli->json)
    ui_cli_output_line (cli->output, "{}");
  return TRUE;
}

typedef struct {
  UiCli *cli;
  CardeaRegoPolicy *policy;
  CardeaRegoDocument *data;
  CardeaRegoContext *context;
  CardeaJson *list;
  gboolean verbose;
  guint counts[G_N_ELEMENTS (names)];
  const char *file; /* the last one named on the screen */
} Run;

static Verdict
run_test (Run *run, const CardeaRegoTest *test, GError **error)
{
  if (test->todo)
    return SKIPPED;
  g_autoptr (CardeaRegoQuery) query = cardea_rego_query_new (run->policy, test->path, error);
  if (query == NULL || !cardea_rego_eval (run->context, query, run->data, NULL, error))
    return ERROR;
  return cardea_rego_answer_passes (run->context) ? PASS : FAIL;
}

static void
print_test (Run *run, const CardeaRegoTest *test, Verdict verdict, gint64 us, const GError *failure)
{
  if (verdict == PASS && !run->verbose)
    return;
  g_autofree char *path = cardea_text_escape (test->path, strlen (test->path), NULL);
  if (run->file != test->file)
    {
      g_autofree char *file = cardea_text_escape (test->file, strlen (test->file), NULL);
      ui_cli_output_line (run->cli->output, "%s:", file);
      run->file = test->file;
    }
  if (verdict == SKIPPED)
    ui_cli_output_line (run->cli->output, "%s: %s", path, names[verdict]);
  else
    ui_cli_output_line (run->cli->output, "%s: %s (%" G_GINT64_FORMAT "µs)", path, names[verdict],
                        us);
  if (failure == NULL)
    return;
  g_autofree char *text = cardea_text_escape (failure->message, strlen (failure->message), NULL);
  ui_cli_output_line (run->cli->output, "  %s", text);
}

static void
list_test (Run *run, const CardeaRegoTest *test, Verdict verdict, gint64 us, const GError *failure)
{
  static const char *const members[] = {
    [FAIL] = "fail",
    [SKIPPED] = "skip",
  };
  const char *dot = strrchr (test->path, '.');
  g_autofree char *package = g_strndup (test->path, (gsize) (dot - test->path));
  CardeaJson *item = cardea_json_new_object ();
  CardeaJson *location = cardea_json_new_object ();
  cardea_json_set_string (location, "file", test->file);
  cardea_json_set_int (location, "row", test->row);
  cardea_json_set (item, "location", location);
  cardea_json_set_string (item, "package", package);
  cardea_json_set_string (item, "name", dot + 1);
  cardea_json_set_int (item, "duration", us * 1000);
  if (verdict < G_N_ELEMENTS (members) && members[verdict] != NULL)
    cardea_json_set_boolean (item, members[verdict], TRUE);
  if (failure != NULL)
    {
      g_autofree char *text = g_utf8_make_valid (failure->message, -1);
      cardea_json_set_string (item, "error", text);
    }
  cardea_json_append (run->list, item);
}

static void
print_summary (Run *run, guint total)
{
  if (run->verbose || run->counts[PASS] != total)
    ui_cli_output_line (run->cli->output, "%.*s", 80,
                        "----------------------------------------"
                        "----------------------------------------");
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    if (run->counts[i] > 0)
      ui_cli_output_line (run->cli->output, "%s: %u/%u", names[i], run->counts[i], total);
}

static void
run_all (Run *run)
{
  g_autoptr (GArray) tests = cardea_rego_policy_tests (run->policy);
  for (guint i = 0; i < tests->len; i++)
    {
      const CardeaRegoTest *test = &g_array_index (tests, CardeaRegoTest, i);
      g_autoptr (GError) failure = NULL;
      gint64 start = g_get_monotonic_time ();
      Verdict verdict = run_test (run, test, &failure);
      gint64 us = g_get_monotonic_time () - start;
      run->counts[verdict]++;
      if (run->cli->json)
        list_test (run, test, verdict, us, failure);
      else
        print_test (run, test, verdict, us, failure);
    }
  if (run->cli->json)
    ui_cli_output_json (run->cli->output, run->list);
  else
    print_summary (run, tests->len);
}

static gboolean
test_policy (UiCli *cli, UiCliPolicyLoad *load, CardeaRegoFlags flags, gboolean verbose)
{
  GError *failure = NULL;
  g_autoptr (CardeaRegoPolicy) policy = ui_cli_policy_load_compile (load, flags, &failure);
  if (policy == NULL)
    return ui_cli_policy_report (cli, failure, cli->json);
  g_autoptr (CardeaRegoDocument) data = cardea_rego_data_finish (load->data);
  g_autoptr (CardeaRegoContext) context = ui_cli_policy_context_new ();
  g_autoptr (CardeaJson) list = cardea_json_new_array ();
  Run run = { cli, policy, data, context, list, verbose, { 0 }, NULL };
  run_all (&run);
  if (run.counts[FAIL] > 0 || run.counts[ERROR] > 0)
    cli->status = UI_CLI_EXIT_FAILED;
  return TRUE;
}

gboolean
ui_cli_policy_test (UiCli *cli, char **args, GError **error)
{
  gboolean v0 = FALSE, verbose = FALSE, shipped = FALSE;
  g_auto (GStrv) rest = NULL;
  GError *failure = NULL;
  const GOptionEntry entries[] = {
    { "verbose", 'v', 0, G_OPTION_ARG_NONE, &verbose, N_ ("Name the tests that pass, too"), NULL },
    { "shipped", 0, 0, G_OPTION_ARG_NONE, &shipped, N_ ("Together with Cardea’s own policies"),
      NULL },
    { "v0-compatible", 0, 0, G_OPTION_ARG_NONE, &v0, N_ ("The language before OPA 1.0"), NULL },
    { NULL },
  };
  if (!ui_cli_parse (cli, entries, args, 1, G_MAXUINT, &rest, error))
    return FALSE;
  g_autoptr (UiCliPolicyLoad) load = ui_cli_policy_load_new ();
  if (!load_all (load, rest, FALSE, shipped, &failure))
    return ui_cli_policy_report (cli, failure, cli->json);
  return test_policy (cli, load, v0 ? CARDEA_REGO_V0 : 0, verbose);
}
