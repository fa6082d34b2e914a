/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/protocol/cardea-schema.h"
#include "ui/cli/ui-cli-verbs.h"

#include <glib/gi18n.h>

/* Needs no guardian: the table is part of this program. JSON in any case. */
gboolean
ui_cli_schema_run (UiCli *cli, char **args, GError **error)
{
  g_auto (GStrv) rest = NULL;
  if (!ui_cli_parse (cli, NULL, args, 0, 1, &rest, error))
    return FALSE;
  g_autoptr (CardeaJson) schema
      = rest[0] != NULL ? cardea_schema_message (rest[0]) : cardea_schema_document ();
  if (schema == NULL)
    {
      g_set_error (error, UI_CLI_ERROR, UI_CLI_ERROR_NOT_FOUND, _ ("message “%s”"), rest[0]);
      return FALSE;
    }
  ui_cli_output_json (cli->output, schema);
  return TRUE;
}
