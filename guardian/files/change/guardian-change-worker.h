/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-channel.h"

/* The worker behind the channel: takes the core's requests, gives them to threads, gives up what
 * takes too long. What was given up is never done afterwards. */
typedef struct _GuardianChangeWorker GuardianChangeWorker;

GuardianChangeWorker *guardian_change_worker_new (void);
void guardian_change_worker_free (GuardianChangeWorker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianChangeWorker, guardian_change_worker_free)

/* For guardian_worker_run(), with the worker as user data. */
const CardeaChannelHandler *guardian_change_worker_handler (void);
