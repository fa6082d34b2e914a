/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-consent-broker.h"
#include "guardian/core/guardian-front.h"

void
guardian_front_consent_watch (GuardianLink *link, CardeaMessage *message)
{
  guardian_link_done (link, message);
  guardian_consent_broker_watch (link->context->consent, link);
}

void
guardian_front_consent_answer (GuardianLink *link, CardeaMessage *message)
{
  guardian_consent_broker_answer (link->context->consent, link, message);
}

void
guardian_front_consent_focus (GuardianLink *link, CardeaMessage *message)
{
  guardian_consent_broker_focus (link->context->consent, link, message);
}
