/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* The program that a person named, in the terminal or in the window. */

typedef enum {
  UI_PROGRAM_ERROR_USAGE,      /* what the person said cannot be: the message says what can */
  UI_PROGRAM_ERROR_NOT_FOUND,  /* there is no program of that name */
  UI_PROGRAM_ERROR_UNSUITABLE, /* there is something, and it cannot be run like this */
  UI_PROGRAM_ERROR_FAILED,     /* the system does not give what it needs */
} UiProgramError;

#define UI_PROGRAM_ERROR (ui_program_error_quark ())
GQuark ui_program_error_quark (void);

/* Its full path: as a shell finds it, in $PATH when the name has no slash. NOT_FOUND, or UNSUITABLE
 * when only something that is not executable has that name. The caller owns it. */
char *ui_program_find (const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* arguments (the name as it was typed first), our environment and more of it (NAME=VALUE, or NULL)
 * as a sealed memfd (common/protocol/objects.md, Command). -1 with an error: too much of it. */
int ui_program_pack (char **arguments, char **more, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* A path as it was typed, from our working folder; nothing is looked up. USAGE: empty, or longer
 * than any path may be. The caller owns it. */
char *ui_program_absolute_path (const char *path, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* "PATH:rw" → "rw", and the path alone is left; else "ro". The answer is static. */
const char *ui_program_cut_access (char *path);
