/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The stages of an action that has a plan, where they differ from those on one object: "resolve"
 * has the change worker plan it, "decide" asks policy about every item, "consent" first fetches
 * what a person is shown. Trusts the plan for what names lead to. Refuses all when one item is
 * refused. What was shown to a person is what is done: when anything changed since, it is planned
 * and asked anew. Known gaps: as with reading, an agent in mode ask can tell a name that leads
 * nowhere from one that is asked about. What a file must say (`expect`) is compared by the worker
 * when the change was decided and is made, never before. */

#include "guardian/core/guardian-stage-plan.h"

#include "guardian/core/guardian-pipeline.h"
#include "guardian/core/guardian-plan-judge.h"
#include "guardian/core/guardian-undo.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-text.h"
#include "common/protocol/cardea-path-json.h"

#include <fcntl.h>
#include <string.h>

#define PLAN_TIMEOUT_MS 60000u
#define DESCRIBE_TIMEOUT_MS 120000u
#define GONE "changes cannot be made at the moment"

/* --- resolve --- */

static void
undo_opened (const char *code, const char *reason, gpointer user_data)
{
  GuardianRequest *request = user_data;

  request->waits_undo = FALSE;
  if (code != NULL)
    guardian_request_refuse (request, code, reason, NULL);
  guardian_pipeline_resume (request);
}

static GuardianStep
ask_for_plan (GuardianRequest *request)
{
  const GuardianSession *session = request->session;
  int content = cardea_message_peek_fd (request->message, "content");
  CardeaMessage *message = cardea_message_new ("change.plan");

  cardea_message_set_json (
      message, "operations",
      cardea_json_ref (cardea_message_get_json (request->message, "operations")));
  cardea_message_set_path (message, "home", session->home);
  cardea_message_set_path (message, "folder", session->folder);
  if (content >= 0)
    cardea_message_set_fd (message, "content", fcntl (content, F_DUPFD_CLOEXEC, 0));
  request->planning = TRUE;
  return guardian_request_call (request, GUARDIAN_WORKER_CHANGE, message, PLAN_TIMEOUT_MS);
}

static GuardianStep
take_plan (GuardianRequest *request)
{
  GuardianWorkers *workers = request->context->workers;

  if (request->result == NULL)
    return guardian_request_refuse (request, "unavailable", GONE, NULL);
  if (cardea_message_is (request->result, "refused"))
    {
      /* "decide" says what the agent may know of it. */
      request->missing = cardea_message_ref (request->result);
      return GUARDIAN_STEP_NEXT;
    }
  request->plan = cardea_message_is (request->result, "change.planned") ? guardian_plan_new (
                      request->result, cardea_message_get_json (request->message, "operations"),
                      guardian_workers_restarts (workers, GUARDIAN_WORKER_CHANGE))
                                                                        : NULL;
  if (request->plan == NULL)
    return guardian_request_refuse (request, "internal", "the change could not be judged", NULL);
  request->object = guardian_object_copy (request->plan->resource);
  return GUARDIAN_STEP_NEXT;
}

int
guardian_stage_plan_resolve (GuardianRequest *request)
{
  GuardianUndo *undo = request->context->undo;

  if (request->code != NULL)
    return GUARDIAN_STEP_REFUSED;
  if (request->planning)
    return take_plan (request);
  if (guardian_undo_is_open (undo))
    return ask_for_plan (request);
  request->waits_undo = TRUE;
  guardian_undo_open (undo, undo_opened, request);
  return guardian_pipeline_wait (request, GUARDIAN_REQUEST_ASK_WORKER);
}

/* --- decide --- */

static gboolean
has_grants (const GuardianRequest *request)
{
  const GuardianPlan *plan = request->plan;

  for (guint i = 0; i < plan->items->len; i++)
    {
      const GuardianPlanItem *item = plan->items->pdata[i];
      if (item->grant == NULL || (item->target != NULL && item->target_grant == NULL))
        return FALSE;
    }
  return TRUE;
}

/* Of several, which one: under the name that the agent knows. */
static GuardianStep
refuse_item (GuardianRequest *request)
{
  const GuardianPlan *plan = request->plan;
  const CardeaJson *operations = cardea_message_get_json (request->message, "operations");
  guint index = 0;

  if (plan->items->len == 1 || !g_ptr_array_find (plan->items, plan->item, &index))
    return guardian_request_refuse (request, "denied", request->decision.reason,
                                    request->decision.policy);
  g_autofree char *path = cardea_path_json_get (cardea_json_nth (operations, index), "path");
  g_autofree char *shown = cardea_text_escape (path, strlen (path), NULL);
  g_autofree char *cut = cardea_text_shorten (shown, GUARDIAN_REQUEST_SHOWN_CHARACTERS);
  g_autofree char *reason = g_strdup_printf ("%s: %s", cut, request->decision.reason);
  return guardian_request_refuse (request, "denied", reason, request->decision.policy);
}

static GuardianStep
judge_unplanned (GuardianRequest *request)
{
  gboolean covered = guardian_plan_judge_names (request);
  gboolean quiet = request->session->mode == GUARDIAN_MODE_DENY;

  if (request->decision.effect == GUARDIAN_EFFECT_DENY && !quiet)
    return guardian_request_refuse (request, "denied", request->decision.reason,
                                    request->decision.policy);
  if (!covered && quiet)
    return guardian_stage_decide_hide (request,
                                       cardea_message_get_string (request->missing, "code"),
                                       cardea_message_get_string (request->missing, "reason"));
  return guardian_request_refuse_as (request, request->missing);
}

int
guardian_stage_plan_decide (GuardianRequest *request)
{
  if (request->missing != NULL)
    return judge_unplanned (request);
  if (!guardian_plan_judge_capability (request))
    return guardian_request_refuse (request, "unauthorized",
                                    guardian_capability_verdict_text (GUARDIAN_CAPABILITY_RESOURCE),
                                    "capability");
  guardian_plan_judge (request);
  GuardianDecision *decision = &request->decision;
  /* A person has seen something else: whatever was shared meanwhile, this is shown, too. */
  if (decision->effect == GUARDIAN_EFFECT_ALLOW && request->shown)
    {
      decision->effect = GUARDIAN_EFFECT_ASK;
      decision->tier = GUARDIAN_TIER_QUESTION;
      decision->reason = "it is not what was shown before";
    }
  if (decision->effect == GUARDIAN_EFFECT_ALLOW)
    return GUARDIAN_STEP_NEXT;
  if (decision->effect == GUARDIAN_EFFECT_ASK)
    return guardian_stage_decide_question (request);
  if (request->session->mode == GUARDIAN_MODE_DENY && !has_grants (request))
    return guardian_stage_decide_hide (request, "denied", decision->reason);
  return refuse_item (request);
}

/* --- consent --- */

static GuardianStep
take_description (GuardianRequest *request)
{
  CardeaMessage *result = request->result;

  if (result == NULL)
    return guardian_request_refuse (request, "unavailable", GONE, NULL);
  if (cardea_message_is (result, "refused")
      && g_strcmp0 (cardea_message_get_string (result, "code"), "changed") == 0)
    return guardian_request_again (request, cardea_message_get_string (result, "reason"));
  if (cardea_message_is (result, "refused"))
    return guardian_request_refuse_as (request, result);
  if (!cardea_message_is (result, "change.described")
      || !guardian_plan_describe (request->plan, cardea_message_get_json (result, "changes")))
    return guardian_request_refuse (request, "internal", "the change could not be shown", NULL);
  return GUARDIAN_STEP_NEXT;
}

int
guardian_stage_plan_describe (GuardianRequest *request)
{
  if (request->plan->changes != NULL)
    return GUARDIAN_STEP_NEXT;
  if (request->describing)
    return take_description (request);
  CardeaMessage *message = cardea_message_new ("change.describe");
  cardea_message_set_string (message, "plan", request->plan->id);
  request->describing = TRUE;
  return guardian_request_call (request, GUARDIAN_WORKER_CHANGE, message, DESCRIBE_TIMEOUT_MS);
}
