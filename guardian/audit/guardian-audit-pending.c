/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/audit/guardian-audit-private.h"

#include "common/base/cardea-autofd.h"
#include "common/tlog/cardea-tlog-file.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>
#include <unistd.h>

/* The file every record is written to first, with its sealed detail, in one write: a record is
 * there with all that belongs to it, or not at all. Memory changes only after the disk has. */

#define FLUSH_AT (1024u * 1024u) /* bytes collected while the file is written anew */

gsize
guardian_audit_pending_frame_size (const GuardianAuditWaiting *waiting)
{
  return CARDEA_TLOG_PENDING_FRAME_SIZE + waiting->entry_size + waiting->slot_size;
}

GuardianAuditWaiting *
guardian_audit_pending_get (GuardianAudit *audit, guint64 seq)
{
  if (seq < audit->pending_base || seq - audit->pending_base >= audit->waiting->len)
    return NULL;
  return &g_array_index (audit->waiting, GuardianAuditWaiting, seq - audit->pending_base);
}

/* From here on nobody knows what is on the disk: nothing may be recorded, and so nothing may
 * happen. */
static void
set_broken (GuardianAudit *audit, const GError *why)
{
  if (audit->broken == NULL)
    audit->broken = g_error_new (GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_IO,
                                 "the log takes no more records: %s", why->message);
}

gboolean
guardian_audit_pending_sync (GuardianAudit *audit, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (!audit->dirty)
    return TRUE;
  if (guardian_audit_disk_sync (audit->pending, &local))
    {
      audit->dirty = FALSE;
      return TRUE;
    }
  set_broken (audit, local);
  g_propagate_error (error, g_steal_pointer (&local));
  return FALSE;
}

static gboolean
has_room (GuardianAudit *audit, gsize size, GError **error)
{
  if (audit->waiting->len < CARDEA_TLOG_PENDING_LIMIT_RECORDS
      && audit->pending_end + size <= CARDEA_TLOG_PENDING_LIMIT_FILE)
    return TRUE;
  g_set_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_FULL,
               "too many records wait for a checkpoint");
  return FALSE;
}

/* Takes back what a failed write may have left. */
static void
take_back (GuardianAudit *audit)
{
  g_autoptr (GError) local = NULL;

  if (ftruncate (audit->pending, (off_t) audit->pending_end) == 0)
    return;
  guardian_audit_disk_fail (&local, errno, "taking back half a record");
  set_broken (audit, local);
}

static gboolean
write_frame (GuardianAudit *audit, GuardianAuditDurability durability, GError **error)
{
  gboolean was_dirty = audit->dirty;

  if (!guardian_audit_disk_point (audit, "append", error)
      || !guardian_audit_disk_write_at (audit->pending, audit->scratch->data, audit->scratch->len,
                                        audit->pending_end, error))
    {
      take_back (audit);
      return FALSE;
    }
  audit->dirty = TRUE;
  if (!guardian_audit_disk_point (audit, "append-written", error)
      || (durability == GUARDIAN_AUDIT_SYNCED && !guardian_audit_pending_sync (audit, error)))
    {
      take_back (audit);
      audit->dirty = was_dirty;
      return FALSE;
    }
  return TRUE;
}

gboolean
guardian_audit_pending_append (GuardianAudit *audit, const char *entry, gsize entry_size,
                               const GByteArray *slot, gboolean has_detail,
                               GuardianAuditDurability durability, GError **error)
{
  GuardianAuditWaiting waiting = { .offset = audit->pending_end, .has_detail = has_detail };
  CardeaTlogHash chain = audit->chain;

  waiting.entry_size = (guint32) entry_size;
  waiting.slot_size = slot != NULL ? slot->len : 0;
  if (audit->broken != NULL)
    {
      g_propagate_error (error, g_error_copy (audit->broken));
      return FALSE;
    }
  if (!has_room (audit, guardian_audit_pending_frame_size (&waiting), error))
    return FALSE;
  g_byte_array_set_size (audit->scratch, 0);
  cardea_tlog_pending_write_frame (audit->hasher, (const guint8 *) entry, entry_size,
                                   slot != NULL ? slot->data : NULL, waiting.slot_size, &chain,
                                   audit->scratch);
  if (!write_frame (audit, durability, error))
    return FALSE;
  cardea_tlog_hash_leaf (audit->hasher, (const guint8 *) entry, entry_size, &waiting.hash);
  cardea_tlog_range_append (&audit->live, audit->hasher, &waiting.hash);
  audit->pending_end += audit->scratch->len;
  audit->chain = chain;
  g_array_append_val (audit->waiting, waiting);
  return TRUE;
}

gboolean
guardian_audit_pending_read (GuardianAudit *audit, guint64 first, guint count, GByteArray *out,
                             GError **error)
{
  const GuardianAuditWaiting *begin = guardian_audit_pending_get (audit, first);
  const GuardianAuditWaiting *last = guardian_audit_pending_get (audit, first + count - 1);

  if (count == 0 || begin == NULL || last == NULL)
    return guardian_audit_disk_fail (error, EINVAL, "reading pending");
  g_byte_array_set_size (
      out, (guint) (last->offset + guardian_audit_pending_frame_size (last) - begin->offset));
  return guardian_audit_disk_read_at (audit->pending, out->data, out->len, begin->offset, error);
}

/* One rewriting: the new file beside the old. */
typedef struct {
  GuardianAudit *audit;
  int fd;
  guint64 end;
  CardeaTlogHash chain;
  CardeaSecret *key; /* NULL: slots go over as they are */
  gint64 drop;
  GArray *waiting;
  GByteArray *out, *frame, *slot;
} Rewrite;

static gboolean
flush (Rewrite *rewrite, GError **error)
{
  if (!guardian_audit_disk_write_at (rewrite->fd, rewrite->out->data, rewrite->out->len,
                                     rewrite->end, error))
    return FALSE;
  rewrite->end += rewrite->out->len;
  g_byte_array_set_size (rewrite->out, 0);
  return TRUE;
}

/* The slot of a record in the new file, in rewrite->slot; empty: none. */
static gboolean
make_slot (Rewrite *rewrite, gint64 seq, const GuardianAuditWaiting *old, const guint8 *bytes,
           GError **error)
{
  GuardianAudit *audit = rewrite->audit;
  const GuardianAuditUnsealed *unsealed = g_hash_table_lookup (audit->unsealed, &seq);
  guint8 key[GUARDIAN_AUDIT_KEY_SIZE];
  CardeaTlogDetailSlot slot;

  g_byte_array_set_size (rewrite->slot, 0);
  if (seq == rewrite->drop || (old->slot_size == 0 && (unsealed == NULL || rewrite->key == NULL)))
    return TRUE;
  if (old->slot_size == 0)
    {
      guardian_audit_seal_slot (audit, seq, unsealed->key, unsealed->sealed->data,
                                unsealed->sealed->len, cardea_secret_bytes (rewrite->key),
                                rewrite->slot);
      return TRUE;
    }
  if (rewrite->key == NULL)
    {
      g_byte_array_append (rewrite->slot, bytes, old->slot_size);
      return TRUE;
    }
  if (cardea_tlog_detail_parse (audit->hasher, bytes, old->slot_size, &slot)
          != CARDEA_TLOG_DETAIL_SLOT
      || audit->pending_key == NULL
      || !guardian_audit_seal_unwrap (&slot, cardea_secret_bytes (audit->pending_key), key))
    {
      g_set_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_DAMAGED,
                   "the detail of record %" G_GINT64_FORMAT " cannot be opened", seq);
      return FALSE;
    }
  guardian_audit_seal_slot (audit, seq, key, slot.sealed, slot.sealed_size,
                            cardea_secret_bytes (rewrite->key), rewrite->slot);
  sodium_memzero (key, sizeof key);
  return TRUE;
}

static gboolean
copy_frame (Rewrite *rewrite, guint64 seq, GError **error)
{
  GuardianAudit *audit = rewrite->audit;
  const GuardianAuditWaiting *old = guardian_audit_pending_get (audit, seq);
  GuardianAuditWaiting waiting = *old;
  const guint8 *entry;

  if (!guardian_audit_pending_read (audit, seq, 1, rewrite->frame, error))
    return FALSE;
  entry = rewrite->frame->data + GUARDIAN_AUDIT_PENDING_ENTRY_AT;
  if (!make_slot (rewrite, (gint64) seq, old, entry + old->entry_size, error))
    return FALSE;
  waiting.offset = rewrite->end + rewrite->out->len;
  waiting.slot_size = rewrite->slot->len;
  cardea_tlog_pending_write_frame (audit->hasher, entry, old->entry_size, rewrite->slot->data,
                                   rewrite->slot->len, &rewrite->chain, rewrite->out);
  g_array_append_val (rewrite->waiting, waiting);
  return rewrite->out->len < FLUSH_AT || flush (rewrite, error);
}

static gboolean
write_file (Rewrite *rewrite, guint64 base, const CardeaTlogHash *root, const guint8 *wrap,
            GError **error)
{
  GuardianAudit *audit = rewrite->audit;

  g_byte_array_set_size (rewrite->out, CARDEA_TLOG_PENDING_HEAD_SIZE);
  cardea_tlog_pending_write_head (audit->hasher, base, root, wrap, rewrite->out->data,
                                  &rewrite->chain);
  for (guint64 seq = base; seq < audit->live.size; seq++)
    if (!copy_frame (rewrite, seq, error))
      return FALSE;
  return flush (rewrite, error) && guardian_audit_disk_point (audit, "pending-new", error)
         && guardian_audit_disk_sync (rewrite->fd, error)
         && guardian_audit_disk_name (audit, CARDEA_TLOG_FILE_PENDING, error)
         && guardian_audit_disk_point (audit, "pending-named", NULL);
}

/* The old file has no name any more; its blocks are still there. Without the key in its head the
 * details in it cannot be opened; a slot that was dropped is overwritten itself. */
static void
scrub (GuardianAudit *audit, gboolean rekeyed, gint64 drop)
{
  static const guint8 zeros[CARDEA_TLOG_PENDING_WRAP_SIZE] = { 0 };
  const GuardianAuditWaiting *old
      = drop < 0 ? NULL : guardian_audit_pending_get (audit, (guint64) drop);
  gboolean done = TRUE;

  if (audit->pending < 0 || (!(audit->has_wrap && rekeyed) && old == NULL))
    return;
  if (audit->has_wrap && rekeyed)
    done = guardian_audit_disk_write_at (audit->pending, zeros, sizeof zeros,
                                         CARDEA_TLOG_PENDING_AT_WRAP, NULL);
  if (old != NULL && old->slot_size > 0)
    {
      g_autofree guint8 *nothing = g_malloc0 (old->slot_size);
      done = guardian_audit_disk_write_at (
                 audit->pending, nothing, old->slot_size,
                 old->offset + GUARDIAN_AUDIT_PENDING_ENTRY_AT + old->entry_size, NULL)
             && done;
    }
  if (!done || fdatasync (audit->pending) != 0)
    g_debug ("audit: the freed blocks of pending could not be overwritten");
}

static void
commit (Rewrite *rewrite, guint64 base, const CardeaTlogHash *root, const guint8 *wrap)
{
  GuardianAudit *audit = rewrite->audit;

  cardea_fd_clear (&audit->pending);
  audit->pending = cardea_fd_steal (&rewrite->fd);
  audit->pending_base = base;
  audit->pending_end = rewrite->end;
  audit->pending_root = *root;
  audit->chain = rewrite->chain;
  audit->dirty = FALSE;
  g_array_unref (audit->waiting);
  audit->waiting = g_steal_pointer (&rewrite->waiting);
  if (rewrite->drop >= 0)
    g_hash_table_remove (audit->unsealed, &rewrite->drop);
  if (rewrite->key == NULL)
    return;
  g_clear_pointer (&audit->pending_key, cardea_secret_unref);
  audit->pending_key = g_steal_pointer (&rewrite->key);
  memcpy (audit->pending_wrap, wrap, sizeof audit->pending_wrap);
  audit->has_wrap = TRUE;
  g_hash_table_remove_all (audit->unsealed);
  audit->unsealed_size = 0;
}

static void
clear_rewrite (Rewrite *rewrite)
{
  cardea_fd_clear (&rewrite->fd);
  g_clear_pointer (&rewrite->key, cardea_secret_unref);
  g_clear_pointer (&rewrite->waiting, g_array_unref);
  g_byte_array_unref (rewrite->out);
  g_byte_array_unref (rewrite->frame);
  g_byte_array_unref (rewrite->slot);
}

gboolean
guardian_audit_pending_rewrite (GuardianAudit *audit, guint64 base, const CardeaTlogHash *root,
                                gint64 drop, GError **error)
{
  Rewrite rewrite = { .audit = audit, .drop = drop };
  guint8 wrap[CARDEA_TLOG_PENDING_WRAP_SIZE] = { 0 };
  CardeaTlogHash kept_root = *root;
  gboolean ok = FALSE;

  /* Without the master key the new file keeps the old one's key. */
  if (audit->master != NULL)
    rewrite.key = cardea_secret_new_random (GUARDIAN_AUDIT_KEY_SIZE);
  if (!guardian_audit_seal_wrap_pending (audit, rewrite.key, wrap))
    memcpy (wrap, audit->pending_wrap, sizeof wrap);
  rewrite.waiting = g_array_new (FALSE, FALSE, sizeof (GuardianAuditWaiting));
  rewrite.out = g_byte_array_new ();
  rewrite.frame = g_byte_array_new ();
  rewrite.slot = g_byte_array_new ();
  rewrite.fd = guardian_audit_disk_create (audit, CARDEA_TLOG_FILE_PENDING, error);
  if (rewrite.fd >= 0)
    {
      ok = write_file (&rewrite, base, &kept_root, wrap, error);
      if (!ok)
        guardian_audit_disk_discard (audit, CARDEA_TLOG_FILE_PENDING);
    }
  if (ok)
    {
      ok = guardian_audit_disk_sync_folder (audit, CARDEA_TLOG_FILE_PENDING, error);
      /* As long as the old file could come back after a power cut it must stay readable. */
      if (ok)
        scrub (audit, rewrite.key != NULL, drop);
      commit (&rewrite, base, &kept_root, wrap);
    }
  clear_rewrite (&rewrite);
  return ok;
}
