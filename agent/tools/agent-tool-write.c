/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/tools/agent-tool-change.h"

#include <string.h>

AgentToolResult *
agent_tool_write (const AgentToolCall *call, GError **error)
{
  const char *text = agent_tool_text (call, "content");
  g_autoptr (GBytes) content = g_bytes_new_static (text, strlen (text));
  return agent_tool_change_write (call, content, error);
}
