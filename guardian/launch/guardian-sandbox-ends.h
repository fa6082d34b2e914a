/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/launch/guardian-sandbox.h"

/* What a sandbox is connected by, and its first process. */
typedef struct {
  int channel[2]; /* ours, an agent's; -1 without one */
  int handoff[2]; /* ours, the chain's */
  int output[2];  /* ours, the chain's standard error */
  int null;
} GuardianSandboxEnds;

#define GUARDIAN_SANDBOX_ENDS_INIT                                                                 \
  {                                                                                                \
    { -1, -1 }, { -1, -1 }, { -1, -1 }, -1                                                         \
  }

/* FALSE with errno. */
gboolean guardian_sandbox_ends_open (GuardianSandboxEnds *ends, gboolean channel);

/* Forks cardea-hold with the plan's descriptors in their places; as fork(). */
pid_t guardian_sandbox_ends_spawn (const GuardianSandboxEnds *ends, const GuardianSandboxPlan *plan,
                                   int *ret_pidfd);
void guardian_sandbox_ends_clear (GuardianSandboxEnds *ends);
