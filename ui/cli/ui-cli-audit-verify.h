/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/cli/ui-cli.h"

/* `cardeactl audit verify [--dir DIR] [--key VKEY] [--checkpoint FILE] [--json]`: needs no
 * guardian. Exit status 0: whole (says whether anchored), 1: damaged (says where), 2: it cannot
 * tell, or wrong usage. */
gboolean ui_cli_audit_verify (UiCli *cli, char **args, GError **error);
