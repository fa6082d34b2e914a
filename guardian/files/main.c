/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-log.h"
#include "guardian/files/guardian-files-mounts.h"
#include "guardian/files/guardian-files-namespace.h"
#include "guardian/files/guardian-files-owner.h"
#include "guardian/files/guardian-files-worker.h"
#include "guardian/privsep/guardian-worker.h"

#include <fcntl.h>
#include <malloc.h>
#include <stdlib.h>

#define ARENAS 2 /* of malloc: threads share them, to stay small */

/* cardea-guardian-files: reads for the guardian. Without a read-only namespace it goes on, opens
 * nothing, and tells everyone who asks why. */
int
main (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaJson) report = NULL;
  GuardianFilesMounts *mounts = NULL;

  cardea_log_init ("cardea-guardian-files");
  mallopt (M_ARENA_MAX, ARENAS);

  /* Both belong to the world outside: who owns what there, and what is mounted there. */
  GuardianFilesOwner *owner = guardian_files_owner_new (&error);
  cardea_autofd int watch = open ("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
  if (owner != NULL && watch >= 0 && guardian_files_namespace_enter (&error))
    mounts = guardian_files_mounts_new (&error);
  g_autofree char *reason = NULL;
  if (mounts == NULL)
    {
      reason = g_strdup (error != NULL ? error->message : "the mount table cannot be read");
      g_warning ("%s", reason);
    }
  g_clear_error (&error);

  int keep[3] = { GUARDIAN_WORKER_FD };
  gsize n_keep = 1;
  if (owner != NULL)
    keep[n_keep++] = guardian_files_owner_fd (owner);
  if (watch >= 0)
    keep[n_keep++] = watch;
  if (!guardian_worker_enter (GUARDIAN_WORKER_FILES, keep, n_keep, NULL, NULL, &report, &error))
    {
      g_warning ("%s", error->message);
      guardian_files_owner_free (owner);
      guardian_files_mounts_free (mounts);
      return EXIT_FAILURE;
    }
  cardea_json_set_boolean (report, "read_only_namespace", reason == NULL);
  if (reason != NULL)
    cardea_json_set_string (report, "reason", reason);

  g_autoptr (GuardianFilesWorker) worker
      = guardian_files_worker_new (mounts, reason, owner, cardea_fd_steal (&watch));
  return guardian_worker_run (GUARDIAN_WORKER_FILES, report, guardian_files_worker_handler (),
                              worker);
}
