/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/launch/guardian-handoff.h"
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

/* 1: a message of the chain came, and *ret_pid is its sender by the kernel's word, *ret_listener
 * what it sent along (the caller's), each as it was when there is none; 0: the end; -1: nothing
 * yet. */
int guardian_sandbox_ends_receive (int handoff, GuardianHandoff *message, pid_t *ret_pid,
                                   int *ret_listener);
