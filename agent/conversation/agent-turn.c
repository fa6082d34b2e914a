/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/conversation/agent-turn.h"

#include "agent/content/agent-text.h"
#include "common/base/cardea-encoding.h"

#include <string.h>

#define SHOW_OBJECT 200
#define SOURCES_MAX 64u

struct _AgentTurn {
  AgentLink *link;
  AgentModel *model;
  const GPtrArray *designated;
  GCancellable *cancellable;
  GPtrArray *sources; /* of char *: real paths, each once */
  guint tools;
};

AgentTurn *
agent_turn_new (AgentLink *link, AgentModel *model, const GPtrArray *designated)
{
  AgentTurn *turn = g_new0 (AgentTurn, 1);
  turn->link = link;
  turn->model = model;
  turn->designated = designated;
  turn->cancellable = g_cancellable_new ();
  turn->sources = g_ptr_array_new_with_free_func (g_free);
  return turn;
}

void
agent_turn_free (AgentTurn *turn)
{
  g_object_unref (turn->cancellable);
  g_ptr_array_unref (turn->sources);
  g_free (turn);
}

void
agent_turn_stop (AgentTurn *turn)
{
  g_cancellable_cancel (turn->cancellable);
}

/* --- what a model may do --- */

static void
say_cb (const char *markdown, gpointer user_data)
{
  agent_link_say (((AgentTurn *) user_data)->link, "delta", markdown, NULL);
}

static void
status_cb (const char *text, gpointer user_data)
{
  agent_link_say (((AgentTurn *) user_data)->link, "status", text, NULL);
}

static void
set_path (CardeaJson *object, const char *path)
{
  if (g_utf8_validate (path, -1, NULL))
    {
      cardea_json_set_string (object, "path", path);
      return;
    }
  g_autofree char *encoded = cardea_base64_encode ((const guint8 *) path, strlen (path));
  cardea_json_set_string (object, "path_b64", encoded);
}

static void
report_tool (AgentTurn *turn, const AgentTool *tool, const CardeaJson *arguments, const char *state)
{
  const char *object = cardea_json_get_string (arguments, "file");
  if (object == NULL)
    object = cardea_json_get_string (arguments, "folder");
  g_autofree char *shown = agent_text_show (object != NULL ? object : "", SHOW_OBJECT);
  g_autofree char *text = g_strdup_printf ("%s %s", tool->doing, shown);
  CardeaJson *data = cardea_json_new_object ();
  cardea_json_set_string (data, "tool", tool->name);
  cardea_json_set_string (data, "state", state);
  if (object != NULL)
    set_path (data, object);
  agent_link_say (turn->link, "tool", text, data);
}

static void
add_sources (AgentTurn *turn, const AgentToolResult *result)
{
  for (guint i = 0; i < result->sources->len && turn->sources->len < SOURCES_MAX; i++)
    if (!g_ptr_array_find_with_equal_func (turn->sources, result->sources->pdata[i], g_str_equal,
                                           NULL))
      g_ptr_array_add (turn->sources, g_strdup (result->sources->pdata[i]));
}

static AgentToolResult *
run_cb (const char *name, CardeaJson *taken, gpointer user_data, GError **error)
{
  AgentTurn *turn = user_data;
  g_autoptr (CardeaJson) arguments = taken;
  const AgentTool *tool = agent_tool_find (name);
  if (tool == NULL || turn->tools == AGENT_TURN_TOOLS_MAX)
    {
      g_set_error (error, AGENT_ERROR, AGENT_ERROR_ARGUMENT,
                   tool == NULL ? "There is no such tool." : "This needs too many steps.");
      return NULL;
    }
  turn->tools++;
  report_tool (turn, tool, arguments, "started");
  AgentToolResult *result = agent_tool_run (tool, turn->link, arguments, turn->cancellable, error);
  report_tool (turn, tool, arguments, result != NULL ? "done" : "failed");
  if (result != NULL)
    add_sources (turn, result);
  return result;
}

/* --- the end --- */

static CardeaJson *
new_done_data (const AgentTurn *turn)
{
  CardeaJson *data = cardea_json_new_object ();
  CardeaJson *sources = cardea_json_new_array ();
  for (guint i = 0; i < turn->sources->len; i++)
    {
      CardeaJson *source = cardea_json_new_object ();
      set_path (source, turn->sources->pdata[i]);
      cardea_json_append (sources, source);
    }
  cardea_json_set (data, "sources", sources);
  if (agent_model_name (turn->model) != NULL)
    cardea_json_set_string (data, "model", agent_model_name (turn->model));
  return data;
}

static CardeaJson *
new_refusal_data (const AgentTurn *turn)
{
  const AgentRefusal *refusal = agent_link_refusal (turn->link);
  CardeaJson *data = cardea_json_new_object ();
  if (refusal == NULL)
    return data;
  const struct {
    const char *name;
    const char *value;
  } fields[] = {
    { "code", refusal->code },
    { "policy", refusal->policy },
    { "note", refusal->note },
  };
  for (gsize i = 0; i < G_N_ELEMENTS (fields); i++)
    if (fields[i].value != NULL)
      cardea_json_set_string (data, fields[i].name, fields[i].value);
  return data;
}

static void
finish (AgentTurn *turn, const GError *error)
{
  if (error == NULL)
    agent_link_say (turn->link, "done", "", new_done_data (turn));
  else if (g_cancellable_is_cancelled (turn->cancellable))
    agent_link_say (turn->link, "failed", "Stopped.", NULL);
  else if (g_error_matches (error, AGENT_ERROR, AGENT_ERROR_REFUSED))
    agent_link_say (turn->link, "refused", error->message, new_refusal_data (turn));
  else
    agent_link_say (turn->link, "failed", error->message, new_refusal_data (turn));
}

void
agent_turn_run (AgentTurn *turn, const CardeaMessage *user)
{
  g_autoptr (GError) error = NULL;
  const char *text = cardea_message_get_string (user, "text");
  const AgentModelRequest request
      = { text != NULL ? text : "", turn->designated, turn->cancellable };
  const AgentModelHost host = { say_cb, status_cb, run_cb, turn };

  g_autofree char *reason = g_strdup_printf ("To answer: %s", request.text);
  agent_link_begin_turn (turn->link, cardea_message_session (user), cardea_message_trace (user),
                         reason);
  agent_model_answer (turn->model, &request, &host, &error);
  finish (turn, error);
}
