/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "common/profiles/cardea-profile.h"
#include "guardian/core/guardian-link.h"

/* What front ends and cardea-consent may ask for, a function a message. Each answers by itself,
 * at once or later. Grouped into files by what they are about. */

/* guardian-front-keys.c: go_on is called when the keys are open; else the message is refused. */
typedef void (*GuardianFrontCommand) (GuardianLink *link, CardeaMessage *message);
void guardian_front_when_open (GuardianLink *link, CardeaMessage *message,
                               GuardianFrontCommand go_on);

/* guardian-front.c */
void guardian_front_hello (GuardianLink *link, CardeaMessage *message);
void guardian_front_status (GuardianLink *link, CardeaMessage *message);
void guardian_front_limits_get (GuardianLink *link, CardeaMessage *message);
void guardian_front_doctor (GuardianLink *link, CardeaMessage *message);
void guardian_front_settings_get (GuardianLink *link, CardeaMessage *message);
void guardian_front_settings_set (GuardianLink *link, CardeaMessage *message);

/* guardian-front-session.c */
void guardian_front_session_open (GuardianLink *link, CardeaMessage *message);
void guardian_front_session_end (GuardianLink *link, CardeaMessage *message);
void guardian_front_session_list (GuardianLink *link, CardeaMessage *message);
void guardian_front_session_show (GuardianLink *link, CardeaMessage *message);
/* NULL: a session may begin; else the refusal's code. */
const char *guardian_front_check_opening (GuardianContext *context, CardeaMessage *message,
                                          const char **ret_reason);
/* Begins what was checked; replies when it has begun. */
void guardian_front_begin_session (GuardianLink *link, CardeaMessage *message,
                                   CardeaProfile *profile);
void guardian_front_chat_send (GuardianLink *link, CardeaMessage *message);
void guardian_front_chat_cancel (GuardianLink *link, CardeaMessage *message);

/* guardian-front-run.c */
void guardian_front_run_open (GuardianLink *link, CardeaMessage *message);
void guardian_front_run_signal (GuardianLink *link, CardeaMessage *message);

/* guardian-front-grant.c */
void guardian_front_grant_list (GuardianLink *link, CardeaMessage *message);
void guardian_front_grant_add (GuardianLink *link, CardeaMessage *message);
void guardian_front_grant_revoke (GuardianLink *link, CardeaMessage *message);

/* guardian-front-consent.c */
void guardian_front_consent_watch (GuardianLink *link, CardeaMessage *message);
void guardian_front_consent_answer (GuardianLink *link, CardeaMessage *message);
void guardian_front_consent_focus (GuardianLink *link, CardeaMessage *message);

/* guardian-front-undo.c */
void guardian_front_undo_list (GuardianLink *link, CardeaMessage *message);
void guardian_front_undo_show (GuardianLink *link, CardeaMessage *message);
void guardian_front_undo_apply (GuardianLink *link, CardeaMessage *message);
void guardian_front_undo_clear (GuardianLink *link, CardeaMessage *message);

/* guardian-front-storage.c */
void guardian_front_storage_key (GuardianLink *link, CardeaMessage *message);

/* guardian-front-policy.c */
void guardian_front_policy_show (GuardianLink *link, CardeaMessage *message);
void guardian_front_policy_explain (GuardianLink *link, CardeaMessage *message);
void guardian_front_policy_reload (GuardianLink *link, CardeaMessage *message);

/* guardian-front-dlp.c */
void guardian_front_dlp_scan (GuardianLink *link, CardeaMessage *message);

/* guardian-front-audit.c */
void guardian_front_audit_list (GuardianLink *link, CardeaMessage *message);
void guardian_front_audit_watch (GuardianLink *link, CardeaMessage *message);
void guardian_front_audit_redact (GuardianLink *link, CardeaMessage *message);
void guardian_front_audit_sync (GuardianLink *link, CardeaMessage *message);

/* guardian-login.c */
void guardian_front_credential_login (GuardianLink *link, CardeaMessage *message);
/* guardian-front-badge.c */
void guardian_front_badge_list (GuardianLink *link, CardeaMessage *message);
void guardian_front_badge_revoke (GuardianLink *link, CardeaMessage *message);
/* guardian-front-credential.c */
void guardian_front_credential_set (GuardianLink *link, CardeaMessage *message);
void guardian_front_credential_list (GuardianLink *link, CardeaMessage *message);
void guardian_front_credential_remove (GuardianLink *link, CardeaMessage *message);

/* guardian-front-model.c */
void guardian_front_model_add (GuardianLink *link, CardeaMessage *message);
void guardian_front_model_list (GuardianLink *link, CardeaMessage *message);
void guardian_front_model_remove (GuardianLink *link, CardeaMessage *message);

/* guardian-front-model-test.c */
void guardian_front_model_test (GuardianLink *link, CardeaMessage *message);
