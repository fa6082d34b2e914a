/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* A plain text that is looked for, in any case. Without letters beyond ASCII it is found at the
 * speed of memory; with them, line by line under Unicode's case folding and composed form. */
typedef struct _GuardianFilesNeedle GuardianFilesNeedle;

/* text: UTF-8. NULL when it is empty. Immutable: any thread. */
GuardianFilesNeedle *guardian_files_needle_new (const char *text) G_GNUC_WARN_UNUSED_RESULT;
void guardian_files_needle_free (GuardianFilesNeedle *needle);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianFilesNeedle, guardian_files_needle_free)

/* name: bytes of a stranger. */
gboolean guardian_files_needle_in_name (const GuardianFilesNeedle *needle, const char *name);

/* Where in text (bytes of a stranger, NUL allowed) it first stands, or -1; folded is scratch room
 * of the same size. Beyond ASCII the answer is the beginning of the line. */
gssize guardian_files_needle_find (const GuardianFilesNeedle *needle, const char *text, gsize size,
                                   char *folded);
gsize guardian_files_needle_size (const GuardianFilesNeedle *needle);
