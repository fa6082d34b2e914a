/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Evaluation by the public API: answers, budgets, errors, explanations, sharing among threads. */

#include "common/rego/cardea-rego.h"

#include <string.h>

typedef struct {
  const char *name, *policy, *input, *want; /* want NULL: undefined */
} Case;

static CardeaRegoPolicy *
load (const char *text, CardeaRegoFlags flags)
{
  g_autoptr (GError) error = NULL;
  CardeaRegoSource source = { "a.rego", text, strlen (text) };
  CardeaRegoPolicy *policy = cardea_rego_policy_new (&source, 1, flags, &error);
  if (policy == NULL)
    g_error ("%s", error->message);
  return policy;
}

static char *
answer (const Case *c, CardeaRegoFlags flags)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaRegoPolicy) policy = load (c->policy, flags);
  g_autoptr (CardeaRegoQuery) query = cardea_rego_query_new (policy, "data.a.p", &error);
  g_autoptr (CardeaRegoContext) context = cardea_rego_context_new ();
  const char *input = c->input != NULL ? c->input : "{}";
  if (!cardea_rego_eval_json (context, query, NULL, input, strlen (input), &error))
    return g_strdup (error->message);
  return cardea_rego_answer_json (context, FALSE);
}

/* As the guardian asks: values that last, an input read already, another question in between. */
static char *
answer_again (const Case *c)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaRegoPolicy) policy = load (c->policy, 0);
  g_autoptr (CardeaRegoQuery) query = cardea_rego_query_new (policy, "data.a.p", &error);
  g_autoptr (CardeaRegoContext) context = cardea_rego_context_new ();
  const char *text = c->input != NULL ? c->input : "{}";
  g_autoptr (CardeaJson) input = cardea_json_parse (text, strlen (text), NULL);
  static const char between[] = "{\"y\":{\"x\":1},\"x\":[]}";
  g_autoptr (CardeaJson) other = cardea_json_parse (between, strlen (between), NULL);
  cardea_rego_context_set_lasting (context, TRUE);
  gboolean once = cardea_rego_eval_value (context, query, NULL, input, NULL);
  if (!cardea_rego_eval_value (context, query, NULL, other, NULL))
    g_assert_false (cardea_rego_answer_defined (context));
  gboolean again = cardea_rego_eval_value (context, query, NULL, input, &error);
  g_assert_cmpint (once, ==, again);
  if (!again)
    return g_strdup (error->message);
  return cardea_rego_answer_json (context, FALSE);
}

static void
check (gconstpointer data)
{
  static const CardeaRegoFlags ways[]
      = { 0, CARDEA_REGO_NO_INDEX, CARDEA_REGO_NO_MEMO, CARDEA_REGO_MOCK_ALL };
  const Case *c = data;
  for (guint i = 0; i < G_N_ELEMENTS (ways); i++)
    {
      g_autofree char *got = answer (c, ways[i]);
      g_assert_cmpstr (got, ==, c->want);
    }
  g_autofree char *again = answer_again (c);
  g_assert_cmpstr (again, ==, c->want);
}

static const Case cases[] = {
  { "undefined", "package a\np if input.x == 1\n", NULL, NULL },
  { "true", "package a\np if input.x == 1\n", "{\"x\":1.0}", "true" },
  { "big-integers", "package a\np := 9223372036854775807 + 1\n", NULL, "9223372036854775808" },
  { "floats", "package a\np := [0.1 + 0.2, 1 / 3, 1e2, 2 / 4]\n", NULL,
    "[0.3,0.33333333333333333334,1e2,0.5]" },
  { "object-order", "package a\np := [k | some k, _ in {\"b\": 1, \"a\": 2, \"c\": 3}]\n", NULL,
    "[\"a\",\"b\",\"c\"]" },
  { "set-order", "package a\np contains x if some x in [3, 1, 2, \"a\", null]\n", NULL,
    "[null,1,2,3,\"a\"]" },
  { "else", "package a\np := 1 if input.x == 1\nelse := 2 if input.x == 2\nelse := 3\n",
    "{\"x\":2}", "2" },
  { "else-over-other", "package a\np := 1 if false\nelse := 1\np := 1 if true\n", NULL, "1" },
  { "conflict", "package a\np := 1\np := 2\n", NULL,
    "a.rego:3: eval_conflict_error: complete rules must not produce multiple outputs" },
  { "function-conflict", "package a\nf(x) := 1\nf(x) := 2\np := f(1)\n", NULL,
    "a.rego:3: eval_conflict_error: functions must not produce multiple outputs for same inputs" },
  { "every-empty", "package a\np if every x in [] { x == 1 }\n", NULL, "true" },
  { "every-not", "package a\np if every x in [1, 2] { x == 1 }\n", NULL, NULL },
  { "with-input", "package a\nq := input.x\np := v if v := q with input.x as 5\n", "{\"x\":1}",
    "5" },
  { "with-scope", "package a\nq := input.x\np := [q, y] if { y := q with input.x as 5 }\n",
    "{\"x\":1}", "[1,5]" },
  { "with-function", "package a\nf(x) := 10\np := v if v := count([1]) with count as f\n", NULL,
    "10" },
  { "with-iterates",
    "package a\nq := input.x\np := [y | some x in [1, 2]; y := q with input.x as x]\n", NULL,
    "[1,2]" },
  { "index-many",
    "package a\np := 1 if input.x == \"a\"\np := 2 if input.x == \"b\"\np := 3 if input.x == "
    "\"c\"\np := 4 if not input.x\n",
    "{\"x\":\"b\"}", "2" },
  { "index-missing",
    "package a\np := 1 if input.x == \"a\"\np := 2 if input.x == \"b\"\np := 3 if input.x == "
    "\"c\"\np := 4 if not input.x\n",
    "{}", "4" },
  { "index-numbers",
    "package a\np := 1 if input.x == 1\np := 2 if input.x == 2\np := 3 if input.x == 3\n",
    "{\"x\":2.0}", "2" },
  { "index-arrays",
    "package a\np := 1 if input.x == [\"a\", y]\np := 2 if input.x == [\"b\", 1]\np := 3 if "
    "input.x == [\"c\", input.y]\ny := 7\n",
    "{\"x\":[\"c\",4],\"y\":4}", "3" },
  { "index-functions",
    "package a\nf(\"a\") := 1\nf(\"b\") := 2\nf(x) := 3 if x == \"c\"\nf(x) := 4 if count(x) > "
    "1\np := [f(\"a\"), f(\"c\"), f(\"dd\")]\n",
    NULL, "[1,3,4]" },
  { "sprintf-width", "package a\np := sprintf(\"%999999999d\", [1])\n", NULL,
    "\"%!(NOVERB)%!(EXTRA int=1)\"" },
  { "ref-heads", "package a\np.q[x].r := x if some x in [1, 2]\np.s contains 3\n", NULL,
    "{\"q\":{\"1\":{\"r\":1},\"2\":{\"r\":2}},\"s\":[3]}" },
  { "templates", "package a\np := $\"{input.x} and {input.missing}\"\n", "{\"x\":[1,\"b\"]}",
    "\"[1, \\\"b\\\"] and <undefined>\"" },
};

static const struct {
  const char *name, *policy;
} hostile[] = {
  { "product", "package a\np := count([1 | some a in numbers.range(1, 1000); some b in "
               "numbers.range(1, 1000); some c in numbers.range(1, 1000); a == b; b == c])\n" },
  { "range", "package a\np := numbers.range(1, 1000000000)\n" },
  { "set", "package a\nn := numbers.range(1, 1000)\np := {[x, y, z] | some x in n; some y in n; "
           "some z in n}\n" },
  { "set", "package a\np contains [x, y] if { some x in numbers.range(1, 100000); some y in "
           "numbers.range(1, 100000) }\n" },
  { "doubling", "package a\np := count(s20) if {\n" },
  { "width", "package a\np := [sprintf(\"%1000000d\", [x]) | some x in numbers.range(1, 1000)]\n" },
  { "shift", "package a\np := bits.lsh(1, 1000000000)\n" },
  { "expand", "package a\np := net.cidr_expand(\"::/0\")\n" },
  { "regex", "package a\np if regex.match(`((((a{1000}){1000}){1000}){1000})`, \"a\")\n" },
  { "concat", "package a\nq := concat(\",\", [x | some _ in numbers.range(1, 1000); x := "
              "\"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\"])\np := concat(q, [q | some _ "
              "in numbers.range(1, 1000)])\n" },
  { "paths", "package a\ng[x] := [y | some y in numbers.range(1, 12)] if some x in "
             "numbers.range(1, 12)\np := graph.reachable_paths(g, {1})\n" },
};

static void
test_budgets (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (hostile); i++)
    {
      g_autoptr (GString) text = g_string_new (hostile[i].policy);
      if (strcmp (hostile[i].name, "doubling") == 0)
        {
          g_string_append (text, "\ts0 := [1, 1]\n");
          for (guint k = 1; k <= 100; k++)
            g_string_append_printf (text, "\ts%u := [s%u, s%u]\n", k, k - 1, k - 1);
          g_string_append (text, "\ts100 != 1\n}\n");
        }
      g_autoptr (CardeaRegoPolicy) policy = load (text->str, 0);
      g_autoptr (CardeaRegoQuery) query = cardea_rego_query_new (policy, "data.a.p", NULL);
      g_autoptr (CardeaRegoContext) context = cardea_rego_context_new ();
      g_autoptr (GError) error = NULL;
      gint64 start = g_get_monotonic_time ();
      gboolean good = cardea_rego_eval (context, query, NULL, NULL, &error);
      /* An error of the budget, or undefined as a built-in function refused: never an answer. */
      if (good && cardea_rego_answer_defined (context))
        g_error ("%s was answered", hostile[i].name);
      if (!good)
        g_assert_error (error, CARDEA_REGO_ERROR, CARDEA_REGO_ERROR_CANCEL);
      g_assert_cmpint (g_get_monotonic_time () - start, <, 20 * G_USEC_PER_SEC);
      g_assert_cmpuint (cardea_rego_answer_memory (context), <, 64u << 20);
    }
}

static void
test_step_limit (void)
{
  g_autoptr (CardeaRegoPolicy) policy = load ("package a\np := count([x | some x in input])\n", 0);
  g_autoptr (CardeaRegoQuery) query = cardea_rego_query_new (policy, "data.a.p", NULL);
  g_autoptr (CardeaRegoContext) context = cardea_rego_context_new ();
  g_autoptr (CardeaRegoDocument) input = cardea_rego_document_new ("[1,2,3,4,5,6,7,8]", 17, NULL);
  g_autoptr (GError) error = NULL;
  g_assert_true (cardea_rego_eval (context, query, NULL, input, NULL));
  guint64 needed = cardea_rego_answer_steps (context);
  g_assert_cmpuint (needed, >, 8);
  cardea_rego_context_set_limits (context, needed + 1, 1u << 20, 0);
  g_assert_true (cardea_rego_eval (context, query, NULL, input, NULL));
  cardea_rego_context_set_limits (context, needed - 1, 1u << 20, 0);
  g_assert_false (cardea_rego_eval (context, query, NULL, input, &error));
  g_assert_error (error, CARDEA_REGO_ERROR, CARDEA_REGO_ERROR_CANCEL);
  g_assert_cmpstr (error->message, ==, "eval_cancel_error: step limit exceeded");
}

static void
test_strict (void)
{
  g_autoptr (CardeaRegoPolicy) policy = load ("package a\np := 1 / 0\n", 0);
  g_autoptr (CardeaRegoQuery) query = cardea_rego_query_new (policy, "data.a.p", NULL);
  g_autoptr (CardeaRegoContext) context = cardea_rego_context_new ();
  g_autoptr (GError) error = NULL;
  g_assert_true (cardea_rego_eval (context, query, NULL, NULL, NULL));
  g_assert_false (cardea_rego_answer_defined (context));
  g_assert_cmpstr (cardea_rego_answer_passed_over (context), ==, "div: divide by zero");
  cardea_rego_context_set_strict (context, TRUE);
  g_assert_false (cardea_rego_eval (context, query, NULL, NULL, &error));
  g_assert_error (error, CARDEA_REGO_ERROR, CARDEA_REGO_ERROR_BUILTIN);
  g_assert_cmpstr (error->message, ==, "a.rego:2: eval_builtin_error: div: divide by zero");
}

static void
traced (const char *rule, const char *file, guint line, const char *json, gpointer data)
{
  g_string_append_printf (data, "%s %s:%u %s\n", rule, file, line, json);
}

static void
test_trace (void)
{
  g_autoptr (CardeaRegoPolicy) policy
      = load ("package a\ndefault p := false\np if {\n\tq\n}\nq if input.x > 1\n", 0);
  g_autoptr (CardeaRegoQuery) query = cardea_rego_query_new (policy, "data.a.p", NULL);
  g_autoptr (CardeaRegoContext) context = cardea_rego_context_new ();
  g_autoptr (GString) text = g_string_new (NULL);
  cardea_rego_context_set_trace (context, traced, text);
  g_assert_true (cardea_rego_eval_json (context, query, NULL, "{\"x\":2}", 7, NULL));
  g_assert_true (cardea_rego_answer_is_true (context));
  g_assert_cmpstr (text->str, ==, "data.a.q a.rego:6 true\ndata.a.p a.rego:3 true\n");
}

static void
test_members (void)
{
  g_autoptr (CardeaRegoPolicy) policy
      = load ("package a\np := {\"effect\": \"deny\", \"tier\": 3}\n", 0);
  g_autoptr (CardeaRegoQuery) query = cardea_rego_query_new (policy, "data.a.p", NULL);
  g_autoptr (CardeaRegoContext) context = cardea_rego_context_new ();
  gint64 tier = 0;
  g_assert_true (cardea_rego_eval (context, query, NULL, NULL, NULL));
  g_assert_false (cardea_rego_answer_is_true (context));
  g_assert_cmpstr (cardea_rego_answer_string (context, "effect"), ==, "deny");
  g_assert_null (cardea_rego_answer_string (context, "tier"));
  g_assert_true (cardea_rego_answer_integer (context, "tier", &tier));
  g_assert_cmpint (tier, ==, 3);
}

static void
test_documents (void)
{
  static const char *const bad[] = { "",        "{",   "[1,]",  "{\"a\":1,}", "01", "1e99999",
                                     "\"\\x\"", "nul", "[1] 2", "\"\x01\"",   "-" };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CardeaRegoDocument) document
          = cardea_rego_document_new (bad[i], strlen (bad[i]), &error);
      g_assert_null (document);
      g_assert_error (error, CARDEA_REGO_ERROR, CARDEA_REGO_ERROR_DOCUMENT);
    }
  g_autoptr (GString) deep = g_string_new (NULL);
  for (guint i = 0; i < 100000; i++)
    g_string_append_c (deep, '[');
  g_assert_null (cardea_rego_document_new (deep->str, deep->len, NULL));
}

static void
test_reads (void)
{
  static const struct {
    const char *rules;
    gboolean reads, steady; /* input.a.b */
  } cases_of_reading[] = {
    { "p if input.x == 1\n", FALSE, TRUE },
    { "p if input.a.c == 1\n", FALSE, TRUE },
    { "p if input.a.b == 1\n", TRUE, TRUE },
    { "p if input.a.b.c.d == 1\n", TRUE, TRUE },
    { "p if input.a\n", TRUE, TRUE },
    { "p := input\n", TRUE, TRUE },
    { "p := input[input.x]\n", TRUE, TRUE },
    { "p if { some k, v in input.a; k == v }\n", TRUE, TRUE },
    { "p if input.a[_] == 1\n", TRUE, TRUE },
    { "p if not input.a.b\n", TRUE, TRUE },
    { "p := [x | x := input.a.b]\n", TRUE, TRUE },
    { "p if every x in input.l { x == input.a.b }\n", TRUE, TRUE },
    { "f(x) := input.a.b if x\np := f(1)\n", TRUE, TRUE },
    { "p := 1 if false\nelse := input.a.b\n", TRUE, TRUE },
    { "p if walk(input, [[\"a\", \"b\"], _])\n", TRUE, TRUE },
    { "p := $\"{input.a.b}\"\n", TRUE, TRUE },
    /* By the index. */
    { "p := 1 if input.a.b == 1\np := 2 if input.a.b == 2\np := 3 if input.a.b == 3\n", TRUE,
      TRUE },
    { "f(1) := 1\np := v if v := f(input.a.b)\n", TRUE, TRUE },
    { "p := v if { v := q with input.a.b as 1 }\nq := input.a.b\n", TRUE, TRUE },
    { "p := time.now_ns()\n", FALSE, FALSE },
    { "p := [rand.intn(\"x\", 5)]\n", FALSE, FALSE },
    { "p := uuid.rfc4122(\"x\")\n", FALSE, FALSE },
    { "p := v if v := count([1]) with count as f\nf(x) := x\n", FALSE, FALSE },
  };
  const char *const path[] = { "a", "b", NULL };
  for (gsize i = 0; i < G_N_ELEMENTS (cases_of_reading); i++)
    {
      g_autofree char *text = g_strconcat ("package a\n", cases_of_reading[i].rules, NULL);
      CardeaRegoSource source = { "a.rego", text, strlen (text) };
      g_autoptr (GError) error = NULL;
      g_autoptr (CardeaRegoPolicy) policy = cardea_rego_policy_new (&source, 1, 0, &error);
      g_assert_no_error (error);
      if (cardea_rego_policy_reads (policy, path) != cases_of_reading[i].reads
          || cardea_rego_policy_is_steady (policy) != cases_of_reading[i].steady)
        g_error ("%s", text);
    }
}

/* Of an input that looks like the last one only what is another is worked out again; a policy that
 * counts its steps shows it. */
static void
test_recall (void)
{
  static const char text[]
      = "package a\nslow := count([x | some x in numbers.range(1, 500); x % input.m == 0])\n"
        "even if slow % 2 == 0\nlist := split(input.path, \"/\")\n"
        "bad := to_number(input.bad)\np := [slow, input.path] if even\nelse := list if bad\n"
        "else := null\n";
  static const struct {
    const char *input, *want;
    gboolean slow, error;
  } steps[] = {
    { "{\"m\": 5, \"path\": \"a/b\", \"bad\": \"1\"}", "[100,\"a/b\"]", TRUE, FALSE },
    { "{\"m\": 5, \"path\": \"a/c\", \"bad\": \"x\"}", "[100,\"a/c\"]", FALSE, FALSE },
    { "{\"m\": 250, \"path\": \"a/c\", \"bad\": \"x\"}", "[2,\"a/c\"]", TRUE, FALSE },
    { "{\"m\": 500, \"path\": \"a/c\", \"bad\": \"x\"}", "null", TRUE, TRUE },
    { "{\"m\": 500, \"path\": \"d\", \"bad\": \"x\"}", "null", FALSE, TRUE },
    { "{\"m\": 500, \"path\": \"d\", \"bad\": \"2\"}", "[\"d\"]", FALSE, FALSE },
    { "{\"m\": 500, \"path\": [], \"bad\": \"2\"}", "null", FALSE, TRUE },
    { "{\"m\": 500, \"path\": \"d\", \"bad\": {}}", "null", FALSE, TRUE },
    { "{\"m\": 500, \"path\": \"d\", \"bad\": {}}", "null", FALSE, TRUE },
    { "{\"m\": 500.0, \"path\": \"d\", \"bad\": 2}", "[\"d\"]", TRUE, FALSE },
    { "{\"m\": 500, \"path\": \"d\", \"bad\": 2, \"more\": 1}", "[\"d\"]", TRUE, FALSE },
    { "[]", "null", TRUE, FALSE },
    { "{\"m\": 500, \"path\": \"d\", \"bad\": 2, \"more\": 1}", "[\"d\"]", TRUE, FALSE },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaRegoPolicy) policy = load (text, 0);
  g_autoptr (CardeaRegoQuery) query = cardea_rego_query_new (policy, "data.a.p", &error);
  g_autoptr (CardeaRegoContext) context = cardea_rego_context_new ();
  cardea_rego_context_set_lasting (context, TRUE);
  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autoptr (CardeaJson) input
          = cardea_json_parse (steps[i].input, strlen (steps[i].input), NULL);
      g_assert_true (cardea_rego_eval_value (context, query, NULL, input, &error));
      g_autofree char *got = cardea_rego_answer_json (context, FALSE);
      g_test_message ("%s: %s in %" G_GUINT64_FORMAT " steps", steps[i].input, got,
                      cardea_rego_answer_steps (context));
      g_assert_cmpstr (got, ==, steps[i].want);
      g_assert_cmpint (cardea_rego_answer_steps (context) > 400, ==, steps[i].slow);
      g_assert_cmpint (cardea_rego_answer_passed_over (context) != NULL, ==, steps[i].error);
    }
}

/* What is remembered is bounded: after many inputs answers are right, and memory does not grow. */
static void
test_recall_many (void)
{
  static const char text[]
      = "package a\nq := {x: [x, input.n] | some x in split(input.text, \"\")}\n"
        "r := count(q)\np := [r, input.n % 7 == 0, q[\"a\"]]\n";
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaRegoPolicy) policy = load (text, 0);
  g_autoptr (CardeaRegoQuery) query = cardea_rego_query_new (policy, "data.a.p", &error);
  g_autoptr (CardeaRegoContext) context = cardea_rego_context_new ();
  cardea_rego_context_set_lasting (context, TRUE);
  for (guint i = 0; i < 5000; i++)
    {
      guint n = i / 3, fill = n % 61;
      g_autofree char *more = g_strnfill (fill * fill * 3, 'b');
      g_autofree char *input_text = g_strdup_printf ("{\"n\": %u, \"text\": \"a%s\"}", n, more);
      g_autofree char *want = g_strdup_printf ("[%u,%s,[\"a\",%u]]", fill > 0 ? 2 : 1,
                                               n % 7 == 0 ? "true" : "false", n);
      g_autoptr (CardeaJson) input = cardea_json_parse (input_text, strlen (input_text), NULL);
      g_assert_true (cardea_rego_eval_value (context, query, NULL, input, &error));
      g_autofree char *got = cardea_rego_answer_json (context, FALSE);
      g_assert_cmpstr (got, ==, want);
    }
}

static void
test_data_no_object (void)
{
  g_autoptr (CardeaRegoPolicy) policy = load ("package a\np := true\n", 0);
  g_autoptr (CardeaRegoQuery) query = cardea_rego_query_new (policy, "data.a.p", NULL);
  g_autoptr (CardeaRegoContext) context = cardea_rego_context_new ();
  g_autoptr (CardeaRegoDocument) data = cardea_rego_document_new ("[1]", 3, NULL);
  g_autoptr (GError) error = NULL;
  g_assert_false (cardea_rego_eval (context, query, data, NULL, &error));
  g_assert_error (error, CARDEA_REGO_ERROR, CARDEA_REGO_ERROR_DOCUMENT);
  g_assert_false (cardea_rego_answer_is_true (context));
}

static gpointer
ask (gpointer data)
{
  CardeaRegoQuery *query = data;
  g_autoptr (CardeaRegoContext) context = cardea_rego_context_new ();
  guint good = 0;
  for (guint i = 0; i < 2000; i++)
    {
      g_autofree char *input = g_strdup_printf ("{\"x\":%u}", i % 4);
      if (cardea_rego_eval_json (context, query, NULL, input, strlen (input), NULL)
          && cardea_rego_answer_defined (context) == (i % 4 != 0))
        good++;
    }
  return GUINT_TO_POINTER (good);
}

/* More values than the index takes: the rules beyond answer as those in it. */
static void
test_index_full (void)
{
  static const char *const asked[][2] = { { "{\"x\":0}", "[0]" },
                                          { "{\"x\":9000}", "[9000]" },
                                          { "{\"x\":19999}", "[19999]" },
                                          { "{\"x\":20000}", "[]" } };
  g_autoptr (GString) rules = g_string_new ("package a\n");
  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (rules, "p contains %u if input.x == %u\n", i, i);
  g_autoptr (CardeaRegoPolicy) policy = load (rules->str, 0);
  g_autoptr (CardeaRegoQuery) query = cardea_rego_query_new (policy, "data.a.p", NULL);
  g_autoptr (CardeaRegoContext) context = cardea_rego_context_new ();
  for (guint i = 0; i < G_N_ELEMENTS (asked); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean done
          = cardea_rego_eval_json (context, query, NULL, asked[i][0], strlen (asked[i][0]), &error);
      g_assert_no_error (error);
      g_assert_true (done);
      g_autofree char *got = cardea_rego_answer_json (context, FALSE);
      g_assert_cmpstr (got, ==, asked[i][1]);
    }
}

static void
test_threads (void)
{
  g_autoptr (CardeaRegoPolicy) policy = load (
      "package a\np := {\"b\": {3, 1, 2}, \"a\": x} if { x := input.x; x in {1, 2, 3} }\n", 0);
  g_autoptr (CardeaRegoQuery) query = cardea_rego_query_new (policy, "data.a.p", NULL);
  GThread *threads[4];
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    threads[i] = g_thread_new ("ask", ask, query);
  for (guint i = 0; i < G_N_ELEMENTS (threads); i++)
    g_assert_cmpuint (GPOINTER_TO_UINT (g_thread_join (threads[i])), ==, 2000);
}

gint
main (gint argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/rego/eval/%s", cases[i].name);
      g_test_add_data_func (path, &cases[i], check);
    }
  g_test_add_func ("/rego/eval/budgets", test_budgets);
  g_test_add_func ("/rego/eval/step-limit", test_step_limit);
  g_test_add_func ("/rego/eval/strict", test_strict);
  g_test_add_func ("/rego/eval/trace", test_trace);
  g_test_add_func ("/rego/eval/members", test_members);
  g_test_add_func ("/rego/eval/documents", test_documents);
  g_test_add_func ("/rego/eval/reads", test_reads);
  g_test_add_func ("/rego/eval/recall", test_recall);
  g_test_add_func ("/rego/eval/recall-many", test_recall_many);
  g_test_add_func ("/rego/eval/data-no-object", test_data_no_object);
  g_test_add_func ("/rego/eval/index-full", test_index_full);
  g_test_add_func ("/rego/eval/threads", test_threads);
  return g_test_run ();
}
