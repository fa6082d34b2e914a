/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/tlog/cardea-tlog-leaf.h"

#include <string.h>

/* Trust: nothing. Canonical JSON has no white space and writes a name in one way only, so that
 * walking over the members needs no parser: strings are skipped by their quotes, arrays and objects
 * by their depth. Whatever does not walk cleanly to the last byte is refused. */

#define LIMIT_DEPTH 64u
#define LIMIT_NUMBER 16u /* digits of 2^53 */

typedef struct {
  const char *at, *end;
} Walk;

static gboolean
take (Walk *walk, char c)
{
  if (walk->at >= walk->end || *walk->at != c)
    return FALSE;
  walk->at++;
  return TRUE;
}

static gboolean
take_text (Walk *walk, const char *text)
{
  gsize size = strlen (text);

  if ((gsize) (walk->end - walk->at) < size || memcmp (walk->at, text, size) != 0)
    return FALSE;
  walk->at += size;
  return TRUE;
}

/* A string with its quotes; what stands between them is in ret. */
static gboolean
take_string (Walk *walk, const char **ret, gsize *ret_size)
{
  const char *begin = walk->at + 1;
  const char *at = begin;

  if (!take (walk, '"'))
    return FALSE;
  for (;; at++)
    {
      at = memchr (at, '"', (gsize) (walk->end - at));
      if (at == NULL)
        return FALSE;
      /* An even number of backslashes before the quote leaves it a quote. */
      const char *slash = at;
      while (slash > begin && slash[-1] == '\\')
        slash--;
      if ((at - slash) % 2 == 0)
        break;
    }
  *ret = begin;
  *ret_size = (gsize) (at - begin);
  walk->at = at + 1;
  return TRUE;
}

static gboolean
take_int (Walk *walk, gint64 *ret)
{
  const char *begin = walk->at;
  gint64 value = 0;

  while (walk->at < walk->end && g_ascii_isdigit (*walk->at) && walk->at - begin < LIMIT_NUMBER)
    value = value * 10 + (*walk->at++ - '0');
  if (walk->at == begin || (*begin == '0' && walk->at - begin > 1))
    return FALSE;
  *ret = value;
  return walk->at == walk->end || !g_ascii_isdigit (*walk->at);
}

static gboolean
is_scalar (char c)
{
  return g_ascii_isalnum (c) || c == '+' || c == '-' || c == '.';
}

/* Any value. */
static gboolean
skip_value (Walk *walk)
{
  const char *text;
  gsize size;
  guint depth = 0;

  do
    {
      if (walk->at >= walk->end)
        return FALSE;
      char c = *walk->at;
      if (c == '"')
        {
          if (!take_string (walk, &text, &size))
            return FALSE;
          continue;
        }
      if (depth == 0 && c != '{' && c != '[' && !is_scalar (c))
        return FALSE;
      if (c == '{' || c == '[')
        depth++;
      else if (c == '}' || c == ']')
        depth--;
      if (depth > LIMIT_DEPTH || (guint8) c <= ' ')
        return FALSE;
      walk->at++;
      /* A number or a literal at the top ends before what cannot be part of it. */
      while (depth == 0 && is_scalar (c) && walk->at < walk->end && is_scalar (*walk->at))
        walk->at++;
    }
  while (depth > 0);
  return TRUE;
}

static gboolean
take_sealed (Walk *walk, CardeaTlogLeaf *leaf)
{
  const char *text;
  gsize size;

  if (leaf->has_detail || !take_string (walk, &text, &size) || size != 2 * CARDEA_TLOG_HASH_SIZE)
    return FALSE;
  for (gsize i = 0; i < size; i++)
    {
      int digit = g_ascii_isupper (text[i]) ? -1 : g_ascii_xdigit_value (text[i]);
      if (digit < 0)
        return FALSE;
      leaf->sealed.bytes[i / 2] = (guint8) (leaf->sealed.bytes[i / 2] << 4 | digit);
    }
  leaf->has_detail = TRUE;
  return TRUE;
}

static gboolean
take_gone (Walk *walk, CardeaTlogLeaf *leaf)
{
  if (leaf->has_gone || !take_text (walk, "{\"first\":") || !take_int (walk, &leaf->gone_first)
      || !take_text (walk, ",\"last\":") || !take_int (walk, &leaf->gone_last)
      || !take_text (walk, ",\"why\":"))
    return FALSE;
  leaf->gone_redacted = take_text (walk, "\"redacted\"}");
  leaf->has_gone = TRUE;
  return (leaf->gone_redacted || take_text (walk, "\"lost\"}"))
         && leaf->gone_first <= leaf->gone_last;
}

static gboolean
take_member (Walk *walk, CardeaTlogLeaf *leaf)
{
  const char *name;
  gsize size;

  if (!take_string (walk, &name, &size) || !take (walk, ':'))
    return FALSE;
  if (size == 3 && memcmp (name, "seq", 3) == 0)
    return leaf->seq < 0 && take_int (walk, &leaf->seq);
  if (size == 6 && memcmp (name, "sealed", 6) == 0)
    return take_sealed (walk, leaf);
  if (size == 4 && memcmp (name, "gone", 4) == 0)
    return take_gone (walk, leaf);
  return skip_value (walk);
}

gboolean
cardea_tlog_leaf_scan (const guint8 *entry, gsize size, CardeaTlogLeaf *ret, GError **error)
{
  Walk walk = { (const char *) entry, (const char *) entry + size };
  CardeaTlogLeaf leaf = { .seq = -1 };
  gboolean ok = take (&walk, '{') && take_member (&walk, &leaf);

  while (ok && take (&walk, ','))
    ok = take_member (&walk, &leaf);
  ok = ok && take (&walk, '}') && walk.at == walk.end && leaf.seq >= 0
       && (!leaf.has_gone || leaf.gone_last < leaf.seq);
  if (!ok)
    {
      g_set_error (error, CARDEA_TLOG_ERROR, CARDEA_TLOG_ERROR_FORMAT, "not a record of this log");
      return FALSE;
    }
  *ret = leaf;
  return TRUE;
}
