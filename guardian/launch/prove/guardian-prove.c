/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/prove/guardian-prove.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define FIXED_ARGUMENTS 5 /* with the program's name */

const char *const guardian_prove_namespaces[GUARDIAN_PROVE_NAMESPACES]
    = { "user", "mnt", "pid", "net", "ipc", "uts", "cgroup" };

void
guardian_prove_refused (GuardianProveReport *report)
{
  report->result = GUARDIAN_PROVE_HELD;
  snprintf (report->detail, sizeof report->detail, "%s", strerror (errno));
}

void
guardian_prove_through (GuardianProveReport *report, const char *format, ...)
{
  va_list list;

  report->result = GUARDIAN_PROVE_THROUGH;
  va_start (list, format);
  vsnprintf (report->detail, sizeof report->detail, format, list);
  va_end (list);
}

void
guardian_prove_absent (GuardianProveReport *report, const char *why)
{
  report->result = GUARDIAN_PROVE_ABSENT;
  snprintf (report->detail, sizeof report->detail, "%s", why);
}

void
guardian_prove_opened (GuardianProveReport *report, int fd, const char *what)
{
  if (fd < 0)
    {
      guardian_prove_refused (report);
      return;
    }
  close (fd);
  guardian_prove_through (report, "%s was opened", what);
}

void
guardian_prove_say (const char *class_name, const char *name, const GuardianProveReport *report)
{
  static const char *const results[] = { [GUARDIAN_PROVE_HELD] = "held",
                                         [GUARDIAN_PROVE_THROUGH] = "through",
                                         [GUARDIAN_PROVE_ABSENT] = "absent" };

  printf ("%s\t%s\t%s\t", class_name, name, results[report->result]);
  for (const char *c = report->detail; *c != '\0'; c++)
    putchar (*c < ' ' || *c > '~' ? '?' : *c);
  putchar ('\n');
  fflush (stdout);
}

static void
run_table (const char *class_name, const GuardianProveAttempt *attempt,
           const GuardianProveWorld *world)
{
  for (; attempt->name != NULL; attempt++)
    {
      GuardianProveReport report = { GUARDIAN_PROVE_THROUGH, "it was not tried" };
      attempt->attempt (world, &report);
      guardian_prove_say (class_name, attempt->name, &report);
    }
}

int
guardian_prove_run (int argc, char **argv)
{
  if (argc != FIXED_ARGUMENTS + GUARDIAN_PROVE_NAMESPACES)
    {
      fprintf (stderr, "cardea-prove: run by “cardeactl doctor --prove”\n");
      return 2;
    }
  GuardianProveWorld world = { argv[1], argv[2], atoi (argv[3]), atoi (argv[4]), { 0 } };
  for (int i = 0; i < GUARDIAN_PROVE_NAMESPACES; i++)
    world.namespaces[i] = strtoull (argv[FIXED_ARGUMENTS + i], NULL, 10);

  run_table ("filesystem", guardian_prove_files, &world);
  run_table ("network", guardian_prove_network, &world);
  run_table ("ipc", guardian_prove_ipc, &world);
  guardian_prove_kernel_run ();
  run_table ("process", guardian_prove_process, &world);
  puts ("end");
  return 0;
}
