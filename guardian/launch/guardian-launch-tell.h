/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"
#include "guardian/launch/guardian-sandbox.h"

#define GUARDIAN_LAUNCH_TELL_REASON 1000 /* characters of a reason */

/* What the core is told of a sandbox. Every message is the caller's. */

/* The answer to start, launch.start or launch.run; takes the sandbox's descriptors. */
CardeaMessage *guardian_launch_tell_started (GuardianSandbox *sandbox, const CardeaMessage *start);
CardeaMessage *guardian_launch_tell_violation (const GuardianSandbox *sandbox, const char *call,
                                               guint count, pid_t pid);
/* reason NULL: it ended by itself. */
CardeaMessage *guardian_launch_tell_exited (const GuardianSandbox *sandbox, const char *reason);
