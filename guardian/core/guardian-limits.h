/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-settings.h"

/* The limits in force that a person may want to know: objects.md, Limit in force. Those of hosts
 * are with what opens a host (grants, profiles, policy). The caller owns it. */
CardeaJson *guardian_limits_describe (const GuardianSettings *settings);
