/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Semantic versions (semver.org 2.0.0). */

#include "common/rego/cardea-rego-builtin.h"

#include <string.h>

typedef struct {
  const char *part[3]; /* major, minor, patch */
  gsize len[3];
  const char *pre;
  gsize pre_len;
} Version;

static gboolean
read_numbers (const char **at, const char *end, Version *v)
{
  const char *s = *at;
  for (guint i = 0; i < 3; i++)
    {
      if (i > 0 && (s >= end || *s++ != '.'))
        return FALSE;
      v->part[i] = s;
      while (s < end && g_ascii_isdigit (*s))
        s++;
      v->len[i] = (gsize) (s - v->part[i]);
      if (v->len[i] == 0 || v->len[i] > 18 || (v->len[i] > 1 && v->part[i][0] == '0'))
        return FALSE;
    }
  *at = s;
  return TRUE;
}

/* Dot-separated identifiers; numeric ones without leading zeros when strict. */
static gboolean
read_identifiers (const char **at, const char *end, gboolean strict)
{
  const char *s = *at;
  for (;;)
    {
      const char *start = s;
      gboolean numeric = TRUE;
      for (; s < end && (g_ascii_isalnum (*s) || *s == '-'); s++)
        numeric = numeric && g_ascii_isdigit (*s);
      if (s == start || (strict && numeric && s - start > 1 && *start == '0'))
        return FALSE;
      if (s >= end || *s != '.')
        break;
      s++;
    }
  *at = s;
  return TRUE;
}

static gboolean
parse (const CardeaRegoString *text, Version *v)
{
  const char *s = text->s, *end = s + text->len;
  memset (v, 0, sizeof *v);
  if (s < end && *s == 'v')
    s++;
  if (!read_numbers (&s, end, v))
    return FALSE;
  if (s < end && *s == '-')
    {
      v->pre = ++s;
      if (!read_identifiers (&s, end, TRUE))
        return FALSE;
      v->pre_len = (gsize) (s - v->pre);
    }
  if (s < end && *s == '+')
    {
      s++;
      if (!read_identifiers (&s, end, FALSE))
        return FALSE;
    }
  return s == end;
}

static gint
cmp_text (const char *a, gsize an, const char *b, gsize bn)
{
  gint c = memcmp (a, b, MIN (an, bn));
  return c != 0 ? (c > 0) - (c < 0) : (an > bn) - (an < bn);
}

static gboolean
all_digits (const char *s, gsize n)
{
  for (gsize i = 0; i < n; i++)
    if (!g_ascii_isdigit (s[i]))
      return FALSE;
  return TRUE;
}

static gint
cmp_number (const char *a, gsize an, const char *b, gsize bn)
{
  return an != bn ? (an > bn) - (an < bn) : cmp_text (a, an, b, bn);
}

static gint
cmp_pre (const Version *a, const Version *b)
{
  if (a->pre == NULL || b->pre == NULL)
    return (a->pre == NULL) - (b->pre == NULL);
  const char *s = a->pre, *se = s + a->pre_len, *t = b->pre, *te = t + b->pre_len;
  for (;;)
    {
      const char *sd = memchr (s, '.', (gsize) (se - s)), *td = memchr (t, '.', (gsize) (te - t));
      gsize sn = (gsize) ((sd != NULL ? sd : se) - s), tn = (gsize) ((td != NULL ? td : te) - t);
      gboolean sx = all_digits (s, sn), tx = all_digits (t, tn);
      gint c = sx != tx ? (sx ? -1 : 1) : sx ? cmp_number (s, sn, t, tn) : cmp_text (s, sn, t, tn);
      if (c != 0)
        return c;
      if (sd == NULL || td == NULL)
        return (sd != NULL) - (td != NULL);
      s = sd + 1;
      t = td + 1;
    }
}

static CardeaRegoValue
compare (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  Version v[2];
  for (guint i = 0; i < 2; i++)
    {
      if (!cardea_rego_arg_string (ctx, a, i))
        return CARDEA_REGO_NONE;
      if (!parse (a[i].s, &v[i]))
        return cardea_rego_fail (ctx, "operand %u: string \"%s\" is not a valid SemVer", i + 1,
                                 a[i].s->s);
    }
  for (guint i = 0; i < 3; i++)
    {
      gint c = cmp_number (v[0].part[i], v[0].len[i], v[1].part[i], v[1].len[i]);
      if (c != 0)
        return cardea_rego_int (c);
    }
  return cardea_rego_int (cmp_pre (&v[0], &v[1]));
}

static CardeaRegoValue
is_valid (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  Version v;
  return cardea_rego_bool (a[0].tag == CARDEA_REGO_STRING && parse (a[0].s, &v));
}

const CardeaRegoBuiltin cardea_rego_builtins_semver[] = {
  { "semver.compare", 2, 0, compare },
  { "semver.is_valid", 1, 0, is_valid },
  { NULL },
};
