/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-report.h"
#include "agent/tools/agent-tool-change.h"

#include <string.h>

static char **
read_texts (const CardeaJson *list)
{
  guint count = list != NULL ? cardea_json_size (list) : 0;
  char **texts = g_new0 (char *, count + 1);
  for (guint i = 0; i < count; i++)
    texts[i] = g_strdup (cardea_json_string (cardea_json_nth (list, i)));
  return texts;
}

/* The separator of a table, 0 for Markdown. */
static char
separator_of (const char *file)
{
  static const struct {
    const char *ending;
    char separator;
  } endings[] = { { ".csv", ',' }, { ".tsv", '\t' } };
  g_autofree char *folded = g_ascii_strdown (file, -1);
  for (gsize i = 0; i < G_N_ELEMENTS (endings); i++)
    if (g_str_has_suffix (folded, endings[i].ending))
      return endings[i].separator;
  return 0;
}

static void
strv_free_cb (gpointer data)
{
  g_strfreev (data);
}

AgentToolResult *
agent_tool_report (const AgentToolCall *call, GError **error)
{
  const CardeaJson *rows = agent_tool_items (call, "rows");
  char separator = separator_of (agent_tool_text (call, "file"));
  g_auto (GStrv) columns = read_texts (agent_tool_items (call, "columns"));
  g_autoptr (GPtrArray) cells = g_ptr_array_new_with_free_func (strv_free_cb);
  for (guint i = 0; rows != NULL && i < cardea_json_size (rows); i++)
    g_ptr_array_add (cells, read_texts (cardea_json_get (cardea_json_nth (rows, i), "cells")));

  gboolean table = columns[0] != NULL;
  const AgentReport report = { agent_tool_text (call, "title"), agent_tool_text (call, "text"),
                               table ? columns : NULL, cells };
  if ((!table && (separator != 0 || cells->len > 0 || report.text == NULL)))
    {
      g_set_error_literal (error, AGENT_ERROR, AGENT_ERROR_UNSUITABLE,
                           "There are no rows and columns to make a table of: please name a file "
                           "that ends in .md or .txt.");
      return NULL;
    }
  g_autofree char *text = separator != 0 ? agent_report_write_table (&report, separator)
                                         : agent_report_write_markdown (&report);
  g_autoptr (GBytes) content = g_bytes_new_static (text, strlen (text));
  return agent_tool_change_write (call, content, error);
}
