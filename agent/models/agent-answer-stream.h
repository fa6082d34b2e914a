/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/models/agent-protocol.h"

/* Bytes of an answer in, reply out, whichever of the forms that servers use for it: events, JSON at
 * once, or something that is no answer at all. Untrusted; pieces may end anywhere. */
typedef struct _AgentAnswerStream AgentAnswerStream;

#define AGENT_ANSWER_STREAM_WHOLE_MAX (16u * 1024u * 1024u) /* bytes of JSON that comes at once */
#define AGENT_ANSWER_STREAM_BLANK_MAX 4096u                 /* before anything else */

/* type: of the content, "" when unknown. All are borrowed. */
AgentAnswerStream *agent_answer_stream_new (const AgentProtocol *protocol, const char *type,
                                            AgentReply *reply);
void agent_answer_stream_free (AgentAnswerStream *stream);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (AgentAnswerStream, agent_answer_stream_free)

/* An error's message is the end of a sentence: "it …". */
gboolean agent_answer_stream_push (AgentAnswerStream *stream, const void *bytes, gsize size,
                                   GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean agent_answer_stream_finish (AgentAnswerStream *stream,
                                     GError **error) G_GNUC_WARN_UNUSED_RESULT;
