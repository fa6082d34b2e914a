/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The input is the request of a question. Whatever it says: what a person would see is valid UTF-8
 * on one line without control characters, fits the terminal, and an approval stays within what the
 * question offers. */

#include "tests/fuzz/fuzz.h"
#include "ui/cli/ui-cli-output.h"
#include "ui/cli/ui-cli-page.h"

#define COLUMNS 40

static CardeaMessage *
wrap (CardeaJson *request)
{
  gint64 tier = 2;
  gsize size;
  g_autofree char *canonical = cardea_json_write (request, &size, NULL);
  if (canonical == NULL)
    return NULL;
  g_autofree char *digest
      = g_compute_checksum_for_data (G_CHECKSUM_SHA256, (const guint8 *) canonical, size);
  cardea_json_get_int (request, "tier", &tier);
  CardeaMessage *message = cardea_message_new ("consent.question");
  cardea_message_set_string (message, "id", "0011223344556677");
  cardea_message_set_string (message, "digest", digest);
  cardea_message_set_string (message, "nonce", "00112233445566778899aabbccddeeff");
  cardea_message_set_int (message, "tier", CLAMP (tier, 0, 5));
  cardea_message_set_int (message, "seconds", 60);
  cardea_message_set_json (message, "question", cardea_json_ref (request));
  return message;
}

static void
check_line (const char *line)
{
  FUZZ_CHECK (g_utf8_validate (line, -1, NULL));
  for (; *line != '\0'; line = g_utf8_next_char (line))
    {
      gunichar c = g_utf8_get_char (line);
      FUZZ_CHECK (!g_unichar_iscntrl (c) || (c >= UI_CLI_PAGE_STRONG && c <= UI_CLI_PAGE_REMOVED));
      FUZZ_CHECK (c < 0x202a || c > 0x202e);
    }
}

/* What is folded is counted, and all of it is there once it is opened. */
static void
check_folds (UiConsentPreview *preview)
{
  g_autoptr (GPtrArray) before = ui_consent_preview_lines (preview);
  guint folded = ui_consent_preview_folded (preview), folds = 0;
  for (guint i = 0; i < before->len; i++)
    folds += ((UiConsentPreviewLine *) before->pdata[i])->kind == UI_CONSENT_PREVIEW_FOLD;
  ui_consent_preview_open_all (preview);
  g_autoptr (GPtrArray) after = ui_consent_preview_lines (preview);
  FUZZ_CHECK (after->len == before->len - folds + folded);
  FUZZ_CHECK (ui_consent_preview_folded (preview) == 0);
}

static void
check_page (const UiConsentQuestion *question)
{
  const UiConsentChoice choice = { 0 };
  g_autoptr (UiConsentWording) wording = ui_consent_wording_new (question, "/home/eva", 1000);
  g_autofree char *rule = ui_consent_wording_rule (question, &choice, "/home/eva");
  g_autoptr (UiConsentPreview) preview = ui_consent_preview_new (question, "/home/eva");
  check_folds (preview);
  const UiCliPage page = { wording, preview, rule, NULL, TRUE };
  g_autoptr (GPtrArray) lines = ui_cli_page_compose (&page, COLUMNS);
  for (guint i = 0; i < lines->len; i++)
    {
      g_autofree char *shown = ui_cli_page_render (lines->pdata[i], TRUE);
      guint marks = 0;
      for (const char *at = lines->pdata[i]; *at != '\0'; at++)
        marks += *at == UI_CLI_PAGE_STRONG || *at == UI_CLI_PAGE_NORMAL;
      check_line (lines->pdata[i]);
      FUZZ_CHECK (ui_cli_output_width (shown) <= COLUMNS + marks);
    }
}

static void
check_answers (const UiConsentQuestion *question)
{
  g_autofree char *last = ui_consent_question_last_element (question);
  for (guint i = 0; i < 9; i++)
    {
      UiConsentAnswer answer = {
        .decision = UI_CONSENT_DECISION_ALLOW,
        .choice = { (UiConsentDuration) (i / 3), (UiConsentScope) (i % 3), 3600, FALSE },
        .confirm = last,
      };
      g_autoptr (CardeaMessage) message = ui_consent_answer_new_message (question, &answer, NULL);
      FUZZ_CHECK (message == NULL
                  || (question->tier <= 3 && ui_consent_choice_offered (question, &answer.choice)));
      FUZZ_CHECK (message == NULL || question->tier < 3 || i == 0);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (CardeaJson) request = cardea_json_parse ((const char *) data, size, NULL);
  g_autoptr (CardeaMessage) message = request != NULL ? wrap (request) : NULL;
  if (message == NULL)
    return 0;
  g_autoptr (GError) error = NULL;
  g_autoptr (UiConsentQuestion) question = ui_consent_question_new (message, &error);
  FUZZ_CHECK ((question == NULL) == (error != NULL));
  if (question == NULL)
    return 0;
  check_page (question);
  check_answers (question);
  return 0;
}
