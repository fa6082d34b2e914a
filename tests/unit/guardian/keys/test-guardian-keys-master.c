/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-encoding.h"
#include "guardian/keys/guardian-keys-error.h"
#include "guardian/keys/guardian-keys-master.h"
#include "guardian/keys/guardian-keys-passphrase.h"
#include "guardian/keys/guardian-keys-record.h"

#include <sodium.h>
#include <string.h>

#define ID "0123456789abcdef"

static CardeaSecret *
make_master (guint8 first)
{
  CardeaSecret *master = cardea_secret_new (GUARDIAN_KEYS_MASTER_SIZE);
  for (guint i = 0; i < GUARDIAN_KEYS_MASTER_SIZE; i++)
    cardea_secret_writable (master)[i] = first + i;
  return master;
}

/* RFC 5869 §2 written out with HMAC-SHA-256: extract without a salt, then the first block. */
static void
expected_hkdf (const CardeaSecret *master, const char *info, guint8 ret_key[32])
{
  guint8 salt[32] = { 0 }, prk[32];
  const guint8 one = 1;
  crypto_auth_hmacsha256_state state;
  crypto_auth_hmacsha256 (prk, cardea_secret_bytes (master), cardea_secret_size (master), salt);
  crypto_auth_hmacsha256_init (&state, prk, sizeof prk);
  crypto_auth_hmacsha256_update (&state, (const guint8 *) info, strlen (info));
  crypto_auth_hmacsha256_update (&state, &one, 1);
  crypto_auth_hmacsha256_final (&state, ret_key);
}

static void
test_derive (void)
{
  guint8 expected[32];
  g_autoptr (CardeaSecret) master = make_master (1);
  g_autoptr (CardeaSecret) key
      = guardian_keys_master_derive (master, "audit-detail", "00012.details", NULL);
  expected_hkdf (master, "cardea/1/audit-detail/00012.details", expected);
  g_assert_cmpmem (cardea_secret_bytes (key), cardea_secret_size (key), expected, 32);

  g_autoptr (CardeaSecret) other = guardian_keys_master_derive (master, "grants", "", NULL);
  g_assert_false (cardea_secret_equal (key, other));
}

/* The form of C2SP signed-note, taken apart by hand; and the signature checked with the key. */
static void
test_signer (void)
{
  g_autoptr (CardeaSecret) master = make_master (7);
  g_autoptr (GuardianKeysSigner) signer = guardian_keys_signer_new (master, ID, NULL);
  g_auto (GStrv) parts = g_strsplit (guardian_keys_signer_vkey (signer), "+", 3);
  g_assert_cmpuint (g_strv_length (parts), ==, 3);
  g_assert_cmpstr (parts[0], ==, "cardea.invalid/log/" ID);

  g_autoptr (GBytes) typed = cardea_base64_decode (parts[2]);
  gsize size = 0;
  const guint8 *key = g_bytes_get_data (typed, &size);
  g_assert_cmpuint (size, ==, 33);
  g_assert_cmpint (key[0], ==, 1);

  g_autoptr (GByteArray) hashed = g_byte_array_new ();
  g_byte_array_append (hashed, (const guint8 *) parts[0], strlen (parts[0]));
  g_byte_array_append (hashed, (const guint8 *) "\n", 1);
  g_byte_array_append (hashed, key, size);
  guint8 digest[32];
  crypto_hash_sha256 (digest, hashed->data, hashed->len);
  g_autofree char *hash = cardea_hex_encode (digest, 4);
  g_assert_cmpstr (parts[1], ==, hash);

  static const char note[] = "cardea.invalid/log/" ID "\n3\nhash\n";
  guint8 signature[GUARDIAN_KEYS_SIGNATURE_SIZE];
  guardian_keys_signer_sign (signer, (const guint8 *) note, strlen (note), signature);
  g_assert_cmpint (
      crypto_sign_verify_detached (signature, (const guint8 *) note, strlen (note), key + 1), ==,
      0);
  signature[0] ^= 1;
  g_assert_cmpint (
      crypto_sign_verify_detached (signature, (const guint8 *) note, strlen (note), key + 1), !=,
      0);

  g_autoptr (CardeaSecret) other = make_master (8);
  g_autoptr (GuardianKeysSigner) second = guardian_keys_signer_new (other, ID, NULL);
  g_assert_cmpstr (guardian_keys_signer_vkey (signer), !=, guardian_keys_signer_vkey (second));
}

static void
test_check (void)
{
  guint8 one[GUARDIAN_KEYS_DERIVED_SIZE], two[GUARDIAN_KEYS_DERIVED_SIZE];
  g_autoptr (CardeaSecret) master = make_master (1);
  g_autoptr (CardeaSecret) other = make_master (2);
  g_assert_true (guardian_keys_master_check (master, one, NULL));
  g_assert_true (guardian_keys_master_check (other, two, NULL));
  g_assert_cmpint (memcmp (one, two, sizeof one), !=, 0);
}

static void
test_passphrase (void)
{
  g_autoptr (GError) error = NULL;
  char words[] = "several words";
  g_autoptr (CardeaSecret) master = make_master (3);
  g_autoptr (CardeaSecret) passphrase = cardea_secret_new_take (words, strlen (words));
  g_autofree char *text = guardian_keys_passphrase_seal (master, passphrase, &error);
  g_assert_no_error (error);
  g_autoptr (CardeaSecret) opened
      = guardian_keys_passphrase_open (text, strlen (text), passphrase, &error);
  g_assert_no_error (error);
  g_assert_true (cardea_secret_equal (opened, master));

  /* One bit of the box: as a wrong passphrase. */
  char *box = strstr (text, "\"box\":\"") + strlen ("\"box\":\"");
  box[3] = box[3] == 'A' ? 'B' : 'A';
  g_assert_null (guardian_keys_passphrase_open (text, strlen (text), passphrase, &error));
  g_assert_error (error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_WRONG);
}

/* Nothing of these may take memory or time. */
static void
test_bad_sealed (void)
{
  char words[] = "p";
  g_autoptr (CardeaSecret) passphrase = cardea_secret_new_take (words, 1);
  static const char *const bad[] = {
    "",
    "{}",
    "[]",
    "{\"box\":\"\",\"memory\":1,\"nonce\":\"\",\"ops\":1,\"salt\":\"\",\"version\":1}",
    "{\"box\":\"AAAA\",\"memory\":99999999999,\"nonce\":\"AAAA\",\"ops\":99999,\"salt\":\"AAAA\","
    "\"version\":1}",
  };
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (guardian_keys_passphrase_open (bad[i], strlen (bad[i]), passphrase, &error));
      g_assert_error (error, GUARDIAN_KEYS_ERROR, GUARDIAN_KEYS_ERROR_ALTERED);
    }
}

static void
test_record (void)
{
  static const char good[]
      = "{\"check\":\"000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f\","
        "\"id\":\"" ID "\",\"store\":\"keyring\",\"version\":1}";
  GuardianKeysRecord record;
  g_assert_true (guardian_keys_record_parse (good, strlen (good), &record));
  g_assert_cmpint (record.store, ==, GUARDIAN_KEYS_STORE_KEYRING);
  g_assert_cmpstr (record.id, ==, ID);
  g_assert_cmpint (record.check[31], ==, 0x1f);
  for (gsize size = 0; size < strlen (good); size++)
    g_assert_false (guardian_keys_record_parse (good, size, &record));

  static const char *const replacements[][2] = {
    { "keyring", "else" },  { "\"version\":1", "\"version\":2" },
    { ID, "0123" },         { ID, "0123456789ABCDEF" },
    { "\"id\"", "\"ID\"" }, { "}", ",\"more\":1}" },
    { "1e1f", "1e" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (replacements); i++)
    {
      g_autoptr (GString) bad = g_string_new (good);
      g_string_replace (bad, replacements[i][0], replacements[i][1], 1);
      g_assert_false (guardian_keys_record_parse (bad->str, bad->len, &record));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/keys/master/derive", test_derive);
  g_test_add_func ("/keys/master/signer", test_signer);
  g_test_add_func ("/keys/master/check", test_check);
  g_test_add_func ("/keys/passphrase/seal-and-open", test_passphrase);
  g_test_add_func ("/keys/passphrase/bad", test_bad_sealed);
  g_test_add_func ("/keys/record/parse", test_record);
  return g_test_run ();
}
