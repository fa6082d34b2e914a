/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-consent-entry.h"

#include <unistd.h>

static GuardianQuestionTerms
make_terms (const GuardianRequest *request)
{
  const GuardianSession *session = request->session;
  const GuardianObject *object = request->object;
  GuardianQuestionTerms terms = {
    .request = request->id,
    .session = session->id,
    .trace = session->trace,
    .agent = GUARDIAN_AGENT_NAME,
    .agent_sha256 = session->agent_sha256,
    .title = session->title,
    .action = request->action->action,
    .object = object,
    .pattern = cardea_message_get_string (request->message, "pattern"),
    .text = cardea_message_get_string (request->message, "text"),
    .why = cardea_message_get_string (request->message, "reason"),
    .user_request = session->user_request,
    .files_read = session->files_read,
    .home = session->home,
    .decision = &request->decision,
  };
  if (object->is_folder)
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

GuardianConsentEntry *
guardian_consent_entry_new (GuardianConsentBroker *broker, const GuardianRequest *request)
{
  GuardianQuestionTerms terms = make_terms (request);
  GuardianQuestion *question = guardian_question_new (&terms, request->session->timeout);

  if (question == NULL)
    return NULL;
  GuardianConsentEntry *entry = g_new0 (GuardianConsentEntry, 1);
  entry->broker = broker;
  entry->question = question;
  entry->object = guardian_object_copy (request->object);
  entry->level = request->action->level;
  entry->below = request->action->reaches_below != NULL && request->action->reaches_below (request);
  entry->waiters = g_ptr_array_new ();
  entry->trace = g_strdup (request->session->trace);
  entry->request = g_strdup (request->id);
  entry->action = request->action->action;
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
  g_ptr_array_unref (entry->waiters);
  g_clear_pointer (&entry->drawer, guardian_link_unref);
  g_free (entry->trace);
  g_free (entry->request);
  g_free (entry);
}
