/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/cli/ui-cli-foreign.h"

#include "ui/cli/ui-cli-link.h"

UiProgramTail *
ui_cli_foreign_start (UiCli *cli, const UiProgramForeignOptions *options,
                      CardeaMessage *session_open, GError **error)
{
  GError *problem = NULL;
  int errors = -1;
  CardeaMessage *run = ui_program_foreign_new (options, session_open, &errors, &problem);

  if (run == NULL)
    {
      ui_cli_error_take_program (error, problem);
      return NULL;
    }
  g_autoptr (UiProgramTail) tail = ui_program_tail_new (errors);
  g_autoptr (CardeaMessage) opened = ui_cli_link_call (cli, run, "run.opened", error);
  if (opened == NULL)
    return NULL;
  cardea_message_set_string (session_open, "beside", cardea_message_session (opened));
  return g_steal_pointer (&tail);
}
