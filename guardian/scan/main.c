/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-log.h"
#include "common/dlp/cardea-dlp-pass.h"
#include "guardian/privsep/guardian-worker.h"
#include "guardian/scan/guardian-scan-database.h"
#include "guardian/scan/guardian-scan-worker.h"

#include <sodium.h>
#include <stdlib.h>

/* cardea-guardian-scan: judges content. It holds nothing and can open nothing. */
int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaJson) report = NULL;
  const int keep[] = { GUARDIAN_WORKER_FD };

  cardea_log_init ("cardea-guardian-scan");
  if (sodium_init () < 0 || !cardea_dlp_pass_prepare ())
    {
      g_warning ("the libraries do not start");
      return EXIT_FAILURE;
    }
  if (!guardian_worker_enter (GUARDIAN_WORKER_SCAN, keep, G_N_ELEMENTS (keep), NULL, NULL, &report,
                              &error))
    {
      g_warning ("%s", error->message);
      return EXIT_FAILURE;
    }
  g_autoptr (GBytes) database = guardian_scan_database ();
  g_autoptr (CardeaDlpRules) rules = cardea_dlp_rules_new_shipped ();
  g_autoptr (CardeaDlpEngine) engine = cardea_dlp_engine_new (rules, database, &error);
  if (engine == NULL)
    {
      g_warning ("%s", error->message);
      return EXIT_FAILURE;
    }
  g_autoptr (GuardianScanWorker) worker = guardian_scan_worker_new (engine);
  return guardian_worker_link_run (guardian_scan_worker_link (worker), GUARDIAN_WORKER_SCAN,
                                   report);
}
