/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the folder, once its owner and mode are checked. Refuses: a file of another owner, with
 * another mode, with a second name, or that is no regular file. */

#include "guardian/keys/guardian-keys-folder.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-encoding.h"
#include "common/base/cardea-paths.h"
#include "guardian/keys/guardian-keys-error.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#define FOLDER_NAME "keys"
#define TEMPORARY_ID 8

int
guardian_keys_folder_open (char **ret_path, GError **error)
{
  g_autofree char *data = NULL;
  struct stat st;
  cardea_autofd int parent = cardea_paths_open_folder (CARDEA_PATHS_DATA, &data, error);
  if (parent < 0)
    return -1;
  if (mkdirat (parent, FOLDER_NAME, 0700) != 0 && errno != EEXIST)
    {
      g_set_error (error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_FAILED,
                   "the folder for keys cannot be made: %s", g_strerror (errno));
      return -1;
    }
  cardea_autofd int folder
      = openat (parent, FOLDER_NAME, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (folder < 0 || fstat (folder, &st) != 0 || st.st_uid != geteuid () || (st.st_mode & 077) != 0)
    {
      g_set_error (error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_UNSAFE,
                   "%s/%s must be a folder that only you may open (mode 0700)", data, FOLDER_NAME);
      return -1;
    }
  if (ret_path != NULL)
    *ret_path = g_build_filename (data, FOLDER_NAME, NULL);
  return cardea_fd_steal (&folder);
}

static gboolean
check_file (int fd, const char *name, gsize limit, gsize *ret_size, GError **error)
{
  struct stat st;
  if (fstat (fd, &st) != 0 || !S_ISREG (st.st_mode) || st.st_uid != geteuid ()
      || (st.st_mode & 07777) != 0600 || st.st_nlink != 1)
    {
      g_set_error (error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_UNSAFE,
                   "the key file “%s” does not belong to you alone (mode 0600, one name)", name);
      return FALSE;
    }
  if (st.st_size == 0 || (guint64) st.st_size > limit)
    {
      g_set_error (error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_ALTERED,
                   "the key file “%s” is damaged", name);
      return FALSE;
    }
  *ret_size = st.st_size;
  return TRUE;
}

CardeaSecret *
guardian_keys_folder_read (int folder, const char *name, gsize limit, GError **error)
{
  gsize size = 0;
  cardea_autofd int fd
      = openat (folder, name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);
  if (fd < 0)
    {
      int number = errno;
      g_set_error (error, GUARDIAN_KEYS_ERROR,
                   number == ENOENT  ? GUARDIAN_KEYS_ERROR_MISSING
                   : number == ELOOP ? GUARDIAN_KEYS_ERROR_UNSAFE
                                     : GUARDIAN_KEYS_ERROR_FAILED,
                   "the key file “%s” cannot be read: %s", name, g_strerror (number));
      return NULL;
    }
  if (!check_file (fd, name, limit, &size, error))
    return NULL;

  g_autoptr (CardeaSecret) content = cardea_secret_new (size);
  if (content == NULL || read (fd, cardea_secret_writable (content), size) != (gssize) size)
    {
      g_set_error (error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_FAILED,
                   "the key file “%s” cannot be read", name);
      return NULL;
    }
  return g_steal_pointer (&content);
}

gboolean
guardian_keys_folder_write (int folder, const char *name, const guint8 *bytes, gsize size,
                            GError **error)
{
  g_autofree char *id = cardea_id_new (TEMPORARY_ID);
  g_autofree char *temporary = g_strdup_printf (".%s.%s", name, id);
  cardea_autofd int fd
      = openat (folder, temporary, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  gboolean good = fd >= 0 && fchmod (fd, 0600) == 0 && write (fd, bytes, size) == (gssize) size
                  && fsync (fd) == 0 && renameat (folder, temporary, folder, name) == 0
                  && fsync (folder) == 0;
  if (good)
    return TRUE;
  g_set_error (error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_FAILED,
               "the key file “%s” cannot be written: %s", name, g_strerror (errno));
  if (fd >= 0)
    (void) unlinkat (folder, temporary, 0);
  return FALSE;
}

gboolean
guardian_keys_folder_remove (int folder, const char *name)
{
  return (unlinkat (folder, name, 0) == 0 && fsync (folder) == 0) || errno == ENOENT;
}
