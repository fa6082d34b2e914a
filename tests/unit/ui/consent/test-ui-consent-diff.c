/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/consent/ui-consent-diff.h"

static void
expect (const UiConsentDiff *diff, guint index, UiConsentDiffKind kind, int before, int after,
        const char *text)
{
  g_assert_cmpuint (index, <, diff->lines->len);
  const UiConsentDiffLine *line = diff->lines->pdata[index];
  g_assert_cmpint (line->kind, ==, kind);
  g_assert_cmpint (line->before, ==, before);
  g_assert_cmpint (line->after, ==, after);
  g_assert_cmpstr (line->text, ==, text);
}

static void
test_ordinary (void)
{
  g_autoptr (UiConsentDiff) diff
      = ui_consent_diff_new ("--- a/x\n+++ b/x\n@@ -4,3 +4,4 @@ head\n one\n-two\n+2\n+2b\n three\n"
                             "@@ -20 +21 @@\n-last\n\\ No newline at end of file\n+last\n");
  expect (diff, 0, UI_CONSENT_DIFF_HUNK, 4, 4, "@@ -4,3 +4,4 @@ head");
  expect (diff, 1, UI_CONSENT_DIFF_CONTEXT, 4, 4, "one");
  expect (diff, 2, UI_CONSENT_DIFF_REMOVED, 5, 0, "two");
  expect (diff, 3, UI_CONSENT_DIFF_ADDED, 0, 5, "2");
  expect (diff, 4, UI_CONSENT_DIFF_ADDED, 0, 6, "2b");
  expect (diff, 5, UI_CONSENT_DIFF_CONTEXT, 6, 7, "three");
  expect (diff, 6, UI_CONSENT_DIFF_HUNK, 20, 21, "@@ -20 +21 @@");
  expect (diff, 7, UI_CONSENT_DIFF_REMOVED, 20, 0, "last");
  expect (diff, 8, UI_CONSENT_DIFF_REMARK, 0, 0, "\\ No newline at end of file");
  expect (diff, 9, UI_CONSENT_DIFF_ADDED, 0, 21, "last");
  g_assert_cmpuint (diff->lines->len, ==, 10);
  g_assert_cmpuint (diff->added, ==, 3);
  g_assert_cmpuint (diff->removed, ==, 2);
  g_assert_false (diff->marked || diff->crlf);
}

/* Content that looks like the syntax around it does not become it. */
static void
test_content_like_syntax (void)
{
  g_autoptr (UiConsentDiff) diff = ui_consent_diff_new (
      "--- a\n+++ b\n@@ -1,2 +1,2 @@\n--- /etc/passwd\n-@@ -9 +9 @@\n+++ b\n+@@ -9 +9 @@\n");
  expect (diff, 1, UI_CONSENT_DIFF_REMOVED, 1, 0, "-- /etc/passwd");
  expect (diff, 2, UI_CONSENT_DIFF_REMOVED, 2, 0, "@@ -9 +9 @@");
  expect (diff, 3, UI_CONSENT_DIFF_ADDED, 0, 1, "++ b");
  expect (diff, 4, UI_CONSENT_DIFF_ADDED, 0, 2, "@@ -9 +9 @@");
}

/* More lines than a hunk announces are shown, not swallowed. */
static void
test_no_difference (void)
{
  g_autoptr (UiConsentDiff) diff = ui_consent_diff_new (
      "hello\n@@ -x +1 @@\n@@ -1 +1 @@\n-a\n+b\n+c\n@@ -1,99999999999 +1 @@\n");
  expect (diff, 0, UI_CONSENT_DIFF_REMARK, 0, 0, "hello");
  expect (diff, 1, UI_CONSENT_DIFF_REMARK, 0, 0, "@@ -x +1 @@");
  expect (diff, 5, UI_CONSENT_DIFF_REMARK, 0, 0, "+c");
  expect (diff, 6, UI_CONSENT_DIFF_REMARK, 0, 0, "@@ -1,99999999999 +1 @@");
  g_autoptr (UiConsentDiff) nothing = ui_consent_diff_new ("");
  g_assert_cmpuint (nothing->lines->len, ==, 0);
  g_autoptr (UiConsentDiff) cut = ui_consent_diff_new ("@@ -1,5 +1,5 @@\n a\n-b");
  expect (cut, 2, UI_CONSENT_DIFF_REMOVED, 2, 0, "b");
}

static void
test_escaping (void)
{
  g_autoptr (UiConsentDiff) diff
      = ui_consent_diff_new ("@@ -0,0 +1,3 @@\n+a\tb \\ c\n+\033[2J\u202eevil\n+\r\n");
  expect (diff, 1, UI_CONSENT_DIFF_ADDED, 0, 1, "a\tb \\ c");
  expect (diff, 2, UI_CONSENT_DIFF_ADDED, 0, 2, "\\u{001b}[2J\\u{202e}evil");
  expect (diff, 3, UI_CONSENT_DIFF_ADDED, 0, 3, "\\u{000d}");
  g_assert_true (diff->marked);
  g_assert_false (diff->crlf);
}

static void
test_crlf (void)
{
  g_autoptr (UiConsentDiff) diff
      = ui_consent_diff_new ("@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n\\ No newline at end of file\n");
  expect (diff, 1, UI_CONSENT_DIFF_CONTEXT, 1, 1, "a");
  expect (diff, 3, UI_CONSENT_DIFF_ADDED, 0, 2, "c");
  g_assert_true (diff->crlf);
  g_assert_false (diff->marked);
  /* a change of the line ends alone stays visible */
  g_autoptr (UiConsentDiff) ends = ui_consent_diff_new ("@@ -1 +1 @@\n-a\r\n+a\n");
  expect (ends, 1, UI_CONSENT_DIFF_REMOVED, 1, 0, "a\\u{000d}");
  g_assert_false (ends->crlf);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui/consent/diff/ordinary", test_ordinary);
  g_test_add_func ("/ui/consent/diff/content-like-syntax", test_content_like_syntax);
  g_test_add_func ("/ui/consent/diff/no-difference", test_no_difference);
  g_test_add_func ("/ui/consent/diff/escaping", test_escaping);
  g_test_add_func ("/ui/consent/diff/crlf", test_crlf);
  return g_test_run ();
}
