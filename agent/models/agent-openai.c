/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nothing a server says: members are looked for, never relied upon. Text is text, also when
 * it looks like a call; only the members for calls make one. */

#include "agent/models/agent-protocol.h"

#include <string.h>

/* --- the request --- */

static CardeaJson *
new_message (const char *role, const char *content)
{
  CardeaJson *message = cardea_json_new_object ();
  cardea_json_set_string (message, "role", role);
  cardea_json_set_string (message, "content", content);
  return message;
}

static CardeaJson *
new_call (const AgentCall *call)
{
  CardeaJson *json = cardea_json_new_object ();
  CardeaJson *function = cardea_json_new_object ();
  g_autofree char *arguments = agent_call_write (call);
  cardea_json_set_string (function, "name", call->name);
  cardea_json_set_string (function, "arguments", arguments);
  cardea_json_set_string (json, "id", call->id);
  cardea_json_set_string (json, "type", "function");
  cardea_json_set (json, "function", function);
  return json;
}

static CardeaJson *
new_user (const AgentTranscriptEntry *entry)
{
  return new_message ("user", entry->text);
}

static CardeaJson *
new_assistant (const AgentTranscriptEntry *entry)
{
  CardeaJson *message = new_message ("assistant", entry->text);
  CardeaJson *calls = cardea_json_new_array ();
  for (guint i = 0; i < entry->calls->len; i++)
    cardea_json_append (calls, new_call (entry->calls->pdata[i]));
  if (entry->calls->len > 0)
    cardea_json_set (message, "tool_calls", calls);
  else
    cardea_json_unref (calls);
  return message;
}

static CardeaJson *
new_result (const AgentTranscriptEntry *entry)
{
  CardeaJson *message = new_message ("tool", entry->text);
  cardea_json_set_string (message, "tool_call_id", entry->call);
  return message;
}

static CardeaJson *(*const entries[]) (const AgentTranscriptEntry *entry) = {
  [AGENT_TRANSCRIPT_USER] = new_user,
  [AGENT_TRANSCRIPT_ASSISTANT] = new_assistant,
  [AGENT_TRANSCRIPT_RESULT] = new_result,
};

static CardeaJson *
new_messages (const AgentPrompt *prompt)
{
  CardeaJson *messages = cardea_json_new_array ();
  cardea_json_append (messages, new_message ("system", prompt->system));
  for (guint i = 0; i < agent_transcript_size (prompt->transcript); i++)
    {
      const AgentTranscriptEntry *entry = agent_transcript_nth (prompt->transcript, i);
      cardea_json_append (messages, entries[entry->kind](entry));
    }
  return messages;
}

static CardeaJson *
new_tools (const CardeaJson *tools)
{
  CardeaJson *list = cardea_json_new_array ();
  for (guint i = 0; i < cardea_json_size (tools); i++)
    {
      CardeaJson *one = cardea_json_new_object ();
      cardea_json_set_string (one, "type", "function");
      cardea_json_set (one, "function", cardea_json_ref (cardea_json_nth (tools, i)));
      cardea_json_append (list, one);
    }
  return list;
}

static void
set_stream (CardeaJson *body, guint without)
{
  if ((without & AGENT_WITHOUT_STREAM) != 0)
    return;
  cardea_json_set_boolean (body, "stream", TRUE);
  if ((without & AGENT_WITHOUT_USAGE) != 0)
    return;
  CardeaJson *options = cardea_json_new_object ();
  cardea_json_set_boolean (options, "include_usage", TRUE);
  cardea_json_set (body, "stream_options", options);
}

static CardeaJson *
compose (const AgentEndpoint *endpoint, const AgentPrompt *prompt, guint without)
{
  CardeaJson *body = cardea_json_new_object ();
  cardea_json_set_string (body, "model", endpoint->model);
  cardea_json_set (body, "messages", new_messages (prompt));
  if ((without & AGENT_WITHOUT_TOOLS) == 0)
    cardea_json_set (body, "tools", new_tools (prompt->tools));
  if (endpoint->output > 0 && (without & AGENT_WITHOUT_LIMIT) == 0)
    cardea_json_set_int (
        body, (without & AGENT_WITHOUT_MAX_TOKENS) != 0 ? "max_completion_tokens" : "max_tokens",
        endpoint->output);
  set_stream (body, without);
  return body;
}

/* --- the answer --- */

static gboolean
take_call (AgentReply *reply, gint64 index, const char *id, const CardeaJson *function,
           GError **error)
{
  const CardeaJson *arguments = cardea_json_get (function, "arguments");
  AgentAssemblyPiece piece
      = { index, id, cardea_json_get_string (function, "name"), NULL, 0, arguments };
  piece.text = cardea_json_string_full (arguments, &piece.size);
  reply->pieces++;
  return agent_assembly_add (reply->assembly, &piece, error);
}

/* whole: each element is a call of its own, whatever its index says. */
static gboolean
take_calls (AgentReply *reply, const CardeaJson *calls, gboolean whole, GError **error)
{
  for (guint i = 0; i < cardea_json_size (calls); i++)
    {
      const CardeaJson *call = cardea_json_nth (calls, i);
      const CardeaJson *function = cardea_json_get (call, "function");
      gint64 index;
      if (whole)
        index = i;
      else if (!cardea_json_get_int (call, "index", &index) || index < 0)
        index = AGENT_ASSEMBLY_NO_INDEX;
      if (!take_call (reply, index, cardea_json_get_string (call, "id"), function, error))
        return FALSE;
    }
  return TRUE;
}

/* A text, or a list of parts of which some are text. */
static gboolean
take_content (AgentReply *reply, const CardeaJson *content, GError **error)
{
  for (guint i = 0; i < cardea_json_size (content); i++)
    if (!agent_reply_add_text (reply, cardea_json_get (cardea_json_nth (content, i), "text"),
                               error))
      return FALSE;
  return agent_reply_add_text (reply, content, error);
}

static gboolean
take_message (AgentReply *reply, const CardeaJson *message, gboolean whole, GError **error)
{
  /* How reasoning is called differs from server to server; none of it is an answer. */
  static const char *const thoughts[] = { "reasoning_content", "reasoning", "thinking" };
  const CardeaJson *older = cardea_json_get (message, "function_call");
  for (gsize i = 0; i < G_N_ELEMENTS (thoughts); i++)
    agent_reply_add_thought (reply, cardea_json_get (message, thoughts[i]));
  return take_content (reply, cardea_json_get (message, "content"), error)
         && agent_reply_add_text (reply, cardea_json_get (message, "refusal"), error)
         && take_calls (reply, cardea_json_get (message, "tool_calls"), whole, error)
         && (cardea_json_size (older) == 0 || take_call (reply, 0, NULL, older, error));
}

static gboolean
take_choices (AgentReply *reply, const CardeaJson *event, gboolean whole, GError **error)
{
  const CardeaJson *choice = cardea_json_nth (cardea_json_get (event, "choices"), 0);
  const CardeaJson *usage = cardea_json_get (event, "usage");
  if (usage != NULL)
    agent_reply_set_tokens (reply, usage, "prompt_tokens", "completion_tokens");
  if (choice == NULL)
    return TRUE;
  const CardeaJson *message = cardea_json_get (choice, "delta");
  if (message == NULL)
    message = cardea_json_get (choice, "message"); /* also within streams */
  if (message != NULL && !take_message (reply, message, whole, error))
    return FALSE;
  agent_reply_set_stop (reply, cardea_json_get (choice, "finish_reason"));
  reply->ended = whole || reply->stop != NULL;
  return TRUE;
}

static gboolean
is_problem (const CardeaJson *json)
{
  const CardeaJson *problem = cardea_json_get (json, "error");
  const char *object = cardea_json_get_string (json, "object");
  return g_strcmp0 (object, "error") == 0
         || (problem != NULL && cardea_json_type (problem) != CARDEA_JSON_NULL);
}

static void
set_problem (AgentReply *reply, const CardeaJson *json)
{
  const CardeaJson *problem = cardea_json_get (json, "error");
  agent_reply_set_problem (reply, problem != NULL ? problem : json);
}

static gboolean
take (AgentReply *reply, const CardeaJson *event, GError **error)
{
  if (is_problem (event))
    set_problem (reply, event);
  return take_choices (reply, event, FALSE, error);
}

static gboolean
take_whole (AgentReply *reply, const CardeaJson *answer, GError **error)
{
  if (is_problem (answer))
    set_problem (reply, answer);
  return take_choices (reply, answer, TRUE, error);
}

const AgentProtocol *
agent_openai_protocol (void)
{
  static const AgentProtocolHeader headers[] = { { NULL } };
  static const AgentProtocol protocol
      = { "openai", "/v1", "/chat/completions", FALSE, headers, compose, take, take_whole };
  return &protocol;
}
