/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-session.h"

/* The files a session's program sees: the core's side of the view worker. */

#define GUARDIAN_SESSION_VIEW_LOST "its files cannot be served any more"

/* This machine lets us serve files (/dev/fuse). */
gboolean guardian_session_view_possible (void);

/* of: a spare's id (guardian-pool.h), whose becomes the session's; NULL: a new one. Takes what
 * comes back (view.opened, "done", "refused" or NULL) with user_data session. FALSE: the worker is
 * down, and reply is never called. */
gboolean guardian_session_view_open (GuardianSession *session, const char *of,
                                     GuardianWorkersReply reply);

/* The connection ends; whoever waits there is let go. Harmless when there is none. */
void guardian_session_view_close (GuardianSession *session);

/* view.ask, view.did, view.cancel and view.ended. */
void guardian_session_view_ask (GuardianContext *context, CardeaMessage *message);
void guardian_session_view_did (GuardianContext *context, CardeaMessage *message);
void guardian_session_view_cancel (GuardianContext *context, CardeaMessage *message);
void guardian_session_view_ended (GuardianContext *context, CardeaMessage *message);
/* The worker itself is gone, and every view with it. */
void guardian_session_view_worker_died (GuardianContext *context);

/* A grant ended: what was opened under it is cut. */
void guardian_session_view_revoke (GuardianContext *context, const GuardianGrant *grant);

/* Another policy is in force: nothing that was decided under the former one stays so. */
void guardian_session_view_policy_changed (GuardianContext *context);

/* What is shown beside the home: the outermost of the shared folders; and all of them.
 * NULL-terminated, the caller's. */
char **guardian_session_view_folders (const GuardianSession *session);
char **guardian_session_view_shared (const GuardianSession *session);
/* Where the program begins: the front end's folder, unless that cannot be seen. Borrowed. */
const char *guardian_session_view_beginning (const GuardianSession *session);
