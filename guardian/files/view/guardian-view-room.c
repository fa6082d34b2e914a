/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/view/guardian-view-room.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-paths.h"
#include "guardian/files/view/guardian-view-stash.h"

#include <errno.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER "view"
#define REMOVE_DEPTH 16

static int
remove_cb (const char *path, const struct stat *st, int type, struct FTW *walk)
{
  return remove (path) == 0 || errno == ENOENT ? 0 : -1;
}

/* What a worker that was killed left behind: its process is gone. */
static void
remove_leftovers (const char *folder)
{
  g_autoptr (GDir) entries = g_dir_open (folder, 0, NULL);
  const char *name;

  while (entries != NULL && (name = g_dir_read_name (entries)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      int pid = atoi (name);
      if (pid > 0 && pid != getpid () && kill (pid, 0) != 0 && errno == ESRCH)
        nftw (path, remove_cb, REMOVE_DEPTH, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
    }
}

char *
guardian_view_room_make (void)
{
  g_autofree char *cache = NULL;
  cardea_autofd int fd = cardea_paths_open_folder (CARDEA_PATHS_CACHE, &cache, NULL);

  if (fd < 0)
    return NULL;
  g_autofree char *folder = g_build_filename (cache, FOLDER, NULL);
  if (mkdir (folder, 0700) != 0 && errno != EEXIST)
    return NULL;
  remove_leftovers (folder);
  guardian_view_stash_rescue_all ();
  g_autofree char *path = g_strdup_printf ("%s/%d-XXXXXX", folder, (int) getpid ());
  return mkdtemp (path) != NULL ? g_steal_pointer (&path) : NULL;
}
