/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/crypto/cardea-authority.h"
#include "common/protocol/cardea-channel.h"
#include "guardian/keys/guardian-keys-opener.h"

/* The worker behind the channel: this run's authority, and the master key once it is open. */
typedef struct _GuardianKeysWorker GuardianKeysWorker;

/* Takes both. */
GuardianKeysWorker *guardian_keys_worker_new (CardeaAuthority *authority,
                                              GuardianKeysOpener *opener);
void guardian_keys_worker_free (GuardianKeysWorker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianKeysWorker, guardian_keys_worker_free)

/* For guardian_worker_run(), with the worker as user data. */
const CardeaChannelHandler *guardian_keys_worker_handler (void);
