/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/audit/guardian-audit-private.h"

#include "common/base/cardea-autofd.h"
#include "common/tlog/cardea-tlog-file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Every file but pending and the side files comes to be under the name "tmp" in its own folder
 * (where Landlock lets it be renamed at every ABI) and is renamed, so that whoever reads the folder
 * at any moment sees old or new, never half. */

gboolean
guardian_audit_disk_fail (GError **error, int saved_errno, const char *what)
{
  gboolean full = saved_errno == ENOSPC || saved_errno == EDQUOT || saved_errno == EFBIG;

  g_set_error (error, GUARDIAN_AUDIT_ERROR,
               full ? GUARDIAN_AUDIT_ERROR_FULL : GUARDIAN_AUDIT_ERROR_IO, "%s: %s", what,
               g_strerror (saved_errno));
  return FALSE;
}

gboolean
guardian_audit_disk_point (GuardianAudit *audit, const char *point, GError **error)
{
  int code = audit->fault != NULL ? audit->fault (point, audit->fault_data) : 0;

  return code == 0 || guardian_audit_disk_fail (error, code, point);
}

gboolean
guardian_audit_disk_write_at (int fd, const guint8 *data, gsize size, guint64 offset,
                              GError **error)
{
  while (size > 0)
    {
      ssize_t n = pwrite (fd, data, size, (off_t) offset);
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return guardian_audit_disk_fail (error, n < 0 ? errno : EIO, "writing the log");
      data += n;
      size -= (gsize) n;
      offset += (guint64) n;
    }
  return TRUE;
}

gboolean
guardian_audit_disk_read_at (int fd, guint8 *data, gsize size, guint64 offset, GError **error)
{
  while (size > 0)
    {
      ssize_t n = pread (fd, data, size, (off_t) offset);
      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return guardian_audit_disk_fail (error, n < 0 ? errno : EIO, "reading the log");
      data += n;
      size -= (gsize) n;
      offset += (guint64) n;
    }
  return TRUE;
}

gboolean
guardian_audit_disk_sync (int fd, GError **error)
{
  if (fdatasync (fd) != 0)
    return guardian_audit_disk_fail (error, errno, "syncing the log");
  return TRUE;
}

gboolean
guardian_audit_disk_sync_all (GuardianAudit *audit, GError **error)
{
  if (syncfs (audit->folder) != 0)
    return guardian_audit_disk_fail (error, errno, "syncing the log");
  return TRUE;
}

static char *
tmp_beside (const char *name)
{
  const char *slash = strrchr (name, '/');
  int folder = slash != NULL ? (int) (slash - name + 1) : 0;

  return g_strdup_printf ("%.*s" CARDEA_TLOG_FILE_TMP, folder, name);
}

int
guardian_audit_disk_create (GuardianAudit *audit, const char *name, GError **error)
{
  g_autofree char *tmp = tmp_beside (name);
  int fd;

  /* A tmp that a crash left may be anything: it goes, and never through a link. */
  unlinkat (audit->folder, tmp, 0);
  fd = openat (audit->folder, tmp, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
  if (fd < 0)
    guardian_audit_disk_fail (error, errno, "making a file of the log");
  return fd;
}

gboolean
guardian_audit_disk_name (GuardianAudit *audit, const char *name, GError **error)
{
  g_autofree char *tmp = tmp_beside (name);

  if (renameat (audit->folder, tmp, audit->folder, name) != 0)
    return guardian_audit_disk_fail (error, errno, name);
  return TRUE;
}

void
guardian_audit_disk_discard (GuardianAudit *audit, const char *name)
{
  g_autofree char *tmp = tmp_beside (name);

  unlinkat (audit->folder, tmp, 0);
}

gboolean
guardian_audit_disk_parents (GuardianAudit *audit, const char *name, GError **error)
{
  for (const char *slash = strchr (name, '/'); slash != NULL; slash = strchr (slash + 1, '/'))
    {
      g_autofree char *folder = g_strndup (name, (gsize) (slash - name));
      if (mkdirat (audit->folder, folder, 0700) == 0)
        {
          /* The new name must last as long as what will stand below it. */
          if (!guardian_audit_disk_sync_folder (audit, folder, error))
            return FALSE;
        }
      else if (errno != EEXIST)
        return guardian_audit_disk_fail (error, errno, folder);
    }
  return TRUE;
}

/* The folder in which name stands. */
gboolean
guardian_audit_disk_sync_folder (GuardianAudit *audit, const char *name, GError **error)
{
  g_autofree char *parent = g_path_get_dirname (name);
  cardea_autofd int fd
      = openat (audit->folder, parent, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

  if (fd < 0 || fsync (fd) != 0)
    return guardian_audit_disk_fail (error, errno, parent);
  return TRUE;
}

gboolean
guardian_audit_disk_replace (GuardianAudit *audit, const char *name, const guint8 *data, gsize size,
                             GError **error)
{
  cardea_autofd int fd = guardian_audit_disk_create (audit, name, error);

  if (fd < 0)
    return FALSE;
  if (guardian_audit_disk_write_at (fd, data, size, 0, error)
      && guardian_audit_disk_sync (fd, error) && guardian_audit_disk_name (audit, name, error))
    return guardian_audit_disk_sync_folder (audit, name, error);
  guardian_audit_disk_discard (audit, name);
  return FALSE;
}
