/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* json.* but for patch and schemas, and yaml.*. */

#include "common/rego/cardea-rego-builtin.h"
#include "common/rego/cardea-rego-json.h"
#include "common/rego/cardea-rego-json-path.h"
#include "common/rego/cardea-rego-yaml.h"

#include <string.h>

static CardeaRegoValue
marshal (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  CardeaRegoBuf out;
  cardea_rego_buf_init (&out, cardea_rego_ctx_arena (ctx));
  cardea_rego_json_write (&out, a[0], NULL, NULL, TRUE);
  return out.over ? CARDEA_REGO_NONE : cardea_rego_buf_string (&out);
}

static CardeaRegoValue
marshal_with_options (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  CardeaRegoBuf out;
  gboolean pretty = FALSE;
  if (!cardea_rego_arg_object (ctx, a, 1))
    return CARDEA_REGO_NONE;
  CardeaRegoValue indent = cardea_rego_get_c (a[1], "indent"),
                  prefix = cardea_rego_get_c (a[1], "prefix"),
                  flag = cardea_rego_get_c (a[1], "pretty");
  if ((indent.tag != CARDEA_REGO_UNDEFINED && indent.tag != CARDEA_REGO_STRING)
      || (prefix.tag != CARDEA_REGO_UNDEFINED && prefix.tag != CARDEA_REGO_STRING)
      || (flag.tag != CARDEA_REGO_UNDEFINED && flag.tag != CARDEA_REGO_BOOL))
    return cardea_rego_fail_type (ctx, "operand 2 has an option of the wrong type");
  for (guint32 i = 0; i < a[1].c->len; i++)
    if (!cardea_rego_is_str (a[1].c->k[i], "indent") && !cardea_rego_is_str (a[1].c->k[i], "prefix")
        && !cardea_rego_is_str (a[1].c->k[i], "pretty"))
      return cardea_rego_fail_type (ctx, "operand 2 object contained unknown key %s",
                                    a[1].c->k[i].tag == CARDEA_REGO_STRING ? a[1].c->k[i].s->s
                                                                           : "");
  pretty = flag.tag == CARDEA_REGO_BOOL
               ? flag.i != 0
               : indent.tag == CARDEA_REGO_STRING || prefix.tag == CARDEA_REGO_STRING;
  if (!pretty)
    return marshal (ctx, a);
  const char *before = prefix.tag == CARDEA_REGO_STRING ? prefix.s->s : "";
  cardea_rego_buf_init (&out, cardea_rego_ctx_arena (ctx));
  cardea_rego_buf_adds (&out, before);
  cardea_rego_json_write (&out, a[0], before, indent.tag == CARDEA_REGO_STRING ? indent.s->s : "\t",
                          TRUE);
  return out.over ? CARDEA_REGO_NONE : cardea_rego_buf_string (&out);
}

static CardeaRegoValue
unmarshal (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  g_autoptr (GString) error = g_string_new (NULL);
  if (!cardea_rego_arg_string (ctx, a, 0) || !cardea_rego_ctx_step (ctx, a[0].s->len / 16 + 1))
    return CARDEA_REGO_NONE;
  CardeaRegoValue v
      = cardea_rego_json_parse (cardea_rego_ctx_arena (ctx), a[0].s->s, a[0].s->len, error);
  return v.tag == CARDEA_REGO_UNDEFINED ? cardea_rego_fail (ctx, "%s", error->str) : v;
}

static CardeaRegoValue
is_valid (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  g_autoptr (GString) error = g_string_new (NULL);
  if (a[0].tag != CARDEA_REGO_STRING)
    return cardea_rego_bool (FALSE);
  if (!cardea_rego_ctx_step (ctx, a[0].s->len / 16 + 1))
    return CARDEA_REGO_NONE;
  return cardea_rego_bool (
      cardea_rego_json_parse (cardea_rego_ctx_arena (ctx), a[0].s->s, a[0].s->len, error).tag
      != CARDEA_REGO_UNDEFINED);
}

static CardeaRegoValue
yaml_marshal (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  CardeaRegoBuf out;
  cardea_rego_buf_init (&out, cardea_rego_ctx_arena (ctx));
  cardea_rego_yaml_write (&out, a[0]);
  return out.over ? CARDEA_REGO_NONE : cardea_rego_buf_string (&out);
}

static CardeaRegoValue
yaml_unmarshal (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  g_autofree char *error = NULL;
  if (!cardea_rego_arg_string (ctx, a, 0) || !cardea_rego_ctx_step (ctx, a[0].s->len / 16 + 1))
    return CARDEA_REGO_NONE;
  CardeaRegoValue v
      = cardea_rego_yaml_parse (cardea_rego_ctx_arena (ctx), a[0].s->s, a[0].s->len, &error);
  return v.tag == CARDEA_REGO_UNDEFINED ? cardea_rego_fail (ctx, "yaml: %s", error) : v;
}

static CardeaRegoValue
yaml_is_valid (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  g_autofree char *error = NULL;
  if (a[0].tag != CARDEA_REGO_STRING)
    return cardea_rego_bool (FALSE);
  if (!cardea_rego_ctx_step (ctx, a[0].s->len / 16 + 1))
    return CARDEA_REGO_NONE;
  return cardea_rego_bool (
      cardea_rego_yaml_parse (cardea_rego_ctx_arena (ctx), a[0].s->s, a[0].s->len, &error).tag
      != CARDEA_REGO_UNDEFINED);
}

/* The paths of json.filter and json.remove as an array of arrays, or undefined with an error. */
static CardeaRegoValue
read_paths (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  CardeaRegoArena *arena = cardea_rego_ctx_arena (ctx);
  if (!cardea_rego_arg_object (ctx, a, 0))
    return CARDEA_REGO_NONE;
  if (a[1].tag != CARDEA_REGO_ARRAY && a[1].tag != CARDEA_REGO_SET)
    return cardea_rego_fail_operand (ctx, 2, "one of {set, array}", a[1]);
  CardeaRegoValue r = cardea_rego_array_new (arena, cardea_rego_len (a[1]));
  for (guint32 i = 0; i < cardea_rego_len (a[1]); i++)
    {
      CardeaRegoValue p = cardea_rego_elem (a[1], i);
      if (p.tag != CARDEA_REGO_STRING && p.tag != CARDEA_REGO_ARRAY)
        return cardea_rego_fail_operand (
            ctx, 2, "one of {set, array} containing string paths or array of path segments", p);
      cardea_rego_array_push (arena, r,
                              p.tag == CARDEA_REGO_STRING ? cardea_rego_json_path (arena, p.s) : p);
    }
  return r;
}

/* Paths as a tree of objects; null ends a path. */
static CardeaRegoValue
paths_tree (CardeaRegoArena *arena, CardeaRegoValue paths)
{
  CardeaRegoValue root = cardea_rego_object_new (arena, 4);
  for (guint32 i = 0; i < paths.a->len; i++)
    {
      CardeaRegoValue path = paths.a->v[i], at = root;
      for (guint32 k = 0; k < path.a->len; k++)
        {
          CardeaRegoValue below = cardea_rego_get (at, path.a->v[k]);
          if (below.tag == CARDEA_REGO_NULL)
            break;
          if (k + 1 == path.a->len)
            cardea_rego_object_put (arena, at, path.a->v[k], CARDEA_REGO_NIL);
          else if (below.tag == CARDEA_REGO_UNDEFINED)
            {
              below = cardea_rego_object_new (arena, 4);
              cardea_rego_object_put (arena, at, path.a->v[k], below);
            }
          at = below;
        }
    }
  return root;
}

static CardeaRegoValue
tree_at_index (CardeaRegoArena *arena, CardeaRegoValue tree, guint32 i)
{
  char text[16];
  CardeaRegoValue below = cardea_rego_get (tree, cardea_rego_int (i));
  g_snprintf (text, sizeof text, "%u", i);
  return below.tag != CARDEA_REGO_UNDEFINED
             ? below
             : cardea_rego_get (tree, cardea_rego_cstring (arena, text));
}

static CardeaRegoValue
remove_tree (CardeaRegoCtx *ctx, CardeaRegoValue v, CardeaRegoValue tree)
{
  CardeaRegoArena *arena = cardea_rego_ctx_arena (ctx);
  if (v.tag == CARDEA_REGO_ARRAY)
    {
      CardeaRegoValue r = cardea_rego_array_new (arena, v.a->len);
      for (guint32 i = 0; i < v.a->len; i++)
        {
          CardeaRegoValue below = tree_at_index (arena, tree, i);
          if (below.tag != CARDEA_REGO_NULL)
            cardea_rego_array_push (
                arena, r,
                below.tag == CARDEA_REGO_OBJECT ? remove_tree (ctx, v.a->v[i], below) : v.a->v[i]);
        }
      return r;
    }
  if (v.tag == CARDEA_REGO_OBJECT)
    {
      CardeaRegoValue r = cardea_rego_object_new (arena, v.c->len);
      for (guint32 i = 0; i < v.c->len; i++)
        {
          CardeaRegoValue below = cardea_rego_get (tree, v.c->k[i]);
          if (below.tag != CARDEA_REGO_NULL)
            cardea_rego_object_put (
                arena, r, v.c->k[i],
                below.tag == CARDEA_REGO_OBJECT ? remove_tree (ctx, v.c->v[i], below) : v.c->v[i]);
        }
      return r;
    }
  if (v.tag != CARDEA_REGO_SET)
    return v;
  CardeaRegoValue r = cardea_rego_set_new (arena, v.c->len);
  for (guint32 i = 0; i < v.c->len; i++)
    {
      CardeaRegoValue below = cardea_rego_get (tree, v.c->k[i]);
      if (below.tag != CARDEA_REGO_NULL)
        cardea_rego_set_add (arena, r,
                             below.tag == CARDEA_REGO_OBJECT ? remove_tree (ctx, v.c->k[i], below)
                                                             : v.c->k[i]);
    }
  return r;
}

static CardeaRegoValue
filter_tree (CardeaRegoCtx *ctx, CardeaRegoValue v, CardeaRegoValue tree)
{
  CardeaRegoArena *arena = cardea_rego_ctx_arena (ctx);
  if (tree.tag == CARDEA_REGO_NULL)
    return v;
  if (v.tag == CARDEA_REGO_ARRAY)
    {
      CardeaRegoValue r = cardea_rego_array_new (arena, v.a->len);
      for (guint32 i = 0; i < v.a->len; i++)
        {
          CardeaRegoValue below = tree_at_index (arena, tree, i);
          CardeaRegoValue kept = below.tag != CARDEA_REGO_UNDEFINED
                                     ? filter_tree (ctx, v.a->v[i], below)
                                     : CARDEA_REGO_NONE;
          if (kept.tag != CARDEA_REGO_UNDEFINED)
            cardea_rego_array_push (arena, r, kept);
        }
      return r;
    }
  if (v.tag != CARDEA_REGO_OBJECT && v.tag != CARDEA_REGO_SET)
    return CARDEA_REGO_NONE;
  CardeaRegoValue r = v.tag == CARDEA_REGO_OBJECT ? cardea_rego_object_new (arena, 4)
                                                  : cardea_rego_set_new (arena, 4);
  for (guint32 i = 0; i < v.c->len; i++)
    {
      CardeaRegoValue below = cardea_rego_get (tree, v.c->k[i]);
      if (below.tag == CARDEA_REGO_UNDEFINED)
        continue;
      CardeaRegoValue kept
          = filter_tree (ctx, v.tag == CARDEA_REGO_OBJECT ? v.c->v[i] : v.c->k[i], below);
      if (kept.tag != CARDEA_REGO_UNDEFINED && v.tag == CARDEA_REGO_OBJECT)
        cardea_rego_object_put (arena, r, v.c->k[i], kept);
      else if (kept.tag != CARDEA_REGO_UNDEFINED)
        cardea_rego_set_add (arena, r, kept);
    }
  return r;
}

static CardeaRegoValue
json_remove (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  CardeaRegoValue paths = read_paths (ctx, a);
  return paths.tag == CARDEA_REGO_UNDEFINED
             ? paths
             : remove_tree (ctx, a[0], paths_tree (cardea_rego_ctx_arena (ctx), paths));
}

static CardeaRegoValue
json_filter (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  CardeaRegoValue paths = read_paths (ctx, a);
  return paths.tag == CARDEA_REGO_UNDEFINED
             ? paths
             : filter_tree (ctx, a[0], paths_tree (cardea_rego_ctx_arena (ctx), paths));
}

const CardeaRegoBuiltin cardea_rego_builtins_json[] = {
  { "json.marshal", 1, 0, marshal },
  { "json.marshal_with_options", 2, 0, marshal_with_options },
  { "json.unmarshal", 1, 0, unmarshal },
  { "json.is_valid", 1, 0, is_valid },
  { "json.remove", 2, 0, json_remove },
  { "json.filter", 2, 0, json_filter },
  { "json.patch", 2, 0, cardea_rego_json_patch },
  { "yaml.marshal", 1, 0, yaml_marshal },
  { "yaml.unmarshal", 1, 0, yaml_unmarshal },
  { "yaml.is_valid", 1, 0, yaml_is_valid },
  { NULL },
};
