/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Scopes, bodies and rules; terms are in cardea-rego-resolve-term.c. */

#include "common/rego/cardea-rego-resolve.h"

#include <string.h>

CardeaRegoScope *
cardea_rego_scope_push (CardeaRegoResolver *r)
{
  CardeaRegoScope *s = g_new0 (CardeaRegoScope, 1);
  s->up = r->scope;
  s->level = s->up != NULL ? s->up->level + 1 : 1;
  s->declared = g_hash_table_new (g_str_hash, g_str_equal);
  s->raw = g_hash_table_new (g_str_hash, g_str_equal);
  s->later = g_hash_table_new (g_str_hash, g_str_equal);
  r->scope = s;
  g_ptr_array_add (r->scopes, s);
  return s;
}

void
cardea_rego_scope_pop (CardeaRegoResolver *r)
{
  r->scope = r->scope->up;
}

static void
free_scope (gpointer data)
{
  CardeaRegoScope *s = data;
  g_hash_table_unref (s->declared);
  g_hash_table_unref (s->raw);
  g_hash_table_unref (s->later);
  g_free (s);
}

CardeaRegoVar *
cardea_rego_resolve_new_var (CardeaRegoResolver *r, const char *name, CardeaRegoLoc loc)
{
  CardeaRegoVar *v = cardea_rego_arena_alloc0 (r->g->arena, sizeof *v);
  v->name = name;
  v->loc = loc;
  v->id = r->vars->len;
  v->reg = G_MININT32;
  v->level = r->scope->level;
  g_ptr_array_add (r->vars, v);
  return v;
}

static void
declare_var (CardeaRegoResolver *r, CardeaRegoTerm *t, const char *how)
{
  CardeaRegoScope *s = r->scope;
  if (strcmp (t->name, "_") == 0)
    return;
  if (r->module != NULL && (r->module->v1 || r->g->strict)
      && (strcmp (t->name, "input") == 0 || strcmp (t->name, "data") == 0))
    cardea_rego_problems_add (r->problems, t->loc, "rego_compile_error",
                              "variables must not shadow %s (use a different variable name)",
                              t->name);
  CardeaRegoVar *old = g_hash_table_lookup (s->declared, t->name);
  if (old != NULL && old->arg && strcmp (how, "arg") != 0)
    cardea_rego_problems_add (r->problems, t->loc, "rego_compile_error", "arg %s redeclared",
                              t->name);
  else if (old != NULL && strcmp (how, "arg") != 0)
    cardea_rego_problems_add (r->problems, t->loc, "rego_compile_error", "var %s %s above", t->name,
                              how);
  else if (g_hash_table_contains (s->raw, t->name))
    cardea_rego_problems_add (r->problems, t->loc, "rego_compile_error", "var %s referenced above",
                              t->name);
  if (old != NULL)
    return;
  CardeaRegoVar *v = cardea_rego_resolve_new_var (r, t->name, t->loc);
  v->declared = TRUE;
  v->arg = strcmp (how, "arg") == 0;
  v->how = how;
  g_hash_table_insert (s->declared, (gpointer) t->name, v);
}

typedef void (*PatternFn) (CardeaRegoResolver *r, CardeaRegoTerm *var, gpointer data);

/* The variables a declaring pattern names: alone, in arrays, as values of objects. */
static void
each_pattern_var (CardeaRegoResolver *r, CardeaRegoTerm *t, PatternFn fn, gpointer data)
{
  if (t->kind == TERM_VAR)
    fn (r, t, data);
  else if (t->kind == TERM_ARRAY)
    for (guint32 i = 0; i < t->n; i++)
      each_pattern_var (r, t->args[i], fn, data);
  else if (t->kind == TERM_OBJECT)
    for (guint32 i = 1; i < t->n; i += 2)
      each_pattern_var (r, t->args[i], fn, data);
}

static void
declare_cb (CardeaRegoResolver *r, CardeaRegoTerm *var, gpointer how)
{
  declare_var (r, var, how);
}

static void
later_cb (CardeaRegoResolver *r, CardeaRegoTerm *var, gpointer data)
{
  g_hash_table_add (r->scope->later, (gpointer) var->name);
}

void
cardea_rego_resolve_declare (CardeaRegoResolver *r, CardeaRegoTerm *pattern, gboolean assign)
{
  each_pattern_var (r, pattern, declare_cb, (gpointer) (assign ? "assigned" : "declared"));
}

static gboolean
is_call (const CardeaRegoTerm *t, const char *name)
{
  return t != NULL && t->kind == TERM_CALL && strcmp (t->name, name) == 0;
}

static void
collect_later (CardeaRegoResolver *r, const CardeaRegoBody *body)
{
  for (guint32 i = 0; i < body->n; i++)
    {
      CardeaRegoLiteral *l = body->literals[i];
      if (l->kind == LIT_SOME || l->kind == LIT_SOME_IN)
        for (guint32 k = 0; k + (l->kind == LIT_SOME_IN) < l->n; k++)
          each_pattern_var (r, l->terms[k], later_cb, NULL);
      else if (l->kind == LIT_TERM && is_call (l->term, "assign"))
        each_pattern_var (r, l->term->args[1], later_cb, NULL);
    }
}

static void
check_assign_target (CardeaRegoResolver *r, const CardeaRegoTerm *t)
{
  static const char *const names[] = { "",
                                       "",
                                       "ref",
                                       "call",
                                       "",
                                       "",
                                       "set",
                                       "arraycomprehension",
                                       "setcomprehension",
                                       "objectcomprehension",
                                       "templatestring" };
  if (t->kind == TERM_VALUE)
    cardea_rego_problems_add (r->problems, t->loc, "rego_compile_error", "cannot assign to %s",
                              cardea_rego_type_name (t->value));
  else if (names[t->kind][0] != 0)
    cardea_rego_problems_add (r->problems, t->loc, "rego_compile_error", "cannot assign to %s",
                              names[t->kind]);
}

static void
resolve_assign (CardeaRegoResolver *r, CardeaRegoLiteral *l)
{
  CardeaRegoTerm *t = l->term;
  check_assign_target (r, t->args[1]);
  cardea_rego_resolve_term (r, t->args[2]);
  if (l->negated)
    cardea_rego_problems_add (r->problems, t->loc, "rego_compile_error",
                              "cannot assign vars inside negated expression");
  cardea_rego_resolve_declare (r, t->args[1], TRUE);
  cardea_rego_resolve_term (r, t->args[1]);
  t->name = "eq";
}

/* some k, v in xs → v = xs[k] */
static void
resolve_some_in (CardeaRegoResolver *r, CardeaRegoLiteral *l)
{
  CardeaRegoArena *a = r->g->arena;
  CardeaRegoTerm *domain = l->terms[l->n - 1], *value = l->terms[l->n - 2];
  CardeaRegoTerm *key = l->n == 3 ? l->terms[0] : cardea_rego_term_var (a, l->loc, "_");
  cardea_rego_resolve_term (r, domain);
  if (l->n == 3)
    cardea_rego_resolve_declare (r, key, FALSE);
  cardea_rego_resolve_declare (r, value, FALSE);
  cardea_rego_resolve_term (r, key);
  cardea_rego_resolve_term (r, value);
  CardeaRegoTerm *ref = cardea_rego_term_new (a, TERM_REF, domain->loc, 2);
  ref->args[0] = domain;
  ref->args[1] = key;
  if (domain->kind == TERM_REF)
    {
      ref = cardea_rego_term_new (a, TERM_REF, domain->loc, domain->n + 1);
      memcpy (ref->args, domain->args, sizeof *ref->args * domain->n);
      ref->args[domain->n] = key;
    }
  l->kind = LIT_TERM;
  l->term = cardea_rego_term_call (a, l->loc, "eq", 2);
  l->term->args[1] = value;
  l->term->args[2] = ref;
}

static void
resolve_every (CardeaRegoResolver *r, CardeaRegoLiteral *l)
{
  cardea_rego_resolve_term (r, l->terms[l->n - 1]);
  cardea_rego_scope_push (r);
  for (guint32 i = 0; i + 1 < l->n; i++)
    {
      cardea_rego_resolve_declare (r, l->terms[i], FALSE);
      cardea_rego_resolve_term (r, l->terms[i]);
    }
  cardea_rego_resolve_body (r, l->body);
  cardea_rego_scope_pop (r);
}

static void
make_true (CardeaRegoResolver *r, CardeaRegoLiteral *l)
{
  l->kind = LIT_TERM;
  l->negated = FALSE;
  l->n_withs = 0;
  l->term = cardea_rego_term_value (r->g->arena, l->loc, cardea_rego_bool (TRUE));
}

static void
resolve_literal (CardeaRegoResolver *r, CardeaRegoLiteral *l)
{
  if (l->kind == LIT_TERM && is_call (l->term, "print"))
    {
      for (guint32 i = 1; i < l->term->n && (r->g->prints || r->g->strict); i++)
        cardea_rego_resolve_term (r, l->term->args[i]);
      if (!r->g->prints || r->query)
        make_true (r, l);
      return;
    }
  for (guint32 i = 0; i < l->n_withs; i++)
    cardea_rego_resolve_with (r, &l->with_list[i]);
  if (l->kind == LIT_SOME)
    {
      for (guint32 i = 0; i < l->n; i++)
        cardea_rego_resolve_declare (r, l->terms[i], FALSE);
      for (guint32 i = 0; i < l->n; i++)
        {
          CardeaRegoVar *v = g_hash_table_lookup (r->scope->declared, l->terms[i]->name);
          if (v != NULL)
            v->uses++;
        }
      make_true (r, l);
    }
  else if (l->kind == LIT_SOME_IN)
    resolve_some_in (r, l);
  else if (l->kind == LIT_EVERY)
    resolve_every (r, l);
  else if (l->kind == LIT_NOT)
    {
      cardea_rego_scope_push (r);
      cardea_rego_resolve_body (r, l->body);
      cardea_rego_scope_pop (r);
    }
  else if (is_call (l->term, "assign"))
    resolve_assign (r, l);
  else
    {
      r->statement = l->term;
      cardea_rego_resolve_term (r, l->term);
    }
}

void
cardea_rego_resolve_body (CardeaRegoResolver *r, CardeaRegoBody *body)
{
  collect_later (r, body);
  for (guint32 i = 0; i < body->n; i++)
    resolve_literal (r, body->literals[i]);
}

/* An undeclared variable belongs to the outermost scope that mentions it. */
static void
settle_pending (CardeaRegoResolver *r)
{
  for (guint i = 0; i < r->pending->len; i++)
    {
      CardeaRegoPending *p = r->pending->pdata[i];
      for (CardeaRegoScope *s = p->scope; s != NULL; s = s->up)
        {
          CardeaRegoVar *v = g_hash_table_lookup (s->raw, p->term->name);
          if (v != NULL)
            p->term->var = v;
        }
    }
  g_ptr_array_set_size (r->pending, 0);
}

/* OPA's --strict: what is declared is used. Heads that several bodies share are left alone. */
static void
check_unused (CardeaRegoResolver *r)
{
  gboolean shared = r->rule != NULL && (r->rule->otherwise != NULL || r->rule->shared_head);
  for (guint i = 0; r->g->strict && i < r->vars->len; i++)
    {
      const CardeaRegoVar *v = r->vars->pdata[i];
      if (!v->declared || v->uses > 1 || (v->arg && shared)
          || strcmp (v->name, "__template__") == 0)
        continue;
      if (v->arg)
        cardea_rego_problems_add (r->problems, v->loc, "rego_compile_error",
                                  "unused argument %s. (hint: use _ (wildcard variable) instead)",
                                  v->name);
      else
        cardea_rego_problems_add (r->problems, v->loc, "rego_compile_error", "%s var %s unused",
                                  v->how, v->name);
    }
}

static void
begin (CardeaRegoResolver *r)
{
  r->vars = g_ptr_array_new ();
  r->pending = g_ptr_array_new_with_free_func (g_free);
  r->scopes = g_ptr_array_new_with_free_func (free_scope);
  r->scope = NULL;
  cardea_rego_scope_push (r);
}

void
cardea_rego_resolver_clear (CardeaRegoResolver *r)
{
  g_clear_pointer (&r->vars, g_ptr_array_unref);
  g_clear_pointer (&r->pending, g_ptr_array_unref);
  g_clear_pointer (&r->scopes, g_ptr_array_unref);
}

void
cardea_rego_resolve_rule (CardeaRegoResolver *r, CardeaRegoRule *rule)
{
  begin (r);
  r->rule = rule;
  for (guint32 i = 0; i < rule->n_args; i++)
    each_pattern_var (r, rule->args[i], declare_cb, (gpointer) "arg");
  for (guint32 i = 0; i < rule->n_args; i++)
    cardea_rego_resolve_term (r, rule->args[i]);
  cardea_rego_resolve_body (r, rule->body);
  r->statement = NULL;
  if (rule->key != NULL)
    cardea_rego_resolve_term (r, rule->key);
  for (guint32 i = 0; i < rule->ref->n; i++)
    cardea_rego_resolve_term (r, rule->ref->args[i]);
  if (rule->value != NULL)
    cardea_rego_resolve_term (r, rule->value);
  settle_pending (r);
  rule->n_vars = r->vars->len;
  check_unused (r);
  cardea_rego_resolver_clear (r);
}

void
cardea_rego_resolve_query (CardeaRegoResolver *r, CardeaRegoBody *body)
{
  begin (r);
  r->rule = NULL;
  r->query = TRUE;
  cardea_rego_resolve_body (r, body);
  settle_pending (r);
}
