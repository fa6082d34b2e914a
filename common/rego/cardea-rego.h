/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

#include <glib.h>

/* Rego, the policy language of Open Policy Agent: compile policies once, ask them from any thread.
 *
 *   policy   immutable, compiled; shared by threads
 *   query    immutable, compiled against a policy, which it keeps
 *   document immutable JSON, as data or as input
 *   context  one thread's working memory; holds the last answer
 *
 * Every text given is untrusted and bounded by the limits of the engine. An answer that is missing
 * (undefined), an error and an exceeded budget are three different things; a caller that guards
 * something treats all three as a refusal. */

typedef struct _CardeaRegoPolicy CardeaRegoPolicy;
typedef struct _CardeaRegoQuery CardeaRegoQuery;
typedef struct _CardeaRegoDocument CardeaRegoDocument;
typedef struct _CardeaRegoContext CardeaRegoContext;

#define CARDEA_REGO_ERROR (cardea_rego_error_quark ())
GQuark cardea_rego_error_quark (void);

typedef enum {
  CARDEA_REGO_ERROR_LOAD,     /* policy or query: one line a problem, FILE:ROW:COL: CODE: TEXT */
  CARDEA_REGO_ERROR_DOCUMENT, /* no JSON, or beyond the limits */
  CARDEA_REGO_ERROR_TYPE,     /* eval_type_error, FILE:ROW: CODE: TEXT as all below */
  CARDEA_REGO_ERROR_BUILTIN,  /* eval_builtin_error */
  CARDEA_REGO_ERROR_CONFLICT, /* eval_conflict_error */
  CARDEA_REGO_ERROR_MERGE,    /* eval_with_merge_error */
  CARDEA_REGO_ERROR_CANCEL,   /* eval_cancel_error: steps, memory, time or depth ran out */
  CARDEA_REGO_ERROR_INTERNAL, /* eval_internal_error */
} CardeaRegoError;

typedef struct {
  const char *name; /* for messages */
  const char *text;
  gsize size;
} CardeaRegoSource;

typedef enum {
  CARDEA_REGO_V0 = 1 << 0,       /* sources are in the language before OPA 1.0 */
  CARDEA_REGO_STRICT = 1 << 1,   /* OPA's --strict checks */
  CARDEA_REGO_MOCK_ALL = 1 << 2, /* queries may replace any function or rule by `with` */
  CARDEA_REGO_PRINTS = 1 << 5,   /* what print is given is checked, though nothing is printed */
  CARDEA_REGO_NO_INDEX = 1 << 3, /* for tests: answers must not change */
  CARDEA_REGO_NO_MEMO = 1 << 4,  /* for tests: answers must not change */
} CardeaRegoFlags;

CardeaRegoPolicy *cardea_rego_policy_new (const CardeaRegoSource *sources, gsize n,
                                          CardeaRegoFlags flags,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
CardeaRegoPolicy *cardea_rego_policy_ref (CardeaRegoPolicy *policy);
void cardea_rego_policy_unref (CardeaRegoPolicy *policy);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaRegoPolicy, cardea_rego_policy_unref)

/* Whether an answer may depend on the input's member at path (NULL-terminated) or on anything below
 * it; FALSE is certain. And whether all answers depend on input and data alone: not on the clock,
 * on chance or on anything outside; TRUE is certain. */
gboolean cardea_rego_policy_reads (const CardeaRegoPolicy *policy, const char *const *path);
gboolean cardea_rego_policy_is_steady (const CardeaRegoPolicy *policy);

/* A body as `opa eval` takes it. One term, such as data.x.allow, answers with its value; anything
 * else with an array of objects, one a solution, holding its variables. */
CardeaRegoQuery *cardea_rego_query_new (CardeaRegoPolicy *policy, const char *text,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
CardeaRegoQuery *cardea_rego_query_new_solutions (CardeaRegoPolicy *policy, const char *text,
                                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
void cardea_rego_query_free (CardeaRegoQuery *query);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaRegoQuery, cardea_rego_query_free)

CardeaRegoDocument *cardea_rego_document_new (const char *json, gsize size,
                                              GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* From a Rego term without variables, which unlike JSON may hold sets. */
CardeaRegoDocument *cardea_rego_document_new_term (const char *text,
                                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
CardeaRegoDocument *cardea_rego_document_ref (CardeaRegoDocument *document);
void cardea_rego_document_unref (CardeaRegoDocument *document);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaRegoDocument, cardea_rego_document_unref)

#define CARDEA_REGO_DEFAULT_STEPS 1000000
#define CARDEA_REGO_DEFAULT_MEMORY (4u << 20)
#define CARDEA_REGO_DEFAULT_DEADLINE_MS 1000

CardeaRegoContext *cardea_rego_context_new (void);
void cardea_rego_context_free (CardeaRegoContext *context);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaRegoContext, cardea_rego_context_free)
/* Steps are loop elements, calls and jumps; memory is in bytes; 0 ms means no deadline. */
void cardea_rego_context_set_limits (CardeaRegoContext *context, guint64 steps, gsize memory,
                                     guint deadline_ms);
/* Whether values that depend on data alone are worked out once for as long as policy and data stay
 * the same; otherwise, as at first, every evaluation works out all it needs. */
void cardea_rego_context_set_lasting (CardeaRegoContext *context, gboolean lasting);
/* Whether an error in a built-in function ends the evaluation (otherwise its expression is
 * undefined). */
void cardea_rego_context_set_strict (CardeaRegoContext *context, gboolean strict);
/* What time.now_ns says and what rand.* and uuid.* are derived from, instead of the real clock and
 * chance: for replaying. */
void cardea_rego_context_set_moment (CardeaRegoContext *context, gint64 now_ns, guint64 seed);

/* Called for every rule that holds, in the order of evaluation, with its path (data.…), file and
 * line, and its value (or set element) as JSON: valid only during the call. */
typedef void (*CardeaRegoTrace) (const char *rule, const char *file, guint line, const char *json,
                                 gpointer data);
void cardea_rego_context_set_trace (CardeaRegoContext *context, CardeaRegoTrace trace,
                                    gpointer data);

/* Evaluates. data and input may be NULL: absent. FALSE with an error; otherwise the context holds
 * the answer until its next use. */
gboolean cardea_rego_eval (CardeaRegoContext *context, const CardeaRegoQuery *query,
                           const CardeaRegoDocument *data, const CardeaRegoDocument *input,
                           GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The same with the input as JSON text. */
gboolean cardea_rego_eval_json (CardeaRegoContext *context, const CardeaRegoQuery *query,
                                const CardeaRegoDocument *data, const char *input, gsize size,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;

/* The same with an input that was read already. */
gboolean cardea_rego_eval_value (CardeaRegoContext *context, const CardeaRegoQuery *query,
                                 const CardeaRegoDocument *data, const CardeaJson *input,
                                 GError **error) G_GNUC_WARN_UNUSED_RESULT;

gboolean cardea_rego_answer_defined (const CardeaRegoContext *context);
/* TRUE only for the value true itself. */
gboolean cardea_rego_answer_is_true (const CardeaRegoContext *context);
/* A member of the answer ("a", or "a/b": of its member a) that is a string (NULL when there is none
 * such), an integer, or true. The text belongs to the context. */
const char *cardea_rego_answer_string (const CardeaRegoContext *context, const char *member);
gboolean cardea_rego_answer_integer (const CardeaRegoContext *context, const char *member,
                                     gint64 *ret_value);
gboolean cardea_rego_answer_boolean (const CardeaRegoContext *context, const char *member);
/* How many elements a member has that is an array, a set or an object; otherwise 0. */
guint cardea_rego_answer_size (const CardeaRegoContext *context, const char *member);
/* The i-th element of a member that is an array or a set; NULL: no such, or no string. */
const char *cardea_rego_answer_element (const CardeaRegoContext *context, const char *member,
                                        guint i);
/* The answer's member as JSON, in one line; NULL: there is none, or it is too big for the memory
 * limit. The caller owns it. */
char *cardea_rego_answer_member (CardeaRegoContext *context, const char *member);
/* The answer as JSON, one line or indented; NULL when undefined or too big for the memory limit.
 * The caller owns it. */
char *cardea_rego_answer_json (CardeaRegoContext *context, gboolean pretty);
/* The first error of a built-in function that was passed over, or NULL. */
const char *cardea_rego_answer_passed_over (const CardeaRegoContext *context);
/* Steps the last evaluation took and the memory it used. */
guint64 cardea_rego_answer_steps (const CardeaRegoContext *context);
gsize cardea_rego_answer_memory (const CardeaRegoContext *context);
