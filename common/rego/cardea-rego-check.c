/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Checks of whole modules. */

#include "common/rego/cardea-rego-compile.h"

#include <string.h>

static void
check_imports (CardeaRegoProgram *g, CardeaRegoProblems *problems, const CardeaRegoModule *m)
{
  for (guint i = 0; i < m->imports->len; i++)
    {
      const CardeaRegoImport *a = m->imports->pdata[i];
      for (guint k = 0; k < i && m->v1; k++)
        {
          const CardeaRegoImport *b = m->imports->pdata[k];
          if (strcmp (a->alias, b->alias) == 0)
            {
              cardea_rego_problems_add (problems, a->loc, "rego_compile_error",
                                        "import must not shadow import %s", b->alias);
              break;
            }
        }
    }
  (void) g;
}

static gboolean
ground_default (const CardeaRegoTerm *t)
{
  if (t->kind == TERM_VAR || t->kind == TERM_REF || t->kind == TERM_CALL)
    return FALSE;
  if (t->body != NULL)
    return TRUE;
  for (guint32 i = 0; i < t->n; i++)
    if (!ground_default (t->args[i]))
      return FALSE;
  return TRUE;
}

void
cardea_rego_check_modules (CardeaRegoProgram *g, CardeaRegoProblems *problems)
{
  for (guint i = 0; i < g->modules->len; i++)
    {
      const CardeaRegoModule *m = g->modules->pdata[i];
      check_imports (g, problems, m);
      for (guint k = 0; k < m->rules->len; k++)
        {
          const CardeaRegoRule *r = m->rules->pdata[k];
          if (r->is_default && !ground_default (r->value))
            cardea_rego_problems_add (
                problems, r->value->loc, "rego_parse_error",
                "illegal default rule (value cannot contain var, ref or call)");
        }
    }
}

void
cardea_rego_check_unused (CardeaRegoProgram *g, CardeaRegoProblems *problems)
{
  for (guint i = 0; g->strict && i < g->modules->len; i++)
    {
      const CardeaRegoModule *m = g->modules->pdata[i];
      for (guint k = 0; k < m->imports->len; k++)
        {
          const CardeaRegoImport *import = m->imports->pdata[k];
          g_autoptr (GString) path = g_string_new (NULL);
          cardea_rego_term_print (path, import->path);
          if (!import->used)
            cardea_rego_problems_add (problems, import->loc, "rego_compile_error",
                                      "import %s unused", path->str);
        }
    }
}
