/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/rego/cardea-rego-value.h"

#include <stdarg.h>
#include <string.h>

#define ARENA_FIRST 32768
#define ARENA_NEXT (1u << 18)

typedef struct _Chunk Chunk;
struct _Chunk {
  Chunk *next;
  gsize size;
  guint8 data[] __attribute__ ((aligned (16)));
};

struct _CardeaRegoArena {
  guint8 *at, *end;
  Chunk *chunks; /* newest first; the last one stays over a reset */
  gsize used, limit;
  gboolean over;
};

CardeaRegoArena *
cardea_rego_arena_new (gsize limit)
{
  CardeaRegoArena *arena = g_new0 (CardeaRegoArena, 1);
  arena->limit = limit;
  return arena;
}

static void
free_chunks (Chunk *chunk)
{
  while (chunk != NULL)
    {
      Chunk *next = chunk->next;
      g_free (chunk);
      chunk = next;
    }
}

void
cardea_rego_arena_free (CardeaRegoArena *arena)
{
  if (arena == NULL)
    return;
  free_chunks (arena->chunks);
  g_free (arena);
}

void
cardea_rego_arena_reset (CardeaRegoArena *arena)
{
  Chunk *chunk = arena->chunks;
  if (chunk != NULL && chunk->next != NULL)
    {
      Chunk *last = chunk;
      while (last->next->next != NULL)
        last = last->next;
      Chunk *first = last->next;
      last->next = NULL;
      free_chunks (chunk);
      chunk = arena->chunks = first;
    }
  if (chunk != NULL)
    {
      arena->at = chunk->data;
      arena->end = chunk->data + chunk->size;
    }
  arena->used = 0;
  arena->over = FALSE;
}

void
cardea_rego_arena_set_limit (CardeaRegoArena *arena, gsize limit)
{
  arena->limit = limit;
}

static void *
alloc_slow (CardeaRegoArena *arena, gsize size)
{
  gsize room = arena->chunks == NULL ? ARENA_FIRST : ARENA_NEXT;
  if (room < size)
    room = size;
  Chunk *chunk = g_malloc (sizeof *chunk + room);
  chunk->size = room;
  chunk->next = arena->chunks;
  arena->chunks = chunk;
  arena->at = chunk->data + size;
  arena->end = chunk->data + room;
  return chunk->data;
}

void *
cardea_rego_arena_alloc (CardeaRegoArena *arena, gsize size)
{
  size = (size + 15) & ~(gsize) 15;
  arena->used += size;
  if (G_UNLIKELY (arena->used > arena->limit))
    arena->over = TRUE;
  if (G_LIKELY ((gsize) (arena->end - arena->at) >= size && arena->at != NULL))
    {
      void *p = arena->at;
      arena->at += size;
      return p;
    }
  return alloc_slow (arena, size);
}

void *
cardea_rego_arena_alloc0 (CardeaRegoArena *arena, gsize size)
{
  return memset (cardea_rego_arena_alloc (arena, size), 0, size);
}

gboolean
cardea_rego_arena_over (const CardeaRegoArena *arena)
{
  return arena->over;
}

gboolean
cardea_rego_arena_fits (CardeaRegoArena *arena, gsize size)
{
  if (size <= arena->limit && arena->used <= arena->limit - size)
    return TRUE;
  arena->over = TRUE;
  return FALSE;
}

gsize
cardea_rego_arena_used (const CardeaRegoArena *arena)
{
  return arena->used;
}

gunichar
cardea_rego_utf8_peek (const char *s, const char *end)
{
  if ((guint8) *s < 0x80)
    return (guint8) *s;
  gunichar c = g_utf8_get_char_validated (s, end - s);
  return c == (gunichar) -1 || c == (gunichar) -2 ? 0xfffd : c;
}

const char *
cardea_rego_utf8_skip (const char *s, const char *end)
{
  if ((guint8) *s < 0x80)
    return s + 1;
  gunichar c = g_utf8_get_char_validated (s, end - s);
  return c == (gunichar) -1 || c == (gunichar) -2 ? s + 1 : s + g_unichar_to_utf8 (c, NULL);
}

const char *
cardea_rego_utf8_back (const char *start, const char *end)
{
  for (const char *s = end - 1; s >= start && s >= end - 4; s--)
    if (cardea_rego_utf8_skip (s, end) == end)
      return s;
  return end - 1;
}

gint64
cardea_rego_utf8_count (const char *s, gsize len)
{
  gint64 n = 0;
  for (const char *end = s + len; s < end; s = cardea_rego_utf8_skip (s, end))
    n++;
  return n;
}

void
cardea_rego_buf_init (CardeaRegoBuf *buf, CardeaRegoArena *arena)
{
  *buf = (CardeaRegoBuf){ .arena = arena };
}

static gboolean
buf_room (CardeaRegoBuf *buf, gsize more)
{
  if (buf->over || more > G_MAXUINT32 / 2 || buf->len + more > G_MAXUINT32 / 2)
    {
      buf->over = TRUE;
      return FALSE;
    }
  if (buf->len + more <= buf->cap)
    return TRUE;
  gsize cap = MAX (64, buf->cap * 2);
  while (cap < buf->len + more)
    cap *= 2;
  if (!cardea_rego_arena_fits (buf->arena, cap))
    {
      buf->over = TRUE;
      return FALSE;
    }
  char *s = cardea_rego_arena_alloc (buf->arena, cap);
  if (buf->len > 0)
    memcpy (s, buf->s, buf->len);
  buf->s = s;
  buf->cap = cap;
  return TRUE;
}

void
cardea_rego_buf_add (CardeaRegoBuf *buf, const char *s, gsize len)
{
  if (len == 0 || !buf_room (buf, len))
    return;
  memcpy (buf->s + buf->len, s, len);
  buf->len += len;
}

void
cardea_rego_buf_adds (CardeaRegoBuf *buf, const char *s)
{
  cardea_rego_buf_add (buf, s, strlen (s));
}

void
cardea_rego_buf_addc (CardeaRegoBuf *buf, char c)
{
  cardea_rego_buf_add (buf, &c, 1);
}

void
cardea_rego_buf_addu (CardeaRegoBuf *buf, gunichar c)
{
  char utf8[6];
  if (c > 0x10ffff || (c >= 0xd800 && c < 0xe000))
    c = 0xfffd;
  cardea_rego_buf_add (buf, utf8, g_unichar_to_utf8 (c, utf8));
}

void
cardea_rego_buf_printf (CardeaRegoBuf *buf, const char *format, ...)
{
  va_list args;
  va_start (args, format);
  g_autofree char *text = g_strdup_vprintf (format, args);
  va_end (args);
  cardea_rego_buf_adds (buf, text);
}

CardeaRegoValue
cardea_rego_buf_string (CardeaRegoBuf *buf)
{
  return cardea_rego_string (buf->arena, buf->len > 0 ? buf->s : "", buf->len);
}
