/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-encoding.h"

#include <string.h>

/* RFC 4648 §10 without padding, and the two letters in which §5 differs. */
static void
test_base64url (void)
{
  static const struct {
    const char *bytes;
    const char *text;
  } rows[] = { { "f", "Zg" },         { "fo", "Zm8" },        { "foo", "Zm9v" },
               { "foob", "Zm9vYg" },  { "fooba", "Zm9vYmE" }, { "foobar", "Zm9vYmFy" },
               { "\xfb\xff", "-_8" }, { "\xff\xef", "_-8" } };
  guint8 bytes[8];

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      gsize size = strlen (rows[i].bytes);
      g_autofree char *text = cardea_base64url_encode ((const guint8 *) rows[i].bytes, size);
      g_assert_cmpstr (text, ==, rows[i].text);
      g_assert_true (cardea_base64url_decode (rows[i].text, bytes, size));
      g_assert_cmpmem (bytes, size, rows[i].bytes, size);
      g_assert_false (cardea_base64url_decode (rows[i].text, bytes, size - 1));
      g_assert_false (cardea_base64url_decode (rows[i].text, bytes, size + 1));
    }
}

/* One meaning, one form. */
static void
test_strict (void)
{
  static const char *const bad[] = { "Zg==", "Zh", "Z", "Z g", "Zg\n", "+/8", "Z\xe7", "" };
  guint8 bytes[8] = { 0x55 };

  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    g_assert_false (cardea_base64url_decode (bad[i], bytes, bad[i][0] == '+' ? 2 : 1));
  g_assert_cmpint (bytes[0], ==, 0x55);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/encoding/base64url", test_base64url);
  g_test_add_func ("/encoding/base64url/strict", test_strict);
  return g_test_run ();
}
