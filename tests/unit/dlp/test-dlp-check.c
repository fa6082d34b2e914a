/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/dlp/cardea-dlp-check.h"
#include "common/dlp/cardea-dlp-keccak.h"

#include <string.h>

/* Every check: published or computed examples that hold, and the same with one character wrong. */

static const struct {
  const char *check;
  const char *holds;
  const char * not ;
} cases[] = {
  { "luhn", "79927398713", "79927398710" },
  { "card", "4111 1111 1111 1111", "4111 1111 1111 1112" },
  { "card", "378282246310005", "378282246310006" },
  { "card", "5555555555554444", "5555555555554443" },
  { "card", "6011111111111117", "8304100349003988" },
  { "iban", "GB82 WEST 1234 5698 7654 32", "GB82 WEST 1234 5698 7654 31" },
  { "iban", "DE89370400440532013000", "DE8937040044053201300" },
  { "iban", "FR1420041010050500013M02606", "FR1420041010050500013M02607" },
  { "iban", "NO9386011117947", "XX9386011117947" },
  { "mrz", "L898902C36UTO7408122F1204159ZE184226B<<<<<10",
    "L898902C36UTO7408121F1204159ZE184226B<<<<<10" },
  { "nhs", "943 476 5919", "943 476 5918" },
  { "de-tax", "86095742719", "86095742718" },
  { "de-tax", "47036892816", "47036892815" },
  { "fr-insee", "2 55 08 14 168 025 38", "2 55 08 14 168 025 39" },
  { "es-dni", "12345678Z", "12345678X" },
  { "es-dni", "X1234567L", "Y1234567L" },
  { "it-fiscale", "RSSMRA85T10A562S", "RSSMRA85T10A562T" },
  { "nl-bsn", "111222333", "111222334" },
  { "be-national", "85.07.30-033.28", "85.07.30-033.29" },
  { "pl-pesel", "44051401359", "44051401358" },
  { "se-person", "811218-9876", "811218-9875" },
  { "se-person", "19811218-9876", "19811218-9877" },
  { "fi-hetu", "131052-308T", "131052-308U" },
  { "ch-ahv", "756.9217.0769.85", "756.9217.0769.84" },
  { "br-cpf", "529.982.247-25", "529.982.247-26" },
  { "br-cpf", "111.444.777-35", "000.000.000-00" },
  { "au-tfn", "123 456 782", "123 456 783" },
  { "verhoeff", "2341 2341 2346", "2341 2341 2347" },
  { "cn-resident", "11010519491231002X", "110105194912310021" },
  { "base58check", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNb" },
  { "bitcoin", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLy", "3J98t1WpEZ73CNmQviecrnyiWrnqRhWNLx" },
  { "bitcoin", "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4",
    "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t5" },
  { "bitcoin", "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj0",
    "bc1p0xlxvlhemja6c4dqv22uapctqupfhlxm9h8z3k2e72q4k9hcz7vqzk5jj2" },
  { "wif", "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTJ",
    "5HueCGU8rMjxEXxiPuD5BDku4MkFqeZyd4dZ1jvhTVqvbTLvyTK" },
  { "ethereum", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
    "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAeD" },
  { "ethereum", "0xfb6916095ca1df60bb79ce92ce3ea74c37c5d359",
    "0xfB6916095ca1df60bb79ce92ce3ea74c37c5d359" },
  { "seed", "abandon ability able about above absent absorb abstract absurd abuse access accident",
    "the cat and the dog and the cow and the pig ran home" },
  { "jwt", "eyJhbGciOiJub25lIn0.eyJzdWIiOiJ4In0.", "eyJhbGcuOiJub25lIn0.eyJzdWIiOiJ4In0." },
  { "canary", NULL, "0123456789abcdef" },
  { "encoded-label", "c2VjcmV0X3Rva2VuXzEyMzQ1Njc4OTA", "documentation-services" },
  { "encoded-label", "6d7920736563726574", "d41d8cd98f00b204e9800998ecf8427e" },
  { "password", "SuperSecretDBPass!2026", "get_password(user)" },
  { "password", "hunter_a7c9k2", "settings.password" },
  { "generic", "Zf3D0LXCM3EIMbgJpUNnkRtOfOueHznB9", "29f63271-dc2f-4734-8221-5b31b5169bac" },
};

static void
test_cases (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const CardeaDlpCheck *check = cardea_dlp_check_find (cases[i].check);
      g_assert_nonnull (check);
      g_test_message ("%s", cases[i].check);
      if (cases[i].holds != NULL)
        g_assert_true (check->holds (cases[i].holds, strlen (cases[i].holds)));
      g_assert_false (check->holds (cases[i].not, strlen (cases[i].not )));
    }
}

/* A GitHub token carries the CRC-32 of its 30 characters in base 62. */
static void
test_github (void)
{
  static const char alphabet[] = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const CardeaDlpCheck *check = cardea_dlp_check_find ("github");
  char token[41] = "ghp_abcdefghijklmnopqrstuvwxyz0123000000";
  /* zlib.crc32 of the thirty. */
  guint64 crc = 0x806d9a54;
  for (int i = 39; i >= 34; i--, crc /= 62)
    token[i] = alphabet[crc % 62];
  g_assert_true (check->holds (token, 40));
  token[10] ^= 1;
  g_assert_false (check->holds (token, 40));
  g_assert_false (check->holds (token, 39));
}

static void
test_keccak (void)
{
  guint8 digest[32];
  static const guint8 empty[] = { 0xc5, 0xd2, 0x46, 0x01, 0x86, 0xf7, 0x23, 0x3c };
  static const guint8 abc[] = { 0x4e, 0x03, 0x65, 0x7a, 0xea, 0x45, 0xa9, 0x4f };
  g_assert_true (cardea_dlp_keccak ((const guint8 *) "", 0, digest));
  g_assert_cmpmem (digest, 8, empty, 8);
  g_assert_true (cardea_dlp_keccak ((const guint8 *) "abc", 3, digest));
  g_assert_cmpmem (digest, 8, abc, 8);
  g_assert_false (cardea_dlp_keccak ((const guint8 *) "", 136, digest));
}

/* No check may read beyond what it is given, whatever that is. */
static void
test_anything (void)
{
  static const char *const names[]
      = { "luhn",        "card",        "iban",       "mrz",     "nhs",           "de-tax",
          "fr-insee",    "es-dni",      "it-fiscale", "nl-bsn",  "be-national",   "pl-pesel",
          "se-person",   "fi-hetu",     "ch-ahv",     "br-cpf",  "au-tfn",        "verhoeff",
          "cn-resident", "base58check", "wif",        "bitcoin", "ethereum",      "seed",
          "github",      "jwt",         "pem",        "canary",  "encoded-label", "password",
          "generic" };
  for (gsize n = 0; n < G_N_ELEMENTS (names); n++)
    for (gsize size = 1; size < 80; size++)
      {
        g_autofree char *bytes = g_malloc (size);
        for (gsize i = 0; i < size; i++)
          bytes[i] = g_test_rand_int_range (0, 256);
        cardea_dlp_check_find (names[n])->holds (bytes, size);
        memset (bytes, '9', size);
        cardea_dlp_check_find (names[n])->holds (bytes, size);
        memset (bytes, 'b', size);
        cardea_dlp_check_find (names[n])->holds (bytes, size);
      }
  g_assert_null (cardea_dlp_check_find ("nothing"));
}

static void
test_templates (void)
{
  static const char *const templates[]
      = { "${TOKEN}", "<your key>",        "{{ key }}",  "xxxxxxxx",
          "********", "put-your-key-here", "abcdefghij", "12345678" };
  static const char *const secrets[] = { "Tr0ub4dor&3", "f5a93c017be2" };
  for (gsize i = 0; i < G_N_ELEMENTS (templates); i++)
    g_assert_true (cardea_dlp_check_is_template (templates[i], strlen (templates[i])));
  for (gsize i = 0; i < G_N_ELEMENTS (secrets); i++)
    g_assert_false (cardea_dlp_check_is_template (secrets[i], strlen (secrets[i])));
  g_assert_cmpfloat (cardea_dlp_check_entropy ("aaaa", 4), ==, 0);
  g_assert_cmpfloat (cardea_dlp_check_entropy ("abcd", 4), ==, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/dlp/check/cases", test_cases);
  g_test_add_func ("/dlp/check/github", test_github);
  g_test_add_func ("/dlp/check/keccak", test_keccak);
  g_test_add_func ("/dlp/check/anything", test_anything);
  g_test_add_func ("/dlp/check/templates", test_templates);
  return g_test_run ();
}
