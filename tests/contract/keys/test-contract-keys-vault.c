/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Secrets for services in cardea-guardian-keys, in each place where the master key may rest. */

#include "common/protocol/cardea-descriptor.h"
#include "tests/contract/keys/keys-fixture.h"

#include <stdio.h>
#include <string.h>

static CardeaMessage *
keep (KeysFixture *fixture, const char *name, const char *secret)
{
  g_autoptr (CardeaMessage) request = cardea_message_new ("keys.keep");
  cardea_message_set_string (request, "name", name);
  cardea_message_set_fd (request, "secret",
                         cardea_descriptor_new_memfd ("s", secret, strlen (secret)));
  return contract_worker_ask (fixture->worker, request);
}

static CardeaMessage *
ask_for (KeysFixture *fixture, const char *what, const char *name)
{
  g_autoptr (CardeaMessage) request = cardea_message_new (what);
  cardea_message_set_string (request, "name", name);
  return contract_worker_ask (fixture->worker, request);
}

static void
assert_kept (KeysFixture *fixture, const char *name, const char *secret)
{
  g_autoptr (CardeaMessage) reply = keep (fixture, name, secret);
  contract_assert_is (reply, "done");
}

/* secret NULL: none can be had. */
static void
assert_fetches (KeysFixture *fixture, const char *name, const char *secret)
{
  g_autoptr (CardeaMessage) reply = ask_for (fixture, "keys.fetch", name);
  if (secret == NULL)
    {
      contract_assert_refused (reply, "unavailable");
      return;
    }
  contract_assert_is (reply, "keys.fetched");
  g_autoptr (GBytes) content = contract_content (reply, "secret");
  g_assert_cmpmem (g_bytes_get_data (content, NULL), g_bytes_get_size (content), secret,
                   strlen (secret));
}

static void
assert_forgets (KeysFixture *fixture, const char *name)
{
  g_autoptr (CardeaMessage) reply = ask_for (fixture, "keys.forget", name);
  contract_assert_is (reply, "done");
}

/* The same in each store; data is its name. */
static void
test_vault (KeysFixture *fixture, gconstpointer data)
{
  const char *store = data;
  const char *passphrase = strcmp (store, "passphrase") == 0 ? "two words" : NULL;

  g_autoptr (CardeaMessage) early = keep (fixture, "one", "early");
  contract_assert_refused (early, "unavailable");
  assert_fetches (fixture, "one", NULL);
  g_autofree char *before = keys_fixture_assert_opens (fixture, store, FALSE, passphrase, store);
  assert_fetches (fixture, "one", NULL);
  assert_kept (fixture, "one", "sk-first");
  assert_kept (fixture, "one", "sk-second");
  assert_kept (fixture, "two:2", "a b");
  g_assert_cmpint (keys_fixture_has_file (fixture, "credential-one"), ==,
                   strcmp (store, "keyring") != 0);
  keys_fixture_start_worker (fixture);
  assert_fetches (fixture, "one", NULL);
  g_autofree char *after = keys_fixture_assert_opens (fixture, store, TRUE, passphrase, store);
  assert_fetches (fixture, "one", "sk-second");
  assert_fetches (fixture, "two:2", "a b");
  assert_forgets (fixture, "one");
  assert_forgets (fixture, "one");
  assert_fetches (fixture, "one", NULL);
  assert_fetches (fixture, "two:2", "a b");
}

static void
test_bad_secrets (KeysFixture *fixture, gconstpointer data)
{
  static const char *const secrets[]
      = { "a\nb", "a\r\nX-Other: b", "a\n", "\ta", " a", "a ", "a\x7f", "\xc3\xbc", "" };
  static const char *const names[] = { "", ".", "..", "../one", ".one", "a/b", "a b", "-a" };
  g_autofree char *fits = g_strnfill (8192, 'k');
  g_autofree char *over = g_strnfill (8193, 'k');
  g_autofree char *vkey = keys_fixture_assert_opens (fixture, "file", FALSE, NULL, "file");

  for (gsize i = 0; i < G_N_ELEMENTS (secrets); i++)
    {
      g_autoptr (CardeaMessage) reply = keep (fixture, "one", secrets[i]);
      contract_assert_refused (reply, "malformed");
    }
  for (gsize i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (CardeaMessage) reply = keep (fixture, names[i], "sk");
      contract_assert_refused (reply, "malformed");
    }
  g_autoptr (CardeaMessage) reply = keep (fixture, "one", over);
  contract_assert_refused (reply, "malformed");
  assert_kept (fixture, "one", fits);
  assert_fetches (fixture, "one", fits);
}

/* One secret put in another's place is none. */
static void
test_swapped (KeysFixture *fixture, gconstpointer data)
{
  g_autofree char *vkey = keys_fixture_assert_opens (fixture, "file", FALSE, NULL, "file");
  g_autofree char *one
      = g_build_filename (fixture->home, "data", "cardea", "keys", "credential-one", NULL);
  g_autofree char *two
      = g_build_filename (fixture->home, "data", "cardea", "keys", "credential-two", NULL);
  g_autofree char *content = NULL;

  assert_kept (fixture, "one", "sk-first");
  g_assert_true (g_file_get_contents (one, &content, NULL, NULL));
  g_assert_null (strstr (content, "sk-first"));
  g_assert_cmpint (rename (one, two), ==, 0);
  assert_fetches (fixture, "two", NULL);
  assert_fetches (fixture, "one", NULL);
}

static void
test_vault_locked (KeysFixture *fixture, gconstpointer data)
{
  g_autofree char *vkey = keys_fixture_assert_opens (fixture, NULL, FALSE, NULL, "keyring");
  assert_kept (fixture, "one", "sk-first");
  keys_fixture_lock_collections (fixture);
  assert_fetches (fixture, "one", NULL);
  g_autoptr (CardeaMessage) reply = keep (fixture, "two", "sk");
  contract_assert_refused (reply, "unavailable");
}

#define TEST(path, set_up_, function)                                                              \
  g_test_add ("/contract/keys-vault/" path, KeysFixture, path, set_up_, function,                  \
              keys_fixture_tear_down)

int
main (int argc, char **argv)
{
  g_unsetenv ("DBUS_SESSION_BUS_ADDRESS");
  g_test_init (&argc, &argv, NULL);
  TEST ("file", keys_fixture_set_up, test_vault);
  TEST ("passphrase", keys_fixture_set_up, test_vault);
  TEST ("bad-secrets", keys_fixture_set_up, test_bad_secrets);
  TEST ("swapped", keys_fixture_set_up, test_swapped);

  g_autofree char *daemon = g_find_program_in_path ("gnome-keyring-daemon");
  g_autofree char *bus = g_find_program_in_path ("dbus-daemon");
  if (daemon == NULL || bus == NULL)
    return contract_skip ("no gnome-keyring-daemon or no dbus-daemon");
  TEST ("keyring", keys_fixture_set_up_keyring, test_vault);
  TEST ("locked", keys_fixture_set_up_keyring, test_vault_locked);
  return g_test_run ();
}
