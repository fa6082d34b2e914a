/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Comparison and membership. The machine has instructions of its own for most uses. */

#include "common/rego/cardea-rego-builtin.h"

static CardeaRegoValue
equal (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return cardea_rego_bool (cardea_rego_eq (a[0], a[1]));
}

static CardeaRegoValue
neq (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return cardea_rego_bool (!cardea_rego_eq (a[0], a[1]));
}

static CardeaRegoValue
lt (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return cardea_rego_bool (cardea_rego_cmp (a[0], a[1]) < 0);
}

static CardeaRegoValue
lte (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return cardea_rego_bool (cardea_rego_cmp (a[0], a[1]) <= 0);
}

static CardeaRegoValue
gt (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return cardea_rego_bool (cardea_rego_cmp (a[0], a[1]) > 0);
}

static CardeaRegoValue
gte (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return cardea_rego_bool (cardea_rego_cmp (a[0], a[1]) >= 0);
}

static CardeaRegoValue
member_2 (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (a[1].tag == CARDEA_REGO_SET)
    return cardea_rego_bool (cardea_rego_coll_find (a[1].c, a[0]) >= 0);
  if (a[1].tag != CARDEA_REGO_ARRAY && a[1].tag != CARDEA_REGO_OBJECT)
    return cardea_rego_bool (FALSE);
  const CardeaRegoValue *all = a[1].tag == CARDEA_REGO_ARRAY ? a[1].a->v : a[1].c->v;
  for (guint32 i = 0; i < cardea_rego_len (a[1]); i++)
    if (cardea_rego_eq (all[i], a[0]))
      return cardea_rego_bool (TRUE);
  return cardea_rego_bool (FALSE);
}

static CardeaRegoValue
member_3 (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  CardeaRegoValue v = cardea_rego_get (a[2], a[0]);
  return cardea_rego_bool (v.tag != CARDEA_REGO_UNDEFINED && cardea_rego_eq (v, a[1]));
}

static CardeaRegoValue
print (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return cardea_rego_bool (TRUE);
}

const CardeaRegoBuiltin cardea_rego_builtins_compare[] = {
  { "equal", 2, 0, equal },
  { "eq", 2, 0, equal },
  { "assign", 2, 0, equal },
  { "neq", 2, 0, neq },
  { "lt", 2, 0, lt },
  { "lte", 2, 0, lte },
  { "gt", 2, 0, gt },
  { "gte", 2, 0, gte },
  { "internal.member_2", 2, 0, member_2 },
  { "internal.member_3", 3, 0, member_3 },
  { "internal.print", 1, 0, print },
  { NULL },
};
