/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/change/guardian-change-store.h"

/* Inside the store: which chunks and changes its files hold, as their records say. Not thread-safe;
 * the store's lock is over it. */

typedef struct {
  guint8 id[GUARDIAN_CHANGE_RECORD_ID];
  GuardianChangeSegment *segment;
  gint64 offset;
  guint32 size;
  guint uses;        /* by changes, and by callers that are about to record one */
  gboolean verified; /* written by this process, or read and found whole */
} GuardianChangeChunk;

typedef struct {
  GuardianChangeSegment *segment; /* NULL: there is no such record */
  gint64 offset;
  guint32 size; /* of its content */
} GuardianChangeSpot;

typedef struct {
  GuardianChangeEntry entry;
  GuardianChangeSpot prepare, intent, made, last; /* last: the newest state */
  GArray *pieces;    /* GuardianChangePiece, of all its items; NULL: none are held */
  guint holds;       /* it is being taken back */
  gboolean unlisted; /* so old that it is not shown any more */
} GuardianChangeRow;

typedef struct {
  GHashTable *chunks; /* id → GuardianChangeChunk, owned */
  GHashTable *rows;   /* id of a change → GuardianChangeRow, owned */
  GPtrArray *order;   /* the same, oldest first */
  gint64 bytes;       /* of the chunks that are in use */
} GuardianChangeLedger;

void guardian_change_ledger_init (GuardianChangeLedger *ledger);
void guardian_change_ledger_clear (GuardianChangeLedger *ledger);

GuardianChangeChunk *guardian_change_ledger_find_chunk (GuardianChangeLedger *ledger,
                                                        const guint8 *id);
GuardianChangeChunk *guardian_change_ledger_add_chunk (GuardianChangeLedger *ledger,
                                                       const guint8 *id, guint32 size,
                                                       GuardianChangeSegment *segment,
                                                       gint64 offset);
void guardian_change_ledger_use (GuardianChangeLedger *ledger, GuardianChangeChunk *chunk);
/* When nobody uses it any more its room is given back. */
void guardian_change_ledger_release (GuardianChangeLedger *ledger, const guint8 *id);
/* Gives back the room of chunks that nothing uses. */
void guardian_change_ledger_sweep (GuardianChangeLedger *ledger);

GuardianChangeRow *guardian_change_ledger_find (GuardianChangeLedger *ledger, const char *id);
/* What record says, written at spot. FALSE: it makes no sense. */
gboolean guardian_change_ledger_take (GuardianChangeLedger *ledger, GuardianChangeRecordType type,
                                      const CardeaJson *record, const GuardianChangeSpot *spot);
/* It needs its former contents no more. */
void guardian_change_ledger_let_go (GuardianChangeLedger *ledger, GuardianChangeRow *row);

/* TRUE when nothing of the segment is needed by anything. */
gboolean guardian_change_ledger_spares (GuardianChangeLedger *ledger,
                                        const GuardianChangeSegment *segment);
/* Forgets all that lies in it. */
void guardian_change_ledger_cut (GuardianChangeLedger *ledger,
                                 const GuardianChangeSegment *segment);

const char *guardian_change_ledger_state_name (GuardianChangeState state);
