/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-log.h"
#include "common/base/cardea-paths.h"
#include "common/policies/cardea-policy-files.h"
#include "guardian/core/guardian-context.h"
#include "guardian/core/guardian-listener.h"
#include "guardian/core/guardian-ready.h"
#include "guardian/core/guardian-signals.h"

#include <sodium.h>
#include <sys/stat.h>
#include <unistd.h>

#define EXIT_CONFINE 1

typedef struct {
  char *config;
  char *state;
} Folders;

/* Made before confinement, which then opens nothing else for writing. */
static gboolean
make_folders (Folders *folders, GError **error)
{
  int config = cardea_paths_open_folder (CARDEA_PATHS_CONFIG, &folders->config, error);
  int state
      = config >= 0 ? cardea_paths_open_folder (CARDEA_PATHS_STATE, &folders->state, error) : -1;
  if (config >= 0)
    close (config);
  if (state >= 0)
    close (state);
  return state >= 0;
}

static gboolean
confine (GuardianStarter *starter, GuardianListener *listener, const Folders *folders, int ready,
         CardeaJson **ret_report, GError **error)
{
  const char *writable[]
      = { folders->config, folders->state, guardian_listener_folder (listener), NULL };
  uid_t owner = 0;
  /* Elsewhere than the row says when a test says so; the folder itself may come later. */
  g_autofree char *policies = g_path_get_dirname (cardea_policy_administrator_folder (&owner));
  const char *readable[] = { policies, NULL };
  int keep[GUARDIAN_LISTENER_FDS + 2];

  guardian_listener_fds (listener, keep);
  keep[GUARDIAN_LISTENER_FDS] = guardian_starter_fd (starter);
  keep[GUARDIAN_LISTENER_FDS + 1] = ready;
  return guardian_worker_enter (GUARDIAN_WORKER_CORE, keep,
                                GUARDIAN_LISTENER_FDS + (ready >= 0 ? 2 : 1), readable, writable,
                                ret_report, error);
}

static GuardianContext *
start (GuardianStarter *starter, int ready, GError **error)
{
  Folders folders = { NULL, NULL };
  CardeaJson *report = NULL;
  GuardianListener *listener = guardian_listener_new (error);

  if (listener == NULL || !make_folders (&folders, error)
      || !confine (starter, listener, &folders, ready, &report, error))
    return NULL;
  return guardian_context_new (starter, listener, report, error);
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  int ready = -1;

  if (!guardian_ready_parse (argc, argv, &ready))
    return 2;
  cardea_log_init ("cardea-guardian");
  if (sodium_init () < 0)
    {
      guardian_ready_tell (ready, "error: the guardian cannot begin");
      return EXIT_CONFINE;
    }
  g_autoptr (GuardianStarter) starter = guardian_starter_new (&error);
  /* After the starter: what the change worker makes for the person is made as the person would. */
  umask (077);
  guardian_signals_block ();
  GuardianContext *context = starter != NULL ? start (starter, ready, &error) : NULL;
  if (context == NULL)
    {
      gboolean busy
          = g_error_matches (error, GUARDIAN_LISTENER_ERROR, GUARDIAN_LISTENER_ERROR_BUSY);
      g_autofree char *line = g_strconcat ("error: ", error->message, NULL);
      guardian_ready_tell (ready, busy ? "busy" : line);
      if (!busy)
        g_warning ("%s", error->message);
      return busy ? 0 : EXIT_CONFINE;
    }
  guardian_signals_watch (context);
  guardian_ready_tell (ready, "ready");
  int status = guardian_context_run (context);
  guardian_context_free (context);
  return status;
}
