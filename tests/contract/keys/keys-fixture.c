/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/contract/keys/keys-fixture.h"

#include "common/protocol/cardea-descriptor.h"

#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

void
keys_fixture_start_worker_in (KeysFixture *fixture, const char *data)
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

void
keys_fixture_start_worker (KeysFixture *fixture)
{
  keys_fixture_start_worker_in (fixture, "data");
}

void
keys_fixture_set_up (KeysFixture *fixture, gconstpointer data)
{
  fixture->home = contract_folder_new ();
  keys_fixture_start_worker (fixture);
}

static void
start_bus (KeysFixture *fixture)
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
has_owner (KeysFixture *fixture)
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
start_keyring (KeysFixture *fixture)
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

void
keys_fixture_set_up_bus (KeysFixture *fixture, gconstpointer data)
{
  fixture->home = contract_folder_new ();
  start_bus (fixture);
  keys_fixture_start_worker (fixture);
}

void
keys_fixture_set_up_keyring (KeysFixture *fixture, gconstpointer data)
{
  fixture->home = contract_folder_new ();
  start_bus (fixture);
  start_keyring (fixture);
  keys_fixture_start_worker (fixture);
}

void
keys_fixture_stop_keyring (KeysFixture *fixture)
{
  if (fixture->keyring == 0)
    return;
  kill (fixture->keyring, SIGTERM);
  g_assert_cmpint (waitpid (fixture->keyring, NULL, 0), ==, fixture->keyring);
  fixture->keyring = 0;
}

void
keys_fixture_tear_down (KeysFixture *fixture, gconstpointer data)
{
  contract_worker_free (fixture->worker);
  keys_fixture_stop_keyring (fixture);
  g_clear_object (&fixture->bus);
  if (fixture->daemon != NULL)
    g_test_dbus_down (fixture->daemon);
  g_clear_object (&fixture->daemon);
  contract_folder_remove (fixture->home);
}

/* --- asking --- */

CardeaMessage *
keys_fixture_open_request (const char *store, gboolean begun, const char *passphrase)
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

CardeaMessage *
keys_fixture_open_keys (KeysFixture *fixture, const char *store, gboolean begun,
                        const char *passphrase)
{
  g_autoptr (CardeaMessage) request = keys_fixture_open_request (store, begun, passphrase);
  return contract_worker_ask (fixture->worker, request);
}

/* The verifier key; the caller owns it. */
char *
keys_fixture_assert_opens (KeysFixture *fixture, const char *store, gboolean begun,
                           const char *passphrase, const char *expected)
{
  g_autoptr (CardeaMessage) reply = keys_fixture_open_keys (fixture, store, begun, passphrase);
  contract_assert_is (reply, "keys.opened");
  g_assert_cmpstr (cardea_message_get_string (reply, "store"), ==, expected);
  g_assert_cmpint (cardea_message_get_boolean (reply, "sealed"), ==,
                   strcmp (expected, "file") != 0);
  return g_strdup (cardea_message_get_string (reply, "vkey"));
}

void
keys_fixture_assert_refuses (KeysFixture *fixture, const char *store, gboolean begun,
                             const char *passphrase)
{
  g_autoptr (CardeaMessage) reply = keys_fixture_open_keys (fixture, store, begun, passphrase);
  contract_assert_refused (reply, "unavailable");
}

gboolean
keys_fixture_has_file (KeysFixture *fixture, const char *name)
{
  g_autofree char *path = g_build_filename (fixture->home, "data", "cardea", "keys", name, NULL);
  return g_file_test (path, G_FILE_TEST_EXISTS);
}

void
keys_fixture_lock_collections (KeysFixture *fixture)
{
  g_autoptr (GError) error = NULL;
  const char *const paths[] = { SERVICE_PATH "/collection/login" };
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
      fixture->bus, SERVICE, SERVICE_PATH, "org.freedesktop.Secret.Service", "Lock",
      g_variant_new ("(@ao)", g_variant_new_objv (paths, 1)), NULL, G_DBUS_CALL_FLAGS_NONE, -1,
      NULL, &error);
  g_assert_no_error (error);
}
