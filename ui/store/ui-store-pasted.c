/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: folders of this user that no one else may enter. Refuses: links, ids that are none, and
 * to write over anything. Known gaps: these files rest in the clear, as whatever else is given to
 * an assistant; what a disk keeps of an unlinked file is the disk's. */

#include "ui/store/ui-store-pasted.h"

#include "common/base/cardea-autofd.h"
#include "ui/store/ui-store-disk.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Not in Cardea's own folders: those are closed to every agent. */
#define APPLICATION "org.cardea.Cardea"
#define FOLDER "pasted"
#define NAME "picture-"
#define YOUNG_SECONDS 3600

static gboolean
fail (GError **error)
{
  g_set_error (error, UI_STORE_ERROR, UI_STORE_ERROR_FAILED, "%s", g_strerror (errno));
  return FALSE;
}

static char *
folder_of (const char *id)
{
  return g_build_filename (g_get_user_data_dir (), APPLICATION, FOLDER, id, NULL);
}

/* -1 with errno: it is not there, or not only this user's. */
static int
enter (int parent, const char *name, gboolean make)
{
  struct stat status;

  if (make && mkdirat (parent, name, 0700) != 0 && errno != EEXIST)
    return -1;
  cardea_autofd int fd = openat (parent, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0 || fstat (fd, &status) != 0)
    return -1;
  if (status.st_uid != geteuid () || (status.st_mode & 022) != 0)
    {
      errno = EPERM;
      return -1;
    }
  return cardea_fd_steal (&fd);
}

/* The folder of all chats' pictures. */
static int
open_all (gboolean make)
{
  if (make && g_mkdir_with_parents (g_get_user_data_dir (), 0700) != 0)
    return -1;
  cardea_autofd int data = open (g_get_user_data_dir (), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  cardea_autofd int application = data >= 0 ? enter (data, APPLICATION, make) : -1;
  return application >= 0 ? enter (application, FOLDER, make) : -1;
}

static gboolean
write_all (int fd, GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  while (size > 0)
    {
      gssize written = write (fd, data, size);
      if (written < 0 && errno != EINTR)
        return FALSE;
      data += MAX (written, 0);
      size -= (gsize) MAX (written, 0);
    }
  return TRUE;
}

/* A name that was free; -1 with errno. */
static int
create (int folder, const char *ending, char **ret_name)
{
  int fd = -1;

  errno = ENOSPC;
  for (guint i = 1; fd < 0 && i <= UI_STORE_PASTED_FILES && (i == 1 || errno == EEXIST); i++)
    {
      g_free (*ret_name);
      *ret_name = g_strdup_printf (NAME "%u.%s", i, ending);
      fd = openat (folder, *ret_name, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
    }
  return fd;
}

char *
ui_store_pasted_keep (const char *id, const char *ending, GBytes *bytes, GError **error)
{
  g_autofree char *name = NULL;

  if (!ui_store_disk_is_id (id) || g_bytes_get_size (bytes) > UI_STORE_PASTED_LIMIT)
    {
      g_set_error_literal (error, UI_STORE_ERROR, UI_STORE_ERROR_LIMIT, "the picture is too large");
      return NULL;
    }
  cardea_autofd int all = open_all (TRUE);
  cardea_autofd int folder = all >= 0 ? enter (all, id, TRUE) : -1;
  cardea_autofd int fd = folder >= 0 ? create (folder, ending, &name) : -1;
  if (fd < 0)
    {
      fail (error);
      return NULL;
    }
  if (!write_all (fd, bytes) || fdatasync (fd) != 0)
    {
      fail (error);
      unlinkat (folder, name, 0);
      return NULL;
    }
  g_autofree char *path = folder_of (id);
  return g_build_filename (path, name, NULL);
}

gboolean
ui_store_pasted_has (const char *id, const char *path)
{
  g_autofree char *folder = folder_of (id);
  gsize size = strlen (folder);

  return strncmp (path, folder, size) == 0 && g_str_has_prefix (path + size, "/" NAME)
         && strchr (path + size + 1, '/') == NULL;
}

void
ui_store_pasted_drop (const char *id, const char *path)
{
  if (!ui_store_disk_is_id (id) || !ui_store_pasted_has (id, path))
    return;
  cardea_autofd int all = open_all (FALSE);
  cardea_autofd int folder = all >= 0 ? enter (all, id, FALSE) : -1;
  if (folder >= 0 && unlinkat (folder, strrchr (path, '/') + 1, 0) != 0)
    g_debug ("a pasted picture was not removed: %s", g_strerror (errno));
}

static void
delete_in (int all, const char *id)
{
  cardea_autofd int folder = enter (all, id, FALSE);
  int again = folder >= 0 ? openat (folder, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  DIR *entries = again >= 0 ? fdopendir (again) : NULL;
  const struct dirent *entry;

  if (entries == NULL)
    {
      cardea_fd_clear (&again);
      return;
    }
  while ((entry = readdir (entries)) != NULL)
    if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0)
      unlinkat (folder, entry->d_name, 0);
  closedir (entries);
  if (unlinkat (all, id, AT_REMOVEDIR) != 0)
    g_debug ("pictures of a chat were left: %s", g_strerror (errno));
}

void
ui_store_pasted_delete (const char *id)
{
  cardea_autofd int all = ui_store_disk_is_id (id) ? open_all (FALSE) : -1;
  if (all >= 0)
    delete_in (all, id);
}

/* Somebody may be about to send it. */
static gboolean
is_young (int all, const char *id)
{
  struct stat status;
  return fstatat (all, id, &status, AT_SYMLINK_NOFOLLOW) != 0
         || g_get_real_time () / G_USEC_PER_SEC - status.st_mtim.tv_sec < YOUNG_SECONDS;
}

void
ui_store_pasted_sweep (const char *const *ids)
{
  cardea_autofd int all = open_all (FALSE);
  int again = all >= 0 ? openat (all, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC) : -1;
  DIR *entries = again >= 0 ? fdopendir (again) : NULL;
  const struct dirent *entry;

  if (entries == NULL)
    {
      cardea_fd_clear (&again);
      return;
    }
  while ((entry = readdir (entries)) != NULL)
    if (ui_store_disk_is_id (entry->d_name) && !g_strv_contains (ids, entry->d_name)
        && !is_young (all, entry->d_name))
      delete_in (all, entry->d_name);
  closedir (entries);
}
