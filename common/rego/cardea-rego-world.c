/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Data documents that rules and stored data make together, and what `with` replaces. */

#include "common/rego/cardea-rego-vm.h"

#include <string.h>

typedef struct {
  const CardeaRegoNode *node;
  CardeaRegoValue base;
} NodeRef;

static CardeaRegoValue
make_ref (CardeaRegoCtx *ctx, const CardeaRegoNode *node, CardeaRegoValue base)
{
  NodeRef *ref = cardea_rego_arena_alloc (ctx->arena, sizeof *ref);
  *ref = (NodeRef){ node, base };
  return (CardeaRegoValue){ .tag = CARDEA_REGO_NODE, .p = ref };
}

/* Stored documents are addressed by strings: an integer finds the member of that name. */
CardeaRegoValue
cardea_rego_base_get (CardeaRegoCtx *ctx, CardeaRegoValue base, CardeaRegoValue key)
{
  CardeaRegoValue v = cardea_rego_get_fast (base, key);
  char text[32];
  if (v.tag != CARDEA_REGO_UNDEFINED || base.tag != CARDEA_REGO_OBJECT
      || key.tag != CARDEA_REGO_INT)
    return v;
  g_snprintf (text, sizeof text, "%" G_GINT64_FORMAT, key.i);
  return cardea_rego_get (base, cardea_rego_cstring (ctx->arena, text));
}

static CardeaRegoValue
base_at (CardeaRegoCtx *ctx, const CardeaRegoNode *node)
{
  if (node->up == NULL)
    return ctx->world->data;
  CardeaRegoValue up = base_at (ctx, node->up);
  return cardea_rego_get_fast (up, node->key);
}

static guint32
node_depth (const CardeaRegoNode *node)
{
  guint32 n = 0;
  for (; node->up != NULL; node = node->up)
    n++;
  return n;
}

static gboolean
covers (const CardeaRegoTarget *t, const CardeaRegoNode *node)
{
  guint32 depth = node_depth (node);
  if (depth < t->n)
    return FALSE;
  for (; depth > t->n; depth--)
    node = node->up;
  for (guint32 i = t->n; i > 0; i--, node = node->up)
    if (!cardea_rego_eq (node->key, t->path[i - 1]))
      return FALSE;
  return TRUE;
}

gboolean
cardea_rego_world_replaces (CardeaRegoCtx *ctx, const CardeaRegoNode *node,
                            CardeaRegoValue *ret_value)
{
  for (const CardeaRegoTarget *t = ctx->world->targets; t != NULL; t = t->next)
    if (covers (t, node))
      {
        *ret_value = base_at (ctx, node);
        return TRUE;
      }
  return FALSE;
}

CardeaRegoValue
cardea_rego_node_value (CardeaRegoCtx *ctx, const CardeaRegoNode *node)
{
  CardeaRegoValue v;
  if (ctx->world->targets != NULL && cardea_rego_world_replaces (ctx, node, &v))
    return v;
  return make_ref (ctx, node, base_at (ctx, node));
}

static CardeaRegoValue
child_value (CardeaRegoCtx *ctx, const CardeaRegoNode *child, CardeaRegoValue base)
{
  CardeaRegoValue v;
  if (ctx->world->targets != NULL && cardea_rego_world_replaces (ctx, child, &v))
    return v;
  if (child->rules == NULL)
    return make_ref (ctx, child, base);
  if (child->rules->kind == RULES_FUNCTION && child->rules->n_args > 0)
    return base;
  return cardea_rego_vm_rule (ctx, child->rules, FALSE);
}

CardeaRegoValue
cardea_rego_node_get (CardeaRegoCtx *ctx, CardeaRegoValue node, CardeaRegoValue key)
{
  const NodeRef *ref = node.p;
  const CardeaRegoNode *child = cardea_rego_tree_child (ref->node, key);
  CardeaRegoValue base = ref->base.tag == CARDEA_REGO_OBJECT || child == NULL
                             ? cardea_rego_base_get (ctx, ref->base, key)
                             : CARDEA_REGO_NONE;
  return child != NULL ? child_value (ctx, child, base) : base;
}

CardeaRegoValue
cardea_rego_node_nth (CardeaRegoCtx *ctx, CardeaRegoValue node, guint32 i)
{
  const NodeRef *ref = node.p;
  return child_value (ctx, ref->node->sorted[i], CARDEA_REGO_NONE);
}

CardeaRegoValue
cardea_rego_node_nth_member (CardeaRegoCtx *ctx, CardeaRegoValue node, guint32 i,
                             CardeaRegoValue member)
{
  const NodeRef *ref = node.p;
  const CardeaRegoNode *child = ref->node->sorted[i];
  if (child->rules == NULL && ctx->world->targets == NULL)
    {
      child = cardea_rego_tree_child (child, member);
      return child != NULL ? child_value (ctx, child, CARDEA_REGO_NONE) : CARDEA_REGO_NONE;
    }
  CardeaRegoValue v = child_value (ctx, child, CARDEA_REGO_NONE);
  return v.tag == CARDEA_REGO_NODE ? cardea_rego_node_get (ctx, v, member)
                                   : cardea_rego_get_fast (v, member);
}

/* All keys below a node, sorted. */
CardeaRegoValue
cardea_rego_node_keys (CardeaRegoCtx *ctx, CardeaRegoValue node, gboolean *ret_bare)
{
  const NodeRef *ref = node.p;
  gboolean bare = ref->base.tag != CARDEA_REGO_OBJECT || ref->base.c->len == 0;
  if (ret_bare != NULL)
    *ret_bare = bare;
  if (bare)
    return ref->node->keys;
  CardeaRegoValue keys = cardea_rego_set_new (ctx->arena, 8);
  for (guint32 i = 0; i < ref->base.c->len; i++)
    cardea_rego_set_add (ctx->arena, keys, ref->base.c->k[i]);
  for (guint i = 0; i < ref->node->children->len; i++)
    cardea_rego_set_add (ctx->arena, keys, ((CardeaRegoNode *) ref->node->children->pdata[i])->key);
  cardea_rego_coll_sort (keys.c);
  return keys;
}

CardeaRegoValue
cardea_rego_node_force (CardeaRegoCtx *ctx, CardeaRegoValue node)
{
  const NodeRef *ref = node.p;
  if (ref->node->children->len == 0
      && (ref->base.tag != CARDEA_REGO_UNDEFINED || !ref->node->package))
    return ref->base;
  CardeaRegoValue keys = cardea_rego_node_keys (ctx, node, NULL);
  CardeaRegoValue object = cardea_rego_object_new (ctx->arena, keys.c->len);
  for (guint32 i = 0; i < keys.c->len && !ctx->halted; i++)
    {
      CardeaRegoValue v = cardea_rego_node_get (ctx, node, keys.c->k[i]);
      if (v.tag == CARDEA_REGO_NODE)
        v = cardea_rego_node_force (ctx, v);
      if (v.tag != CARDEA_REGO_UNDEFINED)
        cardea_rego_object_put (ctx->arena, object, keys.c->k[i], v);
    }
  return ctx->halted ? CARDEA_REGO_NONE : object;
}

CardeaRegoWorld *
cardea_rego_world_new (CardeaRegoCtx *ctx)
{
  CardeaRegoWorld *w = cardea_rego_arena_alloc0 (ctx->arena, sizeof *w);
  w->input = ctx->world->input;
  w->data = ctx->world->data;
  w->targets = ctx->world->targets;
  w->mocks = ctx->world->mocks;
  return w;
}

/* A replacement's own body sees the functions as they are. */
CardeaRegoWorld *
cardea_rego_world_bare (CardeaRegoCtx *ctx)
{
  CardeaRegoWorld *w = ctx->world;
  if (w->bare == NULL)
    {
      w->bare = cardea_rego_world_new (ctx);
      w->bare->mocks = NULL;
    }
  return w->bare;
}

CardeaRegoMock *
cardea_rego_world_mock (CardeaRegoCtx *ctx, gconstpointer function)
{
  for (CardeaRegoMock *m = ctx->world->mocks; m != NULL; m = m->next)
    if (m->function == function)
      return m;
  return NULL;
}

/* A copy of old with the value at the path; what is no object on the way is replaced. */
static CardeaRegoValue
overlay (CardeaRegoCtx *ctx, CardeaRegoValue old, const CardeaRegoValue *path, guint32 n,
         CardeaRegoValue value)
{
  if (n == 0)
    return value;
  CardeaRegoValue object
      = cardea_rego_object_new (ctx->arena, old.tag == CARDEA_REGO_OBJECT ? old.c->len + 1 : 1);
  if (old.tag == CARDEA_REGO_OBJECT)
    for (guint32 i = 0; i < old.c->len; i++)
      cardea_rego_object_put (ctx->arena, object, old.c->k[i], old.c->v[i]);
  CardeaRegoValue below
      = old.tag == CARDEA_REGO_OBJECT ? cardea_rego_get (old, path[0]) : CARDEA_REGO_NONE;
  cardea_rego_object_put (ctx->arena, object, path[0],
                          overlay (ctx, below, path + 1, n - 1, value));
  return object;
}

void
cardea_rego_world_set_input (CardeaRegoCtx *ctx, CardeaRegoWorld *w, const CardeaRegoValue *path,
                             guint32 n, CardeaRegoValue value)
{
  w->input = overlay (ctx, w->input, path, n, value);
}

void
cardea_rego_world_set_data (CardeaRegoCtx *ctx, CardeaRegoWorld *w, const CardeaRegoValue *path,
                            guint32 n, CardeaRegoValue value)
{
  CardeaRegoTarget *t = cardea_rego_arena_alloc (ctx->arena, sizeof *t);
  t->next = w->targets;
  t->n = n;
  t->path = cardea_rego_arena_alloc (ctx->arena, sizeof *path * (n + 1));
  memcpy (t->path, path, sizeof *path * n);
  w->targets = t;
  w->data = overlay (ctx, w->data, path, n, value);
}

CardeaRegoValue *
cardea_rego_memo_find (CardeaRegoMemoTable *table, guint32 id)
{
  if (table->cap == 0)
    return NULL;
  for (guint32 h = (id * 2654435761u) & (table->cap - 1); table->ids[h] != 0;
       h = (h + 1) & (table->cap - 1))
    if (table->ids[h] == id + 1)
      return &table->values[h];
  return NULL;
}

void
cardea_rego_memo_put (CardeaRegoCtx *ctx, CardeaRegoMemoTable *table, guint32 id,
                      CardeaRegoValue value)
{
  if (table->n * 2 >= table->cap)
    {
      CardeaRegoMemoTable old = *table;
      table->cap = MAX (8, old.cap * 2);
      table->n = 0;
      table->ids = cardea_rego_arena_alloc0 (ctx->arena, sizeof *table->ids * table->cap);
      table->values = cardea_rego_arena_alloc (ctx->arena, sizeof *table->values * table->cap);
      for (guint32 i = 0; i < old.cap; i++)
        if (old.ids[i] != 0)
          cardea_rego_memo_put (ctx, table, old.ids[i] - 1, old.values[i]);
    }
  guint32 h = (id * 2654435761u) & (table->cap - 1);
  while (table->ids[h] != 0)
    h = (h + 1) & (table->cap - 1);
  table->ids[h] = id + 1;
  table->values[h] = value;
  table->n++;
}
