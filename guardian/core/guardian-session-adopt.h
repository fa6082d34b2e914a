/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-session.h"

#include "common/protocol/cardea-message.h"

/* Starts the program of session in a sandbox that waits for it. It was decided, and what is shared
 * with it is granted and recorded, as for every other. FALSE: there is none that may do. When the
 * one there is turns out not to, or is lost before the program runs, guardian_session_run_open() is
 * called. */
gboolean guardian_session_adopt (GuardianSession *session);

/* What came back for launch.run of such a sandbox. TRUE: the program did not run in it, and one is
 * built. */
gboolean guardian_session_adopt_refused (GuardianSession *session, const CardeaMessage *reply);
/* The session's view has ended. TRUE: that was waited for, and one is built. */
gboolean guardian_session_adopt_resume (GuardianSession *session);
