/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/cli/ui-cli-policy-load.h"

/* The verbs that evaluate policies here, without a guardian. */
gboolean ui_cli_policy_eval (UiCli *cli, char **args, GError **error);
gboolean ui_cli_policy_bench (UiCli *cli, char **args, GError **error);
gboolean ui_cli_policy_check (UiCli *cli, char **args, GError **error);
gboolean ui_cli_policy_test (UiCli *cli, char **args, GError **error);

gboolean ui_cli_policy_build (UiCli *cli, char **args, GError **error);
gboolean ui_cli_policy_sign (UiCli *cli, char **args, GError **error);

/* Those about what the guardian has in force. */
gboolean ui_cli_policy_show (UiCli *cli, char **args, GError **error);
gboolean ui_cli_policy_explain (UiCli *cli, char **args, GError **error);
gboolean ui_cli_policy_replay (UiCli *cli, char **args, GError **error);
gboolean ui_cli_policy_reload (UiCli *cli, char **args, GError **error);

/* A context with the limits of tools, which are wider than the guardian's. */
CardeaRegoContext *ui_cli_policy_context_new (void);

/* Tells what is wrong, a line a problem, on standard error, when json also as OPA's
 * {"errors":[{"message","code","location":{"file","row","col"}}]} on standard output; the exit
 * status becomes "failed". Takes failure. Returns TRUE: reported. */
gboolean ui_cli_policy_report (UiCli *cli, GError *failure, gboolean json);
