/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

/* `cardeactl audit verify [--dir DIR] [--key VKEY] [--checkpoint FILE] [--json]`: needs no
 * guardian. argv[0] is the verb's own name, options follow. Writes the answer to standard output
 * and diagnostics to standard error. 0: whole (says whether anchored), 1: damaged (says where), 2:
 * it cannot tell, or wrong usage. */
int ui_cli_audit_verify (int argc, char **argv);
