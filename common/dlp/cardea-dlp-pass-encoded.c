/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/dlp/cardea-dlp-codec.h"
#include "common/dlp/cardea-dlp-pass.h"

#include <string.h>

/* Stretches of base64 and hexadecimal within a text. What comes out is kept where it is readable;
 * what is not is looked at as a whole by cardea_dlp_pass_binaries(). */

#define MIN_BASE64 16u
#define MIN_HEX 16u
#define MIN_READABLE 8u /* printable bytes in a row that chance would not give */
#define INDENT 16u      /* bytes before a line that goes on */
#define WRAPPED 40u     /* a line this long may go on in the next */
#define SHORT 256u      /* bytes of a stretch that say what it is made of */
#define OFFSETS 4u      /* at which base64 may begin within its stretch */
#define MIN_PAIRS 8u    /* of digits with separators between them */

typedef enum { RUN_BASE64, RUN_HEX } RunKind;

typedef struct {
  gsize start, size;
  RunKind kind;
} Run;

static inline gboolean
is_run (char c)
{
  return cardea_dlp_codec_base64_values[(guint8) c] >= 0;
}

/* Bytes of a line break within a run at text[at], 0 when there is none or it does not go on. */
static gsize
line_break (const char *text, gsize size, gsize at)
{
  gsize i = at;
  if (i + 1 < size && text[i] == '\\' && (text[i + 1] == 'n' || text[i + 1] == 'r'))
    while (i + 1 < size && text[i] == '\\' && strchr ("nr", text[i + 1]) != NULL)
      i += 2;
  else
    {
      i += i < size && text[i] == '\r';
      i += i < size && text[i] == '\n';
      while (i > at && i < size && (text[i] == ' ' || text[i] == '\t') && i - at < INDENT)
        i++;
    }
  return i > at && i < size && is_run (text[i]) ? i - at : 0;
}

/* 41 4b 49, 41:4b:49, 0x41,0x4b: pairs of digits with the same one byte (and 0x) between them. */
static gsize
separated_pairs (const char *text, gsize size, gsize at)
{
  gsize i = at + 2 <= size && text[at] == '0' && (text[at + 1] | 0x20) == 'x' ? at + 2 : at;
  gsize pairs = 0;
  char separator = '\0';
  while (i + 2 <= size && g_ascii_isxdigit (text[i]) && g_ascii_isxdigit (text[i + 1]))
    {
      pairs++;
      i += 2;
      if (i >= size || strchr (" :,-", text[i]) == NULL || text[i] == '\0'
          || (separator != '\0' && text[i] != separator))
        break;
      separator = text[i];
      gsize next = i + 1;
      while (next < size && text[next] == ' ')
        next++;
      if (next + 2 <= size && text[next] == '0' && (text[next + 1] | 0x20) == 'x')
        next += 2;
      if (next + 2 > size || !g_ascii_isxdigit (text[next]) || !g_ascii_isxdigit (text[next + 1]))
        break;
      i = next;
    }
  return separator != '\0' && pairs >= MIN_PAIRS ? i - at : 0;
}

/* The next run from *at on; FALSE when there is none. */
static gboolean
next_run (const char *text, gsize size, gsize *at, Run *ret_run)
{
  while (*at < size)
    {
      gsize start = *at, line = *at, i = *at;
      gboolean hex = TRUE;
      if (!is_run (text[i]))
        {
          ++*at;
          continue;
        }
      gsize pairs = separated_pairs (text, size, start);
      if (pairs > 0)
        {
          *at = start + pairs;
          *ret_run = (Run){ start, pairs, RUN_HEX };
          return TRUE;
        }
      while (i < size)
        {
          gsize skip = 0;
          if (is_run (text[i]))
            hex = hex && g_ascii_isxdigit (text[i]);
          else if (i - line < WRAPPED || (skip = line_break (text, size, i)) == 0)
            break;
          i += MAX (skip, (gsize) 1);
          line = skip > 0 ? i : line;
        }
      /* Padding is the end of it. */
      for (guint pads = 0; i < size && text[i] == '=' && pads < 2 && i > start; pads++)
        i++;
      *at = i;
      *ret_run = (Run){ start, i - start, hex ? RUN_HEX : RUN_BASE64 };
      if (ret_run->size >= (hex ? MIN_HEX : MIN_BASE64))
        return TRUE;
    }
  return FALSE;
}

static GByteArray *
decode_hex (const char *text, gsize size)
{
  GByteArray *bytes = g_byte_array_sized_new (size / 2 + 1);
  for (gsize i = 0; i + 1 < size; i++)
    if (text[i] == '0' && (text[i + 1] | 0x20) == 'x')
      i++;
    else if (g_ascii_isxdigit (text[i]) && g_ascii_isxdigit (text[i + 1]))
      {
        guint8 byte = g_ascii_xdigit_value (text[i]) << 4 | g_ascii_xdigit_value (text[i + 1]);
        g_byte_array_append (bytes, &byte, 1);
        i++;
      }
  return bytes;
}

static GByteArray *
decode_run (const char *text, const Run *run, guint skip)
{
  return run->kind == RUN_HEX ? decode_hex (text + run->start, run->size)
                              : cardea_dlp_codec_base64 (text + run->start, run->size, skip);
}

/* --- what is readable --- */

/* Appends the readable stretches; how many bytes they are. */
static gsize
put_readable (CardeaDlpView *child, const guint8 *bytes, gsize size, const Run *run)
{
  gsize put = 0;
  for (gsize i = 0; i < size;)
    {
      gsize end = i;
      while (end < size && (cardea_dlp_codec_is_printable (bytes[end]) || bytes[end] >= 0xc2))
        {
          /* A character of UTF-8 counts, a lone byte does not. */
          gunichar c = bytes[end] < 0x80
                           ? bytes[end]
                           : g_utf8_get_char_validated ((const char *) bytes + end, size - end);
          if (c == (gunichar) -1 || c == (gunichar) -2)
            break;
          end += g_utf8_skip[bytes[end]];
        }
      if (end - i >= MIN_READABLE)
        {
          cardea_dlp_view_put_block (child, bytes + i, end - i, run->start, run->size);
          cardea_dlp_view_put_block (child, "\n", 1, run->start, run->size);
          put += end - i;
        }
      i = MAX (end, i + 1);
    }
  return put;
}

static gsize
put_decoded (CardeaDlpView *child, GByteArray *bytes, const Run *run)
{
  int low = cardea_dlp_codec_utf16_low (bytes->data, bytes->len);
  guint n = 0;
  if (low >= 0)
    {
      for (guint i = low; i < bytes->len; i += 2)
        bytes->data[n++] = bytes->data[i];
      g_byte_array_set_size (bytes, n);
    }
  return put_readable (child, bytes->data, bytes->len, run);
}

/* Short stretches that are words of some language or program: base64 of a text has letters of both
 * cases, base32 those of one and digits. */
static gboolean
is_wordlike (const char *text, const Run *run, gboolean *ret_base32)
{
  guint upper = 0, lower = 0, low_digits = 0, digits = 0, other = 0;
  for (gsize i = run->start; i < run->start + MIN (run->size, SHORT); i++)
    if (g_ascii_isupper (text[i]))
      upper++;
    else if (g_ascii_islower (text[i]))
      lower++;
    else if (g_ascii_isdigit (text[i]))
      text[i] >= '2' && text[i] <= '7' ? low_digits++ : digits++;
    else
      other += text[i] != '=';
  *ret_base32 = low_digits > 0 && digits == 0 && other == 0 && (upper == 0 || lower == 0);
  return upper == 0 || lower == 0 || other * 6 > run->size;
}

/* Where hexadecimal ends is not certain either: letters that stand at it, or begin the next line,
 * make a stretch of both that is neither. Of a stretch it is what has no other digits, also across
 * lines; where its pairs begin is tried. */
static void
put_hex_within (CardeaDlpView *child, const char *text, const Run *run)
{
  gsize end = run->start + run->size;

  for (gsize i = run->start, last; i < end; i = last + 1)
    {
      gsize digits = 0;
      for (last = i; last < end && (g_ascii_isxdigit (text[last]) || g_ascii_isspace (text[last]));
           last++)
        digits += g_ascii_isxdigit (text[last]);
      const Run part = { i, last - i, RUN_HEX };
      for (guint skip = 0; digits >= MIN_HEX && skip < 2; skip++)
        {
          g_autoptr (GByteArray) bytes = decode_hex (text + i + skip, part.size - skip);
          if (put_decoded (child, bytes, &part) > 0)
            break;
        }
    }
}

static void
put_run (CardeaDlpView *child, const char *text, const Run *run)
{
  if (run->kind == RUN_BASE64)
    put_hex_within (child, text, run);
  /* Where base64 begins within a stretch is not certain: a path before it looks like it, too. */
  gboolean may_be_base32 = FALSE;
  gboolean words = run->kind == RUN_BASE64 && is_wordlike (text, run, &may_be_base32);
  guint offsets = run->kind == RUN_HEX ? 1 : words ? 0 : OFFSETS;
  for (guint skip = 0; skip < offsets; skip++)
    {
      g_autoptr (GByteArray) bytes = decode_run (text, run, skip);
      if (put_decoded (child, bytes, run) * 4 >= bytes->len * 3)
        return;
    }
  if (!may_be_base32)
    return;
  g_autoptr (GByteArray) base32 = cardea_dlp_codec_base32 (text + run->start, run->size);
  put_decoded (child, base32, run);
}

CardeaDlpView *
cardea_dlp_pass_encoded (CardeaDlpView *view)
{
  const char *text = cardea_dlp_view_bytes (view);
  gsize size = cardea_dlp_view_size (view), at = 0;
  g_autoptr (CardeaDlpView) child = cardea_dlp_view_new (view, CARDEA_DLP_PASS_ENCODING, 0);
  Run run;

  while (next_run (text, size, &at, &run))
    put_run (child, text, &run);
  return cardea_dlp_view_size (child) > 0 ? g_steal_pointer (&child) : NULL;
}

/* --- what is not --- */

#define MIN_BINARY 16u

static gboolean
is_readable (const GByteArray *bytes)
{
  return cardea_dlp_codec_is_text (bytes->data, bytes->len, 1)
         || cardea_dlp_codec_utf16_low (bytes->data, bytes->len) >= 0;
}

static int
longest_first (gconstpointer a, gconstpointer b)
{
  const CardeaDlpBinary *one = a, *other = b;
  return one->size == other->size ? 0 : one->size > other->size ? -1 : 1;
}

static void
binary_clear (gpointer data)
{
  g_clear_pointer (&((CardeaDlpBinary *) data)->bytes, g_byte_array_unref);
}

GArray *
cardea_dlp_pass_binaries (CardeaDlpView *view, guint max)
{
  const char *text = cardea_dlp_view_bytes (view);
  gsize size = cardea_dlp_view_size (view), at = 0;
  GArray *binaries = g_array_new (FALSE, FALSE, sizeof (CardeaDlpBinary));
  Run run;

  g_array_set_clear_func (binaries, binary_clear);
  while (next_run (text, size, &at, &run))
    {
      CardeaDlpBinary binary = { run.start, run.size, decode_run (text, &run, 0) };
      if (binary.bytes->len < MIN_BINARY || is_readable (binary.bytes))
        binary_clear (&binary);
      else
        g_array_append_val (binaries, binary);
      if (binaries->len >= 2 * max)
        {
          g_array_sort (binaries, longest_first);
          g_array_set_size (binaries, max);
        }
    }
  g_array_sort (binaries, longest_first);
  g_array_set_size (binaries, MIN (binaries->len, max));
  return binaries;
}
