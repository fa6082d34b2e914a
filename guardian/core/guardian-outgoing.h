/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-outgoing-memory.h"
#include "guardian/core/guardian-request.h"

/* What a request would send is looked through before anything is decided about it: URL, headers and
 * body as one content, or the text for a clipboard, which goes to no host. What was found goes to
 * policy, to the person and into the log as rules and numbers; what could not be looked into is
 * something found, too. What the person said about it for this task is not asked again. */

#define GUARDIAN_OUTGOING_RULES_LIMIT 32u  /* named in a question and in a record */
#define GUARDIAN_OUTGOING_MARKS_LIMIT 256u /* taken out of one request */

/* What was found in a request. */
struct _GuardianOutgoing {
  CardeaJson *sensitive;       /* for policy: resource.sensitive */
  CardeaJson *findings;        /* R's "sensitive" */
  GPtrArray *open;             /* marks of what a validator held and nobody has spoken about yet */
  GPtrArray *taken;            /* marks of what is taken out */
  gboolean placeholder;        /* and put back into the answer */
  gboolean opaque;             /* not all was looked into, and nobody has spoken about that yet */
  gboolean unseen;             /* there is no verdict at all */
  gboolean refused;            /* the person said no to some of it before */
  gboolean removable;          /* all of open could be taken out */
  gboolean in_url;             /* records leave it out */
  GuardianTreatment treatment; /* of open */
};

void guardian_outgoing_free (GuardianOutgoing *outgoing);

/* The step of "resolve": request->destination and request->payload are there, or neither is and the
 * message has a text. It waits for the scan worker; without a verdict what would be sent counts as
 * not looked into. */
GuardianStep guardian_outgoing_begin (GuardianRequest *request);
/* The worker answered, or never will: request->result. */
GuardianStep guardian_outgoing_settle (GuardianRequest *request);

/* Before policy is asked whether anything of it is taken out anyway: its obligations. FALSE: what
 * it wants taken out cannot be. */
gboolean guardian_outgoing_oblige (GuardianRequest *request);
/* The person allowed it. task: for the rest of the session. */
void guardian_outgoing_answer (GuardianRequest *request, GuardianTreatment treatment,
                               gboolean task);

/* The person said no: for the rest of the session it is not asked about again. It stays here; what
 * goes to the session's model, which is told of all that was said each time, goes without it. */
void guardian_outgoing_deny (GuardianRequest *request);

/* Whether something has to be taken out first; then the step of "perform" that waits for it, and
 * the one that follows: the scan worker's answer stays in request->masked. */
gboolean guardian_outgoing_must_take_out (const GuardianRequest *request);
GuardianStep guardian_outgoing_take_out (GuardianRequest *request);
GuardianStep guardian_outgoing_taken_out (GuardianRequest *request);

/* For records, without what was found; the caller owns them. NULL: there is none. */
CardeaJson *guardian_outgoing_resource (const GuardianRequest *request);
CardeaJson *guardian_outgoing_input (const GuardianRequest *request);
CardeaJson *guardian_outgoing_findings (const CardeaJson *findings);
/* Of a decision's record: what was found, and what becomes of it. */
void guardian_outgoing_describe (const GuardianOutgoing *outgoing, CardeaJson *facts);
