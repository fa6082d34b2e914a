/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-request.h"

/* The columns of agent.permit (guardian-action-table.h): a foreign agent asks, in its own manner,
 * for leave to do something by itself. Nothing is done here when it gets it, and nothing is
 * remembered. */

int guardian_action_permit_resolve (GuardianRequest *request);
/* For every action with a deed in place of an object. */
int guardian_action_permit_decide (GuardianRequest *request);
int guardian_action_permit_perform (GuardianRequest *request);
void guardian_action_permit_reply (GuardianRequest *request);
