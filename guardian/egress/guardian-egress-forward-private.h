/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/egress/guardian-egress-fetch.h"
#include "guardian/egress/guardian-egress-strip.h"
#include "guardian/egress/guardian-egress-visitor.h"

/* A request that is passed on; the files guardian-egress-forward*.c share it. */
typedef struct _GuardianEgressForward GuardianEgressForward;

struct _GuardianEgressForward {
  GuardianEgressErrand errand;
  GuardianEgressFlow flow;
  GuardianEgressTarget target;
  gboolean tls;
  char *url;
  char *line;     /* of the request: path and query */
  guint64 waiter; /* at the desk */
  guint question; /* to the resolver */
  guint wait;     /* for a credential */
  GuardianEgressFetch *fetch;
  GQueue body; /* GBytes of the request */
  gsize body_bytes;
  gboolean body_ended;
  gboolean body_waits;  /* libcurl, for more of it */
  gboolean guest_waits; /* libsoup, for room */
  gsize answer_bytes;   /* that libsoup has and has not written */
  gboolean answer_waits;
  gboolean answered;
  CardeaSecret *secret;       /* that was put in; NULL: none */
  GuardianEgressStrip *strip; /* takes it out of the answer */
  GuardianEgressMeter *meter; /* what its grant limits; NULL: nothing */
  GuardianEgressMeterUse use;
  const char *broken; /* why we broke the answer off */
  GByteArray *head;   /* of one that wants a WebSocket; NULL: it does not */
};

/* Fills target, tls, url and line from a request's head. 0: good; else the status of the refusal,
 * and *ret_why (static) says why. */
guint guardian_egress_forward_head_read (GuardianEgressForward *forward,
                                         const GuardianEgressVisitor *visitor,
                                         SoupServerMessage *message, const char **ret_why);
