/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Broker, pipeline and relay with links that lead nowhere and workers that are all down: what is
 * decided and recorded can be seen all the same. */

#include "tests/unit/guardian/core/core-fixture.h"

#include "guardian/core/guardian-action-table.h"
#include "guardian/core/guardian-audit-query.h"
#include "guardian/core/guardian-consent-broker.h"
#include "guardian/core/guardian-consent-screen.h"
#include "guardian/core/guardian-flood.h"
#include "guardian/core/guardian-link-table.h"
#include "guardian/core/guardian-pipeline.h"
#include "guardian/core/guardian-relay.h"
#include "guardian/core/guardian-session-table.h"

#include <string.h>

#define CONSENT_STAGE 4u

/* A request that has come as far as asking a person. */
static GuardianStep
ask (CoreFixture *fixture, gint64 inode)
{
  g_autofree char *id = g_strdup_printf ("r%" G_GINT64_FORMAT, inode);
  g_autofree char *path = g_strdup_printf ("/home/ann/Documents/%" G_GINT64_FORMAT, inode);
  g_autoptr (CardeaMessage) message = cardea_message_new ("file.read");
  GuardianInode parents[] = { { 1, 10 }, { 1, 9 } };
  GuardianObject object
      = { .path = path, .inode = { 1, inode }, .nlink = 1, .parents = parents, .n_parents = 2 };

  cardea_message_set_request (message, id);
  cardea_message_set_path (message, "path", path);
  GuardianRequest *request
      = guardian_request_new (fixture->agent, message, guardian_action_table_find ("file.read"));
  request->asked = g_strdup (path);
  request->object = guardian_object_copy (&object);
  request->decision = (GuardianDecision){
    .effect = GUARDIAN_EFFECT_ASK, .tier = 2, .policy = "shipped.outside", .reason = "not shared"
  };
  request->judged = TRUE;
  request->asked_person = TRUE;
  request->input = cardea_json_new_object ();
  CardeaJson *under = cardea_json_new_object ();
  cardea_json_set_string (under, "policy_revision",
                          guardian_policy_revision (fixture->context.policy));
  cardea_json_set (request->input, "context", under);
  request->stage = CONSENT_STAGE;
  GuardianStep step = guardian_consent_broker_ask (fixture->context.consent, request);
  if (step == GUARDIAN_STEP_WAIT)
    {
      g_ptr_array_add (fixture->session->requests, request);
      return step;
    }
  g_assert_nonnull (request->code);
  guardian_request_free (request);
  return step;
}

static guint
count_records (CoreFixture *fixture, const char *type, const char *effect)
{
  g_autoptr (CardeaMessage) list = cardea_message_new ("audit.list");
  if (type != NULL)
    cardea_message_set_string (list, "kind", type);
  if (effect != NULL)
    cardea_message_set_string (list, "effect", effect);
  g_autoptr (CardeaMessage) page = guardian_audit_query (fixture->context.audit, list);
  return (guint) cardea_json_size (cardea_message_get_json (page, "records"));
}

static guint
count_waiting (CoreFixture *fixture)
{
  return guardian_consent_broker_count (fixture->context.consent, fixture->session->id);
}

static void
test_nobody (CoreFixture *fixture, gconstpointer data)
{
  g_assert_cmpint (ask (fixture, 5), ==, GUARDIAN_STEP_REFUSED);
  g_assert_cmpuint (count_waiting (fixture), ==, 0);
  g_assert_cmpuint (count_records (fixture, "consent", "ask"), ==, 1);
  g_assert_cmpuint (count_records (fixture, "consent", "deny"), ==, 1);
}

/* The same question is asked once, whoever waits for it. */
static void
test_same (CoreFixture *fixture, gconstpointer data)
{
  fixture->front->watches_consent = TRUE;
  g_assert_cmpint (ask (fixture, 5), ==, GUARDIAN_STEP_WAIT);
  g_assert_cmpint (ask (fixture, 5), ==, GUARDIAN_STEP_WAIT);
  g_assert_cmpuint (count_waiting (fixture), ==, 1);
  g_assert_cmpint (ask (fixture, 6), ==, GUARDIAN_STEP_WAIT);
  g_assert_cmpuint (count_waiting (fixture), ==, 2);
  g_assert_cmpuint (count_records (fixture, "consent", "ask"), ==, 2);
}

static CardeaMessage *
take_question (CoreFixture *fixture, guint index)
{
  g_autoptr (CardeaMessage) list = cardea_message_new ("audit.list");
  cardea_message_set_string (list, "kind", "consent");
  g_autoptr (CardeaMessage) page = guardian_audit_query (fixture->context.audit, list);
  const CardeaJson *record = cardea_json_nth (cardea_message_get_json (page, "records"), index);
  CardeaMessage *answer = cardea_message_new ("consent.answer");

  cardea_message_set_string (answer, "id", cardea_json_get_string (record, "question"));
  cardea_message_set_string (answer, "digest", cardea_json_get_string (record, "digest"));
  cardea_message_set_string (answer, "how", "command");
  return answer;
}

static void
answer_as_command (CoreFixture *fixture, CardeaMessage *answer)
{
  guardian_consent_broker_answer (fixture->context.consent, fixture->front, answer);
}

/* What comes after the last question that may be asked waits for one answer about all of it. */
static void
ask_too_many (CoreFixture *fixture)
{
  fixture->front->watches_consent = TRUE;
  for (guint i = 0; i < GUARDIAN_FLOOD_QUESTIONS; i++)
    g_assert_cmpint (ask (fixture, 5 + i), ==, GUARDIAN_STEP_WAIT);
  g_assert_cmpint (ask (fixture, 100), ==, GUARDIAN_STEP_WAIT);
  g_assert_cmpint (ask (fixture, 101), ==, GUARDIAN_STEP_WAIT);
  g_assert_cmpuint (count_waiting (fixture), ==, GUARDIAN_FLOOD_QUESTIONS + 1);
}

static void
test_too_many (CoreFixture *fixture, gconstpointer data)
{
  ask_too_many (fixture);
  g_assert_cmpint (ask (fixture, 5), ==, GUARDIAN_STEP_WAIT); /* waits already: no new question */
  g_assert_cmpuint (count_waiting (fixture), ==, GUARDIAN_FLOOD_QUESTIONS + 1);
}

/* Allowed: each is asked by itself. */
static void
test_resumed (CoreFixture *fixture, gconstpointer data)
{
  ask_too_many (fixture);
  g_autoptr (CardeaMessage) answer = take_question (fixture, GUARDIAN_FLOOD_QUESTIONS);
  cardea_message_set_string (answer, "answer", "allow");
  cardea_message_set_string (answer, "duration", "task");
  answer_as_command (fixture, answer);
  g_assert_cmpuint (count_waiting (fixture), ==, GUARDIAN_FLOOD_QUESTIONS + 1); /* once only */
  cardea_message_set_string (answer, "duration", "once");
  answer_as_command (fixture, answer);
  g_assert_cmpuint (count_waiting (fixture), ==, GUARDIAN_FLOOD_QUESTIONS + 2);
  g_assert_false (fixture->session->flood.paused);
}

/* Denied: refused, and whatever comes next is, until the person writes. */
static void
test_stays_paused (CoreFixture *fixture, gconstpointer data)
{
  ask_too_many (fixture);
  g_autoptr (CardeaMessage) answer = take_question (fixture, GUARDIAN_FLOOD_QUESTIONS);
  cardea_message_set_string (answer, "answer", "deny");
  answer_as_command (fixture, answer);
  g_assert_cmpuint (count_waiting (fixture), ==, GUARDIAN_FLOOD_QUESTIONS);
  g_assert_cmpuint (count_records (fixture, "decision", "deny"), ==, 2);
  g_assert_cmpint (ask (fixture, 102), ==, GUARDIAN_STEP_REFUSED);
  guardian_consent_broker_person_wrote (fixture->context.consent, fixture->session);
  g_assert_cmpint (ask (fixture, 102), ==, GUARDIAN_STEP_WAIT);
}

/* The person writes in place of an answer: that is one. */
static void
test_written_to (CoreFixture *fixture, gconstpointer data)
{
  ask_too_many (fixture);
  guardian_consent_broker_person_wrote (fixture->context.consent, fixture->session);
  g_assert_cmpuint (count_waiting (fixture), ==, GUARDIAN_FLOOD_QUESTIONS + 2);
  g_assert_cmpuint (count_records (fixture, "decision", "deny"), ==, 0);
}

/* A question ends with the last that waits for it. */
static void
test_forget (CoreFixture *fixture, gconstpointer data)
{
  fixture->front->watches_consent = TRUE;
  ask (fixture, 5);
  ask (fixture, 5);
  guardian_pipeline_cancel_session (fixture->session);
  g_assert_cmpuint (fixture->session->requests->len, ==, 0);
  g_assert_cmpuint (count_waiting (fixture), ==, 0);
  g_assert_cmpuint (count_records (fixture, "consent", "deny"), ==, 1);
  g_assert_cmpuint (count_records (fixture, "decision", "deny"), ==, 2);
}

/* Whoever draws it goes: all that wait are refused, with a record each. */
static void
test_drawer_gone (CoreFixture *fixture, gconstpointer data)
{
  fixture->front->terminal = 0; /* it has one: it draws */
  g_assert_cmpint (ask (fixture, 5), ==, GUARDIAN_STEP_WAIT);
  g_assert_cmpint (ask (fixture, 5), ==, GUARDIAN_STEP_WAIT);
  guardian_consent_broker_link_closed (fixture->context.consent, fixture->agent);
  g_assert_cmpuint (count_waiting (fixture), ==, 1);
  guardian_consent_broker_link_closed (fixture->context.consent, fixture->front);
  fixture->front->terminal = -1;
  g_assert_cmpuint (count_waiting (fixture), ==, 0);
  g_assert_cmpuint (fixture->session->requests->len, ==, 0);
  g_assert_cmpuint (count_records (fixture, "decision", "deny"), ==, 2);
}

static void
tell_focus (CoreFixture *fixture, GuardianLink *link, const char *id, gboolean focused)
{
  g_autoptr (CardeaMessage) message = cardea_message_new ("consent.focus");
  cardea_message_set_string (message, "id", id);
  cardea_message_set_boolean (message, "focused", focused);
  guardian_consent_broker_focus (fixture->context.consent, link, message);
}

static gboolean
ran_out_cb (gpointer user_data)
{
  *(gboolean *) user_data = TRUE;
  return G_SOURCE_REMOVE;
}

static guint
count_waiting_after (CoreFixture *fixture, guint milliseconds)
{
  gboolean ran_out = FALSE;
  g_timeout_add (milliseconds, ran_out_cb, &ran_out);
  while (!ran_out)
    g_main_context_iteration (NULL, TRUE);
  return count_waiting (fixture);
}

/* Only whoever draws a question stops its clock; when the focus goes it lapses. */
static void
test_focus (CoreFixture *fixture, gconstpointer data)
{
  fixture->front->terminal = 0; /* it has one: it draws */
  fixture->session->timeout = 1;
  ask (fixture, 5);
  ask (fixture, 6);
  g_autoptr (CardeaMessage) first = take_question (fixture, 1);
  g_autoptr (CardeaMessage) second = take_question (fixture, 0);
  const char *id = cardea_message_get_string (first, "id");
  tell_focus (fixture, fixture->front, id, TRUE);
  tell_focus (fixture, fixture->agent, cardea_message_get_string (second, "id"), TRUE);
  tell_focus (fixture, fixture->front, "0000000000000000", TRUE);
  g_assert_cmpuint (count_waiting_after (fixture, 1500), ==, 1);
  tell_focus (fixture, fixture->front, id, FALSE);
  g_assert_cmpuint (count_waiting_after (fixture, 1500), ==, 0);
  tell_focus (fixture, fixture->front, id, TRUE); /* has ended: nothing comes back */
  g_assert_cmpuint (count_records (fixture, "decision", "deny"), ==, 2);
  fixture->front->terminal = -1;
}

static void
test_answered_no (CoreFixture *fixture, gconstpointer data)
{
  fixture->front->watches_consent = TRUE;
  ask (fixture, 5);
  ask (fixture, 5);
  g_autoptr (CardeaMessage) answer = take_question (fixture, 0);
  cardea_message_set_string (answer, "answer", "deny");
  guardian_consent_broker_answer (fixture->context.consent, fixture->front, answer);
  g_assert_cmpuint (count_waiting (fixture), ==, 0);
  g_assert_cmpuint (count_records (fixture, "decision", "deny"), ==, 2);
  g_assert_cmpuint (count_records (fixture, NULL, "allow"), ==, 0);
  /* A second answer finds no question. */
  guint before = (guint) guardian_audit_size (fixture->context.audit);
  guardian_consent_broker_answer (fixture->context.consent, fixture->front, answer);
  g_assert_cmpint (guardian_audit_size (fixture->context.audit), ==, before);
}

/* Allowed, but there is no worker: the decision and its failed outcome are both recorded. */
static void
test_answered_yes (CoreFixture *fixture, gconstpointer data)
{
  fixture->front->watches_consent = TRUE;
  ask (fixture, 5);
  g_autoptr (CardeaMessage) answer = take_question (fixture, 0);
  cardea_message_set_string (answer, "answer", "allow");
  guardian_consent_broker_answer (fixture->context.consent, fixture->front, answer);
  g_assert_cmpuint (fixture->session->requests->len, ==, 0);
  g_assert_cmpuint (count_records (fixture, "consent", "allow"), ==, 1);
  g_assert_cmpuint (count_records (fixture, "decision", "allow"), ==, 1);
  g_assert_cmpuint (count_records (fixture, "outcome", NULL), ==, 1);
}

/* Who did not draw it may not answer as if it had. */
static void
test_answered_wrongly (CoreFixture *fixture, gconstpointer data)
{
  static const char *const hows[] = { "window", "terminal", "closed", "lapsed", "locked" };

  fixture->front->watches_consent = TRUE;
  ask (fixture, 5);
  for (gsize i = 0; i < G_N_ELEMENTS (hows); i++)
    {
      g_autoptr (CardeaMessage) answer = take_question (fixture, 0);
      cardea_message_set_string (answer, "answer", "allow");
      cardea_message_set_string (answer, "how", hows[i]);
      guardian_consent_broker_answer (fixture->context.consent, fixture->front, answer);
      g_assert_cmpuint (count_waiting (fixture), ==, 1);
    }
  g_assert_cmpuint (count_records (fixture, "violation", "deny"), ==, G_N_ELEMENTS (hows));
}

static void
test_pipeline_id_twice (CoreFixture *fixture, gconstpointer data)
{
  g_autoptr (CardeaMessage) message = cardea_message_new ("file.read");

  fixture->front->watches_consent = TRUE;
  ask (fixture, 5);
  cardea_message_set_request (message, "r5");
  cardea_message_set_path (message, "path", "/etc/passwd");
  guardian_pipeline_start (fixture->agent, message, guardian_action_table_find ("file.read"));
  g_assert_cmpuint (fixture->session->requests->len, ==, 1);
  g_assert_cmpuint (count_records (fixture, "violation", "deny"), ==, 1);
}

/* No token, no peer: refused and recorded, and nobody is asked. */
static void
test_pipeline_no_token (CoreFixture *fixture, gconstpointer data)
{
  g_autoptr (CardeaMessage) message = cardea_message_new ("file.read");

  fixture->front->watches_consent = TRUE;
  cardea_message_set_request (message, "r9");
  cardea_message_set_path (message, "path", "/etc/passwd");
  cardea_message_set_cap (message, "cardea1");
  guardian_pipeline_start (fixture->agent, message, guardian_action_table_find ("file.read"));
  g_assert_cmpuint (fixture->session->requests->len, ==, 0);
  g_assert_cmpuint (fixture->session->n_refusals, ==, 1);
  g_assert_cmpuint (count_records (fixture, "decision", "deny"), ==, 1);
  g_assert_cmpuint (count_waiting (fixture), ==, 0);
}

/* Nothing is issued to an agent that has not proved who it is, nor said of it in the log. */
static void
test_relay_issue (CoreFixture *fixture, gconstpointer data)
{
  const char *reason = NULL;

  g_assert_null (guardian_relay_issue (fixture->session, &reason));
  fixture->session->agent = guardian_link_ref (fixture->agent);
  g_assert_null (guardian_relay_issue (fixture->session, &reason));
  g_clear_pointer (&fixture->session->agent, guardian_link_unref);
  g_assert_cmpuint (count_records (fixture, "capability.issue", NULL), ==, 0);
}

/* The agent learns which files were named, not the grants they stand for. */
static void
test_relay_files (CoreFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) grants
      = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_grant_free);
  g_ptr_array_add (grants, guardian_grant_new (GUARDIAN_AGENT_NAME, fixture->session->id,
                                               GUARDIAN_GRANT_DESIGNATED, "/home/ann/bank.csv",
                                               (GuardianInode){ 1, 5 }, FALSE));
  guardian_relay_add_files (fixture->session, grants);
  g_autoptr (CardeaJson) files = guardian_relay_agent_files (fixture->session->files);
  const CardeaJson *file = cardea_json_nth (files, 0);

  g_assert_cmpuint (cardea_json_size (files), ==, 1);
  g_assert_cmpstr (cardea_json_get_string (file, "name"), ==, "bank.csv");
  g_assert_null (cardea_json_get (file, "grant"));
  g_assert_nonnull (cardea_json_get (fixture->session->files->pdata[0], "grant"));
}

/* A worker that is down takes nothing, and nobody waits for it. */
static void
test_workers_down (CoreFixture *fixture, gconstpointer data)
{
  GuardianWorkers *workers = fixture->context.workers;

  for (GuardianWorker which = GUARDIAN_WORKER_KEYS; which <= GUARDIAN_WORKER_LAUNCH; which++)
    {
      g_assert_cmpint (guardian_workers_state (workers, which), ==, GUARDIAN_WORKERS_DOWN);
      g_assert_cmpuint (guardian_workers_restarts (workers, which), ==, 0);
    }
  g_assert_cmpuint (guardian_workers_call (workers, GUARDIAN_WORKER_LAUNCH,
                                           cardea_message_new ("launch.probe"), 10, NULL, NULL),
                    ==, 0);
  guardian_workers_cancel (workers, 0);
  guardian_workers_cancel (workers, 77);
}

int
main (int argc, char **argv)
{
  static const struct {
    const char *name;
    void (*run) (CoreFixture *fixture, gconstpointer data);
  } tests[] = {
    { "/broker/nobody", test_nobody },
    { "/broker/same", test_same },
    { "/broker/too-many", test_too_many },
    { "/broker/resumed", test_resumed },
    { "/broker/stays-paused", test_stays_paused },
    { "/broker/written-to", test_written_to },
    { "/broker/forget", test_forget },
    { "/broker/drawer-gone", test_drawer_gone },
    { "/broker/focus", test_focus },
    { "/broker/answered-no", test_answered_no },
    { "/broker/answered-yes", test_answered_yes },
    { "/broker/answered-wrongly", test_answered_wrongly },
    { "/pipeline/id-twice", test_pipeline_id_twice },
    { "/pipeline/no-token", test_pipeline_no_token },
    { "/relay/issue", test_relay_issue },
    { "/relay/files", test_relay_files },
    { "/workers/down", test_workers_down },
  };
  g_test_init (&argc, &argv, NULL);
  for (gsize i = 0; i < G_N_ELEMENTS (tests); i++)
    g_test_add (tests[i].name, CoreFixture, NULL, core_fixture_up, tests[i].run, core_fixture_down);
  return g_test_run ();
}
