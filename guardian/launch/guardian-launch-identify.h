/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"
#include "guardian/launch/guardian-digest.h"
#include "guardian/launch/guardian-sandbox.h"

/* Which program of a sandbox a process is (launch.identify): it holds by the pidfd while it is
 * looked at, and must be in every namespace that the sandbox was seen in when it started. sandbox
 * NULL: there is none of that name. The reply, or a refusal; the caller owns it. */
CardeaMessage *guardian_launch_identify (const GuardianSandbox *sandbox, GuardianDigests *digests,
                                         CardeaMessage *request);
