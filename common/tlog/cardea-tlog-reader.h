/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/tlog/cardea-tlog-checkpoint.h"
#include "common/tlog/cardea-tlog-key.h"
#include "common/tlog/cardea-tlog-tile.h"

/* Reads a log folder, also while a guardian appends to it: what a checkpoint covers does not
 * change. It answers from tiles and does not verify the whole log (cardea-tlog-verify.h does).
 * One thread. */
typedef struct _CardeaTlogReader CardeaTlogReader;

/* Reads checkpoint and log.vkey. The checkpoint's signature is checked with key, or with log.vkey
 * when key is NULL. A log without a checkpoint has size 0. */
CardeaTlogReader *cardea_tlog_reader_open (const char *folder, const CardeaTlogKey *key,
                                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cardea_tlog_reader_free (CardeaTlogReader *reader);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaTlogReader, cardea_tlog_reader_free)

/* A reader of the tiles alone, over a folder descriptor that must outlive it, of a tree whose size
 * the caller vouches for. */
CardeaTlogReader *cardea_tlog_reader_new (int folder, guint64 size);

guint64 cardea_tlog_reader_size (const CardeaTlogReader *reader); /* leaves under the checkpoint */
/* NULL without a checkpoint. Borrowed. */
const CardeaTlogCheckpoint *cardea_tlog_reader_checkpoint (const CardeaTlogReader *reader);

/* The root of the first size leaves. */
gboolean cardea_tlog_reader_root (CardeaTlogReader *reader, guint64 size, CardeaTlogHash *ret,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean cardea_tlog_reader_leaf_hash (CardeaTlogReader *reader, guint64 seq, CardeaTlogHash *ret,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The entry's bytes, compared with its hash in the tree. */
GBytes *cardea_tlog_reader_leaf (CardeaTlogReader *reader, guint64 seq,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Every leaf from first on, in order, until visit returns FALSE. */
typedef gboolean (*CardeaTlogReaderVisit) (guint64 seq, GBytes *entry, gpointer user_data);
gboolean cardea_tlog_reader_foreach (CardeaTlogReader *reader, guint64 first,
                                     CardeaTlogReaderVisit visit, gpointer user_data,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* As in cardea-tlog-proof.h, in the tree of the first size leaves. */
GArray *cardea_tlog_reader_inclusion (CardeaTlogReader *reader, guint64 seq, guint64 size,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
GArray *cardea_tlog_reader_consistency (CardeaTlogReader *reader, guint64 older, guint64 size,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The file log.vkey; NULL with CARDEA_TLOG_ERROR_MISSING, _FORMAT or _IO. */
CardeaTlogKey *cardea_tlog_reader_read_key (int folder, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Parses a note that is a checkpoint of the key's log and checks its signature. */
CardeaTlogCheckpoint *cardea_tlog_reader_open_checkpoint (const guint8 *data, gsize size,
                                                          const CardeaTlogKey *key,
                                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
