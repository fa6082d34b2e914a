/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/rego/cardea-rego-vm-ops.h"

#include "common/rego/cardea-rego-json.h"
#include "common/rego/cardea-rego-shape.h"

#include <string.h>

#define MAX_ARGS 16

typedef struct {
  CardeaRegoValue node, keys;
  gboolean bare; /* nothing is stored there */
} NodeScan;

gboolean
cardea_rego_op_scan (CardeaRegoCtx *ctx, CardeaRegoValue *ret_iter, CardeaRegoValue coll)
{
  ret_iter->n = 0;
  switch (coll.tag)
    {
    case CARDEA_REGO_ARRAY:
      ret_iter->tag = CARDEA_REGO_ITER_ARRAY;
      ret_iter->p = coll.a;
      return TRUE;
    case CARDEA_REGO_OBJECT:
    case CARDEA_REGO_SET:
      cardea_rego_coll_sort (coll.c);
      ret_iter->tag
          = coll.tag == CARDEA_REGO_OBJECT ? CARDEA_REGO_ITER_OBJECT : CARDEA_REGO_ITER_SET;
      ret_iter->p = coll.c;
      return TRUE;
    case CARDEA_REGO_NODE:
      {
        NodeScan *scan = cardea_rego_arena_alloc (ctx->arena, sizeof *scan);
        scan->node = coll;
        scan->keys = cardea_rego_node_keys (ctx, coll, &scan->bare);
        ret_iter->tag = CARDEA_REGO_ITER_NODE;
        ret_iter->p = scan;
        return TRUE;
      }
    default:
      return FALSE;
    }
}

gboolean
cardea_rego_op_next_node (CardeaRegoCtx *ctx, CardeaRegoValue *iter, CardeaRegoValue *ret_key,
                          CardeaRegoValue *ret_value)
{
  const NodeScan *scan = iter->p;
  while (iter->n < scan->keys.c->len && !ctx->halted)
    {
      guint32 i = iter->n++;
      CardeaRegoValue key = scan->keys.c->k[i];
      CardeaRegoValue v = scan->bare ? cardea_rego_node_nth (ctx, scan->node, i)
                                     : cardea_rego_node_get (ctx, scan->node, key);
      if (v.tag == CARDEA_REGO_UNDEFINED)
        continue;
      if (ret_key != NULL)
        *ret_key = key;
      if (ret_value != NULL)
        *ret_value = v;
      return TRUE;
    }
  return FALSE;
}

static gboolean
next_node_member (CardeaRegoCtx *ctx, CardeaRegoValue *iter, CardeaRegoValue member,
                  CardeaRegoValue *ret_key, CardeaRegoValue *ret_value)
{
  const NodeScan *scan = iter->p;
  while (iter->n < scan->keys.c->len && cardea_rego_vm_step (ctx))
    {
      guint32 i = iter->n++;
      if (scan->bare)
        *ret_value = cardea_rego_node_nth_member (ctx, scan->node, i, member);
      else
        {
          CardeaRegoValue v = cardea_rego_node_get (ctx, scan->node, scan->keys.c->k[i]);
          *ret_value = v.tag == CARDEA_REGO_NODE ? cardea_rego_node_get (ctx, v, member)
                                                 : cardea_rego_get_fast (v, member);
        }
      if (ret_key != NULL)
        *ret_key = scan->keys.c->k[i];
      if (ret_value->tag != CARDEA_REGO_UNDEFINED)
        return TRUE;
    }
  return FALSE;
}

gboolean
cardea_rego_op_next_member (CardeaRegoCtx *ctx, CardeaRegoValue *iter, CardeaRegoValue member,
                            CardeaRegoValue *ret_key, CardeaRegoValue *ret_value)
{
  if (iter->tag == CARDEA_REGO_ITER_NODE)
    return next_node_member (ctx, iter, member, ret_key, ret_value);
  const CardeaRegoArray *a = iter->p;
  const CardeaRegoColl *c = iter->p;
  gboolean array = iter->tag == CARDEA_REGO_ITER_ARRAY;
  guint32 len = array ? a->len : c->len;
  const CardeaRegoValue *all = array ? a->v : iter->tag == CARDEA_REGO_ITER_OBJECT ? c->v : c->k;
  while (iter->n < len && cardea_rego_vm_step (ctx))
    {
      guint32 i = iter->n++;
      *ret_value = cardea_rego_get_fast (all[i], member);
      if (ret_key != NULL)
        *ret_key = array ? cardea_rego_int (i) : c->k[i];
      if (ret_value->tag != CARDEA_REGO_UNDEFINED)
        return TRUE;
    }
  return FALSE;
}

gboolean
cardea_rego_op_in (CardeaRegoCtx *ctx, CardeaRegoValue v, CardeaRegoValue coll)
{
  if (coll.tag == CARDEA_REGO_SET)
    return cardea_rego_coll_find (coll.c, v) >= 0;
  if (coll.tag != CARDEA_REGO_ARRAY && coll.tag != CARDEA_REGO_OBJECT)
    return FALSE;
  const CardeaRegoValue *all = coll.tag == CARDEA_REGO_ARRAY ? coll.a->v : coll.c->v;
  guint32 n = cardea_rego_len (coll);
  for (guint32 i = 0; i < n; i++)
    {
      if ((i & 63) == 63 && !cardea_rego_vm_step (ctx))
        return FALSE;
      if (cardea_rego_eq_fast (all[i], v))
        return TRUE;
    }
  return FALSE;
}

static gboolean
conflict (CardeaRegoCtx *ctx, CardeaRegoLoc loc)
{
  (void) cardea_rego_vm_halt (ctx, CARDEA_REGO_FAULT_CONFLICT, loc, "object keys must be unique");
  return FALSE;
}

gboolean
cardea_rego_op_put_once (CardeaRegoCtx *ctx, CardeaRegoValue object, CardeaRegoValue k,
                         CardeaRegoValue v, CardeaRegoLoc loc)
{
  gint64 at = cardea_rego_coll_find (object.c, k);
  if (at >= 0 && !cardea_rego_eq (object.c->v[at], v))
    return conflict (ctx, loc);
  if (at < 0)
    cardea_rego_object_put (ctx->arena, object, k, v);
  return TRUE;
}

static inline CardeaRegoValue
operand (const CardeaRegoCode *code, const CardeaRegoValue *regs, gint32 i)
{
  return i >= 0 ? regs[i] : code->consts[~i];
}

static CardeaRegoValue
call_mocked (CardeaRegoCtx *ctx, const CardeaRegoMock *mock, const CardeaRegoValue *args, guint n,
             CardeaRegoLoc loc)
{
  if (mock->by == NULL)
    return mock->value;
  CardeaRegoWorld *world = ctx->world;
  ctx->world = cardea_rego_world_bare (ctx);
  CardeaRegoValue v = mock->by_builtin ? cardea_rego_vm_builtin (ctx, mock->by, args, loc)
                                       : cardea_rego_vm_function (ctx, mock->by, args, n);
  ctx->world = world;
  return v;
}

CardeaRegoValue
cardea_rego_op_call (CardeaRegoCtx *ctx, const CardeaRegoCode *code, const CardeaRegoInsn *insn,
                     CardeaRegoValue *regs)
{
  guint n = insn->x & 0x3fff;
  CardeaRegoValue fixed[MAX_ARGS], *args = fixed;
  CardeaRegoLoc loc = code->locs[insn - code->insns];
  gpointer function = code->pointers[insn->b];
  if (n > MAX_ARGS)
    args = cardea_rego_arena_alloc (ctx->arena, sizeof *args * n);
  for (guint i = 0; i < n; i++)
    args[i] = operand (code, regs, code->lists[insn->c + (gint32) i]);
  if (insn->op == OP_CALL_BUILTIN)
    return cardea_rego_vm_builtin (ctx, function, args, loc);
  if (insn->op == OP_CALL_MOCKED)
    {
      const CardeaRegoMock *mock = cardea_rego_world_mock (ctx, function);
      if (mock != NULL)
        return call_mocked (ctx, mock, args, n, loc);
      if (insn->x & 0x8000)
        return cardea_rego_vm_builtin (ctx, function, args, loc);
    }
  return cardea_rego_vm_function (ctx, function, args, n);
}

CardeaRegoValue
cardea_rego_op_shaped (CardeaRegoCtx *ctx, const CardeaRegoCode *code, const CardeaRegoInsn *insn,
                       const CardeaRegoValue *regs)
{
  const CardeaRegoShape *shape = code->pointers[insn->b];
  CardeaRegoColl *object = cardea_rego_shape_begin (ctx->arena, shape);
  for (guint i = 0; i < insn->x; i++)
    object->v[shape->place[i]] = operand (code, regs, code->lists[insn->c + (gint32) i]);
  return cardea_rego_shape_finish (ctx->arena, object);
}

gboolean
cardea_rego_op_put_path (CardeaRegoCtx *ctx, const CardeaRegoCode *code, const CardeaRegoInsn *insn,
                         CardeaRegoValue *regs)
{
  CardeaRegoValue at = regs[insn->a], value = operand (code, regs, insn->c);
  CardeaRegoLoc loc = code->locs[insn - code->insns];
  guint n = insn->x;
  gboolean set = insn->op == OP_ADD_PATH;
  for (guint i = 0; i < n; i++)
    {
      CardeaRegoValue key = operand (code, regs, code->lists[insn->b + (gint32) i]);
      gboolean last = i + 1 == n;
      if (last && !set)
        return cardea_rego_op_put_once (ctx, at, key, value, loc);
      CardeaRegoValue below = cardea_rego_get (at, key);
      if (below.tag == CARDEA_REGO_UNDEFINED)
        {
          below
              = last ? cardea_rego_set_new (ctx->arena, 4) : cardea_rego_object_new (ctx->arena, 4);
          below.c->open = TRUE;
          cardea_rego_object_put (ctx->arena, at, key, below);
        }
      else if (below.tag != (last ? CARDEA_REGO_SET : CARDEA_REGO_OBJECT) || !below.c->open)
        return conflict (ctx, loc);
      at = below;
    }
  cardea_rego_set_add (ctx->arena, at, value);
  return TRUE;
}

void
cardea_rego_op_result (CardeaRegoCtx *ctx, const CardeaRegoCode *code, const CardeaRegoInsn *insn,
                       CardeaRegoValue *regs)
{
  CardeaRegoValue solution = cardea_rego_object_new (ctx->arena, insn->x);
  for (guint i = 0; i < insn->x; i++)
    cardea_rego_object_put (ctx->arena, solution,
                            operand (code, regs, code->lists[insn->b + (gint32) i]),
                            operand (code, regs, code->lists[insn->b + insn->x + (gint32) i]));
  cardea_rego_array_push (ctx->arena, ctx->results, solution);
}

CardeaRegoValue
cardea_rego_op_template (CardeaRegoCtx *ctx, const CardeaRegoCode *code, const CardeaRegoInsn *insn,
                         CardeaRegoValue *regs)
{
  CardeaRegoBuf out;
  cardea_rego_buf_init (&out, ctx->arena);
  for (guint i = 0; i < insn->x; i++)
    {
      CardeaRegoValue v = operand (code, regs, code->lists[insn->c + (gint32) i]);
      if (v.tag == CARDEA_REGO_SET && v.c->len == 0)
        {
          cardea_rego_buf_adds (&out, "<undefined>");
          continue;
        }
      if (v.tag == CARDEA_REGO_SET && v.c->len > 1)
        return cardea_rego_vm_halt (ctx, CARDEA_REGO_FAULT_CONFLICT, code->locs[insn - code->insns],
                                    "complete rules must not produce multiple outputs");
      if (v.tag == CARDEA_REGO_SET)
        v = v.c->k[0];
      if (v.tag == CARDEA_REGO_STRING)
        cardea_rego_buf_add (&out, v.s->s, v.s->len);
      else
        cardea_rego_term_write (&out, v);
    }
  return cardea_rego_buf_string (&out);
}

void
cardea_rego_op_with (CardeaRegoCtx *ctx, const CardeaRegoCode *code, const CardeaRegoInsn *insn,
                     CardeaRegoValue *regs)
{
  CardeaRegoWorld *w = (CardeaRegoWorld *) regs[insn->a].p;
  if (insn->op == OP_WITH_INPUT || insn->op == OP_WITH_DATA)
    {
      g_autofree CardeaRegoValue *path = g_new (CardeaRegoValue, insn->x + 1u);
      for (guint i = 0; i < insn->x; i++)
        path[i] = operand (code, regs, code->lists[insn->b + (gint32) i]);
      if (insn->op == OP_WITH_INPUT)
        cardea_rego_world_set_input (ctx, w, path, insn->x, operand (code, regs, insn->c));
      else
        cardea_rego_world_set_data (ctx, w, path, insn->x, operand (code, regs, insn->c));
      return;
    }
  CardeaRegoMock *mock = cardea_rego_arena_alloc0 (ctx->arena, sizeof *mock);
  mock->next = w->mocks;
  mock->function = code->pointers[insn->b];
  if (insn->op == OP_WITH_FUNC)
    {
      mock->by = code->pointers[insn->c];
      mock->by_builtin = insn->x;
    }
  else
    mock->value = operand (code, regs, insn->c);
  w->mocks = mock;
}
