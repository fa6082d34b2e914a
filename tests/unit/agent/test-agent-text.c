/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-csv.h"
#include "agent/content/agent-decoder.h"
#include "agent/content/agent-diff.h"
#include "agent/content/agent-error.h"
#include "agent/content/agent-find.h"
#include "agent/content/agent-summary.h"
#include "agent/content/agent-text.h"

#include <string.h>

static char *
decode (const char *bytes, gsize size, gsize step, gboolean *ret_binary)
{
  g_autoptr (AgentDecoder) decoder = agent_decoder_new ();
  GString *out = g_string_new (NULL);
  for (gsize i = 0; i < size; i += step)
    agent_decoder_feed (decoder, (const guint8 *) bytes + i, MIN (step, size - i), out);
  agent_decoder_finish (decoder, out);
  *ret_binary = agent_decoder_is_binary (decoder);
  g_assert_true (g_utf8_validate_len (out->str, out->len, NULL));
  return g_string_free (out, FALSE);
}

static void
test_decoder (void)
{
  const struct {
    const char *bytes;
    gsize size;
    const char *text;
  } cases[] = {
    { "", 0, "" },
    { "a", 1, "a" },
    { "caf\xc3\xa9", 5, "café" },
    { "caf\xe9", 4, "café" },
    { "\x80 5", 3, "€ 5" },
    { "\xef\xbb\xbfx", 4, "x" },
    { "\xff\xfe"
      "a\0b\0",
      6, "ab" },
    { "\xfe\xff"
      "\0a\0b",
      6, "ab" },
    { "\xff\xfe\x3d\xd8\x00\xde", 6, "😀" },
    { "\xff\xfe\x3d\xd8"
      "a\0",
      6,
      "\xef\xbf\xbd"
      "a" },
    { "\xff\xfe"
      "a",
      3, "\xef\xbf\xbd" },
    { "\xf0\x9f\x98\x80", 4, "😀" },
    { "\xf0\x9f\x98", 3, "ðŸ˜" },
    { "\xc0\xaf", 2, "À¯" },
    { "\xed\xa0\x80", 3, "í\u00a0€" },
    { "a\0b", 3,
      "a\xef\xbf\xbd"
      "b" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize step = 1; step < 5; step++)
      {
        gboolean binary;
        g_autofree char *text = decode (cases[i].bytes, cases[i].size, step, &binary);
        g_test_message ("case %" G_GSIZE_FORMAT " by %" G_GSIZE_FORMAT, i, step);
        g_assert_cmpstr (text, ==, cases[i].text);
        g_assert_false (binary);
      }
}

static void
test_binary (void)
{
  char noise[4096];
  gboolean binary;
  for (gsize i = 0; i < sizeof noise; i++)
    noise[i] = (char) g_test_rand_int_range (0, 256);
  g_autofree char *text = decode (noise, sizeof noise, 100, &binary);
  g_assert_true (binary);
}

/* --- CSV --- */

static gboolean
append_row (const AgentCsvRow *row, gpointer data)
{
  GString *out = data;
  for (guint i = 0; i < row->n_fields; i++)
    g_string_append_printf (out, "%s[%s]", i == 0 ? "" : ",", row->fields[i]);
  g_string_append_printf (out, "@%" G_GUINT64_FORMAT "%s\n", row->line, row->damaged ? "!" : "");
  return TRUE;
}

static char *
parse (const char *text, gsize size, gsize step, char separator)
{
  GString *out = g_string_new (NULL);
  g_autoptr (AgentCsv) csv = agent_csv_new (separator, append_row, out);
  for (gsize i = 0; i < size; i += step)
    agent_csv_feed (csv, text + i, MIN (step, size - i));
  agent_csv_finish (csv);
  return g_string_free (out, FALSE);
}

static void
test_csv (void)
{
  const struct {
    const char *text;
    const char *rows;
  } cases[] = {
    { "", "" },
    { "a", "[a]@1\n" },
    { "a,b\n", "[a],[b]@1\n" },
    { "a,\n", "[a],[]@1\n" },
    { ",\n", "[],[]@1\n" },
    { "\n", "[]@1\n" },
    { "a\r\nb\r\n", "[a]@1\n[b]@2\n" },
    { "a\rb\r", "[a]@1\n[b]@2\n" },
    { "a\n\nb", "[a]@1\n[]@2\n[b]@3\n" },
    { "\"a,b\",c", "[a,b],[c]@1\n" },
    { "\"a\nb\",c\nd", "[a\nb],[c]@1\n[d]@3\n" },
    { "\"a\"\"b\"", "[a\"b]@1\n" },
    { "\"\"", "[]@1\n" },
    { "\"\",\"\"", "[],[]@1\n" },
    { "\"a\"b,c", "[ab],[c]@1\n" },
    { "a\"b\",c", "[a\"b\"],[c]@1\n" },
    { "\"a", "[a]@1\n" },
    { "x\n\"a\nb,c\nd", "[x]@1\n[a]@2!\n[b],[c]@3\n[d]@4\n" },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    for (gsize step = 1; step < 4; step++)
      {
        g_autofree char *rows = parse (cases[i].text, strlen (cases[i].text), step, ',');
        g_test_message ("“%s”", cases[i].text);
        g_assert_cmpstr (rows, ==, cases[i].rows);
      }
}

static gboolean
count_row (const AgentCsvRow *row, gpointer data)
{
  guint64 *counts = data;
  counts[0]++;
  counts[1] += row->damaged;
  g_assert_cmpuint (row->n_fields, <=, AGENT_CSV_LIMIT_FIELDS);
  for (guint i = 0; i < row->n_fields; i++)
    g_assert_cmpuint (strlen (row->fields[i]), <=, AGENT_CSV_LIMIT_FIELD);
  return TRUE;
}

static void
test_csv_limits (void)
{
  const struct {
    const char *piece;
    guint pieces;
    const char *end;
    guint64 rows;
    guint64 damaged;
  } cases[] = {
    { ",", AGENT_CSV_LIMIT_FIELDS + 100, "\na,b\n", 2, 1 },
    { "x", AGENT_CSV_LIMIT_FIELD + 100, "\na,b\n", 2, 1 },
    { "abcdefgh,", AGENT_CSV_LIMIT_ROW / 9 + 100, "\na,b\n", 2, 1 },
    { "\"line\n", 100000, "", 100000, 0 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      guint64 counts[2] = { 0, 0 };
      g_autoptr (AgentCsv) csv = agent_csv_new (',', count_row, counts);
      for (guint j = 0; j < cases[i].pieces; j++)
        agent_csv_feed (csv, cases[i].piece, strlen (cases[i].piece));
      agent_csv_feed (csv, cases[i].end, strlen (cases[i].end));
      agent_csv_finish (csv);
      if (cases[i].damaged > 0)
        {
          g_assert_cmpuint (counts[0], ==, cases[i].rows);
          g_assert_cmpuint (counts[1], ==, cases[i].damaged);
        }
    }
}

/* One forgotten quote costs one row, not the rest of the file, however long that is. */
static void
test_csv_forgotten_quote (void)
{
  guint64 counts[2] = { 0, 0 };
  const guint rows = 200000;
  g_autoptr (AgentCsv) csv = agent_csv_new (',', count_row, counts);
  agent_csv_feed (csv, "\"oops,1\n", 8);
  for (guint i = 0; i < rows; i++)
    agent_csv_feed (csv, "a,b\n", 4);
  agent_csv_finish (csv);
  g_assert_cmpuint (counts[0], ==, rows + 1);
  g_assert_cmpuint (counts[1], ==, 1);
}

static void
test_csv_detect (void)
{
  const struct {
    const char *text;
    char separator;
  } cases[] = {
    { "a,b\n1,2\n", ',' },
    { "a;b\n1,5;2,5\n", ';' },
    { "a\tb\n1\t2\n", '\t' },
    { "a|b\n1|2\n", '|' },
    { "sep=|\na|b\n", '|' },
    { "\"a;b\",c\n\"d;e\",f\n", ',' },
    { "\"x, y\";1\n\"z, w\";2\n", ';' },
    { "one\ntwo\n", 0 },
    { "A text, with commas.\nAnd, well, more.\nAnd none\n", 0 },
    { "", 0 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_test_message ("“%s”", cases[i].text);
      g_assert_cmpint (agent_csv_detect (cases[i].text, strlen (cases[i].text), TRUE), ==,
                       cases[i].separator);
    }
}

/* --- texts --- */

static const char story[]
    = "# The house\n\nThe old house stands on the hill. It was built by Mr. Smith in 1902. The "
      "house "
      "has seven rooms and a garden. Some say that the house is haunted, e.g. by its first owner. "
      "Buy milk.\n\nThe garden of the house is known for its roses! Who would not like roses in a "
      "garden?\n";

static void
test_summary (void)
{
  g_autoptr (AgentSummary) summary = agent_summary_make (story, 3);
  g_assert_cmpuint (summary->sentences->len, ==, 3);
  g_assert_cmpuint (summary->total, ==, 6);
  g_assert_cmpuint (summary->lines, ==, 5);
  for (guint i = 0; i < 3; i++)
    {
      /* Every sentence stands in the text as it is. */
      g_assert_nonnull (strstr (story, summary->sentences->pdata[i]));
      g_assert_null (strstr (summary->sentences->pdata[i], "milk"));
    }
  g_autoptr (AgentSummary) whole = agent_summary_make (story, 40);
  g_assert_cmpstr (whole->sentences->pdata[1], ==, "It was built by Mr. Smith in 1902.");
  g_autoptr (AgentSummary) none = agent_summary_make ("", 5);
  g_assert_cmpuint (none->sentences->len, ==, 0);
  g_assert_cmpuint (none->lines, ==, 0);
}

static void
test_diff (void)
{
  const struct {
    const char *a;
    const char *b;
    const char *lines;
    guint64 same;
  } cases[] = {
    { "", "", "", 0 },
    { "a\n", "a\n", "", 1 },
    { "a\n", "a", "", 1 },
    { "a\r\nb\r\n", "a\nb\n", "", 2 },
    { "a\nb\nc\n", "a\nc\n", "-b", 2 },
    { "a\nc\n", "a\nb\nc\n", "+b", 2 },
    { "a\nb\n", "a\nx\n", "-b +x", 1 },
    { "", "a\nb\n", "+a +b", 0 },
    { "a\nb\n", "", "-a -b", 0 },
    { "a\nb\nc\nd\n", "d\na\nb\nc\n", "+d -d", 3 },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (AgentDiff) diff = agent_diff_make (cases[i].a, cases[i].b, 100);
      g_ptr_array_add (diff->lines, NULL);
      g_autofree char *lines = g_strjoinv (" ", (char **) diff->lines->pdata);
      g_assert_cmpstr (lines, ==, cases[i].lines);
      g_assert_cmpuint (diff->same, ==, cases[i].same);
      g_assert_true (diff->ordered);
    }
}

static void
test_diff_large (void)
{
  g_autoptr (GString) a = g_string_new (NULL), b = g_string_new (NULL);
  for (guint i = 0; i < 5000; i++)
    {
      g_string_append_printf (a, "line %u\n", i);
      g_string_append_printf (b, "line %u\n", 9000 - i);
    }
  g_autoptr (AgentDiff) diff = agent_diff_make (a->str, b->str, 10);
  g_assert_false (diff->ordered);
  g_assert_true (diff->truncated);
  g_assert_cmpuint (diff->lines->len, ==, 10);
  g_assert_cmpuint (diff->removed, ==, 4001);
  g_assert_cmpuint (diff->added, ==, 4001);
  g_assert_cmpuint (diff->same, ==, 999);
}

static void
test_find (void)
{
  static const char text[] = "Rent is due\r\nnothing\nthe RENT again\nno newline, rent";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  for (gsize step = 1; step < 40; step += 5)
    {
      guint64 total;
      g_autoptr (GError) error = NULL;
      g_autoptr (AgentSource) source = agent_source_new_memory ("/t.txt", bytes, step);
      g_autoptr (GPtrArray) found = agent_find_lines (source, "rent", 2, &total, NULL, &error);
      g_assert_no_error (error);
      g_assert_cmpuint (total, ==, 3);
      g_assert_cmpuint (found->len, ==, 2);
      const AgentFindMatch *second = found->pdata[1];
      g_assert_cmpuint (second->line, ==, 3);
      g_assert_cmpstr (second->text, ==, "the RENT again");
    }
}

static void
test_read_limit (void)
{
  static const char text[] = "äöü and more";
  g_autoptr (GBytes) bytes = g_bytes_new_static (text, strlen (text));
  g_autoptr (AgentSource) source = agent_source_new_memory ("/t.txt", bytes, 3);
  for (gsize limit = 0; limit < 8; limit++)
    {
      gboolean complete;
      g_autofree char *read = agent_text_read (source, limit, &complete, NULL, NULL);
      g_assert_true (g_utf8_validate (read, -1, NULL));
      g_assert_cmpuint (strlen (read), <=, limit);
      g_assert_false (complete);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/agent/decoder/encodings", test_decoder);
  g_test_add_func ("/agent/decoder/binary", test_binary);
  g_test_add_func ("/agent/csv/rows", test_csv);
  g_test_add_func ("/agent/csv/limits", test_csv_limits);
  g_test_add_func ("/agent/csv/forgotten-quote", test_csv_forgotten_quote);
  g_test_add_func ("/agent/csv/detect", test_csv_detect);
  g_test_add_func ("/agent/summary/extract", test_summary);
  g_test_add_func ("/agent/diff/lines", test_diff);
  g_test_add_func ("/agent/diff/large", test_diff_large);
  g_test_add_func ("/agent/find/lines", test_find);
  g_test_add_func ("/agent/text/limit", test_read_limit);
  return g_test_run ();
}
