/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* A machine without user namespaces, made by the setting itself: in a namespace of the test's own
 * it counts for what the launch worker tries, and for nothing outside. */

#include "tests/contract/launch/launch-fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

static gboolean
write_setting (const char *path, const char *value)
{
  int fd = open (path, O_WRONLY | O_CLOEXEC);
  gboolean good = fd >= 0 && write (fd, value, strlen (value)) == (gssize) strlen (value);

  if (fd >= 0)
    close (fd);
  return good;
}

static void
test_start (void)
{
  g_autoptr (ContractWorker) worker = launch_fixture_worker (NULL);
  g_autoptr (CardeaMessage) reply = launch_fixture_ask_start (worker, "/home/somebody");
  const char *reason;

  contract_assert_refused (reply, "unavailable");
  reason = cardea_message_get_string (reply, "reason");
  g_assert_nonnull (strstr (reason, "user.max_user_namespaces = 0"));
  g_assert_nonnull (strstr (reason, "sysctl user.max_user_namespaces="));
}

static void
test_probe (void)
{
  g_autoptr (ContractWorker) worker = launch_fixture_worker (NULL);
  g_autoptr (CardeaMessage) request = cardea_message_new ("launch.probe");
  g_autoptr (CardeaMessage) reply = contract_worker_ask (worker, request);
  const CardeaJson *report;
  gboolean good = TRUE;

  contract_assert_is (reply, "launch.probed");
  report = cardea_message_get_json (reply, "report");
  g_assert_true (cardea_json_get_boolean (report, "namespaces", &good));
  g_assert_false (good);
  g_assert_nonnull (
      strstr (cardea_json_get_string (report, "namespaces_missing"), "max_user_namespaces"));
}

int
main (int argc, char **argv)
{
  signal (SIGPIPE, SIG_IGN);
  g_test_init (&argc, &argv, NULL);
  if (!contract_enter_namespace () || !write_setting ("/proc/sys/user/max_user_namespaces", "0"))
    return contract_skip ("user namespaces cannot be switched off for a test here");
  g_test_add_func ("/launch-refused/start", test_start);
  g_test_add_func ("/launch-refused/probe", test_probe);
  return g_test_run ();
}
