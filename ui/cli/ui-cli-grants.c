/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-link.h"
#include "ui/cli/ui-cli-verbs.h"
#include "ui/programs/ui-program.h"
#include "ui/words/ui-words-grant.h"

#include "common/base/cardea-time.h"

#include <glib/gi18n.h>
#include <string.h>

#define LONGEST_ID 64
#define ALWAYS "always"

static char *
describe_holder (const CardeaJson *grant)
{
  const CardeaJson *subject = cardea_json_get (grant, "subject");
  g_autofree char *agent = subject != NULL ? ui_cli_output_cell (subject, "agent") : g_strdup ("");
  const char *session = subject != NULL ? cardea_json_get_string (subject, "session") : NULL;
  if (session == NULL)
    return g_steal_pointer (&agent);
  return g_strdup_printf (_ ("%s, session %.8s"), agent, session);
}

static char *
describe_end (const CardeaJson *grant)
{
  const char *expires = cardea_json_get_string (grant, "expires");
  gboolean renewing = FALSE;
  if (expires == NULL)
    return g_strdup (_ ("end of the task"));
  g_autofree char *time = ui_cli_output_local_time (expires);
  cardea_json_get_boolean (grant, "renewing", &renewing);
  return renewing ? g_strdup_printf (_ ("%s, renewed by use"), time) : g_steal_pointer (&time);
}

/* A folder's grant covers what is below it: said by the trailing part. */
static char *
describe_target (const CardeaJson *grant)
{
  if (ui_words_grant_is_host (grant))
    return ui_words_grant_host (grant);
  g_autofree char *path = ui_cli_output_path (grant, "path");
  if (g_strcmp0 (cardea_json_get_string (grant, "scope"), "folder") != 0)
    return g_steal_pointer (&path);
  return g_strdup_printf (_ ("%s and below"), path);
}

static const char *
describe_access (const CardeaJson *grant)
{
  const char *action = cardea_json_get_string (grant, "action");

  if (ui_words_grant_is_host (grant))
    return g_strcmp0 (action, "net.request") == 0 ? _ ("ask") : _ ("connect");
  if (g_strcmp0 (cardea_json_get_string (grant, "access"), "rw") == 0)
    return _ ("read, change");
  return g_strcmp0 (action, "file.list") == 0 ? _ ("list") : _ ("read");
}

static void
write_table (UiCli *cli, const CardeaJson *grants)
{
  const char *heads[] = { _ ("GRANT"), _ ("MAY"), _ ("WHAT"), _ ("WHO"), _ ("UNTIL"), _ ("USED") };
  g_autoptr (UiCliTable) table = ui_cli_table_new (heads, G_N_ELEMENTS (heads));
  for (guint i = 0; i < cardea_json_size (grants); i++)
    {
      const CardeaJson *grant = cardea_json_nth (grants, i);
      ui_cli_table_add (table, UI_CLI_TONE_PLAIN, ui_cli_output_cell (grant, "id"),
                        g_strdup (describe_access (grant)), describe_target (grant),
                        describe_holder (grant), describe_end (grant),
                        ui_cli_output_cell (grant, "uses"));
    }
  if (ui_cli_table_size (table) > 0)
    ui_cli_output_table (cli->output, table);
  else
    ui_cli_output_line (cli->output, "%s", _ ("Nothing is granted: every access is asked."));
}

gboolean
ui_cli_grants_list (UiCli *cli, char **args, GError **error)
{
  g_auto (GStrv) rest = NULL;
  if (!ui_cli_parse (cli, NULL, args, 0, 1, &rest, error))
    return FALSE;
  if (rest[0] != NULL && strcmp (rest[0], "list") != 0)
    {
      ui_cli_usage (error, _ ("“%s” is not something grants can do: see “cardeactl grants --help”"),
                    rest[0]);
      return FALSE;
    }
  if (!ui_cli_link_open (cli, -1, error))
    return FALSE;
  g_autoptr (CardeaMessage) listed
      = ui_cli_link_call (cli, cardea_message_new ("grant.list"), "grant.listed", error);
  if (listed == NULL)
    return FALSE;
  const CardeaJson *grants = cardea_message_get_json (listed, "grants");
  if (cli->json)
    ui_cli_output_json (cli->output, grants);
  else
    write_table (cli, grants);
  return TRUE;
}

/* --- add --- */

static void
say_added (UiCli *cli, const CardeaJson *grant)
{
  g_autofree char *id = ui_cli_output_cell (grant, "id");
  g_autofree char *target = describe_target (grant);
  g_autofree char *end = describe_end (grant);
  gboolean rw = g_strcmp0 (cardea_json_get_string (grant, "access"), "rw") == 0;
  ui_cli_output_line (cli->output, _ ("Granted %s: %s, until %s."), id, target, end);
  ui_cli_output_line (cli->output, "%s",
                      rw ? _ ("The agent reads and changes it without asking. Changes are listed "
                              "and taken back with “cardeactl undo”; deleting is still asked.")
                         : _ ("The agent reads it without asking; changing it is asked."));
}

static CardeaMessage *
compose_add (char *path, const char *duration, const char *profile, GError **error)
{
  gint64 seconds;
  const char *access = ui_program_cut_access (path);
  if (!cardea_duration_parse (duration, &seconds))
    {
      ui_cli_usage (error, _ ("“%s” is not a duration: use always, or like 90s, 15m, 8h, 7d"),
                    duration);
      return NULL;
    }
  g_autofree char *whole = ui_cli_absolute_path (path, error);
  if (whole == NULL || (profile != NULL && !ui_cli_check_text (profile, "--profile", error)))
    return NULL;
  CardeaMessage *message = cardea_message_new ("grant.add");
  cardea_message_set_path (message, "path", whole);
  cardea_message_set_string (message, "access", access);
  cardea_message_set_int (message, "seconds", seconds);
  if (strcmp (duration, ALWAYS) == 0)
    cardea_message_set_boolean (message, "renewing", TRUE);
  if (profile != NULL)
    cardea_message_set_string (message, "profile", profile);
  return message;
}

gboolean
ui_cli_grants_add (UiCli *cli, char **args, GError **error)
{
  g_autofree char *duration = NULL;
  g_autofree char *profile = NULL;
  g_auto (GStrv) rest = NULL;
  const GOptionEntry entries[] = {
    { "for", 0, 0, G_OPTION_ARG_FILENAME, &duration,
      N_ ("How long: like 90s, 15m, 8h, 7d; always (default) is 30 days, renewed by use"), "TIME" },
    { "profile", 0, 0, G_OPTION_ARG_FILENAME, &profile,
      N_ ("For this profile instead of the built-in agent"), "NAME" },
    { NULL },
  };
  if (!ui_cli_parse (cli, entries, args, 1, 1, &rest, error))
    return FALSE;
  g_autoptr (CardeaMessage) request
      = compose_add (rest[0], duration != NULL ? duration : ALWAYS, profile, error);
  if (request == NULL || !ui_cli_link_open (cli, -1, error))
    return FALSE;
  g_autoptr (CardeaMessage) added
      = ui_cli_link_call (cli, g_steal_pointer (&request), "grant.added", error);
  if (added == NULL)
    return FALSE;
  const CardeaJson *grant = cardea_message_get_json (added, "grant");
  if (cli->json)
    ui_cli_output_json (cli->output, grant);
  else
    say_added (cli, grant);
  return TRUE;
}

/* --- revoke --- */

gboolean
ui_cli_grants_revoke (UiCli *cli, char **args, GError **error)
{
  gboolean all = FALSE;
  g_autofree char *session = NULL;
  g_auto (GStrv) rest = NULL;
  const GOptionEntry entries[] = {
    { "session", 0, 0, G_OPTION_ARG_FILENAME, &session, N_ ("Every grant of this session"), "ID" },
    { "all", 0, 0, G_OPTION_ARG_NONE, &all, N_ ("Every grant there is"), NULL },
    { NULL },
  };
  if (!ui_cli_parse (cli, entries, args, 0, 1, &rest, error))
    return FALSE;
  if ((rest[0] != NULL) + (session != NULL) + (all ? 1 : 0) != 1)
    {
      ui_cli_usage (error,
                    _ ("give one grant’s id, --session ID or --all: see “cardeactl grants”"));
      return FALSE;
    }
  if (rest[0] != NULL && (strlen (rest[0]) > LONGEST_ID || !g_str_is_ascii (rest[0])))
    {
      ui_cli_usage (error, _ ("that is not a grant’s id: see “cardeactl grants”"));
      return FALSE;
    }
  if (!ui_cli_link_open (cli, -1, error))
    return FALSE;
  CardeaMessage *request
      = ui_cli_link_revocation (cli, "grant.revoke", rest[0], session, all, error);
  g_autoptr (CardeaMessage) done
      = request != NULL ? ui_cli_link_call (cli, request, "done", error) : NULL;
  if (done == NULL)
    return FALSE;
  gint64 count = cardea_message_get_int (done, "count", -1);
  if (count >= 0 && !cli->json)
    ui_cli_output_line (
        cli->output,
        ngettext ("%d grant was taken back.", "%d grants were taken back.", (gulong) count),
        (int) count);
  return TRUE;
}
