/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/tlog/cardea-tlog-hash.h"

#include <openssl/evp.h>
#include <string.h>

struct _CardeaTlogHasher {
  EVP_MD *md;
  EVP_MD_CTX *ctx;
};

G_STATIC_ASSERT (sizeof (CardeaTlogHash) == CARDEA_TLOG_HASH_SIZE);

/* A hash that is silently wrong would let a changed record pass. */
static void
must (int ok)
{
  if (ok != 1)
    g_error ("SHA-256 does not work on this machine");
}

CardeaTlogHasher *
cardea_tlog_hash_hasher_new (void)
{
  CardeaTlogHasher *hasher = g_new0 (CardeaTlogHasher, 1);

  /* Fetched once: the implicit fetch costs more than hashing a short record. */
  hasher->md = EVP_MD_fetch (NULL, "SHA256", NULL);
  hasher->ctx = EVP_MD_CTX_new ();
  must (hasher->md != NULL && hasher->ctx != NULL);
  return hasher;
}

void
cardea_tlog_hash_hasher_free (CardeaTlogHasher *hasher)
{
  if (hasher == NULL)
    return;
  EVP_MD_CTX_free (hasher->ctx);
  EVP_MD_free (hasher->md);
  g_free (hasher);
}

static void
begin (CardeaTlogHasher *hasher, const void *bytes, gsize size)
{
  must (EVP_DigestInit_ex (hasher->ctx, hasher->md, NULL));
  must (EVP_DigestUpdate (hasher->ctx, bytes, size));
}

static void
finish (CardeaTlogHasher *hasher, const void *bytes, gsize size, CardeaTlogHash *ret)
{
  must (EVP_DigestUpdate (hasher->ctx, bytes, size));
  must (EVP_DigestFinal_ex (hasher->ctx, ret->bytes, NULL));
}

void
cardea_tlog_hash_leaf (CardeaTlogHasher *hasher, const guint8 *entry, gsize size,
                       CardeaTlogHash *ret)
{
  begin (hasher, "\0", 1);
  finish (hasher, entry, size, ret);
}

void
cardea_tlog_hash_node (CardeaTlogHasher *hasher, const CardeaTlogHash *left,
                       const CardeaTlogHash *right, CardeaTlogHash *ret)
{
  guint8 both[1 + 2 * CARDEA_TLOG_HASH_SIZE] = { 1 };

  memcpy (both + 1, left->bytes, CARDEA_TLOG_HASH_SIZE);
  memcpy (both + 1 + CARDEA_TLOG_HASH_SIZE, right->bytes, CARDEA_TLOG_HASH_SIZE);
  cardea_tlog_hash_bytes (hasher, both, sizeof both, ret);
}

void
cardea_tlog_hash_bytes (CardeaTlogHasher *hasher, const guint8 *bytes, gsize size,
                        CardeaTlogHash *ret)
{
  must (EVP_DigestInit_ex (hasher->ctx, hasher->md, NULL));
  finish (hasher, bytes, size, ret);
}

void
cardea_tlog_hash_chain (CardeaTlogHasher *hasher, const CardeaTlogHash *prefix, const guint8 *bytes,
                        gsize size, CardeaTlogHash *ret)
{
  begin (hasher, prefix->bytes, CARDEA_TLOG_HASH_SIZE);
  finish (hasher, bytes, size, ret);
}

void
cardea_tlog_hash_tree (CardeaTlogHasher *hasher, const CardeaTlogHash *hashes, gsize count,
                       CardeaTlogHash *scratch, CardeaTlogHash *ret)
{
  if (count == 0)
    {
      cardea_tlog_hash_bytes (hasher, (const guint8 *) "", 0, ret);
      return;
    }
  if (scratch != hashes)
    memcpy (scratch, hashes, count * sizeof *hashes);
  /* Pairing level by level and carrying an odd last one up gives RFC 6962's tree: the left part is
   * always the largest power of two. */
  for (; count > 1; count = count / 2 + count % 2)
    {
      for (gsize i = 0; i < count / 2; i++)
        cardea_tlog_hash_node (hasher, &scratch[2 * i], &scratch[2 * i + 1], &scratch[i]);
      if (count % 2 == 1)
        scratch[count / 2] = scratch[count - 1];
    }
  *ret = scratch[0];
}

gboolean
cardea_tlog_hash_equal (const CardeaTlogHash *a, const CardeaTlogHash *b)
{
  return memcmp (a->bytes, b->bytes, CARDEA_TLOG_HASH_SIZE) == 0;
}
