/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Opening and making files. What is opened is compared, by device and inode, with what was decided
 * about. */

#include "guardian/files/view/guardian-view-obeyed.h"

#include "common/base/cardea-autofd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define MODE_BITS 0777

static gboolean
is_writing (int flags)
{
  return (flags & O_ACCMODE) != O_RDONLY || (flags & O_TRUNC) != 0;
}

/* Who may write and read at once reads: the session has what is in it, whatever it writes then. */
static gboolean
is_reading (int flags)
{
  return (flags & O_ACCMODE) == O_RDWR && (flags & O_TRUNC) == 0;
}

/* The kernel adds up appended bytes itself; and it reads what it writes parts of. */
static int
own_flags (int flags)
{
  int mode = (flags & O_ACCMODE) == O_RDONLY && (flags & O_TRUNC) == 0 ? O_RDONLY : O_RDWR;
  return mode | O_NONBLOCK | O_NOCTTY; /* what became a FIFO meanwhile is not waited for */
}

static void
note_pages (GuardianViewOp *op, GuardianViewNode *node, const struct stat *st)
{
  op->info.keep_cache = node->size == st->st_size && node->mtime.tv_sec == st->st_mtim.tv_sec
                        && node->mtime.tv_nsec == st->st_mtim.tv_nsec;
  node->size = st->st_size;
  node->mtime = st->st_mtim;
}

static gboolean
truncate_private (GuardianViewOp *op, const GuardianViewNode *node, int fd, const struct stat *st)
{
  if ((op->info.flags & O_TRUNC) == 0)
    return TRUE;
  if (node->kind == GUARDIAN_VIEW_NODE_PRIVATE
      && !guardian_view_upper_grow (op->view, st->st_size, 0))
    return FALSE;
  return ftruncate (fd, 0) == 0;
}

static int
open_node (GuardianViewOp *op, GuardianViewNode *node, const char *grant)
{
  GuardianView *view = op->view;
  int flags = own_flags (op->info.flags);
  gboolean reads = (flags & O_ACCMODE) == O_RDONLY;
  struct stat st;
  cardea_autofd int fd = reads ? guardian_view_unpark (view, node, &st) : -1;

  if (fd < 0)
    {
      fd = guardian_view_place_open (view, node, flags);
      if (fd < 0 || fstat (fd, &st) != 0)
        return errno;
    }
  if (!S_ISREG (st.st_mode) || st.st_dev != node->dev || st.st_ino != node->ino)
    return ESTALE;
  if (!truncate_private (op, node, fd, &st))
    return errno;
  note_pages (op, node, &st);
  GuardianViewHandle *handle = guardian_view_handle_new (view, cardea_fd_steal (&fd), node, grant);
  if (handle == NULL)
    return ENFILE;
  handle->reads = reads;
  handle->ctime = st.st_ctim;
  if (handle->is_private && is_writing (op->info.flags))
    handle->copy = guardian_view_propose_opened (view, node);
  if (handle->copy != NULL && (op->info.flags & O_TRUNC) != 0)
    guardian_view_propose_written (handle->copy);
  op->info.fh = (guint64) (guintptr) handle;
  op->info.noflush = 1;
  if (fuse_reply_open (op->req, &op->info) != 0)
    guardian_view_handle_free (view, handle);
  return 0;
}

static int
open_known (GuardianViewOp *op, GuardianViewNode *node)
{
  const char *grant = NULL;
  int result = 0;

  if (node->is_folder)
    return EISDIR;
  if (node->kind == GUARDIAN_VIEW_NODE_PRIVATE)
    return open_node (op, node, NULL);
  if (!is_writing (op->info.flags))
    {
      result = guardian_view_op_need_read (op, node, &grant);
      return result != 0 ? result : open_node (op, node, grant);
    }
  const GuardianViewGrant *shared = guardian_view_place_grant_of (op->view, node);
  if (shared != NULL && shared->writable)
    {
      if (is_reading (op->info.flags)
          && !guardian_view_place_has (op->view->made, node->dev, node->ino))
        result = guardian_view_op_need_read (op, node, NULL);
      if (result == 0)
        result = guardian_view_op_need_write (op, node, "file.write", &grant);
      return result != 0 ? result : open_node (op, node, grant);
    }
  /* Not shared for changing: the program writes a copy of its own. */
  gboolean empty = (op->info.flags & O_TRUNC) != 0;
  if (!empty)
    result = guardian_view_op_need_read (op, node, NULL);
  if (result == 0)
    result = guardian_view_upper_copy (op->view, node, empty);
  return result != 0 ? result : open_node (op, node, NULL);
}

int
guardian_view_op_open (GuardianViewOp *op)
{
  GuardianViewNode *node = guardian_view_op_node (op);

  if (node == NULL || node->kind == GUARDIAN_VIEW_NODE_WAY)
    return EACCES;
  int result = open_known (op, node);
  /* The kernel then looks for the name again, and makes the file when that was wanted. */
  return result == ENOENT && node->parent != NULL ? ESTALE : result;
}

/* A new file's writer may do with it what it likes: nobody else's content is in it. */
static void
note_made (GuardianViewOp *op, GuardianViewNode *node, const char *grant)
{
  if (node->kind != GUARDIAN_VIEW_NODE_REAL || guardian_view_obeyed_is (node->parent, node->name))
    return;
  guardian_view_place_note (op->view->made, node->dev, node->ino);
  node->read = node->write = GUARDIAN_VIEW_VERDICT_ALLOWED;
  g_free (node->grant);
  node->grant = g_strdup (grant);
}

static int
finish_create (GuardianViewOp *op, GuardianViewNode *parent, int taken_fd, gboolean real,
               const char *grant)
{
  GuardianView *view = op->view;
  cardea_autofd int fd = taken_fd;
  struct fuse_entry_param entry;

  if (fstat (fd, &entry.attr) != 0)
    return errno;
  GuardianViewNode *node = guardian_view_nodes_take (
      view->nodes, parent, op->name, real ? GUARDIAN_VIEW_NODE_REAL : GUARDIAN_VIEW_NODE_PRIVATE,
      &entry.attr);
  note_made (op, node, grant);
  node->size = entry.attr.st_size;
  node->mtime = entry.attr.st_mtim;
  GuardianViewHandle *handle = guardian_view_handle_new (view, cardea_fd_steal (&fd), node, grant);
  if (handle == NULL)
    return ENFILE;
  op->info.fh = (guint64) (guintptr) handle;
  op->info.noflush = 1;
  if (!guardian_view_op_reply_node (op, node, &entry, &op->info))
    guardian_view_handle_free (view, handle);
  return 0;
}

/* Where something new in parent goes: TRUE: to the person's own folder. */
static gboolean
goes_to_real (const GuardianView *view, GuardianViewNode *parent, const char *name)
{
  const GuardianViewGrant *grant = parent->kind == GUARDIAN_VIEW_NODE_REAL
                                       ? guardian_view_place_grant (view, parent, name, NULL)
                                       : NULL;
  return grant != NULL && grant->writable;
}

/* The folder that something new is made in. -1 with errno. */
static int
folder_for_new (GuardianView *view, GuardianViewNode *parent, gboolean real)
{
  return real ? guardian_view_way (view->ways, parent, FALSE)
              : guardian_view_way_make (view->ways, parent);
}

int
guardian_view_op_create (GuardianViewOp *op)
{
  GuardianView *view = op->view;
  GuardianViewNode *parent = guardian_view_op_node (op);
  const char *grant = NULL;

  if (parent == NULL || parent->kind == GUARDIAN_VIEW_NODE_WAY)
    return parent == NULL ? ENOENT : EACCES;
  gboolean real = goes_to_real (view, parent, op->name);
  int result = real ? guardian_view_op_need_new (op, parent, op->name, NULL, FALSE, &grant) : 0;
  if (result != 0)
    return result;
  const GuardianViewLayer folder = { folder_for_new (view, parent, real) };
  int fd = folder.root >= 0 ? guardian_view_layer_open_name (
               &folder, op->name, O_RDWR | O_CREAT | O_EXCL, op->mode & MODE_BITS)
                            : -1;
  return fd < 0 ? errno : finish_create (op, parent, fd, real, grant);
}

/* --- folders, links, FIFOs and sockets --- */

static int
make_at (const GuardianViewOp *op, GuardianViewNode *parent, gboolean real)
{
  const char *name = op->name;
  int folder = folder_for_new (op->view, parent, real);
  int result = -1;

  if (folder < 0)
    return errno;
  if (S_ISDIR (op->mode))
    result = mkdirat (folder, name, op->mode & MODE_BITS);
  else if (S_ISLNK (op->mode))
    result = symlinkat (op->text, folder, name);
  else if (S_ISREG (op->mode) || (!real && (S_ISFIFO (op->mode) || S_ISSOCK (op->mode))))
    result = mknodat (folder, name, op->mode & (S_IFMT | MODE_BITS), 0);
  else
    errno = EPERM;
  return result != 0 ? errno : 0;
}

int
guardian_view_op_make (GuardianViewOp *op)
{
  GuardianView *view = op->view;
  GuardianViewNode *parent = guardian_view_op_node (op);
  GuardianViewNodeKind kind;
  const char *grant = NULL;
  struct stat st;

  if (parent == NULL || parent->kind == GUARDIAN_VIEW_NODE_WAY)
    return parent == NULL ? ENOENT : EACCES;
  if (guardian_view_place_look (view, parent, op->name, &kind, &st))
    return EEXIST;
  if (!S_ISDIR (op->mode) && guardian_view_obeyed_is (parent, op->name))
    return EPERM; /* a link would have git obey what can be written elsewhere */
  gboolean real = goes_to_real (view, parent, op->name);
  int result
      = real ? guardian_view_op_need_new (op, parent, op->name, NULL, S_ISDIR (op->mode), &grant)
             : 0;
  if (result == 0)
    result = make_at (op, parent, real);
  if (result != 0)
    return result;
  if (guardian_view_place_look (view, parent, op->name, &kind, &st))
    note_made (op, guardian_view_nodes_take (view->nodes, parent, op->name, kind, &st), grant);
  return guardian_view_op_reply_entry (op, parent, op->name);
}

int
guardian_view_op_link (GuardianViewOp *op)
{
  GuardianView *view = op->view;
  GuardianViewNode *node = guardian_view_op_node (op);
  GuardianViewNode *parent = guardian_view_nodes_get (view->nodes, op->other);
  g_autofree char *old = node != NULL ? guardian_view_node_path (node) : NULL;

  if (old == NULL || node->parent == NULL || parent == NULL
      || parent->kind == GUARDIAN_VIEW_NODE_WAY)
    return ENOENT;
  if (guardian_view_obeyed_is (parent, op->new_name)
      || guardian_view_obeyed_is (node->parent, node->name))
    return EPERM; /* it could be written under its other name */
  gboolean real = goes_to_real (view, parent, op->new_name);
  if (real != (node->kind == GUARDIAN_VIEW_NODE_REAL))
    return EXDEV;
  /* A second name of the person's file would be one that nobody decided about. */
  if (real && !guardian_view_place_has (view->made, node->dev, node->ino))
    return EPERM;
  int result = real ? guardian_view_op_need_new (op, parent, op->new_name, old, FALSE, NULL) : 0;
  if (result != 0)
    return result;
  int to = folder_for_new (view, parent, real);
  int from = to >= 0 ? guardian_view_way (view->ways, node->parent, !real) : -1;
  if (from < 0 || linkat (from, node->name, to, op->new_name, 0) != 0)
    return errno;
  return guardian_view_op_reply_entry (op, parent, op->new_name);
}
