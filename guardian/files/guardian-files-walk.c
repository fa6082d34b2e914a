/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Turns a path into the object it names, held open.
 *
 * Trusts: the kernel, and the mount table read at the start. Refuses: to let the kernel follow
 * anything on its own. Every step is one openat2() of one name, O_PATH | O_NOFOLLOW, below the
 * folder that the step before holds; so a folder swapped for a link in mid-walk is a link that this
 * file sees, the list of parents consists of the very objects that were passed, and no automount,
 * magic link or device is ever touched. File systems that are no storage (/proc, /sys, /dev,
 * autofs) are refused on entering. At the end the kernel's own idea of the object's path must be
 * the one that was walked; a rename in mid-walk starts it again. Known gaps: a folder above that is
 * renamed right after the end shows its former name; the object and the identities of its parents
 * stay true for the moment of the walk. */

#include "guardian/files/guardian-files-walk.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-limits.h"
#include "guardian/files/guardian-files-error.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/openat2.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define LIMIT_LINKS 40  /* as the kernel's own MAXSYMLINKS */
#define LIMIT_DEPTH 128 /* folders above an object; the wire's list of parents holds as many */
#define LIMIT_PENDING (2 * CARDEA_LIMIT_PATH)
#define LIMIT_TRIES 4 /* walks that a rename disturbed */

typedef struct {
  int fd;
  GuardianFilesInfo info;
  gsize path_size; /* of the path up to and with this folder */
} Step;

typedef struct {
  const GuardianFilesMounts *mounts;
  GuardianFilesWalkMode mode;
  Step steps[LIMIT_DEPTH]; /* "/" first */
  gsize n_steps;
  int leaf; /* a held object that is no folder: nothing may follow; or -1 */
  GuardianFilesInfo leaf_info;
  GString *path;    /* of the last step, or of the leaf */
  GString *pending; /* what is still to be walked */
  gsize position;   /* in pending */
  guint links;
  guint64 slow_mount;
} Walk;

static void
walk_init (Walk *walk, const GuardianFilesMounts *mounts, GuardianFilesWalkMode mode,
           const char *path)
{
  walk->mounts = mounts;
  walk->mode = mode;
  walk->n_steps = 0;
  walk->leaf = -1;
  walk->path = g_string_sized_new (256);
  walk->pending = g_string_new (path);
  walk->position = 0;
  walk->links = 0;
  walk->slow_mount = 0;
}

static void
walk_clear (Walk *walk)
{
  while (walk->n_steps > 0)
    cardea_fd_clear (&walk->steps[--walk->n_steps].fd);
  cardea_fd_clear (&walk->leaf);
  g_string_free (walk->path, TRUE);
  g_string_free (walk->pending, TRUE);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Walk, walk_clear)

static int
open_name (int folder, const char *name, GuardianFilesWalkMode mode)
{
  struct open_how how = {
    .flags = O_PATH | O_NOFOLLOW | O_CLOEXEC,
    .resolve = RESOLVE_NO_MAGICLINKS | RESOLVE_NO_SYMLINKS,
  };
  if (mode == GUARDIAN_FILES_WALK_NOW)
    how.resolve |= RESOLVE_CACHED;
  return syscall (SYS_openat2, folder, name, &how, sizeof how);
}

static gboolean
would_block (Walk *walk, guint64 mount, GError **error)
{
  walk->slow_mount = mount;
  g_set_error_literal (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_WOULD_BLOCK,
                       "it takes a moment");
  return FALSE;
}

static gboolean
check_mount (Walk *walk, guint64 mount, GError **error)
{
  switch (guardian_files_mounts_class (walk->mounts, mount))
    {
    case GUARDIAN_FILES_MOUNTS_LOCAL:
      return TRUE;
    case GUARDIAN_FILES_MOUNTS_SLOW:
      return walk->mode == GUARDIAN_FILES_WALK_WAIT || would_block (walk, mount, error);
    case GUARDIAN_FILES_MOUNTS_PSEUDO:
      g_set_error_literal (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_UNSUITABLE,
                           "it lies in a part of the system that holds no files, such as /proc, "
                           "/sys or /dev");
      return FALSE;
    default:
      g_set_error_literal (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_UNAVAILABLE,
                           "it lies on a disk that was connected a moment ago");
      return FALSE;
    }
}

static gboolean
push_folder (Walk *walk, int *fd, const GuardianFilesInfo *info, GError **error)
{
  if (walk->n_steps == G_N_ELEMENTS (walk->steps))
    {
      g_set_error_literal (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_UNSUITABLE,
                           "it lies in too many folders, one within the other");
      return FALSE;
    }
  walk->steps[walk->n_steps++] = (Step){ cardea_fd_steal (fd), *info, walk->path->len };
  return TRUE;
}

/* A slash stands before every name but the first below "/". */
static void
append_name (Walk *walk, const char *name)
{
  if (walk->path->len > 1)
    g_string_append_c (walk->path, '/');
  g_string_append (walk->path, name);
}

static void
pop_to (Walk *walk, gsize n_steps)
{
  while (walk->n_steps > n_steps)
    cardea_fd_clear (&walk->steps[--walk->n_steps].fd);
  g_string_truncate (walk->path, walk->steps[walk->n_steps - 1].path_size);
}

static gboolean
start_at_root (Walk *walk, GError **error)
{
  cardea_autofd int fd = open ("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
  GuardianFilesInfo info;
  if (fd < 0 || !guardian_files_info_read (fd, "", FALSE, &info))
    {
      guardian_files_error_set_errno (error, errno);
      return FALSE;
    }
  g_string_assign (walk->path, "/");
  return check_mount (walk, info.mount, error) && push_folder (walk, &fd, &info, error);
}

/* As the kernel's fs.protected_symlinks, which asks only itself: in a folder where everyone may
 * write, a link of somebody else is bait. */
static gboolean
is_bait (const Step *folder, const GuardianFilesInfo *link)
{
  return (folder->info.mode & (S_ISVTX | S_IWOTH)) == (S_ISVTX | S_IWOTH)
         && link->uid != geteuid ();
}

static gboolean
follow_link (Walk *walk, int fd, const GuardianFilesInfo *info, GError **error)
{
  char target[CARDEA_LIMIT_PATH + 1];
  gssize size = readlinkat (fd, "", target, sizeof target);
  if (size < 0)
    {
      guardian_files_error_set_errno (error, errno);
      return FALSE;
    }
  const char *rest = walk->pending->str + walk->position;
  int number = 0;
  if (++walk->links > LIMIT_LINKS)
    number = ELOOP;
  else if (size == 0 || size == sizeof target || size + strlen (rest) > LIMIT_PENDING)
    number = ENAMETOOLONG;
  else if (is_bait (&walk->steps[walk->n_steps - 1], info))
    number = EACCES;
  if (number != 0)
    {
      guardian_files_error_set_errno (error, number);
      return FALSE;
    }

  g_string_erase (walk->pending, 0, walk->position);
  g_string_prepend_len (walk->pending, target, size);
  walk->position = 0;
  if (target[0] == '/')
    pop_to (walk, 1);
  return TRUE;
}

static gboolean
enter (Walk *walk, const char *name, GError **error)
{
  const Step *folder = &walk->steps[walk->n_steps - 1];
  cardea_autofd int fd = open_name (folder->fd, name, walk->mode);
  GuardianFilesInfo info;

  if (fd < 0 && errno == EAGAIN && walk->mode == GUARDIAN_FILES_WALK_NOW)
    return would_block (walk, 0, error);
  if (fd < 0 || !guardian_files_info_read (fd, "", walk->mode == GUARDIAN_FILES_WALK_WAIT, &info))
    {
      guardian_files_error_set_errno (error, errno);
      return FALSE;
    }
  if (info.mount != folder->info.mount && !check_mount (walk, info.mount, error))
    return FALSE;
  if (info.kind == GUARDIAN_FILES_KIND_LINK)
    return follow_link (walk, fd, &info, error);

  append_name (walk, name);
  if (info.kind == GUARDIAN_FILES_KIND_FOLDER)
    return push_folder (walk, &fd, &info, error);
  walk->leaf = cardea_fd_steal (&fd);
  walk->leaf_info = info;
  return TRUE;
}

/* The next name of pending into name; FALSE at the end. A slash behind a file asks for a folder. */
static gboolean
next_name (Walk *walk, char name[CARDEA_LIMIT_NAME + 1], int *ret_errno)
{
  const char *text = walk->pending->str + walk->position;
  gsize slashes = strspn (text, "/");
  gsize length = strcspn (text + slashes, "/");

  *ret_errno = 0;
  if (walk->leaf >= 0 && (slashes > 0 || length > 0))
    *ret_errno = ENOTDIR;
  else if (length > CARDEA_LIMIT_NAME)
    *ret_errno = ENAMETOOLONG;
  if (*ret_errno != 0 || length == 0)
    return FALSE;

  memcpy (name, text + slashes, length);
  name[length] = '\0';
  walk->position += slashes + length;
  return TRUE;
}

static gboolean
run (Walk *walk, GError **error)
{
  char name[CARDEA_LIMIT_NAME + 1];
  int number = 0;

  if (!start_at_root (walk, error))
    return FALSE;
  while (next_name (walk, name, &number))
    {
      if (strcmp (name, ".") == 0)
        continue;
      if (strcmp (name, "..") == 0)
        pop_to (walk, MAX (walk->n_steps, 2) - 1);
      else if (!enter (walk, name, error))
        return FALSE;
    }
  if (number != 0)
    guardian_files_error_set_errno (error, number);
  return number == 0;
}

/* Takes what the walk holds. */
static GuardianFilesObject *
make_object (Walk *walk)
{
  GuardianFilesObject *object = g_new0 (GuardianFilesObject, 1);
  if (walk->leaf >= 0)
    {
      object->fd = cardea_fd_steal (&walk->leaf);
      object->info = walk->leaf_info;
      object->n_parents = walk->n_steps;
    }
  else
    {
      Step *last = &walk->steps[walk->n_steps - 1];
      object->fd = cardea_fd_steal (&last->fd);
      object->info = last->info;
      object->n_parents = walk->n_steps - 1;
    }
  object->path = g_strdup (walk->path->str);
  object->linked = walk->links > 0;
  object->parents = g_new (GuardianFilesId, MAX (object->n_parents, 1));
  for (gsize i = 0; i < object->n_parents; i++)
    object->parents[i] = walk->steps[object->n_parents - 1 - i].info.id;
  return object;
}

static char *
kernel_path (int fd)
{
  char link[64];
  char path[CARDEA_LIMIT_PATH + 1];
  g_snprintf (link, sizeof link, "/proc/self/fd/%d", fd);
  gssize size = readlink (link, path, sizeof path);
  return size > 0 && (gsize) size < sizeof path ? g_strndup (path, size) : NULL;
}

static GuardianFilesObject *
walk_once (const GuardianFilesMounts *mounts, const char *path, GuardianFilesWalkMode mode,
           guint64 *ret_mount, GError **error)
{
  g_auto (Walk) walk;
  walk_init (&walk, mounts, mode, path);
  gboolean good = run (&walk, error);
  if (ret_mount != NULL)
    *ret_mount = walk.slow_mount;
  return good ? make_object (&walk) : NULL;
}

GuardianFilesObject *
guardian_files_walk (const GuardianFilesMounts *mounts, const char *path,
                     GuardianFilesWalkMode mode, guint64 *ret_mount, GError **error)
{
  gboolean linked = FALSE;
  g_autofree char *asked = g_strdup (path);

  for (guint tries = 0; tries < LIMIT_TRIES; tries++)
    {
      g_autoptr (GuardianFilesObject) object = walk_once (mounts, asked, mode, ret_mount, error);
      if (object == NULL)
        return NULL;
      linked |= object->linked || tries > 0;
      object->linked = linked;

      g_autofree char *real = kernel_path (object->fd);
      if (g_strcmp0 (real, object->path) == 0)
        return g_steal_pointer (&object);
      /* Renamed in mid-walk, or a file system that takes names in any case: the name it bears is
       * walked again, and must then lead to itself. */
      if (real != NULL && real[0] == '/')
        {
          g_free (asked);
          asked = g_steal_pointer (&real);
        }
    }
  g_set_error_literal (error, GUARDIAN_FILES_ERROR, GUARDIAN_FILES_ERROR_CHANGED,
                       "it is being moved or replaced right now");
  return NULL;
}
