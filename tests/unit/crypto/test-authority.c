/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-encoding.h"
#include "common/crypto/cardea-authority.h"
#include "common/crypto/cardea-key.h"
#include "common/crypto/cardea-openssl.h"

#include <string.h>

static X509 *
parse (GBytes *der)
{
  gsize size;
  const guint8 *bytes = g_bytes_get_data (der, &size);
  X509 *certificate = d2i_X509 (NULL, &bytes, (long) size);
  g_assert_nonnull (certificate);
  return certificate;
}

static GBytes *
new_spki (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaKey) key = cardea_key_new (&error);
  g_assert_no_error (error);
  GBytes *spki = cardea_key_spki (key, &error);
  g_assert_no_error (error);
  return spki;
}

static GBytes *
issue (CardeaAuthority *authority, const char *role, const char *name, GError **error)
{
  g_autoptr (GBytes) spki = new_spki ();
  return cardea_authority_issue (authority, g_bytes_get_data (spki, NULL), g_bytes_get_size (spki),
                                 role, name, error);
}

static int
verify (X509 *authority, X509 *certificate, int purpose, time_t at)
{
  g_autoptr (X509_STORE) store = X509_STORE_new ();
  X509_STORE_CTX *context = X509_STORE_CTX_new ();
  g_assert_cmpint (X509_STORE_add_cert (store, authority), ==, 1);
  g_assert_cmpint (X509_STORE_CTX_init (context, store, certificate, NULL), ==, 1);
  X509_STORE_CTX_set_purpose (context, purpose);
  X509_STORE_CTX_set_time (context, 0, at);
  X509_VERIFY_PARAM_set_flags (X509_STORE_CTX_get0_param (context), X509_V_FLAG_X509_STRICT);
  X509_verify_cert (context);
  int result = X509_STORE_CTX_get_error (context);
  X509_STORE_CTX_free (context);
  return result;
}

static void
test_roles (void)
{
  static const struct {
    const char *role;
    int purpose, other;
  } rows[] = {
    { "guardian", X509_PURPOSE_SSL_SERVER, X509_PURPOSE_SSL_CLIENT },
    { "front", X509_PURPOSE_SSL_CLIENT, X509_PURPOSE_SSL_SERVER },
    { "consent", X509_PURPOSE_SSL_CLIENT, X509_PURPOSE_SSL_SERVER },
    { "agent", X509_PURPOSE_SSL_CLIENT, X509_PURPOSE_SSL_SERVER },
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaAuthority) authority = cardea_authority_new (&error);
  g_assert_no_error (error);
  g_autoptr (GBytes) root_der = cardea_authority_certificate (authority);
  g_autoptr (X509) root = parse (root_der);

  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GBytes) der = issue (authority, rows[i].role, "some name", &error);
      g_assert_no_error (error);
      g_assert_cmpuint (g_bytes_get_size (der), <, 4096);
      g_autoptr (X509) certificate = parse (der);
      g_assert_cmpstr (cardea_authority_role_of (certificate), ==, rows[i].role);
      g_assert_cmpint (verify (root, certificate, rows[i].purpose, time (NULL)), ==, X509_V_OK);
      g_assert_cmpint (verify (root, certificate, rows[i].other, time (NULL)), ==,
                       X509_V_ERR_INVALID_PURPOSE);
    }
  g_assert_null (cardea_authority_role_of (root));
}

static void
test_validity (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaAuthority) authority = cardea_authority_new (&error);
  g_autoptr (GBytes) root_der = cardea_authority_certificate (authority);
  g_autoptr (X509) root = parse (root_der);
  g_autoptr (GBytes) front_der = issue (authority, "front", "x", &error);
  g_autoptr (X509) front = parse (front_der);
  g_autoptr (GBytes) guardian_der = issue (authority, "guardian", "x", &error);
  g_autoptr (X509) guardian = parse (guardian_der);
  time_t now = time (NULL);
  const int client = X509_PURPOSE_SSL_CLIENT, server = X509_PURPOSE_SSL_SERVER;

  g_assert_cmpint (verify (root, front, client, now - 23 * 3600), ==, X509_V_OK);
  g_assert_cmpint (verify (root, front, client, now + 23 * 3600), ==, X509_V_OK);
  g_assert_cmpint (verify (root, front, client, now + 25 * 3600), ==, X509_V_ERR_CERT_HAS_EXPIRED);
  g_assert_cmpint (verify (root, front, client, now - 25 * 3600), ==,
                   X509_V_ERR_CERT_NOT_YET_VALID);
  /* A guardian started under a dead clock goes on when the clock is set. */
  g_assert_cmpint (verify (root, guardian, server, 1000), ==, X509_V_OK);
  g_assert_cmpint (verify (root, guardian, server, now + (time_t) 3000 * 24 * 3600), ==, X509_V_OK);
}

static void
test_other_authority (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaAuthority) authority = cardea_authority_new (&error);
  g_autoptr (CardeaAuthority) other = cardea_authority_new (&error);
  g_autoptr (GBytes) other_der = cardea_authority_certificate (other);
  g_autoptr (X509) other_root = parse (other_der);
  g_autoptr (GBytes) der = issue (authority, "front", "x", &error);
  g_autoptr (X509) certificate = parse (der);

  g_assert_cmpint (verify (other_root, certificate, X509_PURPOSE_SSL_CLIENT, time (NULL)), !=,
                   X509_V_OK);
}

static void
test_refusals (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaAuthority) authority = cardea_authority_new (&error);
  static const char *const bad_roles[] = { "", "root", "Guardian", "agent,URI:cardea:role:front" };
  g_autofree char *long_name = g_strnfill (65, 'x');

  for (gsize i = 0; i < G_N_ELEMENTS (bad_roles); i++)
    {
      g_assert_null (issue (authority, bad_roles[i], "x", &error));
      g_assert_error (error, CARDEA_CRYPTO_ERROR, CARDEA_CRYPTO_ERROR_MALFORMED);
      g_clear_error (&error);
    }
  g_assert_null (issue (authority, "front", "", &error));
  g_assert_error (error, CARDEA_CRYPTO_ERROR, CARDEA_CRYPTO_ERROR_MALFORMED);
  g_clear_error (&error);
  g_assert_null (issue (authority, "front", long_name, &error));
  g_assert_error (error, CARDEA_CRYPTO_ERROR, CARDEA_CRYPTO_ERROR_MALFORMED);
  g_clear_error (&error);
  g_assert_null (issue (authority, "front", "\xff", &error));
  g_assert_error (error, CARDEA_CRYPTO_ERROR, CARDEA_CRYPTO_ERROR_MALFORMED);
}

/* RFC 8410 §10.1 prints this very key. */
static void
test_spki (void)
{
  g_autoptr (GBytes) der
      = cardea_base64_decode ("MCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=");
  g_autoptr (GError) error = NULL;
  gsize size;
  const guint8 *bytes = g_bytes_get_data (der, &size);
  const guint8 *public = cardea_key_read_spki (bytes, size, &error);
  g_assert_no_error (error);
  g_assert_true (public + CARDEA_KEY_PUBLIC_SIZE == bytes + size);

  g_autofree guint8 *longer = g_malloc0 (size + 1);
  memcpy (longer, bytes, size);
  g_assert_null (cardea_key_read_spki (longer, size + 1, &error));
  g_assert_error (error, CARDEA_CRYPTO_ERROR, CARDEA_CRYPTO_ERROR_MALFORMED);
  g_clear_error (&error);
  g_assert_null (cardea_key_read_spki (longer, size - 1, &error));
  g_clear_error (&error);
  longer[8] ^= 1; /* another algorithm */
  g_assert_null (cardea_key_read_spki (longer, size, &error));
  g_assert_error (error, CARDEA_CRYPTO_ERROR, CARDEA_CRYPTO_ERROR_MALFORMED);
}

/* The key is put into the certificate byte for byte, and OpenSSL reads it from there. */
static void
test_key (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaAuthority) authority = cardea_authority_new (&error);
  g_assert_no_error (error);
  g_autoptr (GBytes) spki = new_spki ();
  gsize size;
  const guint8 *bytes = g_bytes_get_data (spki, &size);
  g_autoptr (GBytes) der = cardea_authority_issue (authority, bytes, size, "front", "x", &error);
  g_assert_no_error (error);
  g_autoptr (X509) certificate = parse (der);

  guint8 *held = NULL;
  int held_size = i2d_X509_PUBKEY (X509_get_X509_PUBKEY (certificate), &held);
  g_assert_cmpmem (held, held_size, bytes, size);
  OPENSSL_free (held);
  g_assert_cmpint (EVP_PKEY_get_id (X509_get0_pubkey (certificate)), ==, EVP_PKEY_ED25519);
}

/* OpenSSL makes the same public half of what was drawn as libsodium did. */
static void
test_draw (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) first = NULL, second = NULL;
  g_autoptr (CardeaSecret) drawn = cardea_key_draw (&first, &error);
  g_assert_no_error (error);
  g_autoptr (CardeaKey) key = cardea_key_new_drawn (drawn, &error);
  g_assert_no_error (error);
  g_autoptr (GBytes) spki = cardea_key_spki (key, &error);
  g_assert_true (g_bytes_equal (first, spki));

  g_autoptr (CardeaSecret) other = cardea_key_draw (&second, &error);
  g_assert_false (cardea_secret_equal (drawn, other));
  g_assert_false (g_bytes_equal (first, second));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/authority/roles", test_roles);
  g_test_add_func ("/authority/validity", test_validity);
  g_test_add_func ("/authority/other-authority", test_other_authority);
  g_test_add_func ("/authority/refusals", test_refusals);
  g_test_add_func ("/authority/draw", test_draw);
  g_test_add_func ("/authority/key", test_key);
  g_test_add_func ("/authority/spki", test_spki);
  return g_test_run ();
}
