/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* cardea-guardian-keys as the core sees it, with a real keyring on a bus of its own, and with
 * keyrings that misbehave in one named way each. */

#include "common/crypto/cardea-key.h"
#include "common/protocol/cardea-descriptor.h"
#include "common/tlog/cardea-tlog-key.h"
#include "tests/contract/contract-worker.h"

#include <fcntl.h>
#include <gio/gio.h>
#include <openssl/x509.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#define SERVICE "org.freedesktop.secrets"
#define SERVICE_PATH "/org/freedesktop/secrets"

typedef struct {
  char *home;
  GTestDBus *daemon;    /* NULL: no bus */
  GDBusConnection *bus; /* the test's own */
  pid_t keyring;        /* 0: none */
  ContractWorker *worker;
} Fixture;

static void
start_worker_in (Fixture *fixture, const char *data)
{
  g_autofree char *home = g_strdup_printf ("HOME=%s", fixture->home);
  g_autofree char *folder = g_strdup_printf ("XDG_DATA_HOME=%s/%s", fixture->home, data);
  g_autofree char *runtime = g_strdup_printf ("XDG_RUNTIME_DIR=%s", fixture->home);
  g_autofree char *address = NULL;
  if (fixture->daemon != NULL)
    address = g_strdup_printf ("DBUS_SESSION_BUS_ADDRESS=%s",
                               g_test_dbus_get_bus_address (fixture->daemon));
  const char *const environment[] = { home, folder, runtime, address, NULL };
  g_clear_pointer (&fixture->worker, contract_worker_free);
  fixture->worker = contract_worker_new ("cardea-guardian-keys", CARDEA_ROLE_KEYS, environment);
  g_autoptr (CardeaMessage) ready = contract_worker_ready (fixture->worker);
}

static void
start_worker (Fixture *fixture)
{
  start_worker_in (fixture, "data");
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->home = contract_folder_new ();
  start_worker (fixture);
}

static void
start_bus (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  fixture->daemon = g_test_dbus_new (G_TEST_DBUS_NONE);
  g_test_dbus_up (fixture->daemon);
  fixture->bus = g_dbus_connection_new_for_address_sync (
      g_test_dbus_get_bus_address (fixture->daemon),
      G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
          | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
      NULL, NULL, &error);
  g_assert_no_error (error);
}

static gboolean
has_owner (Fixture *fixture)
{
  gboolean owned = FALSE;
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      fixture->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "NameHasOwner", g_variant_new ("(s)", SERVICE), G_VARIANT_TYPE ("(b)"),
      G_DBUS_CALL_FLAGS_NONE, -1, NULL, NULL);
  g_variant_get (reply, "(b)", &owned);
  return owned;
}

/* A login keyring with the password "test", unlocked. */
static void
start_keyring (Fixture *fixture)
{
  int input[2];
  g_autofree char *data = g_build_filename (fixture->home, "keyring-data", NULL);
  g_assert_cmpint (mkdir (data, 0700), ==, 0);
  g_assert_cmpint (pipe2 (input, O_CLOEXEC), ==, 0);
  fixture->keyring = fork ();
  if (fixture->keyring == 0)
    {
      dup2 (input[0], STDIN_FILENO);
      int null = open ("/dev/null", O_WRONLY);
      dup2 (null, STDOUT_FILENO);
      dup2 (null, STDERR_FILENO);
      clearenv ();
      setenv ("HOME", fixture->home, 1);
      setenv ("XDG_DATA_HOME", data, 1);
      setenv ("XDG_RUNTIME_DIR", fixture->home, 1);
      setenv ("DBUS_SESSION_BUS_ADDRESS", g_test_dbus_get_bus_address (fixture->daemon), 1);
      execlp ("gnome-keyring-daemon", "gnome-keyring-daemon", "--foreground", "--unlock",
              "--components=secrets", NULL);
      _exit (127);
    }
  close (input[0]);
  g_assert_cmpint (write (input[1], "test", 4), ==, 4);
  close (input[1]);
  while (!has_owner (fixture))
    {
      g_assert_cmpint (waitpid (fixture->keyring, NULL, WNOHANG), ==, 0);
      g_usleep (10000);
    }
}

static void
set_up_bus (Fixture *fixture, gconstpointer data)
{
  fixture->home = contract_folder_new ();
  start_bus (fixture);
  start_worker (fixture);
}

static void
set_up_keyring (Fixture *fixture, gconstpointer data)
{
  fixture->home = contract_folder_new ();
  start_bus (fixture);
  start_keyring (fixture);
  start_worker (fixture);
}

static void
stop_keyring (Fixture *fixture)
{
  if (fixture->keyring == 0)
    return;
  kill (fixture->keyring, SIGTERM);
  g_assert_cmpint (waitpid (fixture->keyring, NULL, 0), ==, fixture->keyring);
  fixture->keyring = 0;
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  contract_worker_free (fixture->worker);
  stop_keyring (fixture);
  g_clear_object (&fixture->bus);
  if (fixture->daemon != NULL)
    g_test_dbus_down (fixture->daemon);
  g_clear_object (&fixture->daemon);
  contract_folder_remove (fixture->home);
}

/* --- asking --- */

static CardeaMessage *
open_request (const char *store, gboolean begun, const char *passphrase)
{
  CardeaMessage *request = cardea_message_new ("keys.open");
  if (store != NULL)
    cardea_message_set_string (request, "store", store);
  cardea_message_set_boolean (request, "begun", begun);
  if (passphrase != NULL)
    cardea_message_set_fd (request, "secret",
                           cardea_descriptor_new_memfd ("p", passphrase, strlen (passphrase)));
  return request;
}

static CardeaMessage *
open_keys (Fixture *fixture, const char *store, gboolean begun, const char *passphrase)
{
  g_autoptr (CardeaMessage) request = open_request (store, begun, passphrase);
  return contract_worker_ask (fixture->worker, request);
}

/* The verifier key; the caller owns it. */
static char *
assert_opens (Fixture *fixture, const char *store, gboolean begun, const char *passphrase,
              const char *expected)
{
  g_autoptr (CardeaMessage) reply = open_keys (fixture, store, begun, passphrase);
  contract_assert_is (reply, "keys.opened");
  g_assert_cmpstr (cardea_message_get_string (reply, "store"), ==, expected);
  g_assert_cmpint (cardea_message_get_boolean (reply, "sealed"), ==,
                   strcmp (expected, "file") != 0);
  return g_strdup (cardea_message_get_string (reply, "vkey"));
}

static void
assert_refuses (Fixture *fixture, const char *store, gboolean begun, const char *passphrase)
{
  g_autoptr (CardeaMessage) reply = open_keys (fixture, store, begun, passphrase);
  contract_assert_refused (reply, "unavailable");
}

static gboolean
has_file (Fixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->home, "data", "cardea", "keys", name, NULL);
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

static GBytes *
derive (Fixture *fixture, const char *purpose, const char *context)
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
test_file (Fixture *fixture, gconstpointer data)
{
  g_autofree char *before = assert_opens (fixture, NULL, FALSE, NULL, "file");
  g_assert_true (has_file (fixture, "master"));
  start_worker (fixture);
  g_autofree char *after = assert_opens (fixture, "file", TRUE, NULL, "file");
  g_assert_cmpstr (before, ==, after);
}

static void
test_never_another (Fixture *fixture, gconstpointer data)
{
  assert_refuses (fixture, NULL, TRUE, NULL);
  assert_refuses (fixture, "keyring", TRUE, NULL);
  assert_refuses (fixture, "file", TRUE, NULL);
  assert_refuses (fixture, "keyring", FALSE, NULL);
  g_assert_false (has_file (fixture, "master"));
}

static void
test_sign_and_derive (Fixture *fixture, gconstpointer data)
{
  static const char note[] = "cardea.invalid/log/x\n1\nAAAA\n";
  g_autoptr (CardeaMessage) sign = cardea_message_new ("keys.sign");
  cardea_message_set_string (sign, "purpose", "log");
  cardea_message_set_bytes (sign, "data", (const guint8 *) note, strlen (note));
  g_autoptr (CardeaMessage) early = contract_worker_ask (fixture->worker, sign);
  contract_assert_refused (early, "unavailable");

  g_autofree char *vkey = assert_opens (fixture, NULL, FALSE, NULL, "file");
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
test_passphrase (Fixture *fixture, gconstpointer data)
{
  assert_refuses (fixture, "passphrase", FALSE, NULL);
  g_autofree char *before = assert_opens (fixture, "passphrase", FALSE, "two words", "passphrase");
  g_assert_false (has_file (fixture, "master"));
  start_worker (fixture);
  assert_refuses (fixture, "passphrase", TRUE, NULL);
  assert_refuses (fixture, "passphrase", TRUE, "three words");
  g_autofree char *after = assert_opens (fixture, "passphrase", TRUE, "two words", "passphrase");
  g_assert_cmpstr (before, ==, after);
  g_autofree char *moved = assert_opens (fixture, "file", TRUE, NULL, "file");
  g_assert_cmpstr (before, ==, moved);
  g_assert_false (has_file (fixture, "passphrase"));
}

/* --- certificates --- */

static CardeaMessage *
certify (Fixture *fixture, GBytes *spki, const char *role)
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
test_certify (Fixture *fixture, gconstpointer data)
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
lock_collections (Fixture *fixture)
{
  g_autoptr (GError) error = NULL;
  const char *const paths[] = { SERVICE_PATH "/collection/login" };
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      fixture->bus, SERVICE, SERVICE_PATH, "org.freedesktop.Secret.Service", "Lock",
      g_variant_new ("(@ao)", g_variant_new_objv (paths, 1)), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
      NULL, &error);
  g_assert_no_error (error);
}

static void
test_keyring (Fixture *fixture, gconstpointer data)
{
  g_autofree char *before = assert_opens (fixture, NULL, FALSE, NULL, "keyring");
  g_assert_false (has_file (fixture, "master"));
  start_worker (fixture);
  g_autofree char *after = assert_opens (fixture, "keyring", TRUE, NULL, "keyring");
  g_assert_cmpstr (before, ==, after);

  /* Another guardian with its own folders has its own key in the same keyring. */
  start_worker_in (fixture, "other");
  g_autofree char *other = assert_opens (fixture, NULL, FALSE, NULL, "keyring");
  g_assert_cmpstr (before, !=, other);
  start_worker (fixture);
  g_autofree char *still = assert_opens (fixture, NULL, TRUE, NULL, "keyring");
  g_assert_cmpstr (before, ==, still);
}

static void
test_locked (Fixture *fixture, gconstpointer data)
{
  g_autofree char *before = assert_opens (fixture, NULL, FALSE, NULL, "keyring");
  lock_collections (fixture);
  start_worker (fixture);
  assert_refuses (fixture, "keyring", TRUE, NULL);
  assert_refuses (fixture, NULL, TRUE, NULL);
  assert_refuses (fixture, NULL, FALSE, NULL);
  g_assert_false (has_file (fixture, "master"));
}

/* A keyring that is there but locked is no reason for a file, not even the first time. */
static void
test_locked_first (Fixture *fixture, gconstpointer data)
{
  lock_collections (fixture);
  assert_refuses (fixture, NULL, FALSE, NULL);
  g_assert_false (has_file (fixture, "master"));
  g_assert_false (has_file (fixture, "store"));
}

static void
test_gone (Fixture *fixture, gconstpointer data)
{
  g_autofree char *before = assert_opens (fixture, NULL, FALSE, NULL, "keyring");
  stop_keyring (fixture);
  start_worker (fixture);
  assert_refuses (fixture, "keyring", TRUE, NULL);
  assert_refuses (fixture, NULL, TRUE, NULL);
  assert_refuses (fixture, NULL, FALSE, NULL);
  assert_refuses (fixture, "file", TRUE, NULL);
  g_assert_false (has_file (fixture, "master"));
}

static void
delete_item (Fixture *fixture)
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
test_deleted (Fixture *fixture, gconstpointer data)
{
  g_autofree char *before = assert_opens (fixture, NULL, FALSE, NULL, "keyring");
  delete_item (fixture);
  start_worker (fixture);
  assert_refuses (fixture, "keyring", TRUE, NULL);
  g_autofree char *fresh = assert_opens (fixture, NULL, FALSE, NULL, "keyring");
  g_assert_cmpstr (before, !=, fresh);
}

static void
test_move (Fixture *fixture, gconstpointer data)
{
  g_autofree char *before = assert_opens (fixture, "file", FALSE, NULL, "file");
  g_autofree char *moved = assert_opens (fixture, "keyring", TRUE, NULL, "keyring");
  g_assert_cmpstr (before, ==, moved);
  g_assert_false (has_file (fixture, "master"));
  start_worker (fixture);
  g_autofree char *after = assert_opens (fixture, NULL, TRUE, NULL, "keyring");
  g_assert_cmpstr (before, ==, after);
}

/* --- keyrings that misbehave --- */

/* Owns the name and never answers: certificates are given meanwhile, a second call is told. */
static void
test_mute (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GVariant) owned = g_dbus_connection_call_sync (
      fixture->bus, "org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus",
      "RequestName", g_variant_new ("(su)", SERVICE, 0), NULL, G_DBUS_CALL_FLAGS_NONE, -1, NULL,
      NULL);
  g_assert_nonnull (owned);
  g_autoptr (GDBusConnection) mute = g_object_ref (fixture->bus);
  g_autoptr (CardeaMessage) request = open_request (NULL, FALSE, NULL);
  g_autofree char *id = contract_worker_send (fixture->worker, request);

  g_autoptr (CardeaKey) key = cardea_key_new (NULL);
  g_autoptr (GBytes) spki = cardea_key_spki (key, NULL);
  g_autoptr (CardeaMessage) reply = certify (fixture, spki, "front");
  contract_assert_is (reply, "keys.certified");
  g_autoptr (CardeaMessage) second = open_keys (fixture, NULL, FALSE, NULL);
  contract_assert_refused (second, "busy");
  g_assert_false (has_file (fixture, "master"));
}

/* A bus without a Secret Service: a file, as without a bus. */
static void
test_bare_bus (Fixture *fixture, gconstpointer data)
{
  g_autofree char *vkey = assert_opens (fixture, NULL, FALSE, NULL, "file");
}

/* --- the process --- */

static void
test_confined (Fixture *fixture, gconstpointer data)
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

#define TEST(path, set_up_, function) g_test_add (path, Fixture, NULL, set_up_, function, tear_down)

int
main (int argc, char **argv)
{
  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");
  g_test_init (&argc, &argv, NULL);
  TEST ("/contract/keys/file", set_up, test_file);
  TEST ("/contract/keys/never-another", set_up, test_never_another);
  TEST ("/contract/keys/sign-and-derive", set_up, test_sign_and_derive);
  TEST ("/contract/keys/passphrase", set_up, test_passphrase);
  TEST ("/contract/keys/certify", set_up, test_certify);
  TEST ("/contract/keys/confined", set_up, test_confined);

  g_autofree char *daemon = g_find_program_in_path ("gnome-keyring-daemon");
  g_autofree char *bus = g_find_program_in_path ("dbus-daemon");
  if (daemon == NULL || bus == NULL)
    return contract_skip ("no gnome-keyring-daemon or no dbus-daemon");
  TEST ("/contract/keys/keyring", set_up_keyring, test_keyring);
  TEST ("/contract/keys/locked", set_up_keyring, test_locked);
  TEST ("/contract/keys/locked-first", set_up_keyring, test_locked_first);
  TEST ("/contract/keys/gone", set_up_keyring, test_gone);
  TEST ("/contract/keys/deleted", set_up_keyring, test_deleted);
  TEST ("/contract/keys/move", set_up_keyring, test_move);
  TEST ("/contract/keys/mute", set_up_bus, test_mute);
  TEST ("/contract/keys/bare-bus", set_up_bus, test_bare_bus);
  return g_test_run ();
}
