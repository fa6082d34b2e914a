/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/unit/ui/consent/test-ui-consent-fixture.h"
#include "ui/consent/ui-consent-answer.h"

static UiConsentQuestion *
question_at (int tier, const char *path)
{
  g_autoptr (CardeaJson) request = fixture_request ();
  cardea_json_set_int (request, "tier", tier);
  if (path != NULL)
    cardea_json_set_string (cardea_json_get (request, "resource"), "path", path);
  g_autoptr (CardeaMessage) message = fixture_message (request, tier);
  UiConsentQuestion *question = ui_consent_question_new (message, NULL);
  g_assert_nonnull (question);
  return question;
}

static void
assert_valid (CardeaMessage *message)
{
  g_autoptr (GError) error = NULL;
  cardea_message_set_request (message, "1"); /* as the client does */
  gboolean good = cardea_message_check (message, CARDEA_ROLE_FRONT, CARDEA_ROLE_CORE, &error);
  g_assert_no_error (error);
  g_assert_true (good);
}

static void
test_allow_says_what_was_shown (void)
{
  g_autoptr (UiConsentQuestion) question = question_at (2, NULL);
  const UiConsentAnswer answer = {
    .decision = UI_CONSENT_DECISION_ALLOW,
    .choice = { UI_CONSENT_DURATION_TIME, UI_CONSENT_SCOPE_FOLDER, 2592000, TRUE },
    .how = UI_CONSENT_HOW_TERMINAL,
    .shown_ms = 1000,
    .armed_ms = 800,
    .note = "not sent with an approval",
  };
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) message = ui_consent_answer_new_message (question, &answer, &error);
  g_assert_no_error (error);
  assert_valid (message);
  g_assert_cmpstr (cardea_message_get_string (message, "id"), ==, FIXTURE_ID);
  g_assert_cmpstr (cardea_message_get_string (message, "digest"), ==, question->digest);
  g_assert_cmpstr (cardea_message_get_string (message, "nonce"), ==, FIXTURE_NONCE);
  g_assert_cmpstr (cardea_message_get_string (message, "answer"), ==, "allow");
  g_assert_cmpstr (cardea_message_get_string (message, "duration"), ==, "time");
  g_assert_cmpstr (cardea_message_get_string (message, "scope"), ==, "folder");
  g_assert_cmpint (cardea_message_get_int (message, "seconds", 0), ==, 2592000);
  g_assert_true (cardea_message_get_boolean (message, "renewing"));
  g_assert_cmpint (cardea_message_get_int (message, "shown_ms", 0), ==, 1000);
  g_assert_cmpint (cardea_message_get_int (message, "armed_ms", 0), ==, 800);
  g_assert_null (cardea_message_get_string (message, "note"));
  g_assert_null (cardea_message_get_string (message, "confirm"));
}

static void
test_deny (void)
{
  g_autoptr (UiConsentQuestion) question = question_at (2, NULL);
  const UiConsentAnswer answer = {
    .decision = UI_CONSENT_DECISION_DENY,
    .choice = { UI_CONSENT_DURATION_TASK, UI_CONSENT_SCOPE_FOLDER, 0, FALSE },
    .how = UI_CONSENT_HOW_LAPSED,
    .armed_ms = -1,
    .note = "use the other file",
  };
  g_autoptr (CardeaMessage) message = ui_consent_answer_new_message (question, &answer, NULL);
  assert_valid (message);
  g_assert_cmpstr (cardea_message_get_string (message, "answer"), ==, "deny");
  g_assert_cmpstr (cardea_message_get_string (message, "how"), ==, "lapsed");
  g_assert_cmpstr (cardea_message_get_string (message, "note"), ==, "use the other file");
  g_assert_null (cardea_message_get_string (message, "duration"));
  g_assert_null (cardea_message_get_string (message, "scope"));
  g_assert_cmpint (cardea_message_get_int (message, "armed_ms", -1), ==, -1);
}

static void
test_never_wider_than_offered (void)
{
  static const UiConsentChoice refused[] = {
    { UI_CONSENT_DURATION_ONCE, UI_CONSENT_SCOPE_HOST, 0, FALSE },
    { UI_CONSENT_DURATION_TIME, UI_CONSENT_SCOPE_EXACT, 0, FALSE },
    { UI_CONSENT_DURATION_TIME, UI_CONSENT_SCOPE_EXACT, 2592001, FALSE },
    { (UiConsentDuration) 7, UI_CONSENT_SCOPE_EXACT, 0, FALSE },
    { UI_CONSENT_DURATION_ONCE, (UiConsentScope) 40, 0, FALSE },
  };
  g_autoptr (UiConsentQuestion) question = question_at (2, NULL);
  for (guint i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;
      UiConsentAnswer answer = { .decision = UI_CONSENT_DECISION_ALLOW, .choice = refused[i] };
      g_assert_null (ui_consent_answer_new_message (question, &answer, &error));
      g_assert_error (error, UI_CONSENT_ANSWER_ERROR, UI_CONSENT_ANSWER_ERROR_CHOICE);
    }
}

static void
test_tier_3 (void)
{
  g_autoptr (UiConsentQuestion) question = question_at (3, "/home/eva/a\\b");
  UiConsentAnswer answer = { .decision = UI_CONSENT_DECISION_ALLOW, .armed_ms = -1 };
  g_autoptr (GError) error = NULL;
  g_assert_null (ui_consent_answer_new_message (question, &answer, &error));
  g_assert_error (error, UI_CONSENT_ANSWER_ERROR, UI_CONSENT_ANSWER_ERROR_CONFIRM);
  g_clear_error (&error);

  answer.confirm = "a\\b";
  g_autoptr (CardeaMessage) message = ui_consent_answer_new_message (question, &answer, &error);
  g_assert_no_error (error);
  assert_valid (message);
  g_assert_cmpstr (cardea_message_get_string (message, "confirm"), ==, "a\\\\b");

  answer.choice.duration = UI_CONSENT_DURATION_TASK;
  g_assert_null (ui_consent_answer_new_message (question, &answer, &error));
  g_assert_error (error, UI_CONSENT_ANSWER_ERROR, UI_CONSENT_ANSWER_ERROR_CHOICE);
}

/* The longest name there is, of bytes that take the most room when shown. */
static void
test_longest_confirm (void)
{
  g_autofree char *name = g_strnfill (255, '\001');
  g_autofree char *path = g_strconcat ("/", name, NULL);
  g_autoptr (UiConsentQuestion) question = question_at (3, path);
  UiConsentAnswer answer
      = { .decision = UI_CONSENT_DECISION_ALLOW, .confirm = name, .armed_ms = 1500 };
  g_autoptr (CardeaMessage) message = ui_consent_answer_new_message (question, &answer, NULL);
  g_assert_nonnull (message);
  assert_valid (message);
}

static void
test_confirms (void)
{
  g_autoptr (UiConsentQuestion) question = question_at (3, "/x/\033name");
  g_assert_true (ui_consent_answer_confirms (question, "\033name"));
  g_assert_true (ui_consent_answer_confirms (question, "\\u{001b}name"));
  g_assert_false (ui_consent_answer_confirms (question, "name"));
  g_assert_false (ui_consent_answer_confirms (question, "/x/\033name"));
  g_assert_false (ui_consent_answer_confirms (question, ""));
  g_assert_false (ui_consent_answer_confirms (question, NULL));
}

static void
test_tier_4_is_never_allowed (void)
{
  g_autoptr (UiConsentQuestion) question = question_at (4, NULL);
  UiConsentAnswer answer = { .decision = UI_CONSENT_DECISION_ALLOW, .confirm = "bank.csv" };
  g_autoptr (GError) error = NULL;
  g_assert_null (ui_consent_answer_new_message (question, &answer, &error));
  g_assert_error (error, UI_CONSENT_ANSWER_ERROR, UI_CONSENT_ANSWER_ERROR_CHOICE);
}

static void
test_refusal_of_the_unreadable (void)
{
  g_autoptr (CardeaJson) request = fixture_request ();
  g_autoptr (CardeaMessage) question = fixture_message (request, 2);
  g_autoptr (CardeaMessage) message
      = ui_consent_answer_new_refusal (question, UI_CONSENT_HOW_CLOSED);
  assert_valid (message);
  g_assert_cmpstr (cardea_message_get_string (message, "answer"), ==, "deny");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/consent/answer/allow-says-what-was-shown", test_allow_says_what_was_shown);
  g_test_add_func ("/ui/consent/answer/deny", test_deny);
  g_test_add_func ("/ui/consent/answer/never-wider-than-offered", test_never_wider_than_offered);
  g_test_add_func ("/ui/consent/answer/tier-3", test_tier_3);
  g_test_add_func ("/ui/consent/answer/longest-confirm", test_longest_confirm);
  g_test_add_func ("/ui/consent/answer/confirms", test_confirms);
  g_test_add_func ("/ui/consent/answer/tier-4-is-never-allowed", test_tier_4_is_never_allowed);
  g_test_add_func ("/ui/consent/answer/refusal-of-the-unreadable", test_refusal_of_the_unreadable);
  return g_test_run ();
}
