/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nothing of what is asked: all of it are the words of a foreign agent, shown as such.
 * Refuses what policy refuses. Known gap: whether it then does that, and nothing else, cannot be
 * known; its sandbox holds it to what is shared in any case. */

#include "guardian/core/guardian-action-permit.h"

#include "guardian/core/guardian-input.h"
#include "guardian/core/guardian-pipeline.h"

#include "common/protocol/cardea-path-json.h"

int
guardian_action_permit_resolve (GuardianRequest *request)
{
  const CardeaMessage *message = request->message;
  const char *path = cardea_message_get_path (message, "path");
  const char *detail = cardea_message_get_string (message, "detail");

  if (request->session->foreign == NULL)
    return guardian_request_refuse (request, "denied", "this agent speaks for nobody else", NULL);
  request->deed = cardea_json_new_object ();
  cardea_json_set_string (request->deed, "kind", "step");
  cardea_json_set_string (request->deed, "step", cardea_message_get_string (message, "kind"));
  cardea_json_set_string (request->deed, "title", cardea_message_get_string (message, "title"));
  if (path != NULL)
    cardea_path_json_set (request->deed, "about", path);
  if (detail != NULL)
    cardea_json_set_string (request->deed, "detail", detail);
  return GUARDIAN_STEP_NEXT;
}

int
guardian_action_permit_decide (GuardianRequest *request)
{
  GuardianContext *context = request->context;

  request->input = guardian_input_new (request, NULL, request->action->action,
                                       guardian_request_resource (request), NULL);
  request->decision = guardian_policy_decide (context->policy, request->input);
  request->judged = TRUE;
  switch (request->decision.effect)
    {
    case GUARDIAN_EFFECT_ALLOW:
      return GUARDIAN_STEP_NEXT;
    case GUARDIAN_EFFECT_ASK:
      return guardian_stage_decide_question (request);
    case GUARDIAN_EFFECT_DENY:
    default:
      return guardian_request_refuse (request, "denied", request->decision.reason,
                                      request->decision.policy);
    }
}

int
guardian_action_permit_perform (GuardianRequest *request)
{
  return GUARDIAN_STEP_NEXT;
}

void
guardian_action_permit_reply (GuardianRequest *request)
{
  request->reply = cardea_message_new_reply (request->message, "done");
}
