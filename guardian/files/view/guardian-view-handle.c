/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/view/guardian-view-private.h"

#include "common/base/cardea-autofd.h"

#include <unistd.h>

GuardianViewHandle *
guardian_view_handle_new (GuardianView *view, int fd, const GuardianViewNode *node,
                          const char *grant)
{
  if (g_hash_table_size (view->handles) >= GUARDIAN_VIEW_HANDLES_LIMIT)
    {
      cardea_fd_clear (&fd);
      return NULL;
    }
  GuardianViewHandle *handle = g_new0 (GuardianViewHandle, 1);
  handle->fd = fd;
  handle->node = node->id;
  /* What it made itself, or was kept before, is not asked about: it ends with what is over it. */
  const GuardianViewGrant *over = grant == NULL && node->kind == GUARDIAN_VIEW_NODE_REAL
                                      ? guardian_view_place_grant_of (view, node)
                                      : NULL;
  handle->grant = g_strdup (over != NULL ? over->id : grant);
  handle->is_private = node->kind == GUARDIAN_VIEW_NODE_PRIVATE;
  g_hash_table_add (view->handles, handle);
  return handle;
}

GuardianViewHandle *
guardian_view_handle_of (const struct fuse_file_info *info)
{
  return (GuardianViewHandle *) (guintptr) info->fh;
}

void
guardian_view_handle_free (GuardianView *view, GuardianViewHandle *handle)
{
  g_hash_table_remove (view->handles, handle);
  if (handle->copy != NULL)
    guardian_view_propose_closed (view, handle->copy);
  GuardianViewNode *node
      = handle->reads && !handle->cut ? guardian_view_nodes_get (view->nodes, handle->node) : NULL;
  if (node != NULL && guardian_view_park (view, node, handle->fd, &handle->ctime))
    handle->fd = -1;
  cardea_fd_clear (&handle->fd);
  g_clear_pointer (&handle->entries, g_ptr_array_unref);
  g_free (handle->grant);
  g_free (handle);
}
