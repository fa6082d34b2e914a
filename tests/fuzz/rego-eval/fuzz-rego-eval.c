/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/rego/cardea-rego.h"
#include "tests/fuzz/fuzz.h"

#include <string.h>

#define INPUT "{\"x\":1,\"s\":\"abc\",\"l\":[1,2,\"a\"],\"o\":{\"k\":{\"m\":[null,true,1.5]}}}"

static char *
tell (CardeaRegoContext *context, gboolean done, const GError *error, gboolean *ret_cancelled)
{
  if (done)
    return cardea_rego_answer_json (context, FALSE);
  *ret_cancelled = g_error_matches (error, CARDEA_REGO_ERROR, CARDEA_REGO_ERROR_CANCEL);
  return g_strdup (error->message);
}

/* The third time in a row, as the guardian asks. */
static char *
answer_again (const CardeaRegoSource *source, gboolean *ret_cancelled)
{
  g_autoptr (CardeaRegoPolicy) policy = cardea_rego_policy_new (source, 1, 0, NULL);
  g_autoptr (CardeaRegoQuery) query
      = policy != NULL ? cardea_rego_query_new (policy, "data", NULL) : NULL;
  g_autoptr (CardeaRegoContext) context = cardea_rego_context_new ();
  g_autoptr (CardeaJson) input = cardea_json_parse (INPUT, strlen (INPUT), NULL);
  g_autofree char *last = NULL;
  *ret_cancelled = FALSE;
  if (query == NULL)
    return g_strdup ("not loaded");
  cardea_rego_context_set_lasting (context, TRUE);
  cardea_rego_context_set_moment (context, 1, 1);
  cardea_rego_context_set_limits (context, 20000, 1u << 20, 0);
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean done = cardea_rego_eval_value (context, query, NULL, input, &error);
      g_free (last);
      last = tell (context, done, error, ret_cancelled);
    }
  return g_steal_pointer (&last);
}

static char *
answer (const CardeaRegoSource *source, CardeaRegoFlags flags, gboolean *ret_cancelled)
{
  static const char input[] = INPUT;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaRegoPolicy) policy = cardea_rego_policy_new (source, 1, flags, NULL);
  g_autoptr (CardeaRegoQuery) query
      = policy != NULL ? cardea_rego_query_new (policy, "data", NULL) : NULL;
  g_autoptr (CardeaRegoContext) context = cardea_rego_context_new ();
  *ret_cancelled = FALSE;
  if (query == NULL)
    return g_strdup ("not loaded");
  cardea_rego_context_set_moment (context, 1, 1);
  cardea_rego_context_set_limits (context, 20000, 1u << 20, 0);
  gboolean done = cardea_rego_eval_json (context, query, NULL, input, strlen (input), &error);
  return tell (context, done, error, ret_cancelled);
}

/* Whatever loads ends within its budget, and answers the same without the index and without
 * memory of rules, and asked again (unless a budget ran out, which other ways spend differently).
 */
int
LLVMFuzzerTestOneInput (const uint8_t *bytes, size_t size)
{
  const CardeaRegoSource source = { "a.rego", (const char *) bytes, size };
  static const CardeaRegoFlags ways[] = { CARDEA_REGO_NO_INDEX, CARDEA_REGO_NO_MEMO };
  gboolean cancelled, other;
  g_autofree char *first = answer (&source, 0, &cancelled);
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *again = answer (&source, ways[i], &other);
      FUZZ_CHECK (cancelled || other || g_strcmp0 (first, again) == 0);
    }
  g_autofree char *third = answer_again (&source, &other);
  FUZZ_CHECK (cancelled || other || g_strcmp0 (first, third) == 0);
  return 0;
}
