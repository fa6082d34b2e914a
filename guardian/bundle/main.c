/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-log.h"
#include "guardian/bundle/guardian-bundle-worker.h"
#include "guardian/privsep/guardian-worker.h"

#include <locale.h>
#include <stdlib.h>

/* cardea-guardian-bundle: unpacks bundles of policies, and holds nothing. */
int
main (void)
{
  const int keep[] = { GUARDIAN_WORKER_FD };
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaJson) report = NULL;

  cardea_log_init ("cardea-guardian-bundle");
  (void) setlocale (LC_CTYPE, "C.UTF-8"); /* names in archives are UTF-8 */
  if (!guardian_worker_enter (GUARDIAN_WORKER_BUNDLE, keep, G_N_ELEMENTS (keep), NULL, NULL,
                              &report, &error))
    {
      g_warning ("%s", error->message);
      return EXIT_FAILURE;
    }
  return guardian_worker_run (GUARDIAN_WORKER_BUNDLE, report, guardian_bundle_worker_handler (),
                              NULL);
}
