/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/files/change/guardian-change-store.h"

/* What a crash interrupted is finished or taken back; newest first. An object each:
 * {change, outcome, session?, request?, trace?} (change.opened). */
CardeaJson *guardian_change_recover (GuardianChangeStore *store);
