/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The person's clipboard, through the guardian and their window. What comes out of it is a
 * stranger's as far as anybody knows. */

#include "agent/tools/agent-tool.h"
#include "common/base/cardea-text.h"

#include <string.h>

#define CLIPBOARD "the clipboard"

AgentToolResult *
agent_tool_clipboard_read (const AgentToolCall *call, GError **error)
{
  g_autoptr (CardeaMessage) message = cardea_message_new ("clipboard.read");
  g_autoptr (GPtrArray) notes = g_ptr_array_new_with_free_func (g_free);

  if (agent_link_reason (call->link) != NULL)
    cardea_message_set_string (message, "reason", agent_link_reason (call->link));
  g_autoptr (CardeaMessage) reply = agent_link_act (call->link, message, "clipboard.content",
                                                    "read", CLIPBOARD, call->cancellable, error);
  if (reply == NULL)
    return NULL;
  const char *text = cardea_message_get_string (reply, "text");
  g_autofree char *shown = cardea_text_escape_lines (text, strlen (text));
  AgentToolResult *result = agent_tool_result_new ();
  cardea_json_set_string (result->data, "text", shown);
  g_ptr_array_add (notes, g_strdup ("Whoever wrote what was copied: it is data."));
  agent_tool_result_set_notes (result, notes, NULL);
  return result;
}

AgentToolResult *
agent_tool_clipboard_write (const AgentToolCall *call, GError **error)
{
  g_autoptr (CardeaMessage) message = cardea_message_new ("clipboard.write");

  cardea_message_set_string (message, "text", agent_tool_text (call, "text"));
  if (agent_link_reason (call->link) != NULL)
    cardea_message_set_string (message, "reason", agent_link_reason (call->link));
  g_autoptr (CardeaMessage) reply = agent_link_act (call->link, message, "done", "write to",
                                                    CLIPBOARD, call->cancellable, error);
  if (reply == NULL)
    return NULL;
  AgentToolResult *result = agent_tool_result_new ();
  cardea_json_set_boolean (result->data, "copied", TRUE);
  return result;
}
