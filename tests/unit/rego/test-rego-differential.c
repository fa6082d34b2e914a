/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The engine against itself, over generated programs: what must not matter does not. Each program
 * is written in several ways that mean the same (statements of a body in another order, constants
 * taken from data) and compiled with and without the rule index and the memory of rules; all answer
 * alike, and so does a context that remembers what it was asked before.
 *
 *   CARDEA_TESTS_PROGRAMS=N   how many, instead of a few hundred; CARDEA_TESTS_SEED=S: which */

#include "common/rego/cardea-rego.h"

#include <stdlib.h>
#include <string.h>

#define PROGRAMS 400u
#define INPUTS 6u
#define CHANGES 6u
#define PARTS 7u
#define RULES 9u
#define STATEMENTS 4u

/* A statement: its text, with the constants that may be taken from data. */
typedef struct {
  char *before, *constant, *after; /* constant may be NULL */
} Statement;

typedef struct {
  char *head;
  Statement body[STATEMENTS];
  guint n;
} Rule;

typedef struct {
  Rule rules[RULES];
  guint n;
} Program;

static const char *const constants[]
    = { "1", "2", "\"a\"", "\"b\"", "[1, 2]", "[\"a\", 1]", "null", "true", "1.0", "{\"a\": 1}" };
static const char *const fields[] = { "input.a",  "input.b",    "input.c.d",    "input.l[0]",
                                      "data.t.x", "data.t.y.z", "input.missing" };
static const char *const lists[] = { "input.l", "data.t.l", "input.o", "data.t.o", "{1, 2, 3}" };

#define PICK(random, list) list[g_rand_int_range (random, 0, G_N_ELEMENTS (list))]

static Statement
make (char *before, const char *constant, char *after)
{
  return (Statement){ before, g_strdup (constant), after };
}

/* rule: the number of the rule it stands in; it may refer to those before. */
static Statement
make_statement (GRand *random, guint rule)
{
  guint earlier = rule > 0 ? (guint) g_rand_int_range (random, 0, (gint32) rule) : 0;
  switch (g_rand_int_range (random, 0, rule > 0 ? 14 : 10))
    {
    case 0:
    case 1:
      return make (g_strdup_printf ("%s == ", PICK (random, fields)), PICK (random, constants),
                   g_strdup (""));
    case 2:
      return make (g_strdup_printf ("%s = x", PICK (random, fields)), NULL, g_strdup (""));
    case 3:
      return make (g_strdup_printf ("%s[_] = x", PICK (random, lists)), NULL, g_strdup (""));
    case 4:
      return make (g_strdup_printf ("%s[y] = x", PICK (random, lists)), NULL, g_strdup (""));
    case 5:
      return make (g_strdup_printf ("not %s == ", PICK (random, fields)), PICK (random, constants),
                   g_strdup (""));
    case 6:
      return make (g_strdup_printf ("%s in ", PICK (random, fields)), NULL,
                   g_strdup_printf ("{1, \"a\", [1, 2], %s}", PICK (random, constants)));
    case 7:
      return make (g_strdup_printf ("count([v | v = %s[_]; v != ", PICK (random, lists)),
                   PICK (random, constants), g_strdup ("]) > 1"));
    case 8:
      return make (g_strdup_printf ("f(%s) = x", PICK (random, fields)), NULL, g_strdup (""));
    case 9:
      return make (g_strdup_printf ("x = to_number(%s)", PICK (random, fields)), NULL,
                   g_strdup (""));
    case 10:
      return make (g_strdup_printf ("r%u = x", earlier), NULL, g_strdup (""));
    case 11:
      return make (g_strdup_printf ("not r%u", earlier), NULL, g_strdup (""));
    case 12:
      return make (g_strdup_printf ("r%u = x with input.a as ", earlier), PICK (random, constants),
                   g_strdup (""));
    default:
      return make (g_strdup_printf ("every e in %s { e != ", PICK (random, lists)),
                   PICK (random, constants), g_strdup (" }"));
    }
}

/* Rules of one name have one kind: it follows from the name. */
static char *
make_head (GRand *random, guint name)
{
  switch (name % 4)
    {
    case 0:
      return g_strdup_printf ("r%u := 1 if {", name);
    case 1:
      return g_strdup_printf ("r%u contains x if {\n\tinput.l[_] = x", name);
    case 2:
      return g_strdup_printf ("r%u[k] := x if {\n\tdata.t.o[k] = x", name);
    default:
      return g_strdup_printf ("r%u := x if {\n\tx = input.a", name);
    }
}

static void
generate (GRand *random, Program *program)
{
  program->n = RULES;
  for (guint i = 0; i < RULES; i++)
    {
      Rule *rule = &program->rules[i];
      /* Three rules a name, so that there is something to index. */
      rule->head = make_head (random, i / 3);
      rule->n = (guint) g_rand_int_range (random, 1, STATEMENTS + 1);
      for (guint k = 0; k < rule->n; k++)
        rule->body[k] = make_statement (random, i / 3);
    }
}

static void
clear (Program *program)
{
  for (guint i = 0; i < program->n; i++)
    {
      g_free (program->rules[i].head);
      for (guint k = 0; k < program->rules[i].n; k++)
        {
          g_free (program->rules[i].body[k].before);
          g_free (program->rules[i].body[k].constant);
          g_free (program->rules[i].body[k].after);
        }
    }
}

/* order: NULL: as generated. hoisted: constants come from data.c, whose text grows in ret_data. */
static char *
write_program (const Program *program, GRand *order, GString *hoisted)
{
  g_autoptr (GString) text = g_string_new ("package p\n\n");
  guint count = 0;
  for (guint i = 0; i < program->n; i++)
    {
      const Rule *rule = &program->rules[i];
      guint at[STATEMENTS];
      for (guint k = 0; k < rule->n; k++)
        at[k] = k;
      for (guint k = rule->n; order != NULL && k > 1; k--)
        {
          guint other = (guint) g_rand_int_range (order, 0, (gint32) k);
          guint kept = at[k - 1];
          at[k - 1] = at[other];
          at[other] = kept;
        }
      g_string_append_printf (text, "%s\n", rule->head);
      for (guint k = 0; k < rule->n; k++)
        {
          const Statement *statement = &rule->body[at[k]];
          g_string_append_printf (text, "\t%s", statement->before);
          if (statement->constant != NULL && hoisted != NULL)
            {
              g_string_append_printf (text, "data.c.k%u", count);
              g_string_append_printf (hoisted, "%s\"k%u\": %s", count > 0 ? ", " : "", count,
                                      statement->constant);
              count++;
            }
          else if (statement->constant != NULL)
            g_string_append (text, statement->constant);
          g_string_append_printf (text, "%s\n", statement->after);
        }
      g_string_append (text, "}\n\n");
    }
  g_string_append (text, "f(v) := [v, input.b] if v != input.c.d\n");
  return g_string_free (g_steal_pointer (&text), FALSE);
}

/* Members of an input, of which later ones change one or two. */
typedef struct {
  const char *parts[PARTS];
} Input;

static char *
write_input (const Input *input)
{
  const char *const *p = input->parts;
  return g_strdup_printf ("{\"a\": %s, \"b\": %s, \"c\": {\"d\": %s}, \"l\": [%s, %s, 1], "
                          "\"o\": {\"a\": %s, \"b\": 2}%s}",
                          p[0], p[1], p[2], p[3], p[4], p[5], p[6]);
}

static void
change_part (GRand *random, Input *input, guint part)
{
  static const char *const more[] = { "", ", \"missing\": 1", ", \"x\": 1" };
  input->parts[part] = part == PARTS - 1 ? PICK (random, more) : PICK (random, constants);
}

static void
add_answer (GString *all, CardeaRegoContext *context, gboolean done, const GError *problem)
{
  g_autofree char *json = done ? cardea_rego_answer_json (context, FALSE) : NULL;
  if (done)
    g_string_append_printf (all, "%s\n", json != NULL ? json : "undefined");
  else
    g_string_append_printf (all, "error %d\n", problem->code);
}

static CardeaRegoQuery *
ask_for (CardeaRegoPolicy *policy, guint i)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *text = g_strdup_printf ("data.p.r%u", i);
  CardeaRegoQuery *query = cardea_rego_query_new (policy, text, &error);
  g_assert_no_error (error);
  return query;
}

/* "VALUE", "undefined" or the error's code: texts may name other lines. */
static char *
ask (CardeaRegoPolicy *policy, const char *data_text, const char *input_text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaRegoContext) context = cardea_rego_context_new ();
  g_autoptr (CardeaRegoDocument) data
      = cardea_rego_document_new (data_text, strlen (data_text), &error);
  g_assert_no_error (error);
  g_autoptr (CardeaRegoDocument) input
      = cardea_rego_document_new (input_text, strlen (input_text), &error);
  g_assert_no_error (error);
  g_autoptr (GString) all = g_string_new (NULL);
  for (guint i = 0; i < RULES / 3; i++)
    {
      g_autoptr (GError) problem = NULL;
      g_autoptr (CardeaRegoQuery) query = ask_for (policy, i);
      gboolean done = cardea_rego_eval (context, query, data, input, &problem);
      add_answer (all, context, done, problem);
    }
  return g_string_free (g_steal_pointer (&all), FALSE);
}

/* The same as the guardian asks: one context a query for all inputs, which it is given as JSON that
 * was read already, and values that last. One of the contexts is asked all queries in turn. */
typedef struct {
  CardeaRegoContext *contexts[RULES / 3], *shared;
  CardeaRegoDocument *data;
  CardeaRegoQuery *queries[RULES / 3];
} Asker;

static CardeaRegoContext *
lasting_context (void)
{
  CardeaRegoContext *context = cardea_rego_context_new ();
  cardea_rego_context_set_lasting (context, TRUE);
  return context;
}

static void
asker_init (Asker *asker, CardeaRegoPolicy *policy, const char *data)
{
  asker->data = cardea_rego_document_new (data, strlen (data), NULL);
  asker->shared = lasting_context ();
  for (guint i = 0; i < RULES / 3; i++)
    {
      asker->contexts[i] = lasting_context ();
      asker->queries[i] = ask_for (policy, i);
    }
}

static void
asker_clear (Asker *asker)
{
  cardea_rego_document_unref (asker->data);
  cardea_rego_context_free (asker->shared);
  for (guint i = 0; i < RULES / 3; i++)
    {
      cardea_rego_context_free (asker->contexts[i]);
      cardea_rego_query_free (asker->queries[i]);
    }
}

static void
check_shared (const Asker *asker, const CardeaRegoQuery *query, const CardeaJson *input,
              const char *wanted)
{
  g_autoptr (GError) problem = NULL;
  g_autoptr (GString) again = g_string_new (NULL);
  gboolean done = cardea_rego_eval_value (asker->shared, query, asker->data, input, NULL);
  g_assert_cmpint (done, ==,
                   cardea_rego_eval_value (asker->shared, query, asker->data, input, &problem));
  add_answer (again, asker->shared, done, problem);
  g_assert_true (g_str_has_suffix (wanted, again->str));
}

static char *
asker_ask (const Asker *asker, const char *input_text)
{
  g_autoptr (CardeaJson) input = cardea_json_parse (input_text, strlen (input_text), NULL);
  g_autoptr (GString) all = g_string_new (NULL);
  g_assert_nonnull (input);
  for (guint i = 0; i < RULES / 3; i++)
    {
      g_autoptr (GError) problem = NULL;
      gboolean done = cardea_rego_eval_value (asker->contexts[i], asker->queries[i], asker->data,
                                              input, &problem);
      add_answer (all, asker->contexts[i], done, problem);
      check_shared (asker, asker->queries[i], input, all->str);
    }
  return g_string_free (g_steal_pointer (&all), FALSE);
}

static CardeaRegoPolicy *
load (const char *text, CardeaRegoFlags flags, GError **error)
{
  CardeaRegoSource source = { "p.rego", text, strlen (text) };
  return cardea_rego_policy_new (&source, 1, flags, error);
}

static gboolean
is_type_error (const GError *error)
{
  return error != NULL && strstr (error->message, "rego_type_error") != NULL;
}

#define DATA                                                                                       \
  "\"t\": {\"x\": 1, \"y\": {\"z\": \"a\"}, \"l\": [1, \"a\", [1, 2]], \"o\": {\"a\": 1, \"b\": "  \
  "\"b\"}}"

/* Of a program's answers those that say something. */
static guint
count_telling (const char *answers)
{
  g_auto (GStrv) lines = g_strsplit (answers, "\n", -1);
  guint count = 0;
  for (char **line = lines; *line != NULL; line++)
    count += **line != '\0' && strcmp (*line, "undefined") != 0 && strcmp (*line, "[]") != 0
             && strcmp (*line, "{}") != 0;
  return count;
}

static void
compare_again (const Asker *asker, CardeaRegoPolicy *policy, const char *data, const char *program,
               const char *input, guint number, const char *before)
{
  g_autofree char *wanted = ask (policy, data, input);
  g_autofree char *got = asker_ask (asker, input);
  if (strcmp (got, wanted) != 0)
    g_error ("program %u, asked again, input %s after %s:\nwanted\n%sgot\n%s\n%s", number, input,
             before, wanted, got, program);
}

static gboolean
compare (const Program *program, GRand *random, guint number, guint *telling)
{
  static const CardeaRegoFlags flags[] = { 0, CARDEA_REGO_NO_INDEX, CARDEA_REGO_NO_MEMO,
                                           CARDEA_REGO_NO_INDEX | CARDEA_REGO_NO_MEMO };
  g_autoptr (GError) error = NULL;
  g_autoptr (GString) hoisted = g_string_new ("{" DATA ", \"c\": {");
  g_autofree char *plain = write_program (program, NULL, NULL);
  g_autofree char *permuted = write_program (program, random, NULL);
  g_autofree char *from_data = write_program (program, NULL, hoisted);
  g_string_append (hoisted, "}}");
  const struct {
    const char *name, *text, *data;
  } forms[] = { { "plain", plain, "{" DATA "}" },
                { "permuted", permuted, "{" DATA "}" },
                { "from data", from_data, hoisted->str } };
  g_autoptr (CardeaRegoPolicy) first = load (plain, 0, &error);

  /* Whether a program is one does not depend on the order of its statements either; but of what
   * type a variable is follows from what comes first, as with OPA. */
  if (is_type_error (error))
    return FALSE;
  if (first == NULL)
    {
      g_autoptr (CardeaRegoPolicy) other = load (permuted, 0, NULL);
      if (other != NULL)
        g_error ("program %u is refused, but not permuted: %s\n%s", number, error->message, plain);
      return FALSE;
    }
  Asker asker;
  Input parts = { { NULL } };
  asker_init (&asker, first, forms[0].data);
  for (guint i = 0; i < INPUTS; i++)
    {
      for (guint part = 0; part < PARTS; part++)
        change_part (random, &parts, part);
      g_autofree char *input = write_input (&parts);
      g_autofree char *wanted = ask (first, forms[0].data, input);
      g_autofree char *before = g_strdup (input);
      *telling += count_telling (wanted);
      compare_again (&asker, first, forms[0].data, plain, input, number, "others");
      for (guint k = 0; k < CHANGES; k++)
        {
          change_part (random, &parts, (guint) g_rand_int_range (random, 0, PARTS));
          g_autofree char *changed = write_input (&parts);
          compare_again (&asker, first, forms[0].data, plain, changed, number, before);
          g_free (before);
          before = g_steal_pointer (&changed);
        }
      for (guint form = 0; form < G_N_ELEMENTS (forms); form++)
        for (guint flag = 0; flag < G_N_ELEMENTS (flags); flag++)
          {
            g_autoptr (CardeaRegoPolicy) policy = load (forms[form].text, flags[flag], &error);
            if (is_type_error (error))
              {
                g_clear_error (&error);
                continue;
              }
            g_assert_no_error (error);
            g_autofree char *got = ask (policy, forms[form].data, input);
            if (strcmp (got, wanted) != 0)
              g_error ("program %u, %s, flags %d, input %s:\nwanted\n%sgot\n%s\n%s", number,
                       forms[form].name, (int) flags[flag], input, wanted, got, forms[form].text);
          }
    }
  asker_clear (&asker);
  return TRUE;
}

static guint
number_of (const char *variable, guint otherwise)
{
  const char *text = g_getenv (variable);
  return text != NULL ? (guint) strtoul (text, NULL, 10) : otherwise;
}

static void
test_programs (void)
{
  guint programs = number_of ("CARDEA_TESTS_PROGRAMS", PROGRAMS);
  guint seed = number_of ("CARDEA_TESTS_SEED", 1);
  guint good = 0, telling = 0;
  for (guint i = 0; i < programs; i++)
    {
      GRand *random = g_rand_new_with_seed (seed + i);
      Program program = { .n = 0 };
      generate (random, &program);
      good += compare (&program, random, seed + i, &telling);
      clear (&program);
      g_rand_free (random);
    }
  g_test_message ("%u of %u programs were evaluated, %u of %u answers say something", good,
                  programs, telling, good * INPUTS * RULES / 3);
  /* A generator of nonsense would prove nothing. */
  g_assert_cmpuint (good, >, programs / 2);
  g_assert_cmpuint (telling, >, good * INPUTS * RULES / 3 / 10);
}

gint
main (gint argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/rego/differential/programs", test_programs);
  return g_test_run ();
}
