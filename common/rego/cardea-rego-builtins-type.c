/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Types and casts. */

#include "common/rego/cardea-rego-builtin.h"
#include "common/rego/cardea-rego-number.h"

#include <string.h>

#define IS(name, condition)                                                                        \
  static CardeaRegoValue name (CardeaRegoCtx *ctx, const CardeaRegoValue *a)                       \
  {                                                                                                \
    return cardea_rego_bool (condition);                                                           \
  }

IS (is_array, a[0].tag == CARDEA_REGO_ARRAY)
IS (is_boolean, a[0].tag == CARDEA_REGO_BOOL)
IS (is_null, a[0].tag == CARDEA_REGO_NULL)
IS (is_number, cardea_rego_is_number (a[0]))
IS (is_object, a[0].tag == CARDEA_REGO_OBJECT)
IS (is_set, a[0].tag == CARDEA_REGO_SET)
IS (is_string, a[0].tag == CARDEA_REGO_STRING)

static CardeaRegoValue
type_name (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return cardea_rego_cstring (cardea_rego_ctx_arena (ctx), cardea_rego_type_name (a[0]));
}

static CardeaRegoValue
cast_array (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (a[0].tag == CARDEA_REGO_ARRAY)
    return a[0];
  if (a[0].tag != CARDEA_REGO_SET)
    return cardea_rego_fail_operand (ctx, 1, "one of {array, set}", a[0]);
  CardeaRegoValue r = cardea_rego_array_new (cardea_rego_ctx_arena (ctx), a[0].c->len);
  for (guint32 i = 0; i < a[0].c->len; i++)
    cardea_rego_array_push (cardea_rego_ctx_arena (ctx), r, cardea_rego_elem (a[0], i));
  return r;
}

static CardeaRegoValue
cast_set (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (a[0].tag == CARDEA_REGO_SET)
    return a[0];
  if (a[0].tag != CARDEA_REGO_ARRAY)
    return cardea_rego_fail_operand (ctx, 1, "one of {array, set}", a[0]);
  CardeaRegoValue r = cardea_rego_set_new (cardea_rego_ctx_arena (ctx), a[0].a->len);
  for (guint32 i = 0; i < a[0].a->len; i++)
    cardea_rego_set_add (cardea_rego_ctx_arena (ctx), r, a[0].a->v[i]);
  return r;
}

static CardeaRegoValue
cast_null (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return a[0].tag == CARDEA_REGO_NULL ? a[0] : cardea_rego_fail_operand (ctx, 1, "null", a[0]);
}

static CardeaRegoValue
cast_boolean (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return a[0].tag == CARDEA_REGO_BOOL ? a[0] : cardea_rego_fail_operand (ctx, 1, "boolean", a[0]);
}

static CardeaRegoValue
cast_string (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return a[0].tag == CARDEA_REGO_STRING ? a[0] : cardea_rego_fail_operand (ctx, 1, "string", a[0]);
}

static CardeaRegoValue
cast_object (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return a[0].tag == CARDEA_REGO_OBJECT ? a[0] : cardea_rego_fail_operand (ctx, 1, "object", a[0]);
}

static CardeaRegoValue
to_number (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (cardea_rego_is_number (a[0]))
    return a[0];
  if (a[0].tag == CARDEA_REGO_NULL)
    return cardea_rego_int (0);
  if (a[0].tag == CARDEA_REGO_BOOL)
    return cardea_rego_int (a[0].i);
  if (a[0].tag != CARDEA_REGO_STRING)
    return cardea_rego_fail_operand (ctx, 1, "one of {null, boolean, number, string}", a[0]);
  const char *s = a[0].s->s;
  CardeaRegoValue v = cardea_rego_number_parse (cardea_rego_ctx_arena (ctx), s, a[0].s->len);
  if (v.tag != CARDEA_REGO_UNDEFINED)
    return v;
  const char *word = s + strspn (s, "+-");
  if (g_ascii_strcasecmp (word, "nan") == 0 || g_ascii_strcasecmp (word, "inf") == 0
      || g_ascii_strcasecmp (word, "infinity") == 0)
    return cardea_rego_fail_type (ctx, "operand 1 must be valid number string but got string");
  /* What Go's ParseFloat takes and JSON does not: a sign, a leading point, leading zeros. */
  char *end;
  gboolean plain
      = a[0].s->len > 0 && strspn (s, "+-.0123456789eE") == a[0].s->len && a[0].s->len < 400;
  gdouble d = plain ? g_ascii_strtod (s, &end) : 0;
  if (!plain || *end != 0)
    return cardea_rego_fail (ctx, "strconv.ParseFloat: parsing \"%s\": invalid syntax", s);
  const char *digits = s[0] == '+' ? s + 1 : s;
  v = cardea_rego_number_parse (cardea_rego_ctx_arena (ctx), digits, strlen (digits));
  return v.tag != CARDEA_REGO_UNDEFINED
             ? v
             : cardea_rego_number_from_double (cardea_rego_ctx_arena (ctx), d);
}

const CardeaRegoBuiltin cardea_rego_builtins_type[] = {
  { "is_array", 1, 0, is_array },
  { "is_boolean", 1, 0, is_boolean },
  { "is_null", 1, 0, is_null },
  { "is_number", 1, 0, is_number },
  { "is_object", 1, 0, is_object },
  { "is_set", 1, 0, is_set },
  { "is_string", 1, 0, is_string },
  { "type_name", 1, 0, type_name },
  { "to_number", 1, 0, to_number },
  { "cast_array", 1, BUILTIN_DEPRECATED, cast_array },
  { "cast_boolean", 1, BUILTIN_DEPRECATED, cast_boolean },
  { "cast_null", 1, BUILTIN_DEPRECATED, cast_null },
  { "cast_object", 1, BUILTIN_DEPRECATED, cast_object },
  { "cast_set", 1, BUILTIN_DEPRECATED, cast_set },
  { "cast_string", 1, BUILTIN_DEPRECATED, cast_string },
  { NULL },
};
