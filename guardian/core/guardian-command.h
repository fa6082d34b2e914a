/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

/* The arguments of a Command (common/protocol/objects.md), as policy judges and the log keeps
 * them. */

typedef enum {
  GUARDIAN_COMMAND_ERROR_FORM, /* it has no arguments, or another form */
} GuardianCommandError;

#define GUARDIAN_COMMAND_ERROR (guardian_command_error_quark ())
GQuark guardian_command_error_quark (void);

#define GUARDIAN_COMMAND_LIMIT (4u * 1024u * 1024u) /* bytes; beyond: refused */
#define GUARDIAN_COMMAND_KEPT (16u * 1024u)         /* bytes of arguments in the answer */

/* fd: a sealed memfd. program stands in place of the name that was typed, since that is what runs.
 * What is not UTF-8 is escaped. ret_count: how many arguments there are, also those beyond what is
 * kept. NULL with an error. The caller owns the array. */
CardeaJson *guardian_command_read (int fd, const char *program, gint64 *ret_count,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same from bytes. */
CardeaJson *guardian_command_parse (const char *bytes, gsize size, const char *program,
                                    gint64 *ret_count, GError **error) G_GNUC_WARN_UNUSED_RESULT;
