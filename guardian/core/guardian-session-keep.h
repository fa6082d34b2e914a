/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-context.h"
#include "guardian/core/guardian-session.h"

/* view.kept: what a program replaced or removed goes into the undo store; view.settled follows. */
void guardian_session_keep (GuardianContext *context, CardeaMessage *message);

/* view.left: when all of that is there, how the program left it goes there, too. */
void guardian_session_keep_left (GuardianContext *context, CardeaMessage *message);

/* What is kept with a change of the session: {session, agent, request?, trace, title?}. The caller
 * owns it. */
CardeaJson *guardian_session_keep_context (const GuardianSession *session, const char *request);
