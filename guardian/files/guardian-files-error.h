/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* Why the files worker does not do what it was asked. A message is a sentence for the person and
 * never tells what a path led to: the asker may be an agent that must not learn it. */
typedef enum {
  GUARDIAN_FILES_ERROR_NOT_FOUND,
  GUARDIAN_FILES_ERROR_AMBIGUOUS,
  GUARDIAN_FILES_ERROR_UNSUITABLE, /* not a file or folder, a loop, too long, no permission */
  GUARDIAN_FILES_ERROR_DENIED,     /* closed to everybody (tier 5) */
  GUARDIAN_FILES_ERROR_CHANGED,    /* vanished or changed since it was looked at */
  GUARDIAN_FILES_ERROR_STALE,      /* not the content that was expected: planning anew is no help */
  GUARDIAN_FILES_ERROR_BUSY,       /* a limit of the worker is reached */
  GUARDIAN_FILES_ERROR_UNAVAILABLE, /* a disk or server does not answer; no namespace */
  GUARDIAN_FILES_ERROR_CANCELLED,
  GUARDIAN_FILES_ERROR_INTERNAL,
  GUARDIAN_FILES_ERROR_WOULD_BLOCK, /* not for the wire: ask again where waiting is allowed */
} GuardianFilesError;

#define GUARDIAN_FILES_ERROR (guardian_files_error_quark ())
GQuark guardian_files_error_quark (void);

/* The code of the "refused" message. */
const char *guardian_files_error_code (const GError *error);

/* Sets *error from errno_value of a system call on a path. */
void guardian_files_error_set_errno (GError **error, int errno_value);
/* In place of what *error is: no room in guardian-files-pool.h. */
void guardian_files_error_set_busy (GError **error);
