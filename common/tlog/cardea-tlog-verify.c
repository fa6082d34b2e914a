/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/tlog/cardea-tlog-verify.h"

#include "common/base/cardea-autofd.h"
#include "common/tlog/cardea-tlog-file.h"
#include "common/tlog/cardea-tlog-note.h"
#include "common/tlog/cardea-tlog-range.h"
#include "common/tlog/cardea-tlog-reader.h"
#include "common/tlog/cardea-tlog-verify-private.h"

#include <string.h>
#include <fcntl.h>
#include <sys/stat.h>

/* Trust: what the caller brings (a key, an earlier checkpoint) and nothing in the folder. With
 * neither, the folder can only agree with itself: "whole, not anchored". Known gaps: records in
 * pending are bound by no signature, so that their end can be cut off; and whole truncation back to
 * an earlier checkpoint of the same key is seen only with a later checkpoint kept elsewhere. */

#define UNIT_BUNDLES 64u /* bundles a thread takes at a time */
#define LIMIT_THREADS 4u
#define LIMIT_ATTEMPTS 20u /* while a guardian writes */

void
cardea_tlog_verify_note (CardeaTlogDamage *damage, char *file, gint64 seq, gint64 offset,
                         const char *what, ...)
{
  va_list args;

  if (damage->what != NULL)
    {
      g_free (file);
      return;
    }
  va_start (args, what);
  damage->what = g_strdup_vprintf (what, args);
  va_end (args);
  damage->file = file;
  damage->seq = seq;
  damage->offset = offset;
}

void
cardea_tlog_verify_clear_damage (CardeaTlogDamage *damage)
{
  g_clear_pointer (&damage->what, g_free);
  g_clear_pointer (&damage->file, g_free);
}

static void
move_damage (CardeaTlogDamage *to, CardeaTlogDamage *from)
{
  if (to->what != NULL || from->what == NULL)
    return;
  *to = *from;
  memset (from, 0, sizeof *from);
}

static CardeaTlogReport *
report_new (CardeaTlogVerdict verdict, const char *what)
{
  CardeaTlogReport *report = g_new0 (CardeaTlogReport, 1);

  report->verdict = verdict;
  report->what = g_strdup (what);
  report->seq = report->offset = -1;
  return report;
}

/* The checkpoint, its signature and the key. FALSE: noted in fatal. */
static gboolean
read_checkpoint (CardeaTlogVerify *verify, CardeaTlogKey **own)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) key_error = NULL;

  *own = cardea_tlog_reader_read_key (verify->folder, &key_error);
  if (*own == NULL && !g_error_matches (key_error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_MISSING))
    {
      cardea_tlog_verify_unreadable (&verify->fatal, g_strdup (CARDEA_TLOG_FILE_KEY), key_error);
      return FALSE;
    }
  if (*own != NULL && verify->key != NULL && !cardea_tlog_key_equal (*own, verify->key))
    {
      cardea_tlog_verify_note (&verify->fatal, g_strdup (CARDEA_TLOG_FILE_KEY), -1, -1,
                               "is another key than the one given");
      return FALSE;
    }
  if (!cardea_tlog_file_read (verify->folder, CARDEA_TLOG_FILE_CHECKPOINT,
                              CARDEA_TLOG_NOTE_LIMIT_SIZE, bytes, &error))
    {
      /* Records may wait in pending before there is a key: then there is nothing else. */
      if (g_error_matches (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_MISSING))
        return TRUE;
    }
  else if (*own == NULL)
    g_set_error (&error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_MISSING, "no key");
  else
    verify->checkpoint = cardea_tlog_reader_open_checkpoint (
        bytes->data, bytes->len, verify->key != NULL ? verify->key : *own, &error);
  if (verify->checkpoint == NULL)
    cardea_tlog_verify_unreadable (
        &verify->fatal,
        g_strdup (*own == NULL ? CARDEA_TLOG_FILE_KEY : CARDEA_TLOG_FILE_CHECKPOINT), error);
  return verify->checkpoint != NULL;
}

static void
run_unit (gpointer data, gpointer user_data)
{
  cardea_tlog_verify_unit_run (data);
}

static GPtrArray *
make_units (const CardeaTlogVerify *verify)
{
  guint64 bundles = (verify->size + CARDEA_TLOG_TILE_WIDTH - 1) / CARDEA_TLOG_TILE_WIDTH;
  GPtrArray *units = g_ptr_array_new_with_free_func ((GDestroyNotify) cardea_tlog_verify_unit_free);

  for (guint64 first = 0; first < bundles; first += UNIT_BUNDLES)
    g_ptr_array_add (
        units, cardea_tlog_verify_unit_new (verify, first, MIN (UNIT_BUNDLES, bundles - first)));
  return units;
}

static void
take_unit (CardeaTlogVerify *verify, CardeaTlogVerifyUnit *unit)
{
  GArray *level1 = verify->levels[1];

  g_array_append_vals (level1, unit->roots->data, unit->roots->len);
  g_array_append_vals (verify->levels[0], unit->tail->data, unit->tail->len);
  g_array_append_vals (verify->gone, unit->gone->data, unit->gone->len);
  g_array_append_vals (verify->missing, unit->missing->data, unit->missing->len);
  move_damage (&verify->fatal, &unit->fatal);
  move_damage (&verify->entry, &unit->entry);
  move_damage (&verify->tile, &unit->tile);
  move_damage (&verify->detail, &unit->detail);
}

static void
run_units (CardeaTlogVerify *verify, guint threads)
{
  g_autoptr (GPtrArray) units = make_units (verify);
  GThreadPool *pool;

  threads = threads != 0 ? threads : MIN (g_get_num_processors (), LIMIT_THREADS);
  pool = units->len > 1 && threads > 1
             ? g_thread_pool_new (run_unit, NULL, (gint) threads, FALSE, NULL)
             : NULL;
  for (guint i = 0; i < units->len; i++)
    if (pool == NULL || !g_thread_pool_push (pool, g_ptr_array_index (units, i), NULL))
      run_unit (g_ptr_array_index (units, i), NULL);
  if (pool != NULL)
    g_thread_pool_free (pool, FALSE, TRUE);
  for (guint i = 0; i < units->len; i++)
    take_unit (verify, g_ptr_array_index (units, i));
}

/* Fills the levels from 1 on as far as a tree of size leaves has them. */
static void
grow_levels (CardeaTlogVerify *verify, guint64 size)
{
  for (guint level = 1; level < CARDEA_TLOG_TILE_LEVELS; level++)
    {
      GArray *below = verify->levels[level - 1];
      GArray *hashes = verify->levels[level];
      guint64 offset = level == 1 ? verify->tail : 0;
      while (hashes->len < size >> (CARDEA_TLOG_TILE_HEIGHT * level))
        {
          CardeaTlogHash scratch[CARDEA_TLOG_TILE_WIDTH], root;
          guint64 first = (guint64) hashes->len * CARDEA_TLOG_TILE_WIDTH - offset;
          cardea_tlog_hash_tree (verify->hasher, &g_array_index (below, CardeaTlogHash, first),
                                 CARDEA_TLOG_TILE_WIDTH, scratch, &root);
          g_array_append_val (hashes, root);
        }
    }
}

static void
check_tile (CardeaTlogVerify *verify, int level, guint64 index)
{
  CardeaTlogTile tile = { level, index, cardea_tlog_tile_width (level, index, verify->size) };
  g_autofree char *path = cardea_tlog_tile_path (&tile);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GError) error = NULL;
  const CardeaTlogHash *want
      = &g_array_index (verify->levels[level], CardeaTlogHash, index * CARDEA_TLOG_TILE_WIDTH);

  if (!cardea_tlog_file_read (verify->folder, path, CARDEA_TLOG_TILE_WIDTH * CARDEA_TLOG_HASH_SIZE,
                              bytes, &error))
    cardea_tlog_verify_unreadable (&verify->fatal, g_steal_pointer (&path), error);
  else if (bytes->len != tile.width * CARDEA_TLOG_HASH_SIZE)
    cardea_tlog_verify_note (&verify->fatal, g_steal_pointer (&path), -1, -1, "has the wrong size");
  else
    for (guint i = 0; i < tile.width; i++)
      if (memcmp (bytes->data + i * CARDEA_TLOG_HASH_SIZE, want[i].bytes, CARDEA_TLOG_HASH_SIZE)
          != 0)
        {
          cardea_tlog_verify_note (&verify->tile, g_steal_pointer (&path), -1,
                                   i * CARDEA_TLOG_HASH_SIZE, "a hash was changed");
          return;
        }
}

/* The tiles of level 1 and above. */
static void
check_tiles (CardeaTlogVerify *verify)
{
  for (guint level = 1; level < CARDEA_TLOG_TILE_LEVELS; level++)
    for (guint64 i = 0; i * CARDEA_TLOG_TILE_WIDTH < verify->levels[level]->len; i++)
      check_tile (verify, (int) level, i);
}

static void
make_root (CardeaTlogVerify *verify, CardeaTlogHash *ret)
{
  CardeaTlogRange range;
  gboolean ok = TRUE;

  cardea_tlog_range_init (&range);
  for (guint level = CARDEA_TLOG_TILE_LEVELS; level-- > 0;)
    {
      const GArray *hashes = verify->levels[level];
      guint64 count = level == 0 ? hashes->len : hashes->len % CARDEA_TLOG_TILE_WIDTH;
      for (guint64 i = hashes->len - count; ok && i < hashes->len; i++)
        ok = cardea_tlog_range_append_subtree (&range, verify->hasher,
                                               CARDEA_TLOG_TILE_HEIGHT * level,
                                               &g_array_index (hashes, CardeaTlogHash, i));
    }
  cardea_tlog_range_root (&range, verify->hasher, ret);
}

/* Entries, tiles and checkpoint against one another. */
static void
check_tree (CardeaTlogVerify *verify, guint threads)
{
  CardeaTlogHash root;

  verify->tail = verify->size - verify->size % CARDEA_TLOG_TILE_WIDTH;
  run_units (verify, threads);
  if (verify->fatal.what != NULL)
    return;
  grow_levels (verify, verify->size);
  check_tiles (verify);
  make_root (verify, &root);
  if (verify->checkpoint == NULL || cardea_tlog_hash_equal (&root, &verify->checkpoint->root))
    move_damage (&verify->fatal, &verify->tile);
  else
    {
      move_damage (&verify->fatal, &verify->entry);
      cardea_tlog_verify_note (&verify->fatal, g_strdup (CARDEA_TLOG_FILE_CHECKPOINT), -1, -1,
                               "the records are not the ones that were signed");
    }
  move_damage (&verify->fatal, &verify->detail);
}

/* Records that stand both under the checkpoint and in pending: a crash between the two steps. */
static void
check_overlap (CardeaTlogVerify *verify)
{
  g_autoptr (CardeaTlogReader) reader = cardea_tlog_reader_new (verify->folder, verify->size);
  CardeaTlogHash hash;
  gboolean ok = cardea_tlog_reader_root (reader, verify->base, &hash, NULL)
                && cardea_tlog_hash_equal (&hash, &verify->base_root);

  if (!ok)
    cardea_tlog_verify_note (&verify->fatal, g_strdup (CARDEA_TLOG_FILE_PENDING),
                             (gint64) verify->base, 0, "continues another log");
  for (guint64 i = 0; i < verify->waiting->len && verify->fatal.what == NULL; i++)
    {
      const CardeaTlogVerifyLeaf *leaf = &g_array_index (verify->waiting, CardeaTlogVerifyLeaf, i);
      guint64 seq = verify->base + i;
      if (seq >= verify->size)
        g_array_append_val (verify->levels[0], leaf->hash);
      else if (!cardea_tlog_reader_leaf_hash (reader, seq, &hash, NULL)
               || !cardea_tlog_hash_equal (&hash, &leaf->hash))
        cardea_tlog_verify_note (&verify->fatal, g_strdup (CARDEA_TLOG_FILE_PENDING), (gint64) seq,
                                 -1, "differs from the record under the checkpoint");
      if (leaf->leaf.has_gone && seq >= verify->size)
        {
          CardeaTlogGone gone
              = { leaf->leaf.gone_first, leaf->leaf.gone_last, leaf->leaf.gone_redacted };
          g_array_append_val (verify->gone, gone);
        }
    }
  if (verify->fatal.what == NULL)
    grow_levels (verify, verify->total);
}

static void
check_earlier (CardeaTlogVerify *verify, const CardeaTlogCheckpoint *earlier)
{
  g_autoptr (CardeaTlogReader) reader = cardea_tlog_reader_new (verify->folder, verify->size);
  CardeaTlogHash root;

  if (earlier->size > verify->size)
    cardea_tlog_verify_note (&verify->fatal, g_strdup (CARDEA_TLOG_FILE_CHECKPOINT), -1, -1,
                             "covers %" G_GUINT64_FORMAT " records, but an earlier one covered "
                             "%" G_GUINT64_FORMAT ": the log was put back",
                             verify->size, earlier->size);
  else if (!cardea_tlog_reader_root (reader, earlier->size, &root, NULL)
           || !cardea_tlog_hash_equal (&root, &earlier->root))
    cardea_tlog_verify_note (&verify->fatal, g_strdup (CARDEA_TLOG_FILE_CHECKPOINT), -1, -1,
                             "the first %" G_GUINT64_FORMAT
                             " records are not the ones the earlier checkpoint covered",
                             earlier->size);
}

static void
run_checks (CardeaTlogVerify *verify, const CardeaTlogCheckpoint *earlier, guint threads)
{
  verify->size = verify->checkpoint != NULL ? verify->checkpoint->size : 0;
  cardea_tlog_verify_pending (verify);
  if (verify->fatal.what == NULL)
    check_tree (verify, threads);
  if (verify->fatal.what == NULL)
    check_overlap (verify);
  if (verify->fatal.what == NULL)
    cardea_tlog_verify_strays (verify);
  move_damage (&verify->fatal, &verify->detail);
  if (verify->fatal.what == NULL)
    cardea_tlog_verify_missing (verify);
  if (verify->fatal.what == NULL && earlier != NULL)
    check_earlier (verify, earlier);
}

static void
finish_report (CardeaTlogVerify *verify, gboolean anchored)
{
  CardeaTlogReport *report = verify->report;

  report->verdict = CARDEA_TLOG_VERDICT_WHOLE;
  report->anchored = anchored && verify->checkpoint != NULL;
  report->sealed = verify->size;
  report->pending = verify->total - verify->size;
  if (verify->checkpoint != NULL)
    report->origin = g_strdup (verify->checkpoint->origin);
  if (verify->fatal.what == NULL)
    return;
  report->verdict = CARDEA_TLOG_VERDICT_DAMAGED;
  report->anchored = FALSE;
  report->what = g_steal_pointer (&verify->fatal.what);
  report->file = g_steal_pointer (&verify->fatal.file);
  report->seq = verify->fatal.seq;
  report->offset = verify->fatal.offset;
}

static void
clear_verify (CardeaTlogVerify *verify)
{
  for (guint level = 0; level < CARDEA_TLOG_TILE_LEVELS; level++)
    g_array_unref (verify->levels[level]);
  g_array_unref (verify->waiting);
  g_array_unref (verify->gone);
  g_array_unref (verify->missing);
  cardea_tlog_hash_hasher_free (verify->hasher);
  cardea_tlog_checkpoint_free (verify->checkpoint);
  cardea_tlog_verify_clear_damage (&verify->fatal);
  cardea_tlog_verify_clear_damage (&verify->entry);
  cardea_tlog_verify_clear_damage (&verify->tile);
  cardea_tlog_verify_clear_damage (&verify->detail);
}

/* What the caller kept of an earlier state: NULL and a report when it does not fit or cannot be
 * used. key is the one the log is signed with. */
static CardeaTlogCheckpoint *
open_earlier (GBytes *earlier, const CardeaTlogKey *key, CardeaTlogVerify *verify,
              CardeaTlogReport **ret_report)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (earlier, &size);
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaTlogNote) note = cardea_tlog_note_parse (data, size, &error);
  CardeaTlogCheckpoint *checkpoint = NULL;

  if (note != NULL)
    checkpoint = cardea_tlog_reader_open_checkpoint (data, size, key, &error);
  if (checkpoint == NULL && note != NULL
      && g_error_matches (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_SIGNATURE)
      && g_str_has_prefix (error->message, "not signed"))
    cardea_tlog_verify_note (&verify->fatal, g_strdup (CARDEA_TLOG_FILE_KEY), -1, -1,
                             "is not the key that signed the earlier checkpoint");
  else if (checkpoint == NULL)
    {
      g_autofree char *what = g_strdup_printf ("the earlier checkpoint: %s", error->message);
      *ret_report = report_new (CARDEA_TLOG_VERDICT_UNKNOWN, what);
    }
  return checkpoint;
}

static CardeaTlogReport *
verify_once (int folder, const CardeaTlogKey *key, GBytes *earlier, guint threads)
{
  CardeaTlogVerify verify = { .folder = folder, .key = key };
  g_autoptr (CardeaTlogKey) own = NULL;
  g_autoptr (CardeaTlogCheckpoint) before = NULL;
  CardeaTlogReport *report = NULL;

  verify.report = report_new (CARDEA_TLOG_VERDICT_WHOLE, NULL);
  verify.hasher = cardea_tlog_hash_hasher_new ();
  verify.waiting = g_array_new (FALSE, FALSE, sizeof (CardeaTlogVerifyLeaf));
  verify.gone = g_array_new (FALSE, FALSE, sizeof (CardeaTlogGone));
  verify.missing = g_array_new (FALSE, FALSE, sizeof (CardeaTlogMissing));
  for (guint level = 0; level < CARDEA_TLOG_TILE_LEVELS; level++)
    verify.levels[level] = g_array_new (FALSE, FALSE, sizeof (CardeaTlogHash));

  gboolean ok = read_checkpoint (&verify, &own);
  const CardeaTlogKey *signer = key != NULL ? key : own;
  if (ok && earlier != NULL && signer == NULL)
    cardea_tlog_verify_note (&verify.fatal, g_strdup (CARDEA_TLOG_FILE_KEY), -1, -1, "is missing");
  else if (ok && earlier != NULL)
    before = open_earlier (earlier, signer, &verify, &report);
  if (ok && report == NULL && verify.fatal.what == NULL)
    run_checks (&verify, before, threads);
  if (report == NULL)
    finish_report (&verify, key != NULL || before != NULL);
  else
    cardea_tlog_verify_report_free (g_steal_pointer (&verify.report));
  clear_verify (&verify);
  return report != NULL ? report : verify.report;
}

/* Two looks at what changes when a guardian appends. */
static gboolean
has_moved (int folder, struct stat *seen)
{
  static const char *const names[] = { CARDEA_TLOG_FILE_CHECKPOINT, CARDEA_TLOG_FILE_PENDING };
  gboolean moved = FALSE;

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      struct stat now = { 0 };
      if (fstatat (folder, names[i], &now, AT_SYMLINK_NOFOLLOW) != 0)
        memset (&now, 0, sizeof now);
      moved = moved || now.st_ino != seen[i].st_ino || now.st_size != seen[i].st_size
              || now.st_mtim.tv_sec != seen[i].st_mtim.tv_sec
              || now.st_mtim.tv_nsec != seen[i].st_mtim.tv_nsec;
      seen[i] = now;
    }
  return moved;
}

static gboolean
count_visit (const char *path, gboolean regular, gpointer user_data)
{
  gboolean *something = user_data;

  /* A guardian that was killed at its very first step leaves no more than tmp. */
  *something = strcmp (path, CARDEA_TLOG_FILE_TMP) != 0;
  return !*something;
}

CardeaTlogReport *
cardea_tlog_verify (const char *folder, const CardeaTlogKey *key, GBytes *earlier, guint threads)
{
  g_autoptr (GError) error = NULL;
  cardea_autofd int fd = cardea_tlog_file_open_folder (folder, &error);
  gboolean something = FALSE;
  struct stat seen[2] = { 0 };

  if (fd < 0)
    return report_new (CARDEA_TLOG_VERDICT_UNKNOWN, error->message);
  if (!cardea_tlog_file_walk (fd, NULL, count_visit, &something, &error) && !something)
    return report_new (CARDEA_TLOG_VERDICT_UNKNOWN, error->message);
  if (!something)
    return report_new (CARDEA_TLOG_VERDICT_UNKNOWN, "there is no log in this folder");
  has_moved (fd, seen);
  for (guint attempt = 0; attempt < LIMIT_ATTEMPTS; attempt++)
    {
      CardeaTlogReport *report = verify_once (fd, key, earlier, threads);
      if (report->verdict != CARDEA_TLOG_VERDICT_DAMAGED || !has_moved (fd, seen))
        return report;
      cardea_tlog_verify_report_free (report);
    }
  return report_new (CARDEA_TLOG_VERDICT_UNKNOWN,
                     "the log is being written to all the time; end the sessions and try again");
}
