/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* FS lines of the adversary's catalogue that need no partner outside. */

#include "guardian/launch/prove/guardian-prove.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static void
read_canary (const GuardianProveWorld *world, GuardianProveReport *report)
{
  guardian_prove_opened (report, open (world->canary, O_RDONLY), "a file of yours");
}

static void
write_canary (const GuardianProveWorld *world, GuardianProveReport *report)
{
  /* A private file of that name may be made; the person's is looked at afterwards. */
  int fd = open (world->canary, O_WRONLY | O_TRUNC);
  guardian_prove_opened (report, fd, "a file of yours");
}

static void
list_canary (const GuardianProveWorld *world, GuardianProveReport *report)
{
  const char *slash = strrchr (world->canary, '/');
  char folder[PATH_MAX];

  snprintf (folder, sizeof folder, "%.*s", (int) (slash - world->canary), world->canary);
  DIR *list = opendir (folder);
  if (list == NULL)
    {
      guardian_prove_refused (report);
      return;
    }
  errno = ENOENT;
  guardian_prove_refused (report);
  for (const struct dirent *entry = readdir (list); entry != NULL; entry = readdir (list))
    if (strcmp (entry->d_name, slash + 1) == 0)
      guardian_prove_through (report, "its name is told");
  closedir (list);
}

static void
through_link (const GuardianProveWorld *world, GuardianProveReport *report)
{
  unlink ("/tmp/link");
  if (symlink (world->canary, "/tmp/link") != 0)
    guardian_prove_refused (report);
  else
    guardian_prove_opened (report, open ("/tmp/link", O_RDONLY), "a file of yours");
  unlink ("/tmp/link");
}

static void
through_hard_link (const GuardianProveWorld *world, GuardianProveReport *report)
{
  if (link (world->canary, "/tmp/hard") != 0)
    guardian_prove_refused (report);
  else
    guardian_prove_through (report, "a hard link was made");
}

static void
through_proc (const GuardianProveWorld *world, GuardianProveReport *report)
{
  static const char *const roots[] = { "/proc/1/root", "/proc/self/root/..",
                                       "/proc/1/cwd/../../../../../..", "/proc/self/fd/0" };
  char path[PATH_MAX];

  for (size_t i = 0; i < sizeof roots / sizeof roots[0]; i++)
    {
      snprintf (path, sizeof path, "%s%s", roots[i], world->canary);
      guardian_prove_opened (report, open (path, O_RDONLY), path);
      if (report->result == GUARDIAN_PROVE_THROUGH)
        return;
    }
}

static void
secrets_of_the_system (const GuardianProveWorld *world, GuardianProveReport *report)
{
  static const char *const paths[]
      = { "/etc/shadow",  "/etc/ssh",    "/root/.ssh", "/var/log",
          "/run/systemd", "/sys/kernel", "/boot",      "/home/lost+found" };

  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
    {
      guardian_prove_opened (report, open (paths[i], O_RDONLY), paths[i]);
      if (report->result == GUARDIAN_PROVE_THROUGH)
        return;
    }
}

static void
write_system (const GuardianProveWorld *world, GuardianProveReport *report)
{
  static const char *const paths[] = { "/x",
                                       "/usr/x",
                                       "/usr/bin/x",
                                       "/etc/x",
                                       "/dev/x",
                                       "/opt/cardea/x",
                                       "/proc/x",
                                       "/usr/bin/env",
                                       "/proc/self/uid_map",
                                       "/proc/self/oom_score_adj",
                                       "/proc/sys/kernel/core_pattern",
                                       "/proc/sysrq-trigger" };

  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
    {
      guardian_prove_opened (report, open (paths[i], O_WRONLY | O_CREAT, 0600), paths[i]);
      if (report->result == GUARDIAN_PROVE_THROUGH)
        return;
    }
}

static void
devices (const GuardianProveWorld *world, GuardianProveReport *report)
{
  static const char *const paths[]
      = { "/dev/mem", "/dev/kmem", "/dev/kvm",       "/dev/fuse",
          "/dev/sda", "/dev/vda",  "/dev/net/tun",   "/dev/input/event0",
          "/dev/dri", "/dev/snd",  "/dev/vhost-net", "/dev/loop-control" };

  for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
    {
      guardian_prove_opened (report, open (paths[i], O_RDWR), paths[i]);
      if (report->result == GUARDIAN_PROVE_THROUGH)
        return;
    }
}

static void
make_device (const GuardianProveWorld *world, GuardianProveReport *report)
{
  unlink ("/tmp/device");
  if (mknod ("/tmp/device", S_IFCHR | 0666, makedev (1, 1)) != 0)
    guardian_prove_refused (report);
  else
    guardian_prove_opened (report, open ("/tmp/device", O_RDWR), "a device made here");
}

/* On a mount without nosuid a program could become what it is not. */
static void
mounts (const GuardianProveWorld *world, GuardianProveReport *report)
{
  char *line = NULL;
  size_t room = 0;
  FILE *file = fopen ("/proc/self/mountinfo", "re");

  if (file == NULL)
    {
      guardian_prove_through (report, "the mounts cannot be read");
      return;
    }
  errno = EPERM;
  guardian_prove_refused (report);
  while (getline (&line, &room, file) > 0)
    if (strstr (line, "nosuid") == NULL)
      guardian_prove_through (report, "without nosuid: %.80s", line);
  free (line);
  fclose (file);
}

const GuardianProveAttempt guardian_prove_files[] = {
  { "read-a-file-of-yours", read_canary },
  { "write-a-file-of-yours", write_canary },
  { "see-its-name", list_canary },
  { "through-a-link", through_link },
  { "through-a-hard-link", through_hard_link },
  { "through-proc", through_proc },
  { "read-the-systems-secrets", secrets_of_the_system },
  { "write-the-system", write_system },
  { "open-devices", devices },
  { "make-a-device", make_device },
  { "mounts-without-nosuid", mounts },
  { NULL, NULL },
};
