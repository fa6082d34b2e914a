/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Go's layouts: the reference time Mon Jan 2 15:04:05 MST 2006 written as wished. */

#include "common/rego/cardea-rego-time.h"

#include <string.h>

typedef enum {
  PART_END,
  PART_LONG_MONTH,
  PART_MONTH,
  PART_NUM_MONTH,
  PART_ZERO_MONTH,
  PART_LONG_WEEKDAY,
  PART_WEEKDAY,
  PART_DAY,
  PART_UNDER_DAY,
  PART_ZERO_DAY,
  PART_UNDER_YEAR_DAY,
  PART_ZERO_YEAR_DAY,
  PART_HOUR,
  PART_HOUR_12,
  PART_ZERO_HOUR_12,
  PART_MINUTE,
  PART_ZERO_MINUTE,
  PART_SECOND,
  PART_ZERO_SECOND,
  PART_LONG_YEAR,
  PART_YEAR,
  PART_PM,
  PART_pm,
  PART_TZ,
  PART_ISO_TZ,         /* Z0700 */
  PART_ISO_SECONDS_TZ, /* Z070000 */
  PART_ISO_SHORT_TZ,   /* Z07 */
  PART_ISO_COLON_TZ,   /* Z07:00 */
  PART_ISO_COLON_SECONDS_TZ,
  PART_NUM_TZ, /* -0700 */
  PART_NUM_SECONDS_TZ,
  PART_NUM_SHORT_TZ,
  PART_NUM_COLON_TZ,
  PART_NUM_COLON_SECONDS_TZ,
  PART_FRACTION_0,
  PART_FRACTION_9,
} Part;

static const struct {
  const char *text;
  Part part;
} parts[] = {
  { "January", PART_LONG_MONTH },
  { "Jan", PART_MONTH },
  { "Monday", PART_LONG_WEEKDAY },
  { "Mon", PART_WEEKDAY },
  { "MST", PART_TZ },
  { "002", PART_ZERO_YEAR_DAY },
  { "01", PART_ZERO_MONTH },
  { "02", PART_ZERO_DAY },
  { "03", PART_ZERO_HOUR_12 },
  { "04", PART_ZERO_MINUTE },
  { "05", PART_ZERO_SECOND },
  { "06", PART_YEAR },
  { "15", PART_HOUR },
  { "1", PART_NUM_MONTH },
  { "2006", PART_LONG_YEAR },
  { "2", PART_DAY },
  { "__2", PART_UNDER_YEAR_DAY },
  { "_2", PART_UNDER_DAY },
  { "3", PART_HOUR_12 },
  { "4", PART_MINUTE },
  { "5", PART_SECOND },
  { "PM", PART_PM },
  { "pm", PART_pm },
  { "-07:00:00", PART_NUM_COLON_SECONDS_TZ },
  { "-070000", PART_NUM_SECONDS_TZ },
  { "-07:00", PART_NUM_COLON_TZ },
  { "-0700", PART_NUM_TZ },
  { "-07", PART_NUM_SHORT_TZ },
  { "Z07:00:00", PART_ISO_COLON_SECONDS_TZ },
  { "Z070000", PART_ISO_SECONDS_TZ },
  { "Z07:00", PART_ISO_COLON_TZ },
  { "Z0700", PART_ISO_TZ },
  { "Z07", PART_ISO_SHORT_TZ },
};

static const char *const months[]
    = { "January", "February", "March",     "April",   "May",      "June",
        "July",    "August",   "September", "October", "November", "December" };
static const char *const weekdays[]
    = { "Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday" };

const char *
cardea_rego_time_layout (const char *name)
{
  static const char *const named[] = {
    "ANSIC",       "Mon Jan _2 15:04:05 2006",
    "UnixDate",    "Mon Jan _2 15:04:05 MST 2006",
    "RubyDate",    "Mon Jan 02 15:04:05 -0700 2006",
    "RFC822",      "02 Jan 06 15:04 MST",
    "RFC822Z",     "02 Jan 06 15:04 -0700",
    "RFC850",      "Monday, 02-Jan-06 15:04:05 MST",
    "RFC1123",     "Mon, 02 Jan 2006 15:04:05 MST",
    "RFC1123Z",    "Mon, 02 Jan 2006 15:04:05 -0700",
    "RFC3339",     "2006-01-02T15:04:05Z07:00",
    "RFC3339Nano", "2006-01-02T15:04:05.999999999Z07:00",
  };
  for (guint i = 0; i < G_N_ELEMENTS (named); i += 2)
    if (strcmp (named[i], name) == 0)
      return named[i + 1];
  return name;
}

/* A run of 0s or 9s behind a point or comma that no digit follows. */
static gsize
fraction (const char *s, Part *ret_part)
{
  if ((s[0] != '.' && s[0] != ',') || (s[1] != '0' && s[1] != '9'))
    return 0;
  gsize n = strspn (s + 1, s[1] == '0' ? "0" : "9");
  if (g_ascii_isdigit (s[1 + n]))
    return 0;
  *ret_part = s[1] == '0' ? PART_FRACTION_0 : PART_FRACTION_9;
  return n + 1;
}

/* The next part of the layout; the literal text before it is *ret_literal bytes long. */
static Part
next_part (const char *layout, gsize *ret_literal, gsize *ret_len)
{
  for (gsize i = 0; layout[i] != 0; i++)
    {
      const char *s = layout + i;
      Part part = PART_END;
      *ret_literal = i;
      *ret_len = fraction (s, &part);
      for (guint k = 0; *ret_len == 0 && k < G_N_ELEMENTS (parts); k++)
        if (g_str_has_prefix (s, parts[k].text))
          {
            if (parts[k].part == PART_MONTH && g_ascii_islower (s[3]))
              continue;
            if (parts[k].part == PART_UNDER_DAY && g_str_has_prefix (s, "_2006"))
              continue;
            part = parts[k].part;
            *ret_len = strlen (parts[k].text);
          }
      if (*ret_len > 0)
        return part;
    }
  *ret_literal = strlen (layout);
  *ret_len = 0;
  return PART_END;
}

static gint
year_day (const CardeaRegoTime *t)
{
  return (gint) ((cardea_rego_time_seconds (t->year, t->month, t->day, 0, 0, 0)
                  - cardea_rego_time_seconds (t->year, 1, 1, 0, 0, 0))
                 / 86400)
         + 1;
}

static void
format_zone (GString *out, const CardeaRegoTime *t, Part part)
{
  gboolean iso = part >= PART_ISO_TZ && part <= PART_ISO_COLON_SECONDS_TZ;
  if (iso && t->offset == 0)
    {
      g_string_append_c (out, 'Z');
      return;
    }
  gint o = ABS (t->offset);
  gboolean colon = part == PART_ISO_COLON_TZ || part == PART_NUM_COLON_TZ
                   || part == PART_ISO_COLON_SECONDS_TZ || part == PART_NUM_COLON_SECONDS_TZ;
  gboolean seconds = part == PART_ISO_SECONDS_TZ || part == PART_NUM_SECONDS_TZ
                     || part == PART_ISO_COLON_SECONDS_TZ || part == PART_NUM_COLON_SECONDS_TZ;
  g_string_append_printf (out, "%c%02d", t->offset < 0 ? '-' : '+', o / 3600);
  if (part != PART_ISO_SHORT_TZ && part != PART_NUM_SHORT_TZ)
    g_string_append_printf (out, "%s%02d", colon ? ":" : "", o / 60 % 60);
  if (seconds)
    g_string_append_printf (out, "%s%02d", colon ? ":" : "", o % 60);
}

static void
format_fraction (GString *out, const CardeaRegoTime *t, Part part, const char *layout, gsize len)
{
  char digits[16];
  g_snprintf (digits, sizeof digits, "%09d", t->nano);
  gsize n = MIN (len - 1, 9);
  digits[n] = 0;
  while (part == PART_FRACTION_9 && n > 0 && digits[n - 1] == '0')
    digits[--n] = 0;
  if (n > 0)
    g_string_append_printf (out, "%c%s", layout[0], digits);
}

static void
format_zone_name (GString *out, const CardeaRegoTime *t)
{
  if (t->zone[0] != 0)
    g_string_append (out, t->zone);
  else
    format_zone (out, t, t->offset % 3600 != 0 ? PART_NUM_TZ : PART_NUM_SHORT_TZ);
}

static void
format_part (GString *out, const CardeaRegoTime *t, Part part)
{
  gint h12 = t->hour % 12 == 0 ? 12 : t->hour % 12;
  const struct {
    Part part;
    const char *format;
    gint value;
  } numbers[] = {
    { PART_NUM_MONTH, "%d", t->month },
    { PART_ZERO_MONTH, "%02d", t->month },
    { PART_DAY, "%d", t->day },
    { PART_UNDER_DAY, "%2d", t->day },
    { PART_ZERO_DAY, "%02d", t->day },
    { PART_UNDER_YEAR_DAY, "%3d", year_day (t) },
    { PART_ZERO_YEAR_DAY, "%03d", year_day (t) },
    { PART_HOUR, "%02d", t->hour },
    { PART_HOUR_12, "%d", h12 },
    { PART_ZERO_HOUR_12, "%02d", h12 },
    { PART_MINUTE, "%d", t->minute },
    { PART_ZERO_MINUTE, "%02d", t->minute },
    { PART_SECOND, "%d", t->second },
    { PART_ZERO_SECOND, "%02d", t->second },
    { PART_LONG_YEAR, "%04d", (gint) t->year },
    { PART_YEAR, "%02d", (gint) (t->year % 100) },
  };
  for (guint i = 0; i < G_N_ELEMENTS (numbers); i++)
    if (numbers[i].part == part)
      {
        char text[16];
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wformat-nonliteral"
        g_snprintf (text, sizeof text, numbers[i].format, numbers[i].value);
#pragma GCC diagnostic pop
        g_string_append (out, text);
        return;
      }
  if (part == PART_LONG_MONTH)
    g_string_append (out, months[t->month - 1]);
  else if (part == PART_MONTH)
    g_string_append_len (out, months[t->month - 1], 3);
  else if (part == PART_LONG_WEEKDAY)
    g_string_append (out, weekdays[t->weekday]);
  else if (part == PART_WEEKDAY)
    g_string_append_len (out, weekdays[t->weekday], 3);
  else if (part == PART_PM || part == PART_pm)
    g_string_append (out, t->hour >= 12 ? (part == PART_PM ? "PM" : "pm")
                                        : (part == PART_PM ? "AM" : "am"));
  else if (part == PART_TZ)
    format_zone_name (out, t);
  else
    format_zone (out, t, part);
}

void
cardea_rego_time_format (GString *out, const CardeaRegoTime *t, const char *layout)
{
  for (;;)
    {
      gsize literal, len;
      Part part = next_part (layout, &literal, &len);
      g_string_append_len (out, layout, (gssize) literal);
      if (part == PART_END)
        return;
      layout += literal;
      if (part == PART_FRACTION_0 || part == PART_FRACTION_9)
        format_fraction (out, t, part, layout, len);
      else
        format_part (out, t, part);
      layout += len;
    }
}

typedef struct {
  const char *s;
  CardeaRegoTime *t;
  gboolean pm, am, zone_set;
  gint year_day;
} Reader;

static gboolean
digits (Reader *r, gint min, gint max, gint *ret)
{
  gint n = 0;
  for (*ret = 0; n < max && g_ascii_isdigit (r->s[n]); n++)
    *ret = *ret * 10 + (r->s[n] - '0');
  r->s += n;
  return n >= min;
}

static gboolean
name (Reader *r, const char *const *list, guint n, gboolean whole, gint *ret)
{
  for (guint i = 0; i < n; i++)
    {
      gsize len = whole ? strlen (list[i]) : 3;
      if (g_ascii_strncasecmp (r->s, list[i], len) == 0)
        {
          r->s += len;
          *ret = (gint) i;
          return TRUE;
        }
    }
  return FALSE;
}

static gboolean
parse_fraction (Reader *r, gsize want)
{
  gsize n = 0;
  gint64 nano = 0, scale = 100000000;
  if (r->s[0] != '.' && r->s[0] != ',')
    return FALSE;
  for (r->s++; g_ascii_isdigit (r->s[n]); n++, scale /= 10)
    nano += (r->s[n] - '0') * scale;
  r->s += n;
  r->t->nano = (gint) nano;
  return n > 0 && (want == 0 || n == want);
}

static gboolean
parse_zone (Reader *r, Part part)
{
  gboolean iso = part >= PART_ISO_TZ && part <= PART_ISO_COLON_SECONDS_TZ;
  gint h = 0, m = 0, s = 0;
  r->zone_set = TRUE;
  if (iso && r->s[0] == 'Z')
    {
      r->s++;
      return TRUE;
    }
  gboolean colon = part == PART_ISO_COLON_TZ || part == PART_NUM_COLON_TZ
                   || part == PART_ISO_COLON_SECONDS_TZ || part == PART_NUM_COLON_SECONDS_TZ;
  gboolean seconds = part == PART_ISO_SECONDS_TZ || part == PART_NUM_SECONDS_TZ
                     || part == PART_ISO_COLON_SECONDS_TZ || part == PART_NUM_COLON_SECONDS_TZ;
  gchar sign = r->s[0];
  if (sign != '+' && sign != '-')
    return FALSE;
  r->s++;
  if (!digits (r, 2, 2, &h))
    return FALSE;
  if (part != PART_ISO_SHORT_TZ && part != PART_NUM_SHORT_TZ
      && ((colon && *r->s++ != ':') || !digits (r, 2, 2, &m)))
    return FALSE;
  if (seconds && ((colon && *r->s++ != ':') || !digits (r, 2, 2, &s)))
    return FALSE;
  if (h > 24 || m > 59 || s > 59)
    return FALSE;
  r->t->offset = (h * 3600 + m * 60 + s) * (sign == '-' ? -1 : 1);
  return TRUE;
}

/* Three or four capital letters. Only UTC and GMT have a known offset. */
static gboolean
parse_zone_name (Reader *r)
{
  gsize n = 0;
  while (n < 5 && g_ascii_isupper (r->s[n]))
    n++;
  if (n < 3)
    return FALSE;
  g_strlcpy (r->t->zone, r->s, MIN (n + 1, sizeof r->t->zone));
  r->s += n;
  gint h;
  if (strcmp (r->t->zone, "GMT") == 0 && (r->s[0] == '+' || r->s[0] == '-'))
    {
      gint sign = *r->s++ == '-' ? -1 : 1;
      if (!digits (r, 1, 2, &h))
        return FALSE;
      r->t->offset = sign * h * 3600;
    }
  r->zone_set = TRUE;
  return TRUE;
}

static gboolean
parse_number (Reader *r, Part part)
{
  CardeaRegoTime *t = r->t;
  gint v = 0, unused;
  gint *to = part == PART_NUM_MONTH || part == PART_ZERO_MONTH                        ? &t->month
             : part == PART_HOUR || part == PART_HOUR_12 || part == PART_ZERO_HOUR_12 ? &t->hour
             : part == PART_MINUTE || part == PART_ZERO_MINUTE                        ? &t->minute
             : part == PART_SECOND || part == PART_ZERO_SECOND                        ? &t->second
                                                                                      : &t->day;
  (void) unused;
  gboolean two = part == PART_ZERO_MONTH || part == PART_ZERO_DAY || part == PART_HOUR
                 || part == PART_ZERO_HOUR_12 || part == PART_ZERO_MINUTE
                 || part == PART_ZERO_SECOND;
  if (part == PART_UNDER_DAY && r->s[0] == ' ')
    r->s++;
  if (!digits (r, two ? 2 : 1, 2, &v))
    return FALSE;
  *to = v;
  if (to == &t->hour && (part == PART_HOUR ? v > 23 : v > 12))
    return FALSE;
  return (to != &t->minute && to != &t->second) || v < 60;
}

static gboolean
parse_part (Reader *r, Part part, gsize len, const char *rest)
{
  CardeaRegoTime *t = r->t;
  gint v = 0, unused;
  switch (part)
    {
    case PART_LONG_YEAR:
      if (!digits (r, 4, 4, &v))
        return FALSE;
      t->year = v;
      return TRUE;
    case PART_YEAR:
      if (!digits (r, 2, 2, &v))
        return FALSE;
      t->year = v >= 69 ? 1900 + v : 2000 + v;
      return TRUE;
    case PART_LONG_MONTH:
    case PART_MONTH:
      if (!name (r, months, 12, part == PART_LONG_MONTH, &v))
        return FALSE;
      t->month = v + 1;
      return TRUE;
    case PART_LONG_WEEKDAY:
    case PART_WEEKDAY:
      return name (r, weekdays, 7, part == PART_LONG_WEEKDAY, &unused);
    case PART_UNDER_YEAR_DAY:
    case PART_ZERO_YEAR_DAY:
      while (part == PART_UNDER_YEAR_DAY && r->s[0] == ' ')
        r->s++;
      return digits (r, 1, 3, &r->year_day) && r->year_day > 0;
    case PART_PM:
    case PART_pm:
      r->pm = g_ascii_strncasecmp (r->s, "PM", 2) == 0;
      r->am = g_ascii_strncasecmp (r->s, "AM", 2) == 0;
      r->s += r->pm || r->am ? 2 : 0;
      return r->pm || r->am;
    case PART_TZ:
      return parse_zone_name (r);
    case PART_FRACTION_0:
      return parse_fraction (r, len - 1);
    case PART_FRACTION_9:
      return (r->s[0] != '.' && r->s[0] != ',') || !g_ascii_isdigit (r->s[1])
             || parse_fraction (r, 0);
    default:
      if (part >= PART_ISO_TZ)
        return parse_zone (r, part);
      if (!parse_number (r, part))
        return FALSE;
    }
  /* A fraction may follow seconds even when the layout has none. */
  Part following = PART_END;
  if ((part == PART_SECOND || part == PART_ZERO_SECOND) && fraction (rest, &following) == 0
      && (r->s[0] == '.' || r->s[0] == ',') && g_ascii_isdigit (r->s[1]))
    return parse_fraction (r, 0);
  return TRUE;
}

static gboolean
finish (Reader *r)
{
  static const gint lengths[] = { 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31 };
  CardeaRegoTime *t = r->t;
  if (r->pm && t->hour < 12)
    t->hour += 12;
  else if (r->am && t->hour == 12)
    t->hour = 0;
  if (r->year_day > 0)
    {
      t->month = 1;
      t->day = r->year_day;
      return r->year_day <= 366;
    }
  gboolean leap = t->year % 4 == 0 && (t->year % 100 != 0 || t->year % 400 == 0);
  return t->month >= 1 && t->month <= 12 && t->day >= 1 && t->day <= lengths[t->month - 1]
         && (t->month != 2 || t->day < 29 || leap);
}

gboolean
cardea_rego_time_parse (const char *layout, const char *value, CardeaRegoTime *out,
                        char **ret_error)
{
  const char *whole = layout;
  Reader r = { .s = value, .t = out };
  *out = (CardeaRegoTime){ .month = 1, .day = 1 };
  *ret_error = NULL;
  for (;;)
    {
      gsize literal, len;
      Part part = next_part (layout, &literal, &len);
      gboolean good = strncmp (r.s, layout, literal) == 0;
      if (good)
        r.s += literal;
      layout += literal;
      if (good && part == PART_END && *r.s == 0 && finish (&r))
        return TRUE;
      if (!good || part == PART_END || !parse_part (&r, part, len, layout + len))
        break;
      layout += len;
    }
  *ret_error = g_strdup_printf ("parsing time \"%s\" as \"%s\": cannot parse \"%s\" as \"%s\"",
                                value, whole, r.s, layout);
  return FALSE;
}
