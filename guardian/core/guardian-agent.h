/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-link.h"

/* What an agent may say besides actions. */
void guardian_agent_ready (GuardianLink *link, CardeaMessage *message);
void guardian_agent_renew (GuardianLink *link, CardeaMessage *message);
void guardian_agent_chat_event (GuardianLink *link, CardeaMessage *message);
void guardian_agent_net_cancel (GuardianLink *link, CardeaMessage *message);
void guardian_agent_exec_cancel (GuardianLink *link, CardeaMessage *message);

/* Records what an agent should not have done; done too often, it ends the session. */
void guardian_agent_misbehaves (GuardianLink *link, const char *what);

/* Checks a token for an action of link's session; records and refuses a bad one. NULL: good, and
 * ret_capability (may be NULL) is the caller's. Else the reason. */
const char *guardian_agent_check (GuardianLink *link, const char *token, const char *action,
                                  GuardianCapability **ret_capability) G_GNUC_WARN_UNUSED_RESULT;
