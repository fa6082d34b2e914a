/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Folders: who may list them, and what is in them. */

#include "guardian/files/view/guardian-view-op.h"

#include "common/base/cardea-autofd.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define LIMIT_ENTRIES 1000000u

typedef struct {
  guint64 ino;
  mode_t mode; /* its type alone */
  char name[];
} Entry;

static gboolean
is_listed (const GuardianViewHandle *handle, const char *name)
{
  for (guint i = 0; i < handle->entries->len; i++)
    if (strcmp (((const Entry *) handle->entries->pdata[i])->name, name) == 0)
      return TRUE;
  return FALSE;
}

static void
add_entry (GuardianViewHandle *handle, const char *name, guint64 ino, mode_t mode)
{
  Entry *entry = g_malloc0 (sizeof *entry + strlen (name) + 1);

  entry->ino = ino;
  entry->mode = mode;
  memcpy (entry->name, name, strlen (name) + 1);
  g_ptr_array_add (handle->entries, entry);
}

typedef struct {
  GuardianView *view;
  GuardianViewNode *node;
  GuardianViewHandle *handle;
  gboolean all;  /* everything in it is shared */
  gboolean real; /* the layer that is read */
} Listing;

static gboolean
is_shown (const Listing *listing, const char *name)
{
  GuardianViewNodeKind kind;
  struct stat st;

  if (!listing->real)
    return !is_listed (listing->handle, name);
  if (guardian_view_place_is_removed (listing->view, listing->node, name))
    return FALSE;
  if (listing->handle->is_way)
    return guardian_view_place_is_known (listing->view, listing->node, name);
  if (listing->all || (name[0] != '.' && !listing->view->deny))
    return TRUE;
  return guardian_view_place_look (listing->view, listing->node, name, &kind, &st);
}

/* Whether it could be read; errno says why not. */
static gboolean
read_layer (const Listing *listing)
{
  const GuardianViewLayer way
      = { guardian_view_way (listing->view->ways, listing->node, !listing->real) };
  int fd
      = way.root >= 0 ? guardian_view_layer_open_name (&way, ".", O_RDONLY | O_DIRECTORY, 0) : -1;
  DIR *folder = fd >= 0 ? fdopendir (fd) : NULL;

  if (folder == NULL)
    {
      int problem = errno;
      cardea_fd_clear (&fd);
      errno = problem;
      return FALSE;
    }
  for (const struct dirent *entry = readdir (folder);
       entry != NULL && listing->handle->entries->len < LIMIT_ENTRIES; entry = readdir (folder))
    {
      gboolean kind = entry->d_type == DT_REG || entry->d_type == DT_DIR || entry->d_type == DT_LNK
                      || entry->d_type == DT_UNKNOWN || !listing->real;
      if (strcmp (entry->d_name, ".") != 0 && strcmp (entry->d_name, "..") != 0 && kind
          && is_shown (listing, entry->d_name))
        add_entry (listing->handle, entry->d_name, entry->d_ino, (mode_t) DTTOIF (entry->d_type));
    }
  closedir (folder);
  return TRUE;
}

/* A folder above what is shown: the next names on the way. */
static void
list_way (GuardianView *view, GuardianViewHandle *handle, const char *path)
{
  gsize size = path[1] != '\0' ? strlen (path) : 0;

  for (char **top = view->tops; *top != NULL; top++)
    if (guardian_view_grant_lies_in (*top, path) && (*top)[size] == '/')
      {
        g_autofree char *name = g_strndup (*top + size + 1, strcspn (*top + size + 1, "/"));
        if (!is_listed (handle, name))
          add_entry (handle, name, 1, S_IFDIR);
      }
}

static gboolean
fstat_folder (GuardianView *view, GuardianViewNode *node, struct stat *ret_st)
{
  int fd = guardian_view_way (view->ways, node, FALSE);
  return fd >= 0 && fstat (fd, ret_st) == 0;
}

static int
list (GuardianView *view, GuardianViewNode *node, GuardianViewHandle *handle)
{
  const GuardianViewGrant *grant = guardian_view_nodes_shared (view->nodes, node);
  Listing listing = { .view = view, .node = node, .handle = handle };

  handle->entries = g_ptr_array_new_with_free_func (g_free);
  add_entry (handle, ".", node->ino, S_IFDIR);
  add_entry (handle, "..", node->ino, S_IFDIR);
  if (node->kind == GUARDIAN_VIEW_NODE_WAY)
    {
      g_autofree char *path = guardian_view_node_path (node);
      if (path != NULL)
        list_way (view, handle, path);
      return 0;
    }
  listing.all = grant != NULL;
  listing.real = node->kind == GUARDIAN_VIEW_NODE_REAL;
  if (listing.real && !read_layer (&listing))
    return errno; /* the person themself may not list it */
  listing.real = FALSE;
  (void) read_layer (&listing); /* of most folders there is no private part */
  return 0;
}

/* What is in a folder that is shared with all below it depends on that folder alone: the kernel
 * keeps its list while it is as it was, and was not changed just now. */
static void
note_list (GuardianViewOp *op, GuardianViewNode *node)
{
  GuardianView *view = op->view;
  struct stat st;
  gboolean kept = node->kind == GUARDIAN_VIEW_NODE_REAL
                  && guardian_view_nodes_shared (view->nodes, node) != NULL
                  && !guardian_view_ways_have_upper (view->ways)
                  && g_hash_table_size (view->removed) == 0 && fstat_folder (view, node, &st)
                  && guardian_view_watch_is_quiet (&st);

  op->info.cache_readdir = kept;
  op->info.keep_cache = kept && node->listed && node->mtime.tv_sec == st.st_mtim.tv_sec
                        && node->mtime.tv_nsec == st.st_mtim.tv_nsec;
  node->listed = kept;
  if (kept)
    node->mtime = st.st_mtim;
}

int
guardian_view_op_open_folder (GuardianViewOp *op)
{
  GuardianView *view = op->view;
  GuardianViewNode *node = guardian_view_op_node (op);
  const char *grant = NULL;

  if (node == NULL || !node->is_folder)
    return node == NULL ? ENOENT : ENOTDIR;
  gboolean is_way = guardian_view_nodes_shared (view->nodes, node) == NULL
                    && node->read != GUARDIAN_VIEW_VERDICT_ALLOWED
                    && guardian_view_place_is_way (view, node);
  /* In mode deny nobody is asked: what is shared is listed. */
  if (node->kind == GUARDIAN_VIEW_NODE_REAL && !view->deny && !is_way)
    {
      int result = guardian_view_op_need_read (op, node, &grant);
      if (result != 0)
        return result;
    }
  GuardianViewHandle *handle = guardian_view_handle_new (view, -1, node, grant);
  if (handle == NULL)
    return ENFILE;
  handle->is_way = is_way;
  note_list (op, node);
  int result = op->info.keep_cache ? 0 : list (view, node, handle);
  if (result != 0)
    {
      guardian_view_handle_free (view, handle);
      return result == ENOENT ? ESTALE : result; /* the kernel looks for its name again */
    }
  op->info.fh = (guint64) (guintptr) handle;
  if (fuse_reply_open (op->req, &op->info) != 0)
    guardian_view_handle_free (view, handle);
  return 0;
}

/* With its attributes, so that nobody has to ask for each. needed: of room; nothing was added when
 * that is not enough. */
static gsize
add_with_attributes (fuse_req_t req, GuardianViewNode *folder, const Entry *entry, char *room,
                     gsize size, off_t next)
{
  GuardianView *view = fuse_req_userdata (req);
  struct fuse_entry_param told = { .attr = { .st_ino = entry->ino, .st_mode = entry->mode } };
  gboolean dots = strcmp (entry->name, ".") == 0 || strcmp (entry->name, "..") == 0;
  GuardianViewNodeKind kind;
  struct stat st;
  GuardianViewNode *node = NULL;

  if (folder != NULL && !dots && guardian_view_nodes_count (view->nodes) < GUARDIAN_VIEW_NODES_LIMIT
      && guardian_view_place_look (view, folder, entry->name, &kind, &st))
    {
      node = guardian_view_nodes_take (view->nodes, folder, entry->name, kind, &st);
      guardian_view_watch_believe (view, node, &st, &told.entry_timeout, &told.attr_timeout);
      guardian_view_place_attributes (view, &st);
      told.attr = st;
      told.ino = node->id;
    }
  gsize needed = fuse_add_direntry_plus (req, room, size, entry->name, &told, next);
  if (node != NULL)
    {
      node->lookups++;
      if (needed > size)
        guardian_view_nodes_forget (view->nodes, node->id, 1);
    }
  return needed;
}

static gsize
add_alone (fuse_req_t req, const Entry *entry, char *room, gsize size, off_t next)
{
  const struct stat st = { .st_ino = entry->ino, .st_mode = entry->mode };
  return fuse_add_direntry (req, room, size, entry->name, &st, next);
}

static void
reply_list (fuse_req_t req, size_t size, off_t offset, const struct fuse_file_info *info,
            gboolean with_attributes)
{
  GuardianView *view = fuse_req_userdata (req);
  GuardianViewHandle *handle = guardian_view_handle_of (info);
  GuardianViewNode *node = guardian_view_nodes_get (view->nodes, handle->node);
  g_autofree char *buffer = g_malloc (size);
  gsize used = 0;
  int result = handle->cut || node == NULL ? EIO : 0;

  /* The kernel had the list, but not any more. */
  if (result == 0 && handle->entries == NULL)
    result = list (view, node, handle);
  if (result != 0)
    {
      fuse_reply_err (req, result);
      return;
    }
  for (guint i = (guint) offset; i < handle->entries->len; i++)
    {
      const Entry *entry = handle->entries->pdata[i];
      gsize left = size - used;
      gsize needed = with_attributes
                         ? add_with_attributes (req, handle->is_way ? NULL : node, entry,
                                                buffer + used, left, (off_t) i + 1)
                         : add_alone (req, entry, buffer + used, left, (off_t) i + 1);
      if (needed > left)
        break;
      used += needed;
    }
  fuse_reply_buf (req, buffer, used);
}

void
guardian_view_folder_read (fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset,
                           struct fuse_file_info *info)
{
  reply_list (req, size, offset, info, FALSE);
}

void
guardian_view_folder_read_plus (fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset,
                                struct fuse_file_info *info)
{
  reply_list (req, size, offset, info, TRUE);
}
