/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-session.h"

/* A session whose agent is a program that the person named: no link, no turns. */

/* LAUNCH → READY, or the end. The launch is decided and recorded; a person who named the program is
 * not asked. */
void guardian_session_run_launch (GuardianSession *session);

/* Tells the front end how it ended. */
void guardian_session_run_exited (GuardianSession *session, const CardeaMessage *message);

/* To the program; nothing happens when it does not run. */
void guardian_session_run_signal (GuardianSession *session, gint64 number);
