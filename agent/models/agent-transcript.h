/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/models/agent-call.h"

/* What was said in a conversation, as a model is told it again with every request; models remember
 * nothing. Bounded: what does not fit is left out from the oldest turn on, and the model is told.
 */
typedef struct _AgentTranscript AgentTranscript;

typedef enum {
  AGENT_TRANSCRIPT_USER,      /* begins a turn */
  AGENT_TRANSCRIPT_ASSISTANT, /* the model's text, its calls, or both */
  AGENT_TRANSCRIPT_RESULT,    /* of one call */
} AgentTranscriptKind;

typedef struct {
  AgentTranscriptKind kind;
  char *text;
  GPtrArray *calls; /* of AgentCall; an ASSISTANT's, may be empty */
  char *call;       /* id; a RESULT's */
  gboolean failed;  /* a RESULT's */
} AgentTranscriptEntry;

AgentTranscript *agent_transcript_new (void);
void agent_transcript_free (AgentTranscript *transcript);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentTranscript, agent_transcript_free)

void agent_transcript_add_user (AgentTranscript *transcript, const char *text);
/* calls are taken. */
void agent_transcript_add_assistant (AgentTranscript *transcript, const char *text,
                                     GPtrArray *calls);
void agent_transcript_add_result (AgentTranscript *transcript, const char *call, const char *text,
                                  gboolean failed);
/* Ends a turn, however it went: every call gets a result and the last word is the model's, which is
 * what servers insist on. why stands where there is none. */
void agent_transcript_close (AgentTranscript *transcript, const char *why);

/* Makes it at most limit bytes: leaves out whole turns, the oldest first, then results of this
 * turn, the oldest first. FALSE: the turn's own words are more than that. */
gboolean agent_transcript_fit (AgentTranscript *transcript, gsize limit) G_GNUC_WARN_UNUSED_RESULT;

guint agent_transcript_size (const AgentTranscript *transcript);
const AgentTranscriptEntry *agent_transcript_nth (const AgentTranscript *transcript, guint index);
gsize agent_transcript_bytes (const AgentTranscript *transcript);
/* How many turns were left out, and what was asked in the last of them; NULL when none. The caller
 * owns it. */
guint agent_transcript_left_out (const AgentTranscript *transcript);
char *agent_transcript_describe_left_out (const AgentTranscript *transcript);
