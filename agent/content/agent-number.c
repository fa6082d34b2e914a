/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-number.h"

#include <string.h>

#define INTEGER_DIGITS_MAX 18
#define GROUPS_MAX 16
#define EXPONENT_MAX 36

/* Longest first where one begins like another. */
static const struct {
  const char *sign;
  const char *unit;
} signs[] = {
  { "US$", "USD" }, { "A$", "AUD" }, { "C$", "CAD" }, { "R$", "BRL" },  { "$", "$" },
  { "€", "EUR" },   { "£", "GBP" },  { "¥", "¥" },    { "₹", "INR" },   { "₽", "RUB" },
  { "₩", "KRW" },   { "₺", "TRY" },  { "₴", "UAH" },  { "₪", "ILS" },   { "₫", "VND" },
  { "฿", "THB" },   { "₱", "PHP" },  { "₦", "NGN" },  { "zł", "PLN" },  { "Kč", "CZK" },
  { "Ft", "HUF" },  { "kr.", "kr" }, { "kr", "kr" },  { "Fr.", "CHF" }, { "%", "%" },
};

/* ISO 4217, those in daily use. */
static const char codes[]
    = "AED ARS AUD BDT BGN BHD BRL CAD CHF CLP CNY COP CZK DKK DZD EGP EUR GBP GEL GHS HKD HRK HUF "
      "IDR ILS INR ISK JOD JPY KES KRW KWD KZT LKR MAD MXN MYR NGN NOK NZD OMR PEN PHP PKR PLN QAR "
      "RON RSD RUB SAR SEK SGD THB TND TRY TWD TZS UAH UGX USD UYU UZS VND XAF XOF ZAR ";

typedef struct {
  const char *start;
  const char *end;
  gboolean negative;
  gboolean opened; /* "(" seen, ")" due */
  char unit[AGENT_NUMBER_UNIT_SIZE];
} Span;

typedef struct {
  char digits[INTEGER_DIGITS_MAX + AGENT_DECIMAL_SCALE_MAX + 1];
  gsize n_digits;
  gsize lengths[GROUPS_MAX + 1]; /* digits before, between and after the separators */
  char separators[GROUPS_MAX];   /* '.', ',', ' ' or '\'' */
  gsize n_separators;
  int exponent;
} Body;

static gsize
starts_with (const Span *span, const char *prefix)
{
  gsize size = strlen (prefix);
  return (gsize) (span->end - span->start) >= size && memcmp (span->start, prefix, size) == 0 ? size
                                                                                              : 0;
}

static gsize
ends_with (const Span *span, const char *suffix)
{
  gsize size = strlen (suffix);
  return (gsize) (span->end - span->start) >= size && memcmp (span->end - size, suffix, size) == 0
             ? size
             : 0;
}

static gsize
space_at (const Span *span, gsize (*at) (const Span *, const char *))
{
  static const char *const spaces[] = { " ", "\t", "\u00a0", "\u202f", "\u2009", "\u2007" };
  for (gsize i = 0; i < G_N_ELEMENTS (spaces); i++)
    if (at (span, spaces[i]) > 0)
      return strlen (spaces[i]);
  return 0;
}

static gboolean
take_unit (Span *span, const char *unit)
{
  if (span->unit[0] != '\0')
    return FALSE;
  g_strlcpy (span->unit, unit, sizeof span->unit);
  return TRUE;
}

/* Three capital letters that are a currency; strstr in a list of fixed stride. */
static gboolean
is_code (const char *text)
{
  for (gsize i = 0; i + 4 < sizeof codes; i += 4)
    if (memcmp (codes + i, text, 3) == 0)
      return TRUE;
  return FALSE;
}

static gsize
unit_at (Span *span, gsize (*at) (const Span *, const char *), const char *code)
{
  for (gsize i = 0; i < G_N_ELEMENTS (signs); i++)
    {
      gsize size = at (span, signs[i].sign);
      if (size > 0)
        return take_unit (span, signs[i].unit) ? size : 0;
    }
  if (code == NULL || !g_ascii_isupper (*code) || !is_code (code))
    return 0;
  char unit[4] = { code[0], code[1], code[2], '\0' };
  return take_unit (span, unit) ? 3 : 0;
}

static gsize
sign_at (Span *span, gsize (*at) (const Span *, const char *))
{
  static const char *const minuses[] = { "-", "\u2212", "\u2013" };
  for (gsize i = 0; i < G_N_ELEMENTS (minuses); i++)
    if (at (span, minuses[i]) > 0 && !span->negative)
      {
        span->negative = TRUE;
        return strlen (minuses[i]);
      }
  return 0;
}

static gboolean
strip_front (Span *span)
{
  if (g_ascii_isdigit (*span->start))
    return FALSE;
  gsize size = space_at (span, starts_with);
  if (size == 0)
    size = sign_at (span, starts_with);
  if (size == 0)
    size = starts_with (span, "+");
  if (size == 0 && !span->opened && !span->negative && starts_with (span, "(") > 0)
    {
      span->opened = TRUE;
      size = 1;
    }
  if (size == 0)
    size = unit_at (span, starts_with, span->end - span->start > 3 ? span->start : NULL);
  span->start += size;
  return size > 0;
}

static gboolean
strip_back (Span *span)
{
  if (g_ascii_isdigit (span->end[-1]))
    return FALSE;
  gsize size = space_at (span, ends_with);
  if (size == 0)
    size = sign_at (span, ends_with);
  if (size == 0 && span->opened && !span->negative && ends_with (span, ")") > 0)
    {
      span->opened = FALSE;
      span->negative = TRUE;
      size = 1;
    }
  if (size == 0)
    size = unit_at (span, ends_with, span->end - span->start > 3 ? span->end - 3 : NULL);
  span->end -= size;
  return size > 0;
}

static gboolean
strip (const char *text, Span *span)
{
  *span = (Span){ .start = text, .end = text + strlen (text) };
  while (span->start < span->end && strip_front (span))
    continue;
  while (span->start < span->end && strip_back (span))
    continue;
  return span->start < span->end && !span->opened;
}

static gsize
separator_at (const char *text, const char *end, char *ret_kind)
{
  static const struct {
    const char *text;
    char kind;
  } kinds[] = {
    { "\u2019", '\'' }, { "\u00a0", ' ' }, { "\u202f", ' ' }, { "\u2009", ' ' }, { "\u2007", ' ' },
  };
  if (strchr (".,' ", *text) != NULL)
    {
      *ret_kind = *text;
      return 1;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      gsize size = strlen (kinds[i].text);
      if ((gsize) (end - text) >= size && memcmp (text, kinds[i].text, size) == 0)
        {
          *ret_kind = kinds[i].kind;
          return size;
        }
    }
  return 0;
}

static gboolean
read_exponent (const char *text, const char *end, Body *body)
{
  gboolean negative = text < end && *text == '-';
  if (text < end && (*text == '-' || *text == '+'))
    text++;
  if (text == end || end - text > 2)
    return FALSE;
  for (; text < end; text++)
    {
      if (!g_ascii_isdigit (*text))
        return FALSE;
      body->exponent = body->exponent * 10 + (*text - '0');
    }
  if (negative)
    body->exponent = -body->exponent;
  return body->exponent >= -EXPONENT_MAX && body->exponent <= EXPONENT_MAX;
}

static gboolean
read_body (const char *text, const char *end, Body *body)
{
  *body = (Body){ 0 };
  while (text < end)
    {
      char kind;
      if (g_ascii_isdigit (*text))
        {
          if (body->n_digits == sizeof body->digits - 1)
            return FALSE;
          body->digits[body->n_digits++] = *text++;
          body->lengths[body->n_separators]++;
          continue;
        }
      if ((*text == 'e' || *text == 'E') && body->n_digits > 0)
        return read_exponent (text + 1, end, body);
      gsize size = separator_at (text, end, &kind);
      if (size == 0 || body->n_separators == GROUPS_MAX)
        return FALSE;
      body->separators[body->n_separators++] = kind;
      text += size;
    }
  return body->n_digits > 0;
}

/* The first count separators group digits: all alike, three digits after each (in the Indian way
 * two, but three after the last). */
static gboolean
groups_are_regular (const Body *body, gsize count)
{
  if (count == 0)
    return TRUE;
  if (body->lengths[0] < 1 || body->lengths[0] > 3)
    return FALSE;
  for (gsize i = 0; i < count; i++)
    {
      gsize after = body->lengths[i + 1];
      gboolean indian = after == 2 && i + 1 < count && body->separators[0] == ',';
      if (body->separators[i] != body->separators[0] || (after != 3 && !indian))
        return FALSE;
    }
  return TRUE;
}

static AgentDecimalMark
mark_of (char separator)
{
  return separator == ',' ? AGENT_MARK_COMMA : AGENT_MARK_POINT;
}

/* One separator, a point or a comma. TRUE: it is the decimal mark. */
static gboolean
single_is_decimal (const Body *body, AgentDecimalMark assumed, AgentNumber *number)
{
  gboolean could_group = body->lengths[1] == 3 && body->lengths[0] >= 1 && body->lengths[0] <= 3
                         && body->digits[0] != '0';
  if (!could_group)
    {
      number->evidence = mark_of (body->separators[0]);
      return TRUE;
    }
  number->ambiguous = TRUE;
  return mark_of (body->separators[0])
         == (assumed == AGENT_MARK_UNKNOWN ? AGENT_MARK_POINT : assumed);
}

/* How many of the digits stand after the decimal mark; FALSE: no number is written so. */
static gboolean
count_fraction (const Body *body, AgentDecimalMark assumed, AgentNumber *number,
                gsize *ret_fraction)
{
  gsize count = body->n_separators;
  *ret_fraction = 0;
  if (count == 0)
    return TRUE;

  char last = body->separators[count - 1];
  if (last == ' ' || last == '\'')
    return groups_are_regular (body, count);
  if (count == 1)
    {
      *ret_fraction = single_is_decimal (body, assumed, number) ? body->lengths[1] : 0;
      return TRUE;
    }
  if (body->separators[0] == last)
    {
      number->evidence = last == ',' ? AGENT_MARK_POINT : AGENT_MARK_COMMA;
      return groups_are_regular (body, count);
    }
  number->evidence = mark_of (last);
  *ret_fraction = body->lengths[count];
  return groups_are_regular (body, count - 1);
}

static gboolean
shift (AgentDecimal *value, int fraction)
{
  for (; fraction < 0; fraction++)
    if (__builtin_mul_overflow (value->mantissa, (__int128) 10, &value->mantissa))
      return FALSE;
  for (; fraction > AGENT_DECIMAL_SCALE_MAX && value->mantissa % 10 == 0; fraction--)
    value->mantissa /= 10;
  value->scale = (guint) fraction;
  return fraction <= AGENT_DECIMAL_SCALE_MAX;
}

gboolean
agent_number_parse (const char *text, AgentDecimalMark assumed, AgentNumber *ret_number)
{
  AgentNumber number = { 0 };
  Span span;
  Body body;
  gsize fraction;

  if (strnlen (text, AGENT_NUMBER_TEXT_MAX + 1) > AGENT_NUMBER_TEXT_MAX || !strip (text, &span)
      || !read_body (span.start, span.end, &body)
      || !count_fraction (&body, assumed, &number, &fraction)
      || body.n_digits - fraction > INTEGER_DIGITS_MAX)
    return FALSE;
  if (body.exponent != 0 && (body.n_separators > 1 || number.ambiguous))
    {
      /* With an exponent a program wrote it: one mark, never groups. */
      if (body.n_separators > 1)
        return FALSE;
      fraction = body.lengths[1];
      number.ambiguous = FALSE;
    }
  for (gsize i = 0; i < body.n_digits; i++)
    number.value.mantissa = number.value.mantissa * 10 + (body.digits[i] - '0');
  if (!shift (&number.value, (int) fraction - body.exponent))
    return FALSE;
  if (span.negative)
    number.value.mantissa = -number.value.mantissa;
  memcpy (number.unit, span.unit, sizeof number.unit);
  *ret_number = number;
  return TRUE;
}
