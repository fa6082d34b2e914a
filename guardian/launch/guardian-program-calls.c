/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nothing; these are constants.
 * Refuses: whole families: what hands out kernel objects of a kind nobody can look into, makes
 * namespaces or mounts, looks into other processes, changes the machine, or reaches the kernel by
 * another table of calls.
 * Known gaps: what a list that denies does not know it allows; the other layers are there for that.
 * mknod makes FIFOs and sockets here (Landlock refuses devices), and executable memory is allowed.
 */

#include "guardian/launch/guardian-program-calls.h"

#include <errno.h>
#include <sched.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

/* Rings, pages and programs that the kernel shares or runs. splice and its kin move pages between
 * files without a copy. */
static const char *const calls_shared[] = {
  "bpf",
  "io_uring_enter",
  "io_uring_register",
  "io_uring_setup",
  "perf_event_open",
  "splice",
  "tee",
  "userfaultfd",
  "vmsplice",
  NULL,
};

static const char *const calls_keys[] = { "add_key", "keyctl", "request_key", NULL };

static const char *const calls_mount[] = {
  "chroot",     "fsconfig",  "fsmount",    "fsopen", "fspick",  "mount", "mount_setattr",
  "move_mount", "open_tree", "pivot_root", "umount", "umount2", NULL,
};

static const char *const calls_namespace[] = { "clone3", "setns", "unshare", NULL };

static const char *const calls_process[] = {
  "kcmp",   "migrate_pages",    "move_pages",       "pidfd_getfd",       "process_madvise",
  "ptrace", "process_mrelease", "process_vm_readv", "process_vm_writev", NULL,
};

static const char *const calls_machine[] = {
  "acct",
  "adjtimex",
  "clock_adjtime",
  "clock_settime",
  "create_module",
  "delete_module",
  "finit_module",
  "get_kernel_syms",
  "init_module",
  "ioperm",
  "iopl",
  "kexec_load",
  "kexec_file_load",
  "lookup_dcookie",
  "modify_ldt",
  "nfsservctl",
  "personality",
  "query_module",
  "quotactl",
  "quotactl_fd",
  "reboot",
  "sethostname",
  "setdomainname",
  "settimeofday",
  "stime",
  "swapoff",
  "swapon",
  "syslog",
  "sysfs",
  "uselib",
  "vhangup",
  "_sysctl",
  NULL,
};

/* Files by another way than their name. */
static const char *const calls_file[]
    = { "fanotify_init", "fanotify_mark", "name_to_handle_at", "open_by_handle_at", NULL };

static const char *const *const groups[]
    = { calls_shared,  calls_keys,    calls_mount, calls_namespace,
        calls_process, calls_machine, calls_file,  NULL };

#define CLONE(flag)                                                                                \
  {                                                                                                \
    "clone", 0, flag, flag                                                                         \
  }
#define IOCTL(request)                                                                             \
  {                                                                                                \
    "ioctl", 1, GUARDIAN_FILTER_INT, request                                                       \
  }
/* AF_UNIX, AF_INET and AF_INET6 remain. The kernel reads an int: what has higher bits set is
 * greater and refused too. */
#define FAMILIES(call)                                                                             \
  { call, 0, GUARDIAN_FILTER_INT, AF_UNSPEC }, { call, 0, GUARDIAN_FILTER_INT, AF_AX25 },          \
      { call, 0, GUARDIAN_FILTER_INT, AF_IPX }, { call, 0, GUARDIAN_FILTER_INT, AF_APPLETALK },    \
      { call, 0, GUARDIAN_FILTER_INT, AF_NETROM }, { call, 0, GUARDIAN_FILTER_INT, AF_BRIDGE },    \
      { call, 0, GUARDIAN_FILTER_INT, AF_ATMPVC }, { call, 0, GUARDIAN_FILTER_INT, AF_X25 },       \
  {                                                                                                \
    call, 0, GUARDIAN_FILTER_GREATER, AF_INET6                                                     \
  }

static const GuardianFilterCheck checks[] = {
  CLONE (CLONE_NEWNS),   CLONE (CLONE_NEWCGROUP), CLONE (CLONE_NEWUTS),    CLONE (CLONE_NEWIPC),
  CLONE (CLONE_NEWUSER), CLONE (CLONE_NEWPID),    CLONE (CLONE_NEWNET),    IOCTL (TIOCSTI),
  IOCTL (TIOCLINUX),     IOCTL (TIOCSETD), /* line disciplines are drivers of their own */
  IOCTL (TIOCCONS),      FAMILIES ("socket"),     FAMILIES ("socketpair"), { NULL, 0, 0, 0 },
};

static const GuardianFilter filter = { .denies = TRUE, .groups = groups, .checks = checks };

/* Where another errno than EPERM makes programs go on by themselves. */
static const GuardianFilterAnswer refusals[] = {
  { "clone3", ENOSYS }, /* libraries then use clone, which can be looked into */
  { "io_uring_setup", ENOSYS }, { "socket", EAFNOSUPPORT }, { "socketpair", EAFNOSUPPORT },
  { "splice", ENOSYS },         { "tee", ENOSYS },          { "vmsplice", ENOSYS },
};

const GuardianFilter *
guardian_program_calls (void)
{
  return &filter;
}

int
guardian_program_calls_refusal (const char *name)
{
  if (name == NULL)
    return ENOSYS;
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    if (strcmp (refusals[i].call, name) == 0)
      return refusals[i].error;
  return EPERM;
}
