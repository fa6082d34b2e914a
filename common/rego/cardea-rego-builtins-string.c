/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Strings. Positions count characters, as in OPA, not bytes. */

#include "common/rego/cardea-rego-builtin.h"
#include "common/rego/cardea-rego-number.h"

#include <string.h>

static const char *
find (const CardeaRegoString *s, gsize from, const CardeaRegoString *what)
{
  return from > s->len ? NULL : memmem (s->s + from, s->len - from, what->s, what->len);
}

static CardeaRegoValue
strings_of (CardeaRegoCtx *ctx, guint operand, CardeaRegoValue list, CardeaRegoValue v)
{
  return cardea_rego_fail_type (ctx, "operand %u must be %s of strings but got %s containing %s",
                                operand, cardea_rego_type_name (list), cardea_rego_type_name (list),
                                cardea_rego_type_name (v));
}

static CardeaRegoValue
concat (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  CardeaRegoBuf out;
  if (!cardea_rego_arg_string (ctx, a, 0))
    return CARDEA_REGO_NONE;
  if (a[1].tag != CARDEA_REGO_ARRAY && a[1].tag != CARDEA_REGO_SET)
    return cardea_rego_fail_operand (ctx, 2, "one of {set, array}", a[1]);
  cardea_rego_buf_init (&out, cardea_rego_ctx_arena (ctx));
  for (guint32 i = 0; i < cardea_rego_len (a[1]); i++)
    {
      CardeaRegoValue v = cardea_rego_elem (a[1], i);
      if (v.tag != CARDEA_REGO_STRING)
        return strings_of (ctx, 2, a[1], v);
      if (i > 0)
        cardea_rego_buf_add (&out, a[0].s->s, a[0].s->len);
      cardea_rego_buf_add (&out, v.s->s, v.s->len);
      if (out.over || !cardea_rego_ctx_step (ctx, 1))
        return CARDEA_REGO_NONE;
    }
  return cardea_rego_buf_string (&out);
}

static gboolean
two_strings (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return cardea_rego_arg_string (ctx, a, 0) && cardea_rego_arg_string (ctx, a, 1);
}

static CardeaRegoValue
contains (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return two_strings (ctx, a) ? cardea_rego_bool (find (a[0].s, 0, a[1].s) != NULL)
                              : CARDEA_REGO_NONE;
}

static gboolean
has_prefix (const CardeaRegoString *s, const CardeaRegoString *p)
{
  return s->len >= p->len && memcmp (s->s, p->s, p->len) == 0;
}

static gboolean
has_suffix (const CardeaRegoString *s, const CardeaRegoString *p)
{
  return s->len >= p->len && memcmp (s->s + s->len - p->len, p->s, p->len) == 0;
}

static CardeaRegoValue
startswith (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return two_strings (ctx, a) ? cardea_rego_bool (has_prefix (a[0].s, a[1].s)) : CARDEA_REGO_NONE;
}

static CardeaRegoValue
endswith (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return two_strings (ctx, a) ? cardea_rego_bool (has_suffix (a[0].s, a[1].s)) : CARDEA_REGO_NONE;
}

static gboolean
string_or_list (CardeaRegoCtx *ctx, const CardeaRegoValue *a, guint i)
{
  if (a[i].tag == CARDEA_REGO_STRING)
    return TRUE;
  if (a[i].tag != CARDEA_REGO_ARRAY && a[i].tag != CARDEA_REGO_SET)
    {
      (void) cardea_rego_fail_operand (ctx, i + 1, "one of {string, set, array}", a[i]);
      return FALSE;
    }
  for (guint32 k = 0; k < cardea_rego_len (a[i]); k++)
    if (cardea_rego_elem (a[i], k).tag != CARDEA_REGO_STRING)
      {
        (void) strings_of (ctx, i + 1, a[i], cardea_rego_elem (a[i], k));
        return FALSE;
      }
  return TRUE;
}

static CardeaRegoValue
any_match (CardeaRegoCtx *ctx, const CardeaRegoValue *a,
           gboolean (*test) (const CardeaRegoString *, const CardeaRegoString *))
{
  if (!string_or_list (ctx, a, 0) || !string_or_list (ctx, a, 1))
    return CARDEA_REGO_NONE;
  guint32 n = a[0].tag == CARDEA_REGO_STRING ? 1 : cardea_rego_len (a[0]);
  guint32 m = a[1].tag == CARDEA_REGO_STRING ? 1 : cardea_rego_len (a[1]);
  for (guint32 i = 0; i < n; i++)
    {
      CardeaRegoValue s = a[0].tag == CARDEA_REGO_STRING ? a[0] : cardea_rego_elem (a[0], i);
      if (!cardea_rego_ctx_step (ctx, m + 1))
        return CARDEA_REGO_NONE;
      for (guint32 k = 0; k < m; k++)
        if (test (s.s, (a[1].tag == CARDEA_REGO_STRING ? a[1] : cardea_rego_elem (a[1], k)).s))
          return cardea_rego_bool (TRUE);
    }
  return cardea_rego_bool (FALSE);
}

static CardeaRegoValue
any_prefix_match (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return any_match (ctx, a, has_prefix);
}

static CardeaRegoValue
any_suffix_match (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return any_match (ctx, a, has_suffix);
}

static CardeaRegoValue
indexof (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!two_strings (ctx, a))
    return CARDEA_REGO_NONE;
  if (a[1].s->len == 0)
    return cardea_rego_fail (ctx, "empty search character");
  const char *at = find (a[0].s, 0, a[1].s);
  return cardea_rego_int (
      at == NULL ? -1 : cardea_rego_utf8_count (a[0].s->s, (gsize) (at - a[0].s->s)));
}

static CardeaRegoValue
indexof_n (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!two_strings (ctx, a))
    return CARDEA_REGO_NONE;
  if (a[1].s->len == 0)
    return cardea_rego_fail (ctx, "empty search character");
  CardeaRegoValue r = cardea_rego_array_new (cardea_rego_ctx_arena (ctx), 0);
  gint64 index = 0;
  const char *s = a[0].s->s, *end = s + a[0].s->len;
  for (; s < end; s = cardea_rego_utf8_skip (s, end), index++)
    if ((gsize) (end - s) >= a[1].s->len && memcmp (s, a[1].s->s, a[1].s->len) == 0)
      cardea_rego_array_push (cardea_rego_ctx_arena (ctx), r, cardea_rego_int (index));
  return r;
}

static CardeaRegoValue
map_chars (CardeaRegoCtx *ctx, const CardeaRegoValue *a, gunichar (*map) (gunichar))
{
  CardeaRegoBuf out;
  if (!cardea_rego_arg_string (ctx, a, 0))
    return CARDEA_REGO_NONE;
  cardea_rego_buf_init (&out, cardea_rego_ctx_arena (ctx));
  const char *end = a[0].s->s + a[0].s->len;
  for (const char *s = a[0].s->s; s < end; s = cardea_rego_utf8_skip (s, end))
    cardea_rego_buf_addu (&out, map (cardea_rego_utf8_peek (s, end)));
  return out.over ? CARDEA_REGO_NONE : cardea_rego_buf_string (&out);
}

/* NULL when there is more than ASCII in it. */
static CardeaRegoString *
lower_ascii (CardeaRegoCtx *ctx, const CardeaRegoString *s)
{
  if (!cardea_rego_arena_fits (cardea_rego_ctx_arena (ctx), s->len))
    return NULL;
  CardeaRegoString *room = cardea_rego_string_room (cardea_rego_ctx_arena (ctx), s->len);
  guint8 all = 0;
  for (guint32 i = 0; i < s->len; i++)
    {
      guint8 c = (guint8) s->s[i];
      all |= c;
      room->s[i] = (char) (c | (((guint) c - 'A' < 26) << 5));
    }
  return all < 0x80 ? room : NULL;
}

static CardeaRegoValue
lower (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!cardea_rego_arg_string (ctx, a, 0))
    return CARDEA_REGO_NONE;
  CardeaRegoString *ascii = lower_ascii (ctx, a[0].s);
  return ascii != NULL ? cardea_rego_string_done (ascii) : map_chars (ctx, a, g_unichar_tolower);
}

static CardeaRegoValue
upper (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return map_chars (ctx, a, g_unichar_toupper);
}

static CardeaRegoValue
replace_all (CardeaRegoCtx *ctx, const CardeaRegoString *s, const CardeaRegoString *old,
             const CardeaRegoString *new)
{
  CardeaRegoBuf out;
  cardea_rego_buf_init (&out, cardea_rego_ctx_arena (ctx));
  gsize at = 0;
  if (old->len == 0)
    {
      for (; at <= s->len && !out.over;)
        {
          cardea_rego_buf_add (&out, new->s, new->len);
          gsize n = at < s->len
                        ? (gsize) (cardea_rego_utf8_skip (s->s + at, s->s + s->len) - (s->s + at))
                        : 1;
          if (at < s->len)
            cardea_rego_buf_add (&out, s->s + at, n);
          at += n;
        }
      return out.over ? CARDEA_REGO_NONE : cardea_rego_buf_string (&out);
    }
  for (const char *p; (p = find (s, at, old)) != NULL && !out.over;)
    {
      cardea_rego_buf_add (&out, s->s + at, (gsize) (p - s->s) - at);
      cardea_rego_buf_add (&out, new->s, new->len);
      at = (gsize) (p - s->s) + old->len;
    }
  cardea_rego_buf_add (&out, s->s + at, s->len - at);
  return out.over ? CARDEA_REGO_NONE : cardea_rego_buf_string (&out);
}

static CardeaRegoValue
replace (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!two_strings (ctx, a) || !cardea_rego_arg_string (ctx, a, 2))
    return CARDEA_REGO_NONE;
  return replace_all (ctx, a[0].s, a[1].s, a[2].s);
}

/* At each position the first pattern that fits, in sorted order, is replaced. */
static CardeaRegoValue
replace_n (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  CardeaRegoBuf out;
  if (!cardea_rego_arg_object (ctx, a, 0))
    return CARDEA_REGO_NONE;
  CardeaRegoColl *p = a[0].c;
  cardea_rego_coll_sort (p);
  for (guint32 i = 0; i < p->len; i++)
    if (p->k[i].tag != CARDEA_REGO_STRING)
      return cardea_rego_fail_type (ctx, "operand 1 non-string key found in pattern object");
    else if (p->v[i].tag != CARDEA_REGO_STRING)
      return cardea_rego_fail_type (ctx, "operand 1 non-string value found in pattern object");
  if (!cardea_rego_arg_string (ctx, a, 1))
    return CARDEA_REGO_NONE;
  cardea_rego_buf_init (&out, cardea_rego_ctx_arena (ctx));
  const CardeaRegoString *s = a[1].s;
  for (gsize at = 0; at < s->len;)
    {
      guint32 i = 0;
      if (out.over || !cardea_rego_ctx_step (ctx, p->len / 8 + 1))
        return CARDEA_REGO_NONE;
      while (i < p->len
             && (p->k[i].s->len == 0 || s->len - at < p->k[i].s->len
                 || memcmp (s->s + at, p->k[i].s->s, p->k[i].s->len) != 0))
        i++;
      if (i == p->len)
        {
          cardea_rego_buf_addc (&out, s->s[at++]);
          continue;
        }
      cardea_rego_buf_add (&out, p->v[i].s->s, p->v[i].s->len);
      at += p->k[i].s->len;
    }
  return cardea_rego_buf_string (&out);
}

static CardeaRegoValue
split_at_most (CardeaRegoCtx *ctx, const CardeaRegoString *s, const CardeaRegoString *by, gint64 n)
{
  CardeaRegoArena *arena = cardea_rego_ctx_arena (ctx);
  CardeaRegoValue r = cardea_rego_array_new (arena, 4);
  gsize at = 0;
  if (n == 0)
    return r;
  while (n < 0 || (gint64) r.a->len + 1 < n)
    {
      const char *p = by->len > 0   ? find (s, at, by)
                      : at < s->len ? cardea_rego_utf8_skip (s->s + at, s->s + s->len)
                                    : NULL;
      if (by->len == 0 && p == s->s + s->len)
        p = NULL;
      if (p == NULL)
        break;
      if (cardea_rego_arena_over (arena) || !cardea_rego_ctx_step (ctx, 1))
        return CARDEA_REGO_NONE;
      cardea_rego_array_push (arena, r,
                              cardea_rego_string (arena, s->s + at, (gsize) (p - s->s) - at));
      at = (gsize) (p - s->s) + by->len;
    }
  if (by->len > 0 || s->len > 0)
    cardea_rego_array_push (arena, r, cardea_rego_string (arena, s->s + at, s->len - at));
  return r;
}

/* By one byte, as paths and names are: the parts are counted first. */
static CardeaRegoValue
split_at_byte (CardeaRegoCtx *ctx, const CardeaRegoString *s, char by)
{
  CardeaRegoArena *arena = cardea_rego_ctx_arena (ctx);
  guint32 n = 1;
  for (guint32 i = 0; i < s->len; i++)
    n += s->s[i] == by;
  if (!cardea_rego_ctx_step (ctx, n)
      || !cardea_rego_arena_fits (arena, n * sizeof (CardeaRegoValue)))
    return CARDEA_REGO_NONE;
  CardeaRegoValue r = cardea_rego_array_new (arena, n);
  const char *at = s->s, *end = s->s + s->len;
  for (guint32 i = 0; i < n && !cardea_rego_arena_over (arena); i++)
    {
      const char *next = memchr (at, by, (gsize) (end - at));
      gsize len = (gsize) ((next != NULL ? next : end) - at);
      r.a->v[r.a->len++] = cardea_rego_string (arena, at, len);
      at += len + 1;
    }
  cardea_rego_array_filled (arena, r, r.a->len);
  return r;
}

static CardeaRegoValue
split (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (two_strings (ctx, a) && a[1].s->len == 1)
    return split_at_byte (ctx, a[0].s, a[1].s->s[0]);
  return two_strings (ctx, a) ? split_at_most (ctx, a[0].s, a[1].s, -1) : CARDEA_REGO_NONE;
}

static CardeaRegoValue
split_n (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  gint64 n;
  if (!two_strings (ctx, a) || !cardea_rego_arg_int (ctx, a, 2, &n))
    return CARDEA_REGO_NONE;
  CardeaRegoValue all = split_at_most (ctx, a[0].s, a[1].s, -1);
  if (all.tag == CARDEA_REGO_UNDEFINED)
    return all;
  /* The first n parts, or the last when n is negative. */
  gint64 len = all.a->len, from = n < 0 ? MAX (0, len + MAX (n, -len)) : 0,
         to = n < 0 ? len : MIN (n, len);
  CardeaRegoValue r = cardea_rego_array_new (cardea_rego_ctx_arena (ctx), (guint32) (to - from));
  for (gint64 i = from; i < to; i++)
    cardea_rego_array_push (cardea_rego_ctx_arena (ctx), r, all.a->v[i]);
  return r;
}

static CardeaRegoValue
substring (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  gint64 offset, length;
  if (!cardea_rego_arg_string (ctx, a, 0) || !cardea_rego_arg_int (ctx, a, 1, &offset)
      || !cardea_rego_arg_int (ctx, a, 2, &length))
    return CARDEA_REGO_NONE;
  if (offset < 0)
    return cardea_rego_fail (ctx, "negative offset");
  const char *s = a[0].s->s, *end = s + a[0].s->len;
  for (; offset > 0 && s < end; offset--)
    s = cardea_rego_utf8_skip (s, end);
  const char *stop = s;
  if (length < 0)
    stop = end;
  for (; length > 0 && stop < end; length--)
    stop = cardea_rego_utf8_skip (stop, end);
  return cardea_rego_string (cardea_rego_ctx_arena (ctx), s, (gsize) (stop - s));
}

static gboolean
is_space (gunichar c, const CardeaRegoString *set)
{
  return g_unichar_isspace (c) || c == '\v' || c == 0x85 || c == 0xa0;
}

static gboolean
is_in (gunichar c, const CardeaRegoString *set)
{
  const char *end = set->s + set->len;
  for (const char *s = set->s; s < end; s = cardea_rego_utf8_skip (s, end))
    if (cardea_rego_utf8_peek (s, end) == c)
      return TRUE;
  return FALSE;
}

static CardeaRegoValue
trim_by (CardeaRegoCtx *ctx, const CardeaRegoValue *a,
         gboolean (*drop) (gunichar, const CardeaRegoString *), gboolean left, gboolean right)
{
  const char *s = a[0].s->s, *end = s + a[0].s->len;
  const CardeaRegoString *set = drop == is_in ? a[1].s : NULL;
  while (left && s < end && drop (cardea_rego_utf8_peek (s, end), set))
    s = cardea_rego_utf8_skip (s, end);
  while (right && s < end)
    {
      const char *last = cardea_rego_utf8_back (s, end);
      if (!drop (cardea_rego_utf8_peek (last, end), set))
        break;
      end = last;
    }
  return cardea_rego_string (cardea_rego_ctx_arena (ctx), s, (gsize) (end - s));
}

static CardeaRegoValue
trim (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return two_strings (ctx, a) ? trim_by (ctx, a, is_in, TRUE, TRUE) : CARDEA_REGO_NONE;
}

static CardeaRegoValue
trim_left (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return two_strings (ctx, a) ? trim_by (ctx, a, is_in, TRUE, FALSE) : CARDEA_REGO_NONE;
}

static CardeaRegoValue
trim_right (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return two_strings (ctx, a) ? trim_by (ctx, a, is_in, FALSE, TRUE) : CARDEA_REGO_NONE;
}

static CardeaRegoValue
trim_space (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return cardea_rego_arg_string (ctx, a, 0) ? trim_by (ctx, a, is_space, TRUE, TRUE)
                                            : CARDEA_REGO_NONE;
}

static CardeaRegoValue
trim_prefix (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!two_strings (ctx, a))
    return CARDEA_REGO_NONE;
  if (!has_prefix (a[0].s, a[1].s))
    return a[0];
  return cardea_rego_string (cardea_rego_ctx_arena (ctx), a[0].s->s + a[1].s->len,
                             a[0].s->len - a[1].s->len);
}

static CardeaRegoValue
trim_suffix (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!two_strings (ctx, a))
    return CARDEA_REGO_NONE;
  return has_suffix (a[0].s, a[1].s) ? cardea_rego_string (cardea_rego_ctx_arena (ctx), a[0].s->s,
                                                           a[0].s->len - a[1].s->len)
                                     : a[0];
}

static CardeaRegoValue
reverse (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!cardea_rego_arg_string (ctx, a, 0))
    return CARDEA_REGO_NONE;
  CardeaRegoString *room = cardea_rego_string_room (cardea_rego_ctx_arena (ctx), a[0].s->len);
  gsize at = a[0].s->len;
  for (const char *s = a[0].s->s; s < a[0].s->s + a[0].s->len;)
    {
      const char *next = cardea_rego_utf8_skip (s, a[0].s->s + a[0].s->len);
      at -= (gsize) (next - s);
      memcpy (room->s + at, s, (gsize) (next - s));
      s = next;
    }
  return cardea_rego_string_done (room);
}

static CardeaRegoValue
count (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!two_strings (ctx, a))
    return CARDEA_REGO_NONE;
  if (a[1].s->len == 0)
    return cardea_rego_int (cardea_rego_utf8_count (a[0].s->s, a[0].s->len) + 1);
  gint64 n = 0;
  gsize at = 0;
  for (const char *p; (p = find (a[0].s, at, a[1].s)) != NULL; n++)
    at = (gsize) (p - a[0].s->s) + a[1].s->len;
  return cardea_rego_int (n);
}

static CardeaRegoValue
format_int (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  gint64 base;
  if (!cardea_rego_arg_number (ctx, a, 0))
    return CARDEA_REGO_NONE;
  if (!cardea_rego_arg_number (ctx, a, 1))
    return CARDEA_REGO_NONE;
  CardeaRegoValue b = cardea_rego_number_to_int (a[1]);
  base = b.tag == CARDEA_REGO_INT ? b.i : 0;
  if (base != 2 && base != 8 && base != 10 && base != 16)
    return cardea_rego_fail_type (ctx, "operand 2 must be one of {2, 8, 10, 16}");
  mpfr_t f;
  mpz_t z;
  mpfr_init2 (f, 64);
  mpz_init (z);
  cardea_rego_number_get_mpfr (a[0], f);
  if (!cardea_rego_number_get_mpz (a[0], z))
    (void) mpfr_get_z (z, f, MPFR_RNDZ);
  g_autofree char *text = g_malloc (mpz_sizeinbase (z, (int) base) + 2);
  (void) mpz_get_str (text, (int) base, z);
  mpz_clear (z);
  mpfr_clear (f);
  return cardea_rego_cstring (cardea_rego_ctx_arena (ctx), text);
}

const CardeaRegoBuiltin cardea_rego_builtins_string[] = {
  { "concat", 2, 0, concat },
  { "contains", 2, 0, contains },
  { "startswith", 2, 0, startswith },
  { "endswith", 2, 0, endswith },
  { "strings.any_prefix_match", 2, 0, any_prefix_match },
  { "strings.any_suffix_match", 2, 0, any_suffix_match },
  { "indexof", 2, 0, indexof },
  { "indexof_n", 2, 0, indexof_n },
  { "lower", 1, 0, lower },
  { "upper", 1, 0, upper },
  { "replace", 3, 0, replace },
  { "strings.replace_n", 2, 0, replace_n },
  { "split", 2, 0, split },
  { "strings.split_n", 3, 0, split_n },
  { "substring", 3, 0, substring },
  { "trim", 2, 0, trim },
  { "trim_left", 2, 0, trim_left },
  { "trim_right", 2, 0, trim_right },
  { "trim_space", 1, 0, trim_space },
  { "trim_prefix", 2, 0, trim_prefix },
  { "trim_suffix", 2, 0, trim_suffix },
  { "strings.reverse", 1, 0, reverse },
  { "strings.count", 2, 0, count },
  { "format_int", 2, 0, format_int },
  { NULL },
};
