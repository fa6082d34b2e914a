/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/audit/guardian-audit-private.h"

#include "common/base/cardea-autofd.h"
#include "common/tlog/cardea-tlog-file.h"
#include "common/tlog/cardea-tlog-note.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Opening: brings the folder back to a state between two steps of writing, from whatever point a
 * crash stopped it at. It reads the right edge of the tree and pending, nothing else, and refuses
 * (DAMAGED) what no crash leaves behind. Trust: the checkpoint's signature by log.vkey; whether
 * that is the right key shows when the keys worker's arrives. Known gap: a log put back as a whole
 * to an earlier state opens; a checkpoint kept elsewhere shows it. */

static gboolean
damaged (GError **error, const char *file, const char *what)
{
  g_set_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_DAMAGED, "%s: %s", file, what);
  return FALSE;
}

/* Reads a file that may be missing: ret_there. Anything else that is wrong with it is damage. */
static gboolean
read_file (GuardianAudit *audit, const char *name, gsize limit, GByteArray *bytes,
           gboolean *ret_there, GError **error)
{
  g_autoptr (GError) local = NULL;

  *ret_there = cardea_tlog_file_read (audit->folder, name, limit, bytes, &local);
  if (*ret_there || g_error_matches (local, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_MISSING))
    return TRUE;
  if (g_error_matches (local, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_IO))
    {
      g_set_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_IO, "%s", local->message);
      return FALSE;
    }
  return damaged (error, name, local->message);
}

static gboolean
load_key (GuardianAudit *audit, GError **error)
{
  g_autoptr (GError) local = NULL;

  audit->key = cardea_tlog_reader_read_key (audit->folder, &local);
  if (audit->key != NULL || g_error_matches (local, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_MISSING))
    return TRUE;
  return damaged (error, CARDEA_TLOG_FILE_KEY, local->message);
}

static gboolean
load_store (GuardianAudit *audit, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gboolean there;

  if (!read_file (audit, CARDEA_TLOG_FILE_STORE, 64, bytes, &there, error))
    return FALSE;
  if (!there)
    return TRUE;
  audit->store = g_strdup (cardea_tlog_file_parse_store (bytes->data, bytes->len));
  return audit->store != NULL || damaged (error, CARDEA_TLOG_FILE_STORE, "names no store");
}

static gboolean
load_checkpoint (GuardianAudit *audit, gboolean *ret_there, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (CardeaTlogCheckpoint) checkpoint = NULL;
  g_autoptr (GError) local = NULL;

  if (!read_file (audit, CARDEA_TLOG_FILE_CHECKPOINT, CARDEA_TLOG_NOTE_LIMIT_SIZE, bytes, ret_there,
                  error))
    return FALSE;
  if (!*ret_there)
    {
      cardea_tlog_hash_tree (audit->hasher, NULL, 0, NULL, &audit->sealed_root);
      return TRUE;
    }
  if (audit->key == NULL)
    return damaged (error, CARDEA_TLOG_FILE_KEY, "is missing");
  checkpoint = cardea_tlog_reader_open_checkpoint (bytes->data, bytes->len, audit->key, &local);
  if (checkpoint == NULL)
    return damaged (error, CARDEA_TLOG_FILE_CHECKPOINT, local->message);
  audit->sealed = checkpoint->size;
  audit->sealed_root = checkpoint->root;
  return TRUE;
}

/* The last, partial tile of a level. */
static gboolean
load_edge (GuardianAudit *audit, guint level, GByteArray *bytes, GError **error)
{
  CardeaTlogTile tile = { (int) level, 0, 0 };
  g_autofree char *path = NULL;
  gboolean there;

  /* Two shifts: at the topmost level one by their sum would be too wide. */
  tile.index = audit->sealed >> (CARDEA_TLOG_TILE_HEIGHT * level) >> CARDEA_TLOG_TILE_HEIGHT;
  tile.width = cardea_tlog_tile_width ((int) level, tile.index, audit->sealed);
  if (tile.width == 0)
    return TRUE;
  path = cardea_tlog_tile_path (&tile);
  if (!read_file (audit, path, CARDEA_TLOG_TILE_WIDTH * CARDEA_TLOG_HASH_SIZE, bytes, &there,
                  error))
    return FALSE;
  if (!there || bytes->len != tile.width * CARDEA_TLOG_HASH_SIZE)
    return damaged (error, path, there ? "has the wrong size" : "is missing");
  g_array_append_vals (audit->edges[level], bytes->data, tile.width);
  return TRUE;
}

/* The edges make the root that was signed. */
static gboolean
load_edges (GuardianAudit *audit, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  CardeaTlogHash root;
  gboolean ok = TRUE;

  cardea_tlog_range_init (&audit->live);
  for (guint level = CARDEA_TLOG_TILE_LEVELS - 1; level < CARDEA_TLOG_TILE_LEVELS; level--)
    {
      if (!load_edge (audit, level, bytes, error))
        return FALSE;
      for (guint i = 0; ok && i < audit->edges[level]->len; i++)
        ok = cardea_tlog_range_append_subtree (
            &audit->live, audit->hasher, CARDEA_TLOG_TILE_HEIGHT * level,
            &g_array_index (audit->edges[level], CardeaTlogHash, i));
    }
  cardea_tlog_range_root (&audit->live, audit->hasher, &root);
  if (!ok || audit->live.size != audit->sealed
      || !cardea_tlog_hash_equal (&root, &audit->sealed_root))
    return damaged (error, CARDEA_TLOG_FILE_TILES, "the tiles are not the ones that were signed");
  return TRUE;
}

/* The last, partial bundle: its entries go into the next one. */
static gboolean
check_bundle (GuardianAudit *audit, GError **error)
{
  CardeaTlogTile tile = { CARDEA_TLOG_TILE_ENTRIES, audit->sealed / CARDEA_TLOG_TILE_WIDTH,
                          (guint) (audit->sealed % CARDEA_TLOG_TILE_WIDTH) };
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *path = NULL;
  const guint8 *entry;
  gsize offset = 0, size;
  CardeaTlogHash hash;
  gboolean there;

  if (tile.width == 0)
    return TRUE;
  path = cardea_tlog_tile_path (&tile);
  if (!read_file (audit, path, CARDEA_TLOG_TILE_LIMIT_BUNDLE, bytes, &there, error))
    return FALSE;
  for (guint i = 0; there && i < tile.width; i++)
    {
      if (!cardea_tlog_tile_next_entry (bytes->data, bytes->len, &offset, &entry, &size))
        return damaged (error, path, "ends inside a record");
      cardea_tlog_hash_leaf (audit->hasher, entry, size, &hash);
      if (!cardea_tlog_hash_equal (&hash, &g_array_index (audit->edges[0], CardeaTlogHash, i)))
        return damaged (error, path, "a record was changed");
    }
  return (there && offset == bytes->len)
         || damaged (error, path, there ? "has bytes after the last record" : "is missing");
}

static gboolean
is_zero (const guint8 *bytes, gsize size)
{
  return size == 0 || (bytes[0] == 0 && memcmp (bytes, bytes + 1, size - 1) == 0);
}

/* Where the slots of sealed records end in a side file; what stands behind them was on its way
 * there and is still in pending. FALSE: a sealed record's slot was changed. */
static gboolean
scan_slots (GuardianAudit *audit, const GByteArray *bytes)
{
  CardeaTlogDetailState state;
  CardeaTlogDetailSlot slot;
  gsize at = CARDEA_TLOG_DETAIL_MAGIC_SIZE;

  for (; at < bytes->len; at += slot.size)
    {
      state = cardea_tlog_detail_parse (audit->hasher, bytes->data + at, bytes->len - at, &slot);
      if (state == CARDEA_TLOG_DETAIL_DAMAGED && !is_zero (bytes->data + at, bytes->len - at))
        return FALSE;
      if (state == CARDEA_TLOG_DETAIL_TORN && slot.seq >= 0 && (guint64) slot.seq < audit->sealed)
        return FALSE;
      if (state != CARDEA_TLOG_DETAIL_SLOT || (guint64) slot.seq >= audit->sealed)
        break;
    }
  audit->detail_end = MIN (at, bytes->len);
  return TRUE;
}

static gboolean
find_detail_end (GuardianAudit *audit, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *path = cardea_tlog_detail_path ((gint64) audit->sealed);
  gboolean there;

  if (audit->sealed % CARDEA_TLOG_TILE_WIDTH == 0)
    return TRUE;
  if (!read_file (audit, path, CARDEA_TLOG_DETAIL_LIMIT_FILE, bytes, &there, error))
    return FALSE;
  if (!there || bytes->len < CARDEA_TLOG_DETAIL_MAGIC_SIZE)
    return TRUE;
  return (memcmp (bytes->data, CARDEA_TLOG_DETAIL_MAGIC, CARDEA_TLOG_DETAIL_MAGIC_SIZE) == 0
          && scan_slots (audit, bytes))
         || damaged (error, path, "a record's detail was changed");
}

/* What a record says is gone needs no second record; a redaction may still have to be carried out.
 */
static gboolean
note_gone (GuardianAudit *audit, const CardeaTlogLeaf *leaf)
{
  guint64 first = MAX ((guint64) leaf->gone_first, audit->pending_base);

  if (leaf->gone_redacted && leaf->gone_last != leaf->gone_first)
    return FALSE;
  if (leaf->gone_redacted)
    g_array_append_val (audit->redactions, leaf->gone_first);
  for (guint64 seq = first; seq <= (guint64) leaf->gone_last; seq++)
    if (guardian_audit_pending_get (audit, seq) != NULL)
      guardian_audit_pending_get (audit, seq)->has_detail = FALSE;
  return TRUE;
}

static gboolean
add_frame (GuardianAudit *audit, const CardeaTlogPendingFrame *frame, guint64 offset,
           CardeaTlogReader *reader, GError **error)
{
  guint64 seq = audit->pending_base + audit->waiting->len;
  GuardianAuditWaiting waiting = { .offset = offset };
  CardeaTlogLeaf leaf;
  CardeaTlogHash hash;

  if (!cardea_tlog_leaf_scan (frame->entry, frame->entry_size, &leaf, NULL)
      || (guint64) leaf.seq != seq)
    return damaged (error, CARDEA_TLOG_FILE_PENDING, "a record is not the one that belongs there");
  waiting.entry_size = (guint32) frame->entry_size;
  waiting.slot_size = (guint32) frame->slot_size;
  waiting.has_detail = leaf.has_detail;
  cardea_tlog_hash_leaf (audit->hasher, frame->entry, frame->entry_size, &waiting.hash);
  if (seq >= audit->sealed)
    cardea_tlog_range_append (&audit->live, audit->hasher, &waiting.hash);
  else if (!cardea_tlog_reader_leaf_hash (reader, seq, &hash, NULL)
           || !cardea_tlog_hash_equal (&hash, &waiting.hash))
    return damaged (error, CARDEA_TLOG_FILE_PENDING, "a record differs from the sealed one");
  if (leaf.has_gone && !note_gone (audit, &leaf))
    return damaged (error, CARDEA_TLOG_FILE_PENDING, "a record is not the one that belongs there");
  g_array_append_val (audit->waiting, waiting);
  return TRUE;
}

/* Reads the frames; what a crash cut off, or a power cut left unwritten (zeros up to the end), was
 * never acknowledged and is taken away. */
static gboolean
load_frames (GuardianAudit *audit, const GByteArray *bytes, GError **error)
{
  g_autoptr (CardeaTlogReader) reader = cardea_tlog_reader_new (audit->folder, audit->sealed);
  CardeaTlogPendingState state = CARDEA_TLOG_PENDING_FRAME;
  CardeaTlogPendingFrame frame;
  gsize offset = CARDEA_TLOG_PENDING_HEAD_SIZE;

  while (offset < bytes->len)
    {
      state = cardea_tlog_pending_parse_frame (audit->hasher, bytes->data + offset,
                                               bytes->len - offset, &audit->chain, &frame);
      if (state != CARDEA_TLOG_PENDING_FRAME)
        break;
      if (!add_frame (audit, &frame, offset, reader, error))
        return FALSE;
      offset += frame.size;
    }
  if (state == CARDEA_TLOG_PENDING_DAMAGED && bytes->data[bytes->len - 1] != 0)
    return damaged (error, CARDEA_TLOG_FILE_PENDING, "a record was changed");
  audit->pending_end = offset;
  audit->torn = bytes->len - offset;
  if (audit->torn > 0 && ftruncate (audit->pending, (off_t) offset) != 0)
    return guardian_audit_disk_fail (error, errno, CARDEA_TLOG_FILE_PENDING);
  return TRUE;
}

static gboolean
load_pending (GuardianAudit *audit, const GByteArray *bytes, GError **error)
{
  CardeaTlogPendingHead head;
  g_autoptr (GError) local = NULL;

  if (!cardea_tlog_pending_parse_head (audit->hasher, bytes->data, bytes->len, &head, &local))
    return damaged (error, CARDEA_TLOG_FILE_PENDING, local->message);
  if (head.base > audit->sealed)
    return damaged (error, CARDEA_TLOG_FILE_CHECKPOINT, "was put back to an earlier one");
  if (head.base == audit->sealed && !cardea_tlog_hash_equal (&head.root, &audit->sealed_root))
    return damaged (error, CARDEA_TLOG_FILE_PENDING, "continues another log");
  audit->pending_base = head.base;
  audit->pending_root = head.root;
  audit->chain = head.chain;
  audit->has_wrap = head.has_wrap;
  memcpy (audit->pending_wrap, head.wrap, sizeof head.wrap);
  audit->pending
      = openat (audit->folder, CARDEA_TLOG_FILE_PENDING, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
  if (audit->pending < 0)
    return guardian_audit_disk_fail (error, errno, CARDEA_TLOG_FILE_PENDING);
  if (!load_frames (audit, bytes, error))
    return FALSE;
  return audit->pending_base + audit->waiting->len >= audit->sealed
         || damaged (error, CARDEA_TLOG_FILE_PENDING, "lacks records that were sealed");
}

static void
unlink_folder (GuardianAudit *audit, const char *name, guint keep)
{
  int fd = openat (audit->folder, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  DIR *dir = fd < 0 ? NULL : fdopendir (fd);
  g_autofree char *kept = g_strdup_printf ("%u", keep);
  struct dirent *entry;

  if (dir == NULL)
    {
      cardea_fd_clear (&fd);
      return;
    }
  while ((entry = readdir (dir)) != NULL)
    if (entry->d_name[0] != '.' && strcmp (entry->d_name, kept) != 0)
      unlinkat (fd, entry->d_name, 0);
  closedir (dir);
  unlinkat (audit->folder, name, AT_REMOVEDIR); /* stays when a tile is left in it */
}

static void
clean_level (GuardianAudit *audit, int level)
{
  guint shift = CARDEA_TLOG_TILE_HEIGHT * (guint) MAX (level, 0);
  guint64 first = audit->pending_base >> shift >> CARDEA_TLOG_TILE_HEIGHT;
  guint64 last = audit->live.size >> shift >> CARDEA_TLOG_TILE_HEIGHT;

  for (guint64 index = first; index <= last; index++)
    {
      CardeaTlogTile tile = { level, index, CARDEA_TLOG_TILE_WIDTH };
      guint width = cardea_tlog_tile_width (level, index, audit->sealed);
      g_autofree char *path = cardea_tlog_tile_path (&tile);
      g_autofree char *partial = g_strconcat (path, ".p", NULL);
      guardian_audit_disk_discard (audit, path);
      if (width != CARDEA_TLOG_TILE_WIDTH)
        unlinkat (audit->folder, path, 0);
      unlink_folder (audit, partial, width);
    }
}

/* Takes away what a sealing that did not end left: tiles nobody asks for. Bounded by pending. What
 * cannot be removed does no harm: it is written over by the next sealing. */
void
guardian_audit_recover_clean (GuardianAudit *audit)
{
  guint64 first = (audit->sealed + CARDEA_TLOG_TILE_WIDTH - 1) / CARDEA_TLOG_TILE_WIDTH;
  guint64 last = audit->live.size / CARDEA_TLOG_TILE_WIDTH;
  g_autofree char *current = cardea_tlog_detail_path ((gint64) audit->sealed);

  for (int level = CARDEA_TLOG_TILE_ENTRIES; level < (int) CARDEA_TLOG_TILE_LEVELS; level++)
    clean_level (audit, level);
  for (guint64 index = first; index <= last; index++)
    {
      g_autofree char *path = cardea_tlog_detail_path ((gint64) (index * CARDEA_TLOG_TILE_WIDTH));
      unlinkat (audit->folder, path, 0);
    }
  if (audit->sealed % CARDEA_TLOG_TILE_WIDTH != 0)
    {
      cardea_autofd int fd = openat (audit->folder, current, O_WRONLY | O_NOFOLLOW | O_CLOEXEC);
      if (fd >= 0 && ftruncate (fd, (off_t) audit->detail_end) != 0)
        g_debug ("audit: %s: %s", current, g_strerror (errno));
      if (fd >= 0 && audit->detail_end == 0)
        unlinkat (audit->folder, current, 0);
    }
  audit->strays = FALSE;
}

static gboolean
note_any (const char *path, gboolean regular, gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return FALSE;
}

/* A folder without pending is a new log only when there is nothing of an old one. */
static gboolean
begin_log (GuardianAudit *audit, gboolean sealed, GError **error)
{
  gboolean tiles = FALSE;

  if (!cardea_tlog_file_walk (audit->folder, CARDEA_TLOG_FILE_TILES, note_any, &tiles, NULL))
    tiles = TRUE;
  if (sealed || tiles || audit->key != NULL)
    return damaged (error, CARDEA_TLOG_FILE_PENDING, "is missing");
  return guardian_audit_pending_rewrite (audit, 0, &audit->sealed_root, -1, error);
}

gboolean
guardian_audit_recover (GuardianAudit *audit, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  gboolean sealed, there;

  guardian_audit_disk_discard (audit, CARDEA_TLOG_FILE_PENDING);
  if (!load_key (audit, error) || !load_store (audit, error)
      || !load_checkpoint (audit, &sealed, error) || !load_edges (audit, error)
      || !check_bundle (audit, error) || !find_detail_end (audit, error)
      || !read_file (audit, CARDEA_TLOG_FILE_PENDING, CARDEA_TLOG_PENDING_LIMIT_FILE, bytes, &there,
                     error))
    return FALSE;
  if (!there)
    return begin_log (audit, sealed, error);
  if (!load_pending (audit, bytes, error))
    return FALSE;
  guardian_audit_recover_clean (audit);
  audit->begun = audit->live.size > 0;
  /* The checkpoint was written, but pending still holds what it covers. */
  if (audit->pending_base < audit->sealed
      && !guardian_audit_pending_rewrite (audit, audit->sealed, &audit->sealed_root, -1, error))
    return FALSE;
  return guardian_audit_redact_finish (audit, error);
}
