/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/rego/cardea-rego-ast.h"

#include "common/rego/cardea-rego-json.h"

#include <stdarg.h>
#include <string.h>

static void
clear_problem (gpointer data)
{
  g_free (((CardeaRegoProblem *) data)->message);
}

void
cardea_rego_problems_init (CardeaRegoProblems *problems)
{
  problems->list = g_array_new (FALSE, FALSE, sizeof (CardeaRegoProblem));
  g_array_set_clear_func (problems->list, clear_problem);
  problems->dropped = 0;
}

void
cardea_rego_problems_clear (CardeaRegoProblems *problems)
{
  g_clear_pointer (&problems->list, g_array_unref);
}

void
cardea_rego_problems_add (CardeaRegoProblems *problems, CardeaRegoLoc loc, const char *code,
                          const char *format, ...)
{
  va_list args;
  if (problems->list->len >= CARDEA_REGO_MAX_ERRORS)
    {
      problems->dropped++;
      return;
    }
  va_start (args, format);
  CardeaRegoProblem p = { .code = code, .message = g_strdup_vprintf (format, args), .loc = loc };
  va_end (args);
  g_array_append_val (problems->list, p);
}

CardeaRegoTerm *
cardea_rego_term_new (CardeaRegoArena *arena, CardeaRegoTermKind kind, CardeaRegoLoc loc, guint32 n)
{
  CardeaRegoTerm *t = cardea_rego_arena_alloc0 (arena, sizeof *t);
  t->kind = kind;
  t->loc = loc;
  t->n = n;
  t->args = n > 0 ? cardea_rego_arena_alloc0 (arena, sizeof *t->args * n) : NULL;
  return t;
}

CardeaRegoTerm *
cardea_rego_term_value (CardeaRegoArena *arena, CardeaRegoLoc loc, CardeaRegoValue v)
{
  CardeaRegoTerm *t = cardea_rego_term_new (arena, TERM_VALUE, loc, 0);
  t->value = v;
  return t;
}

CardeaRegoTerm *
cardea_rego_term_string (CardeaRegoArena *arena, CardeaRegoLoc loc, const char *s)
{
  return cardea_rego_term_value (arena, loc, cardea_rego_cstring (arena, s));
}

CardeaRegoTerm *
cardea_rego_term_var (CardeaRegoArena *arena, CardeaRegoLoc loc, const char *name)
{
  CardeaRegoTerm *t = cardea_rego_term_new (arena, TERM_VAR, loc, 0);
  t->name = name;
  return t;
}

CardeaRegoTerm *
cardea_rego_term_call (CardeaRegoArena *arena, CardeaRegoLoc loc, const char *name, guint32 n)
{
  CardeaRegoTerm *t = cardea_rego_term_new (arena, TERM_CALL, loc, n + 1);
  t->args[0] = cardea_rego_term_var (arena, loc, name);
  t->name = name;
  return t;
}

gboolean
cardea_rego_is_identifier (const char *s, gsize len)
{
  if (len == 0 || !(g_ascii_isalpha (s[0]) || s[0] == '_'))
    return FALSE;
  for (gsize i = 1; i < len; i++)
    if (!g_ascii_isalnum (s[i]) && s[i] != '_')
      return FALSE;
  return TRUE;
}

static void
print_value (GString *out, CardeaRegoValue v)
{
  g_autoptr (CardeaRegoArena) arena = cardea_rego_arena_new (1u << 20);
  CardeaRegoBuf buf;
  cardea_rego_buf_init (&buf, arena);
  cardea_rego_term_write (&buf, v);
  g_string_append_len (out, buf.s, (gssize) buf.len);
}

static void
print_ref (GString *out, const CardeaRegoTerm *t)
{
  cardea_rego_term_print (out, t->args[0]);
  for (guint32 i = 1; i < t->n; i++)
    {
      const CardeaRegoTerm *a = t->args[i];
      if (a->kind == TERM_VALUE && a->value.tag == CARDEA_REGO_STRING
          && cardea_rego_is_identifier (a->value.s->s, a->value.s->len))
        {
          g_string_append_printf (out, ".%s", a->value.s->s);
          continue;
        }
      g_string_append_c (out, '[');
      cardea_rego_term_print (out, a);
      g_string_append_c (out, ']');
    }
}

static void
print_list (GString *out, const CardeaRegoTerm *t, guint32 from, const char *open,
            const char *close)
{
  g_string_append (out, open);
  for (guint32 i = from; i < t->n; i++)
    {
      if (i > from)
        g_string_append (out, t->kind == TERM_OBJECT && (i & 1) ? ": " : ", ");
      cardea_rego_term_print (out, t->args[i]);
    }
  g_string_append (out, close);
}

void
cardea_rego_term_print (GString *out, const CardeaRegoTerm *t)
{
  switch (t->kind)
    {
    case TERM_VALUE:
      print_value (out, t->value);
      break;
    case TERM_VAR:
      g_string_append (out, t->name != NULL ? t->name : "_");
      break;
    case TERM_REF:
      print_ref (out, t);
      break;
    case TERM_CALL:
      g_string_append (out, t->name);
      print_list (out, t, 1, "(", ")");
      break;
    case TERM_ARRAY:
      print_list (out, t, 0, "[", "]");
      break;
    case TERM_OBJECT:
      print_list (out, t, 0, "{", "}");
      break;
    case TERM_SET:
      print_list (out, t, 0, t->n > 0 ? "{" : "set(", t->n > 0 ? "}" : ")");
      break;
    default:
      print_list (out, t, 0, t->kind == TERM_ARRAY_COMPR ? "[" : "{",
                  t->kind == TERM_ARRAY_COMPR ? " | …]" : " | …}");
    }
}

static CardeaRegoTerm **
copy_terms (CardeaRegoArena *arena, CardeaRegoTerm **terms, guint32 n)
{
  if (n == 0)
    return NULL;
  CardeaRegoTerm **copy = cardea_rego_arena_alloc (arena, sizeof *copy * n);
  for (guint32 i = 0; i < n; i++)
    copy[i] = cardea_rego_term_copy (arena, terms[i]);
  return copy;
}

CardeaRegoBody *
cardea_rego_body_copy (CardeaRegoArena *arena, const CardeaRegoBody *body)
{
  if (body == NULL)
    return NULL;
  CardeaRegoBody *b = cardea_rego_arena_alloc (arena, sizeof *b);
  *b = *body;
  b->literals = cardea_rego_arena_alloc (arena, sizeof *b->literals * MAX (1, b->n));
  for (guint32 i = 0; i < b->n; i++)
    {
      CardeaRegoLiteral *l = cardea_rego_arena_alloc (arena, sizeof *l);
      *l = *body->literals[i];
      l->term = cardea_rego_term_copy (arena, l->term);
      l->terms = copy_terms (arena, l->terms, l->n);
      l->body = cardea_rego_body_copy (arena, l->body);
      if (l->n_withs > 0)
        l->with_list = cardea_rego_arena_alloc (arena, sizeof *l->with_list * l->n_withs);
      for (guint32 k = 0; k < l->n_withs; k++)
        {
          l->with_list[k] = body->literals[i]->with_list[k];
          l->with_list[k].target = cardea_rego_term_copy (arena, l->with_list[k].target);
          l->with_list[k].value = cardea_rego_term_copy (arena, l->with_list[k].value);
        }
      b->literals[i] = l;
    }
  return b;
}

CardeaRegoTerm *
cardea_rego_term_copy (CardeaRegoArena *arena, const CardeaRegoTerm *term)
{
  if (term == NULL)
    return NULL;
  CardeaRegoTerm *t = cardea_rego_arena_alloc (arena, sizeof *t);
  *t = *term;
  t->args = copy_terms (arena, t->args, t->n);
  t->body = cardea_rego_body_copy (arena, t->body);
  return t;
}

typedef struct {
  const CardeaRegoTerm *term;
  const CardeaRegoBody *body;
  guint depth;
} Visit;

static void
push_visit (GArray *stack, const CardeaRegoTerm *term, const CardeaRegoBody *body, guint depth)
{
  Visit v = { term, body, depth };
  if (term != NULL || body != NULL)
    g_array_append_val (stack, v);
}

static void
push_literal (GArray *stack, const CardeaRegoLiteral *l, guint depth)
{
  push_visit (stack, l->term, NULL, depth);
  push_visit (stack, NULL, l->body, depth);
  for (guint32 i = 0; i < l->n; i++)
    push_visit (stack, l->terms[i], NULL, depth);
  for (guint32 i = 0; i < l->n_withs; i++)
    {
      push_visit (stack, l->with_list[i].target, NULL, depth);
      push_visit (stack, l->with_list[i].value, NULL, depth);
    }
}

static gboolean
shallow (GArray *stack)
{
  while (stack->len > 0)
    {
      Visit v = g_array_index (stack, Visit, stack->len - 1);
      g_array_set_size (stack, stack->len - 1);
      if (v.depth > CARDEA_REGO_MAX_TREE)
        return FALSE;
      for (guint32 i = 0; v.body != NULL && i < v.body->n; i++)
        push_literal (stack, v.body->literals[i], v.depth + 1);
      if (v.term == NULL)
        continue;
      push_visit (stack, NULL, v.term->body, v.depth + 1);
      for (guint32 i = 0; i < v.term->n; i++)
        push_visit (stack, v.term->args[i], NULL, v.depth + 1);
    }
  return TRUE;
}

gboolean
cardea_rego_terms_shallow (CardeaRegoTerm **terms, guint32 n)
{
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (Visit));
  for (guint32 i = 0; i < n; i++)
    push_visit (stack, terms[i], NULL, 0);
  return shallow (stack);
}

gboolean
cardea_rego_body_shallow (CardeaRegoBody *body)
{
  g_autoptr (GArray) stack = g_array_new (FALSE, FALSE, sizeof (Visit));
  push_visit (stack, NULL, body, 0);
  return shallow (stack);
}
