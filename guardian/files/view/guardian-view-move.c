/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Removing and renaming. What the program made itself it may remove; of the person's it removes, in
 * a folder that is shared for changing, what was decided; elsewhere only its own sight of it. */

#include "guardian/files/view/guardian-view-op.h"

#include "common/base/cardea-autofd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  GuardianViewNode *parent;
  const char *name;
  char *path;
  gboolean there;
  GuardianViewNodeKind kind;
  struct stat st;
  gboolean writable; /* lies where the person shared for changing */
} Spot;

static void
spot_clear (Spot *spot)
{
  g_free (spot->path);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Spot, spot_clear)

static int
spot_find (GuardianView *view, guint64 parent, const char *name, Spot *ret)
{
  ret->parent = guardian_view_nodes_get (view->nodes, parent);
  ret->name = name;
  ret->path = ret->parent != NULL ? guardian_view_node_path_of (ret->parent, name) : NULL;
  if (ret->path == NULL)
    return ENOENT;
  if (ret->parent->kind == GUARDIAN_VIEW_NODE_WAY)
    return EACCES;
  ret->there = guardian_view_place_look (view, ret->parent, name, &ret->kind, &ret->st);
  const GuardianViewGrant *grant
      = ret->parent->kind == GUARDIAN_VIEW_NODE_REAL
            ? guardian_view_place_grant (view, ret->parent, ret->path, ret->there ? &ret->st : NULL)
            : NULL;
  ret->writable = grant != NULL && grant->writable;
  return 0;
}

static int
need (GuardianViewOp *op, const Spot *spot, const char *action)
{
  const GuardianViewQuestion question = {
    .action = action, .path = spot->path, .exists = TRUE, .is_folder = S_ISDIR (spot->st.st_mode)
  };

  if (guardian_view_place_was_made (op->view, spot->st.st_dev, spot->st.st_ino))
    return 0;
  return guardian_view_op_need (op, &question, NULL);
}

static void
cut_name (GuardianView *view, const Spot *spot)
{
  GuardianViewNode *node = guardian_view_nodes_find (view->nodes, spot->parent, spot->name);
  if (node != NULL)
    guardian_view_nodes_cut (view->nodes, node);
}

static int
unlink_in (const GuardianViewLayer *layer, const Spot *spot, int flags)
{
  const char *name = NULL;
  struct stat st;
  cardea_autofd int folder = guardian_view_layer_parent (layer, spot->path, &name);

  if (folder < 0 || fstatat (folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
    return errno;
  if (st.st_dev != spot->st.st_dev || st.st_ino != spot->st.st_ino)
    return ESTALE;
  return unlinkat (folder, name, flags) != 0 ? errno : 0;
}

static int
remove_private (GuardianViewOp *op, const Spot *spot, int flags)
{
  GuardianView *view = op->view;
  struct stat st;
  int result = unlink_in (&view->upper, spot, flags);

  if (result != 0)
    return result;
  if (S_ISREG (spot->st.st_mode) && spot->st.st_nlink == 1)
    guardian_view_upper_grow (view, spot->st.st_size, 0);
  if (guardian_view_layer_stat (&view->real, spot->path, &st))
    guardian_view_place_remove (view, spot->path);
  return 0;
}

int
guardian_view_op_remove (GuardianViewOp *op)
{
  GuardianView *view = op->view;
  g_auto (Spot) spot = { 0 };
  int flags = (int) op->flags; /* AT_REMOVEDIR */
  int result = spot_find (view, op->node, op->name, &spot);

  if (result != 0)
    return result;
  if (!spot.there)
    return ENOENT;
  if (S_ISDIR (spot.st.st_mode) != ((flags & AT_REMOVEDIR) != 0))
    return S_ISDIR (spot.st.st_mode) ? EISDIR : ENOTDIR;
  if (spot.kind == GUARDIAN_VIEW_NODE_PRIVATE)
    result = remove_private (op, &spot, flags);
  else if (spot.writable)
    {
      result = need (op, &spot, "file.delete");
      if (result == 0)
        result = unlink_in (&view->real, &spot, flags);
    }
  else if (S_ISDIR (spot.st.st_mode))
    result = EACCES;
  else
    guardian_view_place_remove (view, spot.path);
  if (result != 0)
    return result;
  cut_name (view, &spot);
  fuse_reply_err (op->req, 0);
  return 0;
}

/* --- renaming --- */

static int
rename_in (const GuardianViewLayer *layer, const Spot *from, const Spot *to, unsigned flags)
{
  const char *name = NULL, *new_name = NULL;
  struct stat st;
  cardea_autofd int folder = guardian_view_layer_parent (layer, from->path, &name);
  cardea_autofd int target = guardian_view_layer_parent (layer, to->path, &new_name);

  if (folder < 0 || target < 0 || fstatat (folder, name, &st, AT_SYMLINK_NOFOLLOW) != 0)
    return errno;
  if (st.st_dev != from->st.st_dev || st.st_ino != from->st.st_ino)
    return ESTALE;
  return renameat2 (folder, name, target, new_name, flags) != 0 ? errno : 0;
}

static void
move_name (GuardianView *view, const Spot *from, const Spot *to)
{
  GuardianViewNode *node = guardian_view_nodes_find (view->nodes, from->parent, from->name);

  if (node != NULL)
    guardian_view_nodes_move (view->nodes, node, to->parent, to->name);
}

static int
rename_private (GuardianViewOp *op, Spot *from, const Spot *to)
{
  GuardianView *view = op->view;
  struct stat st;

  if (to->there && S_ISDIR (to->st.st_mode) && to->kind == GUARDIAN_VIEW_NODE_REAL)
    return EEXIST;
  if (from->kind == GUARDIAN_VIEW_NODE_REAL)
    {
      GuardianViewNode *node
          = guardian_view_nodes_take (view->nodes, from->parent, from->name, from->kind, &from->st);
      int result = S_ISREG (from->st.st_mode) ? guardian_view_op_need_read (op, node, NULL) : EXDEV;
      if (result == 0)
        result = guardian_view_upper_copy (view, node, FALSE);
      if (result != 0)
        return result;
      from->st.st_dev = node->dev;
      from->st.st_ino = node->ino;
    }
  if (!guardian_view_layer_make_way (&view->upper, to->path))
    return errno;
  int result = rename_in (&view->upper, from, to, op->flags);
  if (result == 0 && guardian_view_layer_stat (&view->real, from->path, &st))
    guardian_view_place_remove (view, from->path);
  return result;
}

/* Within what is shared for changing: the person's file itself gets another name. */
static int
rename_real (GuardianViewOp *op, const Spot *from, const Spot *to)
{
  gboolean made = guardian_view_place_was_made (op->view, from->st.st_dev, from->st.st_ino);
  gboolean folder = S_ISDIR (from->st.st_mode);

  if (folder && !made)
    return EXDEV; /* what lies in it would be renamed without a word */
  int result = made ? 0 : need (op, from, "file.rename");
  if (result == 0 && to->there)
    result = need (op, to, S_ISDIR (to->st.st_mode) ? "file.delete" : "file.write");
  if (result == 0)
    result = guardian_view_op_need_new (op, to->path, from->path, folder, NULL);
  return result != 0 ? result : rename_in (&op->view->real, from, to, op->flags);
}

int
guardian_view_op_rename (GuardianViewOp *op)
{
  GuardianView *view = op->view;
  g_auto (Spot) from = { 0 };
  g_auto (Spot) to = { 0 };
  int result = spot_find (view, op->node, op->name, &from);

  if (result == 0)
    result = spot_find (view, op->other, op->new_name, &to);
  if (result != 0 || !from.there)
    return result != 0 ? result : ENOENT;
  if ((op->flags & ~(unsigned) RENAME_NOREPLACE) != 0)
    return EINVAL;
  if (to.there && (op->flags & RENAME_NOREPLACE) != 0)
    return EEXIST;
  gboolean from_real = from.kind == GUARDIAN_VIEW_NODE_REAL && from.writable;
  if (from_real && to.writable)
    result = rename_real (op, &from, &to);
  else if (from_real || to.writable)
    result = EXDEV;
  else
    result = rename_private (op, &from, &to);
  if (result != 0)
    return result;
  move_name (view, &from, &to);
  fuse_reply_err (op->req, 0);
  return 0;
}
