/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-secret.h"

/* The master key and what is sealed under it in the desktop's keyring (org.freedesktop.secrets).
 * Everything answers from the main loop, once, within a limit of time; a keyring may show its own
 * prompt meanwhile. Nothing is kept: connection and session are given up with the answer. */

#define GUARDIAN_KEYS_KEYRING_LIMIT 16384u /* bytes of one item */

/* secret: the content (load), NULL for the others and with error. ABSENT: no such service on the
 * bus, or no bus; LOCKED: locked, and the prompt was dismissed, not answered or could not be shown;
 * MISSING: no such item in it; ALTERED: what is in it is none of ours; FAILED: anything else. */
typedef void (*GuardianKeysKeyringDone) (CardeaSecret *secret, const GError *error,
                                         gpointer user_data);

/* No error: there is a Secret Service, running or startable. */
void guardian_keys_keyring_probe (GuardianKeysKeyringDone done, gpointer user_data);
/* Of the master key with that id: credential NULL is the key itself, else what is kept under it by
 * that name. */
void guardian_keys_keyring_load (const char *id, const char *credential,
                                 GuardianKeysKeyringDone done, gpointer user_data);
/* Stored in the default collection, which is made or unlocked when it has to be. */
void guardian_keys_keyring_store (const char *id, const char *credential, CardeaSecret *secret,
                                  GuardianKeysKeyringDone done, gpointer user_data);
void guardian_keys_keyring_erase (const char *id, const char *credential,
                                  GuardianKeysKeyringDone done, gpointer user_data);
