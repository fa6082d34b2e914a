/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/cli/ui-cli.h"

/* The decisions in the log, for the verbs of `policy` that look back. */

/* since: as the log writes times, NULL: from the beginning. visit is called for every decision that
 * policy took, in order; record is borrowed. FALSE with error, also when visit said so. */
gboolean ui_cli_policy_records_each (UiCli *cli, const char *since,
                                     gboolean (*visit) (const CardeaJson *record, gpointer data,
                                                        GError **error),
                                     gpointer data, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What policy itself had said ("allow", "ask", "deny"), whatever a person answered then. */
const char *ui_cli_policy_records_verdict (const CardeaJson *record);

/* `policy log`: all of them as Open Policy Agent's decision log. */
gboolean ui_cli_policy_log (UiCli *cli, char **args, GError **error);
