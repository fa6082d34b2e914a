/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/guardian-sink.h"

#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FLOOD (1024 * 1024)

/* A flood neither blocks the one who writes nor grows the one who reads. */
static void
test_flood (void)
{
  int pipes[2];
  g_assert_cmpint (pipe (pipes), ==, 0);
  pid_t child = fork ();
  if (child == 0)
    {
      char piece[4096];
      memset (piece, 'x', sizeof piece);
      for (gsize size = 0; size < FLOOD; size += sizeof piece)
        if (write (pipes[1], piece, sizeof piece) < 0)
          _exit (1);
      _exit (write (pipes[1], "the end", 7) == 7 ? 0 : 1);
    }
  close (pipes[1]);
  g_autoptr (GuardianSink) sink = guardian_sink_new (pipes[0]);
  int status = -1;
  while (waitpid (child, &status, WNOHANG) == 0)
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpint (status, ==, 0);
  while (!g_str_has_suffix (guardian_sink_text (sink), "the end"))
    g_main_context_iteration (NULL, FALSE);
  g_assert_cmpuint (strlen (guardian_sink_text (sink)), ==, GUARDIAN_SINK_KEPT);
}

static void
test_nul (void)
{
  int pipes[2];
  g_assert_cmpint (pipe (pipes), ==, 0);
  g_assert_cmpint (write (pipes[1], "a\0b", 3), ==, 3);
  close (pipes[1]);
  g_autoptr (GuardianSink) sink = guardian_sink_new (pipes[0]);
  g_assert_cmpstr (guardian_sink_text (sink), ==, "a b");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/sink/flood", test_flood);
  g_test_add_func ("/sink/nul", test_nul);
  return g_test_run ();
}
