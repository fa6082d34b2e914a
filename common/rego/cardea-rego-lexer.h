/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/rego/cardea-rego-ast.h"

#define CARDEA_REGO_MAX_TOKENS (1u << 20)

typedef enum {
  TOK_EOF,
  TOK_IDENT,
  TOK_NUMBER,
  TOK_STRING,
  TOK_TEMPLATE, /* start of $"…" */
  TOK_TEMPLATE_END,
  TOK_TEXT, /* a literal piece of a template */
  TOK_EXPR, /* { inside a template */
  TOK_EXPR_END,
  TOK_OP, /* punctuation and operators: text says which */
} CardeaRegoTokenKind;

typedef struct {
  CardeaRegoTokenKind kind;
  guint32 row, col, end_row;
  gboolean space;   /* white space before it */
  const char *text; /* identifier, operator or number text, NUL-terminated; string contents */
  gsize len;
} CardeaRegoToken;

/* All tokens of a text, ended by TOK_EOF; comments into comments (may be NULL). FALSE: a problem
 * was added. */
gboolean cardea_rego_lexer_run (const CardeaRegoParseOptions *options, const char *text, gsize len,
                                GArray *tokens, GArray *comments);
