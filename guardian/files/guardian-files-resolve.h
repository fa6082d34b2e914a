/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/guardian-files-closed.h"

/* From what somebody asked for to the one object that is meant. */

typedef enum {
  GUARDIAN_FILES_WANT_FILE,
  GUARDIAN_FILES_WANT_FOLDER,
  GUARDIAN_FILES_WANT_ANY,
} GuardianFilesWant;

/* All bytes, untrusted. Either path or name. */
typedef struct {
  const char *path;   /* absolute, or beginning with ~/ */
  const char *name;   /* one element, looked for in folder and the lookup places of home */
  const char *folder; /* with name; absolute; may be NULL */
  const char *home;   /* absolute */
  GuardianFilesWant want;
} GuardianFilesResolveQuery;

typedef struct {
  GuardianFilesObject *object;
  char *via;         /* what was asked for, when a link led elsewhere; or NULL */
  gboolean closed;   /* tier 5 closes it, under whatever name it was reached */
  char **candidates; /* with ERROR_AMBIGUOUS: the folders; or NULL */
  guint64 mount;     /* with ERROR_WOULD_BLOCK: as guardian_files_walk() says */
} GuardianFilesResolution;

void guardian_files_resolution_clear (GuardianFilesResolution *resolution);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GuardianFilesResolution, guardian_files_resolution_clear)

/* closed belongs to query->home. A bare name always may wait. Any thread. On FALSE *ret_resolution
 * still is to be cleared. */
gboolean guardian_files_resolve (const GuardianFilesMounts *mounts, GuardianFilesClosed *closed,
                                 const GuardianFilesResolveQuery *query, GuardianFilesWalkMode mode,
                                 GuardianFilesResolution *ret_resolution,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;
