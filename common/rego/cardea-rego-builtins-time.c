/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* time.* */

#include "common/rego/cardea-rego-builtin.h"
#include "common/rego/cardea-rego-number.h"
#include "common/rego/cardea-rego-time.h"

#include <string.h>

static CardeaRegoValue
now_ns (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return cardea_rego_int (cardea_rego_ctx_now_ns (ctx));
}

static gboolean
ns_value (CardeaRegoCtx *ctx, CardeaRegoValue v, gint64 *ret)
{
  CardeaRegoValue n = cardea_rego_number_to_int (v);
  if (n.tag == CARDEA_REGO_INT)
    *ret = n.i;
  else
    (void) cardea_rego_fail (ctx, "timestamp too big");
  return n.tag == CARDEA_REGO_INT;
}

/* A time: nanoseconds, or [nanoseconds, zone] or [nanoseconds, zone, layout]. */
static gboolean
read_time (CardeaRegoCtx *ctx, const CardeaRegoValue *a, guint i, gint64 *ret_ns,
           GTimeZone **ret_zone, const char **ret_layout)
{
  CardeaRegoValue v = a[i];
  *ret_zone = NULL;
  if (cardea_rego_is_number (v))
    {
      *ret_zone = g_time_zone_new_utc ();
      return ns_value (ctx, v, ret_ns);
    }
  if (v.tag != CARDEA_REGO_ARRAY)
    {
      (void) cardea_rego_fail_operand (ctx, i + 1,
                                       "either number (ns) or [number (ns), string (tz)]", v);
      return FALSE;
    }
  guint32 n = v.a->len;
  if (n < 1 || n > 3 || !cardea_rego_is_number (v.a->v[0])
      || (n > 1 && v.a->v[1].tag != CARDEA_REGO_STRING)
      || (n > 2 && v.a->v[2].tag != CARDEA_REGO_STRING))
    {
      (void) cardea_rego_fail_operand (ctx, i + 1, "[number (ns), string (tz)]", v);
      return FALSE;
    }
  const char *name = n > 1 ? v.a->v[1].s->s : "";
  if (ret_layout != NULL && n > 2)
    *ret_layout = v.a->v[2].s->s;
  if (!ns_value (ctx, v.a->v[0], ret_ns))
    return FALSE;
  *ret_zone = cardea_rego_time_zone (name);
  if (*ret_zone == NULL)
    (void) cardea_rego_fail (ctx, "unknown time zone %s", name);
  return *ret_zone != NULL;
}

static gboolean
split_arg (CardeaRegoCtx *ctx, const CardeaRegoValue *a, CardeaRegoTime *t)
{
  gint64 ns = 0;
  g_autoptr (GTimeZone) zone = NULL;
  if (!read_time (ctx, a, 0, &ns, &zone, NULL))
    return FALSE;
  cardea_rego_time_split (ns, zone, t);
  return TRUE;
}

static CardeaRegoValue
integers (CardeaRegoCtx *ctx, const gint64 *v, guint n)
{
  CardeaRegoValue r = cardea_rego_array_new (cardea_rego_ctx_arena (ctx), n);
  for (guint i = 0; i < n; i++)
    cardea_rego_array_push (cardea_rego_ctx_arena (ctx), r, cardea_rego_int (v[i]));
  return r;
}

static CardeaRegoValue
date (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  CardeaRegoTime t;
  if (!split_arg (ctx, a, &t))
    return CARDEA_REGO_NONE;
  return integers (ctx, (gint64[]){ t.year, t.month, t.day }, 3);
}

static CardeaRegoValue
clock_parts (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  CardeaRegoTime t;
  if (!split_arg (ctx, a, &t))
    return CARDEA_REGO_NONE;
  return integers (ctx, (gint64[]){ t.hour, t.minute, t.second }, 3);
}

static CardeaRegoValue
weekday (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  static const char *const names[]
      = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday" };
  CardeaRegoTime t;
  return split_arg (ctx, a, &t)
             ? cardea_rego_cstring (cardea_rego_ctx_arena (ctx), names[t.weekday])
             : CARDEA_REGO_NONE;
}

static CardeaRegoValue
format (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  CardeaRegoTime t;
  gint64 ns = 0;
  g_autoptr (GTimeZone) zone = NULL;
  g_autoptr (GString) out = g_string_new (NULL);
  const char *layout = "RFC3339Nano";
  if (!read_time (ctx, a, 0, &ns, &zone, &layout))
    return CARDEA_REGO_NONE;
  cardea_rego_time_split (ns, zone, &t);
  cardea_rego_time_format (out, &t, cardea_rego_time_layout (layout));
  return cardea_rego_string (cardea_rego_ctx_arena (ctx), out->str, out->len);
}

static CardeaRegoValue
parse_by (CardeaRegoCtx *ctx, const char *layout, const CardeaRegoString *value)
{
  CardeaRegoTime t;
  gint64 ns;
  g_autofree char *error = NULL;
  if (!cardea_rego_time_parse (layout, value->s, &t, &error))
    return cardea_rego_fail (ctx, "%s", error);
  return cardea_rego_time_join (&t, &ns) ? cardea_rego_int (ns)
                                         : cardea_rego_fail (ctx, "time outside of valid range");
}

static CardeaRegoValue
parse_ns (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  if (!cardea_rego_arg_string (ctx, a, 0) || !cardea_rego_arg_string (ctx, a, 1))
    return CARDEA_REGO_NONE;
  return parse_by (ctx, cardea_rego_time_layout (a[0].s->s), a[1].s);
}

static CardeaRegoValue
parse_rfc3339_ns (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  return cardea_rego_arg_string (ctx, a, 0)
             ? parse_by (ctx, cardea_rego_time_layout ("RFC3339"), a[0].s)
             : CARDEA_REGO_NONE;
}

static CardeaRegoValue
parse_duration_ns (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  gint64 ns;
  if (!cardea_rego_arg_string (ctx, a, 0))
    return CARDEA_REGO_NONE;
  return cardea_rego_time_duration (a[0].s->s, &ns)
             ? cardea_rego_int (ns)
             : cardea_rego_fail (ctx, "time: invalid duration \"%s\"", a[0].s->s);
}

static CardeaRegoValue
add_date (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  gint64 ns = 0, years, months, days, result;
  CardeaRegoTime t;
  g_autoptr (GTimeZone) zone = NULL;
  if (!read_time (ctx, a, 0, &ns, &zone, NULL) || !cardea_rego_arg_int (ctx, a, 1, &years)
      || !cardea_rego_arg_int (ctx, a, 2, &months) || !cardea_rego_arg_int (ctx, a, 3, &days))
    return CARDEA_REGO_NONE;
  if (ABS (years) > 1000 || ABS (months) > 20000 || ABS (days) > 1000000)
    return cardea_rego_fail (ctx, "time outside of valid range");
  cardea_rego_time_split (ns, zone, &t);
  t.year += years;
  t.month += (gint) months;
  t.day += (gint) days;
  return cardea_rego_time_join (&t, &result)
             ? cardea_rego_int (result)
             : cardea_rego_fail (ctx, "time outside of valid range");
}

static CardeaRegoValue
diff (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  gint64 ns[2] = { 0, 0 };
  CardeaRegoTime t[2];
  g_autoptr (GTimeZone) first = NULL;
  g_autoptr (GTimeZone) second = NULL;
  if (!read_time (ctx, a, 0, &ns[0], &first, NULL) || !read_time (ctx, a, 1, &ns[1], &second, NULL))
    return CARDEA_REGO_NONE;
  gboolean swap = ns[0] > ns[1];
  cardea_rego_time_split (swap ? ns[1] : ns[0], first, &t[0]);
  cardea_rego_time_split (swap ? ns[0] : ns[1], first, &t[1]);
  gint64 d[6] = { t[1].year - t[0].year, t[1].month - t[0].month,   t[1].day - t[0].day,
                  t[1].hour - t[0].hour, t[1].minute - t[0].minute, t[1].second - t[0].second };
  if (d[5] < 0)
    {
      d[5] += 60;
      d[4]--;
    }
  if (d[4] < 0)
    {
      d[4] += 60;
      d[3]--;
    }
  if (d[3] < 0)
    {
      d[3] += 24;
      d[2]--;
    }
  if (d[2] < 0)
    {
      d[2] += (cardea_rego_time_seconds (t[0].year, t[0].month + 1, 1, 0, 0, 0)
               - cardea_rego_time_seconds (t[0].year, t[0].month, 1, 0, 0, 0))
              / 86400;
      d[1]--;
    }
  if (d[1] < 0)
    {
      d[1] += 12;
      d[0]--;
    }
  return integers (ctx, d, 6);
}

const CardeaRegoBuiltin cardea_rego_builtins_time[] = {
  { "time.now_ns", 0, BUILTIN_ONCE, now_ns },
  { "time.date", 1, 0, date },
  { "time.clock", 1, 0, clock_parts },
  { "time.weekday", 1, 0, weekday },
  { "time.format", 1, 0, format },
  { "time.parse_ns", 2, 0, parse_ns },
  { "time.parse_rfc3339_ns", 1, 0, parse_rfc3339_ns },
  { "time.parse_duration_ns", 1, 0, parse_duration_ns },
  { "time.add_date", 4, 0, add_date },
  { "time.diff", 2, 0, diff },
  { NULL },
};
