/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-log.h"
#include "common/crypto/cardea-sparing.h"
#include "ui/cli/ui-cli.h"
#include "ui/consent/ui-locale.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

/* What is missing of the first three would be the number of something else soon. */
static void
open_streams (void)
{
  for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
    if (fcntl (fd, F_GETFD) < 0 && open ("/dev/null", O_RDWR) != fd)
      exit (UI_CLI_EXIT_FAILED);
}

int
main (int argc, char *argv[])
{
  open_streams ();
  cardea_sparing_init ();
  ui_locale_init ();
  cardea_log_init ("cardeactl");
  signal (SIGPIPE, SIG_IGN);

  g_autoptr (UiCli) cli = ui_cli_new (NULL);
  return ui_cli_run (cli, argv);
}
