/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* view.adopt of a view that ends: it is always answered, and either name is free afterwards. */

#include "common/base/cardea-autofd.h"
#include "tests/contract/contract-worker.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define SPARE "5bace5bace5bace0"
#define SESSION "5e551035e5510350"
#define TURNS 300
#define STEP_US 2 /* a turn waits that much longer than the one before, and begins anew */
#define STEPS 40

typedef struct {
  char *folder;
  ContractWorker *worker;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = contract_folder_new ();
  g_autofree char *home = g_strdup_printf ("HOME=%s", fixture->folder);
  const char *const environment[] = { home, NULL };
  fixture->worker = contract_worker_new ("cardea-guardian-view", CARDEA_ROLE_VIEW, environment);
  g_autoptr (CardeaMessage) ready = contract_worker_ready (fixture->worker);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  contract_worker_free (fixture->worker);
  contract_folder_remove (fixture->folder);
}

/* The door; the caller's. */
static int
open_view (Fixture *fixture, const char *session)
{
  static const char *const none[] = { NULL };
  g_autoptr (CardeaMessage) request = cardea_message_new ("view.open");

  cardea_message_set_session (request, session);
  cardea_message_set_path (request, "home", fixture->folder);
  cardea_message_set_paths (request, "folders", none);
  cardea_message_set_string (request, "mode", "deny");
  cardea_message_set_json (request, "grants", cardea_json_new_array ());
  g_autoptr (CardeaMessage) reply = contract_worker_ask (fixture->worker, request);
  contract_assert_is (reply, "view.opened");
  return cardea_message_take_fd (reply, "door");
}

/* The request's id. */
static char *
send_adopt (Fixture *fixture)
{
  g_autofree char *path = g_build_filename (fixture->folder, "journal", NULL);
  g_autoptr (CardeaMessage) request = cardea_message_new ("view.adopt");
  int journal = open (path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);

  g_assert_cmpint (journal, >=, 0);
  cardea_message_set_session (request, SESSION);
  cardea_message_set_string (request, "of", SPARE);
  cardea_message_set_string (request, "mode", "ask");
  cardea_message_set_json (request, "grants", cardea_json_new_array ());
  cardea_message_set_fd (request, "journal", journal);
  return contract_worker_send (fixture->worker, request);
}

static void
assert_ended (Fixture *fixture, const char *session)
{
  g_autoptr (CardeaMessage) event = contract_worker_wait_event (fixture->worker, "view.ended");

  g_assert_cmpstr (cardea_message_session (event), ==, session);
}

static void
assert_free (Fixture *fixture, const char *session)
{
  int door = open_view (fixture, session);

  cardea_fd_clear (&door);
  assert_ended (fixture, session);
}

static void
test_adopted (Fixture *fixture, gconstpointer data)
{
  cardea_autofd int door = open_view (fixture, SPARE);
  g_autofree char *id = send_adopt (fixture);
  g_autoptr (CardeaMessage) reply = contract_worker_wait (fixture->worker, id);
  g_autoptr (CardeaMessage) end = cardea_message_new ("view.close");

  contract_assert_is (reply, "done");
  g_autofree char *again = send_adopt (fixture);
  g_autoptr (CardeaMessage) refused = contract_worker_wait (fixture->worker, again);
  contract_assert_refused (refused, "not-found");
  cardea_message_set_session (end, SESSION);
  g_autofree char *none = contract_worker_send (fixture->worker, end);
  assert_ended (fixture, SESSION);
  assert_free (fixture, SPARE);
}

static void
test_has_ended (Fixture *fixture, gconstpointer data)
{
  int door = open_view (fixture, SPARE);

  cardea_fd_clear (&door);
  assert_ended (fixture, SPARE);
  g_autofree char *id = send_adopt (fixture);
  g_autoptr (CardeaMessage) reply = contract_worker_wait (fixture->worker, id);
  contract_assert_refused (reply, "not-found");
  assert_free (fixture, SESSION);
}

static void
spin (gint64 microseconds)
{
  gint64 until = g_get_monotonic_time () + microseconds;

  while (g_get_monotonic_time () < until)
    ;
}

/* Whoever comes first: what ends it and what adopts it reach it by different ways. */
static void
test_ends_meanwhile (Fixture *fixture, gconstpointer data)
{
  guint adopted = 0;

  for (guint turn = 0; turn < TURNS; turn++)
    {
      int door = open_view (fixture, SPARE);
      g_autofree char *id = turn % 2 == 0 ? send_adopt (fixture) : NULL;
      if (turn % 2 != 0)
        cardea_fd_clear (&door);
      spin (turn / 2 % STEPS * STEP_US);
      if (id == NULL)
        id = send_adopt (fixture);
      cardea_fd_clear (&door);
      g_autoptr (CardeaMessage) reply = contract_worker_wait (fixture->worker, id);
      gboolean done = cardea_message_is (reply, "done");
      if (!done)
        contract_assert_refused (reply, "not-found");
      adopted += done ? 1 : 0;
      /* What is refused may be opened at once, before the other has said its end. */
      int next = !done ? open_view (fixture, SESSION) : -1;
      assert_ended (fixture, done ? SESSION : SPARE);
      cardea_fd_clear (&next);
      if (!done)
        assert_ended (fixture, SESSION);
    }
  g_test_message ("%u of %u were adopted before their end", adopted, TURNS);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add ("/contract/view/adopt/adopted", Fixture, NULL, set_up, test_adopted, tear_down);
  g_test_add ("/contract/view/adopt/has-ended", Fixture, NULL, set_up, test_has_ended, tear_down);
  g_test_add ("/contract/view/adopt/ends-meanwhile", Fixture, NULL, set_up, test_ends_meanwhile,
              tear_down);
  return g_test_run ();
}
