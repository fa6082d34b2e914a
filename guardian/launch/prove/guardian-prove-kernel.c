/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* KRN lines of the adversary's catalogue that are single system calls. */

#include "guardian/launch/prove/guardian-prove.h"

#include <errno.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/ptrace.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define CLASS "kernel"
#define COUNT(array) (sizeof (array) / sizeof (array)[0])
#define LAST_FAMILY 45 /* AF_MCTP */

#define CALL(name)                                                                                 \
  {                                                                                                \
#name, SYS_##name                                                                              \
  }

/* Whoever knows none of these by number has them by no name either. */
static const struct {
  const char *name;
  long number;
} calls[] = {
  CALL (bpf),
  CALL (io_uring_setup),
  CALL (io_uring_enter),
  CALL (io_uring_register),
  CALL (perf_event_open),
  CALL (userfaultfd),
  CALL (splice),
  CALL (tee),
  CALL (vmsplice),
  CALL (add_key),
  CALL (request_key),
  CALL (keyctl),
  CALL (mount),
  CALL (umount2),
  CALL (pivot_root),
  CALL (chroot),
  CALL (move_mount),
  CALL (open_tree),
  CALL (fsopen),
  CALL (fsconfig),
  CALL (fsmount),
  CALL (fspick),
  CALL (mount_setattr),
  CALL (setns),
  CALL (unshare),
  CALL (process_vm_readv),
  CALL (process_vm_writev),
  CALL (pidfd_getfd),
  CALL (kcmp),
  CALL (process_madvise),
  CALL (move_pages),
  CALL (migrate_pages),
  CALL (kexec_load),
  CALL (kexec_file_load),
  CALL (init_module),
  CALL (finit_module),
  CALL (delete_module),
  CALL (quotactl),
  CALL (reboot),
  CALL (swapon),
  CALL (swapoff),
  CALL (syslog),
  CALL (acct),
  CALL (settimeofday),
  CALL (clock_settime),
  CALL (adjtimex),
  CALL (sethostname),
  CALL (setdomainname),
  CALL (vhangup),
  CALL (personality),
  CALL (fanotify_init),
  CALL (name_to_handle_at),
  CALL (open_by_handle_at),
#ifdef __x86_64__
  CALL (iopl),
  CALL (ioperm),
  CALL (modify_ldt),
#endif
};

static const struct {
  const char *name;
  unsigned long flag;
} clones[] = {
  { "clone-mount", CLONE_NEWNS },  { "clone-cgroup", CLONE_NEWCGROUP },
  { "clone-uts", CLONE_NEWUTS },   { "clone-ipc", CLONE_NEWIPC },
  { "clone-user", CLONE_NEWUSER }, { "clone-pid", CLONE_NEWPID },
  { "clone-net", CLONE_NEWNET },
};

static const struct {
  const char *name;
  unsigned long request;
} controls[] = {
  { "push-a-key", TIOCSTI },
  { "console-selection", TIOCLINUX },
  { "line-discipline", TIOCSETD },
  { "take-the-console", TIOCCONS },
};

static void
say (const char *name, long result)
{
  GuardianProveReport report = { GUARDIAN_PROVE_HELD, "" };

  if (result >= 0)
    guardian_prove_through (&report, "it gave %ld", result);
  else if (errno != EPERM && errno != ENOSYS && errno != EACCES && errno != EAFNOSUPPORT)
    guardian_prove_through (&report, "the kernel looked at it: %s", strerror (errno));
  else
    guardian_prove_refused (&report);
  guardian_prove_say (CLASS, name, &report);
}

/* A child that was made anyhow ends at once. */
static void
try_clone (const char *name, long number, unsigned long first, size_t second)
{
  fflush (stdout);
  long child = syscall (number, first, second, 0, 0, 0);
  int error = errno;

  if (child == 0)
    _exit (0);
  if (child > 0)
    waitpid ((pid_t) child, NULL, 0);
  errno = error;
  say (name, child);
}

static void
try_families (void)
{
  int opened = 0;
  int first = -1;

  for (int family = 0; family <= LAST_FAMILY; family++)
    for (int high = 0; high < 2; high++)
      {
        if (family == AF_UNIX || family == AF_INET || family == AF_INET6)
          continue;
        long number = family | (high != 0 ? 1l << 32 : 0);
        long fd = syscall (SYS_socket, number, SOCK_STREAM, 0);
        /* EINVAL and the like are the kernel's own, so the family was looked at. */
        if (fd >= 0 || (errno != EAFNOSUPPORT && errno != EPERM && errno != EACCES))
          {
            opened++;
            first = first < 0 ? family : first;
          }
        if (fd >= 0)
          close ((int) fd);
      }
  errno = EAFNOSUPPORT;
  say ("families-of-sockets", opened == 0 ? -1 : first);
}

#ifdef __x86_64__
/* getpid by the 32-bit table. A kernel without it ends the child. */
static void
try_other_tables (void)
{
  GuardianProveReport report = { GUARDIAN_PROVE_HELD, "" };
  int status = 0;

  say ("x32", syscall (0x40000000L | SYS_getpid));
  fflush (stdout);
  pid_t child = fork ();
  if (child == 0)
    {
      long result;
      __asm__ volatile("int $0x80" : "=a"(result) : "a"(20L) : "memory", "r8", "r9", "r10", "r11");
      _exit (result > 0 ? 1 : 0);
    }
  if (child > 0 && waitpid (child, &status, 0) == child && WIFEXITED (status)
      && WEXITSTATUS (status) == 1)
    guardian_prove_through (&report, "a 32-bit system call was answered");
  else
    snprintf (report.detail, sizeof report.detail, "%s",
              WIFSIGNALED (status) ? "the kernel ended it" : "refused");
  guardian_prove_say (CLASS, "i386", &report);
}
#else
static void
try_other_tables (void)
{
}
#endif

void
guardian_prove_kernel_run (void)
{
  static const unsigned long highs[] = { 0, 1ul << 32, 0xfffffful << 40 };
  const struct clone_args anew = { .flags = CLONE_NEWUSER, .exit_signal = SIGCHLD };
  char byte = 'x';

  for (size_t i = 0; i < COUNT (calls); i++)
    say (calls[i].name, syscall (calls[i].number, 0, 0, 0, 0, 0, 0));
  /* Of nobody; 0 would be to be traced, and to stop at the next signal. */
  say ("ptrace", syscall (SYS_ptrace, PTRACE_ATTACH, 0, 0, 0));
  for (size_t i = 0; i < COUNT (clones); i++)
    try_clone (clones[i].name, SYS_clone, clones[i].flag | SIGCHLD, 0);
  try_clone ("clone3", SYS_clone3, (unsigned long) (uintptr_t) &anew, sizeof anew);
  for (size_t i = 0; i < COUNT (controls); i++)
    {
      long result = -1;
      for (size_t k = 0; k < COUNT (highs) && result < 0; k++)
        result = syscall (SYS_ioctl, STDIN_FILENO, controls[i].request | highs[k], &byte);
      say (controls[i].name, result);
    }
  try_families ();
  try_other_tables ();
}
