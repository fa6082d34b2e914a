/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

/* One message of JSON-RPC 2.0 as the Agent Client Protocol (version 1) carries it: one line of
 * JSON. Comes from a foreign agent, which is untrusted: limits on size and number of values,
 * strictly read. Members that are not known are passed over, as the protocol asks. */

#define AGENT_ACP_LINE_MAX (4u * 1024u * 1024u) /* bytes of one message */
#define AGENT_ACP_VALUES_MAX 65536u             /* JSON values in one message */

typedef enum {
  AGENT_ACP_REQUEST,      /* wants an answer under id */
  AGENT_ACP_NOTIFICATION, /* wants none */
  AGENT_ACP_RESPONSE,     /* answers our request number */
} AgentAcpKind;

typedef enum {
  AGENT_ACP_ERROR_PARSE = -32700,
  AGENT_ACP_ERROR_REQUEST = -32600,
  AGENT_ACP_ERROR_METHOD = -32601,
  AGENT_ACP_ERROR_PARAMETERS = -32602,
  AGENT_ACP_ERROR_INTERNAL = -32603,
  AGENT_ACP_ERROR_LOGIN = -32000,     /* authentication required */
  AGENT_ACP_ERROR_NOT_FOUND = -32002, /* resource not found */
} AgentAcpErrorCode;

typedef struct {
  CardeaJson *whole; /* the rest is borrowed from it */
  AgentAcpKind kind;
  const CardeaJson *id;     /* of a request: a string or a number */
  gint64 number;            /* of a response: what was asked under it */
  const char *method;       /* of requests and notifications */
  const CardeaJson *params; /* NULL: none */
  const CardeaJson *result; /* of a response; NULL: it is an error */
  gint64 code;              /* of an error */
  const char *reason;       /* of an error: the agent's words, untrusted */
} AgentAcpMessage;

/* line is untrusted, without its line feed. NULL, with CARDEA_JSON_ERROR or AGENT_ERROR_UNSUITABLE:
 * not a message. */
AgentAcpMessage *agent_acp_message_parse (const char *line, gsize size,
                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The caller owns it. */
AgentAcpMessage *agent_acp_message_copy (const AgentAcpMessage *message);
void agent_acp_message_free (AgentAcpMessage *message);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentAcpMessage, agent_acp_message_free)
