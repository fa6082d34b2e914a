/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-session.h"

#include "common/protocol/cardea-message.h"

/* A session whose agent is a program that the person named: no link, no turns. */

/* FILES → LAUNCH → READY, or the end: what the person named with -w is shared, the launch decided
 * and recorded (a person who named the program is not asked), its view opened, the program started.
 */
void guardian_session_run_share (GuardianSession *session);

/* Opens its view and its way out, and starts it in a sandbox of its own. */
void guardian_session_run_open (GuardianSession *session);

/* The message of that name (launch.run, launch.prepare, launch.fits) with all that its sandbox is
 * built from; while it is being opened. The caller owns it. */
CardeaMessage *guardian_session_run_describe (const GuardianSession *session, const char *name);

/* Sends launch.run, with the program's command and streams; takes request. Ends the session when
 * the decision is not on the disk yet. */
void guardian_session_run_launch (GuardianSession *session, CardeaMessage *request);

/* Tells the front end how it ended. */
void guardian_session_run_exited (GuardianSession *session, const CardeaMessage *message);

/* To the program; nothing happens when it does not run. */
void guardian_session_run_signal (GuardianSession *session, gint64 number);
