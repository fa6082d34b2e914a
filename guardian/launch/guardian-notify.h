/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>
#include <sys/types.h>

/* The listener of one sandbox's seccomp filter: every refused call arrives here, is answered with
 * an errno (never CONTINUE) and counted; counts are reported once a second and call. */
typedef struct _GuardianNotify GuardianNotify;

/* pid: of the last process that tried, as seen from here. */
typedef void (*GuardianNotifyReport) (const char *call, guint count, pid_t pid, gpointer user_data);

/* The errno a refused call is answered with; name: NULL for one that has none here. */
typedef int (*GuardianNotifyRefusal) (const char *name);

/* Takes listener. */
GuardianNotify *guardian_notify_new (int listener, GuardianNotifyRefusal refusal,
                                     GuardianNotifyReport report, gpointer user_data);

/* Reports what was counted and not yet reported. */
void guardian_notify_flush (GuardianNotify *notify);
void guardian_notify_free (GuardianNotify *notify);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianNotify, guardian_notify_free)
