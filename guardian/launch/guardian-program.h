/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* A program that a person named, as it lies outside. */
typedef struct {
  char *path;   /* the real one: no link on the way */
  char *prefix; /* what must be brought inside for it: the folder it is installed in, or itself;
                 * NULL: it lies in the system's folders, which are inside */
} GuardianProgram;

typedef enum {
  GUARDIAN_PROGRAM_ERROR_MISSING,    /* there is nothing of that name */
  GUARDIAN_PROGRAM_ERROR_UNSUITABLE, /* a folder, a device, not executable */
} GuardianProgramError;

#define GUARDIAN_PROGRAM_ERROR (guardian_program_error_quark ())
GQuark guardian_program_error_quark (void);

/* path: absolute. home: the person's; neither it nor what lies above it nor its folders of settings
 * and data are ever a prefix. */
gboolean guardian_program_find (const char *path, const char *home, GuardianProgram *ret_program,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
void guardian_program_clear (GuardianProgram *program);
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (GuardianProgram, guardian_program_clear)
