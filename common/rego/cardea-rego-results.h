/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/rego/cardea-rego.h"

/* Answers as tools show them: every solution of a query with its variables and with the value of
 * each of its expressions (the result set of `opa eval`), and the tests of a policy. */

/* A query whose answer has the shape this header reads. Alone and without iteration, an expression
 * may be false; otherwise all of a solution's expressions hold. */
CardeaRegoQuery *cardea_rego_query_new_results (CardeaRegoPolicy *policy, const char *text,
                                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* Of the context's last answer, which was one of query. */
guint cardea_rego_results_size (const CardeaRegoContext *context);
/* {"result":[{"expressions":[{"value","text","location":{"row","col"}}],"bindings":{…}}]}; {} when
 * undefined. NULL when it is too big for the memory limit. The caller owns it. */
char *cardea_rego_results_json (CardeaRegoContext *context, const CardeaRegoQuery *query,
                                gboolean pretty);

/* The result set as a table: first a column a variable, sorted, then one an expression. */
guint cardea_rego_results_columns (const CardeaRegoContext *context, const CardeaRegoQuery *query,
                                   guint *ret_variables);
/* Caller owns it. */
char *cardea_rego_results_column (const CardeaRegoContext *context, const CardeaRegoQuery *query,
                                  guint column);
/* JSON; a string without its quotes when raw. NULL as above. The caller owns it. */
char *cardea_rego_results_cell (CardeaRegoContext *context, const CardeaRegoQuery *query, guint row,
                                guint column, gboolean raw, gboolean pretty);

typedef struct {
  char *path;       /* data.a.test_b */
  const char *file; /* as named when it was loaded; the policy's */
  guint row;
  gboolean todo; /* todo_test_…: not to be run */
} CardeaRegoTest;

/* The rules named test_… and todo_test_…, once each, in the order of the sources. */
GArray *cardea_rego_policy_tests (const CardeaRegoPolicy *policy);
/* Whether the last answer, that of cardea_rego_query_new() over a test's path, means success:
 * defined, not false, and, being an object of cases, without a case that is false. */
gboolean cardea_rego_answer_passes (const CardeaRegoContext *context);
