/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Bits of integers of any size. */

#include "common/rego/cardea-rego-builtin.h"
#include "common/rego/cardea-rego-number.h"

#include <string.h>

#define MAX_SHIFT 8192

typedef void (*Op) (mpz_t, const mpz_t, const mpz_t);

static CardeaRegoValue
apply (CardeaRegoCtx *ctx, const CardeaRegoValue *a, guint n, Op op)
{
  CardeaRegoValue r = CARDEA_REGO_NONE;
  mpz_t x[2];
  mpz_inits (x[0], x[1], NULL);
  gboolean good = TRUE;
  for (guint i = 0; i < n && good; i++)
    {
      good = cardea_rego_arg_number (ctx, a, i);
      if (good && !cardea_rego_number_get_mpz (a[i], x[i]))
        {
          (void) cardea_rego_fail_type (
              ctx, "operand %u must be integer number but got floating-point number", i + 1);
          good = FALSE;
        }
    }
  if (good)
    {
      op (x[0], x[0], x[1]);
      r = cardea_rego_number_from_mpz (cardea_rego_ctx_arena (ctx), x[0]);
    }
  mpz_clears (x[0], x[1], NULL);
  return r;
}

static void
negate (mpz_t r, const mpz_t a, const mpz_t b)
{
  mpz_com (r, a);
}

static CardeaRegoValue
bits_and (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return apply (ctx, a, 2, mpz_and);
}

static CardeaRegoValue
bits_or (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return apply (ctx, a, 2, mpz_ior);
}

static CardeaRegoValue
bits_xor (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return apply (ctx, a, 2, mpz_xor);
}

static CardeaRegoValue
bits_negate (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return apply (ctx, a, 1, negate);
}

static void
left (mpz_t r, const mpz_t a, const mpz_t b)
{
  mpz_mul_2exp (r, a, mpz_get_ui (b));
}

static void
right (mpz_t r, const mpz_t a, const mpz_t b)
{
  mpz_fdiv_q_2exp (r, a, mpz_get_ui (b));
}

static CardeaRegoValue
shift (CardeaRegoCtx *ctx, const CardeaRegoValue *a, Op op)
{
  CardeaRegoValue by
      = cardea_rego_is_number (a[1]) ? cardea_rego_number_to_int (a[1]) : CARDEA_REGO_NONE;
  if (cardea_rego_is_number (a[0]) && by.tag == CARDEA_REGO_INT && by.i < 0)
    return cardea_rego_fail_type (
        ctx, "operand 2 must be an unsigned integer number but got a negative integer");
  if (by.tag == CARDEA_REGO_INT && by.i > MAX_SHIFT)
    {
      if (op == left)
        return cardea_rego_fail (ctx, "shift too large");
      CardeaRegoValue capped[2] = { a[0], cardea_rego_int (G_MAXINT32) };
      return apply (ctx, capped, 2, op);
    }
  return apply (ctx, a, 2, op);
}

static CardeaRegoValue
lsh (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return shift (ctx, a, left);
}

static CardeaRegoValue
rsh (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return shift (ctx, a, right);
}

const CardeaRegoBuiltin cardea_rego_builtins_bits[] = {
  { "bits.and", 2, 0, bits_and },
  { "bits.or", 2, 0, bits_or },
  { "bits.xor", 2, 0, bits_xor },
  { "bits.negate", 1, 0, bits_negate },
  { "bits.lsh", 2, 0, lsh },
  { "bits.rsh", 2, 0, rsh },
  { NULL },
};
