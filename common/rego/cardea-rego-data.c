/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Texts are untrusted; the readers bound their nesting and size. Merging recurses no deeper than
 * that. */

#include "common/rego/cardea-rego-data.h"

#include "common/rego/cardea-rego-engine.h"
#include "common/rego/cardea-rego-json.h"
#include "common/rego/cardea-rego-yaml.h"

#include <string.h>

#define MAX_MEMORY (1u << 30)

struct _CardeaRegoData
{
  CardeaRegoArena *arena;
  CardeaRegoValue value;
};

CardeaRegoData *
cardea_rego_data_new (void)
{
  CardeaRegoData *data = g_new0 (CardeaRegoData, 1);
  data->arena = cardea_rego_arena_new (MAX_MEMORY);
  data->value = cardea_rego_object_new (data->arena, 0);
  return data;
}

void
cardea_rego_data_free (CardeaRegoData *data)
{
  cardea_rego_arena_free (data->arena);
  g_free (data);
}

/* Puts b's members into a, which is ours to change. FALSE: they conflict at ret_where. */
static gboolean
merge (CardeaRegoArena *arena, CardeaRegoValue a, CardeaRegoValue b, GString *ret_where)
{
  for (guint32 i = 0; i < b.c->len; i++)
    {
      CardeaRegoValue key = b.c->k[i], have = cardea_rego_get (a, key), value = b.c->v[i];
      if (have.tag == CARDEA_REGO_UNDEFINED)
        {
          cardea_rego_object_put (arena, a, key, value);
          continue;
        }
      gsize length = ret_where->len;
      g_string_append_printf (ret_where, ".%s",
                              key.tag == CARDEA_REGO_STRING ? key.s->s : "?");
      if (have.tag != CARDEA_REGO_OBJECT || value.tag != CARDEA_REGO_OBJECT)
        return FALSE;
      CardeaRegoValue both = cardea_rego_object_new (arena, have.c->len + value.c->len);
      for (guint32 k = 0; k < have.c->len; k++)
        cardea_rego_object_put (arena, both, have.c->k[k], have.c->v[k]);
      if (!merge (arena, both, value, ret_where))
        return FALSE;
      cardea_rego_object_put (arena, a, key, both);
      g_string_truncate (ret_where, length);
    }
  return TRUE;
}

static CardeaRegoValue
parse (CardeaRegoData *data, const char *text, gsize size, gboolean yaml, GError **error)
{
  g_autoptr (GString) problem = g_string_new (NULL);
  g_autofree char *yaml_problem = NULL;
  CardeaRegoValue v = yaml ? cardea_rego_yaml_parse (data->arena, text, size, &yaml_problem)
                           : cardea_rego_json_parse (data->arena, text, size, problem);
  if (v.tag == CARDEA_REGO_UNDEFINED)
    g_set_error_literal (error, CARDEA_REGO_ERROR, CARDEA_REGO_ERROR_DOCUMENT,
                         yaml_problem != NULL ? yaml_problem : problem->str);
  else if (v.tag != CARDEA_REGO_OBJECT)
    g_set_error_literal (error, CARDEA_REGO_ERROR, CARDEA_REGO_ERROR_DOCUMENT,
                         "a data file must hold an object");
  else
    return v;
  return CARDEA_REGO_NONE;
}

gboolean
cardea_rego_data_add (CardeaRegoData *data, const char *const *path, const char *text, gsize size,
                      gboolean yaml, GError **error)
{
  CardeaRegoValue v = parse (data, text, size, yaml, error);
  if (v.tag == CARDEA_REGO_UNDEFINED)
    return FALSE;
  gsize depth = 0;
  while (path[depth] != NULL)
    depth++;
  if (depth + cardea_rego_depth (v) > CARDEA_REGO_MAX_DEPTH
      || cardea_rego_arena_over (data->arena))
    {
      g_set_error_literal (error, CARDEA_REGO_ERROR, CARDEA_REGO_ERROR_DOCUMENT,
                           "the data nests too deeply or is too big");
      return FALSE;
    }
  while (depth-- > 0)
    {
      CardeaRegoValue outer = cardea_rego_object_new (data->arena, 1);
      cardea_rego_object_put_c (data->arena, outer, path[depth], v);
      v = outer;
    }
  g_autoptr (GString) where = g_string_new ("data");
  if (merge (data->arena, data->value, v, where))
    return TRUE;
  g_set_error (error, CARDEA_REGO_ERROR, CARDEA_REGO_ERROR_DOCUMENT,
               "merge error: %s is defined twice", where->str);
  return FALSE;
}

CardeaRegoDocument *
cardea_rego_data_finish (CardeaRegoData *data)
{
  CardeaRegoDocument *document = g_new0 (CardeaRegoDocument, 1);
  document->refs = 1;
  document->arena = g_steal_pointer (&data->arena);
  document->value = data->value;
  cardea_rego_freeze (document->value);
  data->arena = cardea_rego_arena_new (MAX_MEMORY);
  data->value = cardea_rego_object_new (data->arena, 0);
  return document;
}
