/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/guardian-files-walk.h"

/* The content of a held file, as sealed memfds. */

/* A file as it was when its reading began; a later piece of another state is refused. */
typedef struct {
  gint64 size;
  gint64 mtime_ns;
  gint64 ctime_ns;
} GuardianFilesSnapshot;

typedef struct {
  int memfd; /* sealed against write, shrink, grow, seal; the caller's */
  gint64 bytes;
  gboolean end;
  char sha256[65]; /* lower-case hex when a digest was wanted, else empty */
} GuardianFilesPiece;

/* Opens the held object itself for reading, never its path. ret_snapshot may be NULL. -1 with
 * ERROR_CHANGED when its last name is gone, ERROR_UNSUITABLE for what is no regular file. */
int guardian_files_read_open (const GuardianFilesObject *object,
                              GuardianFilesSnapshot *ret_snapshot,
                              GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* At most CARDEA_LIMIT_MEMFD bytes from offset. With settle the file may still change until this
 * piece is read (the first piece): snapshot is then brought up to date. ERROR_CHANGED when it is
 * not in the state of snapshot. In mode NOW only what is in memory, else ERROR_WOULD_BLOCK. */
gboolean guardian_files_read_piece (int fd, GuardianFilesSnapshot *snapshot, gboolean settle,
                                    gint64 offset, gint64 length, GuardianFilesWalkMode mode,
                                    gboolean digest, GuardianFilesPiece *ret_piece,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A sealed memfd that holds the whole of a small file, and may be handed out again while the file
 * says the same. */
typedef struct {
  int memfd;     /* -1: none */
  guint8 *bytes; /* of it, mapped */
  gsize size;
} GuardianFilesKept;

#define GUARDIAN_FILES_KEPT_SIZE (64u * 1024u)

void guardian_files_kept_clear (GuardianFilesKept *kept);
/* Keeps what piece holds, when it is a whole file of a size worth keeping; piece stays as it is. */
void guardian_files_kept_set (GuardianFilesKept *kept, const GuardianFilesPiece *piece,
                              gint64 offset);
/* The whole file is read and compared, so that no clock is trusted; when it is in the state of
 * snapshot and says what is kept, piece gets a descriptor of its own of the kept memfd. FALSE: it
 * must be read (guardian_files_read_piece()). */
gboolean guardian_files_kept_serve (const GuardianFilesKept *kept, int fd,
                                    const GuardianFilesSnapshot *snapshot,
                                    GuardianFilesPiece *ret_piece);

/* The first limit bytes of a held regular file, for the worker's own use; NULL on any failure. */
char *guardian_files_read_start (const GuardianFilesObject *object, gsize limit, gsize *ret_size);
