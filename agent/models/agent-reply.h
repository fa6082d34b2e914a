/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/models/agent-assembly.h"

/* One answer of a model as it comes, whichever protocol it comes in. */
typedef struct {
  GString *text; /* what it says; fit to be shown, nothing in it means anything to us */
  gsize said;    /* bytes of it that were handed on */
  AgentAssembly *assembly;
  char *stop;        /* why the server ended it, in the server's word; NULL: it did not say */
  gboolean ended;    /* the server said that the answer is whole … */
  gboolean over;     /* … and that nothing more comes */
  gboolean thinking; /* it reasons, which is not shown */
  gint64 tokens_in;  /* as the server counted them; -1: it did not */
  gint64 tokens_out;
  char *problem; /* an error that came in place of the rest: the server's words */
  guint pieces;  /* that meant something */
} AgentReply;

#define AGENT_REPLY_TEXT_MAX (1024u * 1024u) /* bytes that one answer says */

AgentReply *agent_reply_new (guint round);
void agent_reply_free (AgentReply *reply);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentReply, agent_reply_free)

/* What protocols put in. json may be NULL or of any type. */
gboolean agent_reply_add_text (AgentReply *reply, const CardeaJson *json,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
void agent_reply_add_thought (AgentReply *reply, const CardeaJson *json);
void agent_reply_set_stop (AgentReply *reply, const CardeaJson *json);
/* {"message"} or a text, at most a sentence or two of it. */
void agent_reply_set_problem (AgentReply *reply, const CardeaJson *json);
void agent_reply_set_tokens (AgentReply *reply, const CardeaJson *usage, const char *in,
                             const char *out);

/* The words of an error: {"error": {"message"}}, {"error": text}, {"message"}, {"detail"}; NULL
 * when there is none in it. The caller owns them; they are shown as a stranger's. */
char *agent_reply_read_problem (const CardeaJson *json);
