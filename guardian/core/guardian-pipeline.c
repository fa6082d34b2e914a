/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts nothing of a request; each stage says what it trusts. A stage that fails sends the
 * request on to where its refusal is recorded and answered; none is skipped but "perform" by what
 * was refused before. A request for what
 * the session has open already goes on with the object as it was resolved then; the files worker
 * hands out nothing unless the path still leads to that very object, unchanged, and otherwise the
 * request begins again at "resolve", once. An action with a plan does so, too, a few times, when
 * what was planned is not so any more: with a new decision and a new question. Known gaps: none. */

#include "guardian/core/guardian-pipeline.h"

#include "guardian/core/guardian-action-clipboard.h"
#include "guardian/core/guardian-agent.h"
#include "guardian/core/guardian-consent-broker.h"
#include "guardian/core/guardian-credential-use.h"
#include "guardian/core/guardian-exec.h"
#include "guardian/core/guardian-session-table.h"
#include "guardian/core/guardian-undo.h"

#include <signal.h>
#include <string.h>

typedef struct {
  const char *name;
  GuardianStep (*run) (GuardianRequest *request);
  const char *when_refused; /* the stage that follows a refusal */
} Stage;

/* The order is the promise. */
static const Stage stages[] = {
  { "validate", guardian_stage_validate, "record" },
  { "authenticate", guardian_stage_authenticate, "record" },
  { "resolve", guardian_stage_resolve, "record" },
  { "decide", guardian_stage_decide, "record" },
  { "consent", guardian_stage_consent, "record" },
  { "record", guardian_stage_record, "reply" },
  { "perform", guardian_stage_perform, "record-outcome" },
  { "record-outcome", guardian_stage_record_outcome, "reply" },
  { "reply", guardian_stage_reply, "reply" },
};

guint
guardian_pipeline_n_stages (void)
{
  return G_N_ELEMENTS (stages);
}

const char *
guardian_pipeline_stage_name (guint stage)
{
  return stage < G_N_ELEMENTS (stages) ? stages[stage].name : NULL;
}

static guint
find_stage (const char *name)
{
  for (guint i = 0; i < G_N_ELEMENTS (stages); i++)
    if (strcmp (stages[i].name, name) == 0)
      return i;
  return G_N_ELEMENTS (stages) - 1;
}

static gboolean
take_edge (GuardianRequest *request, GuardianRequestEvent event)
{
  if (guardian_request_state_next (request->state, event, &request->state))
    return TRUE;
  g_warning ("request %s: event %u does not fit state %u", request->id, event, request->state);
  return FALSE;
}

GuardianStep
guardian_pipeline_wait (GuardianRequest *request, GuardianRequestEvent event)
{
  if (take_edge (request, event))
    return GUARDIAN_STEP_WAIT;
  return guardian_request_refuse (request, "internal", "the request lost its way", NULL);
}

/* Test seam CARDEA_TEST_DIE_AT: as if the power went at that stage, of any action or
 * (STAGE:MESSAGE) of that one. */
static void
die_here (const GuardianRequest *request, const Stage *stage)
{
  const char *where = request->context->die_at;
  gsize size = strlen (stage->name);

  if (where == NULL || strncmp (where, stage->name, size) != 0)
    return;
  if (where[size] == '\0'
      || (where[size] == ':' && strcmp (where + size + 1, request->action->message) == 0))
    raise (SIGKILL);
}

static void
finish (GuardianRequest *request)
{
  GuardianSession *session = request->session;

  take_edge (request, GUARDIAN_REQUEST_FINISH);
  g_ptr_array_remove_fast (session->requests, request);
  gboolean misbehaves = session->n_refusals > GUARDIAN_SESSION_REFUSALS_LIMIT;
  g_autoptr (GuardianSession) held = guardian_session_ref (session);
  guardian_request_free (request);
  if (misbehaves)
    guardian_session_end (held, "denied", "the agent was refused too often");
}

static void
run (GuardianRequest *request)
{
  while (request->stage < G_N_ELEMENTS (stages))
    {
      const Stage *stage = &stages[request->stage];
      die_here (request, stage);
      GuardianStep step = stage->run (request);
      if (step == GUARDIAN_STEP_WAIT)
        return;
      if (step == GUARDIAN_STEP_AGAIN && guardian_request_restart (request))
        {
          request->stage = find_stage ("resolve");
          continue;
        }
      if (step == GUARDIAN_STEP_AGAIN)
        step = guardian_request_refuse (request, "internal", "the request lost its way", NULL);
      guint next
          = step == GUARDIAN_STEP_REFUSED ? find_stage (stage->when_refused) : request->stage + 1;
      request->stage = MAX (next, request->stage + 1);
    }
  finish (request);
}

void
guardian_pipeline_resume (GuardianRequest *request)
{
  if (take_edge (request, GUARDIAN_REQUEST_RESUME))
    run (request);
}

void
guardian_pipeline_perform (GuardianRequest *request, const char *code, const char *reason)
{
  request->performing = FALSE;
  if (code != NULL)
    guardian_request_refuse (request, code, reason, NULL);
  guardian_pipeline_resume (request);
}

static guint
count_all (GuardianContext *context)
{
  GPtrArray *sessions = guardian_session_table_list (context->sessions);
  guint count = 0;
  for (guint i = 0; i < sessions->len; i++)
    count += ((GuardianSession *) sessions->pdata[i])->requests->len;
  return count;
}

/* The log tells requests apart by their ids, and so does the agent. */
static gboolean
is_in_flight (const GuardianSession *session, const char *id)
{
  for (guint i = 0; i < session->requests->len; i++)
    if (g_strcmp0 (((GuardianRequest *) session->requests->pdata[i])->id, id) == 0)
      return TRUE;
  return FALSE;
}

void
guardian_pipeline_start (GuardianLink *link, CardeaMessage *message, const GuardianAction *action)
{
  GuardianSession *session = link->session;

  if (session->requests->len >= GUARDIAN_SESSION_REQUESTS_LIMIT
      || count_all (link->context) >= GUARDIAN_PIPELINE_TOTAL_LIMIT)
    {
      guardian_link_refuse (link, message, "busy", "too many requests at once");
      return;
    }
  if (is_in_flight (session, cardea_message_request (message)))
    {
      guardian_link_refuse (link, message, "malformed", "a request of this id waits already");
      guardian_agent_misbehaves (link, "a request id used twice");
      return;
    }
  GuardianRequest *request = guardian_request_new (link, message, action);
  g_ptr_array_add (session->requests, request);
  session->n_requests++;
  run (request);
}

/* Which worker waits for which answer, by who asks. */
static const struct {
  GuardianWorker worker;
  const char *answer; /* NULL: an agent gets a reply */
} answers[] = {
  [GUARDIAN_ASKER_AGENT] = { GUARDIAN_WORKER_COUNT, NULL },
  [GUARDIAN_ASKER_VIEW] = { GUARDIAN_WORKER_VIEW, "view.answer" },
  [GUARDIAN_ASKER_EGRESS] = { GUARDIAN_WORKER_EGRESS, "egress.answer" },
};

void
guardian_pipeline_answer (GuardianSession *session, GuardianAsker asker, const char *id,
                          CardeaMessage *allowed, const char *code, const char *reason)
{
  CardeaMessage *answer = code == NULL ? allowed : cardea_message_new (answers[asker].answer);

  cardea_message_set_session (answer, session->id);
  cardea_message_set_string (answer, "id", id);
  if (code != NULL)
    cardea_message_set_string (answer, "code", code);
  if (code != NULL && asker == GUARDIAN_ASKER_EGRESS)
    cardea_message_set_string (answer, "reason", reason);
  guardian_workers_send (session->context->workers, answers[asker].worker, answer);
}

void
guardian_pipeline_start_worker (GuardianSession *session, CardeaMessage *message,
                                const GuardianAction *action, GuardianAsker asker)
{
  if (session->requests->len >= GUARDIAN_SESSION_REQUESTS_LIMIT
      || count_all (session->context) >= GUARDIAN_PIPELINE_TOTAL_LIMIT)
    {
      guardian_pipeline_answer (session, asker, cardea_message_get_string (message, "id"), NULL,
                                "busy", "too many requests at once");
      return;
    }
  GuardianRequest *request = guardian_request_new_worker (session, message, action, asker);
  g_ptr_array_add (session->requests, request);
  session->n_requests++;
  run (request);
}

static void
cancel (GuardianRequest *request, const char *reason)
{
  GuardianContext *context = request->context;

  if (request->call != 0)
    guardian_workers_cancel (context->workers, request->call);
  if (request->call != 0 && request->performing && request->action->abandon != NULL)
    request->action->abandon (request, request->call);
  request->call = 0;
  if (request->waits_undo)
    guardian_undo_forget (context->undo, request);
  if (request->waits_exec)
    guardian_exec_forget (request);
  if (request->waits_credential)
    guardian_credential_use_forget (context->credentials, request);
  guardian_action_clipboard_forget (request);
  guardian_consent_broker_forget (context->consent, request);
  guardian_request_refuse (request, "unavailable", reason, NULL);
  guardian_pipeline_resume (request);
}

void
guardian_pipeline_cancel (GuardianSession *session, const char *id, GuardianAsker asker)
{
  for (guint i = 0; i < session->requests->len; i++)
    {
      GuardianRequest *request = session->requests->pdata[i];
      if (request->asker != asker || g_strcmp0 (request->id, id) != 0)
        continue;
      if (request->state != GUARDIAN_REQUEST_RUNNING)
        cancel (request, "nobody waits for it any more");
      return;
    }
}

void
guardian_pipeline_cancel_session (GuardianSession *session)
{
  while (session->requests->len > 0)
    {
      GuardianRequest *request = session->requests->pdata[session->requests->len - 1];
      if (request->state == GUARDIAN_REQUEST_RUNNING)
        {
          /* It is on the stack below us and finds the session ended when it goes on. */
          g_ptr_array_remove_fast (session->requests, request);
          continue;
        }
      cancel (request, "the session has ended");
    }
}
