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

static int
list (GuardianView *view, GuardianViewNode *node, GuardianViewHandle *handle)
{
  const GuardianViewGrant *grant = guardian_view_nodes_shared (view->nodes, node);
  Listing listing = { .view = view, .node = node, .handle = handle };

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
  if (node->kind == GUARDIAN_VIEW_NODE_REAL && guardian_view_way (view->ways, node, FALSE) < 0)
    return errno == ENOENT ? ESTALE : errno;
  GuardianViewHandle *handle = guardian_view_handle_new (view, -1, node, grant);
  if (handle == NULL)
    return ENFILE;
  handle->is_way = is_way;
  handle->entries = g_ptr_array_new_with_free_func (g_free);
  int result = list (view, node, handle);
  if (result != 0)
    {
      guardian_view_handle_free (view, handle);
      return result;
    }
  op->info.fh = (guint64) (guintptr) handle;
  if (fuse_reply_open (op->req, &op->info) != 0)
    guardian_view_handle_free (view, handle);
  return 0;
}

void
guardian_view_folder_read (fuse_req_t req, fuse_ino_t ino, size_t size, off_t offset,
                           struct fuse_file_info *info)
{
  const GuardianViewHandle *handle = guardian_view_handle_of (info);
  g_autofree char *buffer = g_malloc (size);
  gsize used = 0;

  if (handle->cut)
    {
      fuse_reply_err (req, EIO);
      return;
    }
  for (guint i = (guint) offset; i < handle->entries->len; i++)
    {
      const Entry *entry = handle->entries->pdata[i];
      const struct stat st = { .st_ino = entry->ino, .st_mode = entry->mode };
      gsize needed
          = fuse_add_direntry (req, buffer + used, size - used, entry->name, &st, (off_t) i + 1);
      if (needed > size - used)
        break;
      used += needed;
    }
  fuse_reply_buf (req, buffer, used);
}
