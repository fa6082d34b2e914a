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

struct _CardeaRegoData {
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
      g_string_append_printf (ret_where, ".%s", key.tag == CARDEA_REGO_STRING ? key.s->s : "?");
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
parse (CardeaRegoArena *arena, const char *text, gsize size, gboolean yaml, GError **error)
{
  g_autoptr (GString) problem = g_string_new (NULL);
  g_autofree char *yaml_problem = NULL;
  CardeaRegoValue v = yaml ? cardea_rego_yaml_parse (arena, text, size, &yaml_problem)
                           : cardea_rego_json_parse (arena, text, size, problem);
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
  CardeaRegoValue v = parse (data->arena, text, size, yaml, error);
  if (v.tag == CARDEA_REGO_UNDEFINED)
    return FALSE;
  gsize depth = 0;
  while (path[depth] != NULL)
    depth++;
  if (depth + cardea_rego_depth (v) > CARDEA_REGO_MAX_DEPTH || cardea_rego_arena_over (data->arena))
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

/* Whether some root is path, lies above it (both: ret_inside), or lies below it. */
static gboolean
touches (const char *path, const char *const *roots, gboolean *ret_inside)
{
  gboolean above = FALSE;
  gsize length = strlen (path);
  *ret_inside = FALSE;
  for (; *roots != NULL; roots++)
    {
      gsize root = strlen (*roots);
      if (root == 0
          || (strncmp (path, *roots, root) == 0 && (path[root] == '\0' || path[root] == '/')))
        *ret_inside = TRUE;
      if (length == 0 || (strncmp (*roots, path, length) == 0 && (*roots)[length] == '/'))
        above = TRUE;
    }
  return above || *ret_inside;
}

/* A name that could be taken for several steps, or for a shorter one, is no root's. */
static void
append_step (GString *path, const CardeaRegoString *name)
{
  gboolean plain = strlen (name->s) == name->len && strchr (name->s, '/') == NULL;
  g_autofree char *step = g_strdelimit (g_strdup (name->s), "/", '?');
  g_string_append_printf (path, "%s%s%s", path->len > 0 ? "/" : "", step, plain ? "" : "?");
}

static char *
find_outside (CardeaRegoValue v, const char *path, const char *const *roots)
{
  gboolean inside = FALSE;
  gboolean touched = touches (path, roots, &inside);
  if (inside)
    return NULL;
  if (!touched || v.tag != CARDEA_REGO_OBJECT)
    return g_strdup (path);
  for (guint32 i = 0; i < v.c->len; i++)
    {
      if (v.c->k[i].tag != CARDEA_REGO_STRING)
        return g_strdup (path);
      g_autoptr (GString) below = g_string_new (path);
      append_step (below, v.c->k[i].s);
      char *found = find_outside (v.c->v[i], below->str, roots);
      if (found != NULL)
        return found;
    }
  return NULL;
}

char *
cardea_rego_data_outside (const CardeaRegoData *data, const char *const *roots)
{
  if (cardea_rego_len (data->value) == 0)
    return NULL;
  return find_outside (data->value, "", roots);
}

char *
cardea_rego_data_canonical (const char *text, gsize size, gboolean yaml, GError **error)
{
  g_autoptr (CardeaRegoArena) arena = cardea_rego_arena_new (MAX_MEMORY);
  CardeaRegoValue v = parse (arena, text, size, yaml, error);
  CardeaRegoBuf buf;
  if (v.tag == CARDEA_REGO_UNDEFINED)
    return NULL;
  cardea_rego_buf_init (&buf, arena);
  cardea_rego_json_write (&buf, v, NULL, NULL, FALSE);
  if (!buf.over)
    return g_strndup (buf.s, buf.len);
  g_set_error_literal (error, CARDEA_REGO_ERROR, CARDEA_REGO_ERROR_DOCUMENT, "the data is too big");
  return NULL;
}

char *
cardea_rego_data_package (const char *text, gsize size, CardeaRegoFlags flags)
{
  g_autoptr (CardeaRegoArena) arena = cardea_rego_arena_new (MAX_MEMORY);
  g_autoptr (GString) path = g_string_new (NULL);
  CardeaRegoProblems problems;
  cardea_rego_problems_init (&problems);
  CardeaRegoParseOptions o = { arena, &problems, 0, !(flags & CARDEA_REGO_V0) };
  CardeaRegoModule *m = cardea_rego_parse_module (&o, text, size);
  cardea_rego_problems_clear (&problems);
  if (m == NULL)
    return NULL;
  for (guint32 i = 1; i < m->package->n; i++)
    append_step (path, m->package->args[i]->value.s);
  cardea_rego_module_free (m);
  return g_string_free (g_steal_pointer (&path), FALSE);
}
