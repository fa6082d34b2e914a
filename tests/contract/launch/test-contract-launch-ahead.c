/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* launch.prepare: only what would be built now, word for word, is what a program gets. */

#include "common/base/cardea-autofd.h"
#include "common/protocol/cardea-descriptor.h"
#include "tests/contract/contract-worker.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define HOME "/home/somebody"

static CardeaMessage *
describe (const char *name, const char *program, const char *sandbox)
{
  CardeaMessage *request = cardea_message_new (name);

  cardea_message_set_path (request, "folder", "/");
  cardea_message_set_path (request, "home", HOME);
  cardea_message_set_path (request, "program", program);
  if (sandbox != NULL)
    cardea_message_set_string (request, "sandbox", sandbox);
  return request;
}

static char *
prepare (ContractWorker *worker, const char *program)
{
  g_autoptr (CardeaMessage) request = describe ("launch.prepare", program, NULL);
  g_autoptr (CardeaMessage) reply = contract_worker_ask (worker, request);

  contract_assert_is (reply, "launch.prepared");
  return g_strdup (cardea_message_get_string (reply, "sandbox"));
}

/* Takes one end of a pipe for its output, which is at *ret_output. */
static CardeaMessage *
run (ContractWorker *worker, const char *program, const char *sandbox, int *ret_output)
{
  static const char bytes[] = "3\0sh\0-c\0echo $MARK; exit 7\0MARK=outside\0PATH=/usr/bin";
  static const char *const placeholders[] = { "MARK=inside", NULL };
  g_autoptr (CardeaMessage) request = describe ("launch.run", program, sandbox);
  CardeaJson *list = cardea_json_new_array ();
  int pair[2];

  g_assert_cmpint (pipe2 (pair, O_CLOEXEC), ==, 0);
  for (gsize i = 0; placeholders[i] != NULL; i++)
    cardea_json_append (list, cardea_json_new_string (placeholders[i]));
  cardea_message_set_json (request, "placeholders", list);
  cardea_message_set_fd (request, "command",
                         cardea_descriptor_new_memfd ("command", bytes, sizeof bytes));
  cardea_message_set_fd (request, "output", pair[1]);
  *ret_output = pair[0];
  return contract_worker_ask (worker, request);
}

static void
test_used_once (void)
{
  const char *const environment[] = { NULL };
  g_autoptr (ContractWorker) worker
      = contract_worker_new ("cardea-guardian-launch", CARDEA_ROLE_LAUNCH, environment);
  g_autofree char *sandbox = prepare (worker, "/usr/bin/sh");
  cardea_autofd int output = -1;
  cardea_autofd int other = -1;
  char said[32] = { 0 };

  g_autoptr (CardeaMessage) fits = describe ("launch.fits", "/usr/bin/sh", sandbox);
  g_autoptr (CardeaMessage) done = contract_worker_ask (worker, fits);
  contract_assert_is (done, "done");
  g_autoptr (CardeaMessage) running = run (worker, "/usr/bin/sh", sandbox, &output);
  contract_assert_is (running, "launch.running");
  g_assert_cmpstr (cardea_message_get_string (running, "sandbox"), ==, sandbox);
  gboolean waited = FALSE;
  const CardeaJson *layers = cardea_message_get_json (running, "layers");
  g_assert_true (cardea_json_get_boolean (layers, "prepared", &waited) && waited);
  g_autoptr (CardeaMessage) again = run (worker, "/usr/bin/sh", sandbox, &other);
  contract_assert_refused (again, "changed");
  g_autoptr (CardeaMessage) exited = contract_worker_wait_event (worker, "launch.exited");
  g_assert_cmpint (cardea_message_get_int (exited, "status", -1), ==, 7);
  g_assert_cmpint (read (output, said, sizeof said - 1), >, 0);
  g_assert_cmpstr (said, ==, "inside\n");
}

static void
test_another (void)
{
  const char *const environment[] = { NULL };
  g_autoptr (ContractWorker) worker
      = contract_worker_new ("cardea-guardian-launch", CARDEA_ROLE_LAUNCH, environment);
  g_autofree char *sandbox = prepare (worker, "/usr/bin/sh");
  const struct {
    const char *program;
    const char *sandbox;
    const char *folder;
    gboolean terminal;
  } others[] = {
    { "/usr/bin/true", sandbox, "/", FALSE },
    { "/usr/bin/sh", "none-of-that-name", "/", FALSE },
    { "/usr/bin/sh", sandbox, "/usr", FALSE },
    { "/usr/bin/sh", sandbox, "/", TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (CardeaMessage) fits
          = describe ("launch.fits", others[i].program, others[i].sandbox);
      cardea_message_set_path (fits, "folder", others[i].folder);
      cardea_message_set_boolean (fits, "terminal", others[i].terminal);
      g_autoptr (CardeaMessage) reply = contract_worker_ask (worker, fits);
      contract_assert_refused (reply, "changed");
    }
  cardea_autofd int output = -1;
  g_autoptr (CardeaMessage) refused = run (worker, "/usr/bin/true", sandbox, &output);
  contract_assert_refused (refused, "changed");

  g_autoptr (CardeaMessage) stop = cardea_message_new ("launch.stop");
  cardea_message_set_string (stop, "sandbox", sandbox);
  g_autoptr (CardeaMessage) stopped = contract_worker_ask (worker, stop);
  contract_assert_is (stopped, "done");
  cardea_autofd int late = -1;
  g_autoptr (CardeaMessage) gone = run (worker, "/usr/bin/sh", sandbox, &late);
  contract_assert_refused (gone, "changed");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/launch/ahead/used-once", test_used_once);
  g_test_add_func ("/launch/ahead/another", test_another);
  return g_test_run ();
}
