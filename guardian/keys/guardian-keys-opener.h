/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/keys/guardian-keys-master.h"
#include "guardian/keys/guardian-keys-record.h"

/* Brings the master key into memory, from where it was put, or makes it the first time. */
typedef struct _GuardianKeysOpener GuardianKeysOpener;

/* error NULL: open. Called once for each call of guardian_keys_opener_open(), maybe before it
 * returns. */
typedef void (*GuardianKeysOpenerDone) (const GError *error, gpointer user_data);

/* folder: of the keys (taken), or -1 with reason: nothing can be opened. */
GuardianKeysOpener *guardian_keys_opener_new (int folder, const char *reason);
/* Not while a call is under way, unless the process ends. */
void guardian_keys_opener_free (GuardianKeysOpener *opener);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianKeysOpener, guardian_keys_opener_free)

/* wanted NONE: the recorded choice, else the keyring, else (no Secret Service on the bus) a file.
 * begun: a log exists, so that no other key may take the place of its own: a record or key that is
 * missing or does not fit, and another store than the recorded one, are refused. When the key is
 * open already, another store than the present one *moves* it there: the key stays the same.
 * passphrase: may be NULL; for the store of that name. */
void guardian_keys_opener_open (GuardianKeysOpener *opener, GuardianKeysStore wanted,
                                gboolean begun, CardeaSecret *passphrase,
                                GuardianKeysOpenerDone done, gpointer user_data);

/* Borrowed; NULL and NONE while nothing is open. */
const CardeaSecret *guardian_keys_opener_master (const GuardianKeysOpener *opener);
const GuardianKeysSigner *guardian_keys_opener_signer (const GuardianKeysOpener *opener);
GuardianKeysStore guardian_keys_opener_store (const GuardianKeysOpener *opener);
/* Of the master key; borrowed; NULL while nothing is open. */
const char *guardian_keys_opener_id (const GuardianKeysOpener *opener);
/* Borrowed; -1: there is none. */
int guardian_keys_opener_folder (const GuardianKeysOpener *opener);
