/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-log.h"
#include "guardian/files/change/guardian-change-worker.h"
#include "guardian/privsep/guardian-worker.h"

#include <malloc.h>
#include <openssl/crypto.h>
#include <signal.h>
#include <sodium.h>
#include <stdlib.h>

#define ARENAS 2 /* of malloc: threads share them, to stay small */

/* cardea-guardian-change: changes files for the guardian, and takes changes back. */
int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaJson) report = NULL;

  cardea_log_init ("cardea-guardian-change");
  mallopt (M_ARENA_MAX, ARENAS);
  signal (SIGXFSZ, SIG_IGN); /* a limit on file sizes is an error like a full disk */

  const int keep[] = { GUARDIAN_WORKER_FD };
  if (!guardian_worker_enter (GUARDIAN_WORKER_CHANGE, keep, G_N_ELEMENTS (keep), NULL, NULL,
                              &report, &error))
    {
      g_warning ("%s", error->message);
      return EXIT_FAILURE;
    }
  /* No clearing up at the end: threads may still hang in a disk then, and end in the middle of it.
   */
  if (sodium_init () < 0
      || OPENSSL_init_crypto (OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ATEXIT, NULL) != 1)
    {
      g_warning ("libsodium or libcrypto does not start");
      return EXIT_FAILURE;
    }
  g_autoptr (GuardianChangeWorker) worker = guardian_change_worker_new ();
  return guardian_worker_run (GUARDIAN_WORKER_CHANGE, report, guardian_change_worker_handler (),
                              worker);
}
