/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/content/agent-text.h"
#include "agent/tools/agent-tool-folder.h"

AgentToolResult *
agent_tool_list (const AgentToolCall *call, GError **error)
{
  const char *folder = agent_tool_text (call, "folder");
  const char *sort = agent_tool_text (call, "sort");
  gint64 limit = agent_tool_integer (call, "limit", AGENT_TOOL_ENTRIES);
  if (!agent_tool_folder_check (folder, error))
    return NULL;

  g_autofree char *shown = agent_text_show (folder, AGENT_TOOL_SHOW_PATH);
  g_autoptr (CardeaMessage) request = agent_tool_folder_request (call, "file.list", folder);
  cardea_message_set_string (request, "sort", sort != NULL ? sort : "name");
  cardea_message_set_int (request, "limit", limit);
  g_autoptr (CardeaMessage) reply = agent_link_act (call->link, request, "file.listed", "list",
                                                    shown, call->cancellable, error);
  return reply != NULL ? agent_tool_folder_take (reply, limit) : NULL;
}
