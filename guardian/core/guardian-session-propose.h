/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-context.h"
#include "guardian/core/guardian-request.h"

/* view.propose: what a program made of its private copy of a file goes through the pipeline as a
 * change that an agent asks for, with its difference, while the program goes on. */
void guardian_session_propose (GuardianContext *context, CardeaMessage *message);

/* A request that began so; and its end: the view is told. */
gboolean guardian_session_propose_is (const GuardianRequest *request);
void guardian_session_propose_settle (GuardianRequest *request);

/* view.ended: which new files of the program's go with the view. */
void guardian_session_propose_ended (GuardianSession *session, const CardeaMessage *message);

/* Into run.exited or exec.finished: the changes that nobody accepted, and the new files, that go
 * with the session, as far as there are any. */
void guardian_session_propose_tell (const GuardianSession *session, CardeaMessage *event);
