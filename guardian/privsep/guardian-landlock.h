/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <stdbool.h>
#include <stddef.h>

/* Landlock (Documentation/userspace-api/landlock.rst) at every ABI from 1 to 7, with constants of
 * our own because the headers of Linux 6.1 end at ABI 2. Plain C without GLib: cardea-confine is
 * started once a session and pays for every library it loads. */

#define GUARDIAN_LANDLOCK_ABI_MAX 7

/* What a rule opens below (or at) its path. */
typedef enum {
  GUARDIAN_LANDLOCK_READ = 1 << 0,    /* read files, list folders */
  GUARDIAN_LANDLOCK_EXECUTE = 1 << 1, /* execve */
  GUARDIAN_LANDLOCK_WRITE = 1 << 2,   /* write, truncate, make, rename, remove; no device nodes */
  GUARDIAN_LANDLOCK_SOCKET = 1 << 3,  /* bind an AF_UNIX socket to a name */
  GUARDIAN_LANDLOCK_LIST = 1 << 4,    /* list folders, no more */
  GUARDIAN_LANDLOCK_CONTROL = 1 << 5, /* ioctl on device nodes (terminals) */
} GuardianLandlockAccess;

typedef struct {
  const char *path; /* NULL ends a list; a path that does not exist opens nothing */
  unsigned access;  /* GuardianLandlockAccess mask */
} GuardianLandlockRule;

typedef struct {
  int abi_limit;       /* a test's older kernel; 0: what the kernel has; below: no Landlock */
  bool scope_signals;  /* ABI 6: signals only inside the domain */
  bool scope_abstract; /* ABI 6: abstract sockets only inside the domain */
  bool open_tcp;       /* TCP is not restricted: a network namespace holds it already */
} GuardianLandlockOptions;

/* The kernel's ABI (1 or more) as options limit it; -1 with errno when Landlock is absent (ENOSYS)
 * or was left out at boot (EOPNOTSUPP). */
int guardian_landlock_abi (int abi_limit);

/* Binds the calling thread, for good. Everything the ABI knows is refused but what rules open; TCP
 * (ABI 4) unless options open it. Needs no_new_privs. Returns the ABI in force; -1 with errno, and
 * *ret_what (if given) says what failed: the caller must then end. */
int guardian_landlock_apply (const GuardianLandlockRule *rules, size_t n_rules,
                             const GuardianLandlockOptions *options, const char **ret_what)
    __attribute__ ((warn_unused_result));
