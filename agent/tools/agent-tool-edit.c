/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/access/agent-file.h"
#include "agent/content/agent-edit.h"
#include "agent/tools/agent-tool-change.h"
#include "common/crypto/cardea-digest.h"

static AgentEdit *
read_edits (const CardeaJson *list)
{
  guint count = cardea_json_size (list);
  AgentEdit *edits = g_new0 (AgentEdit, count);
  for (guint i = 0; i < count; i++)
    {
      const CardeaJson *one = cardea_json_nth (list, i);
      edits[i].find = cardea_json_get_string (one, "find");
      edits[i].replace = cardea_json_get_string (one, "replace");
      cardea_json_get_boolean (one, "all", &edits[i].all);
    }
  return edits;
}

/* Refused "changed" when the file is not any more what the edits were made for. */
static AgentChanged *
write_back (const AgentToolCall *call, const char *path, GBytes *before, GBytes *after,
            const char *name, GError **error)
{
  gsize size;
  const void *bytes = g_bytes_get_data (before, &size);
  g_autofree char *expect = cardea_digest_sha256_hex (bytes, size);
  g_autoptr (AgentChange) change = agent_change_new ();
  if (g_bytes_equal (before, after))
    {
      g_set_error (error, AGENT_ERROR, AGENT_ERROR_UNSUITABLE,
                   "%s would stay as it is, so there was nothing to change.", name);
      return NULL;
    }
  if (!agent_change_add_write (change, path, after, expect, error))
    return NULL;
  return agent_change_make (change, call->link, "change", name, call->cancellable, error);
}

AgentToolResult *
agent_tool_edit (const AgentToolCall *call, GError **error)
{
  const CardeaJson *list = agent_tool_items (call, "edits");
  g_autofree AgentEdit *edits = read_edits (list);
  g_autofree char *path = NULL;
  agent_link_set_reason (call->link, "To find the places that are to be changed");
  g_autoptr (GBytes) before
      = agent_file_read_all (call->link, agent_tool_text (call, "file"), AGENT_EDIT_SIZE_MAX, &path,
                             call->cancellable, error);
  agent_link_set_reason (call->link, NULL);
  if (before == NULL)
    return NULL;
  g_autofree char *name = agent_tool_change_show_name (path);
  g_autoptr (GBytes) after = agent_edit_apply (before, edits, cardea_json_size (list), name, error);
  g_autoptr (AgentChanged) changed
      = after != NULL ? write_back (call, path, before, after, name, error) : NULL;
  if (changed == NULL)
    return NULL;

  AgentToolResult *result = agent_tool_change_take (changed);
  CardeaJson *counts = cardea_json_new_array ();
  for (guint i = 0; i < cardea_json_size (list); i++)
    cardea_json_append (counts, cardea_json_new_int ((gint64) edits[i].count));
  cardea_json_set (result->data, "places", counts);
  cardea_json_set_string (result->data, "name", name);
  agent_tool_result_add_source (result, path);
  return result;
}
