/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Stands where cardea-agent would: obeys one-line orders on its channel. */

#include <errno.h>
#include <pthread.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHANNEL 3

static void
do_cwd (FILE *out, long number)
{
  char path[4096];
  fprintf (out, "%s\n", getcwd (path, sizeof path) != NULL ? path : "?");
}

static void
do_daemons (FILE *out, long number)
{
  long made = 0;

  for (long i = 0; i < number; i++)
    {
      pid_t child = fork ();
      if (child == 0)
        {
          setsid ();
          for (;;)
            pause ();
        }
      made += child > 0;
    }
  fprintf (out, "%ld\n", made);
}

static void *
thread_main (void *data)
{
  return data;
}

/* Threads and a helper, as an honest agent has them. */
static void
do_threads (FILE *out, long number)
{
  char name[] = "cardea-agent";
  char *const arguments[] = { name, NULL };
  char *const environment[] = { NULL };
  posix_spawn_file_actions_t actions;
  pthread_t thread;
  pid_t helper = 0;
  long made = 0;

  for (long i = 0; i < number; i++)
    made += pthread_create (&thread, NULL, thread_main, NULL) == 0
            && pthread_join (thread, NULL) == 0;
  posix_spawn_file_actions_init (&actions);
  posix_spawn_file_actions_addclose (&actions, CHANNEL);
  if (posix_spawn (&helper, "/opt/cardea/cardea-agent", &actions, NULL, arguments, environment) != 0
      || waitpid (helper, NULL, 0) != helper)
    made = -1;
  posix_spawn_file_actions_destroy (&actions);
  fprintf (out, "%ld\n", made);
}

static void
do_refused (FILE *out, long number)
{
  long refused = 0;

  for (long i = 0; i < number; i++)
    refused += ptrace (PTRACE_TRACEME, 0, NULL, NULL) == -1 && errno == EPERM;
  fprintf (out, "%ld\n", refused);
}

static void
do_flood (FILE *out, long number)
{
  for (;;)
    ptrace (PTRACE_TRACEME, 0, NULL, NULL);
}

static void
do_exit (FILE *out, long number)
{
  exit ((int) number);
}

static const struct {
  const char *order;
  void (*run) (FILE *out, long number);
} orders[] = {
  { "cwd", do_cwd },     { "daemons", do_daemons }, { "refused", do_refused },
  { "flood", do_flood }, { "exit", do_exit },       { "threads", do_threads },
};

int
main (void)
{
  FILE *channel = fdopen (CHANNEL, "r+");
  char line[64];

  if (channel == NULL)
    return 99;
  setvbuf (channel, NULL, _IONBF, 0);
  while (fgets (line, sizeof line, channel) != NULL)
    for (size_t i = 0; i < sizeof orders / sizeof orders[0]; i++)
      {
        size_t size = strlen (orders[i].order);
        if (strncmp (line, orders[i].order, size) == 0)
          orders[i].run (channel, atol (line + size));
      }
  return 0;
}
