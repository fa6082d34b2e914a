/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "ui/cli/ui-cli.h"

/* doctor --prove: cardea-prove is run as any program of the person's is, and what it says is read
 * as what it is, a confined program's words: bounded and of one form. */

/* {"held","through","absent": INT, "classes": [{"class","held","through","absent"}…],
 *  "attempts": [{"class","name","result": "held|through|absent","detail"}…]}
 * NULL with error: it could not be tried to the end. The caller owns it. */
CardeaJson *ui_cli_prove_attempts (GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What cardea-prove said, of untrusted bytes. NULL with error. */
CardeaJson *ui_cli_prove_parse (const char *text, gsize size,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

void ui_cli_prove_write (UiCli *cli, const CardeaJson *proof);

/* Nothing got through. */
gboolean ui_cli_prove_held (const CardeaJson *proof);
