/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-disk.h"

#include "common/base/cardea-autofd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>

static gboolean
fail (GError **error, const char *what, const char *path)
{
  int saved = errno;
  g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (saved), "cannot %s %s: %s", what, path,
               g_strerror (saved));
  return FALSE;
}

static gboolean
write_all (int fd, const char *bytes, gsize size)
{
  while (size > 0)
    {
      ssize_t written = write (fd, bytes, size);
      if (written < 0 && errno == EINTR)
        continue;
      if (written <= 0)
        return FALSE;
      bytes += written;
      size -= written;
    }
  return TRUE;
}

gboolean
guardian_disk_replace (const char *folder, const char *name, const void *bytes, gsize size,
                       GError **error)
{
  g_autofree char *path = g_build_filename (folder, name, NULL);
  g_autofree char *fresh = g_strconcat (path, ".new", NULL);

  if (unlink (fresh) != 0 && errno != ENOENT)
    return fail (error, "remove", fresh);
  cardea_autofd int fd = open (fresh, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    return fail (error, "create", fresh);
  if (!write_all (fd, bytes, size) || fsync (fd) != 0)
    return fail (error, "write", fresh);
  if (rename (fresh, path) != 0)
    return fail (error, "replace", path);
  cardea_autofd int parent = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  return (parent >= 0 && fsync (parent) == 0) || fail (error, "sync", folder);
}
