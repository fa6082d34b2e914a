/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-context.h"

/* What follows when the policies were read anew: a record, and, when others are in force than
 * before (a revision), everything that was decided under those. problem: they could not be put in
 * force, and those of before still are. FALSE: it could not be recorded, and nothing follows. */
gboolean guardian_policy_change_settle (GuardianContext *context, const char *before,
                                        const GError *problem) G_GNUC_WARN_UNUSED_RESULT;
