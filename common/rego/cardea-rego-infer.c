/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Type errors: what a rule says cannot hold for any input. Variables get the type of what they are
 * first compared with or given to, rules that of their values; data that is stored and the input
 * may be anything. A rule in which something is wrong counts as anything for those that ask it, so
 * that one mistake is told once. */

#include "common/rego/cardea-rego-compile.h"
#include "common/rego/cardea-rego-type.h"

#include <string.h>

#define ANYTHING (&cardea_rego_type_anything)
#define MAX_NAMED 8u /* members that are named in what was expected */

typedef struct {
  CardeaRegoProgram *g;
  CardeaRegoProblems *problems;
  CardeaRegoArena *arena;
  guint wrong; /* problems found */
} Infer;

static void check_body (Infer *c, CardeaRegoBody *body);
static void check_term (Infer *c, CardeaRegoTerm *t);
static const CardeaRegoType *type_of (Infer *c, const CardeaRegoTerm *t);
static gboolean unify_type (Infer *c, CardeaRegoTerm *t, const CardeaRegoType *type,
                            gboolean either);

static gboolean
is_root (const CardeaRegoTerm *t, const char *name)
{
  return t->kind == TERM_VAR && t->var == NULL && strcmp (t->name, name) == 0;
}

static const CardeaRegoType *
type_of_object (Infer *c, const CardeaRegoTerm *t)
{
  CardeaRegoType *type = cardea_rego_type_new (c->arena, CARDEA_REGO_TYPE_OBJECT, t->n / 2);
  guint32 n = 0;
  for (guint32 i = 0; i + 1 < t->n; i += 2)
    if (t->args[i]->kind == TERM_VALUE)
      {
        ((CardeaRegoValue *) type->names)[n] = t->args[i]->value;
        type->of[n++] = type_of (c, t->args[i + 1]);
      }
    else
      {
        type->key = type_of (c, t->args[i]);
        type->value = type_of (c, t->args[i + 1]);
      }
  type->n = n;
  if (t->n == 0)
    type->key = type->value = ANYTHING;
  return cardea_rego_type_done (type);
}

/* NULL: not known. */
static const CardeaRegoType *
type_of (Infer *c, const CardeaRegoTerm *t)
{
  CardeaRegoType *type;
  switch (t->kind)
    {
    case TERM_VALUE:
      return cardea_rego_type_of_value (c->arena, t->value);
    case TERM_VAR:
      return t->var != NULL ? t->var->type : ANYTHING;
    case TERM_TEMPLATE:
      return cardea_rego_type_new (c->arena, CARDEA_REGO_TYPE_STRING, 0);
    case TERM_ARRAY:
      type = cardea_rego_type_new (c->arena, CARDEA_REGO_TYPE_ARRAY, t->n);
      for (guint32 i = 0; i < t->n; i++)
        type->of[i] = type_of (c, t->args[i]);
      type->value = t->n == 0 ? ANYTHING : NULL;
      return cardea_rego_type_done (type);
    case TERM_OBJECT:
      return type_of_object (c, t);
    case TERM_SET:
      type = cardea_rego_type_new (c->arena, CARDEA_REGO_TYPE_SET, 0);
      for (guint32 i = 0; i < t->n; i++)
        type->value = cardea_rego_type_or (c->arena, type->value, type_of (c, t->args[i]));
      type->value = type->value != NULL ? type->value : ANYTHING;
      return cardea_rego_type_done (type);
    default: /* worked out when it was checked */
      return t->type;
    }
}

static gboolean
unify_var (Infer *c, CardeaRegoTerm *t, const CardeaRegoType *type, gboolean either)
{
  if (t->var == NULL || t->var->wildcard)
    return TRUE;
  if (either)
    t->var->type = cardea_rego_type_or (c->arena, t->var->type, type);
  else if (t->var->type != NULL)
    return cardea_rego_type_unifies (t->var->type, type);
  else
    t->var->type = type;
  return TRUE;
}

/* A composite with the alternatives of what is expected. */
static gboolean
unify_any (Infer *c, CardeaRegoTerm *t, const CardeaRegoType *type)
{
  gboolean unifies = FALSE;
  if (type->n == 0)
    {
      for (guint32 i = 0; i < t->n; i++)
        (void) unify_type (c, t->args[i], ANYTHING, TRUE);
      return TRUE;
    }
  for (guint32 i = 0; i < type->n; i++)
    unifies = unify_type (c, t, type->of[i], TRUE) || unifies;
  return unifies;
}

static gboolean
unify_composite (Infer *c, CardeaRegoTerm *t, const CardeaRegoType *type, gboolean either)
{
  static const CardeaRegoTypeKind kinds[] = { [TERM_ARRAY] = CARDEA_REGO_TYPE_ARRAY,
                                              [TERM_OBJECT] = CARDEA_REGO_TYPE_OBJECT,
                                              [TERM_SET] = CARDEA_REGO_TYPE_SET };
  gboolean object = t->kind == TERM_OBJECT;
  if (type->kind == CARDEA_REGO_TYPE_ANY)
    return unify_any (c, t, type);
  if (type->kind != kinds[t->kind])
    return FALSE;
  if (t->kind != TERM_SET && (object ? t->n / 2 : t->n) != type->n && type->value == NULL)
    return FALSE;
  for (guint32 i = object ? 1 : 0; i < t->n; i += object ? 2 : 1)
    {
      const CardeaRegoType *part = type->value;
      if (object && t->args[i - 1]->kind != TERM_VALUE)
        part = ANYTHING;
      else if (t->kind != TERM_SET)
        part = cardea_rego_type_select (
            c->arena, type, object ? t->args[i - 1]->value : cardea_rego_int ((gint64) i));
      if (part == NULL || !unify_type (c, t->args[i], part, either))
        return FALSE;
    }
  return TRUE;
}

/* either: the variables in it may be of this type beside others. */
static gboolean
unify_type (Infer *c, CardeaRegoTerm *t, const CardeaRegoType *type, gboolean either)
{
  if (t->kind == TERM_ARRAY || t->kind == TERM_OBJECT || t->kind == TERM_SET)
    return unify_composite (c, t, type, either);
  return t->kind == TERM_VAR ? unify_var (c, t, type, either)
                             : cardea_rego_type_unifies (type_of (c, t), type);
}

static gboolean unify_terms (Infer *c, CardeaRegoTerm *a, CardeaRegoTerm *b);

static gboolean
unify_parts (Infer *c, CardeaRegoTerm *a, CardeaRegoTerm *b)
{
  guint32 step = a->kind == TERM_OBJECT ? 2 : 1;
  if (a->n != b->n)
    return FALSE;
  for (guint32 i = 0; i < a->n; i += step)
    {
      guint32 k = i;
      if (step == 2)
        for (k = 0; k < b->n; k += 2)
          if (a->args[i]->kind == TERM_VALUE && b->args[k]->kind == TERM_VALUE
              && cardea_rego_eq (a->args[i]->value, b->args[k]->value))
            break;
      if (k >= b->n || !unify_terms (c, a->args[i + step - 1], b->args[k + step - 1]))
        return FALSE;
    }
  return TRUE;
}

static gboolean
unify_terms (Infer *c, CardeaRegoTerm *a, CardeaRegoTerm *b)
{
  const CardeaRegoType *ta = type_of (c, a), *tb = type_of (c, b);
  gboolean open_a = cardea_rego_type_open (ta), open_b = cardea_rego_type_open (tb);
  if (open_a && !open_b)
    return unify_type (c, a, tb, FALSE);
  if (open_b && !open_a)
    return unify_type (c, b, ta, FALSE);
  if (!open_a)
    return cardea_rego_type_unifies (ta, tb);
  if ((a->kind == TERM_ARRAY || a->kind == TERM_OBJECT) && b->kind == a->kind)
    return unify_parts (c, a, b);
  /* Of two that are not known nothing is either. */
  if (a->kind == TERM_VAR || b->kind == TERM_VAR)
    return unify_type (c, a, ANYTHING, FALSE) && unify_type (c, b, ANYTHING, FALSE);
  return a->kind != TERM_ARRAY && a->kind != TERM_OBJECT && b->kind != TERM_ARRAY
         && b->kind != TERM_OBJECT;
}

static void
report (Infer *c, CardeaRegoLoc loc, const char *text)
{
  c->wrong++;
  cardea_rego_problems_add (c->problems, loc, "rego_type_error", "%s", text);
}

static void
print_types (GString *out, Infer *c, CardeaRegoTerm **terms, guint32 n)
{
  g_string_append_c (out, '(');
  for (guint32 i = 0; i < n; i++)
    {
      g_string_append (out, i > 0 ? ", " : "");
      cardea_rego_type_print (out, type_of (c, terms[i]));
    }
  g_string_append_c (out, ')');
}

/* The arguments, and where the last one is what it gives, that as well. */
static void
check_arguments (Infer *c, CardeaRegoTerm *t, const CardeaRegoType *function, const char *name)
{
  guint before = c->wrong;
  gboolean good = TRUE, open = FALSE;
  for (guint32 i = 1; i < t->n; i++)
    check_term (c, t->args[i]);
  gboolean nested = c->wrong > before;
  for (guint32 i = 1; i < t->n && good; i++)
    {
      const CardeaRegoType *wanted = i <= function->n       ? function->of[i - 1]
                                     : i == function->n + 1 ? function->value
                                                            : NULL;
      good = wanted == NULL || unify_type (c, t->args[i], wanted, FALSE);
    }
  for (guint32 i = 1; i < t->n; i++)
    open = open || cardea_rego_type_open (type_of (c, t->args[i]));
  if (good || (nested && open))
    return;
  g_autoptr (GString) text = g_string_new (name);
  g_string_append (text, ": invalid argument(s)\n\thave: ");
  print_types (text, c, t->args + 1, t->n - 1);
  g_string_append (text, "\n\twant: (");
  for (guint32 i = 0; i < function->n; i++)
    {
      g_string_append (text, i > 0 ? ", " : "");
      cardea_rego_type_print (text, function->of[i]);
    }
  g_string_append_c (text, ')');
  report (c, t->loc, text->str);
}

static void
check_call (Infer *c, CardeaRegoTerm *t)
{
  const CardeaRegoType *function = t->builtin != NULL
                                       ? cardea_rego_type_of_builtin (c->arena, t->name)
                                   : t->node != NULL ? t->node->rules->type
                                                     : NULL;
  static const CardeaRegoType anything = { .kind = CARDEA_REGO_TYPE_FUNCTION };
  if (function == NULL || function->kind != CARDEA_REGO_TYPE_FUNCTION)
    function = &anything;
  g_autofree char *path
      = t->builtin == NULL && t->node != NULL ? cardea_rego_tree_path (t->node) : NULL;
  check_arguments (c, t, function, path != NULL ? path : t->name);
  t->type = function->value != NULL ? function->value : ANYTHING;
}

static void
report_ref (Infer *c, const CardeaRegoTerm *t, guint32 at, const CardeaRegoType *type,
            const CardeaRegoType *have, gboolean none)
{
  g_autoptr (GString) text = g_string_new ("undefined ref: ");
  g_autoptr (GString) before = g_string_new (NULL);
  CardeaRegoTerm start = *t;
  start.n = none ? at + 1 : at;
  cardea_rego_term_print (text, t);
  if (start.n > 1)
    cardea_rego_term_print (before, &start);
  else
    cardea_rego_term_print (before, t->args[0]);
  g_string_append (text, "\n\t");
  cardea_rego_term_print (text, t);
  g_autofree char *pad = g_strnfill (none ? 0 : before->len + 1, ' ');
  g_autofree char *marks = g_strnfill (none ? before->len : 1, '^');
  g_string_append_printf (text, "\n\t%s%s\n\t%shave", pad, marks, pad);
  if (none || have != NULL)
    {
      g_string_append (text, none ? ": " : " (type): ");
      cardea_rego_type_print (text, none ? type : have);
    }
  else
    {
      g_string_append (text, ": ");
      cardea_rego_term_print (text, t->args[at]);
    }
  if (!none && type->kind == CARDEA_REGO_TYPE_OBJECT && type->n > 0 && type->n <= MAX_NAMED)
    {
      g_string_append_printf (text, "\n\t%swant (one of): [", pad);
      for (guint32 i = 0; i < type->n; i++)
        {
          CardeaRegoTerm name = { .kind = TERM_VALUE, .value = type->names[i] };
          g_string_append (text, i > 0 ? " " : "");
          cardea_rego_term_print (text, &name);
        }
      g_string_append_c (text, ']');
    }
  else if (!none)
    {
      g_string_append_printf (text, "\n\t%swant (type): ", pad);
      cardea_rego_type_print (text, cardea_rego_type_keys (c->arena, type));
    }
  report (c, t->args[0]->loc, text->str);
}

/* The rest of a ref, below something of that type; what it then is, or NULL. */
static const CardeaRegoType *
check_below (Infer *c, CardeaRegoTerm *t, guint32 at, const CardeaRegoType *type)
{
  for (; at < t->n && type != NULL; at++)
    {
      CardeaRegoTerm *o = t->args[at];
      const CardeaRegoType *keys = cardea_rego_type_keys (c->arena, type), *have = NULL;
      gboolean good = TRUE;
      if (keys == NULL)
        {
          report_ref (c, t, at - 1, type, NULL, TRUE);
          return NULL;
        }
      if (o->kind == TERM_VALUE && o->value.tag < CARDEA_REGO_ARRAY)
        {
          const CardeaRegoType *part = cardea_rego_type_select (c->arena, type, o->value);
          if (part == NULL)
            report_ref (c, t, at, type, NULL, FALSE);
          type = part;
          continue;
        }
      if (o->kind == TERM_VAR && o->var != NULL && o->var->type == NULL)
        (void) unify_var (c, o, keys, FALSE);
      else
        {
          have = type_of (c, o);
          good = have == NULL
                 || (cardea_rego_type_open (have) ? unify_type (c, o, keys, FALSE)
                                                  : cardea_rego_type_unifies (have, keys));
        }
      if (!good)
        {
          report_ref (c, t, at, type, have, FALSE);
          return NULL;
        }
      type = cardea_rego_type_values (c->arena, type);
    }
  return type;
}

/* Below what may be anything variables may, too. */
static void
open_operands (Infer *c, CardeaRegoTerm *t, guint32 from)
{
  for (guint32 i = from; i < t->n; i++)
    if (cardea_rego_type_open (type_of (c, t->args[i])))
      (void) unify_type (c, t->args[i], ANYTHING, FALSE);
}

static void
check_ref (Infer *c, CardeaRegoTerm *t)
{
  CardeaRegoTerm *head = t->args[0];
  guint32 used = 1;
  guint before = c->wrong;
  const CardeaRegoType *type = ANYTHING;
  check_term (c, head);
  for (guint32 i = 1; i < t->n; i++)
    check_term (c, t->args[i]);
  if (c->wrong > before)
    return;
  if (is_root (head, "data"))
    {
      const CardeaRegoNode *node = cardea_rego_tree_at (c->g, t, &used);
      if (node->rules != NULL && node->rules->type != NULL)
        type = node->rules->type;
      else
        used = 1;
      if (type->kind == CARDEA_REGO_TYPE_FUNCTION)
        {
          report_ref (c, t, used - 1, type, NULL, TRUE);
          return;
        }
    }
  else if (head->kind != TERM_VAR || head->var != NULL)
    type = type_of (c, head);
  if (type == NULL || (type->kind == CARDEA_REGO_TYPE_ANY && type->n == 0))
    {
      open_operands (c, t, used);
      t->type = ANYTHING;
    }
  else
    t->type = check_below (c, t, used, type);
}

static void
check_closure (Infer *c, CardeaRegoTerm *t)
{
  static const CardeaRegoTypeKind kinds[] = { [TERM_ARRAY_COMPR] = CARDEA_REGO_TYPE_ARRAY,
                                              [TERM_SET_COMPR] = CARDEA_REGO_TYPE_SET,
                                              [TERM_OBJECT_COMPR] = CARDEA_REGO_TYPE_OBJECT };
  guint before = c->wrong;
  check_body (c, t->body);
  for (guint32 i = 0; i < t->n; i++)
    check_term (c, t->args[i]);
  if (c->wrong > before)
    return;
  CardeaRegoType *type = cardea_rego_type_new (c->arena, kinds[t->kind], 0);
  const CardeaRegoType *last = type_of (c, t->args[t->n - 1]);
  type->value = last != NULL ? last : ANYTHING;
  if (t->kind == TERM_OBJECT_COMPR)
    {
      const CardeaRegoType *key = type_of (c, t->args[0]);
      type->key = key != NULL ? key : ANYTHING;
    }
  t->type = cardea_rego_type_done (type);
}

/* Everything in the term, the inner first. */
static void
check_term (Infer *c, CardeaRegoTerm *t)
{
  if (t->kind == TERM_REF)
    check_ref (c, t);
  else if (t->kind == TERM_CALL)
    check_call (c, t);
  else if (t->body != NULL)
    check_closure (c, t);
  else
    for (guint32 i = 0; i < t->n; i++)
      check_term (c, t->args[i]);
}

static void
check_match (Infer *c, const CardeaRegoLiteral *l)
{
  CardeaRegoTerm *a = l->term->args[1], *b = l->term->args[2];
  guint before = c->wrong;
  check_term (c, a);
  check_term (c, b);
  const CardeaRegoType *ta = type_of (c, a), *tb = type_of (c, b);
  if (unify_terms (c, a, b) || c->wrong > before)
    return;
  g_autoptr (GString) text = g_string_new ("match error\n\tleft  : ");
  cardea_rego_type_print (text, ta);
  g_string_append (text, "\n\tright : ");
  cardea_rego_type_print (text, tb);
  report (c, l->loc, text->str);
}

static void
check_body (Infer *c, CardeaRegoBody *body)
{
  for (guint32 i = 0; i < body->n; i++)
    {
      CardeaRegoLiteral *l = body->literals[i];
      for (guint32 k = 0; k < l->n_withs; k++)
        if (!cardea_rego_with_function (&l->with_list[k]))
          check_term (c, l->with_list[k].value);
      if (l->kind == LIT_EVERY)
        check_term (c, l->terms[l->n - 1]); /* OPA looks no further */
      else if (l->kind == LIT_NOT)
        check_body (c, l->body);
      else if (l->term->kind == TERM_CALL && l->term->n == 3
               && (strcmp (l->term->name, "eq") == 0 || strcmp (l->term->name, "equal") == 0))
        check_match (c, l);
      else
        check_term (c, l->term);
    }
}

/* What nothing was said about may be anything. */
static void
open_vars (CardeaRegoTerm *t, gpointer data)
{
  (void) data;
  if (t->kind == TERM_VAR && t->var != NULL && t->var->type == NULL)
    t->var->type = ANYTHING;
}

static const CardeaRegoType *
type_of_head (Infer *c, CardeaRegoRule *rule, const CardeaRegoRuleset *s)
{
  CardeaRegoTerm *value = rule->contains ? rule->key : rule->value;
  CardeaRegoType *type;
  if (value != NULL)
    check_term (c, value);
  for (guint32 i = 0; i < rule->ref->n; i++)
    check_term (c, rule->ref->args[i]);
  const CardeaRegoType *given = value != NULL ? type_of (c, value) : NULL;
  if (given == NULL || cardea_rego_type_open (given))
    given = ANYTHING;
  switch (s->kind)
    {
    case RULES_FUNCTION:
      type = cardea_rego_type_new (c->arena, CARDEA_REGO_TYPE_FUNCTION, rule->n_args);
      for (guint32 i = 0; i < rule->n_args; i++)
        {
          cardea_rego_visit_term (rule->args[i], FALSE, open_vars, NULL);
          const CardeaRegoType *arg = type_of (c, rule->args[i]);
          type->of[i] = arg == NULL || cardea_rego_type_open (arg) ? ANYTHING : arg;
        }
      break;
    case RULES_SET:
      type = cardea_rego_type_new (c->arena, CARDEA_REGO_TYPE_SET, 0);
      break;
    case RULES_COMPLETE:
      return given;
    default:
      return ANYTHING;
    }
  type->value = given;
  return cardea_rego_type_done (type);
}

static void
infer_ruleset (Infer *c, CardeaRegoRuleset *s)
{
  const CardeaRegoType *all = NULL;
  guint before = c->wrong;
  for (guint i = 0; i <= s->rules->len; i++)
    {
      CardeaRegoRule *rule = i < s->rules->len ? s->rules->pdata[i] : s->fallback;
      for (; rule != NULL; rule = rule->otherwise)
        {
          check_body (c, rule->body);
          all = cardea_rego_type_or (c->arena, all, type_of_head (c, rule, s));
        }
    }
  s->type = c->wrong > before ? ANYTHING : all;
}

void
cardea_rego_infer (CardeaRegoProgram *g, CardeaRegoProblems *problems)
{
  Infer c = { g, problems, g->arena, 0 };
  for (guint i = 0; i < g->order->len; i++)
    infer_ruleset (&c, g->order->pdata[i]);
}

void
cardea_rego_infer_query (CardeaRegoProgram *g, CardeaRegoProblems *problems, CardeaRegoBody *body)
{
  Infer c = { g, problems, g->arena, 0 };
  check_body (&c, body);
}
