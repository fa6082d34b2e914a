/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the plan for what names lead to, and the grants. Refuses nothing by itself: what policy
 * says of the worst item is said of all. Known gap: an agent learns from a refusal that a name it
 * may ask about is not there, as with reading. */

#include "guardian/core/guardian-plan-judge.h"

#include "guardian/core/guardian-input.h"

#include "common/protocol/cardea-path-json.h"

#include <string.h>

static gboolean
is_stricter (const GuardianDecision *a, const GuardianDecision *b)
{
  return a->effect < b->effect || (a->effect == b->effect && a->tier > b->tier);
}

static guint
least_limit (guint a, guint b)
{
  return a == 0 || b == 0 ? MAX (a, b) : MIN (a, b);
}

/* The strictest so far becomes the request's, with the least of what bounds an answer to any of
 * them; input is taken. */
static gboolean
take_stricter (GuardianRequest *request, const GuardianDecision *decision, CardeaJson *input)
{
  g_autoptr (CardeaJson) owned = input;

  guint ttl = request->judged ? request->decision.ttl : 0;
  guint uses = request->judged ? request->decision.uses : 0;
  gboolean stricter = !request->judged || is_stricter (decision, &request->decision);
  if (stricter)
    {
      g_clear_pointer (&request->input, cardea_json_unref);
      request->input = g_steal_pointer (&owned);
      request->decision = *decision;
      request->judged = TRUE;
    }
  request->decision.ttl = least_limit (ttl, decision->ttl);
  request->decision.uses = least_limit (uses, decision->uses);
  return stricter;
}

typedef struct {
  const GuardianObject *object;
  const char *action;
  const char *beside; /* "to" or "from": where other is a rename's other name */
  const GuardianObject *other;
} Side;

/* What is asked again when policy is replayed; who asks and when is the same for all. */
static void
note_judged (GuardianPlan *plan, const char *action, const CardeaJson *input)
{
  CardeaJson *one = cardea_json_new_object ();
  cardea_json_set_string (one, "action", action);
  cardea_json_set (one, "resource", cardea_json_ref (cardea_json_get (input, "resource")));
  cardea_json_append (plan->judged, one);
}

/* ret_grant: the grant that covers it. TRUE: it is the strictest so far. */
static gboolean
judge_side (GuardianRequest *request, const GuardianPlanItem *item, const Side *side,
            GuardianDecision *ret_decision, char **ret_grant)
{
  GuardianContext *context = request->context;
  GuardianGrantNeed need = { .level = GUARDIAN_GRANT_WRITE, .below = side->object->is_folder };
  const GuardianGrant *grant = guardian_grant_table_match (
      context->grants, request->session->id, GUARDIAN_AGENT_NAME, side->object, &need);
  CardeaJson *resource = guardian_object_describe (side->object);

  cardea_json_set_boolean (resource, "undoable", item->undoable);
  if (item->bytes >= 0)
    cardea_json_set_int64_string (resource, "bytes", item->bytes);
  if (item->removes)
    cardea_json_set_boolean (resource, "removes", TRUE);
  if (request->plan->items->len > 1)
    cardea_json_set_int (resource, "count", request->plan->items->len);
  if (side->other != NULL)
    cardea_path_json_set (resource, side->beside, side->other->path);
  CardeaJson *input = guardian_input_new (request, request->input, side->action, resource, grant);
  note_judged (request->plan, side->action, input);
  *ret_decision = guardian_policy_decide (context->policy, input);
  g_autoptr (GuardianLabelSet) labels = guardian_label_set_new_decided (context->policy);
  guardian_label_set_add_all (&request->labels, labels);
  g_free (*ret_grant);
  *ret_grant = grant != NULL ? g_strdup (grant->id) : NULL;
  return take_stricter (request, ret_decision, input);
}

static void
judge_item (GuardianRequest *request, GuardianPlanItem *item)
{
  Side source = { item->object, item->action, "to", item->target };
  gboolean strictest = judge_side (request, item, &source, &item->decision, &item->grant);

  if (item->target != NULL)
    {
      Side target = { item->target, item->operation->actions[1], "from", item->object };
      GuardianDecision decision;
      strictest |= judge_side (request, item, &target, &decision, &item->target_grant);
      if (is_stricter (&decision, &item->decision))
        item->decision = decision;
    }
  if (strictest)
    request->plan->item = item;
}

void
guardian_plan_judge (GuardianRequest *request)
{
  GuardianPlan *plan = request->plan;

  request->judged = FALSE;
  g_clear_pointer (&request->labels, guardian_label_set_free);
  g_clear_pointer (&plan->judged, cardea_json_unref);
  plan->judged = cardea_json_new_array ();
  for (guint i = 0; i < plan->items->len; i++)
    judge_item (request, plan->items->pdata[i]);
}

static gboolean
allows (const GuardianCapability *capability, const char *action, const GuardianObject *object)
{
  return guardian_capability_allows (capability, action)
         && guardian_capability_covers (capability, object->path);
}

gboolean
guardian_plan_judge_capability (const GuardianRequest *request)
{
  const GuardianPlan *plan = request->plan;

  /* The view worker speaks for the session that its connection belongs to. */
  for (guint i = 0; i < plan->items->len && request->asker == GUARDIAN_ASKER_AGENT; i++)
    {
      const GuardianPlanItem *item = plan->items->pdata[i];
      if (!allows (request->capability, item->action, item->object)
          || (item->target != NULL
              && !allows (request->capability, item->operation->actions[1], item->target)))
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_in_force (const GuardianRequest *request, const char *grant)
{
  return grant == NULL || guardian_grant_table_get (request->context->grants, grant) != NULL;
}

gboolean
guardian_plan_judge_granted (const GuardianRequest *request)
{
  const GuardianPlan *plan = request->plan;

  for (guint i = 0; i < plan->items->len; i++)
    {
      const GuardianPlanItem *item = plan->items->pdata[i];
      if (!is_in_force (request, item->grant) || !is_in_force (request, item->target_grant))
        return FALSE;
    }
  return TRUE;
}

/* --- what could not be planned --- */

static GuardianObject *
name_object (const GuardianRequest *request, const CardeaJson *operation, const char *member)
{
  g_autofree char *path = cardea_path_json_get (operation, member);

  if (path == NULL)
    return NULL;
  g_autofree char *full
      = path[0] == '~' ? g_strconcat (request->session->home, path + 1, NULL) : g_strdup (path);
  g_autofree char *canonical = g_canonicalize_filename (full, request->session->folder);
  return guardian_object_new_absent (canonical);
}

static gboolean
judge_name (GuardianRequest *request, const char *action, const GuardianObject *object)
{
  GuardianContext *context = request->context;
  CardeaJson *input = guardian_input_new (request, request->input, action,
                                          guardian_object_describe (object), NULL);
  GuardianDecision decision = guardian_policy_decide (context->policy, input);

  take_stricter (request, &decision, input);
  return decision.effect != GUARDIAN_EFFECT_DENY
         && guardian_grant_table_covers_name (context->grants, request->session->id,
                                              GUARDIAN_AGENT_NAME, object->path);
}

gboolean
guardian_plan_judge_names (GuardianRequest *request)
{
  const CardeaJson *operations = cardea_message_get_json (request->message, "operations");
  gboolean covered = TRUE;

  request->judged = FALSE;
  for (guint i = 0; i < cardea_json_size (operations); i++)
    {
      const CardeaJson *json = cardea_json_nth (operations, i);
      const GuardianOperation *operation
          = guardian_operation_find (cardea_json_get_string (json, "op"));
      g_autoptr (GuardianObject) object = name_object (request, json, "path");
      g_autoptr (GuardianObject) target = name_object (request, json, "to");
      covered &= judge_name (request, operation->actions[0], object);
      if (target != NULL)
        covered &= judge_name (request, operation->actions[1], target);
    }
  return covered;
}
