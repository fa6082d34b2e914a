/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Sizes, permissions and times. */

#include "guardian/files/view/guardian-view-op.h"

#include "common/base/cardea-autofd.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define MODE_BITS 0777
#define SETS_CONTENT FUSE_SET_ATTR_SIZE
#define SETS_OWNER (FUSE_SET_ATTR_UID | FUSE_SET_ATTR_GID)
#define SETS_TIMES                                                                                 \
  (FUSE_SET_ATTR_ATIME | FUSE_SET_ATTR_MTIME | FUSE_SET_ATTR_ATIME_NOW | FUSE_SET_ATTR_MTIME_NOW)

/* What is changed must be decided about, or be the program's own. */
static int
prepare (GuardianViewOp *op, GuardianViewNode *node)
{
  gboolean content = (op->to_set & SETS_CONTENT) != 0;

  if (node->kind == GUARDIAN_VIEW_NODE_PRIVATE)
    return 0;
  if (node->kind == GUARDIAN_VIEW_NODE_WAY)
    return EACCES;
  const GuardianViewGrant *shared = guardian_view_place_grant_of (op->view, node);
  if (shared != NULL && shared->writable)
    return guardian_view_op_need_write (op, node, content ? "file.write" : "file.metadata", NULL);
  if (node->is_folder)
    return EACCES;
  gboolean empty = content && op->attributes.st_size == 0;
  int result = empty ? 0 : guardian_view_op_need_read (op, node, NULL);
  return result != 0 ? result : guardian_view_upper_copy (op->view, node, empty);
}

static struct timespec
choose_time (const GuardianViewOp *op, int set, int now, struct timespec given)
{
  if ((op->to_set & now) != 0)
    return (struct timespec){ .tv_nsec = UTIME_NOW };
  return (op->to_set & set) != 0 ? given : (struct timespec){ .tv_nsec = UTIME_OMIT };
}

static int
set_size (GuardianViewOp *op, const GuardianViewNode *node)
{
  struct stat st;
  cardea_autofd int fd = guardian_view_place_open (op->view, node, O_WRONLY | O_NONBLOCK);

  if (fd < 0 || fstat (fd, &st) != 0)
    return errno;
  if (!S_ISREG (st.st_mode) || st.st_dev != node->dev || st.st_ino != node->ino)
    return ESTALE;
  if (node->kind == GUARDIAN_VIEW_NODE_PRIVATE
      && !guardian_view_upper_grow (op->view, st.st_size, op->attributes.st_size))
    return errno;
  return ftruncate (fd, op->attributes.st_size) != 0 ? errno : 0;
}

/* Of the very object that was decided about: a name is not good enough, as a link is followed. */
static gboolean
set_mode (const GuardianViewOp *op, const GuardianViewNode *node)
{
  mode_t mode = op->attributes.st_mode & MODE_BITS;
  cardea_autofd int fd = guardian_view_place_open (op->view, node, O_PATH);
  struct stat st;

  if (fd < 0 || fstat (fd, &st) != 0)
    return FALSE;
  errno = S_ISLNK (st.st_mode) ? EOPNOTSUPP : ESTALE;
  if (S_ISLNK (st.st_mode) || st.st_dev != node->dev || st.st_ino != node->ino)
    return FALSE;
  g_autofree char *path = g_strdup_printf ("/proc/self/fd/%d", fd);
  return fchmodat (AT_FDCWD, path, mode, 0) == 0;
}

static int
set_others (GuardianViewOp *op, const GuardianViewNode *node)
{
  struct stat st;
  const struct timespec times[2]
      = { choose_time (op, FUSE_SET_ATTR_ATIME, FUSE_SET_ATTR_ATIME_NOW, op->attributes.st_atim),
          choose_time (op, FUSE_SET_ATTR_MTIME, FUSE_SET_ATTR_MTIME_NOW, op->attributes.st_mtim) };

  if (!guardian_view_place_stat (op->view, node, &st))
    return errno;
  int folder = node->parent != NULL ? guardian_view_way (op->view->ways, node->parent,
                                                         node->kind == GUARDIAN_VIEW_NODE_PRIVATE)
                                    : -1;
  if (folder < 0)
    return EACCES;
  if ((op->to_set & FUSE_SET_ATTR_MODE) != 0 && !set_mode (op, node))
    return errno;
  if ((op->to_set & SETS_TIMES) != 0
      && utimensat (folder, node->name, times, AT_SYMLINK_NOFOLLOW) != 0)
    return errno;
  return 0;
}

/* To what it is already; nothing else is possible. */
static int
check_owner (const GuardianViewOp *op)
{
  if ((op->to_set & FUSE_SET_ATTR_UID) != 0 && op->attributes.st_uid != op->view->inside_uid)
    return EPERM;
  return (op->to_set & FUSE_SET_ATTR_GID) != 0 && op->attributes.st_gid != op->view->inside_gid
             ? EPERM
             : 0;
}

int
guardian_view_op_set (GuardianViewOp *op)
{
  GuardianViewNode *node = guardian_view_op_node (op);
  struct stat st;

  if (node == NULL)
    return ENOENT;
  int result = check_owner (op);
  if (result == 0 && (op->to_set & ~SETS_OWNER) != 0)
    result = prepare (op, node);
  if (result == 0 && (op->to_set & SETS_CONTENT) != 0)
    result = set_size (op, node);
  if (result == 0 && (op->to_set & SETS_CONTENT) != 0 && node->parent != NULL
      && node->kind == GUARDIAN_VIEW_NODE_PRIVATE)
    guardian_view_propose_replaced (op->view, node->parent, node->name);
  if (result == 0 && (op->to_set & (FUSE_SET_ATTR_MODE | SETS_TIMES)) != 0)
    result = set_others (op, node);
  if (result == 0 && !guardian_view_place_stat (op->view, node, &st))
    result = errno;
  if (result != 0)
    return result;
  guardian_view_place_attributes (op->view, &st);
  fuse_reply_attr (op->req, &st, GUARDIAN_VIEW_SECONDS);
  return 0;
}
