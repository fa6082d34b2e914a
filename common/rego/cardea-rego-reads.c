/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What answers may depend on, told from the code that is run, not from what was written: the
 * machine comes to the input by two instructions and by the index, and by nothing else. Too much
 * may be said, never too little. */

#include "common/rego/cardea-rego-engine.h"

#include <string.h>

/* Where functions lie that ask the clock, chance or what is outside. */
static const char *const unsteady[]
    = { "time.", "rand.", "uuid.", "io.jwt.", "crypto.x509.", "opa.", "http.", "net.lookup" };

/* One continues the other. */
static gboolean
overlaps (const CardeaRegoCode *code, const CardeaRegoInsn *insn, const char *const *path)
{
  for (guint i = 0; i < insn->x && path[i] != NULL; i++)
    if (!cardea_rego_is_str (code->consts[~code->lists[insn->b + (gint32) i]], path[i]))
      return FALSE;
  return TRUE;
}

static gboolean
code_reads (const CardeaRegoCode *code, const char *const *path)
{
  for (guint32 i = 0; i < code->n; i++)
    {
      const CardeaRegoInsn *insn = &code->insns[i];
      if (insn->op == OP_INPUT || (insn->op == OP_INPUT_PATH && overlaps (code, insn, path)))
        return TRUE;
    }
  return code->index != NULL && cardea_rego_index_reads (code->index, path);
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

gboolean
cardea_rego_query_reads (const CardeaRegoQuery *query, const char *const *path)
{
  return code_reads (query->code, path) || cardea_rego_policy_reads (query->policy, path);
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
