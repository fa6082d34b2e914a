/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-grant-table.h"
#include "guardian/core/guardian-sealed-file.h"

/* Where standing grants rest: the encrypted file "grants" of the state folder. Errors are those of
 * guardian-sealed-file.h. */
typedef struct _GuardianGrantStore GuardianGrantStore;

/* folder is copied; table is borrowed. */
GuardianGrantStore *guardian_grant_store_new (const char *folder, GuardianGrantTable *table);
/* Writes what waits. */
void guardian_grant_store_free (GuardianGrantStore *store);

/* Takes key (32 bytes) and adds what was stored to the table. When that fails, nothing is added,
 * and the file stays as it is for a person to look at. */
gboolean guardian_grant_store_open (GuardianGrantStore *store, CardeaSecret *key,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean guardian_grant_store_is_open (const GuardianGrantStore *store);

/* Standing grants are on the disk when this returns TRUE. */
gboolean guardian_grant_store_save (GuardianGrantStore *store,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Soon. */
void guardian_grant_store_changed (GuardianGrantStore *store);
