/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-consent-tell.h"

#include "guardian/core/guardian-link-table.h"

typedef struct {
  const GuardianConsentEntry *entry;
  const GuardianLink *owner;
  const GuardianConsentQueue *queue;
  const char *outcome;
} News;

void
guardian_consent_tell_question (const GuardianConsentEntry *entry, GuardianLink *link,
                                gboolean draws, const GuardianConsentQueue *queue)
{
  const GuardianQuestion *question = entry->question;
  CardeaMessage *message = cardea_message_new ("consent.question");

  cardea_message_set_session (message, question->session);
  cardea_message_set_string (message, "id", question->id);
  cardea_message_set_string (message, "digest", question->digest);
  cardea_message_set_string (message, "nonce", question->nonce);
  cardea_message_set_int (message, "tier", question->tier);
  cardea_message_set_int (message, "seconds",
                          guardian_question_seconds (question, g_get_monotonic_time ()));
  cardea_message_set_int (message, "position", queue->position);
  cardea_message_set_int (message, "waiting", queue->waiting);
  cardea_message_set_boolean (message, "answerable", draws);
  cardea_message_set_json (message, "question", cardea_json_ref (question->body));
  guardian_link_send (link, message);
}

void
guardian_consent_tell_closed (const GuardianConsentEntry *entry, GuardianLink *link,
                              const char *outcome)
{
  CardeaMessage *message = cardea_message_new ("consent.closed");
  cardea_message_set_session (message, entry->question->session);
  cardea_message_set_string (message, "id", entry->question->id);
  cardea_message_set_string (message, "outcome", outcome);
  guardian_link_send (link, message);
}

static void
tell_watcher (GuardianLink *link, gpointer user_data)
{
  const News *news = user_data;
  if ((!link->watches_consent && link != news->owner) || link == news->entry->drawer)
    return;
  if (news->outcome != NULL)
    guardian_consent_tell_closed (news->entry, link, news->outcome);
  else
    guardian_consent_tell_question (news->entry, link, FALSE, news->queue);
}

void
guardian_consent_tell_watchers (GuardianContext *context, const GuardianConsentEntry *entry,
                                const GuardianLink *owner, const GuardianConsentQueue *queue,
                                const char *outcome)
{
  News news = { entry, owner, queue, outcome };
  guardian_link_table_foreach (context->links, tell_watcher, &news);
}
