/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/audit/guardian-audit-private.h"

#include "common/tlog/cardea-tlog-file.h"

#include <errno.h>
#include <sodium.h>
#include <string.h>

/* Reading single records back. Trust: the tree for the leaf, the leaf's commitment for the detail:
 * a detail that somebody exchanged is an error, not a detail. */

typedef enum {
  DETAIL_NONE, /* the record never had one */
  DETAIL_THERE,
  DETAIL_LOCKED, /* no keys yet */
  DETAIL_GONE,
} DetailState;

static gboolean
damaged (GError **error, gint64 seq, const char *what)
{
  g_set_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_DAMAGED,
               "record %" G_GINT64_FORMAT ": %s", seq, what);
  return FALSE;
}

/* The entry, and for a pending record its slot behind it. */
static GBytes *
read_entry (GuardianAudit *audit, gint64 seq, GByteArray *slot, GError **error)
{
  const GuardianAuditWaiting *waiting = guardian_audit_pending_get (audit, (guint64) seq);
  g_autoptr (GByteArray) frame = NULL;
  g_autoptr (GError) local = NULL;
  const guint8 *entry;
  GBytes *bytes;

  if (seq < 0 || (guint64) seq >= audit->live.size)
    {
      g_set_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_GONE,
                   "there is no record %" G_GINT64_FORMAT, seq);
      return NULL;
    }
  if (waiting == NULL || (guint64) seq < audit->sealed)
    {
      if (audit->reader == NULL)
        audit->reader = cardea_tlog_reader_new (audit->folder, audit->sealed);
      bytes = cardea_tlog_reader_leaf (audit->reader, (guint64) seq, &local);
      if (bytes == NULL)
        damaged (error, seq, local->message);
      return bytes;
    }
  frame = g_byte_array_new ();
  if (!guardian_audit_pending_read (audit, (guint64) seq, 1, frame, error))
    return NULL;
  entry = frame->data + GUARDIAN_AUDIT_PENDING_ENTRY_AT;
  g_byte_array_append (slot, entry + waiting->entry_size, waiting->slot_size);
  return g_bytes_new (entry, waiting->entry_size);
}

/* Finds the slot of a sealed record in its side file; FALSE with an error only for damage. */
static gboolean
find_slot (GuardianAudit *audit, gint64 seq, CardeaTlogDetailSlot *ret, gboolean *ret_found,
           GError **error)
{
  gint64 index = seq / CARDEA_TLOG_TILE_WIDTH;
  g_autofree char *path = cardea_tlog_detail_path (seq);
  gsize at = CARDEA_TLOG_DETAIL_MAGIC_SIZE;

  *ret_found = FALSE;
  if (audit->detail_index != index)
    {
      audit->detail_index = -1;
      if (!cardea_tlog_file_read (audit->folder, path, CARDEA_TLOG_DETAIL_LIMIT_FILE,
                                  audit->detail_bytes, NULL))
        return TRUE;
      audit->detail_index = index;
    }
  for (; at < audit->detail_bytes->len; at += ret->size)
    {
      if (cardea_tlog_detail_parse (audit->hasher, audit->detail_bytes->data + at,
                                    audit->detail_bytes->len - at, ret)
          != CARDEA_TLOG_DETAIL_SLOT)
        return damaged (error, seq, "its details' file is damaged");
      if (ret->seq == seq)
        {
          *ret_found = !ret->redacted;
          return TRUE;
        }
    }
  return TRUE;
}

/* The detail's key and sealed bytes, wherever they are. bytes: a pending record's slot. */
static gboolean
find_detail (GuardianAudit *audit, gint64 seq, const GByteArray *bytes, guint8 *ret_key,
             CardeaTlogDetailSlot *slot, DetailState *ret_state, GError **error)
{
  const GuardianAuditUnsealed *unsealed = g_hash_table_lookup (audit->unsealed, &seq);
  guint8 wrapping[GUARDIAN_AUDIT_KEY_SIZE];
  gboolean found = TRUE;

  *ret_state = DETAIL_THERE;
  if (unsealed != NULL)
    {
      memcpy (ret_key, unsealed->key, GUARDIAN_AUDIT_KEY_SIZE);
      slot->sealed = unsealed->sealed->data;
      slot->sealed_size = unsealed->sealed->len;
      return TRUE;
    }
  if ((guint64) seq < audit->sealed)
    {
      if (!find_slot (audit, seq, slot, &found, error))
        return FALSE;
    }
  else if (bytes->len == 0)
    found = FALSE;
  else if (cardea_tlog_detail_parse (audit->hasher, bytes->data, bytes->len, slot)
           != CARDEA_TLOG_DETAIL_SLOT)
    return damaged (error, seq, "its detail is damaged");
  *ret_state = !found ? DETAIL_GONE : audit->master == NULL ? DETAIL_LOCKED : DETAIL_THERE;
  if (*ret_state != DETAIL_THERE)
    return TRUE;
  if ((guint64) seq >= audit->sealed)
    memcpy (wrapping, cardea_secret_bytes (audit->pending_key), sizeof wrapping);
  else if (!guardian_audit_seal_derive (audit->master, seq / CARDEA_TLOG_TILE_WIDTH, wrapping))
    return guardian_audit_disk_fail (error, ENOMEM, "memory for a key");
  found = guardian_audit_seal_unwrap (slot, wrapping, ret_key);
  sodium_memzero (wrapping, sizeof wrapping);
  return found || damaged (error, seq, "its detail cannot be opened");
}

/* Adds what the detail has and the leaf has not; objects on both sides are merged. */
static void
merge (CardeaJson *record, const CardeaJson *detail)
{
  for (guint i = 0; i < cardea_json_size (detail); i++)
    {
      const char *name = cardea_json_nth_name (detail, i);
      CardeaJson *theirs = cardea_json_nth (detail, i);
      CardeaJson *ours = cardea_json_get (record, name);
      if (ours == NULL)
        cardea_json_set (record, name, cardea_json_copy (theirs));
      else if (cardea_json_type (ours) == CARDEA_JSON_OBJECT
               && cardea_json_type (theirs) == CARDEA_JSON_OBJECT)
        merge (ours, theirs);
    }
}

static gboolean
add_detail (GuardianAudit *audit, gint64 seq, const GByteArray *slot_bytes, CardeaJson *record,
            GError **error)
{
  guint8 key[GUARDIAN_AUDIT_KEY_SIZE];
  CardeaTlogDetailSlot slot;
  g_autoptr (CardeaJson) detail = NULL;
  DetailState state = DETAIL_NONE;

  if (cardea_json_get_string (record, "sealed") != NULL
      && !find_detail (audit, seq, slot_bytes, key, &slot, &state, error))
    return FALSE;
  if (state == DETAIL_GONE)
    cardea_json_set_boolean (record, "redacted", TRUE);
  else if (state == DETAIL_LOCKED)
    cardea_json_set_boolean (record, "locked", TRUE);
  else if (state == DETAIL_THERE)
    {
      detail = guardian_audit_seal_open (key, slot.sealed, slot.sealed_size,
                                         cardea_json_get_string (record, "detail"), error);
      sodium_memzero (key, sizeof key);
      if (detail == NULL)
        return FALSE;
    }
  cardea_json_remove (record, "detail");
  cardea_json_remove (record, "sealed");
  if (detail != NULL)
    merge (record, detail);
  return TRUE;
}

CardeaJson *
guardian_audit_read (GuardianAudit *audit, gint64 seq, GError **error)
{
  g_autoptr (GByteArray) slot = g_byte_array_new ();
  g_autoptr (GBytes) entry = NULL;
  g_autoptr (CardeaJson) record = NULL;
  gsize size;
  const char *text;

  entry = read_entry (audit, seq, slot, error);
  if (entry == NULL)
    return NULL;
  text = g_bytes_get_data (entry, &size);
  record = cardea_json_parse (text, size, NULL);
  if (record == NULL || cardea_json_type (record) != CARDEA_JSON_OBJECT)
    {
      damaged (error, seq, "is not JSON");
      return NULL;
    }
  return add_detail (audit, seq, slot, record, error) ? g_steal_pointer (&record) : NULL;
}

CardeaJson *
guardian_audit_read_leaf (GuardianAudit *audit, gint64 seq)
{
  g_autoptr (GByteArray) slot = g_byte_array_new ();
  g_autoptr (GBytes) entry = read_entry (audit, seq, slot, NULL);
  gsize size = 0;
  const char *text = entry != NULL ? g_bytes_get_data (entry, &size) : NULL;

  return text != NULL ? cardea_json_parse (text, size, NULL) : NULL;
}

gboolean
guardian_audit_read_has_detail (GuardianAudit *audit, gint64 seq, gboolean *ret, GError **error)
{
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autoptr (GBytes) entry = read_entry (audit, seq, bytes, error);
  DetailState state = DETAIL_NONE;
  guint8 key[GUARDIAN_AUDIT_KEY_SIZE];
  CardeaTlogDetailSlot slot;
  CardeaTlogLeaf leaf;
  gsize size;
  const guint8 *data;

  if (entry == NULL)
    return FALSE;
  data = g_bytes_get_data (entry, &size);
  if (!cardea_tlog_leaf_scan (data, size, &leaf, NULL))
    return damaged (error, seq, "is not a record");
  if (leaf.has_detail && !find_detail (audit, seq, bytes, key, &slot, &state, error))
    return FALSE;
  sodium_memzero (key, sizeof key);
  *ret = state == DETAIL_THERE || state == DETAIL_LOCKED;
  return TRUE;
}
