/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-context.h"

/* The guardian leaves when nobody needs it: no front end, no session. Armed only while that is so,
 * so that it does not wake up otherwise. CARDEA_TEST_IDLE_EXIT=SECONDS shortens the time (a test
 * seam). */

GuardianIdle *guardian_idle_new (GuardianContext *context);
void guardian_idle_free (GuardianIdle *idle);
/* Something came or went. idle may be NULL (while the guardian starts or ends). */
void guardian_idle_update (GuardianIdle *idle);
guint guardian_idle_seconds (const GuardianIdle *idle);
