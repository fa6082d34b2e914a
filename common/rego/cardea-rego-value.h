/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include <glib.h>

/* The values Rego computes with. A value is 16 bytes, passed by copy; what it points to lies in an
 * arena and is never freed by itself. A collection may change only between its creation and its
 * first publication (reading its hash or order); afterwards it is immutable. */

#define CARDEA_REGO_MAX_DEPTH 128         /* nesting of a value */
#define CARDEA_REGO_MAX_WEIGHT (1u << 26) /* scalars below a value, counted with repetition */
#define CARDEA_REGO_MAX_DIGITS 4096       /* length of a number's text */
#define CARDEA_REGO_MAX_EXPONENT 4096     /* decimal exponent of a number */

typedef struct _CardeaRegoArena CardeaRegoArena;

typedef enum {
  CARDEA_REGO_UNDEFINED,
  CARDEA_REGO_NULL,
  CARDEA_REGO_BOOL,
  CARDEA_REGO_INT,
  CARDEA_REGO_NUMBER, /* any number that is not an int64 in plain notation; keeps its text */
  CARDEA_REGO_STRING,
  CARDEA_REGO_ARRAY,
  CARDEA_REGO_OBJECT,
  CARDEA_REGO_SET,
  CARDEA_REGO_NODE, /* a part of the data document that holds rules, not computed yet; never visible
                     */
  CARDEA_REGO_ITER_ARRAY, /* scans in progress; never visible */
  CARDEA_REGO_ITER_OBJECT,
  CARDEA_REGO_ITER_SET,
  CARDEA_REGO_ITER_NODE,
} CardeaRegoTag;

typedef struct {
  guint32 len;
  guint32 hash;
  char s[]; /* NUL-terminated, may hold NUL */
} CardeaRegoString;

typedef struct _CardeaRegoArray CardeaRegoArray;
typedef struct _CardeaRegoColl CardeaRegoColl;

typedef struct {
  guint32 tag;
  guint32 n;
  union {
    gint64 i;
    const CardeaRegoString *s;
    const CardeaRegoString *num;
    CardeaRegoArray *a;
    CardeaRegoColl *c;
    const void *p;
  };
} CardeaRegoValue;

struct _CardeaRegoArray {
  guint32 len, cap;
  guint32 weight, hash;
  guint16 depth;
  guint8 hashed;
  CardeaRegoValue *v;
};

/* An object (v set) or a set (v NULL). Above eight entries there is an open-addressing table of
 * positions plus one. */
struct _CardeaRegoColl {
  guint32 len, cap;
  guint32 weight, hash;
  guint16 depth;
  guint8 hashed, sorted;
  guint8 open; /* a rule's result under construction: paths may lead into it */
  guint32 mask;
  guint32 *table;
  CardeaRegoValue *k;
  CardeaRegoValue *v;
};

#define CARDEA_REGO_NONE ((CardeaRegoValue){ .tag = CARDEA_REGO_UNDEFINED })
#define CARDEA_REGO_NIL ((CardeaRegoValue){ .tag = CARDEA_REGO_NULL })

static inline CardeaRegoValue
cardea_rego_bool (gboolean b)
{
  return (CardeaRegoValue){ .tag = CARDEA_REGO_BOOL, .i = b ? 1 : 0 };
}

static inline CardeaRegoValue
cardea_rego_int (gint64 i)
{
  return (CardeaRegoValue){ .tag = CARDEA_REGO_INT, .i = i };
}

static inline gboolean
cardea_rego_is_number (CardeaRegoValue v)
{
  return v.tag == CARDEA_REGO_INT || v.tag == CARDEA_REGO_NUMBER;
}

static inline gboolean
cardea_rego_is_true (CardeaRegoValue v)
{
  return v.tag == CARDEA_REGO_BOOL && v.i;
}

/* Bump allocator. Memory beyond the limit is still served, so that no caller has to check, but
 * `over` is set and whoever drives the evaluation stops at its next step. A single request may not
 * exceed what is left: cardea_rego_arena_fits says so beforehand. */
CardeaRegoArena *cardea_rego_arena_new (gsize limit);
void cardea_rego_arena_free (CardeaRegoArena *arena);
void cardea_rego_arena_reset (CardeaRegoArena *arena);
void cardea_rego_arena_set_limit (CardeaRegoArena *arena, gsize limit);
void *cardea_rego_arena_alloc (CardeaRegoArena *arena, gsize size);
void *cardea_rego_arena_alloc0 (CardeaRegoArena *arena, gsize size);
gboolean cardea_rego_arena_over (const CardeaRegoArena *arena);
gboolean cardea_rego_arena_fits (CardeaRegoArena *arena, gsize size);
gsize cardea_rego_arena_used (const CardeaRegoArena *arena);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (CardeaRegoArena, cardea_rego_arena_free)

guint32 cardea_rego_hash_bytes (const void *bytes, gsize size);
CardeaRegoValue cardea_rego_string (CardeaRegoArena *arena, const char *s, gsize len);
CardeaRegoValue cardea_rego_cstring (CardeaRegoArena *arena, const char *s);
/* Room for len bytes to be filled by the caller, who then calls cardea_rego_string_done. */
CardeaRegoString *cardea_rego_string_room (CardeaRegoArena *arena, gsize len);
CardeaRegoValue cardea_rego_string_done (CardeaRegoString *room);

CardeaRegoValue cardea_rego_array_new (CardeaRegoArena *arena, guint32 cap);
/* The first n elements were set, and there were none before. */
void cardea_rego_array_filled (CardeaRegoArena *arena, CardeaRegoValue array, guint32 n);
void cardea_rego_array_push (CardeaRegoArena *arena, CardeaRegoValue array, CardeaRegoValue v);
CardeaRegoValue cardea_rego_object_new (CardeaRegoArena *arena, guint32 cap);
CardeaRegoValue cardea_rego_set_new (CardeaRegoArena *arena, guint32 cap);
/* Adds or replaces. */
void cardea_rego_object_put (CardeaRegoArena *arena, CardeaRegoValue object, CardeaRegoValue k,
                             CardeaRegoValue v);
/* A key that is known not to be there. */
void cardea_rego_object_append (CardeaRegoArena *arena, CardeaRegoValue object, CardeaRegoValue k,
                                CardeaRegoValue v);
void cardea_rego_object_put_c (CardeaRegoArena *arena, CardeaRegoValue object, const char *k,
                               CardeaRegoValue v);
void cardea_rego_set_add (CardeaRegoArena *arena, CardeaRegoValue set, CardeaRegoValue k);
/* Position of the key, or -1. */
gint64 cardea_rego_coll_find (const CardeaRegoColl *coll, CardeaRegoValue k);
/* The element of any collection at a key; a set gives the key itself. Undefined when absent. */
CardeaRegoValue cardea_rego_get (CardeaRegoValue coll, CardeaRegoValue k);

/* What names are compared with: most are short. */
static inline gboolean
cardea_rego_same_bytes (const char *a, const char *b, guint32 len)
{
  guint64 x, y;
  if (len > 16 || len < 8)
    return memcmp (a, b, len) == 0;
  memcpy (&x, a, 8);
  memcpy (&y, b, 8);
  if (x != y)
    return FALSE;
  memcpy (&x, a + len - 8, 8);
  memcpy (&y, b + len - 8, 8);
  return x == y;
}

static inline gboolean
cardea_rego_same_string (const CardeaRegoString *a, const CardeaRegoString *b)
{
  return a == b
         || (a->hash == b->hash && a->len == b->len && cardea_rego_same_bytes (a->s, b->s, a->len));
}

/* Position of a string among the keys, or -1. */
static inline gint64
cardea_rego_coll_find_string (const CardeaRegoColl *c, const CardeaRegoString *s)
{
  if (c->table == NULL)
    {
      for (guint32 i = 0; i < c->len; i++)
        if (c->k[i].tag == CARDEA_REGO_STRING && cardea_rego_same_string (c->k[i].s, s))
          return i;
      return -1;
    }
  for (guint32 h = s->hash & c->mask; c->table[h] != 0; h = (h + 1) & c->mask)
    {
      CardeaRegoValue k = c->k[c->table[h] - 1];
      if (k.tag == CARDEA_REGO_STRING && cardea_rego_same_string (k.s, s))
        return c->table[h] - 1;
    }
  return -1;
}

/* The same for what most refs are: a member of an object by name. */
static inline CardeaRegoValue
cardea_rego_get_fast (CardeaRegoValue coll, CardeaRegoValue k)
{
  if (coll.tag != CARDEA_REGO_OBJECT || k.tag != CARDEA_REGO_STRING)
    return cardea_rego_get (coll, k);
  gint64 at = cardea_rego_coll_find_string (coll.c, k.s);
  return at < 0 ? CARDEA_REGO_NONE : coll.c->v[at];
}

CardeaRegoValue cardea_rego_get_c (CardeaRegoValue object, const char *k);
/* Sorts in place when not done yet. */
void cardea_rego_coll_sort (CardeaRegoColl *coll);
guint32 cardea_rego_len (CardeaRegoValue v);
/* The i-th element: of an array, of a sorted set, the value of a sorted object. */
CardeaRegoValue cardea_rego_elem (CardeaRegoValue v, guint32 i);

gint cardea_rego_cmp (CardeaRegoValue a, CardeaRegoValue b);
gboolean cardea_rego_eq (CardeaRegoValue a, CardeaRegoValue b);

static inline gboolean
cardea_rego_eq_fast (CardeaRegoValue a, CardeaRegoValue b)
{
  if (a.tag == CARDEA_REGO_STRING && b.tag == CARDEA_REGO_STRING)
    return cardea_rego_same_string (a.s, b.s);
  return cardea_rego_eq (a, b);
}

guint32 cardea_rego_hash (CardeaRegoValue v);
/* Hashes and sorts everything below, after which the value may be shared among threads. */
void cardea_rego_freeze (CardeaRegoValue v);
/* A copy that lives in another arena; strings are copied too. */
CardeaRegoValue cardea_rego_copy (CardeaRegoArena *arena, CardeaRegoValue v);
/* Scalars in a value and its nesting, kept in every collection. */
static inline guint32
cardea_rego_weight (CardeaRegoValue v)
{
  if (v.tag == CARDEA_REGO_ARRAY)
    return v.a->weight;
  return v.tag == CARDEA_REGO_OBJECT || v.tag == CARDEA_REGO_SET ? v.c->weight : 1;
}

static inline guint16
cardea_rego_depth (CardeaRegoValue v)
{
  if (v.tag == CARDEA_REGO_ARRAY)
    return v.a->depth;
  return v.tag == CARDEA_REGO_OBJECT || v.tag == CARDEA_REGO_SET ? v.c->depth : 0;
}

/* Too deep or too heavy values count as memory exhaustion: the evaluation ends at its next step. */
void cardea_rego_check_size (CardeaRegoArena *arena, guint32 weight, guint16 depth);
const char *cardea_rego_type_name (CardeaRegoValue v);
/* Sorts an array of values in OPA's order. */
void cardea_rego_sort_values (CardeaRegoValue *v, guint32 n);

static inline gboolean
cardea_rego_is_str (CardeaRegoValue v, const char *s)
{
  return v.tag == CARDEA_REGO_STRING && strcmp (v.s->s, s) == 0;
}

/* Characters of text that may be any bytes: an invalid byte counts as one U+FFFD, as in Go. */
gunichar cardea_rego_utf8_peek (const char *s, const char *end);
const char *cardea_rego_utf8_skip (const char *s, const char *end);
/* The start of the character that ends at end. */
const char *cardea_rego_utf8_back (const char *start, const char *end);
gint64 cardea_rego_utf8_count (const char *s, gsize len);

/* Text that grows in an arena; past the arena's limit it stops and says so. */
typedef struct {
  CardeaRegoArena *arena;
  char *s;
  gsize len, cap;
  gboolean over;
} CardeaRegoBuf;

void cardea_rego_buf_init (CardeaRegoBuf *buf, CardeaRegoArena *arena);
void cardea_rego_buf_add (CardeaRegoBuf *buf, const char *s, gsize len);
void cardea_rego_buf_adds (CardeaRegoBuf *buf, const char *s);
void cardea_rego_buf_addc (CardeaRegoBuf *buf, char c);
void cardea_rego_buf_addu (CardeaRegoBuf *buf, gunichar c);
void cardea_rego_buf_printf (CardeaRegoBuf *buf, const char *format, ...) G_GNUC_PRINTF (2, 3);
CardeaRegoValue cardea_rego_buf_string (CardeaRegoBuf *buf);
