/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/access/agent-content.h"
#include "agent/content/agent-find.h"
#include "agent/content/agent-text.h"
#include "agent/tools/agent-tool-folder.h"

#define DEPTH_OF_SEARCH 8
#define SHOW_LINE 200

static AgentToolResult *
search_names (const AgentToolCall *call, const char *folder, const char *name, GError **error)
{
  gint64 limit = agent_tool_integer (call, "limit", AGENT_TOOL_ENTRIES);
  g_autofree char *shown = agent_text_show (folder, AGENT_TOOL_SHOW_PATH);
  g_autoptr (CardeaMessage) request = agent_tool_folder_request (call, "file.list", folder);
  cardea_message_set_string (request, "pattern", name);
  cardea_message_set_int (request, "depth", DEPTH_OF_SEARCH);
  cardea_message_set_int (request, "limit", limit);
  g_autoptr (CardeaMessage) reply = agent_link_act (
      call->link, request, "file.listed", "look for files in", shown, call->cancellable, error);
  return reply != NULL ? agent_tool_folder_take (reply, limit) : NULL;
}

static CardeaJson *
new_match (const char *file, gint64 line, const char *text)
{
  CardeaJson *match = cardea_json_new_object ();
  cardea_json_set_string (match, "file", file);
  cardea_json_set_int (match, "line", line);
  cardea_json_set_string (match, "text", text);
  return match;
}

static AgentToolResult *
take_matches (const CardeaMessage *reply, gint64 limit)
{
  AgentToolResult *result = agent_tool_result_new ();
  const CardeaJson *found = cardea_message_get_json (reply, "matches");
  CardeaJson *matches = cardea_json_new_array ();
  guint count = found != NULL ? cardea_json_size (found) : 0;
  for (guint i = 0; i < MIN (count, (guint) limit); i++)
    {
      const CardeaJson *one = cardea_json_nth (found, i);
      const char *text = cardea_json_get_string (one, "text");
      g_autofree char *name = agent_tool_folder_show_name (one);
      g_autofree char *shown = agent_text_show (text != NULL ? text : "", SHOW_LINE);
      gint64 line = 0;
      if (!cardea_json_get_int (one, "line", &line))
        cardea_json_get_int64_string (one, "line", &line);
      cardea_json_append (matches, new_match (name, line, shown));
    }
  const char *path = cardea_message_get_path (reply, "path");
  cardea_json_set (result->data, "matches", matches);
  cardea_json_set_int (result->data, "total", count);
  cardea_json_set_boolean (result->data, "more",
                           cardea_message_get_boolean (reply, "truncated") || count > limit);
  if (path != NULL)
    agent_tool_result_add_source (result, path);
  return result;
}

static AgentToolResult *
search_folder (const AgentToolCall *call, const char *folder, const char *text, GError **error)
{
  gint64 limit = agent_tool_integer (call, "limit", AGENT_TOOL_ENTRIES);
  g_autofree char *shown = agent_text_show (folder, AGENT_TOOL_SHOW_PATH);
  g_autoptr (CardeaMessage) request = agent_tool_folder_request (call, "file.search", folder);
  cardea_message_set_string (request, "text", text);
  cardea_message_set_int (request, "limit", limit);
  g_autoptr (CardeaMessage) reply = agent_link_act (call->link, request, "file.found", "search",
                                                    shown, call->cancellable, error);
  return reply != NULL ? take_matches (reply, limit) : NULL;
}

static AgentToolResult *
search_file (const AgentToolCall *call, const char *file, const char *text, GError **error)
{
  guint64 total = 0;
  gint64 limit = agent_tool_integer (call, "limit", AGENT_TOOL_ENTRIES);
  g_autoptr (AgentContent) content
      = agent_content_open (call->link, file, call->cancellable, error);
  if (content == NULL)
    return NULL;
  g_autoptr (GPtrArray) found
      = agent_find_lines (content->source, text, (guint) limit, &total, call->cancellable, error);
  if (found == NULL)
    return NULL;

  AgentToolResult *result = agent_tool_result_new ();
  CardeaJson *matches = cardea_json_new_array ();
  g_autofree char *name = agent_source_show_name (content->source);
  for (guint i = 0; i < found->len; i++)
    {
      const AgentFindMatch *match = found->pdata[i];
      cardea_json_append (matches, new_match (name, (gint64) match->line, match->text));
    }
  cardea_json_set (result->data, "matches", matches);
  cardea_json_set_int (result->data, "total", (gint64) total);
  cardea_json_set_boolean (result->data, "more", total > found->len);
  agent_tool_result_set_notes (result, content->notes, NULL);
  agent_tool_result_add_source (result, content->path);
  return result;
}

AgentToolResult *
agent_tool_search (const AgentToolCall *call, GError **error)
{
  const char *folder = agent_tool_text (call, "folder"), *file = agent_tool_text (call, "file");
  const char *name = agent_tool_text (call, "name"), *text = agent_tool_text (call, "text");
  if ((folder == NULL) == (file == NULL) || (name == NULL) == (text == NULL)
      || (file != NULL && text == NULL))
    {
      g_set_error_literal (error, AGENT_ERROR, AGENT_ERROR_ARGUMENT,
                           "search: a folder with a name or a text, or a file with a text.");
      return NULL;
    }
  if (file != NULL)
    return search_file (call, file, text, error);
  if (!agent_tool_folder_check (folder, error))
    return NULL;
  return name != NULL ? search_names (call, folder, name, error)
                      : search_folder (call, folder, text, error);
}
