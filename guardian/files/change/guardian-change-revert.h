/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/change/guardian-change-plan.h"

/* Makes plan (new) the transaction that takes a change back: ERROR_CHANGED when anything is not as
 * the change left it. It is a change itself, and can be taken back. Any thread. */
gboolean guardian_change_revert_plan (GuardianChangePlan *plan, GuardianChangeStore *store,
                                      const char *id, GuardianFilesWalkMode mode,
                                      guint64 *ret_mount, GError **error) G_GNUC_WARN_UNUSED_RESULT;
