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
#define PURPOSE_BADGE "badge-signature"
#define PURPOSE_LOG "log-signature"
#define LOG_NAME "cardea.invalid/log/"

struct _GuardianKeysSigner {
  CardeaSecret *key; /* libsodium's form: seed || public key */
  char *vkey;
  CardeaSecret *badge_key; /* the same form */
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

/* ret_public gets crypto_sign_PUBLICKEYBYTES; NULL with error. */
static CardeaSecret *
make_pair (const CardeaSecret *master, const char *purpose, const char *id, guint8 *ret_public,
           GError **error)
{
  g_autoptr (CardeaSecret) seed = guardian_keys_master_derive (master, purpose, id, error);
  CardeaSecret *key = seed != NULL ? cardea_secret_new (crypto_sign_SECRETKEYBYTES) : NULL;

  if (key != NULL)
    crypto_sign_seed_keypair (ret_public, cardea_secret_writable (key), cardea_secret_bytes (seed));
  else if (seed != NULL)
    (void) no_memory (error);
  return key;
}

GuardianKeysSigner *
guardian_keys_signer_new (const CardeaSecret *master, const char *id, GError **error)
{
  guint8 public_key[crypto_sign_PUBLICKEYBYTES];
  guint8 badge_key[crypto_sign_PUBLICKEYBYTES];
  g_autoptr (CardeaSecret) key = make_pair (master, PURPOSE_LOG, id, public_key, error);
  g_autoptr (CardeaSecret) badge
      = key != NULL ? make_pair (master, PURPOSE_BADGE, id, badge_key, error) : NULL;
  if (badge == NULL)
    return NULL;
  g_autofree char *vkey = make_vkey (id, public_key, error);
  if (vkey == NULL)
    return NULL;

  GuardianKeysSigner *signer = g_new0 (GuardianKeysSigner, 1);
  signer->key = g_steal_pointer (&key);
  signer->vkey = g_steal_pointer (&vkey);
  signer->badge_key = g_steal_pointer (&badge);
  return signer;
}

void
guardian_keys_signer_free (GuardianKeysSigner *signer)
{
  if (signer == NULL)
    return;
  cardea_secret_unref (signer->key);
  cardea_secret_unref (signer->badge_key);
  g_free (signer->vkey);
  g_free (signer);
}

const char *
guardian_keys_signer_vkey (const GuardianKeysSigner *signer)
{
  return signer->vkey;
}

const guint8 *
guardian_keys_signer_badge_key (const GuardianKeysSigner *signer)
{
  return cardea_secret_bytes (signer->badge_key) + crypto_sign_SEEDBYTES;
}

void
guardian_keys_signer_sign (const GuardianKeysSigner *signer, const guint8 *data, gsize size,
                           guint8 ret_signature[GUARDIAN_KEYS_SIGNATURE_SIZE])
{
  crypto_sign_detached (ret_signature, NULL, data, size, cardea_secret_bytes (signer->key));
}

void
guardian_keys_signer_sign_badge (const GuardianKeysSigner *signer, const guint8 *data, gsize size,
                                 guint8 ret_signature[GUARDIAN_KEYS_SIGNATURE_SIZE])
{
  crypto_sign_detached (ret_signature, NULL, data, size, cardea_secret_bytes (signer->badge_key));
}
