/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-autofd.h"
#include "tests/unit/guardian/audit/audit-fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>

/* A writer is killed, or its disk fails, at every point there is; afterwards the log is whole,
 * holds all that was acknowledged, and goes on. */

typedef struct {
  guint at;     /* the point at which it happens, from 1 */
  guint passed; /* points seen */
  gboolean quiet;
  int code; /* 0: kill -9; else the errno to fail with */
} Fault;

static int
fault_cb (const char *point, gpointer data)
{
  Fault *fault = data;

  if (fault->quiet || ++fault->passed != fault->at)
    return 0;
  if (fault->code == 0)
    kill (getpid (), SIGKILL);
  return fault->code;
}

/* What a guardian does in its life. Each acknowledged append is one byte in the pipe. */
typedef struct {
  AuditFixture *fixture;
  Fault *fault;
  int acknowledge;
  guint failures;
} Work;

static void
append (Work *work, guint count, GuardianAuditDurability durability)
{
  for (guint i = 0; i < count; i++)
    {
      if (audit_fixture_try_append (work->fixture, durability, NULL, NULL))
        g_assert_cmpint (write (work->acknowledge, "a", 1), ==, 1);
      else
        work->failures++;
    }
}

static void
seal (Work *work)
{
  if (!audit_fixture_seal (work->fixture))
    work->failures++;
}

static void
redact (Work *work, gint64 seq)
{
  if (!guardian_audit_redact (work->fixture->audit, seq, NULL))
    work->failures++;
}

static void
run_life (Work *work)
{
  append (work, 3, GUARDIAN_AUDIT_SYNCED);
  if (!guardian_audit_set_keys (work->fixture->audit, work->fixture->vkey,
                                work->fixture->detail_key, NULL))
    work->failures++;
  append (work, 2, GUARDIAN_AUDIT_WRITTEN);
  if (!guardian_audit_sync (work->fixture->audit, NULL))
    work->failures++;
  seal (work);
  redact (work, 1);
  append (work, 1, GUARDIAN_AUDIT_SYNCED);
  redact (work, guardian_audit_size (work->fixture->audit) - 1);
  work->fault->quiet = TRUE;
  append (work, 255, GUARDIAN_AUDIT_WRITTEN);
  work->fault->quiet = FALSE;
  seal (work);
  redact (work, 100);
  append (work, 2, GUARDIAN_AUDIT_SYNCED);
  seal (work);
}

static void
run_child (AuditFixture *fixture, guint at, int acknowledge)
{
  Fault fault = { .at = at };
  Work work = { fixture, &fault, acknowledge, 0 };

  g_test_set_nonfatal_assertions ();
  if (audit_fixture_try_open (fixture, fault_cb, &fault, NULL) == NULL)
    _exit (2);
  run_life (&work);
  _exit (fault.passed < at ? 0 : 3);
}

/* Ends when the child has; how many appends it acknowledged. */
static guint
count_acknowledged (int fd, pid_t child, int *ret_status)
{
  char buffer[256];
  guint count = 0;
  ssize_t n;

  while ((n = read (fd, buffer, sizeof buffer)) > 0)
    count += (guint) n;
  g_assert_cmpint (waitpid (child, ret_status, 0), ==, child);
  return count;
}

/* Records that the tests appended, not the log itself. */
static guint
count_ours (AuditFixture *fixture)
{
  guint count = 0;

  for (gint64 seq = 0; seq < guardian_audit_size (fixture->audit); seq++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (CardeaJson) record = guardian_audit_read (fixture->audit, seq, &error);
      g_assert_no_error (error);
      count += g_strcmp0 (cardea_json_get_string (record, "action"), "file.read") == 0;
    }
  return count;
}

/* The log right after the crash, after the next opening, and after it went on. */
static void
assert_survived (AuditFixture *fixture, guint acknowledged, guint at)
{
  g_autoptr (CardeaTlogReport) report = cardea_tlog_verify (fixture->folder, NULL, NULL, 1);
  g_autofree char *text = cardea_tlog_verify_describe (report);
  guint64 size;

  if (report->verdict == CARDEA_TLOG_VERDICT_DAMAGED)
    g_error ("killed at point %u: %s", at, text);
  audit_fixture_open (fixture, TRUE);
  guint ours = count_ours (fixture);
  if (ours != acknowledged && ours != acknowledged + 1)
    g_error ("killed at point %u: %u acknowledged, %u there", at, acknowledged, ours);
  audit_fixture_append (fixture, 3, GUARDIAN_AUDIT_SYNCED);
  g_assert_true (audit_fixture_seal (fixture));
  size = (guint64) guardian_audit_size (fixture->audit);
  audit_fixture_assert_whole (fixture, size, 0);
}

static gboolean
kill_at (guint at)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();
  cardea_autofd int reader = -1;
  cardea_autofd int writer = -1;
  int pair[2], status;
  pid_t child;

  g_assert_cmpint (pipe2 (pair, O_CLOEXEC), ==, 0);
  reader = pair[0];
  writer = pair[1];
  child = fork ();
  if (child == 0)
    run_child (fixture, at, writer);
  cardea_fd_clear (&writer);
  guint acknowledged = count_acknowledged (reader, child, &status);
  if (WIFEXITED (status))
    {
      g_assert_cmpint (WEXITSTATUS (status), ==, 0);
      return FALSE;
    }
  g_assert_cmpint (WTERMSIG (status), ==, SIGKILL);
  assert_survived (fixture, acknowledged, at);
  return TRUE;
}

static void
test_kill (void)
{
  guint points = 1;

  while (kill_at (points))
    points++;
  g_test_message ("%u points", points - 1);
  g_assert_cmpuint (points, >, 50);
}

/* The same life on a disk that refuses at one point: what failed was not recorded, the rest was. */
static gboolean
fail_at (guint at, int code)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();
  cardea_autofd int null = open ("/dev/null", O_WRONLY | O_CLOEXEC);
  Fault fault = { .at = at, .code = code };
  Work work = { fixture, &fault, null, 0 };
  guint64 size;

  if (audit_fixture_try_open (fixture, fault_cb, &fault, NULL) != NULL)
    {
      run_life (&work);
      g_assert_null (fixture->audit->broken);
      if (!guardian_audit_has_keys (fixture->audit))
        audit_fixture_set_keys (fixture);
      g_assert_true (audit_fixture_seal (fixture));
      size = (guint64) guardian_audit_size (fixture->audit);
      audit_fixture_assert_whole (fixture, size, 0);
      audit_fixture_close (fixture);
    }
  if (fault.passed < at)
    {
      g_assert_cmpuint (work.failures, ==, 0);
      return FALSE;
    }
  audit_fixture_open (fixture, TRUE);
  audit_fixture_append (fixture, 1, GUARDIAN_AUDIT_SYNCED);
  g_assert_true (audit_fixture_seal (fixture));
  audit_fixture_assert_whole (fixture, (guint64) guardian_audit_size (fixture->audit), 0);
  return TRUE;
}

static void
ignore_log (const char *domain, GLogLevelFlags level, const char *message, gpointer data)
{
}

static void
test_fail (void)
{
  guint points = 1;

  GLogLevelFlags fatal = g_log_set_always_fatal (G_LOG_FATAL_MASK);
  g_log_set_default_handler (ignore_log, NULL);
  while (fail_at (points, points % 2 == 0 ? ENOSPC : EIO))
    points++;
  g_log_set_default_handler (g_log_default_handler, NULL);
  g_log_set_always_fatal (fatal);
  g_assert_cmpuint (points, >, 50);
}

/* pending cut anywhere in its last record. */
static void
test_torn (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();
  g_autofree char *path = g_build_filename (fixture->folder, "pending", NULL);
  g_autofree char *text = NULL;
  gsize size;
  guint64 last;

  audit_fixture_open (fixture, TRUE);
  audit_fixture_append (fixture, 3, GUARDIAN_AUDIT_SYNCED);
  last = guardian_audit_pending_get (fixture->audit, 2)->offset;
  audit_fixture_close (fixture);
  g_assert_true (g_file_get_contents (path, &text, &size, NULL));
  for (gsize cut = last + 1; cut < size; cut++)
    {
      g_assert_true (g_file_set_contents (path, text, (gssize) cut, NULL));
      audit_fixture_assert_whole (fixture, 0, 2);
      audit_fixture_open (fixture, FALSE);
      g_assert_cmpint (guardian_audit_size (fixture->audit), ==, 2);
      g_assert_cmpuint (guardian_audit_torn (fixture->audit), ==, cut - last);
      audit_fixture_close (fixture);
    }
  /* A power cut may leave the length and not the bytes. */
  memset (text + last + 40, 0, size - last - 40);
  g_assert_true (g_file_set_contents (path, text, (gssize) size, NULL));
  audit_fixture_open (fixture, TRUE);
  g_assert_cmpint (guardian_audit_size (fixture->audit), ==, 2);
  audit_fixture_append (fixture, 1, GUARDIAN_AUDIT_SYNCED);
  g_assert_true (audit_fixture_seal (fixture));
  audit_fixture_assert_whole (fixture, 3, 0);
}

/* Killed from outside, whenever, again and again on one log. */
static void
test_kill_any_time (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();
  guint64 before = 0;

  for (guint round = 0; round < 12; round++)
    {
      pid_t child = fork ();
      if (child == 0)
        {
          audit_fixture_open (fixture, TRUE);
          for (;;)
            {
              audit_fixture_append (fixture, 20, GUARDIAN_AUDIT_WRITTEN);
              g_main_context_iteration (NULL, FALSE);
            }
        }
      g_usleep ((gulong) g_test_rand_int_range (5000, 60000));
      kill (child, SIGKILL);
      g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
      g_autoptr (CardeaTlogReport) report = cardea_tlog_verify (fixture->folder, NULL, NULL, 1);
      g_autofree char *text = cardea_tlog_verify_describe (report);
      if (report->verdict == CARDEA_TLOG_VERDICT_DAMAGED)
        g_error ("round %u: %s", round, text);
      g_assert_cmpuint (report->sealed + report->pending, >=, before);
      before = report->sealed + report->pending;
    }
  audit_fixture_open (fixture, TRUE);
  g_assert_true (audit_fixture_seal (fixture));
  audit_fixture_assert_whole (fixture, (guint64) guardian_audit_size (fixture->audit), 0);
}

/* A verifier beside a writer sees a whole log, or says that it cannot tell; never damage. */
static void
test_verify_beside (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();
  guint whole = 0;
  pid_t child;

  audit_fixture_open (fixture, TRUE);
  audit_fixture_close (fixture);
  child = fork ();
  if (child == 0)
    {
      audit_fixture_open (fixture, TRUE);
      for (;;)
        {
          audit_fixture_append (fixture, 2, GUARDIAN_AUDIT_WRITTEN);
          g_main_context_iteration (NULL, FALSE);
          g_usleep (500);
        }
    }
  for (gint64 end = g_get_monotonic_time () + 1000000; g_get_monotonic_time () < end;)
    {
      g_autoptr (CardeaTlogReport) report = cardea_tlog_verify (fixture->folder, NULL, NULL, 1);
      g_autofree char *text = cardea_tlog_verify_describe (report);
      if (report->verdict == CARDEA_TLOG_VERDICT_DAMAGED)
        g_error ("beside a writer: %s", text);
      whole += report->verdict == CARDEA_TLOG_VERDICT_WHOLE;
    }
  kill (child, SIGKILL);
  g_assert_cmpint (waitpid (child, NULL, 0), ==, child);
  g_assert_cmpuint (whole, >, 20);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audit-crash/kill", test_kill);
  g_test_add_func ("/audit-crash/fail", test_fail);
  g_test_add_func ("/audit-crash/torn", test_torn);
  g_test_add_func ("/audit-crash/kill-any-time", test_kill_any_time);
  g_test_add_func ("/audit-crash/verify-beside", test_verify_beside);
  return g_test_run ();
}
