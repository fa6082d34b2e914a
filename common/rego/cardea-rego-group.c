/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The index of scans. Where a body scans a collection and soon compares a member of the element
 * with a value that is already there,
 *
 *   some g in data.files; g.owner == o
 *
 * and does so again and again within one query, the elements are grouped by that member once, and
 * only the group is scanned. The comparison itself stays in the code. */

#include "common/rego/cardea-rego-vm.h"

#include <string.h>

#define MIN_ELEMENTS 8

static gboolean
is_equality (const CardeaRegoPlan *p, const CardeaRegoLiteral *l)
{
  const CardeaRegoTerm *t = l->term;
  if (l->kind != LIT_TERM || l->negated || l->n_withs > 0 || t->kind != TERM_CALL || t->n != 3)
    return FALSE;
  if (strcmp (t->name, "eq") == 0)
    return TRUE;
  return strcmp (t->name, "equal") == 0 && !p->g->mock_all
         && !g_hash_table_contains (p->g->mocked, t->builtin);
}

static gboolean
is_scan (const CardeaRegoTerm *element, const CardeaRegoTerm *ref)
{
  const CardeaRegoTerm *last = ref->kind == TERM_REF ? ref->args[ref->n - 1] : NULL;
  return element->kind == TERM_VAR && element->var != NULL && !element->var->wildcard
         && element->var->reg == CARDEA_REGO_UNBOUND && last != NULL && ref->n > 1
         && last->kind == TERM_VAR && last->var != NULL && last->var->wildcard;
}

static gboolean
is_member (const CardeaRegoTerm *t, const CardeaRegoVar *element)
{
  if (t->kind != TERM_REF || t->args[0]->kind != TERM_VAR || t->args[0]->var != element)
    return FALSE;
  for (guint32 i = 1; i < t->n; i++)
    if (t->args[i]->kind != TERM_VALUE)
      return FALSE;
  return TRUE;
}

static gboolean
is_bound (const CardeaRegoTerm *t)
{
  return t->kind == TERM_VAR && t->var != NULL && t->var->reg != CARDEA_REGO_UNBOUND;
}

/* Notes in the plan what the scan of literal i could be grouped by. */
void
cardea_rego_group_find (CardeaRegoPlan *p, const CardeaRegoBody *body, guint32 i)
{
  const CardeaRegoTerm *t = body->literals[i]->term;
  p->group_ref = NULL;
  if (!is_equality (p, body->literals[i]) || strcmp (t->name, "eq") != 0)
    return;
  guint side = is_scan (t->args[1], t->args[2]) ? 1 : is_scan (t->args[2], t->args[1]) ? 2 : 0;
  for (guint32 k = i + 1; side != 0 && k < body->n; k++)
    {
      const CardeaRegoTerm *e = body->literals[k]->term;
      const CardeaRegoVar *element = t->args[side]->var;
      if (!is_equality (p, body->literals[k]))
        continue;
      guint member = is_member (e->args[1], element) && is_bound (e->args[2])   ? 1
                     : is_member (e->args[2], element) && is_bound (e->args[1]) ? 2
                                                                                : 0;
      if (member == 0)
        continue;
      p->group_ref = t->args[3 - side];
      p->group_by = e->args[member];
      p->group_key = e->args[3 - member]->var->reg;
      return;
    }
}

/* Emits the grouping of a collection that is about to be scanned; the register to scan. */
gint32
cardea_rego_group_emit (CardeaRegoPlan *p, gint32 coll)
{
  const CardeaRegoTerm *by = p->group_by;
  g_autofree gint32 *path = g_new (gint32, by->n);
  gint32 r = cardea_rego_plan_reg (p);
  path[0] = p->group_key;
  for (guint32 i = 1; i < by->n; i++)
    path[i] = cardea_rego_plan_const (p, by->args[i]->value);
  gint32 list = cardea_rego_plan_list (p, path, by->n);
  cardea_rego_plan_emit (p, OP_GROUP, by->n, r, coll, list);
  p->group_ref = NULL;
  return r;
}

static CardeaRegoValue
build (CardeaRegoCtx *ctx, const CardeaRegoCode *code, const CardeaRegoInsn *insn,
       CardeaRegoValue coll)
{
  CardeaRegoValue map = cardea_rego_object_new (ctx->arena, 16);
  for (guint32 i = 0; i < cardea_rego_len (coll); i++)
    {
      CardeaRegoValue element = cardea_rego_elem (coll, i), v = element;
      if (!cardea_rego_vm_step (ctx))
        return CARDEA_REGO_NONE;
      for (guint k = 1; k < insn->x && v.tag != CARDEA_REGO_UNDEFINED; k++)
        v = cardea_rego_get_fast (v, code->consts[~code->lists[insn->c + (gint32) k]]);
      if (v.tag == CARDEA_REGO_UNDEFINED)
        continue;
      CardeaRegoValue group = cardea_rego_get (map, v);
      if (group.tag == CARDEA_REGO_UNDEFINED)
        {
          group = cardea_rego_array_new (ctx->arena, 4);
          cardea_rego_object_put (ctx->arena, map, v, group);
        }
      cardea_rego_array_push (ctx->arena, group, element);
    }
  return map;
}

/* The elements worth scanning: all of them at first, the group from the second time on. */
CardeaRegoValue
cardea_rego_group_get (CardeaRegoCtx *ctx, const CardeaRegoCode *code, const CardeaRegoInsn *insn,
                       const CardeaRegoValue *regs, CardeaRegoValue coll)
{
  if ((coll.tag != CARDEA_REGO_ARRAY && coll.tag != CARDEA_REGO_OBJECT
       && coll.tag != CARDEA_REGO_SET)
      || cardea_rego_len (coll) < MIN_ELEMENTS)
    return coll;
  gsize hash = ((gsize) insn / sizeof *insn) ^ ((gsize) coll.p >> 4);
  CardeaRegoGroup *g = &ctx->groups[hash % CARDEA_REGO_GROUPS];
  if (g->generation != ctx->generation || g->insn != insn || g->coll != coll.p)
    {
      *g = (CardeaRegoGroup){ .generation = ctx->generation, .insn = insn, .coll = coll.p };
      return coll;
    }
  if (g->map.tag == CARDEA_REGO_UNDEFINED)
    g->map = build (ctx, code, insn, coll);
  if (g->map.tag == CARDEA_REGO_UNDEFINED)
    return coll;
  gint32 at = code->lists[insn->c];
  CardeaRegoValue key = at >= 0 ? regs[at] : code->consts[~at],
                  found = cardea_rego_get (g->map, key);
  return found.tag != CARDEA_REGO_UNDEFINED ? found : cardea_rego_array_new (ctx->arena, 0);
}
