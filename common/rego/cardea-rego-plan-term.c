/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Code for terms. */

#include "common/rego/cardea-rego-code.h"

#include "common/rego/cardea-rego-shape.h"

#include <string.h>

#define MAX_SHAPED 256 /* operands of one instruction */

gboolean
cardea_rego_plan_bound (CardeaRegoPlan *p, CardeaRegoTerm *t)
{
  (void) p;
  return t->kind != TERM_VAR || t->var == NULL || t->var->reg != CARDEA_REGO_UNBOUND;
}

static gboolean
is_root (const CardeaRegoTerm *t, const char *name)
{
  return t->kind == TERM_VAR && t->var == NULL && strcmp (t->name, name) == 0;
}

typedef struct {
  guint level;
  gboolean open;
} Free;

static void
find_free (CardeaRegoTerm *t, gpointer data)
{
  Free *f = data;
  if (t->kind == TERM_VAR && t->var != NULL && t->var->level <= f->level
      && t->var->reg == CARDEA_REGO_UNBOUND)
    f->open = TRUE;
}

static gboolean evaluable_operand (CardeaRegoPlan *p, CardeaRegoTerm *t);

/* Whether the term's value can be computed now; refs may still bind their operands. */
gboolean
cardea_rego_plan_evaluable (CardeaRegoPlan *p, CardeaRegoTerm *t)
{
  if (t->lifted)
    return TRUE;
  switch (t->kind)
    {
    case TERM_VALUE:
      return TRUE;
    case TERM_VAR:
      return cardea_rego_plan_bound (p, t);
    case TERM_REF:
      if (!cardea_rego_plan_evaluable (p, t->args[0]))
        return FALSE;
      for (guint32 i = 1; i < t->n; i++)
        if (!evaluable_operand (p, t->args[i]))
          return FALSE;
      return TRUE;
    case TERM_ARRAY_COMPR:
    case TERM_SET_COMPR:
    case TERM_OBJECT_COMPR:
      {
        Free f = { p->level, FALSE };
        cardea_rego_visit_term (t, TRUE, find_free, &f);
        return !f.open;
      }
    default:
      for (guint32 i = t->kind == TERM_CALL ? 1 : 0; i < t->n; i++)
        if (!cardea_rego_plan_evaluable (p, t->args[i]))
          return FALSE;
      return TRUE;
    }
}

static gboolean
evaluable_operand (CardeaRegoPlan *p, CardeaRegoTerm *t)
{
  if (t->kind == TERM_VAR)
    return TRUE;
  if (t->kind != TERM_ARRAY && t->kind != TERM_OBJECT)
    return cardea_rego_plan_evaluable (p, t);
  for (guint32 i = 0; i < t->n; i++)
    if (!evaluable_operand (p, t->args[i]))
      return FALSE;
  return TRUE;
}

static gboolean
is_composite (const CardeaRegoTerm *t)
{
  return t->kind == TERM_ARRAY || t->kind == TERM_OBJECT || t->kind == TERM_SET;
}

static gboolean
lift_ready (CardeaRegoPlan *p, CardeaRegoTerm **terms, guint32 n, gboolean *ret_waiting)
{
  gboolean progress = FALSE;
  for (guint32 i = 0; i < n; i++)
    {
      CardeaRegoTerm *t = terms[i];
      if (t->lifted || t->kind == TERM_VALUE || t->kind == TERM_VAR)
        continue;
      if (is_composite (t))
        progress = lift_ready (p, t->args, t->n, ret_waiting) || progress;
      else if (cardea_rego_plan_evaluable (p, t))
        {
          t->reg = cardea_rego_plan_value (p, t);
          t->lifted = TRUE;
          progress = TRUE;
        }
      else
        *ret_waiting = TRUE;
    }
  return progress;
}

/* Computes the refs, calls and closures inside terms first, as they may bind variables that the
 * terms around them use. */
void
cardea_rego_plan_lift (CardeaRegoPlan *p, CardeaRegoTerm **terms, guint32 n)
{
  gboolean waiting = TRUE;
  while (waiting)
    {
      waiting = FALSE;
      if (!lift_ready (p, terms, n, &waiting))
        break;
    }
}

void
cardea_rego_plan_scan_member (CardeaRegoPlan *p, gint32 coll, gint32 key, gint32 value,
                              gint32 member)
{
  gint32 iter = cardea_rego_plan_reg (p);
  guint32 next = cardea_rego_plan_label (p);
  cardea_rego_plan_emit (p, OP_SCAN, 0, iter, coll, 0);
  cardea_rego_plan_place (p, next);
  cardea_rego_plan_restore_world (p);
  if (member < 0)
    cardea_rego_plan_emit (p, OP_NEXT_MEMBER, (guint) ~member, iter, key, value);
  else
    cardea_rego_plan_emit (p, OP_NEXT, 0, iter, key, value);
  p->fail = next;
}

void
cardea_rego_plan_scan (CardeaRegoPlan *p, gint32 coll, gint32 key, gint32 value)
{
  cardea_rego_plan_scan_member (p, coll, key, value, 0);
}

/* The constant name of an operand, if an instruction has room for it; otherwise 0. */
static gint32
member_name (CardeaRegoPlan *p, const CardeaRegoTerm *t, guint32 i)
{
  if (i >= t->n || t->args[i]->kind != TERM_VALUE || t->args[i]->value.tag != CARDEA_REGO_STRING)
    return 0;
  gint32 name = cardea_rego_plan_const (p, t->args[i]->value);
  return ~name <= G_MAXUINT16 ? name : 0;
}

/* The longest constant string path from operand `from`; its length. */
static guint32
const_path (CardeaRegoPlan *p, const CardeaRegoTerm *t, guint32 from, gint32 *ret_list)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (gint32));
  for (guint32 i = from; i < t->n && t->args[i]->kind == TERM_VALUE && list->len < G_MAXUINT16; i++)
    {
      gint32 c = cardea_rego_plan_const (p, t->args[i]->value);
      g_array_append_val (list, c);
    }
  *ret_list = cardea_rego_plan_list (p, (gint32 *) (void *) list->data, list->len);
  return list->len;
}

/* Where a ref below data begins: at rules, at stored data, or at a node not computed yet. */
static gint32
plan_data (CardeaRegoPlan *p, CardeaRegoTerm *t, guint32 *ret_used, gboolean *ret_node)
{
  guint32 used = 1;
  CardeaRegoNode *node = cardea_rego_tree_at (p->g, t, &used);
  gint32 r = cardea_rego_plan_reg (p);
  *ret_used = used;
  if (node->rules != NULL && (node->rules->kind != RULES_FUNCTION || node->rules->n_args == 0))
    cardea_rego_plan_emit (p, OP_CALL_RULE, node->mockable, r,
                           cardea_rego_plan_pointer (p, node->rules), 0);
  else if (used < t->n && t->args[used]->kind == TERM_VALUE)
    {
      gint32 list;
      guint32 n = const_path (p, t, 1, &list);
      cardea_rego_plan_emit (p, OP_BASE_PATH, n, r, list, 0);
      *ret_used = n + 1;
    }
  else
    {
      cardea_rego_plan_emit (p, OP_NODE, 0, r, cardea_rego_plan_pointer (p, node), 0);
      *ret_node = TRUE;
    }
  return r;
}

static gint32
plan_input (CardeaRegoPlan *p, CardeaRegoTerm *t, guint32 *ret_used)
{
  gint32 list, r = cardea_rego_plan_reg (p);
  guint32 n = const_path (p, t, 1, &list);
  *ret_used = n + 1;
  if (n == 0)
    cardea_rego_plan_emit (p, OP_INPUT, 0, r, 0, 0);
  else
    cardea_rego_plan_emit (p, OP_INPUT_PATH, n, r, list, 0);
  return r;
}

static gboolean
has_unbound (CardeaRegoPlan *p, CardeaRegoTerm *t)
{
  if (t->kind == TERM_VAR)
    return !cardea_rego_plan_bound (p, t);
  if (t->kind != TERM_ARRAY && t->kind != TERM_OBJECT)
    return FALSE;
  for (guint32 i = 0; i < t->n; i++)
    if (has_unbound (p, t->args[i]))
      return TRUE;
  return FALSE;
}

gint32
cardea_rego_plan_ref (CardeaRegoPlan *p, CardeaRegoTerm *t)
{
  guint32 i = 1;
  gint32 cur;
  gboolean node = FALSE;
  /* Operands that are refs or calls themselves come first: they may fail or bind. */
  cardea_rego_plan_lift (p, t->args + 1, t->n - 1);
  if (is_root (t->args[0], "data"))
    cur = plan_data (p, t, &i, &node);
  else if (is_root (t->args[0], "input"))
    cur = plan_input (p, t, &i);
  else
    cur = cardea_rego_plan_value (p, t->args[0]);
  for (; i < t->n; i++)
    {
      CardeaRegoTerm *o = t->args[i];
      gint32 r = cardea_rego_plan_reg (p);
      if (!has_unbound (p, o))
        cardea_rego_plan_emit (p, OP_DOT, 0, r, cur, cardea_rego_plan_value (p, o));
      else if (o->kind == TERM_VAR)
        {
          gint32 key = o->var->wildcard ? -1 : cardea_rego_plan_reg (p);
          gint32 member = member_name (p, t, i + 1);
          if (t == p->group_ref && i + 1 == t->n)
            cur = cardea_rego_group_emit (p, cur);
          cardea_rego_plan_scan_member (p, cur, key, r, member);
          i += member < 0;
          o->var->reg = key;
          if (o->var->wildcard)
            o->var->reg = CARDEA_REGO_UNBOUND;
        }
      else
        {
          gint32 key = cardea_rego_plan_reg (p);
          cardea_rego_plan_scan (p, cur, key, r);
          cardea_rego_plan_match (p, key, o);
        }
      cur = r;
    }
  if (node)
    {
      gint32 whole = cardea_rego_plan_reg (p);
      cardea_rego_plan_emit (p, OP_FORCE, 0, whole, cur, 0);
      return whole;
    }
  return cur;
}

/* An object whose keys are different constant names: they need not be put one by one. */
static gint32
plan_shaped (CardeaRegoPlan *p, const CardeaRegoTerm *t, const gint32 *operands)
{
  guint32 n = t->n / 2;
  g_autofree CardeaRegoValue *keys = g_new (CardeaRegoValue, n + 1);
  g_autofree gint32 *values = g_new (gint32, n + 1);
  for (guint32 i = 0; i < n; i++)
    {
      keys[i] = t->args[2 * i]->value;
      values[i] = operands[2 * i + 1];
      if (t->args[2 * i]->kind != TERM_VALUE || keys[i].tag != CARDEA_REGO_STRING)
        return CARDEA_REGO_UNBOUND;
    }
  const CardeaRegoShape *shape = cardea_rego_shape_new (p->g->arena, keys, n);
  if (shape->keys->len < n) /* the last of the same name counts */
    return CARDEA_REGO_UNBOUND;
  gint32 r = cardea_rego_plan_reg (p);
  gint32 list = cardea_rego_plan_list (p, values, n);
  cardea_rego_plan_emit (p, OP_SHAPED, n, r, cardea_rego_plan_pointer (p, shape), list);
  return r;
}

static gint32
plan_composite (CardeaRegoPlan *p, CardeaRegoTerm *t)
{
  static const CardeaRegoOp make[]
      = { [TERM_ARRAY] = OP_ARRAY, [TERM_OBJECT] = OP_OBJECT, [TERM_SET] = OP_SET };
  g_autofree gint32 *operands = g_new (gint32, t->n + 1);
  cardea_rego_plan_lift (p, t->args, t->n);
  for (guint32 i = 0; i < t->n; i++)
    operands[i] = cardea_rego_plan_value (p, t->args[i]);
  gint32 r = t->kind == TERM_OBJECT && t->n > 0 && t->n / 2 <= MAX_SHAPED
                 ? plan_shaped (p, t, operands)
                 : CARDEA_REGO_UNBOUND;
  if (r != CARDEA_REGO_UNBOUND)
    return r;
  r = cardea_rego_plan_reg (p);
  if (t->kind == TERM_ARRAY && t->n <= MAX_SHAPED)
    {
      cardea_rego_plan_emit (p, OP_LISTED, t->n, r, 0, cardea_rego_plan_list (p, operands, t->n));
      return r;
    }
  cardea_rego_plan_emit (p, make[t->kind], MIN (t->n, 1024), r, 0, 0);
  for (guint32 i = 0; i < t->n; i++)
    if (t->kind == TERM_ARRAY)
      cardea_rego_plan_emit (p, OP_PUSH, 0, r, operands[i], 0);
    else if (t->kind == TERM_SET)
      cardea_rego_plan_emit (p, OP_ADD, 0, r, operands[i], 0);
    else if ((i & 1) == 0)
      cardea_rego_plan_emit (p, OP_PUT, 0, r, operands[i], operands[i + 1]);
  return r;
}

gint32
cardea_rego_plan_closure (CardeaRegoPlan *p, CardeaRegoTerm *t)
{
  static const CardeaRegoOp make[] = {
    [TERM_ARRAY_COMPR] = OP_ARRAY, [TERM_OBJECT_COMPR] = OP_OBJECT, [TERM_SET_COMPR] = OP_SET
  };
  gint32 r = cardea_rego_plan_reg (p);
  guint32 outer = p->fail, end = cardea_rego_plan_label (p);
  cardea_rego_plan_emit (p, make[t->kind], 0, r, 0, 0);
  p->fail = end;
  p->level++;
  cardea_rego_plan_body (p, t->body);
  cardea_rego_plan_lift (p, t->args, t->n);
  gint32 a = cardea_rego_plan_value (p, t->args[0]);
  if (t->kind == TERM_OBJECT_COMPR)
    cardea_rego_plan_emit (p, OP_PUT_ONCE, 0, r, a, cardea_rego_plan_value (p, t->args[1]));
  else
    cardea_rego_plan_emit (p, t->kind == TERM_ARRAY_COMPR ? OP_PUSH : OP_ADD, 0, r, a, 0);
  cardea_rego_plan_jump (p, OP_JUMP, 0, p->fail);
  cardea_rego_plan_place (p, end);
  p->fail = outer;
  p->level--;
  cardea_rego_plan_restore_world (p);
  return r;
}

static gboolean
is_mocked (const CardeaRegoPlan *p, gconstpointer function)
{
  return p->g->mock_all || g_hash_table_contains (p->g->mocked, function);
}

static void
check_refused (CardeaRegoPlan *p, const CardeaRegoTerm *t, gboolean mocked)
{
  if (t->builtin != NULL && t->builtin->flags & BUILTIN_REFUSED && !mocked)
    cardea_rego_problems_add (
        p->problems, t->loc, "rego_compile_error",
        "%s reaches out of the policy engine: it is refused unless every use is replaced by with",
        t->name);
}

static gint32
plan_arith (CardeaRegoPlan *p, const CardeaRegoTerm *t, const gint32 *operands)
{
  CardeaRegoOp op = OP_HALT;
  if (strcmp (t->name, "plus") == 0)
    op = OP_PLUS;
  else if (strcmp (t->name, "minus") == 0)
    op = OP_MINUS;
  else
    return CARDEA_REGO_UNBOUND;
  gint32 r = cardea_rego_plan_reg (p);
  cardea_rego_plan_emit (p, op, (guint) cardea_rego_plan_pointer (p, t->builtin), r, operands[0],
                         operands[1]);
  return r;
}

gint32
cardea_rego_plan_call (CardeaRegoPlan *p, CardeaRegoTerm *t, guint32 n_args)
{
  g_autofree gint32 *operands = g_new (gint32, n_args + 1);
  CardeaRegoLoc outer = p->loc;
  cardea_rego_plan_lift (p, t->args + 1, n_args);
  for (guint32 i = 0; i < n_args; i++)
    operands[i] = cardea_rego_plan_value (p, t->args[i + 1]);
  p->loc = t->loc;
  gconstpointer function = t->builtin != NULL ? (gconstpointer) t->builtin
                           : t->node != NULL  ? t->node->rules
                                              : NULL;
  gboolean mocked = function != NULL && is_mocked (p, function);
  check_refused (p, t, mocked);
  gint32 r = mocked || t->builtin == NULL ? CARDEA_REGO_UNBOUND : plan_arith (p, t, operands);
  if (r == CARDEA_REGO_UNBOUND)
    {
      CardeaRegoOp op = mocked               ? OP_CALL_MOCKED
                        : t->builtin != NULL ? OP_CALL_BUILTIN
                                             : OP_CALL_FUNC;
      gint32 list = cardea_rego_plan_list (p, operands, n_args);
      r = cardea_rego_plan_reg (p);
      /* A mocked call must know which kind of function it names. */
      cardea_rego_plan_emit (p, op,
                             n_args | (mocked && t->builtin != NULL ? 0x8000 : 0)
                                 | (t->node != NULL && t->node->mockable ? 0x4000 : 0),
                             r, cardea_rego_plan_pointer (p, function), list);
    }
  if (t->builtin != NULL && t->builtin->flags & BUILTIN_RELATION)
    {
      gint32 each = cardea_rego_plan_reg (p);
      cardea_rego_plan_scan (p, r, -1, each);
      r = each;
    }
  p->loc = outer;
  return r;
}

static gint32
plan_template (CardeaRegoPlan *p, CardeaRegoTerm *t)
{
  g_autofree gint32 *operands = g_new (gint32, t->n + 1);
  for (guint32 i = 0; i < t->n; i++)
    operands[i] = cardea_rego_plan_value (p, t->args[i]);
  gint32 list = cardea_rego_plan_list (p, operands, t->n);
  gint32 r = cardea_rego_plan_reg (p);
  cardea_rego_plan_emit (p, OP_TEMPLATE, t->n, r, 0, list);
  return r;
}

static gint32
plan_var (CardeaRegoPlan *p, CardeaRegoTerm *t)
{
  if (t->var != NULL)
    {
      if (t->var->reg == CARDEA_REGO_UNBOUND)
        cardea_rego_problems_add (p->problems, t->loc, "rego_unsafe_var_error", "var %s is unsafe",
                                  t->var->name);
      return t->var->reg == CARDEA_REGO_UNBOUND ? 0 : t->var->reg;
    }
  gint32 r = cardea_rego_plan_reg (p);
  if (is_root (t, "data"))
    {
      cardea_rego_plan_emit (p, OP_NODE, 0, r, cardea_rego_plan_pointer (p, p->g->root), 0);
      cardea_rego_plan_emit (p, OP_FORCE, 0, r, r, 0);
    }
  else
    cardea_rego_plan_emit (p, OP_INPUT, 0, r, 0, 0);
  return r;
}

gint32
cardea_rego_plan_value (CardeaRegoPlan *p, CardeaRegoTerm *t)
{
  if (t->lifted)
    return t->reg;
  switch (t->kind)
    {
    case TERM_VALUE:
      return cardea_rego_plan_const (p, t->value);
    case TERM_VAR:
      return plan_var (p, t);
    case TERM_REF:
      return cardea_rego_plan_ref (p, t);
    case TERM_CALL:
      return cardea_rego_plan_call (p, t, t->n - 1);
    case TERM_ARRAY:
    case TERM_OBJECT:
    case TERM_SET:
      return plan_composite (p, t);
    case TERM_TEMPLATE:
      return plan_template (p, t);
    default:
      return cardea_rego_plan_closure (p, t);
    }
}
