/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/rego/cardea-rego-ast.h"

/* The kinds of values a term may have, as far as the compiler can tell, in OPA's terms. They live
 * in an arena and are never changed. NULL: not known. What is large or deep counts as anything. */

typedef enum {
  CARDEA_REGO_TYPE_ANY, /* one of `of`; without any: anything */
  CARDEA_REGO_TYPE_NULL,
  CARDEA_REGO_TYPE_BOOLEAN,
  CARDEA_REGO_TYPE_NUMBER,
  CARDEA_REGO_TYPE_STRING,
  CARDEA_REGO_TYPE_ARRAY,    /* `of`, then any number of `value` (NULL: no more) */
  CARDEA_REGO_TYPE_OBJECT,   /* `names` with `of`, then any number of `key` with `value` */
  CARDEA_REGO_TYPE_SET,      /* of `value` */
  CARDEA_REGO_TYPE_FUNCTION, /* arguments `of`, gives `value` */
} CardeaRegoTypeKind;

struct _CardeaRegoType {
  CardeaRegoTypeKind kind;
  guint32 n, weight; /* weight: of all its parts, counted with repetition */
  guint16 depth;
  guint8 open; /* something in it is not known */
  const CardeaRegoType **of;
  const CardeaRegoValue *names;
  const CardeaRegoType *key, *value;
};

extern const CardeaRegoType cardea_rego_type_anything;

/* With room for n in `of` (and `names`). */
CardeaRegoType *cardea_rego_type_new (CardeaRegoArena *arena, CardeaRegoTypeKind kind, guint32 n);
/* When its parts were set: itself, or anything if it is too large. */
const CardeaRegoType *cardea_rego_type_done (CardeaRegoType *t);
const CardeaRegoType *cardea_rego_type_of_value (CardeaRegoArena *arena, CardeaRegoValue v);
/* What a function built in is declared to be; NULL: nothing is known. */
const CardeaRegoType *cardea_rego_type_of_builtin (CardeaRegoArena *arena, const char *name);
/* Either; NULL counts as nothing. */
const CardeaRegoType *cardea_rego_type_or (CardeaRegoArena *arena, const CardeaRegoType *a,
                                           const CardeaRegoType *b);
gboolean cardea_rego_type_same (const CardeaRegoType *a, const CardeaRegoType *b);
/* Whether a value may be of both. */
gboolean cardea_rego_type_unifies (const CardeaRegoType *a, const CardeaRegoType *b);
/* Of a collection; NULL: it is none. */
const CardeaRegoType *cardea_rego_type_keys (CardeaRegoArena *arena, const CardeaRegoType *t);
const CardeaRegoType *cardea_rego_type_values (CardeaRegoArena *arena, const CardeaRegoType *t);
/* Of the element at a constant; NULL: there is none. */
const CardeaRegoType *cardea_rego_type_select (CardeaRegoArena *arena, const CardeaRegoType *t,
                                               CardeaRegoValue key);
static inline gboolean
cardea_rego_type_open (const CardeaRegoType *t)
{
  return t == NULL || t->open;
}

void cardea_rego_type_print (GString *out, const CardeaRegoType *t);
