/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/tlog/cardea-tlog-error.h"
#include "common/tlog/cardea-tlog-hash.h"

/* The details' side files, "detail/N" beside "tile/entries/N": what a reader without keys can know
 * of them (guardian/audit/README.md has the layout byte by byte). A slot holds one record's detail,
 * sealed under a key of its own, and that key, wrapped. */
#define CARDEA_TLOG_DETAIL_MAGIC "cardea-detail/1\n"
#define CARDEA_TLOG_DETAIL_MAGIC_SIZE 16u
#define CARDEA_TLOG_DETAIL_HEAD_SIZE 120u           /* of a slot, before the sealed bytes */
#define CARDEA_TLOG_DETAIL_WRAP_SIZE 72u            /* XChaCha20-Poly1305: nonce, 32 bytes, tag */
#define CARDEA_TLOG_DETAIL_LIMIT_TEXT (96u * 1024u) /* canonical JSON of one detail */
/* salt, JSON, tag */
#define CARDEA_TLOG_DETAIL_LIMIT_SEALED (32u + CARDEA_TLOG_DETAIL_LIMIT_TEXT + 16u)
#define CARDEA_TLOG_DETAIL_LIMIT_FILE                                                              \
  (CARDEA_TLOG_DETAIL_MAGIC_SIZE                                                                   \
   + 256u * (CARDEA_TLOG_DETAIL_HEAD_SIZE + CARDEA_TLOG_DETAIL_LIMIT_SEALED))

typedef struct {
  gint64 seq;
  gboolean redacted;    /* wrap and sealed bytes were overwritten with zeros */
  const guint8 *wrap;   /* CARDEA_TLOG_DETAIL_WRAP_SIZE bytes */
  const guint8 *sealed; /* sealed_size bytes */
  gsize sealed_size;
  gsize size; /* of the whole slot */
} CardeaTlogDetailSlot;

typedef enum {
  CARDEA_TLOG_DETAIL_SLOT,    /* a slot that is what it says */
  CARDEA_TLOG_DETAIL_TORN,    /* the data ends inside the slot */
  CARDEA_TLOG_DETAIL_DAMAGED, /* the bytes cannot have been written so */
} CardeaTlogDetailState;

/* data is untrusted. The head (but not what is sealed) is checked against its own hash; with
 * TORN or DAMAGED, ret->seq and ret->size are filled when the head could be read, else -1 and 0. */
CardeaTlogDetailState cardea_tlog_detail_parse (CardeaTlogHasher *hasher, const guint8 *data,
                                                gsize size, CardeaTlogDetailSlot *ret);

/* Writes a slot's head: wrap NULL makes it a redacted one. */
void cardea_tlog_detail_write_head (CardeaTlogHasher *hasher, gint64 seq, gsize sealed_size,
                                    const guint8 *wrap, guint8 *ret);

/* "detail/x001/234" of the bundle that record seq is in. The caller owns it. */
char *cardea_tlog_detail_path (gint64 seq);
