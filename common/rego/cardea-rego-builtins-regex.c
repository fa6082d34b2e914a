/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Regular expressions. */

#include "common/rego/cardea-rego-builtin.h"
#include "common/rego/cardea-rego-globs.h"
#include "common/rego/cardea-rego-number.h"
#include "common/rego/cardea-rego-re2.h"

#include <string.h>

#define CACHE_REGEX 1
#define CACHE_TEMPLATE 2

static void
free_re2 (gpointer re)
{
  cardea_rego_re2_free (re);
}

/* The compiled expression, kept by the context; NULL after recording the error. */
static const CardeaRegoRe2 *
compile (CardeaRegoCtx *ctx, CardeaRegoValue pattern)
{
  CardeaRegoRe2 *re = cardea_rego_ctx_cached (ctx, CACHE_REGEX, pattern);
  g_autofree char *error = NULL;
  if (re != NULL)
    return re;
  if (!cardea_rego_ctx_step (ctx, 64 + pattern.s->len))
    return NULL;
  re = cardea_rego_re2_new (pattern.s->s, pattern.s->len, &error);
  if (re == NULL)
    (void) cardea_rego_fail (ctx, "%s", error);
  else
    cardea_rego_ctx_cache (ctx, CACHE_REGEX, pattern, re, free_re2);
  return re;
}

static CardeaRegoValue
is_valid (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  g_autofree char *error = NULL;
  if (a[0].tag != CARDEA_REGO_STRING)
    return cardea_rego_bool (FALSE);
  CardeaRegoRe2 *re = cardea_rego_re2_new (a[0].s->s, a[0].s->len, &error);
  cardea_rego_re2_free (re);
  return cardea_rego_bool (re != NULL);
}

static CardeaRegoValue
match (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!cardea_rego_arg_string (ctx, a, 0) || !cardea_rego_arg_string (ctx, a, 1))
    return CARDEA_REGO_NONE;
  const CardeaRegoRe2 *re = compile (ctx, a[0]);
  if (re == NULL || !cardea_rego_ctx_step (ctx, a[1].s->len / 64 + 1))
    return CARDEA_REGO_NONE;
  return cardea_rego_bool (cardea_rego_re2_match (re, a[1].s->s, a[1].s->len, 0, NULL, 0));
}

typedef void (*Found) (CardeaRegoCtx *ctx, const CardeaRegoValue *text, const gssize *spans,
                       gint groups, CardeaRegoValue out);

/* All matches as Go finds them: an empty match right behind another one does not count. */
static CardeaRegoValue
each_match (CardeaRegoCtx *ctx, const CardeaRegoRe2 *re, const CardeaRegoValue *text, gint64 n,
            gint groups, Found found)
{
  gssize spans[2 * (CARDEA_REGO_RE2_MAX_GROUPS + 1)];
  CardeaRegoArena *arena = cardea_rego_ctx_arena (ctx);
  CardeaRegoValue out = cardea_rego_array_new (arena, 4);
  const char *s = text->s->s, *end = s + text->s->len;
  gssize at = 0, last = -1, len = text->s->len;
  for (gint64 i = 0; (n < 0 || i < n) && at <= len;)
    {
      if (!cardea_rego_ctx_step (ctx, 1) || cardea_rego_arena_over (arena))
        return CARDEA_REGO_NONE;
      if (!cardea_rego_re2_match (re, s, (gsize) len, (gsize) at, spans, groups))
        break;
      gboolean accept = TRUE;
      if (spans[1] == at)
        {
          accept = spans[0] != last;
          at = at < len ? cardea_rego_utf8_skip (s + at, end) - s : len + 1;
        }
      else
        at = spans[1];
      last = spans[1];
      if (accept)
        {
          found (ctx, text, spans, groups, out);
          i++;
        }
    }
  return out;
}

static CardeaRegoValue
span_text (CardeaRegoCtx *ctx, const CardeaRegoValue *text, const gssize *span)
{
  if (span[0] < 0)
    return cardea_rego_cstring (cardea_rego_ctx_arena (ctx), "");
  return cardea_rego_string (cardea_rego_ctx_arena (ctx), text->s->s + span[0],
                             (gsize) (span[1] - span[0]));
}

static void
push_whole (CardeaRegoCtx *ctx, const CardeaRegoValue *text, const gssize *spans, gint groups,
            CardeaRegoValue out)
{
  cardea_rego_array_push (cardea_rego_ctx_arena (ctx), out, span_text (ctx, text, spans));
}

static void
push_groups (CardeaRegoCtx *ctx, const CardeaRegoValue *text, const gssize *spans, gint groups,
             CardeaRegoValue out)
{
  CardeaRegoValue list = cardea_rego_array_new (cardea_rego_ctx_arena (ctx), (guint32) groups + 1);
  for (gint i = 0; i <= groups; i++)
    cardea_rego_array_push (cardea_rego_ctx_arena (ctx), list,
                            span_text (ctx, text, spans + 2 * i));
  cardea_rego_array_push (cardea_rego_ctx_arena (ctx), out, list);
}

static void
push_span (CardeaRegoCtx *ctx, const CardeaRegoValue *text, const gssize *spans, gint groups,
           CardeaRegoValue out)
{
  cardea_rego_array_push (cardea_rego_ctx_arena (ctx), out, cardea_rego_int (spans[0]));
  cardea_rego_array_push (cardea_rego_ctx_arena (ctx), out, cardea_rego_int (spans[1]));
}

static CardeaRegoValue
find_by (CardeaRegoCtx *ctx, const CardeaRegoValue *a, gboolean groups)
{
  gint64 n;
  if (!cardea_rego_arg_string (ctx, a, 0) || !cardea_rego_arg_string (ctx, a, 1)
      || !cardea_rego_arg_int (ctx, a, 2, &n))
    return CARDEA_REGO_NONE;
  const CardeaRegoRe2 *re = compile (ctx, a[0]);
  if (re == NULL)
    return CARDEA_REGO_NONE;
  return each_match (ctx, re, &a[1], n, groups ? cardea_rego_re2_groups (re) : 0,
                     groups ? push_groups : push_whole);
}

static CardeaRegoValue
find_n (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return find_by (ctx, a, FALSE);
}

static CardeaRegoValue
find_submatch_n (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return find_by (ctx, a, TRUE);
}

static CardeaRegoValue
split (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  CardeaRegoArena *arena = cardea_rego_ctx_arena (ctx);
  if (!cardea_rego_arg_string (ctx, a, 0) || !cardea_rego_arg_string (ctx, a, 1))
    return CARDEA_REGO_NONE;
  const CardeaRegoRe2 *re = compile (ctx, a[0]);
  if (re == NULL)
    return CARDEA_REGO_NONE;
  CardeaRegoValue out = cardea_rego_array_new (arena, 4);
  gssize from = 0, last = 0, len = a[1].s->len;
  if (a[0].s->len > 0 && len == 0)
    {
      cardea_rego_array_push (arena, out, a[1]);
      return out;
    }
  CardeaRegoValue spans = each_match (ctx, re, &a[1], -1, 0, push_span);
  for (guint32 i = 0; spans.tag == CARDEA_REGO_ARRAY && i < spans.a->len; i += 2)
    {
      last = spans.a->v[i].i;
      gssize part[2] = { from, last };
      if (spans.a->v[i + 1].i != 0)
        cardea_rego_array_push (arena, out, span_text (ctx, &a[1], part));
      from = spans.a->v[i + 1].i;
    }
  gssize rest[2] = { from, len };
  if (last != len)
    cardea_rego_array_push (arena, out, span_text (ctx, &a[1], rest));
  return spans.tag == CARDEA_REGO_ARRAY ? out : CARDEA_REGO_NONE;
}

/* Go's $1, ${name} and $$. */
static void
expand (CardeaRegoBuf *out, const CardeaRegoRe2 *re, const CardeaRegoString *by, const char *text,
        const gssize *spans)
{
  for (const char *s = by->s, *end = s + by->len; s < end && !out->over;)
    {
      if (*s != '$' || s + 1 >= end)
        {
          cardea_rego_buf_addc (out, *s++);
          continue;
        }
      s++;
      if (*s == '$')
        {
          cardea_rego_buf_addc (out, *s++);
          continue;
        }
      gboolean braces = *s == '{';
      const char *name = s + braces, *stop = name;
      while (stop < end && (g_ascii_isalnum (*stop) || *stop == '_'))
        stop++;
      if (stop == name || (braces && (stop >= end || *stop != '}')))
        {
          cardea_rego_buf_addc (out, '$');
          continue;
        }
      gint group = 0;
      for (const char *d = name; d < stop && group >= 0; d++)
        group = g_ascii_isdigit (*d) ? MIN (group * 10 + (*d - '0'), 1000) : -1;
      if (group < 0)
        group = cardea_rego_re2_group (re, name, (gsize) (stop - name));
      if (group >= 0 && group <= cardea_rego_re2_groups (re) && spans[2 * group] >= 0)
        cardea_rego_buf_add (out, text + spans[2 * group],
                             (gsize) (spans[2 * group + 1] - spans[2 * group]));
      s = stop + braces;
    }
}

static CardeaRegoValue
replace (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  gssize spans[2 * (CARDEA_REGO_RE2_MAX_GROUPS + 1)];
  CardeaRegoBuf out;
  if (!cardea_rego_arg_string (ctx, a, 0) || !cardea_rego_arg_string (ctx, a, 1)
      || !cardea_rego_arg_string (ctx, a, 2))
    return CARDEA_REGO_NONE;
  const CardeaRegoRe2 *re = compile (ctx, a[1]);
  if (re == NULL)
    return CARDEA_REGO_NONE;
  const char *s = a[0].s->s, *end = s + a[0].s->len;
  gssize last = 0, at = 0, len = a[0].s->len;
  cardea_rego_buf_init (&out, cardea_rego_ctx_arena (ctx));
  while (at <= len && !out.over)
    {
      if (!cardea_rego_ctx_step (ctx, 1))
        return CARDEA_REGO_NONE;
      if (!cardea_rego_re2_match (re, s, (gsize) len, (gsize) at, spans,
                                  cardea_rego_re2_groups (re)))
        break;
      cardea_rego_buf_add (&out, s + last, (gsize) (spans[0] - last));
      if (spans[1] > last || spans[0] == 0)
        expand (&out, re, a[2].s, s, spans);
      last = spans[1];
      gssize width = at < len ? cardea_rego_utf8_skip (s + at, end) - (s + at) : 0;
      at = at + width > spans[1] ? at + width : at + 1 > spans[1] ? at + 1 : spans[1];
    }
  cardea_rego_buf_add (&out, s + last, (gsize) (len - last));
  return out.over ? CARDEA_REGO_NONE : cardea_rego_buf_string (&out);
}

/* The template's delimited parts are expressions, the rest is literal. */
static char *
template_pattern (CardeaRegoCtx *ctx, const CardeaRegoString *t, char open, char close)
{
  g_autoptr (GString) out = g_string_new ("^");
  guint level = 0;
  gsize start = 0;
  for (gsize i = 0; i < t->len; i++)
    {
      if (t->s[i] == open && level++ == 0)
        {
          g_autofree char *literal = g_regex_escape_string (t->s + start, (gint) (i - start));
          g_string_append (out, literal);
          start = i + 1;
        }
      else if (t->s[i] == close)
        {
          if (level == 0)
            {
              (void) cardea_rego_fail (ctx, "mismatched delimiters in %s", t->s);
              return NULL;
            }
          if (--level > 0)
            continue;
          g_string_append_printf (out, "(%.*s)", (gint) (i - start), t->s + start);
          start = i + 1;
        }
    }
  if (level != 0)
    {
      (void) cardea_rego_fail (ctx, "mismatched delimiters in %s", t->s);
      return NULL;
    }
  g_autofree char *literal = g_regex_escape_string (t->s + start, (gint) (t->len - start));
  g_string_append_printf (out, "%s$", literal);
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static CardeaRegoValue
template_match (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  for (guint i = 0; i < 4; i++)
    if (!cardea_rego_arg_string (ctx, a, i))
      return CARDEA_REGO_NONE;
  if (a[2].s->len != 1)
    return cardea_rego_fail (
        ctx, "start delimiter has to be exactly one character long but is %d long", a[2].s->len);
  if (a[3].s->len != 1)
    return cardea_rego_fail (
        ctx, "end delimiter has to be exactly one character long but is %d long", a[3].s->len);
  g_autofree char *pattern = template_pattern (ctx, a[0].s, a[2].s->s[0], a[3].s->s[0]);
  if (pattern == NULL)
    return CARDEA_REGO_NONE;
  const CardeaRegoRe2 *re
      = compile (ctx, cardea_rego_cstring (cardea_rego_ctx_arena (ctx), pattern));
  return re == NULL
             ? CARDEA_REGO_NONE
             : cardea_rego_bool (cardea_rego_re2_match (re, a[1].s->s, a[1].s->len, 0, NULL, 0));
}

static CardeaRegoValue
globs_match (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  g_autofree char *error = NULL;
  if (!cardea_rego_arg_string (ctx, a, 0) || !cardea_rego_arg_string (ctx, a, 1))
    return CARDEA_REGO_NONE;
  if (!cardea_rego_ctx_step (ctx, (guint64) a[0].s->len * a[1].s->len + 1))
    return CARDEA_REGO_NONE;
  gboolean meet = cardea_rego_globs_meet (a[0].s->s, a[1].s->s, &error);
  return error != NULL ? cardea_rego_fail (ctx, "%s", error) : cardea_rego_bool (meet);
}

const CardeaRegoBuiltin cardea_rego_builtins_regex[] = {
  { "regex.is_valid", 1, 0, is_valid },
  { "regex.match", 2, 0, match },
  { "re_match", 2, BUILTIN_DEPRECATED, match },
  { "regex.find_n", 3, 0, find_n },
  { "regex.find_all_string_submatch_n", 3, 0, find_submatch_n },
  { "regex.split", 2, 0, split },
  { "regex.replace", 3, 0, replace },
  { "regex.template_match", 4, 0, template_match },
  { "regex.globs_match", 2, 0, globs_match },
  { NULL },
};
