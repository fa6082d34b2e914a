/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-request.h"

/* The question to policy (architecture.md §6), for what an agent asks for.
 *
 * resource is taken. like: another input of the same request, whose subject and context hold for
 * this one too; NULL: they are made. grant: what covers the resource; NULL: nothing does. The
 * caller owns the result. */
CardeaJson *guardian_input_new (const GuardianRequest *request, const CardeaJson *like,
                                const char *action, CardeaJson *resource,
                                const GuardianGrant *grant);
/* The same for what the session itself is asked about, without a request. */
CardeaJson *guardian_input_new_session (const GuardianSession *session, const char *action,
                                        CardeaJson *resource, const GuardianGrant *grant);
