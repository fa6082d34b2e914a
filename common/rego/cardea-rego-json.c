/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/rego/cardea-rego-json.h"

#include "common/rego/cardea-rego-number.h"

#include <string.h>

typedef struct {
  CardeaRegoArena *arena;
  const char *s;
  gsize at, len;
  GString *error;
  guint depth;
} Reader;

static CardeaRegoValue read_value (Reader *r);

static CardeaRegoValue
fail (Reader *r, const char *context)
{
  if (r->error == NULL || r->error->len > 0)
    return CARDEA_REGO_NONE;
  if (r->at >= r->len)
    g_string_assign (r->error, "unexpected end of JSON input");
  else
    g_string_printf (r->error, "invalid character '%.1s' %s", r->s + r->at, context);
  return CARDEA_REGO_NONE;
}

static void
skip_space (Reader *r)
{
  while (r->at < r->len && strchr (" \t\r\n", r->s[r->at]) != NULL && r->s[r->at] != 0)
    r->at++;
}

static gint
hex4 (const char *s)
{
  gint n = 0;
  for (gint i = 0; i < 4; i++)
    {
      gint d = g_ascii_xdigit_value (s[i]);
      if (d < 0)
        return -1;
      n = n * 16 + d;
    }
  return n;
}

/* After a backslash. FALSE when the escape is not JSON's. */
static gboolean
read_escape (Reader *r, CardeaRegoBuf *buf)
{
  static const char from[] = "\"\\/bfnrt", to[] = "\"\\/\b\f\n\r\t";
  if (r->at >= r->len)
    return FALSE;
  char c = r->s[r->at];
  const char *simple = c != 0 ? strchr (from, c) : NULL;
  if (simple != NULL)
    {
      cardea_rego_buf_addc (buf, to[simple - from]);
      r->at++;
      return TRUE;
    }
  if (c != 'u' || r->len - r->at < 5)
    return FALSE;
  gint n = hex4 (r->s + r->at + 1);
  if (n < 0)
    return FALSE;
  r->at += 5;
  if (n >= 0xd800 && n < 0xdc00 && r->len - r->at >= 6 && r->s[r->at] == '\\'
      && r->s[r->at + 1] == 'u')
    {
      gint low = hex4 (r->s + r->at + 2);
      if (low >= 0xdc00 && low < 0xe000)
        {
          n = 0x10000 + ((n - 0xd800) << 10) + (low - 0xdc00);
          r->at += 6;
        }
    }
  cardea_rego_buf_addu (buf, (gunichar) n);
  return TRUE;
}

static CardeaRegoValue
read_string (Reader *r)
{
  gsize start = ++r->at;
  while (r->at < r->len && r->s[r->at] != '"' && r->s[r->at] != '\\'
         && (guint8) r->s[r->at] >= 0x20)
    r->at++;
  if (r->at < r->len && r->s[r->at] == '"')
    {
      gsize len = r->at++ - start;
      if (g_utf8_validate_len (r->s + start, (gssize) len, NULL))
        return cardea_rego_string (r->arena, r->s + start, len);
      r->at = start;
      g_string_assign (r->error, "invalid UTF-8 in string");
      return CARDEA_REGO_NONE;
    }
  CardeaRegoBuf buf;
  cardea_rego_buf_init (&buf, r->arena);
  cardea_rego_buf_add (&buf, r->s + start, r->at - start);
  while (r->at < r->len && r->s[r->at] != '"')
    {
      char c = r->s[r->at];
      if ((guint8) c < 0x20)
        return fail (r, "in string literal");
      r->at++;
      if (c != '\\')
        cardea_rego_buf_addc (&buf, c);
      else if (!read_escape (r, &buf))
        return fail (r, "in string escape code");
    }
  if (r->at++ >= r->len)
    return fail (r, "");
  if (buf.len > 0 && !g_utf8_validate_len (buf.s, (gssize) buf.len, NULL))
    {
      g_string_assign (r->error, "invalid UTF-8 in string");
      return CARDEA_REGO_NONE;
    }
  return cardea_rego_buf_string (&buf);
}

static CardeaRegoValue
read_array (Reader *r)
{
  CardeaRegoValue v = cardea_rego_array_new (r->arena, 0);
  r->at++;
  skip_space (r);
  if (r->at < r->len && r->s[r->at] == ']')
    {
      r->at++;
      return v;
    }
  for (;;)
    {
      CardeaRegoValue e = read_value (r);
      if (e.tag == CARDEA_REGO_UNDEFINED)
        return e;
      cardea_rego_array_push (r->arena, v, e);
      skip_space (r);
      if (r->at < r->len && r->s[r->at] == ',')
        r->at++;
      else if (r->at < r->len && r->s[r->at] == ']')
        {
          r->at++;
          return v;
        }
      else
        return fail (r, "after array element");
    }
}

static CardeaRegoValue
read_object (Reader *r)
{
  CardeaRegoValue v = cardea_rego_object_new (r->arena, 0);
  r->at++;
  skip_space (r);
  if (r->at < r->len && r->s[r->at] == '}')
    {
      r->at++;
      return v;
    }
  for (;;)
    {
      skip_space (r);
      if (r->at >= r->len || r->s[r->at] != '"')
        return fail (r, "looking for beginning of object key string");
      CardeaRegoValue k = read_string (r);
      if (k.tag == CARDEA_REGO_UNDEFINED)
        return k;
      skip_space (r);
      if (r->at >= r->len || r->s[r->at] != ':')
        return fail (r, "after object key");
      r->at++;
      CardeaRegoValue e = read_value (r);
      if (e.tag == CARDEA_REGO_UNDEFINED)
        return e;
      cardea_rego_object_put (r->arena, v, k, e);
      skip_space (r);
      if (r->at < r->len && r->s[r->at] == ',')
        r->at++;
      else if (r->at < r->len && r->s[r->at] == '}')
        {
          r->at++;
          return v;
        }
      else
        return fail (r, "after object key:value pair");
    }
}

static CardeaRegoValue
read_word (Reader *r)
{
  static const struct {
    const char *word;
    guint8 len;
    CardeaRegoValue value;
  } words[] = { { "true", 4, { .tag = CARDEA_REGO_BOOL, .i = 1 } },
                { "false", 5, { .tag = CARDEA_REGO_BOOL, .i = 0 } },
                { "null", 4, { .tag = CARDEA_REGO_NULL } } };
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (r->len - r->at >= words[i].len && memcmp (r->s + r->at, words[i].word, words[i].len) == 0)
      {
        r->at += words[i].len;
        return words[i].value;
      }
  return fail (r, "looking for beginning of value");
}

static CardeaRegoValue
read_number (Reader *r)
{
  gsize start = r->at;
  while (r->at < r->len && r->s[r->at] != 0 && strchr ("+-.eE0123456789", r->s[r->at]) != NULL)
    r->at++;
  CardeaRegoValue v = cardea_rego_number_parse (r->arena, r->s + start, r->at - start);
  if (v.tag == CARDEA_REGO_UNDEFINED && r->error->len == 0)
    g_string_assign (r->error, "invalid number literal");
  return v;
}

static CardeaRegoValue
read_value (Reader *r)
{
  skip_space (r);
  if (r->at >= r->len)
    return fail (r, "");
  if (cardea_rego_arena_over (r->arena) || r->depth >= CARDEA_REGO_MAX_DEPTH)
    {
      if (r->error->len == 0)
        g_string_assign (r->error, "exceeded max depth or size");
      return CARDEA_REGO_NONE;
    }
  CardeaRegoValue v;
  r->depth++;
  char c = r->s[r->at];
  if (c == '"')
    v = read_string (r);
  else if (c == '[')
    v = read_array (r);
  else if (c == '{')
    v = read_object (r);
  else if (c == '-' || g_ascii_isdigit (c))
    v = read_number (r);
  else
    v = read_word (r);
  r->depth--;
  return v;
}

CardeaRegoValue
cardea_rego_json_parse (CardeaRegoArena *arena, const char *text, gsize len, GString *ret_error)
{
  Reader r = { .arena = arena, .s = text, .len = len, .error = ret_error };
  CardeaRegoValue v = read_value (&r);
  if (v.tag == CARDEA_REGO_UNDEFINED)
    return v;
  skip_space (&r);
  if (r.at < r.len)
    return fail (&r, "after top-level value");
  if (cardea_rego_arena_over (arena))
    {
      g_string_assign (ret_error, "exceeded max depth or size");
      return CARDEA_REGO_NONE;
    }
  return v;
}

typedef struct {
  CardeaRegoBuf *out;
  const char *prefix, *indent;
  gboolean html, term;
} Writer;

static void write_value (Writer *w, CardeaRegoValue v, guint depth);

static void
write_string (Writer *w, const char *s, gsize len)
{
  CardeaRegoBuf *o = w->out;
  cardea_rego_buf_addc (o, '"');
  for (gsize i = 0; i < len; i++)
    {
      guint8 c = (guint8) s[i];
      if (c == '"' || c == '\\')
        {
          cardea_rego_buf_addc (o, '\\');
          cardea_rego_buf_addc (o, (char) c);
        }
      else if (c == '\n')
        cardea_rego_buf_adds (o, "\\n");
      else if (c == '\r')
        cardea_rego_buf_adds (o, "\\r");
      else if (c == '\t')
        cardea_rego_buf_adds (o, "\\t");
      else if (c < 0x20 && w->term && c == '\b')
        cardea_rego_buf_adds (o, "\\b");
      else if (c < 0x20 && c == '\b')
        cardea_rego_buf_adds (o, "\\b");
      else if (c < 0x20 && c == '\f')
        cardea_rego_buf_adds (o, "\\f");
      else if (c < 0x20 || (w->html && (c == '<' || c == '>' || c == '&')))
        cardea_rego_buf_printf (o, "\\u%04x", c);
      else if (c == 0xe2 && !w->term && i + 2 < len && (guint8) s[i + 1] == 0x80
               && ((guint8) s[i + 2] & 0xfe) == 0xa8)
        {
          cardea_rego_buf_adds (o, (guint8) s[i + 2] == 0xa8 ? "\\u2028" : "\\u2029");
          i += 2;
        }
      else if (c < 0x80)
        cardea_rego_buf_addc (o, (char) c);
      else
        {
          const char *next = cardea_rego_utf8_skip (s + i, s + len);
          cardea_rego_buf_addu (o, cardea_rego_utf8_peek (s + i, s + len));
          i += (gsize) (next - (s + i)) - 1;
        }
    }
  cardea_rego_buf_addc (o, '"');
}

static void
newline (Writer *w, guint depth)
{
  if (w->indent == NULL)
    return;
  cardea_rego_buf_addc (w->out, '\n');
  cardea_rego_buf_adds (w->out, w->prefix);
  for (guint i = 0; i < depth; i++)
    cardea_rego_buf_adds (w->out, w->indent);
}

static void
write_list (Writer *w, CardeaRegoValue v, guint depth, const char *brackets)
{
  guint32 n = cardea_rego_len (v);
  cardea_rego_buf_addc (w->out, brackets[0]);
  for (guint32 i = 0; i < n && !w->out->over; i++)
    {
      if (i > 0)
        cardea_rego_buf_adds (w->out, w->term ? ", " : ",");
      newline (w, depth + 1);
      write_value (w, cardea_rego_elem (v, i), depth + 1);
    }
  if (n > 0)
    newline (w, depth);
  cardea_rego_buf_addc (w->out, brackets[1]);
}

static void
write_key (Writer *w, CardeaRegoValue k)
{
  if (k.tag == CARDEA_REGO_STRING || w->term)
    {
      write_value (w, k, 0);
      return;
    }
  CardeaRegoBuf text;
  cardea_rego_buf_init (&text, w->out->arena);
  cardea_rego_json_write (&text, k, NULL, NULL, FALSE);
  write_string (w, text.s, text.len);
}

static void
write_object (Writer *w, CardeaRegoValue v, guint depth)
{
  cardea_rego_coll_sort (v.c);
  cardea_rego_buf_addc (w->out, '{');
  for (guint32 i = 0; i < v.c->len && !w->out->over; i++)
    {
      if (i > 0)
        cardea_rego_buf_adds (w->out, w->term ? ", " : ",");
      newline (w, depth + 1);
      write_key (w, v.c->k[i]);
      cardea_rego_buf_adds (w->out, w->term || w->indent != NULL ? ": " : ":");
      write_value (w, v.c->v[i], depth + 1);
    }
  if (v.c->len > 0)
    newline (w, depth);
  cardea_rego_buf_addc (w->out, '}');
}

static void
write_value (Writer *w, CardeaRegoValue v, guint depth)
{
  char room[32];
  switch (v.tag)
    {
    case CARDEA_REGO_NULL:
      cardea_rego_buf_adds (w->out, "null");
      break;
    case CARDEA_REGO_BOOL:
      cardea_rego_buf_adds (w->out, v.i ? "true" : "false");
      break;
    case CARDEA_REGO_INT:
    case CARDEA_REGO_NUMBER:
      cardea_rego_buf_adds (w->out, cardea_rego_number_text (v, room));
      break;
    case CARDEA_REGO_STRING:
      write_string (w, v.s->s, v.s->len);
      break;
    case CARDEA_REGO_ARRAY:
      write_list (w, v, depth, "[]");
      break;
    case CARDEA_REGO_SET:
      if (w->term && v.c->len == 0)
        cardea_rego_buf_adds (w->out, "set()");
      else
        write_list (w, v, depth, w->term ? "{}" : "[]");
      break;
    case CARDEA_REGO_OBJECT:
      write_object (w, v, depth);
      break;
    default:
      cardea_rego_buf_adds (w->out, "undefined");
    }
}

void
cardea_rego_json_write (CardeaRegoBuf *out, CardeaRegoValue v, const char *prefix,
                        const char *indent, gboolean html)
{
  Writer w = { .out = out, .prefix = prefix != NULL ? prefix : "", .indent = indent, .html = html };
  write_value (&w, v, 0);
}

void
cardea_rego_term_write (CardeaRegoBuf *out, CardeaRegoValue v)
{
  Writer w = { .out = out, .prefix = "", .term = TRUE };
  write_value (&w, v, 0);
}
