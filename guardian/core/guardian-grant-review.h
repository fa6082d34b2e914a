/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-context.h"

/* Looks at every grant with the policy in force, after that has changed or grants were read from
 * the disk, and ends those that could not be given any more: what policy refuses even where it is
 * shared, and what a person once answered to a question that policy no longer asks so lightly
 * (tier 3 and above is never remembered). Others stay: an upgrade takes nothing away without a
 * reason, and each use is decided anew. Returns how many ended. */
guint guardian_grant_review (GuardianContext *context);
