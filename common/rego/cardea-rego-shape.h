/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"
#include "common/rego/cardea-rego-value.h"

/* The keys of objects that are made again and again: sorted, hashed and checked once, shared by all
 * of them. Immutable. */
typedef struct {
  const CardeaRegoColl *keys;
  guint32 *place; /* of the i-th key as it was given */
  /* Of an input's object: where it stands, and whether nobody looks at its i-th member (NULL:
   * everything is looked at). */
  gconstpointer parent;
  guint member;
  guint8 *unwanted;
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
/* Whether anybody is going to look at the input's member at a path (NULL-terminated) or below it.
 */
typedef gboolean (*CardeaRegoShapesReads) (const char *const *path, gconstpointer data);

/* Somebody else is going to look. */
void cardea_rego_shapes_reset (CardeaRegoShapes *shapes);
/* JSON copied into the arena, but for what nobody looks at, which is null there. Its objects share
 * the shapes' keys, so it stays whole until the next conversion. Undefined beyond the limits. */
CardeaRegoValue cardea_rego_shapes_convert (CardeaRegoShapes *shapes, CardeaRegoArena *arena,
                                            const CardeaJson *json, CardeaRegoShapesReads reads,
                                            gconstpointer data);
