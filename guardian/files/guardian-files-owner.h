/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* In the worker's user namespace every owner but the own user shows as one overflow id: root's
 * files and those of another person look the same. A small process that stays outside, confined by
 * the same row, is handed the held descriptor (O_PATH) and says who owns it. */
typedef struct _GuardianFilesOwner GuardianFilesOwner;

/* Forks. Only while single-threaded, before the namespace is entered and before
 * guardian_worker_enter(). */
GuardianFilesOwner *guardian_files_owner_new (GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The process ends with it. */
void guardian_files_owner_free (GuardianFilesOwner *owner);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianFilesOwner, guardian_files_owner_free)

/* To be kept open by guardian_worker_enter(). */
int guardian_files_owner_fd (const GuardianFilesOwner *owner);

/* The owner of what fd holds, as seen outside. uid: as seen here, and the answer when owner is NULL
 * or does not answer within a second. Any thread. */
guint guardian_files_owner_of (GuardianFilesOwner *owner, int fd, guint uid);
