/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/privsep/guardian-worker-link.h"

#include <glib.h>

/* The launch worker: launch.* requests of the core on the one side, sandboxes on the other. */
typedef struct _GuardianLaunchWorker GuardianLaunchWorker;

GuardianLaunchWorker *guardian_launch_worker_new (void);

/* Ends every sandbox and waits, for a bounded time, until nothing of them is left. */
void guardian_launch_worker_free (GuardianLaunchWorker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianLaunchWorker, guardian_launch_worker_free)

/* Borrowed; for guardian_worker_link_run(). */
GuardianWorkerLink *guardian_launch_worker_link (GuardianLaunchWorker *worker);
