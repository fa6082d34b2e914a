/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/rego/cardea-rego-number.h"

#include <string.h>

#define PRECISION 64

static gboolean
is_digit (char c)
{
  return c >= '0' && c <= '9';
}

/* Length of the JSON number at text, or 0. ret_plain: neither point nor exponent. */
static gsize
scan_number (const char *t, gsize len, gboolean *ret_plain)
{
  gsize i = 0;
  *ret_plain = TRUE;
  if (i < len && t[i] == '-')
    i++;
  if (i >= len || !is_digit (t[i]))
    return 0;
  if (t[i] == '0')
    i++;
  else
    while (i < len && is_digit (t[i]))
      i++;
  if (i < len && t[i] == '.')
    {
      gsize digits = ++i;
      while (i < len && is_digit (t[i]))
        i++;
      if (i == digits)
        return 0;
      *ret_plain = FALSE;
    }
  if (i < len && (t[i] == 'e' || t[i] == 'E'))
    {
      i++;
      if (i < len && (t[i] == '+' || t[i] == '-'))
        i++;
      gsize digits = i;
      glong exponent = 0;
      while (i < len && is_digit (t[i]))
        {
          exponent = MIN (exponent * 10 + (t[i] - '0'), 10 * CARDEA_REGO_MAX_EXPONENT);
          i++;
        }
      if (i == digits || exponent > CARDEA_REGO_MAX_EXPONENT)
        return 0;
      *ret_plain = FALSE;
    }
  return i;
}

static CardeaRegoValue
text_number (CardeaRegoArena *arena, const char *text, gsize len)
{
  CardeaRegoValue v = cardea_rego_string (arena, text, len);
  v.tag = CARDEA_REGO_NUMBER;
  return v;
}

CardeaRegoValue
cardea_rego_number_parse (CardeaRegoArena *arena, const char *text, gsize len)
{
  gboolean plain;
  if (len > CARDEA_REGO_MAX_DIGITS || scan_number (text, len, &plain) != len || len == 0)
    return CARDEA_REGO_NONE;
  if (!plain || len > 20 || (len == 2 && text[0] == '-' && text[1] == '0'))
    return text_number (arena, text, len);
  gint64 n = 0;
  gboolean negative = text[0] == '-';
  for (gsize i = negative; i < len; i++)
    if (__builtin_mul_overflow (n, 10, &n)
        || __builtin_sub_overflow (n, (gint64) (text[i] - '0'), &n))
      return text_number (arena, text, len);
  if (!negative && n == G_MININT64)
    return text_number (arena, text, len);
  return cardea_rego_int (negative ? n : -n);
}

const char *
cardea_rego_number_text (CardeaRegoValue v, char *room)
{
  if (v.tag == CARDEA_REGO_NUMBER)
    return v.num->s;
  g_snprintf (room, 32, "%" G_GINT64_FORMAT, v.i);
  return room;
}

gboolean
cardea_rego_number_is_integer (CardeaRegoValue v)
{
  return v.tag == CARDEA_REGO_INT || strpbrk (v.num->s, ".eE") == NULL;
}

void
cardea_rego_number_get_mpfr (CardeaRegoValue v, mpfr_t out)
{
  if (v.tag == CARDEA_REGO_INT)
    (void) mpfr_set_si (out, v.i, MPFR_RNDN);
  else
    (void) mpfr_set_str (out, v.num->s, 10, MPFR_RNDN);
}

gboolean
cardea_rego_number_get_mpz (CardeaRegoValue v, mpz_t out)
{
  if (v.tag == CARDEA_REGO_INT)
    {
      mpz_set_si (out, v.i);
      return TRUE;
    }
  if (cardea_rego_number_is_integer (v))
    return mpz_set_str (out, v.num->s, 10) == 0;
  mpfr_t f;
  mpfr_init2 (f, PRECISION);
  cardea_rego_number_get_mpfr (v, f);
  gboolean whole = mpfr_integer_p (f) != 0;
  if (whole)
    (void) mpfr_get_z (out, f, MPFR_RNDN);
  mpfr_clear (f);
  return whole;
}

gdouble
cardea_rego_number_to_double (CardeaRegoValue v)
{
  return v.tag == CARDEA_REGO_INT ? (gdouble) v.i : g_ascii_strtod (v.num->s, NULL);
}

/* Equal numbers must hash alike whatever their text, so the nearest double is hashed. */
guint64
cardea_rego_number_hash_word (CardeaRegoValue v)
{
  gdouble d = cardea_rego_number_to_double (v);
  guint64 w;
  if (d == 0)
    d = 0;
  memcpy (&w, &d, sizeof w);
  return w;
}

CardeaRegoValue
cardea_rego_number_to_int (CardeaRegoValue v)
{
  if (v.tag == CARDEA_REGO_INT)
    return v;
  if (v.tag != CARDEA_REGO_NUMBER)
    return CARDEA_REGO_NONE;
  mpz_t z;
  mpz_init (z);
  CardeaRegoValue r = CARDEA_REGO_NONE;
  if (cardea_rego_number_get_mpz (v, z) && mpz_fits_slong_p (z))
    r = cardea_rego_int (mpz_get_si (z));
  mpz_clear (z);
  return r;
}

gint
cardea_rego_number_cmp (CardeaRegoValue a, CardeaRegoValue b)
{
  if (a.tag == CARDEA_REGO_INT && b.tag == CARDEA_REGO_INT)
    return (a.i > b.i) - (a.i < b.i);
  if (a.tag == b.tag && a.num == b.num)
    return 0;
  gint c;
  if (cardea_rego_number_is_integer (a) && cardea_rego_number_is_integer (b))
    {
      mpz_t x, y;
      mpz_inits (x, y, NULL);
      (void) cardea_rego_number_get_mpz (a, x);
      (void) cardea_rego_number_get_mpz (b, y);
      c = mpz_cmp (x, y);
      mpz_clears (x, y, NULL);
      return (c > 0) - (c < 0);
    }
  mpfr_t x, y;
  mpfr_inits2 (PRECISION, x, y, (mpfr_ptr) 0);
  cardea_rego_number_get_mpfr (a, x);
  cardea_rego_number_get_mpfr (b, y);
  c = mpfr_cmp (x, y);
  mpfr_clears (x, y, (mpfr_ptr) 0);
  return (c > 0) - (c < 0);
}

CardeaRegoValue
cardea_rego_number_from_mpz (CardeaRegoArena *arena, const mpz_t z)
{
  if (mpz_fits_slong_p (z))
    return cardea_rego_int (mpz_get_si (z));
  gsize size = mpz_sizeinbase (z, 10) + 2;
  g_autofree char *text = g_malloc (size);
  (void) mpz_get_str (text, 10, z);
  gsize len = strlen (text);
  return len > CARDEA_REGO_MAX_DIGITS ? CARDEA_REGO_NONE : text_number (arena, text, len);
}

/* The shortest digits that read back as f; their count, and the decimal exponent (0.d1d2… × 10^e).
 */
static gsize
shortest_digits (const mpfr_t f, char *digits, mpfr_exp_t *ret_exp)
{
  mpfr_t back;
  mpfr_init2 (back, PRECISION);
  gsize n = 1;
  for (; n <= 21; n++)
    {
      char buf[64];
      char raw[40];
      (void) mpfr_get_str (raw, ret_exp, 10, n, f, MPFR_RNDN);
      g_snprintf (buf, sizeof buf, "%s0.%se%ld", raw[0] == '-' ? "-" : "", raw + (raw[0] == '-'),
                  (long) *ret_exp);
      g_strlcpy (digits, raw + (raw[0] == '-'), 40);
      (void) mpfr_set_str (back, buf, 10, MPFR_RNDN);
      if (mpfr_equal_p (back, f))
        break;
    }
  mpfr_clear (back);
  n = strlen (digits);
  while (n > 1 && digits[n - 1] == '0')
    digits[--n] = 0;
  return n;
}

/* Go's %g with the shortest digits. */
static void
print_float (GString *out, const char *digits, gsize n, mpfr_exp_t e)
{
  glong x = (glong) e - 1;
  if (x < -4 || x >= 6)
    {
      g_string_append_c (out, digits[0]);
      if (n > 1)
        g_string_append_printf (out, ".%s", digits + 1);
      g_string_append_printf (out, "e%c%02ld", x < 0 ? '-' : '+', ABS (x));
    }
  else if (e <= 0)
    {
      g_string_append (out, "0.");
      for (glong i = 0; i < -e; i++)
        g_string_append_c (out, '0');
      g_string_append (out, digits);
    }
  else
    {
      g_string_append_len (out, digits, MIN (e, (glong) n));
      g_string_append_c (out, '.');
      g_string_append (out, digits + e);
    }
}

CardeaRegoValue
cardea_rego_number_from_mpfr (CardeaRegoArena *arena, const mpfr_t f)
{
  if (!mpfr_number_p (f))
    return CARDEA_REGO_NONE;
  if (mpfr_integer_p (f))
    {
      mpz_t z;
      mpz_init (z);
      CardeaRegoValue v = CARDEA_REGO_NONE;
      if (mpfr_get_exp (f) < CARDEA_REGO_MAX_EXPONENT * 4 || mpfr_zero_p (f))
        {
          (void) mpfr_get_z (z, f, MPFR_RNDN);
          if (mpz_fits_slong_p (z))
            v = cardea_rego_int (mpz_get_si (z));
          else
            {
              /* Go prints the shortest digits and fills up with zeros. */
              char digits[64];
              mpfr_exp_t e;
              gsize n = shortest_digits (f, digits, &e);
              g_autoptr (GString) out = g_string_new (mpfr_sgn (f) < 0 ? "-" : "");
              g_string_append (out, digits);
              for (glong i = (glong) n; i < e; i++)
                g_string_append_c (out, '0');
              v = out->len > CARDEA_REGO_MAX_DIGITS ? CARDEA_REGO_NONE
                                                    : text_number (arena, out->str, out->len);
            }
        }
      mpz_clear (z);
      return v;
    }
  char digits[64];
  mpfr_exp_t e;
  gsize n = shortest_digits (f, digits, &e);
  g_autoptr (GString) out = g_string_new (mpfr_sgn (f) < 0 ? "-" : "");
  print_float (out, digits, n, e);
  return text_number (arena, out->str, out->len);
}

CardeaRegoValue
cardea_rego_number_from_double (CardeaRegoArena *arena, gdouble d)
{
  char buf[G_ASCII_DTOSTR_BUF_SIZE];
  mpfr_t f;
  if (d != d || d > G_MAXDOUBLE || d < -G_MAXDOUBLE)
    return CARDEA_REGO_NONE;
  for (gint precision = 1; precision <= 17; precision++)
    {
      char format[8];
      g_snprintf (format, sizeof format, "%%.%dg", precision);
      (void) g_ascii_formatd (buf, sizeof buf, format, d);
      if (g_ascii_strtod (buf, NULL) == d)
        break;
    }
  mpfr_init2 (f, PRECISION);
  (void) mpfr_set_str (f, buf, 10, MPFR_RNDN);
  CardeaRegoValue v = cardea_rego_number_from_mpfr (arena, f);
  mpfr_clear (f);
  return v;
}

static CardeaRegoValue
arith_mpz (CardeaRegoArena *arena, CardeaRegoArith op, CardeaRegoValue a, CardeaRegoValue b,
           const char **ret_error)
{
  mpz_t x, y;
  CardeaRegoValue v = CARDEA_REGO_NONE;
  mpz_inits (x, y, NULL);
  if (!cardea_rego_number_get_mpz (a, x) || !cardea_rego_number_get_mpz (b, y))
    *ret_error = "modulo on floating-point number";
  else if (op == CARDEA_REGO_REM && mpz_sgn (y) == 0)
    *ret_error = "modulo by zero";
  else
    {
      if (op == CARDEA_REGO_ADD)
        mpz_add (x, x, y);
      else if (op == CARDEA_REGO_SUB)
        mpz_sub (x, x, y);
      else if (op == CARDEA_REGO_MUL)
        mpz_mul (x, x, y);
      else
        mpz_tdiv_r (x, x, y);
      v = cardea_rego_number_from_mpz (arena, x);
    }
  mpz_clears (x, y, NULL);
  return v;
}

static CardeaRegoValue
arith_mpfr (CardeaRegoArena *arena, CardeaRegoArith op, CardeaRegoValue a, CardeaRegoValue b,
            const char **ret_error)
{
  mpfr_t x, y;
  CardeaRegoValue v = CARDEA_REGO_NONE;
  mpfr_inits2 (PRECISION, x, y, (mpfr_ptr) 0);
  cardea_rego_number_get_mpfr (a, x);
  cardea_rego_number_get_mpfr (b, y);
  if (op == CARDEA_REGO_DIV && mpfr_zero_p (y))
    *ret_error = "divide by zero";
  else
    {
      if (op == CARDEA_REGO_ADD)
        (void) mpfr_add (x, x, y, MPFR_RNDN);
      else if (op == CARDEA_REGO_SUB)
        (void) mpfr_sub (x, x, y, MPFR_RNDN);
      else if (op == CARDEA_REGO_MUL)
        (void) mpfr_mul (x, x, y, MPFR_RNDN);
      else
        (void) mpfr_div (x, x, y, MPFR_RNDN);
      v = cardea_rego_number_from_mpfr (arena, x);
    }
  mpfr_clears (x, y, (mpfr_ptr) 0);
  return v;
}

CardeaRegoValue
cardea_rego_number_arith (CardeaRegoArena *arena, CardeaRegoArith op, CardeaRegoValue a,
                          CardeaRegoValue b, const char **ret_error)
{
  gint64 r;
  *ret_error = NULL;
  if (a.tag == CARDEA_REGO_INT && b.tag == CARDEA_REGO_INT)
    {
      if (op == CARDEA_REGO_ADD && !__builtin_add_overflow (a.i, b.i, &r))
        return cardea_rego_int (r);
      if (op == CARDEA_REGO_SUB && !__builtin_sub_overflow (a.i, b.i, &r))
        return cardea_rego_int (r);
      if (op == CARDEA_REGO_MUL && !__builtin_mul_overflow (a.i, b.i, &r))
        return cardea_rego_int (r);
      if (op == CARDEA_REGO_REM && b.i != 0)
        return cardea_rego_int (b.i == -1 ? 0 : a.i % b.i);
      if (op == CARDEA_REGO_DIV && b.i != 0 && b.i != -1 && a.i % b.i == 0)
        return cardea_rego_int (a.i / b.i);
    }
  CardeaRegoValue v;
  if (op == CARDEA_REGO_REM
      || (op != CARDEA_REGO_DIV && cardea_rego_number_is_integer (a)
          && cardea_rego_number_is_integer (b)))
    v = arith_mpz (arena, op, a, b, ret_error);
  else
    v = arith_mpfr (arena, op, a, b, ret_error);
  if (v.tag == CARDEA_REGO_UNDEFINED && *ret_error == NULL)
    *ret_error = "number out of range";
  return v;
}

CardeaRegoValue
cardea_rego_number_round (CardeaRegoArena *arena, CardeaRegoRounding how, CardeaRegoValue v)
{
  if (cardea_rego_number_is_integer (v))
    return v;
  mpfr_t f;
  mpfr_init2 (f, PRECISION);
  cardea_rego_number_get_mpfr (v, f);
  if (how == CARDEA_REGO_FLOOR)
    (void) mpfr_floor (f, f);
  else if (how == CARDEA_REGO_CEIL)
    (void) mpfr_ceil (f, f);
  else
    (void) mpfr_round (f, f);
  CardeaRegoValue r = cardea_rego_number_from_mpfr (arena, f);
  mpfr_clear (f);
  return r;
}

CardeaRegoValue
cardea_rego_number_abs (CardeaRegoArena *arena, CardeaRegoValue v)
{
  if (v.tag == CARDEA_REGO_INT && v.i >= 0)
    return v;
  if (v.tag == CARDEA_REGO_INT && v.i > G_MININT64)
    return cardea_rego_int (-v.i);
  if (v.tag == CARDEA_REGO_NUMBER && v.num->s[0] == '-')
    return cardea_rego_number_parse (arena, v.num->s + 1, v.num->len - 1);
  if (v.tag == CARDEA_REGO_NUMBER)
    return v;
  return text_number (arena, "9223372036854775808", 19);
}
