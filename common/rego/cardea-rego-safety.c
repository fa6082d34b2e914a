/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Stage 3: safety. A body is put into an order in which every variable is bound before it is
 * needed; where there is none, the variables are reported as unsafe. The order is the written one
 * as far as possible: a statement moves back only behind those that bind what it needs. */

#include "common/rego/cardea-rego-compile.h"

#include <string.h>

#define MAX_SCRATCH (256u << 20) /* bytes of variable sets a rule may take */

typedef struct {
  guint64 *w;
} Set;

typedef struct {
  CardeaRegoProgram *g;
  CardeaRegoProblems *problems;
  CardeaRegoRule *rule;
  guint words;
  CardeaRegoArena *arena; /* scratch */
} Safety;

static Set
set_new (const Safety *s)
{
  return (Set){ cardea_rego_arena_alloc0 (s->arena, sizeof (guint64) * s->words) };
}

static Set
set_copy (const Safety *s, Set a)
{
  Set b = set_new (s);
  memcpy (b.w, a.w, sizeof (guint64) * s->words);
  return b;
}

static void
set_put (Set a, const CardeaRegoVar *v)
{
  a.w[v->id / 64] |= (guint64) 1 << (v->id % 64);
}

static gboolean
set_has (Set a, const CardeaRegoVar *v)
{
  return (a.w[v->id / 64] >> (v->id % 64)) & 1;
}

static gboolean
set_within (const Safety *s, Set a, Set b)
{
  for (guint i = 0; i < s->words; i++)
    if (a.w[i] & ~b.w[i])
      return FALSE;
  return TRUE;
}

static void
set_or (const Safety *s, Set a, Set b)
{
  for (guint i = 0; i < s->words; i++)
    a.w[i] |= b.w[i];
}

static void
set_and (const Safety *s, Set a, Set b)
{
  for (guint i = 0; i < s->words; i++)
    a.w[i] &= b.w[i];
}

static void
put_var (CardeaRegoTerm *t, gpointer data)
{
  if (t->kind == TERM_VAR && t->var != NULL)
    set_put (*(Set *) data, t->var);
}

static gboolean
term_within (const Safety *s, CardeaRegoTerm *t, Set safe)
{
  Set all = set_new (s);
  cardea_rego_visit_term (t, FALSE, put_var, &all);
  return set_within (s, all, safe);
}

/* The variables that matching a value against the pattern binds. */
static void
pattern_vars (const CardeaRegoTerm *t, Set out)
{
  if (t->kind == TERM_VAR && t->var != NULL)
    set_put (out, t->var);
  else if (t->kind == TERM_ARRAY)
    for (guint32 i = 0; i < t->n; i++)
      pattern_vars (t->args[i], out);
  else if (t->kind == TERM_OBJECT)
    for (guint32 i = 1; i < t->n; i += 2)
      pattern_vars (t->args[i], out);
}

typedef struct {
  const Safety *s;
  Set cur;
} RefOutputs;

static void
ref_outputs (CardeaRegoTerm *t, gpointer data)
{
  RefOutputs *o = data;
  if (t->kind != TERM_REF)
    return;
  const CardeaRegoTerm *head = t->args[0];
  if (head->kind == TERM_VAR && head->var != NULL && !set_has (o->cur, head->var))
    return;
  for (guint32 i = 1; i < t->n; i++)
    pattern_vars (t->args[i], o->cur);
}

static void
unify_outputs (const Safety *s, CardeaRegoTerm *a, CardeaRegoTerm *b, Set cur)
{
  if (a->kind == TERM_ARRAY && b->kind == TERM_ARRAY && a->n == b->n)
    {
      for (guint32 i = 0; i < a->n; i++)
        unify_outputs (s, a->args[i], b->args[i], cur);
      return;
    }
  if (a->kind == TERM_OBJECT && b->kind == TERM_OBJECT)
    for (guint32 i = 0; i < a->n; i += 2)
      for (guint32 k = 0; k < b->n; k += 2)
        if (a->args[i]->kind == TERM_VALUE && b->args[k]->kind == TERM_VALUE
            && cardea_rego_eq (a->args[i]->value, b->args[k]->value))
          unify_outputs (s, a->args[i + 1], b->args[k + 1], cur);
  if (term_within (s, a, cur))
    pattern_vars (b, cur);
  else if (term_within (s, b, cur))
    pattern_vars (a, cur);
}

static guint32
arity (const CardeaRegoTerm *call)
{
  return call->builtin != NULL ? call->builtin->n_args
         : call->node != NULL  ? call->node->rules->n_args
                               : call->n - 1;
}

static void
call_outputs (const Safety *s, CardeaRegoTerm *t, Set cur)
{
  if (strcmp (t->name, "eq") == 0)
    {
      unify_outputs (s, t->args[1], t->args[2], cur);
      return;
    }
  if (t->n - 1 != arity (t) + 1)
    return;
  for (guint32 i = 1; i + 1 < t->n; i++)
    if (!term_within (s, t->args[i], cur))
      return;
  pattern_vars (t->args[t->n - 1], cur);
}

static gboolean
same_sets (const Safety *s, Set a, Set b)
{
  return memcmp (a.w, b.w, sizeof (guint64) * s->words) == 0;
}

/* What is safe once the literal holds, given what is safe before. refs_only leaves out what
 * unification and calls bind. */
static Set
outputs (const Safety *s, CardeaRegoLiteral *l, Set safe, gboolean refs_only)
{
  RefOutputs o = { s, set_copy (s, safe) };
  if (l->negated || l->kind == LIT_NOT)
    return o.cur;
  for (;;)
    {
      Set before = set_copy (s, o.cur);
      cardea_rego_visit_literal (l, FALSE, ref_outputs, &o);
      if (!refs_only && l->kind == LIT_TERM && l->term->kind == TERM_CALL)
        call_outputs (s, l->term, o.cur);
      if (same_sets (s, before, o.cur))
        return o.cur;
    }
}

static void
direct_vars (CardeaRegoLiteral *l, Set out)
{
  cardea_rego_visit_literal (l, FALSE, put_var, &out);
}

static void
closure_vars (const Safety *s, CardeaRegoLiteral *l, Set out)
{
  Set direct = set_new (s), all = set_new (s);
  direct_vars (l, direct);
  cardea_rego_visit_literal (l, TRUE, put_var, &all);
  set_or (s, out, all);
  (void) direct;
}

static void safe_body (Safety *s, CardeaRegoBody *body, Set *safe);
static void safe_head (Safety *s, CardeaRegoTerm **terms, guint32 n, Set safe);

typedef struct {
  Safety *s;
  Set safe;
} Nested;

static void
nested_closure (CardeaRegoTerm *t, gpointer data)
{
  Nested *n = data;
  if (t->body == NULL)
    return;
  Set inner = set_copy (n->s, n->safe);
  safe_body (n->s, t->body, &inner);
  safe_head (n->s, t->args, t->n, inner);
}

static void
check_closures (Safety *s, CardeaRegoLiteral *l, Set safe)
{
  Nested n = { s, safe };
  cardea_rego_visit_literal (l, FALSE, nested_closure, &n);
  if (l->body == NULL)
    return;
  Set inner = set_copy (s, safe);
  for (guint32 i = 0; l->kind == LIT_EVERY && i + 1 < l->n; i++)
    pattern_vars (l->terms[i], inner);
  safe_body (s, l->body, &inner);
}

typedef struct {
  const Safety *s;
  Set unsafe;
  const CardeaRegoLiteral *literal; /* in whose place it is reported; NULL: the variable's own */
} Finder;

/* Another rule that begins on the same line makes the line alone ambiguous: then the rule is named.
 */
static char *
rule_suffix (const Safety *s)
{
  const CardeaRegoRule *own = NULL;
  gboolean others = FALSE;
  if (s->rule == NULL)
    return g_strdup ("");
  const CardeaRegoModule *m = s->g->modules->pdata[s->rule->module];
  for (guint i = 0; i < m->rules->len; i++)
    for (const CardeaRegoRule *e = m->rules->pdata[i]; e != NULL; e = e->otherwise)
      if (e == s->rule)
        own = m->rules->pdata[i];
  for (guint i = 0; own != NULL && i < m->rules->len; i++)
    {
      const CardeaRegoRule *r = m->rules->pdata[i];
      others = others || (r->loc.row == own->loc.row && strcmp (r->path, own->path) != 0);
    }
  return others ? g_strdup_printf (" in rule %s", own->path) : g_strdup ("");
}

static void
report (CardeaRegoTerm *t, gpointer data)
{
  Finder *f = data;
  if (t->kind != TERM_VAR || t->var == NULL || !set_has (f->unsafe, t->var))
    return;
  f->unsafe.w[t->var->id / 64] &= ~((guint64) 1 << (t->var->id % 64));
  CardeaRegoLoc loc = f->literal != NULL ? f->literal->loc : t->loc;
  g_autofree char *suffix = rule_suffix (f->s);
  cardea_rego_problems_add (f->s->problems, loc, "rego_unsafe_var_error", "var %s is unsafe%s",
                            t->var->name, suffix);
}

/* Reports what is unsafe by itself, not what merely depends on something unsafe. */
static void
report_unsafe (Safety *s, CardeaRegoBody *body, const gboolean *done, Set safe, Set outer)
{
  Set everything = set_new (s), produced = set_new (s);
  memset (everything.w, 0xff, sizeof (guint64) * s->words);
  for (guint32 i = 0; i < body->n; i++)
    {
      CardeaRegoLiteral *l = body->literals[i];
      if (done[i] || l->negated || l->kind != LIT_TERM || l->term->kind != TERM_CALL)
        continue;
      Set own = set_new (s);
      if (strcmp (l->term->name, "eq") == 0)
        {
          pattern_vars (l->term->args[1], own);
          if (!l->term->args[1]->kind || l->term->args[1]->kind == TERM_REF)
            pattern_vars (l->term->args[2], own);
        }
      else if (l->term->n - 1 == arity (l->term) + 1)
        pattern_vars (l->term->args[l->term->n - 1], own);
      set_or (s, produced, own);
    }
  for (gint round = 0; round < 2; round++)
    {
      guint before = s->problems->list->len + s->problems->dropped;
      for (guint32 i = 0; i < body->n; i++)
        {
          Finder f = { s, set_new (s), body->literals[i] };
          if (done[i])
            continue;
          closure_vars (s, body->literals[i], f.unsafe);
          set_and (s, f.unsafe, outer);
          for (guint w = 0; w < s->words; w++)
            f.unsafe.w[w] &= ~safe.w[w] & (round == 0 ? ~produced.w[w] : ~(guint64) 0);
          cardea_rego_visit_literal (body->literals[i], TRUE, report, &f);
        }
      if (s->problems->list->len + s->problems->dropped > before)
        return;
    }
}

static gboolean
ready (Safety *s, CardeaRegoLiteral *l, Set safe, Set outer, Set *ret_out)
{
  Set needed = set_new (s), closures = set_new (s);
  *ret_out = outputs (s, l, safe, FALSE);
  direct_vars (l, needed);
  if (!set_within (s, needed, *ret_out))
    return FALSE;
  Nested probe = { s, safe };
  (void) probe;
  gboolean has_closure = l->body != NULL;
  closure_vars (s, l, closures);
  for (guint i = 0; i < s->words; i++)
    {
      closures.w[i] &= outer.w[i] & ~needed.w[i];
      has_closure = has_closure || closures.w[i] != 0;
    }
  return !has_closure || set_within (s, closures, outputs (s, l, safe, TRUE));
}

static void
collect_closure (CardeaRegoTerm *t, gpointer data)
{
  if (t->body != NULL)
    cardea_rego_visit_term (t, TRUE, put_var, data);
}

/* Variables used inside a closure of the literal that its own unification would only bind
 * afterwards: x = [y | y = f(x)] has no order. */
static gboolean
binds_own_closure (Safety *s, CardeaRegoLiteral *l, Set safe, Set out)
{
  Set inside = set_new (s);
  cardea_rego_visit_literal (l, FALSE, collect_closure, &inside);
  Set refs = outputs (s, l, safe, TRUE);
  Set direct = set_new (s);
  direct_vars (l, direct);
  for (guint i = 0; i < s->words; i++)
    if (inside.w[i] & direct.w[i] & out.w[i] & ~refs.w[i])
      return TRUE;
  return FALSE;
}

static void
safe_body (Safety *s, CardeaRegoBody *body, Set *safe)
{
  if (s->problems->list->len >= CARDEA_REGO_MAX_ERRORS)
    return;
  Set outer = set_copy (s, *safe);
  g_autofree gboolean *done = g_new0 (gboolean, body->n + 1);
  CardeaRegoLiteral **order = cardea_rego_arena_alloc (s->g->arena, sizeof *order * (body->n + 1));
  guint32 n = 0;
  for (guint32 i = 0; i < body->n; i++)
    direct_vars (body->literals[i], outer);
  for (guint32 before = 1; before != 0;)
    {
      before = 0;
      for (guint32 i = 0; i < body->n; i++)
        {
          Set out;
          if (cardea_rego_arena_over (s->arena))
            {
              cardea_rego_problems_add (s->problems, body->loc, "rego_compile_error",
                                        "rule too complex");
              return;
            }
          if (done[i] || !ready (s, body->literals[i], *safe, outer, &out)
              || binds_own_closure (s, body->literals[i], *safe, out))
            continue;
          check_closures (s, body->literals[i], out);
          done[i] = TRUE;
          order[n++] = body->literals[i];
          *safe = out;
          before++;
        }
    }
  if (n < body->n)
    report_unsafe (s, body, done, *safe, outer);
  else
    body->literals = order;
}

/* Terms evaluated after a body: their refs may still bind. */
static void
safe_head (Safety *s, CardeaRegoTerm **terms, guint32 n, Set safe)
{
  RefOutputs o = { s, set_copy (s, safe) };
  for (guint32 i = 0; i < n; i++)
    if (terms[i] != NULL)
      cardea_rego_visit_term (terms[i], FALSE, ref_outputs, &o);
  for (guint32 i = 0; i < n; i++)
    {
      if (terms[i] == NULL)
        continue;
      Finder f = { s, set_new (s), NULL };
      cardea_rego_visit_term (terms[i], FALSE, put_var, &f.unsafe);
      for (guint w = 0; w < s->words; w++)
        f.unsafe.w[w] &= ~o.cur.w[w];
      cardea_rego_visit_term (terms[i], FALSE, report, &f);
      Nested nested = { s, o.cur };
      cardea_rego_visit_term (terms[i], FALSE, nested_closure, &nested);
    }
}

typedef struct {
  const Safety *s;
  Set bound;
  CardeaRegoLoc loc;
} Print;

static void
report_undeclared (CardeaRegoTerm *t, gpointer data)
{
  const Print *p = data;
  if (t->kind == TERM_VAR && t->var != NULL && !t->var->wildcard && !set_has (p->bound, t->var))
    cardea_rego_problems_add (p->s->problems, p->loc, "rego_compile_error", "var %s is undeclared",
                              t->var->name);
}

static Set print_body (const Safety *s, CardeaRegoBody *body, Set bound);

static void
print_closure (CardeaRegoTerm *t, gpointer data)
{
  const Print *p = data;
  if (t->body != NULL)
    (void) print_body (p->s, t->body, p->bound);
}

/* In the written order: a body is reordered only afterwards. Gives what is bound behind it. */
static Set
print_body (const Safety *s, CardeaRegoBody *body, Set bound)
{
  Print p = { s, set_copy (s, bound), body->loc };
  for (guint32 i = 0; i < body->n && !cardea_rego_arena_over (s->arena); i++)
    {
      CardeaRegoLiteral *l = body->literals[i];
      if (l->kind == LIT_TERM && l->term->kind == TERM_CALL && strcmp (l->term->name, "print") == 0)
        {
          for (guint32 k = 1; k < l->term->n; k++)
            {
              p.loc = l->term->args[k]->loc;
              cardea_rego_visit_term (l->term->args[k], FALSE, report_undeclared, &p);
            }
          l->negated = FALSE;
          l->n_withs = 0;
          l->term = cardea_rego_term_value (s->g->arena, l->loc, cardea_rego_bool (TRUE));
          continue;
        }
      cardea_rego_visit_literal (l, FALSE, print_closure, &p);
      Set inner = set_copy (s, p.bound);
      for (guint32 k = 0; l->kind == LIT_EVERY && k + 1 < l->n; k++)
        pattern_vars (l->terms[k], inner);
      if (l->body != NULL)
        (void) print_body (s, l->body, inner);
      p.bound = outputs (s, l, p.bound, FALSE);
    }
  return p.bound;
}

void
cardea_rego_safety_prints (CardeaRegoProgram *g, CardeaRegoProblems *problems, CardeaRegoRule *rule)
{
  g_autoptr (CardeaRegoArena) arena = cardea_rego_arena_new (MAX_SCRATCH);
  Safety s = { g, problems, rule, rule->n_vars / 64 + 1, arena };
  Set bound = set_new (&s);
  for (guint32 i = 0; i < rule->n_args; i++)
    pattern_vars (rule->args[i], bound);
  CardeaRegoTerm *head[] = { rule->key, rule->value };
  Print p = { &s, print_body (&s, rule->body, bound), rule->loc };
  for (guint i = 0; i < G_N_ELEMENTS (head); i++)
    if (head[i] != NULL)
      cardea_rego_visit_term (head[i], FALSE, print_closure, &p);
}

void
cardea_rego_safety_rule (CardeaRegoProgram *g, CardeaRegoProblems *problems, CardeaRegoRule *rule,
                         guint32 n_vars)
{
  g_autoptr (CardeaRegoArena) arena = cardea_rego_arena_new (MAX_SCRATCH);
  Safety s = { g, problems, rule, n_vars / 64 + 1, arena };
  Set safe = set_new (&s);
  guint before = problems->list->len;
  for (guint32 i = 0; i < rule->n_args; i++)
    pattern_vars (rule->args[i], safe);
  safe_body (&s, rule->body, &safe);
  if (problems->list->len > before)
    return;
  g_autoptr (GPtrArray) head = g_ptr_array_new ();
  for (guint32 i = 0; i < rule->ref->n; i++)
    g_ptr_array_add (head, rule->ref->args[i]);
  g_ptr_array_add (head, rule->key);
  g_ptr_array_add (head, rule->value);
  safe_head (&s, (CardeaRegoTerm **) head->pdata, head->len, safe);
}

void
cardea_rego_safety_query (CardeaRegoProgram *g, CardeaRegoProblems *problems, CardeaRegoBody *body,
                          guint32 n_vars)
{
  g_autoptr (CardeaRegoArena) arena = cardea_rego_arena_new (MAX_SCRATCH);
  Safety s = { g, problems, NULL, n_vars / 64 + 1, arena };
  Set safe = set_new (&s);
  safe_body (&s, body, &safe);
}
