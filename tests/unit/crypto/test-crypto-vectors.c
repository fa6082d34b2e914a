/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-encoding.h"
#include "common/crypto/cardea-box.h"
#include "common/crypto/cardea-digest.h"
#include "common/crypto/cardea-hkdf.h"

#include <string.h>

static GByteArray *
unhex (const char *text)
{
  gsize size = strlen (text) / 2;
  GByteArray *bytes = g_byte_array_new ();
  g_byte_array_set_size (bytes, (guint) size);
  g_assert_true (cardea_hex_decode (text, bytes->data, size));
  return bytes;
}

static void
assert_hex (const guint8 *bytes, gsize size, const char *expected)
{
  g_autofree char *text = cardea_hex_encode (bytes, size);
  g_assert_cmpstr (text, ==, expected);
}

/* FIPS 180-4 examples, as NIST publishes them; the last one is long enough for the other engine. */
static void
test_sha256 (void)
{
  g_autofree char *empty = cardea_digest_sha256_hex ("", 0);
  g_autofree char *abc = cardea_digest_sha256_hex ("abc", 3);
  g_autofree char *million = g_strnfill (1000000, 'a');
  g_autofree char *long_digest = cardea_digest_sha256_hex (million, 1000000);

  g_assert_cmpstr (empty, ==, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  g_assert_cmpstr (abc, ==, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  g_assert_cmpstr (long_digest, ==,
                   "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0");
}

/* RFC 4231, test cases 1, 2, 3 and 6. */
static void
test_hmac (void)
{
  static const struct {
    const char *key, *data, *mac;
  } rows[] = {
    { "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265",
      "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
    { "4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f",
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
    { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd"
      "dddddddd",
      "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe" },
    { "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
      "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
      "54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b"
      "6579204669727374",
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GByteArray) key = unhex (rows[i].key);
      g_autoptr (GByteArray) data = unhex (rows[i].data);
      guint8 mac[CARDEA_DIGEST_SIZE];
      cardea_digest_hmac (key->data, key->len, data->data, data->len, mac);
      assert_hex (mac, sizeof mac, rows[i].mac);
    }
}

/* RFC 5869, appendix A.1 to A.3. */
static void
test_hkdf (void)
{
  static const struct {
    const char *key, *salt, *info;
    gsize size;
    const char *okm;
  } rows[] = {
    { "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "000102030405060708090a0b0c",
      "f0f1f2f3f4f5f6f7f8f9", 42,
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865" },
    { "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f202122232425262728292a2b2c2d"
      "2e2f303132333435363738393a3b3c3d3e3f404142434445464748494a4b4c4d4e4f",
      "606162636465666768696a6b6c6d6e6f707172737475767778797a7b7c7d7e7f808182838485868788898a8b8c8d"
      "8e8f909192939495969798999a9b9c9d9e9fa0a1a2a3a4a5a6a7a8a9aaabacadaeaf",
      "b0b1b2b3b4b5b6b7b8b9babbbcbdbebfc0c1c2c3c4c5c6c7c8c9cacbcccdcecfd0d1d2d3d4d5d6d7d8d9dadbdcdd"
      "dedfe0e1e2e3e4e5e6e7e8e9eaebecedeeeff0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
      82,
      "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41c65e59"
      "0e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87" },
    { "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "", "", 42,
      "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GByteArray) key = unhex (rows[i].key);
      g_autoptr (GByteArray) salt = unhex (rows[i].salt);
      g_autoptr (GByteArray) info = unhex (rows[i].info);
      g_autoptr (CardeaSecret) secret = cardea_secret_new_take (key->data, key->len);
      g_autoptr (CardeaSecret) derived
          = cardea_hkdf_derive (secret, salt->data, salt->len, info->data, info->len, rows[i].size);
      g_assert_nonnull (derived);
      assert_hex (cardea_secret_bytes (derived), cardea_secret_size (derived), rows[i].okm);
    }

  g_autoptr (CardeaSecret) key = cardea_secret_new_random (32);
  g_assert_null (cardea_hkdf_derive (key, NULL, 0, NULL, 0, 0));
  g_assert_null (cardea_hkdf_derive (key, NULL, 0, NULL, 0, 255 * 32 + 1));
}

/* draft-irtf-cfrg-xchacha-03, appendix A.3.1: the box is its nonce, ciphertext and tag. */
static void
test_box (void)
{
  static const char text[] = "Ladies and Gentlemen of the class of '99: If I could offer you only "
                             "one tip for the future, sunscreen would be it.";
  g_autoptr (GByteArray) key_bytes
      = unhex ("808182838485868788898a8b8c8d8e8f909192939495969798999a9b9c9d9e9f");
  g_autoptr (GByteArray) around = unhex ("50515253c0c1c2c3c4c5c6c7");
  g_autoptr (GByteArray) box = unhex (
      "404142434445464748494a4b4c4d4e4f5051525354555657"
      "bd6d179d3e83d43b9576579493c0e939572a1700252bfaccbed2902c21396cbb731c7f1b0b4aa6440bf3a82f4eda"
      "7e39ae64c6708c54c216cb96b72e1213b4522f8c9ba40db5d945b11b69b982c1bb9e3f3fac2bc369488f76b23835"
      "65d3fff921f9664c97637da9768812f615c68b13b52e"
      "c0875924c1c7987947deafd8780acf49");
  g_autoptr (CardeaSecret) key = cardea_secret_new_take (key_bytes->data, key_bytes->len);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) opened
      = cardea_box_open (key, around->data, around->len, box->data, box->len, &error);

  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (opened, NULL), g_bytes_get_size (opened), text,
                   sizeof text - 1);
  for (guint i = 0; i < box->len; i++)
    {
      box->data[i] ^= 1;
      g_assert_null (cardea_box_open (key, around->data, around->len, box->data, box->len, NULL));
      box->data[i] ^= 1;
    }
  around->data[0] ^= 1;
  g_assert_null (cardea_box_open (key, around->data, around->len, box->data, box->len, &error));
  g_assert_error (error, CARDEA_CRYPTO_ERROR, CARDEA_CRYPTO_ERROR_ALTERED);
  g_assert_null (cardea_box_open (key, NULL, 0, box->data, CARDEA_BOX_EXTRA - 1, NULL));

  guint8 sealed[3 + CARDEA_BOX_EXTRA];
  cardea_box_seal (key, "x", 1, "abc", 3, sealed);
  g_autoptr (GBytes) again = cardea_box_open (key, "x", 1, sealed, sizeof sealed, NULL);
  g_assert_cmpmem (g_bytes_get_data (again, NULL), g_bytes_get_size (again), "abc", 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/crypto/sha256", test_sha256);
  g_test_add_func ("/crypto/hmac", test_hmac);
  g_test_add_func ("/crypto/hkdf", test_hkdf);
  g_test_add_func ("/crypto/box", test_box);
  return g_test_run ();
}
