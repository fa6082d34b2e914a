/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Stage 5, the frame: emitting, rule sets, queries. */

#include "common/rego/cardea-rego-code.h"

#include <string.h>

static guint
hash_const (gconstpointer v)
{
  return cardea_rego_hash (*(const CardeaRegoValue *) v);
}

static gboolean
equal_const (gconstpointer a, gconstpointer b)
{
  const CardeaRegoValue *x = a, *y = b;
  if (x->tag != y->tag)
    return FALSE;
  return x->tag == CARDEA_REGO_NUMBER ? strcmp (x->num->s, y->num->s) == 0
                                      : x->tag < CARDEA_REGO_ARRAY && cardea_rego_eq (*x, *y);
}

void
cardea_rego_plan_init (CardeaRegoPlan *p, CardeaRegoProgram *g, CardeaRegoProblems *problems)
{
  *p = (CardeaRegoPlan){ .g = g, .problems = problems, .world = -1, .level = 1 };
  p->insns = g_array_new (FALSE, FALSE, sizeof (CardeaRegoInsn));
  p->locs = g_array_new (FALSE, FALSE, sizeof (CardeaRegoLoc));
  p->labels = g_array_new (FALSE, FALSE, sizeof (guint32));
  p->lists = g_array_new (FALSE, FALSE, sizeof (gint32));
  p->consts = g_array_new (FALSE, FALSE, sizeof (CardeaRegoValue));
  p->pointers = g_ptr_array_new ();
  p->const_index = g_hash_table_new_full (hash_const, equal_const, g_free, NULL);
}

CardeaRegoCode *
cardea_rego_plan_finish (CardeaRegoPlan *p)
{
  CardeaRegoCode *code = g_new0 (CardeaRegoCode, 1);
  if (p->n_regs > CARDEA_REGO_MAX_REGS || p->insns->len > CARDEA_REGO_MAX_CODE)
    cardea_rego_problems_add (p->problems, p->loc, "rego_compile_error", "rule too large");
  cardea_rego_plan_emit (p, OP_HALT, 0, 0, 0, 0);
  for (guint i = 0; i < p->insns->len; i++)
    {
      CardeaRegoInsn *insn = &g_array_index (p->insns, CardeaRegoInsn, i);
      insn->fail = g_array_index (p->labels, guint32, insn->fail);
    }
  code->n = p->insns->len;
  code->n_regs = p->n_regs;
  code->insns = (CardeaRegoInsn *) (void *) g_array_free (p->insns, FALSE);
  code->locs = (CardeaRegoLoc *) (void *) g_array_free (p->locs, FALSE);
  code->lists = (gint32 *) (void *) g_array_free (p->lists, FALSE);
  code->consts = (CardeaRegoValue *) (void *) g_array_free (p->consts, FALSE);
  code->pointers = g_ptr_array_free (p->pointers, FALSE);
  g_hash_table_unref (p->const_index);
  g_array_unref (p->labels);
  return code;
}

void
cardea_rego_code_free (CardeaRegoCode *code)
{
  if (code == NULL)
    return;
  g_free (code->insns);
  g_free (code->locs);
  g_free (code->lists);
  g_free (code->consts);
  g_free (code->pointers);
  cardea_rego_index_free (code->index);
  g_free (code);
}

guint32
cardea_rego_plan_label (CardeaRegoPlan *p)
{
  guint32 none = 0;
  g_array_append_val (p->labels, none);
  return p->labels->len - 1;
}

void
cardea_rego_plan_place (CardeaRegoPlan *p, guint32 label)
{
  g_array_index (p->labels, guint32, label) = p->insns->len;
}

void
cardea_rego_plan_emit (CardeaRegoPlan *p, CardeaRegoOp op, guint x, gint32 a, gint32 b, gint32 c)
{
  if (x > G_MAXUINT16 || p->insns->len > CARDEA_REGO_MAX_CODE)
    {
      if (!p->too_large)
        cardea_rego_problems_add (p->problems, p->loc, "rego_compile_error", "rule too large");
      p->too_large = TRUE;
      return;
    }
  CardeaRegoInsn insn
      = { .op = (guint16) op, .x = (guint16) x, .a = a, .b = b, .c = c, .fail = p->fail };
  g_array_append_val (p->insns, insn);
  g_array_append_val (p->locs, p->loc);
}

void
cardea_rego_plan_jump (CardeaRegoPlan *p, CardeaRegoOp op, gint32 b, guint32 label)
{
  guint32 fail = p->fail;
  p->fail = label;
  cardea_rego_plan_emit (p, op, 0, 0, b, 0);
  p->fail = fail;
}

gint32
cardea_rego_plan_reg (CardeaRegoPlan *p)
{
  return (gint32) p->n_regs++;
}

gint32
cardea_rego_plan_const (CardeaRegoPlan *p, CardeaRegoValue v)
{
  gpointer at = v.tag < CARDEA_REGO_ARRAY ? g_hash_table_lookup (p->const_index, &v) : NULL;
  if (at != NULL)
    return ~(gint32) (GPOINTER_TO_INT (at) - 1);
  cardea_rego_freeze (v);
  g_array_append_val (p->consts, v);
  if (v.tag < CARDEA_REGO_ARRAY)
    g_hash_table_insert (p->const_index, g_memdup2 (&v, sizeof v),
                         GINT_TO_POINTER (p->consts->len));
  return ~(gint32) (p->consts->len - 1);
}

gint32
cardea_rego_plan_pointer (CardeaRegoPlan *p, gconstpointer pointer)
{
  /* The last few are enough to find most repetitions. */
  for (guint i = p->pointers->len; i > 0 && i + 32 > p->pointers->len; i--)
    if (p->pointers->pdata[i - 1] == pointer)
      return (gint32) i - 1;
  g_ptr_array_add (p->pointers, (gpointer) pointer);
  return (gint32) p->pointers->len - 1;
}

gint32
cardea_rego_plan_list (CardeaRegoPlan *p, const gint32 *v, guint n)
{
  gint32 at = (gint32) p->lists->len;
  g_array_append_vals (p->lists, v, n);
  return at;
}

void
cardea_rego_plan_restore_world (CardeaRegoPlan *p)
{
  if (p->world >= 0)
    cardea_rego_plan_emit (p, OP_WORLD, 0, 0, p->world, 0);
}

static gboolean body_has_with (const CardeaRegoBody *body);

static void
find_with (CardeaRegoTerm *t, gpointer data)
{
  if (t->body != NULL && body_has_with (t->body))
    *(gboolean *) data = TRUE;
}

static gboolean
body_has_with (const CardeaRegoBody *body)
{
  gboolean found = FALSE;
  for (guint32 i = 0; i < body->n && !found; i++)
    {
      found = body->literals[i]->n_withs > 0
              || (body->literals[i]->body != NULL && body_has_with (body->literals[i]->body));
      cardea_rego_visit_literal (body->literals[i], FALSE, find_with, &found);
    }
  return found;
}

static gboolean
rules_have_with (const CardeaRegoRuleset *s)
{
  gboolean found = FALSE;
  for (guint i = 0; i < s->rules->len && !found; i++)
    for (CardeaRegoRule *r = s->rules->pdata[i]; r != NULL && !found; r = r->otherwise)
      {
        found = body_has_with (r->body);
        if (r->value != NULL)
          cardea_rego_visit_term (r->value, FALSE, find_with, &found);
        if (r->key != NULL)
          cardea_rego_visit_term (r->key, FALSE, find_with, &found);
      }
  return found;
}

static void
begin_world (CardeaRegoPlan *p, gboolean needed)
{
  if (!needed)
    return;
  p->world = cardea_rego_plan_reg (p);
  cardea_rego_plan_emit (p, OP_SAVE_WORLD, 0, p->world, 0, 0);
}

typedef struct {
  CardeaRegoRuleset *s;
  gint32 result;
  gint32 hit;     /* register that says an else chain is decided, or -1 */
  guint32 end;    /* label */
  gboolean early; /* all rules give the same constant */
  gboolean alone; /* no other rule could contradict a value */
} RulesPlan;

static gboolean
same_constants (const CardeaRegoRuleset *s)
{
  const CardeaRegoTerm *first = NULL;
  for (guint i = 0; i < s->rules->len; i++)
    for (const CardeaRegoRule *r = s->rules->pdata[i]; r != NULL; r = r->otherwise)
      {
        if (r->value->kind != TERM_VALUE
            || (first != NULL && !cardea_rego_eq (first->value, r->value->value)))
          return FALSE;
        first = r->value;
      }
  return TRUE;
}

/* Head and body of one rule. On success adds to the result and goes on with the next solution;
 * TRUE: there can be no other, and the value is returned. failed: where the rule does not hold. */
static gboolean
plan_success (CardeaRegoPlan *p, RulesPlan *rp, CardeaRegoRule *r, guint32 failed, guint32 next)
{
  gint32 key = -1, value = -1;
  gboolean object = rp->s->kind == RULES_OBJECT;
  g_autofree gint32 *path = g_new (gint32, r->ref->n + 1);
  p->loc = r->key != NULL ? r->key->loc : r->value->loc;
  cardea_rego_plan_lift (p, r->ref->args, r->ref->n);
  for (guint32 i = 0; i < r->ref->n; i++)
    path[i] = cardea_rego_plan_value (p, r->ref->args[i]);
  if (r->contains)
    key = cardea_rego_plan_value (p, r->key);
  else
    value = cardea_rego_plan_value (p, r->value);
  p->loc = r->loc;
  if (!object && !r->contains && (rp->early || (rp->alone && p->fail == failed)))
    {
      cardea_rego_plan_emit (p, OP_HOLDS, 0, 0, cardea_rego_plan_pointer (p, r), value);
      return TRUE;
    }
  cardea_rego_plan_emit (p, OP_TRACE, r->contains, 0, cardea_rego_plan_pointer (p, r),
                         r->contains ? key : value);
  if (object)
    {
      gint32 at = cardea_rego_plan_list (p, path, r->ref->n);
      cardea_rego_plan_emit (p, r->contains ? OP_ADD_PATH : OP_PUT_PATH, r->ref->n, rp->result, at,
                             r->contains ? key : value);
      if (rp->hit >= 0)
        cardea_rego_plan_emit (p, OP_MOVE, 0, rp->hit,
                               cardea_rego_plan_const (p, cardea_rego_bool (TRUE)), 0);
    }
  else if (r->contains)
    cardea_rego_plan_emit (p, OP_ADD, 0, rp->result, key, 0);
  else
    cardea_rego_plan_emit (p, OP_COMPLETE, rp->s->kind == RULES_FUNCTION, rp->result, value, 0);
  gboolean constant = !object && !r->contains && r->value->kind == TERM_VALUE;
  cardea_rego_plan_jump (p, OP_JUMP, 0, constant ? next : p->fail);
  return FALSE;
}

/* TRUE: whenever it holds, its value is returned at once. */
static gboolean
plan_rule (CardeaRegoPlan *p, RulesPlan *rp, CardeaRegoRule *r)
{
  gboolean all = TRUE;
  guint32 chain_end = cardea_rego_plan_label (p);
  gint32 hit = -1;
  if (r->otherwise != NULL && !rp->early)
    {
      hit = cardea_rego_plan_reg (p);
      cardea_rego_plan_emit (p, OP_UNSET, 0, hit, 0, 0);
    }
  for (; r != NULL; r = r->otherwise)
    {
      guint32 next = cardea_rego_plan_label (p), done = cardea_rego_plan_label (p);
      RulesPlan own = *rp;
      p->fail = next;
      p->loc = r->loc;
      own.hit = hit;
      if (hit >= 0 && rp->s->kind != RULES_OBJECT)
        own.result = hit;
      for (guint32 i = 0; i < r->n_args; i++)
        cardea_rego_plan_match (p, (gint32) i, r->args[i]);
      cardea_rego_plan_body (p, r->body);
      gboolean returned = plan_success (p, &own, r, next, done);
      all = all && returned;
      p->loc = r->loc;
      cardea_rego_plan_place (p, next);
      cardea_rego_plan_place (p, done);
      cardea_rego_plan_restore_world (p);
      if (hit < 0 || returned)
        continue;
      /* The first branch that holds decides; its value then meets those of the other rules. */
      guint32 missed = cardea_rego_plan_label (p), found = cardea_rego_plan_label (p);
      cardea_rego_plan_jump (p, OP_IF_DEF, hit, found);
      cardea_rego_plan_jump (p, OP_JUMP, 0, missed);
      cardea_rego_plan_place (p, found);
      if (rp->s->kind != RULES_OBJECT)
        cardea_rego_plan_emit (p, OP_COMPLETE, rp->s->kind == RULES_FUNCTION, rp->result, hit, 0);
      cardea_rego_plan_jump (p, OP_JUMP, 0, chain_end);
      cardea_rego_plan_place (p, missed);
    }
  cardea_rego_plan_place (p, chain_end);
  return all;
}

/* TRUE: the register of the result is never set. */
static gboolean
plan_rules (CardeaRegoPlan *p, RulesPlan *rp)
{
  gboolean all = TRUE;
  CardeaRegoRuleset *s = rp->s;
  guint32 n = s->rules->len;
  g_autofree guint32 *entries = g_new (guint32, n + 1);
  for (guint32 i = 0; i <= n; i++)
    entries[i] = cardea_rego_plan_label (p);
  CardeaRegoIndex *index = p->g->no_index ? NULL : cardea_rego_index_build (p, s, entries);
  gint32 state = -1;
  p->fail = entries[n];
  if (index != NULL)
    {
      state = cardea_rego_plan_reg (p);
      cardea_rego_plan_emit (p, OP_DISPATCH, 0, state, 0, 0);
    }
  for (guint32 i = 0; i < n; i++)
    {
      cardea_rego_plan_place (p, entries[i]);
      all = plan_rule (p, rp, s->rules->pdata[i]) && all;
      p->fail = entries[n];
      if (index != NULL)
        cardea_rego_plan_emit (p, OP_CANDIDATE, 0, state, 0, 0);
    }
  cardea_rego_plan_place (p, entries[n]);
  if (index != NULL)
    cardea_rego_index_patch (index, p->labels);
  p->index = index;
  return all;
}

void
cardea_rego_plan_ruleset (CardeaRegoProgram *g, CardeaRegoProblems *problems, CardeaRegoRuleset *s)
{
  CardeaRegoPlan p;
  cardea_rego_plan_init (&p, g, problems);
  (void) cardea_rego_plan_label (&p);
  p.n_regs = s->kind == RULES_FUNCTION ? s->n_args : 0;
  RulesPlan rp = { .s = s, .hit = -1, .end = cardea_rego_plan_label (&p) };
  rp.result = cardea_rego_plan_reg (&p);
  p.loc = s->rules->len > 0 ? ((CardeaRegoRule *) s->rules->pdata[0])->loc : s->fallback->loc;
  if (s->kind == RULES_SET)
    cardea_rego_plan_emit (&p, OP_SET, 0, rp.result, 0, 0);
  else if (s->kind == RULES_OBJECT)
    cardea_rego_plan_emit (&p, OP_OBJECT, 0, rp.result, 0, 0);
  else
    {
      cardea_rego_plan_emit (&p, OP_UNSET, 0, rp.result, 0, 0);
      rp.early = same_constants (s);
      rp.alone = s->rules->len == 1;
    }
  begin_world (&p, rules_have_with (s));
  guint32 start = plan_rules (&p, &rp) && s->fallback == NULL ? 1 : 0;
  if (s->fallback != NULL && s->kind != RULES_SET && s->kind != RULES_OBJECT)
    {
      guint32 have = cardea_rego_plan_label (&p);
      cardea_rego_plan_jump (&p, OP_IF_DEF, rp.result, have);
      p.fail = rp.end;
      gint32 value = cardea_rego_plan_value (&p, s->fallback->value);
      cardea_rego_plan_emit (&p, OP_TRACE, 0, 0, cardea_rego_plan_pointer (&p, s->fallback), value);
      cardea_rego_plan_emit (&p, OP_MOVE, 0, rp.result, value, 0);
      cardea_rego_plan_place (&p, have);
    }
  cardea_rego_plan_place (&p, rp.end);
  if (start > 0)
    rp.result = cardea_rego_plan_const (&p, CARDEA_REGO_NONE);
  cardea_rego_plan_emit (&p, OP_RETURN, 0, 0, rp.result, 0);
  CardeaRegoIndex *index = p.index;
  s->code = cardea_rego_plan_finish (&p);
  s->code->index = index;
  s->code->start = start;
}

static gint32
plan_solution (CardeaRegoPlan *p, GPtrArray *vars)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (gint32));
  for (gint round = 0; round < 2; round++)
    for (guint i = 0; i < vars->len; i++)
      {
        const CardeaRegoVar *v = vars->pdata[i];
        if (v->wildcard || v->level != 1 || v->reg == CARDEA_REGO_UNBOUND)
          continue;
        gint32 operand
            = round == 0 ? cardea_rego_plan_const (p, cardea_rego_cstring (p->g->arena, v->name))
                         : v->reg;
        g_array_append_val (list, operand);
      }
  cardea_rego_plan_emit (p, OP_RESULT, list->len / 2, 0,
                         cardea_rego_plan_list (p, (gint32 *) (void *) list->data, list->len), 0);
  return 0;
}

CardeaRegoCode *
cardea_rego_plan_query (CardeaRegoProgram *g, CardeaRegoProblems *problems, CardeaRegoBody *body,
                        GPtrArray *vars, gboolean as_value)
{
  CardeaRegoPlan p;
  cardea_rego_plan_init (&p, g, problems);
  (void) cardea_rego_plan_label (&p);
  guint32 end = p.fail = cardea_rego_plan_label (&p);
  p.loc = body->loc;
  begin_world (&p, body_has_with (body));
  if (as_value)
    {
      gint32 value = cardea_rego_plan_value (&p, body->literals[0]->term);
      cardea_rego_plan_emit (&p, OP_RETURN, 0, 0, value, 0);
    }
  else
    {
      cardea_rego_plan_body (&p, body);
      (void) plan_solution (&p, vars);
      cardea_rego_plan_jump (&p, OP_JUMP, 0, p.fail);
    }
  cardea_rego_plan_place (&p, end);
  cardea_rego_plan_emit (&p, OP_RETURN, 0, 0, cardea_rego_plan_const (&p, CARDEA_REGO_NONE), 0);
  return cardea_rego_plan_finish (&p);
}
