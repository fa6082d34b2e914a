/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the kernel's own account in /proc, which bwrap mounted anew for this pid namespace.
 * Refuses: to go on when a layer is not what was promised.
 * Known gaps: the launch worker looks once more from outside (guardian-sandbox-check.c); what
 * neither can see is a kernel that lies. */

#include "guardian/launch/confine/guardian-confine-check.h"

#include "guardian/launch/guardian-handoff.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#define STATUS_SIZE 8192

static void
broken (const char *what)
{
  guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_SELF_CHECK, what);
}

void
guardian_confine_check_namespace (const char *name, uint64_t outside)
{
  char path[64];
  struct stat st;

  snprintf (path, sizeof path, "/proc/self/ns/%s", name);
  if (stat (path, &st) != 0 || st.st_ino == outside)
    broken (path);
}

void
guardian_confine_check_target (const char *path, uint64_t device, uint64_t inode)
{
  struct stat st;

  if (stat (path, &st) != 0 || (device != 0 && st.st_dev != device) || st.st_ino != inode)
    broken ("the program is not the one that was measured");
}

void
guardian_confine_check_copy (const char *path, uint64_t size)
{
  struct stat st;
  int writable = open (path, O_WRONLY | O_CLOEXEC);

  if (writable >= 0 || stat (path, &st) != 0 || !S_ISREG (st.st_mode)
      || (uint64_t) st.st_size != size)
    broken ("the program is not the copy that was measured");
}

void
guardian_confine_check_status (int seccomp_mode)
{
  char status[STATUS_SIZE];
  char seccomp_line[32];
  int fd = open ("/proc/self/status", O_RDONLY | O_CLOEXEC);
  ssize_t size = fd >= 0 ? read (fd, status, sizeof status - 1) : -1;

  if (size <= 0)
    broken ("/proc/self/status");
  close (fd);
  status[size] = '\0';
  snprintf (seccomp_line, sizeof seccomp_line, "\nSeccomp:\t%d\n", seccomp_mode);

  const char *const lines[] = {
    "\nNoNewPrivs:\t1\n",
    "\nCapInh:\t0000000000000000\n",
    "\nCapPrm:\t0000000000000000\n",
    "\nCapEff:\t0000000000000000\n",
    "\nCapBnd:\t0000000000000000\n",
    "\nCapAmb:\t0000000000000000\n",
    seccomp_line,
  };
  for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
    if (strstr (status, lines[i]) == NULL)
      broken (lines[i] + 1);
}

static void
check_tcp (void)
{
  const struct sockaddr_in address = { .sin_family = AF_INET,
                                       .sin_port = htons (9),
                                       .sin_addr.s_addr = htonl (INADDR_LOOPBACK) };
  int fd = socket (AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

  if (fd < 0)
    return; /* no way to try: there is no TCP to restrict either */
  if (connect (fd, (const struct sockaddr *) &address, sizeof address) == 0 || errno != EACCES)
    broken ("Landlock: TCP");
  close (fd);
}

void
guardian_confine_check_landlock (int abi, bool open_tcp)
{
  /* No rule lets anything below /proc be written, though this file is its own. */
  int fd = open ("/proc/self/comm", O_WRONLY | O_CLOEXEC);
  if (fd >= 0 || errno != EACCES)
    broken ("Landlock: files");
  if (abi >= 4 && !open_tcp)
    check_tcp ();
  if (abi >= 6 && (kill (1, 0) == 0 || errno != EPERM))
    broken ("Landlock: signals");
}

void
guardian_confine_check_descriptors (int last)
{
  DIR *folder = opendir ("/proc/self/fd");
  int count = 0;

  if (folder == NULL)
    broken ("/proc/self/fd");
  for (const struct dirent *entry = readdir (folder); entry != NULL; entry = readdir (folder))
    {
      int number = atoi (entry->d_name);
      if (entry->d_name[0] == '.' || number == dirfd (folder))
        continue;
      if (number > last)
        broken ("a descriptor too many");
      count++;
    }
  closedir (folder);
  if (count != last + 1)
    broken ("a descriptor too few");
}
