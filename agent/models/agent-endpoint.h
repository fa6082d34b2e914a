/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/json/cardea-json.h"

/* Which model this session talks to: common/protocol/objects.md, Endpoint. The guardian has checked
 * it and says it again with every request; here it only makes requests that can succeed. */
typedef struct {
  char *name;    /* as the person calls it */
  char *kind;    /* "openai" or "anthropic" */
  char *url;     /* where the API begins */
  char *model;   /* as its server calls it */
  guint context; /* tokens that it takes in at once */
  guint output;  /* tokens of one answer; 0: the server's own limit */
} AgentEndpoint;

/* What is assumed when nobody said it. A server that takes less says so, and less is sent then. */
#define AGENT_ENDPOINT_CONTEXT 32768u
#define AGENT_ENDPOINT_CONTEXT_MIN 2048u
#define AGENT_ENDPOINT_CONTEXT_MAX 4000000u
#define AGENT_ENDPOINT_OUTPUT_MAX 1000000u

/* AGENT_ERROR_UNSUITABLE when it is no description of a model. */
AgentEndpoint *agent_endpoint_read (const CardeaJson *json,
                                    GError **error) G_GNUC_WARN_UNUSED_RESULT;
void agent_endpoint_free (AgentEndpoint *endpoint);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentEndpoint, agent_endpoint_free)

/* Its address with path ("/chat/completions") behind it. An address without a path gets root
 * ("/v1") between them, and so does every other that does not end in it when rooted; one that ends
 * in path already stays as it is. The caller owns it. */
char *agent_endpoint_locate (const AgentEndpoint *endpoint, const char *root, const char *path,
                             gboolean rooted);
/* The host in it, for sentences. The caller owns it. */
char *agent_endpoint_host (const AgentEndpoint *endpoint);
