/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/tlog/cardea-tlog-hash.h"

/* Names and entry bundles of C2SP tlog-tiles. */
#define CARDEA_TLOG_TILE_WIDTH 256u
#define CARDEA_TLOG_TILE_HEIGHT 8u
#define CARDEA_TLOG_TILE_ENTRIES (-1) /* the "level" of entry bundles */
#define CARDEA_TLOG_TILE_LEVELS 8u    /* a tree of 2^63 leaves has no more */
#define CARDEA_TLOG_TILE_LIMIT_ENTRY 65535u
#define CARDEA_TLOG_TILE_LIMIT_BUNDLE (CARDEA_TLOG_TILE_WIDTH * (2u + CARDEA_TLOG_TILE_LIMIT_ENTRY))

typedef struct {
  int level; /* CARDEA_TLOG_TILE_ENTRIES or 0 to CARDEA_TLOG_TILE_LEVELS - 1 */
  guint64 index;
  guint width; /* 1 to CARDEA_TLOG_TILE_WIDTH */
} CardeaTlogTile;

/* "tile/0/x001/234" or "tile/entries/000.p/17". The caller owns it. */
char *cardea_tlog_tile_path (const CardeaTlogTile *tile);
/* Strict: FALSE for whatever path() would not have written. */
gboolean cardea_tlog_tile_parse (const char *path, CardeaTlogTile *ret) G_GNUC_WARN_UNUSED_RESULT;
/* The index part alone: "x001/234"; and back, strict. */
char *cardea_tlog_tile_index_path (guint64 index);
gboolean cardea_tlog_tile_parse_index (const char *path, guint64 *ret) G_GNUC_WARN_UNUSED_RESULT;

/* How many elements tile index of this level has in a tree of size leaves: 0 to
 * CARDEA_TLOG_TILE_WIDTH. */
guint cardea_tlog_tile_width (int level, guint64 index, guint64 size);

/* The entry at *offset of a bundle; moves *offset behind it. ret_entry points into data. FALSE when
 * data ends inside the entry or at *offset. */
gboolean cardea_tlog_tile_next_entry (const guint8 *data, gsize size, gsize *offset,
                                      const guint8 **ret_entry,
                                      gsize *ret_size) G_GNUC_WARN_UNUSED_RESULT;
