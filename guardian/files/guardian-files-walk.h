/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/guardian-files-mounts.h"
#include "guardian/files/guardian-files-object.h"

typedef enum {
  GUARDIAN_FILES_WALK_NOW,  /* only what the kernel has at hand; else ERROR_WOULD_BLOCK */
  GUARDIAN_FILES_WALK_DISK, /* may wait for a disk; ERROR_WOULD_BLOCK at a slow mount */
  GUARDIAN_FILES_WALK_WAIT, /* may wait for whatever is there */
} GuardianFilesWalkMode;

/* Goes from / to path, one name at a time, each opened below the folder that is held. path:
 * absolute bytes, untrusted. Symbolic links are followed by the walk itself, at most 40. ret_mount
 * (may be NULL), with ERROR_WOULD_BLOCK: the slow mount at which it stopped, 0 for a disk.
 * NULL with GUARDIAN_FILES_ERROR. Any thread. */
GuardianFilesObject *guardian_files_walk (const GuardianFilesMounts *mounts, const char *path,
                                          GuardianFilesWalkMode mode, guint64 *ret_mount,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
