/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nothing; these are constants.
 * Refuses: what is not here. No socket is ever made or connected (the channel is inherited), no
 * namespace, mount, trace, key, ring, timer signal or device.
 * Known gaps: executable memory is allowed (the loader and pcre2 need it). */

#include "guardian/launch/guardian-agent-calls.h"

#include "guardian/privsep/guardian-process.h"
#include "guardian/privsep/guardian-row.h"

#include <errno.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/socket.h>

#ifndef PR_SET_VMA
#define PR_SET_VMA 0x53564d41
#endif

/* Its private home and /tmp; Landlock and the mounts say where. */
static const char *const calls_write[] = {
  "creat",     "fallocate", "fchmod", "fdatasync", "flock",     "fsync", "link",     "linkat",
  "mkdir",     "mkdirat",   "rename", "renameat",  "renameat2", "rmdir", "sendfile", "symlink",
  "symlinkat", "truncate",  "unlink", "unlinkat",  "utimensat", NULL,
};

/* The helper that reads documents is a program of its own. setrlimit: it makes itself smaller. */
static const char *const calls_helper[] = {
  "execve",    "getpgid", "getsid",    "kill",   "pidfd_open", "pidfd_send_signal",
  "prlimit64", "setpgid", "setrlimit", "setsid", "tkill",      "vfork",
  "wait4",     "waitid",  NULL,
};

static const char *const *const groups[]
    = { guardian_row_calls_runtime, guardian_row_calls_read, calls_write, calls_helper, NULL };

#define IOCTL(request)                                                                             \
  {                                                                                                \
    "ioctl", 1, GUARDIAN_FILTER_INT, request                                                       \
  }
#define PRCTL(option)                                                                              \
  {                                                                                                \
    "prctl", 0, GUARDIAN_FILTER_INT, option                                                        \
  }

static const GuardianFilterCheck checks[] = {
  /* threads and processes, but no namespaces */
  { "clone", 0, GUARDIAN_ROW_CLONE_NEW, 0 },
  { "socketpair", 0, GUARDIAN_FILTER_INT, AF_UNIX },
  IOCTL (TCGETS),
  IOCTL (FIONREAD),
  IOCTL (FIONBIO),
  IOCTL (FIOCLEX),
  PRCTL (PR_SET_NAME),
  PRCTL (PR_GET_NAME),
  PRCTL (PR_SET_PDEATHSIG),
  PRCTL (PR_GET_DUMPABLE),
  PRCTL (PR_SET_DUMPABLE),
  PRCTL (PR_SET_NO_NEW_PRIVS),
  PRCTL (PR_GET_NO_NEW_PRIVS),
  PRCTL (PR_CAPBSET_READ),
  PRCTL (PR_SET_VMA),
  { NULL, 0, 0, 0 },
};

static const GuardianFilter filter = { .groups = groups, .checks = checks };

/* Where another errno than EPERM makes libraries go on by themselves. */
static const GuardianFilterAnswer refusals[] = {
  { "clone3", ENOSYS }, /* glibc then uses clone, which can be looked into */
  { "socket", EACCES },
};

const GuardianFilter *
guardian_agent_calls (void)
{
  return &filter;
}

int
guardian_agent_calls_refusal (const char *name)
{
  if (name == NULL)
    return ENOSYS;
  for (gsize i = 0; i < G_N_ELEMENTS (refusals); i++)
    if (strcmp (refusals[i].call, name) == 0)
      return refusals[i].error;
  return EPERM;
}
