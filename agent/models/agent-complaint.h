/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "agent/models/agent-protocol.h"

/* A server that did not answer: what can be done about it, and how a person is told. */

typedef enum {
  AGENT_COMPLAINT_FINAL,   /* nothing: the person is told */
  AGENT_COMPLAINT_WITHOUT, /* leave something out and ask again at once */
  AGENT_COMPLAINT_SHORTER, /* the request is too long: say less */
  AGENT_COMPLAINT_AGAIN,   /* ask again, a while later */
} AgentComplaintRemedy;

#define AGENT_COMPLAINT_WAIT_MAX 60u /* seconds; asked to wait longer, we do not */

/* status: HTTP's. words: the server's, NULL when it had none. without: what is left out already;
 * *ret_without: with what is left out next. */
AgentComplaintRemedy agent_complaint_judge (guint status, const char *words, guint without,
                                            guint *ret_without);

/* Seconds that a Retry-After (RFC 9110 §10.2.3: seconds, or a date) asks for; -1: none that can be
 * read. now: Unix time. */
gint64 agent_complaint_read_wait (const char *retry_after, gint64 now);

/* A sentence for the person: what happened and what to do. wait: seconds asked for, -1: not said.
 */
void agent_complaint_set (const AgentEndpoint *endpoint, guint status, const char *words,
                          gint64 wait, GError **error);
