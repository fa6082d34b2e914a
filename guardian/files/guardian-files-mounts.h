/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* What kind of file system lies behind a mount. The worker's mount namespace is private and never
 * changes, so one reading of /proc/self/mountinfo (proc(5)) answers for its whole life. */
typedef struct _GuardianFilesMounts GuardianFilesMounts;

typedef enum {
  GUARDIAN_FILES_MOUNTS_UNKNOWN, /* not in the table: refused */
  GUARDIAN_FILES_MOUNTS_PSEUDO,  /* /proc, /sys, /dev and their like, autofs: refused */
  GUARDIAN_FILES_MOUNTS_LOCAL,   /* a disk: answers in bounded time */
  GUARDIAN_FILES_MOUNTS_SLOW, /* a server or a program may be behind it, which may never answer */
} GuardianFilesMountsClass;

/* text need not be trusted; lines that make no sense are left out (and their mount is unknown). */
GuardianFilesMounts *guardian_files_mounts_new_parse (const char *text, gsize size);
/* Of the calling process. NULL with GUARDIAN_FILES_ERROR_UNAVAILABLE. */
GuardianFilesMounts *guardian_files_mounts_new (GError **error) G_GNUC_WARN_UNUSED_RESULT;
void guardian_files_mounts_free (GuardianFilesMounts *mounts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianFilesMounts, guardian_files_mounts_free)

/* id: stx_mnt_id of statx(2). Safe from any thread. */
GuardianFilesMountsClass guardian_files_mounts_class (const GuardianFilesMounts *mounts,
                                                      guint64 id);
