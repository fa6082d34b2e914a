/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* The last four stages: nothing is done before its record is written, nothing is answered before
 * its outcome is. */

#include "guardian/core/guardian-outgoing.h"
#include "guardian/core/guardian-pipeline.h"
#include "guardian/core/guardian-record.h"
#include "guardian/core/guardian-redaction.h"
#include "guardian/core/guardian-session-propose.h"
#include "guardian/core/guardian-session-net.h"

#define RESOLVE_TIMEOUT_MS 10000u
#define ITEMS_BYTES 24576u  /* of a plan's items in one detail */
#define JUDGED_BYTES 16384u /* of what policy was asked about them */
#define HIDDEN_REASON "it is not shared with this session, and nobody is to be asked"
#define HIDDEN_POLICY "mode.deny"

static GuardianRecord
start_record (const GuardianRequest *request, const char *type)
{
  const GuardianSession *session = request->session;
  return GUARDIAN_RECORD_INIT (.type = type, .session = session->id, .request = request->id,
                               .trace = session->trace, .agent = guardian_session_agent (session),
                               .agent_sha256 = session->agent_sha256, .sandbox = session->sandbox,
                               .pid = session->pid, .action = guardian_request_action (request),
                               GUARDIAN_RECORD_POLICY (request->context->policy));
}

static GuardianStep
append_as (GuardianRequest *request, const GuardianRecord *record,
           GuardianAuditDurability durability)
{
  g_autoptr (GError) error = NULL;

  if (guardian_record_append (request->context->audit, record, durability, NULL, &error))
    return GUARDIAN_STEP_NEXT;
  g_warning ("the log cannot be written: %s", error->message);
  g_clear_pointer (&request->code, g_free);
  g_clear_pointer (&request->reason, g_free);
  g_clear_pointer (&request->policy, g_free);
  request->hidden = FALSE;
  return guardian_request_refuse (
      request, "unavailable", "the log cannot be written: nothing is done without a record", NULL);
}

static GuardianStep
append (GuardianRequest *request, const GuardianRecord *record)
{
  return append_as (request, record, GUARDIAN_AUDIT_WRITTEN);
}

/* A launch is on the disk before it takes effect. */
static gboolean
is_launch (const GuardianRequest *request)
{
  return request->code == NULL && request->exec != NULL;
}

/* Somewhere the session has not been yet: on the disk before anything goes there. */
static gboolean
is_new_destination (const GuardianRequest *request)
{
  if (request->code != NULL || request->destination == NULL)
    return FALSE;
  g_autofree char *name = guardian_destination_name (request->destination);
  return guardian_session_add_host (request->session, name);
}

static CardeaJson *
make_facts (const GuardianRequest *request)
{
  CardeaJson *facts = cardea_json_new_object ();

  if (request->judged)
    {
      cardea_json_set_int (facts, "tier", request->decision.tier);
      cardea_json_set_string (facts, "verdict", guardian_effect_name (request->decision.effect));
    }
  if (request->grant != NULL)
    cardea_json_set_string (facts, "grant", request->grant);
  if (request->code != NULL)
    cardea_json_set_string (facts, "code", request->code);
  if (request->monitored)
    cardea_json_set_boolean (facts, "monitored", TRUE);
  if (request->outgoing != NULL)
    guardian_outgoing_describe (request->outgoing, facts);
  return facts;
}

/* What a policy that is only observed would have said. */
static void
add_observed (const GuardianRequest *request, CardeaJson *facts)
{
  GuardianPolicy *policy = request->context->policy;
  GuardianDecision decision;

  if (!request->judged || request->input == NULL
      || !guardian_policy_observe (policy, request->input, &decision))
    return;
  CardeaJson *observed = cardea_json_new_object ();
  cardea_json_set_string (observed, "effect", guardian_effect_name (decision.effect));
  cardea_json_set_int (observed, "tier", decision.tier);
  cardea_json_set_string (observed, "policy", decision.policy);
  cardea_json_set_string (observed, "revision", guardian_policy_observed_revision (policy));
  cardea_json_set (facts, "observed", observed);
}

/* Of a plan: how many items there are and a digest over all of them stand in the tree; the items
 * themselves, as many as fit, in the detail. */
static CardeaJson *
make_items (const GuardianRequest *request, CardeaJson *facts)
{
  g_autofree char *sha256 = NULL;

  if (request->plan == NULL)
    return NULL;
  CardeaJson *extra = cardea_json_new_object ();
  cardea_json_set (extra, "items", guardian_plan_list (request->plan, ITEMS_BYTES, &sha256));
  cardea_json_set_int (facts, "count", request->plan->items->len);
  if (request->plan->judged != NULL && cardea_json_size (request->plan->judged) > 1)
    {
      cardea_json_set_int (facts, "judged", cardea_json_size (request->plan->judged));
      cardea_json_set (extra, "asked", guardian_plan_judged (request->plan, JUDGED_BYTES));
    }
  cardea_json_set_string (facts, "items_sha256", sha256);
  return extra;
}

/* One record a file and session, while it lies in a grant. */
static gboolean
is_repeated (const GuardianRequest *request)
{
  if (request->code != NULL)
    return FALSE;
  if (request->action->record == GUARDIAN_ACTION_RECORD_NONE)
    return request->outgoing == NULL && !request->asked_person && !request->monitored;
  return request->action->record == GUARDIAN_ACTION_RECORD_ONCE && !request->asked_person
         && !request->monitored
         && guardian_session_has_recorded (request->session, &request->object->inode,
                                           request->action->message);
}

static const char *
reason_of (const GuardianRequest *request)
{
  if (request->code != NULL)
    return request->reason;
  if (request->asked_person)
    return "a person allowed it";
  return request->once ? "a person allowed this file to be opened" : request->decision.reason;
}

/* In mode "deny" the person wants it so; what a person refused is known to that one; and what is
 * not there, or is not waited for any more, is nobody's refusal. */
static void
note_refusal (const GuardianRequest *request)
{
  static const char *const told[] = { "denied", "unanswered", "busy", NULL };
  GuardianSession *session = request->session;

  if (session->mode == GUARDIAN_MODE_DENY || !g_strv_contains (told, request->code))
    return;
  g_autofree char *target = guardian_request_target (request);
  guardian_refusals_note (&session->unasked, target, request->reason);
}

GuardianStep
guardian_stage_record (GuardianRequest *request)
{
  GuardianRecord record = start_record (request, "decision");

  request->silent = is_repeated (request);
  if (request->silent)
    return GUARDIAN_STEP_NEXT;

  g_autoptr (CardeaJson) facts = make_facts (request);
  g_autoptr (CardeaJson) extra = make_items (request, facts);
  add_observed (request, facts);
  g_autoptr (CardeaJson) resource = guardian_outgoing_resource (request);
  g_autoptr (CardeaJson) input = guardian_outgoing_input (request);
  record.extra = extra;
  record.effect = request->code != NULL ? "deny" : "allow";
  record.policy = request->policy != NULL ? request->policy : request->decision.policy;
  record.reason = reason_of (request);
  record.facts = facts;
  record.resource = resource;
  record.input = input;
  GuardianAuditDurability durability = is_new_destination (request) || is_launch (request)
                                           ? GUARDIAN_AUDIT_SYNCED
                                           : GUARDIAN_AUDIT_WRITTEN;
  if (append_as (request, &record, durability) == GUARDIAN_STEP_REFUSED)
    return GUARDIAN_STEP_REFUSED;
  if (request->code != NULL)
    {
      request->session->n_refusals++;
      note_refusal (request);
      return GUARDIAN_STEP_REFUSED;
    }
  if (request->action->record == GUARDIAN_ACTION_RECORD_ONCE)
    guardian_session_set_recorded (request->session, &request->object->inode,
                                   request->action->message);
  return GUARDIAN_STEP_NEXT;
}

/* What was approved is what runs: between question and answer the name may have come to mean
 * something else. */
static CardeaMessage *
recheck_question (const GuardianRequest *request)
{
  return request->object->nlink == 0
             ? guardian_stage_resolve_folder (request, request->object->path)
             : guardian_stage_resolve_question (request);
}

/* Of what is not there yet it is the folder that must be the same. */
static gboolean
is_same (const GuardianObject *now, const GuardianObject *object)
{
  if (object->nlink > 0)
    return guardian_object_same (now, object);
  return now->via == NULL && object->n_parents > 0 && now->inode.dev == object->parents[0].dev
         && now->inode.ino == object->parents[0].ino;
}

static GuardianStep
recheck (GuardianRequest *request)
{
  if (!request->rechecking)
    {
      request->rechecking = TRUE;
      return guardian_request_call (request, GUARDIAN_WORKER_FILES, recheck_question (request),
                                    RESOLVE_TIMEOUT_MS);
    }
  request->rechecked = TRUE;
  if (request->result == NULL)
    return guardian_request_refuse (request, "unavailable", "files cannot be reached at the moment",
                                    NULL);
  g_autoptr (GuardianObject) now = cardea_message_is (request->result, "files.resolved")
                                       ? guardian_object_new (cardea_message_body (request->result))
                                       : NULL;
  if (now != NULL)
    guardian_handle_release (request->context->workers, now);
  if (now == NULL || !is_same (now, request->object))
    return guardian_request_refuse (request, "changed", "it changed after the question was asked",
                                    NULL);
  return GUARDIAN_STEP_NEXT;
}

/* The path leads to something else, or the object changed; or the handle made room meanwhile. */
static gboolean
is_outdated (GuardianRequest *request)
{
  GuardianHandleTable *handles = request->session->handles;
  GuardianHandle *handle
      = request->reopened ? guardian_handle_table_find (handles, request->handle) : NULL;
  if (handle != NULL && cardea_message_is (request->result, "refused"))
    guardian_handle_table_drop (handles, g_steal_pointer (&handle));
  return request->reopened && handle == NULL;
}

static GuardianStep
take_result (GuardianRequest *request)
{
  GuardianContext *context = request->context;

  if (request->scanning)
    {
      /* What was to be taken out of it is: now it is sent. */
      GuardianStep step = guardian_outgoing_taken_out (request);
      if (step == GUARDIAN_STEP_NEXT)
        step = request->action->perform (request);
      if (step != GUARDIAN_STEP_NEXT)
        return step;
    }
  if (request->read != NULL)
    {
      GuardianStep step = guardian_redaction_settle (request);
      if (step != GUARDIAN_STEP_NEXT)
        return step;
    }
  if (request->action->settle != NULL)
    return request->action->settle (request);
  if (request->action->done == NULL)
    {
      request->action->reply (request);
      return GUARDIAN_STEP_NEXT;
    }
  if (request->result == NULL)
    return guardian_request_refuse (request, "unavailable", "the worker that does this has gone",
                                    NULL);
  if (is_outdated (request))
    return GUARDIAN_STEP_AGAIN;
  if (cardea_message_is (request->result, "refused"))
    return guardian_request_refuse_as (request, request->result);
  if (!cardea_message_is (request->result, request->action->done))
    return guardian_request_refuse (request, "internal", "a worker answered something else", NULL);
  /* Revoked while the worker was reading. */
  GuardianGrant *grant = guardian_grant_table_get (context->grants, request->grant);
  if (request->grant != NULL && grant == NULL)
    {
      if (request->action->abandon != NULL)
        request->action->abandon (request, request->transfer);
      return guardian_request_refuse (request, "unauthorized", "this is not shared any more", NULL);
    }
  if (request->decision.redact && request->masked == NULL && request->destination == NULL)
    return guardian_redaction_begin (request);
  request->action->reply (request);
  if (grant != NULL)
    guardian_grant_table_used (context->grants, grant, MAX (request->bytes, 0));
  return GUARDIAN_STEP_NEXT;
}

GuardianStep
guardian_stage_perform (GuardianRequest *request)
{
  if (!guardian_session_serves (request->session))
    return guardian_request_refuse (request, "unavailable", "the session has ended", NULL);
  /* A plan is held, and what it would change is looked at again when it is done. */
  if (request->asked_person && !request->rechecked && request->plan == NULL
      && request->destination == NULL && request->deed == NULL)
    {
      GuardianStep step = recheck (request);
      if (step != GUARDIAN_STEP_NEXT)
        return step;
    }
  if (!request->performing)
    {
      request->performing = TRUE;
      GuardianStep step = request->action->perform (request);
      if (step != GUARDIAN_STEP_NEXT)
        return step;
    }
  return take_result (request);
}

GuardianStep
guardian_stage_record_attempt (GuardianRequest *request, const char *outcome, const char *reason)
{
  GuardianRecord record = start_record (request, "outcome");
  g_autoptr (CardeaJson) resource = guardian_outgoing_resource (request);

  record.outcome = outcome;
  record.reason = reason;
  record.resource = resource;
  return append (request, &record);
}

/* What was written, item by item. */
static CardeaJson *
make_results (const GuardianRequest *request)
{
  const CardeaJson *items = cardea_json_get (cardea_message_body (request->reply), "items");
  gsize used = 0;

  CardeaJson *extra = cardea_json_new_object ();
  CardeaJson *list = cardea_json_new_array ();
  for (guint i = 0; i < cardea_json_size (items); i++)
    {
      gsize size = 0;
      g_autofree char *text = cardea_json_write (cardea_json_nth (items, i), &size, NULL);
      used += size + 1;
      if (text != NULL && used <= ITEMS_BYTES)
        cardea_json_append (list, cardea_json_ref (cardea_json_nth (items, i)));
    }
  cardea_json_set (extra, "items", list);
  return extra;
}

static void
add_change (const GuardianRequest *request, GuardianRecord *record, CardeaJson *facts)
{
  const CardeaJson *body = cardea_message_body (request->reply);
  const CardeaJson *items = cardea_json_get (body, "items");

  cardea_json_set_string (facts, "change", cardea_json_get_string (body, "change"));
  cardea_json_set_int (facts, "count", request->plan->items->len);
  if (cardea_json_size (items) == 1)
    record->sha256 = cardea_json_get_string (cardea_json_nth (items, 0), "sha256");
}

/* What the session has read and done, for its later decisions. */
static void
take_note (GuardianRequest *request)
{
  GuardianSession *session = request->session;
  g_autofree char *target = guardian_request_target (request);
  gboolean goes_out = request->destination != NULL;

  guardian_flow_note (&session->flow, guardian_request_action (request), goes_out ? target : NULL,
                      goes_out ? NULL : target);
  if (!goes_out && request->action->level == GUARDIAN_GRANT_READ)
    guardian_label_set_add_all (&session->labels_read, request->labels);
  guardian_session_net_flowed (session);
}

GuardianStep
guardian_stage_record_outcome (GuardianRequest *request)
{
  GuardianRecord record = start_record (request, "outcome");

  if (request->silent && request->code == NULL)
    return GUARDIAN_STEP_NEXT;
  g_autoptr (CardeaJson) resource = guardian_outgoing_resource (request);
  record.outcome = request->code != NULL    ? request->code
                   : request->transfer != 0 ? "answered"
                   : request->child != NULL ? "started"
                                            : "done";
  record.reason = request->reason;
  record.resource = resource;
  record.bytes = request->bytes;
  g_autoptr (CardeaJson) facts = cardea_json_new_object ();
  g_autoptr (CardeaJson) extra
      = request->code == NULL && request->plan != NULL ? make_results (request) : NULL;
  record.facts = facts;
  record.extra = extra;
  if (request->code == NULL)
    guardian_redaction_describe (request, facts);
  if (request->child != NULL)
    cardea_json_set_string (facts, "child", request->child);
  if (extra != NULL)
    add_change (request, &record, facts);
  else if (request->code == NULL && request->result != NULL)
    record.sha256 = cardea_message_get_string (request->result, "sha256");
  if (request->code == NULL && g_strcmp0 (request->action->message, "file.read") == 0)
    request->session->files_read++;
  if (request->code == NULL)
    take_note (request);
  return append (request, &record);
}

static GuardianStep
reply_to_worker (GuardianRequest *request)
{
  guardian_pipeline_answer (request->session, request->asker, request->id,
                            g_steal_pointer (&request->reply), request->code, request->reason);
  return GUARDIAN_STEP_NEXT;
}

GuardianStep
guardian_stage_reply (GuardianRequest *request)
{
  if (guardian_session_propose_is (request))
    {
      guardian_session_propose_settle (request);
      return GUARDIAN_STEP_NEXT;
    }
  if (request->asker != GUARDIAN_ASKER_AGENT)
    return reply_to_worker (request);
  if (request->code == NULL)
    {
      if (request->plan != NULL)
        guardian_plan_withhold (request->plan, cardea_message_get_json (request->reply, "items"));
      guardian_link_send (request->link, g_steal_pointer (&request->reply));
      return GUARDIAN_STEP_NEXT;
    }
  CardeaMessage *refusal
      = cardea_message_new_refusal (request->message, request->hidden ? "denied" : request->code,
                                    request->hidden ? HIDDEN_REASON : request->reason);
  const char *policy = request->hidden ? HIDDEN_POLICY : request->policy;
  if (policy != NULL)
    cardea_message_set_string (refusal, "policy", policy);
  if (request->note != NULL && !request->hidden)
    cardea_message_set_string (refusal, "note", request->note);
  guardian_link_send (request->link, refusal);
  return GUARDIAN_STEP_NEXT;
}
