/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* SHA-256 as RFC 6962 §2.1 uses it. One CardeaTlogHasher a thread. */
#define CARDEA_TLOG_HASH_SIZE 32u

typedef struct {
  guint8 bytes[CARDEA_TLOG_HASH_SIZE];
} CardeaTlogHash;

typedef struct _CardeaTlogHasher CardeaTlogHasher;

/* Never NULL: without SHA-256 nothing may go on, so that a failure ends the process. The same
 * holds for every function below. */
CardeaTlogHasher *cardea_tlog_hash_hasher_new (void) G_GNUC_WARN_UNUSED_RESULT;
void cardea_tlog_hash_hasher_free (CardeaTlogHasher *hasher);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaTlogHasher, cardea_tlog_hash_hasher_free)

/* SHA-256(0x00 || entry), SHA-256(0x01 || left || right), SHA-256(bytes). ret may be left or
 * right. */
void cardea_tlog_hash_leaf (CardeaTlogHasher *hasher, const guint8 *entry, gsize size,
                            CardeaTlogHash *ret);
void cardea_tlog_hash_node (CardeaTlogHasher *hasher, const CardeaTlogHash *left,
                            const CardeaTlogHash *right, CardeaTlogHash *ret);
void cardea_tlog_hash_bytes (CardeaTlogHasher *hasher, const guint8 *bytes, gsize size,
                             CardeaTlogHash *ret);
/* SHA-256(prefix || bytes): for chains. */
void cardea_tlog_hash_chain (CardeaTlogHasher *hasher, const CardeaTlogHash *prefix,
                             const guint8 *bytes, gsize size, CardeaTlogHash *ret);

/* MTH of count hashes that are the leaves (or whole subtrees) of a tree of their own; count may be
 * 0: the hash of nothing. scratch holds count hashes and is overwritten; it may be hashes. */
void cardea_tlog_hash_tree (CardeaTlogHasher *hasher, const CardeaTlogHash *hashes, gsize count,
                            CardeaTlogHash *scratch, CardeaTlogHash *ret);

gboolean cardea_tlog_hash_equal (const CardeaTlogHash *a, const CardeaTlogHash *b);
