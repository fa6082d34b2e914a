/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Why: a read-only descriptor of a user's file is a write grant in disguise. Whoever holds it can
 * reopen it for writing through /proc/self/fd, fchmod, futimens or fsetxattr it. All of these ask
 * the *mount* for permission to write, and a descriptor keeps the mount it was opened on: one
 * opened here fails with EROFS, for any holder in any namespace.
 *
 * Trusts: the kernel. Refuses: to go on when one mount could not be made read-only.
 * Known gaps: the namespace is a copy of what was mounted at the start. Mounts that come later are
 * not seen, and a file system unmounted outside stays in use here until this process ends; the
 * worker therefore watches the outer mount table and tells the core (guardian-files-worker.c).
 * Other owners appear as the overflow id, because only the own id is mapped; who they are is asked
 * outside (guardian-files-owner.c). */

#include "guardian/files/guardian-files-namespace.h"

#include "common/base/cardea-autofd.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/capability.h>
#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

G_DEFINE_QUARK (guardian - files - namespace - error - quark, guardian_files_namespace_error)

/* Settings that keep an ordinary process from a user namespace, and the value that does. */
static const struct {
  const char *path;
  const char *name;
  char forbids;
} settings[] = {
  { "/proc/sys/kernel/apparmor_restrict_unprivileged_userns",
    "kernel.apparmor_restrict_unprivileged_userns is 1 (AppArmor)", '1' },
  { "/proc/sys/kernel/unprivileged_userns_clone", "kernel.unprivileged_userns_clone is 0", '0' },
  { "/proc/sys/user/max_user_namespaces", "user.max_user_namespaces is 0", '0' },
  { "/proc/sys/user/max_mnt_namespaces", "user.max_mnt_namespaces is 0", '0' },
};

static void
set_error (GError **error, GuardianFilesNamespaceError code, const char *what)
{
  int number = errno;
  const char *because = "no system setting explains it; a container may forbid it";

  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      cardea_autofd int fd = open (settings[i].path, O_RDONLY | O_CLOEXEC);
      char value[2] = { 0 };
      if (fd >= 0 && read (fd, value, sizeof value) > 0 && value[0] == settings[i].forbids
          && (value[1] == '\n' || value[1] == '\0'))
        {
          because = settings[i].name;
          break;
        }
    }
  g_set_error (error, GUARDIAN_FILES_NAMESPACE_ERROR, code,
               "files cannot be read safely on this machine: %s: %s (%s)", what,
               g_strerror (number), because);
}

static gboolean
write_file (const char *path, const char *text, gsize size)
{
  cardea_autofd int fd = open (path, O_WRONLY | O_CLOEXEC);
  return fd >= 0 && write (fd, text, size) == (gssize) size;
}

static gboolean
map_ids (uid_t uid, gid_t gid)
{
  char line[64];
  if (!write_file ("/proc/self/setgroups", "deny", 4))
    return FALSE;
  int size = snprintf (line, sizeof line, "%u %u 1\n", uid, uid);
  if (!write_file ("/proc/self/uid_map", line, size))
    return FALSE;
  size = snprintf (line, sizeof line, "%u %u 1\n", gid, gid);
  return write_file ("/proc/self/gid_map", line, size);
}

/* What could undo the read-only mounts. no_new_privs comes with guardian_worker_enter(). */
static gboolean
drop_capabilities (void)
{
  struct __user_cap_header_struct header = { .version = _LINUX_CAPABILITY_VERSION_3 };
  struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { 0 };

  for (int cap = 0; prctl (PR_CAPBSET_READ, cap, 0, 0, 0) >= 0; cap++)
    if (prctl (PR_CAPBSET_DROP, cap, 0, 0, 0) != 0)
      return FALSE;
  if (prctl (PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) != 0)
    return FALSE;
  return syscall (SYS_capset, &header, none) == 0;
}

gboolean
guardian_files_namespace_enter (GError **error)
{
  const struct mount_attr readonly
      = { .attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV };
  uid_t uid = geteuid ();
  gid_t gid = getegid ();

  if (unshare (CLONE_NEWUSER) != 0)
    {
      set_error (error, GUARDIAN_FILES_NAMESPACE_ERROR_USER, "no user namespace");
      return FALSE;
    }
  if (!map_ids (uid, gid))
    {
      set_error (error, GUARDIAN_FILES_NAMESPACE_ERROR_USER, "the user namespace has no ids");
      return FALSE;
    }
  if (unshare (CLONE_NEWNS) != 0)
    {
      set_error (error, GUARDIAN_FILES_NAMESPACE_ERROR_MOUNT, "no mount namespace");
      return FALSE;
    }
  if (mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) != 0)
    {
      set_error (error, GUARDIAN_FILES_NAMESPACE_ERROR_MOUNT, "mounts cannot be made private");
      return FALSE;
    }
  if (mount_setattr (AT_FDCWD, "/", AT_RECURSIVE, (struct mount_attr *) &readonly, sizeof readonly)
          != 0
      || chdir ("/") != 0)
    {
      set_error (error, GUARDIAN_FILES_NAMESPACE_ERROR_MOUNT, "mounts cannot be made read-only");
      return FALSE;
    }
  if (!drop_capabilities ())
    {
      set_error (error, GUARDIAN_FILES_NAMESPACE_ERROR_DROP, "capabilities cannot be given up");
      return FALSE;
    }
  return TRUE;
}
