/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* sprintf as Go's fmt prints. The memory budget bounds what width and precision ask for. */

#include "common/rego/cardea-rego-builtin.h"
#include "common/rego/cardea-rego-json.h"
#include "common/rego/cardea-rego-number.h"

#include <string.h>

#define MAX_WIDTH 1000000 /* as in Go; a larger one ends the format */

typedef struct {
  gboolean minus, plus, sharp, space, zero, has_precision;
  gint width, precision;
  char verb;
} Spec;

typedef enum {
  ARG_INT,
  ARG_BIG,
  ARG_FLOAT,
  ARG_TEXT,
} ArgKind;

typedef struct {
  ArgKind kind;
  const char *text; /* of ARG_TEXT and the digits of numbers */
  gsize len;
  gdouble d;
  CardeaRegoValue v;
} Arg;

static Arg
make_arg (CardeaRegoCtx *ctx, CardeaRegoValue v)
{
  Arg arg = { ARG_TEXT, NULL, 0, 0, v };
  CardeaRegoBuf buf;
  if (v.tag == CARDEA_REGO_STRING)
    {
      arg.text = v.s->s;
      arg.len = v.s->len;
      return arg;
    }
  cardea_rego_buf_init (&buf, cardea_rego_ctx_arena (ctx));
  cardea_rego_term_write (&buf, v);
  CardeaRegoValue text = cardea_rego_buf_string (&buf);
  arg.text = text.s->s;
  arg.len = text.s->len;
  if (v.tag == CARDEA_REGO_INT)
    arg.kind = ARG_INT;
  else if (v.tag == CARDEA_REGO_NUMBER && cardea_rego_number_is_integer (v))
    arg.kind = ARG_BIG;
  else if (v.tag == CARDEA_REGO_NUMBER)
    {
      arg.d = cardea_rego_number_to_double (v);
      if (arg.d <= G_MAXDOUBLE && arg.d >= -G_MAXDOUBLE)
        arg.kind = ARG_FLOAT;
    }
  return arg;
}

static void
pad (CardeaRegoBuf *out, const Spec *s, const char *text, gsize len, gboolean number)
{
  gsize chars = (gsize) cardea_rego_utf8_count (text, len);
  gsize fill = (gsize) s->width > chars ? (gsize) s->width - chars : 0;
  gboolean zero = s->zero && !s->minus && number;
  if (zero && len > 0 && (text[0] == '-' || text[0] == '+'))
    {
      cardea_rego_buf_addc (out, text[0]);
      text++;
      len--;
    }
  for (gsize i = 0; i < fill && !s->minus; i++)
    cardea_rego_buf_addc (out, zero || (s->zero && !s->minus) ? '0' : ' ');
  cardea_rego_buf_add (out, text, len);
  for (gsize i = 0; i < fill && s->minus; i++)
    cardea_rego_buf_addc (out, ' ');
}

/* Go's shortest %g, %e of a double. */
static void
format_double (GString *out, gdouble d, char verb, gint precision, gint threshold)
{
  char digits[64];
  gint p = 0;
  if (precision >= 0 && (verb == 'f' || verb == 'F' || verb == 'e' || verb == 'E'))
    {
      char format[16];
      g_snprintf (format, sizeof format, "%%.%d%c", precision, verb == 'F' ? 'f' : verb);
      g_autofree char *room = g_malloc ((gsize) precision + 400);
      g_string_append (out, g_ascii_formatd (room, precision + 400, format, d));
      return;
    }
  for (p = precision > 0 ? precision : 1; p <= 17; p++)
    {
      char format[16];
      g_snprintf (format, sizeof format, "%%.%de", p - 1);
      (void) g_ascii_formatd (digits, sizeof digits, format, d);
      if (precision >= 0 || g_ascii_strtod (digits, NULL) == d)
        break;
    }
  char *e = strchr (digits, 'e');
  glong exponent = strtol (e + 1, NULL, 10);
  *e = 0;
  g_autoptr (GString) mantissa = g_string_new (NULL);
  for (const char *c = digits; *c != 0; c++)
    if (g_ascii_isdigit (*c))
      g_string_append_c (mantissa, *c);
  while (mantissa->len > 1 && mantissa->str[mantissa->len - 1] == '0')
    g_string_truncate (mantissa, mantissa->len - 1);
  if (digits[0] == '-')
    g_string_append_c (out, '-');
  if (verb == 'e' || verb == 'E'
      || ((verb == 'g' || verb == 'G') && (exponent < -4 || exponent >= threshold)))
    {
      g_string_append_c (out, mantissa->str[0]);
      if (mantissa->len > 1)
        g_string_append_printf (out, ".%s", mantissa->str + 1);
      g_string_append_printf (out, "%c%c%02ld", verb == 'E' || verb == 'G' ? 'E' : 'e',
                              exponent < 0 ? '-' : '+', ABS (exponent));
      return;
    }
  if (exponent < 0)
    {
      g_string_append (out, "0.");
      for (glong i = -1; i > exponent; i--)
        g_string_append_c (out, '0');
      g_string_append (out, mantissa->str);
      return;
    }
  for (glong i = 0; i <= exponent || i < (glong) mantissa->len; i++)
    {
      if (i == exponent + 1)
        g_string_append_c (out, '.');
      g_string_append_c (out, i < (glong) mantissa->len ? mantissa->str[i] : '0');
    }
}

static const char *
type_of (const Arg *arg)
{
  static const char *const names[] = { "int", "*big.Int", "float64", "string" };
  return names[arg->kind];
}

static void
print_value (CardeaRegoBuf *out, const Arg *arg)
{
  if (arg->kind != ARG_FLOAT)
    {
      cardea_rego_buf_add (out, arg->text, arg->len);
      return;
    }
  g_autoptr (GString) text = g_string_new (NULL);
  format_double (text, arg->d, 'g', -1, 21);
  cardea_rego_buf_add (out, text->str, text->len);
}

static void
bad_verb (CardeaRegoBuf *out, const Spec *s, const Arg *arg)
{
  cardea_rego_buf_printf (out, "%%!%c(%s=", s->verb, type_of (arg));
  print_value (out, arg);
  cardea_rego_buf_addc (out, ')');
}

static void
print_integer (CardeaRegoBuf *out, const Spec *s, const Arg *arg)
{
  gint base = s->verb == 'x'                     ? 16
              : s->verb == 'X'                   ? -16
              : s->verb == 'o' || s->verb == 'O' ? 8
              : s->verb == 'b'                   ? 2
                                                 : 10;
  if (strchr ("vdsxXobOcqU", s->verb) == NULL || (arg->kind == ARG_INT && s->verb == 's')
      || (arg->kind == ARG_BIG && strchr ("cqU", s->verb) != NULL))
    {
      bad_verb (out, s, arg);
      return;
    }
  if (strchr ("cqU", s->verb) != NULL)
    {
      gunichar c = arg->v.i >= 0 && arg->v.i <= 0x10ffff ? (gunichar) arg->v.i : 0xfffd;
      if (s->verb == 'q')
        cardea_rego_buf_addc (out, '\'');
      if (s->verb == 'U')
        cardea_rego_buf_printf (out, "U+%04X", c);
      else
        cardea_rego_buf_addu (out, c);
      if (s->verb == 'q')
        cardea_rego_buf_addc (out, '\'');
      return;
    }
  mpz_t z;
  mpz_init (z);
  (void) cardea_rego_number_get_mpz (arg->v, z);
  g_autofree char *digits = g_malloc (mpz_sizeinbase (z, ABS (base)) + 2);
  (void) mpz_get_str (digits, base, z);
  gboolean negative = mpz_sgn (z) < 0;
  mpz_clear (z);
  const char *bare = digits + negative;
  const char *prefix = s->verb == 'O' ? "0o"
                       : !s->sharp    ? ""
                       : base == 16   ? "0x"
                       : base == -16  ? "0X"
                       : base == 8    ? "0"
                       : base == 2    ? "0b"
                                      : "";
  g_autoptr (GString) text = g_string_new (negative ? "-" : s->plus ? "+" : s->space ? " " : "");
  g_string_append (text, prefix);
  for (gint i = (gint) strlen (bare); s->has_precision && i < s->precision; i++)
    g_string_append_c (text, '0');
  g_string_append (text, bare);
  pad (out, s, text->str, text->len, TRUE);
}

static void
print_float (CardeaRegoBuf *out, const Spec *s, const Arg *arg)
{
  if (strchr ("vbgGxXfFeE", s->verb) == NULL)
    {
      bad_verb (out, s, arg);
      return;
    }
  g_autoptr (GString) text = g_string_new (s->plus && arg->d >= 0    ? "+"
                                           : s->space && arg->d >= 0 ? " "
                                                                     : "");
  char verb = s->verb == 'v' ? 'g' : s->verb;
  gint precision = s->has_precision ? s->precision : strchr ("fFeE", verb) != NULL ? 6 : -1;
  format_double (text, arg->d, verb, precision, precision >= 0 ? MAX (1, precision) : 21);
  pad (out, s, text->str, text->len, TRUE);
}

static void
print_text (CardeaRegoBuf *out, const Spec *s, const Arg *arg)
{
  gsize len = arg->len;
  if (strchr ("vsqxX", s->verb) == NULL)
    {
      bad_verb (out, s, arg);
      return;
    }
  if (s->has_precision)
    {
      const char *end = arg->text;
      for (gint i = 0; i < s->precision && end < arg->text + arg->len; i++)
        end = cardea_rego_utf8_skip (end, arg->text + arg->len);
      len = (gsize) (end - arg->text);
    }
  if (s->verb == 'x' || s->verb == 'X')
    {
      for (gsize i = 0; i < len; i++)
        cardea_rego_buf_printf (out, s->verb == 'x' ? "%02x" : "%02X", (guint8) arg->text[i]);
      return;
    }
  if (s->verb == 'q')
    {
      CardeaRegoBuf quoted;
      cardea_rego_buf_init (&quoted, out->arena);
      cardea_rego_term_write (&quoted, cardea_rego_string (out->arena, arg->text, len));
      pad (out, s, quoted.s, quoted.len, FALSE);
      return;
    }
  pad (out, s, arg->text, len, FALSE);
}

static void
print_arg (CardeaRegoBuf *out, const Spec *s, const Arg *arg)
{
  if (s->verb == 'T')
    pad (out, s, type_of (arg), strlen (type_of (arg)), FALSE);
  else if (arg->kind == ARG_INT || arg->kind == ARG_BIG)
    print_integer (out, s, arg);
  else if (arg->kind == ARG_FLOAT)
    print_float (out, s, arg);
  else
    print_text (out, s, arg);
}

typedef struct {
  const char *p, *end;
  guint32 next;
  gboolean reordered, bad_index;
} Cursor;

static gint
read_number (Cursor *c)
{
  gint n = 0;
  for (; c->p < c->end && g_ascii_isdigit (*c->p); c->p++)
    n = MIN (n * 10 + (*c->p - '0'), MAX_WIDTH + 1);
  if (n <= MAX_WIDTH)
    return n;
  c->p = c->end;
  return 0;
}

static void
read_index (Cursor *c, guint32 n_args)
{
  if (c->p >= c->end || *c->p != '[')
    return;
  const char *close = memchr (c->p, ']', (gsize) (c->end - c->p));
  c->reordered = TRUE;
  if (close == NULL)
    {
      c->bad_index = TRUE;
      c->p++;
      return;
    }
  c->p++;
  gint n = read_number (c);
  if (c->p != close || n < 1 || (guint32) n > n_args)
    c->bad_index = TRUE;
  else
    c->next = (guint32) n - 1;
  c->p = close + 1;
}

static void
read_spec (CardeaRegoCtx *ctx, Cursor *c, Spec *s, CardeaRegoValue args)
{
  gboolean *flags[] = { &s->minus, &s->plus, &s->sharp, &s->space, &s->zero };
  for (const char *f; c->p < c->end && *c->p != 0 && (f = strchr ("-+# 0", *c->p)) != NULL; c->p++)
    *flags[f - "-+# 0"] = TRUE;
  read_index (c, args.a->len);
  if (c->p < c->end && *c->p == '*')
    {
      CardeaRegoValue w = c->next < args.a->len ? args.a->v[c->next++] : CARDEA_REGO_NONE;
      c->p++;
      s->width = w.tag == CARDEA_REGO_INT ? (gint) CLAMP (w.i, -MAX_WIDTH, MAX_WIDTH) : 0;
      s->minus = s->minus || s->width < 0;
      s->width = ABS (s->width);
    }
  else
    s->width = read_number (c);
  if (c->p < c->end && *c->p == '.')
    {
      c->p++;
      s->has_precision = TRUE;
      read_index (c, args.a->len);
      s->precision = read_number (c);
    }
  read_index (c, args.a->len);
  (void) ctx;
}

static void
print_extra (CardeaRegoCtx *ctx, CardeaRegoBuf *out, CardeaRegoValue args, guint32 from)
{
  cardea_rego_buf_adds (out, "%!(EXTRA ");
  for (guint32 i = from; i < args.a->len && !out->over; i++)
    {
      Arg arg = make_arg (ctx, args.a->v[i]);
      if (i > from)
        cardea_rego_buf_adds (out, ", ");
      cardea_rego_buf_printf (out, "%s=", type_of (&arg));
      print_value (out, &arg);
    }
  cardea_rego_buf_addc (out, ')');
}

static CardeaRegoValue
go_sprintf (CardeaRegoCtx *ctx, const CardeaRegoValue *a)
{
  CardeaRegoBuf out;
  if (!cardea_rego_arg_string (ctx, a, 0) || !cardea_rego_arg_array (ctx, a, 1))
    return CARDEA_REGO_NONE;
  cardea_rego_buf_init (&out, cardea_rego_ctx_arena (ctx));
  Cursor c = { a[0].s->s, a[0].s->s + a[0].s->len, 0, FALSE, FALSE };
  while (c.p < c.end && !out.over && cardea_rego_ctx_step (ctx, 1))
    {
      const char *percent = memchr (c.p, '%', (gsize) (c.end - c.p));
      const char *stop = percent != NULL ? percent : c.end;
      cardea_rego_buf_add (&out, c.p, (gsize) (stop - c.p));
      c.p = stop + 1;
      if (percent == NULL)
        break;
      Spec s = { 0 };
      c.bad_index = FALSE;
      read_spec (ctx, &c, &s, a[1]);
      if (c.p >= c.end)
        {
          cardea_rego_buf_adds (&out, "%!(NOVERB)");
          break;
        }
      s.verb = *c.p++;
      if (s.verb == '%')
        cardea_rego_buf_addc (&out, '%');
      else if (c.bad_index)
        cardea_rego_buf_printf (&out, "%%!%c(BADINDEX)", s.verb);
      else if (c.next >= a[1].a->len)
        cardea_rego_buf_printf (&out, "%%!%c(MISSING)", s.verb);
      else
        {
          Arg arg = make_arg (ctx, a[1].a->v[c.next++]);
          print_arg (&out, &s, &arg);
        }
    }
  if (!c.reordered && c.next < a[1].a->len)
    print_extra (ctx, &out, a[1], c.next);
  return out.over ? CARDEA_REGO_NONE : cardea_rego_buf_string (&out);
}

const CardeaRegoBuiltin cardea_rego_builtins_sprintf[] = {
  { "sprintf", 2, 0, go_sprintf },
  { NULL },
};
