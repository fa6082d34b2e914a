/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/tlog/cardea-tlog-detail.h"
#include "common/tlog/cardea-tlog-pending.h"
#include "tests/fuzz/fuzz.h"

/* The bytes as a file pending (the head's and every frame's own hash stands in a fuzzer's way, so
 * that frames are also read from a head that is taken for good) and as a detail's slot. */

static void
read_frames (CardeaTlogHasher *hasher, const guint8 *bytes, gsize size, CardeaTlogHash chain)
{
  CardeaTlogPendingFrame frame;

  for (gsize at = 0; at < size; at += frame.size)
    {
      if (cardea_tlog_pending_parse_frame (hasher, bytes + at, size - at, &chain, &frame)
          != CARDEA_TLOG_PENDING_FRAME)
        return;
      FUZZ_CHECK (frame.size >= CARDEA_TLOG_PENDING_FRAME_SIZE && frame.size <= size - at);
      FUZZ_CHECK (frame.entry >= bytes && frame.entry + frame.entry_size <= bytes + size);
      FUZZ_CHECK (frame.slot + frame.slot_size <= bytes + size);
    }
}

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
  g_autoptr (CardeaTlogHasher) hasher = cardea_tlog_hash_hasher_new ();
  CardeaTlogPendingHead head;
  CardeaTlogDetailSlot slot;
  const CardeaTlogHash zero = { { 0 } };

  if (cardea_tlog_pending_parse_head (hasher, bytes, size, &head, NULL))
    {
      FUZZ_CHECK (size >= CARDEA_TLOG_PENDING_HEAD_SIZE && head.base <= G_MAXINT64);
      read_frames (hasher, bytes + CARDEA_TLOG_PENDING_HEAD_SIZE,
                   size - CARDEA_TLOG_PENDING_HEAD_SIZE, head.chain);
    }
  read_frames (hasher, bytes, size, zero);
  if (cardea_tlog_detail_parse (hasher, bytes, size, &slot) == CARDEA_TLOG_DETAIL_SLOT)
    FUZZ_CHECK (slot.seq >= 0 && slot.size <= size
                && slot.sealed_size + CARDEA_TLOG_DETAIL_HEAD_SIZE == slot.size);
  return 0;
}
