/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The rule index. Rules often begin with comparisons of a ref with constants. For each such ref
 * there is a table from its value to the set of rules that may hold with that value; a rule that
 * says nothing about the ref is in every set. The intersection over the refs are the candidates,
 * tried in their written order. A rule left out could not have held, so answers are the same. */

#include "common/rego/cardea-rego-vm.h"

#include <string.h>

#define MIN_RULES 3
#define MAX_REFS 12
#define MAX_PATH 12
#define MAX_WORDS ((gsize) 4 << 20) /* of a ref's sets: values times rules; 32 MiB */

typedef enum {
  ROOT_INPUT,
  ROOT_DATA,
  ROOT_ARG,
} Root;

typedef struct {
  Root root;
  guint arg, n;
  CardeaRegoValue path[MAX_PATH];
  CardeaRegoValue table; /* object: value → number of its set */
  guint64 *sets;         /* sets of `words` each; the first: rules that do not ask */
  guint n_sets, room;
} Ref;

struct _CardeaRegoIndex {
  CardeaRegoArena *arena;
  guint32 n, words;
  guint32 *entries; /* labels, then positions in the code */
  guint n_refs;
  Ref refs[MAX_REFS];
};

typedef struct {
  CardeaRegoIndex *index;
  CardeaRegoPlan *plan;
  const CardeaRegoRule *rule;
  guint32 number;
} Build;

typedef struct {
  guint32 at;
  guint64 words[];
} State;

static gboolean
same_ref (const Ref *a, const Ref *b)
{
  if (a->root != b->root || a->arg != b->arg || a->n != b->n)
    return FALSE;
  for (guint i = 0; i < a->n; i++)
    if (!cardea_rego_eq (a->path[i], b->path[i]))
      return FALSE;
  return TRUE;
}

static Ref *
need_ref (Build *b, const Ref *wanted)
{
  CardeaRegoIndex *x = b->index;
  for (guint i = 0; i < x->n_refs; i++)
    if (same_ref (&x->refs[i], wanted))
      return &x->refs[i];
  if (x->n_refs == MAX_REFS)
    return NULL;
  Ref *r = &x->refs[x->n_refs++];
  *r = *wanted;
  r->table = cardea_rego_object_new (x->arena, 16);
  r->n_sets = r->room = 1;
  r->sets = g_new0 (guint64, x->words);
  memset (r->sets, 0xff, sizeof (guint64) * x->words);
  return r;
}

/* FALSE: there would be too many. What a rule asks is then not in the index: it is a candidate
 * whatever the value. */
static gboolean
add_set (const CardeaRegoIndex *x, Ref *r)
{
  if ((gsize) (r->n_sets + 1) * x->words > MAX_WORDS)
    return FALSE;
  if (r->n_sets == r->room)
    {
      r->room *= 2;
      r->sets = g_renew (guint64, r->sets, (gsize) r->room * x->words);
    }
  memset (r->sets + (gsize) r->n_sets * x->words, 0, sizeof (guint64) * x->words);
  r->n_sets++;
  return TRUE;
}

/* The rule holds only when the ref has this value. */
static void
add_value (Build *b, const Ref *wanted, CardeaRegoValue value)
{
  CardeaRegoIndex *x = b->index;
  Ref *r = need_ref (b, wanted);
  if (r == NULL)
    return;
  guint64 bit = (guint64) 1 << (b->number % 64);
  guint32 word = b->number / 64;
  /* A second constraint on the same ref: the first one suffices. */
  if (!(r->sets[word] & bit))
    return;
  CardeaRegoValue at = cardea_rego_get (r->table, value);
  if (at.tag == CARDEA_REGO_UNDEFINED)
    {
      at = cardea_rego_int (r->n_sets);
      if (!add_set (x, r))
        return;
      cardea_rego_object_put (x->arena, r->table, cardea_rego_copy (x->arena, value), at);
    }
  r->sets[word] &= ~bit;
  r->sets[(gsize) at.i * x->words + word] |= bit;
}

static gboolean
is_root (const CardeaRegoTerm *t, const char *name)
{
  return t->kind == TERM_VAR && t->var == NULL && strcmp (t->name, name) == 0;
}

/* The argument a variable is, or -1. */
static gint
arg_number (const Build *b, const CardeaRegoTerm *t)
{
  for (guint32 i = 0; i < b->rule->n_args && t->kind == TERM_VAR && t->var != NULL; i++)
    if (b->rule->args[i]->kind == TERM_VAR && b->rule->args[i]->var == t->var)
      return (gint) i;
  return -1;
}

static gboolean
read_ref (const Build *b, const CardeaRegoTerm *t, Ref *out)
{
  const CardeaRegoTerm *head = t->kind == TERM_REF ? t->args[0] : t;
  guint32 n = t->kind == TERM_REF ? t->n - 1 : 0, used;
  gint arg = arg_number (b, head);
  *out = (Ref){ .n = n };
  if (n > MAX_PATH - 1)
    return FALSE;
  for (guint32 i = 0; i < n; i++)
    {
      out->path[i] = t->args[i + 1]->value;
      if (t->args[i + 1]->kind != TERM_VALUE || out->path[i].tag >= CARDEA_REGO_ARRAY)
        return FALSE;
    }
  if (arg >= 0)
    {
      out->root = ROOT_ARG;
      out->arg = (guint) arg;
      return TRUE;
    }
  if (is_root (head, "input"))
    {
      out->root = ROOT_INPUT;
      return TRUE;
    }
  if (!is_root (head, "data") || n == 0)
    return FALSE;
  const CardeaRegoNode *node = cardea_rego_tree_at (b->plan->g, t, &used);
  out->root = ROOT_DATA;
  return node->rules == NULL && used < t->n;
}

static void
add_equal (Build *b, const CardeaRegoTerm *ref, const CardeaRegoTerm *value)
{
  Ref r;
  if (!read_ref (b, ref, &r))
    return;
  if (value->kind == TERM_VALUE)
    add_value (b, &r, value->value);
  /* An array of which some elements are constant: those are compared by position. */
  for (guint32 i = 0; value->kind == TERM_ARRAY && i < value->n; i++)
    if (value->args[i]->kind == TERM_VALUE)
      {
        Ref element = r;
        element.path[element.n++] = cardea_rego_int (i);
        add_value (b, &element, value->args[i]->value);
      }
}

static void
add_literal (Build *b, const CardeaRegoLiteral *l)
{
  const CardeaRegoTerm *t = l->term;
  if (l->kind != LIT_TERM || l->negated || l->n_withs > 0 || t->kind != TERM_CALL || t->n != 3)
    return;
  gboolean mocked
      = t->builtin != NULL
        && (b->plan->g->mock_all || g_hash_table_contains (b->plan->g->mocked, t->builtin));
  if (strcmp (t->name, "eq") != 0 && (strcmp (t->name, "equal") != 0 || mocked))
    return;
  add_equal (b, t->args[1], t->args[2]);
  add_equal (b, t->args[2], t->args[1]);
}

static void
add_rule (Build *b)
{
  if (b->rule->otherwise != NULL)
    return;
  for (guint32 i = 0; i < b->rule->n_args; i++)
    if (b->rule->args[i]->kind == TERM_VALUE)
      {
        Ref r = { .root = ROOT_ARG, .arg = i };
        add_value (b, &r, b->rule->args[i]->value);
      }
  for (guint32 i = 0; i < b->rule->body->n; i++)
    add_literal (b, b->rule->body->literals[i]);
}

CardeaRegoIndex *
cardea_rego_index_build (CardeaRegoPlan *p, CardeaRegoRuleset *rules, const guint32 *labels)
{
  if (rules->rules->len < MIN_RULES)
    return NULL;
  CardeaRegoIndex *x = g_new0 (CardeaRegoIndex, 1);
  x->arena = cardea_rego_arena_new (G_MAXSIZE);
  x->n = rules->rules->len;
  x->words = (x->n + 63) / 64;
  x->entries = g_memdup2 (labels, sizeof *labels * x->n);
  for (guint32 i = 0; i < x->n; i++)
    {
      Build b = { x, p, rules->rules->pdata[i], i };
      add_rule (&b);
    }
  for (guint i = 0; i < x->n_refs; i++)
    cardea_rego_freeze (x->refs[i].table);
  if (x->n_refs > 0)
    return x;
  cardea_rego_index_free (x);
  return NULL;
}

void
cardea_rego_index_patch (CardeaRegoIndex *x, GArray *labels)
{
  for (guint32 i = 0; i < x->n; i++)
    x->entries[i] = g_array_index (labels, guint32, x->entries[i]);
}

void
cardea_rego_index_free (CardeaRegoIndex *x)
{
  if (x == NULL)
    return;
  for (guint i = 0; i < x->n_refs; i++)
    g_free (x->refs[i].sets);
  g_free (x->entries);
  cardea_rego_arena_free (x->arena);
  g_free (x);
}

void
cardea_rego_index_inputs (const CardeaRegoIndex *x, CardeaRegoInputVisit visit, gpointer data)
{
  for (guint i = 0; i < x->n_refs; i++)
    if (x->refs[i].root == ROOT_INPUT)
      visit (x->refs[i].path, x->refs[i].n, data);
}

static CardeaRegoValue
ref_value (CardeaRegoCtx *ctx, const Ref *r, const CardeaRegoValue *regs)
{
  CardeaRegoValue v = r->root == ROOT_INPUT  ? ctx->world->input
                      : r->root == ROOT_DATA ? ctx->world->data
                                             : regs[r->arg];
  for (guint i = 0; i < r->n && v.tag != CARDEA_REGO_UNDEFINED; i++)
    v = r->root == ROOT_DATA ? cardea_rego_base_get (ctx, v, r->path[i])
                             : cardea_rego_get_fast (v, r->path[i]);
  return v;
}

void
cardea_rego_index_start (CardeaRegoCtx *ctx, const CardeaRegoIndex *x, CardeaRegoValue *regs,
                         gint32 state)
{
  State *s = cardea_rego_arena_alloc (ctx->arena, sizeof *s + sizeof (guint64) * x->words);
  s->at = 0;
  memset (s->words, 0xff, sizeof (guint64) * x->words);
  if (x->n % 64 != 0)
    s->words[x->words - 1] = ((guint64) 1 << (x->n % 64)) - 1;
  for (guint i = 0; i < x->n_refs; i++)
    {
      const Ref *r = &x->refs[i];
      CardeaRegoValue v = ref_value (ctx, r, regs);
      CardeaRegoValue at
          = v.tag != CARDEA_REGO_UNDEFINED ? cardea_rego_get_fast (r->table, v) : CARDEA_REGO_NONE;
      const guint64 *own = at.tag == CARDEA_REGO_INT ? r->sets + (gsize) at.i * x->words : NULL;
      for (guint32 w = 0; w < x->words; w++)
        s->words[w] &= r->sets[w] | (own != NULL ? own[w] : 0);
    }
  regs[state].p = s;
}

gint64
cardea_rego_index_next (const CardeaRegoIndex *x, CardeaRegoValue *state)
{
  State *s = (State *) state->p;
  for (; s->at < x->words; s->at++)
    if (s->words[s->at] != 0)
      {
        guint bit = (guint) __builtin_ctzll (s->words[s->at]);
        s->words[s->at] &= s->words[s->at] - 1;
        return x->entries[s->at * 64 + bit];
      }
  return -1;
}
