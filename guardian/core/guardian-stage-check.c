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

  if (!guardian_session_serves (request->session))
    return guardian_request_refuse (request, "unavailable", "the session has ended", NULL);
  if (request->action->validate != NULL && !request->action->validate (request, &reason))
    return guardian_request_refuse (request, "malformed", reason, NULL);
  return GUARDIAN_STEP_NEXT;
}

/* What it does beside its first action must be covered by the same token; that spends no use. */
static gboolean
covers_others (const GuardianRequest *request)
{
  for (guint i = 1; request->action->needs != NULL; i++)
    {
      const char *action = request->action->needs (request, i);
      if (action == NULL || !guardian_capability_allows (request->capability, action))
        return action == NULL;
    }
  return TRUE;
}

GuardianStep
guardian_stage_authenticate (GuardianRequest *request)
{
  const GuardianAction *action = request->action;

  /* A worker speaks for the session that its connection belongs to. */
  if (request->asker != GUARDIAN_ASKER_AGENT)
    return GUARDIAN_STEP_NEXT;
  const char *first = action->needs != NULL ? action->needs (request, 0) : action->action;
  const char *reason
      = guardian_agent_check (request->link, cardea_message_get_string (request->message, "cap"),
                              first, &request->capability);

  if (reason == NULL && !covers_others (request))
    reason = guardian_capability_verdict_text (GUARDIAN_CAPABILITY_ACTION);
  if (reason != NULL)
    return guardian_request_refuse (request, "unauthorized", reason, "capability");
  return GUARDIAN_STEP_NEXT;
}
