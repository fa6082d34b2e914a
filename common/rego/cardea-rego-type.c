/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Recursion is bounded by MAX_DEPTH, to which every type keeps. */

#include "common/rego/cardea-rego-type.h"

#include <string.h>

#define MAX_DEPTH 12u   /* of a value that is looked into */
#define MAX_MEMBERS 64u /* elements, members or alternatives that are told apart */
#define MAX_WEIGHT 1024u

const CardeaRegoType cardea_rego_type_anything = { .kind = CARDEA_REGO_TYPE_ANY };

#define ANYTHING (&cardea_rego_type_anything)

CardeaRegoType *
cardea_rego_type_new (CardeaRegoArena *arena, CardeaRegoTypeKind kind, guint32 n)
{
  CardeaRegoType *t = cardea_rego_arena_alloc0 (arena, sizeof *t);
  t->kind = kind;
  t->n = n;
  if (n > 0)
    t->of = cardea_rego_arena_alloc0 (arena, sizeof *t->of * n);
  if (n > 0 && kind == CARDEA_REGO_TYPE_OBJECT)
    t->names = cardea_rego_arena_alloc0 (arena, sizeof *t->names * n);
  return t;
}

static void
add_part (CardeaRegoType *t, const CardeaRegoType *part)
{
  t->open |= part == NULL || part->open;
  if (part == NULL)
    return;
  t->weight = MIN (t->weight + part->weight + 1, MAX_WEIGHT + 1);
  t->depth = MAX (t->depth, part->depth + 1);
}

const CardeaRegoType *
cardea_rego_type_done (CardeaRegoType *t)
{
  for (guint32 i = 0; i < t->n; i++)
    add_part (t, t->of[i]);
  if (t->key != NULL)
    add_part (t, t->key);
  if (t->value != NULL || t->kind == CARDEA_REGO_TYPE_SET)
    add_part (t, t->value);
  return t->weight > MAX_WEIGHT || t->depth > MAX_DEPTH ? ANYTHING : t;
}

static gboolean
is_anything (const CardeaRegoType *t)
{
  return t->kind == CARDEA_REGO_TYPE_ANY && t->n == 0;
}

static const CardeaRegoType *of_value (CardeaRegoArena *arena, CardeaRegoValue v, guint depth);

static const CardeaRegoType *
of_collection (CardeaRegoArena *arena, CardeaRegoValue v, guint depth)
{
  guint32 n = cardea_rego_len (v);
  if (depth >= MAX_DEPTH || n > MAX_MEMBERS)
    return ANYTHING;
  CardeaRegoType *t;
  if (v.tag == CARDEA_REGO_SET)
    {
      const CardeaRegoType *all = NULL;
      for (guint32 i = 0; i < n; i++)
        all = cardea_rego_type_or (arena, all, of_value (arena, v.c->k[i], depth + 1));
      t = cardea_rego_type_new (arena, CARDEA_REGO_TYPE_SET, 0);
      t->value = all != NULL ? all : ANYTHING;
      return cardea_rego_type_done (t);
    }
  gboolean array = v.tag == CARDEA_REGO_ARRAY;
  t = cardea_rego_type_new (arena, array ? CARDEA_REGO_TYPE_ARRAY : CARDEA_REGO_TYPE_OBJECT, n);
  for (guint32 i = 0; i < n; i++)
    {
      t->of[i] = of_value (arena, array ? v.a->v[i] : v.c->v[i], depth + 1);
      if (!array)
        ((CardeaRegoValue *) t->names)[i] = v.c->k[i];
    }
  if (n == 0)
    t->key = t->value = ANYTHING;
  return cardea_rego_type_done (t);
}

static const CardeaRegoType *
of_value (CardeaRegoArena *arena, CardeaRegoValue v, guint depth)
{
  static const CardeaRegoTypeKind kinds[] = { [CARDEA_REGO_NULL] = CARDEA_REGO_TYPE_NULL,
                                              [CARDEA_REGO_BOOL] = CARDEA_REGO_TYPE_BOOLEAN,
                                              [CARDEA_REGO_INT] = CARDEA_REGO_TYPE_NUMBER,
                                              [CARDEA_REGO_NUMBER] = CARDEA_REGO_TYPE_NUMBER,
                                              [CARDEA_REGO_STRING] = CARDEA_REGO_TYPE_STRING };
  if (v.tag > CARDEA_REGO_UNDEFINED && v.tag < CARDEA_REGO_ARRAY)
    return cardea_rego_type_new (arena, kinds[v.tag], 0);
  return v.tag <= CARDEA_REGO_SET && v.tag >= CARDEA_REGO_ARRAY ? of_collection (arena, v, depth)
                                                                : ANYTHING;
}

const CardeaRegoType *
cardea_rego_type_of_value (CardeaRegoArena *arena, CardeaRegoValue v)
{
  return of_value (arena, v, 0);
}

gboolean
cardea_rego_type_same (const CardeaRegoType *a, const CardeaRegoType *b)
{
  if (a == b)
    return TRUE;
  if (a == NULL || b == NULL || a->kind != b->kind || a->n != b->n)
    return FALSE;
  for (guint32 i = 0; i < a->n; i++)
    if (!cardea_rego_type_same (a->of[i], b->of[i])
        || (a->names != NULL && !cardea_rego_eq (a->names[i], b->names[i])))
      return FALSE;
  return cardea_rego_type_same (a->key, b->key) && cardea_rego_type_same (a->value, b->value);
}

static gboolean
contains (const CardeaRegoType *any, const CardeaRegoType *t)
{
  for (guint32 i = 0; i < any->n; i++)
    if (cardea_rego_type_same (any->of[i], t))
      return TRUE;
  return any->n == 0;
}

static const CardeaRegoType *
either_function (CardeaRegoArena *arena, const CardeaRegoType *a, const CardeaRegoType *b)
{
  CardeaRegoType *t = cardea_rego_type_new (arena, CARDEA_REGO_TYPE_FUNCTION, MAX (a->n, b->n));
  for (guint32 i = 0; i < t->n; i++)
    t->of[i] = cardea_rego_type_or (arena, i < a->n ? a->of[i] : NULL, i < b->n ? b->of[i] : NULL);
  t->value = cardea_rego_type_or (arena, a->value, b->value);
  (void) cardea_rego_type_done (t);
  return t;
}

const CardeaRegoType *
cardea_rego_type_or (CardeaRegoArena *arena, const CardeaRegoType *a, const CardeaRegoType *b)
{
  if (a == NULL || b == NULL || a == b)
    return a != NULL ? a : b;
  if (cardea_rego_type_same (a, b) || is_anything (a))
    return a;
  if (is_anything (b))
    return b;
  if (a->kind == CARDEA_REGO_TYPE_FUNCTION && b->kind == CARDEA_REGO_TYPE_FUNCTION)
    return either_function (arena, a, b);
  const CardeaRegoType *const sides[] = { a, b };
  const CardeaRegoType *all[2 * MAX_MEMBERS];
  CardeaRegoType found = { .kind = CARDEA_REGO_TYPE_ANY, .of = all };
  for (guint side = 0; side < G_N_ELEMENTS (sides); side++)
    {
      const CardeaRegoType *t = sides[side];
      guint32 n = t->kind == CARDEA_REGO_TYPE_ANY ? t->n : 1;
      for (guint32 i = 0; i < n && found.n < G_N_ELEMENTS (all); i++)
        {
          const CardeaRegoType *one = t->kind == CARDEA_REGO_TYPE_ANY ? t->of[i] : t;
          if (found.n == 0 || !contains (&found, one))
            all[found.n++] = one;
        }
    }
  if (found.n > MAX_MEMBERS)
    return ANYTHING;
  CardeaRegoType *t = cardea_rego_type_new (arena, CARDEA_REGO_TYPE_ANY, found.n);
  memcpy (t->of, all, sizeof *all * found.n);
  return cardea_rego_type_done (t);
}

static gboolean
any_unifies (const CardeaRegoType *any, const CardeaRegoType *t)
{
  if (t->kind == CARDEA_REGO_TYPE_FUNCTION)
    return FALSE;
  for (guint32 i = 0; i < any->n; i++)
    if (cardea_rego_type_unifies (any->of[i], t))
      return TRUE;
  return any->n == 0;
}

static const CardeaRegoType *
nth (const CardeaRegoType *array, guint32 i)
{
  return i < array->n ? array->of[i] : array->value;
}

static const CardeaRegoType *
member (const CardeaRegoType *object, CardeaRegoValue name)
{
  for (guint32 i = 0; i < object->n; i++)
    if (cardea_rego_eq (object->names[i], name))
      return object->of[i];
  if (object->key == NULL)
    return NULL;
  static const CardeaRegoType string = { .kind = CARDEA_REGO_TYPE_STRING };
  if (is_anything (object->key) || name.tag != CARDEA_REGO_STRING)
    return object->value;
  return cardea_rego_type_unifies (object->key, &string) ? object->value : NULL;
}

static gboolean
parts_unify (const CardeaRegoType *a, const CardeaRegoType *b)
{
  for (guint32 i = 0; i < a->n; i++)
    if (!cardea_rego_type_unifies (
            a->of[i], a->kind == CARDEA_REGO_TYPE_ARRAY ? nth (b, i) : member (b, a->names[i])))
      return FALSE;
  return TRUE;
}

gboolean
cardea_rego_type_unifies (const CardeaRegoType *a, const CardeaRegoType *b)
{
  if (a == NULL || b == NULL)
    return FALSE;
  if (a->kind == CARDEA_REGO_TYPE_ANY || b->kind == CARDEA_REGO_TYPE_ANY)
    return (a->kind == CARDEA_REGO_TYPE_ANY && any_unifies (a, b))
           || (b->kind == CARDEA_REGO_TYPE_ANY && any_unifies (b, a));
  if (a->kind != b->kind)
    return FALSE;
  switch (a->kind)
    {
    case CARDEA_REGO_TYPE_ARRAY:
    case CARDEA_REGO_TYPE_OBJECT:
      return parts_unify (a, b) && parts_unify (b, a)
             && (a->value == NULL || b->value == NULL
                 || cardea_rego_type_unifies (a->value, b->value));
    case CARDEA_REGO_TYPE_SET:
      return cardea_rego_type_unifies (a->value, b->value);
    case CARDEA_REGO_TYPE_FUNCTION:
      return a->n == b->n;
    default:
      return TRUE;
    }
}

static const CardeaRegoType *
all_of (CardeaRegoArena *arena, const CardeaRegoType *t)
{
  const CardeaRegoType *all = NULL;
  for (guint32 i = 0; i < t->n; i++)
    all = cardea_rego_type_or (arena, all, t->of[i]);
  return cardea_rego_type_or (arena, all, t->value);
}

const CardeaRegoType *
cardea_rego_type_keys (CardeaRegoArena *arena, const CardeaRegoType *t)
{
  static const CardeaRegoType number = { .kind = CARDEA_REGO_TYPE_NUMBER };
  const CardeaRegoType *all = NULL;
  if (is_anything (t))
    return t;
  switch (t->kind)
    {
    case CARDEA_REGO_TYPE_ARRAY:
      return &number;
    case CARDEA_REGO_TYPE_SET:
      return t->value;
    case CARDEA_REGO_TYPE_OBJECT:
      for (guint32 i = 0; i < t->n; i++)
        all = cardea_rego_type_or (arena, all, of_value (arena, t->names[i], 0));
      return cardea_rego_type_or (arena, all, t->key);
    case CARDEA_REGO_TYPE_ANY:
      for (guint32 i = 0; i < t->n; i++)
        all = cardea_rego_type_or (arena, all, cardea_rego_type_keys (arena, t->of[i]));
      return all;
    default:
      return NULL;
    }
}

const CardeaRegoType *
cardea_rego_type_values (CardeaRegoArena *arena, const CardeaRegoType *t)
{
  const CardeaRegoType *all = NULL;
  if (is_anything (t))
    return t;
  switch (t->kind)
    {
    case CARDEA_REGO_TYPE_ARRAY:
    case CARDEA_REGO_TYPE_OBJECT:
    case CARDEA_REGO_TYPE_SET:
      return all_of (arena, t);
    case CARDEA_REGO_TYPE_ANY:
      for (guint32 i = 0; i < t->n; i++)
        all = cardea_rego_type_or (arena, all, cardea_rego_type_values (arena, t->of[i]));
      return all;
    default:
      return NULL;
    }
}

const CardeaRegoType *
cardea_rego_type_select (CardeaRegoArena *arena, const CardeaRegoType *t, CardeaRegoValue key)
{
  const CardeaRegoType *all = NULL;
  if (is_anything (t))
    return t;
  switch (t->kind)
    {
    case CARDEA_REGO_TYPE_ARRAY:
      return key.tag == CARDEA_REGO_INT && key.i >= 0 ? nth (t, (guint32) MIN (key.i, G_MAXUINT32))
                                                      : NULL;
    case CARDEA_REGO_TYPE_OBJECT:
      return member (t, key);
    case CARDEA_REGO_TYPE_SET:
      return cardea_rego_type_unifies (t->value, of_value (arena, key, 0)) ? t->value : NULL;
    case CARDEA_REGO_TYPE_ANY:
      for (guint32 i = 0; i < t->n; i++)
        all = cardea_rego_type_or (arena, all, cardea_rego_type_select (arena, t->of[i], key));
      return all;
    default:
      return NULL;
    }
}

static void
print_list (GString *out, const CardeaRegoType *t, const char *open, const char *close)
{
  for (guint32 i = 0; i < t->n; i++)
    {
      g_string_append (out, i == 0 ? open : ", ");
      if (t->names != NULL)
        {
          CardeaRegoTerm name = { .kind = TERM_VALUE, .value = t->names[i] };
          if (t->names[i].tag == CARDEA_REGO_STRING)
            g_string_append (out, t->names[i].s->s);
          else
            cardea_rego_term_print (out, &name);
          g_string_append (out, ": ");
        }
      cardea_rego_type_print (out, t->of[i]);
    }
  if (t->n > 0)
    g_string_append (out, close);
}

void
cardea_rego_type_print (GString *out, const CardeaRegoType *t)
{
  static const char *const names[]
      = { "any", "null", "boolean", "number", "string", "array", "object", "set", "function" };
  g_string_append (out, t != NULL ? names[t->kind] : "???");
  if (t == NULL)
    return;
  print_list (out, t, "<", ">");
  if (t->value == NULL)
    return;
  g_string_append_c (out, '[');
  if (t->kind == CARDEA_REGO_TYPE_OBJECT)
    {
      cardea_rego_type_print (out, t->key);
      g_string_append (out, ": ");
    }
  cardea_rego_type_print (out, t->value);
  g_string_append_c (out, ']');
}
