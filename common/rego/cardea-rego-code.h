/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/rego/cardea-rego-compile.h"

/* The register machine's instructions. a is mostly the register written; b and c are operands
 * (below zero: constants); "else fail" means the jump when the condition does not hold. */

#define CARDEA_REGO_OPS(X)                                                                         \
  X (MOVE)        /* a = b */                                                                      \
  X (UNSET)       /* a = undefined */                                                              \
  X (INPUT)       /* a = input, else fail */                                                       \
  X (INPUT_PATH)  /* a = input at the path lists[b…b+x], else fail */                            \
  X (BASE_PATH)   /* a = stored data at the path lists[b…b+x], else fail */                      \
  X (NODE)        /* a = the node pointers[b], not computed yet */                                 \
  X (FORCE)       /* a = b, computed when it is a node, else fail */                               \
  X (DOT)         /* a = b[c], else fail */                                                        \
  X (SCAN)        /* a = scan over b, else fail when b is no collection */                         \
  X (GROUP)       /* a = b, or those elements whose member lists[c+1…c+x] is lists[c] */         \
  X (NEXT)        /* advance scan a; b = key, c = value (or -1), else fail */                      \
  X (NEXT_MEMBER) /* the same to the next element with a member consts[x]; c = that */             \
  X (EQ)          /* b == c, else fail */                                                          \
  X (NEQ)                                                                                          \
  X (LT)                                                                                           \
  X (LTE)                                                                                          \
  X (GT)                                                                                           \
  X (GTE)                                                                                          \
  X (IN)      /* b is an element of c, else fail */                                                \
  X (HAS)     /* b[c] exists, else fail */                                                         \
  X (TRUTHY)  /* b is neither undefined nor false, else fail */                                    \
  X (IS_TYPE) /* b has one of the types of the set x, else fail */                                 \
  X (IF_DEF)  /* b is undefined, else fail */                                                      \
  X (JUMP)    /* fail */                                                                           \
  X (ARRAY)   /* a = new array of x */                                                             \
  X (LISTED)  /* a = array of lists[c…c+x] */                                                    \
  X (PUSH)    /* a push b */                                                                       \
  X (OBJECT)                                                                                       \
  X (SHAPED)   /* a = object of shape pointers[b], values lists[c…c+x] */                        \
  X (PUT)      /* a[b] = c */                                                                      \
  X (PUT_ONCE) /* a[b] = c, conflict when it has another value */                                  \
  X (SET)                                                                                          \
  X (ADD)      /* a add b */                                                                       \
  X (IS_ARRAY) /* b is an array of c elements, else fail */                                        \
  X (IS_OBJECT)                                                                                    \
  X (CALL_RULE)    /* a = rules pointers[b], else fail */                                          \
  X (CALL_FUNC)    /* a = rules pointers[b] (lists[c…c+x]), else fail */                         \
  X (CALL_BUILTIN) /* a = built-in pointers[b] (lists[c…c+x]), else fail */                      \
  X (CALL_MOCKED)  /* the same, looking for a replacement first */                                 \
  X (PLUS)         /* a = b + c, else fail */                                                      \
  X (MINUS)                                                                                        \
  X (COMPLETE)   /* a = b, conflict when it has another value */                                   \
  X (PUT_PATH)   /* a at path lists[b…b+x] = c, conflict when it has another value */            \
  X (ADD_PATH)   /* a at path lists[b…b+x] is a set: add c; x counts the path */                 \
  X (RETURN)     /* b */                                                                           \
  X (HOLDS)      /* TRACE, then RETURN c */                                                        \
  X (TRACE)      /* rule pointers[b] holds with value c */                                         \
  X (RESULT)     /* a solution: names lists[b…b+x], values lists[b+x…b+2x] */                  \
  X (TEMPLATE)   /* a = text of lists[c…c+x] */                                                  \
  X (SAVE_WORLD) /* a = the world in force */                                                      \
  X (WORLD)      /* world b in force */                                                            \
  X (WITH_NEW)   /* a = copy of the world in force */                                              \
  X (WITH_INPUT) /* world a: input at lists[b…b+x] = c */                                        \
  X (WITH_DATA)  /* world a: data at lists[b…b+x] = c */                                         \
  X (WITH_VALUE) /* world a: function pointers[b] gives c */                                       \
  X (WITH_FUNC)  /* world a: function pointers[b] is pointers[c], a built-in when x */             \
  X (DISPATCH)   /* start over the index's candidates with state a, else fail */                   \
  X (CANDIDATE)  /* the next candidate of state a, else fail */                                    \
  X (HALT)       /* never reached */

typedef enum {
#define X(name) OP_##name,
  CARDEA_REGO_OPS (X)
#undef X
} CardeaRegoOp;

#define CARDEA_REGO_MAX_REGS 65536
#define CARDEA_REGO_MAX_CODE (1u << 22)
#define CARDEA_REGO_UNBOUND G_MININT32

/* The planner. */
typedef struct {
  CardeaRegoProgram *g;
  CardeaRegoProblems *problems;
  GArray *insns;  /* CardeaRegoInsn; fail is a label until the end */
  GArray *locs;   /* CardeaRegoLoc */
  GArray *labels; /* guint32: position */
  GArray *lists;  /* gint32 */
  GArray *consts; /* CardeaRegoValue */
  GPtrArray *pointers;
  GHashTable *const_index;
  guint32 n_regs;
  guint32 fail; /* label */
  gint32 world; /* register of the world in force, or -1 when there is no `with` */
  guint level;  /* scope nesting */
  CardeaRegoLoc loc;
  CardeaRegoIndex *index;
  gboolean too_large;
  const CardeaRegoTerm *group_ref, *group_by; /* a scan about to be planned that may be grouped */
  gint32 group_key;
} CardeaRegoPlan;

void cardea_rego_plan_init (CardeaRegoPlan *p, CardeaRegoProgram *g, CardeaRegoProblems *problems);
CardeaRegoCode *cardea_rego_plan_finish (CardeaRegoPlan *p);
guint32 cardea_rego_plan_label (CardeaRegoPlan *p);
void cardea_rego_plan_place (CardeaRegoPlan *p, guint32 label);
void cardea_rego_plan_emit (CardeaRegoPlan *p, CardeaRegoOp op, guint x, gint32 a, gint32 b,
                            gint32 c);
/* To another label than the current p->fail. */
void cardea_rego_plan_jump (CardeaRegoPlan *p, CardeaRegoOp op, gint32 b, guint32 label);
gint32 cardea_rego_plan_reg (CardeaRegoPlan *p);
gint32 cardea_rego_plan_const (CardeaRegoPlan *p, CardeaRegoValue v);
gint32 cardea_rego_plan_pointer (CardeaRegoPlan *p, gconstpointer pointer);
gint32 cardea_rego_plan_list (CardeaRegoPlan *p, const gint32 *v, guint n);
/* Where alternatives rejoin, the world of the place must be in force again. */
void cardea_rego_plan_restore_world (CardeaRegoPlan *p);

/* Operands for terms; emits what computes them. Refs may open scans, then p->fail moves. */
gint32 cardea_rego_plan_value (CardeaRegoPlan *p, CardeaRegoTerm *t);
gint32 cardea_rego_plan_ref (CardeaRegoPlan *p, CardeaRegoTerm *t);
gint32 cardea_rego_plan_call (CardeaRegoPlan *p, CardeaRegoTerm *t, guint32 n_args);
void cardea_rego_plan_lift (CardeaRegoPlan *p, CardeaRegoTerm **terms, guint32 n);
gboolean cardea_rego_plan_evaluable (CardeaRegoPlan *p, CardeaRegoTerm *t);
gboolean cardea_rego_plan_bound (CardeaRegoPlan *p, CardeaRegoTerm *t);
void cardea_rego_plan_unify (CardeaRegoPlan *p, CardeaRegoTerm *a, CardeaRegoTerm *b);
void cardea_rego_plan_match (CardeaRegoPlan *p, gint32 value, CardeaRegoTerm *pattern);
void cardea_rego_plan_body (CardeaRegoPlan *p, CardeaRegoBody *body);
gint32 cardea_rego_plan_closure (CardeaRegoPlan *p, CardeaRegoTerm *t);
/* Scans an operand; key and value registers may be -1. */
void cardea_rego_plan_scan (CardeaRegoPlan *p, gint32 coll, gint32 key, gint32 value);
/* The value is that of a member of the element; elements without it are passed over. */
void cardea_rego_plan_scan_member (CardeaRegoPlan *p, gint32 coll, gint32 key, gint32 value,
                                   gint32 member);

/* cardea-rego-group.c */
void cardea_rego_group_find (CardeaRegoPlan *p, const CardeaRegoBody *body, guint32 i);
gint32 cardea_rego_group_emit (CardeaRegoPlan *p, gint32 coll);

/* cardea-rego-index.c */
CardeaRegoIndex *cardea_rego_index_build (CardeaRegoPlan *p, CardeaRegoRuleset *rules,
                                          const guint32 *labels);
void cardea_rego_index_patch (CardeaRegoIndex *index, GArray *labels);
void cardea_rego_index_free (CardeaRegoIndex *index);
void cardea_rego_index_inputs (const CardeaRegoIndex *index, CardeaRegoInputVisit visit,
                               gpointer data);
