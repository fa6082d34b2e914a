/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/privsep/guardian-filter.h"

/* What a program that knows nothing of us may not ask of the kernel, by family; everything else is
 * allowed and held by namespaces, mounts, Landlock and limits. */
const GuardianFilter *guardian_program_calls (void);

/* The errno a refused call is answered with. name: NULL for one of another architecture or one
 * libseccomp does not know. */
int guardian_program_calls_refusal (const char *name);
