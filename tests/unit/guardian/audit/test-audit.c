/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-autofd.h"
#include "tests/unit/guardian/audit/audit-fixture.h"

#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>

static void
assert_path (AuditFixture *fixture, gint64 seq)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaJson) record = guardian_audit_read (fixture->audit, seq, &error);
  g_autofree char *want = g_strdup_printf ("/home/u/secret-%" G_GINT64_FORMAT, seq);

  g_assert_no_error (error);
  g_assert_cmpstr (cardea_json_get_string (cardea_json_get (record, "resource"), "path"), ==, want);
  g_assert_cmpstr (cardea_json_get_string (record, "action"), ==, "file.read");
  g_assert_null (cardea_json_get (record, "sealed"));
  g_assert_null (cardea_json_get (record, "redacted"));
}

static gboolean
is_redacted (AuditFixture *fixture, gint64 seq)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaJson) record = guardian_audit_read (fixture->audit, seq, &error);
  gboolean redacted = FALSE;

  g_assert_no_error (error);
  cardea_json_get_boolean (record, "redacted", &redacted);
  g_assert_true (!redacted || cardea_json_get (record, "resource") == NULL);
  return redacted;
}

/* Bytes anywhere in the log's files. */
static gboolean
occurs (AuditFixture *fixture, const guint8 *needle, gsize size)
{
  g_autoptr (GPtrArray) files = audit_fixture_files (fixture);

  for (guint i = 0; i < files->len; i++)
    {
      g_autofree char *path
          = g_build_filename (fixture->folder, g_ptr_array_index (files, i), NULL);
      g_autofree char *text = NULL;
      gsize length;
      g_assert_true (g_file_get_contents (path, &text, &length, NULL));
      if (memmem (text, length, needle, size) != NULL)
        return TRUE;
    }
  return FALSE;
}

static void
test_life (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();

  audit_fixture_open (fixture, TRUE);
  g_assert_false (guardian_audit_begun (fixture->audit, NULL));
  audit_fixture_append (fixture, 3, GUARDIAN_AUDIT_SYNCED);
  g_assert_cmpuint (fixture->appended, ==, 3);
  assert_path (fixture, 1);
  audit_fixture_assert_whole (fixture, 0, 3);
  g_assert_true (audit_fixture_seal (fixture));
  audit_fixture_assert_whole (fixture, 3, 0);
  assert_path (fixture, 0);
  audit_fixture_append (fixture, 600, GUARDIAN_AUDIT_WRITTEN);
  g_assert_true (audit_fixture_seal (fixture));
  audit_fixture_assert_whole (fixture, 603, 0);
  audit_fixture_append (fixture, 2, GUARDIAN_AUDIT_WRITTEN);
  audit_fixture_close (fixture);
  audit_fixture_assert_whole (fixture, 603, 2);

  audit_fixture_open (fixture, TRUE);
  g_assert_true (guardian_audit_begun (fixture->audit, NULL));
  g_assert_cmpint (guardian_audit_size (fixture->audit), ==, 605);
  for (gint64 seq = 0; seq < 605; seq += 67)
    assert_path (fixture, seq);
  assert_path (fixture, 604);
  g_assert_false (occurs (fixture, (const guint8 *) "secret", 6));
}

/* Superseded partial tiles go; what the checkpoint asks for stays. */
static void
test_tiles (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();
  g_autoptr (GPtrArray) files = NULL;
  guint tiles = 0;

  audit_fixture_open (fixture, TRUE);
  for (guint i = 0; i < 40; i++)
    {
      audit_fixture_append (fixture, 13, GUARDIAN_AUDIT_WRITTEN);
      g_assert_true (audit_fixture_seal (fixture));
    }
  audit_fixture_assert_whole (fixture, 520, 0);
  files = audit_fixture_files (fixture);
  for (guint i = 0; i < files->len; i++)
    tiles += g_str_has_prefix (g_ptr_array_index (files, i), "tile/");
  /* Two full bundles and tiles, one partial of each, one partial of level 1. */
  g_assert_cmpuint (tiles, ==, 7);
}

static void
test_timing (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();

  audit_fixture_open (fixture, TRUE);
  audit_fixture_append (fixture, 5, GUARDIAN_AUDIT_WRITTEN);
  GuardianAudit *audit = fixture->audit;
  g_assert_cmpuint (audit->seal_timer, !=, 0);
  g_assert_cmpuint (audit->sync_timer, !=, 0);
  while (audit->sealed < 5)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpint (audit->last_seal - audit->last_append, >=, 1000000);
  g_assert_cmpuint (fixture->asked, ==, 1);
  g_assert_false (audit->dirty);
  /* A full bundle does not wait for the second. */
  audit_fixture_append (fixture, 256, GUARDIAN_AUDIT_WRITTEN);
  g_assert_cmpint (audit->seal_due - audit->last_append, <, 500000);
  while (audit->sealed < 261)
    g_main_context_iteration (NULL, TRUE);
  audit_fixture_assert_whole (fixture, 261, 0);
  /* And then there is nothing to wake up for. */
  while (audit->sync_timer != 0)
    g_main_context_iteration (NULL, TRUE);
  g_assert_cmpuint (audit->seal_timer, ==, 0);
  g_assert_cmpuint (audit->settle_source, ==, 0);
}

/* So many at once that one sealing makes more files than it holds open. */
static void
test_burst (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();

  audit_fixture_open (fixture, TRUE);
  audit_fixture_append (fixture, 4000, GUARDIAN_AUDIT_WRITTEN);
  audit_fixture_assert_whole (fixture, 0, 4000);
  g_assert_true (audit_fixture_seal (fixture));
  audit_fixture_assert_whole (fixture, 4000, 0);
  assert_path (fixture, 3999);
}

/* Before there are keys: records stay, details wait; they get their slots when the keys come. */
static void
test_keys_later (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();

  audit_fixture_open (fixture, FALSE);
  audit_fixture_append (fixture, 300, GUARDIAN_AUDIT_WRITTEN);
  g_assert_false (audit_fixture_seal (fixture));
  assert_path (fixture, 7);
  audit_fixture_assert_whole (fixture, 0, 300);
  audit_fixture_set_keys (fixture);
  g_assert_true (guardian_audit_has_keys (fixture->audit));
  assert_path (fixture, 7);
  g_assert_true (audit_fixture_seal (fixture));
  audit_fixture_assert_whole (fixture, 300, 0);
  assert_path (fixture, 299);
}

/* A run that ended before its keys came has lost its details; the log says so and is whole. */
static void
test_keys_never (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();
  g_autoptr (CardeaTlogReport) report = NULL;

  audit_fixture_open (fixture, FALSE);
  audit_fixture_append (fixture, 4, GUARDIAN_AUDIT_SYNCED);
  audit_fixture_close (fixture);
  audit_fixture_assert_whole (fixture, 0, 4);
  audit_fixture_open (fixture, FALSE);
  audit_fixture_append (fixture, 2, GUARDIAN_AUDIT_SYNCED);
  audit_fixture_set_keys (fixture);
  g_assert_cmpint (guardian_audit_size (fixture->audit), ==, 7);
  /* Said once is enough, also for what a redaction took. */
  g_assert_true (guardian_audit_redact (fixture->audit, 5, NULL));
  g_clear_pointer (&fixture->audit, guardian_audit_close);
  audit_fixture_open (fixture, TRUE);
  g_assert_cmpint (guardian_audit_size (fixture->audit), ==, 8);
  g_assert_true (is_redacted (fixture, 3) && is_redacted (fixture, 5));
  assert_path (fixture, 4);
  g_assert_true (audit_fixture_seal (fixture));
  report = cardea_tlog_verify (fixture->folder, NULL, NULL, 0);
  g_assert_cmpint (report->verdict, ==, CARDEA_TLOG_VERDICT_WHOLE);
  g_assert_cmpuint (report->lost, ==, 4);
  g_assert_cmpuint (report->redacted, ==, 1);
}

/* Details that are on disk stay closed until the keys come, and are not lost. */
static void
test_locked (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaJson) record = NULL;
  gboolean locked = FALSE;

  audit_fixture_open (fixture, TRUE);
  audit_fixture_append (fixture, 5, GUARDIAN_AUDIT_SYNCED);
  audit_fixture_close (fixture);
  audit_fixture_open (fixture, FALSE);
  record = guardian_audit_read (fixture->audit, 2, &error);
  g_assert_no_error (error);
  g_assert_true (cardea_json_get_boolean (record, "locked", &locked) && locked);
  audit_fixture_append (fixture, 3, GUARDIAN_AUDIT_SYNCED);
  audit_fixture_set_keys (fixture);
  for (gint64 seq = 0; seq < 8; seq++)
    assert_path (fixture, seq);
  g_assert_cmpint (guardian_audit_size (fixture->audit), ==, 8);
}

static void
test_wrong_keys (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) second = NULL;
  guint8 bytes[32] = { 1 }, other[32] = { 2 };
  g_autoptr (CardeaTlogKey) key = cardea_tlog_key_new ("cardea.invalid/log/x", bytes, NULL);
  g_autofree char *vkey = cardea_tlog_key_format (key);

  audit_fixture_open (fixture, TRUE);
  audit_fixture_append (fixture, 5, GUARDIAN_AUDIT_SYNCED);
  audit_fixture_close (fixture);
  audit_fixture_open (fixture, FALSE);
  g_assert_false (guardian_audit_set_keys (fixture->audit, vkey, fixture->detail_key, &error));
  g_assert_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_DAMAGED);
  g_assert_false (guardian_audit_set_keys (fixture->audit, fixture->vkey, other, &second));
  g_assert_error (second, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_DAMAGED);
  g_assert_false (guardian_audit_has_keys (fixture->audit));
  audit_fixture_set_keys (fixture);
}

static void
note_done (gboolean ok, gpointer data)
{
  *(int *) data = ok;
}

static void
test_signers (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();
  int done = -1;

  audit_fixture_open (fixture, TRUE);
  audit_fixture_append (fixture, 5, GUARDIAN_AUDIT_SYNCED);
  fixture->signer = AUDIT_SIGNER_REFUSES;
  g_assert_false (audit_fixture_seal (fixture));
  fixture->signer = AUDIT_SIGNER_WRONG;
  g_test_expect_message (NULL, G_LOG_LEVEL_WARNING, "*signature is not by the log's key*");
  g_assert_false (audit_fixture_seal (fixture));
  g_test_assert_expected_messages ();
  audit_fixture_assert_whole (fixture, 0, 5);
  fixture->signer = AUDIT_SIGNER_SIGNS;
  g_assert_true (audit_fixture_seal (fixture));
  audit_fixture_append (fixture, 5, GUARDIAN_AUDIT_SYNCED);
  /* Whoever waits is answered when the log is closed. */
  fixture->signer = AUDIT_SIGNER_SILENT;
  guardian_audit_checkpoint (fixture->audit, note_done, &done);
  audit_fixture_spin (50);
  g_assert_cmpint (done, ==, -1);
  audit_fixture_close (fixture);
  g_assert_cmpint (done, ==, 0);
  audit_fixture_assert_whole (fixture, 5, 5);
}

static void
test_redact (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();
  g_autoptr (CardeaTlogReport) report = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) second = NULL;

  audit_fixture_open (fixture, TRUE);
  audit_fixture_append (fixture, 300, GUARDIAN_AUDIT_WRITTEN);
  g_assert_true (audit_fixture_seal (fixture));
  audit_fixture_append (fixture, 5, GUARDIAN_AUDIT_WRITTEN);
  /* Sealed, in the partial bundle, still pending. */
  g_assert_true (guardian_audit_redact (fixture->audit, 17, &error));
  g_assert_true (guardian_audit_redact (fixture->audit, 298, &error));
  g_assert_true (guardian_audit_redact (fixture->audit, 302, &error));
  g_assert_no_error (error);
  g_assert_true (is_redacted (fixture, 17) && is_redacted (fixture, 298)
                 && is_redacted (fixture, 302));
  assert_path (fixture, 16);
  assert_path (fixture, 303);
  audit_fixture_assert_whole (fixture, 300, 8);
  g_assert_true (audit_fixture_seal (fixture));
  report = cardea_tlog_verify (fixture->folder, NULL, NULL, 0);
  g_assert_cmpint (report->verdict, ==, CARDEA_TLOG_VERDICT_WHOLE);
  g_assert_cmpuint (report->redacted, ==, 3);
  g_assert_false (guardian_audit_redact (fixture->audit, 17, &error));
  g_assert_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_GONE);
  g_assert_false (guardian_audit_redact (fixture->audit, 999, &second));
  g_assert_error (second, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_GONE);
}

/* The bytes are gone, also from the file that lost its name. */
static void
test_redact_bytes (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree guint8 *old = NULL;
  cardea_autofd int fd = -1;
  gsize size;
  struct stat st;

  audit_fixture_open (fixture, TRUE);
  audit_fixture_append (fixture, 3, GUARDIAN_AUDIT_SYNCED);
  g_assert_true (audit_fixture_seal (fixture));
  path = g_build_filename (fixture->folder, "detail", "000", NULL);
  g_assert_true (g_file_get_contents (path, &text, &size, NULL));
  fd = open (path, O_RDONLY | O_CLOEXEC);
  g_assert_true (guardian_audit_redact (fixture->audit, 1, &error));
  g_assert_no_error (error);
  gsize slot = (size - CARDEA_TLOG_DETAIL_MAGIC_SIZE) / 3;
  const guint8 *second = (const guint8 *) text + CARDEA_TLOG_DETAIL_MAGIC_SIZE + slot;
  /* Neither the wrapped key nor any piece of what was sealed. */
  g_assert_false (occurs (fixture, second + 16, 32));
  for (gsize at = CARDEA_TLOG_DETAIL_HEAD_SIZE; at + 16 <= slot; at += 16)
    g_assert_false (occurs (fixture, second + at, 16));
  g_assert_cmpint (fstat (fd, &st), ==, 0);
  g_assert_cmpint (st.st_nlink, ==, 0);
  old = g_malloc ((gsize) st.st_size);
  g_assert_cmpint (pread (fd, old, (gsize) st.st_size, 0), ==, st.st_size);
  g_assert_null (memmem (old, (gsize) st.st_size, second + 16, 32));
  g_assert_null (memmem (old, (gsize) st.st_size, second + CARDEA_TLOG_DETAIL_HEAD_SIZE, 16));
}

static void
test_limits (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();
  g_autofree char *long_text = g_strnfill (CARDEA_LIMIT_RECORD, 'x');
  g_autofree char *longer_text = g_strnfill (CARDEA_TLOG_DETAIL_LIMIT_TEXT, 'x');
  g_autofree char *most_text = g_strnfill (CARDEA_TLOG_DETAIL_LIMIT_TEXT - 8, 'x');
  g_autoptr (CardeaJson) leaf = cardea_json_new_object ();
  g_autoptr (CardeaJson) detail = cardea_json_new_object ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GError) second = NULL;

  audit_fixture_open (fixture, TRUE);
  cardea_json_set_string (leaf, "a", long_text);
  g_assert_false (
      guardian_audit_append (fixture->audit, leaf, NULL, GUARDIAN_AUDIT_WRITTEN, NULL, &error));
  g_assert_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_LIMIT);
  cardea_json_set_string (leaf, "a", "b");
  cardea_json_set_string (detail, "a", longer_text);
  g_assert_false (
      guardian_audit_append (fixture->audit, leaf, detail, GUARDIAN_AUDIT_WRITTEN, NULL, &second));
  g_assert_error (second, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_LIMIT);
  g_assert_cmpint (guardian_audit_size (fixture->audit), ==, 0);
  cardea_json_set_string (detail, "a", most_text);
  g_assert_true (
      guardian_audit_append (fixture->audit, leaf, detail, GUARDIAN_AUDIT_WRITTEN, NULL, NULL));
  g_assert_true (audit_fixture_seal (fixture));
  audit_fixture_assert_whole (fixture, 1, 0);
}

/* Details without keys are bounded. */
static void
test_unsealed_limit (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();
  g_autofree char *text = g_strnfill (60000, 'x');
  g_autoptr (CardeaJson) leaf = cardea_json_new_object ();
  g_autoptr (CardeaJson) detail = cardea_json_new_object ();
  g_autoptr (GError) error = NULL;
  guint count = 0;

  audit_fixture_open (fixture, FALSE);
  cardea_json_set_string (detail, "a", text);
  while (
      count < 100
      && guardian_audit_append (fixture->audit, leaf, detail, GUARDIAN_AUDIT_WRITTEN, NULL, &error))
    count++;
  g_assert_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_FULL);
  g_assert_cmpuint (count, ==, GUARDIAN_AUDIT_LIMIT_UNSEALED / 60056);
}

static void
test_lock (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();
  g_autoptr (GError) error = NULL;
  const GuardianAuditHooks hooks = { NULL, NULL };

  audit_fixture_open (fixture, FALSE);
  g_assert_null (guardian_audit_open (fixture->folder, &hooks, NULL, &error));
  g_assert_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_LOCKED);
  audit_fixture_close (fixture);
  audit_fixture_open (fixture, FALSE);
}

static void
test_store (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();
  g_autoptr (GError) error = NULL;
  const char *store = "x";

  audit_fixture_open (fixture, FALSE);
  guardian_audit_begun (fixture->audit, &store);
  g_assert_null (store);
  g_assert_false (guardian_audit_set_store (fixture->audit, "paper", &error));
  g_clear_error (&error);
  g_assert_true (guardian_audit_set_store (fixture->audit, "keyring", &error));
  audit_fixture_close (fixture);
  audit_fixture_open (fixture, FALSE);
  guardian_audit_begun (fixture->audit, &store);
  g_assert_cmpstr (store, ==, "keyring");
  audit_fixture_assert_whole (fixture, 0, 0);
}

/* A leaf cannot bring members that are the log's to write, and none are lost. */
static void
test_reserved (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();
  g_autoptr (CardeaJson) leaf = cardea_json_new_object ();
  g_autoptr (CardeaJson) record = NULL;
  g_autoptr (GError) error = NULL;
  gint64 seq;

  audit_fixture_open (fixture, TRUE);
  cardea_json_set_string (leaf, "time", "1970-01-01T00:00:00Z");
  cardea_json_set_string (leaf, "sealed", "no hash");
  cardea_json_set_int (leaf, "seq", 77);
  cardea_json_set_string (leaf, "type", "exit\n{\"seq\":5}");
  g_assert_true (
      guardian_audit_append (fixture->audit, leaf, NULL, GUARDIAN_AUDIT_SYNCED, &seq, &error));
  record = guardian_audit_read (fixture->audit, seq, &error);
  g_assert_no_error (error);
  g_assert_cmpint (seq, ==, 0);
  g_assert_cmpstr (cardea_json_get_string (record, "type"), ==, "exit\n{\"seq\":5}");
  g_assert_cmpstr (cardea_json_get_string (record, "time"), >, "2000");
  g_assert_false (guardian_audit_redact (fixture->audit, 0, &error));
  g_assert_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_GONE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audit/life", test_life);
  g_test_add_func ("/audit/tiles", test_tiles);
  g_test_add_func ("/audit/timing", test_timing);
  g_test_add_func ("/audit/burst", test_burst);
  g_test_add_func ("/audit/keys-later", test_keys_later);
  g_test_add_func ("/audit/keys-never", test_keys_never);
  g_test_add_func ("/audit/locked", test_locked);
  g_test_add_func ("/audit/wrong-keys", test_wrong_keys);
  g_test_add_func ("/audit/signers", test_signers);
  g_test_add_func ("/audit/redact", test_redact);
  g_test_add_func ("/audit/redact-bytes", test_redact_bytes);
  g_test_add_func ("/audit/limits", test_limits);
  g_test_add_func ("/audit/unsealed-limit", test_unsealed_limit);
  g_test_add_func ("/audit/lock", test_lock);
  g_test_add_func ("/audit/store", test_store);
  g_test_add_func ("/audit/reserved", test_reserved);
  return g_test_run ();
}
