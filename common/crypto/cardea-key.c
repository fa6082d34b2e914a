/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/crypto/cardea-key.h"

#include "common/crypto/cardea-openssl.h"

#include <sodium.h>
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

static GBytes *
new_spki (const guint8 *public)
{
  guint8 spki[sizeof spki_prefix + CARDEA_KEY_PUBLIC_SIZE];

  memcpy (spki, spki_prefix, sizeof spki_prefix);
  memcpy (spki + sizeof spki_prefix, public, CARDEA_KEY_PUBLIC_SIZE);
  return g_bytes_new (spki, sizeof spki);
}

/* RFC 8032 §5.1.5: a private key is 32 random bytes; all else is made of them. */
CardeaSecret *
cardea_key_draw (GBytes **ret_spki, GError **error)
{
  guint8 public[crypto_sign_PUBLICKEYBYTES], both[crypto_sign_SECRETKEYBYTES];
  CardeaSecret *drawn = cardea_secret_new_random (crypto_sign_SEEDBYTES);

  if (drawn == NULL || crypto_sign_seed_keypair (public, both, cardea_secret_bytes (drawn)) != 0)
    {
      g_clear_pointer (&drawn, cardea_secret_unref);
      g_set_error (error, CARDEA_CRYPTO_ERROR, CARDEA_CRYPTO_ERROR_FAILED, "cannot make a key");
      return NULL;
    }
  sodium_memzero (both, sizeof both);
  *ret_spki = new_spki (public);
  return drawn;
}

CardeaKey *
cardea_key_new_drawn (const CardeaSecret *drawn, GError **error)
{
  cardea_openssl_init ();
  CardeaKey *key = EVP_PKEY_new_raw_private_key (
      EVP_PKEY_ED25519, NULL, cardea_secret_bytes (drawn), cardea_secret_size (drawn));
  return key != NULL ? key : fail (error, CARDEA_CRYPTO_ERROR_FAILED, "cannot make a key");
}

CardeaKey *
cardea_key_new (GError **error)
{
  g_autoptr (GBytes) spki = NULL;
  g_autoptr (CardeaSecret) drawn = cardea_key_draw (&spki, error);
  return drawn != NULL ? cardea_key_new_drawn (drawn, error) : NULL;
}

void
cardea_key_free (CardeaKey *key)
{
  EVP_PKEY_free (key);
}

GBytes *
cardea_key_spki (const CardeaKey *key, GError **error)
{
  guint8 public[CARDEA_KEY_PUBLIC_SIZE];
  gsize size = sizeof public;

  if (EVP_PKEY_get_raw_public_key (key, public, &size) != 1 || size != sizeof public)
    return fail (error, CARDEA_CRYPTO_ERROR_FAILED, "cannot read a public key");
  return new_spki (public);
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
