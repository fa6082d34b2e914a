/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/egress/guardian-egress-desk.h"
#include "guardian/egress/guardian-egress-fetch.h"

/* What a program would send, handed to the core, which has it looked through: before the host's
 * name is looked up. One a session. Nothing is judged here. */
typedef struct _GuardianEgressLooks GuardianEgressLooks;

#define GUARDIAN_EGRESS_LOOKS_BODY (4u * 1024u * 1024u)  /* bytes that are looked at */
#define GUARDIAN_EGRESS_LOOKS_HELD (64u * 1024u * 1024u) /* bytes of all bodies */
#define GUARDIAN_EGRESS_LOOKS_ASKED 16u                  /* of the core at once; others wait */
#define GUARDIAN_EGRESS_LOOKS_WAITING 1024u              /* of those; refused beyond */
#define GUARDIAN_EGRESS_LOOKS_SEEN 1024u /* requests without a body that may go again */

/* What is sent. Borrowed. */
typedef struct {
  const GuardianEgressTarget *target;
  const GPtrArray *headers; /* GuardianEgressHeader */
  const GQueue *body;       /* GBytes; empty: none */
  gboolean more;            /* of the body than that */
} GuardianEgressLook;

/* Valid as long as the call that has it. */
typedef struct {
  const char *code; /* NULL: it may go */
  const char *reason;
  int body;      /* what goes in place of the body, a memfd; -1: the body itself */
  GBytes *names; /* what is put back into the answer; NULL: nothing */
} GuardianEgressLooked;

typedef void (*GuardianEgressLooksDone) (const GuardianEgressLooked *looked, gpointer user_data);

GuardianEgressLooks *guardian_egress_looks_new (const GuardianEgressContext *context,
                                                const char *session);
/* Nobody who waits is called. */
void guardian_egress_looks_free (GuardianEgressLooks *looks);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianEgressLooks, guardian_egress_looks_free)

/* Calls back once: from inside (and returns 0) what is known already, later what is asked. */
guint64 guardian_egress_looks_ask (GuardianEgressLooks *looks, const GuardianEgressLook *look,
                                   GuardianEgressLooksDone done, gpointer user_data);
/* It is not called back any more; 0 is ignored. */
void guardian_egress_looks_cancel (GuardianEgressLooks *looks, guint64 id);
/* An egress.answer; FALSE: it is not about one of these. */
gboolean guardian_egress_looks_answer (GuardianEgressLooks *looks, CardeaMessage *answer);
/* Bodies are held until they were looked at; FALSE: so many more bytes are too many, and not held.
 */
gboolean guardian_egress_looks_hold (GuardianEgressLooks *looks, gsize size);
void guardian_egress_looks_release (GuardianEgressLooks *looks, gsize size);
/* What may go was decided under something that does not hold any more. */
void guardian_egress_looks_forget (GuardianEgressLooks *looks);
