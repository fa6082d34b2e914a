/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-report.h"

#include "common/base/cardea-text.h"

#include <string.h>

/* --- Markdown --- */

static void
append_cell (GString *out, const char *cell)
{
  g_string_append (out, " ");
  for (const char *c = cell; *c != '\0'; c++)
    {
      if (strchr ("\\|*`<>[]", *c) != NULL)
        g_string_append_c (out, '\\');
      g_string_append_c (out, strchr ("\r\n", *c) != NULL ? ' ' : *c);
    }
  g_string_append (out, " |");
}

static void
append_row (GString *out, char **cells, guint columns)
{
  guint count = g_strv_length (cells);
  g_string_append_c (out, '|');
  for (guint i = 0; i < columns; i++)
    append_cell (out, i < count ? cells[i] : "");
  g_string_append_c (out, '\n');
}

char *
agent_report_write_markdown (const AgentReport *report)
{
  GString *out = g_string_new (NULL);
  guint columns = report->columns != NULL ? g_strv_length (report->columns) : 0;
  if (report->title != NULL)
    {
      g_autofree char *line = cardea_text_escape (report->title, strlen (report->title), NULL);
      g_string_append_printf (out, "# %s\n", line);
    }
  if (report->text != NULL)
    g_string_append_printf (out, "%s%s", out->len > 0 ? "\n" : "", report->text);
  if (out->len > 0 && out->str[out->len - 1] != '\n')
    g_string_append_c (out, '\n');
  if (columns == 0)
    return g_string_free (out, FALSE);

  g_string_append (out, out->len > 0 ? "\n" : "");
  append_row (out, report->columns, columns);
  g_string_append_c (out, '|');
  for (guint i = 0; i < columns; i++)
    g_string_append (out, "---|");
  g_string_append_c (out, '\n');
  for (guint i = 0; report->rows != NULL && i < report->rows->len; i++)
    append_row (out, report->rows->pdata[i], columns);
  return g_string_free (out, FALSE);
}

/* --- CSV, TSV --- */

/* "-20.25" is a number; "=HYPERLINK(…)", "@SUM", "-cmd" would be obeyed by a spreadsheet. */
static gboolean
is_formula (const char *cell)
{
  if (cell[0] == '\0' || strchr ("=+-@\t\r", cell[0]) == NULL)
    return FALSE;
  const char *rest = cell + 1;
  gboolean number = (cell[0] == '-' || cell[0] == '+') && g_ascii_isdigit (*rest);
  return !number || strspn (rest, "0123456789.,") != strlen (rest);
}

static void
append_field (GString *out, const char *cell, char separator)
{
  const char marks[] = { separator, '"', '\r', '\n', '\0' };
  gboolean formula = is_formula (cell);
  if (strpbrk (cell, marks) == NULL)
    {
      g_string_append_printf (out, "%s%s", formula ? "'" : "", cell);
      return;
    }
  g_string_append (out, formula ? "\"'" : "\"");
  for (const char *c = cell; *c != '\0'; c++)
    {
      if (*c == '"')
        g_string_append_c (out, '"');
      g_string_append_c (out, *c);
    }
  g_string_append_c (out, '"');
}

static void
append_line (GString *out, char **cells, guint columns, char separator)
{
  guint count = g_strv_length (cells);
  for (guint i = 0; i < columns; i++)
    {
      if (i > 0)
        g_string_append_c (out, separator);
      append_field (out, i < count ? cells[i] : "", separator);
    }
  g_string_append_c (out, '\n');
}

char *
agent_report_write_table (const AgentReport *report, char separator)
{
  GString *out = g_string_new (NULL);
  guint columns = report->columns != NULL ? g_strv_length (report->columns) : 0;
  if (columns > 0)
    append_line (out, report->columns, columns, separator);
  for (guint i = 0; report->rows != NULL && i < report->rows->len; i++)
    append_line (out, report->rows->pdata[i], columns, separator);
  return g_string_free (out, FALSE);
}
