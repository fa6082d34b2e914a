/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-decimal.h"

#define DIGITS_MAX 40 /* of a 128-bit number, sign apart */

static gboolean
rescale (AgentDecimal *value, guint scale)
{
  for (; value->scale < scale; value->scale++)
    if (__builtin_mul_overflow (value->mantissa, (__int128) 10, &value->mantissa))
      return FALSE;
  return TRUE;
}

gboolean
agent_decimal_add (AgentDecimal a, AgentDecimal b, AgentDecimal *ret)
{
  AgentDecimal sum;
  if (!rescale (&a, b.scale) || !rescale (&b, a.scale))
    return FALSE;
  sum.scale = a.scale;
  if (__builtin_add_overflow (a.mantissa, b.mantissa, &sum.mantissa))
    return FALSE;
  *ret = sum;
  return TRUE;
}

int
agent_decimal_compare (AgentDecimal a, AgentDecimal b)
{
  /* What cannot be rescaled is larger in size than what has the other scale. */
  if (!rescale (&a, b.scale))
    return a.mantissa < 0 ? -1 : 1;
  if (!rescale (&b, a.scale))
    return b.mantissa < 0 ? 1 : -1;
  return (a.mantissa > b.mantissa) - (a.mantissa < b.mantissa);
}

gboolean
agent_decimal_divide (AgentDecimal a, guint64 count, guint scale, AgentDecimal *ret)
{
  if (count == 0 || scale > AGENT_DECIMAL_SCALE_MAX || !rescale (&a, scale))
    return FALSE;

  __int128 divisor = count;
  for (guint i = scale; i < a.scale; i++)
    if (__builtin_mul_overflow (divisor, (__int128) 10, &divisor))
      return FALSE;
  __int128 quotient = a.mantissa / divisor;
  __int128 rest = a.mantissa % divisor;
  __int128 size = rest < 0 ? -rest : rest;
  if (size >= divisor - size)
    quotient += a.mantissa < 0 ? -1 : 1;
  *ret = (AgentDecimal){ quotient, scale };
  return TRUE;
}

char *
agent_decimal_format (AgentDecimal value)
{
  char digits[DIGITS_MAX + AGENT_DECIMAL_SCALE_MAX];
  gsize count = 0;
  unsigned __int128 rest = value.mantissa < 0 ? -(unsigned __int128) value.mantissa
                                              : (unsigned __int128) value.mantissa;
  do
    {
      digits[count++] = (char) ('0' + (int) (rest % 10));
      rest /= 10;
    }
  while (rest > 0);
  while (count <= value.scale)
    digits[count++] = '0';

  GString *out = g_string_new (value.mantissa < 0 ? "-" : "");
  while (count > 0)
    {
      if (count == value.scale)
        g_string_append_c (out, '.');
      g_string_append_c (out, digits[--count]);
    }
  return g_string_free (out, FALSE);
}
