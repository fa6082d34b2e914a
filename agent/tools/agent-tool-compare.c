/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/access/agent-content.h"
#include "agent/content/agent-diff.h"
#include "agent/content/agent-text.h"
#include "agent/tools/agent-tool.h"

#define LINES 60
#define TEXT_MAX (16u * 1024u * 1024u) /* bytes of each file */

/* The path is kept, the file is not: two large ones are never held open side by side. */
static char *
read_side (const AgentToolCall *call, const char *file, AgentToolResult *result, const char *field,
           GError **error)
{
  gboolean complete;
  g_autoptr (AgentContent) content
      = agent_content_open (call->link, file, call->cancellable, error);
  if (content == NULL)
    return NULL;
  g_autofree char *text
      = agent_text_read (content->source, TEXT_MAX, &complete, call->cancellable, error);
  if (text == NULL)
    return NULL;

  g_autofree char *name = agent_source_show_name (content->source);
  if (!complete)
    {
      g_set_error (error, AGENT_ERROR, AGENT_ERROR_LIMIT,
                   "%s is larger than the 16 MiB of text that I can compare.", name);
      return NULL;
    }
  cardea_json_set_string (result->data, field, name);
  agent_tool_result_add_source (result, content->path);
  return g_steal_pointer (&text);
}

AgentToolResult *
agent_tool_compare (const AgentToolCall *call, GError **error)
{
  g_autoptr (AgentToolResult) result = agent_tool_result_new ();
  g_autofree char *first = read_side (call, agent_tool_text (call, "file"), result, "first", error);
  g_autofree char *second = NULL;
  if (first != NULL)
    second = read_side (call, agent_tool_text (call, "other"), result, "second", error);
  if (second == NULL)
    return NULL;

  g_autoptr (AgentDiff) diff
      = agent_diff_make (first, second, (guint) agent_tool_integer (call, "limit", LINES));
  CardeaJson *lines = cardea_json_new_array ();
  for (guint i = 0; i < diff->lines->len; i++)
    cardea_json_append (lines, cardea_json_new_string (diff->lines->pdata[i]));
  cardea_json_set_int (result->data, "same", (gint64) diff->same);
  cardea_json_set_int (result->data, "removed", (gint64) diff->removed);
  cardea_json_set_int (result->data, "added", (gint64) diff->added);
  cardea_json_set_boolean (result->data, "ordered", diff->ordered);
  cardea_json_set_boolean (result->data, "more", diff->truncated);
  cardea_json_set (result->data, "lines", lines);
  return g_steal_pointer (&result);
}
