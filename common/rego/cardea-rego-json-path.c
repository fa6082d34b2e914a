/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/rego/cardea-rego-json-path.h"

#include "common/rego/cardea-rego-number.h"

#include <string.h>

#define MAX_PATH 128

static CardeaRegoValue
unescape (CardeaRegoArena *arena, const char *s, gsize len)
{
  CardeaRegoBuf buf;
  cardea_rego_buf_init (&buf, arena);
  for (gsize i = 0; i < len; i++)
    if (s[i] == '~' && i + 1 < len && (s[i + 1] == '0' || s[i + 1] == '1'))
      cardea_rego_buf_addc (&buf, s[++i] == '0' ? '~' : '/');
    else
      cardea_rego_buf_addc (&buf, s[i]);
  return cardea_rego_buf_string (&buf);
}

CardeaRegoValue
cardea_rego_json_path (CardeaRegoArena *arena, const CardeaRegoString *text)
{
  CardeaRegoValue r = cardea_rego_array_new (arena, 4);
  const char *s = text->s, *end = s + text->len;
  if (s == end)
    return r;
  while (s < end && *s == '/')
    s++;
  for (;;)
    {
      const char *stop = memchr (s, '/', (gsize) (end - s));
      cardea_rego_array_push (arena, r,
                              unescape (arena, s, (gsize) ((stop != NULL ? stop : end) - s)));
      if (stop == NULL)
        return r;
      s = stop + 1;
    }
}

typedef enum {
  PATCH_ADD,
  PATCH_REMOVE,
  PATCH_REPLACE,
} PatchOp;

/* The position a segment names in an array of n, n itself when appending is allowed; -1: none. */
static gint64
index_of (CardeaRegoValue segment, guint32 n, gboolean append)
{
  gint64 i;
  if (segment.tag == CARDEA_REGO_STRING)
    {
      const char *s = segment.s->s;
      if (strcmp (s, "-") == 0)
        return append ? (gint64) n : -1;
      if (segment.s->len == 0 || segment.s->len > 9 || strspn (s, "0123456789") != segment.s->len
          || (s[0] == '0' && segment.s->len > 1))
        return -1;
      i = (gint64) g_ascii_strtoull (s, NULL, 10);
    }
  else
    {
      CardeaRegoValue v = cardea_rego_number_to_int (segment);
      i = v.tag == CARDEA_REGO_INT ? v.i : -1;
    }
  return i >= 0 && (i < n || (append && i == n)) ? i : -1;
}

static CardeaRegoValue
get_at (CardeaRegoValue v, const CardeaRegoValue *path, guint32 n)
{
  for (guint32 i = 0; i < n && v.tag != CARDEA_REGO_UNDEFINED; i++)
    {
      if (v.tag == CARDEA_REGO_ARRAY)
        {
          gint64 at = index_of (path[i], v.a->len, FALSE);
          v = at >= 0 ? v.a->v[at] : CARDEA_REGO_NONE;
        }
      else
        v = cardea_rego_get (v, path[i]);
    }
  return v;
}

static CardeaRegoValue patch_at (CardeaRegoCtx *ctx, CardeaRegoValue v, const CardeaRegoValue *path,
                                 guint32 n, PatchOp op, CardeaRegoValue value);

static CardeaRegoValue
patch_array (CardeaRegoCtx *ctx, CardeaRegoValue v, const CardeaRegoValue *path, guint32 n,
             PatchOp op, CardeaRegoValue value)
{
  CardeaRegoArena *arena = cardea_rego_ctx_arena (ctx);
  gint64 at = index_of (path[0], v.a->len, n == 1 && op == PATCH_ADD);
  if (at < 0)
    return CARDEA_REGO_NONE;
  CardeaRegoValue r = cardea_rego_array_new (arena, v.a->len + 1);
  for (guint32 i = 0; i <= v.a->len; i++)
    {
      if (i == at && n == 1 && op != PATCH_REMOVE)
        cardea_rego_array_push (arena, r, value);
      if (i == at && n > 1)
        {
          CardeaRegoValue below = patch_at (ctx, v.a->v[i], path + 1, n - 1, op, value);
          if (below.tag == CARDEA_REGO_UNDEFINED)
            return below;
          cardea_rego_array_push (arena, r, below);
        }
      else if (i < v.a->len && (i != at || op == PATCH_ADD))
        cardea_rego_array_push (arena, r, v.a->v[i]);
    }
  return r;
}

/* Objects and sets; a set's element is its own key. */
static CardeaRegoValue
patch_coll (CardeaRegoCtx *ctx, CardeaRegoValue v, const CardeaRegoValue *path, guint32 n,
            PatchOp op, CardeaRegoValue value)
{
  CardeaRegoArena *arena = cardea_rego_ctx_arena (ctx);
  gint64 at = cardea_rego_coll_find (v.c, path[0]);
  gboolean set = v.tag == CARDEA_REGO_SET;
  CardeaRegoValue below = CARDEA_REGO_NONE;
  if (at < 0 && (n > 1 || op != PATCH_ADD))
    return CARDEA_REGO_NONE;
  if (set && n == 1 && op != PATCH_REMOVE && !cardea_rego_eq (path[0], value))
    return CARDEA_REGO_NONE;
  if (n > 1)
    {
      below = patch_at (ctx, set ? v.c->k[at] : v.c->v[at], path + 1, n - 1, op, value);
      if (below.tag == CARDEA_REGO_UNDEFINED)
        return below;
    }
  CardeaRegoValue r = set ? cardea_rego_set_new (arena, v.c->len + 1)
                          : cardea_rego_object_new (arena, v.c->len + 1);
  for (guint32 i = 0; i < v.c->len; i++)
    {
      if (i == at)
        continue;
      if (set)
        cardea_rego_set_add (arena, r, v.c->k[i]);
      else
        cardea_rego_object_put (arena, r, v.c->k[i], v.c->v[i]);
    }
  if (n == 1 && op == PATCH_REMOVE)
    return r;
  if (n == 1)
    below = value;
  if (set)
    cardea_rego_set_add (arena, r, below);
  else
    cardea_rego_object_put (arena, r, path[0], below);
  return r;
}

static CardeaRegoValue
patch_at (CardeaRegoCtx *ctx, CardeaRegoValue v, const CardeaRegoValue *path, guint32 n, PatchOp op,
          CardeaRegoValue value)
{
  if (n == 0)
    return op == PATCH_REMOVE ? CARDEA_REGO_NONE : value;
  if (v.tag != CARDEA_REGO_ARRAY && v.tag != CARDEA_REGO_OBJECT && v.tag != CARDEA_REGO_SET)
    return CARDEA_REGO_NONE;
  if (!cardea_rego_ctx_step (ctx, cardea_rego_len (v) / 8 + 1)
      || cardea_rego_arena_over (cardea_rego_ctx_arena (ctx)))
    return CARDEA_REGO_NONE;
  return v.tag == CARDEA_REGO_ARRAY ? patch_array (ctx, v, path, n, op, value)
                                    : patch_coll (ctx, v, path, n, op, value);
}

static CardeaRegoValue
path_member (CardeaRegoCtx *ctx, CardeaRegoValue patch, const char *name)
{
  CardeaRegoValue v = cardea_rego_get_c (patch, name);
  if (v.tag == CARDEA_REGO_STRING)
    v = cardea_rego_json_path (cardea_rego_ctx_arena (ctx), v.s);
  return v.tag == CARDEA_REGO_ARRAY && v.a->len <= MAX_PATH ? v : CARDEA_REGO_NONE;
}

static CardeaRegoValue
move_or_copy (CardeaRegoCtx *ctx, CardeaRegoValue doc, CardeaRegoValue from, CardeaRegoValue to,
              gboolean move)
{
  CardeaRegoValue value
      = from.tag == CARDEA_REGO_ARRAY ? get_at (doc, from.a->v, from.a->len) : CARDEA_REGO_NONE;
  if (value.tag == CARDEA_REGO_UNDEFINED)
    return value;
  if (move)
    doc = patch_at (ctx, doc, from.a->v, from.a->len, PATCH_REMOVE, CARDEA_REGO_NONE);
  if (move && from.a->len == 0 && to.a->len == 0)
    return value;
  if (doc.tag == CARDEA_REGO_UNDEFINED)
    return doc;
  return patch_at (ctx, doc, to.a->v, to.a->len, PATCH_ADD, value);
}

static CardeaRegoValue
apply (CardeaRegoCtx *ctx, CardeaRegoValue doc, CardeaRegoValue patch)
{
  CardeaRegoValue op = cardea_rego_get_c (patch, "op"), path = path_member (ctx, patch, "path"),
                  value = cardea_rego_get_c (patch, "value");
  if (op.tag != CARDEA_REGO_STRING || path.tag == CARDEA_REGO_UNDEFINED)
    return CARDEA_REGO_NONE;
  const char *name = op.s->s;
  if (strcmp (name, "remove") == 0)
    return patch_at (ctx, doc, path.a->v, path.a->len, PATCH_REMOVE, CARDEA_REGO_NONE);
  if (strcmp (name, "move") == 0 || strcmp (name, "copy") == 0)
    return move_or_copy (ctx, doc, path_member (ctx, patch, "from"), path, name[0] == 'm');
  if (value.tag == CARDEA_REGO_UNDEFINED)
    return value;
  if (strcmp (name, "add") == 0)
    return patch_at (ctx, doc, path.a->v, path.a->len, PATCH_ADD, value);
  CardeaRegoValue old = get_at (doc, path.a->v, path.a->len);
  if (old.tag == CARDEA_REGO_UNDEFINED)
    return old;
  if (strcmp (name, "replace") == 0)
    return patch_at (ctx, doc, path.a->v, path.a->len, PATCH_REPLACE, value);
  return strcmp (name, "test") == 0 && cardea_rego_eq (old, value) ? doc : CARDEA_REGO_NONE;
}

CardeaRegoValue
cardea_rego_json_patch (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!cardea_rego_arg_array (ctx, a, 1))
    return CARDEA_REGO_NONE;
  CardeaRegoValue doc = a[0];
  for (guint32 i = 0; i < a[1].a->len && doc.tag != CARDEA_REGO_UNDEFINED; i++)
    {
      CardeaRegoValue patch = a[1].a->v[i];
      if (patch.tag != CARDEA_REGO_OBJECT)
        return cardea_rego_fail_type (
            ctx, "operand 2 must be array of objects but got array containing %s",
            cardea_rego_type_name (patch));
      doc = apply (ctx, doc, patch);
    }
  return doc;
}
