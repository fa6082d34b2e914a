/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/contract/launch/launch-fixture.h"

#include "common/base/cardea-autofd.h"

#include <poll.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define WAIT_MS 20000

ContractWorker *
launch_fixture_worker (const char *const *environment)
{
  g_autofree char *self = g_file_read_link ("/proc/self/exe", NULL);
  g_autofree char *folder = g_path_get_dirname (self);
  g_autoptr (GPtrArray) variables = g_ptr_array_new ();
  g_autofree char *program
      = g_strconcat ("CARDEA_TEST_AGENT_PROGRAM=", folder, "/mock-agent", NULL);

  for (; environment != NULL && *environment != NULL; environment++)
    g_ptr_array_add (variables, (gpointer) *environment);
  /* The first of two variables of one name counts. */
  g_ptr_array_add (variables, program);
  g_ptr_array_add (variables, NULL);
  return contract_worker_new ("cardea-guardian-launch", CARDEA_ROLE_LAUNCH,
                              (const char *const *) variables->pdata);
}

void
launch_fixture_reap (ContractWorker *taken_worker)
{
  contract_worker_wait_closed (taken_worker);
  g_assert_cmpint (waitpid (taken_worker->pid, NULL, 0), ==, taken_worker->pid);
  cardea_channel_unref (taken_worker->channel);
  g_ptr_array_unref (taken_worker->arrived);
  g_free (taken_worker);
}

CardeaMessage *
launch_fixture_ask_start (ContractWorker *worker, const char *home)
{
  g_autoptr (CardeaMessage) request = cardea_message_new ("launch.start");

  cardea_message_set_string (request, "profile", "agent");
  cardea_message_set_path (request, "home", home);
  return contract_worker_ask (worker, request);
}

LaunchFixture *
launch_fixture_start (ContractWorker *worker, const char *home)
{
  LaunchFixture *sandbox = g_new0 (LaunchFixture, 1);
  gint64 begun = g_get_monotonic_time ();

  sandbox->started = launch_fixture_ask_start (worker, home);
  contract_assert_is (sandbox->started, "launch.started");
  g_test_message ("started in %" G_GINT64_FORMAT " us", g_get_monotonic_time () - begun);
  sandbox->channel = cardea_message_take_fd (sandbox->started, "channel");
  sandbox->process = cardea_message_take_fd (sandbox->started, "process");
  g_assert_cmpint (sandbox->channel, >=, 0);
  g_assert_cmpint (sandbox->process, >=, 0);
  return sandbox;
}

void
launch_fixture_free (LaunchFixture *sandbox)
{
  cardea_fd_clear (&sandbox->channel);
  cardea_fd_clear (&sandbox->process);
  cardea_message_unref (sandbox->started);
  g_free (sandbox);
}

void
launch_fixture_send (LaunchFixture *sandbox, const char *line)
{
  g_autofree char *full = g_strconcat (line, "\n", NULL);
  g_assert_cmpint (write (sandbox->channel, full, strlen (full)), ==, (gssize) strlen (full));
}

char *
launch_fixture_tell (LaunchFixture *sandbox, const char *line)
{
  g_autoptr (GString) answer = g_string_new (NULL);
  struct pollfd wait = { .fd = sandbox->channel, .events = POLLIN };
  char byte = 0;

  launch_fixture_send (sandbox, line);
  while (byte != '\n')
    {
      g_assert_cmpint (poll (&wait, 1, WAIT_MS), ==, 1);
      g_assert_cmpint (read (sandbox->channel, &byte, 1), ==, 1);
      if (byte != '\n')
        g_string_append_c (answer, byte);
    }
  return g_string_free (g_steal_pointer (&answer), FALSE);
}

gboolean
launch_fixture_is_hung_up (LaunchFixture *sandbox)
{
  struct pollfd wait = { .fd = sandbox->channel, .events = POLLRDHUP };
  return poll (&wait, 1, WAIT_MS) == 1;
}
