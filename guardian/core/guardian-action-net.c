/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the egress worker for what a program asks for and for dialling nothing else than what is
 * answered; names are resolved there, after the decision; the scan worker for what an agent would
 * send. Refuses what is no clear destination, and what policy refuses. Known gap: what goes through
 * a tunnel is not seen; policy can forbid them, or limit what is done there: then it is looked
 * into.
 */

#include "guardian/core/guardian-action-net.h"

#include "guardian/core/guardian-credential-use.h"
#include "guardian/core/guardian-input.h"
#include "guardian/core/guardian-outgoing.h"
#include "guardian/core/guardian-pipeline.h"
#include "guardian/core/guardian-session-model.h"
#include "guardian/core/guardian-session-net.h"
#include "guardian/core/guardian-transfer-table.h"

#include "common/base/cardea-host.h"

#include <string.h>

#define TIMEOUT_S 120
#define TIMEOUT_LIMIT_S 3600
#define MARGIN_S 10 /* the worker's own time runs out first */
#define METHOD_LIMIT 32u
#define SOMEWHERE_INSIDE "127.0.0.1"

/* --- what is asked for --- */

/* RFC 9110 §9.1, as far as policies and people can tell methods apart. */
static gboolean
is_method (const char *text)
{
  gsize size = text != NULL ? strnlen (text, METHOD_LIMIT + 1) : 0;

  for (gsize i = 0; i < size; i++)
    if (!g_ascii_isupper (text[i]) && text[i] != '-')
      return FALSE;
  return size > 0 && size <= METHOD_LIMIT;
}

gboolean
guardian_action_net_validate (const GuardianRequest *request, const char **ret_reason)
{
  if (cardea_message_get_int64 (request->message, "max_bytes", 1) > 0)
    return TRUE;
  *ret_reason = "an answer of no bytes is none";
  return FALSE;
}

static int
refuse_error (GuardianRequest *request, const GError *error)
{
  return guardian_request_refuse (request, "malformed", error->message, NULL);
}

/* What the person bound to this host goes with whatever is sent there. */
static void
find_credential (GuardianRequest *request)
{
  const GuardianCredential *credential
      = guardian_credential_use_find (request->context->credentials, request->destination);

  if (credential != NULL)
    request->credential = g_strdup (credential->name);
}

int
guardian_action_net_resolve (GuardianRequest *request)
{
  const CardeaMessage *message = request->message;
  g_autoptr (GError) error = NULL;

  if (request->scanning)
    return guardian_outgoing_settle (request);
  request->destination
      = guardian_destination_new (cardea_message_get_string (message, "method"),
                                  cardea_message_get_string (message, "url"), &error);
  if (request->destination == NULL)
    return refuse_error (request, error);
  request->payload = guardian_payload_new (cardea_message_get_json (message, "headers"),
                                           cardea_message_peek_fd (message, "body"), &error);
  if (request->payload == NULL)
    return refuse_error (request, error);
  request->to_model = guardian_session_model_is_at (request->session, request->destination);
  find_credential (request);
  return guardian_outgoing_begin (request);
}

/* A program's request, as its proxy read it: the URL must be to where the connection goes. */
static int
resolve_asked (GuardianRequest *request)
{
  const CardeaMessage *message = request->message;
  const char *host = cardea_message_get_string (message, "host");
  const char *method = cardea_message_get_string (message, "method");
  const char *url = cardea_message_get_string (message, "url");
  guint port = (guint) cardea_message_get_int (message, "port", 0);
  g_autoptr (GError) error = NULL;

  if (strcmp (request->action->action, "net.connect") == 0)
    request->destination = guardian_destination_new_tunnel (host, port, &error);
  else if (url == NULL || !is_method (method))
    return guardian_request_refuse (request, "malformed", "this is not a request", NULL);
  else
    request->destination = guardian_destination_new (method, url, &error);
  if (request->destination == NULL)
    return refuse_error (request, error);
  if (strcmp (request->destination->host, host) != 0 || request->destination->port != port)
    return guardian_request_refuse (request, "malformed", "the request names two hosts", NULL);
  return GUARDIAN_STEP_NEXT;
}

/* --- deciding --- */

/* Whether it may lead to this computer or the network around it: an address is what it is; a name
 * when it was shared as such, or when policy would let it go there just as well. */
static gboolean
may_lead_inside (const GuardianRequest *request, const GuardianGrant *grant)
{
  if (cardea_host_is_address (request->destination->host) || (grant != NULL && grant->host->inside))
    return TRUE;
  CardeaJson *resource = guardian_request_resource (request);
  cardea_json_set_string (resource, "address", SOMEWHERE_INSIDE);
  g_autoptr (CardeaJson) input
      = guardian_input_new (request, request->input, request->action->action, resource, grant);
  return guardian_policy_decide_redacting (request->context->policy, input).effect
         != GUARDIAN_EFFECT_DENY;
}

static gboolean
is_covered (const GuardianRequest *request)
{
  g_autofree char *name = guardian_destination_name (request->destination);
  return request->asker != GUARDIAN_ASKER_AGENT
         || guardian_capability_covers (request->capability, name);
}

static int
judge (GuardianRequest *request, const GuardianGrant *grant)
{
  GuardianContext *context = request->context;

  request->input = guardian_input_new (request, NULL, request->action->action,
                                       guardian_request_resource (request), grant);
  request->decision = guardian_policy_decide_redacting (context->policy, request->input);
  request->labels = guardian_label_set_new_decided (context->policy);
  request->judged = TRUE;
  if (request->decision.effect == GUARDIAN_EFFECT_DENY)
    return request->session->mode == GUARDIAN_MODE_DENY && grant == NULL
               ? guardian_stage_decide_hide (request, "denied", request->decision.reason)
               : guardian_request_refuse (request, "denied", request->decision.reason,
                                          request->decision.policy);
  if (request->outgoing != NULL && request->outgoing->refused)
    return guardian_request_refuse (
        request, "declined",
        "the person said no to sending some of this there, for all of the task",
        request->decision.policy);
  if (!guardian_outgoing_oblige (request))
    return guardian_request_refuse (request, "denied",
                                    "parts of it are to be left out, which is not possible here",
                                    request->decision.policy);
  request->inside = may_lead_inside (request, grant);
  return request->decision.effect == GUARDIAN_EFFECT_ALLOW
             ? GUARDIAN_STEP_NEXT
             : guardian_stage_decide_question (request);
}

int
guardian_action_net_decide (GuardianRequest *request)
{
  const GuardianSession *session = request->session;
  GuardianGrant *grant
      = guardian_grant_table_match_host (request->context->grants, session->id,
                                         guardian_session_agent (session), request->destination);

  if (!is_covered (request))
    return guardian_request_refuse (request, "unauthorized",
                                    guardian_capability_verdict_text (GUARDIAN_CAPABILITY_RESOURCE),
                                    "capability");
  request->grant = grant != NULL ? g_strdup (grant->id) : NULL;
  return judge (request, grant);
}

/* --- an agent's request --- */

/* Before it goes: what the grant and policy limit of it. */
static int
find_limits (GuardianRequest *request)
{
  const GuardianGrant *grant = guardian_grant_table_get (request->context->grants, request->grant);

  g_clear_pointer (&request->limits, cardea_json_unref);
  if (!guardian_grant_host_meter (grant != NULL ? grant->host : NULL, request->decision.limits,
                                  request->destination->method == NULL, &request->limits))
    return guardian_request_refuse (request, "denied", "nothing is left of what is limited there",
                                    request->decision.policy);
  request->session->metered |= request->limits != NULL;
  return GUARDIAN_STEP_NEXT;
}

static void
credential_ready (const char *code, const char *reason, gpointer user_data)
{
  GuardianRequest *request = user_data;

  request->waits_credential = FALSE;
  guardian_pipeline_perform (request, code, reason);
}

/* What the person bound to this host goes with it: never without a record of it. */
static int
add_credential (GuardianRequest *request, const GuardianCredential *credential,
                CardeaMessage *message)
{
  const GuardianDestination *to = request->destination;
  GuardianCredentialUse *use = request->context->credentials;

  if (!guardian_credential_use_record (use, request->session, credential->name, to->host, to->port,
                                       request->message))
    return guardian_request_refuse (request, "unavailable", "the log cannot be written", NULL);
  cardea_message_set_string (message, "credential", credential->name);
  return GUARDIAN_STEP_NEXT;
}

int
guardian_action_net_perform (GuardianRequest *request)
{
  const GuardianDestination *to = request->destination;
  gint64 seconds = cardea_message_get_int (request->message, "timeout", TIMEOUT_S);
  gint64 bytes = cardea_message_get_int64 (request->message, "max_bytes", 0);
  GuardianCredentialUse *use = request->context->credentials;
  const GuardianCredential *credential = guardian_credential_use_find (use, to);

  if (request->code != NULL)
    return GUARDIAN_STEP_REFUSED;
  if (guardian_outgoing_must_take_out (request))
    return guardian_outgoing_take_out (request);
  if (credential != NULL && !guardian_credential_use_holds (use, credential->name))
    {
      request->waits_credential = TRUE;
      guardian_credential_use_load (use, credential->name, credential_ready, request);
      return guardian_pipeline_wait (request, GUARDIAN_REQUEST_ASK_WORKER);
    }
  if (find_limits (request) != GUARDIAN_STEP_NEXT)
    return GUARDIAN_STEP_REFUSED;
  g_autoptr (CardeaMessage) message = cardea_message_new ("egress.request");
  if (credential != NULL && add_credential (request, credential, message) != GUARDIAN_STEP_NEXT)
    return GUARDIAN_STEP_REFUSED;
  guardian_workers_start (request->context->workers, GUARDIAN_WORKER_EGRESS);
  cardea_message_set_session (message, request->session->id);
  cardea_message_set_string (message, "method", to->method);
  cardea_message_set_string (message, "url", to->url);
  if (request->payload->headers != NULL)
    cardea_message_set_json (message, "headers", cardea_json_ref (request->payload->headers));
  if (request->payload->sha256 != NULL)
    cardea_message_move_fd (message, "body",
                            request->masked != NULL ? request->masked : request->message,
                            request->masked != NULL ? "content" : "body");
  if (request->masked != NULL && cardea_message_peek_fd (request->masked, "names") >= 0)
    cardea_message_move_fd (message, "names", request->masked, "names");
  if (request->inside)
    cardea_message_set_boolean (message, "inside", TRUE);
  if (bytes > 0)
    cardea_message_set_int64 (message, "max_bytes", bytes);
  if (request->limits != NULL)
    cardea_message_set_json (message, "limits", cardea_json_ref (request->limits));
  cardea_message_set_int (message, "timeout", seconds);
  int step = guardian_request_call (request, GUARDIAN_WORKER_EGRESS, g_steal_pointer (&message),
                                    (guint) (MIN (seconds, TIMEOUT_LIMIT_S) + MARGIN_S) * 1000);
  request->transfer = request->call;
  return step;
}

void
guardian_action_net_abandon (GuardianRequest *request, guint call)
{
  g_autofree char *target = g_strdup_printf ("%u", call);
  CardeaMessage *event = cardea_message_new ("egress.stop");

  cardea_message_set_string (event, "target", target);
  guardian_workers_send (request->context->workers, GUARDIAN_WORKER_EGRESS, event);
}

void
guardian_action_net_reply (GuardianRequest *request)
{
  CardeaMessage *result = request->result;
  CardeaMessage *reply = cardea_message_new_reply (request->message, "net.response");

  cardea_message_set_int (reply, "status", cardea_message_get_int (result, "status", 500));
  cardea_message_set_json (reply, "headers",
                           cardea_json_ref (cardea_message_get_json (result, "headers")));
  cardea_message_set_string (reply, "url", request->destination->url);
  cardea_message_move_fd (reply, "body", result, "body");
  /* What the session's model says is what a session is for; what else comes in is a stranger's. */
  if (!request->to_model)
    guardian_flow_take_in (&request->session->flow, TRUE);
  guardian_transfer_table_add (request->context->transfers, request);
  request->reply = reply;
}

/* --- a program's connection --- */

/* The egress worker does it, when it has the answer. */
static int
leave (GuardianRequest *request)
{
  return find_limits (request);
}

CardeaJson *
guardian_action_net_describe (const GuardianGrant *grant, const char *limits)
{
  g_autoptr (GuardianGrantHost) host = guardian_grant_host_copy (grant->host);

  if (limits != NULL && !guardian_grant_host_narrow (host, limits))
    return NULL;
  CardeaJson *json = cardea_json_new_object ();
  cardea_json_set_string (json, "id", grant->id);
  guardian_grant_host_write (host, json);
  return json;
}

static void
answer (GuardianRequest *request)
{
  const GuardianGrant *grant = guardian_grant_table_get (request->context->grants, request->grant);
  gboolean lasts = grant != NULL && !request->once && !request->monitored;
  CardeaJson *told = lasts ? guardian_action_net_describe (grant, request->decision.limits) : NULL;

  request->reply = cardea_message_new ("egress.answer");
  if (told != NULL)
    {
      cardea_message_set_json (request->reply, "grant", told);
      guardian_session_net_told (request->session, grant, request->decision.limits);
    }
  else if (request->inside)
    cardea_message_set_boolean (request->reply, "inside", TRUE);
  if (told == NULL && request->limits != NULL)
    cardea_message_set_json (request->reply, "limits", cardea_json_ref (request->limits));
  guardian_flow_take_in (&request->session->flow, FALSE);
}

/* --- what a program would send --- */

static int
resolve_looked (GuardianRequest *request)
{
  g_autoptr (GError) error = NULL;

  if (request->scanning)
    return guardian_outgoing_settle (request);
  int step = resolve_asked (request);
  if (step != GUARDIAN_STEP_NEXT)
    return step;
  request->payload
      = guardian_payload_new_program (cardea_message_get_json (request->message, "headers"),
                                      cardea_message_peek_fd (request->message, "body"), &error);
  if (request->payload == NULL)
    return refuse_error (request, error);
  return guardian_outgoing_begin (request);
}

/* That it may go there was decided when it asked, once or by a grant: here it is about what was
 * found in it alone. */
static int
decide_looked (GuardianRequest *request)
{
  GuardianContext *context = request->context;
  const GuardianSession *session = request->session;
  const GuardianDestination *to = request->destination;
  const char *agent = guardian_session_agent (session);
  GuardianGrant *grant = guardian_grant_table_match_host (context->grants, session->id, agent, to);

  if (request->outgoing == NULL)
    {
      request->decision = (GuardianDecision){ .effect = GUARDIAN_EFFECT_ALLOW,
                                              .policy = "content",
                                              .reason = "nothing was found in it" };
      return GUARDIAN_STEP_NEXT;
    }
  GuardianGrantHost *host = guardian_grant_host_new (to->host, to->port, NULL);
  host->inside = TRUE;
  g_autoptr (GuardianGrant) once
      = guardian_grant_new_host (agent, session->id, GUARDIAN_GRANT_ANSWER, host);
  request->grant = grant != NULL ? g_strdup (grant->id) : NULL;
  return judge (request, grant != NULL ? grant : once);
}

/* The egress worker sends it; what was to be taken out of it is first. */
static int
perform_looked (GuardianRequest *request)
{
  return guardian_outgoing_must_take_out (request) ? guardian_outgoing_take_out (request)
                                                   : GUARDIAN_STEP_NEXT;
}

static void
answer_looked (GuardianRequest *request)
{
  request->reply = cardea_message_new ("egress.answer");
  if (request->masked == NULL)
    return;
  cardea_message_move_fd (request->reply, "body", request->masked, "content");
  if (cardea_message_peek_fd (request->masked, "names") >= 0)
    cardea_message_move_fd (request->reply, "names", request->masked, "names");
}

#define ROW(action_)                                                                               \
  {                                                                                                \
    .message = "egress.ask/" action_, .action = action_, .level = GUARDIAN_GRANT_READ,             \
    .record = GUARDIAN_ACTION_RECORD_EACH, .resolve = resolve_asked,                               \
    .decide = guardian_action_net_decide, .perform = leave, .reply = answer                        \
  }

static const GuardianAction rows[] = { ROW ("net.connect"), ROW ("net.request") };

const GuardianAction *
guardian_action_net_find (const char *action)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_strcmp0 (rows[i].action, action) == 0)
      return &rows[i];
  return NULL;
}

const GuardianAction *
guardian_action_net_look (void)
{
  static const GuardianAction row = {
    .message = "egress.look/net.request",
    .action = "net.request",
    .level = GUARDIAN_GRANT_READ,
    .record = GUARDIAN_ACTION_RECORD_NONE,
    .resolve = resolve_looked,
    .decide = decide_looked,
    .perform = perform_looked,
    .reply = answer_looked,
  };
  return &row;
}
