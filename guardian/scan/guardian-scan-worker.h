/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/dlp/cardea-dlp-engine.h"
#include "guardian/privsep/guardian-worker-link.h"

/* Answers scan.check and scan.restore, one at a time, each within its time. */
typedef struct _GuardianScanWorker GuardianScanWorker;

#define GUARDIAN_SCAN_WORKER_TIME_US (8 * G_USEC_PER_SEC) /* looking at one content */
#define GUARDIAN_SCAN_WORKER_FINDINGS 400u                /* told of one content */
#define GUARDIAN_SCAN_WORKER_SHOWN 32u                    /* of those, with what stands around */

/* engine is borrowed. */
GuardianScanWorker *guardian_scan_worker_new (CardeaDlpEngine *engine);
void guardian_scan_worker_free (GuardianScanWorker *worker);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianScanWorker, guardian_scan_worker_free)

/* Borrowed; for guardian_worker_link_run(). */
GuardianWorkerLink *guardian_scan_worker_link (GuardianScanWorker *worker);
