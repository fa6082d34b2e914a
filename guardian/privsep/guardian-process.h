/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <sys/types.h>

/* A sanitizer needs a little more than the program it watches. */
#if defined(__SANITIZE_ADDRESS__)
#define GUARDIAN_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define GUARDIAN_SANITIZED 1
#endif
#endif
#ifndef GUARDIAN_SANITIZED
#define GUARDIAN_SANITIZED 0
#endif

/* What the starter and the launch worker need to start a process. The functions for the child are
 * async-signal-safe: between fork and exec nothing else may be called. */

/* As fork(): 0 in the child, its pid in the parent, -1 with errno. ret_pidfd comes from the same
 * call, so that it names this child and no later one. cgroup: an open cgroup v2 folder the child
 * begins in, or -1. Only for children that go on to exec or _exit. */
pid_t guardian_process_fork (int cgroup, int *ret_pidfd) G_GNUC_WARN_UNUSED_RESULT;

/* In the child: default signals, none blocked; SIGKILL when the parent thread goes; descriptor i
 * becomes fds[i] and all others are closed. FALSE with errno. */
gboolean guardian_process_become (pid_t parent, const int *fds,
                                  guint n_fds) G_GNUC_WARN_UNUSED_RESULT;

/* Closes everything but 0-2 and keep; what is missing of 0-2 becomes /dev/null. */
gboolean guardian_process_close_others (const int *keep, gsize n_keep) G_GNUC_WARN_UNUSED_RESULT;

/* A fresh environment: of the current one only what stands in allowed ("NAME", or "PREFIX*"), and
 * our test seams unless the process runs with privilege. The caller frees it with g_strfreev(). */
char **guardian_process_environment (const char *const *allowed);
