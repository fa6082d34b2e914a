/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* The appending side of the log (architecture.md §10, cli.md "The log on disk"). One writer: the
 * core. Single thread; signing and keys come asynchronously from the keys worker. */
typedef struct _GuardianAudit GuardianAudit;

typedef enum {
  GUARDIAN_AUDIT_ERROR_IO,      /* could not be written or synced: nothing may happen now */
  GUARDIAN_AUDIT_ERROR_FULL,    /* no space left */
  GUARDIAN_AUDIT_ERROR_DAMAGED, /* what is on disk does not fit together */
  GUARDIAN_AUDIT_ERROR_LOCKED,  /* another guardian appends to this log */
  GUARDIAN_AUDIT_ERROR_LIMIT,   /* record over CARDEA_LIMIT_RECORD */
  GUARDIAN_AUDIT_ERROR_GONE,    /* no such record, or its detail was redacted */
} GuardianAuditError;

#define GUARDIAN_AUDIT_ERROR (guardian_audit_error_quark ())
GQuark guardian_audit_error_quark (void);

typedef enum {
  GUARDIAN_AUDIT_WRITTEN, /* survives kill -9 of us; synced within 50 ms with its group */
  GUARDIAN_AUDIT_SYNCED,  /* on stable storage when append returns */
} GuardianAuditDurability;

/* How the log asks the keys worker. sign: answers by calling guardian_audit_signed() later, or
 * never. */
typedef struct {
  void (*sign) (GuardianAudit *audit, GBytes *note_text, gpointer user_data);
  /* A record was appended: for watchers. leaf and detail are borrowed. */
  void (*appended) (GuardianAudit *audit, gint64 seq, const CardeaJson *leaf,
                    const CardeaJson *detail, gpointer user_data);
} GuardianAuditHooks;

/* Opens or creates the log in folder (a real path), recovers after a crash, replays nothing into
 * memory: O(1) in the number of records. hooks is copied. Timers run on the default context. */
GuardianAudit *guardian_audit_open (const char *folder, const GuardianAuditHooks *hooks,
                                    gpointer user_data, GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* Writes what waits, syncs, gives the lock up. */
void guardian_audit_close (GuardianAudit *audit);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianAudit, guardian_audit_close)

/* leaf: members of cli.md "Records" that stand in the tree: type, session, request, trace, subject
 * (ids only), action, effect, policy, where, … ; seq, time and the detail's commitment are added
 * here. detail: what may be redacted (paths, URLs, argv, reason texts, full decision input), kept
 * encrypted beside the tree; may be NULL. Both are borrowed. Strings of strangers need no escaping.
 * On failure nothing was appended and the caller must refuse what it was about to do. */
gboolean guardian_audit_append (GuardianAudit *audit, const CardeaJson *leaf,
                                const CardeaJson *detail, GuardianAuditDurability durability,
                                gint64 *ret_seq, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* All that was appended is on stable storage when it returns. On failure nobody knows: the caller
 * must refuse what it was about to do, and no more records are taken. */
gboolean guardian_audit_sync (GuardianAudit *audit, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* From keys.opened and keys.derived. Until then records stay in `pending` without encrypted
 * detail (details wait in memory, bounded) and no checkpoint is due. detail_key: 32 bytes, master
 * for the details' side files (per-file keys are derived from it). */
gboolean guardian_audit_set_keys (GuardianAudit *audit, const char *vkey, const guint8 *detail_key,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean guardian_audit_has_keys (const GuardianAudit *audit);
/* The answer to hooks.sign; signature NULL: refused, tried again at the next occasion. */
void guardian_audit_signed (GuardianAudit *audit, GBytes *note_text, const guint8 *signature);

/* TRUE when the folder held records before this run, and under which key store ("keyring", "file",
 * "passphrase"; NULL when it never had keys). set_store remembers it beside the log. */
gboolean guardian_audit_begun (const GuardianAudit *audit, const char **ret_store);
gboolean guardian_audit_set_store (GuardianAudit *audit, const char *store, GError **error);

/* Seals all records so far under a checkpoint: at session end. done is called when the checkpoint
 * is on disk or has failed, from the main loop or from close; it may append, but not close. */
void guardian_audit_checkpoint (GuardianAudit *audit, void (*done) (gboolean ok, gpointer data),
                                gpointer data);

gint64 guardian_audit_size (const GuardianAudit *audit); /* records */
/* Bytes of a last record that a crash cut off and opening took away; it was never acknowledged. For
 * the record guardian.start. */
guint64 guardian_audit_torn (const GuardianAudit *audit);

/* The record as cli.md shows it: leaf and detail merged, "redacted":true when the detail is gone,
 * "locked":true when it is there and the keys are not. The result is the caller's. */
CardeaJson *guardian_audit_read (GuardianAudit *audit, gint64 seq,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* What stands in the tree of it, without its detail: for looking through many. NULL for damage. */
CardeaJson *guardian_audit_read_leaf (GuardianAudit *audit, gint64 seq) G_GNUC_WARN_UNUSED_RESULT;

/* Deletes a record's detail for good; the tree still verifies. Appends the record that says so
 * itself, synced, before anything is deleted. GONE when there is no detail to delete. */
gboolean guardian_audit_redact (GuardianAudit *audit, gint64 seq,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
