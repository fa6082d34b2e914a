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

  cardea_message_set_path (request, "folder", "/usr/lib");
  cardea_message_set_path (request, "home", HOME);
  cardea_message_set_path (request, "program", program);
  if (sandbox != NULL)
    cardea_message_set_string (request, "sandbox", sandbox);
  return request;
}

static char *
prepare (ContractWorker *worker)
{
  g_autoptr (CardeaMessage) request = describe ("launch.prepare", "/usr/bin/true", NULL);
  g_autoptr (CardeaMessage) reply = contract_worker_ask (worker, request);

  contract_assert_is (reply, "launch.prepared");
  return g_strdup (cardea_message_get_string (reply, "sandbox"));
}

/* Its output comes out of *ret_output. */
static CardeaMessage *
run (ContractWorker *worker, const char *sandbox, int *ret_output)
{
  static const char bytes[] = "3\0sh\0-c\0echo $MARK $PWD; exit 7\0MARK=outside\0PATH=/usr/bin";
  g_autoptr (CardeaMessage) request = describe ("launch.run", "/usr/bin/sh", sandbox);
  CardeaJson *placeholders = cardea_json_new_array ();
  int pair[2];

  g_assert_cmpint (pipe2 (pair, O_CLOEXEC), ==, 0);
  cardea_json_append (placeholders, cardea_json_new_string ("MARK=inside"));
  cardea_message_set_json (request, "placeholders", placeholders);
  cardea_message_set_fd (request, "command",
                         cardea_descriptor_new_memfd ("command", bytes, sizeof bytes));
  cardea_message_set_fd (request, "output", pair[1]);
  *ret_output = pair[0];
  return contract_worker_ask (worker, request);
}

/* Another program in another folder than it was built with: it is that one. */
static void
test_used_once (void)
{
  const char *const environment[] = { NULL };
  g_autoptr (ContractWorker) worker
      = contract_worker_new ("cardea-guardian-launch", CARDEA_ROLE_LAUNCH, environment);
  g_autofree char *sandbox = prepare (worker);
  cardea_autofd int output = -1;
  cardea_autofd int other = -1;
  char said[64] = { 0 };
  gboolean waited = FALSE;

  g_autoptr (CardeaMessage) fits = describe ("launch.fits", "/usr/bin/sh", sandbox);
  g_autoptr (CardeaMessage) done = contract_worker_ask (worker, fits);
  contract_assert_is (done, "done");
  g_autoptr (CardeaMessage) running = run (worker, sandbox, &output);
  contract_assert_is (running, "launch.running");
  g_assert_cmpstr (cardea_message_get_string (running, "sandbox"), ==, sandbox);
  const CardeaJson *layers = cardea_message_get_json (running, "layers");
  g_assert_true (cardea_json_get_boolean (layers, "prepared", &waited) && waited);
  g_autofree char *measured = NULL;
  g_autofree char *content = NULL;
  gsize size = 0;
  g_assert_true (g_file_get_contents ("/usr/bin/sh", &content, &size, NULL));
  measured = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guchar *) content, size);
  g_assert_cmpstr (cardea_json_get_string (layers, "sha256"), ==, measured);
  g_assert_cmpstr (cardea_message_get_string (running, "sha256"), ==, measured);

  g_autoptr (CardeaMessage) again = run (worker, sandbox, &other);
  contract_assert_refused (again, "changed");
  g_autoptr (CardeaMessage) exited = contract_worker_wait_event (worker, "launch.exited");
  g_assert_cmpint (cardea_message_get_int (exited, "status", -1), ==, 7);
  g_assert_cmpint (read (output, said, sizeof said - 1), >, 0);
  g_assert_cmpstr (said, ==, "inside /usr/lib\n");
}

static void
refuse_fits (ContractWorker *worker, CardeaMessage *taken)
{
  g_autoptr (CardeaMessage) fits = taken;
  g_autoptr (CardeaMessage) reply = contract_worker_ask (worker, fits);

  contract_assert_refused (reply, "changed");
}

static void
test_another (void)
{
  const char *const environment[] = { NULL };
  g_autoptr (ContractWorker) worker
      = contract_worker_new ("cardea-guardian-launch", CARDEA_ROLE_LAUNCH, environment);
  g_autofree char *sandbox = prepare (worker);
  CardeaMessage *fits = describe ("launch.fits", "/usr/bin/sh", "none-of-that-name");

  refuse_fits (worker, fits);
  fits = describe ("launch.fits", "/usr/bin/sh", sandbox);
  cardea_message_set_path (fits, "home", "/home/somebody-else");
  refuse_fits (worker, fits);
  fits = describe ("launch.fits", "/usr/bin/sh", sandbox);
  CardeaJson *profile = cardea_json_new_object ();
  CardeaJson *set = cardea_json_new_array ();
  cardea_json_set_string (profile, "name", "other");
  cardea_json_set_string (profile, "home", "shared");
  cardea_json_append (set, cardea_json_new_string ("MODE=other"));
  cardea_json_set (profile, "set", set);
  cardea_message_set_json (fits, "profile", profile);
  refuse_fits (worker, fits);
  refuse_fits (worker, describe ("launch.fits", "/nonexistent/program", sandbox));

  g_autoptr (CardeaMessage) stop = cardea_message_new ("launch.stop");
  cardea_message_set_string (stop, "sandbox", sandbox);
  g_autoptr (CardeaMessage) stopped = contract_worker_ask (worker, stop);
  contract_assert_is (stopped, "done");
  cardea_autofd int late = -1;
  g_autoptr (CardeaMessage) gone = run (worker, sandbox, &late);
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
