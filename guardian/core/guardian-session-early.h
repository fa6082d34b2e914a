/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-session.h"

/* A program may ask, through its files or its proxy, before the launcher's word that it runs has
 * come: what it asks waits so long. */

/* message: view.ask or egress.ask. FALSE: it need not wait, or too much waits already. */
gboolean guardian_session_early_hold (GuardianSession *session, CardeaMessage *message);
/* FALSE: none of that name and id waits. */
gboolean guardian_session_early_forget (GuardianSession *session, const char *name, const char *id);
/* It runs. */
void guardian_session_early_release (GuardianSession *session);
