/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/tlog/cardea-tlog-verify-private.h"

#include "common/tlog/cardea-tlog-detail.h"
#include "common/tlog/cardea-tlog-file.h"

#include <string.h>

/* Trust: nothing; runs on owned data and the read-only CardeaTlogVerify. Of an entry that differs
 * from its hash this file cannot say which of the two is wrong: it notes both, and the root of all
 * entries decides. */

typedef struct {
  CardeaTlogVerifyUnit *unit;
  CardeaTlogHasher *hasher;
  GByteArray *bytes;
  CardeaTlogVerifyLeaf leaves[CARDEA_TLOG_TILE_WIDTH];
  gint64 offsets[CARDEA_TLOG_TILE_WIDTH]; /* in the bundle */
  guint width;                            /* leaves known, here and in pending */
  guint sealed;                           /* …of them under the checkpoint */
  guint64 index;
} Bundle;

CardeaTlogVerifyUnit *
cardea_tlog_verify_unit_new (const CardeaTlogVerify *verify, guint64 first, guint64 count)
{
  CardeaTlogVerifyUnit *unit = g_new0 (CardeaTlogVerifyUnit, 1);

  unit->verify = verify;
  unit->first = first;
  unit->count = count;
  unit->roots = g_array_new (FALSE, FALSE, sizeof (CardeaTlogHash));
  unit->tail = g_array_new (FALSE, FALSE, sizeof (CardeaTlogHash));
  unit->gone = g_array_new (FALSE, FALSE, sizeof (CardeaTlogGone));
  unit->missing = g_array_new (FALSE, FALSE, sizeof (CardeaTlogMissing));
  return unit;
}

void
cardea_tlog_verify_unit_free (CardeaTlogVerifyUnit *unit)
{
  g_array_unref (unit->roots);
  g_array_unref (unit->tail);
  g_array_unref (unit->gone);
  g_array_unref (unit->missing);
  cardea_tlog_verify_clear_damage (&unit->fatal);
  cardea_tlog_verify_clear_damage (&unit->entry);
  cardea_tlog_verify_clear_damage (&unit->tile);
  cardea_tlog_verify_clear_damage (&unit->detail);
  g_free (unit);
}

static gint64
seq_at (const Bundle *bundle, guint i)
{
  return (gint64) (bundle->index * CARDEA_TLOG_TILE_WIDTH + i);
}

static gboolean
read_bundle (Bundle *bundle, const char *path)
{
  g_autoptr (GError) error = NULL;

  if (cardea_tlog_file_read (bundle->unit->verify->folder, path, CARDEA_TLOG_TILE_LIMIT_BUNDLE,
                             bundle->bytes, &error))
    return TRUE;
  cardea_tlog_verify_unreadable (&bundle->unit->fatal, g_strdup (path), error);
  return FALSE;
}

static gboolean
check_entries (Bundle *bundle)
{
  CardeaTlogTile tile = { CARDEA_TLOG_TILE_ENTRIES, bundle->index, bundle->sealed };
  g_autofree char *path = cardea_tlog_tile_path (&tile);
  CardeaTlogVerifyUnit *unit = bundle->unit;
  const guint8 *entry;
  gsize size, offset = 0;

  if (!read_bundle (bundle, path))
    return FALSE;
  for (guint i = 0; i < bundle->sealed; i++)
    {
      CardeaTlogVerifyLeaf *leaf = &bundle->leaves[i];
      gint64 seq = seq_at (bundle, i);
      bundle->offsets[i] = (gint64) offset;
      if (!cardea_tlog_tile_next_entry (bundle->bytes->data, bundle->bytes->len, &offset, &entry,
                                        &size))
        {
          cardea_tlog_verify_note (&unit->fatal, g_strdup (path), seq, bundle->offsets[i],
                                   "ends inside the record");
          return FALSE;
        }
      cardea_tlog_hash_leaf (bundle->hasher, entry, size, &leaf->hash);
      if (!cardea_tlog_leaf_scan (entry, size, &leaf->leaf, NULL) || leaf->leaf.seq != seq)
        {
          cardea_tlog_verify_note (&unit->fatal, g_strdup (path), seq, bundle->offsets[i],
                                   "is not the record that belongs here");
          return FALSE;
        }
    }
  if (offset != bundle->bytes->len)
    cardea_tlog_verify_note (&unit->fatal, g_strdup (path), -1, (gint64) offset,
                             "has bytes after the last record");
  return offset == bundle->bytes->len;
}

/* Against the tile of level 0. */
static gboolean
check_hashes (Bundle *bundle)
{
  CardeaTlogTile tile = { 0, bundle->index, bundle->sealed };
  CardeaTlogTile entries = { CARDEA_TLOG_TILE_ENTRIES, bundle->index, bundle->sealed };
  g_autofree char *path = cardea_tlog_tile_path (&tile);
  CardeaTlogVerifyUnit *unit = bundle->unit;

  if (!read_bundle (bundle, path))
    return FALSE;
  if (bundle->bytes->len != bundle->sealed * CARDEA_TLOG_HASH_SIZE)
    {
      cardea_tlog_verify_note (&unit->fatal, g_strdup (path), -1, -1, "has the wrong size");
      return FALSE;
    }
  for (guint i = 0; i < bundle->sealed; i++)
    if (memcmp (bundle->bytes->data + i * CARDEA_TLOG_HASH_SIZE, bundle->leaves[i].hash.bytes,
                CARDEA_TLOG_HASH_SIZE)
        != 0)
      {
        cardea_tlog_verify_note (&unit->entry, cardea_tlog_tile_path (&entries), seq_at (bundle, i),
                                 bundle->offsets[i], "the record was changed");
        cardea_tlog_verify_note (&unit->tile, g_strdup (path), seq_at (bundle, i),
                                 i * CARDEA_TLOG_HASH_SIZE, "the record's hash was changed");
        break;
      }
  return TRUE;
}

/* One slot against its leaf. previous is the seq before, or -1. */
static gboolean
check_slot (Bundle *bundle, const CardeaTlogDetailSlot *slot, gint64 previous, gboolean *present,
            const char **ret_what)
{
  gint64 first = seq_at (bundle, 0);
  CardeaTlogHash hash;

  *ret_what = "holds a detail that belongs to no record here";
  if (slot->seq <= previous || slot->seq < first || slot->seq >= first + bundle->width)
    return FALSE;
  const CardeaTlogLeaf *leaf = &bundle->leaves[slot->seq - first].leaf;
  if (!leaf->has_detail)
    return FALSE;
  if (slot->redacted)
    {
      CardeaTlogMissing missing = { slot->seq, TRUE };
      g_array_append_val (bundle->unit->missing, missing);
    }
  else
    {
      cardea_tlog_hash_bytes (bundle->hasher, slot->sealed, slot->sealed_size, &hash);
      *ret_what = "the record's detail was changed";
      if (!cardea_tlog_hash_equal (&hash, &leaf->sealed))
        return FALSE;
    }
  present[slot->seq - first] = TRUE;
  return TRUE;
}

/* All slots of the file in bytes. */
static void
check_slots (Bundle *bundle, const char *path, gboolean *present)
{
  CardeaTlogVerifyUnit *unit = bundle->unit;
  gsize offset = CARDEA_TLOG_DETAIL_MAGIC_SIZE;
  CardeaTlogDetailSlot slot;
  gint64 previous = -1;
  const char *what;
  /* A crash while details are moved out of pending leaves a slot that is cut. */
  gboolean open = bundle->width > bundle->sealed;

  if (bundle->bytes->len < offset && open)
    return;
  if (bundle->bytes->len < offset
      || memcmp (bundle->bytes->data, CARDEA_TLOG_DETAIL_MAGIC, offset) != 0)
    {
      cardea_tlog_verify_note (&unit->detail, g_strdup (path), -1, 0, "the head is damaged");
      return;
    }
  while (offset < bundle->bytes->len)
    {
      CardeaTlogDetailState state = cardea_tlog_detail_parse (
          bundle->hasher, bundle->bytes->data + offset, bundle->bytes->len - offset, &slot);
      if (state == CARDEA_TLOG_DETAIL_TORN && open)
        return;
      what = "the detail is damaged";
      if (state != CARDEA_TLOG_DETAIL_SLOT || !check_slot (bundle, &slot, previous, present, &what))
        {
          cardea_tlog_verify_note (&unit->detail, g_strdup (path), slot.seq, (gint64) offset, "%s",
                                   what);
          return;
        }
      previous = slot.seq;
      offset += slot.size;
    }
}

static void
check_details (Bundle *bundle)
{
  g_autofree char *path = cardea_tlog_detail_path (seq_at (bundle, 0));
  gboolean present[CARDEA_TLOG_TILE_WIDTH] = { FALSE };
  CardeaTlogVerifyUnit *unit = bundle->unit;
  g_autoptr (GError) error = NULL;

  if (cardea_tlog_file_read (unit->verify->folder, path, CARDEA_TLOG_DETAIL_LIMIT_FILE,
                             bundle->bytes, &error))
    check_slots (bundle, path, present);
  else if (!g_error_matches (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_MISSING))
    cardea_tlog_verify_unreadable (&unit->detail, g_strdup (path), error);
  for (guint i = 0; i < bundle->sealed; i++)
    if (bundle->leaves[i].leaf.has_detail && !present[i])
      {
        CardeaTlogMissing missing = { seq_at (bundle, i), FALSE };
        g_array_append_val (unit->missing, missing);
      }
}

/* Leaves behind the checkpoint that belong into this bundle: their details may already be here. */
static void
add_waiting (Bundle *bundle)
{
  const CardeaTlogVerify *verify = bundle->unit->verify;

  bundle->width = bundle->sealed;
  while (bundle->width < CARDEA_TLOG_TILE_WIDTH
         && (guint64) seq_at (bundle, bundle->width) < verify->total)
    {
      guint64 at = (guint64) seq_at (bundle, bundle->width) - verify->base;
      bundle->leaves[bundle->width++] = g_array_index (verify->waiting, CardeaTlogVerifyLeaf, at);
    }
}

static void
add_results (Bundle *bundle)
{
  CardeaTlogHash hashes[CARDEA_TLOG_TILE_WIDTH], root;
  CardeaTlogVerifyUnit *unit = bundle->unit;

  for (guint i = 0; i < bundle->sealed; i++)
    {
      const CardeaTlogLeaf *leaf = &bundle->leaves[i].leaf;
      CardeaTlogGone gone = { leaf->gone_first, leaf->gone_last, leaf->gone_redacted };
      hashes[i] = bundle->leaves[i].hash;
      if (leaf->has_gone)
        g_array_append_val (unit->gone, gone);
    }
  if (bundle->sealed < CARDEA_TLOG_TILE_WIDTH)
    {
      g_array_append_vals (unit->tail, hashes, bundle->sealed);
      return;
    }
  cardea_tlog_hash_tree (bundle->hasher, hashes, CARDEA_TLOG_TILE_WIDTH, hashes, &root);
  g_array_append_val (unit->roots, root);
}

void
cardea_tlog_verify_unit_run (CardeaTlogVerifyUnit *unit)
{
  g_autoptr (CardeaTlogHasher) hasher = cardea_tlog_hash_hasher_new ();
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree Bundle *bundle = g_new0 (Bundle, 1);

  bundle->unit = unit;
  bundle->hasher = hasher;
  bundle->bytes = bytes;
  for (guint64 i = 0; i < unit->count; i++)
    {
      bundle->index = unit->first + i;
      bundle->sealed
          = cardea_tlog_tile_width (CARDEA_TLOG_TILE_ENTRIES, bundle->index, unit->verify->size);
      if (!check_entries (bundle) || !check_hashes (bundle))
        return;
      add_waiting (bundle);
      check_details (bundle);
      add_results (bundle);
    }
}

void
cardea_tlog_verify_waiting_details (CardeaTlogVerify *verify, guint64 index)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree Bundle *bundle = g_new0 (Bundle, 1);
  CardeaTlogVerifyUnit *unit = cardea_tlog_verify_unit_new (verify, index, 1);

  bundle->unit = unit;
  bundle->hasher = verify->hasher;
  bundle->bytes = bytes;
  bundle->index = index;
  add_waiting (bundle);
  check_details (bundle);
  if (unit->detail.what != NULL)
    cardea_tlog_verify_note (&verify->detail, g_strdup (unit->detail.file), unit->detail.seq,
                             unit->detail.offset, "%s", unit->detail.what);
  cardea_tlog_verify_unit_free (unit);
}
