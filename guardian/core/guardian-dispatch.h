/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-link.h"

/* From a message's name to the function that handles it: one table. What an agent asks for as an
 * action goes to the pipeline instead (guardian-action-table.h). */
void guardian_dispatch (GuardianLink *link, CardeaMessage *message);

/* TRUE when the core handles this message: every row of the wire table that has the core as its
 * receiver must be known (a unit test walks them). */
gboolean guardian_dispatch_knows (const char *name);

/* A peer broke the rules of the wire: recorded. */
void guardian_dispatch_violation (GuardianLink *link, const char *what);
