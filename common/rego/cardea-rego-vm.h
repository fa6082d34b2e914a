/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/rego/cardea-rego-code.h"
#include "common/rego/cardea-rego-recall.h"

#define CARDEA_REGO_STACK 65536 /* registers of all frames */
#define CARDEA_REGO_CALL_DEPTH 256
#define CARDEA_REGO_SLICE 256 /* steps between looks at clock and memory */

typedef struct _CardeaRegoTarget CardeaRegoTarget;
typedef struct _CardeaRegoMock CardeaRegoMock;
typedef struct _CardeaRegoWorld CardeaRegoWorld;

/* A path below data that `with` replaced: rules at it or below it do not count. */
struct _CardeaRegoTarget {
  CardeaRegoTarget *next;
  guint32 n;
  CardeaRegoValue *path;
};

struct _CardeaRegoMock {
  CardeaRegoMock *next;
  gconstpointer function;
  gconstpointer by; /* NULL: value */
  gboolean by_builtin;
  CardeaRegoValue value;
};

typedef struct {
  guint32 n, cap;
  guint32 *ids; /* rule set + 1 */
  CardeaRegoValue *values;
} CardeaRegoMemoTable;

/* What `input`, `data` and functions mean at a place of the evaluation. */
struct _CardeaRegoWorld {
  CardeaRegoValue input, data;
  CardeaRegoTarget *targets;
  CardeaRegoMock *mocks;
  CardeaRegoMemoTable memo;
  CardeaRegoWorld *bare; /* the same without mocks */
};

typedef enum {
  CARDEA_REGO_OK,
  CARDEA_REGO_FAULT_TYPE,
  CARDEA_REGO_FAULT_BUILTIN,
  CARDEA_REGO_FAULT_CONFLICT,
  CARDEA_REGO_FAULT_MERGE,
  CARDEA_REGO_FAULT_CANCEL,
  CARDEA_REGO_FAULT_INTERNAL,
} CardeaRegoErrorKind;

typedef void (*CardeaRegoTraceFn) (const CardeaRegoRule *rule, CardeaRegoValue value,
                                   gpointer data);

#define CARDEA_REGO_GROUPS 32

/* Elements of a collection by a member of theirs, see cardea-rego-group.c. */
typedef struct {
  guint64 generation;
  const CardeaRegoInsn *insn;
  const void *coll;
  CardeaRegoValue map;
} CardeaRegoGroup;

struct _CardeaRegoCtx {
  CardeaRegoGroup groups[CARDEA_REGO_GROUPS];
  CardeaRegoArena *arena;
  const CardeaRegoProgram *g;
  CardeaRegoWorld base;
  CardeaRegoWorld *world;
  CardeaRegoValue *stack;
  guint32 top, depth;
  CardeaRegoMemo *memo; /* of the base world, by rule set */
  guint32 n_memo;
  CardeaRegoRecall *recall; /* NULL: no value outlives an evaluation */
  guint64 generation;
  guint64 steps; /* left after the slice */
  gint32 slice;
  gint64 deadline; /* monotonic µs, 0: none */
  gboolean strict, halted;
  CardeaRegoErrorKind error, pending;
  char *message; /* in the arena */
  CardeaRegoLoc loc;
  CardeaRegoErrorKind first_error; /* of a built-in, when not strict */
  guint64 errors;                  /* how many there were */
  char *first_message;
  const CardeaRegoBuiltin *current;
  CardeaRegoValue results;
  CardeaRegoTraceFn trace;
  gpointer trace_data;
  CardeaRegoValue kept;
  gboolean fixed; /* now_ns and seed were given; otherwise 0 until someone asks */
  gint64 now_ns;
  guint64 seed;
  GHashTable *cache;
};

CardeaRegoValue cardea_rego_vm_run (CardeaRegoCtx *ctx, const CardeaRegoCode *code,
                                    const CardeaRegoValue *args, guint n_args);
CardeaRegoValue cardea_rego_vm_rule (CardeaRegoCtx *ctx, const CardeaRegoRuleset *rules,
                                     gboolean mockable);
CardeaRegoValue cardea_rego_vm_function (CardeaRegoCtx *ctx, const CardeaRegoRuleset *rules,
                                         const CardeaRegoValue *args, guint n_args);
CardeaRegoValue cardea_rego_vm_builtin (CardeaRegoCtx *ctx, const CardeaRegoBuiltin *builtin,
                                        const CardeaRegoValue *args, CardeaRegoLoc loc);
/* Ends the evaluation. Gives undefined. */
CardeaRegoValue cardea_rego_vm_halt (CardeaRegoCtx *ctx, CardeaRegoErrorKind kind,
                                     CardeaRegoLoc loc, const char *format, ...)
    G_GNUC_PRINTF (4, 5);
gboolean cardea_rego_vm_slice (CardeaRegoCtx *ctx);

static inline gboolean
cardea_rego_vm_step (CardeaRegoCtx *ctx)
{
  return G_LIKELY (--ctx->slice > 0) || cardea_rego_vm_slice (ctx);
}

/* cardea-rego-world.c: nodes and replacements */
CardeaRegoValue cardea_rego_base_get (CardeaRegoCtx *ctx, CardeaRegoValue base,
                                      CardeaRegoValue key);
CardeaRegoValue cardea_rego_node_value (CardeaRegoCtx *ctx, const CardeaRegoNode *node);
CardeaRegoValue cardea_rego_node_get (CardeaRegoCtx *ctx, CardeaRegoValue node,
                                      CardeaRegoValue key);
/* The i-th of its keys, when those are the tree's alone. */
CardeaRegoValue cardea_rego_node_nth (CardeaRegoCtx *ctx, CardeaRegoValue node, guint32 i);
/* The same, and of that a member. */
CardeaRegoValue cardea_rego_node_nth_member (CardeaRegoCtx *ctx, CardeaRegoValue node, guint32 i,
                                             CardeaRegoValue member);
CardeaRegoValue cardea_rego_node_force (CardeaRegoCtx *ctx, CardeaRegoValue node);
/* ret_bare may be NULL: whether nothing is stored there. */
CardeaRegoValue cardea_rego_node_keys (CardeaRegoCtx *ctx, CardeaRegoValue node,
                                       gboolean *ret_bare);
gboolean cardea_rego_world_replaces (CardeaRegoCtx *ctx, const CardeaRegoNode *node,
                                     CardeaRegoValue *ret_value);
CardeaRegoWorld *cardea_rego_world_new (CardeaRegoCtx *ctx);
CardeaRegoWorld *cardea_rego_world_bare (CardeaRegoCtx *ctx);
CardeaRegoMock *cardea_rego_world_mock (CardeaRegoCtx *ctx, gconstpointer function);
void cardea_rego_world_set_input (CardeaRegoCtx *ctx, CardeaRegoWorld *world,
                                  const CardeaRegoValue *path, guint32 n, CardeaRegoValue value);
void cardea_rego_world_set_data (CardeaRegoCtx *ctx, CardeaRegoWorld *world,
                                 const CardeaRegoValue *path, guint32 n, CardeaRegoValue value);
CardeaRegoValue *cardea_rego_memo_find (CardeaRegoMemoTable *table, guint32 id);
void cardea_rego_memo_put (CardeaRegoCtx *ctx, CardeaRegoMemoTable *table, guint32 id,
                           CardeaRegoValue value);

/* cardea-rego-group.c */
CardeaRegoValue cardea_rego_group_get (CardeaRegoCtx *ctx, const CardeaRegoCode *code,
                                       const CardeaRegoInsn *insn, const CardeaRegoValue *regs,
                                       CardeaRegoValue coll);

/* cardea-rego-index.c */
void cardea_rego_index_start (CardeaRegoCtx *ctx, const CardeaRegoIndex *index,
                              CardeaRegoValue *regs, gint32 state);
gint64 cardea_rego_index_next (const CardeaRegoIndex *index, CardeaRegoValue *state);
