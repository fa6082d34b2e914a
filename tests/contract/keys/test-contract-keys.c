/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* cardea-guardian-keys as the core sees it, with a real keyring on a bus of its own, and with
 * keyrings that misbehave in one named way each. */

#include "common/crypto/cardea-key.h"
#include "common/tlog/cardea-tlog-key.h"
#include "tests/contract/keys/keys-fixture.h"

#include <openssl/x509.h>
#include <string.h>

static GBytes *
derive (KeysFixture *fixture, const char *purpose, const char *context)
{
  g_autoptr (CardeaMessage) request = cardea_message_new ("keys.derive");
  cardea_message_set_string (request, "purpose", purpose);
  cardea_message_set_string (request, "context", context);
  g_autoptr (CardeaMessage) reply = contract_worker_ask (fixture->worker, request);
  contract_assert_is (reply, "keys.derived");
  return contract_content (reply, "key");
}

/* --- without a bus --- */

static void
test_file (KeysFixture *fixture, gconstpointer data)
{
  g_autofree char *before = keys_fixture_assert_opens (fixture, NULL, FALSE, NULL, "file");
  g_assert_true (keys_fixture_has_file (fixture, "master"));
  keys_fixture_start_worker (fixture);
  g_autofree char *after = keys_fixture_assert_opens (fixture, "file", TRUE, NULL, "file");
  g_assert_cmpstr (before, ==, after);
}

static void
test_never_another (KeysFixture *fixture, gconstpointer data)
{
  keys_fixture_assert_refuses (fixture, NULL, TRUE, NULL);
  keys_fixture_assert_refuses (fixture, "keyring", TRUE, NULL);
  keys_fixture_assert_refuses (fixture, "file", TRUE, NULL);
  keys_fixture_assert_refuses (fixture, "keyring", FALSE, NULL);
  g_assert_false (keys_fixture_has_file (fixture, "master"));
}

static void
test_sign_and_derive (KeysFixture *fixture, gconstpointer data)
{
  static const char note[] = "cardea.invalid/log/x\n1\nAAAA\n";
  g_autoptr (CardeaMessage) sign = cardea_message_new ("keys.sign");
  cardea_message_set_string (sign, "purpose", "log");
  cardea_message_set_bytes (sign, "data", (const guint8 *) note, strlen (note));
  g_autoptr (CardeaMessage) early = contract_worker_ask (fixture->worker, sign);
  contract_assert_refused (early, "unavailable");

  g_autofree char *vkey = keys_fixture_assert_opens (fixture, NULL, FALSE, NULL, "file");
  g_autoptr (CardeaMessage) again = cardea_message_new ("keys.sign");
  cardea_message_set_string (again, "purpose", "log");
  cardea_message_set_bytes (again, "data", (const guint8 *) note, strlen (note));
  g_autoptr (CardeaMessage) reply = contract_worker_ask (fixture->worker, again);
  contract_assert_is (reply, "keys.signed");
  g_autoptr (GBytes) signature = cardea_message_get_bytes (reply, "signature");
  g_autoptr (CardeaTlogKey) key = cardea_tlog_key_parse (vkey, NULL);
  g_assert_nonnull (key);
  g_assert_true (g_str_has_prefix (key->name, "cardea.invalid/log/"));
  g_assert_true (cardea_tlog_key_check (key, (const guint8 *) note, strlen (note),
                                        g_bytes_get_data (signature, NULL)));

  g_autoptr (GBytes) one = derive (fixture, "audit-detail", "1");
  g_autoptr (GBytes) same = derive (fixture, "audit-detail", "1");
  g_autoptr (GBytes) other = derive (fixture, "audit-detail", "2");
  g_autoptr (GBytes) purpose = derive (fixture, "grants", "1");
  g_assert_cmpuint (g_bytes_get_size (one), ==, 32);
  g_assert_true (g_bytes_equal (one, same));
  g_assert_false (g_bytes_equal (one, other));
  g_assert_false (g_bytes_equal (one, purpose));
}

static void
test_passphrase (KeysFixture *fixture, gconstpointer data)
{
  keys_fixture_assert_refuses (fixture, "passphrase", FALSE, NULL);
  g_autofree char *before
      = keys_fixture_assert_opens (fixture, "passphrase", FALSE, "two words", "passphrase");
  g_assert_false (keys_fixture_has_file (fixture, "master"));
  keys_fixture_start_worker (fixture);
  keys_fixture_assert_refuses (fixture, "passphrase", TRUE, NULL);
  keys_fixture_assert_refuses (fixture, "passphrase", TRUE, "three words");
  g_autofree char *after
      = keys_fixture_assert_opens (fixture, "passphrase", TRUE, "two words", "passphrase");
  g_assert_cmpstr (before, ==, after);
  g_autofree char *moved = keys_fixture_assert_opens (fixture, "file", TRUE, NULL, "file");
  g_assert_cmpstr (before, ==, moved);
  g_assert_false (keys_fixture_has_file (fixture, "passphrase"));
}

/* --- certificates --- */

static CardeaMessage *
certify (KeysFixture *fixture, GBytes *spki, const char *role)
{
  gsize size = 0;
  const guint8 *bytes = g_bytes_get_data (spki, &size);
  g_autoptr (CardeaMessage) request = cardea_message_new ("keys.certify");
  cardea_message_set_bytes (request, "spki", bytes, size);
  cardea_message_set_string (request, "role", role);
  cardea_message_set_string (request, "name", "test");
  return contract_worker_ask (fixture->worker, request);
}

static X509 *
certificate_of (const CardeaMessage *reply)
{
  contract_assert_is (reply, "keys.certified");
  g_autoptr (GBytes) der = cardea_message_get_bytes (reply, "certificate");
  gsize size = 0;
  const unsigned char *bytes = g_bytes_get_data (der, &size);
  X509 *certificate = d2i_X509 (NULL, &bytes, size);
  g_assert_nonnull (certificate);
  return certificate;
}

static void
test_certify (KeysFixture *fixture, gconstpointer data)
{
  g_autoptr (CardeaKey) key = cardea_key_new (NULL);
  g_autoptr (GBytes) spki = cardea_key_spki (key, NULL);
  g_autoptr (GBytes) junk = g_bytes_new_static ("junk", 4);
  g_autoptr (CardeaMessage) ask = cardea_message_new ("keys.authority");
  g_autoptr (CardeaMessage) authority_reply = contract_worker_ask (fixture->worker, ask);
  g_autoptr (CardeaMessage) reply = certify (fixture, spki, "agent");
  g_autoptr (CardeaMessage) refused = certify (fixture, junk, "agent");
  contract_assert_refused (refused, "malformed");

  X509 *authority = certificate_of (authority_reply);
  X509 *certificate = certificate_of (reply);
  g_assert_cmpint (X509_verify (certificate, X509_get0_pubkey (authority)), ==, 1);
  g_assert_cmpint (X509_verify (authority, X509_get0_pubkey (authority)), ==, 1);
  g_assert_cmpint (X509_verify (authority, X509_get0_pubkey (certificate)), !=, 1);
  X509_free (authority);
  X509_free (certificate);
}

/* --- with a keyring --- */

static void
test_keyring (KeysFixture *fixture, gconstpointer data)
{
  g_autofree char *before = keys_fixture_assert_opens (fixture, NULL, FALSE, NULL, "keyring");
  g_assert_false (keys_fixture_has_file (fixture, "master"));
  keys_fixture_start_worker (fixture);
  g_autofree char *after = keys_fixture_assert_opens (fixture, "keyring", TRUE, NULL, "keyring");
  g_assert_cmpstr (before, ==, after);

  /* Another guardian with its own folders has its own key in the same keyring. */
  keys_fixture_start_worker_in (fixture, "other");
  g_autofree char *other = keys_fixture_assert_opens (fixture, NULL, FALSE, NULL, "keyring");
  g_assert_cmpstr (before, !=, other);
  keys_fixture_start_worker (fixture);
  g_autofree char *still = keys_fixture_assert_opens (fixture, NULL, TRUE, NULL, "keyring");
  g_assert_cmpstr (before, ==, still);
}

static void
test_locked (KeysFixture *fixture, gconstpointer data)
{
  g_autofree char *before = keys_fixture_assert_opens (fixture, NULL, FALSE, NULL, "keyring");
  keys_fixture_lock_collections (fixture);
  keys_fixture_start_worker (fixture);
  keys_fixture_assert_refuses (fixture, "keyring", TRUE, NULL);
  keys_fixture_assert_refuses (fixture, NULL, TRUE, NULL);
  keys_fixture_assert_refuses (fixture, NULL, FALSE, NULL);
  g_assert_false (keys_fixture_has_file (fixture, "master"));
}

/* A keyring that is there but locked is no reason for a file, not even the first time. */
static void
test_locked_first (KeysFixture *fixture, gconstpointer data)
{
  keys_fixture_lock_collections (fixture);
  keys_fixture_assert_refuses (fixture, NULL, FALSE, NULL);
  g_assert_false (keys_fixture_has_file (fixture, "master"));
  g_assert_false (keys_fixture_has_file (fixture, "store"));
}

static void
test_gone (KeysFixture *fixture, gconstpointer data)
{
  g_autofree char *before = keys_fixture_assert_opens (fixture, NULL, FALSE, NULL, "keyring");
  keys_fixture_stop_keyring (fixture);
  keys_fixture_start_worker (fixture);
  keys_fixture_assert_refuses (fixture, "keyring", TRUE, NULL);
  keys_fixture_assert_refuses (fixture, NULL, TRUE, NULL);
  keys_fixture_assert_refuses (fixture, NULL, FALSE, NULL);
  keys_fixture_assert_refuses (fixture, "file", TRUE, NULL);
  g_assert_false (keys_fixture_has_file (fixture, "master"));
}

static void
delete_item (KeysFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  GVariantBuilder attributes;
  g_variant_builder_init (&attributes, G_VARIANT_TYPE ("a{ss}"));
  g_variant_builder_add (&attributes, "{ss}", "application", "org.cardea.Cardea");
  g_autoptr (GVariant) found = g_dbus_connection_call_sync (
      fixture->bus, SERVICE, SERVICE_PATH, "org.freedesktop.Secret.Service", "SearchItems",
      g_variant_new ("(a{ss})", &attributes), G_VARIANT_TYPE ("(aoao)"), G_DBUS_CALL_FLAGS_NONE, -1,
      NULL, &error);
  g_assert_no_error (error);
  g_autofree const char **items = NULL;
  g_variant_get (found, "(^a&o@ao)", &items, NULL);
  g_assert_nonnull (items[0]);
  g_autoptr (GVariant) deleted = g_dbus_connection_call_sync (
      fixture->bus, SERVICE, items[0], "org.freedesktop.Secret.Item", "Delete", NULL, NULL,
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, &error);
  g_assert_no_error (error);
}

static void
test_deleted (KeysFixture *fixture, gconstpointer data)
{
  g_autofree char *before = keys_fixture_assert_opens (fixture, NULL, FALSE, NULL, "keyring");
  delete_item (fixture);
  keys_fixture_start_worker (fixture);
  keys_fixture_assert_refuses (fixture, "keyring", TRUE, NULL);
  g_autofree char *fresh = keys_fixture_assert_opens (fixture, NULL, FALSE, NULL, "keyring");
  g_assert_cmpstr (before, !=, fresh);
}

static void
test_move (KeysFixture *fixture, gconstpointer data)
{
  g_autofree char *before = keys_fixture_assert_opens (fixture, "file", FALSE, NULL, "file");
  g_autofree char *moved = keys_fixture_assert_opens (fixture, "keyring", TRUE, NULL, "keyring");
  g_assert_cmpstr (before, ==, moved);
  g_assert_false (keys_fixture_has_file (fixture, "master"));
  keys_fixture_start_worker (fixture);
  g_autofree char *after = keys_fixture_assert_opens (fixture, NULL, TRUE, NULL, "keyring");
  g_assert_cmpstr (before, ==, after);
}

/* --- keyrings that misbehave --- */

/* Owns the name and never answers: certificates are given meanwhile, a second call is told. */
static void
test_mute (KeysFixture *fixture, gconstpointer data)
{
  g_autoptr (GVariant) owned = g_dbus_connection_call_sync (
      fixture->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "RequestName", g_variant_new ("(su)", SERVICE, 0), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
      NULL);
  g_assert_nonnull (owned);
  g_autoptr (GDBusConnection) mute = g_object_ref (fixture->bus);
  g_autoptr (CardeaMessage) request = keys_fixture_open_request (NULL, FALSE, NULL);
  g_autofree char *id = contract_worker_send (fixture->worker, request);

  g_autoptr (CardeaKey) key = cardea_key_new (NULL);
  g_autoptr (GBytes) spki = cardea_key_spki (key, NULL);
  g_autoptr (CardeaMessage) reply = certify (fixture, spki, "front");
  contract_assert_is (reply, "keys.certified");
  g_autoptr (CardeaMessage) second = keys_fixture_open_keys (fixture, NULL, FALSE, NULL);
  contract_assert_refused (second, "busy");
  g_assert_false (keys_fixture_has_file (fixture, "master"));
}

/* A bus without a Secret Service: a file, as without a bus. */
static void
test_bare_bus (KeysFixture *fixture, gconstpointer data)
{
  g_autofree char *vkey = keys_fixture_assert_opens (fixture, NULL, FALSE, NULL, "file");
}

/* --- the process --- */

static void
test_confined (KeysFixture *fixture, gconstpointer data)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/status", fixture->worker->pid);
  g_autofree char *status = NULL;
  g_autofree char *limits_path = g_strdup_printf ("/proc/%d/limits", fixture->worker->pid);
  g_autofree char *limits = NULL;
  g_assert_true (g_file_get_contents (path, &status, NULL, NULL));
  g_assert_true (g_file_get_contents (limits_path, &limits, NULL, NULL));
  g_assert_nonnull (strstr (status, "NoNewPrivs:\t1"));
  g_assert_nonnull (strstr (status, "Seccomp:\t2"));
  g_assert_nonnull (strstr (limits, "Max core file size        0                    0 "));
}

#define TEST(path, set_up_, function)                                                              \
  g_test_add (path, KeysFixture, NULL, set_up_, function, keys_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");
  g_test_init (&argc, &argv, NULL);
  TEST ("/contract/keys/file", keys_fixture_set_up, test_file);
  TEST ("/contract/keys/never-another", keys_fixture_set_up, test_never_another);
  TEST ("/contract/keys/sign-and-derive", keys_fixture_set_up, test_sign_and_derive);
  TEST ("/contract/keys/passphrase", keys_fixture_set_up, test_passphrase);
  TEST ("/contract/keys/certify", keys_fixture_set_up, test_certify);
  TEST ("/contract/keys/confined", keys_fixture_set_up, test_confined);

  g_autofree char *daemon = g_find_program_in_path ("gnome-keyring-daemon");
  g_autofree char *bus = g_find_program_in_path ("dbus-daemon");
  if (daemon == NULL || bus == NULL)
    return contract_skip ("no gnome-keyring-daemon or no dbus-daemon");
  TEST ("/contract/keys/keyring", keys_fixture_set_up_keyring, test_keyring);
  TEST ("/contract/keys/locked", keys_fixture_set_up_keyring, test_locked);
  TEST ("/contract/keys/locked-first", keys_fixture_set_up_keyring, test_locked_first);
  TEST ("/contract/keys/gone", keys_fixture_set_up_keyring, test_gone);
  TEST ("/contract/keys/deleted", keys_fixture_set_up_keyring, test_deleted);
  TEST ("/contract/keys/move", keys_fixture_set_up_keyring, test_move);
  TEST ("/contract/keys/mute", keys_fixture_set_up_bus, test_mute);
  TEST ("/contract/keys/bare-bus", keys_fixture_set_up_bus, test_bare_bus);
  return g_test_run ();
}
