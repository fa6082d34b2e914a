/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/rego/cardea-rego-globs.h"

#include <string.h>

#define MAX_RANGES 32

typedef struct {
  gboolean any, star;
  guint n;
  gunichar from[MAX_RANGES], to[MAX_RANGES];
} Token;

static gboolean
fail (char **ret_error, const char *input, gsize pos, const char *what)
{
  *ret_error = g_strdup_printf ("input:%s, pos:%zu, %s: the input provided is invalid", input,
                                pos + 1, what);
  return FALSE;
}

static gboolean
read_set (const char *input, const char **at, Token *t, char **ret_error)
{
  const char *s = *at + 1;
  while (*s != 0 && *s != ']')
    {
      if (*s == '\\' && s[1] != 0)
        s++;
      gunichar c = g_utf8_get_char (s);
      if (t->n == MAX_RANGES)
        return fail (ret_error, input, (gsize) (s - input), "set too large");
      s = g_utf8_next_char (s);
      t->from[t->n] = t->to[t->n] = c;
      if (*s == '-' && s[1] != ']' && s[1] != 0)
        {
          s++;
          if (*s == '\\' && s[1] != 0)
            s++;
          t->to[t->n] = g_utf8_get_char (s);
          s = g_utf8_next_char (s);
        }
      if (t->from[t->n] > t->to[t->n])
        return fail (ret_error, input, (gsize) (s - input), "range has higher start than end");
      t->n++;
    }
  if (*s == 0)
    return fail (ret_error, input, (gsize) (s - input), "found '[' without matching ']'");
  *at = s + 1;
  return TRUE;
}

static gboolean
read_token (const char *input, const char **at, Token *t, char **ret_error)
{
  const char *s = *at;
  if (*s == '[')
    return read_set (input, at, t, ret_error);
  if (*s == ']')
    return fail (ret_error, input, (gsize) (s - input), "set-close ']' with no preceding '['");
  if (*s == '*' || *s == '+')
    return fail (ret_error, input, (gsize) (s - input), "flag without a preceding token");
  if (*s == '.')
    t->any = TRUE;
  else
    {
      if (*s == '\\' && s[1] != 0)
        s++;
      t->n = 1;
      t->from[0] = t->to[0] = g_utf8_get_char (s);
    }
  *at = g_utf8_next_char (s);
  return TRUE;
}

static GArray *
read_tokens (const char *input, char **ret_error)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (Token));
  if (!g_utf8_validate (input, -1, NULL) && !fail (ret_error, "", 0, "invalid UTF-8"))
    return NULL;
  for (const char *s = input; *s != 0;)
    {
      Token t = { 0 };
      if (list->len >= CARDEA_REGO_GLOBS_MAX && !fail (ret_error, input, 0, "too long"))
        return NULL;
      if (!read_token (input, &s, &t, ret_error))
        return NULL;
      if (*s == '+')
        g_array_append_val (list, t);
      t.star = *s == '+' || *s == '*';
      s += t.star;
      g_array_append_val (list, t);
    }
  return g_steal_pointer (&list);
}

static gboolean
share (const Token *a, const Token *b)
{
  if (a->any || b->any)
    return a->any ? b->any || b->n > 0 : a->n > 0;
  for (guint i = 0; i < a->n; i++)
    for (guint k = 0; k < b->n; k++)
      if (a->from[i] <= b->to[k] && b->from[k] <= a->to[i])
        return TRUE;
  return FALSE;
}

/* Walks the product of both expressions: row by row, as no step leads backwards. */
static gboolean
meet (const GArray *a, const GArray *b)
{
  guint width = b->len + 1;
  g_autofree gboolean *seen = g_new0 (gboolean, (gsize) (a->len + 1) * width);
  seen[0] = TRUE;
  for (guint i = 0; i <= a->len; i++)
    for (guint k = 0; k <= b->len; k++)
      {
        if (!seen[i * width + k])
          continue;
        const Token *x = i < a->len ? &g_array_index (a, Token, i) : NULL;
        const Token *y = k < b->len ? &g_array_index (b, Token, k) : NULL;
        if (x != NULL && x->star)
          seen[(i + 1) * width + k] = TRUE;
        if (y != NULL && y->star)
          seen[i * width + k + 1] = TRUE;
        if (x != NULL && y != NULL && share (x, y))
          seen[(i + !x->star) * width + k + !y->star] = TRUE;
      }
  return seen[a->len * width + b->len];
}

gboolean
cardea_rego_globs_meet (const char *a, const char *b, char **ret_error)
{
  g_autoptr (GArray) x = read_tokens (a, ret_error);
  g_autoptr (GArray) y = x != NULL ? read_tokens (b, ret_error) : NULL;
  return x != NULL && y != NULL && meet (x, y);
}
