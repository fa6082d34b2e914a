/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* PRC lines of the adversary's catalogue that need no partner outside. */

#include "guardian/launch/prove/guardian-prove.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#define LAST_STREAM 2
#define MANY_PROCESSES 4000
#define MANY_DESCRIPTORS 1000000

static void
signal_outside (const GuardianProveWorld *world, GuardianProveReport *report)
{
  if (kill (world->pid, 0) == 0)
    guardian_prove_through (report, "a process of yours can be signalled");
  else
    guardian_prove_refused (report);
}

static void
see_outside (const GuardianProveWorld *world, GuardianProveReport *report)
{
  char path[64];

  snprintf (path, sizeof path, "/proc/%d/status", world->pid);
  guardian_prove_opened (report, open (path, O_RDONLY), "a process of yours");
}

static void
look_into_init (const GuardianProveWorld *world, GuardianProveReport *report)
{
  static const char *const names[] = { "/proc/1/mem", "/proc/1/environ", "/proc/1/maps" };

  for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
    {
      int fd = open (names[i], O_RDONLY);
      char byte;
      if (fd >= 0 && read (fd, &byte, 1) == 1)
        {
          close (fd);
          guardian_prove_through (report, "%s can be read", names[i]);
          return;
        }
      if (fd >= 0)
        close (fd);
    }
  errno = EACCES;
  guardian_prove_refused (report);
}

static void
privilege (const GuardianProveWorld *world, GuardianProveReport *report)
{
  static const char *const wanted[] = { "\nNoNewPrivs:\t1\n",
                                        "\nSeccomp:\t2\n",
                                        "\nCapInh:\t0000000000000000\n",
                                        "\nCapPrm:\t0000000000000000\n",
                                        "\nCapEff:\t0000000000000000\n",
                                        "\nCapBnd:\t0000000000000000\n",
                                        "\nCapAmb:\t0000000000000000\n" };
  char text[8192];
  int fd = open ("/proc/self/status", O_RDONLY | O_CLOEXEC);
  ssize_t size = fd >= 0 ? read (fd, text, sizeof text - 1) : -1;

  text[size > 0 ? size : 0] = '\0';
  if (fd >= 0)
    close (fd);
  errno = EPERM;
  guardian_prove_refused (report);
  for (size_t i = 0; i < sizeof wanted / sizeof wanted[0]; i++)
    if (strstr (text, wanted[i]) == NULL)
      guardian_prove_through (report, "not so: %.20s", wanted[i] + 1);
}

static void
become_root (const GuardianProveWorld *world, GuardianProveReport *report)
{
  if (getuid () == 0)
    guardian_prove_absent (report, "it is root already, of a namespace with nobody else in it");
  else if (setuid (0) == 0 || setgid (0) == 0)
    guardian_prove_through (report, "it became root");
  else
    guardian_prove_refused (report);
}

static void
descriptors (const GuardianProveWorld *world, GuardianProveReport *report)
{
  DIR *list = opendir ("/proc/self/fd");

  errno = EBADF;
  guardian_prove_refused (report);
  for (const struct dirent *entry = list != NULL ? readdir (list) : NULL; entry != NULL;
       entry = readdir (list))
    {
      int number = atoi (entry->d_name);
      if (entry->d_name[0] != '.' && number > LAST_STREAM && number != dirfd (list))
        guardian_prove_through (report, "descriptor %d came inside", number);
    }
  if (list != NULL)
    closedir (list);
  else
    guardian_prove_through (report, "the descriptors cannot be listed");
}

static void
many_processes (const GuardianProveWorld *world, GuardianProveReport *report)
{
  int release[2];
  int count = 0;
  char byte;

  if (pipe (release) != 0)
    {
      guardian_prove_through (report, "no pipe");
      return;
    }
  fflush (stdout);
  for (; count < MANY_PROCESSES; count++)
    {
      pid_t child = fork ();
      if (child < 0)
        break;
      if (child == 0)
        {
          close (release[1]);
          _exit (read (release[0], &byte, 1) == 0 ? 0 : 1);
        }
    }
  int error = errno;
  close (release[0]);
  close (release[1]);
  while (wait (NULL) > 0)
    ;
  errno = error;
  if (count < MANY_PROCESSES)
    guardian_prove_refused (report);
  else
    guardian_prove_through (report, "%d processes were started", count);
}

static void
many_descriptors (const GuardianProveWorld *world, GuardianProveReport *report)
{
  int count = 0;
  int last = -1;

  for (int fd = dup (0); fd >= 0 && count < MANY_DESCRIPTORS; fd = dup (0), count++)
    last = fd;
  int error = errno;
  for (int fd = LAST_STREAM + 1; fd <= last; fd++)
    close (fd);
  errno = error;
  if (count < MANY_DESCRIPTORS)
    guardian_prove_refused (report);
  else
    guardian_prove_through (report, "%d descriptors were opened", count);
}

static void
raise_limits (const GuardianProveWorld *world, GuardianProveReport *report)
{
  static const int limits[] = { RLIMIT_NPROC, RLIMIT_NOFILE, RLIMIT_CORE, RLIMIT_MEMLOCK };

  errno = EPERM;
  guardian_prove_refused (report);
  for (size_t i = 0; i < sizeof limits / sizeof limits[0]; i++)
    {
      const struct rlimit all = { RLIM_INFINITY, RLIM_INFINITY };
      if (setrlimit (limits[i], &all) == 0)
        guardian_prove_through (report, "limit %d can be raised", limits[i]);
    }
}

const GuardianProveAttempt guardian_prove_process[] = {
  { "signal-a-process-of-yours", signal_outside },
  { "see-a-process-of-yours", see_outside },
  { "look-into-the-first-process", look_into_init },
  { "privilege", privilege },
  { "become-root", become_root },
  { "descriptors-that-came-inside", descriptors },
  { "raise-limits", raise_limits },
  { "endless-descriptors", many_descriptors },
  { "endless-processes", many_processes },
  { NULL, NULL },
};
