/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-action-table.h"

/* The action file.change: columns of the action table. */
gboolean guardian_action_change_validate (const GuardianRequest *request, const char **ret_reason);
const char *guardian_action_change_needs (const GuardianRequest *request, guint index);
int guardian_action_change_perform (GuardianRequest *request);
int guardian_action_change_settle (GuardianRequest *request);
void guardian_action_change_reply (GuardianRequest *request);
