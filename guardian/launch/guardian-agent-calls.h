/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/privsep/guardian-filter.h"

/* What cardea-agent and the helper it starts may ask of the kernel; everything else goes to the
 * listener, is refused and becomes a violation. */
const GuardianFilter *guardian_agent_calls (void);

/* The errno a refused call is answered with. name: NULL for one libseccomp does not know. */
int guardian_agent_calls_refusal (const char *name);
