/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/rego/cardea-rego-value.h"

/* A built-in function gets its arguments and gives a value, or undefined. Errors go through
 * cardea_rego_fail_type and cardea_rego_fail, which record the text and give undefined; whether
 * they stop the evaluation is the caller's setting. */

typedef struct _CardeaRegoCtx CardeaRegoCtx;
typedef struct _CardeaRegoBuiltin CardeaRegoBuiltin;

typedef CardeaRegoValue (*CardeaRegoBuiltinFn) (CardeaRegoCtx *ctx, const CardeaRegoValue *args);

typedef enum {
  BUILTIN_PURE = 0,
  BUILTIN_REFUSED = 1 << 0,    /* declared; refused at load unless replaced by `with` */
  BUILTIN_DEPRECATED = 1 << 1, /* v0 only */
  BUILTIN_RELATION = 1 << 2,   /* the value is an array of results, each a solution */
  BUILTIN_ONCE = 1 << 3,       /* the same value during one query */
  BUILTIN_OP = 1 << 4,         /* an operator: errors name it without "operand" */
} CardeaRegoBuiltinFlags;

struct _CardeaRegoBuiltin {
  const char *name;
  guint8 n_args;
  guint8 flags;

  CardeaRegoBuiltinFn fn;
};

/* NULL when there is none. */
const CardeaRegoBuiltin *cardea_rego_builtin_find (const char *name);

CardeaRegoArena *cardea_rego_ctx_arena (CardeaRegoCtx *ctx);
const char *cardea_rego_ctx_builtin_name (CardeaRegoCtx *ctx);
/* eval_type_error "NAME: operand N must be EXPECTED but got GOT". */
CardeaRegoValue cardea_rego_fail_operand (CardeaRegoCtx *ctx, guint operand, const char *expected,
                                          CardeaRegoValue got);
/* eval_type_error or eval_builtin_error "NAME: TEXT". */
CardeaRegoValue cardea_rego_fail_type (CardeaRegoCtx *ctx, const char *format, ...)
    G_GNUC_PRINTF (2, 3);
CardeaRegoValue cardea_rego_fail (CardeaRegoCtx *ctx, const char *format, ...) G_GNUC_PRINTF (2, 3);
/* Counts work inside a built-in; FALSE when the budget or the deadline has run out, then the
 * built-in gives undefined at once. */
gboolean cardea_rego_ctx_step (CardeaRegoCtx *ctx, guint64 steps);
/* What the query fixed when it began. */
gint64 cardea_rego_ctx_now_ns (CardeaRegoCtx *ctx);
guint64 cardea_rego_ctx_random (CardeaRegoCtx *ctx, const char *purpose);
/* Values kept for the rest of the query, by key. */
CardeaRegoValue cardea_rego_ctx_kept (CardeaRegoCtx *ctx, CardeaRegoValue key);
void cardea_rego_ctx_keep (CardeaRegoCtx *ctx, CardeaRegoValue key, CardeaRegoValue value);
/* Compiled expressions kept by the context across queries (bounded). Kind tells apart users. */
gpointer cardea_rego_ctx_cached (CardeaRegoCtx *ctx, gint kind, CardeaRegoValue key);
void cardea_rego_ctx_cache (CardeaRegoCtx *ctx, gint kind, CardeaRegoValue key, gpointer compiled,
                            GDestroyNotify destroy);

/* The argument when it has the type; otherwise records the type error and gives FALSE. */
gboolean cardea_rego_arg_string (CardeaRegoCtx *ctx, const CardeaRegoValue *args, guint i);
gboolean cardea_rego_arg_array (CardeaRegoCtx *ctx, const CardeaRegoValue *args, guint i);
gboolean cardea_rego_arg_object (CardeaRegoCtx *ctx, const CardeaRegoValue *args, guint i);
gboolean cardea_rego_arg_set (CardeaRegoCtx *ctx, const CardeaRegoValue *args, guint i);
gboolean cardea_rego_arg_number (CardeaRegoCtx *ctx, const CardeaRegoValue *args, guint i);
/* An int64; "must be integer number but got floating-point number" otherwise. */
gboolean cardea_rego_arg_int (CardeaRegoCtx *ctx, const CardeaRegoValue *args, guint i,
                              gint64 *ret);

#define CARDEA_REGO_DECLARE(list) extern const CardeaRegoBuiltin list[]
CARDEA_REGO_DECLARE (cardea_rego_builtins_aggregate);
CARDEA_REGO_DECLARE (cardea_rego_builtins_array);
CARDEA_REGO_DECLARE (cardea_rego_builtins_bits);
CARDEA_REGO_DECLARE (cardea_rego_builtins_compare);
CARDEA_REGO_DECLARE (cardea_rego_builtins_crypto);
CARDEA_REGO_DECLARE (cardea_rego_builtins_encoding);
CARDEA_REGO_DECLARE (cardea_rego_builtins_glob);
CARDEA_REGO_DECLARE (cardea_rego_builtins_graph);
CARDEA_REGO_DECLARE (cardea_rego_builtins_json);
CARDEA_REGO_DECLARE (cardea_rego_builtins_jwt);
CARDEA_REGO_DECLARE (cardea_rego_builtins_net);
CARDEA_REGO_DECLARE (cardea_rego_builtins_number);
CARDEA_REGO_DECLARE (cardea_rego_builtins_object);
CARDEA_REGO_DECLARE (cardea_rego_builtins_refused);
CARDEA_REGO_DECLARE (cardea_rego_builtins_regex);
CARDEA_REGO_DECLARE (cardea_rego_builtins_schema);
CARDEA_REGO_DECLARE (cardea_rego_builtins_semver);
CARDEA_REGO_DECLARE (cardea_rego_builtins_set);
CARDEA_REGO_DECLARE (cardea_rego_builtins_sprintf);
CARDEA_REGO_DECLARE (cardea_rego_builtins_string);
CARDEA_REGO_DECLARE (cardea_rego_builtins_time);
CARDEA_REGO_DECLARE (cardea_rego_builtins_type);
CARDEA_REGO_DECLARE (cardea_rego_builtins_units);
CARDEA_REGO_DECLARE (cardea_rego_builtins_url);
CARDEA_REGO_DECLARE (cardea_rego_builtins_x509);
