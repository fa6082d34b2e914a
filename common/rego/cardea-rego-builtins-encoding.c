/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* base64, hex and urlquery. */

#include "common/rego/cardea-rego-builtin.h"
#include "common/rego/cardea-rego-encoding.h"

#include <string.h>

static gint
digit (char c, gboolean url)
{
  if (c >= 'A' && c <= 'Z')
    return c - 'A';
  if (c >= 'a' && c <= 'z')
    return c - 'a' + 26;
  if (c >= '0' && c <= '9')
    return c - '0' + 52;
  if (c == (url ? '-' : '+'))
    return 62;
  return c == (url ? '_' : '/') ? 63 : -1;
}

static gsize
skip_lines (const char *s, gsize at, gsize len)
{
  while (at < len && (s[at] == '\n' || s[at] == '\r'))
    at++;
  return at;
}

/* The end of the text after padding was met at position j of a group. */
static gboolean
end_padding (const char *s, gsize len, gsize *at, guint j, gsize *ret_bad)
{
  if (j < 2)
    {
      *ret_bad = *at - 1;
      return FALSE;
    }
  if (j == 2)
    {
      *at = skip_lines (s, *at, len);
      *ret_bad = *at >= len ? len : *at - 1;
      if (*at >= len || s[*at] != '=')
        return FALSE;
      (*at)++;
    }
  *at = skip_lines (s, *at, len);
  *ret_bad = *at;
  return *at >= len;
}

gboolean
cardea_rego_base64_decode (const char *s, gsize len, gboolean url, gboolean padded, GByteArray *out,
                           gsize *ret_bad)
{
  gsize at = 0;
  gboolean end = FALSE;
  while (!end)
    {
      guint32 group = 0;
      guint j = 0;
      while (j < 4 && !end)
        {
          if (at >= len)
            {
              if (j == 0)
                return TRUE;
              *ret_bad = at - j;
              if (j == 1 || padded)
                return FALSE;
              end = TRUE;
              break;
            }
          char c = s[at++];
          gint d = digit (c, url);
          if (d >= 0)
            group |= (guint32) d << (18 - 6 * j++);
          else if (c != '\n' && c != '\r')
            {
              *ret_bad = at - 1;
              if (c != '=' || !padded || !end_padding (s, len, &at, j, ret_bad))
                return FALSE;
              end = TRUE;
            }
        }
      guint8 bytes[3] = { (guint8) (group >> 16), (guint8) (group >> 8), (guint8) group };
      g_byte_array_append (out, bytes, j > 0 ? j - 1 : 0);
    }
  return TRUE;
}

char *
cardea_rego_base64_encode (const guint8 *bytes, gsize len, gboolean url, gboolean padded)
{
  char *text = g_base64_encode (bytes, len);
  for (char *c = text; url && *c != 0; c++)
    *c = *c == '+' ? '-' : *c == '/' ? '_' : *c;
  for (gsize n = strlen (text); !padded && n > 0 && text[n - 1] == '=';)
    text[--n] = 0;
  return text;
}

static CardeaRegoValue
encode (CardeaRegoCtx *ctx, const CardeaRegoValue *a, gboolean url, gboolean padded)
{
  if (!cardea_rego_arg_string (ctx, a, 0))
    return CARDEA_REGO_NONE;
  g_autofree char *text
      = cardea_rego_base64_encode ((const guint8 *) a[0].s->s, a[0].s->len, url, padded);
  return cardea_rego_cstring (cardea_rego_ctx_arena (ctx), text);
}

static CardeaRegoValue
decode (CardeaRegoCtx *ctx, const CardeaRegoValue *a, gboolean url)
{
  if (!cardea_rego_arg_string (ctx, a, 0))
    return CARDEA_REGO_NONE;
  g_autoptr (GByteArray) out = g_byte_array_new ();
  g_autoptr (GString) text = g_string_new_len (a[0].s->s, a[0].s->len);
  gsize bad = 0;
  while (url && text->len % 4 != 0 && text->len < a[0].s->len + 4u)
    g_string_append_c (text, '=');
  if (!cardea_rego_base64_decode (text->str, text->len, url, TRUE, out, &bad))
    return cardea_rego_fail (ctx, "illegal base64 data at input byte %zu", bad);
  return cardea_rego_string (cardea_rego_ctx_arena (ctx), (const char *) out->data, out->len);
}

static CardeaRegoValue
base64_encode (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return encode (ctx, a, FALSE, TRUE);
}

static CardeaRegoValue
base64_decode (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return decode (ctx, a, FALSE);
}

static CardeaRegoValue
base64_is_valid (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  gsize bad;
  g_autoptr (GByteArray) out = g_byte_array_new ();
  return cardea_rego_bool (
      a[0].tag == CARDEA_REGO_STRING
      && cardea_rego_base64_decode (a[0].s->s, a[0].s->len, FALSE, TRUE, out, &bad));
}

static CardeaRegoValue
base64url_encode (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return encode (ctx, a, TRUE, TRUE);
}

static CardeaRegoValue
base64url_encode_no_pad (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return encode (ctx, a, TRUE, FALSE);
}

static CardeaRegoValue
base64url_decode (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return decode (ctx, a, TRUE);
}

static CardeaRegoValue
hex_encode (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  static const char digits[] = "0123456789abcdef";
  if (!cardea_rego_arg_string (ctx, a, 0)
      || !cardea_rego_arena_fits (cardea_rego_ctx_arena (ctx), (gsize) a[0].s->len * 2))
    return CARDEA_REGO_NONE;
  CardeaRegoString *room
      = cardea_rego_string_room (cardea_rego_ctx_arena (ctx), (gsize) a[0].s->len * 2);
  for (guint32 i = 0; i < a[0].s->len; i++)
    {
      room->s[2 * i] = digits[(guint8) a[0].s->s[i] >> 4];
      room->s[2 * i + 1] = digits[(guint8) a[0].s->s[i] & 15];
    }
  return cardea_rego_string_done (room);
}

static CardeaRegoValue
hex_decode (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!cardea_rego_arg_string (ctx, a, 0))
    return CARDEA_REGO_NONE;
  const CardeaRegoString *s = a[0].s;
  for (guint32 i = 0; i < s->len; i++)
    if (!g_ascii_isxdigit (s->s[i]))
      {
        gunichar c = (guint8) s->s[i];
        if (c >= 0x20 && c < 0x7f)
          return cardea_rego_fail (ctx, "encoding/hex: invalid byte: U+%04X '%c'", c, (gchar) c);
        return cardea_rego_fail (ctx, "encoding/hex: invalid byte: U+%04X", c);
      }
  if (s->len % 2 != 0)
    return cardea_rego_fail (ctx, "encoding/hex: odd length hex string");
  CardeaRegoString *room = cardea_rego_string_room (cardea_rego_ctx_arena (ctx), s->len / 2);
  for (guint32 i = 0; i < s->len; i += 2)
    room->s[i / 2]
        = (char) (g_ascii_xdigit_value (s->s[i]) * 16 + g_ascii_xdigit_value (s->s[i + 1]));
  return cardea_rego_string_done (room);
}

static void
query_escape (CardeaRegoBuf *out, const CardeaRegoString *s)
{
  for (guint32 i = 0; i < s->len; i++)
    {
      guint8 c = (guint8) s->s[i];
      if (c == ' ')
        cardea_rego_buf_addc (out, '+');
      else if (g_ascii_isalnum (c) || (c != 0 && strchr ("-_.~", c) != NULL))
        cardea_rego_buf_addc (out, (char) c);
      else
        cardea_rego_buf_printf (out, "%%%02X", c);
    }
}

static gboolean
query_unescape (CardeaRegoCtx *ctx, CardeaRegoBuf *out, const char *s, gsize len)
{
  for (gsize i = 0; i < len; i++)
    {
      if (s[i] == '+')
        cardea_rego_buf_addc (out, ' ');
      else if (s[i] != '%')
        cardea_rego_buf_addc (out, s[i]);
      else if (i + 2 < len && g_ascii_isxdigit (s[i + 1]) && g_ascii_isxdigit (s[i + 2]))
        {
          cardea_rego_buf_addc (
              out, (char) (g_ascii_xdigit_value (s[i + 1]) * 16 + g_ascii_xdigit_value (s[i + 2])));
          i += 2;
        }
      else
        {
          (void) cardea_rego_fail (ctx, "invalid URL escape \"%.*s\"", (gint) MIN (3, len - i),
                                   s + i);
          return FALSE;
        }
    }
  return TRUE;
}

static CardeaRegoValue
url_encode (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  CardeaRegoBuf out;
  if (!cardea_rego_arg_string (ctx, a, 0))
    return CARDEA_REGO_NONE;
  cardea_rego_buf_init (&out, cardea_rego_ctx_arena (ctx));
  query_escape (&out, a[0].s);
  return out.over ? CARDEA_REGO_NONE : cardea_rego_buf_string (&out);
}

static CardeaRegoValue
url_decode (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  CardeaRegoBuf out;
  if (!cardea_rego_arg_string (ctx, a, 0))
    return CARDEA_REGO_NONE;
  cardea_rego_buf_init (&out, cardea_rego_ctx_arena (ctx));
  return query_unescape (ctx, &out, a[0].s->s, a[0].s->len) ? cardea_rego_buf_string (&out)
                                                            : CARDEA_REGO_NONE;
}

static void
add_pair (CardeaRegoBuf *out, CardeaRegoValue k, CardeaRegoValue v)
{
  if (out->len > 0)
    cardea_rego_buf_addc (out, '&');
  query_escape (out, k.s);
  cardea_rego_buf_addc (out, '=');
  query_escape (out, v.s);
}

static CardeaRegoValue
url_encode_object (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  CardeaRegoBuf out;
  if (!cardea_rego_arg_object (ctx, a, 0))
    return CARDEA_REGO_NONE;
  cardea_rego_buf_init (&out, cardea_rego_ctx_arena (ctx));
  cardea_rego_coll_sort (a[0].c);
  for (guint32 i = 0; i < a[0].c->len; i++)
    {
      CardeaRegoValue k = a[0].c->k[i], v = a[0].c->v[i];
      if (k.tag != CARDEA_REGO_STRING)
        return cardea_rego_fail_operand (ctx, 1, "string", k);
      if (v.tag != CARDEA_REGO_STRING && v.tag != CARDEA_REGO_ARRAY && v.tag != CARDEA_REGO_SET)
        return cardea_rego_fail_operand (ctx, 1, "one of {string, set, array}", v);
      guint32 n = v.tag == CARDEA_REGO_STRING ? 1 : cardea_rego_len (v);
      for (guint32 m = 0; m < n && !out.over; m++)
        {
          CardeaRegoValue e = v.tag == CARDEA_REGO_STRING ? v : cardea_rego_elem (v, m);
          if (e.tag != CARDEA_REGO_STRING)
            return cardea_rego_fail_operand (ctx, 1, "string", e);
          add_pair (&out, k, e);
        }
    }
  return out.over ? CARDEA_REGO_NONE : cardea_rego_buf_string (&out);
}

static CardeaRegoValue
url_decode_object (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  CardeaRegoArena *arena = cardea_rego_ctx_arena (ctx);
  if (!cardea_rego_arg_string (ctx, a, 0))
    return CARDEA_REGO_NONE;
  CardeaRegoValue r = cardea_rego_object_new (arena, 4);
  const char *s = a[0].s->s, *end = s + a[0].s->len;
  while (s < end)
    {
      const char *stop = memchr (s, '&', (gsize) (end - s));
      stop = stop != NULL ? stop : end;
      const char *eq = memchr (s, '=', (gsize) (stop - s));
      if (memchr (s, ';', (gsize) (stop - s)) != NULL)
        return cardea_rego_fail (ctx, "invalid semicolon separator in query");
      CardeaRegoBuf k, v;
      cardea_rego_buf_init (&k, arena);
      cardea_rego_buf_init (&v, arena);
      if (stop > s)
        {
          if (!query_unescape (ctx, &k, s, (gsize) ((eq != NULL ? eq : stop) - s))
              || (eq != NULL && !query_unescape (ctx, &v, eq + 1, (gsize) (stop - eq - 1))))
            return CARDEA_REGO_NONE;
          CardeaRegoValue key = cardea_rego_buf_string (&k), list = cardea_rego_get (r, key);
          if (list.tag == CARDEA_REGO_UNDEFINED)
            {
              list = cardea_rego_array_new (arena, 1);
              cardea_rego_object_put (arena, r, key, list);
            }
          cardea_rego_array_push (arena, list, cardea_rego_buf_string (&v));
        }
      s = stop + 1;
    }
  return r;
}

const CardeaRegoBuiltin cardea_rego_builtins_encoding[] = {
  { "base64.encode", 1, 0, base64_encode },
  { "base64.decode", 1, 0, base64_decode },
  { "base64.is_valid", 1, 0, base64_is_valid },
  { "base64url.encode", 1, 0, base64url_encode },
  { "base64url.encode_no_pad", 1, 0, base64url_encode_no_pad },
  { "base64url.decode", 1, 0, base64url_decode },
  { "hex.encode", 1, 0, hex_encode },
  { "hex.decode", 1, 0, hex_decode },
  { "urlquery.encode", 1, 0, url_encode },
  { "urlquery.decode", 1, 0, url_decode },
  { "urlquery.encode_object", 1, 0, url_encode_object },
  { "urlquery.decode_object", 1, 0, url_decode_object },
  { NULL },
};
