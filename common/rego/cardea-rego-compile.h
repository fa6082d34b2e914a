/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/rego/cardea-rego-ast.h"
#include "common/rego/cardea-rego-builtin.h"

/* What the stages of the compiler share: the tree of rules, and the code made of it. */

#define CARDEA_REGO_MAX_RULES 65536

typedef struct _CardeaRegoCode CardeaRegoCode;
typedef struct _CardeaRegoRuleset CardeaRegoRuleset;
typedef struct _CardeaRegoIndex CardeaRegoIndex;

/* A place in the data document that rules define or that lies above such a place. */
struct _CardeaRegoNode {
  CardeaRegoNode *up;
  CardeaRegoValue key;      /* string; undefined for the root */
  CardeaRegoValue index;    /* object: key → position in children */
  GPtrArray *children;      /* CardeaRegoNode */
  CardeaRegoValue keys;     /* set of theirs, once all are known */
  CardeaRegoNode **sorted;  /* children in the order of keys */
  CardeaRegoRuleset *rules; /* at this very place */
  guint32 id;
  gboolean package;
  gboolean rule_root; /* named by a rule of the package above */
  gboolean mockable;  /* some `with` replaces this or something above */
};

typedef enum {
  RULES_COMPLETE,
  RULES_FUNCTION,
  RULES_SET,
  RULES_OBJECT, /* any rules whose heads have operands beyond the place */
} CardeaRegoRulesKind;

struct _CardeaRegoRuleset {
  CardeaRegoRulesKind kind;
  CardeaRegoNode *node;
  guint32 id;
  guint32 n_args;
  GPtrArray *rules;         /* CardeaRegoRule */
  CardeaRegoRule *fallback; /* default */
  CardeaRegoCode *code;
  const CardeaRegoType *type; /* NULL: not known */
  gboolean mockable;
  /* Which of the program's sets of looks its value depends on (0: it does not last), and its code
   * without that of the rules it asks. */
  guint32 stable, own;
  guint8 mark; /* recursion check */
};

typedef struct {
  guint16 op, x;
  gint32 a, b, c; /* registers; below zero: constants */
  guint32 fail;   /* where to go on when this does not hold */
} CardeaRegoInsn;

struct _CardeaRegoCode {
  CardeaRegoInsn *insns;
  CardeaRegoLoc *locs;
  guint32 n, n_regs, start;
  gint32 *lists; /* operand lists of calls */
  CardeaRegoValue *consts;
  gpointer *pointers; /* nodes, rule sets, built-ins, rules the instructions name */
  CardeaRegoIndex *index;
};

typedef struct {
  const CardeaRegoValue *path; /* in the program's arena */
  guint32 n;
} CardeaRegoInputPath;

typedef struct {
  const char *name;
  char *text; /* kept for metadata only when needed */
} CardeaRegoFile;

typedef struct {
  CardeaRegoArena *arena;
  GPtrArray *files;    /* char *, by CardeaRegoLoc.file */
  GPtrArray *modules;  /* CardeaRegoModule */
  GPtrArray *rulesets; /* CardeaRegoRuleset */
  GPtrArray *nodes;    /* CardeaRegoNode, by id */
  GPtrArray *order;    /* the rule sets, each behind those it asks */
  CardeaRegoNode *root;
  /* Paths of the input that rules look at (CardeaRegoInputPath), a bit each; and sets of them
   * (guint64), the first of which is none. */
  GArray *looks, *stable;
  GHashTable *mocked; /* builtins (pointer) and function rulesets that some `with` replaces */
  gboolean strict;    /* OPA's --strict checks */
  gboolean prints;    /* calls of print are checked before they are left out */
  gboolean no_index, no_memo, mock_all;
  gboolean failed;
} CardeaRegoProgram;

CardeaRegoProgram *cardea_rego_program_new (void);
void cardea_rego_program_free (CardeaRegoProgram *program);

/* Stage 1: packages and rules into the tree; conflicts. */
void cardea_rego_tree_build (CardeaRegoProgram *g, CardeaRegoProblems *problems);
CardeaRegoNode *cardea_rego_tree_child (const CardeaRegoNode *node, CardeaRegoValue key);
CardeaRegoNode *cardea_rego_tree_at (const CardeaRegoProgram *g, const CardeaRegoTerm *ref,
                                     guint32 *ret_used);
char *cardea_rego_tree_path (const CardeaRegoNode *node);

/* Between names and safety: what print is given is bound before it; then the calls are left out. */
void cardea_rego_safety_prints (CardeaRegoProgram *g, CardeaRegoProblems *problems,
                                CardeaRegoRule *rule);

/* Stage 3: safety. Reorders bodies so that every variable is bound before it is needed. */
void cardea_rego_safety_rule (CardeaRegoProgram *g, CardeaRegoProblems *problems,
                              CardeaRegoRule *rule, guint32 n_vars);
void cardea_rego_safety_query (CardeaRegoProgram *g, CardeaRegoProblems *problems,
                               CardeaRegoBody *body, guint32 n_vars);

/* Stage 4: recursion, and which things `with` replaces. */
void cardea_rego_graph_check (CardeaRegoProgram *g, CardeaRegoProblems *problems);
void cardea_rego_graph_mocks (CardeaRegoProgram *g);
/* A query may replace only what the policy was compiled to have replaced. */
void cardea_rego_graph_query (CardeaRegoProgram *g, CardeaRegoProblems *problems,
                              CardeaRegoBody *query);
/* Imports and defaults. */
void cardea_rego_check_modules (CardeaRegoProgram *g, CardeaRegoProblems *problems);
/* After names are resolved, with --strict: imports are used. */
void cardea_rego_check_unused (CardeaRegoProgram *g, CardeaRegoProblems *problems);

/* Between them and the code: type errors. A query is checked against the types found. */
void cardea_rego_infer (CardeaRegoProgram *g, CardeaRegoProblems *problems);
void cardea_rego_infer_query (CardeaRegoProgram *g, CardeaRegoProblems *problems,
                              CardeaRegoBody *body);

/* Stage 5: code. */
void cardea_rego_plan_ruleset (CardeaRegoProgram *g, CardeaRegoProblems *problems,
                               CardeaRegoRuleset *rules);

/* The query gives an object of its variables a solution; as_value: it is one term, and its first
 * value that is defined is what the code returns. */
CardeaRegoCode *cardea_rego_plan_query (CardeaRegoProgram *g, CardeaRegoProblems *problems,
                                        CardeaRegoBody *body, GPtrArray *vars, gboolean as_value);
void cardea_rego_code_free (CardeaRegoCode *code);
/* Neither the clock nor chance nor anything outside is asked. */
gboolean cardea_rego_code_is_steady (const CardeaRegoCode *code);
/* Each path of the input that the code looks at; an empty one is all of it. */
typedef void (*CardeaRegoInputVisit) (const CardeaRegoValue *path, guint32 n, gpointer data);
void cardea_rego_code_inputs (const CardeaRegoCode *code, CardeaRegoInputVisit visit,
                              gpointer data);

gboolean cardea_rego_with_function (const CardeaRegoWith *with);

/* Visits the terms of a literal in source order; below closures only when `closures`. */
typedef void (*CardeaRegoVisit) (CardeaRegoTerm *term, gpointer data);
void cardea_rego_visit_term (CardeaRegoTerm *term, gboolean closures, CardeaRegoVisit visit,
                             gpointer data);
void cardea_rego_visit_literal (CardeaRegoLiteral *lit, gboolean closures, CardeaRegoVisit visit,
                                gpointer data);
void cardea_rego_visit_body (CardeaRegoBody *body, gboolean closures, CardeaRegoVisit visit,
                             gpointer data);
