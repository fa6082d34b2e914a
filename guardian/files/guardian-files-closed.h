/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/guardian-files-walk.h"

/* What lists and searches never enter (tier 5, consent.md): the folders that hold keys, and the
 * guardian's own. Known by device and inode, so that no link or bind mount leads around it. */
typedef struct _GuardianFilesClosed GuardianFilesClosed;

/* Looks the places up as they are now. home: absolute. NULL only with ERROR_WOULD_BLOCK, and then
 * ret_mount (may be NULL) as of guardian_files_walk(). */
GuardianFilesClosed *guardian_files_closed_new (const GuardianFilesMounts *mounts, const char *home,
                                                GuardianFilesWalkMode mode, guint64 *ret_mount,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
GuardianFilesClosed *guardian_files_closed_ref (GuardianFilesClosed *closed);
void guardian_files_closed_unref (GuardianFilesClosed *closed);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianFilesClosed, guardian_files_closed_unref)

/* The folder itself is one of them. */
gboolean guardian_files_closed_has (const GuardianFilesClosed *closed, const GuardianFilesId *id);
/* It is one of them or lies below one. */
gboolean guardian_files_closed_covers (const GuardianFilesClosed *closed,
                                       const GuardianFilesObject *object);
/* The path is one of theirs or lies below one, whether anything is there yet or not: what would
 * come to be there. path: real. */
gboolean guardian_files_closed_names (const GuardianFilesClosed *closed, const char *path);
/* A file with several names, one of them below a closed folder: its other names are closed too.
 * Looks through the closed folders of the file's mount and of disks; may wait for these. Any
 * thread. */
gboolean guardian_files_closed_has_link (GuardianFilesClosed *closed,
                                         const GuardianFilesInfo *info);
