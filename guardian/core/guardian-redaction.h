/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-request.h"

/* The obligation "redact" on a file an agent reads: what it gets has passed the scan worker,
 * without what was found in it. */

/* Whether this request can keep to it: an agent's read of a file, from its beginning. Otherwise a
 * step that refuses. */
GuardianStep guardian_redaction_check (GuardianRequest *request);
/* request->result is the whole content, or its refusal: goes on to the scan worker. */
GuardianStep guardian_redaction_begin (GuardianRequest *request);
/* The worker answered: request->result is the content's message again, request->masked the rest. */
GuardianStep guardian_redaction_settle (GuardianRequest *request);
/* What was left out, into the facts of the outcome's record. */
void guardian_redaction_describe (const GuardianRequest *request, CardeaJson *facts);
