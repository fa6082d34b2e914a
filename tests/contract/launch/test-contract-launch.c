/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The real launch worker with the test in the core's place; inside the sandbox a small program of
 * the tests (mock-agent.c) does what it is told over its channel. */

#include "tests/contract/launch/launch-fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <unistd.h>

#define WAIT_MS 20000

static gboolean
ends_in_time (int pidfd)
{
  struct pollfd wait = { .fd = pidfd, .events = POLLIN };
  return poll (&wait, 1, WAIT_MS) == 1;
}

static void
test_ready (void)
{
  g_autoptr (ContractWorker) worker = launch_fixture_worker (NULL);
  g_autoptr (CardeaMessage) ready = contract_worker_ready (worker);
  gboolean set = FALSE;

  g_assert_cmpstr (cardea_message_get_string (ready, "name"), ==, "launch");
  g_assert_true (cardea_json_get_boolean (cardea_message_get_json (ready, "confinement"),
                                          "no_new_privs", &set));
  g_assert_true (set);
}

static void
test_start (void)
{
  g_autoptr (ContractWorker) worker = launch_fixture_worker (NULL);
  g_autoptr (LaunchFixture) sandbox = launch_fixture_start (worker, "/home/somebody");
  g_autoptr (CardeaMessage) exited = NULL;
  const CardeaJson *layers = cardea_message_get_json (sandbox->started, "layers");
  g_autofree char *cwd = launch_fixture_tell (sandbox, "cwd");
  gint64 abi = 0;

  g_assert_cmpstr (cwd, ==, "/home/somebody");
  g_assert_true (cardea_json_get_int (layers, "landlock_abi", &abi));
  g_assert_cmpint (abi, >=, 1);
  g_assert_cmpstr (cardea_json_get_string (layers, "seccomp"), ==, "allow-list");
  g_assert_nonnull (cardea_json_get_string (layers, "test_program"));
  g_assert_cmpuint (cardea_json_size (cardea_json_get (layers, "namespaces")), ==, 7);

  launch_fixture_send (sandbox, "exit 7");
  exited = contract_worker_wait_event (worker, "launch.exited");
  g_assert_cmpint (cardea_message_get_int (exited, "status", -1), ==, 7);
  g_assert_cmpstr (cardea_message_get_string (exited, "sandbox"), ==,
                   cardea_message_get_string (sandbox->started, "sandbox"));
  g_assert_true (ends_in_time (sandbox->process));
}

static void
test_killed (void)
{
  g_autoptr (ContractWorker) worker = launch_fixture_worker (NULL);
  g_autoptr (LaunchFixture) sandbox = launch_fixture_start (worker, "/home/somebody");

  g_assert_cmpint (syscall (SYS_pidfd_send_signal, sandbox->process, SIGKILL, NULL, 0), ==, 0);
  g_autoptr (CardeaMessage) exited = contract_worker_wait_event (worker, "launch.exited");
  g_assert_cmpint (cardea_message_get_int (exited, "signal", -1), ==, SIGKILL);
}

/* Every descendant, also one that left its session, is gone when "done" comes. */
static void
test_stop (void)
{
  g_autoptr (ContractWorker) worker = launch_fixture_worker (NULL);
  g_autoptr (LaunchFixture) sandbox = launch_fixture_start (worker, "/home/somebody");
  g_autofree char *daemons = launch_fixture_tell (sandbox, "daemons 20");
  g_autoptr (CardeaMessage) stop = cardea_message_new ("launch.stop");
  struct pollfd wait = { .fd = sandbox->process, .events = POLLIN };

  g_assert_cmpstr (daemons, ==, "20");
  cardea_message_set_string (stop, "sandbox",
                             cardea_message_get_string (sandbox->started, "sandbox"));
  gint64 begun = g_get_monotonic_time ();
  g_autoptr (CardeaMessage) done = contract_worker_ask (worker, stop);
  contract_assert_is (done, "done");
  g_test_message ("stopped after %" G_GINT64_FORMAT " us", g_get_monotonic_time () - begun);
  g_assert_cmpint (poll (&wait, 1, 0), ==, 1);
  /* The channel was held by all of them: its end is theirs. */
  g_assert_true (launch_fixture_is_hung_up (sandbox));
  g_autoptr (CardeaMessage) exited = contract_worker_wait_event (worker, "launch.exited");
  g_autoptr (CardeaMessage) again = cardea_message_new ("launch.stop");
  cardea_message_set_string (again, "sandbox",
                             cardea_message_get_string (sandbox->started, "sandbox"));
  g_autoptr (CardeaMessage) twice = contract_worker_ask (worker, again);
  contract_assert_is (twice, "done");
}

/* However the worker ends, nothing of its sandboxes stays. */
static void
test_worker_dies (gconstpointer data)
{
  g_autoptr (ContractWorker) worker = launch_fixture_worker (NULL);
  g_autoptr (LaunchFixture) sandbox = launch_fixture_start (worker, "/home/somebody");
  g_autofree char *daemons = launch_fixture_tell (sandbox, "daemons 5");

  if (GPOINTER_TO_INT (data) != 0)
    kill (worker->pid, GPOINTER_TO_INT (data));
  else
    cardea_channel_close (worker->channel);
  g_assert_true (ends_in_time (sandbox->process));
  g_assert_true (launch_fixture_is_hung_up (sandbox));
  launch_fixture_reap (g_steal_pointer (&worker));
}

/* Threads and processes are no violation, though glibc tries clone3 for each. */
static void
test_violation (void)
{
  g_autoptr (ContractWorker) worker = launch_fixture_worker (NULL);
  g_autoptr (LaunchFixture) sandbox = launch_fixture_start (worker, "/home/somebody");
  g_autofree char *threads = launch_fixture_tell (sandbox, "threads 5");
  g_autofree char *refused = launch_fixture_tell (sandbox, "refused 300");
  guint count = 0;

  g_assert_cmpstr (threads, ==, "5");
  g_assert_cmpstr (refused, ==, "300");
  while (count < 300)
    {
      g_autoptr (CardeaMessage) event = contract_worker_wait_event (worker, "launch.violation");
      g_assert_cmpstr (cardea_message_get_string (event, "syscall"), ==, "ptrace");
      g_assert_cmpint (cardea_message_get_int (event, "pid", 0), ==,
                       cardea_message_get_int (sandbox->started, "pid", -1));
      count += (guint) cardea_message_get_int (event, "count", 0);
    }
  g_assert_cmpuint (count, ==, 300);
}

/* A sandbox that does nothing but try waits; the worker and its other sandboxes do not. */
static void
test_flood (void)
{
  g_autoptr (ContractWorker) worker = launch_fixture_worker (NULL);
  g_autoptr (LaunchFixture) flood = launch_fixture_start (worker, "/home/somebody");
  launch_fixture_send (flood, "flood");
  g_autoptr (LaunchFixture) other = launch_fixture_start (worker, "/home/somebody");
  g_autofree char *answer = launch_fixture_tell (other, "cwd");

  g_assert_cmpstr (answer, ==, "/home/somebody");
}

static void
test_homes (void)
{
  static const struct {
    const char *wanted, *got;
  } homes[] = {
    { "/root", "/root" },        { "/tmp/some where", "/tmp/some where" },
    { "/", "/home/cardea" },     { "/usr/share/x", "/home/cardea" },
    { "/proc", "/home/cardea" }, { "/etc/../home/x", "/home/cardea" },
    { "/opt", "/home/cardea" },  { "/var/lib/\xff", "/var/lib/\xff" },
    { "/tmp", "/home/cardea" },  { "/home/--bind", "/home/--bind" },
  };
  g_autoptr (ContractWorker) worker = launch_fixture_worker (NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (homes); i++)
    {
      g_autoptr (LaunchFixture) sandbox = launch_fixture_start (worker, homes[i].wanted);
      g_autofree char *cwd = launch_fixture_tell (sandbox, "cwd");
      g_assert_cmpstr (cwd, ==, homes[i].got);
    }
}

static void
refused (const char *const *environment, const char *needle)
{
  g_autoptr (ContractWorker) worker = launch_fixture_worker (environment);
  g_autoptr (CardeaMessage) reply = launch_fixture_ask_start (worker, "/home/somebody");

  contract_assert_refused (reply, "unavailable");
  if (strstr (cardea_message_get_string (reply, "reason"), needle) == NULL)
    g_error ("not what was expected: %s", cardea_message_get_string (reply, "reason"));
}

static void
test_no_bwrap (void)
{
  const char *const environment[] = { "CARDEA_TEST_BWRAP=/does/not/exist", NULL };
  refused (environment, "bubblewrap");
}

static void
test_broken_bwrap (void)
{
  const char *const environment[] = { "CARDEA_TEST_BWRAP=/bin/false", NULL };
  refused (environment, "ended before it was ready");
}

static void
test_no_program (void)
{
  const char *const environment[] = { "CARDEA_TEST_AGENT_PROGRAM=/does/not/exist", NULL };
  refused (environment, "/does/not/exist");
}

/* Something that is no program is noticed by exec, and said. */
static void
test_bad_program (void)
{
  const char *const environment[] = { "CARDEA_TEST_AGENT_PROGRAM=/etc/passwd", NULL };
  refused (environment, "could not be started");
}

static void
test_older_landlock (gconstpointer data)
{
  g_autofree char *seam = g_strdup_printf ("CARDEA_TEST_LANDLOCK_ABI=%d", GPOINTER_TO_INT (data));
  const char *const environment[] = { seam, NULL };
  g_autoptr (ContractWorker) worker = launch_fixture_worker (environment);
  g_autoptr (LaunchFixture) sandbox = launch_fixture_start (worker, "/home/somebody");
  gint64 abi = 0;

  g_assert_true (cardea_json_get_int (cardea_message_get_json (sandbox->started, "layers"),
                                      "landlock_abi", &abi));
  g_assert_cmpint (abi, ==, GPOINTER_TO_INT (data));
}

static void
test_no_landlock (void)
{
  const char *const environment[] = { "CARDEA_TEST_LANDLOCK_ABI=0", NULL };
  refused (environment, "Landlock is missing");
}

static void
test_probe (void)
{
  g_autoptr (ContractWorker) worker = launch_fixture_worker (NULL);
  g_autoptr (CardeaMessage) request = cardea_message_new ("launch.probe");
  g_autoptr (CardeaMessage) reply = contract_worker_ask (worker, request);
  const CardeaJson *report;
  gboolean good = FALSE;

  contract_assert_is (reply, "launch.probed");
  report = cardea_message_get_json (reply, "report");
  g_assert_nonnull (cardea_json_get_string (report, "kernel"));
  g_assert_nonnull (cardea_json_get_string (report, "cgroup"));
  g_assert_nonnull (cardea_json_get_string (report, "bwrap_version"));
  g_assert_true (cardea_json_get_boolean (report, "namespaces", &good) && good);
  g_assert_true (cardea_json_get_boolean (report, "seccomp_notify", &good) && good);
}

static gboolean
was_prepared (const LaunchFixture *sandbox)
{
  gboolean prepared = FALSE;

  g_assert_true (cardea_json_get_boolean (cardea_message_get_json (sandbox->started, "layers"),
                                          "prepared", &prepared));
  return prepared;
}

/* The spare is begun when nothing else is to do: by the time the machine was probed it is. */
static void
let_it_idle (ContractWorker *worker)
{
  g_autoptr (CardeaMessage) request = cardea_message_new ("launch.probe");
  g_autoptr (CardeaMessage) reply = contract_worker_ask (worker, request);
  contract_assert_is (reply, "launch.probed");
}

/* The next sandbox is built while one is at work; one for another home is of no use. */
static void
test_spare (void)
{
  g_autoptr (ContractWorker) worker = launch_fixture_worker (NULL);
  g_autoptr (LaunchFixture) first = launch_fixture_start (worker, "/home/somebody");
  let_it_idle (worker);
  g_autoptr (LaunchFixture) second = launch_fixture_start (worker, "/home/somebody");
  g_autoptr (LaunchFixture) elsewhere = launch_fixture_start (worker, "/home/another");
  g_autofree char *cwd = launch_fixture_tell (elsewhere, "cwd");
  g_autofree char *refused = launch_fixture_tell (second, "refused 1");

  g_assert_false (was_prepared (first));
  g_assert_true (was_prepared (second));
  g_assert_false (was_prepared (elsewhere));
  g_assert_cmpstr (cwd, ==, "/home/another");
  g_assert_cmpstr (refused, ==, "1");
  g_assert_cmpstr (cardea_message_get_string (first->started, "sandbox"), !=,
                   cardea_message_get_string (second->started, "sandbox"));
}

/* Kills the children of the worker that are not among known. */
static void
kill_spare (const ContractWorker *worker, gint64 known)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/task/%d/children", worker->pid, worker->pid);
  gboolean killed = FALSE;

  while (!killed)
    {
      g_autofree char *children = NULL;
      g_assert_true (g_file_get_contents (path, &children, NULL, NULL));
      g_auto (GStrv) pids = g_strsplit (g_strstrip (children), " ", -1);
      for (char **pid = pids; *pid != NULL; pid++)
        if (**pid != '\0' && atoll (*pid) != known)
          killed = kill ((pid_t) atoll (*pid), SIGKILL) == 0;
      g_main_context_iteration (NULL, FALSE);
    }
}

/* A spare that died is no reason to refuse. */
static void
test_dead_spare (void)
{
  g_autoptr (ContractWorker) worker = launch_fixture_worker (NULL);
  g_autoptr (LaunchFixture) first = launch_fixture_start (worker, "/home/somebody");
  gint64 monitor = 0;

  g_assert_true (cardea_json_get_int (cardea_message_get_json (first->started, "layers"), "monitor",
                                      &monitor));
  kill_spare (worker, monitor);
  g_autoptr (LaunchFixture) second = launch_fixture_start (worker, "/home/somebody");
  g_autofree char *cwd = launch_fixture_tell (second, "cwd");
  g_assert_cmpstr (cwd, ==, "/home/somebody");
}

static void
test_many (void)
{
  g_autoptr (ContractWorker) worker = launch_fixture_worker (NULL);
  g_autoptr (GPtrArray) ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < 8; i++)
    {
      g_autoptr (CardeaMessage) request = cardea_message_new ("launch.start");
      cardea_message_set_string (request, "profile", "agent");
      cardea_message_set_path (request, "home", "/home/somebody");
      g_ptr_array_add (ids, contract_worker_send (worker, request));
    }
  for (guint i = 0; i < ids->len; i++)
    {
      g_autoptr (CardeaMessage) reply = contract_worker_wait (worker, ids->pdata[i]);
      contract_assert_is (reply, "launch.started");
    }
}

/* --- only with -m perf: what a start costs beside a bare bwrap --- */

#define ROUNDS 40

static int
compare_times (gconstpointer a, gconstpointer b)
{
  const gint64 *one = a, *other = b;
  return (*one > *other) - (*one < *other);
}

static gint64
time_bwrap (void)
{
  const char *const arguments[] = { "bwrap", "--unshare-all", "--ro-bind", "/", "/", "true", NULL };
  gint64 begun = g_get_monotonic_time ();
  g_autoptr (GError) error = NULL;

  g_spawn_sync (NULL, (char **) arguments, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, NULL,
                &error);
  g_assert_no_error (error);
  return g_get_monotonic_time () - begun;
}

static void
test_speed (void)
{
  g_autoptr (ContractWorker) worker = launch_fixture_worker (NULL);
  gint64 starts[ROUNDS], bare[ROUNDS];

  for (guint i = 0; i < ROUNDS; i++)
    {
      gint64 begun = g_get_monotonic_time ();
      g_autoptr (LaunchFixture) sandbox = launch_fixture_start (worker, "/home/somebody");
      starts[i] = g_get_monotonic_time () - begun;
      bare[i] = time_bwrap ();
    }
  qsort (starts, ROUNDS, sizeof starts[0], compare_times);
  qsort (bare, ROUNDS, sizeof bare[0], compare_times);
  g_test_message ("start %" G_GINT64_FORMAT " us (best %" G_GINT64_FORMAT
                  "), bare bwrap %" G_GINT64_FORMAT " us (best %" G_GINT64_FORMAT ")",
                  starts[ROUNDS / 2], starts[0], bare[ROUNDS / 2], bare[0]);
}

int
main (int argc, char **argv)
{
  signal (SIGPIPE, SIG_IGN);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/launch/ready", test_ready);
  g_test_add_func ("/launch/start", test_start);
  g_test_add_func ("/launch/killed", test_killed);
  g_test_add_func ("/launch/stop", test_stop);
  g_test_add_data_func ("/launch/worker-ends", GINT_TO_POINTER (0), test_worker_dies);
  g_test_add_data_func ("/launch/worker-killed", GINT_TO_POINTER (SIGKILL), test_worker_dies);
  g_test_add_func ("/launch/violation", test_violation);
  g_test_add_func ("/launch/flood", test_flood);
  g_test_add_func ("/launch/homes", test_homes);
  g_test_add_func ("/launch/no-bwrap", test_no_bwrap);
  g_test_add_func ("/launch/broken-bwrap", test_broken_bwrap);
  g_test_add_func ("/launch/no-program", test_no_program);
  g_test_add_func ("/launch/bad-program", test_bad_program);
  g_test_add_func ("/launch/no-landlock", test_no_landlock);
  g_test_add_func ("/launch/probe", test_probe);
  g_test_add_func ("/launch/spare", test_spare);
  g_test_add_func ("/launch/dead-spare", test_dead_spare);
  g_test_add_func ("/launch/many", test_many);
  if (g_test_perf ())
    g_test_add_func ("/launch/speed", test_speed);
  for (int abi = 1; abi <= 6; abi++)
    {
      g_autofree char *path = g_strdup_printf ("/launch/landlock-%d", abi);
      g_test_add_data_func (path, GINT_TO_POINTER (abi), test_older_landlock);
    }
  return g_test_run ();
}
