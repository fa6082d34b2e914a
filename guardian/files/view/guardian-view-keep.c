/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What was there before a program replaces or removes it: put aside first, once a file and session.
 *
 * Trusts: that it was decided that the program may do so. Refuses: to let it, when what is there
 * cannot be put aside. Known gaps: the text of a link that is removed is in no store. */

#include "guardian/files/view/guardian-view-op.h"

#include "common/base/cardea-limits.h"
#include "common/protocol/cardea-path-json.h"

#include <errno.h>
#include <string.h>

#define LIMIT_BYTES 196608u /* of paths in one message */

static void
send (GuardianView *view, gboolean all)
{
  GuardianViewBatch *batch;

  while ((batch = guardian_view_stash_next (view->stash, all)) != NULL)
    view->handler.kept (view, batch, view->user_data);
}

void
guardian_view_keep_flush (GuardianView *view)
{
  send (view, TRUE);
}

void
guardian_view_keep_note (GuardianView *view, const GuardianViewNode *parent, const char *name)
{
  char *path = g_hash_table_size (view->aside) < GUARDIAN_VIEW_ASIDE_LIMIT
                   ? guardian_view_node_path_of (parent, name)
                   : NULL;

  if (path != NULL)
    g_hash_table_add (view->aside, path);
}

static CardeaJson *
describe (GuardianView *view, const char *path)
{
  CardeaJson *item = cardea_json_new_object ();
  struct stat st;

  cardea_path_json_set (item, "path", path);
  if (!guardian_view_layer_stat (&view->real, path, &st))
    {
      cardea_json_set_string (item, "left", "gone");
      return item;
    }
  g_autofree char *left = g_strdup_printf (
      "%" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %" G_GINT64_FORMAT " %d",
      (gint64) st.st_dev, (gint64) st.st_ino, (gint64) st.st_size,
      st.st_mtim.tv_sec * G_GINT64_CONSTANT (1000000000) + st.st_mtim.tv_nsec,
      (int) (st.st_mode & 07777));
  cardea_json_set_string (item, "left", left);
  return item;
}

void
guardian_view_keep_tell (GuardianView *view)
{
  CardeaJson *items = NULL;
  GHashTableIter iter;
  gpointer path;
  gsize bytes = 0;

  g_hash_table_iter_init (&iter, view->aside);
  while (g_hash_table_iter_next (&iter, &path, NULL))
    {
      if (items == NULL)
        items = cardea_json_new_array ();
      cardea_json_append (items, describe (view, path));
      bytes += 2 * strlen (path) + 128;
      if (cardea_json_size (items) < CARDEA_LIMIT_VIEW_DID && bytes < LIMIT_BYTES)
        continue;
      view->handler.left (view, g_steal_pointer (&items), view->user_data);
      bytes = 0;
    }
  if (items != NULL)
    view->handler.left (view, items, view->user_data);
}

static void
interrupted_cb (fuse_req_t req, void *data)
{
  GuardianViewOp *op = data;

  if (g_queue_remove (&op->view->crowded, op))
    guardian_view_op_give_up (op, EINTR);
}

/* Until something was settled. */
static int
wait_for_room (GuardianViewOp *op)
{
  send (op->view, TRUE);
  if (fuse_req_interrupted (op->req))
    return EINTR;
  g_queue_push_tail (&op->view->crowded, op);
  fuse_req_interrupt_func (op->req, interrupted_cb, op);
  return GUARDIAN_VIEW_OP_WAIT;
}

int
guardian_view_op_keep (GuardianViewOp *op, GuardianViewNode *parent, const char *name,
                       const struct stat *st, GuardianViewStashHow how)
{
  GuardianView *view = op->view;
  int folder = guardian_view_way (view->ways, parent, FALSE);
  g_autofree char *path = guardian_view_node_path_of (parent, name);

  if (folder < 0 || path == NULL)
    return folder < 0 ? errno : ENOENT;
  int result = guardian_view_stash_put (view->stash, how, folder, name, path, st);
  if (result == EBUSY && !S_ISDIR (st->st_mode))
    return wait_for_room (op);
  if (result == 0 && how == GUARDIAN_VIEW_STASH_COPY)
    guardian_view_place_note (view->kept, st->st_dev, st->st_ino);
  if (result == 0)
    guardian_view_keep_note (view, parent, name);
  send (view, FALSE);
  return result;
}

static gboolean
settled_cb (gpointer data)
{
  GuardianView *view = data;

  for (guint n = view->crowded.length; n > 0; n--)
    {
      GuardianViewOp *op = g_queue_pop_head (&view->crowded);
      fuse_req_interrupt_func (op->req, NULL, NULL);
      guardian_view_op_again (op);
    }
  return G_SOURCE_REMOVE;
}

void
guardian_view_settled (GuardianView *view)
{
  guardian_view_post (view, G_PRIORITY_DEFAULT, settled_cb, guardian_view_ref (view),
                      (GDestroyNotify) guardian_view_unref);
}
