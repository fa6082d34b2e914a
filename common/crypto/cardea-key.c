/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/crypto/cardea-key.h"

#include "common/crypto/cardea-openssl.h"

#include <string.h>

/* RFC 8410 §4 and its example: an Ed25519 SubjectPublicKeyInfo is these bytes and the 32 of the
 * key. Comparing them keeps OpenSSL's decoders away from a stranger's bytes. */
static const guint8 spki_prefix[]
    = { 0x30, 0x2a, 0x30, 0x05, 0x06, 0x03, 0x2b, 0x65, 0x70, 0x03, 0x21, 0x00 };

static gpointer
fail (GError **error, CardeaCryptoError code, const char *what)
{
  g_set_error (error, CARDEA_CRYPTO_ERROR, code, "%s: %s", what, cardea_openssl_reason ());
  return NULL;
}

CardeaKey *
cardea_key_new (GError **error)
{
  cardea_openssl_init ();
  CardeaKey *key = EVP_PKEY_Q_keygen (NULL, NULL, "ED25519");
  return key != NULL ? key : fail (error, CARDEA_CRYPTO_ERROR_FAILED, "cannot make a key");
}

void
cardea_key_free (CardeaKey *key)
{
  EVP_PKEY_free (key);
}

GBytes *
cardea_key_spki (const CardeaKey *key, GError **error)
{
  guint8 spki[sizeof spki_prefix + CARDEA_KEY_PUBLIC_SIZE];
  gsize size = CARDEA_KEY_PUBLIC_SIZE;

  memcpy (spki, spki_prefix, sizeof spki_prefix);
  if (EVP_PKEY_get_raw_public_key (key, spki + sizeof spki_prefix, &size) != 1
      || size != CARDEA_KEY_PUBLIC_SIZE)
    return fail (error, CARDEA_CRYPTO_ERROR_FAILED, "cannot read a public key");
  return g_bytes_new (spki, sizeof spki);
}

const guint8 *
cardea_key_read_spki (const void *bytes, gsize size, GError **error)
{
  const guint8 *spki = bytes;
  if (size == sizeof spki_prefix + CARDEA_KEY_PUBLIC_SIZE
      && memcmp (spki, spki_prefix, sizeof spki_prefix) == 0)
    return spki + sizeof spki_prefix;
  g_set_error (error, CARDEA_CRYPTO_ERROR, CARDEA_CRYPTO_ERROR_MALFORMED,
               "not an Ed25519 SubjectPublicKeyInfo");
  return NULL;
}
