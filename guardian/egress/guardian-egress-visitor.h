/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/egress/guardian-egress-guest.h"

#include <libsoup/soup.h>

/* One HTTP connection of a sandbox: libsoup's server reads and writes it (no parser of our own),
 * what is asked for is done by the errand at hand. */
typedef struct _GuardianEgressVisitor GuardianEgressVisitor;
typedef struct _GuardianEgressErrand GuardianEgressErrand;

#define GUARDIAN_EGRESS_VISITOR_HEAD_SECONDS 60u /* for a request's head, and until it begins */

/* The server of a session's visitors. */
SoupServer *guardian_egress_visitor_server_new (void);

/* What one request led to. Its owner embeds it; a visitor has one at a time. */
struct _GuardianEgressErrand {
  GuardianEgressVisitor *visitor;
  SoupServerMessage *message; /* owned; NULL: over */
  guint watch;                /* until the program goes away */
  /* It went away, or the request is done: everything is given up and the errand freed. */
  void (*free) (GuardianEgressErrand *errand);
};

GuardianEgressSession *guardian_egress_visitor_session (const GuardianEgressVisitor *visitor);

/* Where its requests go, when it came through a tunnel that is looked into; NULL: anywhere. */
const GuardianEgressTarget *guardian_egress_visitor_place (const GuardianEgressVisitor *visitor);

/* Breaks the connection off. */
void guardian_egress_visitor_close (GuardianEgressVisitor *visitor);

/* Who connected by a socket, as a pidfd of the caller's; -1: the kernel cannot tell. Before
 * Linux 6.5 a program that ended meanwhile could be taken for another one with its number. */
int guardian_egress_visitor_peer (const GuardianEgressVisitor *visitor);

/* Of the certificate that it showed where badges are asked for (base64url of SHA-256); NULL: none.
 */
const char *guardian_egress_visitor_thumbprint (const GuardianEgressVisitor *visitor);

/* The connection's own descriptor, for after libsoup let go of it; the caller owns it. */
int guardian_egress_visitor_steal_fd (GuardianEgressVisitor *visitor);

/* Pauses message until guardian_egress_errand_resume(); while it is paused, a program that goes
 * away ends the errand. */
void guardian_egress_errand_begin (GuardianEgressErrand *errand, GuardianEgressVisitor *visitor,
                                   SoupServerMessage *message,
                                   void (*free_it) (GuardianEgressErrand *errand));
void guardian_egress_errand_resume (GuardianEgressErrand *errand);
/* For free_it. */
void guardian_egress_errand_end (GuardianEgressErrand *errand);

/* A short answer of our own, so that people who use curl, git or pip see what happened. code goes
 * into the header X-Cardea-Refused. */
void guardian_egress_visitor_refuse (SoupServerMessage *message, guint status, const char *code,
                                     const char *reason);

/* What there is to do, once a request's head is there. Each begins an errand, or refuses. */
void guardian_egress_connect_begin (GuardianEgressVisitor *visitor, SoupServerMessage *message);
void guardian_egress_badge_begin (GuardianEgressVisitor *visitor, SoupServerMessage *message);
void guardian_egress_forward_begin (GuardianEgressVisitor *visitor, SoupServerMessage *message);
