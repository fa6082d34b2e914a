/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/launch/guardian-digest.h"
#include "guardian/launch/guardian-launch-programs.h"
#include "guardian/launch/guardian-sandbox.h"

/* The sandbox of our own agent. All is borrowed. */
typedef struct {
  const GuardianLaunchPrograms *programs;
  GuardianDigests *digests;
  GuardianCgroupParent *cgroup; /* NULL: not delegated */
  int filter;                   /* of guardian_agent_calls() */
  const char *home;
  gint64 number; /* names its control group, once in the worker's life */
} GuardianLaunchAgent;

/* On its way to WAITING; NULL with an error. */
GuardianSandbox *guardian_launch_agent_new (const GuardianLaunchAgent *agent,
                                            const GuardianSandboxHandler *handler,
                                            gpointer user_data,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;
