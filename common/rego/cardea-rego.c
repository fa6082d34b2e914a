/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Loading. Trusts nothing it is given: sources, queries and documents come from files and wire.
 * Any problem refuses the whole policy. Evaluation is in cardea-rego-eval.c. */

#include "common/rego/cardea-rego-engine.h"

#include "common/rego/cardea-rego-json.h"
#include "common/rego/cardea-rego-lasting.h"
#include "common/rego/cardea-rego-resolve.h"
#include "common/rego/cardea-rego-results.h"

#include <string.h>

#define MAX_MODULES 10000
#define MAX_DOCUMENT (1u << 30)

GQuark
cardea_rego_error_quark (void)
{
  return g_quark_from_static_string ("cardea-rego-error");
}

static gint
cmp_problem (gconstpointer a, gconstpointer b)
{
  const CardeaRegoProblem *x = a, *y = b;
  if (x->loc.file != y->loc.file)
    return x->loc.file < y->loc.file ? -1 : 1;
  if (x->loc.row != y->loc.row)
    return x->loc.row < y->loc.row ? -1 : 1;
  return (x->loc.col > y->loc.col) - (x->loc.col < y->loc.col);
}

static void
set_problems (GError **error, const CardeaRegoProgram *g, CardeaRegoProblems *problems)
{
  g_autoptr (GString) text = g_string_new (NULL);
  g_array_sort (problems->list, cmp_problem);
  for (guint i = 0; i < problems->list->len; i++)
    {
      const CardeaRegoProblem *p = &g_array_index (problems->list, CardeaRegoProblem, i);
      const char *file = p->loc.file < g->files->len ? g->files->pdata[p->loc.file] : "";
      g_string_append_printf (text, "%s%s:%u:%u: %s: %s", i > 0 ? "\n" : "", file, p->loc.row,
                              p->loc.col, p->code, p->message);
    }
  if (problems->dropped > 0)
    g_string_append (text, "\ntoo many errors");
  g_set_error_literal (error, CARDEA_REGO_ERROR, CARDEA_REGO_ERROR_LOAD, text->str);
}

static gboolean
has_problems (const CardeaRegoProblems *problems)
{
  return problems->list->len > 0;
}

static CardeaRegoNode *
package_node (CardeaRegoProgram *g, const CardeaRegoModule *m)
{
  CardeaRegoNode *node = g->root;
  for (guint32 i = 1; i < m->package->n && node != NULL; i++)
    node = cardea_rego_tree_child (node, m->package->args[i]->value);
  return node;
}

static void
each_rule (CardeaRegoProgram *g, CardeaRegoProblems *problems,
           void (*fn) (CardeaRegoProgram *, CardeaRegoProblems *, CardeaRegoModule *,
                       CardeaRegoRule *))
{
  for (guint i = 0; i < g->modules->len; i++)
    {
      CardeaRegoModule *m = g->modules->pdata[i];
      for (guint k = 0; k < m->rules->len; k++)
        for (CardeaRegoRule *r = m->rules->pdata[k]; r != NULL; r = r->otherwise)
          fn (g, problems, m, r);
    }
}

static void
resolve_rule (CardeaRegoProgram *g, CardeaRegoProblems *problems, CardeaRegoModule *m,
              CardeaRegoRule *rule)
{
  CardeaRegoResolver r
      = { .g = g, .problems = problems, .module = m, .package = package_node (g, m) };
  cardea_rego_resolve_rule (&r, rule);
}

static void
print_rule (CardeaRegoProgram *g, CardeaRegoProblems *problems, CardeaRegoModule *m,
            CardeaRegoRule *rule)
{
  (void) m;
  cardea_rego_safety_prints (g, problems, rule);
}

static void
safety_rule (CardeaRegoProgram *g, CardeaRegoProblems *problems, CardeaRegoModule *m,
             CardeaRegoRule *rule)
{
  cardea_rego_safety_rule (g, problems, rule, rule->n_vars);
}

static void
compile (CardeaRegoProgram *g, CardeaRegoProblems *problems)
{
  cardea_rego_tree_build (g, problems);
  if (!has_problems (problems))
    cardea_rego_check_modules (g, problems);
  if (!has_problems (problems))
    each_rule (g, problems, resolve_rule);
  if (!has_problems (problems))
    cardea_rego_check_unused (g, problems);
  if (!has_problems (problems) && g->prints)
    each_rule (g, problems, print_rule);
  if (!has_problems (problems))
    each_rule (g, problems, safety_rule);
  if (!has_problems (problems))
    cardea_rego_graph_check (g, problems);
  if (!has_problems (problems))
    cardea_rego_infer (g, problems);
  if (has_problems (problems))
    return;
  cardea_rego_graph_mocks (g);
  for (guint i = 0; i < g->rulesets->len; i++)
    cardea_rego_plan_ruleset (g, problems, g->rulesets->pdata[i]);
  if (!has_problems (problems))
    cardea_rego_lasting_mark (g);
}

static gboolean
load (CardeaRegoProgram *g, CardeaRegoProblems *problems, const CardeaRegoSource *sources, gsize n,
      CardeaRegoFlags flags)
{
  for (gsize i = 0; i < n; i++)
    {
      CardeaRegoParseOptions o = { g->arena, problems, (guint16) i, !(flags & CARDEA_REGO_V0) };
      g_ptr_array_add (g->files, g_strdup (sources[i].name));
      CardeaRegoModule *m = cardea_rego_parse_module (&o, sources[i].text, sources[i].size);
      if (m != NULL)
        g_ptr_array_add (g->modules, m);
    }
  g->strict = (flags & CARDEA_REGO_STRICT) != 0;
  g->prints = (flags & CARDEA_REGO_PRINTS) != 0;
  g->mock_all = (flags & CARDEA_REGO_MOCK_ALL) != 0;
  g->no_index = (flags & CARDEA_REGO_NO_INDEX) != 0;
  g->no_memo = (flags & CARDEA_REGO_NO_MEMO) != 0;
  if (!has_problems (problems))
    compile (g, problems);
  return !has_problems (problems);
}

CardeaRegoPolicy *
cardea_rego_policy_new (const CardeaRegoSource *sources, gsize n, CardeaRegoFlags flags,
                        GError **error)
{
  CardeaRegoProblems problems;
  if (n > MAX_MODULES)
    {
      g_set_error_literal (error, CARDEA_REGO_ERROR, CARDEA_REGO_ERROR_LOAD, "too many modules");
      return NULL;
    }
  CardeaRegoPolicy *policy = g_new0 (CardeaRegoPolicy, 1);
  policy->refs = 1;
  policy->g = cardea_rego_program_new ();
  cardea_rego_problems_init (&problems);
  if (!load (policy->g, &problems, sources, n, flags))
    {
      set_problems (error, policy->g, &problems);
      g_clear_pointer (&policy, cardea_rego_policy_unref);
    }
  cardea_rego_problems_clear (&problems);
  return policy;
}

CardeaRegoPolicy *
cardea_rego_policy_ref (CardeaRegoPolicy *policy)
{
  g_atomic_int_inc (&policy->refs);
  return policy;
}

void
cardea_rego_policy_unref (CardeaRegoPolicy *policy)
{
  if (!g_atomic_int_dec_and_test (&policy->refs))
    return;
  cardea_rego_program_free (policy->g);
  g_free (policy);
}

typedef enum {
  QUERY_VALUE,
  QUERY_SOLUTIONS,
  QUERY_RESULTS,
} QueryKind;

/* The query is compiled by a program of its own that shares the policy's tree. */
static CardeaRegoCode *
compile_query (CardeaRegoQuery *query, const char *text, QueryKind kind,
               CardeaRegoProblems *problems)
{
  CardeaRegoProgram g = *query->policy->g;
  CardeaRegoParseOptions o = { query->arena, problems, G_MAXUINT16, TRUE };
  g.arena = query->arena;
  CardeaRegoBody *body = cardea_rego_parse_query (&o, text, strlen (text));
  if (body == NULL)
    return NULL;
  CardeaRegoResolver r = { .g = &g, .problems = problems, .package = g.root };
  if (kind == QUERY_RESULTS)
    query->expressions = cardea_rego_results_capture (query->arena, body, text);
  query->as_value = kind == QUERY_VALUE && body->n == 1 && body->literals[0]->kind == LIT_TERM
                    && !body->literals[0]->negated && body->literals[0]->n_withs == 0
                    && (body->literals[0]->term->kind != TERM_CALL
                        || (strcmp (body->literals[0]->term->name, "eq") != 0
                            && strcmp (body->literals[0]->term->name, "assign") != 0));
  CardeaRegoCode *code = NULL;
  cardea_rego_resolve_query (&r, body);
  if (!has_problems (problems))
    cardea_rego_safety_query (&g, problems, body, r.vars->len);
  if (!has_problems (problems))
    cardea_rego_graph_query (&g, problems, body);
  if (!has_problems (problems))
    cardea_rego_infer_query (&g, problems, body);
  if (!has_problems (problems))
    code = cardea_rego_plan_query (&g, problems, body, r.vars, query->as_value);
  cardea_rego_resolver_clear (&r);
  return code;
}

static CardeaRegoQuery *
query_new (CardeaRegoPolicy *policy, const char *text, QueryKind kind, GError **error)
{
  CardeaRegoProblems problems;
  CardeaRegoQuery *query = g_new0 (CardeaRegoQuery, 1);
  query->refs = 1;
  query->policy = cardea_rego_policy_ref (policy);
  query->arena = cardea_rego_arena_new (G_MAXSIZE);
  cardea_rego_problems_init (&problems);
  query->code = compile_query (query, text, kind, &problems);
  if (has_problems (&problems))
    {
      set_problems (error, policy->g, &problems);
      g_clear_pointer (&query, cardea_rego_query_free);
    }
  cardea_rego_problems_clear (&problems);
  return query;
}

CardeaRegoQuery *
cardea_rego_query_new (CardeaRegoPolicy *policy, const char *text, GError **error)
{
  return query_new (policy, text, QUERY_VALUE, error);
}

CardeaRegoQuery *
cardea_rego_query_new_solutions (CardeaRegoPolicy *policy, const char *text, GError **error)
{
  return query_new (policy, text, QUERY_SOLUTIONS, error);
}

CardeaRegoQuery *
cardea_rego_query_new_results (CardeaRegoPolicy *policy, const char *text, GError **error)
{
  return query_new (policy, text, QUERY_RESULTS, error);
}

CardeaRegoQuery *
cardea_rego_query_ref (CardeaRegoQuery *query)
{
  g_atomic_int_inc (&query->refs);
  return query;
}

/* A context that was asked it may still hold it. */
void
cardea_rego_query_free (CardeaRegoQuery *query)
{
  if (!g_atomic_int_dec_and_test (&query->refs))
    return;
  cardea_rego_code_free (query->code);
  g_clear_pointer (&query->expressions, g_array_unref);
  cardea_rego_arena_free (query->arena);
  cardea_rego_policy_unref (query->policy);
  g_free (query);
}

static CardeaRegoDocument *
document_new (void)
{
  CardeaRegoDocument *document = g_new0 (CardeaRegoDocument, 1);
  document->refs = 1;
  document->arena = cardea_rego_arena_new (MAX_DOCUMENT);
  return document;
}

CardeaRegoDocument *
cardea_rego_document_new (const char *json, gsize size, GError **error)
{
  CardeaRegoDocument *document = document_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  document->value = cardea_rego_json_parse (document->arena, json, size, text);
  if (document->value.tag == CARDEA_REGO_UNDEFINED)
    {
      g_set_error_literal (error, CARDEA_REGO_ERROR, CARDEA_REGO_ERROR_DOCUMENT, text->str);
      cardea_rego_document_unref (document);
      return NULL;
    }
  cardea_rego_freeze (document->value);
  return document;
}

CardeaRegoDocument *
cardea_rego_document_new_term (const char *text, GError **error)
{
  g_autoptr (CardeaRegoPolicy) policy = cardea_rego_policy_new (NULL, 0, 0, error);
  g_autoptr (CardeaRegoQuery) query
      = policy != NULL ? cardea_rego_query_new (policy, text, error) : NULL;
  g_autoptr (CardeaRegoContext) context = cardea_rego_context_new ();
  if (query == NULL || !cardea_rego_eval (context, query, NULL, NULL, error))
    return NULL;
  if (!cardea_rego_answer_defined (context))
    {
      g_set_error_literal (error, CARDEA_REGO_ERROR, CARDEA_REGO_ERROR_DOCUMENT, "undefined term");
      return NULL;
    }
  CardeaRegoDocument *document = document_new ();
  document->value = cardea_rego_copy (document->arena, context->answer);
  cardea_rego_freeze (document->value);
  return document;
}

CardeaRegoDocument *
cardea_rego_document_ref (CardeaRegoDocument *document)
{
  g_atomic_int_inc (&document->refs);
  return document;
}

void
cardea_rego_document_unref (CardeaRegoDocument *document)
{
  if (!g_atomic_int_dec_and_test (&document->refs))
    return;
  cardea_rego_arena_free (document->arena);
  g_free (document);
}
