/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-session.h"

/* A session's way out: the hosts that a person shared with it, and the core's side of the proxy
 * that the egress worker is for the person's own programs. */

#define GUARDIAN_SESSION_NET_LOST "its way out cannot be served any more"

/* Shares the hosts that its opening (--net) and its profile name, all or none: decided,
 * recorded, granted for the task. FALSE: refused; ret_code and ret_reason (the caller's) say why.
 */
gboolean guardian_session_net_share (GuardianSession *session, const char **ret_code,
                                     char **ret_reason) G_GNUC_WARN_UNUSED_RESULT;
/* Its opening or its profile names hosts. */
gboolean guardian_session_net_is_wanted (const GuardianSession *session);

/* The ports of this computer, by its own names, that are shared: texts; NULL: none. */
CardeaJson *guardian_session_net_loopback (const GuardianSession *session);

/* of: a spare's id (guardian-pool.h), whose becomes the session's; NULL: a new one. Takes what
 * comes back (egress.opened, "done", "refused" or NULL) with user_data session, and sets net_call
 * to 0. FALSE: the worker is down, and reply is never called. */
gboolean guardian_session_net_open (GuardianSession *session, const char *of,
                                    GuardianWorkersReply reply);
/* Every connection ends. Harmless when there is none. */
void guardian_session_net_close (GuardianSession *session);

/* egress.ask, egress.cancel, egress.moved and egress.ended. */
void guardian_session_net_ask (GuardianContext *context, CardeaMessage *message);
/* What it would send there. */
void guardian_session_net_look (GuardianContext *context, CardeaMessage *message);
/* A program wants a badge. */
void guardian_session_net_badge (GuardianContext *context, CardeaMessage *message);
void guardian_session_net_cancel (GuardianContext *context, CardeaMessage *message);
void guardian_session_net_moved (GuardianContext *context, CardeaMessage *message);
void guardian_session_net_ended (GuardianContext *context, CardeaMessage *message);
/* What nobody was asked about goes into the record. */
void guardian_session_net_refused (GuardianContext *context, CardeaMessage *message);
/* The worker itself is gone, and every connection with it. */
void guardian_session_net_worker_died (GuardianContext *context);

/* A grant ended: what was opened under it is cut. */
void guardian_session_net_revoke (GuardianContext *context, const GuardianGrant *grant);
/* The session has read or taken in something: where it might go without a question before is looked
 * at again, and what policy does not simply allow any more is cut. */
void guardian_session_net_flowed (GuardianSession *session);

/* The egress worker was told of a grant, narrowed by limits of policy's (interned; NULL: none). */
void guardian_session_net_told (GuardianSession *session, const GuardianGrant *grant,
                                const char *limits);
/* Another policy is in force: what it closes or limits otherwise is cut, and asked anew. */
void guardian_session_net_policy_changed (GuardianContext *context);
