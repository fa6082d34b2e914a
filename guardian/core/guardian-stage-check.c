/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the wire's table for the form of a request and the capability store for tokens. Refuses
 * fields that do not fit together and tokens that are not good for this agent and action. */

#include "guardian/core/guardian-agent.h"
#include "guardian/core/guardian-pipeline.h"

GuardianStep
guardian_stage_validate (GuardianRequest *request)
{
  const char *reason = NULL;

  if (request->session->state != GUARDIAN_SESSION_READY)
    return guardian_request_refuse (request, "unavailable", "the session has ended", NULL);
  if (request->action->validate != NULL && !request->action->validate (request, &reason))
    return guardian_request_refuse (request, "malformed", reason, NULL);
  return GUARDIAN_STEP_NEXT;
}

GuardianStep
guardian_stage_authenticate (GuardianRequest *request)
{
  const char *reason
      = guardian_agent_check (request->link, cardea_message_get_string (request->message, "cap"),
                              request->action->action, &request->capability);
  if (reason != NULL)
    return guardian_request_refuse (request, "unauthorized", reason, "capability");
  return GUARDIAN_STEP_NEXT;
}
