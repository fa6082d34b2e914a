/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <sys/types.h>

/* Who is at the other end of a connected AF_UNIX socket, held by a pidfd so that the number cannot
 * come to mean somebody else. */
typedef struct {
  pid_t pid;
  int pidfd;         /* owned */
  gint64 start_time; /* clock ticks after boot (proc(5), field 22) */
} GuardianIdentity;

typedef enum {
  GUARDIAN_IDENTITY_ERROR_FOREIGN, /* another user */
  GUARDIAN_IDENTITY_ERROR_GONE,    /* it ended meanwhile, or cannot be told */
} GuardianIdentityError;

#define GUARDIAN_IDENTITY_ERROR (guardian_identity_error_quark ())
GQuark guardian_identity_error_quark (void);

#define GUARDIAN_IDENTITY_INIT ((GuardianIdentity){ .pidfd = -1 })

/* By SO_PEERPIDFD where the kernel has it (6.5), else by SO_PEERCRED, pidfd_open and a second look
 * at the start time. Same effective user as ours only. Not for inherited pairs: their credentials
 * name whoever made them. */
gboolean guardian_identity_of_peer (int fd, GuardianIdentity *ret_identity,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void guardian_identity_clear (GuardianIdentity *identity);

/* TRUE when terminal is a terminal and the controlling one of that process. */
gboolean guardian_identity_owns_terminal (const GuardianIdentity *identity, int terminal);
