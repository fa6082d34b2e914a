/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli.h"

#include "ui/cli/ui-cli-help.h"
#include "ui/cli/ui-cli-link.h"
#include "ui/cli/ui-cli-verbs.h"
#include "ui/programs/ui-program.h"

#include <glib/gi18n.h>
#include <string.h>
#include <unistd.h>

UiCli *
ui_cli_new (const UiCliDoing *doings)
{
  UiCli *cli = g_new0 (UiCli, 1);
  cli->doings = doings;
  cli->output = ui_cli_output_new (STDOUT_FILENO, STDERR_FILENO);
  return cli;
}

void
ui_cli_free (UiCli *cli)
{
  g_clear_pointer (&cli->link, ui_cli_link_free);
  g_clear_pointer (&cli->output, ui_cli_output_free);
  g_free (cli->trace);
  g_free (cli);
}

void
ui_cli_usage (GError **error, const char *format, ...)
{
  va_list arguments;
  va_start (arguments, format);
  g_autofree char *text = g_strdup_vprintf (format, arguments);
  va_end (arguments);
  g_set_error_literal (error, UI_CLI_ERROR, UI_CLI_ERROR_USAGE, text);
}

static int
report (UiCli *cli, const char *verb, const GError *error)
{
  g_autofree char *line = ui_cli_error_line (error, verb);
  ui_cli_output_note (cli->output, "%s", line);
  if (cli->json)
    {
      g_autofree char *json = ui_cli_error_json (error, cli->trace);
      ui_cli_output_line (cli->output, "%s", json);
    }
  return ui_cli_error_exit_status (error);
}

/* Known before the options are read, so that even a mistake in them is reported in JSON. */
static gboolean
wants_json (char **args)
{
  for (; *args != NULL && strcmp (*args, "--") != 0; args++)
    if (strcmp (*args, "--json") == 0)
      return TRUE;
  return FALSE;
}

static gboolean
wants_help (char **args)
{
  return args[0] != NULL && (strcmp (args[0], "--help") == 0 || strcmp (args[0], "-h") == 0);
}

/* No verb: help, version, a group's help, or a mistake. */
static int
run_without_verb (UiCli *cli, char **words)
{
  if (words[0] == NULL || wants_help (words) || strcmp (words[0], "help") == 0)
    {
      const char *group = words[0] != NULL && words[1] != NULL ? words[1] : NULL;
      ui_cli_help_show_all (cli->output, group);
      return words[0] == NULL ? UI_CLI_EXIT_USAGE : UI_CLI_EXIT_DONE;
    }
  if (strcmp (words[0], "--version") == 0)
    {
      ui_cli_output_line (cli->output, "cardeactl %s", CARDEA_VERSION);
      return UI_CLI_EXIT_DONE;
    }
  if (ui_cli_verbs_is_group (words[0]) && wants_help (words + 1))
    {
      ui_cli_help_show_all (cli->output, words[0]);
      return UI_CLI_EXIT_DONE;
    }

  g_autoptr (GError) error = NULL;
  if (ui_cli_verbs_is_group (words[0]))
    ui_cli_usage (&error, _ ("a verb is missing: see “cardeactl %s --help”"), words[0]);
  else
    ui_cli_usage (&error, _ ("there is no such verb: see “cardeactl --help”"));
  cli->json = wants_json (words);
  return report (cli, words[0], error);
}

static gboolean
run_verb (UiCli *cli, char **args, GError **error)
{
  for (const UiCliDoing *doing = cli->doings; doing != NULL && doing->name != NULL; doing++)
    if (strcmp (doing->name, cli->verb->name) == 0)
      return doing->run (cli, args, error);
  return cli->verb->run (cli, args, error);
}

int
ui_cli_run (UiCli *cli, char **argv)
{
  char **words = argv + 1;
  guint used = 0;
  if (words[0] != NULL && strcmp (words[0], "help") == 0 && words[1] != NULL)
    {
      const UiCliVerb *verb = ui_cli_verbs_find (words + 1, &used);
      char *help[] = { (char *) "--help", NULL };
      cli->verb = verb;
      if (verb != NULL)
        return run_verb (cli, help, NULL) ? UI_CLI_EXIT_DONE : cli->status;
    }

  cli->verb = ui_cli_verbs_find (words, &used);
  if (cli->verb == NULL)
    return run_without_verb (cli, words);

  g_autoptr (GError) error = NULL;
  cli->json = wants_json (words + used);
  gboolean done = run_verb (cli, words + used, &error);
  if (!done && error != NULL)
    return report (cli, cli->verb->name, error);
  if (done && ui_cli_output_reader_gone (cli->output))
    return UI_CLI_EXIT_FAILED;
  if (done && !ui_cli_output_ok (cli->output))
    {
      g_set_error_literal (&error, UI_CLI_ERROR, UI_CLI_ERROR_FAILED,
                           _ ("the answer could not be written: check where standard output goes"));
      return report (cli, cli->verb->name, error);
    }
  return cli->status;
}

/* GOption's own messages have no "what to do". */
static void
turn_into_usage (UiCli *cli, GError *failure, GError **error)
{
  ui_cli_usage (error, _ ("%s: see “cardeactl %s --help”"), failure->message, cli->verb->name);
  g_error_free (failure);
}

static gboolean
check_count (UiCli *cli, guint count, guint min, guint max, GError **error)
{
  if (count >= min && count <= max)
    return TRUE;
  ui_cli_usage (error,
                count < min ? _ ("something is missing: cardeactl %s %s")
                            : _ ("too many words (quote what belongs together): cardeactl %s %s"),
                cli->verb->name, cli->verb->synopsis);
  return FALSE;
}

gboolean
ui_cli_parse (UiCli *cli, const GOptionEntry *entries, char **args, guint min, guint max,
              char ***ret_rest, GError **error)
{
  gboolean help = FALSE;
  g_auto (GStrv) rest = NULL;
  const GOptionEntry common[] = {
    { "json", 0, 0, G_OPTION_ARG_NONE, &cli->json, N_ ("Write JSON"), NULL },
    { "help", 'h', 0, G_OPTION_ARG_NONE, &help, N_ ("Show this help"), NULL },
    { G_OPTION_REMAINING, 0, 0, G_OPTION_ARG_FILENAME_ARRAY, &rest, NULL, NULL },
    { NULL },
  };
  g_autoptr (GOptionContext) context = g_option_context_new (NULL);
  g_option_context_set_help_enabled (context, FALSE);
  if (entries != NULL)
    g_option_context_add_main_entries (context, entries, NULL);
  g_option_context_add_main_entries (context, common, NULL);

  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_strv_builder_add (builder, "cardeactl");
  g_strv_builder_addv (builder, (const char **) args);
  g_auto (GStrv) words = g_strv_builder_end (builder);
  GError *failure = NULL;
  if (!g_option_context_parse_strv (context, &words, &failure))
    {
      turn_into_usage (cli, failure, error);
      return FALSE;
    }
  if (help)
    {
      ui_cli_help_show_verb (cli->output, cli->verb, entries, common);
      return FALSE;
    }
  if (!check_count (cli, rest != NULL ? g_strv_length (rest) : 0, min, max, error))
    return FALSE;
  if (ret_rest != NULL)
    *ret_rest = rest != NULL ? g_steal_pointer (&rest) : g_new0 (char *, 1);
  return TRUE;
}

char *
ui_cli_absolute_path (const char *path, GError **error)
{
  GError *problem = NULL;
  char *whole = ui_program_absolute_path (path, &problem);

  if (whole == NULL)
    ui_cli_error_take_program (error, problem);
  return whole;
}

gboolean
ui_cli_check_text (const char *text, const char *what, GError **error)
{
  if (g_utf8_validate (text, -1, NULL))
    return TRUE;
  ui_cli_usage (error, _ ("%s is not UTF-8 text: check what was typed"), what);
  return FALSE;
}

gboolean
ui_cli_check_word (const char *word, gsize longest, const char *what, GError **error)
{
  if (word == NULL
      || (strlen (word) <= longest && g_str_is_ascii (word) && strpbrk (word, "\n\t") == NULL))
    return TRUE;
  ui_cli_usage (error, _ ("%s has at most %d plain characters: shorten it"), what, (int) longest);
  return FALSE;
}
