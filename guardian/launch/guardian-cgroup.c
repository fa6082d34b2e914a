/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/launch/guardian-cgroup.h"

#include "common/base/cardea-autofd.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define PREFIX "cardea-" /* then our pid, a dash, the sandbox */

struct _GuardianCgroupParent {
  int fd;
};

struct _GuardianCgroup {
  int parent; /* own copy */
  int fd;
  char *name;
  char *controls;
};

/* "0::/path" of /proc/self/cgroup. */
static char *
own_path (void)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents ("/proc/self/cgroup", &text, NULL, NULL))
    return NULL;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    if (g_str_has_prefix (*line, "0::/"))
      return g_strdup (*line + strlen ("0::"));
  return NULL;
}

/* Where the one hierarchy is mounted, at its root. */
static char *
mount_point (void)
{
  g_autofree char *text = NULL;

  if (!g_file_get_contents ("/proc/self/mountinfo", &text, NULL, NULL))
    return NULL;
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);
  for (char **line = lines; *line != NULL; line++)
    {
      g_auto (GStrv) fields = g_strsplit (*line, " ", 6);
      if (strstr (*line, " - cgroup2 ") != NULL && g_strv_length (fields) == 6
          && g_str_equal (fields[3], "/"))
        return g_strcompress (fields[4]); /* octal escapes */
    }
  return NULL;
}

/* A launcher that was killed left an empty group; rmdir refuses a group that is not empty. */
static void
remove_leftovers (const char *path, int fd)
{
  g_autoptr (GDir) folder = g_dir_open (path, 0, NULL);
  const char *name;

  while (folder != NULL && (name = g_dir_read_name (folder)) != NULL)
    {
      int pid = g_str_has_prefix (name, PREFIX) ? atoi (name + strlen (PREFIX)) : 0;
      if (pid > 0 && kill (pid, 0) != 0 && errno == ESRCH)
        unlinkat (fd, name, AT_REMOVEDIR);
    }
}

GuardianCgroupParent *
guardian_cgroup_parent_new (const char **ret_reason)
{
  g_autofree char *path = own_path ();
  g_autofree char *mount = mount_point ();
  const char *unused;
  const char **reason = ret_reason != NULL ? ret_reason : &unused;

  *reason = "no cgroup v2 hierarchy is mounted";
  if (path == NULL || mount == NULL)
    return NULL;
  g_autofree char *folder = g_build_filename (mount, path, NULL);
  cardea_autofd int fd = open (folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  *reason = "our own control group is not delegated to us";
  if (fd < 0 || faccessat (fd, ".", W_OK, 0) != 0 || faccessat (fd, "cgroup.procs", W_OK, 0) != 0)
    return NULL;
  remove_leftovers (folder, fd);

  GuardianCgroupParent *parent = g_new0 (GuardianCgroupParent, 1);
  parent->fd = cardea_fd_steal (&fd);
  *reason = NULL;
  return parent;
}

void
guardian_cgroup_parent_free (GuardianCgroupParent *parent)
{
  cardea_fd_clear (&parent->fd);
  g_free (parent);
}

static gboolean
write_setting (int folder, const char *name, const char *value)
{
  cardea_autofd int fd = openat (folder, name, O_WRONLY | O_CLOEXEC);
  return fd >= 0 && write (fd, value, strlen (value)) == (gssize) strlen (value);
}

static gboolean
write_number (int folder, const char *name, guint64 number)
{
  g_autofree char *text = g_strdup_printf ("%" G_GUINT64_FORMAT, number);
  return write_setting (folder, name, text);
}

GuardianCgroup *
guardian_cgroup_new (const GuardianCgroupParent *parent, const char *name,
                     const GuardianCgroupLimits *limits)
{
  g_autofree char *full = g_strdup_printf (PREFIX "%d-%s", (int) getpid (), name);

  if (mkdirat (parent->fd, full, 0700) != 0)
    return NULL;
  cardea_autofd int fd = openat (parent->fd, full, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  cardea_autofd int copy = fcntl (parent->fd, F_DUPFD_CLOEXEC, 0);
  if (fd < 0 || copy < 0)
    {
      unlinkat (parent->fd, full, AT_REMOVEDIR);
      return NULL;
    }

  GString *controls = g_string_new (NULL);
  if (faccessat (fd, "cgroup.kill", W_OK, 0) == 0)
    g_string_append (controls, "kill");
  if (faccessat (fd, "cgroup.freeze", W_OK, 0) == 0)
    g_string_append (controls, controls->len > 0 ? ",freeze" : "freeze");
  if (write_number (fd, "pids.max", limits->pids))
    g_string_append (controls, ",pids");
  if (write_number (fd, "memory.max", limits->memory))
    g_string_append (controls, ",memory");
  write_setting (fd, "memory.swap.max", "0");

  GuardianCgroup *cgroup = g_new0 (GuardianCgroup, 1);
  cgroup->parent = cardea_fd_steal (&copy);
  cgroup->fd = cardea_fd_steal (&fd);
  cgroup->name = g_steal_pointer (&full);
  cgroup->controls = g_string_free (controls, FALSE);
  return cgroup;
}

int
guardian_cgroup_fd (const GuardianCgroup *cgroup)
{
  return cgroup->fd;
}

const char *
guardian_cgroup_controls (const GuardianCgroup *cgroup)
{
  return cgroup->controls;
}

gboolean
guardian_cgroup_freeze (const GuardianCgroup *cgroup)
{
  return write_setting (cgroup->fd, "cgroup.freeze", "1");
}

/* One after another, as they are listed now; those that stand still cannot make further ones.
 * FALSE: there was none. */
static gboolean
kill_each (const GuardianCgroup *cgroup)
{
  cardea_autofd int fd = openat (cgroup->fd, "cgroup.procs", O_RDONLY | O_CLOEXEC);
  FILE *list = fd >= 0 ? fdopen (fd, "r") : NULL;
  gboolean any = FALSE;
  int pid = 0;

  if (list == NULL)
    return FALSE;
  fd = -1; /* fclose() closes it */
  while (fscanf (list, "%d", &pid) == 1)
    any |= pid > 1 && kill (pid, SIGKILL) == 0;
  fclose (list);
  return any;
}

gboolean
guardian_cgroup_kill (const GuardianCgroup *cgroup)
{
  gboolean still = guardian_cgroup_freeze (cgroup);

  return write_setting (cgroup->fd, "cgroup.kill", "1") || (still && kill_each (cgroup));
}

gboolean
guardian_cgroup_remove (GuardianCgroup *cgroup)
{
  return unlinkat (cgroup->parent, cgroup->name, AT_REMOVEDIR) == 0 || errno == ENOENT;
}

void
guardian_cgroup_free (GuardianCgroup *cgroup)
{
  cardea_fd_clear (&cgroup->fd);
  cardea_fd_clear (&cgroup->parent);
  g_free (cgroup->name);
  g_free (cgroup->controls);
  g_free (cgroup);
}
