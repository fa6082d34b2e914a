/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-link.h"
#include "ui/cli/ui-cli-verbs.h"

#include "common/protocol/cardea-path-json.h"

#include <glib/gi18n.h>
#include <string.h>

#define LONGEST_ID 64

/* --- list --- */

static char *
describe_end (const CardeaJson *claims)
{
  gint64 until = 0;
  g_autoptr (GDateTime) time = cardea_json_get_int (claims, "exp", &until)
                                   ? g_date_time_new_from_unix_local (until)
                                   : NULL;
  return time != NULL ? g_date_time_format (time, "%H:%M:%S") : g_strdup ("");
}

static char *
describe_program (const CardeaJson *claims)
{
  const CardeaJson *actor = cardea_json_get (claims, "act");
  const CardeaJson *program = actor != NULL ? cardea_json_get (actor, "program") : NULL;
  return program != NULL ? ui_cli_output_path (program, "path") : g_strdup ("");
}

static void
write_table (UiCli *cli, const CardeaJson *badges, const char *folder)
{
  const char *heads[]
      = { _ ("BADGE"), _ ("SESSION"), _ ("PROGRAM"), _ ("FOR"), _ ("TO"), _ ("UNTIL") };
  g_autoptr (UiCliTable) table = ui_cli_table_new (heads, G_N_ELEMENTS (heads));
  g_autofree char *shown = g_filename_display_name (folder);

  for (guint i = 0; i < cardea_json_size (badges); i++)
    {
      const CardeaJson *claims = cardea_json_nth (badges, i);
      ui_cli_table_add (table, UI_CLI_TONE_PLAIN, ui_cli_output_cell (claims, "jti"),
                        ui_cli_output_cell (claims, "sid"), describe_program (claims),
                        ui_cli_output_cell (claims, "aud"), ui_cli_output_cell (claims, "scope"),
                        describe_end (claims));
    }
  if (ui_cli_table_size (table) > 0)
    ui_cli_output_table (cli->output, table);
  else
    ui_cli_output_line (cli->output, "%s", _ ("No badge is good at the moment."));
  ui_cli_output_note (cli->output, _ ("Services verify them with the files in %s."), shown);
}

gboolean
ui_cli_badge_list (UiCli *cli, char **args, GError **error)
{
  g_auto (GStrv) rest = NULL;
  if (!ui_cli_parse (cli, NULL, args, 0, 0, &rest, error) || !ui_cli_link_open (cli, -1, error))
    return FALSE;
  g_autoptr (CardeaMessage) listed
      = ui_cli_link_call (cli, cardea_message_new ("badge.list"), "badge.listed", error);
  if (listed == NULL)
    return FALSE;
  const char *folder = cardea_message_get_path (listed, "folder");
  CardeaJson *badges = cardea_message_get_json (listed, "badges");
  if (!cli->json)
    {
      write_table (cli, badges, folder);
      return TRUE;
    }
  g_autoptr (CardeaJson) document = cardea_json_new_object ();
  cardea_json_set (document, "badges", cardea_json_ref (badges));
  cardea_json_set (document, "keys", cardea_json_ref (cardea_message_get_json (listed, "keys")));
  cardea_path_json_set (document, "folder", folder);
  ui_cli_output_json (cli->output, document);
  return TRUE;
}

/* --- revoke --- */

gboolean
ui_cli_badge_revoke (UiCli *cli, char **args, GError **error)
{
  gboolean all = FALSE;
  g_autofree char *session = NULL;
  g_auto (GStrv) rest = NULL;
  const GOptionEntry entries[] = {
    { "session", 0, 0, G_OPTION_ARG_FILENAME, &session, N_ ("Every badge of this session"), "ID" },
    { "all", 0, 0, G_OPTION_ARG_NONE, &all, N_ ("Every badge there is"), NULL },
    { NULL },
  };
  if (!ui_cli_parse (cli, entries, args, 0, 1, &rest, error))
    return FALSE;
  if ((rest[0] != NULL) + (session != NULL) + (all ? 1 : 0) != 1
      || (rest[0] != NULL && (strlen (rest[0]) > LONGEST_ID || !g_str_is_ascii (rest[0]))))
    {
      ui_cli_usage (error,
                    _ ("give one badge’s id, --session ID or --all: see “cardeactl badge list”"));
      return FALSE;
    }
  if (!ui_cli_link_open (cli, -1, error))
    return FALSE;
  CardeaMessage *request
      = ui_cli_link_revocation (cli, "badge.revoke", rest[0], session, all, error);
  return request != NULL && ui_cli_link_do (cli, request, error);
}
