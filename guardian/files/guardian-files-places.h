/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/guardian-files-walk.h"

/* ~/Documents, ~/Downloads, ~/Desktop, or what user-dirs.dirs (xdg-user-dirs) says in its simple
 * form. text: its content or NULL. NULL-terminated absolute paths; the caller's. */
char **guardian_files_places_lookup (const char *home, const char *text, gsize size);

/* The same, with the file read from $XDG_CONFIG_HOME or home; bounded. NULL only with
 * ERROR_WOULD_BLOCK and ret_mount, as of guardian_files_walk(). */
char **guardian_files_places_lookup_read (const GuardianFilesMounts *mounts, const char *home,
                                          GuardianFilesWalkMode mode, guint64 *ret_mount,
                                          GError **error);
