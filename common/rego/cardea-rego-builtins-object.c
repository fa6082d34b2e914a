/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Objects. */

#include "common/rego/cardea-rego-builtin.h"

static CardeaRegoValue
get (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!cardea_rego_arg_object (ctx, a, 0))
    return CARDEA_REGO_NONE;
  if (a[1].tag != CARDEA_REGO_ARRAY)
    {
      CardeaRegoValue v = cardea_rego_get (a[0], a[1]);
      return v.tag != CARDEA_REGO_UNDEFINED ? v : a[2];
    }
  CardeaRegoValue v = a[0];
  for (guint32 i = 0; i < a[1].a->len && v.tag != CARDEA_REGO_UNDEFINED; i++)
    v = cardea_rego_get (v, a[1].a->v[i]);
  return v.tag != CARDEA_REGO_UNDEFINED ? v : a[2];
}

/* b over a, recursively where both are objects. */
static CardeaRegoValue
merge (CardeaRegoCtx *ctx, CardeaRegoValue a, CardeaRegoValue b)
{
  CardeaRegoArena *arena = cardea_rego_ctx_arena (ctx);
  if (a.tag != CARDEA_REGO_OBJECT || b.tag != CARDEA_REGO_OBJECT)
    return b;
  if (!cardea_rego_ctx_step (ctx, (guint64) a.c->len + b.c->len + 1))
    return CARDEA_REGO_NONE;
  CardeaRegoValue r = cardea_rego_object_new (arena, a.c->len + b.c->len);
  for (guint32 i = 0; i < a.c->len; i++)
    cardea_rego_object_put (arena, r, a.c->k[i], a.c->v[i]);
  for (guint32 i = 0; i < b.c->len; i++)
    {
      CardeaRegoValue old = cardea_rego_get (a, b.c->k[i]);
      CardeaRegoValue v
          = old.tag == CARDEA_REGO_UNDEFINED ? b.c->v[i] : merge (ctx, old, b.c->v[i]);
      if (v.tag == CARDEA_REGO_UNDEFINED)
        return v;
      cardea_rego_object_put (arena, r, b.c->k[i], v);
    }
  return r;
}

static CardeaRegoValue
union_two (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return cardea_rego_arg_object (ctx, a, 0) && cardea_rego_arg_object (ctx, a, 1)
             ? merge (ctx, a[0], a[1])
             : CARDEA_REGO_NONE;
}

static CardeaRegoValue
union_n (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!cardea_rego_arg_array (ctx, a, 0))
    return CARDEA_REGO_NONE;
  CardeaRegoValue r = cardea_rego_object_new (cardea_rego_ctx_arena (ctx), 4);
  for (guint32 i = 0; i < a[0].a->len; i++)
    {
      CardeaRegoValue v = a[0].a->v[i];
      if (v.tag != CARDEA_REGO_OBJECT)
        return cardea_rego_fail_type (
            ctx, "operand 1 must be array of objects but got array containing %s",
            cardea_rego_type_name (v));
      r = merge (ctx, r, v);
      if (r.tag == CARDEA_REGO_UNDEFINED)
        return r;
    }
  return r;
}

static gboolean
key_arg (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (a[1].tag == CARDEA_REGO_ARRAY || a[1].tag == CARDEA_REGO_OBJECT
      || a[1].tag == CARDEA_REGO_SET)
    return TRUE;
  (void) cardea_rego_fail_operand (ctx, 2, "one of {object, set, array}", a[1]);
  return FALSE;
}

static gboolean
names_key (CardeaRegoCtx *ctx, CardeaRegoValue keys, CardeaRegoValue k)
{
  if (keys.tag != CARDEA_REGO_ARRAY)
    return cardea_rego_coll_find (keys.c, k) >= 0;
  for (guint32 i = 0; i < keys.a->len; i++)
    if (cardea_rego_eq (keys.a->v[i], k))
      return TRUE;
  return !cardea_rego_ctx_step (ctx, keys.a->len + 1);
}

static CardeaRegoValue
keep_keys (CardeaRegoCtx *ctx, const CardeaRegoValue *a, gboolean listed)
{
  if (!cardea_rego_arg_object (ctx, a, 0) || !key_arg (ctx, a))
    return CARDEA_REGO_NONE;
  CardeaRegoValue r = cardea_rego_object_new (cardea_rego_ctx_arena (ctx), 4);
  for (guint32 i = 0; i < a[0].c->len; i++)
    if (names_key (ctx, a[1], a[0].c->k[i]) == listed)
      cardea_rego_object_put (cardea_rego_ctx_arena (ctx), r, a[0].c->k[i], a[0].c->v[i]);
  return r;
}

static CardeaRegoValue
remove_keys (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return keep_keys (ctx, a, FALSE);
}

static CardeaRegoValue
filter (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return keep_keys (ctx, a, TRUE);
}

static CardeaRegoValue
keys (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!cardea_rego_arg_object (ctx, a, 0))
    return CARDEA_REGO_NONE;
  CardeaRegoValue r = cardea_rego_set_new (cardea_rego_ctx_arena (ctx), a[0].c->len);
  for (guint32 i = 0; i < a[0].c->len; i++)
    cardea_rego_set_add (cardea_rego_ctx_arena (ctx), r, a[0].c->k[i]);
  return r;
}

static gboolean subset_of (CardeaRegoCtx *ctx, CardeaRegoValue super, CardeaRegoValue sub);

static gboolean
subset_object (CardeaRegoCtx *ctx, CardeaRegoValue super, CardeaRegoValue sub)
{
  for (guint32 i = 0; i < sub.c->len; i++)
    {
      CardeaRegoValue v = cardea_rego_get (super, sub.c->k[i]);
      if (v.tag == CARDEA_REGO_UNDEFINED || !subset_of (ctx, v, sub.c->v[i]))
        return FALSE;
    }
  return TRUE;
}

static gboolean
subset_set (CardeaRegoValue super, CardeaRegoValue sub)
{
  for (guint32 i = 0; i < sub.c->len; i++)
    if (cardea_rego_coll_find (super.c, sub.c->k[i]) < 0)
      return FALSE;
  return TRUE;
}

/* A run of the array equal to sub; its elements may themselves contain more. */
static gboolean
subset_array (CardeaRegoCtx *ctx, CardeaRegoValue super, CardeaRegoValue sub)
{
  for (guint32 i = 0; i + sub.a->len <= super.a->len; i++)
    {
      guint32 k = 0;
      while (k < sub.a->len && subset_of (ctx, super.a->v[i + k], sub.a->v[k]))
        k++;
      if (k == sub.a->len)
        return TRUE;
    }
  return FALSE;
}

static gboolean
subset_of (CardeaRegoCtx *ctx, CardeaRegoValue super, CardeaRegoValue sub)
{
  if (!cardea_rego_ctx_step (ctx, 1))
    return FALSE;
  if (super.tag == CARDEA_REGO_OBJECT && sub.tag == CARDEA_REGO_OBJECT)
    return subset_object (ctx, super, sub);
  if (super.tag == CARDEA_REGO_SET && sub.tag == CARDEA_REGO_SET)
    return subset_set (super, sub);
  if (super.tag == CARDEA_REGO_ARRAY && sub.tag == CARDEA_REGO_ARRAY)
    return subset_array (ctx, super, sub);
  return cardea_rego_eq (super, sub);
}

static CardeaRegoValue
subset (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  gboolean same = a[0].tag == a[1].tag
                  && (a[0].tag == CARDEA_REGO_OBJECT || a[0].tag == CARDEA_REGO_SET
                      || a[0].tag == CARDEA_REGO_ARRAY);
  if (same)
    return cardea_rego_bool (subset_of (ctx, a[0], a[1]));
  if (a[0].tag != CARDEA_REGO_ARRAY || a[1].tag != CARDEA_REGO_SET)
    return cardea_rego_fail (
        ctx, "both arguments object.subset must be of the same type or array and set");
  for (guint32 i = 0; i < a[1].c->len; i++)
    {
      CardeaRegoValue pair[2] = { a[1].c->k[i], a[0] };
      if (!names_key (ctx, pair[1], pair[0]))
        return cardea_rego_bool (FALSE);
    }
  return cardea_rego_bool (TRUE);
}

const CardeaRegoBuiltin cardea_rego_builtins_object[] = {
  { "object.get", 3, 0, get },         { "object.union", 2, 0, union_two },
  { "object.union_n", 1, 0, union_n }, { "object.remove", 2, 0, remove_keys },
  { "object.filter", 2, 0, filter },   { "object.keys", 1, 0, keys },
  { "object.subset", 2, 0, subset },   { NULL },
};
