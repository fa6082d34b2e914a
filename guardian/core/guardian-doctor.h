/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-context.h"

/* What this machine can enforce, in plain words, as common/protocol/objects.md writes it. */

#define GUARDIAN_DOCTOR_PROBE_MS 10000u

/* A worker that must be there is being started: what holds it is not known yet. */
gboolean guardian_doctor_waits (const GuardianContext *context);

/* The caller owns it. probe: launch.probed's report (objects.md, "Probe"); NULL: the launch worker
 * did not answer, and no sandbox can be built. */
CardeaJson *guardian_doctor_report (GuardianContext *context, const CardeaJson *probe);

/* The part that the probe decides: a check for each line of it, appended to checks. For its test.
 */
void guardian_doctor_add_machine (CardeaJson *checks, const CardeaJson *probe);

/* "usable" and "assurance", from checks. */
void guardian_doctor_judge (const CardeaJson *checks, CardeaJson *report);
