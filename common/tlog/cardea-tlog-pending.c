/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/tlog/cardea-tlog-pending.h"

#include "common/tlog/cardea-tlog-bytes.h"
#include "common/tlog/cardea-tlog-detail.h"

#include <string.h>

/* Trust: nothing. The chain finds damage and order; it is no secret, so that who can write the file
 * can also write another chain: only a checkpoint binds. Lengths stand twice (the second time
 * inverted), so that a flipped bit in one is damage and never looks like a file that was cut. */

enum {
  AT_BASE = 16,
  AT_ROOT = 24,
  AT_WRAP = CARDEA_TLOG_PENDING_AT_WRAP,
  AT_CHECK = 128,
};
G_STATIC_ASSERT (AT_ROOT + CARDEA_TLOG_HASH_SIZE == AT_WRAP);
G_STATIC_ASSERT (AT_WRAP + CARDEA_TLOG_PENDING_WRAP_SIZE == AT_CHECK);
G_STATIC_ASSERT (AT_CHECK + CARDEA_TLOG_HASH_SIZE == CARDEA_TLOG_PENDING_HEAD_SIZE);

#define FRAME_HEAD 12u /* entry length, slot length, both inverted */
#define FRAME_END '\n' /* never zero: a page that was never written cannot look like an end */
#define FRAME_TAIL (CARDEA_TLOG_HASH_SIZE + 1u)
G_STATIC_ASSERT (FRAME_HEAD + FRAME_TAIL == CARDEA_TLOG_PENDING_FRAME_SIZE);

gboolean
cardea_tlog_pending_parse_head (CardeaTlogHasher *hasher, const guint8 *data, gsize size,
                                CardeaTlogPendingHead *ret, GError **error)
{
  static const guint8 none[CARDEA_TLOG_PENDING_WRAP_SIZE] = { 0 };
  gboolean ok = size >= CARDEA_TLOG_PENDING_HEAD_SIZE
                && memcmp (data, CARDEA_TLOG_PENDING_MAGIC, AT_BASE) == 0;

  if (ok)
    {
      cardea_tlog_hash_bytes (hasher, data, AT_CHECK, &ret->chain);
      ok = memcmp (ret->chain.bytes, data + AT_CHECK, CARDEA_TLOG_HASH_SIZE) == 0;
      ret->base = cardea_tlog_bytes_get_u64 (data + AT_BASE);
    }
  if (!ok || ret->base > G_MAXINT64)
    {
      g_set_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_FORMAT,
                   "the head of the file is damaged");
      return FALSE;
    }
  memcpy (ret->root.bytes, data + AT_ROOT, CARDEA_TLOG_HASH_SIZE);
  memcpy (ret->wrap, data + AT_WRAP, sizeof ret->wrap);
  ret->has_wrap = memcmp (ret->wrap, none, sizeof none) != 0;
  return TRUE;
}

CardeaTlogPendingState
cardea_tlog_pending_parse_frame (CardeaTlogHasher *hasher, const guint8 *data, gsize size,
                                 CardeaTlogHash *chain, CardeaTlogPendingFrame *ret)
{
  CardeaTlogHash check;
  gsize covered;

  memset (ret, 0, sizeof *ret);
  if (size < FRAME_HEAD)
    return CARDEA_TLOG_PENDING_TORN;
  ret->entry_size = cardea_tlog_bytes_get_u16 (data);
  ret->slot_size = cardea_tlog_bytes_get_u32 (data + 2);
  if (cardea_tlog_bytes_get_u16 (data + 6) != (guint16) ~ret->entry_size
      || cardea_tlog_bytes_get_u32 (data + 8) != ~(guint32) ret->slot_size
      || ret->slot_size > CARDEA_TLOG_DETAIL_HEAD_SIZE + CARDEA_TLOG_DETAIL_LIMIT_SEALED)
    return CARDEA_TLOG_PENDING_DAMAGED;
  covered = FRAME_HEAD + ret->entry_size + ret->slot_size;
  ret->size = covered + FRAME_TAIL;
  if (size < ret->size)
    return CARDEA_TLOG_PENDING_TORN;
  cardea_tlog_hash_chain (hasher, chain, data, covered, &check);
  if (memcmp (check.bytes, data + covered, sizeof check.bytes) != 0
      || data[ret->size - 1] != FRAME_END)
    return CARDEA_TLOG_PENDING_DAMAGED;
  *chain = check;
  ret->entry = data + FRAME_HEAD;
  ret->slot = ret->entry + ret->entry_size;
  return CARDEA_TLOG_PENDING_FRAME;
}

void
cardea_tlog_pending_write_head (CardeaTlogHasher *hasher, guint64 base, const CardeaTlogHash *root,
                                const guint8 *wrap, guint8 *ret, CardeaTlogHash *ret_chain)
{
  memset (ret, 0, CARDEA_TLOG_PENDING_HEAD_SIZE);
  memcpy (ret, CARDEA_TLOG_PENDING_MAGIC, AT_BASE);
  cardea_tlog_bytes_put_u64 (ret + AT_BASE, base);
  memcpy (ret + AT_ROOT, root->bytes, CARDEA_TLOG_HASH_SIZE);
  if (wrap != NULL)
    memcpy (ret + AT_WRAP, wrap, CARDEA_TLOG_PENDING_WRAP_SIZE);
  cardea_tlog_hash_bytes (hasher, ret, AT_CHECK, ret_chain);
  memcpy (ret + AT_CHECK, ret_chain->bytes, CARDEA_TLOG_HASH_SIZE);
}

void
cardea_tlog_pending_write_frame (CardeaTlogHasher *hasher, const guint8 *entry, gsize entry_size,
                                 const guint8 *slot, gsize slot_size, CardeaTlogHash *chain,
                                 GByteArray *out)
{
  const guint8 end = FRAME_END;
  guint8 head[FRAME_HEAD];
  guint start = out->len;

  cardea_tlog_bytes_put_u16 (head, (guint16) entry_size);
  cardea_tlog_bytes_put_u32 (head + 2, (guint32) slot_size);
  cardea_tlog_bytes_put_u16 (head + 6, (guint16) ~entry_size);
  cardea_tlog_bytes_put_u32 (head + 8, ~(guint32) slot_size);
  g_byte_array_append (out, head, sizeof head);
  g_byte_array_append (out, entry, (guint) entry_size);
  if (slot_size > 0)
    g_byte_array_append (out, slot, (guint) slot_size);
  cardea_tlog_hash_chain (hasher, chain, out->data + start, out->len - start, chain);
  g_byte_array_append (out, chain->bytes, CARDEA_TLOG_HASH_SIZE);
  g_byte_array_append (out, &end, 1);
}
