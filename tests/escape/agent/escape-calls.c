/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* KRN lines of the adversary's catalogue that are single system calls. */

#include "escape-probe.h"

#include <errno.h>
#include <linux/sched.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

static void
expect_refused (EscapeResult *result, long returned)
{
  if (returned != -1)
    escape_broken (result, "it returned %ld", returned);
  else if (errno != EPERM && errno != ENOSYS && errno != EACCES)
    escape_broken (result, "refused by something else: %s", strerror (errno));
}

/* Calls that need no sensible argument: the filter looks at the number only. */
#define PLAIN(name)                                                                                \
  static void try_##name (EscapeResult *result)                                                    \
  {                                                                                                \
    expect_refused (result, syscall (SYS_##name, 0, 0, 0, 0, 0, 0));                               \
  }
#define NUMBERED(name, number)                                                                     \
  static void try_##name (EscapeResult *result)                                                    \
  {                                                                                                \
    expect_refused (result, syscall (number, 0, 0, 0, 0, 0, 0));                                   \
  }

/* rings, pages, programs in the kernel */
PLAIN (io_uring_setup)
PLAIN (io_uring_enter)
PLAIN (io_uring_register)
PLAIN (splice)
PLAIN (vmsplice)
PLAIN (tee)
PLAIN (userfaultfd)
PLAIN (perf_event_open)
PLAIN (bpf)
/* keys */
PLAIN (keyctl)
PLAIN (add_key)
PLAIN (request_key)
/* the machine */
#ifndef __SANITIZE_ADDRESS__ /* which asks for it itself */
PLAIN (personality)
#endif
PLAIN (kexec_load)
PLAIN (kexec_file_load)
PLAIN (quotactl)
PLAIN (reboot)
PLAIN (init_module)
PLAIN (finit_module)
PLAIN (delete_module)
PLAIN (swapon)
PLAIN (swapoff)
PLAIN (syslog)
PLAIN (acct)
PLAIN (settimeofday)
PLAIN (clock_settime)
PLAIN (adjtimex)
PLAIN (sethostname)
PLAIN (setdomainname)
PLAIN (vhangup)
PLAIN (setpriority)
PLAIN (sched_setaffinity)
/* mounts */
PLAIN (mount)
PLAIN (umount2)
PLAIN (move_mount)
PLAIN (open_tree)
PLAIN (fsopen)
PLAIN (fsconfig)
PLAIN (fsmount)
PLAIN (fspick)
PLAIN (mount_setattr)
PLAIN (pivot_root)
PLAIN (chroot)
/* other processes */
PLAIN (ptrace)
PLAIN (process_vm_readv)
PLAIN (process_vm_writev)
PLAIN (process_madvise)
PLAIN (pidfd_getfd)
PLAIN (kcmp)
PLAIN (migrate_pages)
PLAIN (move_pages)
/* namespaces and identity */
PLAIN (setns)
PLAIN (setuid)
PLAIN (setresuid)
PLAIN (setgroups)
PLAIN (capset)
PLAIN (seccomp)
PLAIN (landlock_restrict_self)
/* files by other ways */
PLAIN (name_to_handle_at)
PLAIN (open_by_handle_at)
PLAIN (fanotify_init)
PLAIN (inotify_init1)
PLAIN (mknodat)
PLAIN (fchownat)
PLAIN (setxattr)
PLAIN (memfd_secret)
/* sockets that would come in */
PLAIN (connect)
PLAIN (bind)
PLAIN (listen)
PLAIN (accept4)
PLAIN (sendmmsg)
PLAIN (recvmmsg)
NUMBERED (unknown, 9999)
#if defined(__x86_64__)
PLAIN (iopl)
PLAIN (ioperm)
PLAIN (modify_ldt)
NUMBERED (x32, 0x40000000 | SYS_getpid)

static void
try_i386 (EscapeResult *result)
{
  long returned = 20; /* getpid */

  __asm__ volatile("int $0x80" : "+a"(returned) : : "memory");
  if (returned != -EPERM && returned != -ENOSYS)
    escape_broken (result, "it returned %ld", returned);
}
#endif

static void
try_unshare (EscapeResult *result)
{
  expect_refused (result, unshare (CLONE_NEWUSER));
}

static void
try_clone_user (EscapeResult *result)
{
  long child = syscall (SYS_clone, CLONE_NEWUSER | SIGCHLD, 0, 0, 0, 0);

  if (child == 0)
    _exit (0);
  expect_refused (result, child);
}

static void
try_clone3_user (EscapeResult *result)
{
  struct clone_args args = { .flags = CLONE_NEWUSER | CLONE_NEWNET, .exit_signal = SIGCHLD };
  long child = syscall (SYS_clone3, &args, sizeof args);

  if (child == 0)
    _exit (0);
  expect_refused (result, child);
}

/* The kernel compares the low 32 bits; a filter that compares 64 lets these through. */
static void
try_tiocsti (EscapeResult *result)
{
  char byte = 'x';

  expect_refused (result, syscall (SYS_ioctl, 0, (unsigned long) TIOCSTI, &byte));
  expect_refused (result, syscall (SYS_ioctl, 0, (1ul << 32) | TIOCSTI, &byte));
  expect_refused (result, syscall (SYS_ioctl, 0, (0xffffffful << 36) | TIOCSTI, &byte));
}

static void
try_tioclinux (EscapeResult *result)
{
  char byte = 3;

  expect_refused (result, syscall (SYS_ioctl, 0, (unsigned long) TIOCLINUX, &byte));
  expect_refused (result, syscall (SYS_ioctl, 0, (1ul << 32) | TIOCLINUX, &byte));
}

static void
try_families (EscapeResult *result)
{
  for (int family = 0; family <= AF_MAX + 1; family++)
    for (int type = SOCK_STREAM; type <= SOCK_SEQPACKET; type++)
      if (socket (family, type, 0) >= 0)
        escape_broken (result, "a socket of family %d", family);
}

static void
try_family (EscapeResult *result, int family, int type)
{
  expect_refused (result, socket (family, type, 0));
}

#define FAMILY(name, family, type)                                                                 \
  static void try_##name (EscapeResult *result) { try_family (result, family, type); }

FAMILY (inet, AF_INET, SOCK_STREAM)
FAMILY (inet6, AF_INET6, SOCK_DGRAM)
FAMILY (unix_socket, AF_UNIX, SOCK_STREAM)
FAMILY (netlink, AF_NETLINK, SOCK_RAW)
FAMILY (xfrm, AF_NETLINK, SOCK_DGRAM)
FAMILY (packet, AF_PACKET, SOCK_RAW)
FAMILY (alg, AF_ALG, SOCK_SEQPACKET)
FAMILY (vsock, AF_VSOCK, SOCK_STREAM)
FAMILY (rxrpc, AF_RXRPC, SOCK_DGRAM)

static void
try_pair (EscapeResult *result)
{
  int pair[2];

  expect_refused (result, socketpair (AF_TIPC, SOCK_STREAM, 0, pair));
}

#define CALL(name)                                                                                 \
  {                                                                                                \
#name, ESCAPE_TRAPPED, #name, try_##name                                                       \
  }
#define AS(name, violation)                                                                        \
  {                                                                                                \
#name, ESCAPE_TRAPPED, violation, try_##name                                                   \
  }

const EscapeAttempt escape_calls[] = {
  CALL (io_uring_setup),
  CALL (io_uring_enter),
  CALL (io_uring_register),
  CALL (splice),
  CALL (vmsplice),
  CALL (tee),
  CALL (userfaultfd),
  CALL (perf_event_open),
  CALL (bpf),
  CALL (keyctl),
  CALL (add_key),
  CALL (request_key),
#ifndef __SANITIZE_ADDRESS__
  CALL (personality),
#endif
  CALL (kexec_load),
  CALL (kexec_file_load),
  CALL (quotactl),
  CALL (reboot),
  CALL (init_module),
  CALL (finit_module),
  CALL (delete_module),
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
  CALL (setpriority),
  CALL (sched_setaffinity),
  CALL (mount),
  CALL (umount2),
  CALL (move_mount),
  CALL (open_tree),
  CALL (fsopen),
  CALL (fsconfig),
  CALL (fsmount),
  CALL (fspick),
  CALL (mount_setattr),
  CALL (pivot_root),
  CALL (chroot),
  CALL (ptrace),
  CALL (process_vm_readv),
  CALL (process_vm_writev),
  CALL (process_madvise),
  CALL (pidfd_getfd),
  CALL (kcmp),
  CALL (migrate_pages),
  CALL (move_pages),
  CALL (setns),
  CALL (setuid),
  CALL (setresuid),
  CALL (setgroups),
  CALL (capset),
  CALL (seccomp),
  CALL (landlock_restrict_self),
  CALL (name_to_handle_at),
  CALL (open_by_handle_at),
  CALL (fanotify_init),
  CALL (inotify_init1),
  CALL (mknodat),
  CALL (fchownat),
  CALL (setxattr),
  CALL (memfd_secret),
  CALL (connect),
  CALL (bind),
  CALL (listen),
  CALL (accept4),
  CALL (sendmmsg),
  CALL (recvmmsg),
  AS (unknown, "#9999"),
#if defined(__x86_64__)
  CALL (iopl),
  CALL (ioperm),
  CALL (modify_ldt),
  AS (x32, "x32:getpid"),
  AS (i386, "i386:getpid"),
#endif
  CALL (unshare),
  AS (clone_user, "clone"),
  AS (clone3_user, "clone3"),
  AS (tiocsti, "ioctl"),
  AS (tioclinux, "ioctl"),
  AS (families, "socket"),
  AS (inet, "socket"),
  AS (inet6, "socket"),
  AS (unix_socket, "socket"),
  AS (netlink, "socket"),
  AS (xfrm, "socket"),
  AS (packet, "socket"),
  AS (alg, "socket"),
  AS (vsock, "socket"),
  AS (rxrpc, "socket"),
  AS (pair, "socketpair"),
};

const size_t n_escape_calls = sizeof escape_calls / sizeof escape_calls[0];
