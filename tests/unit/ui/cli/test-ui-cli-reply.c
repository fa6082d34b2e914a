/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/unit/ui/consent/test-ui-consent-fixture.h"
#include "ui/cli/ui-cli-reply.h"

static UiConsentQuestion *
question_at (int tier)
{
  g_autoptr (CardeaJson) request = fixture_request ();
  cardea_json_set_int (request, "tier", tier);
  g_autoptr (CardeaMessage) message = fixture_message (request, tier);
  return ui_consent_question_new (message, NULL);
}

static void
test_lines (void)
{
  static const struct {
    const char *line;
    UiCliReply reply;
    const char *note;
  } rows[] = {
    { "amber", UI_CLI_REPLY_WORD, NULL },
    { "Amber", UI_CLI_REPLY_WORD, NULL },
    { "ambe", UI_CLI_REPLY_WRONG, NULL },
    { "amber ", UI_CLI_REPLY_WRONG, NULL },
    { "y", UI_CLI_REPLY_WRONG, NULL },
    { "yes", UI_CLI_REPLY_WRONG, NULL },
    { "allow", UI_CLI_REPLY_WRONG, NULL },
    { "", UI_CLI_REPLY_DENY, NULL },
    { "  ", UI_CLI_REPLY_DENY, NULL },
    { "no", UI_CLI_REPLY_DENY, NULL },
    { "n", UI_CLI_REPLY_DENY, NULL },
    { "NO", UI_CLI_REPLY_DENY, NULL },
    { "no use the other one", UI_CLI_REPLY_DENY, "use the other one" },
    { "deny  ", UI_CLI_REPLY_DENY, NULL },
    { "nobody", UI_CLI_REPLY_WRONG, NULL },
    { "stop", UI_CLI_REPLY_STOP, NULL },
    { "details", UI_CLI_REPLY_DETAILS, NULL },
    { "for task", UI_CLI_REPLY_CHOICE, NULL },
    { "for ever", UI_CLI_REPLY_UNOFFERED, NULL },
    { "covering host", UI_CLI_REPLY_UNOFFERED, NULL },
  };
  g_autoptr (UiConsentQuestion) question = question_at (2);
  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      UiConsentChoice choice = { 0 };
      const char *note;
      g_test_message ("%s", rows[i].line);
      g_assert_cmpint (ui_cli_reply_read (question, "amber", rows[i].line, &choice, &note), ==,
                       rows[i].reply);
      g_assert_cmpstr (note, ==, rows[i].note);
    }
}

static void
test_choices_add_up (void)
{
  g_autoptr (UiConsentQuestion) question = question_at (2);
  UiConsentChoice choice = { 0 };
  const char *note;
  g_assert_cmpint (ui_cli_reply_read (question, "amber", "for always", &choice, &note), ==,
                   UI_CLI_REPLY_CHOICE);
  g_assert_cmpint (ui_cli_reply_read (question, "amber", "covering folder", &choice, &note), ==,
                   UI_CLI_REPLY_CHOICE);
  g_assert_cmpint (choice.duration, ==, UI_CONSENT_DURATION_TIME);
  g_assert_cmpint (choice.seconds, ==, 30 * 24 * 3600);
  g_assert_true (choice.renewing);
  g_assert_cmpint (choice.scope, ==, UI_CONSENT_SCOPE_FOLDER);
  /* One that is refused changes nothing. */
  g_assert_cmpint (ui_cli_reply_read (question, "amber", "for 31d", &choice, &note), ==,
                   UI_CLI_REPLY_UNOFFERED);
  g_assert_cmpint (choice.seconds, ==, 30 * 24 * 3600);
  g_assert_cmpint (ui_cli_reply_read (question, "amber", "for 15m", &choice, &note), ==,
                   UI_CLI_REPLY_CHOICE);
  g_assert_cmpint (choice.seconds, ==, 900);
  g_assert_false (choice.renewing);
}

static void
test_tier_3 (void)
{
  g_autoptr (UiConsentQuestion) question = question_at (3);
  UiConsentChoice choice = { 0 };
  const char *note;
  g_assert_cmpint (ui_cli_reply_read (question, NULL, "bank.csv", &choice, &note), ==,
                   UI_CLI_REPLY_WORD);
  g_assert_cmpint (ui_cli_reply_read (question, NULL, "BANK.CSV", &choice, &note), ==,
                   UI_CLI_REPLY_WRONG);
  g_assert_cmpint (ui_cli_reply_read (question, NULL, "for task", &choice, &note), ==,
                   UI_CLI_REPLY_UNOFFERED);
}

/* No word that can be picked means something else. */
static void
test_words (void)
{
  g_autoptr (UiConsentQuestion) question = question_at (2);
  for (guint i = 0; i < 500; i++)
    {
      UiConsentChoice choice = { 0 };
      const char *note;
      const char *word = ui_cli_reply_pick_word ();
      g_assert_cmpuint (strlen (word), >=, 4);
      g_assert_cmpint (ui_cli_reply_read (question, "another", word, &choice, &note), ==,
                       UI_CLI_REPLY_WRONG);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/cli/reply/lines", test_lines);
  g_test_add_func ("/ui/cli/reply/choices-add-up", test_choices_add_up);
  g_test_add_func ("/ui/cli/reply/tier-3", test_tier_3);
  g_test_add_func ("/ui/cli/reply/words", test_words);
  return g_test_run ();
}
