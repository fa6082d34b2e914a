/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Which rules these are is told from the code that is run: it and all it calls come neither to the
 * input nor to what is replaced, nor to the clock, to chance or to anything outside. What is kept
 * is bounded; beyond that, rules are simply evaluated as all others are. */

#include "common/rego/cardea-rego-lasting.h"

#define MAX_WEIGHT 4096u       /* scalars of one value */
#define MAX_KEPT (128u * 1024) /* bytes of all */

typedef enum {
  MARK_NONE,
  MARK_OPEN,
  MARK_CHANGES,
  MARK_LASTS,
} Mark;

static gboolean lasts (CardeaRegoRuleset *s, guint8 *marks);

/* The whole of a part of the data document, as it may be asked for. */
static gboolean
node_lasts (const CardeaRegoNode *node, guint8 *marks)
{
  if (node->rules != NULL && !lasts (node->rules, marks))
    return FALSE;
  for (guint i = 0; i < node->children->len; i++)
    if (!node_lasts (node->children->pdata[i], marks))
      return FALSE;
  return TRUE;
}

static gboolean
insn_lasts (const CardeaRegoCode *code, const CardeaRegoInsn *insn, guint8 *marks)
{
  switch (insn->op)
    {
    case OP_INPUT:
    case OP_INPUT_PATH:
    case OP_SAVE_WORLD: /* there is a `with` */
    case OP_CALL_MOCKED:
      return FALSE;
    case OP_CALL_RULE:
    case OP_CALL_FUNC:
      return lasts (code->pointers[insn->b], marks);
    case OP_NODE:
      return node_lasts (code->pointers[insn->b], marks);
    default:
      return TRUE;
    }
}

static gboolean
lasts (CardeaRegoRuleset *s, guint8 *marks)
{
  static const char *const anywhere[] = { NULL };
  if (marks[s->id] != MARK_NONE)
    return marks[s->id] == MARK_LASTS;
  marks[s->id] = MARK_OPEN;
  gboolean is = cardea_rego_code_is_steady (s->code)
                && (s->code->index == NULL || !cardea_rego_index_reads (s->code->index, anywhere));
  for (guint32 i = 0; is && i < s->code->n; i++)
    is = insn_lasts (s->code, &s->code->insns[i], marks);
  marks[s->id] = is ? MARK_LASTS : MARK_CHANGES;
  return is;
}

void
cardea_rego_lasting_mark (CardeaRegoProgram *g)
{
  g_autofree guint8 *marks = g_new0 (guint8, g->rulesets->len + 1);
  for (guint i = 0; i < g->rulesets->len; i++)
    {
      CardeaRegoRuleset *s = g->rulesets->pdata[i];
      s->lasts = !g->no_memo && lasts (s, marks) && s->kind != RULES_FUNCTION;
    }
}

CardeaRegoArena *
cardea_rego_lasting_new (void)
{
  return cardea_rego_arena_new (MAX_KEPT);
}

gboolean
cardea_rego_lasting_keep (CardeaRegoArena *lasting, CardeaRegoValue *value)
{
  if (cardea_rego_weight (*value) > MAX_WEIGHT || cardea_rego_arena_over (lasting))
    return FALSE;
  CardeaRegoValue copy = cardea_rego_copy (lasting, *value);
  if (cardea_rego_arena_over (lasting))
    return FALSE;
  cardea_rego_freeze (copy);
  *value = copy;
  return TRUE;
}
