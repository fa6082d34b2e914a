/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: keyed digests, that what has the same one was judged before. Refuses: to take a part of a
 * value for judged: JSON is cut only where a value begins, and what is no JSON nowhere. Known gaps:
 * a secret that is spread over values of which the first was sent long before. */

#include "common/dlp/cardea-dlp-memory.h"

#include <sodium.h>
#include <string.h>

struct _CardeaDlpMemory {
  guint8 key[crypto_shorthash_KEYBYTES];
  GByteArray *carry;
  GArray *blocks;        /* guint64, of the last body; none of what is no JSON */
  CardeaDlpResult *last; /* places count from the body's begin */
  gsize looked;
};

CardeaDlpMemory *
cardea_dlp_memory_new (void)
{
  CardeaDlpMemory *memory = g_new0 (CardeaDlpMemory, 1);

  randombytes_buf (memory->key, sizeof memory->key);
  memory->carry = g_byte_array_new ();
  memory->blocks = g_array_new (FALSE, FALSE, sizeof (guint64));
  memory->last = cardea_dlp_result_new ();
  return memory;
}

void
cardea_dlp_memory_free (CardeaDlpMemory *memory)
{
  if (memory == NULL)
    return;
  /* It is the tail of what may be a secret. */
  sodium_memzero (memory->carry->data, memory->carry->len);
  g_byte_array_unref (memory->carry);
  g_array_unref (memory->blocks);
  cardea_dlp_result_free (memory->last);
  g_free (memory);
}

gsize
cardea_dlp_memory_looked (const CardeaDlpMemory *memory)
{
  return memory->looked;
}

/* --- what is new --- */

typedef struct {
  const char *bytes;
  gsize size;
} Body;

static gboolean
is_json (const Body *body)
{
  gsize i = 0;
  while (i < body->size && g_ascii_isspace (body->bytes[i]))
    i++;
  return i < body->size && (body->bytes[i] == '{' || body->bytes[i] == '[');
}

static guint64
digest_block (const CardeaDlpMemory *memory, const Body *body, guint i)
{
  guint64 digest = 0;

  G_STATIC_ASSERT (sizeof digest == crypto_shorthash_BYTES);
  crypto_shorthash ((guint8 *) &digest,
                    (const guint8 *) body->bytes + (gsize) i * CARDEA_DLP_MEMORY_BLOCK,
                    CARDEA_DLP_MEMORY_BLOCK, memory->key);
  return digest;
}

/* Replaces the digests; how many bytes are as they were. */
static gsize
compare (CardeaDlpMemory *memory, const Body *body)
{
  guint n = is_json (body) ? (guint) (body->size / CARDEA_DLP_MEMORY_BLOCK) : 0;
  guint known = memory->blocks->len, same = 0;
  gboolean equal = TRUE;

  g_array_set_size (memory->blocks, n);
  for (guint i = 0; i < n; i++)
    {
      guint64 *block = &g_array_index (memory->blocks, guint64, i);
      guint64 digest = digest_block (memory, body, i);
      equal = equal && i < known && *block == digest;
      same += equal;
      *block = digest;
    }
  return (gsize) same * CARDEA_DLP_MEMORY_BLOCK;
}

/* The last quotation mark before end that no backslash stands before, at most
 * CARDEA_DLP_MEMORY_VALUE bytes away: where a value of JSON begins or ends. 0: there is none. */
static gsize
find_cut (const Body *body, gsize end)
{
  gsize least = end > CARDEA_DLP_MEMORY_VALUE ? end - CARDEA_DLP_MEMORY_VALUE : 0;

  for (gsize at = end; at > least + 1; at--)
    if (body->bytes[at - 1] == '"' && body->bytes[at - 2] != '\\')
      return at - 1;
  return 0;
}

static gboolean
is_split (const CardeaDlpResult *last, gsize cut)
{
  for (guint i = 0; i < cardea_dlp_result_size (last); i++)
    {
      const CardeaDlpFinding *finding = cardea_dlp_result_nth (last, i);
      if (finding->start < cut && finding->end > cut)
        return TRUE;
    }
  return FALSE;
}

/* What of the body was judged: up to ret_cut; what is looked at begins at ret_from, before that. */
static void
find_new (CardeaDlpMemory *memory, const Body *body, gsize *ret_cut, gsize *ret_from)
{
  gsize same = compare (memory, body);
  gsize cut = same > CARDEA_DLP_MEMORY_OVERLAP ? find_cut (body, same) : 0;
  gsize from
      = cut > CARDEA_DLP_MEMORY_OVERLAP ? find_cut (body, cut - CARDEA_DLP_MEMORY_OVERLAP) : 0;
  gboolean whole = from == 0 || is_split (memory->last, cut);

  *ret_cut = whole ? 0 : cut;
  *ret_from = whole ? 0 : from;
}

/* --- the scan --- */

/* Of the body, if there is one: what is cut in two goes on in the next. */
static void
keep_tail (CardeaDlpMemory *memory, const guint8 *content, gsize size)
{
  gsize tail = MIN (size, (gsize) CARDEA_DLP_MEMORY_CARRY);

  g_byte_array_append (memory->carry, content + size - tail, tail);
  if (memory->carry->len > CARDEA_DLP_MEMORY_CARRY)
    g_byte_array_remove_range (memory->carry, 0, memory->carry->len - CARDEA_DLP_MEMORY_CARRY);
}

static void
remember (CardeaDlpMemory *memory, const CardeaDlpResult *result, gsize skip)
{
  cardea_dlp_result_free (memory->last);
  memory->last = cardea_dlp_result_new ();
  cardea_dlp_result_set_obstacle (memory->last, cardea_dlp_result_obstacle (result));
  for (guint i = 0; memory->blocks->len > 0 && i < cardea_dlp_result_size (result); i++)
    {
      const CardeaDlpFinding *finding = cardea_dlp_result_nth (result, i);
      if (finding->start >= skip)
        cardea_dlp_result_add_known (memory->last, finding, finding->start - skip);
    }
}

/* What was found before cut, once more. */
static void
recall (const CardeaDlpMemory *memory, CardeaDlpResult *result, gsize skip, gsize cut)
{
  for (guint i = 0; cut > 0 && i < cardea_dlp_result_size (memory->last); i++)
    {
      const CardeaDlpFinding *finding = cardea_dlp_result_nth (memory->last, i);
      if (finding->end <= cut)
        cardea_dlp_result_add_known (result, finding, finding->start + skip);
    }
  if (cut > 0)
    cardea_dlp_result_set_obstacle (result, cardea_dlp_result_obstacle (memory->last));
}

/* What stands before the body, the carry at carried, and what is new of the body, which may go on
 * what the carry ends with. */
static GByteArray *
gather (const CardeaDlpMemory *memory, const guint8 *content, gsize size, gsize skip, gsize from,
        gsize carried)
{
  GByteArray *all = g_byte_array_sized_new (memory->carry->len + size - from);

  g_byte_array_append (all, content, carried);
  g_byte_array_append (all, memory->carry->data, memory->carry->len);
  g_byte_array_append (all, content + carried, skip - carried);
  g_byte_array_append (all, content + skip + from, size - skip - from);
  return all;
}

CardeaDlpResult *
cardea_dlp_memory_scan (CardeaDlpMemory *memory, CardeaDlpEngine *engine, const void *content,
                        gsize size, gsize skip, const CardeaDlpScanOptions *options)
{
  CardeaDlpResult *result = cardea_dlp_result_new ();
  gsize cut = 0, from = 0;

  if (size > CARDEA_DLP_SCAN_MAX_CONTENT)
    {
      cardea_dlp_result_set_obstacle (result, CARDEA_DLP_OBSTACLE_LARGE);
      size = CARDEA_DLP_SCAN_MAX_CONTENT;
    }
  skip = MIN (skip, size);
  const Body body = { (const char *) content + skip, size - skip };
  find_new (memory, &body, &cut, &from);
  gsize begin = size > skip ? skip : 0; /* without a body the rest goes on */
  g_autoptr (GByteArray) all = gather (memory, content, size, skip, from, begin);
  memory->looked = all->len;
  cardea_dlp_scan_into (engine, all->data, all->len, options, result);
  cardea_dlp_result_cut (result, begin, memory->carry->len);
  cardea_dlp_result_widen (result, skip, from);
  cardea_dlp_result_drop (result, skip, skip + cut);
  recall (memory, result, skip, cut);
  cardea_dlp_result_settle (result, content, size);
  remember (memory, result, skip);
  cardea_dlp_scan_guess (result, options->classifier, content, size);
  keep_tail (memory, (const guint8 *) content + begin, size - begin);
  return result;
}
