/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/keys/guardian-keys-opener.h"

/* The person's secrets for services, by name. Each is sealed under the master key and its name
 * (common/crypto/cardea-sealed.h), and rests where the master key does: as an item of the keyring,
 * else as a file beside it. Nothing is kept in memory. */
typedef struct _GuardianKeysVault GuardianKeysVault;

#define GUARDIAN_KEYS_VAULT_SECRET_LIMIT 8192u /* bytes */
#define GUARDIAN_KEYS_VAULT_NAME_LIMIT 64u

/* Both are borrowed and must outlive it. */
GuardianKeysVault *guardian_keys_vault_new (GuardianKeysOpener *opener);
/* Not while a call is under way, unless the process ends. */
void guardian_keys_vault_free (GuardianKeysVault *vault);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianKeysVault, guardian_keys_vault_free)

/* Called once for each call below, maybe before it returns. secret: of fetch, without error. The
 * codes of GUARDIAN_KEYS_ERROR: LOCKED (also: the master key is not open), MISSING, ALTERED,
 * MALFORMED. */
typedef void (*GuardianKeysVaultDone) (CardeaSecret *secret, const GError *error,
                                       gpointer user_data);

/* In the place of what has that name. Refused as MALFORMED: what could break out of a header's line
 * (anything but printable ASCII, a blank at either end). */
void guardian_keys_vault_keep (GuardianKeysVault *vault, const char *name, CardeaSecret *secret,
                               GuardianKeysVaultDone done, gpointer user_data);
void guardian_keys_vault_fetch (GuardianKeysVault *vault, const char *name,
                                GuardianKeysVaultDone done, gpointer user_data);
/* What is not there is forgotten already. */
void guardian_keys_vault_forget (GuardianKeysVault *vault, const char *name,
                                 GuardianKeysVaultDone done, gpointer user_data);

/* Letters, digits and ._:- , beginning with a letter or digit: it becomes part of a file's name. */
gboolean guardian_keys_vault_is_name (const char *name);
gboolean guardian_keys_vault_is_secret (const CardeaSecret *secret);
