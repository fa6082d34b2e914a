/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* rego.metadata.*: annotations, YAML in comments that begin with METADATA, as constants. They are
 * read only where a policy asks for them. */

#include "common/rego/cardea-rego-resolve.h"

#include "common/rego/cardea-rego-yaml.h"

#include <string.h>

typedef struct {
  CardeaRegoValue value;
  const char *scope;
  guint32 row; /* of the statement it belongs to */
} Annotation;

static guint32
next_statement (const CardeaRegoModule *m, guint32 after)
{
  guint32 row = m->package_loc.row > after ? m->package_loc.row : G_MAXUINT32;
  for (guint i = 0; i < m->imports->len; i++)
    {
      guint32 at = ((CardeaRegoImport *) m->imports->pdata[i])->loc.row;
      row = at > after ? MIN (row, at) : row;
    }
  for (guint i = 0; i < m->rules->len; i++)
    {
      guint32 at = ((CardeaRegoRule *) m->rules->pdata[i])->loc.row;
      row = at > after ? MIN (row, at) : row;
    }
  return row;
}

static CardeaRegoValue
author (CardeaRegoArena *arena, CardeaRegoValue v)
{
  if (v.tag != CARDEA_REGO_STRING)
    return v;
  CardeaRegoValue r = cardea_rego_object_new (arena, 2);
  const char *open = strchr (v.s->s, '<'), *close = open != NULL ? strchr (open, '>') : NULL;
  g_autofree char *name = g_strndup (v.s->s, close != NULL ? (gsize) (open - v.s->s) : v.s->len);
  g_strstrip (name);
  if (name[0] != 0)
    cardea_rego_object_put_c (arena, r, "name", cardea_rego_cstring (arena, name));
  if (close != NULL)
    cardea_rego_object_put_c (arena, r, "email",
                              cardea_rego_string (arena, open + 1, (gsize) (close - open - 1)));
  return r;
}

static CardeaRegoValue
resource (CardeaRegoArena *arena, CardeaRegoValue v)
{
  if (v.tag != CARDEA_REGO_STRING)
    return v;
  CardeaRegoValue r = cardea_rego_object_new (arena, 1);
  cardea_rego_object_put_c (arena, r, "ref", v);
  return r;
}

static void
each_item (CardeaRegoArena *arena, CardeaRegoValue object, const char *name,
           CardeaRegoValue (*map) (CardeaRegoArena *, CardeaRegoValue))
{
  CardeaRegoValue list = cardea_rego_get_c (object, name);
  if (list.tag != CARDEA_REGO_ARRAY)
    return;
  CardeaRegoValue r = cardea_rego_array_new (arena, list.a->len);
  for (guint32 i = 0; i < list.a->len; i++)
    cardea_rego_array_push (arena, r, map (arena, list.a->v[i]));
  cardea_rego_object_put_c (arena, object, name, r);
}

static void
add_block (CardeaRegoResolver *r, const CardeaRegoModule *m, GArray *out, const char *yaml,
           guint32 end_row)
{
  CardeaRegoArena *arena = r->g->arena;
  g_autofree char *error = NULL;
  Annotation a = { .row = next_statement (m, end_row) };
  a.value = cardea_rego_yaml_parse (arena, yaml, strlen (yaml), &error);
  if (a.value.tag != CARDEA_REGO_OBJECT)
    {
      CardeaRegoLoc loc = { m->file, end_row, 1 };
      cardea_rego_problems_add (r->problems, loc, "rego_parse_error", "yaml: %s",
                                error != NULL ? error : "annotations must be an object");
      return;
    }
  CardeaRegoValue scope = cardea_rego_get_c (a.value, "scope");
  a.scope = scope.tag == CARDEA_REGO_STRING ? scope.s->s
            : a.row == m->package_loc.row   ? "package"
                                            : "rule";
  cardea_rego_object_put_c (arena, a.value, "scope", cardea_rego_cstring (arena, a.scope));
  each_item (arena, a.value, "authors", author);
  each_item (arena, a.value, "related_resources", resource);
  g_array_append_val (out, a);
}

static gboolean
is_start (const CardeaRegoComment *c)
{
  g_autofree char *text = g_strdup (c->text);
  return strcmp (g_strstrip (text), "METADATA") == 0;
}

static GArray *
annotations_of (CardeaRegoResolver *r, const CardeaRegoModule *m)
{
  GArray *out = g_array_new (FALSE, FALSE, sizeof (Annotation));
  for (guint i = 0; i < m->comments->len; i++)
    {
      const CardeaRegoComment *c = &g_array_index (m->comments, CardeaRegoComment, i);
      g_autoptr (GString) yaml = g_string_new (NULL);
      guint32 row = c->row;
      if (!is_start (c))
        continue;
      for (; i + 1 < m->comments->len; i++)
        {
          const CardeaRegoComment *next = &g_array_index (m->comments, CardeaRegoComment, i + 1);
          if (next->row != row + 1 || is_start (next))
            break;
          g_string_append_printf (yaml, "%s\n", next->text[0] == ' ' ? next->text + 1 : next->text);
          row = next->row;
        }
      add_block (r, m, out, yaml->str, row);
    }
  return out;
}

static CardeaRegoValue
package_path (CardeaRegoArena *arena, const CardeaRegoModule *m)
{
  CardeaRegoValue path = cardea_rego_array_new (arena, m->package->n);
  for (guint32 i = 1; i < m->package->n; i++)
    cardea_rego_array_push (arena, path, m->package->args[i]->value);
  return path;
}

static void
push_entry (CardeaRegoArena *arena, CardeaRegoValue chain, CardeaRegoValue path,
            CardeaRegoValue annotations)
{
  CardeaRegoValue entry = cardea_rego_object_new (arena, 2);
  cardea_rego_object_put_c (arena, entry, "path", path);
  if (annotations.tag != CARDEA_REGO_UNDEFINED)
    cardea_rego_object_put_c (arena, entry, "annotations", annotations);
  cardea_rego_array_push (arena, chain, entry);
}

static CardeaRegoValue
rule_annotations (const CardeaRegoResolver *r, GArray *list)
{
  for (guint i = 0; i < list->len; i++)
    {
      const Annotation *a = &g_array_index (list, Annotation, i);
      if (a->row == r->rule->loc.row && strcmp (a->scope, "rule") == 0)
        return a->value;
    }
  return CARDEA_REGO_NONE;
}

static CardeaRegoValue
rule_path (CardeaRegoResolver *r, CardeaRegoValue package)
{
  CardeaRegoArena *arena = r->g->arena;
  CardeaRegoValue path = cardea_rego_copy (arena, package);
  g_auto (GStrv) parts = g_strsplit (r->rule->path, ".", -1);
  for (guint i = 0; parts[i] != NULL; i++)
    cardea_rego_array_push (arena, path, cardea_rego_cstring (arena, parts[i]));
  return path;
}

/* Annotations of one scope, of the package itself or of those above it. */
static void
push_scope (CardeaRegoResolver *r, CardeaRegoValue chain, const char *scope, CardeaRegoValue path,
            gboolean document)
{
  for (guint i = 0; i < r->g->modules->len; i++)
    {
      const CardeaRegoModule *m = r->g->modules->pdata[i];
      CardeaRegoValue own = package_path (r->g->arena, m);
      g_autoptr (GArray) list = annotations_of (r, m);
      for (guint k = 0; k < list->len; k++)
        {
          const Annotation *a = &g_array_index (list, Annotation, k);
          if (strcmp (a->scope, scope) != 0)
            continue;
          gboolean fits = !document && cardea_rego_eq (own, path);
          for (guint n = 0; document && n < m->rules->len; n++)
            {
              const CardeaRegoRule *rule = m->rules->pdata[n];
              fits = fits
                     || (rule->loc.row == a->row && strcmp (rule->path, r->rule->path) == 0
                         && cardea_rego_eq (own, package_path (r->g->arena, r->module)));
            }
          if (fits)
            push_entry (r->g->arena, chain, path, a->value);
        }
    }
}

static CardeaRegoValue
chain_value (CardeaRegoResolver *r)
{
  CardeaRegoArena *arena = r->g->arena;
  CardeaRegoValue chain = cardea_rego_array_new (arena, 4),
                  package = package_path (arena, r->module);
  CardeaRegoValue path = rule_path (r, package);
  g_autoptr (GArray) list = annotations_of (r, r->module);
  push_entry (arena, chain, path, rule_annotations (r, list));
  push_scope (r, chain, "document", path, TRUE);
  push_scope (r, chain, "package", package, FALSE);
  for (guint32 n = package.a->len; n > 0; n--)
    {
      CardeaRegoValue above = cardea_rego_array_new (arena, n);
      for (guint32 i = 0; i < n; i++)
        cardea_rego_array_push (arena, above, package.a->v[i]);
      push_scope (r, chain, "subpackages", above, FALSE);
    }
  return chain;
}

CardeaRegoTerm *
cardea_rego_metadata_call (CardeaRegoResolver *r, const CardeaRegoTerm *call)
{
  CardeaRegoValue v;
  if (r->rule == NULL || call->n != 1)
    return NULL;
  if (strcmp (call->name, "rego.metadata.chain") == 0)
    v = chain_value (r);
  else if (strcmp (call->name, "rego.metadata.rule") == 0)
    {
      g_autoptr (GArray) list = annotations_of (r, r->module);
      v = rule_annotations (r, list);
      if (v.tag == CARDEA_REGO_UNDEFINED)
        v = cardea_rego_object_new (r->g->arena, 0);
    }
  else
    return NULL;
  cardea_rego_freeze (v);
  return cardea_rego_term_value (r->g->arena, call->loc, v);
}
