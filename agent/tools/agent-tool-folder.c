/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/tools/agent-tool-folder.h"

#include "agent/content/agent-text.h"
#include "common/base/cardea-encoding.h"

#include <string.h>

#define SHOW_NAME 200

char *
agent_tool_folder_show_name (const CardeaJson *entry)
{
  const char *name = cardea_json_get_string (entry, "name");
  const char *encoded = cardea_json_get_string (entry, "name_b64");
  if (name != NULL)
    return agent_text_show (name, SHOW_NAME);
  g_autoptr (GBytes) bytes = encoded != NULL ? cardea_base64_decode (encoded) : NULL;
  if (bytes == NULL)
    return g_strdup ("?");
  g_autofree char *raw = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_autofree char *valid = g_utf8_make_valid (raw, -1);
  return agent_text_show (valid, SHOW_NAME);
}

static void
copy_int64 (const CardeaJson *from, CardeaJson *to, const char *name)
{
  gint64 value;
  if (cardea_json_get_int64_string (from, name, &value))
    cardea_json_set_int64_string (to, name, value);
}

static CardeaJson *
copy_entries (const CardeaJson *entries, gint64 limit)
{
  CardeaJson *copy = cardea_json_new_array ();
  guint count = entries != NULL ? cardea_json_size (entries) : 0;
  for (guint i = 0; i < MIN (count, (guint) limit); i++)
    {
      const CardeaJson *entry = cardea_json_nth (entries, i);
      CardeaJson *one = cardea_json_new_object ();
      g_autofree char *name = agent_tool_folder_show_name (entry);
      const char *kind = cardea_json_get_string (entry, "kind");
      cardea_json_set_string (one, "name", name);
      cardea_json_set_string (one, "kind", g_strcmp0 (kind, "folder") == 0 ? "folder" : "file");
      copy_int64 (entry, one, "size");
      copy_int64 (entry, one, "mtime");
      cardea_json_append (copy, one);
    }
  return copy;
}

AgentToolResult *
agent_tool_folder_take (const CardeaMessage *reply, gint64 limit)
{
  AgentToolResult *result = agent_tool_result_new ();
  const char *path = cardea_message_get_path (reply, "path");
  CardeaJson *entries = cardea_message_get_json (reply, "entries");
  g_autofree char *valid = g_utf8_make_valid (path != NULL ? path : "?", -1);
  g_autofree char *shown = agent_text_show (valid, AGENT_TOOL_SHOW_PATH);
  cardea_json_set_string (result->data, "folder", shown);
  cardea_json_set (result->data, "entries", copy_entries (entries, limit));
  cardea_json_set_boolean (result->data, "more",
                           cardea_message_get_boolean (reply, "truncated")
                               || (entries != NULL && cardea_json_size (entries) > limit));
  if (path != NULL)
    agent_tool_result_add_source (result, path);
  return result;
}

CardeaMessage *
agent_tool_folder_request (const AgentToolCall *call, const char *name, const char *folder)
{
  CardeaMessage *request = cardea_message_new (name);
  cardea_message_set_path (request, "path", folder);
  if (agent_link_reason (call->link) != NULL)
    cardea_message_set_string (request, "reason", agent_link_reason (call->link));
  return request;
}

gboolean
agent_tool_folder_check (const char *folder, GError **error)
{
  if (folder[0] == '/' || g_str_has_prefix (folder, "~/"))
    return TRUE;
  g_set_error_literal (error, AGENT_ERROR, AGENT_ERROR_AMBIGUOUS,
                       "Please name the folder from the top: “/…” or “~/…”.");
  return FALSE;
}
