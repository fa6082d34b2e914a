/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/cli/ui-cli.h"
#include "ui/programs/ui-program-foreign.h"
#include "ui/programs/ui-program-tail.h"

/* Starts somebody else's agent and adds to session_open what joins the two. We are connected. It
 * ends with our link to the guardian at the latest. What it writes to standard error; the caller's;
 * NULL with an error. */
UiProgramTail *ui_cli_foreign_start (UiCli *cli, const UiProgramForeignOptions *options,
                                     CardeaMessage *session_open,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
