/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "privsep-fixture.h"

#include <sys/wait.h>
#include <unistd.h>

int
privsep_fixture_run (int (*body) (gpointer data), gpointer data)
{
  int status = 0;
  pid_t child = fork ();

  if (child == 0)
    _exit (body (data));
  g_assert_cmpint (child, >, 0);
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  return WIFSIGNALED (status) ? 128 + WTERMSIG (status) : WEXITSTATUS (status);
}
