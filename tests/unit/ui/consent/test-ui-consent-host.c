/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/unit/ui/consent/test-ui-consent-fixture.h"
#include "ui/consent/ui-consent-answer.h"
#include "ui/consent/ui-consent-preview.h"
#include "ui/consent/ui-consent-wording.h"

#include <string.h>

#define GET                                                                                        \
  "{\"kind\":\"host\",\"host\":\"www.example.co.uk\",\"domain\":\"example.co.uk\",\"port\":443,"   \
  "\"scheme\":\"https\",\"tls\":true,\"method\":\"GET\",\"url\":\"https://www.example.co.uk/"      \
  "a?b\","                                                                                         \
  "\"labels\":[]}"
#define TUNNEL                                                                                     \
  "{\"kind\":\"host\",\"host\":\"example.org\",\"domain\":\"example.org\",\"port\":22,"            \
  "\"labels\":[]}"
#define POST                                                                                       \
  "{\"kind\":\"host\",\"host\":\"api.example.com\",\"domain\":\"example.com\",\"port\":80,"        \
  "\"scheme\":\"http\",\"method\":\"POST\",\"url\":\"http://api.example.com/v1\","                 \
  "\"headers\":[{\"name\":\"X-Note\",\"value\":\"a\\u202eb\"}],\"labels\":[]}"
#define SENDS                                                                                      \
  "{\"bytes\":\"2100\",\"sha256\":\"ab\",\"type\":\"text/plain\",\"text\":\"one\\ntwo\\n\"}"

static CardeaJson *
parse (const char *text)
{
  CardeaJson *json = cardea_json_parse (text, strlen (text), NULL);
  g_assert_nonnull (json);
  return json;
}

static UiConsentQuestion *
read_host (const char *action, const char *resource, const char *sends, GError **error)
{
  g_autoptr (CardeaJson) request = fixture_request ();
  gint64 tier = 2;

  cardea_json_set_string (request, "action", action);
  cardea_json_set (request, "resource", parse (resource));
  if (sends != NULL)
    cardea_json_set (request, "sends", parse (sends));
  g_assert_true (cardea_json_get_int (request, "tier", &tier));
  g_autoptr (CardeaMessage) message = fixture_message (request, (int) tier);
  return ui_consent_question_new (message, error);
}

static UiConsentWording *
word (const char *action, const char *resource, const char *sends)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (UiConsentQuestion) question = read_host (action, resource, sends, &error);
  g_assert_no_error (error);
  return ui_consent_wording_new (question, "/home/eva", 1000);
}

static void
test_page (void)
{
  g_autoptr (UiConsentWording) wording = word ("net.request", GET, NULL);

  g_assert_cmpstr (wording->sentence, ==, "Get a page from www.example.co.uk");
  g_assert_cmpstr (wording->verb_object, ==, "Get page");
  g_assert_cmpstr (wording->target_stem, ==, "https://www.");
  g_assert_cmpstr (wording->target_last, ==, "example.co.uk");
  g_assert_cmpstr (wording->target_tail, ==, "/a?b");
  g_assert_cmpstr (wording->target_name, ==, "www.example.co.uk");
  g_assert_cmpstr (wording->facts, ==,
                   "GET · encrypted · on the internet · belongs to example.co.uk");
  g_assert_null (wording->warnings[0]);
}

static void
test_tunnel (void)
{
  g_autoptr (UiConsentWording) wording = word ("net.connect", TUNNEL, NULL);

  g_assert_cmpstr (wording->sentence, ==, "Connect to example.org:22");
  g_assert_cmpstr (wording->target_stem, ==, "");
  g_assert_cmpstr (wording->target_last, ==, "example.org");
  g_assert_cmpstr (wording->target_tail, ==, ":22");
}

/* The exact body, the headers, and that anybody can read it. */
static void
test_body (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (UiConsentQuestion) question = read_host ("net.request", POST, SENDS, &error);
  g_assert_no_error (error);
  g_autoptr (UiConsentWording) wording = ui_consent_wording_new (question, NULL, 1000);
  g_autoptr (UiConsentPreview) preview = ui_consent_preview_new (question, NULL);
  g_autoptr (GPtrArray) lines = ui_consent_preview_lines (preview);
  const UiConsentPreviewLine *header = lines->pdata[0];
  const UiConsentPreviewLine *first = lines->pdata[2];
  const UiConsentPreviewLine *second = lines->pdata[3];

  g_assert_cmpstr (wording->sentence, ==, "Send 2.1\u00a0kB to api.example.com");
  g_assert_nonnull (strstr (wording->warnings[0], "not encrypted"));
  g_assert_cmpuint (lines->len, ==, 4);
  g_assert_cmpstr (header->text, ==, "X-Note: a\\u{202e}b");
  g_assert_cmpstr (first->text, ==, "one");
  g_assert_cmpstr (second->text, ==, "two");
  g_assert_cmpint (second->after, ==, 2);
  g_assert_true (ui_consent_preview_has_content (preview));
}

/* What reads as one name and is another: in its own letters and as it is. */
static void
test_letters (void)
{
  g_autoptr (UiConsentWording) wording
      = word ("net.connect",
              "{\"kind\":\"host\",\"host\":\"xn--pple-43d.com\",\"domain\":\"xn--pple-43d.com\","
              "\"port\":443,\"labels\":[]}",
              NULL);

  g_assert_cmpstr (wording->target_last, ==, "xn--pple-43d.com");
  g_assert_nonnull (strstr (wording->facts, "аpple.com"));
  g_assert_nonnull (strstr (wording->warnings[0], "alphabets"));
}

static void
test_rules (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (UiConsentQuestion) question = read_host ("net.request", GET, NULL, &error);
  g_assert_no_error (error);
  const UiConsentChoice once = { UI_CONSENT_DURATION_ONCE, UI_CONSENT_SCOPE_EXACT };
  const UiConsentChoice task = { UI_CONSENT_DURATION_TASK, UI_CONSENT_SCOPE_EXACT };
  const UiConsentChoice host = { UI_CONSENT_DURATION_TASK, UI_CONSENT_SCOPE_HOST };
  g_autofree char *first = ui_consent_wording_rule (question, &once, NULL);
  g_autofree char *second = ui_consent_wording_rule (question, &task, NULL);
  g_autofree char *third = ui_consent_wording_rule (question, &host, NULL);

  g_assert_cmpstr (first, ==, "Exactly this request to www.example.co.uk, this time.");
  g_assert_cmpstr (second, ==,
                   "Getting anything from www.example.co.uk on port 443, until this task ends.");
  g_assert_cmpstr (third, ==,
                   "Everything with www.example.co.uk: every port, getting and sending, until this "
                   "task ends.");
}

static void
test_refused (void)
{
  static const struct {
    const char *action;
    const char *resource;
    const char *sends;
  } rows[] = {
    { "net.request", TUNNEL, NULL },
    { "net.connect", GET, NULL },
    { "net.connect", TUNNEL, SENDS },
    { "file.read", GET, NULL },
    { "net.connect", "{\"kind\":\"host\",\"host\":\"Example.org\",\"port\":443}", NULL },
    { "net.connect", "{\"kind\":\"host\",\"host\":\"example.org\",\"port\":0}", NULL },
    { "net.connect", "{\"kind\":\"host\",\"host\":\"a.org\",\"domain\":\"b.org\",\"port\":1}",
      NULL },
    { "net.request",
      "{\"kind\":\"host\",\"host\":\"a.org\",\"port\":443,\"scheme\":\"https\",\"method\":\"GET\","
      "\"url\":\"https://a.org.evil.com/\"}",
      NULL },
    { "net.request",
      "{\"kind\":\"host\",\"host\":\"a.org\",\"port\":443,\"scheme\":\"https\",\"method\":\"GET\","
      "\"url\":\"https://u@a.org/\"}",
      NULL },
    { "net.request", POST, "{\"bytes\":\"1\"}" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (UiConsentQuestion) question
          = read_host (rows[i].action, rows[i].resource, rows[i].sends, &error);
      if (question != NULL)
        g_error ("row %" G_GSIZE_FORMAT " was accepted", i);
      g_assert_error (error, UI_CONSENT_QUESTION_ERROR, UI_CONSENT_QUESTION_ERROR_REQUEST);
    }
}

/* --- what was found --- */

#define FOUND                                                                                      \
  "[{\"rule\":\"card-number\",\"count\":2,\"line\":3,\"before\":\"Pay with "                       \
  "\",\"shown\":\"\\u2022\\u20229855\",\"after\":\", please\",\"mark\":\"00\","                    \
  "\"from\":\"/home/eva/bank.csv\"},"                                                              \
  "{\"rule\":\"opaque\",\"count\":1,\"why\":\"part of it is encrypted\"}]"

static UiConsentQuestion *
read_found (const char *durations, const char *treatments)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaJson) request = fixture_request ();
  CardeaJson *remember = cardea_json_get (request, "remember");

  cardea_json_set_string (request, "action", "net.request");
  cardea_json_set (request, "resource", parse (POST));
  cardea_json_set (request, "sends", parse (SENDS));
  cardea_json_set (request, "sensitive", parse (FOUND));
  if (treatments != NULL)
    cardea_json_set (request, "treatments", parse (treatments));
  cardea_json_set (remember, "durations", parse (durations));
  cardea_json_set (remember, "scopes", parse ("[\"exact\"]"));
  cardea_json_set_int (request, "tier", 3);
  g_autoptr (CardeaMessage) message = fixture_message (request, 3);
  UiConsentQuestion *question = ui_consent_question_new (message, &error);
  g_assert_no_error (error);
  return question;
}

static void
test_found (void)
{
  g_autoptr (UiConsentQuestion) question
      = read_found ("[\"once\",\"task\"]", "[\"send\",\"redact\",\"placeholder\"]");
  g_autoptr (UiConsentWording) wording = ui_consent_wording_new (question, "/home/eva", 1000);
  const UiConsentChoice send = { .duration = UI_CONSENT_DURATION_TASK };
  const UiConsentChoice redact = { .treatment = UI_CONSENT_TREATMENT_REDACT };
  g_autofree char *sending = ui_consent_wording_rule (question, &send, "/home/eva");
  g_autofree char *leaving = ui_consent_wording_rule (question, &redact, "/home/eva");
  g_autofree char *verb = ui_consent_wording_verb (question, wording, &redact);
  g_autofree char *usual = ui_consent_wording_verb (question, wording, &send);

  g_assert_cmpstr (wording->sensitive[0], ==,
                   "2 × card-number, line 3, probably from ~/bank.csv: “Pay with ••9855, please”");
  g_assert_cmpstr (wording->sensitive[1], ==,
                   "Not all of it could be looked into: part of it is encrypted");
  g_assert_cmpstr (sending, ==,
                   "Sending exactly what was found here to api.example.com, until this task ends.");
  g_assert_cmpstr (leaving, ==, "Leaving out what was found here, for api.example.com, this time.");
  g_assert_cmpstr (verb, ==, "Send without it");
  g_assert_cmpstr (usual, ==, "Send");
}

/* At tier 3 nothing but exactly that is remembered, and only what is offered is done. */
static void
test_found_choices (void)
{
  g_autoptr (UiConsentQuestion) question
      = read_found ("[\"once\",\"task\"]", "[\"send\",\"redact\"]");
  g_autoptr (UiConsentQuestion) plain = read_found ("[\"once\",\"task\",\"time\"]", NULL);
  const UiConsentChoice task = { .duration = UI_CONSENT_DURATION_TASK };
  const UiConsentChoice timed = { .duration = UI_CONSENT_DURATION_TIME, .seconds = 60 };
  const UiConsentChoice redact
      = { .duration = UI_CONSENT_DURATION_TASK, .treatment = UI_CONSENT_TREATMENT_REDACT };
  const UiConsentChoice placeholder = { .treatment = UI_CONSENT_TREATMENT_PLACEHOLDER };
  g_autoptr (GError) error = NULL;
  const UiConsentAnswer answer
      = { .decision = UI_CONSENT_DECISION_ALLOW, .choice = redact, .confirm = "api.example.com" };

  g_assert_true (ui_consent_choice_offered (question, &task));
  g_assert_false (ui_consent_choice_offered (question, &timed));
  g_assert_true (ui_consent_choice_offered (question, &redact));
  g_assert_false (ui_consent_choice_offered (question, &placeholder));
  g_assert_false (ui_consent_choice_offered (plain, &task));
  g_assert_false (ui_consent_choice_offered (plain, &redact));
  g_autoptr (CardeaMessage) message = ui_consent_answer_new_message (question, &answer, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (cardea_message_get_string (message, "treatment"), ==, "redact");
  g_assert_cmpstr (cardea_message_get_string (message, "duration"), ==, "task");
}

/* --- the clipboard, which has no path either --- */

static void
test_clipboard (void)
{
  static const struct {
    const char *action;
    const char *resource;
  } refused[] = {
    { "clipboard.read", "{\"kind\":\"host\",\"host\":\"h.example\",\"port\":80,\"labels\":[]}" },
    { "clipboard.read", "{\"kind\":\"clipboard\",\"text\":\"x\"}" },
    { "clipboard.read", "{\"kind\":\"clipboard\",\"path\":\"/home/eva/a\"}" },
    { "clipboard.write", "{\"kind\":\"clipboard\"}" },
    { "file.read", "{\"kind\":\"clipboard\"}" },
  };
  g_autoptr (UiConsentWording) paste = word ("clipboard.read", "{\"kind\":\"clipboard\"}", NULL);
  g_autoptr (UiConsentWording) copy
      = word ("clipboard.write",
              "{\"kind\":\"clipboard\",\"size\":\"7\",\"text\":\"rm\\u202e x\\n\"}", NULL);

  g_assert_cmpstr (paste->target_last, ==, "clipboard");
  g_assert_cmpstr (copy->target_last, ==, "clipboard");
  /* Whole, and what cannot be seen is made visible. */
  g_assert_nonnull (strstr (copy->effect, "rm\\u{202e} x\n"));
  for (gsize i = 0; i < G_N_ELEMENTS (refused); i++)
    {
      g_autoptr (GError) error = NULL;
      g_assert_null (read_host (refused[i].action, refused[i].resource, NULL, &error));
      g_assert_nonnull (error);
    }
}

/* What was found in the text is named; there is no host, and nothing to choose about it. */
static void
test_clipboard_found (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaJson) request = fixture_request ();
  CardeaJson *remember = cardea_json_get (request, "remember");
  const UiConsentChoice once = { .duration = UI_CONSENT_DURATION_ONCE };
  const UiConsentChoice task = { .duration = UI_CONSENT_DURATION_TASK };

  cardea_json_set_string (request, "action", "clipboard.write");
  cardea_json_set (request, "resource",
                   parse ("{\"kind\":\"clipboard\",\"size\":\"3\",\"text\":\"key\"}"));
  cardea_json_set (request, "sensitive", parse (FOUND));
  cardea_json_set (remember, "durations", parse ("[\"once\"]"));
  cardea_json_set (remember, "scopes", parse ("[\"exact\"]"));
  cardea_json_set_int (request, "tier", 3);
  g_autoptr (CardeaMessage) message = fixture_message (request, 3);
  g_autoptr (UiConsentQuestion) question = ui_consent_question_new (message, &error);
  g_assert_no_error (error);
  g_autoptr (UiConsentWording) wording = ui_consent_wording_new (question, "/home/eva", 1000);
  g_autofree char *rule = ui_consent_wording_rule (question, &once, "/home/eva");
  g_autofree char *verb = ui_consent_wording_verb (question, wording, &once);

  g_assert_cmpuint (g_strv_length (wording->sensitive), ==, 2);
  g_assert_true (g_str_has_prefix (wording->sensitive[0], "2 × card-number, line 3"));
  g_assert_cmpstr (rule, ==, "Copying this text, this time.");
  g_assert_cmpstr (verb, ==, wording->verb_object);
  g_assert_false (ui_consent_question_is_about_content (question));
  g_assert_false (ui_consent_choice_offered (question, &task));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/consent/host/page", test_page);
  g_test_add_func ("/ui/consent/host/tunnel", test_tunnel);
  g_test_add_func ("/ui/consent/host/body", test_body);
  g_test_add_func ("/ui/consent/host/letters", test_letters);
  g_test_add_func ("/ui/consent/host/rules", test_rules);
  g_test_add_func ("/ui/consent/host/refused", test_refused);
  g_test_add_func ("/ui/consent/host/found", test_found);
  g_test_add_func ("/ui/consent/host/found-choices", test_found_choices);
  g_test_add_func ("/ui/consent/host/clipboard", test_clipboard);
  g_test_add_func ("/ui/consent/host/clipboard-found", test_clipboard_found);
  return g_test_run ();
}
