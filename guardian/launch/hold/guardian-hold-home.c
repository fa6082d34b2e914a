/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: launch, for its words. Nothing about what lies in the home: the program of an earlier or
 * of another running session put it there.
 * Refuses: links, and what is no folder where one must be. Every step is taken from the descriptor
 * of the folder before, and what is mounted on is the descriptor that was looked at: bwrap, which
 * goes by paths, never mounts below that home.
 * Known gaps: a folder that is moved meanwhile by another session takes the mount with it. */

#include "guardian/launch/hold/guardian-hold-home.h"

#include "guardian/launch/guardian-handoff.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#define AT "at="
#define SHOWN "shown="
#define INSTALLED "installed="

static bool
begins (const char *word, const char *start)
{
  return strncmp (word, start, strlen (start)) == 0;
}

bool
guardian_hold_home_knows (const char *word)
{
  return begins (word, AT) || begins (word, SHOWN) || begins (word, INSTALLED);
}

static void
failed (const char *what)
{
  guardian_handoff_fail (GUARDIAN_HANDOFF_STEP_HOME, what);
}

static void
join (char *ret, const char *stage, const char *name)
{
  int length = snprintf (ret, PATH_MAX, "%s/%s", stage, name);

  errno = ENAMETOOLONG;
  if (length < 0 || length >= PATH_MAX)
    failed (name);
}

/* The part of path below home; ends the process when it does not lie there. */
static const char *
below (const char *home, const char *path)
{
  size_t size = home != NULL ? strlen (home) : 0;

  errno = EINVAL;
  if (size == 0 || strncmp (path, home, size) != 0 || path[size] != '/' || path[size + 1] == '\0')
    failed (path);
  return path + size + 1;
}

/* name in folder, made when it is missing; folder is closed. */
static int
step (int folder, const char *name, bool is_folder)
{
  errno = EINVAL;
  if (name[0] == '\0' || strcmp (name, ".") == 0 || strcmp (name, "..") == 0)
    failed (name);
  if (is_folder && mkdirat (folder, name, 0700) != 0 && errno != EEXIST)
    failed (name);
  if (!is_folder)
    {
      int made = openat (folder, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC | O_NOFOLLOW, 0600);
      if (made < 0 && errno != EEXIST)
        failed (name);
      if (made >= 0)
        close (made);
    }
  int next = openat (folder, name, O_PATH | O_NOFOLLOW | O_CLOEXEC | (is_folder ? O_DIRECTORY : 0));
  struct stat st;
  if (next < 0 || fstat (next, &st) != 0)
    failed (name);
  errno = ELOOP;
  if (!is_folder && !S_ISREG (st.st_mode))
    failed (name);
  close (folder);
  return next;
}

static int
open_place (const char *stage, const char *relative, bool is_folder)
{
  char path[PATH_MAX];
  char *name = path;

  join (path, stage, "home");
  int fd = open (path, O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
  if (fd < 0)
    failed (path);
  errno = ENAMETOOLONG;
  if (strlen (relative) >= sizeof path)
    failed (relative);
  strcpy (path, relative);
  for (char *slash = strchr (name, '/'); slash != NULL; slash = strchr (name, '/'))
    {
      *slash = '\0';
      fd = step (fd, name, true);
      name = slash + 1;
    }
  return step (fd, name, is_folder);
}

static void
show (const char *stage, const char *source_name, const char *relative, bool read_only)
{
  char source[PATH_MAX];
  struct stat st;
  struct mount_attr attributes
      = { .attr_set = MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV
                      | (read_only ? (unsigned long long) MOUNT_ATTR_RDONLY : 0) };

  join (source, stage, source_name);
  int tree = open_tree (AT_FDCWD, source,
                        OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC | AT_RECURSIVE | AT_SYMLINK_NOFOLLOW);
  if (tree < 0 || fstat (tree, &st) != 0
      || mount_setattr (tree, "", AT_EMPTY_PATH | AT_RECURSIVE, &attributes, sizeof attributes)
             != 0)
    failed (source_name);
  int place = open_place (stage, relative, S_ISDIR (st.st_mode));
  if (move_mount (tree, "", place, "", MOVE_MOUNT_F_EMPTY_PATH | MOVE_MOUNT_T_EMPTY_PATH) != 0)
    failed (relative);
  close (tree);
  close (place);
}

void
guardian_hold_home_place (const char *stage, char **words, int count)
{
  const char *home = NULL;
  char name[PATH_MAX];

  for (int i = 0; i < count; i++)
    if (begins (words[i], AT))
      home = words[i] + strlen (AT);
    else if (begins (words[i], SHOWN))
      {
        const char *path = words[i] + strlen (SHOWN);
        join (name, "view", path + (path[0] == '/'));
        show (stage, name, below (home, path), false);
      }
    else if (begins (words[i], INSTALLED))
      {
        const char *path = strchr (words[i] + strlen (INSTALLED), '=');
        errno = EINVAL;
        if (path == NULL)
          failed (words[i]);
        int size = (int) (path - words[i] - (long) strlen (INSTALLED));
        snprintf (name, sizeof name, "%.*s", size, words[i] + strlen (INSTALLED));
        show (stage, name, below (home, path + 1), true);
      }
}
