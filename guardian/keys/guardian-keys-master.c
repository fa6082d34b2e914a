/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/keys/guardian-keys-master.h"

#include "common/base/cardea-encoding.h"
#include "guardian/keys/guardian-keys-error.h"

#include <openssl/core_names.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <sodium.h>
#include <string.h>

#define INFO_PREFIX "cardea/1/"
#define PURPOSE_CHECK "check"
#define PURPOSE_LOG "log-signature"
#define LOG_NAME "cardea.invalid/log/"
#define ALGORITHM_ED25519 0x01 /* C2SP signed-note */

struct _GuardianKeysSigner
{
  CardeaSecret *key; /* libsodium's form: seed || public key */
  char *vkey;
};

static gboolean
no_memory (GError **error)
{
  g_set_error_literal (error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_FAILED,
                       "no memory could be locked for a key");
  return FALSE;
}

static gboolean
hkdf (const CardeaSecret *master, const char *info, guint8 *ret_key, gsize size)
{
  EVP_KDF *kdf = EVP_KDF_fetch (NULL, "HKDF", NULL);
  EVP_KDF_CTX *context = kdf != NULL ? EVP_KDF_CTX_new (kdf) : NULL;
  const OSSL_PARAM parameters[] = {
    OSSL_PARAM_construct_utf8_string (OSSL_KDF_PARAM_DIGEST, (char *) "SHA256", 0),
    OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_KEY, (void *) cardea_secret_bytes (master),
                                       cardea_secret_size (master)),
    OSSL_PARAM_construct_octet_string (OSSL_KDF_PARAM_INFO, (void *) info, strlen (info)),
    OSSL_PARAM_construct_end (),
  };
  gboolean good = context != NULL && EVP_KDF_derive (context, ret_key, size, parameters) == 1;
  EVP_KDF_CTX_free (context);
  EVP_KDF_free (kdf);
  return good;
}

CardeaSecret *
guardian_keys_master_derive (const CardeaSecret *master, const char *purpose, const char *context,
                             GError **error)
{
  g_autofree char *info = g_strconcat (INFO_PREFIX, purpose, "/", context, NULL);
  g_autoptr (CardeaSecret) key = cardea_secret_new (GUARDIAN_KEYS_DERIVED_SIZE);
  if (key == NULL
      || !hkdf (master, info, cardea_secret_writable (key), GUARDIAN_KEYS_DERIVED_SIZE))
    {
      (void) no_memory (error);
      return NULL;
    }
  return g_steal_pointer (&key);
}

gboolean
guardian_keys_master_check (const CardeaSecret *master,
                            guint8 ret_check[GUARDIAN_KEYS_DERIVED_SIZE], GError **error)
{
  g_autoptr (CardeaSecret) check = guardian_keys_master_derive (master, PURPOSE_CHECK, "", error);
  if (check == NULL)
    return FALSE;
  memcpy (ret_check, cardea_secret_bytes (check), GUARDIAN_KEYS_DERIVED_SIZE);
  return TRUE;
}

static char *
make_vkey (const char *id, const guint8 *public_key)
{
  guint8 typed[1 + crypto_sign_PUBLICKEYBYTES] = { ALGORITHM_ED25519 };
  guint8 digest[crypto_hash_sha256_BYTES];
  crypto_hash_sha256_state state;
  g_autofree char *name = g_strconcat (LOG_NAME, id, NULL);
  memcpy (typed + 1, public_key, crypto_sign_PUBLICKEYBYTES);

  crypto_hash_sha256_init (&state);
  crypto_hash_sha256_update (&state, (const guint8 *) name, strlen (name));
  crypto_hash_sha256_update (&state, (const guint8 *) "\n", 1);
  crypto_hash_sha256_update (&state, typed, sizeof typed);
  crypto_hash_sha256_final (&state, digest);

  g_autofree char *hash = cardea_hex_encode (digest, 4);
  g_autofree char *key = cardea_base64_encode (typed, sizeof typed);
  return g_strdup_printf ("%s+%s+%s", name, hash, key);
}

GuardianKeysSigner *
guardian_keys_signer_new (const CardeaSecret *master, const char *id, GError **error)
{
  guint8 public_key[crypto_sign_PUBLICKEYBYTES];
  g_autoptr (CardeaSecret) seed = guardian_keys_master_derive (master, PURPOSE_LOG, id, error);
  g_autoptr (CardeaSecret) key = cardea_secret_new (crypto_sign_SECRETKEYBYTES);
  if (seed == NULL)
    return NULL;
  if (key == NULL)
    {
      (void) no_memory (error);
      return NULL;
    }
  crypto_sign_seed_keypair (public_key, cardea_secret_writable (key), cardea_secret_bytes (seed));

  GuardianKeysSigner *signer = g_new0 (GuardianKeysSigner, 1);
  signer->key = g_steal_pointer (&key);
  signer->vkey = make_vkey (id, public_key);
  return signer;
}

void
guardian_keys_signer_free (GuardianKeysSigner *signer)
{
  if (signer == NULL)
    return;
  cardea_secret_unref (signer->key);
  g_free (signer->vkey);
  g_free (signer);
}

const char *
guardian_keys_signer_vkey (const GuardianKeysSigner *signer)
{
  return signer->vkey;
}

void
guardian_keys_signer_sign (const GuardianKeysSigner *signer, const guint8 *data, gsize size,
                           guint8 ret_signature[GUARDIAN_KEYS_SIGNATURE_SIZE])
{
  crypto_sign_detached (ret_signature, NULL, data, size, cardea_secret_bytes (signer->key));
}
