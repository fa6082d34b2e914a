/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Modules, imports and queries. Trusts nothing: the text is any file's. Bounded by the lexer's
 * limits and by CARDEA_REGO_MAX_NESTING, which also bounds this parser's own recursion. */

#include "common/rego/cardea-rego-parser.h"

#include <string.h>

CardeaRegoLoc
cardea_rego_parser_loc (const CardeaRegoParser *p)
{
  return (CardeaRegoLoc){ p->o->file, p->t->row, p->t->col };
}

gboolean
cardea_rego_parser_is_op (const CardeaRegoParser *p, const char *op)
{
  return p->t->kind == TOK_OP && strcmp (p->t->text, op) == 0;
}

gboolean
cardea_rego_parser_is_word (const CardeaRegoParser *p, const char *word)
{
  return p->t->kind == TOK_IDENT && strcmp (p->t->text, word) == 0
         && !cardea_rego_parser_starts_ref (p);
}

/* A keyword right before a dot is a name. */
gboolean
cardea_rego_parser_starts_ref (const CardeaRegoParser *p)
{
  return p->t->kind == TOK_IDENT && p->t[1].kind == TOK_OP && p->t[1].text[0] == '.'
         && !p->t[1].space;
}

gboolean
cardea_rego_parser_is_reserved (const CardeaRegoParser *p, const char *word)
{
  static const char *const always[] = { "as",  "default", "else", "false", "import", "package",
                                        "not", "null",    "some", "true",  "with",   NULL };
  static const struct {
    const char *word;
    CardeaRegoKeywords bit;
  } future[]
      = { { "if", KW_IF }, { "contains", KW_CONTAINS }, { "in", KW_IN }, { "every", KW_EVERY } };
  if (g_strv_contains (always, word))
    return TRUE;
  for (guint i = 0; i < G_N_ELEMENTS (future); i++)
    if (strcmp (future[i].word, word) == 0)
      return (p->keywords & future[i].bit) != 0;
  return FALSE;
}

gboolean
cardea_rego_parser_is_keyword (const CardeaRegoParser *p, const char *word)
{
  return cardea_rego_parser_is_word (p, word) && cardea_rego_parser_is_reserved (p, word);
}

void *
cardea_rego_parser_error (CardeaRegoParser *p, CardeaRegoLoc loc, const char *message)
{
  if (!p->failed)
    cardea_rego_problems_add (p->o->problems, loc, "rego_parse_error", "%s", message);
  p->failed = TRUE;
  return NULL;
}

static const char *
token_kind (const CardeaRegoParser *p)
{
  static const char *const names[]
      = { "eof",  "identifier", "number", "string", "template string", "end of template",
          "text", "{",          "}",      "" };
  if (p->t->kind == TOK_IDENT && cardea_rego_parser_is_reserved (p, p->t->text))
    return p->t->text;
  return p->t->kind == TOK_OP ? p->t->text : names[p->t->kind];
}

void *
cardea_rego_parser_unexpected (CardeaRegoParser *p, const char *expected)
{
  g_autofree char *message = NULL;
  gboolean word = p->t->kind == TOK_IDENT && cardea_rego_parser_is_reserved (p, p->t->text);
  if (expected == NULL)
    message = g_strdup_printf ("unexpected %s %s", token_kind (p), word ? "keyword" : "token");
  else
    message = g_strdup_printf ("unexpected %s %s: expected %s", token_kind (p),
                               word ? "keyword" : "token", expected);
  return cardea_rego_parser_error (p, cardea_rego_parser_loc (p), message);
}

gboolean
cardea_rego_parser_expect (CardeaRegoParser *p, const char *op)
{
  if (p->failed || !cardea_rego_parser_is_op (p, op))
    {
      (void) cardea_rego_parser_unexpected (p, op);
      return FALSE;
    }
  cardea_rego_parser_next (p);
  return TRUE;
}

gboolean
cardea_rego_parser_enter (CardeaRegoParser *p)
{
  if (p->failed || ++p->depth > CARDEA_REGO_MAX_NESTING)
    {
      (void) cardea_rego_parser_error (p, cardea_rego_parser_loc (p), "nested too deeply");
      return FALSE;
    }
  return TRUE;
}

CardeaRegoTerm **
cardea_rego_parser_take (CardeaRegoParser *p, GPtrArray *list)
{
  CardeaRegoTerm **v
      = list->len > 0 ? cardea_rego_arena_alloc (p->arena, sizeof *v * list->len) : NULL;
  if (v != NULL)
    memcpy (v, list->pdata, sizeof *v * list->len);
  return v;
}

static gboolean
parse_package (CardeaRegoParser *p, CardeaRegoModule *m)
{
  if (!cardea_rego_parser_is_word (p, "package"))
    return cardea_rego_parser_unexpected (p, "package") != NULL;
  m->package_loc = cardea_rego_parser_loc (p);
  cardea_rego_parser_next (p);
  CardeaRegoLoc loc = cardea_rego_parser_loc (p);
  if (p->t->kind != TOK_IDENT)
    return cardea_rego_parser_unexpected (p, "identifier") != NULL;
  CardeaRegoTerm *first = cardea_rego_term_string (p->arena, loc, p->t->text);
  CardeaRegoTerm *head = cardea_rego_term_var (p->arena, loc, "data");
  cardea_rego_parser_next (p);
  CardeaRegoTerm *ref = cardea_rego_parser_postfix (p, first, FALSE);
  if (ref == NULL)
    return FALSE;
  guint32 n = ref->kind == TERM_REF ? ref->n : 1;
  m->package = cardea_rego_term_new (p->arena, TERM_REF, loc, n + 1);
  m->package->args[0] = head;
  m->package->args[1] = first;
  for (guint32 i = 1; i < n; i++)
    {
      if (ref->args[i]->kind != TERM_VALUE || ref->args[i]->value.tag != CARDEA_REGO_STRING)
        return cardea_rego_parser_error (p, ref->args[i]->loc, "package name must be string")
               != NULL;
      m->package->args[i + 1] = ref->args[i];
    }
  return TRUE;
}

static const char *
ref_part (const CardeaRegoTerm *ref, guint32 i)
{
  if (i >= ref->n)
    return NULL;
  if (i == 0)
    return ref->args[0]->name;
  return ref->args[i]->kind == TERM_VALUE && ref->args[i]->value.tag == CARDEA_REGO_STRING
             ? ref->args[i]->value.s->s
             : NULL;
}

static gboolean
import_future (CardeaRegoParser *p, const CardeaRegoTerm *ref)
{
  static const struct {
    const char *word;
    CardeaRegoKeywords bits;
  } known[] = { { "if", KW_IF },
                { "contains", KW_CONTAINS },
                { "in", KW_IN },
                { "every", KW_EVERY | KW_IN },
                { "not", KW_NOT_BODY } };
  if (g_strcmp0 (ref_part (ref, 1), "keywords") != 0 || ref->n > 3)
    return cardea_rego_parser_error (p, ref->loc, "invalid import, must be `future.keywords`")
           != NULL;
  if (ref->n == 2)
    {
      p->keywords |= KW_IF | KW_CONTAINS | KW_IN | KW_EVERY;
      return TRUE;
    }
  for (guint i = 0; i < G_N_ELEMENTS (known); i++)
    if (g_strcmp0 (ref_part (ref, 2), known[i].word) == 0)
      {
        p->keywords |= known[i].bits;
        return TRUE;
      }
  return cardea_rego_parser_error (p, ref->loc,
                                   "unexpected keyword, must be one of [contains every if in not]")
         != NULL;
}

static gboolean
import_special (CardeaRegoParser *p, CardeaRegoModule *m, const CardeaRegoTerm *ref,
                gboolean *ret_done)
{
  const char *head = ref_part (ref, 0);
  *ret_done = TRUE;
  if (strcmp (head, "future") == 0)
    return import_future (p, ref);
  if (strcmp (head, "rego") == 0)
    {
      if (g_strcmp0 (ref_part (ref, 1), "v1") != 0 || ref->n != 2)
        return cardea_rego_parser_error (p, ref->loc, "invalid import, must be `rego.v1`") != NULL;
      p->keywords |= KW_IF | KW_CONTAINS | KW_IN | KW_EVERY;
      p->v1 = m->v1 = m->cardea_rego_v1 = TRUE;
      return TRUE;
    }
  *ret_done = FALSE;
  if (strcmp (head, "data") == 0 || strcmp (head, "input") == 0)
    return TRUE;
  g_autofree char *message = g_strdup_printf (
      "unexpected import path, must begin with one of: {data, future, input, rego}, got: %s", head);
  return cardea_rego_parser_error (p, ref->loc, message) != NULL;
}

static gboolean
parse_import (CardeaRegoParser *p, CardeaRegoModule *m)
{
  CardeaRegoImport *import = cardea_rego_arena_alloc0 (p->arena, sizeof *import);
  import->loc = cardea_rego_parser_loc (p);
  cardea_rego_parser_next (p);
  if (p->t->kind != TOK_IDENT)
    return cardea_rego_parser_unexpected (p, "identifier") != NULL;
  CardeaRegoTerm *head = cardea_rego_term_var (p->arena, cardea_rego_parser_loc (p), p->t->text);
  cardea_rego_parser_next (p);
  CardeaRegoTerm *ref = cardea_rego_parser_postfix (p, head, FALSE);
  if (ref == NULL)
    return FALSE;
  if (ref->kind != TERM_REF)
    {
      CardeaRegoTerm *whole = cardea_rego_term_new (p->arena, TERM_REF, ref->loc, 1);
      whole->args[0] = ref;
      ref = whole;
    }
  for (guint32 i = 1; i < ref->n; i++)
    if (ref_part (ref, i) == NULL)
      return cardea_rego_parser_error (p, ref->args[i]->loc,
                                       "unexpected import path, must be string")
             != NULL;
  if (cardea_rego_parser_is_word (p, "as"))
    {
      cardea_rego_parser_next (p);
      if (p->t->kind != TOK_IDENT || cardea_rego_parser_is_reserved (p, p->t->text))
        return cardea_rego_parser_unexpected (p, "var") != NULL;
      import->alias = p->t->text;
      cardea_rego_parser_next (p);
    }
  gboolean done;
  if (!import_special (p, m, ref, &done))
    return FALSE;
  import->path = ref;
  if (import->alias == NULL)
    import->alias = ref_part (ref, ref->n - 1);
  if (!done)
    g_ptr_array_add (m->imports, import);
  return TRUE;
}

/* Consecutive tokens on one line must be parted by a semicolon only inside bodies; between
 * statements of a module nothing is needed. */
static void
parse_statements (CardeaRegoParser *p, CardeaRegoModule *m)
{
  if (!parse_package (p, m))
    return;
  while (!p->failed && p->t->kind != TOK_EOF)
    {
      if (cardea_rego_parser_is_op (p, ";"))
        cardea_rego_parser_next (p);
      else if (cardea_rego_parser_is_word (p, "import"))
        (void) parse_import (p, m);
      else
        (void) cardea_rego_parser_rule (p, m->rules);
    }
}

/* Later stages recurse over the tree. */
static void
check_depth (CardeaRegoParser *p, const CardeaRegoModule *m)
{
  for (guint i = 0; i < m->rules->len && !p->failed; i++)
    for (CardeaRegoRule *r = m->rules->pdata[i]; r != NULL; r = r->otherwise)
      {
        CardeaRegoTerm *terms[] = { r->ref, r->key, r->value };
        if (!cardea_rego_terms_shallow (terms, G_N_ELEMENTS (terms))
            || !cardea_rego_terms_shallow (r->args, r->n_args)
            || !cardea_rego_body_shallow (r->body))
          (void) cardea_rego_parser_error (p, r->loc, "nested too deeply");
      }
}

static void
set_keywords (CardeaRegoParser *p)
{
  p->v1 = p->o->v1;
  if (p->v1)
    p->keywords = KW_IF | KW_CONTAINS | KW_IN | KW_EVERY;
}

CardeaRegoModule *
cardea_rego_parse_module (const CardeaRegoParseOptions *options, const char *text, gsize len)
{
  CardeaRegoModule *m = g_new0 (CardeaRegoModule, 1);
  m->file = options->file;
  m->v1 = options->v1;
  m->imports = g_ptr_array_new ();
  m->rules = g_ptr_array_new ();
  m->comments = g_array_new (FALSE, FALSE, sizeof (CardeaRegoComment));
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (CardeaRegoToken));
  CardeaRegoParser p = { .o = options, .arena = options->arena };
  gboolean good = cardea_rego_lexer_run (options, text, len, tokens, m->comments);
  if (good)
    {
      set_keywords (&p);
      p.t = (CardeaRegoToken *) (void *) tokens->data;
      if (p.t->kind == TOK_EOF)
        (void) cardea_rego_parser_error (&p, cardea_rego_parser_loc (&p), "empty module");
      else
        parse_statements (&p, m);
      check_depth (&p, m);
      good = !p.failed;
    }
  if (good)
    return m;
  cardea_rego_module_free (m);
  return NULL;
}

void
cardea_rego_module_free (CardeaRegoModule *m)
{
  g_ptr_array_unref (m->imports);
  g_ptr_array_unref (m->rules);
  g_array_unref (m->comments);
  g_free (m);
}

CardeaRegoBody *
cardea_rego_parse_query (const CardeaRegoParseOptions *options, const char *text, gsize len)
{
  g_autoptr (GArray) tokens = g_array_new (FALSE, FALSE, sizeof (CardeaRegoToken));
  CardeaRegoParser p = { .o = options, .arena = options->arena };
  if (!cardea_rego_lexer_run (options, text, len, tokens, NULL))
    return NULL;
  set_keywords (&p);
  p.keywords |= KW_IN | KW_EVERY;
  p.t = (CardeaRegoToken *) (void *) tokens->data;
  if (p.t->kind == TOK_EOF)
    return cardea_rego_parser_error (&p, cardea_rego_parser_loc (&p), "empty query");
  CardeaRegoBody *body = cardea_rego_parser_body (&p, NULL);
  if (body == NULL || cardea_rego_body_shallow (body))
    return body;
  return cardea_rego_parser_error (&p, body->loc, "nested too deeply");
}
