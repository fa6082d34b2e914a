/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/rego/cardea-rego-lexer.h"

/* Shared by the parser's files. After the first problem every function gives NULL. */

typedef enum {
  KW_IF = 1 << 0,
  KW_CONTAINS = 1 << 1,
  KW_IN = 1 << 2,
  KW_EVERY = 1 << 3,
  KW_NOT_BODY = 1 << 4,
} CardeaRegoKeywords;

typedef struct {
  const CardeaRegoParseOptions *o;
  CardeaRegoArena *arena;
  const CardeaRegoToken *t; /* the token being looked at */
  CardeaRegoKeywords keywords;
  gboolean v1;
  gboolean failed;
  guint depth;
  guint rule_index;
} CardeaRegoParser;

CardeaRegoLoc cardea_rego_parser_loc (const CardeaRegoParser *p);
gboolean cardea_rego_parser_is_op (const CardeaRegoParser *p, const char *op);
gboolean cardea_rego_parser_is_word (const CardeaRegoParser *p, const char *word);
gboolean cardea_rego_parser_starts_ref (const CardeaRegoParser *p);
/* A word that is a keyword where it stands, considering imports. */
gboolean cardea_rego_parser_is_keyword (const CardeaRegoParser *p, const char *word);
gboolean cardea_rego_parser_is_reserved (const CardeaRegoParser *p, const char *word);
gboolean cardea_rego_parser_expect (CardeaRegoParser *p, const char *op);
void *cardea_rego_parser_unexpected (CardeaRegoParser *p, const char *expected);
void *cardea_rego_parser_error (CardeaRegoParser *p, CardeaRegoLoc loc, const char *message);
gboolean cardea_rego_parser_enter (CardeaRegoParser *p);
static inline void
cardea_rego_parser_leave (CardeaRegoParser *p)
{
  p->depth--;
}
static inline void
cardea_rego_parser_next (CardeaRegoParser *p)
{
  if (p->t->kind != TOK_EOF)
    p->t++;
}

CardeaRegoTerm *cardea_rego_parser_term (CardeaRegoParser *p);
/* An infix expression; key_value also allows "k, v in xs". */
CardeaRegoTerm *cardea_rego_parser_infix (CardeaRegoParser *p, gboolean key_value);
/* `.x`, `[x]` and `(…)` after a head, as long as no space is between. */
CardeaRegoTerm *cardea_rego_parser_postfix (CardeaRegoParser *p, CardeaRegoTerm *head,
                                            gboolean calls);
/* Statements up to the closing token, which is not consumed. */
CardeaRegoBody *cardea_rego_parser_body (CardeaRegoParser *p, const char *close);
CardeaRegoBody *cardea_rego_parser_braces (CardeaRegoParser *p);
CardeaRegoLiteral *cardea_rego_parser_literal (CardeaRegoParser *p);
CardeaRegoTerm **cardea_rego_parser_take (CardeaRegoParser *p, GPtrArray *list);
CardeaRegoRule *cardea_rego_parser_rule (CardeaRegoParser *p, GPtrArray *rules);
