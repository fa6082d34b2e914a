/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-consent-entry.h"

#include "guardian/core/guardian-action-view.h"

#include <string.h>
#include <unistd.h>

static GuardianQuestionTerms
make_session_terms (const GuardianSession *session)
{
  return (GuardianQuestionTerms){
    .session = session->id,
    .trace = session->trace,
    .agent = guardian_session_agent (session),
    .agent_sha256 = session->agent_sha256,
    .foreign = session->foreign,
    .title = session->title,
    .user_request = session->user_request,
    .files_read = session->files_read,
    .pages_read = session->flow.pages,
    .untrusted = session->flow.untrusted,
    .labels_read = session->labels_read,
    .home = session->home,
  };
}

static GuardianQuestionTerms
make_terms (const GuardianRequest *request)
{
  const GuardianObject *object = request->object;
  GuardianQuestionTerms terms = make_session_terms (request->session);

  terms.request = request->id;
  terms.action = guardian_request_action (request);
  terms.object = object;
  terms.destination = request->destination;
  terms.payload = request->payload;
  terms.outgoing = request->outgoing;
  terms.deed = request->deed;
  terms.credential = request->credential;
  terms.to_model = request->to_model;
  terms.plan = request->plan;
  terms.why = cardea_message_get_string (
      request->message, cardea_message_is (request->message, "agent.permit") ? "title" : "reason");
  terms.decision = &request->decision;
  terms.labels = request->labels;
  if (object == NULL)
    return terms;
  if (request->plan == NULL)
    {
      terms.pattern = cardea_message_get_string (request->message, "pattern");
      terms.text = cardea_message_get_string (request->message, "text");
    }
  if (object->is_folder && request->plan == NULL)
    terms.depth = (guint) cardea_message_get_int (request->message, "depth", 1);
  if (object->uid == geteuid ())
    terms.owner = request->context->user;
  else if (object->uid == 0)
    terms.owner = "root";
  return terms;
}

char *
guardian_consent_entry_key (const GuardianRequest *request)
{
  GuardianQuestionTerms terms = make_terms (request);
  return guardian_question_key (&terms);
}

static GPtrArray *
copy_objects (const GuardianPlan *plan)
{
  GPtrArray *objects = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_object_free);
  for (guint i = 0; i < plan->items->len; i++)
    g_ptr_array_add (
        objects, guardian_object_copy (((const GuardianPlanItem *) plan->items->pdata[i])->object));
  return objects;
}

static GuardianConsentEntry *
entry_new (GuardianConsentBroker *broker, const GuardianSession *session,
           const GuardianQuestionTerms *terms, GError **error)
{
  GuardianQuestion *question = guardian_question_new (terms, session->timeout, error);

  if (question == NULL)
    return NULL;
  GuardianConsentEntry *entry = g_new0 (GuardianConsentEntry, 1);
  entry->broker = broker;
  entry->question = question;
  entry->waiters = g_ptr_array_new ();
  entry->trace = g_strdup (session->trace);
  entry->agent = g_strdup (terms->agent);
  entry->request = g_strdup (terms->request);
  entry->action = terms->action;
  return entry;
}

GuardianConsentEntry *
guardian_consent_entry_new (GuardianConsentBroker *broker, const GuardianRequest *request,
                            GError **error)
{
  g_autoptr (CardeaJson) changes = guardian_action_view_changes (request);
  GuardianQuestionTerms terms = make_terms (request);

  terms.changes = changes;
  GuardianConsentEntry *entry = entry_new (broker, request->session, &terms, error);

  if (entry == NULL)
    return NULL;
  entry->object = request->object != NULL ? guardian_object_copy (request->object) : NULL;
  entry->destination
      = request->destination != NULL ? guardian_destination_copy (request->destination) : NULL;
  entry->inside = request->inside;
  entry->objects = request->plan != NULL ? copy_objects (request->plan) : NULL;
  entry->level = request->action->level;
  entry->below = request->action->reaches_below != NULL && request->action->reaches_below (request);
  return entry;
}

GuardianConsentEntry *
guardian_consent_entry_new_summary (GuardianConsentBroker *broker, const GuardianSession *session,
                                    GError **error)
{
  static const GuardianDecision decision
      = { .effect = GUARDIAN_EFFECT_ASK,
          .tier = GUARDIAN_TIER_QUESTION,
          .policy = GUARDIAN_CONSENT_ENTRY_FLOOD,
          .reason = "it asks more often than anybody can answer with care" };
  g_autoptr (CardeaJson) summary = guardian_flood_describe (&session->flood);
  GuardianQuestionTerms terms = make_session_terms (session);

  terms.action = "session.resume";
  terms.summary = summary;
  terms.decision = &decision;
  GuardianConsentEntry *entry = entry_new (broker, session, &terms, error);
  if (entry != NULL)
    entry->summary = TRUE;
  return entry;
}

void
guardian_consent_entry_free (GuardianConsentEntry *entry)
{
  if (entry == NULL)
    return;
  g_clear_handle_id (&entry->timer, g_source_remove);
  guardian_question_free (entry->question);
  guardian_object_free (entry->object);
  guardian_destination_free (entry->destination);
  g_clear_pointer (&entry->objects, g_ptr_array_unref);
  g_ptr_array_unref (entry->waiters);
  g_clear_pointer (&entry->drawer, guardian_link_unref);
  g_free (entry->trace);
  g_free (entry->agent);
  g_free (entry->request);
  g_free (entry);
}
