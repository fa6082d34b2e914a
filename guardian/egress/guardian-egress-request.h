/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/egress/guardian-egress-context.h"
#include "guardian/egress/guardian-egress-fetch.h"

/* egress.request: one HTTP request of the core's, decided, its answer as it comes. */
typedef struct _GuardianEgressRequests GuardianEgressRequests;

#define GUARDIAN_EGRESS_REQUESTS 256u /* at the same time */

GuardianEgressRequests *guardian_egress_requests_new (const GuardianEgressContext *context);
/* Closes every connection. */
void guardian_egress_requests_free (GuardianEgressRequests *requests);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianEgressRequests, guardian_egress_requests_free)

/* Answers message: egress.response and then egress.finished, or a refusal. */
void guardian_egress_requests_begin (GuardianEgressRequests *requests, CardeaMessage *message);
/* egress.stop: its connection is closed at once, and nothing more is said about it. */
void guardian_egress_requests_stop (GuardianEgressRequests *requests, const char *id);
/* The session (NULL is none) ended: what was counted in it is forgotten. */
void guardian_egress_requests_close (GuardianEgressRequests *requests, const char *session);
