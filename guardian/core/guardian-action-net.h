/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-request.h"

/* The way out, decided as files are: the columns of net.request of an agent
 * (guardian-action-table.h), and a row for each thing that a program asks for through its proxy
 * (egress.ask), with the egress worker in place of a link. */

gboolean guardian_action_net_validate (const GuardianRequest *request, const char **ret_reason);
int guardian_action_net_resolve (GuardianRequest *request);
int guardian_action_net_decide (GuardianRequest *request);
int guardian_action_net_perform (GuardianRequest *request);
void guardian_action_net_abandon (GuardianRequest *request, guint call);
void guardian_action_net_reply (GuardianRequest *request);

/* action: of egress.ask. NULL: there is no such row. */
const GuardianAction *guardian_action_net_find (const char *action);

/* A grant as the egress worker takes it (objects.md, Host grant), narrowed by what policy limits
 * (GuardianDecision.limits, or NULL); NULL: nothing is left of it. The caller owns it. */
CardeaJson *guardian_action_net_describe (const GuardianGrant *grant, const char *limits);
/* What egress.look is about: no record of what nothing was found in. Static. */
const GuardianAction *guardian_action_net_look (void);
