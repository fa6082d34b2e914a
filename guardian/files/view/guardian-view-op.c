/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: answers of the core, for what they were asked. Refuses: whatever was not answered with
 * yes. Known gaps: none. */

#include "guardian/files/view/guardian-view-op.h"

#include "guardian/files/view/guardian-view-alike.h"

#include <errno.h>
#include <string.h>

typedef struct {
  char *key;
  int refusal; /* 0: allowed */
  char *grant; /* NULL: for once */
} Answer;

static void
answer_free (gpointer data)
{
  Answer *answer = data;

  g_free (answer->key);
  g_free (answer->grant);
  g_free (answer);
}

static void
op_free (GuardianViewOp *op)
{
  g_clear_pointer (&op->answers, g_ptr_array_unref);
  g_free (op->asked);
  g_free (op->asked_under);
  g_free (op->name);
  g_free (op->new_name);
  g_free (op->text);
  g_clear_pointer (&op->judged, g_bytes_unref);
  g_clear_pointer (&op->former, g_bytes_unref);
  g_strfreev (op->settings);
  g_free (op);
}

static void
run (GuardianViewOp *op)
{
  int result = op->run (op);

  if (result == GUARDIAN_VIEW_OP_WAIT)
    return;
  if (result != 0)
    fuse_reply_err (op->req, result);
  op_free (op);
}

void
guardian_view_op_again (GuardianViewOp *op)
{
  run (op);
}

void
guardian_view_op_give_up (GuardianViewOp *op, int error)
{
  fuse_reply_err (op->req, error);
  op_free (op);
}

void
guardian_view_op_start (const GuardianViewOp *op)
{
  GuardianViewOp *copy = g_memdup2 (op, sizeof *op);

  copy->view = fuse_req_userdata (op->req);
  copy->answers = g_ptr_array_new_with_free_func (answer_free);
  run (copy);
}

GuardianViewNode *
guardian_view_op_node (const GuardianViewOp *op)
{
  return guardian_view_nodes_get (op->view->nodes, op->node);
}

/* --- asking --- */

/* The program gave up (Ctrl-C): so does the question. */
static void
interrupted_cb (fuse_req_t req, void *data)
{
  GuardianViewOp *op = data;
  GuardianView *view = op->view;

  if (op->question == 0 || !g_hash_table_remove (view->waiting, &op->question))
    return;
  view->handler.cancel (view, op->question, view->user_data);
  fuse_reply_err (req, EINTR);
  op_free (op);
}

static int
ask (GuardianViewOp *op, const GuardianViewQuestion *question, char *taken_key)
{
  GuardianView *view = op->view;
  GuardianViewQuestion asked = *question;

  g_free (op->asked);
  op->asked = taken_key;
  g_free (op->asked_under);
  op->asked_under = g_strdup (question->under);
  if (g_hash_table_size (view->waiting) >= GUARDIAN_VIEW_WAITING_LIMIT)
    return EAGAIN;
  if (fuse_req_interrupted (op->req))
    return EINTR;
  asked.settings = (const char *const *) op->settings;
  op->question = asked.id = ++view->next_question;
  g_hash_table_insert (view->waiting, &op->question, op);
  view->handler.ask (view, &asked, view->user_data);
  /* Calls it at once when the interrupt came meanwhile: op may be gone afterwards. */
  fuse_req_interrupt_func (op->req, interrupted_cb, op);
  return GUARDIAN_VIEW_OP_WAIT;
}

static const Answer *
find_answer (const GuardianViewOp *op, const char *key)
{
  for (guint i = 0; i < op->answers->len; i++)
    if (strcmp (((const Answer *) op->answers->pdata[i])->key, key) == 0)
      return op->answers->pdata[i];
  return NULL;
}

int
guardian_view_op_need (GuardianViewOp *op, const GuardianViewQuestion *question,
                       const char **ret_grant)
{
  g_autofree char *key = g_strconcat (question->action, ":", question->path, NULL);
  const Answer *answer = find_answer (op, key);

  if (answer == NULL)
    return ask (op, question, g_steal_pointer (&key));
  if (ret_grant != NULL)
    *ret_grant = answer->grant;
  return answer->refusal;
}

gboolean
guardian_view_op_is_answered (const GuardianViewOp *op, const GuardianViewNode *parent,
                              const char *name, const char *action)
{
  if (op->answers->len == 0)
    return FALSE;
  g_autofree char *path = guardian_view_node_path_of (parent, name);
  g_autofree char *key = g_strconcat (action, ":", path, NULL);
  return path != NULL && find_answer (op, key) != NULL;
}

/* --- answers --- */

static gboolean
is_about (const GuardianViewOp *op, const char *action)
{
  return g_str_has_prefix (op->asked, action) && op->asked[strlen (action)] == ':';
}

/* What holds from now on is remembered with the node: the next time nobody is asked. */
static void
remember (GuardianViewOp *op, int refusal, const char *grant)
{
  GuardianViewNode *node = guardian_view_op_node (op);
  g_autofree char *path = node != NULL ? guardian_view_node_path (node) : NULL;

  if (path == NULL || strcmp (strchr (op->asked, ':') + 1, path) != 0)
    return;
  GuardianViewVerdict verdict
      = refusal == 0 ? GUARDIAN_VIEW_VERDICT_ALLOWED : GUARDIAN_VIEW_VERDICT_REFUSED;
  if (is_about (op, "file.read") || is_about (op, "file.list"))
    node->read = verdict;
  if (is_about (op, "file.write"))
    node->write = verdict;
  if (grant != NULL)
    {
      g_free (node->grant);
      node->grant = g_strdup (grant);
    }
}

typedef struct {
  GuardianView *view;
  guint64 id;
  GuardianViewReply reply;
} Delivery;

static GuardianViewGrant *
find_grant (const GuardianView *view, const char *id)
{
  for (guint i = 0; i < view->grants->len; i++)
    if (strcmp (((const GuardianViewGrant *) view->grants->pdata[i])->id, id) == 0)
      return view->grants->pdata[i];
  return NULL;
}

/* The grant that came with an answer becomes one of the view's, unless it is one already. */
static void
take_grant (GuardianViewOp *op, GuardianViewReply *reply)
{
  GuardianView *view = op->view;

  if (find_grant (view, reply->grant->id) == NULL)
    guardian_view_place_admit (view, g_steal_pointer (&reply->grant));
}

static gboolean
deliver_cb (gpointer data)
{
  Delivery *delivery = data;
  GuardianView *view = delivery->view;
  GuardianViewReply *reply = &delivery->reply;
  GuardianViewOp *op = g_hash_table_lookup (view->waiting, &delivery->id);

  if (op == NULL)
    return G_SOURCE_REMOVE;
  g_hash_table_remove (view->waiting, &delivery->id);
  fuse_req_interrupt_func (op->req, NULL, NULL);
  op->question = 0;
  Answer *answer = g_new0 (Answer, 1);
  answer->key = g_strdup (op->asked);
  answer->refusal = reply->refusal;
  answer->grant = reply->grant != NULL ? g_strdup (reply->grant->id) : NULL;
  g_ptr_array_add (op->answers, answer);
  if (reply->lasting || reply->grant != NULL)
    remember (op, reply->refusal, answer->grant);
  if (reply->grant != NULL)
    take_grant (op, reply);
  if (reply->alike && g_strcmp0 (op->asked_under, answer->grant) == 0)
    guardian_view_alike_learn (find_grant (view, answer->grant), op->asked, delivery->id);
  run (op);
  return G_SOURCE_REMOVE;
}

static void
delivery_free (gpointer data)
{
  Delivery *delivery = data;

  g_clear_pointer (&delivery->reply.grant, guardian_view_grant_free);
  guardian_view_unref (delivery->view);
  g_free (delivery);
}

void
guardian_view_answer (GuardianView *view, guint64 id, const GuardianViewReply *reply)
{
  const Delivery delivery = { guardian_view_ref (view), id, *reply };

  guardian_view_post (view, G_PRIORITY_DEFAULT, deliver_cb, g_memdup2 (&delivery, sizeof delivery),
                      delivery_free);
}

void
guardian_view_op_abandon_all (GuardianView *view)
{
  GHashTableIter iter;
  gpointer data;

  g_hash_table_iter_init (&iter, view->waiting);
  while (g_hash_table_iter_next (&iter, NULL, &data))
    {
      GuardianViewOp *op = data;
      g_hash_table_iter_remove (&iter);
      view->handler.cancel (view, op->question, view->user_data);
      fuse_req_interrupt_func (op->req, NULL, NULL);
      guardian_view_op_give_up (op, ECONNABORTED);
    }
  while ((data = g_queue_pop_head (&view->crowded)) != NULL)
    {
      fuse_req_interrupt_func (((GuardianViewOp *) data)->req, NULL, NULL);
      guardian_view_op_give_up (data, ECONNABORTED);
    }
}

/* --- replies --- */

gboolean
guardian_view_op_reply_node (GuardianViewOp *op, GuardianViewNode *node,
                             struct fuse_entry_param *entry, const struct fuse_file_info *info)
{
  node->lookups++;
  entry->ino = node->id;
  entry->generation = 0;
  guardian_view_watch_believe (op->view, node, &entry->attr, &entry->entry_timeout,
                               &entry->attr_timeout);
  guardian_view_place_attributes (op->view, &entry->attr);
  int result
      = info != NULL ? fuse_reply_create (op->req, entry, info) : fuse_reply_entry (op->req, entry);
  if (result != 0)
    guardian_view_nodes_forget (op->view->nodes, node->id, 1);
  return result == 0;
}

int
guardian_view_op_reply_entry (GuardianViewOp *op, GuardianViewNode *parent, const char *name)
{
  GuardianViewNodeKind kind;
  struct fuse_entry_param entry;

  if (!guardian_view_place_look (op->view, parent, name, &kind, &entry.attr))
    return errno;
  guardian_view_op_reply_node (
      op, guardian_view_nodes_take (op->view->nodes, parent, name, kind, &entry.attr), &entry,
      NULL);
  return 0;
}
