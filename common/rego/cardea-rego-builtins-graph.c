/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Graphs and walk. */

#include "common/rego/cardea-rego-builtin.h"

#define MAX_PATHS 100000

static gboolean
is_list (CardeaRegoValue v)
{
  return v.tag == CARDEA_REGO_ARRAY || v.tag == CARDEA_REGO_SET;
}

static gboolean
graph_args (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!cardea_rego_arg_object (ctx, a, 0))
    return FALSE;
  if (is_list (a[1]))
    return TRUE;
  (void) cardea_rego_fail_operand (ctx, 2, "one of {array, set}", a[1]);
  return FALSE;
}

static CardeaRegoValue
reachable (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  CardeaRegoArena *arena = cardea_rego_ctx_arena (ctx);
  if (!graph_args (ctx, a))
    return CARDEA_REGO_NONE;
  CardeaRegoValue r = cardea_rego_set_new (arena, 8), queue = cardea_rego_array_new (arena, 8);
  for (guint32 i = 0; i < cardea_rego_len (a[1]); i++)
    cardea_rego_array_push (arena, queue, cardea_rego_elem (a[1], i));
  for (guint32 at = 0; at < queue.a->len; at++)
    {
      CardeaRegoValue node = queue.a->v[at], edges = cardea_rego_get (a[0], node);
      if (!cardea_rego_ctx_step (ctx, 1))
        return CARDEA_REGO_NONE;
      if (edges.tag == CARDEA_REGO_UNDEFINED || cardea_rego_coll_find (r.c, node) >= 0)
        continue;
      cardea_rego_set_add (arena, r, node);
      for (guint32 i = 0; is_list (edges) && i < cardea_rego_len (edges); i++)
        if (cardea_rego_coll_find (r.c, cardea_rego_elem (edges, i)) < 0)
          cardea_rego_array_push (arena, queue, cardea_rego_elem (edges, i));
    }
  return r;
}

typedef struct {
  CardeaRegoCtx *ctx;
  CardeaRegoValue graph, paths;
  guint count;
} Search;

static CardeaRegoValue
append (CardeaRegoCtx *ctx, CardeaRegoValue path, CardeaRegoValue node)
{
  CardeaRegoValue r = cardea_rego_array_new (cardea_rego_ctx_arena (ctx), path.a->len + 1);
  for (guint32 i = 0; i < path.a->len; i++)
    cardea_rego_array_push (cardea_rego_ctx_arena (ctx), r, path.a->v[i]);
  cardea_rego_array_push (cardea_rego_ctx_arena (ctx), r, node);
  return r;
}

static gboolean
on_path (CardeaRegoValue path, CardeaRegoValue node)
{
  for (guint32 i = 0; i < path.a->len; i++)
    if (cardea_rego_eq (path.a->v[i], node))
      return TRUE;
  return FALSE;
}

/* Paths longest first along edges; a stack instead of recursion. */
static gboolean
extend (Search *s, CardeaRegoValue start)
{
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (CardeaRegoValue));
  g_array_append_val (stack, start);
  while (stack->len > 0)
    {
      CardeaRegoValue path = g_array_index (stack, CardeaRegoValue, stack->len - 1);
      g_array_set_size (stack, stack->len - 1);
      if (++s->count > MAX_PATHS || !cardea_rego_ctx_step (s->ctx, path.a->len)
          || cardea_rego_arena_over (cardea_rego_ctx_arena (s->ctx)))
        return FALSE;
      CardeaRegoValue edges = cardea_rego_get (s->graph, path.a->v[path.a->len - 1]);
      gboolean more = FALSE;
      for (guint32 i = 0; is_list (edges) && i < cardea_rego_len (edges); i++)
        {
          CardeaRegoValue next = cardea_rego_elem (edges, i);
          if (cardea_rego_get (s->graph, next).tag == CARDEA_REGO_UNDEFINED || on_path (path, next))
            {
              cardea_rego_set_add (cardea_rego_ctx_arena (s->ctx), s->paths, path);
              continue;
            }
          CardeaRegoValue longer = append (s->ctx, path, next);
          g_array_append_val (stack, longer);
          more = TRUE;
        }
      if (!more)
        cardea_rego_set_add (cardea_rego_ctx_arena (s->ctx), s->paths, path);
    }
  return TRUE;
}

static CardeaRegoValue
reachable_paths (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!graph_args (ctx, a))
    return CARDEA_REGO_NONE;
  Search s = { ctx, a[0], cardea_rego_set_new (cardea_rego_ctx_arena (ctx), 8), 0 };
  CardeaRegoValue empty = cardea_rego_array_new (cardea_rego_ctx_arena (ctx), 0);
  for (guint32 i = 0; i < cardea_rego_len (a[1]); i++)
    {
      CardeaRegoValue root = cardea_rego_elem (a[1], i);
      if (cardea_rego_get (a[0], root).tag == CARDEA_REGO_UNDEFINED)
        continue;
      if (!extend (&s, append (ctx, empty, root)))
        return cardea_rego_fail (ctx, "too many paths");
    }
  return s.paths;
}

/* Depth is bounded by the depth of values. */
static gboolean
walk_into (CardeaRegoCtx *ctx, CardeaRegoValue out, CardeaRegoValue path, CardeaRegoValue v)
{
  CardeaRegoArena *arena = cardea_rego_ctx_arena (ctx);
  if (!cardea_rego_ctx_step (ctx, 1) || cardea_rego_arena_over (arena))
    return FALSE;
  CardeaRegoValue pair = cardea_rego_array_new (arena, 2);
  cardea_rego_array_push (arena, pair, path);
  cardea_rego_array_push (arena, pair, v);
  cardea_rego_array_push (arena, out, pair);
  if (v.tag == CARDEA_REGO_ARRAY)
    for (guint32 i = 0; i < v.a->len; i++)
      if (!walk_into (ctx, out, append (ctx, path, cardea_rego_int (i)), v.a->v[i]))
        return FALSE;
  if (v.tag != CARDEA_REGO_OBJECT && v.tag != CARDEA_REGO_SET)
    return TRUE;
  cardea_rego_coll_sort (v.c);
  for (guint32 i = 0; i < v.c->len; i++)
    if (!walk_into (ctx, out, append (ctx, path, v.c->k[i]),
                    v.tag == CARDEA_REGO_SET ? v.c->k[i] : v.c->v[i]))
      return FALSE;
  return TRUE;
}

static CardeaRegoValue
walk (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  CardeaRegoValue out = cardea_rego_array_new (cardea_rego_ctx_arena (ctx), 8);
  return walk_into (ctx, out, cardea_rego_array_new (cardea_rego_ctx_arena (ctx), 0), a[0])
             ? out
             : CARDEA_REGO_NONE;
}

const CardeaRegoBuiltin cardea_rego_builtins_graph[] = {
  { "graph.reachable", 2, 0, reachable },
  { "graph.reachable_paths", 2, 0, reachable_paths },
  { "walk", 1, BUILTIN_RELATION, walk },
  { NULL },
};
