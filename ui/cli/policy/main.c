/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-log.h"
#include "ui/cli/ui-cli-policy-verbs.h"
#include "ui/cli/ui-cli.h"
#include "ui/consent/ui-locale.h"

#include <signal.h>

/* Started by cardeactl, whose streams are open. */
int
main (int argc, char *argv[])
{
  ui_locale_init ();
  cardea_log_init ("cardeactl");
  signal (SIGPIPE, SIG_IGN);

  g_autoptr (UiCli) cli = ui_cli_new (ui_cli_policy_verbs);
  return ui_cli_run (cli, argv);
}
