/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-request.h"

#include "common/protocol/cardea-path-json.h"
#include "guardian/core/guardian-exec.h"
#include "guardian/core/guardian-outgoing.h"
#include "guardian/core/guardian-pipeline.h"

#include <string.h>

GuardianRequest *
guardian_request_new (GuardianLink *link, CardeaMessage *message, const GuardianAction *action)
{
  GuardianRequest *request = g_new0 (GuardianRequest, 1);
  request->context = link->context;
  request->session = guardian_session_ref (link->session);
  request->link = guardian_link_ref (link);
  request->message = cardea_message_ref (message);
  request->action = action;
  request->id = cardea_message_request (message);
  request->bytes = -1;
  return request;
}

GuardianRequest *
guardian_request_new_worker (GuardianSession *session, CardeaMessage *message,
                             const GuardianAction *action, GuardianAsker asker)
{
  GuardianRequest *request = g_new0 (GuardianRequest, 1);
  request->context = session->context;
  request->session = guardian_session_ref (session);
  request->message = cardea_message_ref (message);
  request->action = action;
  request->id = cardea_message_get_string (message, "id");
  request->asker = asker;
  request->rechecked = action->resolve != NULL; /* nothing there yet to be looked at again */
  request->bytes = -1;
  return request;
}

void
guardian_request_free (GuardianRequest *request)
{
  if (request == NULL)
    return;
  if (request->object_held)
    guardian_handle_release (request->context->workers, request->object);
  if (request->plan != NULL)
    guardian_plan_drop (request->plan, request->context->workers);
  g_clear_pointer (&request->plan, guardian_plan_free);
  g_clear_pointer (&request->capability, guardian_capability_unref);
  g_clear_pointer (&request->object, guardian_object_free);
  g_clear_pointer (&request->deed, cardea_json_unref);
  guardian_exec_free (request->exec, request->context->workers);
  g_clear_pointer (&request->destination, guardian_destination_free);
  g_clear_pointer (&request->payload, guardian_payload_free);
  g_clear_pointer (&request->outgoing, guardian_outgoing_free);
  g_clear_pointer (&request->input, cardea_json_unref);
  g_clear_pointer (&request->labels, guardian_label_set_free);
  g_clear_pointer (&request->missing, cardea_message_unref);
  g_clear_pointer (&request->result, cardea_message_unref);
  g_clear_pointer (&request->read, cardea_message_unref);
  g_clear_pointer (&request->masked, cardea_message_unref);
  g_clear_pointer (&request->limits, cardea_json_unref);
  g_clear_pointer (&request->reply, cardea_message_unref);
  cardea_message_unref (request->message);
  g_clear_pointer (&request->link, guardian_link_unref);
  guardian_session_unref (request->session);
  g_free (request->asked);
  g_free (request->credential);
  g_free (request->child);
  g_free (request->handle);
  g_free (request->grant);
  g_free (request->code);
  g_free (request->reason);
  g_free (request->policy);
  g_free (request->note);
  g_free (request);
}

static gboolean
may_restart (const GuardianRequest *request)
{
  return request->action->resolve != NULL ? request->attempts < GUARDIAN_REQUEST_ATTEMPTS_LIMIT
                                          : !request->walked;
}

gboolean
guardian_request_restart (GuardianRequest *request)
{
  if (!may_restart (request))
    return FALSE;
  if (request->plan != NULL)
    guardian_plan_drop (request->plan, request->context->workers);
  g_clear_pointer (&request->plan, guardian_plan_free);
  g_clear_pointer (&request->object, guardian_object_free);
  g_clear_pointer (&request->input, cardea_json_unref);
  g_clear_pointer (&request->labels, guardian_label_set_free);
  g_clear_pointer (&request->missing, cardea_message_unref);
  g_clear_pointer (&request->result, cardea_message_unref);
  g_clear_pointer (&request->read, cardea_message_unref);
  g_clear_pointer (&request->masked, cardea_message_unref);
  g_clear_pointer (&request->limits, cardea_json_unref);
  g_clear_pointer (&request->asked, g_free);
  g_clear_pointer (&request->handle, g_free);
  g_clear_pointer (&request->grant, g_free);
  memset (&request->decision, 0, sizeof request->decision);
  request->judged = request->performing = request->silent = request->reopened = FALSE;
  request->planning = request->describing = request->once = request->monitored = FALSE;
  request->shown |= request->asked_person;
  request->asked_person = FALSE;
  request->walked = TRUE;
  request->attempts++;
  return TRUE;
}

GuardianStep
guardian_request_again (GuardianRequest *request, const char *reason)
{
  return may_restart (request) ? GUARDIAN_STEP_AGAIN
                               : guardian_request_refuse (request, "changed", reason, NULL);
}

GuardianStep
guardian_request_refuse (GuardianRequest *request, const char *code, const char *reason,
                         const char *policy)
{
  if (request->code == NULL)
    {
      request->code = g_strdup (code);
      request->reason = g_strdup (reason);
      request->policy = g_strdup (policy);
    }
  return GUARDIAN_STEP_REFUSED;
}

GuardianStep
guardian_request_refuse_as (GuardianRequest *request, const CardeaMessage *refused)
{
  return guardian_request_refuse (request, cardea_message_get_string (refused, "code"),
                                  cardea_message_get_string (refused, "reason"), NULL);
}

static void
answered (CardeaMessage *reply, gpointer user_data)
{
  GuardianRequest *request = user_data;
  request->call = 0;
  g_clear_pointer (&request->result, cardea_message_unref);
  request->result = reply != NULL ? cardea_message_ref (reply) : NULL;
  guardian_pipeline_resume (request);
}

GuardianStep
guardian_request_call (GuardianRequest *request, GuardianWorker worker, CardeaMessage *message,
                       guint timeout_ms)
{
  request->call = guardian_workers_call (request->context->workers, worker, message, timeout_ms,
                                         answered, request);
  if (request->call == 0)
    return guardian_request_refuse (request, "unavailable", "this cannot be done at the moment",
                                    NULL);
  return guardian_pipeline_wait (request, GUARDIAN_REQUEST_ASK_WORKER);
}

const char *
guardian_request_action (const GuardianRequest *request)
{
  return request->plan != NULL && request->plan->item != NULL ? request->plan->item->action
                                                              : request->action->action;
}

char *
guardian_request_target (const GuardianRequest *request)
{
  if (request->destination != NULL)
    return guardian_destination_name (request->destination);
  return g_strdup (request->object != NULL ? request->object->path : request->asked);
}

static CardeaJson *
describe_destination (const GuardianRequest *request)
{
  const GuardianPayload *payload = request->payload;
  CardeaJson *resource = guardian_destination_describe (request->destination);

  if (payload == NULL)
    return resource;
  cardea_json_set_int64_string (resource, "bytes", payload->size);
  if (payload->type != NULL)
    cardea_json_set_string (resource, "type", payload->type);
  if (request->to_model)
    cardea_json_set_string (resource, "purpose", "model");
  if (request->credential != NULL)
    cardea_json_set_string (resource, "credential", request->credential);
  return resource;
}

static CardeaJson *
describe (const GuardianRequest *request)
{
  if (request->destination != NULL)
    return describe_destination (request);
  if (request->deed != NULL)
    return cardea_json_copy (request->deed);
  if (request->plan != NULL)
    return guardian_plan_resource (request->plan);
  if (request->object != NULL)
    return guardian_object_describe (request->object);
  if (request->asked == NULL)
    return NULL;
  CardeaJson *resource = cardea_json_new_object ();
  cardea_path_json_set (resource, request->asked[0] == '/' ? "path" : "name", request->asked);
  return resource;
}

CardeaJson *
guardian_request_resource (const GuardianRequest *request)
{
  CardeaJson *resource = describe (request);

  if (request->outgoing != NULL && resource != NULL)
    cardea_json_set (resource, "sensitive", cardea_json_ref (request->outgoing->sensitive));
  return resource;
}
