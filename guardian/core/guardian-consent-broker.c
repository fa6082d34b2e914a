/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts R as the core composed it and kept it; answers only after guardian-answer.c has judged
 * them; cardea-consent's word that its window has the focus, which delays a refusal for so long as
 * GUARDIAN_QUESTION_PAUSE_US and does nothing else. Refuses when there is nobody to ask, when time
 * runs out, when whoever drew the question goes away: a question is never left half open. Known
 * gap: a terminal cannot say whether it is looked at, so there the time runs on. */

#include "guardian/core/guardian-consent-broker.h"

#include "guardian/core/guardian-answer.h"
#include "guardian/core/guardian-consent-apply.h"
#include "guardian/core/guardian-consent-entry.h"
#include "guardian/core/guardian-consent-screen.h"
#include "guardian/core/guardian-consent-tell.h"
#include "guardian/core/guardian-link-table.h"
#include "guardian/core/guardian-outgoing.h"
#include "guardian/core/guardian-pipeline.h"
#include "guardian/core/guardian-relay.h"
#include "guardian/core/guardian-session-table.h"

#include <string.h>

struct _GuardianConsentBroker {
  GuardianContext *context;
  GPtrArray *entries;  /* GuardianConsentEntry, oldest first */
  GPtrArray *settling; /* ended ones whose waiters are being resumed; borrowed */
};

GuardianConsentBroker *
guardian_consent_broker_new (GuardianContext *context)
{
  GuardianConsentBroker *broker = g_new0 (GuardianConsentBroker, 1);
  broker->context = context;
  broker->entries = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_consent_entry_free);
  broker->settling = g_ptr_array_new ();
  return broker;
}

void
guardian_consent_broker_free (GuardianConsentBroker *broker)
{
  if (broker == NULL)
    return;
  g_ptr_array_unref (broker->entries);
  g_ptr_array_unref (broker->settling);
  g_free (broker);
}

guint
guardian_consent_broker_count (const GuardianConsentBroker *broker, const char *session)
{
  guint count = 0;
  for (guint i = 0; i < broker->entries->len; i++)
    {
      const GuardianConsentEntry *entry = broker->entries->pdata[i];
      if (session == NULL || strcmp (entry->question->session, session) == 0)
        count++;
    }
  return count;
}

static GuardianSession *
session_of (const GuardianConsentBroker *broker, const GuardianConsentEntry *entry)
{
  return guardian_session_table_find (broker->context->sessions, entry->question->session);
}

/* --- telling --- */

static GuardianConsentQueue
place_of (const GuardianConsentBroker *broker, const GuardianConsentEntry *entry)
{
  guint index = 0;
  gboolean waits = g_ptr_array_find (broker->entries, entry, &index);
  return (GuardianConsentQueue){ waits ? index + 1 : 1, broker->entries->len };
}

static void
tell_watchers (GuardianConsentBroker *broker, const GuardianConsentEntry *entry,
               const char *outcome)
{
  const GuardianSession *session = session_of (broker, entry);
  GuardianConsentQueue queue = place_of (broker, entry);
  guardian_consent_tell_watchers (broker->context, entry, session != NULL ? session->owner : NULL,
                                  outcome == NULL ? &queue : NULL, outcome);
}

static void
draw (GuardianConsentBroker *broker, GuardianConsentEntry *entry, GuardianLink *link)
{
  entry->drawer = guardian_link_ref (link);
  entry->drawn_us = g_get_monotonic_time ();
  GuardianConsentQueue queue = place_of (broker, entry);
  guardian_consent_tell_question (entry, link, TRUE, &queue);
}

static void
find_watcher (GuardianLink *link, gpointer user_data)
{
  gboolean *found = user_data;
  *found = *found || link->watches_consent;
}

static gboolean
route (GuardianConsentBroker *broker, GuardianConsentEntry *entry, GuardianSession *session)
{
  GuardianContext *context = broker->context;
  gboolean watched = FALSE;

  if (guardian_link_table_find_display (context->links) != NULL)
    {
      GuardianLink *screen = guardian_consent_screen_get (context->screen);
      entry->for_screen = TRUE;
      if (screen != NULL)
        draw (broker, entry, screen);
      if (screen != NULL || guardian_consent_screen_is_starting (context->screen))
        return TRUE;
      entry->for_screen = FALSE;
    }
  if (session->owner != NULL && session->owner->terminal >= 0)
    {
      draw (broker, entry, session->owner);
      return TRUE;
    }
  guardian_link_table_foreach (context->links, find_watcher, &watched);
  return watched;
}

/* --- ending a question --- */

/* One may end the session and with it the others: each is taken off before it goes on, and those
 * that still wait can be found by guardian_consent_broker_forget(). */
static void
resume_waiters (GuardianConsentEntry *entry,
                void (*settle) (GuardianRequest *request, gpointer user_data), gpointer user_data)
{
  g_ptr_array_add (entry->broker->settling, entry);
  while (entry->waiters->len > 0)
    {
      GuardianRequest *request = g_ptr_array_steal_index (entry->waiters, 0);
      settle (request, user_data);
      guardian_pipeline_resume (request);
    }
  g_ptr_array_remove (entry->broker->settling, entry);
}

typedef struct {
  const char *code;
  const char *reason;
  const char *note;
} Refusal;

/* The agent may go on: what waited is asked, each by itself. */
static void
settle_resumed (GuardianRequest *request, gpointer user_data)
{
  request->asked_person = FALSE;
}

static void
settle_refused (GuardianRequest *request, gpointer user_data)
{
  const Refusal *refusal = user_data;
  guardian_request_refuse (request, refusal->code, refusal->reason, request->decision.policy);
  request->note = g_strdup (refusal->note);
}

static void
settle_declined (GuardianRequest *request, gpointer user_data)
{
  guardian_outgoing_deny (request);
  settle_refused (request, user_data);
}

/* The entry is out of the queue before anybody is told: nobody finds a question that has ended. */
static GuardianConsentEntry *
take_out (GuardianConsentBroker *broker, GuardianConsentEntry *entry, GuardianQuestionEvent event)
{
  if (!guardian_question_state_next (entry->question->state, event, &entry->question->state))
    return NULL;
  guint index = 0;
  if (g_ptr_array_find (broker->entries, entry, &index))
    g_ptr_array_steal_index (broker->entries, index);
  const char *outcome = guardian_question_state_outcome (entry->question->state);
  if (entry->drawer != NULL)
    guardian_consent_tell_closed (entry, entry->drawer, outcome);
  tell_watchers (broker, entry, outcome);
  return entry;
}

static void
stay_paused (GuardianConsentBroker *broker, const GuardianConsentEntry *entry)
{
  GuardianSession *session = session_of (broker, entry);
  if (session != NULL)
    guardian_flood_deny (&session->flood);
}

static void
end_refused (GuardianConsentBroker *broker, GuardianConsentEntry *entry,
             GuardianQuestionEvent event, const Refusal *refusal)
{
  g_autoptr (GuardianConsentEntry) ended = take_out (broker, entry, event);
  if (ended == NULL)
    return;
  guardian_consent_apply_ended (broker->context, ended, refusal->reason);
  if (ended->summary)
    stay_paused (broker, ended);
  resume_waiters (ended, settle_refused, (gpointer) refusal);
}

static gboolean
lapsed (gpointer user_data)
{
  static const Refusal refusal = { "unanswered", "nobody answered in time", NULL };
  GuardianConsentEntry *entry = user_data;
  entry->timer = 0;
  end_refused (entry->broker, entry, GUARDIAN_QUESTION_LAPSE, &refusal);
  return G_SOURCE_REMOVE;
}

static void
start_clock (GuardianConsentEntry *entry)
{
  gint64 left = guardian_question_lapses_us (entry->question) - g_get_monotonic_time ();

  g_clear_handle_id (&entry->timer, g_source_remove);
  entry->timer = g_timeout_add ((guint) (MAX (left, 0) / 1000), lapsed, entry);
}

static gboolean
drawer_gone (const GuardianConsentEntry *entry, gconstpointer link)
{
  return entry->drawer == link;
}

static gboolean
waits_for_screen (const GuardianConsentEntry *entry, gconstpointer unused)
{
  return entry->for_screen && entry->drawer == NULL;
}

static gboolean
belongs_to (const GuardianConsentEntry *entry, gconstpointer session)
{
  return strcmp (entry->question->session, session) == 0;
}

static void
end_matching (GuardianConsentBroker *broker,
              gboolean (*matches) (const GuardianConsentEntry *entry, gconstpointer data),
              gconstpointer data, GuardianQuestionEvent event, const Refusal *refusal)
{
  for (guint i = broker->entries->len; i > 0; i--)
    if (i <= broker->entries->len && matches (broker->entries->pdata[i - 1], data))
      end_refused (broker, broker->entries->pdata[i - 1], event, refusal);
}

void
guardian_consent_broker_link_closed (GuardianConsentBroker *broker, GuardianLink *link)
{
  static const Refusal refusal = { "unanswered", "the question could not be shown any more", NULL };
  end_matching (broker, drawer_gone, link, GUARDIAN_QUESTION_LAPSE, &refusal);
}

void
guardian_consent_broker_screen_failed (GuardianConsentBroker *broker)
{
  static const Refusal refusal = { "unanswered", "the question could not be shown", NULL };
  end_matching (broker, waits_for_screen, NULL, GUARDIAN_QUESTION_LAPSE, &refusal);
}

void
guardian_consent_broker_session_ended (GuardianConsentBroker *broker, GuardianSession *session)
{
  static const Refusal refusal = { "unavailable", "the session has ended", NULL };
  end_matching (broker, belongs_to, session->id, GUARDIAN_QUESTION_CANCEL, &refusal);
}

void
guardian_consent_broker_forget (GuardianConsentBroker *broker, GuardianRequest *request)
{
  static const Refusal refusal = { "unavailable", "nobody asks any more", NULL };
  for (guint i = 0; i < broker->settling->len; i++)
    if (g_ptr_array_remove (((GuardianConsentEntry *) broker->settling->pdata[i])->waiters,
                            request))
      return;
  for (guint i = 0; i < broker->entries->len; i++)
    {
      GuardianConsentEntry *entry = broker->entries->pdata[i];
      if (!g_ptr_array_remove (entry->waiters, request))
        continue;
      if (entry->waiters->len == 0)
        end_refused (broker, entry, GUARDIAN_QUESTION_CANCEL, &refusal);
      return;
    }
}

/* --- asking --- */

static GuardianConsentEntry *
find_same (const GuardianConsentBroker *broker, const char *key)
{
  for (guint i = 0; i < broker->entries->len; i++)
    {
      GuardianConsentEntry *entry = broker->entries->pdata[i];
      if (strcmp (entry->question->key, key) == 0)
        return entry;
    }
  return NULL;
}

/* Takes entry: it waits from now on, or has been refused because nobody is there. */
static gboolean
pose (GuardianConsentBroker *broker, GuardianConsentEntry *entry, GuardianSession *session,
      const Refusal *nobody)
{
  g_ptr_array_add (broker->entries, entry);
  if (!route (broker, entry, session))
    {
      end_refused (broker, entry, GUARDIAN_QUESTION_LAPSE, nobody);
      return FALSE;
    }
  start_clock (entry);
  tell_watchers (broker, entry, NULL);
  return TRUE;
}

static GuardianStep
wait_for (GuardianConsentEntry *entry, GuardianRequest *request)
{
  g_ptr_array_add (entry->waiters, request);
  return guardian_pipeline_wait (request, GUARDIAN_REQUEST_ASK_PERSON);
}

static GuardianConsentEntry *
find_summary (const GuardianConsentBroker *broker, const GuardianSession *session)
{
  for (guint i = 0; i < broker->entries->len; i++)
    {
      GuardianConsentEntry *entry = broker->entries->pdata[i];
      if (entry->summary && strcmp (entry->question->session, session->id) == 0)
        return entry;
    }
  return NULL;
}

static GuardianStep
refuse_unasked (GuardianRequest *request, const GError *error)
{
  gboolean large = g_error_matches (error, GUARDIAN_QUESTION_ERROR, GUARDIAN_QUESTION_ERROR_SIZE);
  return guardian_request_refuse (
      request, "unavailable", large ? error->message : "the question could not be recorded", NULL);
}

/* Takes entry. */
static GuardianStep
ask (GuardianConsentBroker *broker, GuardianRequest *request, GuardianConsentEntry *taken,
     const GError *error)
{
  static const Refusal nobody
      = { "unanswered", "there is nobody to ask: no window, no terminal, no consent watch", NULL };
  g_autoptr (GuardianConsentEntry) entry = taken;

  if (entry == NULL || !guardian_consent_apply_asked (broker->context, entry))
    return refuse_unasked (request, error);
  GuardianConsentEntry *posed = g_steal_pointer (&entry);
  if (!pose (broker, posed, request->session, &nobody))
    return guardian_request_refuse (request, nobody.code, nobody.reason, "consent.nobody");
  return wait_for (posed, request);
}

/* It asks too often: what it asks for now waits for one answer about all of it. */
static GuardianStep
ask_summary (GuardianConsentBroker *broker, GuardianRequest *request)
{
  GuardianSession *session = request->session;
  GuardianConsentEntry *waiting = find_summary (broker, session);
  g_autoptr (GError) error = NULL;

  if (session->flood.denied || broker->entries->len >= GUARDIAN_CONSENT_BROKER_LIMIT)
    return guardian_request_refuse (request, "busy",
                                    "too many questions: the person has to be spoken to first",
                                    GUARDIAN_CONSENT_ENTRY_FLOOD);
  if (waiting != NULL)
    return wait_for (waiting, request);
  guardian_relay_say (session, "status",
                      "The agent asks too often and is paused until you say how it goes on.", NULL);
  GuardianConsentEntry *entry = guardian_consent_entry_new_summary (broker, session, &error);
  return ask (broker, request, entry, error);
}

GuardianStep
guardian_consent_broker_ask (GuardianConsentBroker *broker, GuardianRequest *request)
{
  g_autofree char *key = guardian_consent_entry_key (request);
  GuardianConsentEntry *same = find_same (broker, key);
  GuardianFlood *flood = &request->session->flood;
  g_autoptr (GError) error = NULL;

  if (same != NULL)
    return wait_for (same, request);
  g_autofree char *target = guardian_request_target (request);
  guardian_flood_note (flood, guardian_request_action (request),
                       request->destination != NULL ? target : NULL,
                       request->destination != NULL ? NULL : target);
  if (broker->entries->len >= GUARDIAN_CONSENT_BROKER_LIMIT
      || !guardian_flood_ask (flood, g_get_monotonic_time ()))
    return ask_summary (broker, request);
  GuardianConsentEntry *entry = guardian_consent_entry_new (broker, request, &error);
  return ask (broker, request, entry, error);
}

void
guardian_consent_broker_person_wrote (GuardianConsentBroker *broker, GuardianSession *session)
{
  GuardianConsentEntry *entry = find_summary (broker, session);

  guardian_flood_reset (&session->flood);
  g_autoptr (GuardianConsentEntry) ended
      = entry != NULL ? take_out (broker, entry, GUARDIAN_QUESTION_CANCEL) : NULL;
  if (ended == NULL)
    return;
  guardian_consent_apply_ended (broker->context, ended, "the person wrote to the agent");
  resume_waiters (ended, settle_resumed, NULL);
}

/* --- watching and drawing --- */

void
guardian_consent_broker_watch (GuardianConsentBroker *broker, GuardianLink *link)
{
  link->watches_consent = TRUE;
  for (guint i = 0; i < broker->entries->len; i++)
    {
      const GuardianConsentEntry *entry = broker->entries->pdata[i];
      GuardianConsentQueue queue = place_of (broker, entry);
      if (entry->drawer != link)
        guardian_consent_tell_question (entry, link, FALSE, &queue);
    }
}

void
guardian_consent_broker_screen_ready (GuardianConsentBroker *broker, GuardianLink *link)
{
  for (guint i = 0; i < broker->entries->len; i++)
    if (waits_for_screen (broker->entries->pdata[i], NULL))
      draw (broker, broker->entries->pdata[i], link);
}

/* --- answering --- */

static GuardianConsentEntry *
find_entry (const GuardianConsentBroker *broker, const char *id)
{
  GuardianConsentEntry *found = NULL;
  gsize size = id != NULL ? strlen (id) : 0;

  for (guint i = 0; size > 0 && i < broker->entries->len; i++)
    {
      GuardianConsentEntry *entry = broker->entries->pdata[i];
      if (strncmp (entry->question->id, id, size) != 0)
        continue;
      if (found != NULL)
        return NULL;
      found = entry;
    }
  return found;
}

static GuardianAnswerPeer
describe_peer (const GuardianConsentEntry *entry, const GuardianLink *link)
{
  GuardianAnswerPeer peer = { .kind = GUARDIAN_ANSWERER_COMMAND };
  if (link->role == CARDEA_ROLE_CONSENT)
    peer.kind = GUARDIAN_ANSWERER_WINDOW;
  else if (entry->drawer == link)
    peer.kind = GUARDIAN_ANSWERER_TERMINAL;
  peer.drew_it = entry->drawer == link;
  if (peer.drew_it)
    peer.drawn_for_ms = (g_get_monotonic_time () - entry->drawn_us) / 1000;
  return peer;
}

typedef struct {
  const char *grant; /* that the answer made; NULL: none */
  const GuardianAnswer *answer;
} Allowance;

static void
settle_allowed (GuardianRequest *request, gpointer user_data)
{
  const Allowance *allowance = user_data;
  /* All of a plan was shown, and all of it is allowed: for this once, whatever is remembered. */
  request->once = allowance->grant == NULL || request->plan != NULL;
  guardian_outgoing_answer (request, allowance->answer->treatment, allowance->answer->task);
  if (request->plan != NULL || (request->outgoing != NULL && allowance->grant == NULL))
    return;
  g_free (request->grant);
  request->grant = g_strdup (allowance->grant);
}

static void
allow (GuardianConsentBroker *broker, GuardianConsentEntry *entry, const GuardianAnswer *answer)
{
  static const Refusal failed
      = { "unavailable", "the answer could not be recorded: nothing is done without a record",
          NULL };
  g_autofree char *grant = NULL;

  if (!guardian_consent_apply_allowed (broker->context, entry, answer, &grant))
    {
      end_refused (broker, entry, GUARDIAN_QUESTION_DENY, &failed);
      return;
    }
  g_autoptr (GuardianConsentEntry) ended = take_out (broker, entry, GUARDIAN_QUESTION_ALLOW);
  GuardianSession *session = ended != NULL ? session_of (broker, ended) : NULL;
  if (session != NULL && ended->summary)
    guardian_flood_reset (&session->flood);
  Allowance allowance = { grant, answer };
  if (ended != NULL)
    resume_waiters (ended, ended->summary ? settle_resumed : settle_allowed, &allowance);
}

static void
deny (GuardianConsentBroker *broker, GuardianConsentEntry *entry, const GuardianAnswer *answer)
{
  Refusal refusal = { answer->code, answer->reason, answer->note };
  g_autofree char *id = g_strdup (entry->question->session);
  g_autoptr (GuardianConsentEntry) ended = take_out (broker, entry, GUARDIAN_QUESTION_DENY);

  if (ended == NULL)
    return;
  guardian_consent_apply_denied (broker->context, ended, answer);
  if (ended->summary)
    stay_paused (broker, ended);
  resume_waiters (ended, answer->spoken && !ended->summary ? settle_declined : settle_refused,
                  &refusal);
  GuardianSession *session = guardian_session_table_find (broker->context->sessions, id);
  if (session == NULL)
    return;
  guardian_flood_answered (&session->flood, FALSE);
  if (!answer->stop)
    return;
  guardian_relay_say (session, "refused", "You said no and stopped the agent.", NULL);
  guardian_session_end (session, "declined", "the person stopped the agent");
}

void
guardian_consent_broker_answer (GuardianConsentBroker *broker, GuardianLink *link,
                                CardeaMessage *message)
{
  GuardianConsentEntry *entry = find_entry (broker, cardea_message_get_string (message, "id"));
  const char *reason = NULL;
  GuardianAnswer answer;

  if (entry == NULL)
    {
      guardian_link_refuse (link, message, "not-found", "no such question waits any more");
      return;
    }
  GuardianAnswerPeer peer = describe_peer (entry, link);
  const char *code = guardian_answer_check (entry->question, message, &peer, &answer, &reason);
  if (code != NULL)
    {
      guardian_consent_apply_bad_answer (broker->context, entry, link, reason);
      guardian_link_refuse (link, message, code, reason);
      return;
    }
  guardian_link_done (link, message);
  if (answer.allow)
    {
      GuardianSession *session = session_of (broker, entry);
      if (session != NULL)
        guardian_flood_answered (&session->flood, TRUE);
      allow (broker, entry, &answer);
    }
  else
    deny (broker, entry, &answer);
}

void
guardian_consent_broker_focus (GuardianConsentBroker *broker, GuardianLink *link,
                               CardeaMessage *message)
{
  GuardianConsentEntry *entry = find_entry (broker, cardea_message_get_string (message, "id"));

  if (entry == NULL || entry->drawer != link)
    return;
  guardian_question_set_focused (entry->question, cardea_message_get_boolean (message, "focused"),
                                 g_get_monotonic_time ());
  start_clock (entry);
}
