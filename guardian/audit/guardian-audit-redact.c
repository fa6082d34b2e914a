/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/audit/guardian-audit-private.h"

#include "common/base/cardea-autofd.h"
#include "common/tlog/cardea-tlog-file.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

/* Redaction: the record that says so comes first, synced; then the detail goes. A crash in between
 * is made up for when the log is opened, and no checkpoint covers the record before. The side file
 * is replaced by one with zeros in the slot's place (a reader sees the one or the other), and the
 * bytes of the old file, which has no name any more, are overwritten where they lie. */

/* Finds the slot in the side file's bytes. */
static gboolean
find_slot (GuardianAudit *audit, const GByteArray *bytes, gint64 seq, gsize *ret_at,
           CardeaTlogDetailSlot *ret)
{
  gsize at = CARDEA_TLOG_DETAIL_MAGIC_SIZE;

  for (; at < bytes->len; at += ret->size)
    {
      if (cardea_tlog_detail_parse (audit->hasher, bytes->data + at, bytes->len - at, ret)
          != CARDEA_TLOG_DETAIL_SLOT)
        return FALSE;
      if (ret->seq == seq)
        {
          *ret_at = at;
          return TRUE;
        }
    }
  return FALSE;
}

static void
overwrite (int fd, gsize at, gsize size)
{
  g_autofree guint8 *zeros = g_malloc0 (size);

  if (!guardian_audit_disk_write_at (fd, zeros, size, at, NULL) || fdatasync (fd) != 0)
    g_debug ("audit: the freed blocks of a detail could not be overwritten");
}

/* A record under the checkpoint: its slot in the side file. */
static gboolean
redact_sealed (GuardianAudit *audit, gint64 seq, GError **error)
{
  g_autofree char *path = cardea_tlog_detail_path (seq);
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  cardea_autofd int old = openat (audit->folder, path, O_RDWR | O_NOFOLLOW | O_CLOEXEC);
  CardeaTlogDetailSlot slot;
  gsize at = 0;

  audit->detail_index = -1;
  if (old < 0
      || !cardea_tlog_file_read (audit->folder, path, CARDEA_TLOG_DETAIL_LIMIT_FILE, bytes, NULL)
      || !find_slot (audit, bytes, seq, &at, &slot) || slot.redacted)
    return TRUE; /* it is not there any more */
  cardea_tlog_detail_write_head (audit->hasher, seq, slot.sealed_size, NULL, bytes->data + at);
  memset (bytes->data + at + CARDEA_TLOG_DETAIL_HEAD_SIZE, 0, slot.sealed_size);
  if (!guardian_audit_disk_replace (audit, path, bytes->data, bytes->len, error)
      || !guardian_audit_disk_point (audit, "detail-redacted", error))
    return FALSE;
  overwrite (old, at, slot.size);
  return TRUE;
}

static gboolean
redact_one (GuardianAudit *audit, gint64 seq, GError **error)
{
  const GuardianAuditWaiting *waiting = guardian_audit_pending_get (audit, (guint64) seq);
  const GuardianAuditUnsealed *unsealed = g_hash_table_lookup (audit->unsealed, &seq);

  if ((guint64) seq < audit->sealed)
    return redact_sealed (audit, seq, error);
  if (unsealed != NULL)
    {
      audit->unsealed_size -= unsealed->sealed->len;
      g_hash_table_remove (audit->unsealed, &seq);
      return TRUE;
    }
  if (waiting == NULL || waiting->slot_size == 0)
    return TRUE;
  return guardian_audit_pending_rewrite (audit, audit->pending_base, &audit->pending_root, seq,
                                         error);
}

gboolean
guardian_audit_redact_finish (GuardianAudit *audit, GError **error)
{
  while (audit->redactions->len > 0)
    {
      gint64 seq = g_array_index (audit->redactions, gint64, audit->redactions->len - 1);
      if (!redact_one (audit, seq, error))
        return FALSE;
      g_array_set_size (audit->redactions, audit->redactions->len - 1);
    }
  return TRUE;
}

gboolean
guardian_audit_redact (GuardianAudit *audit, gint64 seq, GError **error)
{
  gboolean there = FALSE;

  if (!guardian_audit_read_has_detail (audit, seq, &there, error))
    return FALSE;
  if (!there)
    {
      g_set_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_GONE,
                   "record %" G_GINT64_FORMAT " has no detail any more", seq);
      return FALSE;
    }
  if (!guardian_audit_append_gone (audit, seq, seq, TRUE, error))
    return FALSE;
  g_array_append_val (audit->redactions, seq);
  return guardian_audit_redact_finish (audit, error);
}
