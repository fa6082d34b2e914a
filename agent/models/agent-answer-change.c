/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-answer-private.h"

#include "agent/content/agent-text.h"

#include <string.h>

#define SHOW_TEXT 80 /* characters of what was replaced */

static const CardeaJson *
first_item (const AgentToolResult *result)
{
  return agent_answer_size (result->data, "items") > 0
             ? cardea_json_nth (cardea_json_get (result->data, "items"), 0)
             : result->data;
}

/* As code: nothing in it has to be escaped, so that it can be copied. */
static void
append_path (GString *out, const char *path)
{
  g_autoptr (GString) fence = g_string_new ("`");
  while (strstr (path, fence->str) != NULL)
    g_string_append_c (fence, '`');
  const char *pad = fence->len > 1 ? " " : "";
  g_string_append_printf (out, "%s%s%s%s%s", fence->str, pad, path, pad, fence->str);
}

static void
append_quoted (GString *out, const char *text)
{
  g_autofree char *shown = agent_text_show (text, SHOW_TEXT);
  g_string_append (out, "“");
  agent_answer_append (out, shown);
  g_string_append (out, "”");
}

static gboolean
is_set (const CardeaJson *object, const char *name)
{
  gboolean value = FALSE;
  return cardea_json_get_boolean (object, name, &value) && value;
}

/* How every answer about a change ends. */
static char *
close_change (GString *out, const AgentToolResult *result)
{
  if (is_set (result->data, "undoable"))
    g_string_append_printf (out, "\n\nThis can be undone: change `%s`.\n",
                            agent_answer_string (result->data, "change"));
  else
    g_string_append (out, "\n\nThis cannot be undone.\n");
  return g_string_free (out, FALSE);
}

static void
append_size (GString *out, const CardeaJson *item)
{
  gint64 size;
  if (!cardea_json_get_int64_string (item, "size", &size) || size < 0)
    return;
  g_autofree char *shown = g_format_size ((guint64) size);
  g_string_append_printf (out, " (%s)", shown);
}

char *
agent_answer_written (const AgentToolResult *result)
{
  GString *out = g_string_new ("Wrote ");
  const CardeaJson *item = first_item (result);
  append_path (out, agent_answer_string (item, "path"));
  append_size (out, item);
  g_string_append (out, is_set (item, "replaced") ? ", in place of the file that was there." : ".");
  return close_change (out, result);
}

static guint
count_lines (const char *text)
{
  guint lines = 0;
  for (const char *c = text; *c != '\0'; c++)
    lines += *c == '\n';
  return lines + !g_str_has_suffix (text, "\n");
}

char *
agent_answer_appended (const char *text, const AgentToolResult *result)
{
  guint lines = count_lines (text);
  gboolean made = is_set (result->data, "made");
  GString *out = g_string_new (NULL);
  g_string_append_printf (
      out, made ? "There was no such file, so I made one: %u line%s in " : "Added %u line%s to ",
      lines, lines == 1 ? "" : "s");
  append_path (out, agent_answer_string (first_item (result), "path"));
  g_string_append_c (out, '.');
  return close_change (out, result);
}

char *
agent_answer_replaced (const char *text, const char *with, const AgentToolResult *result)
{
  const CardeaJson *places = cardea_json_get (result->data, "places");
  gint64 count = 0;
  GString *out = g_string_new (with[0] != '\0' ? "Replaced " : "Removed ");
  if (places != NULL && cardea_json_size (places) > 0)
    cardea_json_int (cardea_json_nth (places, 0), &count);
  append_quoted (out, text);
  if (with[0] != '\0')
    {
      g_string_append (out, " with ");
      append_quoted (out, with);
    }
  g_string_append_printf (out, " in **%" G_GINT64_FORMAT " place%s** of ", count,
                          count == 1 ? "" : "s");
  append_path (out, agent_answer_string (first_item (result), "path"));
  g_string_append_c (out, '.');
  return close_change (out, result);
}

/* The items that are moves: "made" says that a folder came first. */
static void
append_moves (GString *out, const AgentToolResult *result)
{
  const CardeaJson *items = cardea_json_get (result->data, "items");
  guint count = agent_answer_size (result->data, "items");
  for (guint i = 0; i < count; i++)
    {
      const CardeaJson *item = cardea_json_nth (items, i);
      if (agent_answer_string (item, "to")[0] == '\0')
        continue;
      g_string_append (out, "- ");
      append_path (out, agent_answer_string (item, "path"));
      g_string_append (out, " → ");
      append_path (out, agent_answer_string (item, "to"));
      g_string_append_c (out, '\n');
    }
  gint64 more = agent_answer_number (result->data, "count") - count;
  if (more > 0)
    g_string_append_printf (out, "- and %" G_GINT64_FORMAT " more\n", more);
}

static void
append_move (GString *out, const AgentToolResult *result)
{
  const CardeaJson *items = cardea_json_get (result->data, "items");
  const CardeaJson *item = cardea_json_nth (items, agent_answer_size (result->data, "items") - 1);
  append_path (out, agent_answer_string (item, "path"));
  g_string_append (out, " to ");
  append_path (out, agent_answer_string (item, "to"));
  g_string_append_c (out, '.');
}

char *
agent_answer_moved (gboolean renamed, const AgentToolResult *result)
{
  gint64 moved = agent_answer_number (result->data, "moved");
  const char *made = agent_answer_string (result->data, "made");
  GString *out = g_string_new (NULL);
  if (made[0] != '\0')
    {
      g_string_append (out, "Made the folder ");
      append_path (out, made);
      g_string_append_printf (out, " and %s ", renamed ? "renamed" : "moved");
    }
  else
    g_string_append (out, renamed ? "Renamed " : "Moved ");
  if (moved == 1 && agent_answer_size (result->data, "items") > 0)
    append_move (out, result);
  else
    {
      g_string_append_printf (out, "**%" G_GINT64_FORMAT " items**:\n\n", moved);
      append_moves (out, result);
      g_string_truncate (out, out->len - 1);
    }
  return close_change (out, result);
}

char *
agent_answer_deleted (const AgentToolResult *result)
{
  gint64 count = agent_answer_number (result->data, "count");
  guint shown = agent_answer_size (result->data, "items");
  GString *out = g_string_new ("Deleted ");
  if (count == 1)
    append_path (out, agent_answer_string (first_item (result), "path"));
  else
    g_string_append_printf (out, "**%" G_GINT64_FORMAT " items**:\n", count);
  for (guint i = 0; count > 1 && i < shown; i++)
    {
      const CardeaJson *items = cardea_json_get (result->data, "items");
      g_string_append (out, "\n- ");
      append_path (out, agent_answer_string (cardea_json_nth (items, i), "path"));
    }
  g_string_append (out, count == 1 ? "." : "");
  return close_change (out, result);
}

char *
agent_answer_made_folder (const AgentToolResult *result)
{
  GString *out = g_string_new ("Made the folder ");
  append_path (out, agent_answer_string (first_item (result), "path"));
  g_string_append_c (out, '.');
  return close_change (out, result);
}

/* --- tidying --- */

static void
append_folders (GString *out, const CardeaJson *data)
{
  const CardeaJson *folders = cardea_json_get (data, "folders");
  g_string_append (out, "| Folder | Files |\n|---|---:|\n");
  for (guint i = 0; i < agent_answer_size (data, "folders"); i++)
    {
      const CardeaJson *folder = cardea_json_nth (folders, i);
      g_string_append (out, "| ");
      agent_answer_append (out, agent_answer_string (folder, "folder"));
      g_string_append_printf (out, "%s | %" G_GINT64_FORMAT " |\n",
                              is_set (folder, "made") ? " (new)" : "",
                              agent_answer_number (folder, "files"));
    }
}

static void
append_taken (GString *out, const CardeaJson *data)
{
  const CardeaJson *taken = cardea_json_get (data, "taken");
  gint64 count = agent_answer_number (data, "taken_count");
  guint shown = agent_answer_size (data, "taken");
  if (count == 0)
    return;
  g_string_append_printf (out,
                          "- %" G_GINT64_FORMAT " stayed, because there is one of that name "
                          "already: ",
                          count);
  for (guint i = 0; i < shown; i++)
    {
      g_string_append (out, i > 0 ? ", " : "");
      append_path (out, cardea_json_string (cardea_json_nth (taken, i)));
    }
  g_string_append (out, count > shown ? ", …\n" : "\n");
}

static void
append_left (GString *out, const CardeaJson *data)
{
  static const struct {
    const char *name;
    const char *one;
    const char *many;
  } kinds[] = {
    { "hidden", "hidden file stayed", "hidden files stayed" },
    { "unfinished", "unfinished download stayed", "unfinished downloads stayed" },
    { "left", "more is left: ask again to go on", "more are left: ask again to go on" },
  };
  append_taken (out, data);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      gint64 count = agent_answer_number (data, kinds[i].name);
      if (count > 0)
        g_string_append_printf (out, "- %" G_GINT64_FORMAT " %s\n", count,
                                count == 1 ? kinds[i].one : kinds[i].many);
    }
}

char *
agent_answer_tidied (const AgentToolResult *result)
{
  const CardeaJson *data = result->data;
  gint64 moved = agent_answer_number (data, "moved");
  guint folders = agent_answer_size (data, "folders");
  const char *by = agent_answer_string (data, "by");
  g_autoptr (GString) left = g_string_new (NULL);
  GString *out = g_string_new (NULL);
  append_left (left, data);
  if (moved == 0)
    {
      g_string_append (out, "There is nothing to tidy in ");
      append_path (out, agent_answer_string (data, "folder"));
      g_string_append_printf (out, "; I changed nothing.\n%s%s", left->len > 0 ? "\n" : "",
                              left->str);
      return g_string_free (out, FALSE);
    }
  g_string_append_printf (out, "Moved **%" G_GINT64_FORMAT " file%s** of ", moved,
                          moved == 1 ? "" : "s");
  append_path (out, agent_answer_string (data, "folder"));
  g_string_append_printf (out, " into %u folder%s by ", folders, folders == 1 ? "" : "s");
  g_string_append_printf (
      out, strcmp (by, "type") == 0 ? "%s" : "the %s of their last change (UTC)", by);
  g_string_append (out, ":\n\n");
  append_folders (out, data);
  g_string_append_printf (out, "%s%s", left->len > 0 ? "\n" : "", left->str);
  g_string_truncate (out, out->len - 1);
  return close_change (out, result);
}
