/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/rego/cardea-rego-value.h"

/* The syntax tree of Rego. Everything lies in the arena of the policy being compiled. */

#define CARDEA_REGO_MAX_SOURCE (4u << 20) /* bytes of one module */
#define CARDEA_REGO_MAX_NESTING 200       /* of terms and bodies in source text */
#define CARDEA_REGO_MAX_TREE 1000         /* depth of a rule's tree: later stages recurse over it */
#define CARDEA_REGO_MAX_ERRORS 10

typedef struct {
  guint16 file;
  guint32 row, col;
} CardeaRegoLoc;

typedef struct {
  const char *code; /* static */
  char *message;
  CardeaRegoLoc loc;
} CardeaRegoProblem;

/* What went wrong while reading or compiling; at most CARDEA_REGO_MAX_ERRORS are kept. */
typedef struct {
  GArray *list; /* CardeaRegoProblem */
  guint dropped;
} CardeaRegoProblems;

void cardea_rego_problems_init (CardeaRegoProblems *problems);
void cardea_rego_problems_clear (CardeaRegoProblems *problems);
void cardea_rego_problems_add (CardeaRegoProblems *problems, CardeaRegoLoc loc, const char *code,
                               const char *format, ...) G_GNUC_PRINTF (4, 5);

typedef enum {
  TERM_VALUE, /* a scalar, or a constant made by a later stage */
  TERM_VAR,
  TERM_REF,  /* args: head, operands */
  TERM_CALL, /* args: function (TERM_REF or TERM_VAR), arguments */
  TERM_ARRAY,
  TERM_OBJECT, /* args: key, value, key, value… */
  TERM_SET,
  TERM_ARRAY_COMPR,  /* args: value */
  TERM_SET_COMPR,    /* args: value */
  TERM_OBJECT_COMPR, /* args: key, value */
  TERM_TEMPLATE,     /* args: TERM_VALUE strings and other terms */
} CardeaRegoTermKind;

typedef struct _CardeaRegoTerm CardeaRegoTerm;
typedef struct _CardeaRegoBody CardeaRegoBody;
typedef struct _CardeaRegoLiteral CardeaRegoLiteral;
typedef struct _CardeaRegoRule CardeaRegoRule;
typedef struct _CardeaRegoVar CardeaRegoVar;
typedef struct _CardeaRegoBuiltin CardeaRegoBuiltin;
typedef struct _CardeaRegoNode CardeaRegoNode;
typedef struct _CardeaRegoType CardeaRegoType;

struct _CardeaRegoVar {
  const char *name;
  gboolean wildcard;
  gboolean declared; /* by :=, some, an argument, every */
  gboolean arg;
  gint reg; /* set while planning, -1: unbound */
  guint id;
  guint uses;                 /* mentions, its declaration included */
  const char *how;            /* it was declared: assigned, declared, arg */
  guint level;                /* of the scope it belongs to: 1 is the rule's own */
  const CardeaRegoType *type; /* NULL: not known */
  CardeaRegoLoc loc;
};

struct _CardeaRegoTerm {
  CardeaRegoTermKind kind;
  guint32 n;
  CardeaRegoLoc loc;
  CardeaRegoTerm **args;
  CardeaRegoBody *body;
  CardeaRegoValue value;
  const char *name;                 /* TERM_VAR; also a TERM_CALL's dotted name */
  CardeaRegoVar *var;               /* TERM_VAR after resolution */
  const CardeaRegoBuiltin *builtin; /* TERM_CALL after resolution; NULL: a rule's function */
  CardeaRegoNode *node;             /* TERM_CALL of a rule's function */
  const CardeaRegoType *type;       /* of a ref, call or comprehension that was checked */
  gboolean parens;
  gboolean lifted; /* planning: reg holds the value */
  gint reg;
};

typedef struct {
  CardeaRegoTerm *target, *value;
  CardeaRegoLoc loc;
} CardeaRegoWith;

typedef enum {
  LIT_TERM,
  LIT_SOME,    /* terms: declared variables */
  LIT_SOME_IN, /* terms: [key,] value, domain */
  LIT_EVERY,   /* terms: [key,] value, domain; body */
  LIT_NOT,     /* body */
} CardeaRegoLiteralKind;

struct _CardeaRegoLiteral {
  CardeaRegoLiteralKind kind;
  gboolean negated;
  CardeaRegoLoc loc;
  CardeaRegoTerm *term;
  CardeaRegoTerm **terms;
  guint32 n;
  CardeaRegoBody *body;
  CardeaRegoWith *with_list;
  guint32 n_withs;
};

struct _CardeaRegoBody {
  CardeaRegoLiteral **literals;
  guint32 n;
  CardeaRegoLoc loc;
};

struct _CardeaRegoRule {
  CardeaRegoTerm
      *ref; /* args[0] is the name; operands the rest of the path, without a set's element */
  CardeaRegoTerm **args;
  guint32 n_args;
  gboolean function, contains, is_default, bare_value;
  gboolean shared_head;  /* a further body of another rule's head */
  CardeaRegoTerm *key;   /* contains */
  CardeaRegoTerm *value; /* else */
  CardeaRegoBody *body;
  CardeaRegoRule *otherwise;
  CardeaRegoLoc loc;
  guint32 end_row;
  guint module;
  guint32 n_vars;
  const char *path; /* as written, below the package */
};

typedef struct {
  CardeaRegoTerm *path; /* TERM_REF */
  const char *alias;
  gboolean used;
  CardeaRegoLoc loc;
} CardeaRegoImport;

typedef struct {
  guint32 row, col;
  const char *text; /* without the # */
} CardeaRegoComment;

typedef struct {
  guint16 file;
  gboolean v1; /* v1 rules hold, by version or by import */
  gboolean cardea_rego_v1;
  CardeaRegoTerm *package; /* TERM_REF data.… */
  CardeaRegoLoc package_loc;
  GPtrArray *imports; /* CardeaRegoImport */
  GPtrArray *rules;   /* CardeaRegoRule */
  GArray *comments;   /* CardeaRegoComment */
} CardeaRegoModule;

typedef struct {
  CardeaRegoArena *arena;
  CardeaRegoProblems *problems;
  guint16 file;
  gboolean v1;
} CardeaRegoParseOptions;

CardeaRegoModule *cardea_rego_parse_module (const CardeaRegoParseOptions *options, const char *text,
                                            gsize len);
/* A query as `opa eval` takes it. Imports none. NULL with problems. */
CardeaRegoBody *cardea_rego_parse_query (const CardeaRegoParseOptions *options, const char *text,
                                         gsize len);
void cardea_rego_module_free (CardeaRegoModule *module);

CardeaRegoTerm *cardea_rego_term_new (CardeaRegoArena *arena, CardeaRegoTermKind kind,
                                      CardeaRegoLoc loc, guint32 n);
CardeaRegoTerm *cardea_rego_term_value (CardeaRegoArena *arena, CardeaRegoLoc loc,
                                        CardeaRegoValue v);
CardeaRegoTerm *cardea_rego_term_string (CardeaRegoArena *arena, CardeaRegoLoc loc, const char *s);
CardeaRegoTerm *cardea_rego_term_var (CardeaRegoArena *arena, CardeaRegoLoc loc, const char *name);
CardeaRegoTerm *cardea_rego_term_call (CardeaRegoArena *arena, CardeaRegoLoc loc, const char *name,
                                       guint32 n);
/* Rego text of a term, for messages. */
void cardea_rego_term_print (GString *out, const CardeaRegoTerm *term);
gboolean cardea_rego_is_identifier (const char *s, gsize len);
/* Deep copies, for heads that several bodies share. */
CardeaRegoTerm *cardea_rego_term_copy (CardeaRegoArena *arena, const CardeaRegoTerm *term);
/* FALSE when something nests deeper than CARDEA_REGO_MAX_TREE; no recursion of its own. */
gboolean cardea_rego_terms_shallow (CardeaRegoTerm **terms, guint32 n);
gboolean cardea_rego_body_shallow (CardeaRegoBody *body);
CardeaRegoBody *cardea_rego_body_copy (CardeaRegoArena *arena, const CardeaRegoBody *body);
