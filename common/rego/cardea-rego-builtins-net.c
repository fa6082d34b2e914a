/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* net.cidr_*: addresses as 128-bit numbers, of 32 or 128 bits. Nothing here asks the network. */

#include "common/rego/cardea-rego-builtin.h"

#include <arpa/inet.h>
#include <string.h>

#define MAX_EXPAND 65536

typedef unsigned __int128 Address;

typedef struct {
  Address first, last;
  gint bits;   /* 32 or 128 */
  gint prefix; /* -1: a single address */
} Range;

static gboolean
parse_address (const char *s, Range *r)
{
  guint8 b[16];
  r->bits = strchr (s, ':') != NULL ? 128 : 32;
  if (inet_pton (r->bits == 32 ? AF_INET : AF_INET6, s, b) != 1)
    return FALSE;
  r->first = 0;
  for (gint i = 0; i < r->bits / 8; i++)
    r->first = r->first << 8 | b[i];
  r->last = r->first;
  r->prefix = -1;
  return TRUE;
}

static Address
host_mask (gint bits, gint prefix)
{
  gint n = bits - prefix;
  return n >= 128 ? ~(Address) 0 : ((Address) 1 << n) - 1;
}

static gboolean
parse_cidr (const CardeaRegoString *text, Range *r)
{
  const char *slash = memchr (text->s, '/', text->len);
  if (slash == NULL || text->len > 64 || strlen (text->s) != text->len)
    return FALSE;
  g_autofree char *address = g_strndup (text->s, (gsize) (slash - text->s));
  const char *digits = slash + 1;
  gsize n = strlen (digits);
  if (!parse_address (address, r) || n == 0 || n > 3 || strspn (digits, "0123456789") != n
      || (n > 1 && digits[0] == '0'))
    return FALSE;
  r->prefix = (gint) g_ascii_strtoull (digits, NULL, 10);
  if (r->prefix > r->bits)
    return FALSE;
  r->first &= ~host_mask (r->bits, r->prefix);
  r->last = r->first | host_mask (r->bits, r->prefix);
  return TRUE;
}

static gboolean
parse_either (const CardeaRegoString *text, Range *r)
{
  return strlen (text->s) == text->len && (parse_address (text->s, r) || parse_cidr (text, r));
}

/* As Go prints: lower case, the longest run of zeros shortened, mapped IPv4 plainly. */
static void
print_address (GString *out, Address a, gint bits)
{
  if (bits == 128 && a >> 32 == 0xffff)
    bits = 32;
  if (bits == 32)
    {
      g_string_append_printf (out, "%u.%u.%u.%u", (guint) (a >> 24) & 255, (guint) (a >> 16) & 255,
                              (guint) (a >> 8) & 255, (guint) a & 255);
      return;
    }
  gint best = -1, best_len = 1;
  for (gint i = 0; i < 8; i++)
    {
      gint n = 0;
      while (i + n < 8 && ((a >> (16 * (7 - i - n))) & 0xffff) == 0)
        n++;
      if (n > best_len)
        {
          best = i;
          best_len = n;
        }
    }
  for (gint i = 0; i < 8; i++)
    {
      if (i == best)
        {
          g_string_append (out, "::");
          i += best_len - 1;
          continue;
        }
      if (i > 0 && out->str[out->len - 1] != ':')
        g_string_append_c (out, ':');
      g_string_append_printf (out, "%x", (guint) (a >> (16 * (7 - i))) & 0xffff);
    }
}

static CardeaRegoValue
bad_cidr (CardeaRegoCtx *ctx, CardeaRegoValue v)
{
  return cardea_rego_fail (ctx, "invalid CIDR address: %s", v.s->s);
}

static CardeaRegoValue
contains (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  Range net, what;
  if (!cardea_rego_arg_string (ctx, a, 0) || !cardea_rego_arg_string (ctx, a, 1))
    return CARDEA_REGO_NONE;
  if (!parse_cidr (a[0].s, &net))
    return bad_cidr (ctx, a[0]);
  if (!parse_either (a[1].s, &what))
    return bad_cidr (ctx, a[1]);
  return cardea_rego_bool (net.bits == what.bits && net.first <= what.first
                           && what.last <= net.last);
}

static CardeaRegoValue
intersects (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  Range r[2];
  for (guint i = 0; i < 2; i++)
    {
      if (!cardea_rego_arg_string (ctx, a, i))
        return CARDEA_REGO_NONE;
      if (!parse_cidr (a[i].s, &r[i]))
        return bad_cidr (ctx, a[i]);
    }
  return cardea_rego_bool (r[0].bits == r[1].bits && r[0].first <= r[1].last
                           && r[1].first <= r[0].last);
}

static CardeaRegoValue
is_valid (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  Range r;
  return cardea_rego_bool (a[0].tag == CARDEA_REGO_STRING && parse_cidr (a[0].s, &r));
}

static CardeaRegoValue
expand (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  Range r;
  if (!cardea_rego_arg_string (ctx, a, 0))
    return CARDEA_REGO_NONE;
  if (!parse_cidr (a[0].s, &r))
    return bad_cidr (ctx, a[0]);
  if (r.last - r.first >= MAX_EXPAND)
    return cardea_rego_fail (ctx, "too many addresses");
  CardeaRegoValue set = cardea_rego_set_new (cardea_rego_ctx_arena (ctx), 16);
  for (Address at = r.first;; at++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      print_address (text, at, r.bits);
      cardea_rego_set_add (cardea_rego_ctx_arena (ctx), set,
                           cardea_rego_string (cardea_rego_ctx_arena (ctx), text->str, text->len));
      if (!cardea_rego_ctx_step (ctx, 1) || cardea_rego_arena_over (cardea_rego_ctx_arena (ctx)))
        return CARDEA_REGO_NONE;
      if (at == r.last)
        return set;
    }
}

/* The address text of an element: itself, or its first member. */
static CardeaRegoValue
element_text (CardeaRegoValue v)
{
  if (v.tag == CARDEA_REGO_ARRAY && v.a->len > 0)
    v = v.a->v[0];
  return v.tag == CARDEA_REGO_STRING ? v : CARDEA_REGO_NONE;
}

typedef struct {
  CardeaRegoValue key;
  Range range;
} Entry;

static gboolean
add_entry (CardeaRegoCtx *ctx, GArray *list, guint operand, CardeaRegoValue key, CardeaRegoValue v)
{
  CardeaRegoValue text = element_text (v);
  Entry e = { .key = key };
  if (text.tag == CARDEA_REGO_UNDEFINED)
    {
      (void) cardea_rego_fail (ctx, "operand %u: element must be string or non-empty array",
                               operand + 1);
      return FALSE;
    }
  if (operand == 0 ? !parse_cidr (text.s, &e.range) : !parse_either (text.s, &e.range))
    {
      (void) bad_cidr (ctx, text);
      return FALSE;
    }
  g_array_append_val (list, e);
  return TRUE;
}

static GArray *
entries (CardeaRegoCtx *ctx, const CardeaRegoValue *a, guint operand)
{
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (Entry));
  CardeaRegoValue v = a[operand];
  gboolean good = TRUE;
  if (v.tag == CARDEA_REGO_STRING)
    good = add_entry (ctx, list, operand, v, v);
  else if (v.tag == CARDEA_REGO_ARRAY)
    for (guint32 i = 0; i < v.a->len && good; i++)
      good = add_entry (ctx, list, operand, cardea_rego_int (i), v.a->v[i]);
  else if (v.tag == CARDEA_REGO_SET || v.tag == CARDEA_REGO_OBJECT)
    for (guint32 i = 0; i < v.c->len && good; i++)
      good = add_entry (ctx, list, operand, v.c->k[i],
                        v.tag == CARDEA_REGO_SET ? v.c->k[i] : v.c->v[i]);
  else
    {
      (void) cardea_rego_fail_operand (ctx, operand + 1, "one of {string, array, set, object}", v);
      good = FALSE;
    }
  return good ? g_steal_pointer (&list) : NULL;
}

static CardeaRegoValue
contains_matches (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  CardeaRegoArena *arena = cardea_rego_ctx_arena (ctx);
  g_autoptr (GArray) nets = entries (ctx, a, 0);
  g_autoptr (GArray) all = nets != NULL ? entries (ctx, a, 1) : NULL;
  if (all == NULL)
    return CARDEA_REGO_NONE;
  CardeaRegoValue r = cardea_rego_set_new (arena, 4);
  for (guint i = 0; i < nets->len; i++)
    for (guint k = 0; k < all->len; k++)
      {
        const Entry *net = &g_array_index (nets, Entry, i), *e = &g_array_index (all, Entry, k);
        if (!cardea_rego_ctx_step (ctx, 1) || cardea_rego_arena_over (arena))
          return CARDEA_REGO_NONE;
        if (net->range.bits != e->range.bits || net->range.first > e->range.first
            || e->range.last > net->range.last)
          continue;
        CardeaRegoValue pair = cardea_rego_array_new (arena, 2);
        cardea_rego_array_push (arena, pair, net->key);
        cardea_rego_array_push (arena, pair, e->key);
        cardea_rego_set_add (arena, r, pair);
      }
  return r;
}

static gint
cmp_range (gconstpointer a, gconstpointer b)
{
  const Range *x = a, *y = b;
  if (x->bits != y->bits)
    return x->bits - y->bits;
  return x->first != y->first ? (x->first < y->first ? -1 : 1)
                              : (x->last > y->last) - (x->last < y->last);
}

/* An IPv4 address alone stands for the network of its class. */
static gboolean
merge_entry (CardeaRegoCtx *ctx, GArray *list, CardeaRegoValue v)
{
  Range r;
  if (v.tag != CARDEA_REGO_STRING || !parse_either (v.s, &r))
    {
      (void) cardea_rego_fail (ctx, v.tag == CARDEA_REGO_STRING ? "invalid IP address or CIDR"
                                                                : "element must be string");
      return FALSE;
    }
  if (r.prefix < 0 && r.bits == 128)
    {
      (void) cardea_rego_fail (ctx, "IPv6 invalid: needs prefix length");
      return FALSE;
    }
  if (r.prefix < 0)
    {
      guint top = (guint) (r.first >> 24);
      r.prefix = top < 128 ? 8 : top < 192 ? 16 : 24;
      r.first &= ~host_mask (32, r.prefix);
      r.last = r.first | host_mask (32, r.prefix);
    }
  g_array_append_val (list, r);
  return TRUE;
}

/* The fewest networks that cover exactly first…last. */
static gboolean
add_networks (CardeaRegoCtx *ctx, CardeaRegoValue set, Range r)
{
  for (Address at = r.first;;)
    {
      gint prefix = r.bits;
      while (prefix > 0 && (at & host_mask (r.bits, prefix - 1)) == 0
             && (at | host_mask (r.bits, prefix - 1)) <= r.last)
        prefix--;
      g_autoptr (GString) text = g_string_new (NULL);
      print_address (text, at, r.bits);
      g_string_append_printf (text, "/%d", prefix);
      cardea_rego_set_add (cardea_rego_ctx_arena (ctx), set,
                           cardea_rego_string (cardea_rego_ctx_arena (ctx), text->str, text->len));
      Address end = at | host_mask (r.bits, prefix);
      if (end >= r.last)
        return TRUE;
      if (!cardea_rego_ctx_step (ctx, 1))
        return FALSE;
      at = end + 1;
    }
}

static CardeaRegoValue
merge (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (a[0].tag != CARDEA_REGO_ARRAY && a[0].tag != CARDEA_REGO_SET)
    return cardea_rego_fail_operand (ctx, 1, "one of {set, array}", a[0]);
  g_autoptr (GArray) list = g_array_new (FALSE, FALSE, sizeof (Range));
  for (guint32 i = 0; i < cardea_rego_len (a[0]); i++)
    if (!merge_entry (ctx, list, cardea_rego_elem (a[0], i)))
      return CARDEA_REGO_NONE;
  g_array_sort (list, cmp_range);
  CardeaRegoValue set = cardea_rego_set_new (cardea_rego_ctx_arena (ctx), 4);
  for (guint i = 0; i < list->len;)
    {
      Range r = g_array_index (list, Range, i);
      for (i++; i < list->len; i++)
        {
          const Range *n = &g_array_index (list, Range, i);
          if (n->bits != r.bits || (n->first > r.last && n->first - 1 != r.last))
            break;
          r.last = MAX (r.last, n->last);
        }
      if (!add_networks (ctx, set, r))
        return CARDEA_REGO_NONE;
    }
  return set;
}

const CardeaRegoBuiltin cardea_rego_builtins_net[] = {
  { "net.cidr_contains", 2, 0, contains },
  { "net.cidr_contains_matches", 2, 0, contains_matches },
  { "net.cidr_expand", 1, 0, expand },
  { "net.cidr_intersects", 2, 0, intersects },
  { "net.cidr_overlap", 2, BUILTIN_DEPRECATED, contains },
  { "net.cidr_is_valid", 1, 0, is_valid },
  { "net.cidr_merge", 1, 0, merge },
  { NULL },
};
