/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/privsep/guardian-worker-link.h"

#include <glib.h>

/* The egress worker: egress.* of the core on the one side, a proxy a session on the other. */
typedef struct _GuardianEgressWorker GuardianEgressWorker;

/* names: the child's descriptor (guardian-egress-names.h), taken. NULL with errno. */
GuardianEgressWorker *guardian_egress_worker_new (int names) G_GNUC_WARN_UNUSED_RESULT;
void guardian_egress_worker_free (GuardianEgressWorker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianEgressWorker, guardian_egress_worker_free)

/* Borrowed; for guardian_worker_link_run(). */
GuardianWorkerLink *guardian_egress_worker_link (GuardianEgressWorker *worker);
