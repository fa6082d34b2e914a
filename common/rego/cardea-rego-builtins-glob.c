/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Globs. A glob becomes a regular expression plus its literal ends, which decide most texts
 * without it. */

#include "common/rego/cardea-rego-builtin.h"
#include "common/rego/cardea-rego-re2.h"

#include <string.h>

#define CACHE_GLOB 3
#define MAX_BRACES 16

typedef struct {
  gsize prefix, suffix; /* literal bytes at the ends */
  char *prefix_text, *suffix_text;
  gboolean literal; /* nothing but the prefix */
  CardeaRegoRe2 *re;
} Glob;

static void
free_glob (gpointer data)
{
  Glob *g = data;
  if (g->re != NULL)
    cardea_rego_re2_free (g->re);
  g_free (g->prefix_text);
  g_free (g->suffix_text);
  g_free (g);
}

static void
add_escaped (GString *out, const char *s, gsize len)
{
  for (gsize i = 0; i < len; i++)
    {
      if ((guint8) s[i] < 0x80 && !g_ascii_isalnum (s[i]) && s[i] != '_')
        g_string_append_c (out, '\\');
      g_string_append_c (out, s[i]);
    }
}

static gsize
char_len (const char *s, const char *end)
{
  return (gsize) (cardea_rego_utf8_skip (s, end) - s);
}

/* [abc], [!abc], [a-z], [!a-z] at s; its end, or NULL. */
static const char *
add_class (GString *out, const char *s, const char *end)
{
  const char *p = s + 1;
  gboolean first = TRUE;
  g_string_append_c (out, '[');
  if (p < end && *p == '!')
    {
      g_string_append_c (out, '^');
      p++;
    }
  for (; p < end && (*p != ']' || first); first = FALSE)
    {
      if (*p == '-' && !first && p + 1 < end && p[1] != ']')
        {
          g_string_append_c (out, '-');
          p++;
          continue;
        }
      if (*p == '\\' && p + 1 < end)
        p++;
      gsize n = char_len (p, end);
      add_escaped (out, p, n);
      p += n;
    }
  g_string_append_c (out, ']');
  return p < end && !first ? p + 1 : NULL;
}

static gboolean
translate (GString *out, const CardeaRegoString *pattern, const char *single)
{
  const char *s = pattern->s, *end = s + pattern->len;
  guint braces = 0;
  while (s < end)
    {
      if (*s == '*')
        {
          gboolean two = s + 1 < end && s[1] == '*';
          while (s < end && *s == '*')
            s++;
          g_string_append (out, two ? "(?s:.*)" : single);
          if (!two)
            g_string_append_c (out, '*');
        }
      else if (*s == '?')
        {
          g_string_append (out, single);
          s++;
        }
      else if (*s == '[')
        {
          s = add_class (out, s, end);
          if (s == NULL)
            return FALSE;
        }
      else if (*s == '{' && braces < MAX_BRACES)
        {
          g_string_append (out, "(?:");
          braces++;
          s++;
        }
      else if (*s == '}' && braces > 0)
        {
          g_string_append_c (out, ')');
          braces--;
          s++;
        }
      else if (*s == ',' && braces > 0)
        {
          g_string_append_c (out, '|');
          s++;
        }
      else if (*s == '{')
        return FALSE;
      else
        {
          if (*s == '\\' && s + 1 < end)
            s++;
          gsize n = char_len (s, end);
          add_escaped (out, s, n);
          s += n;
        }
    }
  return braces == 0;
}

static void
literal_ends (Glob *g, const CardeaRegoString *p)
{
  gsize i = strcspn (p->s, "*?[]{}\\");
  gsize k = p->len;
  while (k > i && strchr ("*?[]{}\\,", p->s[k - 1]) == NULL)
    k--;
  g->prefix = i;
  g->prefix_text = g_strndup (p->s, i);
  g->literal = i == p->len;
  /* Behind braces, classes or escapes the tail may not be literal. */
  gboolean plain = strpbrk (p->s + i, "[]{}\\") == NULL;
  g->suffix = plain ? p->len - k : 0;
  g->suffix_text = g_strndup (p->s + k, g->suffix);
}

static char *
single_class (const CardeaRegoValue *delimiters)
{
  g_autoptr (GString) out = g_string_new ("[^");
  if (delimiters->tag == CARDEA_REGO_NULL)
    return g_strdup ("(?s:.)");
  if (delimiters->a->len == 0)
    return g_strdup ("[^\\.]");
  for (guint32 i = 0; i < delimiters->a->len; i++)
    add_escaped (out, delimiters->a->v[i].s->s, delimiters->a->v[i].s->len);
  g_string_append_c (out, ']');
  return g_string_free (g_steal_pointer (&out), FALSE);
}

static Glob *
compile (CardeaRegoCtx *ctx, const CardeaRegoValue *a, CardeaRegoValue key)
{
  g_autofree char *single = single_class (&a[1]), *error = NULL;
  g_autoptr (GString) expression = g_string_new (NULL);
  Glob *g = g_new0 (Glob, 1);
  literal_ends (g, a[0].s);
  if (strlen (a[0].s->s) != a[0].s->len || !translate (expression, a[0].s, single))
    error = g_strdup ("invalid glob");
  else
    g->re = cardea_rego_re2_new (expression->str, expression->len, &error);
  if (g->re == NULL)
    {
      (void) cardea_rego_fail (ctx, "%s", error);
      free_glob (g);
      return NULL;
    }
  cardea_rego_ctx_cache (ctx, CACHE_GLOB, key, g, free_glob);
  return g;
}

static gboolean
delimiters_good (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (a[1].tag == CARDEA_REGO_NULL)
    return TRUE;
  if (!cardea_rego_arg_array (ctx, a, 1))
    return FALSE;
  for (guint32 i = 0; i < a[1].a->len; i++)
    {
      CardeaRegoValue d = a[1].a->v[i];
      if (d.tag != CARDEA_REGO_STRING)
        (void) cardea_rego_fail_type (
            ctx, "operand 2 must be array of strings but got array containing %s",
            cardea_rego_type_name (d));
      else if (cardea_rego_utf8_count (d.s->s, d.s->len) != 1)
        (void) cardea_rego_fail (ctx, "operand 2 delimiters must be single characters");
      else
        continue;
      return FALSE;
    }
  return TRUE;
}

/* The key of a glob's cache entry: pattern and delimiters in one string. */
static CardeaRegoValue
cache_key (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  CardeaRegoBuf buf;
  cardea_rego_buf_init (&buf, cardea_rego_ctx_arena (ctx));
  for (guint32 i = 0; a[1].tag == CARDEA_REGO_ARRAY && i < a[1].a->len; i++)
    cardea_rego_buf_add (&buf, a[1].a->v[i].s->s, a[1].a->v[i].s->len);
  cardea_rego_buf_addc (&buf, a[1].tag == CARDEA_REGO_ARRAY ? 1 : 2);
  cardea_rego_buf_add (&buf, a[0].s->s, a[0].s->len);
  return cardea_rego_buf_string (&buf);
}

static CardeaRegoValue
match (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!cardea_rego_arg_string (ctx, a, 0) || !delimiters_good (ctx, a)
      || !cardea_rego_arg_string (ctx, a, 2))
    return CARDEA_REGO_NONE;
  CardeaRegoValue key = cache_key (ctx, a);
  const Glob *g = cardea_rego_ctx_cached (ctx, CACHE_GLOB, key);
  if (g == NULL)
    g = cardea_rego_ctx_step (ctx, 64 + a[0].s->len) ? compile (ctx, a, key) : NULL;
  if (g == NULL)
    return CARDEA_REGO_NONE;
  const CardeaRegoString *s = a[2].s;
  if (s->len < g->prefix + g->suffix || memcmp (s->s, g->prefix_text, g->prefix) != 0
      || memcmp (s->s + s->len - g->suffix, g->suffix_text, g->suffix) != 0)
    return cardea_rego_bool (FALSE);
  if (g->literal)
    return cardea_rego_bool (s->len == g->prefix);
  return cardea_rego_ctx_step (ctx, s->len / 64 + 1)
             ? cardea_rego_bool (cardea_rego_re2_full_match (g->re, s->s, s->len))
             : CARDEA_REGO_NONE;
}

static CardeaRegoValue
quote_meta (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  CardeaRegoBuf out;
  if (!cardea_rego_arg_string (ctx, a, 0))
    return CARDEA_REGO_NONE;
  cardea_rego_buf_init (&out, cardea_rego_ctx_arena (ctx));
  for (guint32 i = 0; i < a[0].s->len; i++)
    {
      if (a[0].s->s[i] != 0 && strchr ("*?\\[]{}", a[0].s->s[i]) != NULL)
        cardea_rego_buf_addc (&out, '\\');
      cardea_rego_buf_addc (&out, a[0].s->s[i]);
    }
  return out.over ? CARDEA_REGO_NONE : cardea_rego_buf_string (&out);
}

const CardeaRegoBuiltin cardea_rego_builtins_glob[] = {
  { "glob.match", 3, 0, match },
  { "glob.quote_meta", 1, 0, quote_meta },
  { NULL },
};
