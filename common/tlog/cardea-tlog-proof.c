/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/tlog/cardea-tlog-proof.h"

/* Trust: in checking, nothing but the two roots (they come from verified checkpoints) and the leaf
 * the caller hashed. A proof with one element too many or too few is refused like a wrong one. */

typedef struct {
  CardeaTlogHasher *hasher;
  CardeaTlogProofSource source;
  gpointer user_data;
  GArray *proof;
} Maker;

/* The largest power of two smaller than n (n > 1). */
static guint64
split (guint64 n)
{
  return 1ull << (63 - __builtin_clzll (n - 1));
}

/* MTH (D[start:start + n]); start is a multiple of the power of two at or above n, as everywhere in
 * RFC 6962. */
static gboolean
subtree (Maker *maker, guint64 start, guint64 n, CardeaTlogHash *ret, GError **error)
{
  CardeaTlogHash right;

  if ((n & (n - 1)) == 0)
    {
      guint height = (guint) __builtin_ctzll (n);
      return maker->source (height, start >> height, ret, maker->user_data, error);
    }
  guint64 k = split (n);
  if (!subtree (maker, start, k, ret, error) || !subtree (maker, start + k, n - k, &right, error))
    return FALSE;
  cardea_tlog_hash_node (maker->hasher, ret, &right, ret);
  return TRUE;
}

static gboolean
add_subtree (Maker *maker, guint64 start, guint64 n, GError **error)
{
  CardeaTlogHash hash;

  if (!subtree (maker, start, n, &hash, error))
    return FALSE;
  g_array_append_val (maker->proof, hash);
  return TRUE;
}

gboolean
cardea_tlog_proof_root (CardeaTlogHasher *hasher, CardeaTlogProofSource source, gpointer user_data,
                        guint64 size, CardeaTlogHash *ret, GError **error)
{
  Maker maker = { hasher, source, user_data, NULL };

  if (size == 0)
    {
      cardea_tlog_hash_tree (hasher, NULL, 0, NULL, ret);
      return TRUE;
    }
  return subtree (&maker, 0, size, ret, error);
}

/* PATH (index, D[start:start + n]) of RFC 6962 §2.1.1. */
static gboolean
path (Maker *maker, guint64 index, guint64 start, guint64 n, GError **error)
{
  if (n == 1)
    return TRUE;
  guint64 k = split (n);
  if (index < k)
    return path (maker, index, start, k, error) && add_subtree (maker, start + k, n - k, error);
  return path (maker, index - k, start + k, n - k, error) && add_subtree (maker, start, k, error);
}

/* SUBPROOF (older, D[start:start + n], known) of RFC 6962 §2.1.2. */
static gboolean
subproof (Maker *maker, guint64 older, guint64 start, guint64 n, gboolean known, GError **error)
{
  if (older == n)
    return known || add_subtree (maker, start, n, error);
  guint64 k = split (n);
  if (older <= k)
    return subproof (maker, older, start, k, known, error)
           && add_subtree (maker, start + k, n - k, error);
  return subproof (maker, older - k, start + k, n - k, FALSE, error)
         && add_subtree (maker, start, k, error);
}

static GArray *
finish (Maker *maker, gboolean ok)
{
  if (ok)
    return maker->proof;
  g_array_unref (maker->proof);
  return NULL;
}

GArray *
cardea_tlog_proof_inclusion (CardeaTlogHasher *hasher, CardeaTlogProofSource source,
                             gpointer user_data, guint64 index, guint64 size, GError **error)
{
  Maker maker = { hasher, source, user_data, NULL };

  if (index >= size || size > G_MAXINT64)
    {
      g_set_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_RANGE,
                   "a tree of %" G_GUINT64_FORMAT " has no leaf %" G_GUINT64_FORMAT, size, index);
      return NULL;
    }
  maker.proof = g_array_new (FALSE, FALSE, sizeof (CardeaTlogHash));
  return finish (&maker, path (&maker, index, 0, size, error));
}

GArray *
cardea_tlog_proof_consistency (CardeaTlogHasher *hasher, CardeaTlogProofSource source,
                               gpointer user_data, guint64 older, guint64 size, GError **error)
{
  Maker maker = { hasher, source, user_data, NULL };

  if (older == 0 || older > size || size > G_MAXINT64)
    {
      g_set_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_RANGE,
                   "no consistency proof from %" G_GUINT64_FORMAT " to %" G_GUINT64_FORMAT, older,
                   size);
      return NULL;
    }
  maker.proof = g_array_new (FALSE, FALSE, sizeof (CardeaTlogHash));
  return finish (&maker, subproof (&maker, older, 0, size, TRUE, error));
}

static gboolean
refuse (GError **error, const char *what)
{
  g_set_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_PROOF, "%s", what);
  return FALSE;
}

/* RFC 9162 §2.1.3.2. */
gboolean
cardea_tlog_proof_check_inclusion (CardeaTlogHasher *hasher, guint64 index, guint64 size,
                                   const CardeaTlogHash *leaf, const CardeaTlogHash *proof,
                                   gsize count, const CardeaTlogHash *root, GError **error)
{
  CardeaTlogHash hash = *leaf;
  guint64 fn = index, sn = size - 1;

  if (index >= size)
    {
      g_set_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_RANGE,
                   "a tree of %" G_GUINT64_FORMAT " has no leaf %" G_GUINT64_FORMAT, size, index);
      return FALSE;
    }
  for (gsize i = 0; i < count; i++)
    {
      if (sn == 0)
        return refuse (error, "the inclusion proof is too long");
      if ((fn & 1) == 0 && fn != sn)
        cardea_tlog_hash_node (hasher, &hash, &proof[i], &hash);
      else
        {
          cardea_tlog_hash_node (hasher, &proof[i], &hash, &hash);
          for (; (fn & 1) == 0 && fn != 0; fn >>= 1)
            sn >>= 1;
        }
      fn >>= 1;
      sn >>= 1;
    }
  if (sn != 0)
    return refuse (error, "the inclusion proof is too short");
  if (!cardea_tlog_hash_equal (&hash, root))
    return refuse (error, "the leaf is not in this tree");
  return TRUE;
}

/* The part of RFC 9162 §2.1.4.2 for sizes that differ. first is the element before the rest. */
static gboolean
check_growth (CardeaTlogHasher *hasher, guint64 older, guint64 size,
              const CardeaTlogHash *older_root, const CardeaTlogHash *root,
              const CardeaTlogHash *first, const CardeaTlogHash *rest, gsize count, GError **error)
{
  CardeaTlogHash fr = *first, sr = *first;
  guint64 fn = older - 1, sn = size - 1;

  for (; (fn & 1) == 1; fn >>= 1)
    sn >>= 1;
  for (gsize i = 0; i < count; i++)
    {
      if (sn == 0)
        return refuse (error, "the consistency proof is too long");
      if ((fn & 1) == 1 || fn == sn)
        {
          cardea_tlog_hash_node (hasher, &rest[i], &fr, &fr);
          cardea_tlog_hash_node (hasher, &rest[i], &sr, &sr);
          for (; (fn & 1) == 0 && fn != 0; fn >>= 1)
            sn >>= 1;
        }
      else
        cardea_tlog_hash_node (hasher, &sr, &rest[i], &sr);
      fn >>= 1;
      sn >>= 1;
    }
  if (sn != 0)
    return refuse (error, "the consistency proof is too short");
  if (!cardea_tlog_hash_equal (&fr, older_root) || !cardea_tlog_hash_equal (&sr, root))
    return refuse (error, "the later tree does not contain the earlier one");
  return TRUE;
}

gboolean
cardea_tlog_proof_check_consistency (CardeaTlogHasher *hasher, guint64 older, guint64 size,
                                     const CardeaTlogHash *older_root, const CardeaTlogHash *root,
                                     const CardeaTlogHash *proof, gsize count, GError **error)
{
  CardeaTlogHash nothing;
  gboolean power = (older & (older - 1)) == 0;

  if (older > size)
    {
      g_set_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_RANGE,
                   "the earlier tree of %" G_GUINT64_FORMAT " is larger than %" G_GUINT64_FORMAT,
                   older, size);
      return FALSE;
    }
  if (older == size)
    return (count == 0 && cardea_tlog_hash_equal (older_root, root))
           || refuse (error, "trees of one size differ");
  if (older == 0)
    {
      cardea_tlog_hash_tree (hasher, NULL, 0, NULL, &nothing);
      return (count == 0 && cardea_tlog_hash_equal (older_root, &nothing))
             || refuse (error, "the empty tree has another root");
    }
  if (count == 0)
    return refuse (error, "the consistency proof is empty");
  if (power)
    return check_growth (hasher, older, size, older_root, root, older_root, proof, count, error);
  return check_growth (hasher, older, size, older_root, root, proof, proof + 1, count - 1, error);
}
