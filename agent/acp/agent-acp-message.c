/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/acp/agent-acp-message.h"

#include "agent/content/agent-error.h"

static gboolean
is_id (const CardeaJson *id)
{
  return id != NULL
         && (cardea_json_type (id) == CARDEA_JSON_STRING
             || cardea_json_type (id) == CARDEA_JSON_NUMBER);
}

static gboolean
read_response (AgentAcpMessage *message, const CardeaJson *id)
{
  const CardeaJson *error = cardea_json_get (message->whole, "error");

  message->kind = AGENT_ACP_RESPONSE;
  message->result = cardea_json_get (message->whole, "result");
  if (!cardea_json_int (id, &message->number) || (message->result == NULL) == (error == NULL))
    return FALSE;
  if (error == NULL)
    return TRUE;
  message->reason = cardea_json_get_string (error, "message");
  return cardea_json_get_int (error, "code", &message->code);
}

static gboolean
read_message (AgentAcpMessage *message)
{
  const char *version = cardea_json_get_string (message->whole, "jsonrpc");
  const CardeaJson *id = cardea_json_get (message->whole, "id");

  if (g_strcmp0 (version, "2.0") != 0 || (id != NULL && !is_id (id)))
    return FALSE;
  message->method = cardea_json_get_string (message->whole, "method");
  message->params = cardea_json_get (message->whole, "params");
  if (message->method == NULL)
    return id != NULL && read_response (message, id);
  message->kind = id != NULL ? AGENT_ACP_REQUEST : AGENT_ACP_NOTIFICATION;
  message->id = id;
  return message->params == NULL || cardea_json_type (message->params) == CARDEA_JSON_OBJECT;
}

AgentAcpMessage *
agent_acp_message_parse (const char *line, gsize size, GError **error)
{
  g_autoptr (AgentAcpMessage) message = g_new0 (AgentAcpMessage, 1);

  message->whole = cardea_json_parse_bounded (line, size, AGENT_ACP_VALUES_MAX, error);
  if (message->whole == NULL)
    return NULL;
  if (!read_message (message))
    {
      g_set_error_literal (error, AGENT_ERROR, AGENT_ERROR_UNSUITABLE,
                           "The agent said something that is no message of its protocol.");
      return NULL;
    }
  return g_steal_pointer (&message);
}

AgentAcpMessage *
agent_acp_message_copy (const AgentAcpMessage *message)
{
  AgentAcpMessage *copy = g_memdup2 (message, sizeof *message);

  cardea_json_ref (copy->whole);
  return copy;
}

void
agent_acp_message_free (AgentAcpMessage *message)
{
  g_clear_pointer (&message->whole, cardea_json_unref);
  g_free (message);
}
