/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Aggregates. */

#include "common/rego/cardea-rego-builtin.h"
#include "common/rego/cardea-rego-number.h"

#include <string.h>

static CardeaRegoValue
count (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (a[0].tag == CARDEA_REGO_STRING)
    return cardea_rego_int (cardea_rego_utf8_count (a[0].s->s, a[0].s->len));
  if (a[0].tag != CARDEA_REGO_ARRAY && a[0].tag != CARDEA_REGO_OBJECT
      && a[0].tag != CARDEA_REGO_SET)
    return cardea_rego_fail_operand (ctx, 1, "one of {array, object, set, string}", a[0]);
  return cardea_rego_int (cardea_rego_len (a[0]));
}

static gboolean
list_arg (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (a[0].tag == CARDEA_REGO_ARRAY || a[0].tag == CARDEA_REGO_SET)
    return cardea_rego_ctx_step (ctx, cardea_rego_len (a[0]) / 8 + 1);
  (void) cardea_rego_fail_operand (ctx, 1, "one of {set, array}", a[0]);
  return FALSE;
}

static CardeaRegoValue
accumulate (CardeaRegoCtx *ctx, const CardeaRegoValue *a, CardeaRegoArith op, gint64 start)
{
  CardeaRegoValue r = cardea_rego_int (start);
  const char *error;
  if (!list_arg (ctx, a))
    return CARDEA_REGO_NONE;
  for (guint32 i = 0; i < cardea_rego_len (a[0]); i++)
    {
      CardeaRegoValue v = cardea_rego_elem (a[0], i);
      if (!cardea_rego_is_number (v))
        return cardea_rego_fail_type (
            ctx, "operand 1 must be %s of numbers but got %s containing %s",
            cardea_rego_type_name (a[0]), cardea_rego_type_name (a[0]), cardea_rego_type_name (v));
      r = cardea_rego_number_arith (cardea_rego_ctx_arena (ctx), op, r, v, &error);
      if (r.tag == CARDEA_REGO_UNDEFINED)
        return cardea_rego_fail (ctx, "%s", error);
      if (cardea_rego_arena_over (cardea_rego_ctx_arena (ctx)))
        return CARDEA_REGO_NONE;
    }
  return r;
}

static CardeaRegoValue
sum (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return accumulate (ctx, a, CARDEA_REGO_ADD, 0);
}

static CardeaRegoValue
product (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return accumulate (ctx, a, CARDEA_REGO_MUL, 1);
}

static CardeaRegoValue
extreme (CardeaRegoCtx *ctx, const CardeaRegoValue *a, gint sign)
{
  if (!list_arg (ctx, a) || cardea_rego_len (a[0]) == 0)
    return CARDEA_REGO_NONE;
  CardeaRegoValue r = cardea_rego_elem (a[0], 0);
  for (guint32 i = 1; i < cardea_rego_len (a[0]); i++)
    if (cardea_rego_cmp (cardea_rego_elem (a[0], i), r) * sign > 0)
      r = cardea_rego_elem (a[0], i);
  return r;
}

static CardeaRegoValue
max (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return extreme (ctx, a, 1);
}

static CardeaRegoValue
min (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return extreme (ctx, a, -1);
}

static CardeaRegoValue
sort (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!list_arg (ctx, a))
    return CARDEA_REGO_NONE;
  guint32 n = cardea_rego_len (a[0]);
  CardeaRegoValue r = cardea_rego_array_new (cardea_rego_ctx_arena (ctx), n);
  for (guint32 i = 0; i < n; i++)
    cardea_rego_array_push (cardea_rego_ctx_arena (ctx), r, cardea_rego_elem (a[0], i));
  if (a[0].tag == CARDEA_REGO_ARRAY)
    cardea_rego_sort_values (r.a->v, n);
  return r;
}

static gboolean
old_list_arg (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (a[0].tag == CARDEA_REGO_ARRAY || a[0].tag == CARDEA_REGO_SET)
    return TRUE;
  (void) cardea_rego_fail_operand (ctx, 1, "one of {array, set}", a[0]);
  return FALSE;
}

static CardeaRegoValue
all (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!old_list_arg (ctx, a))
    return CARDEA_REGO_NONE;
  for (guint32 i = 0; i < cardea_rego_len (a[0]); i++)
    if (!cardea_rego_is_true (cardea_rego_elem (a[0], i)))
      return cardea_rego_bool (FALSE);
  return cardea_rego_bool (TRUE);
}

static CardeaRegoValue
any (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!old_list_arg (ctx, a))
    return CARDEA_REGO_NONE;
  for (guint32 i = 0; i < cardea_rego_len (a[0]); i++)
    if (cardea_rego_is_true (cardea_rego_elem (a[0], i)))
      return cardea_rego_bool (TRUE);
  return cardea_rego_bool (FALSE);
}

const CardeaRegoBuiltin cardea_rego_builtins_aggregate[] = {
  { "count", 1, 0, count },
  { "sum", 1, 0, sum },
  { "product", 1, 0, product },
  { "max", 1, 0, max },
  { "min", 1, 0, min },
  { "sort", 1, 0, sort },
  { "all", 1, BUILTIN_DEPRECATED, all },
  { "any", 1, BUILTIN_DEPRECATED, any },
  { NULL },
};
