/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/access/agent-content.h"
#include "agent/content/agent-overview.h"
#include "agent/content/agent-summary.h"
#include "agent/content/agent-text.h"
#include "agent/tools/agent-tool.h"

#define SENTENCES 5
#define TEXT_MAX (4u * 1024u * 1024u) /* bytes that are looked at */

static CardeaJson *
new_column (const AgentOverviewColumn *column)
{
  static const char *const types[] = { "text", "numbers", "dates", "empty" };
  CardeaJson *one = cardea_json_new_object ();
  cardea_json_set_string (one, "name", column->name);
  cardea_json_set_string (one, "type", types[column->type]);
  cardea_json_set_int (one, "filled", (gint64) column->filled);
  if (column->type == AGENT_TABLE_NUMBER && column->read > 0)
    {
      g_autofree char *sum = agent_decimal_format (column->sum);
      g_autofree char *min = agent_decimal_format (column->min);
      g_autofree char *max = agent_decimal_format (column->max);
      if (column->summed)
        cardea_json_set_string (one, "total", sum);
      cardea_json_set_string (one, "min", min);
      cardea_json_set_string (one, "max", max);
      cardea_json_set_string (one, "unit", column->unit);
    }
  if (column->type == AGENT_TABLE_DATE && column->read > 0)
    {
      g_autofree char *first = g_strdup_printf ("%04u-%02u-%02u", column->first / 10000,
                                                column->first / 100 % 100, column->first % 100);
      g_autofree char *last = g_strdup_printf ("%04u-%02u-%02u", column->last / 10000,
                                               column->last / 100 % 100, column->last % 100);
      cardea_json_set_string (one, "min", first);
      cardea_json_set_string (one, "max", last);
    }
  return one;
}

static AgentToolResult *
summarise_table (const AgentToolCall *call, AgentContent *content, AgentTable *table,
                 GError **error)
{
  g_autoptr (AgentOverview) overview = agent_overview_run (table, call->cancellable, error);
  if (overview == NULL)
    return NULL;

  AgentToolResult *result = agent_tool_result_new ();
  CardeaJson *columns = cardea_json_new_array ();
  for (guint i = 0; i < overview->columns->len; i++)
    cardea_json_append (columns, new_column (overview->columns->pdata[i]));
  cardea_json_set_string (result->data, "kind", "table");
  cardea_json_set_int (result->data, "rows", (gint64) overview->rows);
  cardea_json_set_int (result->data, "column_count", overview->n_columns);
  cardea_json_set (result->data, "columns", columns);
  agent_tool_result_set_notes (result, content->notes, overview->notes);
  return result;
}

static AgentToolResult *
summarise_text (const AgentToolCall *call, AgentContent *content, GError **error)
{
  gboolean complete;
  g_autofree char *text
      = agent_text_read (content->source, TEXT_MAX, &complete, call->cancellable, error);
  if (text == NULL)
    return NULL;

  g_autoptr (AgentSummary) summary
      = agent_summary_make (text, (guint) agent_tool_integer (call, "sentences", SENTENCES));
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);
  if (!complete)
    g_ptr_array_add (notes, g_strdup ("The file is long: I looked at its first 4 MiB."));
  AgentToolResult *result = agent_tool_result_new ();
  CardeaJson *sentences = cardea_json_new_array ();
  for (guint i = 0; i < summary->sentences->len; i++)
    cardea_json_append (sentences, cardea_json_new_string (summary->sentences->pdata[i]));
  cardea_json_set_string (result->data, "kind", "text");
  cardea_json_set_int (result->data, "words", (gint64) summary->words);
  cardea_json_set_int (result->data, "lines", (gint64) summary->lines);
  cardea_json_set_int (result->data, "sentence_count", summary->total);
  cardea_json_set (result->data, "sentences", sentences);
  agent_tool_result_set_notes (result, content->notes, notes);
  return result;
}

AgentToolResult *
agent_tool_summarise (const AgentToolCall *call, GError **error)
{
  g_autoptr (AgentContent) content
      = agent_content_open (call->link, agent_tool_text (call, "file"), call->cancellable, error);
  if (content == NULL)
    return NULL;

  g_autoptr (GError) no_table = NULL;
  g_autoptr (AgentTable) table = agent_table_open (content->source, content->sheets ? '\t' : 0,
                                                   call->cancellable, &no_table);
  if (table == NULL && !g_error_matches (no_table, AGENT_ERROR, AGENT_ERROR_UNSUITABLE))
    {
      g_propagate_error (error, g_steal_pointer (&no_table));
      return NULL;
    }
  AgentToolResult *result = table != NULL ? summarise_table (call, content, table, error)
                                          : summarise_text (call, content, error);
  if (result != NULL)
    {
      g_autofree char *name = agent_source_show_name (content->source);
      cardea_json_set_string (result->data, "name", name);
      agent_tool_result_add_source (result, content->path);
    }
  return result;
}
