/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Sets. */

#include "common/rego/cardea-rego-builtin.h"

static void
add_all (CardeaRegoCtx *ctx, CardeaRegoValue to, CardeaRegoValue from)
{
  for (guint32 i = 0; i < from.c->len; i++)
    cardea_rego_set_add (cardea_rego_ctx_arena (ctx), to, from.c->k[i]);
}

static CardeaRegoValue
intersect (CardeaRegoCtx *ctx, CardeaRegoValue a, CardeaRegoValue b)
{
  CardeaRegoValue r = cardea_rego_set_new (cardea_rego_ctx_arena (ctx), 4);
  if (a.c->len > b.c->len)
    {
      CardeaRegoValue c = a;
      a = b;
      b = c;
    }
  if (!cardea_rego_ctx_step (ctx, a.c->len + 1))
    return CARDEA_REGO_NONE;
  for (guint32 i = 0; i < a.c->len; i++)
    if (cardea_rego_coll_find (b.c, a.c->k[i]) >= 0)
      cardea_rego_set_add (cardea_rego_ctx_arena (ctx), r, a.c->k[i]);
  return r;
}

static CardeaRegoValue and (CardeaRegoCtx * ctx, const CardeaRegoValue *a)
{
  return cardea_rego_arg_set (ctx, a, 0) && cardea_rego_arg_set (ctx, a, 1)
             ? intersect (ctx, a[0], a[1])
             : CARDEA_REGO_NONE;
}

static CardeaRegoValue or (CardeaRegoCtx * ctx, const CardeaRegoValue *a)
{
  if (!cardea_rego_arg_set (ctx, a, 0) || !cardea_rego_arg_set (ctx, a, 1))
    return CARDEA_REGO_NONE;
  if (!cardea_rego_ctx_step (ctx, (guint64) a[0].c->len + a[1].c->len + 1))
    return CARDEA_REGO_NONE;
  CardeaRegoValue r = cardea_rego_set_new (cardea_rego_ctx_arena (ctx), a[0].c->len + a[1].c->len);
  add_all (ctx, r, a[0]);
  add_all (ctx, r, a[1]);
  return r;
}

static CardeaRegoValue
set_diff (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!cardea_rego_arg_set (ctx, a, 0) || !cardea_rego_arg_set (ctx, a, 1))
    return CARDEA_REGO_NONE;
  CardeaRegoValue r = cardea_rego_set_new (cardea_rego_ctx_arena (ctx), 4);
  for (guint32 i = 0; i < a[0].c->len; i++)
    if (cardea_rego_coll_find (a[1].c, a[0].c->k[i]) < 0)
      cardea_rego_set_add (cardea_rego_ctx_arena (ctx), r, a[0].c->k[i]);
  return r;
}

static gboolean
set_of_sets (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!cardea_rego_arg_set (ctx, a, 0))
    return FALSE;
  for (guint32 i = 0; i < a[0].c->len; i++)
    if (a[0].c->k[i].tag != CARDEA_REGO_SET)
      {
        (void) cardea_rego_fail_type (ctx,
                                      "operand 1 must be set of sets but got set containing %s",
                                      cardea_rego_type_name (a[0].c->k[i]));
        return FALSE;
      }
  return TRUE;
}

static CardeaRegoValue
intersection (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!set_of_sets (ctx, a))
    return CARDEA_REGO_NONE;
  if (a[0].c->len == 0)
    return cardea_rego_set_new (cardea_rego_ctx_arena (ctx), 0);
  CardeaRegoValue r = a[0].c->k[0];
  for (guint32 i = 1; i < a[0].c->len && r.tag == CARDEA_REGO_SET; i++)
    r = intersect (ctx, r, a[0].c->k[i]);
  return r;
}

static CardeaRegoValue
union_sets (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!set_of_sets (ctx, a))
    return CARDEA_REGO_NONE;
  CardeaRegoValue r = cardea_rego_set_new (cardea_rego_ctx_arena (ctx), 4);
  for (guint32 i = 0; i < a[0].c->len; i++)
    {
      if (!cardea_rego_ctx_step (ctx, a[0].c->k[i].c->len + 1))
        return CARDEA_REGO_NONE;
      add_all (ctx, r, a[0].c->k[i]);
    }
  return r;
}

const CardeaRegoBuiltin cardea_rego_builtins_set[] = {
  { "and", 2, 0, and},
  { "or", 2, 0, or },
  { "intersection", 1, 0, intersection },
  { "union", 1, 0, union_sets },
  { "set_diff", 2, BUILTIN_DEPRECATED, set_diff },
  { NULL },
};
