/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Terms and infix expressions. */

#include "common/rego/cardea-rego-parser.h"

#include "common/rego/cardea-rego-number.h"

#include <string.h>

#define MAX_CALLS 8 /* f(x).g(y).… */

static CardeaRegoTerm *
parse_number (CardeaRegoParser *p, gboolean negative)
{
  CardeaRegoLoc loc = cardea_rego_parser_loc (p);
  if (negative)
    cardea_rego_parser_next (p);
  if (p->t->kind != TOK_NUMBER)
    return cardea_rego_parser_unexpected (p, "number");
  g_autofree char *text = g_strconcat (negative ? "-" : "", p->t->text, NULL);
  CardeaRegoValue v = cardea_rego_number_parse (p->arena, text, strlen (text));
  if (v.tag == CARDEA_REGO_UNDEFINED)
    return cardea_rego_parser_error (p, loc, "number too big");
  cardea_rego_parser_next (p);
  return cardea_rego_term_value (p->arena, loc, v);
}

static CardeaRegoTerm *
finish_compr (CardeaRegoParser *p, CardeaRegoTermKind kind, CardeaRegoLoc loc, CardeaRegoTerm *a,
              CardeaRegoTerm *b, const char *close)
{
  CardeaRegoTerm *t = cardea_rego_term_new (p->arena, kind, loc, b != NULL ? 2 : 1);
  t->args[0] = a;
  if (b != NULL)
    t->args[1] = b;
  cardea_rego_parser_next (p);
  t->body = cardea_rego_parser_body (p, close);
  return t->body != NULL && cardea_rego_parser_expect (p, close) ? t : NULL;
}

static CardeaRegoTerm *parse_or (CardeaRegoParser *p, CardeaRegoTerm *lhs);
static CardeaRegoTerm *finish_infix (CardeaRegoParser *p, CardeaRegoTerm *lhs);

/* The rest of a list whose first element (maybe NULL: none read) is there. */
static CardeaRegoTerm *
finish_list (CardeaRegoParser *p, CardeaRegoTermKind kind, CardeaRegoLoc loc, CardeaRegoTerm *first,
             const char *close)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  if (first != NULL)
    g_ptr_array_add (list, first);
  while (!p->failed && !cardea_rego_parser_is_op (p, close))
    {
      if (list->len > 0 && !cardea_rego_parser_expect (p, ","))
        return NULL;
      if (list->len > 0 && cardea_rego_parser_is_op (p, close))
        break;
      CardeaRegoTerm *t = cardea_rego_parser_infix (p, FALSE);
      if (t == NULL)
        return NULL;
      g_ptr_array_add (list, t);
    }
  if (!cardea_rego_parser_expect (p, close))
    return NULL;
  CardeaRegoTerm *t = cardea_rego_term_new (p->arena, kind, loc, 0);
  t->args = cardea_rego_parser_take (p, list);
  t->n = list->len;
  return t;
}

static CardeaRegoTerm *
parse_array (CardeaRegoParser *p)
{
  CardeaRegoLoc loc = cardea_rego_parser_loc (p);
  cardea_rego_parser_next (p);
  if (cardea_rego_parser_is_op (p, "]"))
    return finish_list (p, TERM_ARRAY, loc, NULL, "]");
  CardeaRegoTerm *first = cardea_rego_parser_term (p);
  if (first == NULL)
    return NULL;
  if (cardea_rego_parser_is_op (p, "|"))
    return finish_compr (p, TERM_ARRAY_COMPR, loc, first, NULL, "]");
  first = finish_infix (p, first);
  return first == NULL ? NULL : finish_list (p, TERM_ARRAY, loc, first, "]");
}

static CardeaRegoTerm *
finish_object (CardeaRegoParser *p, CardeaRegoLoc loc, CardeaRegoTerm *key)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  for (;;)
    {
      if (!cardea_rego_parser_expect (p, ":"))
        return NULL;
      CardeaRegoTerm *value = cardea_rego_parser_term (p);
      if (value != NULL && list->len == 0 && cardea_rego_parser_is_op (p, "|"))
        return finish_compr (p, TERM_OBJECT_COMPR, loc, key, value, "}");
      value = value != NULL ? finish_infix (p, value) : NULL;
      if (value == NULL)
        return NULL;
      g_ptr_array_add (list, key);
      g_ptr_array_add (list, value);
      if (cardea_rego_parser_is_op (p, ","))
        cardea_rego_parser_next (p);
      else if (!cardea_rego_parser_is_op (p, "}"))
        return cardea_rego_parser_unexpected (p, "} or ,");
      if (cardea_rego_parser_is_op (p, "}"))
        break;
      key = cardea_rego_parser_infix (p, FALSE);
      if (key == NULL)
        return NULL;
    }
  cardea_rego_parser_next (p);
  CardeaRegoTerm *t = cardea_rego_term_new (p->arena, TERM_OBJECT, loc, 0);
  t->args = cardea_rego_parser_take (p, list);
  t->n = list->len;
  return t;
}

static CardeaRegoTerm *
parse_braced (CardeaRegoParser *p)
{
  CardeaRegoLoc loc = cardea_rego_parser_loc (p);
  cardea_rego_parser_next (p);
  if (cardea_rego_parser_is_op (p, "}"))
    {
      cardea_rego_parser_next (p);
      return cardea_rego_term_new (p->arena, TERM_OBJECT, loc, 0);
    }
  CardeaRegoTerm *first = cardea_rego_parser_term (p);
  if (first == NULL)
    return NULL;
  if (cardea_rego_parser_is_op (p, "|"))
    return finish_compr (p, TERM_SET_COMPR, loc, first, NULL, "}");
  first = finish_infix (p, first);
  if (first == NULL)
    return NULL;
  return cardea_rego_parser_is_op (p, ":") ? finish_object (p, loc, first)
                                           : finish_list (p, TERM_SET, loc, first, "}");
}

static CardeaRegoTerm *
parse_template (CardeaRegoParser *p)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  CardeaRegoLoc loc = cardea_rego_parser_loc (p);
  cardea_rego_parser_next (p);
  while (p->t->kind != TOK_TEMPLATE_END)
    {
      CardeaRegoTerm *t = NULL;
      if (p->t->kind == TOK_TEXT)
        {
          t = cardea_rego_term_value (p->arena, cardea_rego_parser_loc (p),
                                      cardea_rego_string (p->arena, p->t->text, p->t->len));
          cardea_rego_parser_next (p);
        }
      else if (p->t->kind == TOK_EXPR)
        {
          cardea_rego_parser_next (p);
          CardeaRegoLiteral *lit = cardea_rego_parser_literal (p);
          if (lit == NULL)
            return NULL;
          if (lit->kind != LIT_TERM || lit->negated)
            return cardea_rego_parser_error (p, lit->loc, "invalid template-string expression");
          if (p->t->kind != TOK_EXPR_END)
            return cardea_rego_parser_unexpected (p, "}");
          cardea_rego_parser_next (p);
          /* A set comprehension holds the expression: it may be undefined, or hold a with. */
          t = cardea_rego_term_new (p->arena, TERM_SET_COMPR, lit->loc, 1);
          t->body = cardea_rego_arena_alloc0 (p->arena, sizeof *t->body);
          t->body->loc = lit->loc;
          t->body->n = 1;
          t->body->literals = cardea_rego_arena_alloc (p->arena, sizeof *t->body->literals);
          t->body->literals[0] = lit;
          t->args[0] = cardea_rego_term_var (p->arena, lit->loc, "__template__");
          CardeaRegoTerm *assign = cardea_rego_term_call (p->arena, lit->loc, "assign", 2);
          assign->args[1] = t->args[0];
          assign->args[2] = lit->term;
          lit->term = assign;
        }
      else
        return cardea_rego_parser_unexpected (p, "}");
      g_ptr_array_add (list, t);
    }
  cardea_rego_parser_next (p);
  CardeaRegoTerm *t = cardea_rego_term_new (p->arena, TERM_TEMPLATE, loc, 0);
  t->args = cardea_rego_parser_take (p, list);
  t->n = list->len;
  return t;
}

static CardeaRegoTerm *
add_operand (CardeaRegoParser *p, CardeaRegoTerm *head, CardeaRegoTerm *operand)
{
  guint32 n = head->kind == TERM_REF ? head->n : 1;
  if (n >= CARDEA_REGO_MAX_NESTING)
    return cardea_rego_parser_error (p, head->loc, "reference too long");
  CardeaRegoTerm *ref
      = head->kind == TERM_REF ? head : cardea_rego_term_new (p->arena, TERM_REF, head->loc, 1);
  if (head->kind != TERM_REF)
    ref->args[0] = head;
  if (n == 1 || (n & (n - 1)) == 0)
    {
      CardeaRegoTerm **args = cardea_rego_arena_alloc (p->arena, sizeof *args * n * 2);
      memcpy (args, ref->args, sizeof *args * n);
      ref->args = args;
    }
  ref->args[n] = operand;
  ref->n = n + 1;
  return ref;
}

static CardeaRegoTerm *
finish_call (CardeaRegoParser *p, CardeaRegoTerm *fn)
{
  cardea_rego_parser_next (p);
  CardeaRegoTerm *list = finish_list (p, TERM_CALL, fn->loc, NULL, ")");
  if (list == NULL)
    return NULL;
  g_autoptr (GString) name = g_string_new (NULL);
  cardea_rego_term_print (name, fn);
  if (strcmp (name->str, "set") == 0 && list->n == 0)
    {
      list->kind = TERM_SET;
      return list;
    }
  CardeaRegoTerm *call = cardea_rego_term_new (p->arena, TERM_CALL, fn->loc, list->n + 1);
  char *kept = cardea_rego_arena_alloc (p->arena, name->len + 1);
  memcpy (kept, name->str, name->len + 1);
  call->name = kept;
  call->args[0] = fn;
  for (guint32 i = 0; i < list->n; i++)
    call->args[i + 1] = list->args[i];
  return call;
}

CardeaRegoTerm *
cardea_rego_parser_postfix (CardeaRegoParser *p, CardeaRegoTerm *head, gboolean calls)
{
  guint length = 0;
  while (!p->failed && p->t->kind == TOK_OP && !p->t->space)
    {
      if (cardea_rego_parser_is_op (p, "(") && ++length > MAX_CALLS)
        return cardea_rego_parser_error (p, head->loc, "expression too long");
      if (cardea_rego_parser_is_op (p, "."))
        {
          cardea_rego_parser_next (p);
          if (p->t->kind != TOK_IDENT)
            return cardea_rego_parser_unexpected (p, "identifier");
          head = add_operand (
              p, head, cardea_rego_term_string (p->arena, cardea_rego_parser_loc (p), p->t->text));
          cardea_rego_parser_next (p);
          if (head == NULL)
            return NULL;
        }
      else if (cardea_rego_parser_is_op (p, "["))
        {
          cardea_rego_parser_next (p);
          CardeaRegoTerm *operand = cardea_rego_parser_infix (p, FALSE);
          if (operand == NULL || !cardea_rego_parser_expect (p, "]"))
            return NULL;
          head = add_operand (p, head, operand);
          if (head == NULL)
            return NULL;
        }
      else if (calls && cardea_rego_parser_is_op (p, "(")
               && (head->kind == TERM_VAR || head->kind == TERM_REF))
        {
          head = finish_call (p, head);
          if (head == NULL)
            return NULL;
        }
      else
        break;
    }
  return p->failed ? NULL : head;
}

static CardeaRegoTerm *
parse_word (CardeaRegoParser *p)
{
  CardeaRegoLoc loc = cardea_rego_parser_loc (p);
  const char *word = p->t->text;
  static const struct {
    const char *word;
    CardeaRegoValue value;
  } words[] = { { "true", { .tag = CARDEA_REGO_BOOL, .i = 1 } },
                { "false", { .tag = CARDEA_REGO_BOOL, .i = 0 } },
                { "null", { .tag = CARDEA_REGO_NULL } } };
  for (guint i = 0; i < G_N_ELEMENTS (words); i++)
    if (strcmp (word, words[i].word) == 0 && !cardea_rego_parser_starts_ref (p))
      {
        cardea_rego_parser_next (p);
        return cardea_rego_term_value (p->arena, loc, words[i].value);
      }
  /* v0 policies may call a function that is named like a keyword imported later. */
  if (cardea_rego_parser_is_reserved (p, word) && !cardea_rego_parser_starts_ref (p)
      && !(strcmp (word, "contains") == 0 && p->t[1].kind == TOK_OP && p->t[1].text[0] == '('
           && !p->t[1].space))
    return cardea_rego_parser_unexpected (p, NULL);
  cardea_rego_parser_next (p);
  return cardea_rego_parser_postfix (p, cardea_rego_term_var (p->arena, loc, word), TRUE);
}

static CardeaRegoTerm *
parse_term (CardeaRegoParser *p)
{
  CardeaRegoTerm *t;
  switch (p->t->kind)
    {
    case TOK_NUMBER:
      return parse_number (p, FALSE);
    case TOK_STRING:
      t = cardea_rego_term_value (p->arena, cardea_rego_parser_loc (p),
                                  cardea_rego_string (p->arena, p->t->text, p->t->len));
      cardea_rego_parser_next (p);
      return cardea_rego_parser_postfix (p, t, FALSE);
    case TOK_TEMPLATE:
      return parse_template (p);
    case TOK_IDENT:
      return parse_word (p);
    default:
      break;
    }
  if (cardea_rego_parser_is_op (p, "-"))
    return parse_number (p, TRUE);
  if (cardea_rego_parser_is_op (p, "["))
    t = parse_array (p);
  else if (cardea_rego_parser_is_op (p, "{"))
    t = parse_braced (p);
  else if (cardea_rego_parser_is_op (p, "("))
    {
      cardea_rego_parser_next (p);
      t = cardea_rego_parser_infix (p, TRUE);
      if (t == NULL || !cardea_rego_parser_expect (p, ")"))
        return NULL;
      t->parens = TRUE;
      return t;
    }
  else
    return cardea_rego_parser_unexpected (p, NULL);
  return t != NULL ? cardea_rego_parser_postfix (p, t, FALSE) : NULL;
}

CardeaRegoTerm *
cardea_rego_parser_term (CardeaRegoParser *p)
{
  if (!cardea_rego_parser_enter (p))
    return NULL;
  CardeaRegoTerm *t = parse_term (p);
  cardea_rego_parser_leave (p);
  return t;
}

typedef struct {
  const char *op, *name;
  gint level;
} Infix;

static const Infix infixes[] = {
  { "==", "equal", 1 }, { "!=", "neq", 1 },  { "<=", "lte", 1 }, { ">=", "gte", 1 },
  { "<", "lt", 1 },     { ">", "gt", 1 },    { "|", "or", 2 },   { "&", "and", 3 },
  { "+", "plus", 4 },   { "-", "minus", 4 }, { "*", "mul", 5 },  { "/", "div", 5 },
  { "%", "rem", 5 },
};

static const Infix *
infix_at (const CardeaRegoParser *p)
{
  if (p->t->kind == TOK_OP)
    for (guint i = 0; i < G_N_ELEMENTS (infixes); i++)
      if (strcmp (p->t->text, infixes[i].op) == 0)
        return &infixes[i];
  return NULL;
}

/* Chains nest as deeply as they are long. */
static gboolean
chain_ends (CardeaRegoParser *p, guint *length)
{
  if (++*length > CARDEA_REGO_MAX_NESTING)
    (void) cardea_rego_parser_error (p, cardea_rego_parser_loc (p), "expression too long");
  return p->failed;
}

static CardeaRegoTerm *
climb (CardeaRegoParser *p, CardeaRegoTerm *lhs, gint level)
{
  guint length = 0;
  for (const Infix *op = infix_at (p); lhs != NULL && op != NULL && op->level >= level;
       op = infix_at (p))
    {
      if (chain_ends (p, &length))
        return NULL;
      cardea_rego_parser_next (p);
      CardeaRegoTerm *rhs = cardea_rego_parser_term (p);
      for (const Infix *next = infix_at (p); rhs != NULL && next != NULL && next->level > op->level;
           next = infix_at (p))
        rhs = climb (p, rhs, next->level);
      if (rhs == NULL)
        return NULL;
      CardeaRegoTerm *call = cardea_rego_term_call (p->arena, lhs->loc, op->name, 2);
      call->args[1] = lhs;
      call->args[2] = rhs;
      lhs = call;
    }
  return lhs;
}

static CardeaRegoTerm *
parse_or (CardeaRegoParser *p, CardeaRegoTerm *lhs)
{
  if (lhs == NULL)
    lhs = cardea_rego_parser_term (p);
  return lhs != NULL ? climb (p, lhs, 1) : NULL;
}

static CardeaRegoTerm *
finish_in (CardeaRegoParser *p, CardeaRegoTerm *lhs)
{
  guint length = 0;
  while (lhs != NULL && cardea_rego_parser_is_keyword (p, "in"))
    {
      if (chain_ends (p, &length))
        return NULL;
      cardea_rego_parser_next (p);
      CardeaRegoTerm *rhs = parse_or (p, NULL);
      if (rhs == NULL)
        return NULL;
      CardeaRegoTerm *call = cardea_rego_term_call (p->arena, lhs->loc, "internal.member_2", 2);
      call->args[1] = lhs;
      call->args[2] = rhs;
      lhs = call;
    }
  return lhs;
}

static CardeaRegoTerm *
finish_infix (CardeaRegoParser *p, CardeaRegoTerm *lhs)
{
  return finish_in (p, parse_or (p, lhs));
}

CardeaRegoTerm *
cardea_rego_parser_infix (CardeaRegoParser *p, gboolean key_value)
{
  if (!cardea_rego_parser_enter (p))
    return NULL;
  CardeaRegoTerm *lhs = parse_or (p, NULL);
  if (lhs != NULL && key_value && cardea_rego_parser_is_op (p, ","))
    {
      const CardeaRegoToken *comma = p->t;
      cardea_rego_parser_next (p);
      CardeaRegoTerm *value = parse_or (p, NULL);
      if (value == NULL)
        return NULL;
      if (!cardea_rego_parser_is_keyword (p, "in"))
        {
          p->t = comma;
          return cardea_rego_parser_unexpected (p, NULL);
        }
      cardea_rego_parser_next (p);
      CardeaRegoTerm *domain = parse_or (p, NULL);
      if (domain == NULL)
        return NULL;
      CardeaRegoTerm *call = cardea_rego_term_call (p->arena, lhs->loc, "internal.member_3", 3);
      call->args[1] = lhs;
      call->args[2] = value;
      call->args[3] = domain;
      lhs = call;
    }
  lhs = finish_in (p, lhs);
  cardea_rego_parser_leave (p);
  return lhs;
}
