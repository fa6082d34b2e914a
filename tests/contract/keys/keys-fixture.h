/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "tests/contract/contract-worker.h"

#include <gio/gio.h>

/* cardea-guardian-keys with folders of its own and, if wanted, a bus and a keyring of its own. */

#define SERVICE "org.freedesktop.secrets"
#define SERVICE_PATH "/org/freedesktop/secrets"

typedef struct {
  char *home;
  GTestDBus *daemon;    /* NULL: no bus */
  GDBusConnection *bus; /* the test's own */
  pid_t keyring;        /* 0: none */
  ContractWorker *worker;
} KeysFixture;

/* GTest fixtures: without a bus; with one; with one and a login keyring, unlocked. */
void keys_fixture_set_up (KeysFixture *fixture, gconstpointer data);
void keys_fixture_set_up_bus (KeysFixture *fixture, gconstpointer data);
void keys_fixture_set_up_keyring (KeysFixture *fixture, gconstpointer data);
void keys_fixture_tear_down (KeysFixture *fixture, gconstpointer data);

/* In the place of the one that runs; in another data folder. */
void keys_fixture_start_worker (KeysFixture *fixture);
void keys_fixture_start_worker_in (KeysFixture *fixture, const char *data);
void keys_fixture_stop_keyring (KeysFixture *fixture);
void keys_fixture_lock_collections (KeysFixture *fixture);

/* keys.open: the request; its answer; that it opens, with the verifier key, the caller's; that it
 * does not. */
CardeaMessage *keys_fixture_open_request (const char *store, gboolean begun,
                                          const char *passphrase);
CardeaMessage *keys_fixture_open_keys (KeysFixture *fixture, const char *store, gboolean begun,
                                       const char *passphrase);
char *keys_fixture_assert_opens (KeysFixture *fixture, const char *store, gboolean begun,
                                 const char *passphrase, const char *expected);
void keys_fixture_assert_refuses (KeysFixture *fixture, const char *store, gboolean begun,
                                  const char *passphrase);
/* Beside the keys. */
gboolean keys_fixture_has_file (KeysFixture *fixture, const char *name);
