/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-request.h"

/* What follows from a change of files that was made or taken back: a grant for exactly a file goes
 * with the file that replaced it, what sessions have open of the former one is closed, front ends
 * are told. */

/* committed: a change.committed for request's plan. Also: the grants that covered it were used, and
 * what the task wrote itself, all of it, it may read back. */
void guardian_aftermath_settled (GuardianRequest *request, const CardeaMessage *committed);
/* reverted: a change.reverted. */
void guardian_aftermath_reverted (GuardianContext *context, const CardeaMessage *reverted);
/* A change.committed or change.reverted that nobody waits for any more: it is done, so it has its
 * outcome in the log. */
void guardian_aftermath_late (GuardianContext *context, const CardeaMessage *message);

/* recovered: of change.opened. What a crash interrupted has its outcome in the log. */
void guardian_aftermath_recovered (GuardianContext *context, const CardeaJson *recovered);
/* changes: the newest of change.listed, after a run that did not end in order: those that are done
 * and have no outcome in the log get one. */
void guardian_aftermath_reconcile (GuardianContext *context, const CardeaJson *changes);
