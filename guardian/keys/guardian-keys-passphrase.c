/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: libsodium. Refuses: parameters beyond our own, so that an altered file cannot take the
 * memory. Known gap: who holds the file can try passphrases; how long depends on the passphrase. */

#include "guardian/keys/guardian-keys-passphrase.h"

#include "common/base/cardea-encoding.h"
#include "common/json/cardea-json.h"
#include "guardian/keys/guardian-keys-error.h"
#include "guardian/keys/guardian-keys-master.h"

#include <sodium.h>
#include <string.h>

#define VERSION 1
#define N_MEMBERS 6
#define OPS 3
#define MEMORY (64u * 1024u * 1024u)
#define LIMIT_OPS 8
#define LIMIT_MEMORY (256 * 1024 * 1024)

#define SALT_SIZE crypto_pwhash_argon2id_SALTBYTES
#define NONCE_SIZE crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
#define KEY_SIZE crypto_aead_xchacha20poly1305_ietf_KEYBYTES
#define BOX_SIZE (GUARDIAN_KEYS_MASTER_SIZE + crypto_aead_xchacha20poly1305_ietf_ABYTES)

/* Bound into the box: it is no other box of ours. */
static const guint8 context[] = "cardea master key, passphrase, 1";

typedef struct {
  guint8 salt[SALT_SIZE];
  guint8 nonce[NONCE_SIZE];
  guint8 box[BOX_SIZE];
  gint64 ops;
  gint64 memory;
} Sealed;

static CardeaSecret *
stretch (const Sealed *sealed, const CardeaSecret *passphrase, GError **error)
{
  g_autoptr (CardeaSecret) key = cardea_secret_new (KEY_SIZE);
  if (key == NULL
      || crypto_pwhash_argon2id (cardea_secret_writable (key), KEY_SIZE,
                                 (const char *) cardea_secret_bytes (passphrase),
                                 cardea_secret_size (passphrase), sealed->salt, sealed->ops,
                                 sealed->memory, crypto_pwhash_argon2id_ALG_ARGON2ID13)
             != 0)
    {
      g_set_error_literal (error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_FAILED,
                           "there is not enough memory to check the passphrase");
      return NULL;
    }
  return g_steal_pointer (&key);
}

static void
set_bytes (CardeaJson *json, const char *name, const guint8 *bytes, gsize size)
{
  g_autofree char *text = cardea_base64_encode (bytes, size);
  cardea_json_set_string (json, name, text);
}

static gboolean
get_bytes (const CardeaJson *json, const char *name, guint8 *ret_bytes, gsize size)
{
  const char *text = cardea_json_get_string (json, name);
  g_autoptr (GBytes) bytes = text != NULL ? cardea_base64_decode (text) : NULL;
  if (bytes == NULL || g_bytes_get_size (bytes) != size)
    return FALSE;
  memcpy (ret_bytes, g_bytes_get_data (bytes, NULL), size);
  return TRUE;
}

char *
guardian_keys_passphrase_seal (const CardeaSecret *master, const CardeaSecret *passphrase,
                               GError **error)
{
  Sealed sealed = { .ops = OPS, .memory = MEMORY };
  randombytes_buf (sealed.salt, sizeof sealed.salt);
  randombytes_buf (sealed.nonce, sizeof sealed.nonce);
  g_autoptr (CardeaSecret) key = stretch (&sealed, passphrase, error);
  if (key == NULL)
    return NULL;
  crypto_aead_xchacha20poly1305_ietf_encrypt (sealed.box, NULL, cardea_secret_bytes (master),
                                              GUARDIAN_KEYS_MASTER_SIZE, context, sizeof context,
                                              NULL, sealed.nonce, cardea_secret_bytes (key));

  g_autoptr (CardeaJson) json = cardea_json_new_object ();
  cardea_json_set_int (json, "version", VERSION);
  set_bytes (json, "salt", sealed.salt, sizeof sealed.salt);
  cardea_json_set_int (json, "ops", sealed.ops);
  cardea_json_set_int (json, "memory", sealed.memory);
  set_bytes (json, "nonce", sealed.nonce, sizeof sealed.nonce);
  set_bytes (json, "box", sealed.box, sizeof sealed.box);
  return cardea_json_write (json, NULL, error);
}

static gboolean
parse (const char *text, gsize size, Sealed *ret_sealed)
{
  gint64 version = 0;
  g_autoptr (CardeaJson) json = cardea_json_parse (text, size, NULL);
  return json != NULL && cardea_json_type (json) == CARDEA_JSON_OBJECT
         && cardea_json_size (json) == N_MEMBERS && cardea_json_get_int (json, "version", &version)
         && version == VERSION && cardea_json_get_int (json, "ops", &ret_sealed->ops)
         && ret_sealed->ops >= 1 && ret_sealed->ops <= LIMIT_OPS
         && cardea_json_get_int (json, "memory", &ret_sealed->memory)
         && ret_sealed->memory >= (gint64) crypto_pwhash_argon2id_MEMLIMIT_MIN
         && ret_sealed->memory <= LIMIT_MEMORY
         && get_bytes (json, "salt", ret_sealed->salt, SALT_SIZE)
         && get_bytes (json, "nonce", ret_sealed->nonce, NONCE_SIZE)
         && get_bytes (json, "box", ret_sealed->box, BOX_SIZE);
}

CardeaSecret *
guardian_keys_passphrase_open (const char *text, gsize size, const CardeaSecret *passphrase,
                               GError **error)
{
  Sealed sealed = { 0 };
  if (!parse (text, size, &sealed))
    {
      g_set_error_literal (error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_ALTERED,
                           "the file with the sealed key is damaged");
      return NULL;
    }
  g_autoptr (CardeaSecret) key = stretch (&sealed, passphrase, error);
  g_autoptr (CardeaSecret) master = cardea_secret_new (GUARDIAN_KEYS_MASTER_SIZE);
  if (key == NULL || master == NULL)
    {
      if (key != NULL)
        g_set_error_literal (error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_FAILED,
                             "no memory could be locked for the key");
      return NULL;
    }
  if (crypto_aead_xchacha20poly1305_ietf_decrypt (cardea_secret_writable (master), NULL, NULL,
                                                  sealed.box, BOX_SIZE, context, sizeof context,
                                                  sealed.nonce, cardea_secret_bytes (key))
      != 0)
    {
      g_set_error_literal (error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_WRONG,
                           "the passphrase is wrong");
      return NULL;
    }
  return g_steal_pointer (&master);
}
