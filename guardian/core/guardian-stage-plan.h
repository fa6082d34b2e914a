/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-action-table.h"

/* Columns of the action table for an action that has a plan: what stages do in place of what they
 * do with one object. */
int guardian_stage_plan_resolve (GuardianRequest *request);
int guardian_stage_plan_decide (GuardianRequest *request);
int guardian_stage_plan_describe (GuardianRequest *request);
