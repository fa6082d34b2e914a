/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>
#include <sys/types.h>

/* A sandbox looked at from outside, while its last process waits for GO. */

typedef enum {
  GUARDIAN_SANDBOX_CHECK_ERROR_BROKEN, /* it is not confined as promised */
} GuardianSandboxCheckError;

#define GUARDIAN_SANDBOX_CHECK_ERROR (guardian_sandbox_check_error_quark ())
GQuark guardian_sandbox_check_error_quark (void);

/* The namespaces every sandbox has of its own (files of /proc/PID/ns). NULL ends the list. */
extern const char *const guardian_sandbox_check_namespaces[];

/* The inode of PID's namespace; 0 when it cannot be read. */
guint64 guardian_sandbox_check_inode (pid_t pid, const char *name);

/* pid: the process that sent READY; monitor: our child, bwrap. Sets members of layers (namespaces,
 * capabilities, no_new_privs, seccomp, uid) and *ret_init to the sandbox's pid 1. */
gboolean guardian_sandbox_check (pid_t pid, pid_t monitor, CardeaJson *layers, pid_t *ret_init,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
