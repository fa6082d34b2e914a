/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "guardian/files/guardian-files-closed.h"
#include "guardian/files/guardian-files-tree.h"

typedef enum {
  GUARDIAN_FILES_LIST_NAME,
  GUARDIAN_FILES_LIST_MTIME, /* newest first */
  GUARDIAN_FILES_LIST_SIZE,  /* largest first */
} GuardianFilesListSort;

typedef struct {
  guint depth;
  GuardianFilesListSort sort;
  const char *pattern; /* part of a name, any case; NULL: all */
  guint limit;
} GuardianFilesListQuery;

/* The first entries in the wanted order, as files.listed carries them: an array of
 * {name|name_b64, kind, size, mtime}. Names that begin with a dot are left out. ret_truncated:
 * there are more, or a limit was reached. NULL with GUARDIAN_FILES_ERROR. May wait. */
CardeaJson *guardian_files_list (const GuardianFilesMounts *mounts,
                                 const GuardianFilesClosed *closed, int folder,
                                 const GuardianFilesListQuery *query, const gint *cancelled,
                                 gboolean *ret_truncated, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Sets name, or name_b64 when it is not UTF-8; adds to *size what the object will take at most. */
void guardian_files_list_set_name (CardeaJson *object, const char *name, gsize *size);

/* What the texts of one answer may take together; below the wire's limit for the array. */
#define GUARDIAN_FILES_LIST_TEXT (700u * 1024u)
