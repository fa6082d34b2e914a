/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/tools/agent-tool-change.h"

AgentToolResult *
agent_tool_delete (const AgentToolCall *call, GError **error)
{
  const CardeaJson *files = agent_tool_items (call, "files");
  guint count = cardea_json_size (files);
  g_autoptr (AgentChange) change = agent_change_new ();
  for (guint i = 0; i < count; i++)
    if (!agent_change_add_delete (change, cardea_json_string (cardea_json_nth (files, i)), error))
      return NULL;
  g_autofree char *shown
      = agent_tool_change_show_objects (cardea_json_string (cardea_json_nth (files, 0)), count);
  g_autoptr (AgentChanged) changed
      = agent_change_make (change, call->link, "delete", shown, call->cancellable, error);
  return changed != NULL ? agent_tool_change_take (changed) : NULL;
}
