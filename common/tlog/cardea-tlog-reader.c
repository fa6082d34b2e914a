/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/tlog/cardea-tlog-reader.h"

#include "common/base/cardea-autofd.h"
#include "common/tlog/cardea-tlog-file.h"
#include "common/tlog/cardea-tlog-note.h"
#include "common/tlog/cardea-tlog-proof.h"

#include <string.h>

/* Trust: the key, and through it the checkpoint. Tiles and entries are only as good as the root
 * they lead to: an inclusion proof made here and checked against the checkpoint is what binds. */

#define LIMIT_KEY_FILE 1024u

struct _CardeaTlogReader {
  int owned_folder; /* -1: the caller's */
  int folder;
  guint64 size;
  CardeaTlogCheckpoint *checkpoint;
  CardeaTlogHasher *hasher;
  /* The tile and the bundle read last. */
  CardeaTlogTile tile, bundle;
  GByteArray *tile_bytes, *bundle_bytes;
};

CardeaTlogKey *
cardea_tlog_reader_read_key (int folder, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *vkey = NULL;

  if (!cardea_tlog_file_read (folder, CARDEA_TLOG_FILE_KEY, LIMIT_KEY_FILE, bytes, error))
    return NULL;
  if (bytes->len == 0 || bytes->data[bytes->len - 1] != '\n'
      || memchr (bytes->data, '\0', bytes->len) != NULL)
    {
      g_set_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_FORMAT, "is not one line of text");
      return NULL;
    }
  vkey = g_strndup ((const char *) bytes->data, bytes->len - 1);
  return cardea_tlog_key_parse (vkey, error);
}

CardeaTlogCheckpoint *
cardea_tlog_reader_open_checkpoint (const guint8 *data, gsize size, const CardeaTlogKey *key,
                                    GError **error)
{
  g_autoptr (CardeaTlogNote) note = cardea_tlog_note_parse (data, size, error);
  g_autoptr (CardeaTlogCheckpoint) checkpoint = NULL;

  if (note == NULL || !cardea_tlog_note_check (note, key, error))
    return NULL;
  checkpoint = cardea_tlog_checkpoint_parse (note->text, error);
  if (checkpoint != NULL && strcmp (checkpoint->origin, key->name) != 0)
    {
      g_set_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_FORMAT,
                   "the checkpoint is of another log");
      return NULL;
    }
  return g_steal_pointer (&checkpoint);
}

CardeaTlogReader *
cardea_tlog_reader_new (int folder, guint64 size)
{
  CardeaTlogReader *reader = g_new0 (CardeaTlogReader, 1);

  reader->owned_folder = -1;
  reader->folder = folder;
  reader->size = size;
  reader->hasher = cardea_tlog_hash_hasher_new ();
  reader->tile_bytes = g_byte_array_new ();
  reader->bundle_bytes = g_byte_array_new ();
  return reader;
}

static gboolean
read_checkpoint (CardeaTlogReader *reader, const CardeaTlogKey *key, GError **error)
{
  g_autoptr (CardeaTlogKey) own = NULL;
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) local = NULL;

  if (!cardea_tlog_file_read (reader->folder, CARDEA_TLOG_FILE_CHECKPOINT,
                              CARDEA_TLOG_NOTE_LIMIT_SIZE, bytes, &local))
    {
      if (g_error_matches (local, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_MISSING))
        return TRUE;
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (key == NULL)
    key = own = cardea_tlog_reader_read_key (reader->folder, error);
  if (key == NULL)
    return FALSE;
  reader->checkpoint = cardea_tlog_reader_open_checkpoint (bytes->data, bytes->len, key, error);
  if (reader->checkpoint == NULL)
    return FALSE;
  reader->size = reader->checkpoint->size;
  return TRUE;
}

CardeaTlogReader *
cardea_tlog_reader_open (const char *folder, const CardeaTlogKey *key, GError **error)
{
  cardea_autofd int fd = cardea_tlog_file_open_folder (folder, error);
  g_autoptr (CardeaTlogReader) reader = NULL;

  if (fd < 0)
    return NULL;
  reader = cardea_tlog_reader_new (fd, 0);
  reader->owned_folder = cardea_fd_steal (&fd);
  if (!read_checkpoint (reader, key, error))
    return NULL;
  return g_steal_pointer (&reader);
}

void
cardea_tlog_reader_free (CardeaTlogReader *reader)
{
  if (reader == NULL)
    return;
  cardea_fd_clear (&reader->owned_folder);
  cardea_tlog_checkpoint_free (reader->checkpoint);
  cardea_tlog_hash_hasher_free (reader->hasher);
  g_byte_array_unref (reader->tile_bytes);
  g_byte_array_unref (reader->bundle_bytes);
  g_free (reader);
}

guint64
cardea_tlog_reader_size (const CardeaTlogReader *reader)
{
  return reader->size;
}

const CardeaTlogCheckpoint *
cardea_tlog_reader_checkpoint (const CardeaTlogReader *reader)
{
  return reader->checkpoint;
}

/* Reads the file of a tile or bundle of this tree into its cache. */
static gboolean
load (CardeaTlogReader *reader, int level, guint64 index, GError **error)
{
  gboolean entries = level == CARDEA_TLOG_TILE_ENTRIES;
  CardeaTlogTile *cached = entries ? &reader->bundle : &reader->tile;
  GByteArray *bytes = entries ? reader->bundle_bytes : reader->tile_bytes;
  CardeaTlogTile tile = { level, index, cardea_tlog_tile_width (level, index, reader->size) };
  g_autofree char *path = NULL;

  if (cached->width == tile.width && cached->index == index && cached->level == level)
    return TRUE;
  cached->width = 0;
  path = cardea_tlog_tile_path (&tile);
  if (!cardea_tlog_file_read (reader->folder, path, CARDEA_TLOG_TILE_LIMIT_BUNDLE, bytes, error))
    return FALSE;
  if (!entries && bytes->len != tile.width * CARDEA_TLOG_HASH_SIZE)
    {
      g_set_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_FORMAT, "%s has the wrong size",
                   path);
      return FALSE;
    }
  *cached = tile;
  return TRUE;
}

/* A CardeaTlogProofSource over the tiles. */
static gboolean
get_hash (guint height, guint64 index, CardeaTlogHash *ret, gpointer user_data, GError **error)
{
  CardeaTlogReader *reader = user_data;
  CardeaTlogHash scratch[CARDEA_TLOG_TILE_WIDTH];
  guint level = height / CARDEA_TLOG_TILE_HEIGHT;
  guint inner = height % CARDEA_TLOG_TILE_HEIGHT;
  guint64 first = index << inner; /* in hashes of this level */
  guint count = 1u << inner;
  guint at = (guint) (first % CARDEA_TLOG_TILE_WIDTH);

  if (level >= CARDEA_TLOG_TILE_LEVELS)
    {
      g_set_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_RANGE, "no such subtree");
      return FALSE;
    }
  if (!load (reader, (int) level, first / CARDEA_TLOG_TILE_WIDTH, error))
    return FALSE;
  if (at + count > reader->tile.width)
    {
      g_set_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_RANGE, "no such subtree");
      return FALSE;
    }
  memcpy (scratch, reader->tile_bytes->data + at * CARDEA_TLOG_HASH_SIZE,
          count * CARDEA_TLOG_HASH_SIZE);
  cardea_tlog_hash_tree (reader->hasher, scratch, count, scratch, ret);
  return TRUE;
}

static gboolean
in_range (CardeaTlogReader *reader, guint64 size, GError **error)
{
  if (size <= reader->size)
    return TRUE;
  g_set_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_RANGE,
               "the checkpoint covers %" G_GUINT64_FORMAT " records, not %" G_GUINT64_FORMAT,
               reader->size, size);
  return FALSE;
}

gboolean
cardea_tlog_reader_root (CardeaTlogReader *reader, guint64 size, CardeaTlogHash *ret,
                         GError **error)
{
  return in_range (reader, size, error)
         && cardea_tlog_proof_root (reader->hasher, get_hash, reader, size, ret, error);
}

gboolean
cardea_tlog_reader_leaf_hash (CardeaTlogReader *reader, guint64 seq, CardeaTlogHash *ret,
                              GError **error)
{
  return in_range (reader, seq + 1, error) && get_hash (0, seq, ret, reader, error);
}

GBytes *
cardea_tlog_reader_leaf (CardeaTlogReader *reader, guint64 seq, GError **error)
{
  const guint8 *entry = NULL;
  gsize size = 0, offset = 0;
  CardeaTlogHash want, got;
  gboolean ok = TRUE;

  if (!cardea_tlog_reader_leaf_hash (reader, seq, &want, error)
      || !load (reader, CARDEA_TLOG_TILE_ENTRIES, seq / CARDEA_TLOG_TILE_WIDTH, error))
    return NULL;
  for (guint64 i = 0; ok && i <= seq % CARDEA_TLOG_TILE_WIDTH; i++)
    ok = cardea_tlog_tile_next_entry (reader->bundle_bytes->data, reader->bundle_bytes->len,
                                      &offset, &entry, &size);
  if (ok)
    cardea_tlog_hash_leaf (reader->hasher, entry, size, &got);
  if (!ok || !cardea_tlog_hash_equal (&want, &got))
    {
      g_set_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_FORMAT,
                   "record %" G_GUINT64_FORMAT " does not match its hash", seq);
      return NULL;
    }
  return g_bytes_new (entry, size);
}

gboolean
cardea_tlog_reader_foreach (CardeaTlogReader *reader, guint64 first, CardeaTlogReaderVisit visit,
                            gpointer user_data, GError **error)
{
  for (guint64 seq = first; seq < reader->size; seq++)
    {
      g_autoptr (GBytes) entry = cardea_tlog_reader_leaf (reader, seq, error);
      if (entry == NULL)
        return FALSE;
      if (!visit (seq, entry, user_data))
        return TRUE;
    }
  return TRUE;
}

GArray *
cardea_tlog_reader_inclusion (CardeaTlogReader *reader, guint64 seq, guint64 size, GError **error)
{
  if (!in_range (reader, size, error))
    return NULL;
  return cardea_tlog_proof_inclusion (reader->hasher, get_hash, reader, seq, size, error);
}

GArray *
cardea_tlog_reader_consistency (CardeaTlogReader *reader, guint64 older, guint64 size,
                                GError **error)
{
  if (!in_range (reader, size, error))
    return NULL;
  return cardea_tlog_proof_consistency (reader->hasher, get_hash, reader, older, size, error);
}
