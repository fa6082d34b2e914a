/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/tlog/cardea-tlog-checkpoint.h"
#include "common/tlog/cardea-tlog-leaf.h"
#include "common/tlog/cardea-tlog-tile.h"
#include "common/tlog/cardea-tlog-verify.h"

/* What was found wrong first, by rank: a cause outranks what follows from it. */
typedef struct {
  char *what; /* NULL: nothing */
  char *file;
  gint64 seq;
  gint64 offset;
} CardeaTlogDamage;

typedef struct {
  CardeaTlogLeaf leaf;
  CardeaTlogHash hash;
} CardeaTlogVerifyLeaf;

typedef struct {
  gint64 first, last;
  gboolean redacted;
} CardeaTlogGone;

typedef struct {
  gint64 seq;
  gboolean redacted; /* its slot is there and says so */
} CardeaTlogMissing;

/* One verification. Read-only while bundles are verified by several threads. */
typedef struct {
  int folder;
  const CardeaTlogKey *key; /* the caller's, or the log's own */
  CardeaTlogCheckpoint *checkpoint;
  CardeaTlogReport *report;
  CardeaTlogHasher *hasher;
  guint64 size;  /* leaves under the checkpoint */
  guint64 total; /* and with the pending ones */
  guint64 base;  /* where pending begins */
  CardeaTlogHash base_root;
  GArray *waiting; /* of CardeaTlogVerifyLeaf: pending's, base to total */
  /* levels[0]: hashes of the leaves from the last bundle's first to total; levels[l]: all of level
   * l. */
  GArray *levels[CARDEA_TLOG_TILE_LEVELS];
  guint64 tail;           /* the first leaf in levels[0] */
  GArray *gone;           /* of CardeaTlogGone */
  GArray *missing;        /* of CardeaTlogMissing */
  CardeaTlogDamage fatal; /* certainly damage */
  CardeaTlogDamage entry; /* an entry and its hash differ: this if the entries are wrong… */
  CardeaTlogDamage tile;  /* …and this if they are right */
  CardeaTlogDamage detail;
} CardeaTlogVerify;

/* A run of bundles under the checkpoint, verified by one thread. */
typedef struct {
  const CardeaTlogVerify *verify;
  guint64 first, count; /* bundles */
  GArray *roots;        /* of the whole ones */
  GArray *tail;         /* leaf hashes of the one that is not whole */
  GArray *gone, *missing;
  CardeaTlogDamage fatal, entry, tile, detail;
} CardeaTlogVerifyUnit;

/* Keeps the first damage. file is taken, what is a printf format. */
void cardea_tlog_verify_note (CardeaTlogDamage *damage, char *file, gint64 seq, gint64 offset,
                              const char *what, ...) G_GNUC_PRINTF (5, 6);
void cardea_tlog_verify_clear_damage (CardeaTlogDamage *damage);

/* cardea-tlog-verify-bundle.c */
CardeaTlogVerifyUnit *cardea_tlog_verify_unit_new (const CardeaTlogVerify *verify, guint64 first,
                                                   guint64 count);
void cardea_tlog_verify_unit_free (CardeaTlogVerifyUnit *unit);
void cardea_tlog_verify_unit_run (CardeaTlogVerifyUnit *unit);
/* The side file of a bundle that lies behind the checkpoint as a whole. */
void cardea_tlog_verify_waiting_details (CardeaTlogVerify *verify, guint64 bundle);

/* cardea-tlog-verify-files.c: reads pending into waiting; everything else that lies in the folder.
 * Damage goes to fatal. */
void cardea_tlog_verify_pending (CardeaTlogVerify *verify);
void cardea_tlog_verify_strays (CardeaTlogVerify *verify);
/* "is missing" or why it could not be read. */
void cardea_tlog_verify_unreadable (CardeaTlogDamage *damage, char *file, const GError *error);

/* cardea-tlog-verify-gone.c: a detail may be gone only where a record says so. */
void cardea_tlog_verify_missing (CardeaTlogVerify *verify);
