/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Stage 4: which rules refer to which. Rego has no recursion, which is what bounds evaluation. */

#include "common/rego/cardea-rego-compile.h"

#include <string.h>

static void
add_use (GPtrArray *uses, CardeaRegoRuleset *s)
{
  if (!g_ptr_array_find (uses, s, NULL))
    g_ptr_array_add (uses, s);
}

/* Rules at or below a node that the rest of a ref may reach. */
static void
add_below (GPtrArray *uses, CardeaRegoNode *node, const CardeaRegoTerm *ref, guint32 at)
{
  if (node->rules != NULL)
    {
      add_use (uses, node->rules);
      return;
    }
  const CardeaRegoTerm *key = at < ref->n ? ref->args[at] : NULL;
  for (guint i = 0; i < node->children->len; i++)
    {
      CardeaRegoNode *child = node->children->pdata[i];
      if (key == NULL || key->kind != TERM_VALUE || cardea_rego_eq (key->value, child->key))
        add_below (uses, child, ref, at + 1);
    }
}

static void
collect (CardeaRegoTerm *t, gpointer data)
{
  if (t->node != NULL && t->node->rules != NULL)
    add_use (data, t->node->rules);
  CardeaRegoTerm root = { .kind = TERM_REF, .n = 1, .args = &t };
  if (t->kind == TERM_VAR && t->var == NULL && t->name != NULL && strcmp (t->name, "data") == 0)
    {
      (void) root;
      return;
    }
  if (t->kind == TERM_REF && t->args[0]->kind == TERM_VAR && t->args[0]->var == NULL
      && strcmp (t->args[0]->name, "data") == 0)
    {
      guint32 used;
      CardeaRegoNode *node = cardea_rego_tree_at (
          (CardeaRegoProgram *) g_ptr_array_index ((GPtrArray *) data, 0), t, &used);
      add_below (data, node, t, used);
    }
}

static void
collect_rule (CardeaRegoRule *rule, GPtrArray *uses)
{
  for (; rule != NULL; rule = rule->otherwise)
    {
      cardea_rego_visit_body (rule->body, TRUE, collect, uses);
      for (guint32 i = 0; i < rule->n_args; i++)
        cardea_rego_visit_term (rule->args[i], TRUE, collect, uses);
      for (guint32 i = 0; i < rule->ref->n; i++)
        cardea_rego_visit_term (rule->ref->args[i], TRUE, collect, uses);
      if (rule->key != NULL)
        cardea_rego_visit_term (rule->key, TRUE, collect, uses);
      if (rule->value != NULL)
        cardea_rego_visit_term (rule->value, TRUE, collect, uses);
    }
}

typedef struct {
  CardeaRegoRuleset *s;
  GPtrArray *uses;
  guint next;
} Step;

static void
free_step (gpointer data)
{
  g_ptr_array_unref (((Step *) data)->uses);
}

static void
push (CardeaRegoProgram *g, GArray *stack, CardeaRegoRuleset *s)
{
  Step step = { s, g_ptr_array_new (), 1 };
  g_ptr_array_add (step.uses, g);
  for (guint i = 0; i < s->rules->len; i++)
    collect_rule (s->rules->pdata[i], step.uses);
  if (s->fallback != NULL)
    collect_rule (s->fallback, step.uses);
  s->mark = 1;
  g_array_append_val (stack, step);
}

/* Each rule of the circle is told, from where it stands. */
static void
report_cycle (CardeaRegoProblems *problems, GArray *stack, const CardeaRegoRuleset *to)
{
  guint first = 0, n;
  while (g_array_index (stack, Step, first).s != to)
    first++;
  n = stack->len - first;
  for (guint i = 0; i < n && i < CARDEA_REGO_MAX_ERRORS; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      const CardeaRegoRuleset *own = g_array_index (stack, Step, first + i).s;
      const CardeaRegoRule *rule = own->rules->len > 0 ? own->rules->pdata[0] : own->fallback;
      g_autofree char *path = cardea_rego_tree_path (own->node);
      for (guint k = 0; k < n; k++)
        {
          g_autofree char *name
              = cardea_rego_tree_path (g_array_index (stack, Step, first + (i + k) % n).s->node);
          g_string_append_printf (text, "%s -> ", name);
        }
      cardea_rego_problems_add (problems, rule->loc, "rego_recursion_error",
                                "rule %s is recursive: %s%s", path, text->str, path);
    }
}

static void
walk (CardeaRegoProgram *g, CardeaRegoProblems *problems, CardeaRegoRuleset *start)
{
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (Step));
  g_array_set_clear_func (stack, free_step);
  push (g, stack, start);
  while (stack->len > 0)
    {
      Step *top = &g_array_index (stack, Step, stack->len - 1);
      if (top->next >= top->uses->len)
        {
          top->s->mark = 2;
          g_ptr_array_add (g->order, top->s);
          g_array_set_size (stack, stack->len - 1);
          continue;
        }
      CardeaRegoRuleset *s = top->uses->pdata[top->next++];
      if (s->mark == 0)
        push (g, stack, s);
      else if (s->mark == 1)
        report_cycle (problems, stack, s);
    }
}

void
cardea_rego_graph_check (CardeaRegoProgram *g, CardeaRegoProblems *problems)
{
  for (guint i = 0; i < g->rulesets->len; i++)
    {
      CardeaRegoRuleset *s = g->rulesets->pdata[i];
      if (s->mark == 0)
        walk (g, problems, s);
    }
}

static void
mark_below (CardeaRegoNode *node)
{
  node->mockable = TRUE;
  for (guint i = 0; i < node->children->len; i++)
    mark_below (node->children->pdata[i]);
}

static void mark_body (CardeaRegoProgram *g, CardeaRegoBody *body);

static void
mark_closure (CardeaRegoTerm *t, gpointer g)
{
  if (t->body != NULL)
    mark_body (g, t->body);
}

static void
mark_with (CardeaRegoProgram *g, const CardeaRegoWith *w)
{
  const CardeaRegoTerm *t = w->target;
  if (t->builtin != NULL)
    g_hash_table_add (g->mocked, (gpointer) t->builtin);
  else if (t->node != NULL)
    g_hash_table_add (g->mocked, t->node->rules);
  else if (t->kind == TERM_VAR && strcmp (t->name, "data") == 0)
    mark_below (g->root);
  else if (t->kind == TERM_REF && strcmp (t->args[0]->name, "data") == 0)
    {
      guint32 used;
      CardeaRegoNode *node = cardea_rego_tree_at (g, t, &used);
      if (used == t->n)
        mark_below (node);
    }
}

static void
mark_body (CardeaRegoProgram *g, CardeaRegoBody *body)
{
  for (guint32 i = 0; i < body->n; i++)
    {
      CardeaRegoLiteral *l = body->literals[i];
      for (guint32 k = 0; k < l->n_withs; k++)
        mark_with (g, &l->with_list[k]);
      if (l->body != NULL)
        mark_body (g, l->body);
      cardea_rego_visit_literal (l, FALSE, mark_closure, g);
    }
}

void
cardea_rego_graph_mocks (CardeaRegoProgram *g)
{
  if (g->mock_all)
    mark_below (g->root);
  for (guint i = 0; i < g->rulesets->len; i++)
    {
      CardeaRegoRuleset *s = g->rulesets->pdata[i];
      for (guint k = 0; k < s->rules->len; k++)
        for (CardeaRegoRule *r = s->rules->pdata[k]; r != NULL; r = r->otherwise)
          {
            mark_body (g, r->body);
            if (r->value != NULL)
              cardea_rego_visit_term (r->value, FALSE, mark_closure, g);
            if (r->key != NULL)
              cardea_rego_visit_term (r->key, FALSE, mark_closure, g);
          }
    }
}

void
cardea_rego_graph_query (CardeaRegoProgram *g, CardeaRegoProblems *problems, CardeaRegoBody *query)
{
  for (guint32 i = 0; i < query->n && !g->mock_all; i++)
    for (guint32 k = 0; k < query->literals[i]->n_withs; k++)
      {
        const CardeaRegoTerm *t = query->literals[i]->with_list[k].target;
        guint32 used = 0;
        gboolean input = t->kind != TERM_VAR ? strcmp (t->args[0]->name, "input") == 0
                                             : strcmp (t->name, "input") == 0;
        if (t->builtin != NULL || t->node != NULL)
          input = g_hash_table_contains (g->mocked, t->builtin != NULL ? (gconstpointer) t->builtin
                                                                       : t->node->rules);
        else if (!input && t->kind == TERM_REF)
          input = cardea_rego_tree_at (g, t, &used)->mockable || used < t->n;
        if (!input)
          cardea_rego_problems_add (
              problems, t->loc, "rego_compile_error",
              "a query may replace only what the policy is compiled to have replaced");
      }
}
