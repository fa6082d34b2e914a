/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/rego/cardea-rego-vm.h"

/* The machine's instructions that are too long to stand in its loop. */

static inline CardeaRegoValue
cardea_rego_op_path (CardeaRegoValue v, const CardeaRegoValue *consts, const gint32 *list, guint n)
{
  for (guint i = 0; i < n && v.tag != CARDEA_REGO_UNDEFINED; i++)
    v = cardea_rego_get_fast (v, consts[~list[i]]);
  return v;
}

static inline CardeaRegoValue
cardea_rego_op_base_path (CardeaRegoCtx *ctx, const CardeaRegoValue *consts, const gint32 *list,
                          guint n)
{
  CardeaRegoValue v = ctx->world->data;
  for (guint i = 0; i < n && v.tag != CARDEA_REGO_UNDEFINED; i++)
    v = cardea_rego_base_get (ctx, v, consts[~list[i]]);
  return v;
}

gboolean cardea_rego_op_scan (CardeaRegoCtx *ctx, CardeaRegoValue *ret_iter, CardeaRegoValue coll);
gboolean cardea_rego_op_next_node (CardeaRegoCtx *ctx, CardeaRegoValue *iter,
                                   CardeaRegoValue *ret_key, CardeaRegoValue *ret_value);
gboolean cardea_rego_op_next_member (CardeaRegoCtx *ctx, CardeaRegoValue *iter,
                                     CardeaRegoValue member, CardeaRegoValue *ret_key,
                                     CardeaRegoValue *ret_value);
gboolean cardea_rego_op_in (CardeaRegoCtx *ctx, CardeaRegoValue v, CardeaRegoValue coll);
gboolean cardea_rego_op_put_once (CardeaRegoCtx *ctx, CardeaRegoValue object, CardeaRegoValue k,
                                  CardeaRegoValue v, CardeaRegoLoc loc);
CardeaRegoValue cardea_rego_op_call (CardeaRegoCtx *ctx, const CardeaRegoCode *code,
                                     const CardeaRegoInsn *insn, CardeaRegoValue *regs);
CardeaRegoValue cardea_rego_op_shaped (CardeaRegoCtx *ctx, const CardeaRegoCode *code,
                                       const CardeaRegoInsn *insn, const CardeaRegoValue *regs);
gboolean cardea_rego_op_put_path (CardeaRegoCtx *ctx, const CardeaRegoCode *code,
                                  const CardeaRegoInsn *insn, CardeaRegoValue *regs);
void cardea_rego_op_result (CardeaRegoCtx *ctx, const CardeaRegoCode *code,
                            const CardeaRegoInsn *insn, CardeaRegoValue *regs);
CardeaRegoValue cardea_rego_op_template (CardeaRegoCtx *ctx, const CardeaRegoCode *code,
                                         const CardeaRegoInsn *insn, CardeaRegoValue *regs);
void cardea_rego_op_with (CardeaRegoCtx *ctx, const CardeaRegoCode *code,
                          const CardeaRegoInsn *insn, CardeaRegoValue *regs);
