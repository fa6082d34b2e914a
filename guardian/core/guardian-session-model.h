/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-destination.h"
#include "guardian/core/guardian-session.h"

/* Which model a session talks to: the one that session.open names, else the person's default
 * (setting "model"), else none: the agent's own rules. The keys must be open. NULL: it is chosen;
 * else a refusal's code. The caller owns *ret_reason. */
const char *guardian_session_model_choose (GuardianSession *session, char **ret_reason);

/* Shares the chosen model's host with the session's agent, for the requests that a model needs:
 * naming it was the permission, unless policy refuses it even to the person. Nothing when the
 * session is offline. As above. */
const char *guardian_session_model_share (GuardianSession *session, char **ret_reason);

/* It goes to the session's model and nowhere else. */
gboolean guardian_session_model_is_at (const GuardianSession *session,
                                       const GuardianDestination *destination);
