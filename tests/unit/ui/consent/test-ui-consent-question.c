/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/unit/ui/consent/test-ui-consent-fixture.h"
#include "ui/consent/ui-consent-question.h"

static UiConsentQuestion *
read_request (CardeaJson *request, int tier, GError **error)
{
  g_autoptr (CardeaMessage) message = fixture_message (request, tier);
  return ui_consent_question_new (message, error);
}

static void
expect_error (CardeaJson *request, int tier, UiConsentQuestionError code)
{
  g_autoptr (GError) error = NULL;
  g_assert_null (read_request (request, tier, &error));
  g_assert_error (error, UI_CONSENT_QUESTION_ERROR, (int) code);
}

static void
test_whole (void)
{
  g_autoptr (CardeaJson) request = fixture_request ();
  g_autoptr (GError) error = NULL;
  g_autoptr (UiConsentQuestion) question = read_request (request, 2, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (question->id, ==, FIXTURE_ID);
  g_assert_cmpstr (question->nonce, ==, FIXTURE_NONCE);
  g_assert_cmpstr (question->path, ==, "/home/eva/Documents/bank.csv");
  g_assert_cmpint (question->action, ==, UI_CONSENT_ACTION_READ);
  g_assert_false (question->folder);
  g_assert_cmpint (question->size, ==, 1234);
  g_assert_cmpint (question->uid, ==, 1000);
  g_assert_cmpint (question->max_seconds, ==, 2592000);
  g_assert_cmpuint (question->durations, ==, 7);
  g_assert_cmpuint (question->scopes, ==, 3);
  g_assert_cmpuint (question->others->len, ==, 0);
  g_autofree char *last = ui_consent_question_last_element (question);
  g_autofree char *folder = ui_consent_question_scope_folder (question);
  g_assert_cmpstr (last, ==, "bank.csv");
  g_assert_cmpstr (folder, ==, "/home/eva/Documents");
}

/* The request is changed after its digest was taken. */
static void
test_digest (void)
{
  g_autoptr (CardeaJson) request = fixture_request ();
  g_autoptr (CardeaMessage) message = fixture_message (request, 2);
  g_autoptr (GError) error = NULL;
  cardea_json_set_string (cardea_json_get (request, "resource"), "path", "/home/eva/.ssh/id");
  g_assert_null (ui_consent_question_new (message, &error));
  g_assert_error (error, UI_CONSENT_QUESTION_ERROR, UI_CONSENT_QUESTION_ERROR_DIGEST);
}

static void
test_required (void)
{
  static const char *const names[]
      = { "version", "session", "subject", "action", "resource", "tier" };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (CardeaJson) request = fixture_request ();
      cardea_json_remove (request, names[i]);
      expect_error (request, 2, UI_CONSENT_QUESTION_ERROR_REQUEST);
    }
  static const char *const inner[] = { "kind", "path" };
  for (guint i = 0; i < G_N_ELEMENTS (inner); i++)
    {
      g_autoptr (CardeaJson) request = fixture_request ();
      cardea_json_remove (cardea_json_get (request, "resource"), inner[i]);
      expect_error (request, 2, UI_CONSENT_QUESTION_ERROR_REQUEST);
    }
}

static void
test_wrong_types (void)
{
  static const char *const names[] = { "path", "via", "size", "uid", "count", "labels", "owner" };
  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (CardeaJson) request = fixture_request ();
      cardea_json_set (cardea_json_get (request, "resource"), names[i], cardea_json_new_object ());
      expect_error (request, 2, UI_CONSENT_QUESTION_ERROR_REQUEST);
    }
  g_autoptr (CardeaJson) negative = fixture_request ();
  cardea_json_set_string (cardea_json_get (negative, "resource"), "size", "-1");
  expect_error (negative, 2, UI_CONSENT_QUESTION_ERROR_REQUEST);
  g_autoptr (CardeaJson) relative = fixture_request ();
  cardea_json_set_string (cardea_json_get (relative, "resource"), "path", "bank.csv");
  expect_error (relative, 2, UI_CONSENT_QUESTION_ERROR_REQUEST);
}

/* What there are no words for is refused, not shown half. */
static void
test_unknown (void)
{
  g_autoptr (CardeaJson) action = fixture_request ();
  cardea_json_set_string (action, "action", "plugin.load");
  expect_error (action, 2, UI_CONSENT_QUESTION_ERROR_UNKNOWN);
  g_autoptr (CardeaJson) version = fixture_request ();
  cardea_json_set_int (version, "version", 2);
  expect_error (version, 2, UI_CONSENT_QUESTION_ERROR_UNKNOWN);
  g_autoptr (CardeaJson) kind = fixture_request ();
  cardea_json_set_string (cardea_json_get (kind, "resource"), "kind", "socket");
  expect_error (kind, 2, UI_CONSENT_QUESTION_ERROR_UNKNOWN);
}

/* The message says tier 2, the request says tier 3: the easier treatment must not win. */
static void
test_tier (void)
{
  g_autoptr (CardeaJson) request = fixture_request ();
  cardea_json_set_int (request, "tier", 3);
  expect_error (request, 2, UI_CONSENT_QUESTION_ERROR_REQUEST);
}

static void
test_signed_without_signer (void)
{
  g_autoptr (CardeaJson) request = fixture_request ();
  cardea_json_set_string (cardea_json_get (cardea_json_get (request, "subject"), "agent"), "kind",
                          "signed");
  expect_error (request, 2, UI_CONSENT_QUESTION_ERROR_REQUEST);
}

static void
test_encoded_path (void)
{
  g_autoptr (CardeaJson) request = fixture_request ();
  CardeaJson *resource = cardea_json_get (request, "resource");
  g_autoptr (GError) error = NULL;
  cardea_json_remove (resource, "path");
  cardea_json_set_string (resource, "path_b64", "L2hvbWUv/2E="); /* "/home/\xff" "a" */
  g_autoptr (UiConsentQuestion) question = read_request (request, 2, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (question->path, ==,
                   "/home/\xff"
                   "a");

  g_autoptr (CardeaJson) with_nul = fixture_request ();
  cardea_json_remove (cardea_json_get (with_nul, "resource"), "path");
  cardea_json_set_string (cardea_json_get (with_nul, "resource"), "path_b64", "L2EAYg==");
  expect_error (with_nul, 2, UI_CONSENT_QUESTION_ERROR_REQUEST);
}

static void
test_others_are_kept (void)
{
  g_autoptr (CardeaJson) request = fixture_request ();
  cardea_json_set_string (cardea_json_get (request, "resource"), "colour", "red");
  cardea_json_set_int (request, "urgency", 7);
  g_autoptr (UiConsentQuestion) question = read_request (request, 2, NULL);
  g_assert_nonnull (question);
  g_assert_cmpuint (question->others->len, ==, 2);
  g_assert_cmpstr (question->others->pdata[0], ==, "resource.colour: \"red\"");
  g_assert_cmpstr (question->others->pdata[1], ==, "urgency: 7");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/consent/question/whole", test_whole);
  g_test_add_func ("/ui/consent/question/digest", test_digest);
  g_test_add_func ("/ui/consent/question/required", test_required);
  g_test_add_func ("/ui/consent/question/wrong-types", test_wrong_types);
  g_test_add_func ("/ui/consent/question/unknown", test_unknown);
  g_test_add_func ("/ui/consent/question/tier", test_tier);
  g_test_add_func ("/ui/consent/question/signed-without-signer", test_signed_without_signer);
  g_test_add_func ("/ui/consent/question/encoded-path", test_encoded_path);
  g_test_add_func ("/ui/consent/question/others-are-kept", test_others_are_kept);
  return g_test_run ();
}
