/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A rule is a function of what its code looks at of the input, of the stored data and of the rules
 * it asks. When none of these is another one than it was, its value is not either, and it need not
 * be run again: the rules it asked are asked in the same order, and as soon as one of them answers
 * something else it is run, as then it may go on to others. So an evaluation does not do anything
 * that the whole one would not have done, and errors are the same.
 *
 * Not remembered beyond an evaluation: what a built-in function failed at, as that is reported each
 * time, and anything while somebody traces. Memory is bounded; what finds no room is run again. */

#include "common/rego/cardea-rego-recall.h"

#include "common/rego/cardea-rego-vm.h"

#include <string.h>

#define MAX_WEIGHT 4096u       /* scalars of one value */
#define MAX_KEPT (128u * 1024) /* bytes of all that depend on data, and again of all others */
#define MAX_ASKED 16384u       /* by all runs in progress */
#define MAX_NEEDS 65536u       /* of all memos */
#define UNTOLD G_MAXUINT32     /* n_needs: there are more than are known */
#define RESTLESS 3u            /* such a value is not worth a copy but now and then */
#define NOW_AND_THEN 16u       /* evaluations */

CardeaRegoRecall *
cardea_rego_recall_new (void)
{
  CardeaRegoRecall *recall = g_new0 (CardeaRegoRecall, 1);
  recall->of_data = cardea_rego_arena_new (MAX_KEPT);
  recall->of_input = cardea_rego_arena_new (MAX_KEPT);
  recall->asked = g_array_new (FALSE, FALSE, sizeof (guint32));
  return recall;
}

void
cardea_rego_recall_free (CardeaRegoRecall *recall)
{
  cardea_rego_arena_free (recall->of_data);
  cardea_rego_arena_free (recall->of_input);
  g_array_unref (recall->asked);
  g_free (recall->changed);
  g_free (recall);
}

void
cardea_rego_recall_free_memo (CardeaRegoMemo *memo, guint32 n)
{
  for (guint32 i = 0; i < n; i++)
    g_free (memo[i].needs);
  g_free (memo);
}

void
cardea_rego_recall_forget (CardeaRegoCtx *ctx)
{
  for (guint32 i = 0; i < ctx->n_memo; i++)
    {
      g_free (ctx->memo[i].needs);
      ctx->memo[i] = (CardeaRegoMemo){ .generation = 0 };
    }
  if (ctx->recall == NULL)
    return;
  cardea_rego_arena_reset (ctx->recall->of_data);
  cardea_rego_arena_reset (ctx->recall->of_input);
  ctx->recall->needs = 0;
}

void
cardea_rego_recall_begin (CardeaRegoCtx *ctx, guint64 changed)
{
  CardeaRegoRecall *recall = ctx->recall;
  const GArray *stable = ctx->g->stable;
  if (recall->n_changed < stable->len)
    {
      g_free (recall->changed);
      recall->changed = g_new0 (guint64, stable->len);
      recall->n_changed = stable->len;
      changed = G_MAXUINT64;
    }
  for (guint32 i = 0; i < stable->len; i++)
    if ((g_array_index (stable, guint64, i) & changed) != 0)
      recall->changed[i] = ctx->generation;
  g_array_set_size (recall->asked, 0);
  recall->run = 0;
  if (!cardea_rego_arena_over (recall->of_input))
    return;
  for (guint i = 0; i < ctx->g->rulesets->len; i++)
    {
      const CardeaRegoRuleset *s = ctx->g->rulesets->pdata[i];
      if (g_array_index (stable, guint64, s->stable) != 0)
        ctx->memo[i].lasts = FALSE;
    }
  cardea_rego_arena_reset (recall->of_input);
}

static void
note (CardeaRegoCtx *ctx, guint32 id)
{
  CardeaRegoRecall *recall = ctx->recall;
  if (ctx->memo[id].asker == recall->run || recall->asked->len >= MAX_ASKED)
    return;
  ctx->memo[id].asker = recall->run;
  g_array_append_val (recall->asked, id);
}

/* More than equal: they are written in the same way, too. */
static gboolean
identical (CardeaRegoValue a, CardeaRegoValue b)
{
  if (a.tag != b.tag)
    return FALSE;
  switch (a.tag)
    {
    case CARDEA_REGO_STRING:
    case CARDEA_REGO_NUMBER:
      return a.s == b.s || (a.s->len == b.s->len && memcmp (a.s->s, b.s->s, a.s->len) == 0);
    case CARDEA_REGO_ARRAY:
      for (guint32 i = 0; i < a.a->len && a.a->len == b.a->len && a.a != b.a; i++)
        if (!identical (a.a->v[i], b.a->v[i]))
          return FALSE;
      return a.a->len == b.a->len;
    case CARDEA_REGO_OBJECT:
    case CARDEA_REGO_SET:
      for (guint32 i = 0; i < a.c->len && a.c->len == b.c->len && a.c != b.c; i++)
        {
          gint64 at = cardea_rego_coll_find (b.c, a.c->k[i]);
          if (at < 0 || !identical (a.c->k[i], b.c->k[at])
              || (a.c->v != NULL && !identical (a.c->v[i], b.c->v[at])))
            return FALSE;
        }
      return a.c->len == b.c->len;
    case CARDEA_REGO_UNDEFINED:
    case CARDEA_REGO_NULL:
      return TRUE;
    default:
      return a.i == b.i;
    }
}

/* Replaces the value by an equal one that lasts. */
static gboolean
keep (CardeaRegoCtx *ctx, gboolean of_data, const CardeaRegoMemo *memo, CardeaRegoValue *value)
{
  CardeaRegoArena *arena = of_data ? ctx->recall->of_data : ctx->recall->of_input;
  if (value->tag <= CARDEA_REGO_INT)
    return TRUE;
  if (cardea_rego_weight (*value) > MAX_WEIGHT || cardea_rego_arena_over (arena)
      || (!of_data && memo->restless >= RESTLESS && ctx->generation % NOW_AND_THEN != 0))
    return FALSE;
  CardeaRegoValue copy = cardea_rego_copy (arena, *value);
  if (cardea_rego_arena_over (arena))
    return FALSE;
  cardea_rego_freeze (copy);
  *value = copy;
  return TRUE;
}

static void
take_needs (CardeaRegoCtx *ctx, CardeaRegoMemo *memo, guint from)
{
  CardeaRegoRecall *recall = ctx->recall;
  guint32 n = recall->asked->len - from;
  memo->n_needs = UNTOLD;
  if (recall->asked->len >= MAX_ASKED)
    return;
  if (n > memo->room)
    {
      if (recall->needs + n > MAX_NEEDS)
        return;
      recall->needs += n - memo->room;
      memo->needs = g_renew (guint32, memo->needs, n);
      memo->room = n;
    }
  if (n > 0)
    memcpy (memo->needs, &g_array_index (recall->asked, guint32, from), sizeof (guint32) * n);
  memo->n_needs = n;
}

static CardeaRegoValue
run (CardeaRegoCtx *ctx, const CardeaRegoRuleset *rules, CardeaRegoMemo *memo)
{
  CardeaRegoRecall *recall = ctx->recall;
  guint64 errors = ctx->errors;
  guint from = recall->asked->len;
  guint64 outer = recall->run;
  recall->run = ++recall->runs;
  CardeaRegoValue v = cardea_rego_vm_run (ctx, rules->code, NULL, 0);
  gboolean sure = ctx->trace == NULL && !ctx->halted && ctx->errors == errors;
  memo->generation = ctx->generation;
  if (sure && memo->lasts && identical (memo->value, v))
    memo->restless = 0;
  else
    {
      gboolean of_data = g_array_index (ctx->g->stable, guint64, rules->stable) == 0;
      if (memo->lasts && memo->restless < G_MAXUINT8)
        memo->restless++;
      memo->changed = ctx->generation;
      memo->lasts = sure && keep (ctx, of_data, memo, &v);
      memo->value = v;
    }
  if (memo->lasts)
    take_needs (ctx, memo, from);
  g_array_set_size (recall->asked, from);
  recall->run = outer;
  return memo->value;
}

static CardeaRegoValue ask (CardeaRegoCtx *ctx, const CardeaRegoRuleset *rules);

static gboolean
is_so_still (CardeaRegoCtx *ctx, const CardeaRegoRuleset *rules, const CardeaRegoMemo *memo)
{
  const guint64 *changed = ctx->recall->changed;
  if (!memo->lasts)
    return FALSE;
  if (changed[rules->stable] <= memo->generation)
    return TRUE;
  if (changed[rules->own] > memo->generation || memo->n_needs == UNTOLD
      || ctx->depth + 1 >= CARDEA_REGO_CALL_DEPTH)
    return FALSE;
  gboolean so = TRUE;
  ctx->depth++;
  for (guint32 i = 0; so && i < memo->n_needs; i++)
    {
      guint32 id = memo->needs[i];
      so = cardea_rego_vm_step (ctx);
      if (so && ctx->memo[id].generation != ctx->generation)
        (void) ask (ctx, ctx->g->rulesets->pdata[id]);
      so = so && !ctx->halted && ctx->memo[id].changed <= memo->generation;
    }
  ctx->depth--;
  return so;
}

static CardeaRegoValue
ask (CardeaRegoCtx *ctx, const CardeaRegoRuleset *rules)
{
  CardeaRegoMemo *memo = &ctx->memo[rules->id];
  if (memo->generation == ctx->generation)
    return memo->value;
  if (ctx->recall != NULL && rules->stable > 0)
    {
      if (!is_so_still (ctx, rules, memo))
        return run (ctx, rules, memo);
      memo->generation = ctx->generation;
      return memo->value;
    }
  memo->value = cardea_rego_vm_run (ctx, rules->code, NULL, 0);
  memo->generation = ctx->g->no_memo ? 0 : ctx->generation;
  return memo->value;
}

CardeaRegoValue
cardea_rego_recall_rule (CardeaRegoCtx *ctx, const CardeaRegoRuleset *rules)
{
  if (ctx->recall != NULL)
    note (ctx, rules->id);
  return ask (ctx, rules);
}
