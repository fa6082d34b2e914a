/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-request.h"

/* Decides about each item of request->plan with an input of its own (a rename's new name as
 * file.create beside it), and fills the items, plan->item, and the request's decision and input
 * with the strictest answer: the smaller effect, of equal ones the higher tier. */
void guardian_plan_judge (GuardianRequest *request);

/* Whether the request's capability covers every action and every path. */
gboolean guardian_plan_judge_capability (const GuardianRequest *request);

/* Whether every grant that an item was allowed by is still in force. */
gboolean guardian_plan_judge_granted (const GuardianRequest *request);

/* Nothing could be planned: judged by the names that were asked for, as if nothing were there. The
 * request gets the strictest answer as above. TRUE when grants cover all of them. */
gboolean guardian_plan_judge_names (GuardianRequest *request);
