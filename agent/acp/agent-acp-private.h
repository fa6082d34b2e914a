/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/acp/agent-acp-peer.h"
#include "agent/acp/agent-acp.h"

/* What the files of agent/acp share: one conversation with one foreign agent. */

typedef struct {
  AgentModel model; /* first: it is one */
  AgentAcpPeer *peer;
  char *name;
  char *folder;
  char *session;          /* the agent's id of it; NULL: not begun */
  guint designated;       /* how many it was told of */
  gboolean takes_content; /* files' texts in a prompt, not only where they are */
  GHashTable *terminals;  /* agent-acp-terminal.h: by their ids */
  guint next_terminal;

  /* Of the turn that runs; NULL or 0 otherwise. */
  const AgentModelRequest *request;
  const AgentModelHost *host;
  GHashTable *steps;    /* the agent's id → AgentAcpStep */
  GHashTable *pictures; /* digests of those that were shown */
  gsize said;           /* bytes of the answer */
  gboolean stopped;     /* the agent was told */
} AgentAcp;

/* agent-acp-prompt.c: the parameters of session/prompt for the turn that runs. May read files. */
CardeaJson *agent_acp_prompt_new (AgentAcp *acp);

/* agent-acp-update.c: session/update. */
void agent_acp_update (AgentAcp *acp, const CardeaJson *params);
void agent_acp_update_begin (AgentAcp *acp);
/* What did not say how it ended ended with the turn. */
void agent_acp_update_end (AgentAcp *acp);

/* agent-acp-serve.c: what the agent asks of us. Answers exactly once. */
void agent_acp_serve (AgentAcp *acp, const AgentAcpMessage *request);

/* What a tool call is about, for a step or a question. Texts are the agent's, shortened; the caller
 * owns what is filled in. */
typedef struct {
  char *kind;   /* one of the protocol's kinds; never NULL */
  char *title;  /* never NULL */
  char *path;   /* its first location; NULL: none */
  char *detail; /* differences and texts that it shows; NULL: none */
} AgentAcpSubject;

void agent_acp_subject_read (AgentAcpSubject *subject, const CardeaJson *call);
void agent_acp_subject_clear (AgentAcpSubject *subject);
