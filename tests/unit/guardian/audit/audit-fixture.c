/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/unit/guardian/audit/audit-fixture.h"

#include "common/base/cardea-autofd.h"
#include "common/tlog/cardea-tlog-file.h"

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <sodium.h>
#include <stdio.h>
#include <string.h>

typedef struct {
  AuditFixture *fixture;
  GBytes *note;
} Answer;

static gboolean
answer_cb (gpointer data)
{
  Answer *answer = data;
  guint8 signature[64];
  gsize size;
  const guint8 *text = g_bytes_get_data (answer->note, &size);

  crypto_sign_detached (signature, NULL, text, size, answer->fixture->secret);
  if (answer->fixture->signer == AUDIT_SIGNER_WRONG)
    signature[3] ^= 1;
  guardian_audit_signed (answer->fixture->audit, answer->note,
                         answer->fixture->signer == AUDIT_SIGNER_REFUSES ? NULL : signature);
  g_bytes_unref (answer->note);
  g_free (answer);
  return G_SOURCE_REMOVE;
}

static void
sign (GuardianAudit *audit, GBytes *note, gpointer user_data)
{
  AuditFixture *fixture = user_data;
  Answer *answer;

  fixture->asked++;
  if (fixture->signer == AUDIT_SIGNER_SILENT)
    return;
  answer = g_new (Answer, 1);
  *answer = (Answer){ fixture, g_bytes_ref (note) };
  g_idle_add (answer_cb, answer);
}

static void
appended (GuardianAudit *audit, gint64 seq, const CardeaJson *leaf, const CardeaJson *detail,
          gpointer user_data)
{
  AuditFixture *fixture = user_data;
  gint64 in_leaf;

  g_assert_true (cardea_json_get_int (leaf, "seq", &in_leaf));
  g_assert_cmpint (in_leaf, ==, seq);
  fixture->appended++;
}

AuditFixture *
audit_fixture_new (void)
{
  AuditFixture *fixture = g_new0 (AuditFixture, 1);
  guint8 seed[crypto_sign_SEEDBYTES] = { 42 }, public_key[crypto_sign_PUBLICKEYBYTES];
  g_autoptr (CardeaTlogKey) key = NULL;

  g_assert_cmpint (sodium_init (), >=, 0);
  fixture->parent = g_dir_make_tmp ("cardea-audit-XXXXXX", NULL);
  g_assert_nonnull (fixture->parent);
  fixture->folder = g_build_filename (fixture->parent, "audit", NULL);
  crypto_sign_seed_keypair (public_key, fixture->secret, seed);
  key = cardea_tlog_key_new ("cardea.invalid/log/0123456789abcdef", public_key, NULL);
  fixture->vkey = cardea_tlog_key_format (key);
  memset (fixture->detail_key, 7, sizeof fixture->detail_key);
  return fixture;
}

static int
remove_cb (const char *path, const struct stat *st, int type, struct FTW *ftw)
{
  return remove (path);
}

void
audit_fixture_free (AuditFixture *fixture)
{
  audit_fixture_close (fixture);
  nftw (fixture->parent, remove_cb, 16, FTW_DEPTH | FTW_PHYS);
  g_free (fixture->parent);
  g_free (fixture->folder);
  g_free (fixture->vkey);
  g_free (fixture);
}

GuardianAudit *
audit_fixture_try_open (AuditFixture *fixture, GuardianAuditFault fault, gpointer fault_data,
                        GError **error)
{
  const GuardianAuditHooks hooks = { sign, appended };

  fixture->audit
      = guardian_audit_open_with_fault (fixture->folder, &hooks, fixture, fault, fault_data, error);
  return fixture->audit;
}

void
audit_fixture_open (AuditFixture *fixture, gboolean keys)
{
  g_autoptr (GError) error = NULL;

  audit_fixture_try_open (fixture, NULL, NULL, &error);
  g_assert_no_error (error);
  if (keys)
    audit_fixture_set_keys (fixture);
}

void
audit_fixture_set_keys (AuditFixture *fixture)
{
  g_autoptr (GError) error = NULL;

  gboolean ok
      = guardian_audit_set_keys (fixture->audit, fixture->vkey, fixture->detail_key, &error);
  g_assert_no_error (error);
  g_assert_true (ok);
}

void
audit_fixture_close (AuditFixture *fixture)
{
  /* Answers under way belong to the log that is closed. */
  while (g_main_context_iteration (NULL, FALSE))
    ;
  g_clear_pointer (&fixture->audit, guardian_audit_close);
}

gboolean
audit_fixture_try_append (AuditFixture *fixture, GuardianAuditDurability durability,
                          gint64 *ret_seq, GError **error)
{
  g_autoptr (CardeaJson) leaf = cardea_json_new_object ();
  g_autoptr (CardeaJson) detail = cardea_json_new_object ();
  CardeaJson *resource = cardea_json_new_object ();
  g_autofree char *path
      = g_strdup_printf ("/home/u/secret-%" G_GINT64_FORMAT, guardian_audit_size (fixture->audit));

  cardea_json_set_string (leaf, "type", "decision");
  cardea_json_set_string (leaf, "session", "0011223344556677");
  cardea_json_set_string (leaf, "action", "file.read");
  cardea_json_set_string (leaf, "effect", "allow");
  cardea_json_set_string (resource, "path", path);
  cardea_json_set (detail, "resource", resource);
  cardea_json_set_string (detail, "reason", "line\nfeed and \"quotes\" \x1b[2J");
  return guardian_audit_append (fixture->audit, leaf, detail, durability, ret_seq, error);
}

void
audit_fixture_append (AuditFixture *fixture, guint count, GuardianAuditDurability durability)
{
  for (guint i = 0; i < count; i++)
    {
      g_autoptr (GError) error = NULL;
      audit_fixture_try_append (fixture, durability, NULL, &error);
      g_assert_no_error (error);
    }
}

static void
done_cb (gboolean ok, gpointer data)
{
  *(int *) data = ok ? 1 : 0;
}

gboolean
audit_fixture_seal (AuditFixture *fixture)
{
  int done = -1;

  guardian_audit_checkpoint (fixture->audit, done_cb, &done);
  while (done < 0)
    g_main_context_iteration (NULL, TRUE);
  return done == 1;
}

static gboolean
stop_cb (gpointer data)
{
  *(gboolean *) data = TRUE;
  return G_SOURCE_REMOVE;
}

void
audit_fixture_spin (guint milliseconds)
{
  gboolean stop = FALSE;

  g_timeout_add (milliseconds, stop_cb, &stop);
  while (!stop)
    g_main_context_iteration (NULL, TRUE);
}

void
audit_fixture_assert_whole (AuditFixture *fixture, guint64 sealed, guint64 pending)
{
  g_autoptr (CardeaTlogReport) report = cardea_tlog_verify (fixture->folder, NULL, NULL, 0);
  g_autofree char *text = cardea_tlog_verify_describe (report);

  if (report->verdict != CARDEA_TLOG_VERDICT_WHOLE)
    g_error ("%s", text);
  g_assert_cmpuint (report->sealed, ==, sealed);
  g_assert_cmpuint (report->pending, ==, pending);
}

static gboolean
add_cb (const char *path, gboolean regular, gpointer user_data)
{
  if (strcmp (path, "tile") != 0 && strcmp (path, "detail") != 0)
    g_ptr_array_add (user_data, g_strdup (path));
  return TRUE;
}

GPtrArray *
audit_fixture_files (AuditFixture *fixture)
{
  GPtrArray *files = g_ptr_array_new_with_free_func (g_free);
  cardea_autofd int fd = open (fixture->folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

  g_assert_true (cardea_tlog_file_walk (fd, NULL, add_cb, files, NULL));
  g_assert_true (cardea_tlog_file_walk (fd, "tile", add_cb, files, NULL));
  g_assert_true (cardea_tlog_file_walk (fd, "detail", add_cb, files, NULL));
  return files;
}
