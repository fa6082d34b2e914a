/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-edit.h"
#include "agent/content/agent-error.h"

#include <string.h>

#define NONE -1
#define MARK "\xef\xbb\xbf"

typedef struct {
  const char *before;
  const char *find;
  const char *replace;
  gboolean all;
  const char *after; /* NULL: refused */
  int error;         /* of AGENT_ERROR */
  guint64 count;
} Case;

static const Case cases[] = {
  { "a foo b\n", "foo", "bar", FALSE, "a bar b\n", NONE, 1 },
  { "foo", "foo", "", FALSE, "", NONE, 1 },
  { "foo foo\n", "foo", "bar", FALSE, NULL, AGENT_ERROR_AMBIGUOUS, 0 },
  { "foo foo\n", "foo", "bar", TRUE, "bar bar\n", NONE, 2 },
  { "foo\n", "Foo", "bar", FALSE, NULL, AGENT_ERROR_NOT_FOUND, 0 },
  { "", "foo", "bar", TRUE, NULL, AGENT_ERROR_NOT_FOUND, 0 },
  /* places that overlap are two */
  { "aaa\n", "aa", "b", FALSE, NULL, AGENT_ERROR_AMBIGUOUS, 0 },
  { "aaa\n", "aa", "b", TRUE, "ba\n", NONE, 1 },
  { "aaaa\n", "aa", "b", TRUE, "bb\n", NONE, 2 },
  /* what comes in is not looked through again */
  { "a\n", "a", "aa", TRUE, "aa\n", NONE, 1 },
  { "a.b*c\n", ".b*", "\\1", FALSE, "a\\1c\n", NONE, 1 },
  /* line endings */
  { "one\r\ntwo\r\nthree\r\n", "one\ntwo", "1\n2", FALSE, "1\r\n2\r\nthree\r\n", NONE, 1 },
  { "one\r\ntwo\r\n", "one\r\ntwo", "1\r\n2", FALSE, "1\r\n2\r\n", NONE, 1 },
  { "one\ntwo\n", "one\r\ntwo", "1\r\n2", FALSE, "1\n2\n", NONE, 1 },
  { "one\r\ntwo\nthree\n", "two", "2", FALSE, "one\r\n2\nthree\n", NONE, 1 },
  { "one\r\ntwo\nthree\n", "one\ntwo", "1", FALSE, NULL, AGENT_ERROR_NOT_FOUND, 0 },
  { "one\r\ntwo\nthree\n", "one\r\ntwo", "1\r\n2", FALSE, "1\r\n2\nthree\n", NONE, 1 },
  { "one\rtwo\r", "one\rtwo", "1", FALSE, "1\r", NONE, 1 },
  { "\r\r\nx\r\n", "x", "y", FALSE, "\r\r\ny\r\n", NONE, 1 },
  { "\r\n\r\n", "\n\n", "\n", FALSE, "\r\n", NONE, 1 },
  /* the end of the last line */
  { "one\ntwo", "two", "2\n", FALSE, "one\n2", NONE, 1 },
  { "one\ntwo\n", "two\n", "2", FALSE, "one\n2\n", NONE, 1 },
  { "one\r\ntwo\r\n", "two\n", "2", FALSE, "one\r\n2\r\n", NONE, 1 },
  { "one\ntwo\n", "one\ntwo\n", "", FALSE, "", NONE, 1 },
  { "a\r\nb\nc", "c", "d\r\n", FALSE, "a\r\nb\nd", NONE, 1 },
  /* the mark stays, and is no part of the text */
  { MARK "foo\n", "foo", "bar", FALSE, MARK "bar\n", NONE, 1 },
  { MARK "foo\r\nx\r\n", "foo\nx", "bar", FALSE, MARK "bar\r\n", NONE, 1 },
  { MARK "foo\n", MARK, "", FALSE, NULL, AGENT_ERROR_NOT_FOUND, 0 },
  { MARK, "a", "b", TRUE, NULL, AGENT_ERROR_NOT_FOUND, 0 },
  /* letters of several bytes */
  { "Grüße, 💶\n", "ü", "uh", FALSE, "Gruhße, 💶\n", NONE, 1 },
  { "é\n", "e", "x", FALSE, NULL, AGENT_ERROR_NOT_FOUND, 0 },
  /* what cannot be kept is not touched */
  { "caf\xe9 foo\n", "foo", "bar", FALSE, NULL, AGENT_ERROR_UNSUITABLE, 0 },
  { "\xff\xfe"
    "f",
    "f", "b", FALSE, NULL, AGENT_ERROR_UNSUITABLE, 0 },
  { "\xed\xa0\x80 foo", "foo", "b", FALSE, NULL, AGENT_ERROR_UNSUITABLE, 0 },
};

static void
test_cases (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const Case *one = &cases[i];
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) before = g_bytes_new_static (one->before, strlen (one->before));
      AgentEdit edit = { one->find, one->replace, one->all, 0 };
      g_test_message ("%" G_GSIZE_FORMAT ": “%s”", i, one->find);
      g_autoptr (GBytes) after = agent_edit_apply (before, &edit, 1, "a.txt", &error);
      g_assert_cmpint (after != NULL, ==, one->after != NULL);
      if (after == NULL)
        {
          g_assert_error (error, AGENT_ERROR, one->error);
          g_assert_nonnull (strstr (error->message, "a.txt"));
          continue;
        }
      g_assert_cmpmem (g_bytes_get_data (after, NULL), g_bytes_get_size (after), one->after,
                       strlen (one->after));
      g_assert_cmpuint (edit.count, ==, one->count);
    }
}

static void
test_zero_byte (void)
{
  static const char text[] = "a\0foo";
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) before = g_bytes_new_static (text, sizeof text - 1);
  AgentEdit edit = { "foo", "bar", FALSE, 0 };
  g_assert_null (agent_edit_apply (before, &edit, 1, "a.bin", &error));
  g_assert_error (error, AGENT_ERROR, AGENT_ERROR_UNSUITABLE);
  g_assert_cmpstr (error->message, ==, "I leave a.bin as it is: it is not text.");
}

/* One after another, on what the one before left; all of them or none. */
static void
test_several (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) before = g_bytes_new_static ("a b\n", 4);
  AgentEdit edits[] = { { "a", "b", FALSE, 0 }, { "b", "c", TRUE, 0 }, { "c c", "d", FALSE, 0 } };
  g_autoptr (GBytes) after = agent_edit_apply (before, edits, 3, "a.txt", &error);
  g_assert_no_error (error);
  g_assert_cmpmem (g_bytes_get_data (after, NULL), g_bytes_get_size (after), "d\n", 2);
  g_assert_cmpuint (edits[1].count, ==, 2);

  AgentEdit failing[] = { { "a", "b", FALSE, 0 }, { "zzz", "c", FALSE, 0 } };
  g_assert_null (agent_edit_apply (before, failing, 2, "a.txt", &error));
  g_assert_error (error, AGENT_ERROR, AGENT_ERROR_NOT_FOUND);
}

/* Neither a file nor what it would become is without a bound, and both ends are quick. */
static void
test_limits (void)
{
  g_autoptr (GError) error = NULL;
  gsize size = AGENT_EDIT_SIZE_MAX;
  char *text = g_malloc (size + 1);
  memset (text, 'a', size + 1);
  g_autoptr (GBytes) large = g_bytes_new_take (text, size + 1);
  g_autoptr (GBytes) full = g_bytes_new_from_bytes (large, 0, size);
  AgentEdit same = { "a", "b", TRUE, 0 }, growing = { "a", "bb", TRUE, 0 };
  g_assert_null (agent_edit_apply (large, &same, 1, "a.txt", &error));
  g_assert_error (error, AGENT_ERROR, AGENT_ERROR_LIMIT);
  g_clear_error (&error);
  g_assert_null (agent_edit_apply (full, &growing, 1, "a.txt", &error));
  g_assert_error (error, AGENT_ERROR, AGENT_ERROR_LIMIT);
  g_clear_error (&error);
  g_autoptr (GBytes) after = agent_edit_apply (full, &same, 1, "a.txt", &error);
  g_assert_no_error (error);
  g_assert_cmpuint (same.count, ==, size);

  /* Nearly a match everywhere: the search must not start over at every byte. */
  g_autofree char *find = g_strnfill (AGENT_EDIT_TEXT_MAX - 1, 'a');
  find[AGENT_EDIT_TEXT_MAX - 2] = 'b';
  AgentEdit hard = { find, "x", TRUE, 0 };
  gint64 begun = g_get_monotonic_time ();
  g_assert_null (agent_edit_apply (full, &hard, 1, "a.txt", &error));
  g_assert_error (error, AGENT_ERROR, AGENT_ERROR_NOT_FOUND);
  g_assert_cmpint (g_get_monotonic_time () - begun, <, 30 * G_USEC_PER_SEC);
}

static void
test_append (void)
{
  static const struct {
    const char *before; /* NULL: there is no file */
    const char *text;
    const char *added; /* NULL: refused */
  } appended[] = {
    { NULL, "milk", "milk\n" },
    { "", "milk", "milk\n" },
    { "eggs\n", "milk", "milk\n" },
    { "eggs", "milk", "\nmilk\n" },
    { "eggs\n", "milk\n", "milk\n" },
    { "eggs\n", "milk\nbread", "milk\nbread\n" },
    { "eggs\r\n", "milk\nbread", "milk\r\nbread\r\n" },
    { "a\r\neggs", "milk", "\r\nmilk\r\n" },
    { "a\r\nb\n", "milk\r\n", "milk\n" },
    { MARK, "milk", "milk\n" },
    { MARK "eggs", "milk", "\nmilk\n" },
    { "caf\xe9\n", "milk", NULL },
    { "\xfe\xff", "milk", NULL },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (appended); i++)
    {
      g_autoptr (GError) error = NULL;
      const char *text = appended[i].before;
      g_autoptr (GBytes) before = text != NULL ? g_bytes_new_static (text, strlen (text)) : NULL;
      g_autoptr (GBytes) added = agent_edit_append (before, appended[i].text, "a.txt", &error);
      g_test_message ("%" G_GSIZE_FORMAT, i);
      if (appended[i].added == NULL)
        {
          g_assert_error (error, AGENT_ERROR, AGENT_ERROR_UNSUITABLE);
          continue;
        }
      g_assert_no_error (error);
      g_assert_cmpmem (g_bytes_get_data (added, NULL), g_bytes_get_size (added), appended[i].added,
                       strlen (appended[i].added));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/agent/edit/cases", test_cases);
  g_test_add_func ("/agent/edit/zero-byte", test_zero_byte);
  g_test_add_func ("/agent/edit/several", test_several);
  g_test_add_func ("/agent/edit/limits", test_limits);
  g_test_add_func ("/agent/edit/append", test_append);
  return g_test_run ();
}
