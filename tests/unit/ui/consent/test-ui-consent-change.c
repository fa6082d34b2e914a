/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/unit/ui/consent/test-ui-consent-fixture.h"
#include "ui/consent/ui-consent-answer.h"

static UiConsentQuestion *
read_request (CardeaJson *request, GError **error)
{
  g_autoptr (CardeaMessage) message = fixture_message (request, 2);
  return ui_consent_question_new (message, error);
}

static void
expect_error (CardeaJson *request, UiConsentQuestionError code)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (UiConsentQuestion) question = read_request (request, &error);
  g_assert_null (question);
  g_assert_error (error, UI_CONSENT_QUESTION_ERROR, (int) code);
}

static void
expect_changes_error (const char *changes, UiConsentQuestionError code)
{
  g_autoptr (CardeaJson) request = fixture_change ("file.write", changes);
  expect_error (request, code);
}

static void
test_whole (void)
{
  g_autoptr (CardeaJson) request = fixture_change (
      "file.write",
      "[{\"op\":\"write\",\"kind\":\"file\",\"path\":\"/home/eva/Documents/report.txt\","
      "\"exists\":true,\"size\":\"14\",\"size_after\":\"12\",\"sha256\":\"aa\","
      "\"sha256_after\":\"bb\",\"diff\":\"x\",\"cut\":true,\"added\":7,\"removed\":3,"
      "\"binary\":true,\"type\":\"t\",\"type_after\":\"u\",\"undoable\":true,\"trash\":false,"
      "\"notes\":[\"its ACL cannot be kept\"],\"colour\":\"red\"}]");
  g_autoptr (GError) error = NULL;
  g_autoptr (UiConsentQuestion) question = read_request (request, &error);
  g_assert_no_error (error);
  g_assert_cmpint (question->action, ==, UI_CONSENT_ACTION_CHANGE);
  g_assert_cmpuint (question->changes->len, ==, 1);
  const UiConsentChange *change = question->changes->pdata[0];
  g_assert_cmpint (change->op, ==, UI_CONSENT_OP_WRITE);
  g_assert_cmpint (change->deed, ==, UI_CONSENT_DEED_CHANGE);
  g_assert_cmpint (change->size, ==, 14);
  g_assert_cmpint (change->size_after, ==, 12);
  g_assert_cmpstr (change->sha256_after, ==, "bb");
  g_assert_cmpint (change->added, ==, 7);
  g_assert_cmpint (change->mode, ==, -1);
  g_assert_true (change->cut && change->binary && change->undoable);
  g_assert_cmpstr (change->notes[0], ==, "its ACL cannot be kept");
  g_assert_cmpstr (question->others->pdata[0], ==, "changes[0].colour: \"red\"");
}

/* Every operation, on what there is and on what there is not. */
static void
test_deeds (void)
{
  static const struct {
    const char *op, *kind, *to;
    int existing, fresh; /* -1: refused */
  } rows[] = {
    { "write", "file", NULL, UI_CONSENT_DEED_CHANGE, UI_CONSENT_DEED_CREATE },
    { "append", "file", NULL, UI_CONSENT_DEED_ADD, UI_CONSENT_DEED_CREATE },
    { "create", "file", NULL, -1, UI_CONSENT_DEED_CREATE },
    { "delete", "file", NULL, UI_CONSENT_DEED_DELETE, -1 },
    { "delete", "folder", NULL, UI_CONSENT_DEED_DELETE, -1 },
    { "rename", "file", "/home/eva/Documents/b.txt", UI_CONSENT_DEED_RENAME, -1 },
    { "rename", "folder", "/home/eva/b", UI_CONSENT_DEED_MOVE, -1 },
    { "mkdir", "folder", NULL, UI_CONSENT_DEED_FOLDER, UI_CONSENT_DEED_FOLDER },
    { "metadata", "file", NULL, UI_CONSENT_DEED_METADATA, -1 },
    { "write", "folder", NULL, -1, -1 },
    { "mkdir", "file", NULL, -1, -1 },
    { "rename", "file", NULL, -1, -1 },
    { "rename", "file", "b.txt", -1, -1 },
    { "write", "file", "/home/eva/b", -1, -1 },
  };
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    for (gboolean exists = FALSE; exists <= TRUE; exists++)
      {
        g_autofree char *to
            = rows[i].to != NULL ? g_strdup_printf (",\"to\":\"%s\"", rows[i].to) : g_strdup ("");
        g_autofree char *changes = g_strdup_printf (
            "[{\"op\":\"%s\",\"kind\":\"%s\",\"path\":\"/home/eva/Documents/report.txt\"%s,"
            "\"exists\":%s,\"undoable\":true}]",
            rows[i].op, rows[i].kind, to, exists ? "true" : "false");
        int expected = exists ? rows[i].existing : rows[i].fresh;
        g_test_message ("%s", changes);
        if (expected < 0)
          {
            expect_changes_error (changes, UI_CONSENT_QUESTION_ERROR_REQUEST);
            continue;
          }
        g_autoptr (CardeaJson) request = fixture_change ("file.write", changes);
        g_autoptr (UiConsentQuestion) question = read_request (request, NULL);
        g_assert_nonnull (question);
        g_assert_cmpint (((UiConsentChange *) question->changes->pdata[0])->deed, ==, expected);
      }
}

static void
test_refused (void)
{
#define ONE(members)                                                                               \
  "[{\"op\":\"write\",\"kind\":\"file\",\"path\":\"/home/eva/Documents/report.txt\","              \
  "\"exists\":true,\"undoable\":true" members "}]"
  expect_changes_error ("[]", UI_CONSENT_QUESTION_ERROR_REQUEST);
  expect_changes_error ("{}", UI_CONSENT_QUESTION_ERROR_REQUEST);
  expect_changes_error ("[1]", UI_CONSENT_QUESTION_ERROR_REQUEST);
  expect_changes_error ("[{}]", UI_CONSENT_QUESTION_ERROR_REQUEST);
  expect_changes_error (ONE (",\"size\":14"), UI_CONSENT_QUESTION_ERROR_REQUEST);
  expect_changes_error (ONE (",\"diff\":[]"), UI_CONSENT_QUESTION_ERROR_REQUEST);
  expect_changes_error (ONE (",\"mode\":4096"), UI_CONSENT_QUESTION_ERROR_REQUEST);
  expect_changes_error (ONE (",\"notes\":\"x\""), UI_CONSENT_QUESTION_ERROR_REQUEST);
  expect_changes_error (ONE (",\"path_b64\":\"L2E=\""), UI_CONSENT_QUESTION_ERROR_REQUEST);
  expect_changes_error ("[{\"op\":\"link\",\"kind\":\"file\",\"path\":\"/home/eva/Documents/"
                        "report.txt\",\"exists\":true,\"undoable\":true}]",
                        UI_CONSENT_QUESTION_ERROR_UNKNOWN);
  expect_changes_error ("[{\"op\":\"write\",\"kind\":\"file\",\"path\":\"/etc/passwd\","
                        "\"exists\":true,\"undoable\":true}]",
                        UI_CONSENT_QUESTION_ERROR_REQUEST);
#undef ONE
}

/* Changes belong to an action that changes, and that to changes. */
static void
test_action_and_changes (void)
{
  static const char *const actions[] = { "file.write",  "file.append", "file.create",
                                         "file.delete", "file.rename", "file.metadata" };
  for (guint i = 0; i < G_N_ELEMENTS (actions); i++)
    {
      g_autoptr (CardeaJson) bare = fixture_request ();
      cardea_json_set_string (bare, "action", actions[i]);
      expect_error (bare, UI_CONSENT_QUESTION_ERROR_REQUEST);
      g_autoptr (CardeaJson) whole = fixture_change (actions[i], FIXTURE_WRITE);
      g_autoptr (UiConsentQuestion) question = read_request (whole, NULL);
      g_assert_nonnull (question);
    }
  g_autoptr (CardeaJson) read = fixture_change ("file.read", FIXTURE_WRITE);
  expect_error (read, UI_CONSENT_QUESTION_ERROR_REQUEST);
  g_autoptr (CardeaJson) missing = fixture_request ();
  cardea_json_set_boolean (cardea_json_get (missing, "resource"), "exists", FALSE);
  expect_error (missing, UI_CONSENT_QUESTION_ERROR_REQUEST);
}

static CardeaJson *
many (guint count, const char *diff)
{
  g_autoptr (GString) text = g_string_new ("[");
  for (guint i = 0; i < count; i++)
    g_string_append_printf (text,
                            "%s{\"op\":\"write\",\"kind\":\"file\",\"path\":"
                            "\"/home/eva/Documents/%u\",\"exists\":true,\"undoable\":true,"
                            "\"diff\":\"%s\"}",
                            i > 0 ? "," : "", i, diff);
  g_string_append_c (text, ']');
  return fixture_change ("file.write", text->str);
}

static void
test_limits (void)
{
  g_autoptr (CardeaJson) most = many (1000, "");
  g_autoptr (UiConsentQuestion) question = read_request (most, NULL);
  g_assert_nonnull (question);
  g_autoptr (CardeaJson) more = many (1001, "");
  expect_error (more, UI_CONSENT_QUESTION_ERROR_REQUEST);

  g_autofree char *half = g_strnfill (64 * 1024, 'x');
  g_autoptr (CardeaJson) fits = many (2, half);
  g_autoptr (UiConsentQuestion) long_question = read_request (fits, NULL);
  g_assert_nonnull (long_question);
  g_autoptr (CardeaJson) longer = many (3, half);
  expect_error (longer, UI_CONSENT_QUESTION_ERROR_REQUEST);
}

static gboolean
offered (const UiConsentQuestion *question, UiConsentDuration duration, UiConsentScope scope)
{
  const UiConsentChoice choice = { duration, scope, 0, FALSE };
  return ui_consent_choice_offered (question, &choice);
}

/* More objects than can be remembered one by one: the folder, or this time only. */
static void
test_folder_only (void)
{
  g_autoptr (CardeaJson) request = many (33, "");
  g_autoptr (UiConsentQuestion) question = read_request (request, NULL);
  g_assert_true (ui_consent_question_folder_only (question));
  g_assert_true (offered (question, UI_CONSENT_DURATION_ONCE, UI_CONSENT_SCOPE_EXACT));
  g_assert_true (offered (question, UI_CONSENT_DURATION_TASK, UI_CONSENT_SCOPE_FOLDER));
  g_assert_false (offered (question, UI_CONSENT_DURATION_TASK, UI_CONSENT_SCOPE_EXACT));
  g_assert_false (offered (question, UI_CONSENT_DURATION_ONCE, UI_CONSENT_SCOPE_FOLDER));

  g_autoptr (CardeaJson) fewer = many (32, "");
  g_autoptr (UiConsentQuestion) each = read_request (fewer, NULL);
  g_assert_true (offered (each, UI_CONSENT_DURATION_TASK, UI_CONSENT_SCOPE_EXACT));
}

static CardeaJson *
resume (void)
{
  static const char resource[] = "{\"kind\":\"session\"}";
  static const char summary[] = "{\"asked\":4,\"refused\":2,\"items\":[{\"action\":\"file.read\","
                                "\"path\":\"/home/eva/a\"},{\"action\":\"net.connect\"}]}";
  CardeaJson *request = fixture_request ();
  cardea_json_set_string (request, "action", "session.resume");
  cardea_json_set (request, "resource", cardea_json_parse (resource, strlen (resource), NULL));
  cardea_json_set (request, "summary", cardea_json_parse (summary, strlen (summary), NULL));
  return request;
}

static void
test_resume (void)
{
  g_autoptr (CardeaJson) request = resume ();
  g_autoptr (GError) error = NULL;
  g_autoptr (UiConsentQuestion) question = read_request (request, &error);
  g_assert_no_error (error);
  g_assert_cmpint (question->action, ==, UI_CONSENT_ACTION_RESUME);
  g_assert_cmpint (question->asked, ==, 4);
  g_assert_cmpint (question->refused, ==, 2);
  g_assert_cmpuint (question->items->len, ==, 2);
  g_assert_null (((UiConsentItem *) question->items->pdata[1])->path);

  g_autoptr (CardeaJson) with_path = resume ();
  cardea_json_set_string (cardea_json_get (with_path, "resource"), "path", "/home/eva/a");
  expect_error (with_path, UI_CONSENT_QUESTION_ERROR_REQUEST);
  g_autoptr (CardeaJson) without = resume ();
  cardea_json_remove (without, "summary");
  expect_error (without, UI_CONSENT_QUESTION_ERROR_REQUEST);
  g_autoptr (CardeaJson) odd = resume ();
  cardea_json_set_string (cardea_json_get (odd, "summary"), "items", "x");
  expect_error (odd, UI_CONSENT_QUESTION_ERROR_REQUEST);
  g_autoptr (CardeaJson) reads = resume ();
  cardea_json_set_string (reads, "action", "file.read");
  expect_error (reads, UI_CONSENT_QUESTION_ERROR_REQUEST);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/consent/change/whole", test_whole);
  g_test_add_func ("/ui/consent/change/deeds", test_deeds);
  g_test_add_func ("/ui/consent/change/refused", test_refused);
  g_test_add_func ("/ui/consent/change/action-and-changes", test_action_and_changes);
  g_test_add_func ("/ui/consent/change/limits", test_limits);
  g_test_add_func ("/ui/consent/change/folder-only", test_folder_only);
  g_test_add_func ("/ui/consent/change/resume", test_resume);
  return g_test_run ();
}
