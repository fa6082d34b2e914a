/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/tlog/cardea-tlog-leaf.h"
#include "common/tlog/cardea-tlog-tile.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

/* The bytes as a record, as an entry bundle and as the path of a tile. */

static void
try_record (const guint8 *bytes, gsize size)
{
  CardeaTlogLeaf leaf;
  g_autoptr (GError) error = NULL;
  gboolean ok = cardea_tlog_leaf_scan (bytes, size, &leaf, &error);

  FUZZ_CHECK (ok == (error == NULL));
  FUZZ_CHECK (!ok || (leaf.seq >= 0 && size >= 9 && bytes[0] == '{' && bytes[size - 1] == '}'));
  FUZZ_CHECK (!ok || !leaf.has_gone
              || (leaf.gone_first <= leaf.gone_last && leaf.gone_last < leaf.seq));
}

int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
  g_autofree char *path = g_strndup (size > 0 ? (const char *) bytes : "", size);
  CardeaTlogTile tile;
  const guint8 *entry;
  gsize offset = 0, entry_size, before;

  try_record (bytes, size);
  for (before = 0; cardea_tlog_tile_next_entry (bytes, size, &offset, &entry, &entry_size);
       before = offset)
    {
      FUZZ_CHECK (offset == before + 2 + entry_size && offset <= size);
      FUZZ_CHECK (entry == bytes + before + 2);
      try_record (entry, entry_size);
    }
  if (cardea_tlog_tile_parse (path, &tile))
    {
      g_autofree char *again = cardea_tlog_tile_path (&tile);
      FUZZ_CHECK (strcmp (again, path) == 0);
    }
  return 0;
}
