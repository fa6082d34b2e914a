/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-conversation.h"
#include "ui/cli/ui-cli-verbs.h"

#include <glib/gi18n.h>
#include <string.h>

/* The document of --json; sources and model as the agent named them. */
static void
write_json (UiCli *cli, const UiCliConversation *conversation)
{
  g_autoptr (CardeaJson) json = cardea_json_new_object ();
  const CardeaJson *data = ui_cli_conversation_data (conversation);
  const CardeaJson *sources = data != NULL ? cardea_json_get (data, "sources") : NULL;
  const char *model = data != NULL ? cardea_json_get_string (data, "model") : NULL;

  cardea_json_set_string (json, "session", ui_cli_conversation_session (conversation));
  cardea_json_set_string (json, "trace", cli->trace);
  cardea_json_set_string (json, "answer", ui_cli_conversation_answer (conversation));
  cardea_json_set_string (json, "model", model != NULL ? model : "offline");
  cardea_json_set (json, "sources",
                   sources != NULL ? cardea_json_copy (sources) : cardea_json_new_array ());
  ui_cli_output_json (cli->output, json);
}

static gboolean
run_turn (UiCli *cli, UiCliConversation *conversation, const char *text, GError **error)
{
  if (!ui_cli_conversation_turn (conversation, text, NULL, cli->json, error))
    return FALSE;
  if (cli->json)
    write_json (cli, conversation);
  return TRUE;
}

gboolean
ui_cli_ask_run (UiCli *cli, char **args, GError **error)
{
  g_auto (UiCliConversationOptions) options = { 0 };
  g_autofree GOptionEntry *entries = ui_cli_conversation_entries (&options);
  g_auto (GStrv) rest = NULL;
  if (!ui_cli_parse (cli, entries, args, 1, 1, &rest, error)
      || !ui_cli_check_text (rest[0], _ ("the text"), error))
    return FALSE;
  if (rest[0][strspn (rest[0], " \t\n")] == '\0')
    {
      ui_cli_usage (error, _ ("the text is empty: say what you want to know"));
      return FALSE;
    }

  g_autoptr (UiCliAsker) asker = ui_cli_asker_new (cli);
  g_autoptr (UiCliConversation) conversation
      = ui_cli_conversation_open (cli, asker, &options, rest[0], error);
  if (conversation == NULL)
    return FALSE;
  ui_cli_asker_start (asker, NULL, NULL);
  gboolean done = run_turn (cli, conversation, rest[0], error);
  ui_cli_conversation_end (conversation);
  return done;
}
