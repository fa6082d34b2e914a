/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/audit/guardian-audit.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-encoding.h"
#include "common/base/cardea-time.h"
#include "common/tlog/cardea-tlog-file.h"
#include "guardian/audit/guardian-audit-private.h"

#include <errno.h>
#include <fcntl.h>
#include <sodium.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>

/* Trust: the caller (the core) and the folder's owner. What it refuses: a second writer, a folder
 * that does not fit together, another key than the log began with, a record it cannot write whole.
 * After a failed sync it refuses everything: the disk's content is not known any more. */

G_DEFINE_QUARK (guardian - audit - error - quark, guardian_audit_error)

static int
open_folder (const char *path, GError **error)
{
  cardea_autofd int fd = -1;
  struct stat st;

  if (g_mkdir_with_parents (path, 0700) != 0)
    {
      guardian_audit_disk_fail (error, errno, path);
      return -1;
    }
  fd = open (path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 || fstat (fd, &st) != 0)
    {
      guardian_audit_disk_fail (error, errno, path);
      return -1;
    }
  if (st.st_uid != geteuid () || (st.st_mode & 022) != 0)
    {
      g_set_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_DAMAGED,
                   "%s: others may write in it", path);
      return -1;
    }
  if (flock (fd, LOCK_EX | LOCK_NB) != 0)
    {
      if (errno == EWOULDBLOCK)
        g_set_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_LOCKED,
                     "%s: another guardian appends to this log, one that was started with another "
                     "XDG_RUNTIME_DIR: set that, or end it first",
                     path);
      else
        guardian_audit_disk_fail (error, errno, path);
      return -1;
    }
  return cardea_fd_steal (&fd);
}

static GuardianAudit *
audit_new (const GuardianAuditHooks *hooks, gpointer user_data)
{
  GuardianAudit *audit = g_new0 (GuardianAudit, 1);

  audit->folder = audit->pending = -1;
  audit->hooks = *hooks;
  audit->user_data = user_data;
  audit->hasher = cardea_tlog_hash_hasher_new ();
  for (guint level = 0; level < CARDEA_TLOG_TILE_LEVELS; level++)
    audit->edges[level] = g_array_new (FALSE, FALSE, sizeof (CardeaTlogHash));
  audit->waiting = g_array_new (FALSE, FALSE, sizeof (GuardianAuditWaiting));
  audit->unsealed = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                           guardian_audit_seal_unsealed_free);
  audit->scratch = g_byte_array_new ();
  audit->redactions = g_array_new (FALSE, FALSE, sizeof (gint64));
  audit->detail_bytes = g_byte_array_new ();
  audit->detail_index = -1;
  g_queue_init (&audit->requests);
  return audit;
}

GuardianAudit *
guardian_audit_open_with_fault (const char *folder, const GuardianAuditHooks *hooks,
                                gpointer user_data, GuardianAuditFault fault, gpointer fault_data,
                                GError **error)
{
  g_autoptr (GuardianAudit) audit = audit_new (hooks, user_data);

  audit->fault = fault;
  audit->fault_data = fault_data;
  if (sodium_init () < 0)
    {
      g_set_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_IO, "libsodium is not usable");
      return NULL;
    }
  audit->folder = open_folder (folder, error);
  if (audit->folder < 0 || !guardian_audit_recover (audit, error))
    return NULL;
  return g_steal_pointer (&audit);
}

GuardianAudit *
guardian_audit_open (const char *folder, const GuardianAuditHooks *hooks, gpointer user_data,
                     GError **error)
{
  return guardian_audit_open_with_fault (folder, hooks, user_data, NULL, NULL, error);
}

static void
free_memory (GuardianAudit *audit)
{
  for (guint level = 0; level < CARDEA_TLOG_TILE_LEVELS; level++)
    g_array_unref (audit->edges[level]);
  g_array_unref (audit->waiting);
  g_hash_table_unref (audit->unsealed);
  g_byte_array_unref (audit->scratch);
  g_array_unref (audit->redactions);
  g_byte_array_unref (audit->detail_bytes);
  g_clear_pointer (&audit->reader, cardea_tlog_reader_free);
  g_clear_pointer (&audit->pending_key, cardea_secret_unref);
  g_clear_pointer (&audit->master, cardea_secret_unref);
  cardea_tlog_key_free (audit->key);
  cardea_tlog_hash_hasher_free (audit->hasher);
  g_clear_error (&audit->broken);
  g_free (audit->store);
  g_free (audit);
}

void
guardian_audit_close (GuardianAudit *audit)
{
  g_autoptr (GError) error = NULL;

  if (audit == NULL)
    return;
  guardian_audit_checkpoint_end (audit);
  g_clear_handle_id (&audit->sync_timer, g_source_remove);
  if (audit->pending >= 0 && !guardian_audit_pending_sync (audit, &error))
    g_warning ("closing the log: %s", error->message);
  cardea_fd_clear (&audit->pending);
  cardea_fd_clear (&audit->folder);
  free_memory (audit);
}

gboolean
guardian_audit_sync (GuardianAudit *audit, GError **error)
{
  return guardian_audit_pending_sync (audit, error);
}

static gboolean
sync_cb (gpointer user_data)
{
  GuardianAudit *audit = user_data;
  g_autoptr (GError) error = NULL;

  audit->sync_timer = 0;
  if (!guardian_audit_pending_sync (audit, &error))
    g_warning ("%s", error->message);
  return G_SOURCE_REMOVE;
}

/* The leaf with what the log adds; members share their values with the caller's. */
static CardeaJson *
make_leaf (GuardianAudit *audit, const CardeaJson *given, const GuardianAuditSealed *sealed)
{
  static const char *const ours[] = { "seq", "time", "detail", "sealed", NULL };
  CardeaJson *leaf = cardea_json_new_object ();
  g_autofree char *now = cardea_time_format (g_get_real_time ());

  for (guint i = 0; i < cardea_json_size (given); i++)
    {
      const char *name = cardea_json_nth_name (given, i);
      if (name != NULL && !g_strv_contains (ours, name))
        cardea_json_set (leaf, name, cardea_json_ref (cardea_json_nth (given, i)));
    }
  cardea_json_set_int (leaf, "seq", (gint64) audit->live.size);
  cardea_json_set_string (leaf, "time", now);
  if (sealed->detail != NULL)
    {
      g_autofree char *commitment
          = cardea_hex_encode (sealed->commitment, sizeof sealed->commitment);
      g_autofree char *hash = cardea_hex_encode (sealed->hash.bytes, sizeof sealed->hash.bytes);
      cardea_json_set_string (leaf, "detail", commitment);
      cardea_json_set_string (leaf, "sealed", hash);
    }
  return leaf;
}

/* The detail of a record before there are keys: in memory, within bounds. */
static gboolean
has_memory (GuardianAudit *audit, const GuardianAuditUnsealed *detail, GError **error)
{
  if (audit->unsealed_size + detail->sealed->len <= GUARDIAN_AUDIT_LIMIT_UNSEALED)
    return TRUE;
  g_set_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_FULL,
               "too many details wait for the log's keys");
  return FALSE;
}

static void
keep_unsealed (GuardianAudit *audit, gint64 seq, GuardianAuditUnsealed *detail)
{
  gint64 *key = g_new (gint64, 1);

  *key = seq;
  audit->unsealed_size += detail->sealed->len;
  g_hash_table_insert (audit->unsealed, key, detail);
}

static gboolean
append_sealed (GuardianAudit *audit, const CardeaJson *leaf, GuardianAuditSealed *sealed,
               GuardianAuditDurability durability, GError **error)
{
  g_autoptr (GByteArray) slot = NULL;
  gsize size;
  g_autofree char *entry = cardea_json_write (leaf, &size, error);

  if (entry == NULL)
    return FALSE;
  if (size > CARDEA_TLOG_TILE_LIMIT_ENTRY || size >= CARDEA_LIMIT_RECORD)
    {
      g_set_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_LIMIT,
                   "a record of %" G_GSIZE_FORMAT " bytes is over the limit", size);
      return FALSE;
    }
  if (sealed->detail != NULL && audit->pending_key != NULL)
    {
      slot = g_byte_array_new ();
      guardian_audit_seal_slot (audit, (gint64) audit->live.size, sealed->detail->key,
                                sealed->detail->sealed->data, sealed->detail->sealed->len,
                                cardea_secret_bytes (audit->pending_key), slot);
    }
  else if (sealed->detail != NULL && !has_memory (audit, sealed->detail, error))
    return FALSE;
  if (!guardian_audit_pending_append (audit, entry, size, slot, sealed->detail != NULL, durability,
                                      error))
    return FALSE;
  if (slot == NULL && sealed->detail != NULL)
    keep_unsealed (audit, (gint64) audit->live.size - 1, g_steal_pointer (&sealed->detail));
  return TRUE;
}

gboolean
guardian_audit_append (GuardianAudit *audit, const CardeaJson *leaf, const CardeaJson *detail,
                       GuardianAuditDurability durability, gint64 *ret_seq, GError **error)
{
  GuardianAuditSealed sealed = { .detail = NULL };
  g_autoptr (CardeaJson) full = NULL;
  gint64 seq = (gint64) audit->live.size;
  gboolean ok;

  if (detail != NULL && !guardian_audit_seal_detail (audit, detail, &sealed, error))
    return FALSE;
  full = make_leaf (audit, leaf, &sealed);
  ok = append_sealed (audit, full, &sealed, durability, error);
  guardian_audit_seal_unsealed_free (sealed.detail);
  if (!ok)
    return FALSE;
  audit->last_append = g_get_monotonic_time ();
  if (audit->dirty && audit->sync_timer == 0)
    audit->sync_timer = g_timeout_add (GUARDIAN_AUDIT_SYNC_GROUP, sync_cb, audit);
  guardian_audit_checkpoint_schedule (audit);
  if (ret_seq != NULL)
    *ret_seq = seq;
  if (audit->hooks.appended != NULL)
    audit->hooks.appended (audit, seq, full, detail, audit->user_data);
  return TRUE;
}

gboolean
guardian_audit_append_gone (GuardianAudit *audit, gint64 first, gint64 last, gboolean redacted,
                            GError **error)
{
  g_autoptr (CardeaJson) leaf = cardea_json_new_object ();
  CardeaJson *gone = cardea_json_new_object ();

  cardea_json_set_int (gone, "first", first);
  cardea_json_set_int (gone, "last", last);
  cardea_json_set_string (gone, "why", redacted ? "redacted" : "lost");
  cardea_json_set_string (leaf, "type", "outcome");
  cardea_json_set_string (leaf, "action", redacted ? "audit.redact" : "audit.lose");
  cardea_json_set_string (leaf, "effect", "allow");
  cardea_json_set_string (leaf, "outcome",
                          redacted ? "details redacted"
                                   : "details lost: the guardian ended before it had keys");
  cardea_json_set (leaf, "gone", gone);
  if (!guardian_audit_append (audit, leaf, NULL, GUARDIAN_AUDIT_SYNCED, NULL, error))
    return FALSE;
  for (gint64 seq = first; seq <= last; seq++)
    if (guardian_audit_pending_get (audit, (guint64) seq) != NULL)
      guardian_audit_pending_get (audit, (guint64) seq)->has_detail = FALSE;
  return TRUE;
}

/* Details of an earlier run that never met a key: a record says so, before a checkpoint covers
 * them. */
static gboolean
record_lost (GuardianAudit *audit, guint64 known, GError **error)
{
  gint64 first = -1;

  for (guint64 seq = audit->sealed; seq <= known; seq++)
    {
      const GuardianAuditWaiting *waiting
          = seq < known ? guardian_audit_pending_get (audit, seq) : NULL;
      gboolean lost = waiting != NULL && waiting->has_detail && waiting->slot_size == 0;
      if (lost && first < 0)
        first = (gint64) seq;
      if (lost || first < 0)
        continue;
      if (!guardian_audit_append_gone (audit, first, (gint64) seq - 1, FALSE, error))
        return FALSE;
      first = -1;
    }
  return TRUE;
}

static gboolean
adopt_key (GuardianAudit *audit, const char *vkey, GError **error)
{
  g_autoptr (GError) local = NULL;
  g_autoptr (CardeaTlogKey) key = cardea_tlog_key_parse (vkey, &local);
  g_autofree char *line = g_strconcat (vkey, "\n", NULL);

  if (key == NULL || (audit->key != NULL && !cardea_tlog_key_equal (audit->key, key)))
    {
      g_set_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_DAMAGED, "%s",
                   key == NULL ? local->message
                               : "the log was begun under another key than the one there is now");
      return FALSE;
    }
  if (audit->key != NULL)
    return TRUE;
  if (!guardian_audit_disk_replace (audit, CARDEA_TLOG_FILE_KEY, (const guint8 *) line,
                                    strlen (line), error))
    return FALSE;
  audit->key = g_steal_pointer (&key);
  return TRUE;
}

/* pending's own key: the one in its head, or a new one with a new file. */
static gboolean
open_pending_key (GuardianAudit *audit, GError **error)
{
  if (!audit->has_wrap)
    return guardian_audit_pending_rewrite (audit, audit->pending_base, &audit->pending_root, -1,
                                           error);
  audit->pending_key = guardian_audit_seal_unwrap_pending (audit);
  if (audit->pending_key == NULL)
    {
      g_set_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_DAMAGED,
                   "the details that wait were sealed under another key");
      return FALSE;
    }
  /* What waited in memory since this run began gets its slots. */
  return g_hash_table_size (audit->unsealed) == 0
         || guardian_audit_pending_rewrite (audit, audit->pending_base, &audit->pending_root, -1,
                                            error);
}

gboolean
guardian_audit_set_keys (GuardianAudit *audit, const char *vkey, const guint8 *detail_key,
                         GError **error)
{
  guint64 known = audit->live.size;

  if (audit->has_keys)
    return adopt_key (audit, vkey, error);
  if (!adopt_key (audit, vkey, error))
    return FALSE;
  audit->master = cardea_secret_new (GUARDIAN_AUDIT_KEY_SIZE);
  if (audit->master == NULL)
    return guardian_audit_disk_fail (error, ENOMEM, "memory for a key");
  memcpy (cardea_secret_writable (audit->master), detail_key, GUARDIAN_AUDIT_KEY_SIZE);
  if (!open_pending_key (audit, error) || !record_lost (audit, known, error))
    {
      g_clear_pointer (&audit->master, cardea_secret_unref);
      g_clear_pointer (&audit->pending_key, cardea_secret_unref);
      return FALSE;
    }
  audit->has_keys = TRUE;
  guardian_audit_checkpoint_schedule (audit);
  return TRUE;
}

gboolean
guardian_audit_has_keys (const GuardianAudit *audit)
{
  return audit->has_keys;
}

gboolean
guardian_audit_begun (const GuardianAudit *audit, const char **ret_store)
{
  if (ret_store != NULL)
    *ret_store = audit->store;
  return audit->begun;
}

gboolean
guardian_audit_set_store (GuardianAudit *audit, const char *store, GError **error)
{
  g_autofree char *line = g_strconcat (store, "\n", NULL);

  if (g_strcmp0 (store, audit->store) == 0)
    return TRUE;
  if (cardea_tlog_file_parse_store ((const guint8 *) line, strlen (line)) == NULL)
    {
      g_set_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_LIMIT,
                   "there is no such store");
      return FALSE;
    }
  if (!guardian_audit_disk_replace (audit, CARDEA_TLOG_FILE_STORE, (const guint8 *) line,
                                    strlen (line), error))
    return FALSE;
  g_free (audit->store);
  audit->store = g_strdup (store);
  return TRUE;
}

guint64
guardian_audit_torn (const GuardianAudit *audit)
{
  return audit->torn;
}

gint64
guardian_audit_size (const GuardianAudit *audit)
{
  return (gint64) audit->live.size;
}
