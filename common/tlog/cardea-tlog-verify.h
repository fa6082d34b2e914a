/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/tlog/cardea-tlog-key.h"

/* Verifies a whole log folder: every byte of every file in it. Works beside a guardian that appends
 * (it starts anew when the log moved under it). */

typedef enum {
  CARDEA_TLOG_VERDICT_WHOLE,
  CARDEA_TLOG_VERDICT_DAMAGED,
  CARDEA_TLOG_VERDICT_UNKNOWN, /* there is no log, or it could not be read */
} CardeaTlogVerdict;

typedef struct {
  CardeaTlogVerdict verdict;
  /* TRUE when something the caller brought (a key or an earlier checkpoint) vouched for the log;
   * FALSE: somebody who replaced the whole folder would not have been noticed. */
  gboolean anchored;
  char *origin;     /* NULL without a checkpoint */
  guint64 sealed;   /* records under the checkpoint */
  guint64 pending;  /* records that no checkpoint covers yet */
  guint64 redacted; /* details gone by redaction… */
  guint64 lost;     /* …and by a crash before there were keys, each said by a later record */
  guint64 torn;     /* bytes of a last record that was never acknowledged */
  /* For DAMAGED and UNKNOWN: what is wrong, and where. */
  char *what;
  char *file;    /* from the log's folder; NULL: not one file */
  gint64 seq;    /* -1: not one record */
  gint64 offset; /* byte in file, of the record or hash; -1: not known */
} CardeaTlogReport;

/* key: the key the log must be signed with, or NULL: log.vkey, which anchors nothing. earlier: the
 * bytes of a checkpoint file of this log, kept elsewhere, or NULL. threads: 0 for as many as the
 * machine has, at most 4. Never NULL. */
CardeaTlogReport *cardea_tlog_verify (const char *folder, const CardeaTlogKey *key, GBytes *earlier,
                                      guint threads) G_GNUC_WARN_UNUSED_RESULT;
void cardea_tlog_verify_report_free (CardeaTlogReport *report);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaTlogReport, cardea_tlog_verify_report_free)

/* One line for a person, without the program's name. The caller owns it. */
char *cardea_tlog_verify_describe (const CardeaTlogReport *report);
