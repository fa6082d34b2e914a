/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-question.h"
#include "guardian/core/guardian-request.h"

#define GUARDIAN_CONSENT_ENTRY_FLOOD "consent.flood" /* the rule that bounds questions */

/* A question that waits, with who waits for it and who draws it. */
typedef struct {
  GuardianConsentBroker *broker;
  GuardianQuestion *question;
  GuardianObject
      *object; /* a copy, without handle: what a remembered answer covers; NULL: nothing */
  GuardianDestination *destination; /* a copy, in place of an object */
  gboolean inside;                  /* it may lead to this computer or the network around it */
  GPtrArray *objects; /* of a change: GuardianObject, copies of all it is about; else NULL */
  gboolean summary;   /* the agent is paused: whether it goes on */
  GuardianGrantLevel level;
  gboolean below;
  GPtrArray *waiters;   /* GuardianRequest, borrowed */
  GuardianLink *drawer; /* NULL: shown as waiting only, or the screen is still starting */
  gboolean for_screen;
  gint64 drawn_us; /* monotonic */
  guint timer;
  char *trace;
  char *agent; /* who asks, as grants name it */
  char *request;
  const char *action; /* static: policy's name */
} GuardianConsentEntry;

GuardianConsentEntry *guardian_consent_entry_new (GuardianConsentBroker *broker,
                                                  const GuardianRequest *request,
                                                  GError **error) G_GNUC_WARN_UNUSED_RESULT;
/* The one summary of an agent that asked too often. */
GuardianConsentEntry *guardian_consent_entry_new_summary (GuardianConsentBroker *broker,
                                                          const GuardianSession *session,
                                                          GError **error) G_GNUC_WARN_UNUSED_RESULT;
void guardian_consent_entry_free (GuardianConsentEntry *entry);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GuardianConsentEntry, guardian_consent_entry_free)

/* The caller owns it: identical requests have the same. */
char *guardian_consent_entry_key (const GuardianRequest *request);
