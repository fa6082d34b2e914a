/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/dlp/cardea-dlp-check-private.h"

#include "common/dlp/cardea-dlp-codec.h"
#include "common/json/cardea-json.h"

#include <string.h>

/* Checks of credentials: those of a format, and those that tell a secret from a word. */

/* --- check digits and structure --- */

/* The last six characters of a GitHub token are the CRC-32 of those behind its prefix, in base 62.
 * (GitHub, "Behind GitHub's new authentication token formats".) */
static gboolean
holds_github (const char *text, gsize size)
{
  static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  guint32 crc = 0xffffffff;
  guint64 said = 0;

  if (size != 40)
    return FALSE;
  for (guint i = 4; i < 34; i++)
    {
      crc ^= (guint8) text[i];
      for (guint bit = 0; bit < 8; bit++)
        crc = crc >> 1 ^ ((crc & 1) != 0 ? 0xedb88320 : 0);
    }
  for (guint i = 34; i < 40; i++)
    {
      const char *at = text[i] != '\0' ? strchr (alphabet, text[i]) : NULL;
      if (at == NULL)
        return FALSE;
      said = said * 62 + (at - alphabet);
    }
  return said == (crc ^ 0xffffffff);
}

/* RFC 7519: the first part is a JSON object that names an algorithm. */
static gboolean
holds_jwt (const char *text, gsize size)
{
  const char *dot = memchr (text, '.', size);
  if (dot == NULL)
    return FALSE;
  g_autoptr (GByteArray) header = cardea_dlp_codec_base64 (text, dot - text, 0);
  g_autoptr (CardeaJson) json
      = cardea_json_parse_bounded ((const char *) header->data, header->len, 64, NULL);
  return json != NULL && cardea_json_type (json) == CARDEA_JSON_OBJECT
         && cardea_json_get_string (json, "alg") != NULL;
}

/* RFC 7468: what stands in it is base64 and begins like DER, or like OpenSSH's own format. */
static gboolean
holds_pem (const char *text, gsize size)
{
  const char *end = memmem (text, size, "KEY-----", 8);
  gsize from = end != NULL ? (gsize) (end - text) + 8 : size;
  while (from < size && !g_ascii_isalnum (text[from]))
    from++;
  /* An escaped line break stands for one. */
  if (from > 0 && from < size && text[from - 1] == '\\')
    from++;
  g_autoptr (GByteArray) body
      = cardea_dlp_codec_base64 (text + from, MIN (size - from, (gsize) 64), 0);
  return body->len >= 24
         && (body->data[0] == 0x30 || memcmp (body->data, "openssh-key-v1", 14) == 0);
}

/* Twelve hexadecimal digits, and the first four of the digest of a fixed word and them. */
static gboolean
holds_canary (const char *text, gsize size)
{
  if (size != 16)
    return FALSE;
  g_autofree char *small = g_ascii_strdown (text, 16);
  g_autofree char *whole = g_strdup_printf ("cardea-canary-%.12s", small);
  g_autofree char *digest = g_compute_checksum_for_string (G_CHECKSUM_SHA256, whole, -1);
  return memcmp (digest, small + 12, 4) == 0;
}

/* A label of a host name that is text in base64 or hexadecimal. */
static gboolean
holds_encoded_label (const char *text, gsize size)
{
  g_autoptr (GByteArray) base64 = cardea_dlp_codec_base64 (text, size, 0);
  g_autoptr (GByteArray) hex = cardea_dlp_codec_hex (text, size);
  g_autoptr (GByteArray) base32 = cardea_dlp_codec_base32 (text, size);
  return cardea_dlp_codec_is_text (base64->data, base64->len, 12)
         || cardea_dlp_codec_is_text (hex->data, hex->len, 8)
         || cardea_dlp_codec_is_text (base32->data, base32->len, 10);
}

/* --- secrets and words --- */

typedef struct {
  guint lower, upper, digit, other;
} Kinds;

static Kinds
count_kinds (const char *text, gsize size)
{
  Kinds kinds = { 0 };
  for (gsize i = 0; i < size; i++)
    if (g_ascii_islower (text[i]))
      kinds.lower++;
    else if (g_ascii_isupper (text[i]))
      kinds.upper++;
    else if (g_ascii_isdigit (text[i]))
      kinds.digit++;
    else
      kinds.other++;
  return kinds;
}

static gboolean
is_path (const char *text, gsize size)
{
  return text[0] == '/' || text[0] == '~' || text[0] == '.'
         || (size > 4 && g_ascii_strncasecmp (text, "http", 4) == 0);
}

/* object.member, function(argument): code, not a password. */
static gboolean
is_code (const char *text, gsize size)
{
  gboolean dotted = FALSE;
  if (memchr (text, '(', size) != NULL || memmem (text, size, "->", 2) != NULL
      || memmem (text, size, "::", 2) != NULL)
    return TRUE;
  for (gsize i = 0; i < size; i++)
    {
      if (text[i] == '.' && i > 0 && i + 1 < size)
        dotted = TRUE;
      else if (!g_ascii_isalpha (text[i]) && text[i] != '_')
        return FALSE;
    }
  return dotted;
}

static gboolean
holds_password (const char *text, gsize size)
{
  Kinds kinds = count_kinds (text, size);
  guint classes = (kinds.lower > 0) + (kinds.upper > 0) + (kinds.digit > 0) + (kinds.other > 0);

  if (size < 5 || is_path (text, size) || is_code (text, size))
    return FALSE;
  if (classes >= 3)
    return TRUE;
  return classes == 2 && size >= 8 && cardea_dlp_check_entropy (text, size) >= 3.2
         && (kinds.digit > 0 || kinds.upper > 2);
}

static gboolean
is_uuid (const char *text, gsize size)
{
  return size == 36 && text[8] == '-' && text[13] == '-' && text[18] == '-' && text[23] == '-';
}

/* Builds of libraries. */
static gboolean
is_build (const char *text, gsize size)
{
  return memmem (text, size, "SNAPSHOT", 8) != NULL || memmem (text, size, "RELEASE", 7) != NULL;
}

/* 1.7.8, rc0.13.0_2023, host.example.com:80 */
static gboolean
is_dotted (const char *text, gsize size)
{
  guint dots = 0, run = 0;
  for (gsize i = 0; i < size; i++)
    if (text[i] == '.')
      {
        dots++;
        run = 0;
      }
    else if (++run > 20)
      return FALSE;
  return dots >= 2;
}

static gboolean
holds_generic (const char *text, gsize size)
{
  Kinds kinds = count_kinds (text, size);
  /* Words with digits at their end, tied together, are names. */
  return kinds.digit >= 2 && kinds.lower + kinds.upper >= 2 && kinds.other * 6 <= size
         && !is_uuid (text, size) && !is_dotted (text, size) && !is_build (text, size)
         && !is_path (text, size);
}

const CardeaDlpCheck cardea_dlp_check_secret[] = {
  { "github", holds_github },
  { "jwt", holds_jwt },
  { "pem", holds_pem },
  { "canary", holds_canary },
  { "encoded-label", holds_encoded_label },
  { "password", holds_password },
  { "generic", holds_generic },
  { NULL },
};
