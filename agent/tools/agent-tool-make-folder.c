/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/tools/agent-tool-change.h"

AgentToolResult *
agent_tool_make_folder (const AgentToolCall *call, GError **error)
{
  const char *folder = agent_tool_text (call, "folder");
  g_autofree char *name = agent_tool_change_show_name (folder);
  g_autoptr (AgentChange) change = agent_change_new ();
  if (!agent_change_add_folder (change, folder, error))
    return NULL;
  g_autoptr (AgentChanged) changed
      = agent_change_make (change, call->link, "make the folder", name, call->cancellable, error);
  return changed != NULL ? agent_tool_change_take (changed) : NULL;
}
