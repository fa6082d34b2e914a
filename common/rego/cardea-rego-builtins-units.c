/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Quantities with units: exact rational arithmetic, so that 500m equals 0.5. */

#include "common/rego/cardea-rego-builtin.h"
#include "common/rego/cardea-rego-number.h"

#include <string.h>

#define MAX_AMOUNT 400
#define MAX_UNIT_EXPONENT 5000

typedef struct {
  const char *name;
  gint base, power; /* base 0: no factor */
} Unit;

static const Unit decimal_units[] = {
  { "", 10, 0 },   { "m", 10, -3 }, { "k", 10, 3 },  { "K", 10, 3 },  { "ki", 2, 10 },
  { "mi", 2, 20 }, { "g", 10, 9 },  { "gi", 2, 30 }, { "t", 10, 12 }, { "ti", 2, 40 },
  { "p", 10, 15 }, { "pi", 2, 50 }, { "e", 10, 18 }, { "ei", 2, 60 }, { NULL },
};

static const Unit byte_units[] = {
  { "", 10, 0 },    { "b", 10, 0 },   { "kb", 10, 3 },  { "k", 10, 3 },   { "kib", 2, 10 },
  { "ki", 2, 10 },  { "mb", 10, 6 },  { "m", 10, 6 },   { "mib", 2, 20 }, { "mi", 2, 20 },
  { "gb", 10, 9 },  { "g", 10, 9 },   { "gib", 2, 30 }, { "gi", 2, 30 },  { "tb", 10, 12 },
  { "t", 10, 12 },  { "tib", 2, 40 }, { "ti", 2, 40 },  { "pb", 10, 15 }, { "p", 10, 15 },
  { "pib", 2, 50 }, { "pi", 2, 50 },  { "eb", 10, 18 }, { "e", 10, 18 },  { "eib", 2, 60 },
  { "ei", 2, 60 },  { NULL },
};

typedef struct {
  GString *digits; /* without the point */
  glong exponent;
  gboolean negative;
} Amount;

static gsize
amount_length (const char *s)
{
  gsize i = 0;
  while (s[i] != 0 && (g_ascii_isdigit (s[i]) || strchr ("+-.", s[i]) != NULL))
    i++;
  if ((s[i] == 'e' || s[i] == 'E')
      && (g_ascii_isdigit (s[i + 1])
          || ((s[i + 1] == '+' || s[i + 1] == '-') && g_ascii_isdigit (s[i + 2]))))
    for (i += 2; g_ascii_isdigit (s[i]); i++)
      ;
  return i;
}

static gboolean
read_amount (const char *s, gsize len, Amount *a)
{
  gsize i = 0;
  gboolean point = FALSE;
  a->negative = len > 0 && s[0] == '-';
  if (len > 0 && (s[0] == '-' || s[0] == '+'))
    i++;
  for (; i < len && (g_ascii_isdigit (s[i]) || s[i] == '.'); i++)
    {
      if (s[i] == '.' && point)
        return FALSE;
      if (s[i] == '.')
        {
          point = TRUE;
          continue;
        }
      g_string_append_c (a->digits, s[i]);
      a->exponent -= point;
    }
  if (a->digits->len == 0)
    return FALSE;
  if (i < len && (s[i] == 'e' || s[i] == 'E'))
    {
      a->exponent
          += CLAMP (strtol (s + i + 1, NULL, 10), -10 * MAX_UNIT_EXPONENT, 10 * MAX_UNIT_EXPONENT);
      return TRUE;
    }
  return i == len;
}

static void
scale (mpq_t q, gint base, glong power)
{
  mpz_t f;
  mpz_init (f);
  mpz_ui_pow_ui (f, (gulong) base, (gulong) ABS (power));
  if (power >= 0)
    mpz_mul (mpq_numref (q), mpq_numref (q), f);
  else
    mpz_mul (mpq_denref (q), mpq_denref (q), f);
  mpq_canonicalize (q);
  mpz_clear (f);
}

static CardeaRegoValue
number_of (CardeaRegoCtx *ctx, const Amount *a, const Unit *unit, gboolean whole)
{
  mpq_t q;
  CardeaRegoValue r;
  mpq_init (q);
  (void) mpz_set_str (mpq_numref (q), a->digits->str, 10);
  scale (q, 10, a->exponent);
  scale (q, unit->base, unit->power);
  if (a->negative)
    mpq_neg (q, q);
  if (whole || mpz_cmp_ui (mpq_denref (q), 1) == 0)
    {
      mpz_t z;
      mpz_init (z);
      mpz_tdiv_q (z, mpq_numref (q), mpq_denref (q));
      r = cardea_rego_number_from_mpz (cardea_rego_ctx_arena (ctx), z);
      mpz_clear (z);
    }
  else
    {
      mpfr_t f;
      mpfr_init2 (f, 64);
      (void) mpfr_set_q (f, q, MPFR_RNDN);
      r = cardea_rego_number_from_mpfr (cardea_rego_ctx_arena (ctx), f);
      mpfr_clear (f);
    }
  mpq_clear (q);
  return r;
}

static const Unit *
find_unit (const Unit *units, const char *name)
{
  for (; units->name != NULL; units++)
    if (strcmp (units->name, name) == 0)
      return units;
  return NULL;
}

/* Upper and lower case are one, but for m (milli) and M (mega). */
static char *
unit_name (const char *s, gboolean bytes)
{
  if (!bytes && strcmp (s, "M") == 0)
    return g_strdup ("M");
  return g_ascii_strdown (s, -1);
}

static CardeaRegoValue
parse_units (CardeaRegoCtx *ctx, const CardeaRegoValue *a, gboolean bytes)
{
  static const Unit mega = { "M", 10, 6 };
  if (!cardea_rego_arg_string (ctx, a, 0))
    return CARDEA_REGO_NONE;
  g_autoptr (GString) text = g_string_new (NULL);
  for (guint32 i = 0; i < a[0].s->len; i++)
    if (a[0].s->s[i] != '"')
      g_string_append_c (text, a[0].s->s[i]);
  if (strpbrk (text->str, " \t\r\n") != NULL)
    return cardea_rego_fail (ctx, "spaces not allowed in resource strings");
  gsize n = amount_length (text->str);
  if (n == 0)
    return cardea_rego_fail (ctx, bytes ? "no byte amount provided" : "no amount provided");
  g_autoptr (GString) digits = g_string_new (NULL);
  Amount amount = { digits, 0, FALSE };
  if (n > MAX_AMOUNT || !read_amount (text->str, n, &amount))
    return cardea_rego_fail (ctx, bytes ? "could not parse byte amount to a number"
                                        : "could not parse amount to a number");
  if (ABS (amount.exponent) > MAX_UNIT_EXPONENT)
    return cardea_rego_fail (ctx, "exponent too large");
  g_autofree char *name = unit_name (text->str + n, bytes);
  const Unit *unit
      = strcmp (name, "M") == 0 ? &mega : find_unit (bytes ? byte_units : decimal_units, name);
  if (unit == NULL)
    return cardea_rego_fail (ctx, bytes ? "byte unit %s not recognized" : "unit %s not recognized",
                             text->str + n);
  return number_of (ctx, &amount, unit, bytes);
}

static CardeaRegoValue
parse (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return parse_units (ctx, a, FALSE);
}

static CardeaRegoValue
parse_bytes (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return parse_units (ctx, a, TRUE);
}

const CardeaRegoBuiltin cardea_rego_builtins_units[] = {
  { "units.parse", 1, 0, parse },
  { "units.parse_bytes", 1, 0, parse_bytes },
  { NULL },
};
