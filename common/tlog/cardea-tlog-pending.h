/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/tlog/cardea-tlog-error.h"
#include "common/tlog/cardea-tlog-hash.h"

/* The file "pending": records that no checkpoint covers yet, in order, chained by hashes
 * (guardian/audit/README.md has the layout byte by byte). */
#define CARDEA_TLOG_PENDING_MAGIC "cardea-pending1\n"
#define CARDEA_TLOG_PENDING_HEAD_SIZE 160u /* of the file */
#define CARDEA_TLOG_PENDING_FRAME_SIZE 45u /* of a frame without its entry and slot */
#define CARDEA_TLOG_PENDING_WRAP_SIZE 72u
#define CARDEA_TLOG_PENDING_AT_WRAP 56u /* in the head: the wrapped key, zeros when none */
#define CARDEA_TLOG_PENDING_LIMIT_RECORDS (1024u * 1024u)
#define CARDEA_TLOG_PENDING_LIMIT_FILE (256u * 1024u * 1024u)

typedef struct {
  guint64 base;        /* the first record's seq */
  CardeaTlogHash root; /* of the tree of base leaves */
  guint8 wrap[CARDEA_TLOG_PENDING_WRAP_SIZE];
  gboolean has_wrap;
  CardeaTlogHash chain; /* where the frames' chain begins */
} CardeaTlogPendingHead;

typedef struct {
  const guint8 *entry;
  gsize entry_size;
  const guint8 *slot; /* a cardea-tlog-detail.h slot; slot_size 0: none */
  gsize slot_size;
  gsize size; /* of the whole frame */
} CardeaTlogPendingFrame;

typedef enum {
  CARDEA_TLOG_PENDING_FRAME,
  CARDEA_TLOG_PENDING_TORN,    /* the data ends inside the frame */
  CARDEA_TLOG_PENDING_DAMAGED, /* the bytes cannot have been written so */
} CardeaTlogPendingState;

/* data is untrusted. FALSE with CARDEA_TLOG_ERROR_FORMAT. */
gboolean cardea_tlog_pending_parse_head (CardeaTlogHasher *hasher, const guint8 *data, gsize size,
                                         CardeaTlogPendingHead *ret,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The frame at data; chain goes in as it was before the frame and comes out behind it. */
CardeaTlogPendingState cardea_tlog_pending_parse_frame (CardeaTlogHasher *hasher,
                                                        const guint8 *data, gsize size,
                                                        CardeaTlogHash *chain,
                                                        CardeaTlogPendingFrame *ret);

/* wrap may be NULL. ret: CARDEA_TLOG_PENDING_HEAD_SIZE bytes; ret_chain as in the head. */
void cardea_tlog_pending_write_head (CardeaTlogHasher *hasher, guint64 base,
                                     const CardeaTlogHash *root, const guint8 *wrap, guint8 *ret,
                                     CardeaTlogHash *ret_chain);
/* Appends a frame to out. entry_size at most CARDEA_TLOG_TILE_LIMIT_ENTRY. */
void cardea_tlog_pending_write_frame (CardeaTlogHasher *hasher, const guint8 *entry,
                                      gsize entry_size, const guint8 *slot, gsize slot_size,
                                      CardeaTlogHash *chain, GByteArray *out);
