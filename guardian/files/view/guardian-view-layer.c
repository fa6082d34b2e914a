/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: the kernel's walk (openat2).
 * Refuses: symbolic and magic links on the way.
 * Known gaps: a folder of the person that is moved while it is walked is found where it was or
 * where it is; the caller compares device and inode. */

#include "guardian/files/view/guardian-view-layer.h"

#include "common/base/cardea-autofd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

int
guardian_view_layer_open_name (const GuardianViewLayer *folder, const char *name, int flags,
                               mode_t mode)
{
  const struct open_how how
      = { .flags = (guint64) (flags | O_CLOEXEC | O_NOFOLLOW),
          .mode = (flags & (O_CREAT | O_TMPFILE)) != 0 ? mode : 0,
          .resolve = RESOLVE_NO_SYMLINKS | RESOLVE_NO_MAGICLINKS | RESOLVE_BENEATH };
  int fd;

  do
    fd = (int) syscall (SYS_openat2, folder->root, name, &how, sizeof how);
  while (fd < 0 && errno == EAGAIN); /* something was renamed meanwhile */
  return fd;
}

int
guardian_view_layer_open (const GuardianViewLayer *layer, const char *path, int flags, mode_t mode)
{
  return guardian_view_layer_open_name (layer, path[1] != '\0' ? path + 1 : ".", flags, mode);
}

int
guardian_view_layer_parent (const GuardianViewLayer *layer, const char *path, const char **ret_name)
{
  const char *slash = strrchr (path, '/');
  g_autofree char *folder
      = slash == path ? g_strdup ("/") : g_strndup (path, (gsize) (slash - path));

  *ret_name = slash + 1;
  return guardian_view_layer_open (layer, folder, O_PATH | O_DIRECTORY, 0);
}

gboolean
guardian_view_layer_stat (const GuardianViewLayer *layer, const char *path, struct stat *ret_st)
{
  const char *name = NULL;

  if (path[1] == '\0')
    return fstat (layer->root, ret_st) == 0;
  cardea_autofd int folder = guardian_view_layer_parent (layer, path, &name);
  return folder >= 0 && fstatat (folder, name, ret_st, AT_SYMLINK_NOFOLLOW) == 0;
}

gboolean
guardian_view_layer_make_way (const GuardianViewLayer *layer, const char *path)
{
  g_auto (GStrv) names = g_strsplit (path + 1, "/", -1);
  cardea_autofd int folder = fcntl (layer->root, F_DUPFD_CLOEXEC, 0);

  for (guint i = 0; folder >= 0 && names[i] != NULL && names[i + 1] != NULL; i++)
    {
      if (mkdirat (folder, names[i], 0700) != 0 && errno != EEXIST)
        return FALSE;
      int next = openat (folder, names[i], O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
      int saved = errno;
      close (folder);
      folder = next;
      errno = saved;
    }
  return folder >= 0;
}
