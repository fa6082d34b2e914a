/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/unit/guardian/audit/audit-fixture.h"
#include "ui/cli/ui-cli-audit-verify.h"

#include <stdarg.h>
#include <string.h>

/* `cardeactl audit verify` as a script sees it: exit status, standard output, standard error. Each
 * run is a process of its own (this program with the words of the verb). */

typedef struct {
  int status;
  char *out, *err;
} Answer;

static void
answer_clear (Answer *answer)
{
  g_free (answer->out);
  g_free (answer->err);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Answer, answer_clear)

/* state: where XDG_STATE_HOME points. */
static void run (Answer *ret, const char *state, ...) G_GNUC_NULL_TERMINATED;

static void
run (Answer *ret, const char *state, ...)
{
  g_autoptr (GPtrArray) words = g_ptr_array_new ();
  g_auto (GStrv) environment = g_environ_setenv (g_get_environ (), "XDG_STATE_HOME", state, TRUE);
  g_autoptr (GError) error = NULL;
  va_list args;
  char *word;

  g_ptr_array_add (words, (char *) "/proc/self/exe");
  g_ptr_array_add (words, (char *) "--as-verb");
  va_start (args, state);
  while ((word = va_arg (args, char *)) != NULL)
    g_ptr_array_add (words, word);
  va_end (args);
  g_ptr_array_add (words, NULL);
  g_spawn_sync (NULL, (char **) words->pdata, environment, G_SPAWN_DEFAULT, NULL, NULL, &ret->out,
                &ret->err, &ret->status, &error);
  g_assert_no_error (error);
  g_test_message ("%s%s", ret->out, ret->err);
  ret->status = WIFEXITED (ret->status) ? WEXITSTATUS (ret->status) : -1;
}

static void
test_whole (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();
  g_autofree char *kept = g_build_filename (fixture->folder, "checkpoint", NULL);
  g_auto (Answer) plain = { 0 }, key = { 0 }, earlier = { 0 }, json = { 0 };
  g_autoptr (CardeaJson) document = NULL;
  gint64 records;

  audit_fixture_open (fixture, TRUE);
  audit_fixture_append (fixture, 5, GUARDIAN_AUDIT_SYNCED);
  g_assert_true (audit_fixture_seal (fixture));
  audit_fixture_append (fixture, 2, GUARDIAN_AUDIT_SYNCED);
  run (&plain, fixture->parent, "--dir", fixture->folder, NULL);
  g_assert_cmpint (plain.status, ==, 0);
  g_assert_true (g_str_has_prefix (plain.out, "whole, not anchored: 5 records"));
  g_assert_cmpstr (plain.err, ==, "");
  run (&key, fixture->parent, "--dir", fixture->folder, "--key", fixture->vkey, NULL);
  g_assert_cmpint (key.status, ==, 0);
  g_assert_true (g_str_has_prefix (key.out, "whole, anchored: "));
  run (&earlier, fixture->parent, "--dir", fixture->folder, "--checkpoint", kept, NULL);
  g_assert_cmpint (earlier.status, ==, 0);
  g_assert_true (g_str_has_prefix (earlier.out, "whole, anchored: "));
  run (&json, fixture->parent, "--dir", fixture->folder, "--json", NULL);
  document = cardea_json_parse (json.out, strlen (json.out) - 1, NULL);
  g_assert_cmpstr (cardea_json_get_string (document, "verdict"), ==, "whole");
  g_assert_true (cardea_json_get_int (document, "records", &records));
  g_assert_cmpint (records, ==, 7);
}

static void
test_damaged (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();
  g_autofree char *path = g_build_filename (fixture->folder, "tile", "entries", "000.p", "5", NULL);
  g_autofree char *text = NULL;
  g_auto (Answer) plain = { 0 }, json = { 0 };
  g_autoptr (CardeaJson) document = NULL;
  gint64 seq = -1;
  gsize size;

  audit_fixture_open (fixture, TRUE);
  audit_fixture_append (fixture, 5, GUARDIAN_AUDIT_SYNCED);
  g_assert_true (audit_fixture_seal (fixture));
  g_assert_true (g_file_get_contents (path, &text, &size, NULL));
  memcpy (strstr (text, "allow"), "deny!", 5);
  g_assert_true (g_file_set_contents (path, text, (gssize) size, NULL));
  run (&plain, fixture->parent, "--dir", fixture->folder, NULL);
  g_assert_cmpint (plain.status, ==, 1);
  g_assert_cmpstr (plain.out, ==,
                   "damaged: tile/entries/000.p/5: the record was changed (record 0), at byte 0\n");
  run (&json, fixture->parent, "--json", "--dir", fixture->folder, NULL);
  g_assert_cmpint (json.status, ==, 1);
  document = cardea_json_parse (json.out, strlen (json.out) - 1, NULL);
  g_assert_cmpstr (cardea_json_get_string (document, "verdict"), ==, "damaged");
  g_assert_cmpstr (cardea_json_get_string (document, "file"), ==, "tile/entries/000.p/5");
  g_assert_true (cardea_json_get_int (document, "seq", &seq));
  g_assert_cmpint (seq, ==, 0);
}

static void
test_cannot_tell (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();
  g_auto (Answer) nothing = { 0 }, key = { 0 }, earlier = { 0 }, word = { 0 }, option = { 0 };

  run (&nothing, fixture->parent, NULL);
  g_assert_cmpint (nothing.status, ==, 2);
  g_assert_true (g_str_has_prefix (nothing.out, "cannot tell: "));
  run (&key, fixture->parent, "--key", "no key", NULL);
  g_assert_cmpint (key.status, ==, 2);
  g_assert_true (g_str_has_prefix (key.err, "cardeactl: audit verify: "));
  run (&earlier, fixture->parent, "--checkpoint", "/nonexistent/checkpoint", NULL);
  g_assert_cmpint (earlier.status, ==, 2);
  run (&word, fixture->parent, "word", NULL);
  g_assert_cmpint (word.status, ==, 2);
  run (&option, fixture->parent, "--json", "--nonsense", NULL);
  g_assert_cmpint (option.status, ==, 2);
}

/* Without --dir: the log of the user. */
static void
test_default (void)
{
  g_autoptr (AuditFixture) fixture = audit_fixture_new ();
  g_auto (Answer) answer = { 0 };

  g_free (fixture->folder);
  fixture->folder = g_build_filename (fixture->parent, "cardea", "audit", NULL);
  audit_fixture_open (fixture, TRUE);
  audit_fixture_append (fixture, 1, GUARDIAN_AUDIT_SYNCED);
  run (&answer, fixture->parent, NULL);
  g_assert_cmpint (answer.status, ==, 0);
  g_assert_cmpstr (answer.out, ==,
                   "whole, not anchored: 0 records under the checkpoint, 1 waiting for one\n");
}

static int
run_as_verb (char **words)
{
  g_autoptr (UiCli) cli = ui_cli_new (NULL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_strv_builder_add_many (builder, "cardeactl", "audit", "verify", NULL);
  g_strv_builder_addv (builder, (const char **) words);
  g_auto (GStrv) argv = g_strv_builder_end (builder);
  return ui_cli_run (cli, argv);
}

int
main (int argc, char **argv)
{
  if (argc > 1 && strcmp (argv[1], "--as-verb") == 0)
    return run_as_verb (argv + 2);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/audit-verify/whole", test_whole);
  g_test_add_func ("/audit-verify/damaged", test_damaged);
  g_test_add_func ("/audit-verify/cannot-tell", test_cannot_tell);
  g_test_add_func ("/audit-verify/default", test_default);
  return g_test_run ();
}
