/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Checks of whole modules. */

#include "common/rego/cardea-rego-compile.h"

#include <string.h>

/* As it was written. */
static char *
print_import (const CardeaRegoImport *import)
{
  g_autoptr (GString) text = g_string_new ("import ");
  const CardeaRegoTerm *last = import->path->args[import->path->n - 1];
  cardea_rego_term_print (text, import->path);
  if (import->path->n == 1 ? strcmp (import->path->args[0]->name, import->alias) != 0
                           : !cardea_rego_is_str (last->value, import->alias))
    g_string_append_printf (text, " as %s", import->alias);
  return g_string_free (g_steal_pointer (&text), FALSE);
}

static void
check_imports (CardeaRegoProgram *g, CardeaRegoProblems *problems, const CardeaRegoModule *m)
{
  for (guint i = 0; i < m->imports->len; i++)
    {
      const CardeaRegoImport *a = m->imports->pdata[i];
      for (guint k = 0; k < i && (m->v1 || g->strict); k++)
        {
          const CardeaRegoImport *b = m->imports->pdata[k];
          if (strcmp (a->alias, b->alias) == 0)
            {
              g_autofree char *other = print_import (b);
              cardea_rego_problems_add (problems, a->loc, "rego_compile_error",
                                        "import must not shadow %s", other);
              break;
            }
        }
    }
}

/* What a default value holds that has to be worked out, or NULL. */
static const char *
open_default (const CardeaRegoTerm *t)
{
  if (t->kind == TERM_VAR || t->kind == TERM_REF || t->kind == TERM_CALL)
    return t->kind == TERM_VAR ? "var" : t->kind == TERM_REF ? "ref" : "call";
  for (guint32 i = 0; i < t->n && t->body == NULL; i++)
    {
      const char *kind = open_default (t->args[i]);
      if (kind != NULL)
        return kind;
    }
  return NULL;
}

/* Whoever names a rule or an argument like that does not mean the document. */
static void
check_shadowing (CardeaRegoProblems *problems, const CardeaRegoRule *r)
{
  static const char *const roots[] = { "input", "data" };
  for (guint i = 0; i < G_N_ELEMENTS (roots); i++)
    {
      gsize size = strlen (roots[i]);
      if (strncmp (r->path, roots[i], size) == 0 && strchr (".[", r->path[size]) != NULL)
        cardea_rego_problems_add (problems, r->loc, "rego_compile_error",
                                  "rules must not shadow %s (use a different rule name)", roots[i]);
      for (guint32 k = 0; k < r->n_args; k++)
        if (r->args[k]->kind == TERM_VAR && strcmp (r->args[k]->name, roots[i]) == 0)
          cardea_rego_problems_add (problems, r->args[k]->loc, "rego_compile_error",
                                    "args must not shadow %s (use a different variable name)",
                                    roots[i]);
    }
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
          const char *kind = r->is_default ? open_default (r->value) : NULL;
          if (kind != NULL)
            cardea_rego_problems_add (problems, r->loc, "rego_parse_error",
                                      "illegal default rule (value cannot contain %s)", kind);
          if (m->v1 || g->strict)
            check_shadowing (problems, r);
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
          g_autofree char *text = print_import (import);
          if (!import->used)
            cardea_rego_problems_add (problems, import->loc, "rego_compile_error", "%s unused",
                                      text);
        }
    }
}
