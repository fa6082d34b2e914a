/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The kernel's operations. Those that never need a decision are here; the others become a
 * GuardianViewOp. What gives something back (release, flush, forget) never waits for anything. */

#include "guardian/files/view/guardian-view-op.h"

#include "common/base/cardea-autofd.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#define LIMIT_READ (256u << 10) /* one request of the kernel's */

static GuardianView *
view_of (fuse_req_t req)
{
  return fuse_req_userdata (req);
}

static GuardianViewNode *
node_of (fuse_req_t req, fuse_ino_t ino)
{
  return guardian_view_nodes_get (view_of (req)->nodes, ino);
}

static void
init_cb (void *userdata, struct fuse_conn_info *connection)
{
  /* Pieces are copied: splice is not in this worker's list. */
  connection->want
      &= ~(unsigned) (FUSE_CAP_SPLICE_READ | FUSE_CAP_SPLICE_WRITE | FUSE_CAP_SPLICE_MOVE);
  connection->want
      |= connection->capable
         & (FUSE_CAP_PARALLEL_DIROPS | FUSE_CAP_READDIRPLUS | FUSE_CAP_READDIRPLUS_AUTO);
  connection->max_background = 64;
  connection->max_write = LIMIT_READ;
}

/* --- looking --- */

static void
lookup_cb (fuse_req_t req, fuse_ino_t parent, const char *name)
{
  GuardianView *view = view_of (req);
  GuardianViewNode *node = node_of (req, parent);
  GuardianViewOp op = { .view = view, .req = req };

  if (node == NULL || guardian_view_nodes_count (view->nodes) >= GUARDIAN_VIEW_NODES_LIMIT)
    {
      fuse_reply_err (req, node == NULL ? ENOENT : ENOMEM);
      return;
    }
  int result = guardian_view_op_reply_entry (&op, node, name);
  if (result != 0)
    fuse_reply_err (req, result == ENOTDIR || result == ELOOP ? ENOENT : result);
}

static void
forget_cb (fuse_req_t req, fuse_ino_t ino, uint64_t count)
{
  guardian_view_nodes_forget (view_of (req)->nodes, ino, count);
  fuse_reply_none (req);
}

static void
forget_multi_cb (fuse_req_t req, size_t count, struct fuse_forget_data *forgets)
{
  for (size_t i = 0; i < count; i++)
    guardian_view_nodes_forget (view_of (req)->nodes, forgets[i].ino, forgets[i].nlookup);
  fuse_reply_none (req);
}

/* Removed, but still open: what is open has attributes. The kernel does not always say by which
 * descriptor it asks. */
static gboolean
stat_open (const GuardianView *view, const GuardianViewNode *node, struct stat *ret_st)
{
  GHashTableIter iter;
  gpointer key;

  g_hash_table_iter_init (&iter, view->handles);
  while (g_hash_table_iter_next (&iter, &key, NULL))
    {
      const GuardianViewHandle *handle = key;
      if (handle->node == node->id && handle->fd >= 0 && !handle->cut)
        return fstat (handle->fd, ret_st) == 0;
    }
  return FALSE;
}

static void
getattr_cb (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
  GuardianView *view = view_of (req);
  GuardianViewNode *node = node_of (req, ino);
  double seconds = GUARDIAN_VIEW_SECONDS;
  struct stat st;

  errno = ENOENT;
  if (node != NULL && guardian_view_place_stat (view, node, &st))
    guardian_view_watch_believe (view, node, &st, NULL, &seconds);
  else if (node == NULL || ((node->parent != NULL && info == NULL) || !stat_open (view, node, &st)))
    {
      int error = node == NULL ? ENOENT : errno;
      /* By its name it is not there any more; whoever has it open goes on. */
      if (node != NULL && error == ESTALE && !node->is_folder)
        guardian_view_nodes_cut (view->nodes, node);
      fuse_reply_err (req, error);
      return;
    }
  guardian_view_place_attributes (view, &st);
  fuse_reply_attr (req, &st, seconds);
}

static void
readlink_cb (fuse_req_t req, fuse_ino_t ino)
{
  GuardianView *view = view_of (req);
  const GuardianViewNode *node = node_of (req, ino);
  char target[4096];
  struct stat st;

  errno = ENOENT;
  if (node == NULL || node->parent == NULL || !guardian_view_place_stat (view, node, &st))
    {
      fuse_reply_err (req, errno);
      return;
    }
  int folder
      = guardian_view_way (view->ways, node->parent, node->kind == GUARDIAN_VIEW_NODE_PRIVATE);
  ssize_t size = folder >= 0 ? readlinkat (folder, node->name, target, sizeof target - 1) : -1;
  if (size < 0)
    {
      fuse_reply_err (req, errno);
      return;
    }
  target[size] = '\0';
  fuse_reply_readlink (req, target);
}

static void
statfs_cb (fuse_req_t req, fuse_ino_t ino)
{
  GuardianView *view = view_of (req);
  const GuardianViewNode *node = node_of (req, ino);
  cardea_autofd int fd = node != NULL ? guardian_view_place_open (view, node, O_PATH) : -1;
  struct statvfs st;

  if (fstatvfs (fd >= 0 ? fd : view->upper.root, &st) != 0)
    fuse_reply_err (req, errno);
  else
    fuse_reply_statfs (req, &st);
}

/* Execution and reading are what the mode says; whether it is so shows when it is done. */
static void
access_cb (fuse_req_t req, fuse_ino_t ino, int mask)
{
  GuardianView *view = view_of (req);
  const GuardianViewNode *node = node_of (req, ino);
  struct stat st;

  errno = ENOENT;
  if (node == NULL || !guardian_view_place_stat (view, node, &st))
    fuse_reply_err (req, errno);
  else if ((mask & X_OK) != 0 && !S_ISDIR (st.st_mode) && (st.st_mode & 0111) == 0)
    fuse_reply_err (req, EACCES);
  else if ((mask & W_OK) != 0 && node->kind == GUARDIAN_VIEW_NODE_WAY)
    fuse_reply_err (req, EACCES);
  else
    fuse_reply_err (req, 0);
}

/* --- reading and writing what is open --- */

static void
read_cb (fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset, struct fuse_file_info *info)
{
  const GuardianViewHandle *handle = guardian_view_handle_of (info);
  GuardianView *view = view_of (req);

  if (view->piece == NULL)
    view->piece = g_try_malloc (LIMIT_READ);
  /* A shorter answer would be the end of the file. */
  if (handle->cut || view->piece == NULL || size > LIMIT_READ)
    {
      fuse_reply_err (req, handle->cut ? EIO : ENOMEM);
      return;
    }
  ssize_t got = pread (handle->fd, view->piece, size, offset);
  if (got < 0)
    fuse_reply_err (req, errno);
  else
    fuse_reply_buf (req, view->piece, (size_t) got);
}

static gboolean
make_room (GuardianView *view, const GuardianViewHandle *handle, off_t end)
{
  struct stat st;

  if (!handle->is_private)
    return TRUE;
  return fstat (handle->fd, &st) == 0
         && (end <= st.st_size || guardian_view_upper_grow (view, st.st_size, end));
}

static void
write_cb (fuse_req_t req, fuse_ino_t ino, const char *bytes, size_t size, off_t offset,
          struct fuse_file_info *info)
{
  const GuardianViewHandle *handle = guardian_view_handle_of (info);

  if (handle->cut || !make_room (view_of (req), handle, offset + (off_t) size))
    {
      fuse_reply_err (req, handle->cut ? EIO : errno);
      return;
    }
  ssize_t done = pwrite (handle->fd, bytes, size, offset);
  if (done > 0 && handle->copy != NULL)
    guardian_view_propose_written (handle->copy);
  if (done < 0)
    fuse_reply_err (req, errno);
  else
    fuse_reply_write (req, (size_t) done);
}

static void
flush_cb (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
  fuse_reply_err (req, 0);
}

static void
release_cb (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
  guardian_view_handle_free (view_of (req), guardian_view_handle_of (info));
  fuse_reply_err (req, 0);
}

static void
fsync_cb (fuse_req_t req, fuse_ino_t ino, int data, struct fuse_file_info *info)
{
  const GuardianViewHandle *handle = guardian_view_handle_of (info);

  /* What is thrown away at the end need not survive a power cut. */
  if (handle->cut)
    fuse_reply_err (req, EIO);
  else if (handle->is_private || handle->fd < 0)
    fuse_reply_err (req, 0);
  else
    fuse_reply_err (req,
                    (data != 0 ? fdatasync (handle->fd) : fsync (handle->fd)) != 0 ? errno : 0);
}

/* --- what may have to be decided --- */

static void
open_cb (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
  const GuardianViewOp op
      = { .req = req, .run = guardian_view_op_open, .node = ino, .info = *info };
  guardian_view_op_start (&op);
}

static void
opendir_cb (fuse_req_t req, fuse_ino_t ino, struct fuse_file_info *info)
{
  const GuardianViewOp op
      = { .req = req, .run = guardian_view_op_open_folder, .node = ino, .info = *info };
  guardian_view_op_start (&op);
}

static void
create_cb (fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode,
           struct fuse_file_info *info)
{
  const GuardianViewOp op = { .req = req,
                              .run = guardian_view_op_create,
                              .node = parent,
                              .name = g_strdup (name),
                              .mode = mode,
                              .info = *info };
  guardian_view_op_start (&op);
}

static void
make (fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, const char *text)
{
  const GuardianViewOp op = { .req = req,
                              .run = guardian_view_op_make,
                              .node = parent,
                              .name = g_strdup (name),
                              .text = g_strdup (text),
                              .mode = mode };
  guardian_view_op_start (&op);
}

static void
mkdir_cb (fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode)
{
  make (req, parent, name, S_IFDIR | (mode & ~(mode_t) S_IFMT), NULL);
}

static void
mknod_cb (fuse_req_t req, fuse_ino_t parent, const char *name, mode_t mode, dev_t device)
{
  make (req, parent, name, mode, NULL);
}

static void
symlink_cb (fuse_req_t req, const char *target, fuse_ino_t parent, const char *name)
{
  make (req, parent, name, S_IFLNK | 0777, target);
}

static void
link_cb (fuse_req_t req, fuse_ino_t ino, fuse_ino_t parent, const char *name)
{
  const GuardianViewOp op = { .req = req,
                              .run = guardian_view_op_link,
                              .node = ino,
                              .other = parent,
                              .new_name = g_strdup (name) };
  guardian_view_op_start (&op);
}

static void
drop_name (fuse_req_t req, fuse_ino_t parent, const char *name, unsigned flags)
{
  const GuardianViewOp op = { .req = req,
                              .run = guardian_view_op_remove,
                              .node = parent,
                              .name = g_strdup (name),
                              .flags = flags };
  guardian_view_op_start (&op);
}

static void
unlink_cb (fuse_req_t req, fuse_ino_t parent, const char *name)
{
  drop_name (req, parent, name, 0);
}

static void
rmdir_cb (fuse_req_t req, fuse_ino_t parent, const char *name)
{
  drop_name (req, parent, name, AT_REMOVEDIR);
}

static void
rename_cb (fuse_req_t req, fuse_ino_t parent, const char *name, fuse_ino_t new_parent,
           const char *new_name, unsigned flags)
{
  const GuardianViewOp op = { .req = req,
                              .run = guardian_view_op_rename,
                              .node = parent,
                              .other = new_parent,
                              .name = g_strdup (name),
                              .new_name = g_strdup (new_name),
                              .flags = flags };
  guardian_view_op_start (&op);
}

static void
setattr_cb (fuse_req_t req, fuse_ino_t ino, struct stat *attributes, int to_set,
            struct fuse_file_info *info)
{
  const GuardianViewOp op = { .req = req,
                              .run = guardian_view_op_set,
                              .node = ino,
                              .attributes = *attributes,
                              .to_set = to_set };
  guardian_view_op_start (&op);
}

const struct fuse_lowlevel_ops guardian_view_fuse_operations = {
  .init = init_cb,
  .lookup = lookup_cb,
  .forget = forget_cb,
  .forget_multi = forget_multi_cb,
  .getattr = getattr_cb,
  .setattr = setattr_cb,
  .readlink = readlink_cb,
  .mknod = mknod_cb,
  .mkdir = mkdir_cb,
  .unlink = unlink_cb,
  .rmdir = rmdir_cb,
  .symlink = symlink_cb,
  .rename = rename_cb,
  .link = link_cb,
  .open = open_cb,
  .read = read_cb,
  .write = write_cb,
  .flush = flush_cb,
  .release = release_cb,
  .fsync = fsync_cb,
  .opendir = opendir_cb,
  .readdir = guardian_view_folder_read,
  .readdirplus = guardian_view_folder_read_plus,
  .releasedir = release_cb,
  .statfs = statfs_cb,
  .access = access_cb,
  .create = create_cb,
};
