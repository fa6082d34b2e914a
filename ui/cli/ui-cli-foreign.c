/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-foreign.h"

#include "ui/cli/ui-cli-link.h"

gboolean
ui_cli_foreign_start (UiCli *cli, const UiProgramForeignOptions *options,
                      CardeaMessage *session_open, GError **error)
{
  GError *problem = NULL;
  CardeaMessage *run = ui_program_foreign_new (options, session_open, NULL, &problem);

  if (run == NULL)
    return ui_cli_error_take_program (error, problem);
  g_autoptr (CardeaMessage) opened = ui_cli_link_call (cli, run, "run.opened", error);
  return opened != NULL;
}
