/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/tlog/cardea-tlog-detail.h"

#include "common/tlog/cardea-tlog-bytes.h"
#include "common/tlog/cardea-tlog-tile.h"

#include <string.h>

/* Trust: nothing. A slot's head carries its own hash, which is no secret: it finds damage, and what
 * is sealed is bound to the tree by the leaf's hash of it. Known gap: a wrapped key that somebody
 * replaced together with the head's hash is found only by who has the key. */

enum {
  AT_SEQ = 0,
  AT_SIZE = 8,
  AT_STATE = 12, /* and three zero bytes */
  AT_WRAP = 16,
  AT_CHECK = 88,
};
G_STATIC_ASSERT (AT_CHECK + CARDEA_TLOG_HASH_SIZE == CARDEA_TLOG_DETAIL_HEAD_SIZE);
G_STATIC_ASSERT (AT_WRAP + CARDEA_TLOG_DETAIL_WRAP_SIZE == AT_CHECK);

#define STATE_LIVE 'L'
#define STATE_REDACTED 'R'

static gboolean
is_zero (const guint8 *bytes, gsize size)
{
  return size == 0 || (bytes[0] == 0 && memcmp (bytes, bytes + 1, size - 1) == 0);
}

CardeaTlogDetailState
cardea_tlog_detail_parse (CardeaTlogHasher *hasher, const guint8 *data, gsize size,
                          CardeaTlogDetailSlot *ret)
{
  CardeaTlogHash check;

  memset (ret, 0, sizeof *ret);
  ret->seq = -1;
  if (size < CARDEA_TLOG_DETAIL_HEAD_SIZE)
    return CARDEA_TLOG_DETAIL_TORN;
  cardea_tlog_hash_bytes (hasher, data, AT_CHECK, &check);
  if (memcmp (check.bytes, data + AT_CHECK, sizeof check.bytes) != 0)
    return CARDEA_TLOG_DETAIL_DAMAGED;
  ret->sealed_size = cardea_tlog_bytes_get_u32 (data + AT_SIZE);
  ret->redacted = data[AT_STATE] == STATE_REDACTED;
  if (ret->sealed_size > CARDEA_TLOG_DETAIL_LIMIT_SEALED || !is_zero (data + AT_STATE + 1, 3)
      || cardea_tlog_bytes_get_u64 (data + AT_SEQ) > G_MAXINT64
      || (!ret->redacted && data[AT_STATE] != STATE_LIVE)
      || (ret->redacted && !is_zero (data + AT_WRAP, CARDEA_TLOG_DETAIL_WRAP_SIZE)))
    return CARDEA_TLOG_DETAIL_DAMAGED;
  ret->seq = (gint64) cardea_tlog_bytes_get_u64 (data + AT_SEQ);
  ret->size = CARDEA_TLOG_DETAIL_HEAD_SIZE + ret->sealed_size;
  if (size < ret->size)
    return CARDEA_TLOG_DETAIL_TORN;
  ret->wrap = data + AT_WRAP;
  ret->sealed = data + CARDEA_TLOG_DETAIL_HEAD_SIZE;
  if (ret->redacted && !is_zero (ret->sealed, ret->sealed_size))
    return CARDEA_TLOG_DETAIL_DAMAGED;
  return CARDEA_TLOG_DETAIL_SLOT;
}

void
cardea_tlog_detail_write_head (CardeaTlogHasher *hasher, gint64 seq, gsize sealed_size,
                               const guint8 *wrap, guint8 *ret)
{
  CardeaTlogHash check;

  memset (ret, 0, AT_CHECK);
  cardea_tlog_bytes_put_u64 (ret + AT_SEQ, (guint64) seq);
  cardea_tlog_bytes_put_u32 (ret + AT_SIZE, (guint32) sealed_size);
  ret[AT_STATE] = wrap != NULL ? STATE_LIVE : STATE_REDACTED;
  if (wrap != NULL)
    memcpy (ret + AT_WRAP, wrap, CARDEA_TLOG_DETAIL_WRAP_SIZE);
  cardea_tlog_hash_bytes (hasher, ret, AT_CHECK, &check);
  memcpy (ret + AT_CHECK, check.bytes, sizeof check.bytes);
}

char *
cardea_tlog_detail_path (gint64 seq)
{
  g_autofree char *index = cardea_tlog_tile_index_path ((guint64) seq / CARDEA_TLOG_TILE_WIDTH);

  return g_strdup_printf ("detail/%s", index);
}
