/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-session.h"

/* The conversation between a front end and its agent: opaque, bounded text. A front end that does
 * not keep up slows its agent down; nothing is dropped and nothing piles up. */

#define GUARDIAN_RELAY_PENDING_LIMIT (1024u * 1024u) /* bytes waiting for a front end */

/* Files that were granted become part of the session: {path,name,kind,grant}. */
void guardian_relay_add_files (GuardianSession *session, GPtrArray *grants);
/* The same for the agent: without the grants' ids. The caller owns the array. */
CardeaJson *guardian_relay_agent_files (GPtrArray *files);

/* A fresh capability for the session's agent, recorded; the caller owns it. NULL: not possible;
 * ret_reason (static) says why. */
char *guardian_relay_issue (GuardianSession *session,
                            const char **ret_reason) G_GNUC_WARN_UNUSED_RESULT;

/* One message of the person: files named with it are granted first. Answers request. */
void guardian_relay_user (GuardianSession *session, GuardianLink *link, CardeaMessage *request);
void guardian_relay_stop (GuardianSession *session);
/* What the agent says goes to the session's front end, under the turn's trace. */
void guardian_relay_agent (GuardianSession *session, CardeaMessage *event);
/* The guardian itself says something in the conversation: kind and data as chat.event's; takes
 * data (may be NULL). */
void guardian_relay_say (GuardianSession *session, const char *kind, const char *text,
                         CardeaJson *data);
