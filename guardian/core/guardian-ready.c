/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-ready.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static gboolean
usage (void)
{
  fputs ("usage: cardea-guardian [--ready-fd N | --version]\n", stderr);
  return FALSE;
}

gboolean
guardian_ready_parse (int argc, char **argv, int *ret_fd)
{
  guint64 fd = 0;

  *ret_fd = -1;
  if (argc == 2 && strcmp (argv[1], "--version") == 0)
    {
      puts ("cardea-guardian " CARDEA_VERSION);
      exit (0);
    }
  if (argc == 1)
    return TRUE;
  if (argc != 3 || strcmp (argv[1], "--ready-fd") != 0
      || !g_ascii_string_to_unsigned (argv[2], 10, 3, 1024, &fd, NULL)
      || fcntl ((int) fd, F_SETFD, FD_CLOEXEC) != 0)
    return usage ();
  *ret_fd = (int) fd;
  return TRUE;
}

void
guardian_ready_tell (int fd, const char *line)
{
  if (fd < 0)
    return;
  g_autofree char *text = g_strconcat (line, "\n", NULL);
  /* Whoever started us may be gone already: that changes nothing. */
  if (write (fd, text, strlen (text)) < 0)
    g_debug ("nobody waits for us any more");
  close (fd);
}
