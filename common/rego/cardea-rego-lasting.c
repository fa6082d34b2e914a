/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Which rules these are is told from the code that is run: it and all it calls come neither to what
 * is replaced, nor to the clock, to chance or to anything outside. What they look at of the input
 * is told by paths that are written in the code: too much may be said, never too little. What is
 * kept is bounded; beyond that, rules are simply evaluated as all others are. */

#include "common/rego/cardea-rego-lasting.h"

#include <string.h>

#define MAX_SETS 256u   /* of paths that are told apart */
#define MAX_CHAIN 1000u /* rules that need one another; longer ones do not last */

typedef struct {
  CardeaRegoProgram *g;
  guint8 *marks;
  guint64 *looks; /* by rule set: of it and all it calls */
  guint64 *own;   /* of it and the functions it calls, but not of the rules it asks */
  guint depth;
} Marker;

typedef enum {
  MARK_NONE,
  MARK_OPEN,
  MARK_CHANGES,
  MARK_LASTS,
} Mark;

typedef struct {
  CardeaRegoProgram *g;
  guint64 looks;
} Looks;

static gboolean
same_path (const CardeaRegoInputPath *a, const CardeaRegoValue *path, guint32 n)
{
  for (guint32 i = 0; i < n && a->n == n; i++)
    if (a->path[i].tag != path[i].tag || !cardea_rego_eq (a->path[i], path[i]))
      return FALSE;
  return a->n == n;
}

static void
note_look (const CardeaRegoValue *path, guint32 n, gpointer data)
{
  Looks *l = data;
  GArray *all = l->g->looks;
  guint i = 0;
  while (i < all->len && i < CARDEA_REGO_LOOKS
         && !same_path (&g_array_index (all, CardeaRegoInputPath, i), path, n))
    i++;
  if (i == all->len || i == CARDEA_REGO_LOOKS)
    {
      CardeaRegoValue *copy = cardea_rego_arena_alloc (l->g->arena, sizeof *copy * (n + 1));
      CardeaRegoInputPath look = { copy, n };
      memcpy (copy, path, sizeof *copy * n);
      g_array_append_val (all, look);
    }
  l->looks |= cardea_rego_lasting_bit (i);
}

static gboolean lasts (Marker *m, CardeaRegoRuleset *s, guint64 *looks);

/* The whole of a part of the data document, as it may be asked for. */
static gboolean
node_lasts (Marker *m, const CardeaRegoNode *node, guint64 *looks)
{
  if (node->rules != NULL && !lasts (m, node->rules, looks))
    return FALSE;
  for (guint i = 0; i < node->children->len; i++)
    if (!node_lasts (m, node->children->pdata[i], looks))
      return FALSE;
  return TRUE;
}

static gboolean
insn_lasts (Marker *m, const CardeaRegoCode *code, const CardeaRegoInsn *insn, guint64 *looks,
            guint64 *own)
{
  const CardeaRegoRuleset *called;

  switch (insn->op)
    {
    case OP_SAVE_WORLD: /* there is a `with` */
    case OP_CALL_MOCKED:
      return FALSE;
    case OP_CALL_RULE:
      return lasts (m, code->pointers[insn->b], looks);
    case OP_CALL_FUNC:
      called = code->pointers[insn->b];
      if (!lasts (m, code->pointers[insn->b], looks))
        return FALSE;
      *own |= m->own[called->id];
      return TRUE;
    case OP_NODE:
      return node_lasts (m, code->pointers[insn->b], looks);
    default:
      return TRUE;
    }
}

/* Adds what it looks at, itself or through others. */
static gboolean
lasts (Marker *m, CardeaRegoRuleset *s, guint64 *looks)
{
  if (m->marks[s->id] == MARK_NONE)
    {
      Looks own = { m->g, 0 };
      m->marks[s->id] = MARK_OPEN;
      gboolean is = m->depth++ < MAX_CHAIN && cardea_rego_code_is_steady (s->code);
      if (is)
        cardea_rego_code_inputs (s->code, note_look, &own);
      guint64 all = own.looks;
      for (guint32 i = 0; is && i < s->code->n; i++)
        is = insn_lasts (m, s->code, &s->code->insns[i], &all, &own.looks);
      m->depth--;
      m->looks[s->id] = all;
      m->own[s->id] = own.looks;
      m->marks[s->id] = is ? MARK_LASTS : MARK_CHANGES;
    }
  *looks |= m->looks[s->id];
  return m->marks[s->id] == MARK_LASTS;
}

static guint32
number_of (GArray *stable, guint64 looks)
{
  const guint64 *sets = (const guint64 *) (const void *) stable->data;
  guint32 i = 1;
  if (looks != 0 && stable->len >= MAX_SETS)
    looks = CARDEA_REGO_LOOKS_ALL;
  while (i < stable->len && sets[i] != looks)
    i++;
  if (i == stable->len)
    g_array_append_val (stable, looks);
  return i;
}

void
cardea_rego_lasting_mark (CardeaRegoProgram *g)
{
  g_autofree guint8 *marks = g_new0 (guint8, g->rulesets->len + 1);
  g_autofree guint64 *all = g_new0 (guint64, g->rulesets->len + 1);
  g_autofree guint64 *own = g_new0 (guint64, g->rulesets->len + 1);
  Marker m = { g, marks, all, own, 0 };
  g_array_set_size (g->stable, 1);
  for (guint i = 0; i < g->rulesets->len; i++)
    {
      CardeaRegoRuleset *s = g->rulesets->pdata[i];
      guint64 looks = 0;
      if (!lasts (&m, s, &looks) || s->kind == RULES_FUNCTION || g->no_memo)
        continue;
      s->stable = number_of (g->stable, looks);
      s->own = number_of (g->stable, own[i]);
    }
}
