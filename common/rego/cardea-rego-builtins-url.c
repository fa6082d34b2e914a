/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* uri.*: URLs as Go's net/url reads them. */

#include "common/rego/cardea-rego-builtin.h"

#include <string.h>

typedef struct {
  CardeaRegoValue scheme, host, port, path, raw_path, query, fragment;
} Url;

static gboolean
unescape (GString *out, const char *s, gsize len, gboolean host)
{
  for (gsize i = 0; i < len; i++)
    {
      if (s[i] != '%')
        {
          if (host && (guint8) s[i] < 0x80 && !g_ascii_isalnum (s[i])
              && strchr ("-_.~!$&'()*+,;=:[]<>\"", s[i]) == NULL)
            return FALSE;
          g_string_append_c (out, s[i]);
          continue;
        }
      if (i + 2 >= len || !g_ascii_isxdigit (s[i + 1]) || !g_ascii_isxdigit (s[i + 2]))
        return FALSE;
      gchar c = (gchar) (g_ascii_xdigit_value (s[i + 1]) * 16 + g_ascii_xdigit_value (s[i + 2]));
      if (host && (guint8) c < 0x80)
        return FALSE;
      g_string_append_c (out, c);
      i += 2;
    }
  return TRUE;
}

static void
escape_path (GString *out, const char *s, gsize len)
{
  for (gsize i = 0; i < len; i++)
    if (g_ascii_isalnum (s[i]) || (s[i] != 0 && strchr ("-_.~$&+,/:;=@", s[i]) != NULL))
      g_string_append_c (out, s[i]);
    else
      g_string_append_printf (out, "%%%02X", (guint8) s[i]);
}

static CardeaRegoValue
text (CardeaRegoArena *arena, const char *s, gsize len)
{
  return len > 0 ? cardea_rego_string (arena, s, len) : CARDEA_REGO_NONE;
}

static char *
bad_port (const char *s, gsize len)
{
  return g_strdup_printf ("invalid port \"%.*s\" after host", (gint) len, s);
}

static gboolean
good_port (const char *s, gsize len)
{
  for (gsize i = 1; i < len; i++)
    if (!g_ascii_isdigit (s[i]))
      return FALSE;
  return len == 0 || s[0] == ':';
}

static char *
read_host (CardeaRegoArena *arena, const char *s, gsize len, Url *u)
{
  const char *end = s + len, *port = NULL, *stop = end;
  g_autoptr (GString) host = g_string_new (NULL);
  if (len > 0 && s[0] == '[')
    {
      const char *close = memrchr (s, ']', len);
      if (close == NULL)
        return g_strdup ("missing ']' in host");
      if (!good_port (close + 1, (gsize) (end - close - 1)))
        return bad_port (close + 1, (gsize) (end - close - 1));
      port = close + 1 < end ? close + 2 : NULL;
      u->host = text (arena, s + 1, (gsize) (close - s - 1));
      u->port = port != NULL ? text (arena, port, (gsize) (end - port)) : CARDEA_REGO_NONE;
      return NULL;
    }
  const char *colon = memrchr (s, ':', len);
  if (colon != NULL)
    {
      if (!good_port (colon, (gsize) (end - colon)))
        return bad_port (colon, (gsize) (end - colon));
      port = colon + 1;
      stop = colon;
    }
  if (!unescape (host, s, (gsize) (stop - s), TRUE))
    return g_strdup_printf ("invalid character in host name");
  u->host = text (arena, host->str, host->len);
  u->port = port != NULL ? text (arena, port, (gsize) (end - port)) : CARDEA_REGO_NONE;
  return NULL;
}

static char *
read_authority (CardeaRegoArena *arena, const char *s, gsize len, Url *u)
{
  const char *at = memrchr (s, '@', len);
  for (const char *p = s; at != NULL && p < at; p++)
    if (!g_ascii_isalnum (*p) && (*p == 0 || strchr ("-._:~!$&'()*+,;=%@", *p) == NULL))
      return g_strdup ("net/url: invalid userinfo");
  if (at != NULL)
    return read_host (arena, at + 1, len - (gsize) (at + 1 - s), u);
  return read_host (arena, s, len, u);
}

static char *
read_path (CardeaRegoArena *arena, const char *s, gsize len, Url *u)
{
  g_autoptr (GString) path = g_string_new (NULL);
  g_autoptr (GString) escaped = g_string_new (NULL);
  if (!unescape (path, s, len, FALSE))
    return g_strdup ("invalid URL escape");
  escape_path (escaped, path->str, path->len);
  u->path = text (arena, path->str, path->len);
  /* What the default escaping would write again needs no raw form. */
  u->raw_path
      = escaped->len == len && memcmp (escaped->str, s, len) == 0 ? u->path : text (arena, s, len);
  return NULL;
}

static gsize
scheme_length (const char *s, gsize len)
{
  for (gsize i = 0; i < len; i++)
    {
      if (s[i] == ':')
        return i;
      if (!g_ascii_isalpha (s[i])
          && (i == 0 || (!g_ascii_isdigit (s[i]) && strchr ("+-.", s[i]) == NULL)))
        return 0;
    }
  return 0;
}

/* NULL when good, otherwise what is wrong. */
static char *
parse_url (CardeaRegoArena *arena, const CardeaRegoString *whole, Url *u)
{
  const char *s = whole->s, *end = s + whole->len;
  *u = (Url){ 0 };
  for (const char *p = s; p < end; p++)
    if ((guint8) *p < 0x20 || *p == 0x7f)
      return g_strdup ("net/url: invalid control character in URL");
  const char *hash = memchr (s, '#', (gsize) (end - s));
  if (hash != NULL)
    {
      g_autoptr (GString) fragment = g_string_new (NULL);
      if (!unescape (fragment, hash + 1, (gsize) (end - hash - 1), FALSE))
        return g_strdup ("invalid URL escape");
      u->fragment = text (arena, fragment->str, fragment->len);
      end = hash;
    }
  if (s < end && *s == ':')
    return g_strdup ("missing protocol scheme");
  gsize n = scheme_length (s, (gsize) (end - s));
  if (n > 0)
    {
      g_autofree char *lower = g_ascii_strdown (s, (gssize) n);
      u->scheme = text (arena, lower, n);
      s += n + 1;
    }
  const char *question = memchr (s, '?', (gsize) (end - s));
  if (question != NULL)
    {
      u->query = text (arena, question + 1, (gsize) (end - question - 1));
      end = question;
    }
  if (n > 0 && s < end && *s != '/')
    return NULL;
  if (n == 0 && s < end && *s != '/')
    {
      const char *slash = memchr (s, '/', (gsize) (end - s));
      if (memchr (s, ':', (gsize) ((slash != NULL ? slash : end) - s)) != NULL)
        return g_strdup ("first path segment in URL cannot contain colon");
    }
  if (end - s >= 2 && s[0] == '/' && s[1] == '/' && !(n == 0 && end - s >= 3 && s[2] == '/'))
    {
      const char *slash = memchr (s + 2, '/', (gsize) (end - s - 2));
      const char *stop = slash != NULL ? slash : end;
      char *error = read_authority (arena, s + 2, (gsize) (stop - s - 2), u);
      if (error != NULL)
        return error;
      s = stop;
    }
  return read_path (arena, s, (gsize) (end - s), u);
}

static CardeaRegoValue
parse (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  Url u;
  CardeaRegoArena *arena = cardea_rego_ctx_arena (ctx);
  if (!cardea_rego_arg_string (ctx, a, 0))
    return CARDEA_REGO_NONE;
  g_autofree char *error = parse_url (arena, a[0].s, &u);
  if (error != NULL)
    return cardea_rego_fail (ctx, "parse \"%s\": %s", a[0].s->s, error);
  CardeaRegoValue r = cardea_rego_object_new (arena, 8);
  const struct {
    const char *name;
    CardeaRegoValue value;
  } parts[] = { { "scheme", u.scheme },    { "hostname", u.host },     { "port", u.port },
                { "path", u.path },        { "raw_path", u.raw_path }, { "raw_query", u.query },
                { "fragment", u.fragment } };
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    if (parts[i].value.tag != CARDEA_REGO_UNDEFINED)
      cardea_rego_object_put_c (arena, r, parts[i].name, parts[i].value);
  return r;
}

static CardeaRegoValue
is_valid (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  Url u;
  if (a[0].tag != CARDEA_REGO_STRING)
    return cardea_rego_bool (FALSE);
  g_autofree char *error = parse_url (cardea_rego_ctx_arena (ctx), a[0].s, &u);
  return cardea_rego_bool (error == NULL);
}

const CardeaRegoBuiltin cardea_rego_builtins_url[] = {
  { "uri.parse", 1, 0, parse },
  { "uri.is_valid", 1, 0, is_valid },
  { NULL },
};
