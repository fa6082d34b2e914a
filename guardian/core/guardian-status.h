/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-context.h"

/* The truth about this guardian, as common/protocol/objects.md writes it. */

#define GUARDIAN_STATUS_PROBE_MS 10000u

/* The caller owns both. probe: launch.probed's report; NULL: the launch worker did not answer. */
CardeaJson *guardian_status_report (GuardianContext *context);
CardeaJson *guardian_status_doctor (GuardianContext *context, const CardeaJson *probe);
