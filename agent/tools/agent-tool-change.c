/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/tools/agent-tool-change.h"

#include "agent/content/agent-text.h"
#include "agent/tools/agent-tool-folder.h"

#include <string.h>

#define SHOW_NAME 200

static char *
show (const char *bytes, gsize limit)
{
  g_autofree char *valid = g_utf8_make_valid (bytes, -1);
  return agent_text_show (valid, limit);
}

char *
agent_tool_change_show_name (const char *path)
{
  g_autofree char *name = g_path_get_basename (path);
  return show (name, SHOW_NAME);
}

char *
agent_tool_change_show_objects (const char *first, guint count)
{
  return count == 1 ? agent_tool_change_show_name (first) : g_strdup_printf ("%u files", count);
}

static CardeaJson *
new_item (const AgentChangedItem *item)
{
  CardeaJson *json = cardea_json_new_object ();
  g_autofree char *path = show (item->path, AGENT_TOOL_SHOW_PATH);
  cardea_json_set_string (json, "path", path);
  if (item->to != NULL)
    {
      g_autofree char *to = show (item->to, AGENT_TOOL_SHOW_PATH);
      cardea_json_set_string (json, "to", to);
    }
  if (item->size >= 0)
    cardea_json_set_int64_string (json, "size", item->size);
  if (item->replaced)
    cardea_json_set_boolean (json, "replaced", TRUE);
  return json;
}

AgentToolResult *
agent_tool_change_take (const AgentChanged *changed)
{
  AgentToolResult *result = agent_tool_result_new ();
  CardeaJson *items = cardea_json_new_array ();
  for (guint i = 0; i < MIN (changed->items->len, AGENT_TOOL_CHANGE_SHOWN); i++)
    cardea_json_append (items, new_item (changed->items->pdata[i]));
  g_autofree char *id = show (changed->id, SHOW_NAME);
  cardea_json_set_string (result->data, "change", id);
  cardea_json_set_boolean (result->data, "undoable", changed->undoable);
  cardea_json_set_int (result->data, "count", changed->items->len);
  cardea_json_set (result->data, "items", items);
  result->change = g_strdup (changed->id);
  result->count = changed->items->len;
  if (changed->items->len == 1)
    {
      const AgentChangedItem *item = changed->items->pdata[0];
      result->path = g_strdup (item->to != NULL ? item->to : item->path);
    }
  return result;
}

gboolean
agent_tool_change_check_text (const char *path, GError **error)
{
  static const char *const endings[]
      = { "pdf", "odt",  "ods", "odp",  "docx", "xlsx", "pptx", "doc", "xls", "ppt", "epub", "png",
          "jpg", "jpeg", "gif", "webp", "mp3",  "mp4",  "ogg",  "zip", "gz",  "tar", "7z",   NULL };
  const char *point = strrchr (path, '.');
  g_autofree char *ending = g_ascii_strdown (point != NULL ? point + 1 : "", -1);
  if (!g_strv_contains (endings, ending))
    return TRUE;
  g_autofree char *name = agent_tool_change_show_name (path);
  g_set_error (
      error, AGENT_ERROR, AGENT_ERROR_UNSUITABLE,
      "I write text only, and a text called %s would not be a file of its kind. Nothing was "
      "changed.",
      name);
  return FALSE;
}

AgentToolResult *
agent_tool_change_write (const AgentToolCall *call, GBytes *content, GError **error)
{
  const char *file = agent_tool_text (call, "file");
  gboolean only_new = g_strcmp0 (agent_tool_text (call, "if_exists"), "refuse") == 0;
  g_autofree char *name = agent_tool_change_show_name (file);
  g_autoptr (AgentChange) change = agent_change_new ();
  if (g_str_has_suffix (file, "/"))
    {
      g_set_error (error, AGENT_ERROR, AGENT_ERROR_ARGUMENT,
                   "%s is a folder: please name a file in it.", name);
      return NULL;
    }
  if (!agent_tool_change_check_text (file, error))
    return NULL;
  if (only_new ? !agent_change_add_create (change, file, content, error)
               : !agent_change_add_write (change, file, content, NULL, error))
    return NULL;
  g_autoptr (AgentChanged) changed = agent_change_make (
      change, call->link, only_new ? "create" : "write", name, call->cancellable, error);
  return changed != NULL ? agent_tool_change_take (changed) : NULL;
}
