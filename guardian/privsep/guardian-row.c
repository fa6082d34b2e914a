/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nothing; these are constants.
 * Refuses: whatever a row does not name.
 * Known gaps: launch and the starter have neither Landlock nor a list, because what they start
 * would inherit it (bwrap fails under Landlock); they parse nothing but core frames. In user mode
 * every worker has the user's uid: what Landlock does not cover (stat, connecting to a named
 * socket where the list has connect) is the user's. */

#include "guardian/privsep/guardian-row.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/fs.h>
#include <linux/sched.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#endif

#define CALLS(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define RULES(...) ((const GuardianLandlockRule[]){ __VA_ARGS__, { NULL, 0 } })
#define GROUPS(...) ((const char *const *const[]){ __VA_ARGS__, NULL })
#define CHECKS(...) ((const GuardianFilterCheck[]){ __VA_ARGS__, { NULL } })
#define ANSWERS(...) ((const GuardianFilterAnswer[]){ __VA_ARGS__, { NULL, 0 } })

#define READ GUARDIAN_LANDLOCK_READ
#define WRITE GUARDIAN_LANDLOCK_WRITE

const char *const guardian_row_calls_runtime[] = {
  /* memory */
  "brk",
  "madvise",
  "membarrier",
  "memfd_create",
  "mlock",
  "mlock2",
  "mmap",
  "mprotect",
  "mremap",
  "munlock",
  "munmap",
  /* time */
  "clock_getres",
  "clock_gettime",
  "clock_nanosleep",
  "gettimeofday",
  "nanosleep",
  "time",
  "timerfd_create",
  "timerfd_gettime",
  "timerfd_settime",
  /* descriptors that are already there */
  "close",
  "close_range",
  "dup",
  "dup2",
  "dup3",
  "epoll_create",
  "epoll_create1",
  "epoll_ctl",
  "epoll_pwait",
  "epoll_pwait2",
  "epoll_wait",
  "eventfd2",
  "fcntl",
  "fstat",
  "ftruncate",
  "lseek",
  "pipe",
  "pipe2",
  "poll",
  "ppoll",
  "pread64",
  "preadv",
  "pselect6",
  "pwrite64",
  "pwritev",
  "read",
  "readv",
  "select",
  "write",
  "writev",
  /* sockets that are already there */
  "getpeername",
  "getsockname",
  "getsockopt",
  "recvfrom",
  "recvmsg",
  "sendmsg",
  "sendto",
  "setsockopt",
  "shutdown",
  /* oneself */
  "arch_prctl",
  "exit",
  "exit_group",
  "futex",
  "futex_waitv",
  "get_robust_list",
  "getcpu",
  "getegid",
  "geteuid",
  "getgid",
  "getgroups",
  "getpgrp",
  "getpid",
  "getppid",
  "getrandom",
  "getresgid",
  "getresuid",
  "getrlimit",
  "getrusage",
  "gettid",
  "getuid",
  "pause",
  "restart_syscall",
  "rseq",
  "rt_sigaction",
  "rt_sigpending",
  "rt_sigprocmask",
  "rt_sigreturn",
  "rt_sigsuspend",
  "rt_sigtimedwait",
  "sched_getaffinity",
  "sched_getattr",
  "sched_getparam",
  "sched_getscheduler",
  "sched_setattr",
  "sched_yield",
  "set_robust_list",
  "set_tid_address",
  "sigaltstack",
  "signalfd4",
  "sysinfo",
  "tgkill",
  "times",
  "umask",
  "uname",
  NULL,
};

const char *const guardian_row_calls_read[] = {
  "access",   "chdir",      "faccessat", "faccessat2", "fadvise64", "fchdir", "fstatfs",
  "getcwd",   "getdents64", "lstat",     "newfstatat", "open",      "openat", "openat2",
  "readlink", "readlinkat", "stat",      "statfs",     "statx",     NULL,
};

static const char *const calls_write[] = {
  "copy_file_range", "fallocate", "fchmod",   "fchmodat",  "fdatasync", "flock",
  "fsync",           "link",      "linkat",   "mkdir",     "mkdirat",   "rename",
  "renameat",        "renameat2", "rmdir",    "sendfile",  "symlinkat", "sync_file_range",
  "syncfs",          "unlink",    "unlinkat", "utimensat", NULL,
};

/* Threads, never processes and never namespaces; clone3 cannot be looked into, so that glibc is
 * told to use clone. */
#define CHECK_THREADS                                                                              \
  {                                                                                                \
    "clone", 0, GUARDIAN_ROW_CLONE_THREAD | GUARDIAN_ROW_CLONE_NEW, GUARDIAN_ROW_CLONE_THREAD      \
  }
#define CHECK_IOCTLS                                                                               \
  { "ioctl", 1, GUARDIAN_FILTER_INT, TCGETS }, { "ioctl", 1, GUARDIAN_FILTER_INT, FIONREAD },      \
      { "ioctl", 1, GUARDIAN_FILTER_INT, FIONBIO },                                                \
  {                                                                                                \
    "ioctl", 1, GUARDIAN_FILTER_INT, FIOCLEX                                                       \
  }
#define CHECK_PRCTLS                                                                               \
  { "prctl", 0, GUARDIAN_FILTER_INT, PR_SET_NAME },                                                \
      { "prctl", 0, GUARDIAN_FILTER_INT, PR_GET_NAME },                                            \
      { "prctl", 0, GUARDIAN_FILTER_INT, PR_GET_DUMPABLE },                                        \
  {                                                                                                \
    "prctl", 0, GUARDIAN_FILTER_INT, PR_SET_VMA                                                    \
  }
#define CHECK_LIMITS /* reading them only: no new limit is given */                                \
  {                                                                                                \
    "prlimit64", 2, G_MAXUINT64, 0                                                                 \
  }
#define CHECK_UNIX(call)                                                                           \
  {                                                                                                \
    call, 0, GUARDIAN_FILTER_INT, AF_UNIX                                                          \
  }
#define CHECKS_COMMON CHECK_THREADS, CHECK_IOCTLS, CHECK_PRCTLS, CHECK_LIMITS

#define ANSWER_PROBES                                                                              \
  { "clone3", ENOSYS }, { "sched_setscheduler", EPERM }
#define ANSWER_NO_SOCKETS                                                                          \
  { "socket", EACCES }, { "socketpair", EACCES }, { "connect", EACCES }

#define ANSWER_NO_FAMILY(family)                                                                   \
  {                                                                                                \
    "socket", EAFNOSUPPORT, 0, GUARDIAN_FILTER_INT, family                                         \
  }

/* The core: its own folders, its listener, descriptors passed on, processes named by pidfd. */
static const GuardianFilter core_filter = {
  .groups = GROUPS (guardian_row_calls_runtime, guardian_row_calls_read, calls_write,
                    CALLS ("accept4", "bind", "listen", "pidfd_open", "pidfd_send_signal", "waitid",
                           "inotify_init1", "inotify_add_watch", "inotify_rm_watch")),
  /* TIOCGDEV: which terminal a front end handed over. */
  .checks = CHECKS (CHECKS_COMMON, CHECK_UNIX ("socket"), CHECK_UNIX ("socketpair"),
                    { "ioctl", 1, GUARDIAN_FILTER_INT, TIOCGDEV }),
  .answers = ANSWERS (ANSWER_PROBES, { "connect", EACCES }),
};

static const GuardianLandlockRule core_rules[] = {
  { "/usr", READ },
  { "/lib", READ },
  { "/lib64", READ },
  { "/etc/ld.so.cache", READ },
  { "/etc/localtime", READ },
  { "/etc/ssl/openssl.cnf", READ },
  { "/etc/cardea", READ },
  { "/etc/passwd", READ },
  { "/etc/nsswitch.conf", READ },
  { "/proc", READ },
  { "/sys/fs/cgroup", READ },
  { "/dev/null", READ | WRITE },
  { "/dev/urandom", READ },
  { NULL, 0 },
};

/* Files: reads whatever the user can read, changes nothing, talks to nobody but the core. */
static const GuardianFilter files_filter = {
  .groups = GROUPS (guardian_row_calls_runtime, guardian_row_calls_read, CALLS ("preadv2")),
  .checks = CHECKS (CHECKS_COMMON),
  .answers = ANSWERS (ANSWER_PROBES, ANSWER_NO_SOCKETS),
};

static const GuardianLandlockRule files_rules[] = { { "/", READ }, { NULL, 0 } };

/* Change: the writing half of files. Whatever the user may change, and nobody to talk to but the
 * core: no sockets, no processes. Owners, attributes and holes are kept, hence their calls; FICLONE
 * shares what does not change with a disk that can. */
static const GuardianFilter change_filter = {
  .groups = GROUPS (guardian_row_calls_runtime, guardian_row_calls_read, calls_write,
                    CALLS ("fchown", "fgetxattr", "flistxattr", "fsetxattr", "fremovexattr")),
  .checks = CHECKS (CHECKS_COMMON, { "ioctl", 1, GUARDIAN_FILTER_INT, FICLONE }),
  .answers = ANSWERS (ANSWER_PROBES, ANSWER_NO_SOCKETS),
};

static const GuardianLandlockRule change_rules[] = { { "/", READ | WRITE }, { NULL, 0 } };

/* View: what the person may do to files, and one descriptor of /dev/fuse a sandbox, which came to
 * it by the pair that it made for that. It hears of what others change there. */
static const GuardianFilter view_filter = {
  .groups
  = GROUPS (guardian_row_calls_runtime, guardian_row_calls_read, calls_write,
            CALLS ("inotify_add_watch", "inotify_init1", "inotify_rm_watch", "kill", "mknodat")),
  .checks
  = CHECKS (CHECKS_COMMON, CHECK_UNIX ("socketpair"), { "ioctl", 1, GUARDIAN_FILTER_INT, FICLONE }),
  .answers = ANSWERS (ANSWER_PROBES, { "socket", EACCES }, { "connect", EACCES }),
};

static const GuardianLandlockRule view_rules[]
    = { { "/", READ | WRITE | GUARDIAN_LANDLOCK_SOCKET }, { NULL, 0 } };

/* Keys: the session bus, and its own folder when there is no keyring. */
static const GuardianFilter keys_filter = {
  .groups = GROUPS (guardian_row_calls_runtime, guardian_row_calls_read, calls_write,
                    CALLS ("connect", "inotify_init1", "inotify_add_watch", "inotify_rm_watch")),
  .checks = CHECKS (CHECKS_COMMON, CHECK_UNIX ("socket"), CHECK_UNIX ("socketpair")),
  .answers = ANSWERS (ANSWER_PROBES),
};

static const GuardianLandlockRule keys_rules[] = {
  { "/usr", READ },
  { "/lib", READ },
  { "/lib64", READ },
  { "/etc/ld.so.cache", READ },
  { "/etc/localtime", READ },
  { "/etc/ssl/openssl.cnf", READ },
  { "/etc/machine-id", READ },
  { "/etc/passwd", READ },
  { "/etc/nsswitch.conf", READ },
  { "/etc/gcrypt", READ },
  { "/var/lib/dbus/machine-id", READ },
  { "/proc", READ },
  { "/dev/null", READ | WRITE },
  { "/dev/urandom", READ },
  { NULL, 0 },
};

/* Egress: the network and what TLS trusts. No name of a socket can be connected to: only pairs of
 * its own have that family. No listener is made either: they come from sandboxes. Who asks for a
 * badge is a pidfd, which waitid tells from other descriptors. */
static const GuardianFilter egress_filter = {
  .groups = GROUPS (guardian_row_calls_runtime, guardian_row_calls_read,
                    CALLS ("accept4", "connect", "pidfd_open", "recvmmsg", "sendmmsg", "splice",
                           "tee", "waitid")),
  .checks = CHECKS (CHECKS_COMMON, { "socket", 0, GUARDIAN_FILTER_INT, AF_INET },
                    { "socket", 0, GUARDIAN_FILTER_INT, AF_INET6 }, CHECK_UNIX ("socketpair")),
  .answers = ANSWERS (ANSWER_PROBES, ANSWER_NO_FAMILY (AF_UNIX), ANSWER_NO_FAMILY (AF_NETLINK)),
};

static const GuardianLandlockRule egress_rules[] = {
  { "/usr", READ },
  { "/lib", READ },
  { "/lib64", READ },
  { "/etc/ld.so.cache", READ },
  { "/etc/localtime", READ },
  { "/etc/ssl", READ },
  { "/etc/ca-certificates", READ },
  { "/etc/gnutls", READ },
  { "/dev/null", READ | WRITE },
  { "/dev/urandom", READ },
  { NULL, 0 },
};

/* Names: the child of egress that asks name servers and reads their answers. It has neither the
 * credentials nor the connections. Managers of networks replace resolv.conf, hence all of /etc. */
static const GuardianFilter names_filter = {
  .groups = GROUPS (guardian_row_calls_runtime, guardian_row_calls_read,
                    CALLS ("connect", "recvmmsg", "sendmmsg")),
  .checks = CHECKS (CHECKS_COMMON, { "socket", 0, GUARDIAN_FILTER_INT, AF_INET },
                    { "socket", 0, GUARDIAN_FILTER_INT, AF_INET6 }),
  .answers = ANSWERS (ANSWER_PROBES, ANSWER_NO_FAMILY (AF_UNIX), ANSWER_NO_FAMILY (AF_NETLINK)),
};

static const GuardianLandlockRule names_rules[] = {
  { "/usr", READ },
  { "/lib", READ },
  { "/lib64", READ },
  { "/etc", READ },
  { "/run/NetworkManager", READ },
  { "/run/resolvconf", READ },
  { "/run/systemd/resolve", READ },
  { "/dev/null", READ | WRITE },
  { "/dev/urandom", READ },
  { NULL, 0 },
};

/* Scan, bundle and picture: content that somebody made, and nothing else: no file can
 * be opened at all. What their libraries would look for is not there. */
static const GuardianFilter scan_filter = {
  .groups = GROUPS (guardian_row_calls_runtime),
  /* fstat() of Debian 12's C library is this one. */
  .checks = CHECKS (CHECKS_COMMON, { "newfstatat", 3, GUARDIAN_FILTER_INT, AT_EMPTY_PATH }),
  .answers = ANSWERS (ANSWER_PROBES, ANSWER_NO_SOCKETS, { "open", EACCES }, { "openat", EACCES },
                      { "stat", EACCES }, { "statx", EACCES }, { "access", EACCES },
                      { "faccessat", EACCES }, { "readlink", EACCES }, { "readlinkat", EACCES }),
};

static const GuardianLandlockRule scan_rules[] = { { NULL, 0 } };

#define ENVIRONMENT_FOLDERS                                                                        \
  "HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "XDG_RUNTIME_DIR"

static const GuardianRow rows[GUARDIAN_WORKER_COUNT] = {
  [GUARDIAN_WORKER_CORE] = {
    .identity = { "core", "cardea-guardian", CARDEA_ROLE_CORE },
    .descriptors = 4096,
    .rules = core_rules,
    .filter = &core_filter,
  },
  [GUARDIAN_WORKER_FILES] = {
    .identity = { "files", "cardea-guardian-files", CARDEA_ROLE_FILES },
    .startable = TRUE,
    .dies_with_parent = TRUE,
    .descriptors = 4096,
    .rules = files_rules,
    .scope_signals = TRUE,
    .scope_abstract = TRUE,
    .filter = &files_filter,
    .environment = (const char *const[]){ ENVIRONMENT_FOLDERS, NULL },
  },
  [GUARDIAN_WORKER_CHANGE] = {
    .identity = { "change", "cardea-guardian-change", CARDEA_ROLE_CHANGE },
    .startable = TRUE,
    .dies_with_parent = TRUE,
    .keeps_umask = TRUE,
    .descriptors = 16384, /* three for each operation that waits, and one for each being done */
    .rules = change_rules,
    .scope_signals = TRUE,
    .scope_abstract = TRUE,
    .filter = &change_filter,
    .environment = (const char *const[]){ ENVIRONMENT_FOLDERS, NULL },
  },
  [GUARDIAN_WORKER_VIEW] = {
    .identity = { "view", "cardea-guardian-view", CARDEA_ROLE_VIEW },
    .startable = TRUE,
    .dies_with_parent = TRUE,
    .descriptors = 65536, /* one for each file that a program has open */
    .rules = view_rules,
    .scope_signals = TRUE,
    .scope_abstract = TRUE,
    .filter = &view_filter,
    .environment = (const char *const[]){ ENVIRONMENT_FOLDERS, NULL },
  },
  [GUARDIAN_WORKER_KEYS] = {
    .identity = { "keys", "cardea-guardian-keys", CARDEA_ROLE_KEYS },
    .startable = TRUE,
    .dies_with_parent = TRUE,
    .descriptors = 256,
    .rules = keys_rules,
    .scope_signals = TRUE,
    .filter = &keys_filter,
    .environment = (const char *const[]){ ENVIRONMENT_FOLDERS, "DBUS_SESSION_BUS_ADDRESS", NULL },
  },
  [GUARDIAN_WORKER_LAUNCH] = {
    .identity = { "launch", "cardea-guardian-launch", CARDEA_ROLE_LAUNCH },
    .startable = TRUE,
    .dies_with_parent = TRUE,
    .descriptors = 4096,
    /* Where the homes of profiles are; nothing of it goes into a sandbox. */
    .environment = (const char *const[]){ "HOME", "XDG_DATA_HOME", NULL },
  },
  [GUARDIAN_WORKER_EGRESS] = {
    .identity = { "egress", "cardea-guardian-egress", CARDEA_ROLE_EGRESS },
    .startable = TRUE,
    .dies_with_parent = TRUE,
    .descriptors = 16384, /* two for each connection, two more while something moves in it */
    .rules = egress_rules,
    .scope_signals = TRUE,
    .scope_abstract = TRUE,
    .open_tcp = TRUE,
    .filter = &egress_filter,
    .environment = (const char *const[]){ NULL },
  },
  [GUARDIAN_WORKER_NAMES] = {
    .identity = { "names", "cardea-guardian-egress", CARDEA_ROLE_NONE },
    .dies_with_parent = TRUE,
    .descriptors = 256,
    .rules = names_rules,
    .scope_signals = TRUE,
    .scope_abstract = TRUE,
    .open_tcp = TRUE,
    .filter = &names_filter,
  },
  [GUARDIAN_WORKER_SCAN] = {
    .identity = { "scan", "cardea-guardian-scan", CARDEA_ROLE_SCAN },
    .startable = TRUE,
    .dies_with_parent = TRUE,
    .descriptors = 64,
    .memory = 1024u * 1024u * 1024u,
    .rules = scan_rules,
    .scope_signals = TRUE,
    .scope_abstract = TRUE,
    .filter = &scan_filter,
    .environment = (const char *const[]){ NULL },
  },
  [GUARDIAN_WORKER_BUNDLE] = {
    .identity = { "bundle", "cardea-guardian-bundle", CARDEA_ROLE_BUNDLE },
    .startable = TRUE,
    .dies_with_parent = TRUE,
    .descriptors = 64,
    .memory = 512u * 1024u * 1024u,
    .rules = scan_rules,
    .scope_signals = TRUE,
    .scope_abstract = TRUE,
    .filter = &scan_filter,
    .environment = (const char *const[]){ NULL },
  },
  [GUARDIAN_WORKER_PICTURE] = {
    .identity = { "picture", "cardea-guardian-picture", CARDEA_ROLE_PICTURE },
    .startable = TRUE,
    .dies_with_parent = TRUE,
    .descriptors = 64,
    .memory = 768u * 1024u * 1024u,
    .seconds = 10, /* a slow one of the largest takes two */
    .rules = scan_rules,
    .scope_signals = TRUE,
    .scope_abstract = TRUE,
    .filter = &scan_filter,
    .environment = (const char *const[]){ NULL },
  },
  [GUARDIAN_WORKER_CONSENT] = {
    .identity = { "consent", "cardea-consent", CARDEA_ROLE_CONSENT },
    .startable = TRUE,
    .environment = (const char *const[]){ ENVIRONMENT_FOLDERS, "LANG", "LANGUAGE", "LC_*",
                                          "XDG_DATA_DIRS", "XDG_CONFIG_DIRS", NULL },
  },
};

const GuardianRow *
guardian_row (GuardianWorker worker)
{
  return (guint) worker < GUARDIAN_WORKER_COUNT ? &rows[worker] : NULL;
}

const GuardianWorkerIdentity *
guardian_worker_identity (GuardianWorker worker)
{
  const GuardianRow *row = guardian_row (worker);
  return row != NULL ? &row->identity : NULL;
}
