/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/view/guardian-view-trash.h"

#include "common/base/cardea-autofd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define ATTEMPTS 10000u
#define SAFE "/" /* stays as it is in the file's path */

static gboolean
make_folders (const char *trash)
{
  g_autofree char *files = g_build_filename (trash, "files", NULL);
  g_autofree char *info = g_build_filename (trash, "info", NULL);

  return g_mkdir_with_parents (files, 0700) == 0 && g_mkdir_with_parents (info, 0700) == 0;
}

/* The name is taken by making its info file, which nobody else then has. -1: no. */
static int
take_name (const char *trash, const char *base, char **ret_name)
{
  for (guint i = 1; i < ATTEMPTS; i++)
    {
      g_autofree char *name = i == 1 ? g_strdup (base) : g_strdup_printf ("%s.%u", base, i);
      g_autofree char *info = g_strdup_printf ("%s/info/%s.trashinfo", trash, name);
      int fd = open (info, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
      if (fd >= 0)
        *ret_name = g_steal_pointer (&name);
      if (fd >= 0 || errno != EEXIST)
        return fd;
    }
  return -1;
}

gboolean
guardian_view_trash_take (const char *file, const char *path)
{
  g_autofree char *trash = g_build_filename (g_get_user_data_dir (), "Trash", NULL);
  g_autofree char *base = g_path_get_basename (path);
  g_autofree char *name = NULL;
  cardea_autofd int fd = make_folders (trash) ? take_name (trash, base, &name) : -1;

  if (fd < 0)
    return FALSE;
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autofree char *when = g_date_time_format (now, "%Y-%m-%dT%H:%M:%S");
  g_autofree char *where = g_uri_escape_bytes ((const guint8 *) path, strlen (path), SAFE);
  g_autofree char *text = g_strdup_printf ("[Trash Info]\nPath=%s\nDeletionDate=%s\n", where, when);
  g_autofree char *target = g_build_filename (trash, "files", name, NULL);
  if (write (fd, text, strlen (text)) == (ssize_t) strlen (text)
      && renameat2 (AT_FDCWD, file, AT_FDCWD, target, RENAME_NOREPLACE) == 0)
    return TRUE;
  g_autofree char *info = g_strdup_printf ("%s/info/%s.trashinfo", trash, name);
  unlink (info);
  return FALSE;
}
