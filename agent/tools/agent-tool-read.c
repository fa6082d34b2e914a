/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/access/agent-content.h"
#include "agent/access/agent-picture.h"
#include "agent/content/agent-text.h"
#include "agent/tools/agent-tool.h"
#include "common/base/cardea-text.h"

#include <string.h>

#define LINES 100
#define TEXT_MAX (48u * 1024u)   /* bytes of one answer */
#define EXACT_MAX (384u * 1024u) /* of one that is not for being looked at */

typedef struct {
  GString *text;
  gint64 line; /* of the next byte */
  gint64 from;
  gint64 to; /* not included */
  gsize most;
  gboolean more;
} Reading;

static gboolean
take (const char *text, gsize size, gpointer user_data)
{
  Reading *reading = user_data;
  for (gsize i = 0; i < size; i++)
    {
      if (reading->line >= reading->to || reading->text->len >= reading->most)
        {
          reading->more = TRUE;
          return FALSE;
        }
      if (reading->line >= reading->from)
        g_string_append_c (reading->text, text[i]);
      reading->line += text[i] == '\n';
    }
  return TRUE;
}

/* A character that the limit cut in two is left out. */
static void
end_at_character (GString *text)
{
  const char *end;
  g_utf8_validate_len (text->str, text->len, &end);
  g_string_truncate (text, (gsize) (end - text->str));
}

/* There is no text in one: the person sees it, and whoever asked is told so. */
static AgentToolResult *
show_picture (const AgentToolCall *call, const AgentContent *content, GError **error)
{
  g_autofree char *name = agent_source_show_name (content->source);
  g_autoptr (GBytes) bytes = agent_picture_gather (content->source, call->cancellable, error);

  if (bytes == NULL || !agent_picture_show (call->link, bytes, name, call->cancellable, error))
    return NULL;
  AgentToolResult *result = agent_tool_result_new ();
  cardea_json_set_string (result->data, "name", name);
  cardea_json_set_string (result->data, "shown", AGENT_TOOL_SHOWN);
  agent_tool_result_add_source (result, content->path);
  return result;
}

AgentToolResult *
agent_tool_read (const AgentToolCall *call, GError **error)
{
  gint64 from = agent_tool_integer (call, "line", 1);
  g_autoptr (GString) text = g_string_new (NULL);
  gboolean exact = agent_tool_boolean (call, "exact");
  Reading reading = { .text = text,
                      .line = 1,
                      .from = from,
                      .to = from + agent_tool_integer (call, "lines", LINES),
                      .most = exact ? EXACT_MAX : TEXT_MAX };
  g_autoptr (AgentContent) content
      = agent_content_open (call->link, agent_tool_text (call, "file"), call->cancellable, error);
  if (content != NULL && content->picture)
    return show_picture (call, content, error);
  if (content == NULL
      || !agent_text_scan (content->source, take, &reading, call->cancellable, error))
    return NULL;

  end_at_character (text);
  AgentToolResult *result = agent_tool_result_new ();
  g_autofree char *name = agent_source_show_name (content->source);
  g_autofree char *shown
      = exact ? g_strdup (text->str) : cardea_text_escape_lines (text->str, text->len);
  cardea_json_set_string (result->data, "name", name);
  cardea_json_set_string (result->data, "text", shown);
  cardea_json_set_int (result->data, "from", from);
  cardea_json_set_boolean (result->data, "more", reading.more);
  agent_tool_result_set_notes (result, content->notes, NULL);
  agent_tool_result_add_source (result, content->path);
  return result;
}
