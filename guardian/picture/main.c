/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-log.h"
#include "guardian/picture/guardian-picture-worker.h"
#include "guardian/privsep/guardian-worker.h"

#include <stdlib.h>

/* cardea-guardian-picture: decodes one picture, and holds nothing. */
int
main (void)
{
  const int keep[] = { GUARDIAN_WORKER_FD };
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaJson) report = NULL;

  cardea_log_init ("cardea-guardian-picture");
  if (!guardian_worker_enter (GUARDIAN_WORKER_PICTURE, keep, G_N_ELEMENTS (keep), NULL, NULL,
                              &report, &error))
    {
      g_warning ("%s", error->message);
      return EXIT_FAILURE;
    }
  return guardian_worker_run (GUARDIAN_WORKER_PICTURE, report, guardian_picture_worker_handler (),
                              NULL);
}
