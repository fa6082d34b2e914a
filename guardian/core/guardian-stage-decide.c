/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the resolved object, the grants and the mode of the session. Refuses what policy refuses,
 * and everything that is not a clear answer. In mode deny whatever lies outside the grants gets the
 * same words, whether it is there or not. Known gap: in mode ask an agent can tell a missing file
 * from one that is asked about; each attempt is recorded. */

#include "guardian/core/guardian-action-view.h"
#include "guardian/core/guardian-consent-broker.h"
#include "guardian/core/guardian-input.h"
#include "guardian/core/guardian-pipeline.h"
#include "guardian/core/guardian-redaction.h"
#include "guardian/core/guardian-relay.h"

#include "common/base/cardea-text.h"

#include <string.h>

GuardianStep
guardian_stage_decide_hide (GuardianRequest *request, const char *code, const char *reason)
{
  request->hidden = TRUE;
  return guardian_request_refuse (request, code, reason, request->decision.policy);
}

/* Nothing of that name can be had. covered: it would lie in a grant, so its absence may be told. */
static GuardianStep
refuse_missing (GuardianRequest *request, gboolean covered)
{
  if (!covered && request->session->mode == GUARDIAN_MODE_DENY)
    return guardian_stage_decide_hide (request,
                                       cardea_message_get_string (request->missing, "code"),
                                       cardea_message_get_string (request->missing, "reason"));
  return guardian_request_refuse_as (request, request->missing);
}

static GuardianStep
judge_missing (GuardianRequest *request)
{
  const GuardianSession *session = request->session;

  if (request->object == NULL)
    return refuse_missing (request, FALSE);
  request->input = guardian_input_new (request, NULL, request->action->action,
                                       guardian_object_describe (request->object), NULL);
  request->decision = guardian_policy_decide (request->context->policy, request->input);
  request->judged = TRUE;
  if (request->decision.effect == GUARDIAN_EFFECT_DENY && session->mode != GUARDIAN_MODE_DENY)
    return guardian_request_refuse (request, "denied", request->decision.reason,
                                    request->decision.policy);
  gboolean covered = request->decision.effect != GUARDIAN_EFFECT_DENY
                     && guardian_grant_table_covers_name (request->context->grants, session->id,
                                                          guardian_session_agent (request->session),
                                                          request->object->path);
  return refuse_missing (request, covered);
}

GuardianStep
guardian_stage_decide_question (GuardianRequest *request)
{
  switch (request->session->mode)
    {
    case GUARDIAN_MODE_ASK:
      return GUARDIAN_STEP_NEXT; /* "consent" */
    case GUARDIAN_MODE_MONITOR:
      request->monitored = TRUE;
      return GUARDIAN_STEP_NEXT;
    case GUARDIAN_MODE_DENY:
    default:
      return guardian_stage_decide_hide (request, "denied", request->decision.reason);
    }
}

/* Only under the grant it was opened under, and without a question, does it go on as it is. */
static gboolean
stays_open (const GuardianRequest *request)
{
  const GuardianHandle *handle
      = guardian_handle_table_find (request->session->handles, request->handle);
  return request->decision.effect == GUARDIAN_EFFECT_ALLOW && handle != NULL
         && g_strcmp0 (handle->grant, request->grant) == 0;
}

static GuardianStep
judge (GuardianRequest *request)
{
  GuardianContext *context = request->context;
  GuardianGrantNeed need = {
    .level = request->action->level,
    .below = request->action->reaches_below != NULL && request->action->reaches_below (request),
  };
  GuardianGrant *grant = guardian_grant_table_match (context->grants, request->session->id,
                                                     guardian_session_agent (request->session),
                                                     request->object, &need);

  CardeaJson *resource = guardian_object_describe (request->object);

  if (request->asker == GUARDIAN_ASKER_VIEW)
    guardian_action_view_extend (request, resource);
  request->input = guardian_input_new (request, NULL, request->action->action, resource, grant);
  request->decision = guardian_policy_decide_redacting (context->policy, request->input);
  request->labels = guardian_label_set_new_decided (context->policy);
  request->judged = TRUE;
  request->grant = grant != NULL ? g_strdup (grant->id) : NULL;
  if (request->reopened && !stays_open (request))
    return GUARDIAN_STEP_AGAIN;
  GuardianStep step
      = request->decision.redact ? guardian_redaction_check (request) : GUARDIAN_STEP_NEXT;
  if (step != GUARDIAN_STEP_NEXT)
    return step;
  if (request->decision.effect == GUARDIAN_EFFECT_ALLOW)
    return GUARDIAN_STEP_NEXT;
  if (request->decision.effect == GUARDIAN_EFFECT_ASK)
    {
      /* The answer that opened the file covers all of it; a grant that ended covers nothing. */
      if (request->once)
        return GUARDIAN_STEP_NEXT;
      if (request->handle != NULL)
        return guardian_request_refuse (request, "unauthorized", "this is not shared any more",
                                        request->decision.policy);
      return guardian_stage_decide_question (request);
    }
  if (request->session->mode == GUARDIAN_MODE_DENY && grant == NULL)
    return guardian_stage_decide_hide (request, "denied", request->decision.reason);
  return guardian_request_refuse (request, "denied", request->decision.reason,
                                  request->decision.policy);
}

GuardianStep
guardian_stage_decide (GuardianRequest *request)
{
  if (request->action->gives_back)
    return GUARDIAN_STEP_NEXT;
  if (request->action->decide != NULL)
    return request->action->decide (request);
  if (request->object != NULL && request->asker == GUARDIAN_ASKER_AGENT
      && !guardian_capability_covers (request->capability, request->object->path))
    return guardian_request_refuse (request, "unauthorized",
                                    guardian_capability_verdict_text (GUARDIAN_CAPABILITY_RESOURCE),
                                    "capability");
  return request->missing != NULL ? judge_missing (request) : judge (request);
}

/* The question was composed under a policy that is not in force any more. */
static gboolean
is_outdated (const GuardianRequest *request)
{
  const CardeaJson *context = cardea_json_get (request->input, "context");
  return g_strcmp0 (cardea_json_get_string (context, "policy_revision"),
                    guardian_policy_revision (request->context->policy))
         != 0;
}

static void
tell_monitored (GuardianRequest *request)
{
  g_autofree char *target = guardian_request_target (request);
  g_autofree char *shown = cardea_text_escape (target, strlen (target), NULL);
  g_autofree char *text = g_strdup_printf ("Monitor mode: %s on %s would have been asked.",
                                           guardian_request_action (request), shown);
  guardian_relay_say (request->session, "status", text, NULL);
}

GuardianStep
guardian_stage_consent (GuardianRequest *request)
{
  if (request->asked_person && request->code == NULL && is_outdated (request))
    return guardian_request_refuse (request, "changed",
                                    "the policy changed after the question was asked", NULL);
  if (request->action->gives_back || request->decision.effect == GUARDIAN_EFFECT_ALLOW
      || request->once)
    return GUARDIAN_STEP_NEXT;
  if (request->monitored)
    {
      tell_monitored (request);
      return GUARDIAN_STEP_NEXT;
    }
  if (!request->asked_person)
    {
      GuardianStep step = request->action->describe != NULL ? request->action->describe (request)
                                                            : GUARDIAN_STEP_NEXT;
      if (step != GUARDIAN_STEP_NEXT)
        return step;
      request->asked_person = TRUE;
      return guardian_consent_broker_ask (request->context->consent, request);
    }
  if (request->code != NULL)
    return GUARDIAN_STEP_REFUSED;
  /* Allowed: once, or by a grant that the answer made. */
  if (request->once || guardian_grant_table_get (request->context->grants, request->grant) != NULL)
    return GUARDIAN_STEP_NEXT;
  return guardian_request_refuse (request, "unauthorized", "this is not shared any more", NULL);
}
