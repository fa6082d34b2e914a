/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/rego/cardea-rego-shape.h"
#include "common/rego/cardea-rego.h"
#include "common/rego/cardea-rego-vm.h"

/* What stands behind the public types. */

struct _CardeaRegoPolicy {
  gint refs;
  CardeaRegoProgram *g;
};

struct _CardeaRegoQuery {
  gint refs;
  CardeaRegoPolicy *policy;
  CardeaRegoArena *arena;
  CardeaRegoCode *code;
  GArray *expressions; /* CardeaRegoExpression; NULL unless asked for results */
  gboolean as_value;
};

typedef struct {
  char *text;
  guint row, col;
  gboolean captured; /* otherwise its value is true wherever it holds */
  gboolean declaration;
} CardeaRegoExpression;

CardeaRegoQuery *cardea_rego_query_ref (CardeaRegoQuery *query);
/* What of all that rules look at is at, above or below path: bits as in cardea-rego-lasting.h; 0:
 * its answer does not depend on that member of the input. */
guint64 cardea_rego_query_reads (const CardeaRegoQuery *query, const char *const *path);

/* Makes the solutions of a body hold the values of its expressions, which it lists. */
GArray *cardea_rego_results_capture (CardeaRegoArena *arena, CardeaRegoBody *body,
                                     const char *text);

struct _CardeaRegoDocument {
  gint refs;
  CardeaRegoArena *arena;
  CardeaRegoValue value;
};

struct _CardeaRegoContext {
  CardeaRegoCtx ctx;
  /* Of the last evaluation, of which the context remembers something; NULL: none. */
  CardeaRegoQuery *query;
  CardeaRegoDocument *data;
  CardeaRegoShapes *shapes;
  gboolean unknown; /* it is not known what the input of the last evaluation was */
  guint64 steps;
  gsize memory;
  guint deadline_ms;
  gint64 now_ns; /* 0: the clock */
  guint64 seed;
  gboolean fixed;
  guint64 used;
  CardeaRegoValue answer;
  CardeaRegoTrace trace;
  gpointer trace_data;
};
