/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

/* What is asked for: objects.md, Operation. */

typedef enum {
  GUARDIAN_CHANGE_WRITE,
  GUARDIAN_CHANGE_APPEND,
  GUARDIAN_CHANGE_CREATE,
  GUARDIAN_CHANGE_DELETE,
  GUARDIAN_CHANGE_RENAME,
  GUARDIAN_CHANGE_MKDIR,
  GUARDIAN_CHANGE_METADATA,
} GuardianChangeVerb;

typedef struct {
  GuardianChangeVerb verb;
  char *path;
  char *to; /* of a rename; else NULL */
  gint64 offset;
  gint64 length; /* within the content; what is written */
  char *expect;  /* SHA-256, lower-case hex; or NULL */
  gint mode;     /* permission bits; -1: none given */
  gint64 mtime;  /* microseconds; -1: none given */
} GuardianChangeOperation;

void guardian_change_operation_free (GuardianChangeOperation *operation);

const char *guardian_change_operation_name (GuardianChangeVerb verb);
gboolean guardian_change_operation_verb (const char *name, GuardianChangeVerb *ret_verb);

/* operations: untrusted. content: bytes there are to write. NULL with GUARDIAN_FILES_ERROR. The
 * result owns its elements. */
GPtrArray *guardian_change_operation_read_all (const CardeaJson *operations, gint64 content,
                                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
