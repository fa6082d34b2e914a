/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/tools/agent-tool.h"

#include <string.h>

#define VALUES(...) ((const char *const[]){ __VA_ARGS__, NULL })
#define PARAMETERS(...) ((const AgentParameter[]){ __VA_ARGS__, { NULL } })
#define TEXT(name_, need, max_, what_)                                                             \
  {                                                                                                \
    .name = name_, .type = AGENT_PARAMETER_TEXT, .required = need, .min = 1, .max = max_,          \
    .what = what_                                                                                  \
  }
#define INTEGER(name_, min_, max_, what_)                                                          \
  {                                                                                                \
    .name = name_, .type = AGENT_PARAMETER_INTEGER, .min = min_, .max = max_, .what = what_        \
  }
#define ENUM(name_, values_, what_)                                                                \
  {                                                                                                \
    .name = name_, .type = AGENT_PARAMETER_ENUM, .values = values_, .what = what_                  \
  }

#define FILE_PARAMETER(need)                                                                       \
  TEXT ("file", need, AGENT_TOOL_NAME_MAX, "absolute path, ~/…, or a bare name")

static const AgentTool tools[] = {
  { "list", "Listing", "Names, sizes and times of what is in a folder",
    PARAMETERS (TEXT ("folder", TRUE, AGENT_TOOL_NAME_MAX, "absolute path or ~/…"),
                ENUM ("sort", VALUES ("name", "mtime", "size"), "newest or largest first"),
                INTEGER ("limit", 1, 500, "how many; 50")),
    agent_tool_list },
  { "search", "Searching", "Files of a folder by a part of their name, or lines that hold a text",
    PARAMETERS (TEXT ("folder", FALSE, AGENT_TOOL_NAME_MAX, "absolute path or ~/…"),
                FILE_PARAMETER (FALSE),
                TEXT ("name", FALSE, 255, "a part of the name, any case; with folder"),
                TEXT ("text", FALSE, 1024, "plain text, any case; with folder or file"),
                INTEGER ("limit", 1, 200, "how many; 50")),
    agent_tool_search },
  { "read", "Reading", "The beginning of a file's text, or from a line on",
    PARAMETERS (FILE_PARAMETER (TRUE), INTEGER ("line", 1, G_MAXINT32, "the first; 1"),
                INTEGER ("lines", 1, 1000, "how many; 100")),
    agent_tool_read },
  { "table", "Calculating", "Exact figures of a column of a CSV, TSV, XLSX or ODS table",
    PARAMETERS (
        FILE_PARAMETER (TRUE), TEXT ("column", FALSE, 400, "to add up; absent: rows are counted"),
        TEXT ("group", FALSE, 400, "one line for each value of this column"),
        ENUM ("period", VALUES ("day", "week", "month", "quarter", "year"),
              "group by dates: those of group, or of the column of dates"),
        TEXT ("filter", FALSE, 400, "only rows in which this column …"),
        ENUM ("compare", VALUES ("is", "is-not", "contains", "above", "below"), "… is"),
        TEXT ("operand", FALSE, 400, "… this"), INTEGER ("year", 1800, 2199, "only rows dated so"),
        INTEGER ("month", 1, 12, "only rows dated so"),
        ENUM ("measure", VALUES ("numbers", "filled", "rows"),
              "numbers: add column up; filled: count its cells; rows: count rows"),
        INTEGER ("limit", 1, 500, "groups; 60")),
    agent_tool_table },
  { "summarise", "Reading", "The sentences that stand for a text, or the columns of a table",
    PARAMETERS (FILE_PARAMETER (TRUE), INTEGER ("sentences", 1, 40, "5")), agent_tool_summarise },
  { "compare", "Comparing", "The lines in which two files differ",
    PARAMETERS (FILE_PARAMETER (TRUE),
                TEXT ("other", TRUE, AGENT_TOOL_NAME_MAX, "the file to compare with"),
                INTEGER ("limit", 1, 400, "lines; 60")),
    agent_tool_compare },
};

const AgentTool *
agent_tool_nth (guint index)
{
  return index < G_N_ELEMENTS (tools) ? &tools[index] : NULL;
}

const AgentTool *
agent_tool_find (const char *name)
{
  for (gsize i = 0; i < G_N_ELEMENTS (tools); i++)
    if (strcmp (tools[i].name, name) == 0)
      return &tools[i];
  return NULL;
}

static const AgentParameter *
find_parameter (const AgentTool *tool, const char *name)
{
  for (const AgentParameter *parameter = tool->parameters; parameter->name != NULL; parameter++)
    if (strcmp (parameter->name, name) == 0)
      return parameter;
  return NULL;
}

static gboolean
is_within (const AgentParameter *parameter, const CardeaJson *value)
{
  const char *text = cardea_json_string (value);
  gint64 number;
  switch (parameter->type)
    {
    case AGENT_PARAMETER_TEXT:
      return text != NULL && (gint64) strlen (text) >= parameter->min
             && (gint64) strlen (text) <= parameter->max;
    case AGENT_PARAMETER_INTEGER:
      return cardea_json_int (value, &number) && number >= parameter->min
             && number <= parameter->max;
    case AGENT_PARAMETER_ENUM:
      return text != NULL && g_strv_contains (parameter->values, text);
    default:
      return FALSE;
    }
}

gboolean
agent_tool_check (const AgentTool *tool, const CardeaJson *arguments, GError **error)
{
  if (cardea_json_type (arguments) != CARDEA_JSON_OBJECT)
    {
      g_set_error (error, AGENT_ERROR, AGENT_ERROR_ARGUMENT, "%s: no arguments.", tool->name);
      return FALSE;
    }
  for (guint i = 0; i < cardea_json_size (arguments); i++)
    {
      const char *name = cardea_json_nth_name (arguments, i);
      const AgentParameter *parameter = find_parameter (tool, name);
      if (parameter != NULL && is_within (parameter, cardea_json_nth (arguments, i)))
        continue;
      g_set_error (error, AGENT_ERROR, AGENT_ERROR_ARGUMENT, "%s: “%s” is not accepted.",
                   tool->name, name);
      return FALSE;
    }
  for (const AgentParameter *parameter = tool->parameters; parameter->name != NULL; parameter++)
    if (parameter->required && cardea_json_get (arguments, parameter->name) == NULL)
      {
        g_set_error (error, AGENT_ERROR, AGENT_ERROR_ARGUMENT, "%s: “%s” is missing.", tool->name,
                     parameter->name);
        return FALSE;
      }
  return TRUE;
}

static gboolean
check_result (const AgentTool *tool, const AgentToolResult *result, GError **error)
{
  gsize size;
  g_autofree char *text = cardea_json_write (result->data, &size, error);
  if (text == NULL)
    return FALSE;
  if (size <= AGENT_TOOL_RESULT_MAX)
    return TRUE;
  g_set_error (error, AGENT_ERROR, AGENT_ERROR_LIMIT,
               "There is more in it than one answer holds; please ask for a part.");
  return FALSE;
}

AgentToolResult *
agent_tool_run (const AgentTool *tool, AgentLink *link, const CardeaJson *arguments,
                GCancellable *cancellable, GError **error)
{
  AgentToolCall call = { link, arguments, cancellable };
  if (!agent_tool_check (tool, arguments, error))
    return NULL;
  g_autoptr (AgentToolResult) result = tool->run (&call, error);
  if (result == NULL || !check_result (tool, result, error))
    return NULL;
  return g_steal_pointer (&result);
}

AgentToolResult *
agent_tool_result_new (void)
{
  AgentToolResult *result = g_new0 (AgentToolResult, 1);
  result->data = cardea_json_new_object ();
  result->sources = g_ptr_array_new_with_free_func (g_free);
  return result;
}

void
agent_tool_result_free (AgentToolResult *result)
{
  cardea_json_unref (result->data);
  g_ptr_array_unref (result->sources);
  g_free (result);
}

void
agent_tool_result_add_source (AgentToolResult *result, const char *path)
{
  g_ptr_array_add (result->sources, g_strdup (path));
}

void
agent_tool_result_set_notes (AgentToolResult *result, const GPtrArray *first,
                             const GPtrArray *second)
{
  const GPtrArray *lists[] = { first, second };
  CardeaJson *notes = cardea_json_new_array ();
  for (gsize i = 0; i < G_N_ELEMENTS (lists); i++)
    for (guint j = 0; lists[i] != NULL && j < lists[i]->len; j++)
      cardea_json_append (notes, cardea_json_new_string (lists[i]->pdata[j]));
  cardea_json_set (result->data, "notes", notes);
}

const char *
agent_tool_text (const AgentToolCall *call, const char *name)
{
  return cardea_json_get_string (call->arguments, name);
}

gint64
agent_tool_integer (const AgentToolCall *call, const char *name, gint64 fallback)
{
  gint64 value = fallback;
  return cardea_json_get_int (call->arguments, name, &value) ? value : fallback;
}
