/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-log.h"
#include "guardian/files/guardian-files-mounts.h"
#include "guardian/files/guardian-files-namespace.h"
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

  /* Opened before the namespace is left, it keeps showing the mounts of the world outside. */
  cardea_autofd int watch = open ("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
  if (guardian_files_namespace_enter (&error))
    mounts = guardian_files_mounts_new (&error);
  g_autofree char *reason = mounts == NULL ? g_strdup (error->message) : NULL;
  if (reason != NULL)
    g_warning ("%s", reason);
  g_clear_error (&error);

  const int keep[] = { GUARDIAN_WORKER_FD, watch };
  const char *const readable[] = { "/", NULL };
  if (!guardian_worker_enter (GUARDIAN_WORKER_FILES, keep, watch >= 0 ? 2 : 1, readable, NULL,
                              &report, &error))
    {
      g_warning ("%s", error->message);
      guardian_files_mounts_free (mounts);
      return EXIT_FAILURE;
    }
  cardea_json_set_boolean (report, "read_only_namespace", reason == NULL);
  if (reason != NULL)
    cardea_json_set_string (report, "reason", reason);

  g_autoptr (GuardianFilesWorker) worker
      = guardian_files_worker_new (mounts, reason, cardea_fd_steal (&watch));
  return guardian_worker_run (GUARDIAN_WORKER_FILES, report, guardian_files_worker_handler (),
                              worker);
}
