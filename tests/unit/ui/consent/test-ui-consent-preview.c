/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/unit/ui/consent/test-ui-consent-fixture.h"
#include "ui/consent/ui-consent-preview.h"

static UiConsentPreview *
preview_of (CardeaJson *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (CardeaMessage) message = fixture_message (request, 2);
  g_autoptr (UiConsentQuestion) question = ui_consent_question_new (message, &error);
  g_assert_no_error (error);
  return ui_consent_preview_new (question, "/home/eva");
}

static void
expect (const GPtrArray *lines, guint index, UiConsentPreviewKind kind, const char *text)
{
  g_assert_cmpuint (index, <, lines->len);
  const UiConsentPreviewLine *line = lines->pdata[index];
  g_assert_cmpstr (line->text, ==, text);
  g_assert_cmpint (line->kind, ==, kind);
}

static void
test_single (void)
{
  g_autoptr (CardeaJson) request = fixture_change ("file.write", FIXTURE_WRITE);
  g_autoptr (UiConsentPreview) preview = preview_of (request);
  g_autoptr (GPtrArray) lines = ui_consent_preview_lines (preview);
  expect (lines, 0, UI_CONSENT_PREVIEW_FACT, "14 bytes → 12 bytes · +1 · −1");
  expect (lines, 1, UI_CONSENT_PREVIEW_CONTEXT, "one");
  expect (lines, 2, UI_CONSENT_PREVIEW_REMOVED, "two");
  expect (lines, 3, UI_CONSENT_PREVIEW_ADDED, "2");
  expect (lines, 4, UI_CONSENT_PREVIEW_CONTEXT, "three");
  g_assert_cmpuint (lines->len, ==, 5);
  g_assert_false (ui_consent_preview_is_list (preview));
  g_assert_cmpuint (ui_consent_preview_folded (preview), ==, 0);
}

static void
test_list (void)
{
  g_autoptr (CardeaJson) request = fixture_change (
      "file.rename",
      "[{\"op\":\"mkdir\",\"kind\":\"folder\",\"path\":\"/home/eva/Documents/2024\","
      "\"exists\":false,\"undoable\":true},"
      "{\"op\":\"rename\",\"kind\":\"file\",\"path\":\"/home/eva/Documents/a.pdf\","
      "\"to\":\"/home/eva/Documents/2024/a.pdf\",\"exists\":true,\"size\":\"9\",\"undoable\":true},"
      "{\"op\":\"delete\",\"kind\":\"file\",\"path\":\"/etc/x\",\"exists\":true,"
      "\"undoable\":false,\"notes\":[\"it is a\\nhard link\"]}]");
  g_autoptr (UiConsentPreview) preview = preview_of (request);
  g_autoptr (GPtrArray) lines = ui_consent_preview_lines (preview);
  g_assert_true (ui_consent_preview_is_list (preview));
  expect (lines, 0, UI_CONSENT_PREVIEW_HEADING, "Make the folder 2024");
  expect (lines, 1, UI_CONSENT_PREVIEW_HEADING, "Move a.pdf → 2024/a.pdf");
  expect (lines, 2, UI_CONSENT_PREVIEW_FACT, "9 bytes");
  expect (lines, 3, UI_CONSENT_PREVIEW_HEADING, "Delete /etc/x");
  expect (lines, 4, UI_CONSENT_PREVIEW_NOTE, "it is a\\u{000a}hard link");
  expect (lines, 5, UI_CONSENT_PREVIEW_NOTE, "This cannot be undone.");
  g_assert_cmpuint (((UiConsentPreviewLine *) lines->pdata[5])->section, ==, 2);
}

/* A new file of 1000 lines after a small change: 399 lines of it are shown, the others counted. */
static void
test_folds (void)
{
  g_autoptr (GString) text = g_string_new ("@@ -0,0 +1,1000 @@\\n");
  for (guint i = 1; i <= 1000; i++)
    g_string_append_printf (text, "+line %u\\n", i);
  g_autofree char *changes = g_strdup_printf (
      "[{\"op\":\"write\",\"kind\":\"file\",\"path\":\"/home/eva/Documents/a\",\"exists\":true,"
      "\"diff\":\"@@ -1 +0,0 @@\\n-x\\n\",\"undoable\":true},"
      "{\"op\":\"create\",\"kind\":\"file\",\"path\":\"/home/eva/Documents/b\",\"exists\":false,"
      "\"diff\":\"%s\",\"undoable\":true},"
      "{\"op\":\"write\",\"kind\":\"file\",\"path\":\"/home/eva/Documents/c\",\"exists\":true,"
      "\"diff\":\"@@ -7 +7 @@\\n-x\\n+y\\n\",\"undoable\":true}]",
      text->str);
  g_autoptr (CardeaJson) request = fixture_change ("file.write", changes);
  g_autoptr (UiConsentPreview) preview = preview_of (request);
  g_autoptr (GPtrArray) lines = ui_consent_preview_lines (preview);
  /* a: heading, -x · b: heading, 399 lines, fold · c: heading, fold */
  g_assert_cmpuint (lines->len, ==, 2 + 401 + 2);
  expect (lines, 401, UI_CONSENT_PREVIEW_ADDED, "line 399");
  expect (lines, 402, UI_CONSENT_PREVIEW_FOLD, "601 more lines, 601 of them changed");
  expect (lines, 403, UI_CONSENT_PREVIEW_HEADING, "Change c");
  expect (lines, 404, UI_CONSENT_PREVIEW_FOLD, "3 more lines, 2 of them changed");
  g_assert_cmpuint (ui_consent_preview_folded (preview), ==, 604);

  ui_consent_preview_open (preview, 2);
  ui_consent_preview_open (preview, 99);
  g_assert_cmpuint (ui_consent_preview_folded (preview), ==, 601);
  ui_consent_preview_open_all (preview);
  g_autoptr (GPtrArray) all = ui_consent_preview_lines (preview);
  g_assert_cmpuint (all->len, ==, 2 + 1001 + 4);
  expect (all, 1002, UI_CONSENT_PREVIEW_ADDED, "line 1000");
}

static void
test_binary_and_metadata (void)
{
  g_autoptr (CardeaJson) request = fixture_change (
      "file.write",
      "[{\"op\":\"write\",\"kind\":\"file\",\"path\":\"/home/eva/Documents/a.png\","
      "\"exists\":true,\"size\":\"5\",\"size_after\":\"6\",\"binary\":true,\"type\":\"PNG image\","
      "\"sha256\":\"aa\",\"sha256_after\":\"bb\",\"undoable\":true},"
      "{\"op\":\"metadata\",\"kind\":\"file\",\"path\":\"/home/eva/Documents/run\","
      "\"exists\":true,\"mode\":420,\"mode_after\":493,\"undoable\":true}]");
  g_autoptr (UiConsentPreview) preview = preview_of (request);
  g_autoptr (GPtrArray) lines = ui_consent_preview_lines (preview);
  expect (lines, 2, UI_CONSENT_PREVIEW_FACT, "Before: PNG image, 5 bytes, SHA-256 aa");
  expect (lines, 3, UI_CONSENT_PREVIEW_FACT, "After: no text, 6 bytes, SHA-256 bb");
  expect (lines, 4, UI_CONSENT_PREVIEW_HEADING, "Change permissions of run");
  expect (lines, 5, UI_CONSENT_PREVIEW_FACT, "Permissions: rw-r--r-- (0644) → rwxr-xr-x (0755)");
}

static void
test_other_questions_have_none (void)
{
  g_autoptr (CardeaJson) request = fixture_request ();
  g_autoptr (UiConsentPreview) preview = preview_of (request);
  g_autoptr (GPtrArray) lines = ui_consent_preview_lines (preview);
  g_assert_cmpuint (lines->len, ==, 0);
  g_assert_false (ui_consent_preview_is_list (preview));
}

int
main (int argc, char *argv[])
{
  g_setenv ("LC_ALL", "C.UTF-8", TRUE);
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/consent/preview/single", test_single);
  g_test_add_func ("/ui/consent/preview/list", test_list);
  g_test_add_func ("/ui/consent/preview/folds", test_folds);
  g_test_add_func ("/ui/consent/preview/binary-and-metadata", test_binary_and_metadata);
  g_test_add_func ("/ui/consent/preview/other-questions-have-none", test_other_questions_have_none);
  return g_test_run ();
}
