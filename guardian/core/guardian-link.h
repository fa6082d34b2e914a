/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/protocol/cardea-channel.h"
#include "guardian/core/guardian-context.h"
#include "guardian/core/guardian-enrolment.h"
#include "guardian/core/guardian-identity.h"

#include <glib.h>

/* A link to a front end, to cardea-consent or to an agent: enrolled, then mutual TLS. Its role is
 * known from how it was made. Reference counted: a request that waits keeps its link, which may
 * have closed meanwhile. */

typedef struct _GuardianSession GuardianSession;
typedef struct _GuardianLink GuardianLink;

#define GUARDIAN_LINK_GREETING_SECONDS 10u /* to enrol and say hello */

struct _GuardianLink {
  GuardianContext *context;
  CardeaRole role;
  CardeaChannel *channel;       /* NULL: not enrolled yet, or closed */
  GuardianEnrolment *enrolment; /* running */
  GuardianIdentity identity;    /* front ends */
  gboolean greeted;             /* hello or agent.ready came */
  gboolean closed;
  char *program;       /* as it calls itself in hello */
  CardeaJson *display; /* cardea's display variables */
  int terminal;        /* verified controlling terminal; -1 */
  gboolean watches_consent;
  gboolean watches_audit;
  GuardianSession *session; /* an agent's; borrowed */
  guint greeting_source;
};

/* Takes fd and what identity holds (NULL for launched peers); the link adds itself to the table
 * and enrols. name: the certificate's. session: of an agent. The table holds the reference. */
GuardianLink *guardian_link_new (GuardianContext *context, int fd, CardeaRole role,
                                 const char *name, GuardianIdentity *identity,
                                 GuardianSession *session);
GuardianLink *guardian_link_ref (GuardianLink *link);
void guardian_link_unref (GuardianLink *link);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianLink, guardian_link_unref)

/* Ends it now; those who care are told (guardian-link-table.h). */
void guardian_link_close (GuardianLink *link);

/* These take message. Nothing happens on a closed link. FALSE: not sent. */
gboolean guardian_link_send (GuardianLink *link, CardeaMessage *message);
void guardian_link_refuse (GuardianLink *link, const CardeaMessage *request, const char *code,
                           const char *reason);
void guardian_link_done (GuardianLink *link, const CardeaMessage *request);

/* It was greeted in time. */
void guardian_link_set_greeted (GuardianLink *link);
