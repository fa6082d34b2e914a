/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-request.h"

/* What an agent's request would send is looked through before anything is decided about it: URL,
 * headers and body as one content. What was found goes to policy, to the person and into the log as
 * rules and numbers. */

#define GUARDIAN_OUTGOING_RULES_LIMIT 32u /* named in a question and in a record */

/* The step of "resolve": request->destination and request->payload are there. It waits for the scan
 * worker where there is a body, a query or a header; without a verdict it refuses. */
GuardianStep guardian_outgoing_begin (GuardianRequest *request);
/* The worker answered, or never will: request->result. */
GuardianStep guardian_outgoing_settle (GuardianRequest *request);

/* For records, without what was found; the caller owns them. NULL: there is none. */
CardeaJson *guardian_outgoing_resource (const GuardianRequest *request);
CardeaJson *guardian_outgoing_input (const GuardianRequest *request);
