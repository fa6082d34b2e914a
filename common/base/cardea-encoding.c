/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-encoding.h"

#include <sodium.h>
#include <string.h>

char *
cardea_hex_encode (const guint8 *bytes, gsize size)
{
  char *text = g_malloc (size * 2 + 1);
  return sodium_bin2hex (text, size * 2 + 1, bytes, size);
}

static int
hex_digit (char c)
{
  if (c >= '0' && c <= '9')
    return c - '0';
  if (c >= 'a' && c <= 'f')
    return c - 'a' + 10;
  return -1;
}

gboolean
cardea_hex_decode (const char *text, guint8 *ret_bytes, gsize size)
{
  if (strlen (text) != size * 2)
    return FALSE;
  for (gsize i = 0; i < size * 2; i++)
    if (hex_digit (text[i]) < 0)
      return FALSE;
  for (gsize i = 0; i < size; i++)
    ret_bytes[i] = (guint8) (hex_digit (text[2 * i]) << 4 | hex_digit (text[2 * i + 1]));
  return TRUE;
}

char *
cardea_base64_encode (const guint8 *bytes, gsize size)
{
  return g_base64_encode (bytes, size);
}

GBytes *
cardea_base64_decode (const char *text)
{
  gsize text_size = strlen (text);
  gsize size = 0;
  g_autofree guint8 *bytes = g_malloc (text_size / 4 * 3 + 3);

  if (text_size % 4 != 0
      || sodium_base642bin (bytes, text_size / 4 * 3 + 3, text, text_size, NULL, &size, NULL,
                            sodium_base64_VARIANT_ORIGINAL)
             != 0)
    return NULL;
  /* libsodium 1.0.18 takes some bytes above 0x7f for digits. */
  g_autofree char *again = g_base64_encode (bytes, size);
  if (strcmp (again, text) != 0)
    return NULL;
  return g_bytes_new_take (g_steal_pointer (&bytes), size);
}

char *
cardea_base64url_encode (const guint8 *bytes, gsize size)
{
  char *text = g_base64_encode (bytes, size);

  g_strdelimit (text, "+", '-');
  g_strdelimit (text, "/", '_');
  text[strcspn (text, "=")] = '\0';
  return text;
}

gboolean
cardea_base64url_decode (const char *text, guint8 *ret_bytes, gsize size)
{
  gsize got = 0;
  g_autofree guint8 *bytes = g_malloc (size + 1);

  if (sodium_base642bin (bytes, size, text, strlen (text), NULL, &got, NULL,
                         sodium_base64_VARIANT_URLSAFE_NO_PADDING)
          != 0
      || got != size)
    return FALSE;
  g_autofree char *again = cardea_base64url_encode (bytes, size);
  if (strcmp (again, text) != 0)
    return FALSE;
  memcpy (ret_bytes, bytes, size);
  return TRUE;
}

char *
cardea_id_new (gsize size)
{
  g_autofree guint8 *bytes = g_malloc (size);
  randombytes_buf (bytes, size);
  return cardea_hex_encode (bytes, size);
}
