/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "common/rego/cardea-rego-value.h"

/* A member of an input's object, and what it was the last time. */
typedef struct {
  guint64 looks;          /* who looks at it, above or below (cardea-rego-lasting.h); 0: nobody */
  CardeaRegoString *text; /* room for a string, NULL: none yet */
  guint32 room;
  const CardeaRegoArray *list; /* its array, if that was kept */
} CardeaRegoShapeMember;

/* The keys of objects that are made again and again: sorted, hashed and checked once, shared by all
 * of them. Immutable but for what is said of an input's object. */
typedef struct {
  const CardeaRegoColl *keys;
  guint32 *place; /* of the i-th key as it was given */
  /* Of an input's object: where it stands, its members as they were given, and the object itself
   * (NULL: everything is looked at, and it is made anew each time). */
  gconstpointer parent;
  guint member;
  CardeaRegoShapeMember *members;
  CardeaRegoColl *object;
} CardeaRegoShape;

/* Of n different strings. It lives in the arena. */
CardeaRegoShape *cardea_rego_shape_new (CardeaRegoArena *arena, const CardeaRegoValue *keys,
                                        guint32 n);
/* An object of that shape without values yet: each is set by its given place, then it is finished.
 */
CardeaRegoColl *cardea_rego_shape_begin (CardeaRegoArena *arena, const CardeaRegoShape *shape);
CardeaRegoValue cardea_rego_shape_finish (CardeaRegoArena *arena, CardeaRegoColl *object);

/* The shapes of the inputs of one context: the next one mostly looks like the last. */
typedef struct _CardeaRegoShapes CardeaRegoShapes;

CardeaRegoShapes *cardea_rego_shapes_new (void);
void cardea_rego_shapes_free (CardeaRegoShapes *shapes);
/* Who is going to look at the input's member at a path (NULL-terminated), above or below it: bits;
 * 0: nobody. */
typedef guint64 (*CardeaRegoShapesLooks) (const char *const *path, gconstpointer data);

/* Somebody else is going to look. */
void cardea_rego_shapes_reset (CardeaRegoShapes *shapes);
/* JSON as a value, but for what nobody looks at, which is null there. It stays whole until the next
 * conversion: what is the same again is not made again. ret_changed: bits of those who look at
 * something that may be another than the last time. Undefined beyond the limits. */
CardeaRegoValue cardea_rego_shapes_convert (CardeaRegoShapes *shapes, CardeaRegoArena *arena,
                                            const CardeaJson *json, CardeaRegoShapesLooks looks,
                                            gconstpointer data, guint64 *ret_changed);
