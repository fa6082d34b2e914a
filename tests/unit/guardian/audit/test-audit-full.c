/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-autofd.h"
#include "tests/unit/guardian/audit/audit-fixture.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/wait.h>

/* No space under the log: an error FULL, nothing half written, the log whole, and it goes on when
 * there is space again. Each case in a process of its own. */

#define SKIPPED 77

/* Appends until the disk is full; the error must say so. */
static void
fill (AuditFixture *fixture)
{
  gint64 before = guardian_audit_size (fixture->audit);
  g_autoptr (GError) error = NULL;

  while (audit_fixture_try_append (fixture, GUARDIAN_AUDIT_SYNCED, NULL, &error))
    ;
  g_assert_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_FULL);
  g_assert_cmpint (guardian_audit_size (fixture->audit), >, before);
}

static guint64
total (AuditFixture *fixture)
{
  g_autoptr (CardeaTlogReport) report = cardea_tlog_verify (fixture->folder, NULL, NULL, 1);
  g_autofree char *text = cardea_tlog_verify_describe (report);

  if (report->verdict != CARDEA_TLOG_VERDICT_WHOLE || report->torn != 0)
    g_error ("%s", text);
  return report->sealed + report->pending;
}

static void
assert_goes_on (AuditFixture *fixture, guint64 size)
{
  audit_fixture_append (fixture, 300, GUARDIAN_AUDIT_SYNCED);
  g_assert_true (audit_fixture_seal (fixture));
  audit_fixture_assert_whole (fixture, size + 300, 0);
  audit_fixture_close (fixture);
  audit_fixture_open (fixture, TRUE);
  g_assert_cmpint (guardian_audit_size (fixture->audit), ==, (gint64) size + 300);
}

/* A limit on the size of files: EFBIG. */
static void
run_file_limit (AuditFixture *fixture)
{
  struct rlimit limit = { 40000, RLIM_INFINITY };

  signal (SIGXFSZ, SIG_IGN);
  audit_fixture_open (fixture, TRUE);
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  fill (fixture);
  guint64 size = total (fixture);
  g_assert_cmpuint (size, ==, (guint64) guardian_audit_size (fixture->audit));
  limit.rlim_cur = RLIM_INFINITY;
  g_assert_cmpint (setrlimit (RLIMIT_FSIZE, &limit), ==, 0);
  assert_goes_on (fixture, size);
}

static gboolean
write_text (const char *path, const char *text)
{
  cardea_autofd int fd = open (path, O_WRONLY | O_CLOEXEC);

  return fd >= 0 && write (fd, text, strlen (text)) == (ssize_t) strlen (text);
}

/* A tmpfs of our own over the fixture's folder; FALSE where that is not allowed. */
static gboolean
mount_small (AuditFixture *fixture)
{
  g_autofree char *uid_map = g_strdup_printf ("%u %u 1", getuid (), getuid ());
  g_autofree char *gid_map = g_strdup_printf ("%u %u 1", getgid (), getgid ());

  if (unshare (CLONE_NEWUSER | CLONE_NEWNS) != 0 || !write_text ("/proc/self/setgroups", "deny")
      || !write_text ("/proc/self/uid_map", uid_map) || !write_text ("/proc/self/gid_map", gid_map))
    return FALSE;
  return mount (NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0
         && mount ("tmpfs", fixture->parent, "tmpfs", MS_NOSUID | MS_NODEV, "size=600k") == 0;
}

/* Space there is, then none while records are appended and while they are sealed. */
static void
run_small_disk (AuditFixture *fixture)
{
  g_autofree char *ballast = g_build_filename (fixture->parent, "ballast", NULL);
  g_autofree char *zeros = g_malloc0 (300 * 1024);

  if (!mount_small (fixture))
    _exit (SKIPPED);
  g_assert_true (g_file_set_contents (ballast, zeros, 300 * 1024, NULL));
  audit_fixture_open (fixture, TRUE);
  audit_fixture_append (fixture, 5, GUARDIAN_AUDIT_SYNCED);
  g_assert_true (audit_fixture_seal (fixture));
  fill (fixture);
  guint64 size = total (fixture);
  /* A checkpoint needs space too: it fails, and the log stays as it is. */
  g_log_set_always_fatal (G_LOG_FATAL_MASK);
  g_assert_false (audit_fixture_seal (fixture));
  g_assert_cmpuint (total (fixture), ==, size);
  audit_fixture_close (fixture);
  g_assert_cmpuint (total (fixture), ==, size);
  audit_fixture_open (fixture, FALSE);
  g_assert_cmpint (guardian_audit_size (fixture->audit), ==, (gint64) size);
  audit_fixture_close (fixture);
  g_assert_cmpint (remove (ballast), ==, 0);
  audit_fixture_open (fixture, TRUE);
  g_assert_true (audit_fixture_seal (fixture));
  audit_fixture_append (fixture, 20, GUARDIAN_AUDIT_SYNCED);
  g_assert_true (audit_fixture_seal (fixture));
  audit_fixture_assert_whole (fixture, size + 20, 0);
}

/* A read-only disk: nothing is appended, nothing is lost. */
static void
run_read_only (AuditFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  if (!mount_small (fixture))
    _exit (SKIPPED);
  audit_fixture_open (fixture, TRUE);
  audit_fixture_append (fixture, 5, GUARDIAN_AUDIT_SYNCED);
  audit_fixture_close (fixture);
  g_assert_cmpint (
      mount (NULL, fixture->parent, NULL, MS_REMOUNT | MS_RDONLY | MS_NOSUID | MS_NODEV, NULL), ==,
      0);
  g_assert_null (audit_fixture_try_open (fixture, NULL, NULL, &error));
  g_assert_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_IO);
  g_assert_cmpuint (total (fixture), ==, 5);
}

typedef void (*Case) (AuditFixture *fixture);

static void
run_case (gconstpointer data)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();
  Case run = *(const Case *) data;
  int status;
  pid_t child = fork ();

  if (child == 0)
    {
      run (fixture);
      _exit (0);
    }
  g_assert_cmpint (waitpid (child, &status, 0), ==, child);
  g_assert_true (WIFEXITED (status));
  if (WEXITSTATUS (status) == SKIPPED && g_getenv ("CARDEA_TESTS_MUST_RUN") == NULL)
    g_test_skip ("no user and mount namespaces here");
  else
    g_assert_cmpint (WEXITSTATUS (status), ==, 0);
}

int
main (int argc, char **argv)
{
  static const Case file_limit = run_file_limit, small_disk = run_small_disk,
                    read_only = run_read_only;

  g_test_init (&argc, &argv, NULL);
  g_test_add_data_func ("/audit-full/file-limit", &file_limit, run_case);
  g_test_add_data_func ("/audit-full/small-disk", &small_disk, run_case);
  g_test_add_data_func ("/audit-full/read-only", &read_only, run_case);
  return g_test_run ();
}
