/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-facts.h"
#include "ui/cli/ui-cli-link.h"
#include "ui/cli/ui-cli-verbs.h"

#include <glib/gi18n.h>
#include <string.h>

static UiCliTone
tone_of (const CardeaJson *session)
{
  const char *state = cardea_json_get_string (session, "state");
  return g_strcmp0 (state, "ended") == 0 ? UI_CLI_TONE_DIM : UI_CLI_TONE_PLAIN;
}

static void
add_session (UiCliTable *table, const CardeaJson *session)
{
  const char *model = cardea_json_get_string (session, "model");
  const char *parent = cardea_json_get_string (session, "parent");
  ui_cli_table_add (table, tone_of (session), ui_cli_output_cell (session, "id"),
                    ui_cli_output_cell (session, "state"), ui_cli_output_cell (session, "mode"),
                    model != NULL ? ui_cli_output_cell (session, "model")
                                  : g_strdup (_ ("offline")),
                    ui_cli_output_local_time (cardea_json_get_string (session, "started")),
                    ui_cli_output_cell (session, "waiting"),
                    parent != NULL ? ui_cli_output_cell (session, "parent") : g_strdup ("-"),
                    ui_cli_output_cell (session, "title"));
}

static void
write_table (UiCli *cli, const CardeaJson *sessions, gboolean all)
{
  const char *heads[] = { _ ("SESSION"), _ ("STATE"),   _ ("MODE"),   _ ("MODEL"),
                          _ ("STARTED"), _ ("WAITING"), _ ("PARENT"), _ ("TITLE") };
  g_autoptr (UiCliTable) table = ui_cli_table_new (heads, G_N_ELEMENTS (heads));
  for (guint i = 0; i < cardea_json_size (sessions); i++)
    add_session (table, cardea_json_nth (sessions, i));
  if (ui_cli_table_size (table) > 0)
    ui_cli_output_table (cli->output, table);
  else
    ui_cli_output_line (cli->output, "%s",
                        all ? _ ("No session since the guardian started; “cardeactl audit list” "
                                 "shows older ones.")
                            : _ ("No session is running."));
}

gboolean
ui_cli_sessions_list (UiCli *cli, char **args, GError **error)
{
  gboolean all = FALSE;
  const GOptionEntry entries[] = {
    { "all", 0, 0, G_OPTION_ARG_NONE, &all, N_ ("Ended sessions too"), NULL },
    { NULL },
  };
  if (!ui_cli_parse (cli, entries, args, 0, 0, NULL, error) || !ui_cli_link_open (cli, -1, error))
    return FALSE;
  CardeaMessage *request = cardea_message_new ("session.list");
  cardea_message_set_boolean (request, "all", all);
  g_autoptr (CardeaMessage) listed = ui_cli_link_call (cli, request, "session.listed", error);
  if (listed == NULL)
    return FALSE;
  const CardeaJson *sessions = cardea_message_get_json (listed, "sessions");
  if (cli->json)
    ui_cli_output_json (cli->output, sessions);
  else
    write_table (cli, sessions, all);
  return TRUE;
}

gboolean
ui_cli_sessions_show (UiCli *cli, char **args, GError **error)
{
  g_auto (GStrv) rest = NULL;
  if (!ui_cli_parse (cli, NULL, args, 1, 1, &rest, error) || !ui_cli_link_open (cli, -1, error))
    return FALSE;
  g_autofree char *id = ui_cli_link_find_session (cli, rest[0], TRUE, error);
  if (id == NULL)
    return FALSE;
  CardeaMessage *request = cardea_message_new ("session.show");
  cardea_message_set_session (request, id);
  g_autoptr (CardeaMessage) shown = ui_cli_link_call (cli, request, "session.shown", error);
  if (shown == NULL)
    return FALSE;
  const CardeaJson *details = cardea_message_get_json (shown, "details");
  if (cli->json)
    ui_cli_output_json (cli->output, details);
  else
    ui_cli_facts_write (cli->output, details);
  return TRUE;
}

gboolean
ui_cli_sessions_end (UiCli *cli, char **args, GError **error)
{
  gboolean all = FALSE;
  g_auto (GStrv) rest = NULL;
  const GOptionEntry entries[] = {
    { "all", 0, 0, G_OPTION_ARG_NONE, &all, N_ ("Every session"), NULL },
    { NULL },
  };
  if (!ui_cli_parse (cli, entries, args, 0, 1, &rest, error))
    return FALSE;
  if (all == (rest[0] != NULL))
    {
      ui_cli_usage (error, _ ("give one session’s id or --all: see “cardeactl sessions”"));
      return FALSE;
    }
  if (!ui_cli_link_open (cli, -1, error))
    return FALSE;

  g_autofree char *id = all ? NULL : ui_cli_link_find_session (cli, rest[0], FALSE, error);
  if (!all && id == NULL)
    return FALSE;
  CardeaMessage *request = cardea_message_new ("session.end");
  if (all)
    cardea_message_set_boolean (request, "all", TRUE);
  else
    cardea_message_set_session (request, id);
  return ui_cli_link_do (cli, request, error);
}
