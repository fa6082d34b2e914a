/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "guardian/files/change/guardian-change-segment.h"

/* The undo store: what files were before they were changed, which changes there were, and the
 * journal of those under way. One process; safe from any thread. */
typedef struct _GuardianChangeStore GuardianChangeStore;

typedef enum {
  GUARDIAN_CHANGE_STATE_PREPARED, /* names of our own may lie about; nothing was changed */
  GUARDIAN_CHANGE_STATE_INTENDED, /* under way */
  GUARDIAN_CHANGE_STATE_MADE,
  GUARDIAN_CHANGE_STATE_UNDONE,
  GUARDIAN_CHANGE_STATE_EXPIRED,
  GUARDIAN_CHANGE_STATE_TAKEN_BACK, /* never was */
} GuardianChangeState;

/* A change as far as it is held in memory. */
typedef struct {
  char *id;
  GuardianChangeState state;
  gint64 time;     /* microseconds */
  char *session;   /* or NULL */
  char *of;        /* the change that this one took back; or NULL */
  char *undone_by; /* the change that took it back; or NULL */
  gint64 bytes;    /* of former content it needs */
  gboolean broken; /* a part of it was damaged: it cannot be taken back */
} GuardianChangeEntry;

#define GUARDIAN_CHANGE_STORE_CHUNK (1u << 20)

/* Takes folder (a descriptor that can be read, of an own, private folder). key: 32 bytes. What
 * cannot be read is left alone, and said so (damaged). NULL with GUARDIAN_FILES_ERROR. */
GuardianChangeStore *guardian_change_store_new (int folder, const CardeaSecret *key,
                                                gint64 max_bytes, guint days,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
GuardianChangeStore *guardian_change_store_ref (GuardianChangeStore *store);
void guardian_change_store_unref (GuardianChangeStore *store);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianChangeStore, guardian_change_store_unref)

/* New limits; what is over them goes, oldest first. */
void guardian_change_store_set_limits (GuardianChangeStore *store, gint64 max_bytes, guint days);
gint64 guardian_change_store_max_bytes (GuardianChangeStore *store);
gint64 guardian_change_store_used (GuardianChangeStore *store);
/* Forgets every change that is not under way. Returns how many there were. */
guint guardian_change_store_clear (GuardianChangeStore *store);

/* Keeps at most CHUNK bytes; the same bytes once. The caller needs it until it drops it or records
 * an intent that names it. */
gboolean guardian_change_store_put (GuardianChangeStore *store, const void *bytes, gsize size,
                                    guint8 ret_id[GUARDIAN_CHANGE_RECORD_ID],
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void guardian_change_store_drop (GuardianChangeStore *store,
                                 const guint8 id[GUARDIAN_CHANGE_RECORD_ID]);
/* NULL: it is not there any more, or damaged. */
GBytes *guardian_change_store_get (GuardianChangeStore *store,
                                   const guint8 id[GUARDIAN_CHANGE_RECORD_ID])
    G_GNUC_WARN_UNUSED_RESULT;

/* While it is held a change does not expire, whatever room is needed: it is being taken back. */
void guardian_change_store_hold (GuardianChangeStore *store, const char *id);
void guardian_change_store_let_go (GuardianChangeStore *store, const char *id);

/* Makes room for size more bytes of former content, at the cost of the oldest. FALSE: there cannot
 * be room. */
gboolean guardian_change_store_make_room (GuardianChangeStore *store, gint64 size);

/* Records of a change (README.md). state is what the record makes of it. An intent holds on to the
 * chunks of its items; a change that is TAKEN_BACK, UNDONE or EXPIRED needs them no more. */
gboolean guardian_change_store_write (GuardianChangeStore *store, GuardianChangeState state,
                                      const CardeaJson *record,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* All that was written is on stable storage. May be called from several threads at once. */
gboolean guardian_change_store_sync (GuardianChangeStore *store,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Copies, newest first; free with guardian_change_entry_free(). */
GPtrArray *guardian_change_store_entries (GuardianChangeStore *store);
GuardianChangeEntry *guardian_change_store_find (GuardianChangeStore *store, const char *id);
void guardian_change_entry_free (GuardianChangeEntry *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianChangeEntry, guardian_change_entry_free)

/* The record of that kind of a change: PREPARE, INTENT, or the STATE that says it was made. NULL:
 * not there, or damaged. */
CardeaJson *guardian_change_store_read (GuardianChangeStore *store, const char *id,
                                        GuardianChangeRecordType type) G_GNUC_WARN_UNUSED_RESULT;
