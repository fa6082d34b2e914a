/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/crypto/cardea-hkdf.h"

#include "common/crypto/cardea-digest.h"

#include <sodium.h>
#include <string.h>

#define BLOCKS_MAX 255u

/* RFC 5869 §2.3: T(n) = HMAC (PRK, T(n-1) | info | n). */
static void
expand_block (const guint8 prk[CARDEA_DIGEST_SIZE], guint8 block[CARDEA_DIGEST_SIZE], guint8 number,
              const void *info, gsize info_size)
{
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256_init (&state, prk, CARDEA_DIGEST_SIZE);
  if (number > 1)
    crypto_auth_hmacsha256_update (&state, block, CARDEA_DIGEST_SIZE);
  if (info_size > 0)
    crypto_auth_hmacsha256_update (&state, info, info_size);
  crypto_auth_hmacsha256_update (&state, &number, 1);
  crypto_auth_hmacsha256_final (&state, block);
  sodium_memzero (&state, sizeof state);
}

CardeaSecret *
cardea_hkdf_derive (const CardeaSecret *key, const void *salt, gsize salt_size, const void *info,
                    gsize info_size, gsize size)
{
  guint8 prk[CARDEA_DIGEST_SIZE], block[CARDEA_DIGEST_SIZE];
  if (size == 0 || size > BLOCKS_MAX * CARDEA_DIGEST_SIZE)
    return NULL;
  CardeaSecret *derived = cardea_secret_new (size);
  if (derived == NULL)
    return NULL;

  cardea_digest_hmac (salt, salt_size, cardea_secret_bytes (key), cardea_secret_size (key), prk);
  guint8 *to = cardea_secret_writable (derived);
  guint8 number = 1;
  for (gsize done = 0; done < size; done += CARDEA_DIGEST_SIZE)
    {
      expand_block (prk, block, number++, info, info_size);
      memcpy (to + done, block, MIN (size - done, CARDEA_DIGEST_SIZE));
    }
  sodium_memzero (prk, sizeof prk);
  sodium_memzero (block, sizeof block);
  return derived;
}
