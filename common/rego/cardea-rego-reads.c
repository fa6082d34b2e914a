/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What answers may depend on, told from the code that is run, not from what was written: the
 * machine comes to the input by two instructions and by the index, and by nothing else. Too much
 * may be said, never too little. */

#include "common/rego/cardea-rego-engine.h"
#include "common/rego/cardea-rego-lasting.h"

#include <string.h>

/* Where functions lie that ask the clock, chance or what is outside. */
static const char *const unsteady[]
    = { "time.", "rand.", "uuid.", "io.jwt.", "crypto.x509.", "opa.", "http.", "net.lookup" };

#define MAX_LISTED 64u /* elements of a path that are told apart */

void
cardea_rego_code_inputs (const CardeaRegoCode *code, CardeaRegoInputVisit visit, gpointer data)
{
  CardeaRegoValue path[MAX_LISTED];
  for (guint32 i = 0; i < code->n; i++)
    {
      const CardeaRegoInsn *insn = &code->insns[i];
      guint32 n = insn->op == OP_INPUT_PATH ? MIN (insn->x, MAX_LISTED) : 0;
      for (guint32 k = 0; k < n; k++)
        path[k] = code->consts[~code->lists[insn->b + (gint32) k]];
      if (insn->op == OP_INPUT || insn->op == OP_INPUT_PATH)
        visit (path, n, data);
    }
  if (code->index != NULL)
    cardea_rego_index_inputs (code->index, visit, data);
}

/* One continues the other. */
static gboolean
overlaps (const CardeaRegoValue *a, guint32 n, const char *const *b)
{
  for (guint32 i = 0; i < n && b[i] != NULL; i++)
    if (!cardea_rego_is_str (a[i], b[i]))
      return FALSE;
  return TRUE;
}

typedef struct {
  const char *const *path;
  gboolean found;
} Search;

static void
search (const CardeaRegoValue *path, guint32 n, gpointer data)
{
  Search *s = data;
  s->found = s->found || overlaps (path, n, s->path);
}

static gboolean
code_reads (const CardeaRegoCode *code, const char *const *path)
{
  Search s = { path, FALSE };
  cardea_rego_code_inputs (code, search, &s);
  return s.found;
}

gboolean
cardea_rego_code_is_steady (const CardeaRegoCode *code)
{
  for (guint32 i = 0; i < code->n; i++)
    {
      const CardeaRegoInsn *insn = &code->insns[i];
      gboolean builtin
          = insn->op == OP_CALL_BUILTIN || (insn->op == OP_CALL_MOCKED && (insn->x & 0x8000) != 0);
      if (insn->op == OP_WITH_FUNC) /* any function in the place of another */
        return FALSE;
      for (guint k = 0; builtin && k < G_N_ELEMENTS (unsteady); k++)
        if (g_str_has_prefix (((const CardeaRegoBuiltin *) code->pointers[insn->b])->name,
                              unsteady[k]))
          return FALSE;
    }
  return TRUE;
}

guint64
cardea_rego_query_reads (const CardeaRegoQuery *query, const char *const *path)
{
  const GArray *looks = query->policy->g->looks;
  guint64 bits = code_reads (query->code, path) ? CARDEA_REGO_LOOKS_QUERY : 0;
  for (guint i = 0; i < looks->len; i++)
    {
      const CardeaRegoInputPath *look = &g_array_index (looks, CardeaRegoInputPath, i);
      if (overlaps (look->path, look->n, path))
        bits |= cardea_rego_lasting_bit (i);
    }
  return bits;
}

gboolean
cardea_rego_policy_reads (const CardeaRegoPolicy *policy, const char *const *path)
{
  const CardeaRegoProgram *g = policy->g;
  for (guint i = 0; i < g->rulesets->len; i++)
    if (code_reads (((CardeaRegoRuleset *) g->rulesets->pdata[i])->code, path))
      return TRUE;
  return FALSE;
}

gboolean
cardea_rego_policy_is_steady (const CardeaRegoPolicy *policy)
{
  const CardeaRegoProgram *g = policy->g;
  for (guint i = 0; i < g->rulesets->len; i++)
    if (!cardea_rego_code_is_steady (((CardeaRegoRuleset *) g->rulesets->pdata[i])->code))
      return FALSE;
  return TRUE;
}
