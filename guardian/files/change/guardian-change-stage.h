/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/change/guardian-change-plan.h"
#include "guardian/files/change/guardian-change-step.h"

/* From items to steps; and what the steps bring, made ready on the disk it goes to. */

/* GuardianChangeStep of the plan, in the order they are done in. May make the trash's folders. NULL
 * with GUARDIAN_FILES_ERROR. */
GPtrArray *guardian_change_stage_steps (GuardianChangePlan *plan,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Files without names, where the disk has them: nothing is left of them when this process ends.
 * ret_rest: something is left that needs names of our own. */
gboolean guardian_change_stage_unnamed (GuardianChangePlan *plan, GPtrArray *steps,
                                        GuardianChangeStore *store, gboolean *ret_rest,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The rest, and new folders. The journal must know the names by now. points: of the test seam. */
gboolean guardian_change_stage_named (GuardianChangePlan *plan, GPtrArray *steps,
                                      GuardianChangeStore *store, guint *points,
                                      GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* What was made ready is on stable storage. */
gboolean guardian_change_stage_sync (const GPtrArray *steps,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* So are the names in all folders that were touched. */
gboolean guardian_change_stage_sync_folders (const GPtrArray *steps,
                                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
