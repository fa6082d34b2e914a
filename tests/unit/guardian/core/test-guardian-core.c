/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "common/protocol/cardea-message-table.h"
#include "guardian/core/guardian-action-table.h"
#include "guardian/core/guardian-audit-query.h"
#include "guardian/core/guardian-dispatch.h"
#include "guardian/core/guardian-identity.h"
#include "guardian/core/guardian-pipeline.h"
#include "guardian/core/guardian-settings.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

/* Whatever the wire lets a peer send to the core is handled, and an action is one in both tables.
 */
static void
test_wire (void)
{
  const guint peers = CARDEA_ROLE_FRONT | CARDEA_ROLE_CONSENT | CARDEA_ROLE_AGENT;
  const CardeaMessageRow *row;

  for (gsize i = 0; (row = cardea_message_table_row (i)) != NULL; i++)
    {
      if ((row->to & CARDEA_ROLE_CORE) == 0 || (row->from & peers) == 0
          || row->kind == CARDEA_MESSAGE_REPLY)
        continue;
      if (!guardian_dispatch_knows (row->name))
        g_error ("nobody handles %s", row->name);
      if (row->capability != (guardian_action_table_find (row->name) != NULL))
        g_error ("%s: an action without a capability, or the other way round", row->name);
    }
  g_assert_false (guardian_dispatch_knows ("files.read"));
}

/* No worker's answer ends it: of a leave nothing is done, the foreign agent goes on by itself; a
 * program has a session of its own, whose start is its answer. */
static gboolean
is_leave (const GuardianAction *action)
{
  return g_str_equal (action->message, "agent.permit") || g_str_equal (action->message, "exec.run");
}

static void
test_actions (void)
{
  gsize count = 0;
  const GuardianAction *rows = guardian_action_table_rows (&count);

  for (gsize i = 0; i < count; i++)
    {
      const CardeaMessageRow *row = cardea_message_table_find (rows[i].message);
      g_assert_nonnull (row);
      g_assert_true (row->capability);
      g_assert_nonnull (rows[i].perform);
      g_assert_nonnull (rows[i].reply);
      gboolean plans = rows[i].needs != NULL;
      g_assert_true (rows[i].gives_back
                     || ((rows[i].done != NULL || is_leave (&rows[i]))
                         && (rows[i].resolve != NULL) == (rows[i].want == NULL)));
      g_assert_true ((rows[i].resolve != NULL) == (rows[i].decide != NULL));
      g_assert_true (plans == (rows[i].describe != NULL)
                     && (plans || g_str_equal (rows[i].message, "exec.run"))
                            == (rows[i].settle != NULL));
      if (rows[i].done != NULL)
        g_assert_nonnull (cardea_message_table_find (rows[i].done));
    }
}

/* The promise: this order, all of it. */
static void
test_stages (void)
{
  static const char *const order[]
      = { "validate", "authenticate", "resolve",        "decide", "consent",
          "record",   "perform",      "record-outcome", "reply" };

  g_assert_cmpuint (guardian_pipeline_n_stages (), ==, G_N_ELEMENTS (order));
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    g_assert_cmpstr (guardian_pipeline_stage_name (i), ==, order[i]);
  g_assert_null (guardian_pipeline_stage_name (G_N_ELEMENTS (order)));
}

static GuardianObject *
parse_object (const char *text)
{
  g_autoptr (CardeaJson) json = cardea_json_parse (text, strlen (text), NULL);
  g_assert_nonnull (json);
  return guardian_object_new (json);
}

#define OBJECT                                                                                     \
  "{\"handle\":\"h1\",\"path\":\"/a/b\",\"dev\":\"1\",\"ino\":\"2\",\"size\":\"3\",\"mtime\":"     \
  "\"4\",\"mode\":33188,\"uid\":\"5\",\"nlink\":\"1\",\"kind\":\"file\",\"parents\":[{\"dev\":"    \
  "\"1\",\"ino\":\"9\"}]}"

static void
test_object (void)
{
  static const char *const required[]
      = { "path", "dev", "ino", "size", "mtime", "uid", "nlink", "kind", "parents" };
  g_autoptr (GuardianObject) object = parse_object (OBJECT);
  g_autoptr (GuardianObject) copy = guardian_object_copy (object);

  g_assert_nonnull (object);
  g_assert_null (copy->handle);
  g_assert_true (guardian_object_same (object, copy));
  copy->mtime++;
  g_assert_false (guardian_object_same (object, copy));
  for (gsize i = 0; i < G_N_ELEMENTS (required); i++)
    {
      g_autoptr (CardeaJson) json = cardea_json_parse (OBJECT, strlen (OBJECT), NULL);
      cardea_json_remove (json, required[i]);
      g_assert_null (guardian_object_new (json));
    }
  g_autofree char *name = guardian_object_name ("/a/b");
  g_autofree char *folder = guardian_object_folder ("/a/b");
  g_autofree char *top = guardian_object_folder ("/a");
  g_assert_cmpstr (name, ==, "b");
  g_assert_cmpstr (folder, ==, "/a");
  g_assert_cmpstr (top, ==, "/");
}

static void
test_settings (void)
{
  g_autofree char *folder = g_dir_make_tmp ("cardea-settings-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "settings.json", NULL);
  g_autoptr (GuardianSettings) settings = guardian_settings_new (folder);
  g_autoptr (GError) error = NULL;

  g_assert_null (guardian_settings_damage (settings));
  g_assert_cmpint (guardian_settings_get_int (settings, "consent.timeout"), ==, 120);
  g_assert_true (guardian_settings_set (settings, "consent.timeout", "5", &error));
  g_assert_true (guardian_settings_set (settings, "keys.store", "file", &error));
  g_assert_no_error (error);
  g_assert_false (guardian_settings_set (settings, "consent.timeout", "601", &error));
  g_assert_error (error, GUARDIAN_SETTINGS_ERROR, GUARDIAN_SETTINGS_ERROR_VALUE);
  g_clear_error (&error);
  g_assert_false (guardian_settings_set (settings, "no.such", "1", &error));
  g_assert_error (error, GUARDIAN_SETTINGS_ERROR, GUARDIAN_SETTINGS_ERROR_UNKNOWN);

  g_autoptr (GuardianSettings) again = guardian_settings_new (folder);
  g_assert_cmpint (guardian_settings_get_int (again, "consent.timeout"), ==, 5);
  g_assert_cmpstr (guardian_settings_get (again, "keys.store"), ==, "file");
  g_assert_null (guardian_settings_get (again, "no.such"));
  g_unlink (file);
  g_rmdir (folder);
}

static void
test_settings_fixed (void)
{
  static const char said[] = "[{\"key\":\"monitor\",\"value\":false,\"file\":\"/a\"},"
                             "{\"key\":\"settings/undo.days\",\"value\":7,\"file\":\"/b\"},"
                             "{\"key\":\"network/hosts\",\"file\":\"/c\"}]";
  static const char *const bad[]
      = { "[{\"key\":\"settings/no.such\",\"value\":1,\"file\":\"/a\"}]",
          "[{\"key\":\"settings/undo.days\",\"value\":-1,\"file\":\"/a\"}]",
          "[{\"key\":\"settings/undo.days\",\"file\":\"/a\"}]" };
  g_autofree char *folder = g_dir_make_tmp ("cardea-settings-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "settings.json", NULL);
  g_autoptr (GuardianSettings) settings = guardian_settings_new (folder);
  g_autoptr (CardeaJson) json = cardea_json_parse (said, strlen (said), NULL);
  g_autoptr (GError) error = NULL;

  g_assert_true (guardian_settings_set (settings, "undo.days", "90", &error));
  GuardianSettingsFixed *fixed = guardian_settings_read_fixed (json, &error);
  g_assert_no_error (error);
  guardian_settings_fix (settings, fixed);
  g_assert_cmpint (guardian_settings_get_int (settings, "undo.days"), ==, 7);
  g_assert_cmpstr (guardian_settings_get (settings, "policy.monitor"), ==, "deny");
  g_assert_cmpstr (guardian_settings_fixed_by (settings, "policy.monitor"), ==, "/a");
  g_assert_null (guardian_settings_fixed_by (settings, "undo.max_bytes"));
  g_assert_false (guardian_settings_set (settings, "undo.days", "30", &error));
  g_assert_error (error, GUARDIAN_SETTINGS_ERROR, GUARDIAN_SETTINGS_ERROR_FIXED);
  g_assert_true (guardian_settings_set (settings, "undo.max_bytes", "0", NULL));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (CardeaJson) wrong = cardea_json_parse (bad[i], strlen (bad[i]), NULL);
      g_assert_null (guardian_settings_read_fixed (wrong, NULL));
    }
  guardian_settings_fix (settings, NULL);
  g_assert_cmpint (guardian_settings_get_int (settings, "undo.days"), ==, 90);
  g_unlink (file);
  g_rmdir (folder);
}

static void
test_settings_damaged (void)
{
  static const char *const contents[] = { "",
                                          "[]",
                                          "{",
                                          "{\"no.such\":\"1\"}",
                                          "{\"consent.timeout\":5}",
                                          "{\"consent.timeout\":\"0\"}",
                                          "{\"keys.store\":\"file\",\"keys.store\":\"file\"}" };
  g_autofree char *folder = g_dir_make_tmp ("cardea-settings-XXXXXX", NULL);
  g_autofree char *file = g_build_filename (folder, "settings.json", NULL);

  for (gsize i = 0; i < G_N_ELEMENTS (contents); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_true (g_file_set_contents (file, contents[i], -1, NULL));
      g_autoptr (GuardianSettings) settings = guardian_settings_new (folder);
      g_assert_nonnull (guardian_settings_damage (settings));
      g_assert_cmpint (guardian_settings_get_int (settings, "consent.timeout"), ==, 120);
      g_assert_false (guardian_settings_set (settings, "consent.timeout", "5", &error));
      g_assert_error (error, GUARDIAN_SETTINGS_ERROR, GUARDIAN_SETTINGS_ERROR_DAMAGED);
    }
  g_unlink (file);
  g_rmdir (folder);
}

static void
test_filter (void)
{
  static const char text[] = "{\"type\":\"decision\",\"session\":\"0123456789abcdef\",\"action\":"
                             "\"file.read\",\"effect\":\"deny\",\"time\":"
                             "\"2026-01-02T03:04:05.000000Z\"}";
  g_autoptr (CardeaJson) record = cardea_json_parse (text, strlen (text), NULL);
  GuardianAuditFilter filter = { NULL };

  g_assert_true (guardian_audit_query_matches (record, &filter));
  filter.session = "0123";
  g_assert_true (guardian_audit_query_matches (record, &filter));
  filter.session = "1";
  g_assert_false (guardian_audit_query_matches (record, &filter));
  filter = (GuardianAuditFilter){ .effect = "allow" };
  g_assert_false (guardian_audit_query_matches (record, &filter));
  filter = (GuardianAuditFilter){ .action = "file.read", .type = "decision" };
  g_assert_true (guardian_audit_query_matches (record, &filter));
  filter = (GuardianAuditFilter){ .since_us = G_MAXINT64 };
  g_assert_false (guardian_audit_query_matches (record, &filter));
  filter = (GuardianAuditFilter){ .since_us = 1 };
  g_assert_true (guardian_audit_query_matches (record, &filter));
}

static void
test_identity (void)
{
  GuardianIdentity identity = GUARDIAN_IDENTITY_INIT;
  g_autoptr (GError) error = NULL;
  int pair[2];

  g_assert_cmpint (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair), ==, 0);
  g_assert_true (guardian_identity_of_peer (pair[0], &identity, &error));
  g_assert_no_error (error);
  g_assert_cmpint (identity.pid, ==, getpid ());
  g_assert_cmpint (identity.start_time, >, 0);
  g_assert_false (guardian_identity_owns_terminal (&identity, pair[0]));
  guardian_identity_clear (&identity);
  close (pair[0]);
  close (pair[1]);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/core/wire", test_wire);
  g_test_add_func ("/core/actions", test_actions);
  g_test_add_func ("/core/stages", test_stages);
  g_test_add_func ("/core/object", test_object);
  g_test_add_func ("/core/settings", test_settings);
  g_test_add_func ("/core/settings-fixed", test_settings_fixed);
  g_test_add_func ("/core/settings-damaged", test_settings_damaged);
  g_test_add_func ("/core/filter", test_filter);
  g_test_add_func ("/core/identity", test_identity);
  return g_test_run ();
}
