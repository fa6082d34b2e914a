/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Expressions are captured by turning each into an equation with a variable of its own, whose name
 * no policy can spell. */

#include "common/rego/cardea-rego-results.h"

#include "common/rego/cardea-rego-engine.h"
#include "common/rego/cardea-rego-json.h"
#include "common/rego/cardea-rego-resolve.h"

#include <string.h>

#define CAPTURED "=expression" /* followed by its number */
#define MIN_ARENA (1u << 16)

static gboolean
is_captured (const CardeaRegoLiteral *l)
{
  if (l->kind != LIT_TERM || l->negated)
    return FALSE;
  const CardeaRegoTerm *t = l->term;
  if (t->kind != TERM_CALL)
    return TRUE;
  if (strcmp (t->name, "eq") == 0 || strcmp (t->name, "assign") == 0
      || strcmp (t->name, "print") == 0)
    return FALSE;
  /* With one argument more the last one is the result. */
  const CardeaRegoBuiltin *builtin = cardea_rego_builtin_find (t->name);
  return builtin == NULL || t->n - 1 <= builtin->n_args;
}

static void
note_iteration (CardeaRegoTerm *term, gpointer data)
{
  gboolean *iterates = data;
  if (term->kind == TERM_CALL && strcmp (term->name, "walk") == 0)
    *iterates = TRUE;
  for (guint32 i = 1; term->kind == TERM_REF && i < term->n; i++)
    if (term->args[i]->kind == TERM_VAR)
      *iterates = TRUE;
}

static gboolean
iterates (CardeaRegoBody *body)
{
  gboolean found = FALSE;
  for (guint32 i = 0; i < body->n; i++)
    {
      found |= body->literals[i]->kind == LIT_SOME_IN;
      cardea_rego_visit_literal (body->literals[i], FALSE, note_iteration, &found);
    }
  return found;
}

static gsize
offset_of (const char *text, CardeaRegoLoc loc)
{
  const char *at = text;
  for (guint32 row = 1; row < loc.row && strchr (at, '\n') != NULL; row++)
    at = strchr (at, '\n') + 1;
  return MIN (strlen (text), (gsize) (at - text) + MAX (loc.col, 1) - 1);
}

/* What was typed, from one expression's start to the next one's, without what separates them. */
static char *
text_of (const char *text, const CardeaRegoBody *body, guint32 i)
{
  gsize from = offset_of (text, body->literals[i]->loc);
  gsize to = i + 1 < body->n ? offset_of (text, body->literals[i + 1]->loc) : strlen (text);
  while (to > from && strchr ("; \t\r\n", text[to - 1]) != NULL)
    to--;
  return g_strndup (text + from, to > from ? to - from : 0);
}

static void
clear_expression (gpointer data)
{
  CardeaRegoExpression *e = data;
  g_free (e->text);
}

GArray *
cardea_rego_results_capture (CardeaRegoArena *arena, CardeaRegoBody *body, const char *text)
{
  GArray *list = g_array_new (FALSE, TRUE, sizeof (CardeaRegoExpression));
  g_array_set_clear_func (list, clear_expression);
  gboolean check = iterates (body) || body->n > 1;
  CardeaRegoLiteral **all
      = cardea_rego_arena_alloc0 (arena, sizeof (CardeaRegoLiteral *) * 2 * body->n);
  guint32 n = body->n;
  for (guint32 i = 0; i < body->n; i++)
    {
      CardeaRegoLiteral *l = all[i] = body->literals[i];
      CardeaRegoExpression e = { text_of (text, body, i), l->loc.row, l->loc.col, is_captured (l) };
      if (l->kind == LIT_SOME)
        e.declaration = TRUE;
      g_array_append_val (list, e);
      if (!e.captured)
        continue;
      g_autofree char *name = g_strdup_printf (CAPTURED "%u", i);
      const char *kept = cardea_rego_cstring (arena, name).s->s;
      CardeaRegoTerm *equation = cardea_rego_term_call (arena, l->loc, "eq", 2);
      equation->args[1] = l->term;
      equation->args[2] = cardea_rego_term_var (arena, l->loc, kept);
      l->term = equation;
      if (!check)
        continue;
      CardeaRegoLiteral *holds = cardea_rego_arena_alloc0 (arena, sizeof *holds);
      holds->kind = LIT_TERM;
      holds->loc = l->loc;
      holds->term = cardea_rego_term_var (arena, l->loc, kept);
      all[n++] = holds;
    }
  body->literals = all;
  body->n = n;
  return list;
}

guint
cardea_rego_results_size (const CardeaRegoContext *c)
{
  return c->answer.tag == CARDEA_REGO_ARRAY ? cardea_rego_len (c->answer) : 0;
}

static CardeaRegoValue
expression_value (CardeaRegoValue solution, const CardeaRegoQuery *query, guint i)
{
  if (!g_array_index (query->expressions, CardeaRegoExpression, i).captured)
    return cardea_rego_bool (TRUE);
  g_autofree char *name = g_strdup_printf (CAPTURED "%u", i);
  return cardea_rego_get_c (solution, name);
}

static CardeaRegoValue
describe_expression (CardeaRegoArena *arena, CardeaRegoValue solution, const CardeaRegoQuery *query,
                     guint i)
{
  const CardeaRegoExpression *e = &g_array_index (query->expressions, CardeaRegoExpression, i);
  CardeaRegoValue location = cardea_rego_object_new (arena, 2);
  CardeaRegoValue object = cardea_rego_object_new (arena, 3);
  cardea_rego_object_put_c (arena, location, "row", cardea_rego_int (e->row));
  cardea_rego_object_put_c (arena, location, "col", cardea_rego_int (e->col));
  cardea_rego_object_put_c (arena, object, "value", expression_value (solution, query, i));
  cardea_rego_object_put_c (arena, object, "text", cardea_rego_cstring (arena, e->text));
  cardea_rego_object_put_c (arena, object, "location", location);
  return object;
}

static gboolean
is_variable (CardeaRegoValue name)
{
  return !g_str_has_prefix (name.s->s, CAPTURED);
}

static CardeaRegoValue
describe_solution (CardeaRegoArena *arena, CardeaRegoValue solution, const CardeaRegoQuery *query)
{
  CardeaRegoValue object = cardea_rego_object_new (arena, 2);
  CardeaRegoValue expressions = cardea_rego_array_new (arena, query->expressions->len);
  CardeaRegoValue bindings = cardea_rego_object_new (arena, 4);
  for (guint i = 0; i < query->expressions->len; i++)
    if (!g_array_index (query->expressions, CardeaRegoExpression, i).declaration)
      cardea_rego_array_push (arena, expressions, describe_expression (arena, solution, query, i));
  for (guint32 i = 0; i < solution.c->len; i++)
    if (is_variable (solution.c->k[i]))
      cardea_rego_object_put (arena, bindings, solution.c->k[i], solution.c->v[i]);
  cardea_rego_object_put_c (arena, object, "expressions", expressions);
  if (cardea_rego_len (bindings) > 0)
    cardea_rego_object_put_c (arena, object, "bindings", bindings);
  return object;
}

static CardeaRegoArena *
output_arena (const CardeaRegoContext *c)
{
  return cardea_rego_arena_new (MAX (c->memory, MIN_ARENA) * 4);
}

static char *
write_value (CardeaRegoArena *arena, CardeaRegoValue v, gboolean pretty)
{
  CardeaRegoBuf buf;
  cardea_rego_buf_init (&buf, arena);
  cardea_rego_json_write (&buf, v, NULL, pretty ? "  " : NULL, FALSE);
  return buf.over ? NULL : g_strndup (buf.s, buf.len);
}

char *
cardea_rego_results_json (CardeaRegoContext *c, const CardeaRegoQuery *query, gboolean pretty)
{
  g_autoptr (CardeaRegoArena) arena = output_arena (c);
  guint n = cardea_rego_results_size (c);
  CardeaRegoValue document = cardea_rego_object_new (arena, 1);
  CardeaRegoValue results = cardea_rego_array_new (arena, n);
  for (guint i = 0; i < n; i++)
    cardea_rego_array_push (arena, results,
                            describe_solution (arena, cardea_rego_elem (c->answer, i), query));
  if (n > 0)
    cardea_rego_object_put_c (arena, document, "result", results);
  return write_value (arena, document, pretty);
}

/* Variables of the first solution, which are those of all, sorted. */
static GPtrArray *
variables (const CardeaRegoContext *c)
{
  GPtrArray *names = g_ptr_array_new ();
  if (cardea_rego_results_size (c) == 0)
    return names;
  CardeaRegoValue solution = cardea_rego_elem (c->answer, 0);
  cardea_rego_coll_sort (solution.c);
  for (guint32 i = 0; i < solution.c->len; i++)
    if (is_variable (solution.c->k[i]))
      g_ptr_array_add (names, (gpointer) solution.c->k[i].s->s);
  return names;
}

static GArray *
shown_expressions (const CardeaRegoQuery *query)
{
  GArray *shown = g_array_new (FALSE, FALSE, sizeof (guint));
  for (guint i = 0; i < query->expressions->len; i++)
    if (!g_array_index (query->expressions, CardeaRegoExpression, i).declaration)
      g_array_append_val (shown, i);
  return shown;
}

guint
cardea_rego_results_columns (const CardeaRegoContext *c, const CardeaRegoQuery *query,
                             guint *ret_variables)
{
  g_autoptr (GPtrArray) names = variables (c);
  g_autoptr (GArray) shown = shown_expressions (query);
  *ret_variables = names->len;
  return names->len + shown->len;
}

char *
cardea_rego_results_column (const CardeaRegoContext *c, const CardeaRegoQuery *query, guint column)
{
  g_autoptr (GPtrArray) names = variables (c);
  g_autoptr (GArray) shown = shown_expressions (query);
  if (column < names->len)
    return g_strdup (names->pdata[column]);
  guint i = g_array_index (shown, guint, column - names->len);
  return g_strdup (g_array_index (query->expressions, CardeaRegoExpression, i).text);
}

char *
cardea_rego_results_cell (CardeaRegoContext *c, const CardeaRegoQuery *query, guint row,
                          guint column, gboolean raw, gboolean pretty)
{
  g_autoptr (GPtrArray) names = variables (c);
  g_autoptr (GArray) shown = shown_expressions (query);
  CardeaRegoValue solution = cardea_rego_elem (c->answer, row);
  CardeaRegoValue v
      = column < names->len
            ? cardea_rego_get_c (solution, names->pdata[column])
            : expression_value (solution, query, g_array_index (shown, guint, column - names->len));
  if (raw && v.tag == CARDEA_REGO_STRING)
    return g_strndup (v.s->s, v.s->len);
  g_autoptr (CardeaRegoArena) arena = output_arena (c);
  return write_value (arena, v, pretty);
}

static void
clear_test (gpointer data)
{
  CardeaRegoTest *test = data;
  g_free (test->path);
}

static void
add_test (GArray *tests, GHashTable *seen, const CardeaRegoProgram *g, const CardeaRegoModule *m,
          const CardeaRegoRule *rule)
{
  gboolean todo = g_str_has_prefix (rule->path, "todo_test_");
  if (rule->function || (!todo && !g_str_has_prefix (rule->path, "test_")))
    return;
  g_autoptr (GString) path = g_string_new (NULL);
  cardea_rego_term_print (path, m->package);
  g_string_append_printf (path, ".%.*s", (int) strcspn (rule->path, ".["), rule->path);
  if (!g_hash_table_add (seen, g_strdup (path->str)))
    return;
  CardeaRegoTest test = { g_strdup (path->str), g->files->pdata[m->file], rule->loc.row, todo };
  g_array_append_val (tests, test);
}

GArray *
cardea_rego_policy_tests (const CardeaRegoPolicy *policy)
{
  GArray *tests = g_array_new (FALSE, TRUE, sizeof (CardeaRegoTest));
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_array_set_clear_func (tests, clear_test);
  for (guint i = 0; i < policy->g->modules->len; i++)
    {
      const CardeaRegoModule *m = policy->g->modules->pdata[i];
      for (guint k = 0; k < m->rules->len; k++)
        add_test (tests, seen, policy->g, m, m->rules->pdata[k]);
    }
  return tests;
}

static gboolean
is_false (CardeaRegoValue v)
{
  return v.tag == CARDEA_REGO_BOOL && !v.i;
}

gboolean
cardea_rego_answer_passes (const CardeaRegoContext *c)
{
  if (c->answer.tag == CARDEA_REGO_UNDEFINED || is_false (c->answer))
    return FALSE;
  for (guint32 i = 0; c->answer.tag == CARDEA_REGO_OBJECT && i < cardea_rego_len (c->answer); i++)
    if (is_false (cardea_rego_elem (c->answer, i)))
      return FALSE;
  return TRUE;
}
