/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Code for bodies: statements, unification, not, every, with. */

#include "common/rego/cardea-rego-code.h"

#include <string.h>

/* Matches a value that is there against a pattern: binds what is unbound, compares the rest. */
void
cardea_rego_plan_match (CardeaRegoPlan *p, gint32 value, CardeaRegoTerm *t)
{
  if (t->kind == TERM_VAR && t->var != NULL && t->var->reg == CARDEA_REGO_UNBOUND)
    {
      if (!t->var->wildcard)
        t->var->reg = value;
      return;
    }
  if (t->kind == TERM_ARRAY && !t->lifted)
    {
      cardea_rego_plan_emit (p, OP_IS_ARRAY, 0, 0, value, (gint32) t->n);
      for (guint32 i = 0; i < t->n; i++)
        {
          if (t->args[i]->kind == TERM_VAR && t->args[i]->var != NULL && t->args[i]->var->wildcard)
            continue;
          gint32 r = cardea_rego_plan_reg (p);
          cardea_rego_plan_emit (p, OP_DOT, 0, r, value,
                                 cardea_rego_plan_const (p, cardea_rego_int (i)));
          cardea_rego_plan_match (p, r, t->args[i]);
        }
      return;
    }
  if (t->kind == TERM_OBJECT && !t->lifted)
    {
      cardea_rego_plan_emit (p, OP_IS_OBJECT, 0, 0, value, (gint32) t->n / 2);
      for (guint32 i = 0; i < t->n; i += 2)
        {
          gint32 key = cardea_rego_plan_value (p, t->args[i]), r = cardea_rego_plan_reg (p);
          cardea_rego_plan_emit (p, OP_DOT, 0, r, value, key);
          cardea_rego_plan_match (p, r, t->args[i + 1]);
        }
      return;
    }
  cardea_rego_plan_emit (p, OP_EQ, 0, 0, value, cardea_rego_plan_value (p, t));
}

typedef struct {
  CardeaRegoTerm *a, *b;
} Pair;

static gboolean
ground (CardeaRegoPlan *p, CardeaRegoTerm *t)
{
  if (t->lifted)
    return TRUE;
  if (t->kind == TERM_VAR)
    return cardea_rego_plan_bound (p, t);
  if (t->kind == TERM_ARRAY || t->kind == TERM_OBJECT || t->kind == TERM_SET)
    {
      for (guint32 i = 0; i < t->n; i++)
        if (!ground (p, t->args[i]))
          return FALSE;
      return TRUE;
    }
  return cardea_rego_plan_evaluable (p, t);
}

/* Splits two literal composites into pairs. FALSE: they are not both of one kind. */
static gboolean
split (CardeaRegoPlan *p, GArray *pairs, CardeaRegoTerm *a, CardeaRegoTerm *b)
{
  if (a->lifted || b->lifted)
    return FALSE;
  if (a->kind == TERM_ARRAY && b->kind == TERM_ARRAY)
    {
      if (a->n != b->n)
        cardea_rego_plan_jump (p, OP_JUMP, 0, p->fail);
      for (guint32 i = 0; i < a->n && a->n == b->n; i++)
        {
          Pair pair = { a->args[i], b->args[i] };
          g_array_append_val (pairs, pair);
        }
      return TRUE;
    }
  if (a->kind != TERM_OBJECT || b->kind != TERM_OBJECT)
    return FALSE;
  for (guint32 i = 0; i < a->n; i += 2)
    if (a->args[i]->kind != TERM_VALUE)
      return FALSE;
  for (guint32 i = 0; i < b->n; i += 2)
    if (b->args[i]->kind != TERM_VALUE)
      return FALSE;
  guint32 found = 0;
  for (guint32 i = 0; i < a->n; i += 2)
    for (guint32 k = 0; k < b->n; k += 2)
      if (cardea_rego_eq (a->args[i]->value, b->args[k]->value))
        {
          Pair pair = { a->args[i + 1], b->args[k + 1] };
          g_array_append_val (pairs, pair);
          found++;
        }
  if (a->n != b->n || found != a->n / 2)
    cardea_rego_plan_jump (p, OP_JUMP, 0, p->fail);
  return TRUE;
}

static gboolean
is_pattern (const CardeaRegoTerm *t)
{
  return t->kind == TERM_VAR || t->kind == TERM_ARRAY || t->kind == TERM_OBJECT;
}

/* One pair, if it can be done now. */
static gboolean
unify_pair (CardeaRegoPlan *p, CardeaRegoTerm *a, CardeaRegoTerm *b)
{
  gboolean ga = ground (p, a), gb = ground (p, b);
  if (ga && gb && is_pattern (b) && !is_pattern (a))
    cardea_rego_plan_match (p, cardea_rego_plan_value (p, a), b);
  else if (ga && gb)
    {
      gint32 x = cardea_rego_plan_value (p, a);
      cardea_rego_plan_emit (p, OP_EQ, 0, 0, x, cardea_rego_plan_value (p, b));
    }
  else if (ga && is_pattern (b))
    cardea_rego_plan_match (p, cardea_rego_plan_value (p, a), b);
  else if (gb && is_pattern (a))
    cardea_rego_plan_match (p, cardea_rego_plan_value (p, b), a);
  else if (a->kind == TERM_VAR && a->var != NULL && a->var->wildcard && gb)
    (void) cardea_rego_plan_value (p, b);
  else
    return FALSE;
  return TRUE;
}

void
cardea_rego_plan_unify (CardeaRegoPlan *p, CardeaRegoTerm *a, CardeaRegoTerm *b)
{
  g_autoptr (GArray) pairs = g_array_new (FALSE, FALSE, sizeof (Pair));
  Pair first = { a, b };
  if (a->kind == TERM_ARRAY || a->kind == TERM_OBJECT || a->kind == TERM_SET)
    cardea_rego_plan_lift (p, a->args, a->n);
  if (b->kind == TERM_ARRAY || b->kind == TERM_OBJECT || b->kind == TERM_SET)
    cardea_rego_plan_lift (p, b->args, b->n);
  g_array_append_val (pairs, first);
  for (gboolean progress = TRUE; progress && pairs->len > 0;)
    {
      progress = FALSE;
      for (guint i = 0; i < pairs->len;)
        {
          Pair pair = g_array_index (pairs, Pair, i);
          gboolean parted = split (p, pairs, pair.a, pair.b);
          if (!parted && !unify_pair (p, pair.a, pair.b))
            {
              i++;
              continue;
            }
          g_array_remove_index (pairs, i);
          progress = TRUE;
        }
    }
  if (pairs->len > 0)
    cardea_rego_problems_add (p->problems, p->loc, "rego_unsafe_var_error", "expression is unsafe");
}

static const struct {
  const char *name;
  CardeaRegoOp op;
} comparisons[] = {
  { "equal", OP_EQ },
  { "neq", OP_NEQ },
  { "lt", OP_LT },
  { "lte", OP_LTE },
  { "gt", OP_GT },
  { "gte", OP_GTE },
  { "internal.member_2", OP_IN },
};

static gboolean
plan_comparison (CardeaRegoPlan *p, CardeaRegoTerm *t)
{
  if (t->n != 3 || t->builtin == NULL || p->g->mock_all
      || g_hash_table_contains (p->g->mocked, t->builtin))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (comparisons); i++)
    {
      if (strcmp (t->name, comparisons[i].name) != 0)
        continue;
      cardea_rego_plan_lift (p, t->args + 1, 2);
      gint32 a = cardea_rego_plan_value (p, t->args[1]);
      cardea_rego_plan_emit (p, comparisons[i].op, 0, 0, a, cardea_rego_plan_value (p, t->args[2]));
      return TRUE;
    }
  return FALSE;
}

static const struct {
  const char *name;
  guint16 types;
} type_checks[] = {
  { "is_null", 1u << CARDEA_REGO_NULL },
  { "is_boolean", 1u << CARDEA_REGO_BOOL },
  { "is_number", (1u << CARDEA_REGO_INT) | (1u << CARDEA_REGO_NUMBER) },
  { "is_string", 1u << CARDEA_REGO_STRING },
  { "is_array", 1u << CARDEA_REGO_ARRAY },
  { "is_object", 1u << CARDEA_REGO_OBJECT },
  { "is_set", 1u << CARDEA_REGO_SET },
};

static gboolean
plan_type_check (CardeaRegoPlan *p, CardeaRegoTerm *t)
{
  if (t->n != 2 || t->builtin == NULL || p->g->mock_all
      || g_hash_table_contains (p->g->mocked, t->builtin))
    return FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (type_checks); i++)
    {
      if (strcmp (t->name, type_checks[i].name) != 0)
        continue;
      cardea_rego_plan_lift (p, t->args + 1, 1);
      gint32 value = cardea_rego_plan_value (p, t->args[1]);
      cardea_rego_plan_emit (p, OP_IS_TYPE, type_checks[i].types, 0, value, 0);
      return TRUE;
    }
  return FALSE;
}

static void
plan_statement (CardeaRegoPlan *p, CardeaRegoTerm *t)
{
  if (t->kind == TERM_CALL && strcmp (t->name, "eq") == 0)
    {
      cardea_rego_plan_unify (p, t->args[1], t->args[2]);
      return;
    }
  if (t->kind == TERM_VALUE && t->value.tag == CARDEA_REGO_BOOL && t->value.i)
    return;
  if (t->kind == TERM_CALL && (plan_comparison (p, t) || plan_type_check (p, t)))
    return;
  guint32 arity = t->kind != TERM_CALL ? 0
                  : t->builtin != NULL ? t->builtin->n_args
                  : t->node != NULL    ? t->node->rules->n_args
                                       : t->n - 1;
  if (t->kind == TERM_CALL && t->n - 1 == arity + 1)
    {
      CardeaRegoTerm *out = t->args[t->n - 1];
      gint32 value = cardea_rego_plan_call (p, t, arity);
      cardea_rego_plan_lift (p, &out, 1);
      cardea_rego_plan_match (p, value, out);
      return;
    }
  cardea_rego_plan_emit (p, OP_TRUTHY, 0, 0, cardea_rego_plan_value (p, t), 0);
}

static void
plan_every (CardeaRegoPlan *p, CardeaRegoLiteral *l)
{
  CardeaRegoTerm *domain = l->terms[l->n - 1], *value = l->terms[l->n - 2];
  guint32 outer, done = cardea_rego_plan_label (p), next = cardea_rego_plan_label (p);
  gint32 coll = cardea_rego_plan_value (p, domain);
  gint32 iter = cardea_rego_plan_reg (p);
  outer = p->fail;
  p->level++;
  cardea_rego_plan_emit (p, OP_SCAN, 0, iter, coll, 0);
  gint32 k = l->n == 3 ? cardea_rego_plan_reg (p) : -1, v = cardea_rego_plan_reg (p);
  cardea_rego_plan_place (p, next);
  cardea_rego_plan_restore_world (p);
  p->fail = done;
  cardea_rego_plan_emit (p, OP_NEXT, 0, iter, k, v);
  p->fail = outer;
  if (value->var != NULL && !value->var->wildcard)
    value->var->reg = v;
  if (l->n == 3 && l->terms[0]->var != NULL && !l->terms[0]->var->wildcard)
    l->terms[0]->var->reg = k;
  cardea_rego_plan_body (p, l->body);
  cardea_rego_plan_jump (p, OP_JUMP, 0, next);
  cardea_rego_plan_place (p, done);
  p->fail = outer;
  p->level--;
  cardea_rego_plan_restore_world (p);
}

static void
plan_kind (CardeaRegoPlan *p, CardeaRegoLiteral *l)
{
  if (l->kind == LIT_EVERY)
    plan_every (p, l);
  else if (l->kind == LIT_NOT)
    {
      p->level++;
      cardea_rego_plan_body (p, l->body);
      p->level--;
    }
  else
    plan_statement (p, l->term);
}

static guint32
target_path (CardeaRegoPlan *p, const CardeaRegoTerm *t, gint32 *ret_list)
{
  guint32 n = t->kind == TERM_REF ? t->n - 1 : 0;
  g_autofree gint32 *list = g_new (gint32, n + 1);
  for (guint32 i = 0; i < n; i++)
    list[i] = cardea_rego_plan_value (p, t->args[i + 1]);
  *ret_list = cardea_rego_plan_list (p, list, n);
  return n;
}

static void
plan_with (CardeaRegoPlan *p, CardeaRegoWith *w, gint32 world, gint32 value)
{
  gint32 list;
  const CardeaRegoTerm *t = w->target;
  gconstpointer function = t->builtin != NULL ? (gconstpointer) t->builtin
                           : t->node != NULL  ? t->node->rules
                                              : NULL;
  if (function != NULL)
    {
      const CardeaRegoTerm *v = w->value;
      gconstpointer by = !cardea_rego_with_function (w) ? NULL
                         : v->builtin != NULL           ? (gconstpointer) v->builtin
                                                        : (gconstpointer) v->node->rules;
      gint32 what = cardea_rego_plan_pointer (p, function);
      if (by != NULL)
        cardea_rego_plan_emit (p, OP_WITH_FUNC, v->builtin != NULL, world, what,
                               cardea_rego_plan_pointer (p, by));
      else
        cardea_rego_plan_emit (p, OP_WITH_VALUE, 0, world, what, value);
      return;
    }
  guint32 n = target_path (p, t, &list);
  const CardeaRegoTerm *head = t->kind == TERM_REF ? t->args[0] : t;
  cardea_rego_plan_emit (p, strcmp (head->name, "input") == 0 ? OP_WITH_INPUT : OP_WITH_DATA, n,
                         world, list, value);
}

/* All replacements are computed before any is in force. */
static gint32
plan_withs (CardeaRegoPlan *p, CardeaRegoLiteral *l)
{
  g_autofree gint32 *values = g_new0 (gint32, l->n_withs + 1);
  for (guint32 i = 0; i < l->n_withs; i++)
    if (!cardea_rego_with_function (&l->with_list[i]))
      {
        cardea_rego_plan_lift (p, &l->with_list[i].value, 1);
        values[i] = cardea_rego_plan_value (p, l->with_list[i].value);
      }
  gint32 outer = p->world;
  gint32 world = cardea_rego_plan_reg (p);
  cardea_rego_plan_emit (p, OP_WITH_NEW, 0, world, 0, 0);
  for (guint32 i = 0; i < l->n_withs; i++)
    plan_with (p, &l->with_list[i], world, values[i]);
  p->world = world;
  cardea_rego_plan_restore_world (p);
  return outer;
}

static void
plan_literal (CardeaRegoPlan *p, CardeaRegoLiteral *l)
{
  gboolean negated = l->negated;
  guint32 outer = p->fail, holds = 0;
  gint32 world = p->world;
  p->loc = l->loc;
  if (negated)
    p->fail = holds = cardea_rego_plan_label (p);
  if (l->n_withs > 0)
    world = plan_withs (p, l);
  plan_kind (p, l);
  if (negated)
    {
      if (l->n_withs > 0)
        {
          p->world = world;
          cardea_rego_plan_restore_world (p);
        }
      cardea_rego_plan_jump (p, OP_JUMP, 0, outer);
      cardea_rego_plan_place (p, holds);
      p->fail = outer;
    }
  p->world = world;
  if (l->n_withs > 0 || negated)
    cardea_rego_plan_restore_world (p);
}

void
cardea_rego_plan_body (CardeaRegoPlan *p, CardeaRegoBody *body)
{
  for (guint32 i = 0; i < body->n; i++)
    {
      if (!p->g->no_index)
        cardea_rego_group_find (p, body, i);
      plan_literal (p, body->literals[i]);
    }
}
