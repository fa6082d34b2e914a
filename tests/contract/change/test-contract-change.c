/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* cardea-guardian-change as the core sees it. */

#include "tests/contract/contract-worker.h"

typedef struct {
  char *home;
  ContractWorker *worker;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->home = contract_folder_new ();
  g_autofree char *variable = g_strdup_printf ("HOME=%s", fixture->home);
  const char *const environment[] = { variable, NULL };
  fixture->worker = contract_worker_new ("cardea-guardian-change", CARDEA_ROLE_CHANGE, environment);
  g_autoptr (CardeaMessage) ready = contract_worker_ready (fixture->worker);
  g_assert_cmpstr (cardea_message_get_string (ready, "name"), ==, "change");
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  contract_worker_free (fixture->worker);
  contract_folder_remove (fixture->home);
}

static void
test_before_open (Fixture *fixture, gconstpointer data)
{
  g_autoptr (CardeaMessage) commit = cardea_message_new ("change.commit");
  cardea_message_set_string (commit, "plan", "none");
  cardea_message_set_json (commit, "context", cardea_json_new_object ());
  g_autoptr (CardeaMessage) committed = contract_worker_ask (fixture->worker, commit);
  contract_assert_refused (committed, "unavailable");
  g_autoptr (CardeaMessage) clear = cardea_message_new ("change.clear");
  g_autoptr (CardeaMessage) cleared = contract_worker_ask (fixture->worker, clear);
  contract_assert_refused (cleared, "unavailable");
}

#define TEST(path, function) g_test_add (path, Fixture, NULL, set_up, function, tear_down)

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  TEST ("/contract/change/before-open", test_before_open);
  return g_test_run ();
}
