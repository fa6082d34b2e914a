/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/base/cardea-secret.h"

#include <glib.h>

/* One sealed record of the undo store, as bytes (README.md, "The store's format"). */

#define GUARDIAN_CHANGE_RECORD_HEADER 80u
#define GUARDIAN_CHANGE_RECORD_TAG 16u
#define GUARDIAN_CHANGE_RECORD_ID 32u
#define GUARDIAN_CHANGE_RECORD_SEGMENT 16u       /* bytes of a segment's random id */
#define GUARDIAN_CHANGE_RECORD_LIMIT (16u << 20) /* bytes of content */
#define GUARDIAN_CHANGE_RECORD_KEY 32u

typedef enum {
  GUARDIAN_CHANGE_RECORD_CHUNK = 1, /* a piece of former content */
  GUARDIAN_CHANGE_RECORD_PREPARE,   /* a transaction is about to make names of its own */
  GUARDIAN_CHANGE_RECORD_INTENT,    /* all it will do; what was */
  GUARDIAN_CHANGE_RECORD_STATE,     /* how it ended; what became of it later */
  GUARDIAN_CHANGE_RECORD_END,
} GuardianChangeRecordType;

typedef struct {
  GuardianChangeRecordType type;
  guint64 sequence;                     /* in its segment, from 0 */
  guint32 size;                         /* of the content */
  guint8 id[GUARDIAN_CHANGE_RECORD_ID]; /* of a chunk; zero otherwise */
} GuardianChangeRecord;

/* header: GUARDIAN_CHANGE_RECORD_HEADER bytes, untrusted. FALSE: it is none. Nothing in it is true
 * before the record was opened. */
gboolean guardian_change_record_read_header (const guint8 *header,
                                             GuardianChangeRecord *ret_record);

/* Header, content and tag: size + HEADER + TAG bytes to sealed. segment: its random id. */
void guardian_change_record_seal (const CardeaSecret *key, const guint8 *segment,
                                  const GuardianChangeRecord *record, const void *content,
                                  guint8 *sealed);

/* sealed: as many bytes as record, read from it, says. content: record->size bytes. FALSE: it is
 * not what was sealed at this place. */
gboolean guardian_change_record_open (const CardeaSecret *key, const guint8 *segment,
                                      const GuardianChangeRecord *record, const guint8 *sealed,
                                      guint8 *content) G_GNUC_WARN_UNUSED_RESULT;
