/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/crypto/cardea-digest.h"

#include "common/base/cardea-encoding.h"
#include "common/crypto/cardea-openssl.h"

#include <sodium.h>

/* libsodium starts at once; OpenSSL takes a microsecond to look its method up and then uses the
 * processor's own instructions. */
#define LARGE 4096u

/* No bytes may be NULL for our callers, never for libsodium. */
static const void *
or_empty (const void *bytes)
{
  return bytes != NULL ? bytes : "";
}

void
cardea_digest_sha256 (const void *bytes, gsize size, guint8 ret_digest[CARDEA_DIGEST_SIZE])
{
  if (size >= LARGE)
    cardea_openssl_init ();
  if (size >= LARGE && EVP_Digest (bytes, size, ret_digest, NULL, EVP_sha256 (), NULL) == 1)
    return;
  crypto_hash_sha256 (ret_digest, or_empty (bytes), size);
}

char *
cardea_digest_sha256_hex (const void *bytes, gsize size)
{
  guint8 digest[CARDEA_DIGEST_SIZE];
  cardea_digest_sha256 (bytes, size, digest);
  return cardea_hex_encode (digest, sizeof digest);
}

void
cardea_digest_hmac (const void *key, gsize key_size, const void *bytes, gsize size,
                    guint8 ret_digest[CARDEA_DIGEST_SIZE])
{
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init (&state, or_empty (key), key_size);
  crypto_auth_hmacsha256_update (&state, or_empty (bytes), size);
  crypto_auth_hmacsha256_final (&state, ret_digest);
  sodium_memzero (&state, sizeof state);
}

gboolean
cardea_digest_equal (const guint8 a[CARDEA_DIGEST_SIZE], const guint8 b[CARDEA_DIGEST_SIZE])
{
  return sodium_memcmp (a, b, CARDEA_DIGEST_SIZE) == 0;
}
