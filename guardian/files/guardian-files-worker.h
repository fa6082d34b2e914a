/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-channel.h"
#include "guardian/files/guardian-files-mounts.h"
#include "guardian/files/guardian-files-owner.h"

/* The worker behind the channel: takes the core's requests, answers what is at hand at once, gives
 * the rest to threads, gives up what takes too long. */
typedef struct _GuardianFilesWorker GuardianFilesWorker;

/* Takes mounts; NULL: there is no read-only namespace, and every request is refused with reason.
 * owner (taken) may be NULL. mount_watch (taken): a descriptor of the outer mount table
 * (/proc/self/mountinfo opened before the namespace was entered), or -1. */
GuardianFilesWorker *guardian_files_worker_new (GuardianFilesMounts *mounts, const char *reason,
                                                GuardianFilesOwner *owner, int mount_watch);
void guardian_files_worker_free (GuardianFilesWorker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianFilesWorker, guardian_files_worker_free)

/* For guardian_worker_run(), with the worker as user data. */
const CardeaChannelHandler *guardian_files_worker_handler (void);
