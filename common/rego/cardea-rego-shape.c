/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Names and values of an input are anybody's: what is remembered of them is bounded, and compared
 * byte by byte before it is used. */

#include "common/rego/cardea-rego-shape.h"

#include "common/rego/cardea-rego-number.h"

#include <string.h>

#define MAX_SHAPES 16u        /* objects of an input, in the order they come */
#define MAX_MEMBERS 64u       /* of one; larger ones are not remembered */
#define MAX_KEPT (64u * 1024) /* bytes of keys; then they are forgotten and gathered anew */

struct _CardeaRegoShapes {
  CardeaRegoArena *arena;
  CardeaRegoShape *known[MAX_SHAPES];
};

typedef struct {
  CardeaRegoShapes *shapes;
  CardeaRegoArena *arena;
  guint next;
  CardeaRegoShapesReads reads;
  gconstpointer data;
  /* Where the value in hand stands: in objects all of whose shapes are known; otherwise, as in an
   * array, everything is looked at. */
  const char *path[CARDEA_REGO_MAX_DEPTH + 2];
  guint n_path;
  gconstpointer parent;
  guint member;
  gboolean known;
} Converter;

CardeaRegoShape *
cardea_rego_shape_new (CardeaRegoArena *arena, const CardeaRegoValue *keys, guint32 n)
{
  CardeaRegoShape *shape = cardea_rego_arena_alloc0 (arena, sizeof *shape);
  CardeaRegoValue all = cardea_rego_object_new (arena, n);
  for (guint32 i = 0; i < n; i++)
    cardea_rego_object_put (arena, all, keys[i], CARDEA_REGO_NIL);
  cardea_rego_freeze (all);
  shape->keys = all.c;
  shape->place = cardea_rego_arena_alloc (arena, sizeof *shape->place * (n + 1));
  for (guint32 i = 0; i < n; i++)
    shape->place[i] = (guint32) cardea_rego_coll_find (all.c, keys[i]);
  return shape;
}

CardeaRegoColl *
cardea_rego_shape_begin (CardeaRegoArena *arena, const CardeaRegoShape *shape)
{
  CardeaRegoColl *c = cardea_rego_arena_alloc (arena, sizeof *c);
  *c = (CardeaRegoColl){
    .len = shape->keys->len,
    .cap = shape->keys->len,
    .sorted = TRUE,
    .mask = shape->keys->mask,
    .table = shape->keys->table,
    .k = shape->keys->k,
    .v = cardea_rego_arena_alloc (arena, sizeof (CardeaRegoValue) * shape->keys->len),
  };
  return c;
}

CardeaRegoValue
cardea_rego_shape_finish (CardeaRegoArena *arena, CardeaRegoColl *c)
{
  guint64 weight = 1 + (guint64) c->len;
  guint16 depth = 0;
  for (guint32 i = 0; i < c->len; i++)
    {
      weight += cardea_rego_weight (c->v[i]);
      depth = MAX (depth, cardea_rego_depth (c->v[i]));
    }
  c->weight = (guint32) MIN (weight, G_MAXUINT32);
  c->depth = depth + 1;
  cardea_rego_check_size (arena, c->weight, c->depth);
  return (CardeaRegoValue){ .tag = CARDEA_REGO_OBJECT, .c = c };
}

CardeaRegoShapes *
cardea_rego_shapes_new (void)
{
  CardeaRegoShapes *shapes = g_new0 (CardeaRegoShapes, 1);
  shapes->arena = cardea_rego_arena_new (MAX_KEPT);
  return shapes;
}

void
cardea_rego_shapes_free (CardeaRegoShapes *shapes)
{
  cardea_rego_arena_free (shapes->arena);
  g_free (shapes);
}

void
cardea_rego_shapes_reset (CardeaRegoShapes *shapes)
{
  memset (shapes->known, 0, sizeof shapes->known);
  cardea_rego_arena_reset (shapes->arena);
}

/* At the same place, the same names in the same order. */
static gboolean
is_of_shape (const Converter *c, const CardeaRegoShape *shape, const CardeaJson *json)
{
  guint n = cardea_json_size (json);
  if (shape == NULL || shape->keys->len != n || shape->parent != c->parent
      || shape->member != c->member || (shape->unwanted != NULL) != c->known)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (strcmp (shape->keys->k[shape->place[i]].s->s, cardea_json_nth_name (json, i)) != 0)
      return FALSE;
  return TRUE;
}

static void
note_unwanted (Converter *c, CardeaRegoShape *shape, const CardeaJson *json)
{
  guint n = cardea_json_size (json);
  shape->unwanted = cardea_rego_arena_alloc0 (c->shapes->arena, n);
  for (guint i = 0; i < n; i++)
    {
      c->path[c->n_path] = cardea_json_nth_name (json, i);
      c->path[c->n_path + 1] = NULL;
      shape->unwanted[i] = !c->reads (c->path, c->data);
    }
}

static const CardeaRegoShape *
find_shape (Converter *c, const CardeaJson *json)
{
  CardeaRegoValue keys[MAX_MEMBERS];
  guint n = cardea_json_size (json);
  if (c->next == MAX_SHAPES || n == 0 || n > MAX_MEMBERS)
    return NULL;
  CardeaRegoShape **known = &c->shapes->known[c->next++];
  if (is_of_shape (c, *known, json))
    return *known;
  if (cardea_rego_arena_over (c->shapes->arena))
    return NULL;
  for (guint i = 0; i < n; i++)
    keys[i] = cardea_rego_cstring (c->shapes->arena, cardea_json_nth_name (json, i));
  CardeaRegoShape *shape = cardea_rego_shape_new (c->shapes->arena, keys, n);
  shape->parent = c->parent;
  shape->member = c->member;
  if (c->known)
    note_unwanted (c, shape, json);
  return *known = shape;
}

static CardeaRegoValue convert (Converter *c, const CardeaJson *json, guint depth);

static CardeaRegoValue
convert_array (Converter *c, const CardeaJson *json, guint depth)
{
  guint n = cardea_json_size (json);
  CardeaRegoValue v = cardea_rego_array_new (c->arena, n);
  gboolean known = c->known;
  c->known = FALSE;
  for (guint i = 0; i < n; i++)
    {
      CardeaRegoValue e = convert (c, cardea_json_nth (json, i), depth);
      if (e.tag == CARDEA_REGO_UNDEFINED)
        return e;
      cardea_rego_array_push (c->arena, v, e);
    }
  c->known = known;
  return v;
}

static CardeaRegoValue
convert_shaped (Converter *c, const CardeaRegoShape *shape, const CardeaJson *json, guint depth)
{
  CardeaRegoColl *object = cardea_rego_shape_begin (c->arena, shape);
  guint path = c->n_path++, member = c->member;
  gconstpointer parent = c->parent;
  for (guint i = 0; i < object->len; i++)
    {
      CardeaRegoValue e = CARDEA_REGO_NIL;
      c->parent = shape;
      c->member = i;
      c->path[path] = shape->keys->k[shape->place[i]].s->s;
      if (shape->unwanted == NULL || !shape->unwanted[i])
        e = convert (c, cardea_json_nth (json, i), depth);
      if (e.tag == CARDEA_REGO_UNDEFINED)
        return e;
      object->v[shape->place[i]] = e;
    }
  c->n_path = path;
  c->parent = parent;
  c->member = member;
  return cardea_rego_shape_finish (c->arena, object);
}

static CardeaRegoValue
convert_object (Converter *c, const CardeaJson *json, guint depth)
{
  const CardeaRegoShape *shape = find_shape (c, json);
  if (shape != NULL)
    return convert_shaped (c, shape, json, depth);
  guint n = cardea_json_size (json);
  CardeaRegoValue v = cardea_rego_object_new (c->arena, n);
  gboolean known = c->known;
  c->known = FALSE;
  for (guint i = 0; i < n; i++)
    {
      CardeaRegoValue e = convert (c, cardea_json_nth (json, i), depth);
      if (e.tag == CARDEA_REGO_UNDEFINED)
        return e;
      /* The reader lets no name stand there twice. */
      cardea_rego_object_append (c->arena, v,
                                 cardea_rego_cstring (c->arena, cardea_json_nth_name (json, i)), e);
    }
  c->known = known;
  return v;
}

static CardeaRegoValue
convert (Converter *c, const CardeaJson *json, guint depth)
{
  gboolean flag = FALSE;
  gsize size = 0;
  const char *text;
  if (depth >= CARDEA_REGO_MAX_DEPTH || cardea_rego_arena_over (c->arena))
    return CARDEA_REGO_NONE;
  switch (cardea_json_type (json))
    {
    case CARDEA_JSON_NULL:
      return CARDEA_REGO_NIL;
    case CARDEA_JSON_BOOLEAN:
      return cardea_rego_bool (cardea_json_boolean (json, &flag) && flag);
    case CARDEA_JSON_NUMBER:
      text = cardea_json_number_text (json);
      return cardea_rego_number_parse (c->arena, text, strlen (text));
    case CARDEA_JSON_STRING:
      text = cardea_json_string_full (json, &size);
      return cardea_rego_string (c->arena, text, size);
    case CARDEA_JSON_ARRAY:
      return convert_array (c, json, depth + 1);
    case CARDEA_JSON_OBJECT:
      return convert_object (c, json, depth + 1);
    default:
      return CARDEA_REGO_NONE;
    }
}

CardeaRegoValue
cardea_rego_shapes_convert (CardeaRegoShapes *shapes, CardeaRegoArena *arena,
                            const CardeaJson *json, CardeaRegoShapesReads reads, gconstpointer data)
{
  Converter c;
  c.shapes = shapes;
  c.arena = arena;
  c.reads = reads;
  c.data = data;
  c.next = c.n_path = c.member = 0;
  c.parent = NULL;
  c.known = TRUE;
  if (cardea_rego_arena_over (shapes->arena))
    cardea_rego_shapes_reset (shapes);
  CardeaRegoValue v = convert (&c, json, 0);
  return cardea_rego_arena_over (arena) ? CARDEA_REGO_NONE : v;
}
