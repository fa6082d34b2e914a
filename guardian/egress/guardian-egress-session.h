/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/egress/guardian-egress-authority.h"
#include "guardian/egress/guardian-egress-badges.h"
#include "guardian/egress/guardian-egress-desk.h"
#include "guardian/egress/guardian-egress-looks.h"

/* The proxy of one sandbox: its listener, which cardea-hold made and sent through the door, whoever
 * connected to it, and what goes out for them. */
typedef struct _GuardianEgressSession GuardianEgressSession;
typedef struct _GuardianEgressFlow GuardianEgressFlow;

#define GUARDIAN_EGRESS_SESSION_GUESTS 1024u /* connections of a sandbox at the same time */

/* One thing that goes out. Its owner embeds it. */
struct _GuardianEgressFlow {
  GuardianEgressSession *session; /* borrowed; NULL: not begun, or ended */
  GuardianEgressName name;
  guint16 port;
  gboolean inside;
  char *grant;      /* under which; NULL: for once */
  char *credential; /* what was put in; NULL: nothing */
  char address[GUARDIAN_EGRESS_ADDRESS_TEXT];
  guint64 sent;
  guint64 received;
  /* Revoked, or the session ends: closes everything and ends the flow. reason is static. */
  void (*cut) (GuardianEgressFlow *flow, const char *reason);
  GList link;
};

/* NULL: no authority could be made. Takes door. ended: nothing is served any more and nobody is
 * left; it may be freed there. */
GuardianEgressSession *guardian_egress_session_new (
    const GuardianEgressContext *context, const char *id, const CardeaJson *grants, int door,
    void (*ended) (GuardianEgressSession *session, gpointer user_data), gpointer user_data);
/* Made before its program was known, it is called id from now on, and grants are what is shared
 * with it. FALSE: somebody has connected already. */
gboolean guardian_egress_session_adopt (GuardianEgressSession *session, const char *id,
                                        const CardeaJson *grants);
/* Cuts everything. */
void guardian_egress_session_free (GuardianEgressSession *session);

const GuardianEgressContext *guardian_egress_session_context (const GuardianEgressSession *session);
GuardianEgressLooks *guardian_egress_session_looks (GuardianEgressSession *session);
GuardianEgressBadges *guardian_egress_session_badges (GuardianEgressSession *session);
GuardianEgressDesk *guardian_egress_session_desk (GuardianEgressSession *session);
/* libsoup's server of this session; made when it is needed first. */
struct _SoupServer *guardian_egress_session_server (GuardianEgressSession *session);
/* What it fetches from the world, and from inner addresses: a name may mean one here and another
 * there, so that the connections of the two are kept apart. Made when they are needed first. */
GuardianEgressFetches *guardian_egress_session_fetches (GuardianEgressSession *session,
                                                        gboolean inside);
GuardianEgressAuthority *guardian_egress_session_authority (GuardianEgressSession *session);
const char *guardian_egress_session_id (const GuardianEgressSession *session);

/* The program wanted what nobody can be asked about: told to the core, once a second at most.
 * bytes: what it wrote; why is static. */
void guardian_egress_session_report (GuardianEgressSession *session, const void *bytes, gsize size,
                                     const char *why);

/* Cuts what goes out under it. */
void guardian_egress_session_revoke (GuardianEgressSession *session, const char *grant);

/* A guest is counted and kept in a list, to be closed with the session. */
void guardian_egress_session_add_guest (GuardianEgressSession *session, GList *link);
void guardian_egress_session_remove_guest (GuardianEgressSession *session, GList *link);

/* target was decided about; verdict is copied as far as needed. */
void guardian_egress_flow_begin (GuardianEgressFlow *flow, GuardianEgressSession *session,
                                 const GuardianEgressTarget *target,
                                 const GuardianEgressVerdict *verdict,
                                 void (*cut) (GuardianEgressFlow *flow, const char *reason));
/* to goes on with what from was; from is not begun afterwards. */
void guardian_egress_flow_move (GuardianEgressFlow *to, GuardianEgressFlow *from,
                                void (*cut) (GuardianEgressFlow *flow, const char *reason));
/* Tells the core (egress.moved); reason NULL: it ended well. Does nothing when not begun. */
void guardian_egress_flow_end (GuardianEgressFlow *flow, const char *reason);
