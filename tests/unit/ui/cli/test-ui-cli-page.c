/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "tests/unit/ui/consent/test-ui-consent-fixture.h"
#include "ui/cli/ui-cli-output.h"
#include "ui/cli/ui-cli-page.h"

static GPtrArray *
wrap (const char *head, guint indent, const char *text, guint columns)
{
  GPtrArray *lines = g_ptr_array_new_with_free_func (g_free);
  ui_cli_page_wrap (lines, head, indent, text, columns);
  return lines;
}

static void
expect_lines (GPtrArray *lines, const char *const *expected)
{
  guint i;
  for (i = 0; expected[i] != NULL; i++)
    {
      g_assert_cmpuint (i, <, lines->len);
      g_assert_cmpstr (lines->pdata[i], ==, expected[i]);
    }
  g_assert_cmpuint (lines->len, ==, i);
}

static void
test_wrap (void)
{
  g_autoptr (GPtrArray) words = wrap ("Why", 5, "one two three", 12);
  expect_lines (words, (const char *const[]){ "Why  one two", "     three", NULL });
  g_autoptr (GPtrArray) hard = wrap ("", 2, "abcdefghij k", 6);
  expect_lines (hard, (const char *const[]){ "  abcd", "  efgh", "  ij k", NULL });
  g_autoptr (GPtrArray) spaces = wrap ("", 0, "a  b", 10);
  expect_lines (spaces, (const char *const[]){ "a  b", NULL });
  g_autoptr (GPtrArray) wide = wrap ("", 0, "語語語", 5);
  expect_lines (wide, (const char *const[]){ "語語", "語", NULL });
  g_autoptr (GPtrArray) full = wrap ("", 0, "abcde fghijk", 5);
  expect_lines (full, (const char *const[]){ "abcde", "fghij", "k", NULL });
  g_autoptr (GPtrArray) empty = wrap ("x", 2, "", 10);
  expect_lines (empty, (const char *const[]){ "x ", NULL });
}

/* What is stressed stays stressed over a line's end, and each line closes what it opened. */
static void
test_stress (void)
{
  g_autoptr (GPtrArray) lines = wrap ("", 0, "ab\001cdef\002", 4);
  expect_lines (lines, (const char *const[]){ "ab\001cd\002", "\001ef\002", NULL });
  g_autofree char *shown = ui_cli_page_render (lines->pdata[1], FALSE);
  g_autofree char *plain = ui_cli_page_render (lines->pdata[1], TRUE);
  g_assert_cmpstr (shown, ==, "\033[1;4mef\033[0m");
  g_assert_cmpstr (plain, ==, "*ef*");
}

static char *
strip (GPtrArray *lines)
{
  GString *all = g_string_new (NULL);
  for (guint i = 0; i < lines->len; i++)
    for (const char *at = lines->pdata[i]; *at != '\0'; at++)
      if ((guchar) *at > UI_CLI_PAGE_REMOVED && *at != ' ')
        g_string_append_c (all, *at);
  return g_string_free (all, FALSE);
}

/* At every width the whole path is there, and no line is wider than the terminal. */
static void
test_nothing_is_left_out (void)
{
  g_autoptr (CardeaJson) request = fixture_request ();
  g_autofree char *name = g_strnfill (255, 'n');
  g_autofree char *path = g_strconcat ("/home/eva/", name, "/the-real-name.csv", NULL);
  cardea_json_set_string (cardea_json_get (request, "resource"), "path", path);
  g_autoptr (CardeaMessage) message = fixture_message (request, 2);
  g_autoptr (UiConsentQuestion) question = ui_consent_question_new (message, NULL);
  g_autoptr (UiConsentWording) wording = ui_consent_wording_new (question, "/home/eva", 1000);
  g_autoptr (UiConsentPreview) preview = ui_consent_preview_new (question, "/home/eva");
  g_autofree char *wanted = g_strconcat ("~/", name, "/the-real-name.csv", NULL);

  for (guint columns = 20; columns <= 200; columns += 7)
    {
      g_autoptr (GPtrArray) lines = ui_cli_page_compose (
          &(UiCliPage){ wording, preview, "a rule", "choices", TRUE }, columns);
      g_autofree char *all = strip (lines);
      g_assert_nonnull (strstr (all, wanted));
      g_assert_nonnull (strstr (all, "notverified"));
      g_assert_nonnull (strstr (all, question->digest));
      for (guint i = 0; i < lines->len; i++)
        {
          g_autofree char *plain = g_strdelimit (g_strdup (lines->pdata[i]), "\001\002", '.');
          guint marks = 0;
          for (const char *at = lines->pdata[i]; *at != '\0'; at++)
            marks += *at == UI_CLI_PAGE_STRONG || *at == UI_CLI_PAGE_NORMAL;
          g_assert_cmpuint (ui_cli_output_width (plain) - marks, <=, columns);
        }
    }
}

/* consent.md, "Fields": who, what, on what, why, because, effect, remember, details. */
static void
test_order (void)
{
  g_autoptr (CardeaJson) request = fixture_request ();
  g_autoptr (CardeaMessage) message = fixture_message (request, 2);
  g_autoptr (UiConsentQuestion) question = ui_consent_question_new (message, NULL);
  g_autoptr (UiConsentWording) wording = ui_consent_wording_new (question, "/home/eva", 1000);
  g_autoptr (UiConsentPreview) preview = ui_consent_preview_new (question, "/home/eva");
  g_autoptr (GPtrArray) lines
      = ui_cli_page_compose (&(UiCliPage){ wording, preview, "THERULE", "CHOICES", TRUE }, 100);
  g_autofree char *all = strip (lines);
  static const char *const order[] = { "Cardea’sownagent",
                                       "Read1fileinDocuments",
                                       "~/Documents/bank.csv",
                                       "Theagentsays",
                                       "Youasked",
                                       "getsthecontent",
                                       "THERULE",
                                       "CHOICES",
                                       "Digest" };
  const char *at = all;
  for (guint i = 0; i < G_N_ELEMENTS (order); i++)
    {
      at = strstr (at, order[i]);
      g_assert_nonnull (at);
    }
}

/* Signs and colours, tabs as spaces, long lines broken, none shortened; a fold says how to open it.
 */
static void
test_changes (void)
{
  g_autoptr (CardeaJson) request = fixture_change (
      "file.write",
      "[{\"op\":\"write\",\"kind\":\"file\",\"path\":\"/home/eva/Documents/report.txt\","
      "\"exists\":true,\"undoable\":true,\"diff\":"
      "\"@@ -9,2 +9,2 @@\\n   a  b\\n-\\tc\\n+0123456789abcdef\\n\"}]");
  g_autoptr (CardeaMessage) message = fixture_message (request, 2);
  g_autoptr (UiConsentQuestion) question = ui_consent_question_new (message, NULL);
  g_autoptr (UiConsentPreview) preview = ui_consent_preview_new (question, "/home/eva");
  g_autoptr (GPtrArray) lines = g_ptr_array_new_with_free_func (g_free);
  ui_cli_page_add_preview (lines, preview, NULL, 16);
  expect_lines (lines,
                (const char *const[]){ "  Line 9", "      a  b", "  \004-         c\002",
                                       "  \003+ 0123456789ab\002", "    \003cdef\002", NULL });
  g_autofree char *shown = ui_cli_page_render (lines->pdata[2], FALSE);
  g_autofree char *plain = ui_cli_page_render (lines->pdata[2], TRUE);
  g_assert_cmpstr (shown, ==, "  \033[31m-         c\033[0m");
  g_assert_cmpstr (plain, ==, "  -         c");
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/cli/page/wrap", test_wrap);
  g_test_add_func ("/ui/cli/page/stress", test_stress);
  g_test_add_func ("/ui/cli/page/nothing-is-left-out", test_nothing_is_left_out);
  g_test_add_func ("/ui/cli/page/order", test_order);
  g_test_add_func ("/ui/cli/page/changes", test_changes);
  return g_test_run ();
}
