/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "ui/chat/ui-table-csv.h"

static const struct {
  const char *cell, *written;
} rows[] = {
  { "", "" },
  { "plain", "plain" },
  { "a, b", "\"a, b\"" },
  { "say \"no\"", "\"say \"\"no\"\"\"" },
  { "two\nlines", "\"two\nlines\"" },
  { " spaces ", "\" spaces \"" },
  { "-9.25", "-9.25" },
  { "+1,234.5", "\"+1,234.5\"" },
  { "-1.5e-3", "-1.5e-3" },
  { "-12 %", "-12 %" },
  { "=1+2", "'=1+2" },
  { "=cmd|' /C calc'!A0", "'=cmd|' /C calc'!A0" },
  { "@SUM(A1)", "'@SUM(A1)" },
  { "-2+3", "'-2+3" },
  { "-", "'-" },
  { "+HYPERLINK(\"x\",1)", "\"'+HYPERLINK(\"\"x\"\",1)\"" },
  { "\t=1", "'\t=1" },
};

static void
test_cells (void)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      g_autofree char *text = ui_table_csv_new (&rows[i].cell, 1, 1);
      g_autofree char *wanted = g_strconcat (rows[i].written, "\r\n", NULL);
      g_assert_cmpstr (text, ==, wanted);
    }
}

static void
test_rows (void)
{
  static const char *const cells[] = { "Month", "Total", "2026-01", "80.25", "2026-02" };
  g_autofree char *whole = ui_table_csv_new (cells, 4, 2);
  g_autofree char *growing = ui_table_csv_new (cells, 5, 2);
  g_autofree char *none = ui_table_csv_new (cells, 0, 2);

  g_assert_cmpstr (whole, ==, "Month,Total\r\n2026-01,80.25\r\n");
  g_assert_cmpstr (growing, ==, "Month,Total\r\n2026-01,80.25\r\n2026-02\r\n");
  g_assert_cmpstr (none, ==, "");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/ui-table-csv/cells", test_cells);
  g_test_add_func ("/ui-table-csv/rows", test_rows);
  return g_test_run ();
}
