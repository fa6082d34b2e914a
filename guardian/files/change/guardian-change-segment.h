/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/change/guardian-change-record.h"

/* One file of the undo store: records behind one another, only ever appended to. Not thread-safe;
 * the store's lock is over it. */

typedef struct {
  guint number; /* its name */
  int fd;
  guint8 id[GUARDIAN_CHANGE_RECORD_SEGMENT];
  guint64 sequence; /* of the next record */
  gint64 end;       /* where it will lie */
  GByteArray *room; /* for sealing */
  gboolean damaged; /* not all of it could be read: nothing in it is undone, nothing is added */
} GuardianChangeSegment;

/* In folder, which stays the caller's. NULL with GUARDIAN_FILES_ERROR. */
GuardianChangeSegment *guardian_change_segment_new (int folder, guint number,
                                                    const CardeaSecret *key,
                                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Called for each record, in order. content: NULL for chunks, which are not opened here. */
typedef void (*GuardianChangeSegmentVisit) (GuardianChangeSegment *segment,
                                            const GuardianChangeRecord *record, gint64 offset,
                                            const guint8 *content, gpointer user_data);

/* Reads what is there. newest: what a crash cut off at its end is removed. Under another key than
 * it was made with it is damaged, and stays as it is. */
GuardianChangeSegment *guardian_change_segment_open (int folder, guint number, gboolean newest,
                                                     const CardeaSecret *key,
                                                     GuardianChangeSegmentVisit visit,
                                                     gpointer user_data,
                                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
void guardian_change_segment_free (GuardianChangeSegment *segment);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianChangeSegment, guardian_change_segment_free)

/* All of it or, on an error, nothing. ret_offset: where it lies. */
gboolean guardian_change_segment_append (GuardianChangeSegment *segment, const CardeaSecret *key,
                                         GuardianChangeRecordType type, const guint8 *id,
                                         const void *content, gsize size, gint64 *ret_offset,
                                         GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The content of the record at offset, at most limit bytes; NULL when it is not there or damaged.
 */
GBytes *guardian_change_segment_read (const GuardianChangeSegment *segment, const CardeaSecret *key,
                                      gint64 offset, gsize limit) G_GNUC_WARN_UNUSED_RESULT;

/* Gives the content's room back and leaves nothing of it to read. */
void guardian_change_segment_forget (GuardianChangeSegment *segment, gint64 offset, gsize size);

/* Bytes it takes on the disk. */
gint64 guardian_change_segment_used (const GuardianChangeSegment *segment);

/* "00000012.undo" ↔ 0x12; FALSE for other names. */
#define GUARDIAN_CHANGE_SEGMENT_NAME 16u
void guardian_change_segment_name (guint number, char name[GUARDIAN_CHANGE_SEGMENT_NAME]);
gboolean guardian_change_segment_number (const char *name, guint *ret_number);
