/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Literals, bodies and rules. */

#include "common/rego/cardea-rego-parser.h"

#include <string.h>

#define MAX_ARGS 255

static gboolean
parse_withs (CardeaRegoParser *p, CardeaRegoLiteral *lit)
{
  g_autoptr (GArray) with_list = g_array_new (FALSE, FALSE, sizeof (CardeaRegoWith));
  while (cardea_rego_parser_is_keyword (p, "with"))
    {
      CardeaRegoWith w = { .loc = cardea_rego_parser_loc (p) };
      cardea_rego_parser_next (p);
      if (p->t->kind != TOK_IDENT)
        return cardea_rego_parser_unexpected (p, "identifier") != NULL;
      CardeaRegoTerm *head
          = cardea_rego_term_var (p->arena, cardea_rego_parser_loc (p), p->t->text);
      cardea_rego_parser_next (p);
      w.target = cardea_rego_parser_postfix (p, head, FALSE);
      if (w.target == NULL)
        return FALSE;
      if (!cardea_rego_parser_is_word (p, "as"))
        return cardea_rego_parser_unexpected (p, "as") != NULL;
      cardea_rego_parser_next (p);
      w.value = cardea_rego_parser_infix (p, FALSE);
      if (w.value == NULL)
        return FALSE;
      g_array_append_val (with_list, w);
    }
  lit->n_withs = with_list->len;
  if (with_list->len > 0)
    {
      lit->with_list = cardea_rego_arena_alloc (p->arena, sizeof (CardeaRegoWith) * with_list->len);
      memcpy (lit->with_list, with_list->data, sizeof (CardeaRegoWith) * with_list->len);
    }
  return TRUE;
}

static gboolean
parse_some (CardeaRegoParser *p, CardeaRegoLiteral *lit)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  cardea_rego_parser_next (p);
  for (;;)
    {
      CardeaRegoTerm *t = cardea_rego_parser_infix (p, FALSE);
      if (t == NULL)
        return FALSE;
      g_ptr_array_add (list, t);
      if (!cardea_rego_parser_is_op (p, ","))
        break;
      cardea_rego_parser_next (p);
    }
  CardeaRegoTerm *last = list->pdata[list->len - 1];
  if (last->kind == TERM_CALL && strcmp (last->name, "internal.member_2") == 0 && !last->parens)
    {
      if (list->len > 2)
        return cardea_rego_parser_error (p, lit->loc, "illegal variables before in") != NULL;
      lit->kind = LIT_SOME_IN;
      list->pdata[list->len - 1] = last->args[1];
      g_ptr_array_add (list, last->args[2]);
    }
  else
    {
      lit->kind = LIT_SOME;
      for (guint i = 0; i < list->len; i++)
        if (((CardeaRegoTerm *) list->pdata[i])->kind != TERM_VAR)
          return cardea_rego_parser_error (p, ((CardeaRegoTerm *) list->pdata[i])->loc,
                                           "expected `x in xs` or `x, y in xs` expression")
                 != NULL;
    }
  lit->terms = cardea_rego_parser_take (p, list);
  lit->n = list->len;
  return TRUE;
}

static gboolean
parse_every (CardeaRegoParser *p, CardeaRegoLiteral *lit)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  cardea_rego_parser_next (p);
  for (;;)
    {
      CardeaRegoTerm *t = cardea_rego_parser_term (p);
      if (t == NULL)
        return FALSE;
      if (t->kind != TERM_VAR)
        return cardea_rego_parser_error (
                   p, t->loc, "unexpected term: expected `x[, y] in xs { ... }` expression")
               != NULL;
      g_ptr_array_add (list, t);
      if (!cardea_rego_parser_is_op (p, ",") || list->len == 2)
        break;
      cardea_rego_parser_next (p);
    }
  if (!cardea_rego_parser_is_keyword (p, "in"))
    return cardea_rego_parser_unexpected (p, "`x[, y] in xs { ... }` expression") != NULL;
  cardea_rego_parser_next (p);
  CardeaRegoTerm *domain = cardea_rego_parser_infix (p, FALSE);
  if (domain == NULL)
    return FALSE;
  g_ptr_array_add (list, domain);
  lit->kind = LIT_EVERY;
  lit->terms = cardea_rego_parser_take (p, list);
  lit->n = list->len;
  lit->body = cardea_rego_parser_braces (p);
  return lit->body != NULL;
}

static gboolean
parse_expr (CardeaRegoParser *p, CardeaRegoLiteral *lit)
{
  CardeaRegoTerm *lhs = cardea_rego_parser_infix (p, TRUE);
  if (lhs == NULL)
    return FALSE;
  if (cardea_rego_parser_is_op (p, "=") || cardea_rego_parser_is_op (p, ":="))
    {
      const char *name = p->t->text[0] == '=' ? "eq" : "assign";
      cardea_rego_parser_next (p);
      CardeaRegoTerm *rhs = cardea_rego_parser_infix (p, TRUE);
      if (rhs == NULL)
        return FALSE;
      CardeaRegoTerm *call = cardea_rego_term_call (p->arena, lhs->loc, name, 2);
      call->args[1] = lhs;
      call->args[2] = rhs;
      lhs = call;
    }
  lit->term = lhs;
  return TRUE;
}

CardeaRegoLiteral *
cardea_rego_parser_literal (CardeaRegoParser *p)
{
  CardeaRegoLiteral *lit = cardea_rego_arena_alloc0 (p->arena, sizeof *lit);
  gboolean good;
  if (!cardea_rego_parser_enter (p))
    return NULL;
  lit->loc = cardea_rego_parser_loc (p);
  if (cardea_rego_parser_is_word (p, "not"))
    {
      lit->negated = TRUE;
      cardea_rego_parser_next (p);
      if (cardea_rego_parser_is_op (p, "{") && (p->keywords & KW_NOT_BODY))
        {
          lit->kind = LIT_NOT;
          lit->body = cardea_rego_parser_braces (p);
          cardea_rego_parser_leave (p);
          return lit->body != NULL && parse_withs (p, lit) ? lit : NULL;
        }
    }
  if (cardea_rego_parser_is_word (p, "some") && !lit->negated)
    good = parse_some (p, lit);
  else if (cardea_rego_parser_is_keyword (p, "every") && !lit->negated)
    good = parse_every (p, lit);
  else
    good = parse_expr (p, lit);
  cardea_rego_parser_leave (p);
  return good && parse_withs (p, lit) ? lit : NULL;
}

CardeaRegoBody *
cardea_rego_parser_body (CardeaRegoParser *p, const char *close)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  CardeaRegoBody *body = cardea_rego_arena_alloc0 (p->arena, sizeof *body);
  body->loc = cardea_rego_parser_loc (p);
  while (!p->failed)
    {
      gboolean end = close != NULL ? cardea_rego_parser_is_op (p, close) : p->t->kind == TOK_EOF;
      if (end && list->len > 0)
        break;
      if (end)
        return cardea_rego_parser_error (p, cardea_rego_parser_loc (p), "found empty body");
      CardeaRegoLiteral *lit = cardea_rego_parser_literal (p);
      if (lit == NULL)
        return NULL;
      g_ptr_array_add (list, lit);
      if (cardea_rego_parser_is_op (p, ";"))
        cardea_rego_parser_next (p);
      else if (!(close != NULL && cardea_rego_parser_is_op (p, close)) && p->t->kind != TOK_EOF
               && p->t->row == p->t[-1].end_row)
        return cardea_rego_parser_unexpected (p, close != NULL ? "\\n or ; or }" : "\\n or ;");
      else if (p->t->kind == TOK_EOF && close != NULL)
        return cardea_rego_parser_unexpected (p, close);
    }
  if (p->failed)
    return NULL;
  body->literals = (CardeaRegoLiteral **) (void *) cardea_rego_parser_take (p, list);
  body->n = list->len;
  return body;
}

CardeaRegoBody *
cardea_rego_parser_braces (CardeaRegoParser *p)
{
  if (!cardea_rego_parser_enter (p) || !cardea_rego_parser_expect (p, "{"))
    return NULL;
  CardeaRegoBody *body = cardea_rego_parser_body (p, "}");
  cardea_rego_parser_leave (p);
  return body != NULL && cardea_rego_parser_expect (p, "}") ? body : NULL;
}

static CardeaRegoBody *
body_of (CardeaRegoParser *p, CardeaRegoLiteral *lit)
{
  CardeaRegoBody *body = cardea_rego_arena_alloc0 (p->arena, sizeof *body);
  body->loc = lit->loc;
  body->n = 1;
  body->literals = cardea_rego_arena_alloc (p->arena, sizeof lit);
  body->literals[0] = lit;
  return body;
}

static CardeaRegoBody *
true_body (CardeaRegoParser *p, CardeaRegoLoc loc)
{
  CardeaRegoLiteral *lit = cardea_rego_arena_alloc0 (p->arena, sizeof *lit);
  lit->loc = loc;
  lit->term = cardea_rego_term_value (p->arena, loc, cardea_rego_bool (TRUE));
  return body_of (p, lit);
}

static CardeaRegoBody *
parse_if (CardeaRegoParser *p)
{
  cardea_rego_parser_next (p);
  if (cardea_rego_parser_is_op (p, "{"))
    {
      /* Braces are a body if they can be, otherwise a term. */
      CardeaRegoParser before = *p;
      guint problems = p->o->problems->list->len;
      CardeaRegoBody *braces = cardea_rego_parser_braces (p);
      if (braces != NULL)
        return braces;
      CardeaRegoParser failed = *p;
      *p = before;
      CardeaRegoLiteral *term = cardea_rego_parser_literal (p);
      if (term == NULL)
        {
          g_array_set_size (p->o->problems->list,
                            MAX (problems, MIN (p->o->problems->list->len, problems + 1)));
          *p = failed;
          return NULL;
        }
      g_array_set_size (p->o->problems->list, problems);
      return body_of (p, term);
    }
  CardeaRegoLiteral *lit = cardea_rego_parser_literal (p);
  return lit != NULL ? body_of (p, lit) : NULL;
}

static gboolean
parse_head_args (CardeaRegoParser *p, CardeaRegoRule *r)
{
  g_autoptr (GPtrArray) list = g_ptr_array_new ();
  cardea_rego_parser_next (p);
  while (!p->failed && !cardea_rego_parser_is_op (p, ")"))
    {
      if (list->len > 0 && !cardea_rego_parser_expect (p, ","))
        return FALSE;
      CardeaRegoTerm *t = cardea_rego_parser_infix (p, FALSE);
      if (t == NULL)
        return FALSE;
      g_ptr_array_add (list, t);
      if (list->len > MAX_ARGS)
        return cardea_rego_parser_error (p, t->loc, "too many arguments") != NULL;
    }
  r->args = cardea_rego_parser_take (p, list);
  r->n_args = list->len;
  r->function = TRUE;
  return cardea_rego_parser_expect (p, ")");
}

static gboolean
parse_value (CardeaRegoParser *p, CardeaRegoTerm **ret_value)
{
  if (!cardea_rego_parser_is_op (p, "=") && !cardea_rego_parser_is_op (p, ":="))
    return TRUE;
  cardea_rego_parser_next (p);
  *ret_value = cardea_rego_parser_infix (p, FALSE);
  return *ret_value != NULL;
}

static gboolean
parse_head (CardeaRegoParser *p, CardeaRegoRule *r)
{
  if (p->t->kind != TOK_IDENT
      || (cardea_rego_parser_is_reserved (p, p->t->text) && strcmp (p->t->text, "contains") != 0
          && !cardea_rego_parser_starts_ref (p)))
    return cardea_rego_parser_unexpected (p, r->is_default ? "var" : NULL) != NULL;
  CardeaRegoTerm *name = cardea_rego_term_var (p->arena, cardea_rego_parser_loc (p), p->t->text);
  cardea_rego_parser_next (p);
  CardeaRegoTerm *ref = cardea_rego_parser_postfix (p, name, FALSE);
  if (ref == NULL)
    return FALSE;
  if (ref->kind != TERM_REF)
    {
      ref = cardea_rego_term_new (p->arena, TERM_REF, name->loc, 1);
      ref->args[0] = name;
    }
  r->ref = ref;
  if (cardea_rego_parser_is_op (p, "(") && !parse_head_args (p, r))
    return FALSE;
  if (cardea_rego_parser_is_keyword (p, "contains"))
    {
      cardea_rego_parser_next (p);
      r->contains = TRUE;
      r->key = cardea_rego_parser_infix (p, FALSE);
      if (r->key == NULL)
        return FALSE;
    }
  return parse_value (p, &r->value);
}

/* Each body resolves the head's variables for itself. */
static void
copy_head (CardeaRegoParser *p, CardeaRegoRule *r)
{
  r->ref = cardea_rego_term_copy (p->arena, r->ref);
  r->key = cardea_rego_term_copy (p->arena, r->key);
  r->value = cardea_rego_term_copy (p->arena, r->value);
  CardeaRegoTerm **args
      = r->n_args > 0 ? cardea_rego_arena_alloc (p->arena, sizeof *args * r->n_args) : NULL;
  for (guint32 i = 0; i < r->n_args; i++)
    args[i] = cardea_rego_term_copy (p->arena, r->args[i]);
  r->args = args;
}

static gboolean
parse_else (CardeaRegoParser *p, CardeaRegoRule *r)
{
  CardeaRegoRule *last = r;
  guint chain = 0;
  while (!p->failed && cardea_rego_parser_is_word (p, "else"))
    {
      CardeaRegoRule *e = cardea_rego_arena_alloc0 (p->arena, sizeof *e);
      *e = *r;
      e->shared_head = TRUE;
      copy_head (p, e);
      e->loc = cardea_rego_parser_loc (p);
      e->value = NULL;
      e->otherwise = NULL;
      cardea_rego_parser_next (p);
      if (++chain > 4096)
        return cardea_rego_parser_error (p, e->loc, "too many else branches") != NULL;
      if (r->contains)
        return cardea_rego_parser_error (p, e->loc,
                                         "else keyword cannot be used on multi-value rules")
               != NULL;
      if (!parse_value (p, &e->value))
        return FALSE;
      gboolean bare = e->value == NULL;
      if (bare)
        e->value = cardea_rego_term_value (p->arena, e->loc, cardea_rego_bool (TRUE));
      e->body = NULL;
      if (cardea_rego_parser_is_keyword (p, "if"))
        e->body = parse_if (p);
      else if (cardea_rego_parser_is_op (p, "{") && !p->v1)
        e->body = cardea_rego_parser_braces (p);
      else if (cardea_rego_parser_is_op (p, "{"))
        return cardea_rego_parser_error (p, cardea_rego_parser_loc (p),
                                         "`if` keyword is required before rule body")
               != NULL;
      else if (bare)
        return cardea_rego_parser_error (p, cardea_rego_parser_loc (p),
                                         "expected else value term or rule body")
               != NULL;
      else
        e->body = true_body (p, e->loc);
      if (e->body == NULL)
        return FALSE;
      e->end_row = p->t[-1].end_row;
      last->otherwise = e;
      last = e;
    }
  return TRUE;
}

/* What a head without a value means depends on its form; see the parser of the v0 language. */
static gboolean
finish_head (CardeaRegoParser *p, CardeaRegoRule *r, gboolean has_if, gboolean has_body)
{
  if (r->contains)
    return r->value == NULL
           || cardea_rego_parser_error (p, r->loc, "multi-value rules cannot have a value") != NULL;
  if (r->value == NULL && !has_if && !r->function && r->ref->n == 2 && !r->is_default)
    {
      if (p->v1)
        return cardea_rego_parser_error (p, r->loc,
                                         "`contains` keyword is required for partial set rules")
               != NULL;
      r->contains = TRUE;
      r->key = r->ref->args[1];
      r->ref->n = 1;
      return TRUE;
    }
  if (r->value == NULL && !has_body && !r->is_default && !r->function)
    return cardea_rego_parser_error (p, r->loc, "var cannot be used for rule name") != NULL;
  if (r->value == NULL)
    {
      r->value = cardea_rego_term_value (p->arena, r->loc, cardea_rego_bool (TRUE));
      r->bare_value = TRUE;
    }
  return TRUE;
}

static gboolean
parse_bodies (CardeaRegoParser *p, CardeaRegoRule *r, GPtrArray *rules)
{
  gboolean has_if = cardea_rego_parser_is_keyword (p, "if");
  gboolean braces = cardea_rego_parser_is_op (p, "{");
  if (braces && p->v1)
    return cardea_rego_parser_error (p, r->loc, "`if` keyword is required before rule body")
           != NULL;
  if (has_if)
    r->body = parse_if (p);
  else if (braces)
    r->body = cardea_rego_parser_braces (p);
  else
    r->body = true_body (p, r->loc);
  if (r->body == NULL || !finish_head (p, r, has_if, has_if || braces))
    return FALSE;
  r->end_row = p->t[-1].end_row;
  g_ptr_array_add (rules, r);
  if ((has_if || braces) && !parse_else (p, r))
    return FALSE;
  while (!p->failed && (has_if || braces) && r->otherwise == NULL
         && cardea_rego_parser_is_op (p, "{"))
    {
      CardeaRegoRule *more = cardea_rego_arena_alloc0 (p->arena, sizeof *more);
      *more = *r;
      more->shared_head = r->shared_head = TRUE;
      copy_head (p, more);
      more->loc = cardea_rego_parser_loc (p);
      more->body = cardea_rego_parser_braces (p);
      if (more->body == NULL)
        return FALSE;
      g_ptr_array_add (rules, more);
    }
  return TRUE;
}

CardeaRegoRule *
cardea_rego_parser_rule (CardeaRegoParser *p, GPtrArray *rules)
{
  CardeaRegoRule *r = cardea_rego_arena_alloc0 (p->arena, sizeof *r);
  r->loc = cardea_rego_parser_loc (p);
  if (cardea_rego_parser_is_word (p, "default"))
    {
      r->is_default = TRUE;
      cardea_rego_parser_next (p);
    }
  if (!parse_head (p, r))
    return NULL;
  if (!r->is_default)
    return parse_bodies (p, r, rules) ? r : NULL;
  if (r->value == NULL)
    return cardea_rego_parser_unexpected (p, "default rule value");
  r->body = true_body (p, r->loc);
  r->end_row = p->t[-1].end_row;
  g_ptr_array_add (rules, r);
  return r;
}
