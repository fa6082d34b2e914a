/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Started in place of cardea-agent: reads "PID MAY-BE-ROOT HOME" from its channel, tries
 * everything, each in a process of its own, and answers "CLASS NAME VIOLATION RESULT" a line. */

#include "escape-probe.h"

#include <pthread.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#define CHANNEL 3

EscapeWorld escape_world;

void
escape_broken (EscapeResult *result, const char *format, ...)
{
  va_list list;

  va_start (list, format);
  vsnprintf (result->what, sizeof result->what, format, list);
  va_end (list);
}

static void
run (FILE *out, const EscapeAttempt *attempt)
{
  static const char *const classes[] = { "trapped", "held", "absent" };
  EscapeResult *result
      = mmap (NULL, sizeof *result, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int status = 0;

  fflush (out);
  pid_t child = fork ();
  if (child == 0)
    {
      attempt->attempt (result);
      _exit (0);
    }
  if (child < 0 || waitpid (child, &status, 0) != child)
    escape_broken (result, "no process for it");
  else if (WIFSIGNALED (status))
    escape_broken (result, "ended by signal %d", WTERMSIG (status));
  fprintf (out, "%s %s %s %s\n", classes[attempt->class], attempt->name,
           attempt->violation != NULL ? attempt->violation : "-",
           result->what[0] != '\0' ? result->what : "held");
  munmap (result, sizeof *result);
}

static void *
thread_main (void *data)
{
  return data;
}

int
main (void)
{
  FILE *out = fdopen (dup (CHANNEL), "w");
  FILE *in = fdopen (dup (CHANNEL), "r");
  pthread_t thread;

  if (out == NULL || in == NULL
      || fscanf (in, "%d %d %255[^\n]", &escape_world.outside_pid, &escape_world.may_be_root,
                 escape_world.home)
             != 3)
    return 1;
  fclose (in);
  /* An honest program's thread must not look like an attack. */
  if (pthread_create (&thread, NULL, thread_main, NULL) != 0 || pthread_join (thread, NULL) != 0)
    return 2;
  setvbuf (out, NULL, _IOLBF, 0);
  for (size_t i = 0; i < n_escape_doors; i++)
    run (out, &escape_doors[i]);
  for (size_t i = 0; i < n_escape_held; i++)
    run (out, &escape_held[i]);
  for (size_t i = 0; i < n_escape_calls; i++)
    run (out, &escape_calls[i]);
  fprintf (out, "end\n");
  fclose (out);
  return 0;
}
