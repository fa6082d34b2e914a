/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/cli/ui-cli.h"

/* Verbs that evaluate policies here need libraries that take longer to load than most verbs take
 * altogether: they are done by a program of their own, cardeactl-policy, which this one becomes. */

/* The handler of such a verb in the table of all. Returns only when that program cannot be had. */
gboolean ui_cli_elsewhere_policy (UiCli *cli, char **args, GError **error);
