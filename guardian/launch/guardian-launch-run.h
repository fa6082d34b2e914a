/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-message.h"
#include "guardian/launch/guardian-digest.h"
#include "guardian/launch/guardian-pinned.h"
#include "guardian/launch/guardian-sandbox.h"

/* launch.run: the sandbox of a program that knows nothing of us. */
typedef struct {
  GuardianDigests *digests;
  GuardianCgroupParent *cgroup; /* NULL: not delegated */
  int filter;                   /* of guardian_program_calls(); -1 with reason */
  char *reason;
} GuardianLaunchRun;

/* digests and cgroup are borrowed. */
void guardian_launch_run_init (GuardianLaunchRun *run, GuardianDigests *digests,
                               GuardianCgroupParent *cgroup);
void guardian_launch_run_clear (GuardianLaunchRun *run);

/* On its way to WAITING; NULL with an error and the code of the refusal. Takes request's
 * descriptors. pinned: what an agent runs, borrowed; NULL: what the request names. */
GuardianSandbox *guardian_launch_run_start (const GuardianLaunchRun *run, CardeaMessage *request,
                                            const GuardianPinned *pinned,
                                            const GuardianSandboxHandler *handler,
                                            gpointer user_data, const char **ret_code,
                                            GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* How a program that the kernel would not execute is refused: by the errno, 0 when that was not
 * why. */
const char *guardian_launch_run_code (int exec_error);
