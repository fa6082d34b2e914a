/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nothing a server says: members are looked for, never relied upon. Events are known by the
 * "type" inside them; the name on the line before is not needed. */

#include "agent/models/agent-protocol.h"

#include <string.h>

#define OUTPUT_TOKENS 8192u /* the protocol wants a number; every model of it can do that */

/* --- the request --- */

static CardeaJson *
new_block (const char *type)
{
  CardeaJson *block = cardea_json_new_object ();
  cardea_json_set_string (block, "type", type);
  return block;
}

/* A block of text may not be empty. */
static void
append_text (CardeaJson *content, const char *text)
{
  if (text[strspn (text, " \t\n")] == '\0')
    return;
  CardeaJson *block = new_block ("text");
  cardea_json_set_string (block, "text", text);
  cardea_json_append (content, block);
}

static void
append_call (CardeaJson *content, const AgentCall *call)
{
  CardeaJson *block = new_block ("tool_use");
  cardea_json_set_string (block, "id", call->id);
  cardea_json_set_string (block, "name", call->name);
  cardea_json_set (block, "input",
                   call->arguments != NULL ? cardea_json_ref (call->arguments)
                                           : cardea_json_new_object ());
  cardea_json_append (content, block);
}

static void
append_user (CardeaJson *content, const AgentTranscriptEntry *entry)
{
  append_text (content, entry->text);
}

static void
append_assistant (CardeaJson *content, const AgentTranscriptEntry *entry)
{
  append_text (content, entry->text);
  for (guint i = 0; i < entry->calls->len; i++)
    append_call (content, entry->calls->pdata[i]);
}

static void
append_result (CardeaJson *content, const AgentTranscriptEntry *entry)
{
  CardeaJson *block = new_block ("tool_result");
  cardea_json_set_string (block, "tool_use_id", entry->call);
  cardea_json_set_string (block, "content", entry->text);
  if (entry->failed)
    cardea_json_set_boolean (block, "is_error", TRUE);
  cardea_json_append (content, block);
}

static const struct {
  const char *role;
  void (*append) (CardeaJson *content, const AgentTranscriptEntry *entry);
} entries[] = {
  [AGENT_TRANSCRIPT_USER] = { "user", append_user },
  [AGENT_TRANSCRIPT_ASSISTANT] = { "assistant", append_assistant },
  [AGENT_TRANSCRIPT_RESULT] = { "user", append_result },
};

/* Neighbours of one role are one message: roles alternate. */
static CardeaJson *
new_messages (const AgentTranscript *transcript)
{
  CardeaJson *messages = cardea_json_new_array ();
  CardeaJson *content = NULL;
  const char *role = NULL;
  for (guint i = 0; i < agent_transcript_size (transcript); i++)
    {
      const AgentTranscriptEntry *entry = agent_transcript_nth (transcript, i);
      if (g_strcmp0 (role, entries[entry->kind].role) != 0)
        {
          CardeaJson *message = cardea_json_new_object ();
          role = entries[entry->kind].role;
          content = cardea_json_new_array ();
          cardea_json_set_string (message, "role", role);
          cardea_json_set (message, "content", content);
          cardea_json_append (messages, message);
        }
      entries[entry->kind].append (content, entry);
    }
  return messages;
}

static CardeaJson *
new_tools (const CardeaJson *tools)
{
  CardeaJson *list = cardea_json_new_array ();
  for (guint i = 0; i < cardea_json_size (tools); i++)
    {
      const CardeaJson *tool = cardea_json_nth (tools, i);
      CardeaJson *one = cardea_json_new_object ();
      cardea_json_set_string (one, "name", cardea_json_get_string (tool, "name"));
      cardea_json_set_string (one, "description", cardea_json_get_string (tool, "description"));
      cardea_json_set (one, "input_schema", cardea_json_ref (cardea_json_get (tool, "parameters")));
      cardea_json_append (list, one);
    }
  return list;
}

static CardeaJson *
compose (const AgentEndpoint *endpoint, const AgentPrompt *prompt, guint without)
{
  CardeaJson *body = cardea_json_new_object ();
  cardea_json_set_string (body, "model", endpoint->model);
  cardea_json_set_string (body, "system", prompt->system);
  cardea_json_set (body, "messages", new_messages (prompt->transcript));
  cardea_json_set_int (body, "max_tokens", endpoint->output > 0 ? endpoint->output : OUTPUT_TOKENS);
  if ((without & AGENT_WITHOUT_TOOLS) == 0)
    cardea_json_set (body, "tools", new_tools (prompt->tools));
  if ((without & AGENT_WITHOUT_STREAM) == 0)
    cardea_json_set_boolean (body, "stream", TRUE);
  return body;
}

/* --- the answer --- */

static gint64
read_index (const CardeaJson *event)
{
  gint64 index;
  return cardea_json_get_int (event, "index", &index) && index >= 0 ? index
                                                                    : AGENT_ASSEMBLY_NO_INDEX;
}

static gboolean
add_call (AgentReply *reply, gint64 index, const CardeaJson *block, GError **error)
{
  const CardeaJson *input = cardea_json_get (block, "input");
  const AgentAssemblyPiece piece = {
    .index = index,
    .id = cardea_json_get_string (block, "id"),
    .name = cardea_json_get_string (block, "name"),
    /* An empty one is where the pieces begin. */
    .object = cardea_json_size (input) > 0 ? input : NULL,
  };
  reply->pieces++;
  return agent_assembly_add (reply->assembly, &piece, error);
}

static gboolean
take_block (AgentReply *reply, gint64 index, const CardeaJson *block, GError **error)
{
  const char *type = cardea_json_get_string (block, "type");
  if (g_strcmp0 (type, "tool_use") == 0)
    return add_call (reply, index, block, error);
  agent_reply_add_thought (reply, cardea_json_get (block, "thinking"));
  return g_strcmp0 (type, "text") != 0
         || agent_reply_add_text (reply, cardea_json_get (block, "text"), error);
}

static gboolean
take_start (AgentReply *reply, const CardeaJson *event, GError **error)
{
  const CardeaJson *message = cardea_json_get (event, "message");
  agent_reply_set_tokens (reply, cardea_json_get (message, "usage"), "input_tokens",
                          "output_tokens");
  return TRUE;
}

static gboolean
take_block_start (AgentReply *reply, const CardeaJson *event, GError **error)
{
  return take_block (reply, read_index (event), cardea_json_get (event, "content_block"), error);
}

static gboolean
take_block_delta (AgentReply *reply, const CardeaJson *event, GError **error)
{
  const CardeaJson *delta = cardea_json_get (event, "delta");
  AgentAssemblyPiece piece = { .index = read_index (event) };
  piece.text = cardea_json_string_full (cardea_json_get (delta, "partial_json"), &piece.size);
  agent_reply_add_thought (reply, cardea_json_get (delta, "thinking"));
  if (!agent_reply_add_text (reply, cardea_json_get (delta, "text"), error))
    return FALSE;
  return piece.text == NULL || piece.size == 0
         || agent_assembly_add (reply->assembly, &piece, error);
}

static gboolean
take_end (AgentReply *reply, const CardeaJson *event, GError **error)
{
  agent_reply_set_stop (reply, cardea_json_get (cardea_json_get (event, "delta"), "stop_reason"));
  agent_reply_set_tokens (reply, cardea_json_get (event, "usage"), "input_tokens", "output_tokens");
  reply->ended = reply->ended || reply->stop != NULL;
  return TRUE;
}

static gboolean
take_stop (AgentReply *reply, const CardeaJson *event, GError **error)
{
  reply->over = TRUE;
  reply->ended = TRUE;
  return TRUE;
}

static gboolean
take_problem (AgentReply *reply, const CardeaJson *event, GError **error)
{
  const CardeaJson *problem = cardea_json_get (event, "error");
  agent_reply_set_problem (reply, problem != NULL ? problem : event);
  return TRUE;
}

static gboolean
take_whole (AgentReply *reply, const CardeaJson *answer, GError **error)
{
  const CardeaJson *content = cardea_json_get (answer, "content");
  if (cardea_json_get (answer, "error") != NULL)
    return take_problem (reply, answer, error);
  for (guint i = 0; i < cardea_json_size (content); i++)
    if (!take_block (reply, i, cardea_json_nth (content, i), error))
      return FALSE;
  agent_reply_set_stop (reply, cardea_json_get (answer, "stop_reason"));
  agent_reply_set_tokens (reply, cardea_json_get (answer, "usage"), "input_tokens",
                          "output_tokens");
  reply->ended = TRUE;
  return TRUE;
}

static const struct {
  const char *type;
  gboolean (*take) (AgentReply *reply, const CardeaJson *event, GError **error);
} events[] = {
  { "message_start", take_start },
  { "content_block_start", take_block_start },
  { "content_block_delta", take_block_delta },
  { "message_delta", take_end },
  { "message_stop", take_stop },
  { "error", take_problem },
  { "message", take_whole },
};

static gboolean
take (AgentReply *reply, const CardeaJson *event, GError **error)
{
  const char *type = cardea_json_get_string (event, "type");
  for (gsize i = 0; i < G_N_ELEMENTS (events); i++)
    if (g_strcmp0 (type, events[i].type) == 0)
      return events[i].take (reply, event, error);
  return type != NULL || cardea_json_get (event, "error") == NULL
         || take_problem (reply, event, error);
}

const AgentProtocol *
agent_anthropic_protocol (void)
{
  static const AgentProtocolHeader headers[] = { { "anthropic-version", "2023-06-01" }, { NULL } };
  static const AgentProtocol protocol
      = { "anthropic", "/v1", "/messages", TRUE, headers, compose, take, take_whole };
  return &protocol;
}
