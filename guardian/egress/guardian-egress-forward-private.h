/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/egress/guardian-egress-fetch.h"
#include "guardian/egress/guardian-egress-looks.h"
#include "guardian/egress/guardian-egress-restore.h"
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
  guint64 look;       /* at what would be sent, that is due */
  gboolean gathering; /* its body, to be looked at */
  gboolean more;      /* of the body than is looked at */
  gsize held;         /* bytes of it that count as held for looking at */
  gint64 replaced;    /* bytes of what goes in place of the body; -1: itself */
  GBytes *names;      /* what is put back into the answer; NULL: nothing */
  GuardianEgressRestore *restore;
  void (*looked) (GuardianEgressForward *forward);
};

/* Before anything was answered a refusal; after it the connection is broken off. It is gone. */
void guardian_egress_forward_fail (GuardianEgressForward *forward, guint status, const char *code,
                                   const char *reason);
/* Those that are passed on (GuardianEgressHeader); NULL: one of them cannot be. The caller owns it.
 */
GPtrArray *guardian_egress_forward_headers (const GuardianEgressForward *forward);

/* Has what would be sent looked through, its body after it came; then looked is called, unless it
 * was refused. */
void guardian_egress_forward_look (GuardianEgressForward *forward, gboolean has_body,
                                   void (*looked) (GuardianEgressForward *forward));
/* A piece of the body, or its end, came; FALSE: not for looking at. It may be gone afterwards. */
gboolean guardian_egress_forward_look_chunk (GuardianEgressForward *forward, GBytes *chunk);
gboolean guardian_egress_forward_look_body (GuardianEgressForward *forward);
/* Nobody waits for it any more. */
void guardian_egress_forward_look_end (GuardianEgressForward *forward);

/* Fills target, tls, url and line from a request's head. 0: good; else the status of the refusal,
 * and *ret_why (static) says why. */
guint guardian_egress_forward_head_read (GuardianEgressForward *forward,
                                         const GuardianEgressVisitor *visitor,
                                         SoupServerMessage *message, const char **ret_why);
