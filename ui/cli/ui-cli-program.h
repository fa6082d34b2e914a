/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/cli/ui-cli-error.h"

/* The program that a person named on the command line. */

/* Its full path: as a shell finds it, in $PATH when the name has no slash. NOT_FOUND, or UNSUITABLE
 * when only something that is not executable has that name. The caller owns it. */
char *ui_cli_program_find (const char *name, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* arguments (the name as it was typed first) and our environment as a sealed memfd
 * (common/protocol/objects.md, Command). -1 with an error: too much of it. */
int ui_cli_program_pack (char **arguments, GError **error) G_GNUC_WARN_UNUSED_RESULT;
