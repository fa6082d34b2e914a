/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-request.h"

/* exec.run: the columns of its row (guardian-action-table.h). What it resolves to is the program
 * and everything that it would see; what follows of it is guardian-exec.h's. */

gboolean guardian_action_exec_validate (const GuardianRequest *request, const char **ret_reason);
int guardian_action_exec_resolve (GuardianRequest *request);
int guardian_action_exec_decide (GuardianRequest *request);
int guardian_action_exec_perform (GuardianRequest *request);
int guardian_action_exec_settle (GuardianRequest *request);
void guardian_action_exec_reply (GuardianRequest *request);
