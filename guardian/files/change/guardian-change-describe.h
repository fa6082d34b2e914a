/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/change/guardian-change-plan.h"

/* What a plan would do, read out of the files: differences, digests, what cannot be kept. */

#define GUARDIAN_CHANGE_DESCRIBE_DIFF (128u << 10) /* text of all differences together */

/* Reads what the items change, with store keeping it there. A plan that was described before must
 * still find the same contents: else ERROR_CHANGED. Any thread. */
gboolean guardian_change_describe (GuardianChangePlan *plan, GuardianChangeStore *store,
                                   gboolean keep, GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The kept contents are needed no more: the plan was not carried out. */
void guardian_change_describe_drop (GuardianChangePlan *plan, GuardianChangeStore *store);

/* For the wire, one object an item (common/protocol/objects.md). */
CardeaJson *guardian_change_describe_planned (const GuardianChangePlan *plan);
CardeaJson *guardian_change_describe_shown (const GuardianChangePlan *plan);

/* The members that a "change shown" and an item of a change have in common. */
CardeaJson *guardian_change_describe_item (const GuardianChangeItem *item);
gboolean guardian_change_describe_is_folder (const GuardianChangeItem *item);
