/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-log.h"
#include "guardian/keys/guardian-keys-folder.h"
#include "guardian/keys/guardian-keys-worker.h"
#include "guardian/privsep/guardian-worker.h"

#include <sodium.h>
#include <stdlib.h>

/* cardea-guardian-keys: holds this run's authority and, once opened, the master key. */
int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaJson) report = NULL;
  g_autofree char *path = NULL;

  cardea_log_init ("cardea-guardian-keys");
  /* No modules of other packages into the process that holds the keys. */
  g_setenv ("GIO_USE_VFS", "local", TRUE);
  g_setenv ("GIO_MODULE_DIR", "/nonexistent", TRUE);
  g_unsetenv ("GIO_EXTRA_MODULES");

  cardea_autofd int folder = guardian_keys_folder_open (&path, &error);
  g_autofree char *reason = folder < 0 ? g_strdup (error->message) : NULL;
  g_clear_error (&error);

  const int keep[] = { GUARDIAN_WORKER_FD, folder };
  const char *const writable[] = { path, NULL };
  if (!guardian_worker_enter (GUARDIAN_WORKER_KEYS, keep, folder >= 0 ? 2 : 1, NULL, writable,
                              &report, &error))
    {
      g_warning ("%s", error->message);
      return EXIT_FAILURE;
    }
  CardeaAuthority *authority = sodium_init () >= 0 ? cardea_authority_new (&error) : NULL;
  if (authority == NULL)
    {
      g_warning ("no authority: %s", error != NULL ? error->message : "libsodium does not start");
      return EXIT_FAILURE;
    }
  g_autoptr (GuardianKeysWorker) worker = guardian_keys_worker_new (
      authority, guardian_keys_opener_new (cardea_fd_steal (&folder), reason));
  return guardian_worker_run (GUARDIAN_WORKER_KEYS, report, guardian_keys_worker_handler (),
                              worker);
}
