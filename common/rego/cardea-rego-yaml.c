/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* YAML by libyaml's events. Trusts nothing: nodes and depth are limited, and an alias counts as
 * many nodes as what it repeats. */

#include "common/rego/cardea-rego-yaml.h"

#include "common/rego/cardea-rego-json.h"
#include "common/rego/cardea-rego-number.h"

#include <string.h>
#include <yaml.h>

typedef struct {
  CardeaRegoArena *arena;
  yaml_parser_t parser;
  GHashTable *anchors; /* name → CardeaRegoValue */
  guint nodes, depth;
  char *error;
} Reader;

static CardeaRegoValue
fail (Reader *r, const char *text)
{
  if (r->error == NULL)
    r->error = g_strdup (text);
  return CARDEA_REGO_NONE;
}

static gboolean
next (Reader *r, yaml_event_t *event)
{
  if (yaml_parser_parse (&r->parser, event))
    return TRUE;
  if (r->error == NULL)
    r->error = g_strdup_printf ("line %zu: %s", r->parser.problem_mark.line + 1,
                                r->parser.problem != NULL ? r->parser.problem : "cannot be read");
  return FALSE;
}

static CardeaRegoValue
scalar (Reader *r, const yaml_event_t *e)
{
  const char *s = (const char *) e->data.scalar.value;
  gsize len = e->data.scalar.length;
  static const struct {
    const char *word;
    CardeaRegoValue value;
  } words[] = {
    { "", { .tag = CARDEA_REGO_NULL } },
    { "~", { .tag = CARDEA_REGO_NULL } },
    { "null", { .tag = CARDEA_REGO_NULL } },
    { "Null", { .tag = CARDEA_REGO_NULL } },
    { "NULL", { .tag = CARDEA_REGO_NULL } },
    { "true", { .tag = CARDEA_REGO_BOOL, .i = 1 } },
    { "True", { .tag = CARDEA_REGO_BOOL, .i = 1 } },
    { "TRUE", { .tag = CARDEA_REGO_BOOL, .i = 1 } },
    { "false", { .tag = CARDEA_REGO_BOOL } },
    { "False", { .tag = CARDEA_REGO_BOOL } },
    { "FALSE", { .tag = CARDEA_REGO_BOOL } },
  };
  if (e->data.scalar.style == YAML_PLAIN_SCALAR_STYLE && e->data.scalar.tag == NULL)
    {
      for (guint i = 0; i < G_N_ELEMENTS (words); i++)
        if (strcmp (s, words[i].word) == 0)
          return words[i].value;
      CardeaRegoValue n
          = cardea_rego_number_parse (r->arena, s[0] == '+' ? s + 1 : s, len - (s[0] == '+'));
      if (n.tag != CARDEA_REGO_UNDEFINED)
        return n;
    }
  return cardea_rego_string (r->arena, s, len);
}

static CardeaRegoValue read_node (Reader *r, yaml_event_t *e);

static CardeaRegoValue
read_sequence (Reader *r)
{
  CardeaRegoValue v = cardea_rego_array_new (r->arena, 0);
  for (;;)
    {
      yaml_event_t e;
      if (!next (r, &e))
        return CARDEA_REGO_NONE;
      gboolean end = e.type == YAML_SEQUENCE_END_EVENT;
      CardeaRegoValue item = end ? CARDEA_REGO_NONE : read_node (r, &e);
      yaml_event_delete (&e);
      if (end)
        return v;
      if (item.tag == CARDEA_REGO_UNDEFINED)
        return item;
      cardea_rego_array_push (r->arena, v, item);
    }
}

/* Keys of JSON are strings: others become their text. */
static CardeaRegoValue
key_string (Reader *r, CardeaRegoValue k)
{
  CardeaRegoBuf buf;
  if (k.tag == CARDEA_REGO_STRING)
    return k;
  cardea_rego_buf_init (&buf, r->arena);
  cardea_rego_json_write (&buf, k, NULL, NULL, FALSE);
  return cardea_rego_buf_string (&buf);
}

static CardeaRegoValue
read_mapping (Reader *r)
{
  CardeaRegoValue v = cardea_rego_object_new (r->arena, 4);
  for (;;)
    {
      yaml_event_t e;
      if (!next (r, &e))
        return CARDEA_REGO_NONE;
      gboolean end = e.type == YAML_MAPPING_END_EVENT;
      CardeaRegoValue k = end ? CARDEA_REGO_NONE : read_node (r, &e);
      yaml_event_delete (&e);
      if (end)
        return v;
      if (k.tag == CARDEA_REGO_UNDEFINED || !next (r, &e))
        return CARDEA_REGO_NONE;
      CardeaRegoValue item = read_node (r, &e);
      yaml_event_delete (&e);
      if (item.tag == CARDEA_REGO_UNDEFINED)
        return item;
      cardea_rego_object_put (r->arena, v, key_string (r, k), item);
    }
}

static CardeaRegoValue
read_alias (Reader *r, const yaml_event_t *e)
{
  const CardeaRegoValue *v = g_hash_table_lookup (r->anchors, e->data.alias.anchor);
  if (v == NULL)
    return fail (r, "unknown anchor");
  r->nodes += MIN (cardea_rego_weight (*v), CARDEA_REGO_YAML_MAX_NODES);
  return *v;
}

static CardeaRegoValue
read_node (Reader *r, yaml_event_t *e)
{
  const yaml_char_t *anchor = NULL;
  CardeaRegoValue v;
  if (++r->nodes > CARDEA_REGO_YAML_MAX_NODES || r->depth >= CARDEA_REGO_MAX_DEPTH
      || cardea_rego_arena_over (r->arena))
    return fail (r, "document too large or too deep");
  r->depth++;
  switch (e->type)
    {
    case YAML_SCALAR_EVENT:
      anchor = e->data.scalar.anchor;
      v = scalar (r, e);
      break;
    case YAML_SEQUENCE_START_EVENT:
      anchor = e->data.sequence_start.anchor;
      v = read_sequence (r);
      break;
    case YAML_MAPPING_START_EVENT:
      anchor = e->data.mapping_start.anchor;
      v = read_mapping (r);
      break;
    case YAML_ALIAS_EVENT:
      v = read_alias (r, e);
      break;
    default:
      v = fail (r, "unexpected end of document");
    }
  r->depth--;
  if (anchor != NULL && v.tag != CARDEA_REGO_UNDEFINED)
    g_hash_table_replace (r->anchors, g_strdup ((const char *) anchor), g_memdup2 (&v, sizeof v));
  return v;
}

CardeaRegoValue
cardea_rego_yaml_parse (CardeaRegoArena *arena, const char *text, gsize len, char **ret_error)
{
  Reader r = { .arena = arena };
  CardeaRegoValue v = CARDEA_REGO_NIL;
  *ret_error = NULL;
  if (!yaml_parser_initialize (&r.parser))
    return CARDEA_REGO_NONE;
  r.anchors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  yaml_parser_set_input_string (&r.parser, (const yaml_char_t *) text, len);
  for (gboolean more = TRUE; more;)
    {
      yaml_event_t e;
      if (!next (&r, &e))
        {
          v = CARDEA_REGO_NONE;
          break;
        }
      more = e.type == YAML_STREAM_START_EVENT || e.type == YAML_DOCUMENT_START_EVENT;
      if (!more && e.type != YAML_STREAM_END_EVENT)
        v = read_node (&r, &e);
      yaml_event_delete (&e);
    }
  g_hash_table_unref (r.anchors);
  yaml_parser_delete (&r.parser);
  *ret_error
      = v.tag == CARDEA_REGO_UNDEFINED && r.error == NULL ? g_strdup ("cannot be read") : r.error;
  return v;
}

static gboolean
plain (const CardeaRegoString *s)
{
  g_autofree char *error = NULL;
  if (s->len == 0 || s->len > 200
      || !(g_ascii_isalpha (s->s[0]) || s->s[0] == '_' || s->s[0] == '/'))
    return FALSE;
  for (guint32 i = 0; i < s->len; i++)
    if (!g_ascii_isalnum (s->s[i]) && (s->s[i] == 0 || strchr ("_-./", s->s[i]) == NULL))
      return FALSE;
  static const char *const words[]
      = { "true", "false", "null", "yes", "no", "on", "off", "y", "n", NULL };
  for (guint i = 0; words[i] != NULL; i++)
    if (g_ascii_strcasecmp (s->s, words[i]) == 0)
      return FALSE;
  return TRUE;
}

static void
write_scalar (CardeaRegoBuf *out, CardeaRegoValue v)
{
  if (v.tag == CARDEA_REGO_STRING && plain (v.s))
    cardea_rego_buf_add (out, v.s->s, v.s->len);
  else
    cardea_rego_json_write (out, v, NULL, NULL, FALSE);
}

static void
indent (CardeaRegoBuf *out, guint depth)
{
  for (guint i = 0; i < depth; i++)
    cardea_rego_buf_adds (out, "  ");
}

static gboolean
is_block (CardeaRegoValue v)
{
  return (v.tag == CARDEA_REGO_ARRAY || v.tag == CARDEA_REGO_SET || v.tag == CARDEA_REGO_OBJECT)
         && cardea_rego_len (v) > 0;
}

/* `inline_first`: the first line continues the one that is begun. */
static void
write_block (CardeaRegoBuf *out, CardeaRegoValue v, guint depth, gboolean inline_first)
{
  if (!is_block (v))
    {
      write_scalar (out, v);
      cardea_rego_buf_addc (out, '\n');
      return;
    }
  if (v.tag == CARDEA_REGO_OBJECT)
    cardea_rego_coll_sort (v.c);
  for (guint32 i = 0; i < cardea_rego_len (v) && !out->over; i++)
    {
      if (i > 0 || !inline_first)
        indent (out, depth);
      if (v.tag != CARDEA_REGO_OBJECT)
        {
          cardea_rego_buf_adds (out, "- ");
          write_block (out, cardea_rego_elem (v, i), depth + 1, TRUE);
          continue;
        }
      CardeaRegoValue item = v.c->v[i];
      CardeaRegoBuf key;
      cardea_rego_buf_init (&key, out->arena);
      cardea_rego_json_write (&key, v.c->k[i], NULL, NULL, FALSE);
      if (v.c->k[i].tag == CARDEA_REGO_STRING)
        write_scalar (out, v.c->k[i]);
      else
        write_scalar (out, cardea_rego_buf_string (&key));
      cardea_rego_buf_adds (out, is_block (item) ? ":\n" : ": ");
      write_block (out, item, item.tag == CARDEA_REGO_OBJECT ? depth + 1 : depth, FALSE);
    }
}

void
cardea_rego_yaml_write (CardeaRegoBuf *out, CardeaRegoValue v)
{
  write_block (out, v, 0, TRUE);
}
