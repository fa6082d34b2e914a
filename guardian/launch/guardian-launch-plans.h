/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"
#include "guardian/launch/guardian-pinned.h"

/* Programs that agents want to run, pinned while a person is asked: launch.resolve and what follows
 * it. */
typedef struct _GuardianLaunchPlans GuardianLaunchPlans;

#define GUARDIAN_LAUNCH_PLANS_LIMIT 64u

GuardianLaunchPlans *guardian_launch_plans_new (void);
void guardian_launch_plans_free (GuardianLaunchPlans *plans);

/* Answers launch.resolve. NULL: refused, with the code and why. The caller owns the reply. */
CardeaMessage *guardian_launch_plans_resolve (GuardianLaunchPlans *plans, CardeaMessage *request,
                                              const char **ret_code,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
void guardian_launch_plans_forget (GuardianLaunchPlans *plans, const char *id);

/* That which a launch.run names, once; the caller owns it. FALSE: it is not held any more.
 * *ret_pinned NULL: none is named. */
gboolean guardian_launch_plans_take (GuardianLaunchPlans *plans, const CardeaMessage *run,
                                     GuardianPinned **ret_pinned) G_GNUC_WARN_UNUSED_RESULT;
