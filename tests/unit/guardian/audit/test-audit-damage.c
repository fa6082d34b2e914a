/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/base/cardea-autofd.h"
#include "tests/unit/guardian/audit/audit-fixture.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

/* Whatever is changed in a log's folder shows, and shows where. */

static CardeaTlogReport *
verify (AuditFixture *fixture)
{
  return cardea_tlog_verify (fixture->folder, NULL, NULL, 1);
}

static void
assert_damaged (AuditFixture *fixture, const char *file, const char *what)
{
  g_autoptr (CardeaTlogReport) report = verify (fixture);
  g_autofree char *text = cardea_tlog_verify_describe (report);

  if (report->verdict != CARDEA_TLOG_VERDICT_DAMAGED
      || (file != NULL && g_strcmp0 (report->file, file) != 0))
    g_error ("%s: %s: %s", what, file, text);
}

static char *
full_path (AuditFixture *fixture, const char *name)
{
  return g_build_filename (fixture->folder, name, NULL);
}

/* Flips some bits (a mask) of every step-th byte of a file. */
static void
flip_all (AuditFixture *fixture, const char *name, gsize step, guint8 mask)
{
  g_autofree char *path = full_path (fixture, name);
  cardea_autofd int fd = open (path, O_RDWR | O_CLOEXEC);
  struct stat st;

  g_assert_cmpint (fd, >=, 0);
  g_assert_cmpint (fstat (fd, &st), ==, 0);
  for (off_t at = 0; at < st.st_size; at += (off_t) step)
    {
      g_autofree char *what = g_strdup_printf ("byte %lld", (long long) at);
      guint8 byte, changed;
      g_assert_cmpint (pread (fd, &byte, 1, at), ==, 1);
      changed = byte ^ mask;
      g_assert_cmpint (pwrite (fd, &changed, 1, at), ==, 1);
      assert_damaged (fixture, name, what);
      g_assert_cmpint (pwrite (fd, &byte, 1, at), ==, 1);
    }
}

/* Details, a redacted one, and records in pending: every byte of every file. */
static void
test_every_byte (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();
  g_autoptr (GPtrArray) files = NULL;

  audit_fixture_open (fixture, TRUE);
  g_assert_true (guardian_audit_set_store (fixture->audit, "file", NULL));
  audit_fixture_append (fixture, 4, GUARDIAN_AUDIT_WRITTEN);
  g_assert_true (guardian_audit_redact (fixture->audit, 2, NULL));
  g_assert_true (audit_fixture_seal (fixture));
  g_assert_true (guardian_audit_redact (fixture->audit, 1, NULL));
  audit_fixture_append (fixture, 2, GUARDIAN_AUDIT_WRITTEN);
  audit_fixture_close (fixture);
  audit_fixture_assert_whole (fixture, 5, 3);
  files = audit_fixture_files (fixture);
  g_assert_cmpuint (files->len, ==, 7);
  for (guint bit = 0; bit < 8; bit++)
    for (guint i = 0; i < files->len; i++)
      flip_all (fixture, g_ptr_array_index (files, i), 1, (guint8) (1 << bit));
  audit_fixture_assert_whole (fixture, 5, 3);
}

static void
make_larger (AuditFixture *fixture)
{
  audit_fixture_open (fixture, TRUE);
  for (guint i = 0; i < 260; i++)
    {
      g_autoptr (CardeaJson) leaf = cardea_json_new_object ();
      cardea_json_set_string (leaf, "type", "exit");
      g_assert_true (
          guardian_audit_append (fixture->audit, leaf, NULL, GUARDIAN_AUDIT_WRITTEN, NULL, NULL));
    }
  g_assert_true (audit_fixture_seal (fixture));
  audit_fixture_close (fixture);
}

/* A full bundle and two levels of tiles. */
static void
test_levels (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();
  g_autoptr (GPtrArray) files = NULL;

  make_larger (fixture);
  audit_fixture_assert_whole (fixture, 260, 0);
  files = audit_fixture_files (fixture);
  g_assert_cmpuint (files->len, ==, 8);
  for (guint i = 0; i < files->len; i++)
    {
      const char *name = g_ptr_array_index (files, i);
      flip_all (fixture, name, g_str_has_suffix (name, "/000") ? 13 : 1, 0x10);
    }
}

/* Taking a file away, cutting it, adding to it. */
static void
test_missing (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();
  g_autoptr (GPtrArray) files = NULL;

  audit_fixture_open (fixture, TRUE);
  audit_fixture_append (fixture, 300, GUARDIAN_AUDIT_WRITTEN);
  g_assert_true (audit_fixture_seal (fixture));
  audit_fixture_close (fixture);
  files = audit_fixture_files (fixture);
  for (guint i = 0; i < files->len; i++)
    {
      const char *name = g_ptr_array_index (files, i);
      g_autofree char *path = full_path (fixture, name);
      g_autofree char *text = NULL;
      gsize size;
      g_assert_true (g_file_get_contents (path, &text, &size, NULL));
      g_assert_cmpint (remove (path), ==, 0);
      assert_damaged (fixture, name, "removed");
      g_assert_true (g_file_set_contents (path, text, (gssize) size - 1, NULL));
      assert_damaged (fixture, name, "cut");
      text[size] = 'x';
      g_assert_true (g_file_set_contents (path, text, (gssize) size + 1, NULL));
      /* A byte behind pending could be a record that was being written. */
      if (strcmp (name, "pending") != 0)
        assert_damaged (fixture, name, "longer");
      g_assert_true (g_file_set_contents (path, text, (gssize) size, NULL));
    }
  audit_fixture_assert_whole (fixture, 300, 0);
}

static void
add_file (AuditFixture *fixture, const char *name, const char *from)
{
  g_autofree char *path = full_path (fixture, name);
  g_autofree char *source = full_path (fixture, from);
  g_autofree char *parent = g_path_get_dirname (path);
  g_autofree char *text = NULL;
  gsize size;

  g_assert_true (g_file_get_contents (source, &text, &size, NULL));
  g_assert_cmpint (g_mkdir_with_parents (parent, 0700), ==, 0);
  g_assert_true (g_file_set_contents (path, text, (gssize) size, NULL));
  assert_damaged (fixture, name, "added");
  g_assert_cmpint (remove (path), ==, 0);
}

static void
test_strangers (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();
  g_autofree char *link_path = NULL;

  make_larger (fixture);
  add_file (fixture, "notes", "log.vkey");
  add_file (fixture, "tile/0/002", "tile/0/000");
  add_file (fixture, "tile/0/000.p/7", "tile/0/001.p/4");
  add_file (fixture, "tile/entries/001", "tile/entries/001.p/4");
  add_file (fixture, "tile/entries/001.p/5", "tile/entries/001.p/4");
  add_file (fixture, "tile/2/000.p/1", "tile/1/000.p/1");
  add_file (fixture, "tile/extra", "log.vkey");
  add_file (fixture, "detail/001", "log.vkey");
  add_file (fixture, "detail/009", "log.vkey");
  link_path = full_path (fixture, "tile/1/001");
  g_assert_cmpint (symlink ("../0/000", link_path), ==, 0);
  assert_damaged (fixture, "tile/1/001", "link");
  g_assert_cmpint (remove (link_path), ==, 0);
  audit_fixture_assert_whole (fixture, 260, 0);
}

static GBytes *
read_checkpoint (AuditFixture *fixture)
{
  g_autofree char *path = full_path (fixture, "checkpoint");
  char *text;
  gsize size;

  g_assert_true (g_file_get_contents (path, &text, &size, NULL));
  return g_bytes_new_take (text, size);
}

static void
assert_verdict (AuditFixture *fixture, const CardeaTlogKey *key, GBytes *earlier,
                CardeaTlogVerdict verdict, gboolean anchored)
{
  g_autoptr (CardeaTlogReport) report = cardea_tlog_verify (fixture->folder, key, earlier, 1);
  g_autofree char *text = cardea_tlog_verify_describe (report);

  g_test_message ("%s", text);
  g_assert_cmpint (report->verdict, ==, verdict);
  g_assert_cmpint (report->anchored, ==, anchored);
}

static void
test_anchors (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();
  g_autoptr (AuditFixture) other = audit_fixture_new ();
  g_autoptr (CardeaTlogKey) key = cardea_tlog_key_parse (fixture->vkey, NULL);
  guint8 bytes[32] = { 1 };
  g_autoptr (CardeaTlogKey) wrong = cardea_tlog_key_new (key->name, bytes, NULL);
  g_autoptr (GBytes) early = NULL;
  g_autoptr (GBytes) late = NULL;
  g_autoptr (GBytes) foreign = NULL;
  g_autoptr (GBytes) nonsense = g_bytes_new_static ("nonsense\n", 9);

  audit_fixture_open (fixture, TRUE);
  audit_fixture_append (fixture, 70, GUARDIAN_AUDIT_WRITTEN);
  g_assert_true (audit_fixture_seal (fixture));
  early = read_checkpoint (fixture);
  audit_fixture_append (fixture, 270, GUARDIAN_AUDIT_WRITTEN);
  g_assert_true (audit_fixture_seal (fixture));
  late = read_checkpoint (fixture);
  audit_fixture_open (other, TRUE);
  audit_fixture_append (other, 80, GUARDIAN_AUDIT_WRITTEN);
  g_assert_true (audit_fixture_seal (other));
  foreign = read_checkpoint (other);

  assert_verdict (fixture, NULL, NULL, CARDEA_TLOG_VERDICT_WHOLE, FALSE);
  assert_verdict (fixture, key, NULL, CARDEA_TLOG_VERDICT_WHOLE, TRUE);
  assert_verdict (fixture, NULL, early, CARDEA_TLOG_VERDICT_WHOLE, TRUE);
  assert_verdict (fixture, key, late, CARDEA_TLOG_VERDICT_WHOLE, TRUE);
  assert_verdict (fixture, wrong, NULL, CARDEA_TLOG_VERDICT_DAMAGED, FALSE);
  /* Rolled back, or another history under the same key. */
  assert_verdict (other, NULL, late, CARDEA_TLOG_VERDICT_DAMAGED, FALSE);
  assert_verdict (other, NULL, early, CARDEA_TLOG_VERDICT_DAMAGED, FALSE);
  assert_verdict (fixture, NULL, foreign, CARDEA_TLOG_VERDICT_DAMAGED, FALSE);
  assert_verdict (fixture, NULL, nonsense, CARDEA_TLOG_VERDICT_UNKNOWN, FALSE);
}

static void
test_nothing (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();

  assert_verdict (fixture, NULL, NULL, CARDEA_TLOG_VERDICT_UNKNOWN, FALSE);
  g_assert_cmpint (g_mkdir_with_parents (fixture->folder, 0700), ==, 0);
  assert_verdict (fixture, NULL, NULL, CARDEA_TLOG_VERDICT_UNKNOWN, FALSE);
}

/* The guardian does not append to what was changed. */
static void
test_open_damaged (void)
{
  static const char *const names[] = { "checkpoint",      "log.vkey",       "pending",
                                       "tile/0/001.p/44", "tile/1/000.p/1", "tile/entries/001.p/44",
                                       "detail/001" };
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();

  audit_fixture_open (fixture, TRUE);
  audit_fixture_append (fixture, 300, GUARDIAN_AUDIT_WRITTEN);
  g_assert_true (audit_fixture_seal (fixture));
  audit_fixture_append (fixture, 2, GUARDIAN_AUDIT_WRITTEN);
  audit_fixture_close (fixture);
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autofree char *path = full_path (fixture, names[i]);
      g_autofree char *text = NULL;
      g_autoptr (GError) error = NULL;
      gsize size;
      g_test_message ("%s", names[i]);
      g_assert_true (g_file_get_contents (path, &text, &size, NULL));
      text[30] ^= 4;
      g_assert_true (g_file_set_contents (path, text, (gssize) size, NULL));
      g_assert_null (audit_fixture_try_open (fixture, NULL, NULL, &error));
      g_assert_error (error, GUARDIAN_AUDIT_ERROR, GUARDIAN_AUDIT_ERROR_DAMAGED);
      text[30] ^= 4;
      g_assert_true (g_file_set_contents (path, text, (gssize) size, NULL));
    }
  audit_fixture_open (fixture, TRUE);
  audit_fixture_assert_whole (fixture, 300, 2);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audit-damage/every-byte", test_every_byte);
  g_test_add_func ("/audit-damage/levels", test_levels);
  g_test_add_func ("/audit-damage/missing", test_missing);
  g_test_add_func ("/audit-damage/strangers", test_strangers);
  g_test_add_func ("/audit-damage/anchors", test_anchors);
  g_test_add_func ("/audit-damage/nothing", test_nothing);
  g_test_add_func ("/audit-damage/open-damaged", test_open_damaged);
  return g_test_run ();
}
