/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/dlp/cardea-dlp-codec.h"

#include <string.h>

typedef int (*ValueFunc) (char c);

const gint8 cardea_dlp_codec_base64_values[256] = {
  -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
  -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, 62, -1, 62, -1, 63,
  52, 53, 54, 55, 56, 57, 58, 59, 60, 61, -1, -1, -1, -1, -1, -1, -1, 0,  1,  2,  3,  4,  5,  6,
  7,  8,  9,  10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, -1, -1, -1, -1, 63,
  -1, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47, 48,
  49, 50, 51, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
  -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
  -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
  -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
  -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
  -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1,
};

static int
base64_value (char c)
{
  return cardea_dlp_codec_base64_values[(guint8) c];
}

static int
base32_value (char c)
{
  if (g_ascii_isalpha (c))
    return g_ascii_toupper (c) - 'A';
  return c >= '2' && c <= '7' ? c - '2' + 26 : -1;
}

static int
hex_value (char c)
{
  return g_ascii_xdigit_value (c);
}

/* Characters of bits bits each, the high ones first. */
static inline GByteArray *
decode (const char *text, gsize size, guint skip, guint bits, ValueFunc value_of)
{
  GByteArray *bytes = g_byte_array_new ();
  guint8 *out;
  guint32 pending = 0;
  guint held = 0, n = 0;

  g_byte_array_set_size (bytes, size * bits / 8 + 1);
  out = bytes->data;
  for (gsize i = 0; i < size; i++)
    {
      int value = value_of (text[i]);
      if (value < 0 && g_ascii_isspace (text[i]))
        continue;
      if (value < 0 && text[i] == '\\' && i + 1 < size && strchr ("nrt", text[i + 1]) != NULL)
        {
          i++;
          continue;
        }
      if (value < 0)
        break;
      if (skip > 0)
        {
          skip--;
          continue;
        }
      pending = pending << bits | value;
      held += bits;
      if (held >= 8)
        {
          held -= 8;
          out[n++] = pending >> held;
        }
    }
  g_byte_array_set_size (bytes, n);
  return bytes;
}

GByteArray *
cardea_dlp_codec_base64 (const char *text, gsize size, guint skip)
{
  return decode (text, size, skip, 6, base64_value);
}

GByteArray *
cardea_dlp_codec_base32 (const char *text, gsize size)
{
  return decode (text, size, 0, 5, base32_value);
}

GByteArray *
cardea_dlp_codec_hex (const char *text, gsize size)
{
  return decode (text, size, 0, 4, hex_value);
}

gboolean
cardea_dlp_codec_is_printable (guint8 c)
{
  return (c >= 0x20 && c < 0x7f) || c == '\n' || c == '\r' || c == '\t';
}

gboolean
cardea_dlp_codec_is_text (const guint8 *bytes, gsize size, gsize min)
{
  gsize printable = 0;
  for (gsize i = 0; i < size; i++)
    printable += cardea_dlp_codec_is_printable (bytes[i]);
  return size >= min && printable * 20 >= size * 19;
}

#define UTF16_SAMPLE 4096u

int
cardea_dlp_codec_utf16_low (const guint8 *bytes, gsize size)
{
  guint zeros[2] = { 0 }, pairs = MIN (size, UTF16_SAMPLE) / 2;
  if (size < 8)
    return -1;
  for (guint i = 0; i < 2 * pairs; i++)
    zeros[i % 2] += bytes[i] == 0;
  if (zeros[1] * 4 >= pairs * 3 && zeros[0] * 4 < pairs)
    return 0;
  return zeros[0] * 4 >= pairs * 3 && zeros[1] * 4 < pairs ? 1 : -1;
}
