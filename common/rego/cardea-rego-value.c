/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/rego/cardea-rego-value.h"

#include "common/rego/cardea-rego-number.h"

#include <string.h>
#include <sys/random.h>

#define SMALL 8

static guint64
random_word (void)
{
  guint64 value = 0;
  if (getrandom (&value, sizeof value, GRND_NONBLOCK) != sizeof value)
    value = (guint64) g_get_monotonic_time () * 0x9e3779b97f4a7c15u;
  return value | 1;
}

/* A random constant of the process, so that nobody can prepare keys that collide. */
static inline guint64
hash_seed (void)
{
  static gsize seed = 0;
  if (G_UNLIKELY (g_once_init_enter (&seed)))
    g_once_init_leave (&seed, (gsize) random_word ());
  return seed;
}

static inline guint64
mix (guint64 a, guint64 b)
{
  __uint128_t m = (__uint128_t) a * b;
  return (guint64) m ^ (guint64) (m >> 64);
}

static inline guint32
hash_word (guint64 w)
{
  guint64 h = mix (w ^ hash_seed (), 0x9e3779b97f4a7c15u);
  return (guint32) (h ^ (h >> 32));
}

guint32
cardea_rego_hash_bytes (const void *bytes, gsize size)
{
  const guint8 *p = bytes;
  guint64 h = hash_seed () ^ (size * 0xa0761d6478bd642fu), w;
  for (; size >= 8; p += 8, size -= 8)
    {
      memcpy (&w, p, 8);
      h = mix (h ^ w, 0xe7037ed1a0b428dbu);
    }
  w = 0;
  memcpy (&w, p, size);
  h = mix (h ^ w, 0x8ebc6af09c88c6e3u);
  return (guint32) (h ^ (h >> 32));
}

CardeaRegoString *
cardea_rego_string_room (CardeaRegoArena *arena, gsize len)
{
  CardeaRegoString *s = cardea_rego_arena_alloc (arena, sizeof *s + len + 1);
  s->len = (guint32) len;
  s->s[len] = 0;
  return s;
}

CardeaRegoValue
cardea_rego_string_done (CardeaRegoString *room)
{
  room->hash = cardea_rego_hash_bytes (room->s, room->len);
  return (CardeaRegoValue){ .tag = CARDEA_REGO_STRING, .s = room };
}

CardeaRegoValue
cardea_rego_string (CardeaRegoArena *arena, const char *s, gsize len)
{
  CardeaRegoString *room = cardea_rego_string_room (arena, len);
  if (len > 0)
    memcpy (room->s, s, len);
  return cardea_rego_string_done (room);
}

CardeaRegoValue
cardea_rego_cstring (CardeaRegoArena *arena, const char *s)
{
  return cardea_rego_string (arena, s, strlen (s));
}

static inline guint32
add_weight (guint32 a, CardeaRegoValue v)
{
  guint64 sum = (guint64) a + cardea_rego_weight (v);
  return sum > G_MAXUINT32 ? G_MAXUINT32 : (guint32) sum;
}

void
cardea_rego_check_size (CardeaRegoArena *arena, guint32 weight, guint16 depth)
{
  if (G_UNLIKELY (weight > CARDEA_REGO_MAX_WEIGHT || depth > CARDEA_REGO_MAX_DEPTH))
    (void) cardea_rego_arena_fits (arena, G_MAXSIZE);
}

CardeaRegoValue
cardea_rego_array_new (CardeaRegoArena *arena, guint32 cap)
{
  CardeaRegoArray *a = cardea_rego_arena_alloc0 (arena, sizeof *a);
  a->cap = cap;
  a->v = cap > 0 ? cardea_rego_arena_alloc (arena, sizeof (CardeaRegoValue) * cap) : NULL;
  a->weight = 1;
  a->depth = 1;
  return (CardeaRegoValue){ .tag = CARDEA_REGO_ARRAY, .a = a };
}

void
cardea_rego_array_filled (CardeaRegoArena *arena, CardeaRegoValue array, guint32 n)
{
  CardeaRegoArray *a = array.a;
  a->len = n;
  for (guint32 i = 0; i < n; i++)
    {
      a->weight = add_weight (a->weight, a->v[i]);
      a->depth = MAX (a->depth, cardea_rego_depth (a->v[i]) + 1);
    }
  cardea_rego_check_size (arena, a->weight, a->depth);
}

static void *
grow (CardeaRegoArena *arena, const void *old, gsize used, gsize size)
{
  void *p = cardea_rego_arena_alloc (arena, size);
  if (used > 0)
    memcpy (p, old, used);
  return p;
}

void
cardea_rego_array_push (CardeaRegoArena *arena, CardeaRegoValue array, CardeaRegoValue v)
{
  CardeaRegoArray *a = array.a;
  if (a->len == a->cap)
    {
      a->cap = MAX (4, a->cap * 2);
      a->v = grow (arena, a->v, sizeof v * a->len, sizeof v * a->cap);
    }
  a->v[a->len++] = v;
  a->weight = add_weight (a->weight, v);
  a->depth = MAX (a->depth, cardea_rego_depth (v) + 1);
  cardea_rego_check_size (arena, a->weight, a->depth);
}

static CardeaRegoColl *
coll_new (CardeaRegoArena *arena, guint32 cap, gboolean object)
{
  CardeaRegoColl *c = cardea_rego_arena_alloc0 (arena, sizeof *c);
  c->cap = cap;
  c->weight = 1;
  c->depth = 1;
  c->sorted = TRUE;
  c->k = cap > 0 ? cardea_rego_arena_alloc (arena, sizeof (CardeaRegoValue) * cap) : NULL;
  c->v = object ? cardea_rego_arena_alloc (arena, sizeof (CardeaRegoValue) * cap) : NULL;
  return c;
}

CardeaRegoValue
cardea_rego_object_new (CardeaRegoArena *arena, guint32 cap)
{
  return (CardeaRegoValue){ .tag = CARDEA_REGO_OBJECT, .c = coll_new (arena, cap, TRUE) };
}

CardeaRegoValue
cardea_rego_set_new (CardeaRegoArena *arena, guint32 cap)
{
  return (CardeaRegoValue){ .tag = CARDEA_REGO_SET, .c = coll_new (arena, cap, FALSE) };
}

static void
fill_table (CardeaRegoColl *c)
{
  memset (c->table, 0, sizeof (guint32) * (c->mask + 1));
  for (guint32 i = 0; i < c->len; i++)
    {
      guint32 h = cardea_rego_hash (c->k[i]) & c->mask;
      while (c->table[h] != 0)
        h = (h + 1) & c->mask;
      c->table[h] = i + 1;
    }
}

static gint64
coll_find_hashed (const CardeaRegoColl *c, CardeaRegoValue k)
{
  guint32 h = cardea_rego_hash (k) & c->mask;
  for (; c->table[h] != 0; h = (h + 1) & c->mask)
    if (cardea_rego_eq (c->k[c->table[h] - 1], k))
      return c->table[h] - 1;
  return -1;
}

gint64
cardea_rego_coll_find (const CardeaRegoColl *c, CardeaRegoValue k)
{
  if (k.tag == CARDEA_REGO_STRING)
    return cardea_rego_coll_find_string (c, k.s);
  if (c->table != NULL)
    return coll_find_hashed (c, k);
  for (guint32 i = 0; i < c->len; i++)
    if (cardea_rego_eq (c->k[i], k))
      return i;
  return -1;
}

static void
coll_append (CardeaRegoArena *arena, CardeaRegoColl *c, CardeaRegoValue k)
{
  if (c->len == c->cap)
    {
      c->cap = MAX (c->cap * 2, 4);
      c->k = grow (arena, c->k, sizeof k * c->len, sizeof k * c->cap);
      if (c->v != NULL)
        c->v = grow (arena, c->v, sizeof k * c->len, sizeof k * c->cap);
    }
  c->k[c->len++] = k;
  c->sorted = c->len == 1 || (c->sorted && cardea_rego_cmp (c->k[c->len - 2], k) < 0);
  c->weight = add_weight (c->weight, k);
  c->depth = MAX (c->depth, cardea_rego_depth (k) + 1);
  if (c->len > SMALL && (c->table == NULL || c->len * 2 > c->mask))
    {
      c->mask = c->table == NULL ? SMALL * 4 - 1 : c->mask * 2 + 1;
      while (c->mask < c->cap * 2)
        c->mask = c->mask * 2 + 1;
      c->table = cardea_rego_arena_alloc (arena, sizeof (guint32) * ((gsize) c->mask + 1));
      fill_table (c);
    }
  else if (c->table != NULL)
    {
      guint32 h = cardea_rego_hash (k) & c->mask;
      while (c->table[h] != 0)
        h = (h + 1) & c->mask;
      c->table[h] = c->len;
    }
}

static gint64
coll_add (CardeaRegoArena *arena, CardeaRegoColl *c, CardeaRegoValue k)
{
  gint64 at = cardea_rego_coll_find (c, k);
  if (at < 0)
    coll_append (arena, c, k);
  return at;
}

void
cardea_rego_object_put (CardeaRegoArena *arena, CardeaRegoValue object, CardeaRegoValue k,
                        CardeaRegoValue v)
{
  CardeaRegoColl *c = object.c;
  gint64 at = coll_add (arena, c, k);
  c->v[at >= 0 ? at : c->len - 1] = v;
  c->weight = add_weight (c->weight, v);
  c->depth = MAX (c->depth, cardea_rego_depth (v) + 1);
  cardea_rego_check_size (arena, c->weight, c->depth);
}

void
cardea_rego_object_append (CardeaRegoArena *arena, CardeaRegoValue object, CardeaRegoValue k,
                           CardeaRegoValue v)
{
  CardeaRegoColl *c = object.c;
  coll_append (arena, c, k);
  c->v[c->len - 1] = v;
  c->weight = add_weight (c->weight, v);
  c->depth = MAX (c->depth, cardea_rego_depth (v) + 1);
  cardea_rego_check_size (arena, c->weight, c->depth);
}

void
cardea_rego_object_put_c (CardeaRegoArena *arena, CardeaRegoValue object, const char *k,
                          CardeaRegoValue v)
{
  cardea_rego_object_put (arena, object, cardea_rego_cstring (arena, k), v);
}

void
cardea_rego_set_add (CardeaRegoArena *arena, CardeaRegoValue set, CardeaRegoValue k)
{
  (void) coll_add (arena, set.c, k);
  cardea_rego_check_size (arena, set.c->weight, set.c->depth);
}

CardeaRegoValue
cardea_rego_get (CardeaRegoValue coll, CardeaRegoValue k)
{
  gint64 at;
  switch (coll.tag)
    {
    case CARDEA_REGO_OBJECT:
      at = cardea_rego_coll_find (coll.c, k);
      return at < 0 ? CARDEA_REGO_NONE : coll.c->v[at];
    case CARDEA_REGO_SET:
      return cardea_rego_coll_find (coll.c, k) < 0 ? CARDEA_REGO_NONE : k;
    case CARDEA_REGO_ARRAY:
      if (k.tag == CARDEA_REGO_NUMBER)
        k = cardea_rego_number_to_int (k);
      if (k.tag != CARDEA_REGO_INT || k.i < 0 || k.i >= coll.a->len)
        return CARDEA_REGO_NONE;
      return coll.a->v[k.i];
    default:
      return CARDEA_REGO_NONE;
    }
}

CardeaRegoValue
cardea_rego_get_c (CardeaRegoValue object, const char *k)
{
  gsize len = strlen (k);
  for (guint32 i = 0; object.tag == CARDEA_REGO_OBJECT && i < object.c->len; i++)
    {
      CardeaRegoValue name = object.c->k[i];
      if (name.tag == CARDEA_REGO_STRING && name.s->len == len && memcmp (name.s->s, k, len) == 0)
        return object.c->v[i];
    }
  return CARDEA_REGO_NONE;
}

guint32
cardea_rego_len (CardeaRegoValue v)
{
  return v.tag == CARDEA_REGO_ARRAY ? v.a->len : v.c->len;
}

CardeaRegoValue
cardea_rego_elem (CardeaRegoValue v, guint32 i)
{
  if (v.tag == CARDEA_REGO_ARRAY)
    return v.a->v[i];
  cardea_rego_coll_sort (v.c);
  return v.tag == CARDEA_REGO_SET ? v.c->k[i] : v.c->v[i];
}

static int
cmp_value (const void *a, const void *b)
{
  return cardea_rego_cmp (*(const CardeaRegoValue *) a, *(const CardeaRegoValue *) b);
}

void
cardea_rego_sort_values (CardeaRegoValue *v, guint32 n)
{
  if (n > 1)
    qsort (v, n, sizeof *v, cmp_value);
}

typedef struct {
  CardeaRegoValue k, v;
} Pair;

void
cardea_rego_coll_sort (CardeaRegoColl *c)
{
  if (c->sorted)
    return;
  c->sorted = TRUE;
  if (c->v == NULL)
    cardea_rego_sort_values (c->k, c->len);
  else
    {
      g_autofree Pair *pairs = g_new (Pair, c->len);
      for (guint32 i = 0; i < c->len; i++)
        pairs[i] = (Pair){ c->k[i], c->v[i] };
      qsort (pairs, c->len, sizeof *pairs, cmp_value);
      for (guint32 i = 0; i < c->len; i++)
        {
          c->k[i] = pairs[i].k;
          c->v[i] = pairs[i].v;
        }
    }
  if (c->table != NULL)
    fill_table (c);
}

static gint
cmp_strings (const CardeaRegoString *a, const CardeaRegoString *b)
{
  if (a == b)
    return 0;
  gint c = memcmp (a->s, b->s, MIN (a->len, b->len));
  return c != 0 ? c : (a->len > b->len) - (a->len < b->len);
}

static gint
type_order (CardeaRegoTag tag)
{
  return tag == CARDEA_REGO_NUMBER ? CARDEA_REGO_INT : (gint) tag;
}

static gint
cmp_values (const CardeaRegoValue *a, guint32 an, const CardeaRegoValue *b, guint32 bn)
{
  for (guint32 i = 0; i < an && i < bn; i++)
    {
      gint c = cardea_rego_cmp (a[i], b[i]);
      if (c != 0)
        return c;
    }
  return (an > bn) - (an < bn);
}

/* OPA compares objects key by key, each key with its value, and the shorter first at a tie. */
static gint
cmp_objects (CardeaRegoColl *a, CardeaRegoColl *b)
{
  cardea_rego_coll_sort (a);
  cardea_rego_coll_sort (b);
  for (guint32 i = 0; i < a->len && i < b->len; i++)
    {
      gint c = cardea_rego_cmp (a->k[i], b->k[i]);
      if (c == 0)
        c = cardea_rego_cmp (a->v[i], b->v[i]);
      if (c != 0)
        return c;
    }
  return (a->len > b->len) - (a->len < b->len);
}

gint
cardea_rego_cmp (CardeaRegoValue a, CardeaRegoValue b)
{
  gint at = type_order (a.tag), bt = type_order (b.tag);
  if (at != bt)
    return at < bt ? -1 : 1;
  switch (a.tag)
    {
    case CARDEA_REGO_BOOL:
      return (gint) (a.i - b.i);
    case CARDEA_REGO_INT:
    case CARDEA_REGO_NUMBER:
      return cardea_rego_number_cmp (a, b);
    case CARDEA_REGO_STRING:
      return cmp_strings (a.s, b.s);
    case CARDEA_REGO_ARRAY:
      return a.a == b.a ? 0 : cmp_values (a.a->v, a.a->len, b.a->v, b.a->len);
    case CARDEA_REGO_OBJECT:
      return a.c == b.c ? 0 : cmp_objects (a.c, b.c);
    case CARDEA_REGO_SET:
      if (a.c == b.c)
        return 0;
      cardea_rego_coll_sort (a.c);
      cardea_rego_coll_sort (b.c);
      return cmp_values (a.c->k, a.c->len, b.c->k, b.c->len);
    default:
      return 0;
    }
}

static gboolean
eq_colls (const CardeaRegoColl *a, const CardeaRegoColl *b)
{
  if (a == b)
    return TRUE;
  if (a->len != b->len || (a->hashed && b->hashed && a->hash != b->hash))
    return FALSE;
  for (guint32 i = 0; i < a->len; i++)
    {
      gint64 at = cardea_rego_coll_find (b, a->k[i]);
      if (at < 0 || (a->v != NULL && !cardea_rego_eq (a->v[i], b->v[at])))
        return FALSE;
    }
  return TRUE;
}

static gboolean
eq_arrays (const CardeaRegoArray *a, const CardeaRegoArray *b)
{
  if (a == b)
    return TRUE;
  if (a->len != b->len || (a->hashed && b->hashed && a->hash != b->hash))
    return FALSE;
  for (guint32 i = 0; i < a->len; i++)
    if (!cardea_rego_eq (a->v[i], b->v[i]))
      return FALSE;
  return TRUE;
}

gboolean
cardea_rego_eq (CardeaRegoValue a, CardeaRegoValue b)
{
  if (a.tag != b.tag)
    return (a.tag == CARDEA_REGO_NUMBER || b.tag == CARDEA_REGO_NUMBER) && cardea_rego_is_number (a)
           && cardea_rego_is_number (b) && cardea_rego_number_cmp (a, b) == 0;
  switch (a.tag)
    {
    case CARDEA_REGO_BOOL:
    case CARDEA_REGO_INT:
      return a.i == b.i;
    case CARDEA_REGO_NUMBER:
      return cardea_rego_number_cmp (a, b) == 0;
    case CARDEA_REGO_STRING:
      return a.s == b.s
             || (a.s->hash == b.s->hash && a.s->len == b.s->len
                 && memcmp (a.s->s, b.s->s, a.s->len) == 0);
    case CARDEA_REGO_ARRAY:
      return eq_arrays (a.a, b.a);
    case CARDEA_REGO_OBJECT:
    case CARDEA_REGO_SET:
      return eq_colls (a.c, b.c);
    default:
      return TRUE;
    }
}

static guint32
hash_coll (CardeaRegoColl *c)
{
  if (c->hashed)
    return c->hash;
  guint32 sum = c->v != NULL ? 0x51u : 0x7fu;
  for (guint32 i = 0; i < c->len; i++)
    {
      guint64 h = cardea_rego_hash (c->k[i]);
      if (c->v != NULL)
        h |= (guint64) cardea_rego_hash (c->v[i]) << 32;
      sum += hash_word (h);
    }
  c->hash = sum;
  c->hashed = TRUE;
  return sum;
}

guint32
cardea_rego_hash (CardeaRegoValue v)
{
  switch (v.tag)
    {
    case CARDEA_REGO_BOOL:
      return (guint32) v.i + 11;
    case CARDEA_REGO_INT:
    case CARDEA_REGO_NUMBER:
      return hash_word (cardea_rego_number_hash_word (v));
    case CARDEA_REGO_STRING:
      return v.s->hash;
    case CARDEA_REGO_ARRAY:
      if (!v.a->hashed)
        {
          guint64 h = v.a->len;
          for (guint32 i = 0; i < v.a->len; i++)
            h = mix (h ^ cardea_rego_hash (v.a->v[i]), 0xe7037ed1a0b428dbu) + i;
          v.a->hash = (guint32) (h ^ (h >> 32));
          v.a->hashed = TRUE;
        }
      return v.a->hash;
    case CARDEA_REGO_OBJECT:
    case CARDEA_REGO_SET:
      return hash_coll (v.c);
    default:
      return v.tag;
    }
}

const char *
cardea_rego_type_name (CardeaRegoValue v)
{
  static const char *const names[]
      = { "undefined", "null",   "boolean", "number", "number",   "string",
          "array",     "object", "set",     "object", "undefined" };
  return names[v.tag];
}
