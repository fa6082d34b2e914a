/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/change/guardian-change-pieces.h"

#include "common/base/cardea-encoding.h"
#include "guardian/files/change/guardian-change-store.h"

#include <string.h>

#define NAME "pieces"
#define PACKED (8u + 4u + GUARDIAN_CHANGE_RECORD_ID)

void
guardian_change_pieces_write (CardeaJson *former, const GArray *pieces)
{
  g_autofree guint8 *packed = g_malloc (MAX (pieces->len, 1) * PACKED);
  for (guint i = 0; i < pieces->len; i++)
    {
      const GuardianChangePiece *piece = &g_array_index (pieces, GuardianChangePiece, i);
      guint64 offset = GUINT64_TO_BE ((guint64) piece->offset);
      guint32 size = GUINT32_TO_BE (piece->size);
      guint8 *to = packed + i * PACKED;
      memcpy (to, &offset, sizeof offset);
      memcpy (to + sizeof offset, &size, sizeof size);
      memcpy (to + sizeof offset + sizeof size, piece->id, sizeof piece->id);
    }
  g_autofree char *text = cardea_base64_encode (packed, pieces->len * PACKED);
  cardea_json_set_string (former, NAME, text);
}

GArray *
guardian_change_pieces_read (const CardeaJson *former)
{
  const char *text = cardea_json_get_string (former, NAME);
  g_autoptr (GBytes) packed = text != NULL ? cardea_base64_decode (text) : NULL;
  gsize size = packed != NULL ? g_bytes_get_size (packed) : 0;
  if (packed == NULL || size % PACKED != 0)
    return NULL;

  const guint8 *from = g_bytes_get_data (packed, NULL);
  g_autoptr (GArray) pieces = g_array_new (FALSE, FALSE, sizeof (GuardianChangePiece));
  guint64 end = 0;
  for (gsize i = 0; i < size / PACKED; i++, from += PACKED)
    {
      GuardianChangePiece piece;
      guint64 offset;
      guint32 length;
      memcpy (&offset, from, sizeof offset);
      memcpy (&length, from + sizeof offset, sizeof length);
      memcpy (piece.id, from + sizeof offset + sizeof length, sizeof piece.id);
      offset = GUINT64_FROM_BE (offset);
      piece.offset = offset;
      piece.size = GUINT32_FROM_BE (length);
      if (offset < end || offset > G_MAXINT64 - GUARDIAN_CHANGE_STORE_CHUNK || piece.size == 0
          || piece.size > GUARDIAN_CHANGE_STORE_CHUNK)
        return NULL;
      end = offset + piece.size;
      g_array_append_val (pieces, piece);
    }
  return g_steal_pointer (&pieces);
}
