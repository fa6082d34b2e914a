/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#pragma once

#include "guardian/core/guardian-request.h"

/* Brings questions to a person and answers back (consent.md). Destinations, the first that exists:
 * cardea-consent, when a `cardea` window with a display is connected; the terminal of the cardeactl
 * that owns the session; a connected `consent watch`. With none a question is refused at once. An
 * agent that asks too often is paused, and the person asked once whether it goes on. */

#define GUARDIAN_CONSENT_BROKER_LIMIT 64u /* waiting questions */

GuardianConsentBroker *guardian_consent_broker_new (GuardianContext *context);
void guardian_consent_broker_free (GuardianConsentBroker *broker);

/* Asks about request->object and request->decision. WAIT: the request is resumed with either
 * request->once or request->grant set, or refused. */
GuardianStep guardian_consent_broker_ask (GuardianConsentBroker *broker, GuardianRequest *request);
/* The person wrote to the agent: whatever paused it is over. */
void guardian_consent_broker_person_wrote (GuardianConsentBroker *broker, GuardianSession *session);
/* The request does not wait any more; a question nobody waits for is cancelled. */
void guardian_consent_broker_forget (GuardianConsentBroker *broker, GuardianRequest *request);

/* A consent.answer; replies to it. */
void guardian_consent_broker_answer (GuardianConsentBroker *broker, GuardianLink *link,
                                     CardeaMessage *message);
/* A consent.focus: moves when the question lapses, within GUARDIAN_QUESTION_PAUSE_US; nothing else.
 * Passed over when the question has ended or somebody else draws it. */
void guardian_consent_broker_focus (GuardianConsentBroker *broker, GuardianLink *link,
                                    CardeaMessage *message);
/* From now on link is told of questions; those that wait come at once. */
void guardian_consent_broker_watch (GuardianConsentBroker *broker, GuardianLink *link);
/* cardea-consent can draw now. */
void guardian_consent_broker_screen_ready (GuardianConsentBroker *broker, GuardianLink *link);
/* cardea-consent could not be started, or has gone: what it was to draw goes to nobody. */
void guardian_consent_broker_screen_failed (GuardianConsentBroker *broker);
/* What link was to draw is refused, never left open. */
void guardian_consent_broker_link_closed (GuardianConsentBroker *broker, GuardianLink *link);
void guardian_consent_broker_session_ended (GuardianConsentBroker *broker,
                                            GuardianSession *session);

/* Waiting questions of a session; NULL: of all. */
guint guardian_consent_broker_count (const GuardianConsentBroker *broker, const char *session);
