/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-session.h"

/* Which model a session talks to: the one that session.open names, else the person's default
 * (setting "model"), else none: the agent's own rules. The keys must be open. NULL: it is chosen;
 * else a refusal's code. The caller owns *ret_reason. */
const char *guardian_session_model_choose (GuardianSession *session, char **ret_reason);
