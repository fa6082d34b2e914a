/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Removing and renaming. What the program made itself it may remove; of the person's it removes, in
 * a folder that is shared for changing, what was decided; elsewhere only its own sight of it. */

#include "guardian/files/view/guardian-view-alike.h"
#include "guardian/files/view/guardian-view-obeyed.h"

#include "common/base/cardea-autofd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

typedef struct {
  GuardianViewNode *parent;
  const char *name;
  gboolean there;
  GuardianViewNodeKind kind;
  struct stat st;
  gboolean writable; /* lies where the person shared for changing */
  gboolean landed;   /* st is that of another file than the one that was moved */
} Spot;

static int
spot_find (GuardianView *view, guint64 parent, const char *name, Spot *ret)
{
  ret->parent = guardian_view_nodes_get (view->nodes, parent);
  ret->name = name;
  if (ret->parent == NULL)
    return ENOENT;
  if (ret->parent->kind == GUARDIAN_VIEW_NODE_WAY)
    return EACCES;
  ret->there = guardian_view_place_look (view, ret->parent, name, &ret->kind, &ret->st);
  if (!ret->there && errno == ESTALE)
    return ESTALE;
  const GuardianViewGrant *grant
      = ret->parent->kind == GUARDIAN_VIEW_NODE_REAL
            ? guardian_view_place_grant (view, ret->parent, name, ret->there ? &ret->st : NULL)
            : NULL;
  ret->writable = grant != NULL && grant->writable;
  return 0;
}

/* to: of what is renamed; or NULL. */
static int
need (GuardianViewOp *op, const Spot *spot, const char *action, const char *to)
{
  if (guardian_view_place_has (op->view->made, spot->st.st_dev, spot->st.st_ino))
    return 0;
  return guardian_view_op_need_name (op, spot->parent, spot->name, &spot->st, action, to);
}

static void
cut_name (GuardianView *view, const Spot *spot)
{
  GuardianViewNode *node = guardian_view_nodes_find (view->nodes, spot->parent, spot->name);
  if (node != NULL)
    guardian_view_nodes_cut (view->nodes, node);
}

/* The folder a spot is in; what has its name there must be what was decided about. -1 with errno.
 */
static int
folder_of (GuardianView *view, const Spot *spot, gboolean upper)
{
  struct stat st;

  if (!guardian_view_place_stat_in (view, spot->parent, spot->name, upper, &st))
    return -1;
  errno = ESTALE;
  return st.st_dev == spot->st.st_dev && st.st_ino == spot->st.st_ino
             ? guardian_view_way (view->ways, spot->parent, upper)
             : -1;
}

static int
unlink_in (GuardianView *view, const Spot *spot, gboolean upper, int flags)
{
  int folder = folder_of (view, spot, upper);

  if (folder < 0 || unlinkat (folder, spot->name, flags) != 0)
    return errno;
  guardian_view_place_gone (view, &spot->st);
  return 0;
}

/* What the program did not make itself is put aside; of a link nothing is left to put. */
static int
remove_real (GuardianViewOp *op, const Spot *spot, int flags)
{
  GuardianView *view = op->view;

  if (guardian_view_place_has (view->made, spot->st.st_dev, spot->st.st_ino)
      || guardian_view_place_has (view->kept, spot->st.st_dev, spot->st.st_ino)
      || S_ISLNK (spot->st.st_mode))
    return unlink_in (view, spot, FALSE, flags);
  if (folder_of (view, spot, FALSE) < 0)
    return errno;
  int result
      = guardian_view_op_keep (op, spot->parent, spot->name, &spot->st, GUARDIAN_VIEW_STASH_MOVE);
  if (result == 0)
    guardian_view_place_gone (view, &spot->st);
  return result;
}

static int
remove_private (GuardianViewOp *op, const Spot *spot, int flags)
{
  GuardianView *view = op->view;
  struct stat st;
  int result = unlink_in (view, spot, TRUE, flags);

  if (result != 0)
    return result;
  if (S_ISREG (spot->st.st_mode) && spot->st.st_nlink == 1)
    guardian_view_upper_grow (view, spot->st.st_size, 0);
  if (guardian_view_place_stat_in (view, spot->parent, spot->name, FALSE, &st))
    guardian_view_place_remove (view, spot->parent, spot->name);
  return 0;
}

int
guardian_view_op_remove (GuardianViewOp *op)
{
  GuardianView *view = op->view;
  Spot spot = { 0 };
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
      result = need (op, &spot, "file.delete", NULL);
      if (result == 0)
        result = remove_real (op, &spot, flags);
    }
  else if (S_ISDIR (spot.st.st_mode))
    result = EACCES;
  else
    guardian_view_place_remove (view, spot.parent, spot.name);
  if (result != 0)
    return result;
  cut_name (view, &spot);
  fuse_reply_err (op->req, 0);
  return 0;
}

/* --- renaming --- */

static int
rename_in (GuardianView *view, const Spot *from, const Spot *to, gboolean upper, unsigned flags)
{
  int target = guardian_view_way (view->ways, to->parent, upper);
  int folder = target >= 0 ? folder_of (view, from, upper) : -1;

  if (folder < 0 || renameat2 (folder, from->name, target, to->name, flags) != 0)
    return errno;
  if (to->there)
    guardian_view_place_gone (view, &to->st);
  return 0;
}

static void
move_name (GuardianView *view, const Spot *from, const Spot *to)
{
  GuardianViewNode *node = guardian_view_nodes_find (view->nodes, from->parent, from->name);

  if (node == NULL)
    return;
  guardian_view_nodes_move (view->nodes, node, to->parent, to->name);
  if (!to->landed)
    return;
  node->dev = to->st.st_dev;
  node->ino = to->st.st_ino;
  node->read = node->write = GUARDIAN_VIEW_VERDICT_UNKNOWN;
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
  if (guardian_view_way_make (view->ways, to->parent) < 0)
    return errno;
  int result = rename_in (view, from, to, TRUE, op->flags);
  /* What tools do in place of writing a file: it says something else now. */
  if (result == 0 && to->there && to->kind == GUARDIAN_VIEW_NODE_REAL && S_ISREG (to->st.st_mode))
    guardian_view_propose_note (view, to->parent, to->name);
  if (result == 0)
    guardian_view_propose_replaced (view, to->parent, to->name);
  if (result == 0 && guardian_view_place_stat_in (view, from->parent, from->name, FALSE, &st))
    guardian_view_place_remove (view, from->parent, from->name);
  return result;
}

/* What it said when the session began is not there any more, or is kept already. */
static gboolean
is_settled (const GuardianView *view, const Spot *spot)
{
  GHashTable *const sets[] = { view->made, view->kept, view->landed };

  for (guint i = 0; i < G_N_ELEMENTS (sets); i++)
    if (guardian_view_place_has (sets[i], spot->st.st_dev, spot->st.st_ino))
      return TRUE;
  return FALSE;
}

/* What has the new name by now: it may be replaced, and is kept. */
static int
replace (GuardianViewOp *op, const Spot *to)
{
  GuardianView *view = op->view;

  if (S_ISDIR (to->st.st_mode))
    return need (op, to, "file.delete", NULL);
  if (is_settled (view, to))
    return 0;
  if (guardian_view_op_is_answered (op, to->parent, to->name, "file.write")
      || guardian_view_alike_find (view, to->parent, to->name, &to->st, "file.write") == NULL)
    {
      guardian_view_keep_note (view, to->parent, to->name);
      return guardian_view_op_need_name (op, to->parent, to->name, &to->st, "file.write", NULL);
    }
  if (folder_of (view, to, FALSE) < 0)
    return errno;
  return guardian_view_op_keep (op, to->parent, to->name, &to->st, GUARDIAN_VIEW_STASH_LINK);
}

/* The program's file goes, what it said is there under the new name. */
static int
land (GuardianViewOp *op, const Spot *from, Spot *to)
{
  GuardianView *view = op->view;
  struct stat former = to->st;
  gboolean there = to->there;
  int result = guardian_view_obeyed_land (op, to->parent, to->name, from->st.st_mode, &to->st);

  if (result != 0)
    return result;
  to->landed = TRUE;
  if (there)
    guardian_view_place_gone (view, &former);
  guardian_view_place_note (view->landed, to->st.st_dev, to->st.st_ino);
  return unlink_in (view, from, FALSE, 0);
}

/* Within what is shared for changing: the person's file itself gets another name. */
static int
rename_real (GuardianViewOp *op, const Spot *from, Spot *to)
{
  gboolean made = guardian_view_place_has (op->view->made, from->st.st_dev, from->st.st_ino);
  gboolean folder = S_ISDIR (from->st.st_mode);
  gboolean obeyed = guardian_view_obeyed_is (to->parent, to->name);
  g_autofree char *former = guardian_view_node_path_of (from->parent, from->name);
  g_autofree char *latter = guardian_view_node_path_of (to->parent, to->name);

  if (former == NULL || latter == NULL)
    return ENOENT;
  if (folder && !made)
    return EXDEV; /* what lies in it would be renamed without a word */
  int result = obeyed ? guardian_view_obeyed_judge (op, from->parent, from->name, &from->st,
                                                    to->parent, to->name, to->there)
                      : 0;
  if (result == 0 && !made)
    result = need (op, from, "file.rename", latter);
  /* Of what is obeyed one question is enough: that for what is replaced judges the same. */
  if (result == 0 && (!obeyed || !to->there || is_settled (op->view, to)))
    result = guardian_view_op_need_new (op, to->parent, to->name, former, folder, NULL);
  if (result == 0 && to->there)
    result = replace (op, to);
  if (result == 0 && op->judged != NULL)
    return land (op, from, to);
  return result != 0 ? result : rename_in (op->view, from, to, FALSE, op->flags);
}

int
guardian_view_op_rename (GuardianViewOp *op)
{
  GuardianView *view = op->view;
  Spot from = { 0 };
  Spot to = { 0 };
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
