/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/audit/guardian-audit-private.h"

#include "common/base/cardea-autofd.h"
#include "common/tlog/cardea-tlog-file.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

/* Sealing: bundles, side files and tiles of the new records are written and synced, then the
 * checkpoint takes effect by its rename, then pending forgets them. Until the rename nothing
 * counts; after it everything can be finished by whoever opens the log next. */

/* More new files than this in one sealing (some 2,500 records) are synced with the whole file
 * system: one flush instead of one a file. Fewer never are: the disk may be busy with others'. */
#define OPEN_FILES 32u

typedef struct {
  GuardianAudit *audit;
  guint64 size;        /* records under the new checkpoint */
  GArray *files;       /* of int: to be synced */
  gboolean many;       /* and more that are not in files */
  GHashTable *folders; /* a file in each folder that got a new name */
  GByteArray *frames, *bundle, *slots;
  GArray *edges[CARDEA_TLOG_TILE_LEVELS];
  guint64 detail_end;
} Publish;

static gboolean
sync_files (Publish *publish, GError **error)
{
  gboolean ok = !publish->many || guardian_audit_disk_sync_all (publish->audit, error);

  /* All on their way first, so that a journal commits once for them; a hint, and no more. */
  for (guint i = 0; i < publish->files->len && !publish->many; i++)
    sync_file_range (g_array_index (publish->files, int, i), 0, 0, SYNC_FILE_RANGE_WRITE);
  for (guint i = 0; i < publish->files->len; i++)
    {
      int fd = g_array_index (publish->files, int, i);
      ok = ok && (publish->many || guardian_audit_disk_sync (fd, error));
      close (fd);
    }
  g_array_set_size (publish->files, 0);
  return ok;
}

static void
add_file (Publish *publish, int fd, const char *name)
{
  if (publish->files->len < OPEN_FILES)
    {
      g_array_append_val (publish->files, fd);
      g_hash_table_insert (publish->folders, g_path_get_dirname (name), g_strdup (name));
      return;
    }
  publish->many = TRUE;
  close (fd);
}

static gboolean
write_tile (Publish *publish, const CardeaTlogTile *tile, const guint8 *data, gsize size,
            GError **error)
{
  GuardianAudit *audit = publish->audit;
  g_autofree char *path = cardea_tlog_tile_path (tile);
  cardea_autofd int fd = -1;

  if (!guardian_audit_disk_parents (audit, path, error))
    return FALSE;
  fd = guardian_audit_disk_create (audit, path, error);
  if (fd < 0)
    return FALSE;
  if (!guardian_audit_disk_write_at (fd, data, size, 0, error)
      || !guardian_audit_disk_point (audit, "tile-written", error)
      || !guardian_audit_disk_name (audit, path, error))
    {
      guardian_audit_disk_discard (audit, path);
      return FALSE;
    }
  add_file (publish, cardea_fd_steal (&fd), path);
  return guardian_audit_disk_point (audit, "tile-named", error);
}

/* The slot of a waiting record, wrapped for its side file. */
static gboolean
add_slot (Publish *publish, gint64 seq, const guint8 *bytes, gsize size, const guint8 *wrapping,
          GError **error)
{
  GuardianAudit *audit = publish->audit;
  guint8 key[GUARDIAN_AUDIT_KEY_SIZE];
  CardeaTlogDetailSlot slot;

  if (cardea_tlog_detail_parse (audit->hasher, bytes, size, &slot) != CARDEA_TLOG_DETAIL_SLOT
      || audit->pending_key == NULL
      || !guardian_audit_seal_unwrap (&slot, cardea_secret_bytes (audit->pending_key), key))
    {
      g_set_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_DAMAGED,
                   "the detail of record %" G_GINT64_FORMAT " cannot be opened", seq);
      return FALSE;
    }
  guardian_audit_seal_slot (audit, seq, key, slot.sealed, slot.sealed_size, wrapping,
                            publish->slots);
  sodium_memzero (key, sizeof key);
  return TRUE;
}

static gboolean
write_details (Publish *publish, guint64 index, gboolean continued, GError **error)
{
  GuardianAudit *audit = publish->audit;
  g_autofree char *path = cardea_tlog_detail_path ((gint64) (index * CARDEA_TLOG_TILE_WIDTH));
  guint64 offset = continued ? audit->detail_end : 0;
  cardea_autofd int fd = -1;

  publish->detail_end = offset;
  if (publish->slots->len == 0)
    return TRUE;
  if (offset == 0)
    g_byte_array_prepend (publish->slots, (const guint8 *) CARDEA_TLOG_DETAIL_MAGIC,
                          CARDEA_TLOG_DETAIL_MAGIC_SIZE);
  if (!guardian_audit_disk_parents (audit, path, error))
    return FALSE;
  fd = openat (audit->folder, path, O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0 || ftruncate (fd, (off_t) offset) != 0)
    return guardian_audit_disk_fail (error, errno, path);
  if (!guardian_audit_disk_write_at (fd, publish->slots->data, publish->slots->len, offset, error)
      || !guardian_audit_disk_point (audit, "detail-written", error))
    return FALSE;
  publish->detail_end = offset + publish->slots->len;
  add_file (publish, cardea_fd_steal (&fd), path);
  return TRUE;
}

/* Entries and slots of waiting records first to last - 1, all of one bundle. */
static gboolean
collect (Publish *publish, guint64 first, guint64 last, GError **error)
{
  GuardianAudit *audit = publish->audit;
  guint8 wrapping[GUARDIAN_AUDIT_KEY_SIZE];
  const guint8 *frame;
  gboolean ok = TRUE;

  if (!guardian_audit_pending_read (audit, first, (guint) (last - first), publish->frames, error))
    return FALSE;
  if (!guardian_audit_seal_derive (audit->master, (gint64) (first / CARDEA_TLOG_TILE_WIDTH),
                                   wrapping))
    return guardian_audit_disk_fail (error, ENOMEM, "memory for a key");
  frame = publish->frames->data;
  for (guint64 seq = first; ok && seq < last; seq++)
    {
      const GuardianAuditWaiting *waiting = guardian_audit_pending_get (audit, seq);
      const guint8 *entry = frame + GUARDIAN_AUDIT_PENDING_ENTRY_AT;
      guint8 size[2] = { (guint8) (waiting->entry_size >> 8), (guint8) waiting->entry_size };
      g_byte_array_append (publish->bundle, size, sizeof size);
      g_byte_array_append (publish->bundle, entry, waiting->entry_size);
      if (waiting->slot_size > 0)
        ok = add_slot (publish, (gint64) seq, entry + waiting->entry_size, waiting->slot_size,
                       wrapping, error);
      frame += guardian_audit_pending_frame_size (waiting);
    }
  sodium_memzero (wrapping, sizeof wrapping);
  return ok;
}

static gboolean
read_partial (Publish *publish, GError **error)
{
  guint64 sealed = publish->audit->sealed;
  CardeaTlogTile tile = { CARDEA_TLOG_TILE_ENTRIES, sealed / CARDEA_TLOG_TILE_WIDTH,
                          (guint) (sealed % CARDEA_TLOG_TILE_WIDTH) };
  g_autofree char *path = cardea_tlog_tile_path (&tile);
  g_autoptr (GError) local = NULL;

  if (cardea_tlog_file_read (publish->audit->folder, path, CARDEA_TLOG_TILE_LIMIT_BUNDLE,
                             publish->bundle, &local))
    return TRUE;
  g_set_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_DAMAGED, "%s: %s", path,
               local->message);
  return FALSE;
}

static gboolean
write_bundle (Publish *publish, guint64 index, GError **error)
{
  guint64 begin = index * CARDEA_TLOG_TILE_WIDTH;
  guint64 first = MAX (begin, publish->audit->sealed);
  guint64 last = MIN (begin + CARDEA_TLOG_TILE_WIDTH, publish->size);
  CardeaTlogTile tile = { CARDEA_TLOG_TILE_ENTRIES, index, (guint) (last - begin) };

  g_byte_array_set_size (publish->bundle, 0);
  g_byte_array_set_size (publish->slots, 0);
  return (first == begin || read_partial (publish, error)) && collect (publish, first, last, error)
         && write_tile (publish, &tile, publish->bundle->data, publish->bundle->len, error)
         && write_details (publish, index, first != begin, error);
}

/* Adds one hash to a level. A full tile is written at once and gives the level above its hash. */
static gboolean
add_hash (Publish *publish, guint level, guint64 count, const CardeaTlogHash *hash, GError **error)
{
  GArray *edge = publish->edges[level];
  CardeaTlogTile tile = { (int) level, count / CARDEA_TLOG_TILE_WIDTH, CARDEA_TLOG_TILE_WIDTH };
  CardeaTlogHash root;

  g_array_append_vals (edge, hash, 1);
  if (edge->len < CARDEA_TLOG_TILE_WIDTH)
    return TRUE;
  if (level + 1 >= CARDEA_TLOG_TILE_LEVELS)
    return guardian_audit_disk_fail (error, EFBIG, "the tree");
  if (!write_tile (publish, &tile, (const guint8 *) edge->data, edge->len * CARDEA_TLOG_HASH_SIZE,
                   error))
    return FALSE;
  cardea_tlog_hash_tree (publish->audit->hasher, (const CardeaTlogHash *) (gpointer) edge->data,
                         edge->len, (CardeaTlogHash *) (gpointer) edge->data, &root);
  g_array_set_size (edge, 0);
  return add_hash (publish, level + 1, count / CARDEA_TLOG_TILE_WIDTH, &root, error);
}

static gboolean
write_tiles (Publish *publish, GError **error)
{
  GuardianAudit *audit = publish->audit;

  for (guint64 seq = audit->sealed; seq < publish->size; seq++)
    if (!add_hash (publish, 0, seq, &guardian_audit_pending_get (audit, seq)->hash, error))
      return FALSE;
  for (guint level = 0; level < CARDEA_TLOG_TILE_LEVELS; level++)
    {
      guint shift = CARDEA_TLOG_TILE_HEIGHT * level;
      GArray *edge = publish->edges[level];
      CardeaTlogTile tile
          = { (int) level, publish->size >> shift >> CARDEA_TLOG_TILE_HEIGHT, edge->len };
      /* A tile that did not grow is there already. */
      if (edge->len > 0 && publish->size >> shift != audit->sealed >> shift
          && !write_tile (publish, &tile, (const guint8 *) edge->data,
                          edge->len * CARDEA_TLOG_HASH_SIZE, error))
        return FALSE;
    }
  return TRUE;
}

static gboolean
sync_all (Publish *publish, GError **error)
{
  GHashTableIter iter;
  gpointer name;

  if (!sync_files (publish, error))
    return FALSE;
  g_hash_table_iter_init (&iter, publish->folders);
  while (!publish->many && g_hash_table_iter_next (&iter, NULL, &name))
    if (!guardian_audit_disk_sync_folder (publish->audit, name, error))
      return FALSE;
  return guardian_audit_disk_point (publish->audit, "tiles-synced", error);
}

/* Takes the tiles away that the former checkpoint asked for and the new one does not. */
static void
remove_superseded (GuardianAudit *audit, guint64 former)
{
  for (int level = CARDEA_TLOG_TILE_ENTRIES; level < (int) CARDEA_TLOG_TILE_LEVELS; level++)
    {
      guint shift = CARDEA_TLOG_TILE_HEIGHT * (guint) MAX (level, 0);
      CardeaTlogTile tile = { level, former >> shift >> CARDEA_TLOG_TILE_HEIGHT, 0 };
      g_autofree char *path = NULL;
      g_autofree char *folder = NULL;
      tile.width = cardea_tlog_tile_width (level, tile.index, former);
      if (tile.width == 0
          || tile.width == cardea_tlog_tile_width (level, tile.index, audit->sealed))
        continue;
      path = cardea_tlog_tile_path (&tile);
      folder = g_path_get_dirname (path);
      unlinkat (audit->folder, path, 0);
      unlinkat (audit->folder, folder, AT_REMOVEDIR);
    }
}

static void
commit (Publish *publish, const CardeaTlogHash *root)
{
  GuardianAudit *audit = publish->audit;

  for (guint level = 0; level < CARDEA_TLOG_TILE_LEVELS; level++)
    {
      g_array_unref (audit->edges[level]);
      audit->edges[level] = g_array_ref (publish->edges[level]);
    }
  audit->sealed = publish->size;
  audit->sealed_root = *root;
  audit->detail_end = publish->size % CARDEA_TLOG_TILE_WIDTH != 0 ? publish->detail_end : 0;
  audit->detail_index = -1;
  g_clear_pointer (&audit->reader, cardea_tlog_reader_free);
}

static gboolean
run (Publish *publish, const CardeaTlogHash *root, GBytes *checkpoint, GError **error)
{
  GuardianAudit *audit = publish->audit;
  guint64 former = audit->sealed;
  gsize size;
  const guint8 *data = g_bytes_get_data (checkpoint, &size);

  for (guint64 index = former / CARDEA_TLOG_TILE_WIDTH;
       index * CARDEA_TLOG_TILE_WIDTH < publish->size; index++)
    if (!write_bundle (publish, index, error))
      return FALSE;
  if (!write_tiles (publish, error) || !sync_all (publish, error)
      || !guardian_audit_disk_replace (audit, CARDEA_TLOG_FILE_CHECKPOINT, data, size, error))
    return FALSE;
  commit (publish, root);
  if (!guardian_audit_disk_point (audit, "checkpoint", error))
    return FALSE;
  audit->strays = FALSE;
  remove_superseded (audit, former);
  return guardian_audit_disk_point (audit, "superseded", error)
         && guardian_audit_pending_rewrite (audit, audit->sealed, &audit->sealed_root, -1, error)
         && guardian_audit_disk_point (audit, "pending-pruned", error);
}

static void
init (Publish *publish)
{
  publish->files = g_array_new (FALSE, FALSE, sizeof (int));
  publish->folders = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  publish->frames = g_byte_array_new ();
  publish->bundle = g_byte_array_new ();
  publish->slots = g_byte_array_new ();
  for (guint level = 0; level < CARDEA_TLOG_TILE_LEVELS; level++)
    publish->edges[level] = g_array_copy (publish->audit->edges[level]);
}

static void
clear (Publish *publish)
{
  for (guint i = 0; i < publish->files->len; i++)
    close (g_array_index (publish->files, int, i));
  g_array_unref (publish->files);
  g_hash_table_unref (publish->folders);
  g_byte_array_unref (publish->frames);
  g_byte_array_unref (publish->bundle);
  g_byte_array_unref (publish->slots);
  for (guint level = 0; level < CARDEA_TLOG_TILE_LEVELS; level++)
    g_array_unref (publish->edges[level]);
}

gboolean
guardian_audit_publish (GuardianAudit *audit, guint64 size, const CardeaTlogHash *root,
                        GBytes *checkpoint, GError **error)
{
  Publish publish = { .audit = audit, .size = size };
  gboolean ok;

  if (size <= audit->sealed || size > audit->live.size)
    return guardian_audit_disk_fail (error, EINVAL, "a checkpoint over other records");
  if (!guardian_audit_redact_finish (audit, error))
    return FALSE;
  if (audit->strays)
    guardian_audit_recover_clean (audit);
  audit->strays = TRUE; /* until the end */
  init (&publish);
  ok = run (&publish, root, checkpoint, error);
  clear (&publish);
  return ok;
}
