/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-log.h"
#include "guardian/files/view/guardian-view-worker.h"
#include "guardian/privsep/guardian-worker.h"

#include <malloc.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

#define ARENAS 2 /* of malloc: threads share them, to stay small */

/* cardea-guardian-view: the files that confined programs see. */
int
main (void)
{
  const int keep[] = { GUARDIAN_WORKER_FD };
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaJson) report = NULL;

  cardea_log_init ("cardea-guardian-view");
  mallopt (M_ARENA_MAX, ARENAS);
  signal (SIGXFSZ, SIG_IGN); /* a limit on file sizes is an error like a full disk */
  if (!guardian_worker_enter (GUARDIAN_WORKER_VIEW, keep, G_N_ELEMENTS (keep), NULL, NULL, &report,
                              &error))
    {
      g_warning ("%s", error->message);
      return EXIT_FAILURE;
    }
  umask (0); /* the program's kernel has applied its own */
  g_autoptr (GuardianViewWorker) worker = guardian_view_worker_new ();
  return guardian_worker_link_run (guardian_view_worker_link (worker), GUARDIAN_WORKER_VIEW,
                                   report);
}
