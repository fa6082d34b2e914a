/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/rego/cardea-rego-compile.h"

/* Stage 2: names. Variables get their CardeaRegoVar, names of rules and imports become refs below
 * data, calls find their function, sugar (some…in, :=) is replaced. */

typedef struct _CardeaRegoScope CardeaRegoScope;
struct _CardeaRegoScope {
  CardeaRegoScope *up;
  guint level;
  GHashTable *declared; /* name → CardeaRegoVar: some, :=, arguments, every */
  GHashTable *raw;      /* name → CardeaRegoVar: mentioned without declaration */
  GHashTable *later;    /* names some statement of the body declares */
};

typedef struct {
  CardeaRegoTerm *term;
  CardeaRegoScope *scope;
} CardeaRegoPending;

typedef struct {
  CardeaRegoProgram *g;
  CardeaRegoProblems *problems;
  CardeaRegoModule *module; /* NULL in a query */
  CardeaRegoNode *package;
  CardeaRegoRule *rule;
  CardeaRegoScope *scope;
  GPtrArray *vars;           /* CardeaRegoVar, by id */
  GPtrArray *pending;        /* CardeaRegoPending */
  GPtrArray *scopes;         /* all of them, to be freed */
  CardeaRegoTerm *statement; /* the call that is a whole literal: it may have one argument more */
  gboolean query;
} CardeaRegoResolver;

void cardea_rego_resolve_rule (CardeaRegoResolver *r, CardeaRegoRule *rule);
/* Leaves r->vars for the planner; the caller clears the resolver. */
void cardea_rego_resolve_query (CardeaRegoResolver *r, CardeaRegoBody *body);
void cardea_rego_resolver_clear (CardeaRegoResolver *r);

void cardea_rego_resolve_term (CardeaRegoResolver *r, CardeaRegoTerm *term);
void cardea_rego_resolve_with (CardeaRegoResolver *r, CardeaRegoWith *with);
void cardea_rego_resolve_body (CardeaRegoResolver *r, CardeaRegoBody *body);
void cardea_rego_resolve_declare (CardeaRegoResolver *r, CardeaRegoTerm *pattern, gboolean assign);
CardeaRegoScope *cardea_rego_scope_push (CardeaRegoResolver *r);
void cardea_rego_scope_pop (CardeaRegoResolver *r);
CardeaRegoVar *cardea_rego_resolve_new_var (CardeaRegoResolver *r, const char *name,
                                            CardeaRegoLoc loc);
/* The constant a rego.metadata call stands for, or NULL. */
CardeaRegoTerm *cardea_rego_metadata_call (CardeaRegoResolver *r, const CardeaRegoTerm *call);
