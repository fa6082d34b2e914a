/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "guardian/files/change/guardian-change-record.h"

/* Which chunks a file's former content consists of. What lies between them was a hole. */
typedef struct {
  gint64 offset;
  guint32 size;
  guint8 id[GUARDIAN_CHANGE_RECORD_ID];
} GuardianChangePiece;

/* As the member "pieces" of an object: base64 of offset (64 bits), size (32 bits), id for each,
 * integers big-endian. */
void guardian_change_pieces_write (CardeaJson *former, const GArray *pieces);
/* Of GuardianChangePiece, in order, not overlapping; NULL when it is anything else. */
GArray *guardian_change_pieces_read (const CardeaJson *former);
