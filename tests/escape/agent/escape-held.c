/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* KRN and PRC lines that are held by limits, Landlock, mounts or identity. */

#include "escape-probe.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define MANY_PROCESSES 200 /* more than the sandbox may have */
#define MANY_FDS 1000000

static void
try_capabilities (EscapeResult *result)
{
  static const char *const lines[] = {
    "CapInh:\t0000000000000000",
    "CapPrm:\t0000000000000000",
    "CapEff:\t0000000000000000",
    "CapBnd:\t0000000000000000",
    "CapAmb:\t0000000000000000",
    "NoNewPrivs:\t1",
    "Seccomp:\t2",
  };
  char text[8192] = { 0 };
  int fd = open ("/proc/self/status", O_RDONLY);

  if (fd < 0 || read (fd, text, sizeof text - 1) <= 0)
    escape_broken (result, "no status");
  for (size_t i = 0; i < sizeof lines / sizeof lines[0]; i++)
    if (strstr (text, lines[i]) == NULL)
      escape_broken (result, "not %s", lines[i]);
}

static void
try_root (EscapeResult *result)
{
  if (!escape_world.may_be_root && (getuid () == 0 || geteuid () == 0))
    escape_broken (result, "it runs as root");
}

/* Executes path in a child; its exit status, or -errno of exec. */
static int
execute (const char *path, const char *argument)
{
  int *error
      = mmap (NULL, sizeof *error, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
  int status = 0;
  pid_t child = fork ();

  if (child == 0)
    {
      execl (path, path, argument, NULL);
      *error = errno;
      _exit (127);
    }
  waitpid (child, &status, 0);
  return *error != 0 ? -*error : WEXITSTATUS (status);
}

static void
try_setuid_programs (EscapeResult *result)
{
  static const char *const programs[] = {
    "/usr/bin/su",     "/usr/bin/sudo", "/usr/bin/mount",  "/usr/bin/umount",
    "/usr/bin/passwd", "/usr/bin/chsh", "/usr/bin/newgrp", "/usr/bin/pkexec",
    "/usr/bin/true",   "/bin/sh",       "/usr/bin/bwrap",
  };

  for (size_t i = 0; i < sizeof programs / sizeof programs[0]; i++)
    {
      int status = execute (programs[i], "--version");
      if (status != -EACCES && status != -ENOENT)
        escape_broken (result, "%s: %d", programs[i], status);
    }
}

/* What it writes itself cannot be executed either. */
static void
try_own_program (EscapeResult *result)
{
  static const char script[] = "#!/bin/sh\nexit 0\n";
  int fd = open ("/tmp/own", O_CREAT | O_WRONLY | O_TRUNC, 0700);

  if (fd < 0 || write (fd, script, sizeof script - 1) < 0 || close (fd) != 0)
    escape_broken (result, "cannot write it");
  if (execute ("/tmp/own", NULL) != -EACCES)
    escape_broken (result, "it ran");
  unlink ("/tmp/own");
}

static void
try_memfd_program (EscapeResult *result)
{
  char path[64];
  int fd = memfd_create ("own", 0);

  snprintf (path, sizeof path, "/proc/self/fd/%d", fd);
  if (write (fd, "#!/bin/sh\n", 10) != 10)
    escape_broken (result, "cannot write it");
  int status = execute (path, NULL);
  if (status != -EACCES)
    escape_broken (result, "it ran: %d", status);
}

static void
try_write_system (EscapeResult *result)
{
  static const char *const places[] = {
    "/x",
    "/usr/x",
    "/usr/bin/x",
    "/etc/x",
    "/etc/localtime",
    "/opt/x",
    "/opt/cardea/x",
    "/opt/cardea/cardea-agent",
    "/dev/x",
    "/lib/x",
    "/proc/self/oom_score_adj",
    "/proc/self/uid_map",
    "/proc/sys/kernel/hostname",
    "/proc/sys/kernel/core_pattern",
    "/proc/sysrq-trigger",
    "/proc/self/mem",
    "/proc/self/setgroups",
  };

  for (size_t i = 0; i < sizeof places / sizeof places[0]; i++)
    if (open (places[i], O_WRONLY | O_CREAT, 0600) >= 0)
      escape_broken (result, "%s can be written", places[i]);
  if (mkdir ("/made", 0700) == 0 || rmdir ("/opt") == 0 || unlink ("/etc/localtime") == 0
      || rename (escape_world.home, "/moved") == 0)
    escape_broken (result, "the system can be changed");
}

static void
try_list_root (EscapeResult *result)
{
  if (opendir ("/") != NULL)
    escape_broken (result, "Landlock does not hold");
}

static void
try_parent_memory (EscapeResult *result)
{
  static const char *const files[] = { "mem", "environ", "root/usr", "cwd/usr", "maps", "auxv" };
  char path[64];

  for (size_t i = 0; i < sizeof files / sizeof files[0]; i++)
    {
      snprintf (path, sizeof path, "/proc/1/%s", files[i]);
      int fd = open (path, O_RDONLY);
      char byte;
      /* maps opens and then gives nothing to one that may not trace */
      if (fd >= 0 && read (fd, &byte, 1) > 0)
        escape_broken (result, "%s can be read", path);
    }
}

static void
try_outside_process (EscapeResult *result)
{
  char path[64];

  snprintf (path, sizeof path, "/proc/%d", escape_world.outside_pid);
  if (access (path, F_OK) == 0)
    escape_broken (result, "%s is visible", path);
  if (kill (escape_world.outside_pid, 0) == 0)
    escape_broken (result, "it takes signals");
  if (syscall (SYS_pidfd_open, escape_world.outside_pid, 0) >= 0)
    escape_broken (result, "it has a pidfd");
}

/* Landlock's scope from ABI 6 on; before, pid 1 takes no signal it has no handler for. */
static void
try_init_signals (EscapeResult *result)
{
  kill (1, SIGKILL);
  kill (1, SIGSTOP);
  if (kill (1, 0) == 0 && access ("/proc/1/status", F_OK) != 0)
    escape_broken (result, "pid 1 is gone");
}

static void
try_fork_bomb (EscapeResult *result)
{
  pid_t children[MANY_PROCESSES];
  int count = 0;

  while (count < MANY_PROCESSES && (children[count] = fork ()) > 0)
    count++;
  if (count < MANY_PROCESSES && children[count] == 0)
    for (;;)
      pause ();
  for (int i = 0; i < count; i++)
    kill (children[i], SIGKILL);
  for (int i = 0; i < count; i++)
    waitpid (children[i], NULL, 0);
  if (count == MANY_PROCESSES)
    escape_broken (result, "%d processes", count);
}

static void
try_many_fds (EscapeResult *result)
{
  int count = 0;

  while (count < MANY_FDS && dup (0) >= 0)
    count++;
  if (count >= 1024)
    escape_broken (result, "%d descriptors", count);
}

static void
fill (EscapeResult *result, const char *folder, off_t limit)
{
  char path[512];
  off_t size = 0;
  const off_t step = 4 << 20;

  snprintf (path, sizeof path, "%s/filler", folder);
  signal (SIGXFSZ, SIG_IGN);
  int fd = open (path, O_CREAT | O_RDWR, 0600);
  if (fd < 0)
    escape_broken (result, "cannot write to %s", folder);
  while (fd >= 0 && size <= limit && fallocate (fd, 0, size, step) == 0)
    size += step;
  unlink (path);
  if (size > limit)
    escape_broken (result, "%lld bytes in %s", (long long) size, folder);
}

static void
try_fill_home (EscapeResult *result)
{
  fill (result, escape_world.home, 32 << 20);
}

static void
try_fill_tmp (EscapeResult *result)
{
  fill (result, "/tmp", 256 << 20);
}

static void
try_memory (EscapeResult *result)
{
#ifndef __SANITIZE_ADDRESS__
  if (mmap (NULL, (size_t) 5 << 30, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0)
      != MAP_FAILED)
    escape_broken (result, "5 GiB of address space");
#endif
}

static void
try_raise_limits (EscapeResult *result)
{
  static const int resources[] = { RLIMIT_NOFILE, RLIMIT_NPROC, RLIMIT_FSIZE, RLIMIT_CORE };

  for (size_t i = 0; i < sizeof resources / sizeof resources[0]; i++)
    {
      const struct rlimit wide = { RLIM_INFINITY, RLIM_INFINITY };
      if (setrlimit (resources[i], &wide) == 0)
        escape_broken (result, "limit %d can be raised", resources[i]);
    }
}

static void
try_dumpable (EscapeResult *result)
{
  struct rlimit core;

  if (getrlimit (RLIMIT_CORE, &core) != 0 || core.rlim_max != 0)
    escape_broken (result, "core files are written");
}

#define HELD(name)                                                                                 \
  {                                                                                                \
#name, ESCAPE_HELD, NULL, try_##name                                                           \
  }

const EscapeAttempt escape_held[] = {
  HELD (capabilities),    HELD (root),         HELD (setuid_programs), HELD (own_program),
  HELD (memfd_program),   HELD (write_system), HELD (list_root),       HELD (parent_memory),
  HELD (outside_process), HELD (init_signals), HELD (fork_bomb),       HELD (many_fds),
  HELD (fill_home),       HELD (fill_tmp),     HELD (memory),          HELD (raise_limits),
  HELD (dumpable),
};

const size_t n_escape_held = sizeof escape_held / sizeof escape_held[0];
