/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Names and values of an input are anybody's: what is remembered of them is bounded, and compared
 * byte by byte before it is used. */

#include "common/rego/cardea-rego-shape.h"

#include "common/rego/cardea-rego-number.h"

#include <string.h>

#define MAX_SHAPES 16u        /* objects of an input, in the order they come */
#define MAX_MEMBERS 64u       /* of one; larger ones are not remembered */
#define MAX_KEPT (64u * 1024) /* bytes; then all is forgotten and gathered anew */
#define MAX_TEXT 4096u        /* bytes of a string that is kept */
#define MAX_LIST 64u          /* elements of an array that is kept */

struct _CardeaRegoShapes {
  CardeaRegoArena *arena;
  CardeaRegoShape *known[MAX_SHAPES];
  const CardeaRegoColl *root; /* the last input, if it was kept */
};

typedef struct {
  CardeaRegoShapes *shapes;
  CardeaRegoArena *arena;
  guint next;
  CardeaRegoShapesLooks looks;
  gconstpointer data;
  guint64 changed;
  guint changes; /* members that are not what they were */
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
  shapes->root = NULL;
  cardea_rego_arena_reset (shapes->arena);
}

/* At the same place, the same names in the same order. */
static gboolean
is_of_shape (const Converter *c, const CardeaRegoShape *shape, const CardeaJson *json)
{
  guint n = cardea_json_size (json);
  if (shape == NULL || shape->keys->len != n || shape->parent != c->parent
      || shape->member != c->member || (shape->members != NULL) != c->known)
    return FALSE;
  for (guint i = 0; i < n; i++)
    if (strcmp (shape->keys->k[shape->place[i]].s->s, cardea_json_nth_name (json, i)) != 0)
      return FALSE;
  return TRUE;
}

static void
note_members (Converter *c, CardeaRegoShape *shape, const CardeaJson *json)
{
  guint n = cardea_json_size (json);
  shape->members = cardea_rego_arena_alloc0 (c->shapes->arena, sizeof *shape->members * n);
  shape->object = cardea_rego_shape_begin (c->shapes->arena, shape);
  for (guint i = 0; i < n; i++)
    {
      c->path[c->n_path] = cardea_json_nth_name (json, i);
      c->path[c->n_path + 1] = NULL;
      shape->members[i].looks = c->looks (c->path, c->data);
      shape->object->v[i] = CARDEA_REGO_NIL;
    }
  (void) cardea_rego_shape_finish (c->shapes->arena, shape->object);
}

static CardeaRegoShape *
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
    note_members (c, shape, json);
  return *known = shape;
}

static CardeaRegoValue convert (Converter *c, const CardeaJson *json, guint depth);
static CardeaRegoValue convert_object (Converter *c, const CardeaJson *json, guint depth,
                                       gboolean *ret_kept);

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

static gboolean
same_element (CardeaRegoValue v, const CardeaJson *json)
{
  gsize size = 0;
  gboolean flag = FALSE;
  const char *text;
  switch (cardea_json_type (json))
    {
    case CARDEA_JSON_NULL:
      return v.tag == CARDEA_REGO_NULL;
    case CARDEA_JSON_BOOLEAN:
      return v.tag == CARDEA_REGO_BOOL && cardea_json_boolean (json, &flag) && flag == (v.i != 0);
    case CARDEA_JSON_STRING:
      text = cardea_json_string_full (json, &size);
      return v.tag == CARDEA_REGO_STRING && v.s->len == size && memcmp (v.s->s, text, size) == 0;
    default:
      return FALSE;
    }
}

static gboolean
same_list (const CardeaRegoArray *a, const CardeaJson *json)
{
  if (a == NULL || a->len != cardea_json_size (json))
    return FALSE;
  for (guint i = 0; i < a->len; i++)
    if (!same_element (a->v[i], json != NULL ? cardea_json_nth (json, i) : NULL))
      return FALSE;
  return TRUE;
}

static gboolean
may_keep (const Converter *c, CardeaRegoValue array)
{
  if (array.a->len > MAX_LIST || cardea_rego_weight (array) > MAX_LIST + 1
      || cardea_rego_arena_over (c->shapes->arena))
    return FALSE;
  for (guint32 i = 0; i < array.a->len; i++)
    if (array.a->v[i].tag >= CARDEA_REGO_ARRAY
        || (array.a->v[i].tag == CARDEA_REGO_STRING && array.a->v[i].s->len > MAX_TEXT))
      return FALSE;
  return TRUE;
}

/* ret_same, here and below: it is what the slot holds already. */
static CardeaRegoValue
convert_list (Converter *c, CardeaRegoShapeMember *m, const CardeaRegoValue *slot,
              const CardeaJson *json, guint depth, gboolean *ret_same)
{
  if (same_list (m->list, json))
    {
      *ret_same = slot->tag == CARDEA_REGO_ARRAY && slot->a == m->list;
      return (CardeaRegoValue){ .tag = CARDEA_REGO_ARRAY, .a = (CardeaRegoArray *) m->list };
    }
  CardeaRegoValue v = convert (c, json, depth);
  m->list = NULL;
  if (v.tag != CARDEA_REGO_ARRAY || !may_keep (c, v))
    return v;
  v = cardea_rego_copy (c->shapes->arena, v);
  cardea_rego_freeze (v);
  m->list = v.a;
  return v;
}

static CardeaRegoValue
convert_text (Converter *c, CardeaRegoShapeMember *m, const CardeaRegoValue *slot,
              const CardeaJson *json, gboolean *ret_same)
{
  gsize size = 0;
  const char *text = cardea_json_string_full (json, &size);
  if (m->text != NULL && m->text->len == size && memcmp (m->text->s, text, size) == 0)
    {
      *ret_same = slot->tag == CARDEA_REGO_STRING && slot->s == m->text;
      return (CardeaRegoValue){ .tag = CARDEA_REGO_STRING, .s = m->text };
    }
  if (size > MAX_TEXT || cardea_rego_arena_over (c->shapes->arena))
    return cardea_rego_string (c->arena, text, size);
  if (m->room < size)
    {
      m->room = MAX (32, (guint32) size * 2);
      m->text = cardea_rego_string_room (c->shapes->arena, m->room);
    }
  memcpy (m->text->s, text, size);
  m->text->s[size] = '\0';
  m->text->len = (guint32) size;
  return cardea_rego_string_done (m->text);
}

static gboolean
put_member (Converter *c, CardeaRegoShape *shape, guint i, const CardeaJson *json, guint depth)
{
  CardeaRegoShapeMember *m = &shape->members[i];
  CardeaRegoValue *slot = &shape->object->v[shape->place[i]], v;
  CardeaJsonType type = cardea_json_type (json);
  gboolean same = FALSE;
  if (type == CARDEA_JSON_STRING)
    v = convert_text (c, m, slot, json, &same);
  else if (type == CARDEA_JSON_ARRAY)
    v = convert_list (c, m, slot, json, depth, &same);
  else if (type == CARDEA_JSON_OBJECT && depth < CARDEA_REGO_MAX_DEPTH)
    {
      v = convert_object (c, json, depth + 1, &same);
      same = same && slot->tag == CARDEA_REGO_OBJECT && slot->c == v.c;
    }
  else
    {
      v = convert (c, json, depth);
      same = v.tag == slot->tag && v.tag <= CARDEA_REGO_INT && v.i == slot->i;
    }
  *slot = v;
  if (!same)
    {
      c->changed |= m->looks;
      c->changes++;
    }
  return v.tag != CARDEA_REGO_UNDEFINED;
}

/* The object that was kept, brought up to date. */
static CardeaRegoValue
convert_kept (Converter *c, CardeaRegoShape *shape, const CardeaJson *json, guint depth)
{
  guint path = c->n_path++, member = c->member, changes = c->changes;
  gconstpointer parent = c->parent;
  c->parent = shape;
  for (guint i = 0; i < shape->object->len; i++)
    {
      c->member = i;
      c->path[path] = shape->keys->k[shape->place[i]].s->s;
      if (shape->members[i].looks != 0
          && !put_member (c, shape, i, cardea_json_nth (json, i), depth))
        return CARDEA_REGO_NONE;
    }
  c->n_path = path;
  c->parent = parent;
  c->member = member;
  if (c->changes == changes)
    return (CardeaRegoValue){ .tag = CARDEA_REGO_OBJECT, .c = shape->object };
  shape->object->hashed = FALSE;
  return cardea_rego_shape_finish (c->arena, shape->object);
}

static CardeaRegoValue
convert_shaped (Converter *c, const CardeaRegoShape *shape, const CardeaJson *json, guint depth)
{
  CardeaRegoColl *object = cardea_rego_shape_begin (c->arena, shape);
  for (guint i = 0; i < object->len; i++)
    {
      CardeaRegoValue e = convert (c, cardea_json_nth (json, i), depth);
      if (e.tag == CARDEA_REGO_UNDEFINED)
        return e;
      object->v[shape->place[i]] = e;
    }
  return cardea_rego_shape_finish (c->arena, object);
}

/* ret_kept: it lies beside its shape, and may still be what it was. */
static CardeaRegoValue
convert_object (Converter *c, const CardeaJson *json, guint depth, gboolean *ret_kept)
{
  CardeaRegoShape *shape = find_shape (c, json);
  *ret_kept = shape != NULL && shape->members != NULL;
  if (*ret_kept)
    return convert_kept (c, shape, json, depth);
  guint n = cardea_json_size (json);
  gboolean known = c->known;
  c->known = FALSE;
  CardeaRegoValue v = shape != NULL ? convert_shaped (c, shape, json, depth)
                                    : cardea_rego_object_new (c->arena, n);
  for (guint i = 0; shape == NULL && i < n; i++)
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
      return convert_object (c, json, depth + 1, &flag);
    default:
      return CARDEA_REGO_NONE;
    }
}

CardeaRegoValue
cardea_rego_shapes_convert (CardeaRegoShapes *shapes, CardeaRegoArena *arena,
                            const CardeaJson *json, CardeaRegoShapesLooks looks, gconstpointer data,
                            guint64 *ret_changed)
{
  Converter c;
  gboolean kept = FALSE;
  c.shapes = shapes;
  c.arena = arena;
  c.looks = looks;
  c.data = data;
  c.next = c.n_path = c.member = c.changes = 0;
  c.changed = 0;
  c.parent = NULL;
  c.known = TRUE;
  if (cardea_rego_arena_over (shapes->arena))
    cardea_rego_shapes_reset (shapes);
  CardeaRegoValue v = cardea_json_type (json) == CARDEA_JSON_OBJECT
                          ? convert_object (&c, json, 1, &kept)
                          : convert (&c, json, 0);
  *ret_changed = kept && v.c == shapes->root ? c.changed : G_MAXUINT64;
  shapes->root = kept ? v.c : NULL;
  return cardea_rego_arena_over (arena) ? CARDEA_REGO_NONE : v;
}
