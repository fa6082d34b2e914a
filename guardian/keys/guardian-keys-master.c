/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/keys/guardian-keys-master.h"

#include "common/crypto/cardea-hkdf.h"
#include "common/tlog/cardea-tlog-key.h"
#include "guardian/keys/guardian-keys-error.h"

#include <sodium.h>
#include <string.h>

#define INFO_PREFIX "cardea/1/"
#define PURPOSE_CHECK "check"
#define PURPOSE_LOG "log-signature"
#define LOG_NAME "cardea.invalid/log/"

struct _GuardianKeysSigner {
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

CardeaSecret *
guardian_keys_master_derive (const CardeaSecret *master, const char *purpose, const char *context,
                             GError **error)
{
  g_autofree char *info = g_strconcat (INFO_PREFIX, purpose, "/", context, NULL);
  CardeaSecret *key
      = cardea_hkdf_derive (master, "", 0, info, strlen (info), GUARDIAN_KEYS_DERIVED_SIZE);
  if (key == NULL)
    (void) no_memory (error);
  return key;
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
make_vkey (const char *id, const guint8 *public_key, GError **error)
{
  g_autofree char *name = g_strconcat (LOG_NAME, id, NULL);
  g_autoptr (CardeaTlogKey) key = cardea_tlog_key_new (name, public_key, error);
  return key != NULL ? cardea_tlog_key_format (key) : NULL;
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
  g_autofree char *vkey = make_vkey (id, public_key, error);
  if (vkey == NULL)
    return NULL;

  GuardianKeysSigner *signer = g_new0 (GuardianKeysSigner, 1);
  signer->key = g_steal_pointer (&key);
  signer->vkey = g_steal_pointer (&vkey);
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
