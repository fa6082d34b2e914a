/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/keys/guardian-keys-record.h"

#include "common/base/cardea-encoding.h"
#include "common/json/cardea-json.h"
#include "guardian/keys/guardian-keys-error.h"
#include "guardian/keys/guardian-keys-folder.h"

#include <string.h>

#define RECORD_NAME "store"
#define LIMIT_RECORD 1024
#define VERSION 1
#define N_MEMBERS 4

static const char *const names[] = {
  [GUARDIAN_KEYS_STORE_KEYRING] = "keyring",
  [GUARDIAN_KEYS_STORE_FILE] = "file",
  [GUARDIAN_KEYS_STORE_PASSPHRASE] = "passphrase",
};

const char *
guardian_keys_store_name (GuardianKeysStore store)
{
  return names[store];
}

GuardianKeysStore
guardian_keys_store_parse (const char *name)
{
  for (gsize i = GUARDIAN_KEYS_STORE_KEYRING; i < G_N_ELEMENTS (names); i++)
    if (g_strcmp0 (names[i], name) == 0)
      return i;
  return GUARDIAN_KEYS_STORE_NONE;
}

gboolean
guardian_keys_record_parse (const char *text, gsize size, GuardianKeysRecord *ret_record)
{
  GuardianKeysRecord record = { 0 };
  guint8 id[GUARDIAN_KEYS_ID_SIZE];
  gint64 version = 0;
  g_autoptr (CardeaJson) json = cardea_json_parse (text, size, NULL);
  if (json == NULL || cardea_json_type (json) != CARDEA_JSON_OBJECT
      || cardea_json_size (json) != N_MEMBERS || !cardea_json_get_int (json, "version", &version)
      || version != VERSION)
    return FALSE;

  const char *id_text = cardea_json_get_string (json, "id");
  const char *check = cardea_json_get_string (json, "check");
  record.store = guardian_keys_store_parse (cardea_json_get_string (json, "store"));
  if (record.store == GUARDIAN_KEYS_STORE_NONE || id_text == NULL || check == NULL
      || !cardea_hex_decode (id_text, id, sizeof id)
      || !cardea_hex_decode (check, record.check, sizeof record.check))
    return FALSE;
  g_strlcpy (record.id, id_text, sizeof record.id);
  *ret_record = record;
  return TRUE;
}

gboolean
guardian_keys_record_read (int folder, GuardianKeysRecord *ret_record, GError **error)
{
  g_autoptr (GError) failed = NULL;
  *ret_record = (GuardianKeysRecord){ .store = GUARDIAN_KEYS_STORE_NONE };
  g_autoptr (CardeaSecret) text
      = guardian_keys_folder_read (folder, RECORD_NAME, LIMIT_RECORD, &failed);
  if (g_error_matches (failed, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_MISSING))
    return TRUE;
  if (text == NULL)
    {
      g_propagate_error (error, g_steal_pointer (&failed));
      return FALSE;
    }
  if (guardian_keys_record_parse ((const char *) cardea_secret_bytes (text),
                                  cardea_secret_size (text), ret_record))
    return TRUE;
  g_set_error (error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_ALTERED,
               "the file “%s” beside the keys is damaged", RECORD_NAME);
  return FALSE;
}

gboolean
guardian_keys_record_write (int folder, const GuardianKeysRecord *record, GError **error)
{
  gsize size = 0;
  g_autofree char *check = cardea_hex_encode (record->check, sizeof record->check);
  g_autoptr (CardeaJson) json = cardea_json_new_object ();
  cardea_json_set_int (json, "version", VERSION);
  cardea_json_set_string (json, "store", guardian_keys_store_name (record->store));
  cardea_json_set_string (json, "id", record->id);
  cardea_json_set_string (json, "check", check);
  g_autofree char *text = cardea_json_write (json, &size, error);
  return text != NULL
         && guardian_keys_folder_write (folder, RECORD_NAME, (const guint8 *) text, size, error);
}
