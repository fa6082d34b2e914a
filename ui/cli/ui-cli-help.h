/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/cli/ui-cli.h"

/* Every verb with its line; group NULL: all, else those of a group ("consent"). */
void ui_cli_help_show_all (UiCliOutput *output, const char *group);

/* One verb with its options. The entries end with a NULL name; entries may be NULL. */
void ui_cli_help_show_verb (UiCliOutput *output, const UiCliVerb *verb, const GOptionEntry *entries,
                            const GOptionEntry *common);
