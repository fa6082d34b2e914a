/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/tlog/cardea-tlog-verify-private.h"

#include "common/tlog/cardea-tlog-detail.h"
#include "common/tlog/cardea-tlog-file.h"
#include "common/tlog/cardea-tlog-pending.h"

#include <string.h>

/* Trust: nothing. Everything in the folder is either a file that the checkpoint asks for (verified
 * elsewhere), or a file that a crash between two steps of sealing may leave and that must then say
 * the same as the rest, or it does not belong here and is damage. */

static const char *const known_names[] = {
  CARDEA_TLOG_FILE_CHECKPOINT, CARDEA_TLOG_FILE_KEY,
  CARDEA_TLOG_FILE_PENDING,    CARDEA_TLOG_FILE_STORE,
  CARDEA_TLOG_FILE_TMP,        CARDEA_TLOG_FILE_TILES,
  CARDEA_TLOG_FILE_DETAILS,    NULL,
};

void
cardea_tlog_verify_unreadable (CardeaTlogDamage *damage, char *file, const GError *error)
{
  gboolean missing = g_error_matches (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_MISSING);

  cardea_tlog_verify_note (damage, file, -1, -1, "%s", missing ? "is missing" : error->message);
}

/* The slot that travels with a pending record. */
static gboolean
check_slot (CardeaTlogVerify *verify, const CardeaTlogPendingFrame *frame,
            const CardeaTlogLeaf *leaf)
{
  CardeaTlogDetailSlot slot;
  CardeaTlogHash hash;

  if (frame->slot_size == 0)
    return TRUE;
  if (cardea_tlog_detail_parse (verify->hasher, frame->slot, frame->slot_size, &slot)
          != CARDEA_TLOG_DETAIL_SLOT
      || slot.size != frame->slot_size || slot.seq != leaf->seq || slot.redacted
      || !leaf->has_detail)
    return FALSE;
  cardea_tlog_hash_bytes (verify->hasher, slot.sealed, slot.sealed_size, &hash);
  return cardea_tlog_hash_equal (&hash, &leaf->sealed);
}

static gboolean
add_frame (CardeaTlogVerify *verify, const CardeaTlogPendingFrame *frame)
{
  CardeaTlogVerifyLeaf leaf;

  if (!cardea_tlog_leaf_scan (frame->entry, frame->entry_size, &leaf.leaf, NULL)
      || (guint64) leaf.leaf.seq != verify->base + verify->waiting->len
      || !check_slot (verify, frame, &leaf.leaf))
    return FALSE;
  cardea_tlog_hash_leaf (verify->hasher, frame->entry, frame->entry_size, &leaf.hash);
  g_array_append_val (verify->waiting, leaf);
  return TRUE;
}

static void
read_frames (CardeaTlogVerify *verify, const GByteArray *bytes, CardeaTlogHash chain)
{
  gsize offset = CARDEA_TLOG_PENDING_HEAD_SIZE;
  CardeaTlogPendingFrame frame;

  while (offset < bytes->len)
    {
      CardeaTlogPendingState state = cardea_tlog_pending_parse_frame (
          verify->hasher, bytes->data + offset, bytes->len - offset, &chain, &frame);
      if (state == CARDEA_TLOG_PENDING_TORN)
        {
          verify->report->torn = bytes->len - offset;
          return;
        }
      if (state == CARDEA_TLOG_PENDING_DAMAGED || !add_frame (verify, &frame))
        {
          cardea_tlog_verify_note (&verify->fatal, g_strdup (CARDEA_TLOG_FILE_PENDING),
                                   (gint64) (verify->base + verify->waiting->len), (gint64) offset,
                                   "the record was changed");
          return;
        }
      offset += frame.size;
    }
}

void
cardea_tlog_verify_pending (CardeaTlogVerify *verify)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  CardeaTlogPendingHead head;
  char *name = g_strdup (CARDEA_TLOG_FILE_PENDING);

  verify->base = verify->total = verify->size;
  if (!cardea_tlog_file_read (verify->folder, name, CARDEA_TLOG_PENDING_LIMIT_FILE, bytes, &error))
    {
      cardea_tlog_verify_unreadable (&verify->fatal, name, error);
      return;
    }
  if (!cardea_tlog_pending_parse_head (verify->hasher, bytes->data, bytes->len, &head, &error))
    {
      cardea_tlog_verify_note (&verify->fatal, name, -1, 0, "%s", error->message);
      return;
    }
  if (head.base > verify->size && verify->checkpoint == NULL)
    {
      g_free (name);
      cardea_tlog_verify_note (&verify->fatal, g_strdup (CARDEA_TLOG_FILE_CHECKPOINT), -1, -1,
                               "is missing");
      return;
    }
  if (head.base > verify->size)
    {
      cardea_tlog_verify_note (&verify->fatal, name, (gint64) verify->size, -1,
                               "begins at record %" G_GUINT64_FORMAT
                               ", but the checkpoint ends at %" G_GUINT64_FORMAT
                               ": one of them was put back",
                               head.base, verify->size);
      return;
    }
  g_free (name);
  verify->base = head.base;
  verify->base_root = head.root;
  read_frames (verify, bytes, head.chain);
  verify->total = MAX (verify->size, verify->base + verify->waiting->len);
}

/* The hash at (level, index) that the records make; FALSE when there are not so many. */
static gboolean
expected_hash (CardeaTlogVerify *verify, int level, guint64 index, CardeaTlogHash *ret)
{
  const GArray *hashes = verify->levels[MAX (level, 0)];
  guint64 at = level <= 0 ? index - verify->tail : index;

  if (level <= 0 && index < verify->tail)
    {
      g_autoptr (GByteArray) bytes = g_byte_array_new ();
      CardeaTlogTile tile = { 0, index / CARDEA_TLOG_TILE_WIDTH, CARDEA_TLOG_TILE_WIDTH };
      g_autofree char *path = cardea_tlog_tile_path (&tile);
      guint offset = (guint) (index % CARDEA_TLOG_TILE_WIDTH) * CARDEA_TLOG_HASH_SIZE;
      if (!cardea_tlog_file_read (verify->folder, path,
                                  CARDEA_TLOG_TILE_WIDTH * CARDEA_TLOG_HASH_SIZE, bytes, NULL)
          || offset + CARDEA_TLOG_HASH_SIZE > bytes->len)
        return FALSE;
      memcpy (ret->bytes, bytes->data + offset, CARDEA_TLOG_HASH_SIZE);
      return TRUE;
    }
  if (at >= hashes->len)
    return FALSE;
  *ret = g_array_index (hashes, CardeaTlogHash, at);
  return TRUE;
}

/* A tile or bundle that the checkpoint does not ask for. */
static void
check_stray_tile (CardeaTlogVerify *verify, const char *path, const CardeaTlogTile *tile)
{
  gboolean entries = tile->level == CARDEA_TLOG_TILE_ENTRIES;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  CardeaTlogHash want, got;
  const guint8 *entry;
  gsize offset = 0, size;
  gboolean ok
      = cardea_tlog_file_read (verify->folder, path, CARDEA_TLOG_TILE_LIMIT_BUNDLE, bytes, NULL);

  for (guint i = 0; ok && i < tile->width; i++)
    {
      ok = expected_hash (verify, tile->level, tile->index * CARDEA_TLOG_TILE_WIDTH + i, &want);
      if (ok && entries)
        {
          ok = cardea_tlog_tile_next_entry (bytes->data, bytes->len, &offset, &entry, &size);
          if (ok)
            cardea_tlog_hash_leaf (verify->hasher, entry, size, &got);
        }
      else if (ok)
        {
          ok = offset + sizeof got.bytes <= bytes->len;
          if (ok)
            memcpy (got.bytes, bytes->data + offset, sizeof got.bytes);
          offset += sizeof got.bytes;
        }
      ok = ok && cardea_tlog_hash_equal (&want, &got);
    }
  if (!ok || offset != bytes->len)
    cardea_tlog_verify_note (&verify->fatal, g_strdup (path), -1, -1,
                             "does not belong to this log");
}

/* A file that a crash left under its first name has no meaning. */
static gboolean
is_tmp (const char *path, gboolean regular)
{
  return regular && g_str_has_suffix (path, "/" CARDEA_TLOG_FILE_TMP);
}

static gboolean
visit_tile (const char *path, gboolean regular, gpointer user_data)
{
  CardeaTlogVerify *verify = user_data;
  CardeaTlogTile tile;

  if (is_tmp (path, regular))
    return TRUE;
  if (!regular || !cardea_tlog_tile_parse (path, &tile))
    cardea_tlog_verify_note (&verify->fatal, g_strdup (path), -1, -1,
                             "does not belong to this log");
  else if (tile.width != cardea_tlog_tile_width (tile.level, tile.index, verify->size))
    check_stray_tile (verify, path, &tile);
  return verify->fatal.what == NULL;
}

static gboolean
visit_detail (const char *path, gboolean regular, gpointer user_data)
{
  CardeaTlogVerify *verify = user_data;
  guint64 index = 0;
  guint64 sealed = (verify->size + CARDEA_TLOG_TILE_WIDTH - 1) / CARDEA_TLOG_TILE_WIDTH;
  guint64 total = (verify->total + CARDEA_TLOG_TILE_WIDTH - 1) / CARDEA_TLOG_TILE_WIDTH;

  if (is_tmp (path, regular))
    return TRUE;
  if (!regular || !cardea_tlog_tile_parse_index (path + strlen ("detail/"), &index)
      || index >= total)
    cardea_tlog_verify_note (&verify->fatal, g_strdup (path), -1, -1,
                             "does not belong to this log");
  else if (index >= sealed)
    cardea_tlog_verify_waiting_details (verify, index);
  return verify->fatal.what == NULL;
}

static gboolean
visit_root (const char *path, gboolean regular, gpointer user_data)
{
  CardeaTlogVerify *verify = user_data;

  if (!regular || !g_strv_contains (known_names, path))
    cardea_tlog_verify_note (&verify->fatal, g_strdup (path), -1, -1,
                             "does not belong to this log");
  return verify->fatal.what == NULL;
}

static void
check_store (CardeaTlogVerify *verify)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  char *name = g_strdup (CARDEA_TLOG_FILE_STORE);

  if (!cardea_tlog_file_read (verify->folder, name, 64, bytes, &error))
    {
      if (!g_error_matches (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_MISSING))
        cardea_tlog_verify_unreadable (&verify->fatal, g_steal_pointer (&name), error);
    }
  else if (cardea_tlog_file_parse_store (bytes->data, bytes->len) == NULL)
    cardea_tlog_verify_note (&verify->fatal, g_steal_pointer (&name), -1, 0,
                             "names no store there is");
  g_free (name);
}

void
cardea_tlog_verify_strays (CardeaTlogVerify *verify)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = cardea_tlog_file_walk (verify->folder, NULL, visit_root, verify, &error)
                && cardea_tlog_file_walk (verify->folder, CARDEA_TLOG_FILE_TILES, visit_tile,
                                          verify, &error)
                && cardea_tlog_file_walk (verify->folder, CARDEA_TLOG_FILE_DETAILS, visit_detail,
                                          verify, &error);

  if (!ok && error != NULL)
    cardea_tlog_verify_unreadable (&verify->fatal, NULL, error);
  else if (ok)
    check_store (verify);
}
