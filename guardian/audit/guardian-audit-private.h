/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-secret.h"
#include "common/tlog/cardea-tlog-detail.h"
#include "common/tlog/cardea-tlog-key.h"
#include "common/tlog/cardea-tlog-leaf.h"
#include "common/tlog/cardea-tlog-pending.h"
#include "common/tlog/cardea-tlog-range.h"
#include "common/tlog/cardea-tlog-reader.h"
#include "common/tlog/cardea-tlog-tile.h"
#include "guardian/audit/guardian-audit.h"

/* When a checkpoint is due, and how long a written record may wait for its sync. Milliseconds. */
#define GUARDIAN_AUDIT_SEAL_RECORDS 256u
#define GUARDIAN_AUDIT_SEAL_QUIET 1000
#define GUARDIAN_AUDIT_SEAL_SPACING 250 /* between two checkpoints, so that a burst shares one */
#define GUARDIAN_AUDIT_SEAL_RETRY 2000  /* after one that failed */
#define GUARDIAN_AUDIT_SIGN_PATIENCE 10000
#define GUARDIAN_AUDIT_SYNC_GROUP 40
#define GUARDIAN_AUDIT_LIMIT_UNSEALED (4u * 1024u * 1024u) /* bytes of details without keys */

#define GUARDIAN_AUDIT_KEY_SIZE 32u

/* A detail that waits in memory for the keys: sealed already, but its key wrapped by nobody. */
typedef struct {
  guint8 key[GUARDIAN_AUDIT_KEY_SIZE];
  GByteArray *sealed;
} GuardianAuditUnsealed;

/* A record in pending. */
typedef struct {
  guint64 offset; /* of its frame in the file */
  guint32 entry_size;
  guint32 slot_size;
  gboolean has_detail; /* and no record says that it is gone */
  CardeaTlogHash hash;
} GuardianAuditWaiting;

/* Called at named points of writing: 0 to go on, else an errno to fail with. Tests kill the process
 * here; nothing in the product sets it. */
typedef int (*GuardianAuditFault) (const char *point, gpointer user_data);

struct _GuardianAudit {
  int folder;
  gboolean begun;
  char *store;
  guint64 torn; /* bytes of an unacknowledged record cut off when opening */
  GuardianAuditHooks hooks;
  gpointer user_data;
  GuardianAuditFault fault;
  gpointer fault_data;
  GError *broken; /* a sync failed: what is on disk is not known, nothing may be appended */
  CardeaTlogHasher *hasher;
  guint8 random[4096]; /* drawn and not used yet: the first random_left bytes */
  gsize random_left;

  /* The tree: all records, and the part under the checkpoint. */
  CardeaTlogRange live;
  guint64 sealed;
  CardeaTlogHash sealed_root;
  GArray *edges[CARDEA_TLOG_TILE_LEVELS]; /* the hashes of each level's last, partial tile */
  guint64 detail_end;                     /* bytes of the last bundle's side file; 0: it has none */
  gboolean strays;                        /* files may lie about from a sealing that did not end */

  /* The file pending. */
  int pending;
  guint64 pending_base, pending_end;
  CardeaTlogHash pending_root, chain;
  GArray *waiting; /* of GuardianAuditWaiting, from pending_base on */
  guint8 pending_wrap[CARDEA_TLOG_PENDING_WRAP_SIZE];
  gboolean has_wrap;
  CardeaSecret *pending_key;
  GHashTable *unsealed; /* seq → GuardianAuditUnsealed */
  gsize unsealed_size;
  GByteArray *scratch;
  GArray *redactions; /* of gint64: recorded, and not known to be carried out */

  CardeaTlogKey *key; /* of log.vkey, NULL when there is none yet */
  gboolean has_keys;
  CardeaSecret *master;

  /* Asking for checkpoints. */
  GBytes *note; /* at the keys worker */
  guint64 note_size;
  gint64 note_time;
  GQueue requests;
  guint sync_timer, seal_timer, settle_source;
  gboolean dirty;
  gint64 last_append, last_seal, seal_due; /* monotonic, microseconds */

  CardeaTlogReader *reader;
  GByteArray *detail_bytes; /* the side file read last… */
  gint64 detail_index;      /* …of this bundle, -1: none */
};

/* guardian-audit.c */
GuardianAudit *guardian_audit_open_with_fault (const char *folder, const GuardianAuditHooks *hooks,
                                               gpointer user_data, GuardianAuditFault fault,
                                               gpointer fault_data, GError **error);
/* Appends a record of the log about itself: these details are gone. */
gboolean guardian_audit_append_gone (GuardianAudit *audit, gint64 first, gint64 last,
                                     gboolean redacted, GError **error);

/* guardian-audit-disk.c */
gboolean guardian_audit_disk_fail (GError **error, int saved_errno, const char *what);
gboolean guardian_audit_disk_point (GuardianAudit *audit, const char *point, GError **error);
gboolean guardian_audit_disk_write_at (int fd, const guint8 *data, gsize size, guint64 offset,
                                       GError **error);
gboolean guardian_audit_disk_read_at (int fd, guint8 *data, gsize size, guint64 offset,
                                      GError **error);
gboolean guardian_audit_disk_sync (int fd, GError **error);
/* The whole file system the log is on. */
gboolean guardian_audit_disk_sync_all (GuardianAudit *audit, GError **error);
/* A new, empty file that is to be called name and is not yet. */
int guardian_audit_disk_create (GuardianAudit *audit, const char *name, GError **error);
/* Gives it its name, over what had it; or takes it away. */
gboolean guardian_audit_disk_name (GuardianAudit *audit, const char *name, GError **error);
void guardian_audit_disk_discard (GuardianAudit *audit, const char *name);
/* Makes the folders above name. */
gboolean guardian_audit_disk_parents (GuardianAudit *audit, const char *name, GError **error);
gboolean guardian_audit_disk_sync_folder (GuardianAudit *audit, const char *name, GError **error);
/* A whole small file, synced with its name. */
gboolean guardian_audit_disk_replace (GuardianAudit *audit, const char *name, const guint8 *data,
                                      gsize size, GError **error);

/* guardian-audit-seal.c: the details' cryptography. */
typedef struct {
  guint8 commitment[CARDEA_TLOG_HASH_SIZE];
  CardeaTlogHash hash; /* of sealed */
  GuardianAuditUnsealed *detail;
} GuardianAuditSealed;
gboolean guardian_audit_seal_detail (GuardianAudit *audit, const CardeaJson *detail,
                                     GuardianAuditSealed *ret, GError **error);
void guardian_audit_seal_unsealed_free (gpointer data);
/* The slot of a detail under a wrapping key; appended to out. */
void guardian_audit_seal_slot (GuardianAudit *audit, gint64 seq, const guint8 *key,
                               const guint8 *sealed, gsize sealed_size, const guint8 *wrapping,
                               GByteArray *out);
/* The key of the slot's detail. */
gboolean guardian_audit_seal_unwrap (const CardeaTlogDetailSlot *slot, const guint8 *wrapping,
                                     guint8 *ret_key);
/* The detail itself, compared with the leaf's commitment (hex). */
CardeaJson *guardian_audit_seal_open (const guint8 *key, const guint8 *sealed, gsize sealed_size,
                                      const char *commitment, GError **error);
/* Keys below the master key (HKDF-SHA-256): of the side file of bundle index, or of pending (-1).
 * FALSE without memory. */
gboolean guardian_audit_seal_derive (const CardeaSecret *master, gint64 index,
                                     guint8 *ret_key) G_GNUC_WARN_UNUSED_RESULT;
gboolean guardian_audit_seal_wrap_pending (GuardianAudit *audit, const CardeaSecret *key,
                                           guint8 *ret_wrap);
CardeaSecret *guardian_audit_seal_unwrap_pending (GuardianAudit *audit);

/* guardian-audit-pending.c */
gboolean guardian_audit_pending_append (GuardianAudit *audit, const char *entry, gsize entry_size,
                                        const GByteArray *slot, gboolean has_detail,
                                        GuardianAuditDurability durability, GError **error);
/* Writes the file anew: from base on, without the slot of record drop (-1: none), with slots for
 * the details that waited for keys. What the old file held cannot be read any more. */
gboolean guardian_audit_pending_rewrite (GuardianAudit *audit, guint64 base,
                                         const CardeaTlogHash *root, gint64 drop, GError **error);
gboolean guardian_audit_pending_sync (GuardianAudit *audit, GError **error);
GuardianAuditWaiting *guardian_audit_pending_get (GuardianAudit *audit, guint64 seq);
/* Entry and slot of waiting records [first, first + count), as frames in out. */
gboolean guardian_audit_pending_read (GuardianAudit *audit, guint64 first, guint count,
                                      GByteArray *out, GError **error);
gsize guardian_audit_pending_frame_size (const GuardianAuditWaiting *waiting);
#define GUARDIAN_AUDIT_PENDING_ENTRY_AT 12u /* of the entry in its frame */

/* guardian-audit-recover.c */
gboolean guardian_audit_recover (GuardianAudit *audit, GError **error);
void guardian_audit_recover_clean (GuardianAudit *audit);

/* guardian-audit-publish.c: moves records up to size out of pending, under this checkpoint. */
gboolean guardian_audit_publish (GuardianAudit *audit, guint64 size, const CardeaTlogHash *root,
                                 GBytes *checkpoint, GError **error);

/* guardian-audit-checkpoint.c */
void guardian_audit_checkpoint_schedule (GuardianAudit *audit);
void guardian_audit_checkpoint_end (GuardianAudit *audit);

/* guardian-audit-read.c: whether the record has a detail that is still there. */
gboolean guardian_audit_read_has_detail (GuardianAudit *audit, gint64 seq, gboolean *ret,
                                         GError **error);

/* guardian-audit-redact.c: carries out redactions that are recorded. */
gboolean guardian_audit_redact_finish (GuardianAudit *audit, GError **error);
