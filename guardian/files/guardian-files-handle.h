/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/guardian-files-object.h"
#include "guardian/files/guardian-files-read.h"
#include "guardian/files/guardian-files-trail.h"

/* What is held for the core between "resolve" and "release", under random names. */

#define GUARDIAN_FILES_HANDLE_LIMIT 512 /* a worker; below its row's RLIMIT_NOFILE */

typedef struct {
  gatomicrefcount references; /* a job keeps its handle although it was released */
  char *id;
  GuardianFilesObject *object;
  char *home;      /* what was home when it was resolved */
  gboolean closed; /* tier 5: held for the record, never read */
  /* Only the main thread touches what follows. */
  int reader; /* opened by the first read; -1 before, and always on slow mounts */
  gboolean begun;
  GuardianFilesSnapshot snapshot; /* when begun */
  GuardianFilesTrail *trail;      /* once it was read again; or NULL */
  GuardianFilesKept kept;         /* what was handed out, while there is a trail */
} GuardianFilesHandle;

GuardianFilesHandle *guardian_files_handle_ref (GuardianFilesHandle *handle);
void guardian_files_handle_unref (GuardianFilesHandle *handle);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianFilesHandle, guardian_files_handle_unref)

/* id → handle. */
GHashTable *guardian_files_handle_table_new (void);

/* Takes object. The result is borrowed from table; NULL with ERROR_BUSY when it is full. */
GuardianFilesHandle *guardian_files_handle_add (GHashTable *table, GuardianFilesObject *object,
                                                const char *home, gboolean closed,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
