/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-secret.h"
#include "guardian/core/guardian-grant-table.h"

/* Where standing grants rest: one encrypted file (common/crypto/cardea-sealed.h) in the state
 * folder, read when the keys are opened, refused whole when it was altered. */
typedef struct _GuardianGrantStore GuardianGrantStore;

#define GUARDIAN_GRANT_STORE_LIMIT (4u * 1024u * 1024u) /* bytes of content */
#define GUARDIAN_GRANT_STORE_DELAY_MS 1000u             /* a use is written with others */

typedef enum {
  GUARDIAN_GRANT_STORE_ERROR_ALTERED, /* not what we wrote: nothing of it is taken */
  GUARDIAN_GRANT_STORE_ERROR_IO,
  GUARDIAN_GRANT_STORE_ERROR_CLOSED, /* no key yet */
} GuardianGrantStoreError;

#define GUARDIAN_GRANT_STORE_ERROR (guardian_grant_store_error_quark ())
GQuark guardian_grant_store_error_quark (void);

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
