/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-request.h"

/* The columns of the rows of net.* (guardian-action-table.h): the way out. */
int guardian_action_net_resolve (GuardianRequest *request);
int guardian_action_net_request (GuardianRequest *request);
void guardian_action_net_reply (GuardianRequest *request);
