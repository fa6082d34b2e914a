/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-log.h"
#include "guardian/launch/guardian-launch-worker.h"
#include "guardian/privsep/guardian-worker.h"

#include <stdlib.h>

/* cardea-guardian-launch: starts sandboxes for the guardian. */
int
main (void)
{
  const int keep[] = { GUARDIAN_WORKER_FD };
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaJson) report = NULL;

  cardea_log_init ("cardea-guardian-launch");
  if (!guardian_worker_enter (GUARDIAN_WORKER_LAUNCH, keep, G_N_ELEMENTS (keep), NULL, NULL,
                              &report, &error))
    {
      g_warning ("%s", error->message);
      return EXIT_FAILURE;
    }
  g_autoptr (GuardianLaunchWorker) worker = guardian_launch_worker_new ();
  return guardian_worker_link_run (guardian_launch_worker_link (worker), GUARDIAN_WORKER_LAUNCH,
                                   report);
}
