/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/tlog/cardea-tlog-range.h"

void
cardea_tlog_range_init (CardeaTlogRange *range)
{
  range->size = 0;
  range->count = 0;
}

gboolean
cardea_tlog_range_append_subtree (CardeaTlogRange *range, CardeaTlogHasher *hasher, guint height,
                                  const CardeaTlogHash *root)
{
  CardeaTlogHash hash = *root;

  if (height > 62 || range->size > G_MAXINT64 || (range->size & ((1ull << height) - 1)) != 0)
    return FALSE;
  for (guint bit = height; (range->size >> bit & 1) != 0; bit++)
    cardea_tlog_hash_node (hasher, &range->roots[--range->count], &hash, &hash);
  range->roots[range->count++] = hash;
  range->size += 1ull << height;
  return TRUE;
}

void
cardea_tlog_range_append (CardeaTlogRange *range, CardeaTlogHasher *hasher,
                          const CardeaTlogHash *leaf)
{
  /* A single leaf fits at any size that fits a file system. */
  if (!cardea_tlog_range_append_subtree (range, hasher, 0, leaf))
    g_error ("a tree of more than 2^63 leaves");
}

void
cardea_tlog_range_root (const CardeaTlogRange *range, CardeaTlogHasher *hasher, CardeaTlogHash *ret)
{
  if (range->count == 0)
    {
      cardea_tlog_hash_bytes (hasher, (const guint8 *) "", 0, ret);
      return;
    }
  *ret = range->roots[range->count - 1];
  for (guint i = range->count - 1; i-- > 0;)
    cardea_tlog_hash_node (hasher, &range->roots[i], ret, ret);
}
