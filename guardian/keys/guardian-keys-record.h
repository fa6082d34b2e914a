/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* What the keys worker remembers about the master key without knowing it: the file "store",
 * {"version":1,"store","id","check"}. */

typedef enum {
  GUARDIAN_KEYS_STORE_NONE, /* no choice was made yet */
  GUARDIAN_KEYS_STORE_KEYRING,
  GUARDIAN_KEYS_STORE_FILE,
  GUARDIAN_KEYS_STORE_PASSPHRASE,
} GuardianKeysStore;

#define GUARDIAN_KEYS_ID_SIZE 8 /* bytes of randomness; hex in text */
#define GUARDIAN_KEYS_CHECK_SIZE 32

typedef struct {
  GuardianKeysStore store;
  char id[2 * GUARDIAN_KEYS_ID_SIZE + 1]; /* of the key: in the keyring, in the log's name */
  guint8 check[GUARDIAN_KEYS_CHECK_SIZE]; /* derived from the key: another one does not fit */
} GuardianKeysRecord;

/* "keyring", "file", "passphrase"; NULL for NONE. */
const char *guardian_keys_store_name (GuardianKeysStore store);
/* NONE for NULL or another text. */
GuardianKeysStore guardian_keys_store_parse (const char *name);

/* A folder without a record gives store NONE. FALSE: there is one, but not one of ours. */
gboolean guardian_keys_record_read (int folder, GuardianKeysRecord *ret_record,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean guardian_keys_record_write (int folder, const GuardianKeysRecord *record,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* text: of a file that anybody with the user's rights may have written. */
gboolean guardian_keys_record_parse (const char *text, gsize size,
                                     GuardianKeysRecord *ret_record) G_GNUC_WARN_UNUSED_RESULT;
