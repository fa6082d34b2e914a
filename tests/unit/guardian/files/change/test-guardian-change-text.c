/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/files/change/guardian-change-text.h"

#include "guardian/files/change/guardian-change-diff.h"

#include <string.h>

#define LINES 100000
#define LIMIT_US (10 * G_USEC_PER_SEC) /* a busy machine; the bench measures */

static const struct {
  const char *before, *after, *diff;
  guint added, removed;
} cases[] = {
  { "a\nb\nc\n", "a\nx\nc\n", "@@ -1,3 +1,3 @@\n a\n-b\n+x\n c\n", 1, 1 },
  { "", "a\n", "@@ -0,0 +1,1 @@\n+a\n", 1, 0 },
  { "a\n", "", "@@ -1,1 +0,0 @@\n-a\n", 0, 1 },
  { "a", "a\n", "@@ -1,1 +1,1 @@\n-a\n\\ No newline at end of file\n+a\n", 1, 1 },
  { "1\n2\n3\n4\n5\n6\n7\n8\n9\n", "1\n2\n3\n4\n5\n6\n7\n8\n9\n10\n",
    "@@ -7,3 +7,4 @@\n 7\n 8\n 9\n+10\n", 1, 0 },
  /* Far apart: two groups, each with its own lines around it. */
  { "x\n1\n2\n3\n4\n5\n6\n7\ny\n", "X\n1\n2\n3\n4\n5\n6\n7\nY\n",
    "@@ -1,4 +1,4 @@\n-x\n+X\n 1\n 2\n 3\n@@ -6,4 +6,4 @@\n 5\n 6\n 7\n-y\n+Y\n", 2, 2 },
};

static void
compare (const char *before, const char *after, gsize limit, GuardianChangeText *text)
{
  guardian_change_text_compare (before, strlen (before), "old", after, strlen (after), "new", limit,
                                text);
}

static void
test_unified (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_auto (GuardianChangeText) text = { 0 };
      g_autofree char *expected = g_strconcat ("--- old\n+++ new\n", cases[i].diff, NULL);
      compare (cases[i].before, cases[i].after, 10000, &text);
      g_assert_cmpstr (text.diff->str, ==, expected);
      g_assert_cmpuint (text.added, ==, cases[i].added);
      g_assert_cmpuint (text.removed, ==, cases[i].removed);
      g_assert_false (text.cut);
    }
}

static void
test_same (void)
{
  g_auto (GuardianChangeText) text = { 0 };
  compare ("a\nb\n", "a\nb\n", 10000, &text);
  g_assert_null (text.diff);
  g_assert_true (text.counted);
  g_assert_cmpuint (text.added + text.removed, ==, 0);
}

static void
test_new_and_gone (void)
{
  g_auto (GuardianChangeText) made = { 0 };
  guardian_change_text_compare (NULL, 0, NULL, "a\n", 2, "/x", 1000, &made);
  g_assert_cmpstr (made.diff->str, ==, "--- /dev/null\n+++ /x\n@@ -0,0 +1,1 @@\n+a\n");
  g_auto (GuardianChangeText) gone = { 0 };
  guardian_change_text_compare ("a\n", 2, "/x", NULL, 0, NULL, 1000, &gone);
  g_assert_cmpstr (gone.diff->str, ==, "--- /x\n+++ /dev/null\n@@ -1,1 +0,0 @@\n-a\n");
}

/* A name cannot put a line of its own into what is shown. */
static void
test_names (void)
{
  g_auto (GuardianChangeText) text = { 0 };
  guardian_change_text_compare ("a\n", 2, "x\n+evil", "b\n", 2, "y\xe2\x80\xae", 1000, &text);
  g_assert_true (g_str_has_prefix (text.diff->str, "--- x\\u{000a}+evil\n+++ y\\u{202e}\n@@"));
}

static void
test_cut (void)
{
  g_auto (GuardianChangeText) text = { 0 };
  compare ("a\nb\nc\nd\n", "1\n2\n3\n4\n", 40, &text);
  g_assert_true (text.cut);
  g_assert_cmpuint (text.diff->len, <=, 40);
  g_assert_true (g_str_has_suffix (text.diff->str, "\n"));
  g_assert_cmpuint (text.added, ==, 4);
  g_assert_cmpuint (text.removed, ==, 4);
}

static const struct {
  const char *bytes;
  gsize size;
  gboolean is_text;
  const char *type;
} kinds[] = {
  { "", 0, TRUE, "empty" },
  { "plain\n", 6, TRUE, "text" },
  { "gr\xc3\xbc\xc3\x9f", 6, TRUE, "text" },
  { "a\0b", 3, FALSE, "data" },
  { "\xff\xd8\xff\xe0", 4, FALSE, "JPEG picture" },
  { "\x7f"
    "ELF\1",
    5, TRUE, "program" },
  { "\xc3", 1, FALSE, "data" },
};

static void
test_kinds (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      g_assert_cmpint (guardian_change_text_is_text (kinds[i].bytes, kinds[i].size), ==,
                       kinds[i].is_text);
      g_assert_cmpstr (guardian_change_text_type (kinds[i].bytes, kinds[i].size), ==,
                       kinds[i].type);
    }
}

/* Texts that make comparing hard end in time, and nothing is said that is not so. */
static void
test_hard (void)
{
  static const guint numbers[] = { 2, 7, 100, 5000 };
  for (gsize i = 0; i < G_N_ELEMENTS (numbers); i++)
    {
      GString *before = g_string_new (NULL);
      GString *after = g_string_new (NULL);
      g_autoptr (GRand) random = g_rand_new_with_seed (i);
      for (guint k = 0; k < LINES; k++)
        {
          g_string_append_printf (before, "%d\n", g_rand_int_range (random, 0, numbers[i]));
          g_string_append_printf (after, "%d\n", g_rand_int_range (random, 0, numbers[i]));
        }
      g_auto (GuardianChangeText) text = { 0 };
      gint64 begun = g_get_monotonic_time ();
      compare (before->str, after->str, 100, &text);
      g_assert_cmpint (g_get_monotonic_time () - begun, <, LIMIT_US);
      g_assert_cmpuint (text.added, ==, text.removed);
      g_assert_cmpuint (text.added, <=, LINES);
      g_string_free (before, TRUE);
      g_string_free (after, TRUE);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/change/text/unified", test_unified);
  g_test_add_func ("/change/text/same", test_same);
  g_test_add_func ("/change/text/new-and-gone", test_new_and_gone);
  g_test_add_func ("/change/text/names", test_names);
  g_test_add_func ("/change/text/cut", test_cut);
  g_test_add_func ("/change/text/kinds", test_kinds);
  g_test_add_func ("/change/text/hard", test_hard);
  return g_test_run ();
}
