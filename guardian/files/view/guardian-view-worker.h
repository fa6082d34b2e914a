/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/privsep/guardian-worker-link.h"

#include <glib.h>

/* The view worker: view.* of the core on the one side, a view a session on the other. */
typedef struct _GuardianViewWorker GuardianViewWorker;

GuardianViewWorker *guardian_view_worker_new (void);
/* Ends every view. */
void guardian_view_worker_free (GuardianViewWorker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianViewWorker, guardian_view_worker_free)

/* Borrowed; for guardian_worker_link_run(). */
GuardianWorkerLink *guardian_view_worker_link (GuardianViewWorker *worker);
