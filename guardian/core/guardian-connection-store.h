/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-credential.h"
#include "guardian/core/guardian-model.h"
#include "guardian/core/guardian-sealed-file.h"

/* What the person connected: models, and what is known about credentials. One encrypted file,
 * "connections" in the state folder. Nothing in it is a secret. */
typedef struct _GuardianConnectionStore GuardianConnectionStore;

#define GUARDIAN_CONNECTION_STORE_LIMIT 100u /* of each */

/* folder is copied. */
GuardianConnectionStore *guardian_connection_store_new (const char *folder);
/* Writes what waits. */
void guardian_connection_store_free (GuardianConnectionStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianConnectionStore, guardian_connection_store_free)

/* As guardian_sealed_file_open(). */
gboolean guardian_connection_store_open (GuardianConnectionStore *store, CardeaSecret *key,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean guardian_connection_store_is_open (const GuardianConnectionStore *store);

/* Borrowed; in the order in which they were made. */
GPtrArray *guardian_connection_store_credentials (GuardianConnectionStore *store);
GPtrArray *guardian_connection_store_models (GuardianConnectionStore *store);
/* Borrowed; NULL: there is none of that name. */
GuardianCredential *guardian_connection_store_credential (GuardianConnectionStore *store,
                                                          const char *name);
GuardianModel *guardian_connection_store_model (GuardianConnectionStore *store, const char *name);
/* The model that uses it; NULL: none. Borrowed. */
const GuardianModel *guardian_connection_store_user (GuardianConnectionStore *store,
                                                     const char *credential);

/* These change what is there and have it on the disk when they return TRUE; else nothing is
 * changed. put takes both and replaces what has the same name; either may be NULL. Of remove either
 * may be NULL, and a name that is not there is nothing. */
gboolean guardian_connection_store_put (GuardianConnectionStore *store, GuardianModel *model,
                                        GuardianCredential *credential,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean guardian_connection_store_remove (GuardianConnectionStore *store, const char *model,
                                           const char *credential,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Notes now as the time of the last use; written soon. */
void guardian_connection_store_used (GuardianConnectionStore *store, const char *model,
                                     const char *credential);
