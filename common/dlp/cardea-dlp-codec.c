/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/dlp/cardea-dlp-codec.h"

#include <string.h>

typedef int (*ValueFunc) (char c);

int
cardea_dlp_codec_base64_value (char c)
{
  if (g_ascii_isupper (c))
    return c - 'A';
  if (g_ascii_islower (c))
    return c - 'a' + 26;
  if (g_ascii_isdigit (c))
    return c - '0' + 52;
  return c == '+' || c == '-' ? 62 : c == '/' || c == '_' ? 63 : -1;
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
static GByteArray *
decode (const char *text, gsize size, guint skip, guint bits, ValueFunc value_of)
{
  GByteArray *bytes = g_byte_array_sized_new (MIN (size, (gsize) 65536));
  guint32 pending = 0;
  guint held = 0;

  for (gsize i = 0; i < size; i++)
    {
      if (g_ascii_isspace (text[i]))
        continue;
      if (text[i] == '\\' && i + 1 < size && strchr ("nrt", text[i + 1]) != NULL)
        {
          i++;
          continue;
        }
      int value = value_of (text[i]);
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
          guint8 byte = pending >> (held - 8);
          g_byte_array_append (bytes, &byte, 1);
          held -= 8;
        }
    }
  return bytes;
}

GByteArray *
cardea_dlp_codec_base64 (const char *text, gsize size, guint skip)
{
  return decode (text, size, skip, 6, cardea_dlp_codec_base64_value);
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
