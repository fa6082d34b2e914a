/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/conversation/agent-turn.h"

#include "agent/access/agent-picture.h"
#include "agent/content/agent-text.h"
#include "common/base/cardea-encoding.h"
#include "common/protocol/cardea-path-json.h"

#define SHOW_OBJECT 200
#define SOURCES_MAX 64u
#define STEP_ID_SIZE 8

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

/* What a call is about, for the line that shows it at work; NULL when it is not one thing. */
static const char *
find_object (const CardeaJson *arguments, guint *ret_count)
{
  const char *program = cardea_json_get_string (arguments, "program");
  const char *object = program != NULL ? program : cardea_json_get_string (arguments, "file");
  const CardeaJson *moves = cardea_json_get (arguments, "moves");
  const CardeaJson *files = cardea_json_get (arguments, "files");
  *ret_count = 1;
  if (object == NULL)
    object = cardea_json_get_string (arguments, "folder");
  if (object != NULL)
    return object;
  const CardeaJson *list = moves != NULL ? moves : files;
  *ret_count = list != NULL ? cardea_json_size (list) : 0;
  const CardeaJson *first = *ret_count == 1 ? cardea_json_nth (list, 0) : NULL;
  if (first == NULL)
    return NULL;
  return moves != NULL ? cardea_json_get_string (first, "from") : cardea_json_string (first);
}

static char *
describe (const AgentTool *tool, const char *object, guint count)
{
  if (object == NULL)
    return g_strdup_printf (count > 0 ? "%s %u files" : "%s", tool->doing, count);
  g_autofree char *shown = agent_text_show (object, SHOW_OBJECT);
  return g_strdup_printf ("%s %s", tool->doing, shown);
}

/* common/protocol/objects.md, chat.event.data, tool. */
static CardeaJson *
new_step (const AgentTool *tool, const char *id, const char *state, const char *path, guint count)
{
  CardeaJson *data = cardea_json_new_object ();
  cardea_json_set_string (data, "tool", tool->name);
  cardea_json_set_string (data, "id", id);
  cardea_json_set_string (data, "state", state);
  if (path != NULL)
    cardea_path_json_set (data, "path", path);
  if (count > 0)
    cardea_json_set_int (data, "count", count);
  return data;
}

static void
set_outcome (const AgentTurn *turn, CardeaJson *data, const AgentToolResult *result,
             const GError *error)
{
  const AgentRefusal *refusal = result == NULL ? agent_link_refusal (turn->link) : NULL;
  if (result != NULL && result->change != NULL)
    cardea_json_set_string (data, "change", result->change);
  if (refusal != NULL && refusal->code != NULL)
    cardea_json_set_string (data, "code", refusal->code);
  if (refusal != NULL && refusal->policy != NULL)
    cardea_json_set_string (data, "policy", refusal->policy);
  if (refusal != NULL && refusal->note != NULL)
    cardea_json_set_string (data, "note", refusal->note);
  if (error != NULL)
    cardea_json_set_string (data, "reason", error->message);
}

static AgentToolResult *
run_tool (AgentTurn *turn, const AgentTool *tool, const CardeaJson *arguments, GError **error)
{
  g_autoptr (GError) local = NULL;
  guint count;
  g_autofree char *id = cardea_id_new (STEP_ID_SIZE);
  const char *object = find_object (arguments, &count);
  const char *url = cardea_json_get_string (arguments, "url");
  g_autofree char *text = describe (tool, url != NULL ? url : object, count);
  agent_link_forget_refusal (turn->link);
  agent_link_set_reason (turn->link, NULL);
  agent_link_say (turn->link, "tool", text, new_step (tool, id, "running", object, count));
  AgentToolResult *result = agent_tool_run (tool, turn->link, arguments, turn->cancellable, &local);

  gboolean refused = g_error_matches (local, AGENT_ERROR, AGENT_ERROR_REFUSED);
  if (result != NULL && result->path != NULL)
    object = result->path;
  else if (result != NULL && result->change == NULL && result->sources->len == 1)
    object = result->sources->pdata[0];
  if (result != NULL && result->count > 0)
    count = result->count;
  CardeaJson *data = new_step (tool, id,
                               result != NULL ? "done"
                               : refused      ? "refused"
                                              : "failed",
                               object, count);
  set_outcome (turn, data, result, local);
  agent_link_say (turn->link, "tool", text, data);
  if (local != NULL)
    g_propagate_error (error, g_steal_pointer (&local));
  return result;
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
  if (!agent_tool_check (tool, arguments, error))
    return NULL;
  AgentToolResult *result = run_tool (turn, tool, arguments, error);
  if (result != NULL)
    add_sources (turn, result);
  return result;
}

/* --- what a foreign agent does by itself --- */

static CardeaJson *
new_foreign_step (const AgentModelStep *step)
{
  CardeaJson *data = cardea_json_new_object ();

  cardea_json_set_string (data, "tool", step->tool);
  cardea_json_set_string (data, "id", step->id);
  cardea_json_set_string (data, "state", step->state);
  cardea_json_set_boolean (data, "foreign", TRUE);
  if (step->path != NULL)
    cardea_path_json_set (data, "path", step->path);
  if (step->detail != NULL)
    cardea_json_set_string (data, "detail", step->detail);
  return data;
}

static void
step_cb (const AgentModelStep *step, gpointer user_data)
{
  agent_link_say (((AgentTurn *) user_data)->link, "tool", step->title, new_foreign_step (step));
}

static gboolean
permit_cb (const AgentModelStep *step, gpointer user_data, GError **error)
{
  AgentTurn *turn = user_data;
  g_autoptr (CardeaMessage) request = cardea_message_new ("agent.permit");

  cardea_message_set_string (request, "kind", step->tool);
  cardea_message_set_string (request, "title", step->title);
  if (step->path != NULL)
    cardea_message_set_path (request, "path", step->path);
  if (step->detail != NULL)
    cardea_message_set_string (request, "detail", step->detail);
  g_autoptr (CardeaMessage) reply = agent_link_act (turn->link, request, "done", "go on with",
                                                    step->title, turn->cancellable, error);
  return reply != NULL;
}

static AgentTerminal *
terminal_cb (const AgentProgramTerms *terms, gsize limit, gpointer user_data, GError **error)
{
  AgentTurn *turn = user_data;

  agent_link_forget_refusal (turn->link);
  return agent_terminal_start (turn->link, terms, limit, turn->cancellable, error);
}

static gboolean
picture_cb (GBytes *bytes, const char *name, gpointer user_data, GError **error)
{
  AgentTurn *turn = user_data;
  return agent_picture_show (turn->link, bytes, name, turn->cancellable, error);
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
      cardea_path_json_set (source, "path", turn->sources->pdata[i]);
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
    agent_link_say (turn->link, "failed",
                    g_error_matches (error, AGENT_ERROR, AGENT_ERROR_STOPPED) ? error->message
                                                                              : "Stopped.",
                    NULL);
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
  const AgentModelHost host
      = { say_cb, status_cb, run_cb, step_cb, permit_cb, terminal_cb, picture_cb, turn };

  g_autofree char *reason = g_strdup_printf ("To do what you asked for: %s", request.text);
  agent_link_begin_turn (turn->link, cardea_message_session (user), cardea_message_trace (user),
                         reason);
  agent_model_answer (turn->model, &request, &host, &error);
  finish (turn, error);
}
