/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/dlp/cardea-dlp-check-private.h"
#include "common/dlp/cardea-dlp-keccak.h"

#include <string.h>

#define BASE58_MAX_TEXT 120
#define BASE58_MAX_BYTES 90
#define BECH32_MAX_TEXT 90

static void
sha256 (const guint8 *bytes, gsize size, guint8 ret_digest[32])
{
  gsize length = 32;
  g_autoptr (GChecksum) checksum = g_checksum_new (G_CHECKSUM_SHA256);
  g_checksum_update (checksum, bytes, size);
  g_checksum_get_digest (checksum, ret_digest, &length);
}

/* Big-endian; how many bytes, or -1. */
static int
base58_decode (const char *text, gsize size, guint8 ret_bytes[BASE58_MAX_BYTES])
{
  static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
  int n = 0;

  if (size > BASE58_MAX_TEXT)
    return -1;
  for (gsize i = 0; i < size; i++)
    {
      const char *at = text[i] != '\0' ? strchr (alphabet, text[i]) : NULL;
      if (at == NULL)
        return -1;
      guint carry = at - alphabet;
      for (int j = 0; j < n; j++)
        {
          carry += ret_bytes[j] * 58u;
          ret_bytes[j] = carry & 0xff;
          carry >>= 8;
        }
      for (; carry > 0; carry >>= 8)
        {
          if (n == BASE58_MAX_BYTES)
            return -1;
          ret_bytes[n++] = carry & 0xff;
        }
    }
  for (gsize i = 0; i < size && text[i] == '1' && n < BASE58_MAX_BYTES; i++)
    ret_bytes[n++] = 0;
  for (int i = 0; i < n / 2; i++)
    {
      guint8 byte = ret_bytes[i];
      ret_bytes[i] = ret_bytes[n - 1 - i];
      ret_bytes[n - 1 - i] = byte;
    }
  return n;
}

/* The last four bytes are the head of the double SHA-256 of the rest; the length of all, or -1. */
static int
base58check (const char *text, gsize size, guint8 bytes[BASE58_MAX_BYTES])
{
  guint8 digest[32];
  int n = base58_decode (text, size, bytes);
  if (n < 5)
    return -1;
  sha256 (bytes, n - 4, digest);
  sha256 (digest, sizeof digest, digest);
  return memcmp (digest, bytes + n - 4, 4) == 0 ? n : -1;
}

static gboolean
holds_base58check (const char *text, gsize size)
{
  guint8 bytes[BASE58_MAX_BYTES];
  return base58check (text, size, bytes) > 0;
}

/* 0x80, a key of 32 bytes, perhaps 0x01. */
static gboolean
holds_wif (const char *text, gsize size)
{
  guint8 bytes[BASE58_MAX_BYTES];
  int n = base58check (text, size, bytes);
  return (n == 37 || n == 38) && bytes[0] == 0x80;
}

/* BIP 173 and BIP 350: the checksum is 1, or the constant of bech32m. */
static gboolean
holds_bech32 (const char *text, gsize size)
{
  static const char alphabet[] = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
  static const guint32 generator[] = { 0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3 };
  guint32 sum = 1;
  guint values[BECH32_MAX_TEXT + 8], n = 0;

  if (size < 14 || size > BECH32_MAX_TEXT || memcmp (text, "bc1", 3) != 0)
    return FALSE;
  values[n++] = 'b' >> 5;
  values[n++] = 'c' >> 5;
  values[n++] = 0;
  values[n++] = 'b' & 31;
  values[n++] = 'c' & 31;
  for (gsize i = 3; i < size; i++)
    {
      const char *at = text[i] != '\0' ? strchr (alphabet, text[i]) : NULL;
      if (at == NULL)
        return FALSE;
      values[n++] = at - alphabet;
    }
  for (guint i = 0; i < n; i++)
    {
      guint32 top = sum >> 25;
      sum = (sum & 0x1ffffff) << 5 ^ values[i];
      for (guint j = 0; j < G_N_ELEMENTS (generator); j++)
        if ((top >> j & 1) != 0)
          sum ^= generator[j];
    }
  return sum == 1 || sum == 0x2bc830a3;
}

static gboolean
holds_bitcoin (const char *text, gsize size)
{
  guint8 bytes[BASE58_MAX_BYTES];
  if (size > 3 && memcmp (text, "bc1", 3) == 0)
    return holds_bech32 (text, size);
  return base58check (text, size, bytes) == 25 && (bytes[0] == 0 || bytes[0] == 5);
}

/* EIP-55: a letter is a capital where the digest of the small ones has a high digit. An address
 * written in one case carries no checksum and holds. */
static gboolean
holds_ethereum (const char *text, gsize size)
{
  guint8 small[40], digest[32];
  gboolean upper = FALSE, lower = FALSE;

  if (size != 42 || text[0] != '0')
    return FALSE;
  text += 2;
  for (guint i = 0; i < 40; i++)
    {
      upper |= g_ascii_isupper (text[i]);
      lower |= g_ascii_islower (text[i]);
      small[i] = g_ascii_tolower (text[i]);
    }
  if (!upper || !lower)
    return TRUE;
  if (!cardea_dlp_keccak (small, sizeof small, digest))
    return FALSE;
  for (guint i = 0; i < 40; i++)
    {
      guint nibble = i % 2 == 0 ? digest[i / 2] >> 4 : digest[i / 2] & 15;
      if (g_ascii_isalpha (text[i]) && g_ascii_isupper (text[i]) != (nibble >= 8))
        return FALSE;
    }
  return TRUE;
}

/* A dozen words or more, hardly one of them twice: no sentence. */
static gboolean
holds_seed (const char *text, gsize size)
{
  g_autofree char *copy = g_strndup (text, MIN (size, CARDEA_DLP_CHECK_MAX));
  g_auto (GStrv) words = g_strsplit_set (copy, " ,", -1);
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  guint count = 0;

  for (guint i = 0; words[i] != NULL; i++)
    if (words[i][0] != '\0')
      {
        count++;
        g_hash_table_add (seen, words[i]);
      }
  return count % 3 == 0 && count >= 12 && g_hash_table_size (seen) + 2 >= count;
}

const CardeaDlpCheck cardea_dlp_check_coin[] = {
  { "base58check", holds_base58check }, { "wif", holds_wif },   { "bitcoin", holds_bitcoin },
  { "ethereum", holds_ethereum },       { "seed", holds_seed }, { NULL },
};
