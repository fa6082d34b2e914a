/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-context.h"

/* The truth about this guardian, as common/protocol/objects.md writes it. */

/* The caller owns it. */
CardeaJson *guardian_status_report (GuardianContext *context);
