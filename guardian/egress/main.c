/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-log.h"
#include "common/crypto/cardea-openssl.h"
#include "guardian/egress/guardian-egress-names.h"
#include "guardian/egress/guardian-egress-worker.h"
#include "guardian/privsep/guardian-worker.h"

#include <curl/curl.h>
#include <errno.h>
#include <malloc.h>
#include <stdlib.h>

#define ARENAS 2 /* of malloc: threads share them, to stay small */

/* cardea-guardian-egress: the way out. */
int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaJson) report = NULL;

  cardea_log_init ("cardea-guardian-egress");
  mallopt (M_ARENA_MAX, ARENAS);
  g_setenv ("GIO_MODULE_DIR", "/nonexistent", TRUE); /* nothing is loaded into this process */
  int names = guardian_egress_names_start (&error);
  const int keep[] = { GUARDIAN_WORKER_FD, names };
  if (names < 0
      || !guardian_worker_enter (GUARDIAN_WORKER_EGRESS, keep, G_N_ELEMENTS (keep), NULL, NULL,
                                 &report, &error))
    {
      g_warning ("%s", error->message);
      return EXIT_FAILURE;
    }
  cardea_openssl_init ();
  if (curl_global_init (CURL_GLOBAL_DEFAULT) != CURLE_OK)
    return EXIT_FAILURE;
  g_autoptr (GuardianEgressWorker) worker = guardian_egress_worker_new (names);
  if (worker == NULL)
    {
      g_warning ("it cannot begin: %s", g_strerror (errno));
      return EXIT_FAILURE;
    }
  return guardian_worker_link_run (guardian_egress_worker_link (worker), GUARDIAN_WORKER_EGRESS,
                                   report);
}
