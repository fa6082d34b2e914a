/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-answer.h"
#include "guardian/core/guardian-consent-entry.h"

/* What a question and its answer leave behind: records, and the grant a remembered answer makes. */

/* FALSE: not recorded, it must not be asked. */
gboolean guardian_consent_apply_asked (GuardianContext *context,
                                       GuardianConsentEntry *entry) G_GNUC_WARN_UNUSED_RESULT;
/* The answer is on the disk before it takes effect. ret_grant: the caller's; NULL: for this once.
 * FALSE: nothing was recorded or granted. */
gboolean guardian_consent_apply_allowed (GuardianContext *context,
                                         const GuardianConsentEntry *entry,
                                         const GuardianAnswer *answer,
                                         char **ret_grant) G_GNUC_WARN_UNUSED_RESULT;
void guardian_consent_apply_denied (GuardianContext *context, const GuardianConsentEntry *entry,
                                    const GuardianAnswer *answer);
/* Lapsed, cancelled, or there was nobody. */
void guardian_consent_apply_ended (GuardianContext *context, const GuardianConsentEntry *entry,
                                   const char *reason);
/* Somebody answered who may not, or too early, or something else. */
void guardian_consent_apply_bad_answer (GuardianContext *context, const GuardianConsentEntry *entry,
                                        const GuardianLink *link, const char *reason);
