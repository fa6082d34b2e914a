/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Names in terms and in `with`. */

#include "common/rego/cardea-rego-resolve.h"

#include <string.h>

static CardeaRegoVar *
find_declared (const CardeaRegoResolver *r, const char *name)
{
  for (CardeaRegoScope *s = r->scope; s != NULL; s = s->up)
    {
      CardeaRegoVar *v = g_hash_table_lookup (s->declared, name);
      if (v != NULL)
        return v;
    }
  return NULL;
}

static gboolean
declared_later (const CardeaRegoResolver *r, const char *name)
{
  for (CardeaRegoScope *s = r->scope; s != NULL; s = s->up)
    if (g_hash_table_contains (s->later, name))
      return TRUE;
  return FALSE;
}

static gboolean
is_root (const char *name)
{
  return strcmp (name, "input") == 0 || strcmp (name, "data") == 0;
}

/* The ref a rule's name or an import stands for, freshly made, or NULL. */
static CardeaRegoTerm *
global_ref (CardeaRegoResolver *r, const CardeaRegoTerm *var)
{
  CardeaRegoArena *a = r->g->arena;
  if (r->module == NULL)
    return NULL;
  CardeaRegoValue name = cardea_rego_cstring (a, var->name);
  CardeaRegoNode *node = cardea_rego_tree_child (r->package, name);
  if (node != NULL && node->rule_root)
    {
      const CardeaRegoTerm *p = r->module->package;
      CardeaRegoTerm *ref = cardea_rego_term_new (a, TERM_REF, var->loc, p->n + 1);
      for (guint32 i = 0; i < p->n; i++)
        {
          ref->args[i] = cardea_rego_term_copy (a, p->args[i]);
          ref->args[i]->loc = var->loc;
        }
      ref->args[p->n] = cardea_rego_term_value (a, var->loc, name);
      return ref;
    }
  for (guint i = 0; i < r->module->imports->len; i++)
    {
      CardeaRegoImport *import = r->module->imports->pdata[i];
      if (strcmp (import->alias, var->name) == 0)
        {
          import->used = TRUE;
          CardeaRegoTerm *ref = cardea_rego_term_copy (a, import->path);
          ref->loc = var->loc;
          return ref;
        }
    }
  return NULL;
}

static void
resolve_raw (CardeaRegoResolver *r, CardeaRegoTerm *t)
{
  CardeaRegoVar *v = g_hash_table_lookup (r->scope->raw, t->name);
  if (v == NULL)
    {
      v = cardea_rego_resolve_new_var (r, t->name, t->loc);
      g_hash_table_insert (r->scope->raw, (gpointer) t->name, v);
    }
  t->var = v;
  CardeaRegoPending *p = g_new (CardeaRegoPending, 1);
  *p = (CardeaRegoPending){ t, r->scope };
  g_ptr_array_add (r->pending, p);
}

static void
resolve_var (CardeaRegoResolver *r, CardeaRegoTerm *t)
{
  if (t->var != NULL)
    return;
  if (strcmp (t->name, "_") == 0)
    {
      t->var = cardea_rego_resolve_new_var (r, "_", t->loc);
      t->var->wildcard = TRUE;
      return;
    }
  t->var = find_declared (r, t->name);
  if (t->var != NULL)
    t->var->uses++;
  if (t->var != NULL || is_root (t->name))
    return;
  CardeaRegoTerm *global = declared_later (r, t->name) ? NULL : global_ref (r, t);
  if (global != NULL)
    {
      t->kind = TERM_REF;
      t->args = global->args;
      t->n = global->n;
      return;
    }
  resolve_raw (r, t);
}

static void
resolve_ref (CardeaRegoResolver *r, CardeaRegoTerm *t)
{
  for (guint32 i = 0; i < t->n; i++)
    cardea_rego_resolve_term (r, t->args[i]);
  CardeaRegoTerm *head = t->args[0];
  if (head->kind != TERM_REF)
    return;
  CardeaRegoTerm **args
      = cardea_rego_arena_alloc (r->g->arena, sizeof *args * (head->n + t->n - 1));
  memcpy (args, head->args, sizeof *args * head->n);
  memcpy (args + head->n, t->args + 1, sizeof *args * (t->n - 1));
  t->n += head->n - 1;
  t->args = args;
}

/* The function rule a ref below data leads to, or NULL. */
static CardeaRegoNode *
function_at (const CardeaRegoResolver *r, const CardeaRegoTerm *ref)
{
  guint32 used;
  if (ref->kind != TERM_REF || ref->args[0]->kind != TERM_VAR || ref->args[0]->var != NULL
      || strcmp (ref->args[0]->name, "data") != 0)
    return NULL;
  CardeaRegoNode *node = cardea_rego_tree_at (r->g, ref, &used);
  return used == ref->n && node->rules != NULL && node->rules->kind == RULES_FUNCTION ? node : NULL;
}

/* Finds what a name in function position means: sets *ret_node or gives the built-in. */
static const CardeaRegoBuiltin *
find_function (CardeaRegoResolver *r, CardeaRegoTerm *fn, CardeaRegoNode **ret_node)
{
  const CardeaRegoTerm *head = fn->kind == TERM_REF ? fn->args[0] : fn;
  *ret_node = NULL;
  if (head->kind != TERM_VAR || find_declared (r, head->name) != NULL)
    return NULL;
  if (strcmp (head->name, "data") == 0 || (!is_root (head->name) && global_ref (r, head) != NULL))
    {
      CardeaRegoTerm *ref = cardea_rego_term_copy (r->g->arena, fn);
      cardea_rego_resolve_term (r, ref);
      *ret_node = function_at (r, ref);
      if (*ret_node != NULL || strcmp (head->name, "data") == 0)
        return NULL;
    }
  g_autoptr (GString) name = g_string_new (NULL);
  cardea_rego_term_print (name, fn);
  return cardea_rego_builtin_find (name->str);
}

static void
check_arity (CardeaRegoResolver *r, const CardeaRegoTerm *t, guint32 arity)
{
  guint32 have = t->n - 1;
  if (have == arity || (have == arity + 1 && r->statement == t))
    return;
  g_autofree char *path = t->node != NULL ? cardea_rego_tree_path (t->node) : g_strdup (t->name);
  if (t->node != NULL)
    cardea_rego_problems_add (r->problems, t->loc, "rego_type_error",
                              "function %s has arity %u, got %u argument%s", path, arity, have,
                              have == 1 ? "" : "s");
  else
    cardea_rego_problems_add (r->problems, t->loc, "rego_type_error",
                              "%s: arity mismatch: have %u argument%s, want %u", path, have,
                              have == 1 ? "" : "s", arity);
}

static void
resolve_call (CardeaRegoResolver *r, CardeaRegoTerm *t)
{
  for (guint32 i = 1; i < t->n; i++)
    {
      CardeaRegoTerm *statement = r->statement;
      if (t->args[i] == statement)
        statement = NULL;
      cardea_rego_resolve_term (r, t->args[i]);
    }
  if (strcmp (t->name, "eq") == 0)
    return;
  CardeaRegoTerm *constant = cardea_rego_metadata_call (r, t);
  if (constant != NULL)
    {
      *t = *constant;
      return;
    }
  t->builtin = find_function (r, t->args[0], &t->node);
  if (t->builtin == NULL && t->node == NULL)
    cardea_rego_problems_add (r->problems, t->loc, "rego_type_error", "undefined function %s",
                              t->name);
  else if (t->builtin != NULL && t->builtin->flags & BUILTIN_DEPRECATED
           && (r->module == NULL || r->module->v1 || r->g->strict))
    cardea_rego_problems_add (r->problems, t->loc, "rego_type_error",
                              "deprecated built-in function calls in expression: %s", t->name);
  else
    {
      guint32 arity = t->builtin != NULL ? t->builtin->n_args : t->node->rules->n_args;
      check_arity (r, t, arity);
    }
}

/* A composite of constants is a constant. */
static void
fold (CardeaRegoResolver *r, CardeaRegoTerm *t)
{
  CardeaRegoArena *a = r->g->arena;
  for (guint32 i = 0; i < t->n; i++)
    if (t->args[i]->kind != TERM_VALUE)
      return;
  CardeaRegoValue v;
  if (t->kind == TERM_ARRAY)
    {
      v = cardea_rego_array_new (a, t->n);
      for (guint32 i = 0; i < t->n; i++)
        cardea_rego_array_push (a, v, t->args[i]->value);
    }
  else if (t->kind == TERM_SET)
    {
      v = cardea_rego_set_new (a, t->n);
      for (guint32 i = 0; i < t->n; i++)
        cardea_rego_set_add (a, v, t->args[i]->value);
    }
  else
    {
      v = cardea_rego_object_new (a, t->n / 2);
      for (guint32 i = 0; i < t->n; i += 2)
        cardea_rego_object_put (a, v, t->args[i]->value, t->args[i + 1]->value);
    }
  if (cardea_rego_depth (v) > CARDEA_REGO_MAX_DEPTH)
    cardea_rego_problems_add (r->problems, t->loc, "rego_compile_error", "value nested too deeply");
  cardea_rego_freeze (v);
  t->kind = TERM_VALUE;
  t->value = v;
  t->n = 0;
}

void
cardea_rego_resolve_term (CardeaRegoResolver *r, CardeaRegoTerm *t)
{
  switch (t->kind)
    {
    case TERM_VALUE:
      break;
    case TERM_VAR:
      resolve_var (r, t);
      break;
    case TERM_REF:
      resolve_ref (r, t);
      break;
    case TERM_CALL:
      resolve_call (r, t);
      break;
    case TERM_ARRAY_COMPR:
    case TERM_SET_COMPR:
    case TERM_OBJECT_COMPR:
      cardea_rego_scope_push (r);
      cardea_rego_resolve_body (r, t->body);
      r->statement = NULL;
      for (guint32 i = 0; i < t->n; i++)
        cardea_rego_resolve_term (r, t->args[i]);
      cardea_rego_scope_pop (r);
      break;
    default:
      for (guint32 i = 0; i < t->n; i++)
        cardea_rego_resolve_term (r, t->args[i]);
      if (t->kind != TERM_TEMPLATE)
        fold (r, t);
    }
}

static void
with_error (CardeaRegoResolver *r, const CardeaRegoWith *w, const char *text)
{
  cardea_rego_problems_add (r->problems, w->target->loc, "rego_type_error", "%s", text);
}

/* The value of a function's replacement may itself name a function. */
static void
resolve_with_function (CardeaRegoResolver *r, CardeaRegoWith *w, guint32 arity)
{
  CardeaRegoTerm *v = w->value;
  if (v->kind == TERM_VAR || v->kind == TERM_REF)
    v->builtin = find_function (r, v, &v->node);
  if (v->builtin == NULL && v->node == NULL)
    {
      cardea_rego_resolve_term (r, v);
      return;
    }
  guint32 have = v->builtin != NULL ? v->builtin->n_args : v->node->rules->n_args;
  if (have != arity)
    {
      g_autoptr (GString) target = g_string_new (NULL);
      cardea_rego_term_print (target, w->target);
      cardea_rego_problems_add (r->problems, w->loc, "rego_type_error", "%s: arity mismatch",
                                target->str);
    }
}

static void
check_partial (CardeaRegoResolver *r, const CardeaRegoWith *w)
{
  guint32 used;
  CardeaRegoNode *node = cardea_rego_tree_at (r->g, w->target, &used);
  for (guint32 i = 1; i < w->target->n; i++)
    if (w->target->args[i]->kind != TERM_VALUE
        || w->target->args[i]->value.tag != CARDEA_REGO_STRING)
      {
        with_error (r, w, "with keyword target must reference existing input, data, or a function");
        return;
      }
  if (node->rules != NULL && used < w->target->n)
    cardea_rego_problems_add (r->problems, w->loc, "rego_compile_error",
                              "with keyword cannot partially replace virtual document(s)");
}

void
cardea_rego_resolve_with (CardeaRegoResolver *r, CardeaRegoWith *w)
{
  CardeaRegoTerm *t = w->target;
  const CardeaRegoTerm *head = t->kind == TERM_REF ? t->args[0] : t;
  r->statement = NULL;
  t->builtin = find_function (r, t, &t->node);
  if (t->builtin != NULL || t->node != NULL)
    {
      resolve_with_function (r, w,
                             t->builtin != NULL ? t->builtin->n_args : t->node->rules->n_args);
      return;
    }
  cardea_rego_resolve_term (r, w->value);
  cardea_rego_resolve_term (r, t);
  if (t->kind == TERM_REF)
    head = t->args[0];
  if (head->kind != TERM_VAR || head->var != NULL || !is_root (head->name))
    {
      with_error (r, w, "with keyword target must reference existing input, data, or a function");
      return;
    }
  if (t->kind == TERM_REF && strcmp (head->name, "data") == 0)
    check_partial (r, w);
}
