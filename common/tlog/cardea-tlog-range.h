/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/tlog/cardea-tlog-hash.h"

/* A tree that only grows, held as the roots of its whole subtrees from left to right: enough to
 * append and to know the root, in O(log n). A plain value: copying it forks the tree. */
typedef struct {
  guint64 size; /* leaves */
  guint count;  /* used elements of roots: the bits set in size */
  CardeaTlogHash roots[64];
} CardeaTlogRange;

void cardea_tlog_range_init (CardeaTlogRange *range);
void cardea_tlog_range_append (CardeaTlogRange *range, CardeaTlogHasher *hasher,
                               const CardeaTlogHash *leaf);
/* Appends a whole subtree of 2^height leaves; FALSE, and nothing changed, when size is not a
 * multiple of that. */
gboolean cardea_tlog_range_append_subtree (CardeaTlogRange *range, CardeaTlogHasher *hasher,
                                           guint height,
                                           const CardeaTlogHash *root) G_GNUC_WARN_UNUSED_RESULT;
void cardea_tlog_range_root (const CardeaTlogRange *range, CardeaTlogHasher *hasher,
                             CardeaTlogHash *ret);
