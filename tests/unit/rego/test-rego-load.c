/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* What is refused at load, with code and position; and hostile sources. */

#include "common/rego/cardea-rego.h"

#include <string.h>

typedef struct {
  const char *name;
  const char *text;
  const char *want; /* a part of the message; NULL: it loads */
} Case;

static CardeaRegoPolicy *
load_size (const char *text, gsize size, GError **error)
{
  CardeaRegoSource source = { "a.rego", text, size };
  return cardea_rego_policy_new (&source, 1, 0, error);
}

static void
check (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaRegoPolicy) policy = load_size (c->text, strlen (c->text), &error);
  if (c->want == NULL)
    {
      g_assert_no_error (error);
      g_assert_nonnull (policy);
      return;
    }
  g_assert_null (policy);
  g_assert_error (error, CARDEA_REGO_ERROR, CARDEA_REGO_ERROR_LOAD);
  if (strstr (error->message, c->want) == NULL)
    g_error ("%s: want \"%s\", got \"%s\"", c->name, c->want, error->message);
}

static const Case cases[] = {
  { "good", "package a\np if input.x == 1\n", NULL },
  { "unsafe", "package a\n\np if {\n\tx == 2\n}\n",
    "a.rego:4:2: rego_unsafe_var_error: var x is unsafe" },
  { "unsafe-head", "package a\np := x if true\n",
    "a.rego:2:6: rego_unsafe_var_error: var x is unsafe" },
  { "unsafe-negated", "package a\np if not input.a[x] == 1\n",
    "rego_unsafe_var_error: var x is unsafe" },
  { "unsafe-root-cause", "package a\np if {\n\tu := users[0]\n\tt := u.title\n\tt == \"x\"\n}\n",
    "a.rego:3:2: rego_unsafe_var_error: var users is unsafe" },
  { "unsafe-named", "package a\np if { x == 2 } q if { true }\n", "var x is unsafe in rule p" },
  { "reordered", "package a\np if {\n\tx > 1\n\tx = input.y\n}\n", NULL },
  { "closure-needs-outer", "package a\np := [y | y := x + 1] if x := 1\n", NULL },
  { "recursion", "package a\np if q\nq if r\nr if p\n",
    "rego_recursion_error: rule data.a.p is recursive: data.a.p -> data.a.q -> data.a.r -> "
    "data.a.p" },
  { "recursion-function", "package a\nf(x) := f(x)\n", "rego_recursion_error" },
  { "recursion-dynamic", "package a\np if data.a[input.k]\n", "rego_recursion_error" },
  { "undefined-function", "package a\np if foo(1)\n",
    "a.rego:2:6: rego_type_error: undefined function foo" },
  { "arity", "package a\np if f(1, 2, 3)\nf(x) := x\n",
    "rego_type_error: function data.a.f has arity 1, got 3 arguments" },
  { "arity-built-in", "package a\np := count(1, 2, 3)\n",
    "rego_type_error: count: arity mismatch" },
  { "type", "package a\np := upper(1)\n",
    "a.rego:2:6: rego_type_error: upper: invalid argument(s)" },
  { "conflict", "package a\np := 1\np contains 2\n",
    "rego_type_error: conflicting rules data.a.p found" },
  { "two-defaults", "package a\ndefault p := 1\ndefault p := 2\n",
    "rego_type_error: multiple default rules data.a.p found" },
  { "default-ref", "package a\ndefault p := input.x\n", "illegal default rule" },
  { "package-rule", "package a\nb := 1\n", NULL },
  { "assigned-twice", "package a\np if {\n\tx := 1\n\tx := 2\n}\n",
    "a.rego:4:2: rego_compile_error: var x assigned above" },
  { "assigned-late", "package a\np if {\n\tx == 1\n\tx := 2\n}\n", "var x referenced above" },
  { "argument-again", "package a\nf(x) := y if { x := 1; y := x }\n", "arg x redeclared" },
  { "shadow-input", "package a\np if { input := 1; input == 1 }\n",
    "variables must not shadow input" },
  { "no-if", "package a\np { true }\n", "`if` keyword is required before rule body" },
  { "no-contains", "package a\np[1]\n", "`contains` keyword is required for partial set rules" },
  { "refused", "package a\np := http.send({})\n", "http.send reaches out of the policy engine" },
  { "refused-but-replaced",
    "package a\nq := http.send({})\np := v if v := q with http.send as {}\n", NULL },
  { "deprecated", "package a\np if any([true])\n", "deprecated built-in function" },
  { "with-target", "package a\np if true with foo as 1\n",
    "with keyword target must reference existing input, data, or a function" },
  { "parse", "package a\np if {\n\tx := \n}\n",
    "a.rego:4:1: rego_parse_error: unexpected } token" },
  { "empty", "", "rego_parse_error: empty module" },
  { "no-package", "p := 1\n",
    "a.rego:1:1: rego_parse_error: unexpected identifier token: expected package" },
  { "string-open", "package a\np := \"abc\n",
    "a.rego:2:6: rego_parse_error: non-terminated string" },
  { "same-line", "package a\np if { true true }\n",
    "rego_parse_error: unexpected true keyword: expected \\n or ; or }" },
  { "big-number", "package a\np := 1e1000000\n", "rego_parse_error: number too big" },
};

static const Case strict_cases[] = {
  { "unused-import", "package a\nimport data.b\np := 1\n",
    "a.rego:2:1: rego_compile_error: import data.b unused" },
  { "used-import", "package a\nimport data.b\np := b\n", NULL },
  { "unused-some", "package a\np if {\n\tsome x\n\tinput.y\n}\n",
    "rego_compile_error: declared var x unused" },
  { "unused-assigned", "package a\np if {\n\tx := 1\n}\n",
    "a.rego:3:2: rego_compile_error: assigned var x unused" },
  { "unused-argument", "package a\nf(x) := 1\np := f(1)\n", "unused argument x" },
  { "all-used", "package a\nf(x, _) := y if { some z in x; y := z + 1 }\np := f([1], 2)\n", NULL },
  { "used-in-closure", "package a\np := [y | y := x] if x := input.x\n", NULL },
};

static void
check_strict (gconstpointer data)
{
  const Case *c = data;
  g_autoptr (GError) error = NULL;
  CardeaRegoSource source = { "a.rego", c->text, strlen (c->text) };
  g_autoptr (CardeaRegoPolicy) policy
      = cardea_rego_policy_new (&source, 1, CARDEA_REGO_STRICT, &error);
  if (c->want == NULL ? error != NULL : error == NULL || strstr (error->message, c->want) == NULL)
    g_error ("%s: want \"%s\", got \"%s\"", c->name, c->want, error != NULL ? error->message : "");
}

static void
test_nesting (void)
{
  static const char *const open[] = { "[", "{1:", "(", "f(", "{", "[x|x=", "not ", "$\"{" };
  for (guint i = 0; i < G_N_ELEMENTS (open); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GString) text = g_string_new ("package a\np := ");
      for (guint k = 0; k < 10000; k++)
        g_string_append (text, open[i]);
      g_autoptr (CardeaRegoPolicy) policy = load_size (text->str, text->len, &error);
      g_assert_null (policy);
      g_assert_error (error, CARDEA_REGO_ERROR, CARDEA_REGO_ERROR_LOAD);
    }
}

static void
test_long_chains (void)
{
  static const char *const pieces[]
      = { ".a", "[0]", " + 1", " | x", " == 1", "\np := 1 if input.x\n" };
  for (guint i = 0; i < G_N_ELEMENTS (pieces); i++)
    {
      g_autoptr (GString) text = g_string_new ("package a\np := input");
      for (guint k = 0; k < 20000; k++)
        g_string_append (text, pieces[i]);
      g_autoptr (GError) error = NULL;
      g_autoptr (CardeaRegoPolicy) policy = load_size (text->str, text->len, &error);
      g_assert_true ((policy == NULL) == (error != NULL));
    }
}

/* Many statements in the worst order, many rules, many arguments. */
static void
test_many (void)
{
  g_autoptr (GString) statements = g_string_new ("package a\np if {\n");
  g_autoptr (GString) rules = g_string_new ("package a\n");
  g_autoptr (GString) arguments = g_string_new ("package a\nf(");
  for (guint i = 0; i < 3000; i++)
    g_string_append_printf (statements, "\tx%u = x%u\n", i, i + 1);
  g_string_append (statements, "\tx3000 = 1\n}\n");
  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (rules, "p contains %u if input.x == %u\n", i, i);
  for (guint i = 0; i < 20000; i++)
    g_string_append_printf (arguments, "x%u,", i);
  g_string_append (arguments, "y) := 1\n");
  GString *const texts[] = { statements, rules, arguments };
  gint64 start = g_get_monotonic_time ();
  for (guint i = 0; i < G_N_ELEMENTS (texts); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CardeaRegoPolicy) policy = load_size (texts[i]->str, texts[i]->len, &error);
      g_assert_true ((policy == NULL) == (error != NULL));
    }
  g_assert_cmpint (g_get_monotonic_time () - start, <, 60 * G_USEC_PER_SEC);
}

static void
test_bytes (void)
{
  static const struct {
    const char *text;
    gsize size;
  } bad[] = { { "package a\0p := 1", 16 },
              { "package a\np := \"\xff\"", 18 },
              { "\xef\xbb\xbf", 3 },
              { "package a\np := \"\\ud8", 20 } };
  for (guint i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CardeaRegoPolicy) policy = load_size (bad[i].text, bad[i].size, &error);
      g_assert_null (policy);
      g_assert_error (error, CARDEA_REGO_ERROR, CARDEA_REGO_ERROR_LOAD);
    }
}

static void
test_two_files (void)
{
  g_autoptr (GError) error = NULL;
  const CardeaRegoSource sources[]
      = { { "a.rego", "package a\np if data.b.q\n", 24 }, { "b.rego", "package b\nq if x\n", 17 } };
  g_autoptr (CardeaRegoPolicy) policy = cardea_rego_policy_new (sources, 2, 0, &error);
  g_assert_null (policy);
  g_assert_nonnull (strstr (error->message, "b.rego:2:6: rego_unsafe_var_error: var x is unsafe"));
}

gint
main (gint argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/rego/load/%s", cases[i].name);
      g_test_add_data_func (path, &cases[i], check);
    }
  for (guint i = 0; i < G_N_ELEMENTS (strict_cases); i++)
    {
      g_autofree char *path = g_strdup_printf ("/rego/load/strict/%s", strict_cases[i].name);
      g_test_add_data_func (path, &strict_cases[i], check_strict);
    }
  g_test_add_func ("/rego/load/hostile/nesting", test_nesting);
  g_test_add_func ("/rego/load/hostile/chains", test_long_chains);
  g_test_add_func ("/rego/load/hostile/many", test_many);
  g_test_add_func ("/rego/load/hostile/bytes", test_bytes);
  g_test_add_func ("/rego/load/two-files", test_two_files);
  return g_test_run ();
}
