/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Arrays. */

#include "common/rego/cardea-rego-builtin.h"

static void
push_range (CardeaRegoCtx *ctx, CardeaRegoValue to, CardeaRegoValue from, guint32 start,
            guint32 stop)
{
  for (guint32 i = start; i < stop; i++)
    cardea_rego_array_push (cardea_rego_ctx_arena (ctx), to, from.a->v[i]);
}

static CardeaRegoValue
concat (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!cardea_rego_arg_array (ctx, a, 0) || !cardea_rego_arg_array (ctx, a, 1))
    return CARDEA_REGO_NONE;
  if (!cardea_rego_arena_fits (cardea_rego_ctx_arena (ctx),
                               sizeof (CardeaRegoValue) * ((gsize) a[0].a->len + a[1].a->len)))
    return CARDEA_REGO_NONE;
  CardeaRegoValue r
      = cardea_rego_array_new (cardea_rego_ctx_arena (ctx), a[0].a->len + a[1].a->len);
  push_range (ctx, r, a[0], 0, a[0].a->len);
  push_range (ctx, r, a[1], 0, a[1].a->len);
  return r;
}

static CardeaRegoValue
flatten (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!cardea_rego_arg_array (ctx, a, 0))
    return CARDEA_REGO_NONE;
  CardeaRegoValue r = cardea_rego_array_new (cardea_rego_ctx_arena (ctx), a[0].a->len);
  for (guint32 i = 0; i < a[0].a->len; i++)
    {
      CardeaRegoValue v = a[0].a->v[i];
      if (!cardea_rego_ctx_step (ctx, 1) || cardea_rego_arena_over (cardea_rego_ctx_arena (ctx)))
        return CARDEA_REGO_NONE;
      if (v.tag == CARDEA_REGO_ARRAY)
        push_range (ctx, r, v, 0, v.a->len);
      else
        cardea_rego_array_push (cardea_rego_ctx_arena (ctx), r, v);
    }
  return r;
}

static CardeaRegoValue
reverse (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!cardea_rego_arg_array (ctx, a, 0))
    return CARDEA_REGO_NONE;
  CardeaRegoValue r = cardea_rego_array_new (cardea_rego_ctx_arena (ctx), a[0].a->len);
  for (guint32 i = a[0].a->len; i > 0; i--)
    cardea_rego_array_push (cardea_rego_ctx_arena (ctx), r, a[0].a->v[i - 1]);
  return r;
}

static CardeaRegoValue
slice (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  gint64 start, stop;
  if (!cardea_rego_arg_array (ctx, a, 0) || !cardea_rego_arg_int (ctx, a, 1, &start)
      || !cardea_rego_arg_int (ctx, a, 2, &stop))
    return CARDEA_REGO_NONE;
  gint64 n = a[0].a->len;
  start = CLAMP (start, 0, n);
  stop = CLAMP (stop, 0, n);
  CardeaRegoValue r
      = cardea_rego_array_new (cardea_rego_ctx_arena (ctx), (guint32) MAX (0, stop - start));
  if (start < stop)
    push_range (ctx, r, a[0], (guint32) start, (guint32) stop);
  return r;
}

const CardeaRegoBuiltin cardea_rego_builtins_array[] = {
  { "array.concat", 2, 0, concat },
  { "array.flatten", 1, 0, flatten },
  { "array.reverse", 1, 0, reverse },
  { "array.slice", 3, 0, slice },
  { NULL },
};
