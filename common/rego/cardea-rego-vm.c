/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The register machine. Trusts the program, which the planner made; refuses nothing itself, but
 * stops at the budgets of steps, memory, time and call depth. Its own recursion is bounded by
 * CARDEA_REGO_CALL_DEPTH: one C frame a rule or function in evaluation. */

#include "common/rego/cardea-rego-vm.h"

#include "common/rego/cardea-rego-json.h"
#include "common/rego/cardea-rego-number.h"
#include "common/rego/cardea-rego-vm-ops.h"

#include <stdarg.h>
#include <string.h>

CardeaRegoValue
cardea_rego_vm_halt (CardeaRegoCtx *ctx, CardeaRegoErrorKind kind, CardeaRegoLoc loc,
                     const char *format, ...)
{
  if (ctx->halted)
    return CARDEA_REGO_NONE;
  va_list args;
  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  ctx->halted = TRUE;
  ctx->error = kind;
  ctx->loc = loc;
  gsize size = strlen (text) + 1;
  ctx->message = memcpy (cardea_rego_arena_alloc (ctx->arena, size), text, size);
  return CARDEA_REGO_NONE;
}

/* A slice of steps is used up: look at the budgets, take the next slice. */
gboolean
cardea_rego_vm_slice (CardeaRegoCtx *ctx)
{
  CardeaRegoLoc none = { 0, 0, 0 };
  if (ctx->halted)
    return FALSE;
  if (cardea_rego_arena_over (ctx->arena))
    (void) cardea_rego_vm_halt (ctx, CARDEA_REGO_FAULT_CANCEL, none, "memory limit exceeded");
  else if (ctx->deadline != 0 && g_get_monotonic_time () > ctx->deadline)
    (void) cardea_rego_vm_halt (ctx, CARDEA_REGO_FAULT_CANCEL, none, "time limit exceeded");
  else if (ctx->steps == 0)
    (void) cardea_rego_vm_halt (ctx, CARDEA_REGO_FAULT_CANCEL, none, "step limit exceeded");
  else
    {
      guint64 take = MIN (ctx->steps, CARDEA_REGO_SLICE);
      ctx->steps -= take;
      ctx->slice = (gint32) take;
      return TRUE;
    }
  return FALSE;
}

CardeaRegoValue
cardea_rego_vm_builtin (CardeaRegoCtx *ctx, const CardeaRegoBuiltin *builtin,
                        const CardeaRegoValue *args, CardeaRegoLoc loc)
{
  const CardeaRegoBuiltin *outer = ctx->current;
  ctx->current = builtin;
  ctx->loc = loc;
  CardeaRegoValue v = builtin->fn (ctx, args);
  ctx->current = outer;
  if (G_LIKELY (v.tag != CARDEA_REGO_UNDEFINED) || ctx->pending == CARDEA_REGO_OK)
    return v;
  CardeaRegoErrorKind kind = ctx->pending;
  ctx->pending = CARDEA_REGO_OK;
  if (ctx->halted)
    return CARDEA_REGO_NONE;
  if (ctx->strict)
    {
      ctx->halted = TRUE;
      ctx->error = kind;
      ctx->loc = loc;
      return CARDEA_REGO_NONE;
    }
  ctx->errors++;
  if (ctx->first_error == CARDEA_REGO_OK)
    {
      ctx->first_error = kind;
      ctx->first_message = ctx->message;
    }
  return CARDEA_REGO_NONE;
}

CardeaRegoValue
cardea_rego_vm_rule (CardeaRegoCtx *ctx, const CardeaRegoRuleset *rules, gboolean mockable)
{
  CardeaRegoValue v;
  if (mockable && ctx->world->targets != NULL && cardea_rego_world_replaces (ctx, rules->node, &v))
    return v;
  if (ctx->world == &ctx->base)
    return cardea_rego_recall_rule (ctx, rules);
  CardeaRegoWorld *world = ctx->world;
  CardeaRegoValue *found = ctx->g->no_memo ? NULL : cardea_rego_memo_find (&world->memo, rules->id);
  if (found != NULL)
    return *found;
  v = cardea_rego_vm_run (ctx, rules->code, NULL, 0);
  cardea_rego_memo_put (ctx, &world->memo, rules->id, v);
  return v;
}

CardeaRegoValue
cardea_rego_vm_function (CardeaRegoCtx *ctx, const CardeaRegoRuleset *rules,
                         const CardeaRegoValue *args, guint n_args)
{
  return cardea_rego_vm_run (ctx, rules->code, args, n_args);
}

#define V(i) ((i) >= 0 ? regs[i] : consts[~(i)])
/* Each place goes on by a jump of its own: where it mostly leads is easier to foresee. */
#define GO(to)                                                                                     \
  do                                                                                               \
    {                                                                                              \
      insn = (to);                                                                                 \
      goto *targets[insn->op];                                                                     \
    }                                                                                              \
  while (0)
#define FAIL() GO (code->insns + insn->fail)
#define NEXT_INSN() GO (insn + 1)
#define CHECK(condition)                                                                           \
  do                                                                                               \
    {                                                                                              \
      if (condition)                                                                               \
        NEXT_INSN ();                                                                              \
      FAIL ();                                                                                     \
    }                                                                                              \
  while (0)
/* The value, or on with the alternative, or out when the evaluation has ended. */
#define DEFINED(v)                                                                                 \
  do                                                                                               \
    {                                                                                              \
      if (G_LIKELY ((v).tag != CARDEA_REGO_UNDEFINED))                                             \
        NEXT_INSN ();                                                                              \
      if (G_UNLIKELY (ctx->halted))                                                                \
        goto out;                                                                                  \
      FAIL ();                                                                                     \
    }                                                                                              \
  while (0)
#define STEP()                                                                                     \
  do                                                                                               \
    {                                                                                              \
      if (G_UNLIKELY (!cardea_rego_vm_step (ctx)))                                                 \
        goto out;                                                                                  \
    }                                                                                              \
  while (0)

/* One function by design: the machine's registers stay in the processor's. */
CardeaRegoValue
cardea_rego_vm_run (CardeaRegoCtx *ctx, const CardeaRegoCode *code, const CardeaRegoValue *args,
                    guint n_args)
{
#define X(name) &&do_##name,
  static const void *const targets[] = { CARDEA_REGO_OPS (X) };
#undef X
  CardeaRegoLoc none = { 0, 0, 0 };
  if (ctx->halted)
    return CARDEA_REGO_NONE;
  if (ctx->depth >= CARDEA_REGO_CALL_DEPTH || ctx->top + code->n_regs > CARDEA_REGO_STACK)
    return cardea_rego_vm_halt (ctx, CARDEA_REGO_FAULT_CANCEL, none, "call depth limit exceeded");
  CardeaRegoValue *regs = ctx->stack + ctx->top;
  const CardeaRegoValue *consts = code->consts;
  CardeaRegoWorld *world = ctx->world;
  CardeaRegoValue result = CARDEA_REGO_NONE;
  ctx->top += code->n_regs;
  ctx->depth++;
  for (guint i = 0; i < n_args && args != regs; i++)
    regs[i] = args[i];
  const CardeaRegoInsn *insn;

  GO (code->insns + code->start);

do_MOVE:
  regs[insn->a] = V (insn->b);
  NEXT_INSN ();
do_UNSET:
  regs[insn->a] = CARDEA_REGO_NONE;
  NEXT_INSN ();
do_INPUT:
  regs[insn->a] = ctx->world->input;
  CHECK (ctx->world->input.tag != CARDEA_REGO_UNDEFINED);
do_INPUT_PATH:
  regs[insn->a] = cardea_rego_op_path (ctx->world->input, consts, code->lists + insn->b, insn->x);
  CHECK (regs[insn->a].tag != CARDEA_REGO_UNDEFINED);
do_BASE_PATH:
  regs[insn->a] = cardea_rego_op_base_path (ctx, consts, code->lists + insn->b, insn->x);
  CHECK (regs[insn->a].tag != CARDEA_REGO_UNDEFINED);
do_NODE:
  regs[insn->a] = cardea_rego_node_value (ctx, code->pointers[insn->b]);
  CHECK (regs[insn->a].tag != CARDEA_REGO_UNDEFINED);
do_FORCE:
  {
    CardeaRegoValue v = V (insn->b);
    regs[insn->a] = v.tag == CARDEA_REGO_NODE ? cardea_rego_node_force (ctx, v) : v;
    DEFINED (regs[insn->a]);
  }
do_DOT:
  {
    CardeaRegoValue v = V (insn->b);
    v = v.tag == CARDEA_REGO_NODE ? cardea_rego_node_get (ctx, v, V (insn->c))
                                  : cardea_rego_get_fast (v, V (insn->c));
    regs[insn->a] = v;
    DEFINED (v);
  }
do_SCAN:
  CHECK (cardea_rego_op_scan (ctx, &regs[insn->a], V (insn->b)));
do_GROUP:
  regs[insn->a] = cardea_rego_group_get (ctx, code, insn, regs, V (insn->b));
  NEXT_INSN ();
do_NEXT:
  STEP ();
  {
    CardeaRegoValue *it = &regs[insn->a];
    if (it->tag == CARDEA_REGO_ITER_ARRAY)
      {
        const CardeaRegoArray *a = it->p;
        guint32 i = it->n;
        if (i >= a->len)
          FAIL ();
        it->n = i + 1;
        if (insn->b >= 0)
          regs[insn->b] = cardea_rego_int (i);
        if (insn->c >= 0)
          regs[insn->c] = a->v[i];
        NEXT_INSN ();
      }
    if (it->tag == CARDEA_REGO_ITER_NODE)
      {
        gboolean more = cardea_rego_op_next_node (ctx, it, insn->b >= 0 ? &regs[insn->b] : NULL,
                                                  insn->c >= 0 ? &regs[insn->c] : NULL);
        if (ctx->halted)
          goto out;
        CHECK (more);
      }
    const CardeaRegoColl *c = it->p;
    guint32 i = it->n;
    if (i >= c->len)
      FAIL ();
    it->n = i + 1;
    if (insn->b >= 0)
      regs[insn->b] = c->k[i];
    if (insn->c >= 0)
      regs[insn->c] = it->tag == CARDEA_REGO_ITER_OBJECT ? c->v[i] : c->k[i];
    NEXT_INSN ();
  }
do_NEXT_MEMBER:
  STEP ();
  {
    gboolean more = cardea_rego_op_next_member (
        ctx, &regs[insn->a], consts[insn->x], insn->b >= 0 ? &regs[insn->b] : NULL, &regs[insn->c]);
    if (ctx->halted)
      goto out;
    CHECK (more);
  }
do_EQ:
  CHECK (cardea_rego_eq_fast (V (insn->b), V (insn->c)));
do_NEQ:
  CHECK (!cardea_rego_eq_fast (V (insn->b), V (insn->c)));
do_LT:
  CHECK (cardea_rego_cmp (V (insn->b), V (insn->c)) < 0);
do_LTE:
  CHECK (cardea_rego_cmp (V (insn->b), V (insn->c)) <= 0);
do_GT:
  CHECK (cardea_rego_cmp (V (insn->b), V (insn->c)) > 0);
do_GTE:
  CHECK (cardea_rego_cmp (V (insn->b), V (insn->c)) >= 0);
do_IN:
  {
    gboolean is = cardea_rego_op_in (ctx, V (insn->b), V (insn->c));
    if (ctx->halted)
      goto out;
    CHECK (is);
  }
do_HAS:
  CHECK (cardea_rego_get (V (insn->b), V (insn->c)).tag != CARDEA_REGO_UNDEFINED);
do_TRUTHY:
  {
    CardeaRegoValue v = V (insn->b);
    CHECK (v.tag != CARDEA_REGO_UNDEFINED && !(v.tag == CARDEA_REGO_BOOL && !v.i));
  }
do_IS_TYPE:
  CHECK ((1u << V (insn->b).tag) & insn->x);
do_IF_DEF:
  CHECK (V (insn->b).tag == CARDEA_REGO_UNDEFINED);
do_JUMP:
  STEP ();
  FAIL ();
do_ARRAY:
  regs[insn->a] = cardea_rego_array_new (ctx->arena, insn->x);
  NEXT_INSN ();
do_LISTED:
  {
    CardeaRegoValue array = cardea_rego_array_new (ctx->arena, insn->x);
    for (guint i = 0; i < insn->x; i++)
      array.a->v[i] = V (code->lists[insn->c + (gint32) i]);
    cardea_rego_array_filled (ctx->arena, array, insn->x);
    regs[insn->a] = array;
    NEXT_INSN ();
  }
do_PUSH:
  cardea_rego_array_push (ctx->arena, regs[insn->a], V (insn->b));
  NEXT_INSN ();
do_OBJECT:
  regs[insn->a] = cardea_rego_object_new (ctx->arena, insn->x);
  NEXT_INSN ();
do_SHAPED:
  regs[insn->a] = cardea_rego_op_shaped (ctx, code, insn, regs);
  NEXT_INSN ();
do_PUT:
  cardea_rego_object_put (ctx->arena, regs[insn->a], V (insn->b), V (insn->c));
  NEXT_INSN ();
do_PUT_ONCE:
  if (!cardea_rego_op_put_once (ctx, regs[insn->a], V (insn->b), V (insn->c),
                                code->locs[insn - code->insns]))
    goto out;
  NEXT_INSN ();
do_SET:
  regs[insn->a] = cardea_rego_set_new (ctx->arena, 0);
  NEXT_INSN ();
do_ADD:
  cardea_rego_set_add (ctx->arena, regs[insn->a], V (insn->b));
  NEXT_INSN ();
do_IS_ARRAY:
  {
    CardeaRegoValue v = V (insn->b);
    CHECK (v.tag == CARDEA_REGO_ARRAY && v.a->len == (guint32) insn->c);
  }
do_IS_OBJECT:
  {
    CardeaRegoValue v = V (insn->b);
    CHECK (v.tag == CARDEA_REGO_OBJECT && v.c->len == (guint32) insn->c);
  }
do_CALL_RULE:
  STEP ();
  {
    const CardeaRegoRuleset *rules = code->pointers[insn->b];
    const CardeaRegoMemo *memo = &ctx->memo[rules->id];
    /* What was asked before in this evaluation, where nothing is replaced. */
    regs[insn->a]
        = ctx->world == &ctx->base && memo->generation == ctx->generation && ctx->recall == NULL
              ? memo->value
              : cardea_rego_vm_rule (ctx, rules, insn->x);
    DEFINED (regs[insn->a]);
  }
do_CALL_FUNC:
  STEP ();
  {
    guint n = insn->x & 0x3fff;
    CardeaRegoValue *place = ctx->stack + ctx->top;
    if (G_UNLIKELY (ctx->top + n > CARDEA_REGO_STACK))
      {
        (void) cardea_rego_vm_halt (ctx, CARDEA_REGO_FAULT_CANCEL, none,
                                    "call depth limit exceeded");
        goto out;
      }
    /* Where the function's registers are going to be. */
    for (guint i = 0; i < n; i++)
      place[i] = V (code->lists[insn->c + (gint32) i]);
    regs[insn->a] = cardea_rego_vm_function (ctx, code->pointers[insn->b], place, n);
    DEFINED (regs[insn->a]);
  }
do_CALL_BUILTIN:
do_CALL_MOCKED:
  STEP ();
  regs[insn->a] = cardea_rego_op_call (ctx, code, insn, regs);
  DEFINED (regs[insn->a]);
do_PLUS:
do_MINUS:
  {
    CardeaRegoValue x = V (insn->b), y = V (insn->c);
    gint64 r;
    if (x.tag == CARDEA_REGO_INT && y.tag == CARDEA_REGO_INT
        && !(insn->op == OP_PLUS ? __builtin_add_overflow (x.i, y.i, &r)
                                 : __builtin_sub_overflow (x.i, y.i, &r)))
      {
        regs[insn->a] = cardea_rego_int (r);
        NEXT_INSN ();
      }
    STEP ();
    CardeaRegoValue operands[2] = { x, y };
    regs[insn->a] = cardea_rego_vm_builtin (ctx, code->pointers[insn->x], operands,
                                            code->locs[insn - code->insns]);
    DEFINED (regs[insn->a]);
  }
do_COMPLETE:
  if (regs[insn->a].tag == CARDEA_REGO_UNDEFINED)
    regs[insn->a] = V (insn->b);
  else if (!cardea_rego_eq (regs[insn->a], V (insn->b)))
    {
      (void) cardea_rego_vm_halt (
          ctx, CARDEA_REGO_FAULT_CONFLICT, code->locs[insn - code->insns],
          insn->x ? "functions must not produce multiple outputs for same inputs"
                  : "complete rules must not produce multiple outputs");
      goto out;
    }
  NEXT_INSN ();
do_PUT_PATH:
do_ADD_PATH:
  if (!cardea_rego_op_put_path (ctx, code, insn, regs))
    goto out;
  NEXT_INSN ();
do_HOLDS:
  if (G_UNLIKELY (ctx->trace != NULL))
    ctx->trace (code->pointers[insn->b], V (insn->c), ctx->trace_data);
  result = V (insn->c);
  goto out;
do_RETURN:
  result = V (insn->b);
  goto out;
do_TRACE:
  if (G_UNLIKELY (ctx->trace != NULL))
    ctx->trace (code->pointers[insn->b], V (insn->c), ctx->trace_data);
  NEXT_INSN ();
do_RESULT:
  cardea_rego_op_result (ctx, code, insn, regs);
  NEXT_INSN ();
do_TEMPLATE:
  regs[insn->a] = cardea_rego_op_template (ctx, code, insn, regs);
  DEFINED (regs[insn->a]);
do_SAVE_WORLD:
  regs[insn->a].p = ctx->world;
  NEXT_INSN ();
do_WORLD:
  ctx->world = (CardeaRegoWorld *) regs[insn->b].p;
  NEXT_INSN ();
do_WITH_NEW:
  STEP ();
  regs[insn->a].p = cardea_rego_world_new (ctx);
  NEXT_INSN ();
do_WITH_INPUT:
do_WITH_DATA:
do_WITH_VALUE:
do_WITH_FUNC:
  cardea_rego_op_with (ctx, code, insn, regs);
  NEXT_INSN ();
do_DISPATCH:
  cardea_rego_index_start (ctx, code->index, regs, insn->a);
do_CANDIDATE:
  {
    gint64 at = cardea_rego_index_next (code->index, &regs[insn->a]);
    if (at < 0)
      FAIL ();
    GO (code->insns + at);
  }
do_HALT:
out:
  ctx->world = world;
  ctx->top -= code->n_regs;
  ctx->depth--;
  return ctx->halted ? CARDEA_REGO_NONE : result;
}
