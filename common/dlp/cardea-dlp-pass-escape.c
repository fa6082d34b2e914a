/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/dlp/cardea-dlp-codec.h"
#include "common/dlp/cardea-dlp-pass.h"

#include <string.h>

/* Escapes of URLs, JSON, source code, HTML and mail. */

#define MAX_ESCAPE 12u /* bytes of the longest: &#x0010ffff; and \u{10ffff} */

typedef struct {
  const char *text;
  gsize size;
} Rest;

/* How many bytes the escape takes, 0 when it is none. */
typedef gsize (*EscapeFunc) (Rest rest, gunichar *ret_char);

static gboolean
hex_number (const char *text, gsize size, gunichar *ret_number)
{
  gunichar number = 0;
  for (gsize i = 0; i < size; i++)
    {
      int value = g_ascii_xdigit_value (text[i]);
      if (value < 0)
        return FALSE;
      number = number * 16 + value;
    }
  *ret_number = number;
  return size > 0;
}

static gsize
percent (Rest rest, gunichar *ret_char)
{
  return rest.size >= 3 && hex_number (rest.text + 1, 2, ret_char) ? 3 : 0;
}

/* \u{41}, and RFC 8259 §7 with its pairs of surrogates. */
static gsize
unicode_escape (Rest rest, gunichar *ret_char)
{
  gunichar low = 0;
  if (rest.size > 3 && rest.text[2] == '{')
    {
      const char *end = memchr (rest.text, '}', MIN (rest.size, MAX_ESCAPE));
      return end != NULL && hex_number (rest.text + 3, end - rest.text - 3, ret_char)
                 ? (gsize) (end - rest.text) + 1
                 : 0;
    }
  if (rest.size < 6 || !hex_number (rest.text + 2, 4, ret_char))
    return 0;
  if (*ret_char >= 0xd800 && *ret_char < 0xdc00 && rest.size >= 12 && rest.text[6] == '\\'
      && hex_number (rest.text + 8, 4, &low) && low >= 0xdc00 && low < 0xe000)
    {
      *ret_char = 0x10000 + ((*ret_char - 0xd800) << 10) + (low - 0xdc00);
      return 12;
    }
  return 6;
}

static gsize
octal_escape (Rest rest, gunichar *ret_char)
{
  gunichar number = 0;
  gsize n = 1;
  for (; n < 4 && n < rest.size && rest.text[n] >= '0' && rest.text[n] <= '7'; n++)
    number = number * 8 + (rest.text[n] - '0');
  *ret_char = number;
  return n == 4 && number < 256 ? n : 0;
}

static gsize
backslash (Rest rest, gunichar *ret_char)
{
  static const char letters[] = "nrtabfv\\/\"'";
  static const char meant[] = "\n\r\t\a\b\f\v\\/\"'";
  const char *at;

  if (rest.size < 2)
    return 0;
  if (rest.text[1] == 'u' || rest.text[1] == 'U')
    return unicode_escape (rest, ret_char);
  if (rest.text[1] == 'x')
    return rest.size >= 4 && hex_number (rest.text + 2, 2, ret_char) ? 4 : 0;
  if (g_ascii_isdigit (rest.text[1]))
    return octal_escape (rest, ret_char);
  at = rest.text[1] != '\0' ? strchr (letters, rest.text[1]) : NULL;
  if (at == NULL)
    return 0;
  *ret_char = meant[at - letters];
  return 2;
}

static gsize
entity (Rest rest, gunichar *ret_char)
{
  static const struct {
    const char *name;
    gunichar c;
  } names[]
      = { { "amp", '&' },    { "lt", '<' },     { "gt", '>' },     { "quot", '"' },
          { "apos", '\'' },  { "nbsp", ' ' },   { "equals", '=' }, { "colon", ':' },
          { "hyphen", '-' }, { "lowbar", '_' }, { "shy", 0xad },   { "ZeroWidthSpace", 0x200b } };
  const char *end = memchr (rest.text, ';', MIN (rest.size, (gsize) 20));
  gsize size = end != NULL ? (gsize) (end - rest.text) - 1 : 0;
  const char *name = rest.text + 1;

  if (size >= 2 && name[0] == '#')
    {
      gunichar number = 0;
      if (name[1] == 'x' || name[1] == 'X')
        return size <= 10 && hex_number (name + 2, size - 2, ret_char) ? size + 2 : 0;
      for (gsize i = 1; i < size; i++)
        {
          if (!g_ascii_isdigit (name[i]) || number > 0x10ffff)
            return 0;
          number = number * 10 + (name[i] - '0');
        }
      *ret_char = number;
      return size + 2;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    if (strlen (names[i].name) == size && memcmp (names[i].name, name, size) == 0)
      {
        *ret_char = names[i].c;
        return size + 2;
      }
  return 0;
}

static gsize
escape_at (Rest rest, gboolean *ret_byte, gunichar *ret_char)
{
  *ret_byte = TRUE;
  switch (rest.text[0])
    {
    case '%':
      return percent (rest, ret_char);
    case '\\':
      *ret_byte = rest.size > 1 && rest.text[1] == 'x';
      return backslash (rest, ret_char);
    case '&':
      *ret_byte = FALSE;
      return entity (rest, ret_char);
    default:
      return 0;
    }
}

static const char escapes[] = "escapes";

static gboolean
begins_escape (gunichar c)
{
  return c == '%' || c == '\\' || c == '&';
}

static void
put_char (CardeaDlpView *child, gunichar c, gboolean byte, gsize from, gsize of)
{
  char utf8[6] = { (char) c };
  gsize n = byte || c < 0x80 ? 1 : c <= 0x10ffff ? (gsize) g_unichar_to_utf8 (c, utf8) : 0;
  cardea_dlp_view_put (child, utf8, n, from, of);
}

/* Where the escape at text[*at] ends, 0 when there is none; *at moves to its last form. The texts
 * of a conversation are quoted in texts that are quoted in turn: what the first look leaves in
 * escapes is taken out of all of them at once, in one pass, for each turn consumes what it was made
 * of. */
static gsize
unwrap (char *text, gsize size, gsize *at, gboolean all, gboolean *ret_byte, gunichar *ret_char)
{
  gsize length = escape_at ((Rest){ text + *at, size - *at }, ret_byte, ret_char);

  while (all && length > 1 && begins_escape (*ret_char))
    {
      gsize last = *at + length - 1;
      gunichar c = *ret_char;
      gboolean byte = FALSE;
      text[last] = (char) c;
      *at = last;
      length = escape_at ((Rest){ text + last, size - last }, &byte, ret_char);
      if (length == 0)
        {
          *ret_char = c;
          return last + 1;
        }
      *ret_byte = byte;
    }
  return length > 0 ? *at + length : 0;
}

CardeaDlpView *
cardea_dlp_pass_unescape (CardeaDlpView *view)
{
  gsize size = cardea_dlp_view_size (view), plain = 0;
  gboolean all = g_strcmp0 (cardea_dlp_view_pass (view), escapes) == 0;
  g_autofree char *own = all ? g_memdup2 (cardea_dlp_view_bytes (view), size) : NULL;
  char *text = all ? own : (char *) cardea_dlp_view_bytes (view);
  CardeaDlpView *child = NULL;

  for (gsize i = 0; i < size; i++)
    {
      gunichar c = 0;
      gboolean byte = FALSE;
      gsize begin = i;
      gsize end = begins_escape ((guint8) text[i]) ? unwrap (text, size, &i, all, &byte, &c) : 0;
      if (end == 0)
        continue;
      if (child == NULL)
        child = cardea_dlp_view_new (view, escapes, 0);
      cardea_dlp_view_copy (child, plain, begin - plain);
      put_char (child, c, byte, begin, end - begin);
      i = end - 1;
      plain = end;
    }
  if (child != NULL)
    cardea_dlp_view_copy (child, plain, size - plain);
  return child;
}

/* --- quoted-printable --- */

#define QUOTED_MIN 3u /* escapes that make a text one; a URL has as many = by chance */

static gsize
quoted_at (const char *text, gsize size, gboolean *ret_soft, gunichar *ret_char)
{
  *ret_soft = size >= 2 && (text[1] == '\n' || (size >= 3 && text[1] == '\r' && text[2] == '\n'));
  if (*ret_soft)
    return text[1] == '\n' ? 2 : 3;
  return size >= 3 && hex_number (text + 1, 2, ret_char) ? 3 : 0;
}

CardeaDlpView *
cardea_dlp_pass_quoted (CardeaDlpView *view)
{
  const char *text = cardea_dlp_view_bytes (view);
  gsize size = cardea_dlp_view_size (view), plain = 0;
  g_autoptr (CardeaDlpView) child = NULL;
  guint seen = 0;
  const char *at = text;

  while (at != NULL && (at = memchr (at, '=', text + size - at)) != NULL)
    {
      gunichar c = 0;
      gboolean soft = FALSE;
      gsize i = at - text, length = quoted_at (at, size - i, &soft, &c);
      char byte = c;
      if (length == 0)
        {
          at++;
          continue;
        }
      seen += soft ? QUOTED_MIN : 1;
      if (child == NULL)
        child = cardea_dlp_view_new (view, "quoted-printable", 0);
      cardea_dlp_view_copy (child, plain, i - plain);
      cardea_dlp_view_put (child, &byte, soft ? 0 : 1, i, length);
      at += length;
      plain = i + length;
    }
  if (child == NULL || seen < QUOTED_MIN)
    return NULL;
  cardea_dlp_view_copy (child, plain, size - plain);
  return g_steal_pointer (&child);
}

/* --- UTF-16 --- */

CardeaDlpView *
cardea_dlp_pass_utf16 (CardeaDlpView *view)
{
  const guint8 *bytes = (const guint8 *) cardea_dlp_view_bytes (view);
  gsize size = cardea_dlp_view_size (view);
  int low = cardea_dlp_codec_utf16_low (bytes, size);

  if (low < 0)
    return NULL;
  CardeaDlpView *child = cardea_dlp_view_new (view, "utf-16", 0);
  for (gsize i = 0; i + 1 < size; i += 2)
    {
      gunichar c = bytes[i + low] | bytes[i + 1 - low] << 8;
      char utf8[6];
      gsize n = c >= 0xd800 && c < 0xe000 ? 0 : (gsize) g_unichar_to_utf8 (c, utf8);
      /* Never longer than what it was: three bytes for two are not ASCII anyhow. */
      if (n <= 2)
        cardea_dlp_view_put (child, utf8, n, i, 2);
    }
  return child;
}
