/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/egress/guardian-egress-context.h"
#include "guardian/egress/guardian-egress-grant.h"

/* Where a program may go: what the core said so far, and asking it for the rest. One a session. */
typedef struct _GuardianEgressDesk GuardianEgressDesk;

#define GUARDIAN_EGRESS_DESK_QUESTIONS 64u /* that wait, of a session */
#define GUARDIAN_EGRESS_DESK_WAITERS 256u  /* for answers, of a session */
#define GUARDIAN_EGRESS_DESK_REFUSALS 128u /* that are remembered */
#define GUARDIAN_EGRESS_DESK_REFUSED_SECONDS 5
#define GUARDIAN_EGRESS_DESK_GRANTS 1000u

typedef struct {
  GuardianEgressName name;
  guint16 port;
  const char *method; /* NULL: a tunnel */
  const char *url;    /* with method */
  const char *path;   /* the same, with the query; of url */
} GuardianEgressTarget;

/* Valid as long as the call that has it. */
typedef struct {
  const char *code; /* NULL: it may go */
  const char *reason;
  const char *grant; /* its id; NULL: for this once */
  gboolean inside;
  GuardianEgressMeter *meter; /* that keeps to what is limited; NULL: nothing is */
  gboolean looked_into; /* of a tunnel: only when it ends here, and each request is asked about */
} GuardianEgressVerdict;

typedef void (*GuardianEgressDecided) (const GuardianEgressVerdict *verdict, gpointer user_data);

GuardianEgressDesk *guardian_egress_desk_new (const GuardianEgressContext *context,
                                              const char *session, const CardeaJson *grants);
/* Nobody who waits is called. */
void guardian_egress_desk_free (GuardianEgressDesk *desk);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianEgressDesk, guardian_egress_desk_free)

/* Calls back once: from inside (and returns 0) what is known already, later what is asked. */
guint64 guardian_egress_desk_ask (GuardianEgressDesk *desk, const GuardianEgressTarget *target,
                                  GuardianEgressDecided decided, gpointer user_data);
/* It is not called back any more; 0 is ignored. */
void guardian_egress_desk_cancel (GuardianEgressDesk *desk, guint64 waiter);

/* Some requests to it were shared, and tunnels to it were not. */
gboolean guardian_egress_desk_names_methods (const GuardianEgressDesk *desk,
                                             const GuardianEgressTarget *target);

/* By which of its own names this computer was shared with that port; NULL: by none. */
const char *guardian_egress_desk_own_name (const GuardianEgressDesk *desk, guint16 port);

void guardian_egress_desk_answer (GuardianEgressDesk *desk, const CardeaMessage *answer);
void guardian_egress_desk_revoke (GuardianEgressDesk *desk, const char *grant);
