/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Numbers: arithmetic, rounding, ranges. */

#include "common/rego/cardea-rego-builtin.h"
#include "common/rego/cardea-rego-number.h"

#define MAX_RANGE 1000000

static CardeaRegoValue
arith (CardeaRegoCtx *ctx, CardeaRegoArith op, const CardeaRegoValue *a)
{
  const char *error;
  if (!cardea_rego_arg_number (ctx, a, 0) || !cardea_rego_arg_number (ctx, a, 1))
    return CARDEA_REGO_NONE;
  CardeaRegoValue v
      = cardea_rego_number_arith (cardea_rego_ctx_arena (ctx), op, a[0], a[1], &error);
  return v.tag == CARDEA_REGO_UNDEFINED ? cardea_rego_fail (ctx, "%s", error) : v;
}

static CardeaRegoValue
plus (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return arith (ctx, CARDEA_REGO_ADD, a);
}

static CardeaRegoValue
mul (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return arith (ctx, CARDEA_REGO_MUL, a);
}

static CardeaRegoValue
divide (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return arith (ctx, CARDEA_REGO_DIV, a);
}

static CardeaRegoValue
rem (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return arith (ctx, CARDEA_REGO_REM, a);
}

static CardeaRegoValue
set_minus (CardeaRegoCtx *ctx, CardeaRegoValue a, CardeaRegoValue b)
{
  CardeaRegoArena *arena = cardea_rego_ctx_arena (ctx);
  CardeaRegoValue r = cardea_rego_set_new (arena, 4);
  if (!cardea_rego_ctx_step (ctx, a.c->len))
    return CARDEA_REGO_NONE;
  for (guint32 i = 0; i < a.c->len; i++)
    if (cardea_rego_coll_find (b.c, a.c->k[i]) < 0)
      cardea_rego_set_add (arena, r, a.c->k[i]);
  return r;
}

static CardeaRegoValue
minus (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (cardea_rego_is_number (a[0]) && cardea_rego_is_number (a[1]))
    return arith (ctx, CARDEA_REGO_SUB, a);
  if (a[0].tag == CARDEA_REGO_SET && a[1].tag == CARDEA_REGO_SET)
    return set_minus (ctx, a[0], a[1]);
  if (!cardea_rego_is_number (a[0]) && a[0].tag != CARDEA_REGO_SET)
    return cardea_rego_fail_operand (ctx, 1, "one of {number, set}", a[0]);
  if (a[0].tag == CARDEA_REGO_SET)
    return cardea_rego_fail_operand (ctx, 2, "set", a[1]);
  return cardea_rego_fail_operand (ctx, 2, "number", a[1]);
}

static CardeaRegoValue
round_to (CardeaRegoCtx *ctx, CardeaRegoRounding how, const CardeaRegoValue *a)
{
  return cardea_rego_arg_number (ctx, a, 0)
             ? cardea_rego_number_round (cardea_rego_ctx_arena (ctx), how, a[0])
             : CARDEA_REGO_NONE;
}

static CardeaRegoValue
round_number (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return round_to (ctx, CARDEA_REGO_ROUND, a);
}

static CardeaRegoValue
ceil_number (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return round_to (ctx, CARDEA_REGO_CEIL, a);
}

static CardeaRegoValue
floor_number (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return round_to (ctx, CARDEA_REGO_FLOOR, a);
}

static CardeaRegoValue
abs_number (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return cardea_rego_arg_number (ctx, a, 0)
             ? cardea_rego_number_abs (cardea_rego_ctx_arena (ctx), a[0])
             : CARDEA_REGO_NONE;
}

static CardeaRegoValue
big_range (CardeaRegoCtx *ctx, CardeaRegoValue from, CardeaRegoValue to, gint64 step)
{
  CardeaRegoArena *arena = cardea_rego_ctx_arena (ctx);
  CardeaRegoValue r = cardea_rego_array_new (arena, 0);
  const char *error;
  gboolean down = cardea_rego_cmp (from, to) > 0;
  CardeaRegoValue by = cardea_rego_int (step);
  for (CardeaRegoValue v = from;
       down ? cardea_rego_cmp (v, to) >= 0 : cardea_rego_cmp (v, to) <= 0;)
    {
      if (!cardea_rego_ctx_step (ctx, 1) || cardea_rego_arena_over (arena))
        return CARDEA_REGO_NONE;
      cardea_rego_array_push (arena, r, v);
      v = cardea_rego_number_arith (arena, down ? CARDEA_REGO_SUB : CARDEA_REGO_ADD, v, by, &error);
    }
  return r;
}

static CardeaRegoValue
range_by (CardeaRegoCtx *ctx, const CardeaRegoValue *a, gint64 step)
{
  CardeaRegoArena *arena = cardea_rego_ctx_arena (ctx);
  for (guint i = 0; i < 2; i++)
    {
      mpz_t z;
      if (!cardea_rego_arg_number (ctx, a, i))
        return CARDEA_REGO_NONE;
      mpz_init (z);
      gboolean whole = cardea_rego_number_get_mpz (a[i], z);
      mpz_clear (z);
      if (!whole)
        return cardea_rego_fail_type (
            ctx, "operand %u must be integer number but got floating-point number", i + 1);
    }
  CardeaRegoValue from = cardea_rego_number_to_int (a[0]), to = cardea_rego_number_to_int (a[1]);
  if (from.tag != CARDEA_REGO_INT || to.tag != CARDEA_REGO_INT)
    return big_range (ctx, a[0], a[1], step);
  guint64 span
      = from.i <= to.i ? (guint64) to.i - (guint64) from.i : (guint64) from.i - (guint64) to.i;
  guint64 n = span / (guint64) step + 1;
  if (n > MAX_RANGE || !cardea_rego_arena_fits (arena, (gsize) n * sizeof (CardeaRegoValue)))
    {
      (void) cardea_rego_arena_fits (arena, G_MAXSIZE);
      return CARDEA_REGO_NONE;
    }
  if (!cardea_rego_ctx_step (ctx, n))
    return CARDEA_REGO_NONE;
  CardeaRegoValue r = cardea_rego_array_new (arena, (guint32) n);
  for (guint64 i = 0; i < n; i++)
    cardea_rego_array_push (
        arena, r,
        cardea_rego_int (from.i <= to.i ? from.i + (gint64) i * step : from.i - (gint64) i * step));
  return r;
}

static CardeaRegoValue
range (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return range_by (ctx, a, 1);
}

static CardeaRegoValue
range_step (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  gint64 step = G_MAXINT64;
  CardeaRegoValue zero = cardea_rego_int (0);
  gboolean huge = a[2].tag == CARDEA_REGO_NUMBER && cardea_rego_number_is_integer (a[2])
                  && cardea_rego_number_to_int (a[2]).tag == CARDEA_REGO_UNDEFINED
                  && cardea_rego_cmp (a[2], zero) > 0;
  if (!huge && !cardea_rego_arg_int (ctx, a, 2, &step))
    return CARDEA_REGO_NONE;
  if (step <= 0)
    return cardea_rego_fail (ctx, "step must be a positive integer");
  return range_by (ctx, a, step);
}

static CardeaRegoValue
rand_intn (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  gint64 n;
  if (!cardea_rego_arg_string (ctx, a, 0) || !cardea_rego_arg_int (ctx, a, 1, &n))
    return CARDEA_REGO_NONE;
  if (n == 0)
    return cardea_rego_int (0);
  if (n == G_MININT64)
    return cardea_rego_int (0);
  g_autofree char *purpose = g_strdup_printf ("rand %s %" G_GINT64_FORMAT, a[0].s->s, ABS (n));
  return cardea_rego_int ((gint64) (cardea_rego_ctx_random (ctx, purpose) % (guint64) ABS (n)));
}

const CardeaRegoBuiltin cardea_rego_builtins_number[] = {
  { "plus", 2, 0, plus },
  { "minus", 2, 0, minus },
  { "mul", 2, 0, mul },
  { "div", 2, 0, divide },
  { "rem", 2, 0, rem },
  { "round", 1, 0, round_number },
  { "ceil", 1, 0, ceil_number },
  { "floor", 1, 0, floor_number },
  { "abs", 1, 0, abs_number },
  { "numbers.range", 2, 0, range },
  { "numbers.range_step", 3, 0, range_step },
  { "rand.intn", 2, BUILTIN_ONCE, rand_intn },
  { NULL },
};
