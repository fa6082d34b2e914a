/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What an operation needs to be decided, and whether it is already.
 *
 * Trusts: what was decided about the very object, and what the core said to hold for its like.
 * Refuses: everything else, until the core was asked. Known gaps: none. */

#include "guardian/files/view/guardian-view-alike.h"
#include "guardian/files/view/guardian-view-obeyed.h"
#include "guardian/files/view/guardian-view-op.h"

#include <errno.h>
#include <string.h>

/* Whether the answer may hold for others: under this grant; NULL: it may not. */
static const char *
find_under (GuardianView *view, GuardianViewNode *parent, const char *name, const struct stat *st,
            const char *action)
{
  const GuardianViewGrant *grant = guardian_view_nodes_shared (view->nodes, parent);

  return grant != NULL && guardian_view_alike_is_plain (view, parent, name, st, action, grant)
             ? grant->id
             : NULL;
}

static struct stat
state_of (const GuardianViewNode *node)
{
  return (struct stat){ .st_dev = node->dev,
                        .st_ino = node->ino,
                        .st_mode = node->is_folder ? S_IFDIR : S_IFREG };
}

static const GuardianViewGrant *
find_alike (GuardianViewOp *op, const GuardianViewNode *node, const char *action)
{
  const struct stat st = state_of (node);

  return node->parent != NULL
                 && !guardian_view_op_is_answered (op, node->parent, node->name, action)
             ? guardian_view_alike_find (op->view, node->parent, node->name, &st, action)
             : NULL;
}

static void
note_grant (GuardianViewNode *node, const char *grant)
{
  if (g_strcmp0 (node->grant, grant) == 0)
    return;
  g_free (node->grant);
  node->grant = g_strdup (grant);
}

static int
need_existing (GuardianViewOp *op, GuardianViewNode *node, const char *action,
               GuardianViewVerdict *verdict, const char **ret_grant)
{
  if (verdict != NULL && *verdict == GUARDIAN_VIEW_VERDICT_ALLOWED)
    {
      if (ret_grant != NULL)
        *ret_grant = node->grant;
      return 0;
    }
  if (verdict != NULL && *verdict == GUARDIAN_VIEW_VERDICT_REFUSED)
    return EACCES;
  const GuardianViewGrant *grant = find_alike (op, node, action);
  if (grant != NULL)
    {
      note_grant (node, grant->id);
      if (verdict != NULL)
        *verdict = GUARDIAN_VIEW_VERDICT_ALLOWED;
      if (ret_grant != NULL)
        *ret_grant = node->grant;
      return 0;
    }
  g_autofree char *path = guardian_view_node_path (node);
  if (path == NULL || node->parent == NULL)
    return ENOENT;
  const struct stat st = state_of (node);
  const GuardianViewQuestion question
      = { .action = action,
          .path = path,
          .exists = TRUE,
          .is_folder = node->is_folder,
          .under = find_under (op->view, node->parent, node->name, &st, action) };
  return guardian_view_op_need (op, &question, ret_grant);
}

int
guardian_view_op_need_read (GuardianViewOp *op, GuardianViewNode *node, const char **ret_grant)
{
  const GuardianViewGrant *grant
      = !node->is_folder && node->read == GUARDIAN_VIEW_VERDICT_UNKNOWN
                && guardian_view_place_has (op->view->made, node->dev, node->ino)
            ? guardian_view_place_grant_of (op->view, node)
            : NULL;

  /* What the program made itself, under whichever of its names: git links objects when it clones.
   */
  if (grant != NULL)
    {
      note_grant (node, grant->id);
      if (ret_grant != NULL)
        *ret_grant = node->grant;
      return 0;
    }
  return need_existing (op, node, node->is_folder ? "file.list" : "file.read", &node->read,
                        ret_grant);
}

/* What is covered by an answer for all that is alike is kept by ourselves. */
static int
keep_alike (GuardianViewOp *op, GuardianViewNode *node)
{
  struct stat st;
  const GuardianViewGrant *grant = find_alike (op, node, "file.write");

  if (grant == NULL)
    return 0;
  if (!guardian_view_place_stat (op->view, node, &st))
    return errno;
  int result = guardian_view_op_keep (op, node->parent, node->name, &st, GUARDIAN_VIEW_STASH_COPY);
  if (result != 0)
    return result;
  note_grant (node, grant->id);
  node->write = GUARDIAN_VIEW_VERDICT_ALLOWED;
  return 0;
}

int
guardian_view_op_need_write (GuardianViewOp *op, GuardianViewNode *node, const char *action,
                             const char **ret_grant)
{
  gboolean content = strcmp (action, "file.write") == 0;

  /* What is written there is not seen before it is obeyed: asked each time. */
  if (content && guardian_view_obeyed_is (node->parent, node->name))
    return need_existing (op, node, action, NULL, ret_grant);
  if (guardian_view_place_has (op->view->made, node->dev, node->ino)
      || (content && guardian_view_place_has (op->view->kept, node->dev, node->ino)))
    return 0;
  if (content && node->write == GUARDIAN_VIEW_VERDICT_UNKNOWN)
    {
      int result = keep_alike (op, node);
      if (result != 0)
        return result;
    }
  int result = need_existing (op, node, action, content ? &node->write : NULL, ret_grant);
  if (result == 0 && content)
    {
      guardian_view_place_note (op->view->kept, node->dev, node->ino);
      if (node->parent != NULL)
        guardian_view_keep_note (op->view, node->parent, node->name);
    }
  return result;
}

int
guardian_view_op_need_new (GuardianViewOp *op, GuardianViewNode *parent, const char *name,
                           const char *from, gboolean is_folder, const char **ret_grant)
{
  const GuardianViewGrant *grant
      = (from == NULL || !is_folder)
                && !guardian_view_op_is_answered (op, parent, name, "file.create")
            ? guardian_view_alike_find (op->view, parent, name, NULL, "file.create")
            : NULL;

  if (grant != NULL)
    {
      if (ret_grant != NULL)
        *ret_grant = grant->id;
      return 0;
    }
  g_autofree char *path = guardian_view_node_path_of (parent, name);
  if (path == NULL)
    return ENOENT;
  const GuardianViewQuestion question
      = { .action = "file.create",
          .path = path,
          .from = from,
          .is_folder = is_folder,
          .under = from == NULL ? find_under (op->view, parent, name, NULL, "file.create") : NULL };
  return guardian_view_op_need (op, &question, ret_grant);
}

int
guardian_view_op_need_name (GuardianViewOp *op, GuardianViewNode *parent, const char *name,
                            const struct stat *st, const char *action, const char *to)
{
  if (!guardian_view_op_is_answered (op, parent, name, action)
      && guardian_view_alike_find (op->view, parent, name, st, action) != NULL)
    return 0;
  g_autofree char *path = guardian_view_node_path_of (parent, name);
  if (path == NULL)
    return ENOENT;
  const GuardianViewQuestion question
      = { .action = action,
          .path = path,
          .to = to,
          .exists = TRUE,
          .is_folder = S_ISDIR (st->st_mode),
          .under = find_under (op->view, parent, name, st, action) };
  return guardian_view_op_need (op, &question, NULL);
}
