/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/json/cardea-json-private.h"

#include <float.h>
#include <math.h>
#include <string.h>

/* The shortest decimal digits that read back as value and, of those, the nearest to it
 * (ECMAScript, Number::toString, step 5), found by asking the C library for ever more correctly
 * rounded digits. */

#define DIGITS_MAX 17

typedef struct {
  char digits[DIGITS_MAX + 1];
  int count;
  int point; /* value = 0.DIGITS × 10^point */
} Decimal;

/* "d.ddde±x" → digits and exponent. */
static void
decimal_take (Decimal *decimal, const char *text)
{
  decimal->count = 0;
  const char *p = text;
  for (; *p != 'e'; p++)
    if (*p != '.')
      decimal->digits[decimal->count++] = *p;
  decimal->point = (int) g_ascii_strtoll (p + 1, NULL, 10) + 1;
  while (decimal->count > 1 && decimal->digits[decimal->count - 1] == '0')
    decimal->count--;
  decimal->digits[decimal->count] = '\0';
}

static gboolean
decimal_reads_back (const Decimal *decimal, double value)
{
  char text[64];
  g_snprintf (text, sizeof text, "0.%se%d", decimal->digits, decimal->point);
  return g_ascii_strtod (text, NULL) == value;
}

/* The next decimal of the same length. At a power of two the gap below is half the gap above, so
 * the nearest decimal below may read back as another number and the one above not. */
static void
decimal_increment (Decimal *decimal)
{
  int i = decimal->count - 1;
  while (i >= 0 && decimal->digits[i] == '9')
    decimal->digits[i--] = '0';
  if (i >= 0)
    decimal->digits[i]++;
  else
    {
      decimal->digits[0] = '1';
      decimal->point++;
    }
}

static gboolean
decimal_try (Decimal *decimal, double value, int precision)
{
  char format[8], text[64];
  g_snprintf (format, sizeof format, "%%.%de", precision - 1);
  g_ascii_formatd (text, sizeof text, format, value);
  decimal_take (decimal, text);
  if (decimal_reads_back (decimal, value))
    return TRUE;
  if (decimal->count < precision)
    return FALSE;
  decimal_increment (decimal);
  return decimal_reads_back (decimal, value);
}

static void
decimal_find (Decimal *decimal, double value)
{
  /* A normal number that any DBL_DIG digits describe is described by its own first DBL_DIG. */
  int precision = value >= DBL_MIN ? DBL_DIG : 1;
  while (!decimal_try (decimal, value, precision) && precision < DIGITS_MAX)
    precision++;
}

/* ECMAScript, Number::toString, steps 6 to 10, with n = point and k = count. */
static gsize
decimal_write (const Decimal *decimal, char *to)
{
  const char *digits = decimal->digits;
  int n = decimal->point, k = decimal->count;
  char *start = to;

  if (n >= k && n <= 21)
    {
      memcpy (to, digits, k);
      memset (to + k, '0', n - k);
      to += n;
    }
  else if (n > 0 && n <= 21)
    {
      memcpy (to, digits, n);
      to[n] = '.';
      memcpy (to + n + 1, digits + n, k - n);
      to += k + 1;
    }
  else if (n > -6 && n <= 0)
    {
      memcpy (to, "0.", 2);
      memset (to + 2, '0', -n);
      memcpy (to + 2 - n, digits, k);
      to += 2 - n + k;
    }
  else
    {
      *to++ = digits[0];
      if (k > 1)
        {
          *to++ = '.';
          memcpy (to, digits + 1, k - 1);
          to += k - 1;
        }
      to += g_snprintf (to, 8, "e%c%d", n - 1 < 0 ? '-' : '+', ABS (n - 1));
    }
  *to = '\0';
  return to - start;
}

gsize
cardea_json_number_format (double value, char text[CARDEA_JSON_NUMBER_TEXT])
{
  Decimal decimal;
  gsize sign = 0;

  if (value == 0)
    {
      memcpy (text, "0", 2);
      return 1;
    }
  if (value < 0)
    text[sign++] = '-';
  decimal_find (&decimal, fabs (value));
  return sign + decimal_write (&decimal, text + sign);
}
