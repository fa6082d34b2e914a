/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/access/agent-file.h"
#include "agent/content/agent-edit.h"
#include "agent/tools/agent-tool-change.h"
#include "common/base/cardea-limits.h"

/* What is there is read, so that the new line begins as one and in the file's own encoding. That
 * the file is there at all is found out by the same step. */
static gboolean
read_before (const AgentToolCall *call, const char *file, GBytes **ret_bytes, char **ret_path,
             GError **error)
{
  g_autoptr (GError) local = NULL;
  *ret_bytes = agent_file_read_all (call->link, file, CARDEA_LIMIT_CHANGE, ret_path,
                                    call->cancellable, &local);
  if (*ret_bytes != NULL)
    return TRUE;
  if (!g_error_matches (local, AGENT_ERROR, AGENT_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return FALSE;
    }
  if (!agent_tool_change_check_text (file, error))
    return FALSE;
  agent_link_forget_refusal (call->link);
  *ret_path = g_strdup (file);
  return TRUE;
}

AgentToolResult *
agent_tool_append (const AgentToolCall *call, GError **error)
{
  const char *file = agent_tool_text (call, "file");
  g_autoptr (GBytes) before = NULL;
  g_autofree char *path = NULL;
  agent_link_set_reason (call->link,
                         "To see how the file ends, so that what is added begins on its own line");
  if (!read_before (call, file, &before, &path, error))
    return NULL;
  agent_link_set_reason (call->link, NULL);
  g_autofree char *name = agent_tool_change_show_name (path);
  g_autoptr (GBytes) added
      = agent_edit_append (before, agent_tool_text (call, "text"), name, error);
  g_autoptr (AgentChange) change = agent_change_new ();
  /* What came into being meanwhile is not what the person was told about. */
  if (added == NULL
      || (before != NULL ? !agent_change_add_append (change, path, added, error)
                         : !agent_change_add_create (change, path, added, error)))
    return NULL;
  g_autoptr (AgentChanged) changed = agent_change_make (
      change, call->link, before != NULL ? "add to" : "create", name, call->cancellable, error);
  if (changed == NULL)
    return NULL;
  AgentToolResult *result = agent_tool_change_take (changed);
  cardea_json_set_string (result->data, "name", name);
  cardea_json_set_boolean (result->data, "made", before == NULL);
  if (before != NULL)
    agent_tool_result_add_source (result, path);
  return result;
}
