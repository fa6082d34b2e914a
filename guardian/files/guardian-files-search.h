/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "guardian/files/guardian-files-closed.h"

/* Looks for a plain text, in any case, in one file or in the files of a folder and below. Not
 * looked into: names that begin with a dot, what is closed (also by another hard link), what holds
 * a NUL byte. The result is an array of {name|name_b64, line, text} as files.found carries it, in
 * the order of the names; text is the line, cut to the surroundings of the place. ret_truncated:
 * there may be more. NULL with GUARDIAN_FILES_ERROR. May wait. */
CardeaJson *guardian_files_search (const GuardianFilesMounts *mounts, GuardianFilesClosed *closed,
                                   const GuardianFilesObject *object, const char *text, guint limit,
                                   const gint *cancelled, gboolean *ret_truncated,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
