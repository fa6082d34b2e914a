/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-consent-entry.h"

/* What peers hear of a question that waits, or waits no longer. */

typedef struct {
  guint position; /* from 1 */
  guint waiting;
} GuardianConsentQueue;

/* draws: link is to draw it; else it is shown as waiting only. */
void guardian_consent_tell_question (const GuardianConsentEntry *entry, GuardianLink *link,
                                     gboolean draws, const GuardianConsentQueue *queue);
void guardian_consent_tell_closed (const GuardianConsentEntry *entry, GuardianLink *link,
                                   const char *outcome);
/* Everybody who watches, and the owner of its session (NULL: gone), but not who draws it. outcome
 * NULL: it waits, at its place in queue. */
void guardian_consent_tell_watchers (GuardianContext *context, const GuardianConsentEntry *entry,
                                     const GuardianLink *owner, const GuardianConsentQueue *queue,
                                     const char *outcome);
