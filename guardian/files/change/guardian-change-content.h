/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/change/guardian-change-attributes.h"
#include "guardian/files/change/guardian-change-store.h"
#include "guardian/files/guardian-files-object.h"

/* Contents of files: read, kept in the undo store, written. */

/* A file as it was, or is to be again. */
typedef struct {
  gint64 size;
  char sha256[65];
  gboolean kept;  /* pieces has all of it */
  GArray *pieces; /* GuardianChangePiece; or NULL */
  GuardianChangeAttributes *attributes;
} GuardianChangeFormer;

void guardian_change_former_free (GuardianChangeFormer *former);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianChangeFormer, guardian_change_former_free)

CardeaJson *guardian_change_former_write (const GuardianChangeFormer *former);
GuardianChangeFormer *guardian_change_former_parse (const CardeaJson *json);
/* Chunks that no intent names yet are needed no more. */
void guardian_change_former_drop (GuardianChangeFormer *former, GuardianChangeStore *store);

/* The held file itself, for reading. -1 with GUARDIAN_FILES_ERROR. */
int guardian_change_content_open (const GuardianFilesObject *object,
                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Reads the whole of fd, once: its digest, its attributes, and with store its content into it.
 * Holes stay holes. With store and when it does not fit any more: kept is FALSE, and no error.
 * stop: atomic, read again and again, not 0 ends it with ERROR_UNAVAILABLE; or NULL. */
GuardianChangeFormer *guardian_change_content_keep (int fd, GuardianChangeStore *store,
                                                    const gint *stop,
                                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* All of fd when it is at most limit bytes; NULL, without an error when it is larger. */
GBytes *guardian_change_content_read (int fd, gsize limit, GError **error);
GBytes *guardian_change_content_read_former (const GuardianChangeFormer *former,
                                             GuardianChangeStore *store, gsize limit);

/* To an empty file. */
gboolean guardian_change_content_write (int fd, const void *bytes, gsize size, gint64 offset,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean guardian_change_content_restore (const GuardianChangeFormer *former,
                                          GuardianChangeStore *store, int fd,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The content of from, holes too, shared with a disk that can share. stop: as above. */
gboolean guardian_change_content_copy (int from, int to, gint64 size, const gint *stop,
                                       GError **error) G_GNUC_WARN_UNUSED_RESULT;
