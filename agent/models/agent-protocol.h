/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/models/agent-endpoint.h"
#include "agent/models/agent-reply.h"
#include "agent/models/agent-transcript.h"

/* How one kind of server is asked and how its answer is read. Pure: JSON in, JSON out. */

/* What a request says. */
typedef struct {
  const char *system;
  const AgentTranscript *transcript;
  const CardeaJson *tools; /* [{name, description, parameters: a JSON schema}] */
} AgentPrompt;

/* What a server may not know and a request can do without. A set of them is a mask; the order is
 * that in which they are looked for in a server's complaint. */
typedef enum {
  AGENT_WITHOUT_USAGE = 1 << 0,      /* no stream_options */
  AGENT_WITHOUT_MAX_TOKENS = 1 << 1, /* max_completion_tokens in its place */
  AGENT_WITHOUT_LIMIT = 1 << 2,      /* neither */
  AGENT_WITHOUT_CLOSED = 1 << 3,     /* no additionalProperties in schemas */
  AGENT_WITHOUT_STREAM = 1 << 4,     /* the answer comes at once */
  AGENT_WITHOUT_TOOLS = 1 << 5,      /* it can only talk */
} AgentWithout;

typedef struct {
  const char *name;
  const char *value;
} AgentProtocolHeader;

typedef struct {
  const char *kind;                   /* as in the endpoint */
  const char *root;                   /* of a server that was named without a path */
  const char *path;                   /* of its answers */
  gboolean rooted;                    /* root is there also below another path */
  const AgentProtocolHeader *headers; /* a nameless one ends them */

  CardeaJson *(*compose) (const AgentEndpoint *endpoint, const AgentPrompt *prompt, guint without);
  /* One event of the stream. */
  gboolean (*take) (AgentReply *reply, const CardeaJson *event, GError **error);
  /* An answer that came at once. */
  gboolean (*take_whole) (AgentReply *reply, const CardeaJson *answer, GError **error);
} AgentProtocol;

const AgentProtocol *agent_protocol_find (const char *kind); /* NULL: none of that kind */

/* OpenAI's chat completions, as OpenAI, Ollama, llama.cpp, vLLM, LM Studio and many others serve
 * them; Anthropic's messages. */
const AgentProtocol *agent_openai_protocol (void);
const AgentProtocol *agent_anthropic_protocol (void);
