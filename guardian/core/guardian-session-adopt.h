/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-session.h"

#define GUARDIAN_SESSION_ADOPT_LOST "the sandbox that waited for it was lost: start it again"

/* Starts the program of session in a sandbox that waits for it. It was decided, and what is shared
 * with it is granted and recorded, as for every other. FALSE: there is none that may do. When the
 * launcher finds that the one there is does not, guardian_session_run_open() is called. */
gboolean guardian_session_adopt (GuardianSession *session);
