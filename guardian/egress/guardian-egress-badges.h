/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/egress/guardian-egress-context.h"

/* Badges that programs of a session ask for (POST /v1/agent/token), handed to the core, which
 * decides about them and has them signed. One a session; the HTTP is guardian-egress-badge.c's. */
typedef struct _GuardianEgressBadges GuardianEgressBadges;

#define GUARDIAN_EGRESS_BADGES_ASKED 16u  /* of the core at once; refused beyond */
#define GUARDIAN_EGRESS_BADGES_BODY 8192u /* bytes of a request's body */
#define GUARDIAN_EGRESS_BADGES_VALUES 64u /* JSON values in it */

/* Valid as long as the call that has it. */
typedef struct {
  const char *code; /* NULL: it was made */
  const char *reason;
  const char *badge;
  gint64 seconds;
} GuardianEgressBadged;

typedef void (*GuardianEgressBadgesDone) (const GuardianEgressBadged *badged, gpointer user_data);

GuardianEgressBadges *guardian_egress_badges_new (const GuardianEgressContext *context,
                                                  const char *session);
/* Nobody who waits is called. */
void guardian_egress_badges_free (GuardianEgressBadges *badges);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianEgressBadges, guardian_egress_badges_free)

/* A request's body {"session_id","resource","actions","ttl"?,"key"}, untrusted, as egress.badge
 * without "id" and "process". thumbprint: of the certificate that was shown, in the place of "key";
 * NULL: none. NULL with ret_why (static): it is none, or another session's. */
CardeaMessage *guardian_egress_badges_read (const char *session, const char *thumbprint,
                                            const guint8 *bytes, gsize size,
                                            const char **ret_why) G_GNUC_WARN_UNUSED_RESULT;

/* Takes both; process: who asks; -1: nobody knows, and without a certificate it is refused. Calls
 * back once: from inside (and returns 0) what is refused at once. */
guint64 guardian_egress_badges_ask (GuardianEgressBadges *badges, CardeaMessage *message,
                                    int process, GuardianEgressBadgesDone done, gpointer user_data);
/* It is not called back any more; 0 is ignored. */
void guardian_egress_badges_cancel (GuardianEgressBadges *badges, guint64 id);
/* An egress.answer; FALSE: it is not about one of these. */
gboolean guardian_egress_badges_answer (GuardianEgressBadges *badges, CardeaMessage *answer);
