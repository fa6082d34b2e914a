/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: our own data folder, which only the user can write to.
 * Refuses: links on the way to a profile's home.
 * Known gaps: what a program keeps there is bounded by the disk alone. */

#include "guardian/launch/guardian-program-home.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-paths.h"
#include "guardian/launch/guardian-sandbox.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "profiles"
#define HOME "home"

static gboolean
enter (int *folder, const char *name)
{
  if (mkdirat (*folder, name, 0700) != 0 && errno != EEXIST)
    return FALSE;
  cardea_autofd int next = openat (*folder, name, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (next < 0)
    return FALSE;
  cardea_fd_clear (folder);
  *folder = cardea_fd_steal (&next);
  return TRUE;
}

char *
guardian_program_home_make (const char *profile, GError **error)
{
  g_autofree char *data = NULL;
  cardea_autofd int folder = cardea_paths_open_folder (CARDEA_PATHS_DATA, &data, error);

  if (folder < 0)
    return NULL;
  if (strchr (profile, '/') != NULL || profile[0] == '.' || !enter (&folder, FOLDER)
      || !enter (&folder, profile) || !enter (&folder, HOME))
    {
      g_set_error (error, GUARDIAN_SANDBOX_ERROR, GUARDIAN_SANDBOX_ERROR_UNAVAILABLE,
                   "the home of the profile “%s” cannot be used: %s", profile, g_strerror (errno));
      return NULL;
    }
  return g_build_filename (data, FOLDER, profile, HOME, NULL);
}
