/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-report.h"

#include <string.h>

static GPtrArray *
new_rows (const char *const cells[][3], guint count)
{
  GPtrArray *rows = g_ptr_array_new_with_free_func ((GDestroyNotify) g_strfreev);
  for (guint i = 0; i < count; i++)
    g_ptr_array_add (rows, g_strdupv ((char **) cells[i]));
  return rows;
}

static void
test_csv (void)
{
  static const char *const cells[][3] = {
    { "plain", "-20.25" }, { "a,b", "say \"x\"" }, { "two\nlines", "" }, { "=1+1", "@SUM(A1)" },
    { "-cmd", "+1,5" },    { "\tx", "=\"a\",b" },  { "one cell", NULL },
  };
  char *columns[] = { (char *) "Name", (char *) "Total, all", NULL };
  g_autoptr (GPtrArray) rows = new_rows (cells, G_N_ELEMENTS (cells));
  const AgentReport report = { "not here", "nor this", columns, rows };
  g_autofree char *csv = agent_report_write_table (&report, ',');
  g_assert_cmpstr (csv, ==,
                   "Name,\"Total, all\"\nplain,-20.25\n\"a,b\",\"say \"\"x\"\"\"\n\"two\nlines\",\n"
                   "'=1+1,'@SUM(A1)\n'-cmd,\"+1,5\"\n'\tx,\"'=\"\"a\"\",b\"\none cell,\n");
  g_autofree char *tsv = agent_report_write_table (&report, '\t');
  g_assert_true (g_str_has_prefix (tsv, "Name\tTotal, all\nplain\t-20.25\na,b\t"));
}

static void
test_markdown (void)
{
  static const char *const cells[][3] = { { "a|b", "*c*" }, { "two\nlines", "<b>" } };
  char *columns[] = { (char *) "Name", (char *) "[x](y)", NULL };
  g_autoptr (GPtrArray) rows = new_rows (cells, G_N_ELEMENTS (cells));
  const AgentReport report = { "Title\n# two", "Some *text*.", columns, rows };
  g_autofree char *text = agent_report_write_markdown (&report);
  g_assert_cmpstr (text, ==,
                   "# Title\\u{000a}# two\n\nSome *text*.\n\n| Name | \\[x\\](y) |\n|---|---|\n"
                   "| a\\|b | \\*c\\* |\n| two lines | \\<b\\> |\n");
  const AgentReport plain = { NULL, "Text", NULL, NULL };
  g_autofree char *alone = agent_report_write_markdown (&plain);
  g_assert_cmpstr (alone, ==, "Text\n");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/agent/report/csv", test_csv);
  g_test_add_func ("/agent/report/markdown", test_markdown);
  return g_test_run ();
}
