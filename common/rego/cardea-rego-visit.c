/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/rego/cardea-rego-compile.h"

static gboolean
is_closure (const CardeaRegoTerm *t)
{
  return t->body != NULL;
}

/* Whether the replacement names a function itself, rather than giving a value. */
gboolean
cardea_rego_with_function (const CardeaRegoWith *w)
{
  return (w->value->kind == TERM_VAR || w->value->kind == TERM_REF)
         && (w->value->builtin != NULL || w->value->node != NULL);
}

void
cardea_rego_visit_term (CardeaRegoTerm *t, gboolean closures, CardeaRegoVisit visit, gpointer data)
{
  visit (t, data);
  if (is_closure (t))
    {
      if (!closures)
        return;
      cardea_rego_visit_body (t->body, closures, visit, data);
    }
  for (guint32 i = t->kind == TERM_CALL ? 1 : 0; i < t->n; i++)
    cardea_rego_visit_term (t->args[i], closures, visit, data);
}

void
cardea_rego_visit_literal (CardeaRegoLiteral *l, gboolean closures, CardeaRegoVisit visit,
                           gpointer data)
{
  if (l->kind == LIT_TERM)
    cardea_rego_visit_term (l->term, closures, visit, data);
  if (l->kind == LIT_EVERY)
    {
      cardea_rego_visit_term (l->terms[l->n - 1], closures, visit, data);
      for (guint32 i = 0; closures && i + 1 < l->n; i++)
        cardea_rego_visit_term (l->terms[i], closures, visit, data);
    }
  if (closures && l->body != NULL)
    cardea_rego_visit_body (l->body, closures, visit, data);
  for (guint32 i = 0; i < l->n_withs; i++)
    {
      if (!cardea_rego_with_function (&l->with_list[i]))
        cardea_rego_visit_term (l->with_list[i].value, closures, visit, data);
      else
        visit (l->with_list[i].value, data);
    }
}

void
cardea_rego_visit_body (CardeaRegoBody *b, gboolean closures, CardeaRegoVisit visit, gpointer data)
{
  for (guint32 i = 0; i < b->n; i++)
    cardea_rego_visit_literal (b->literals[i], closures, visit, data);
}
