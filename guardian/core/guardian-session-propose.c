/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the view worker for which file a private copy is of, and what is new. Refuses what the
 * pipeline refuses. Known gaps: none. */

#include "guardian/core/guardian-session-propose.h"

#include "guardian/core/guardian-pipeline.h"
#include "guardian/core/guardian-session-table.h"

#include "common/base/cardea-text.h"

#include <string.h>

#define MESSAGE "view.propose"
#define UNKEPT_CHARACTERS 300u

void
guardian_session_propose (GuardianContext *context, CardeaMessage *message)
{
  GuardianSession *session = guardian_session_table_meant (context->sessions, message);
  const GuardianAction *action = guardian_action_table_find ("file.change");

  if (session == NULL || action == NULL)
    return;
  session->n_proposed++;
  guardian_pipeline_start_worker (session, message, action, GUARDIAN_ASKER_VIEW);
}

gboolean
guardian_session_propose_is (const GuardianRequest *request)
{
  return cardea_message_is (request->message, MESSAGE);
}

void
guardian_session_propose_settle (GuardianRequest *request)
{
  CardeaMessage *event = cardea_message_new ("view.judged");

  if (request->code == NULL)
    request->session->n_accepted++;
  cardea_message_set_session (event, request->session->id);
  cardea_message_set_string (event, "id", request->id);
  cardea_message_set_boolean (event, "refused", request->code != NULL);
  guardian_workers_send (request->context->workers, GUARDIAN_WORKER_VIEW, event);
}

void
guardian_session_propose_ended (GuardianSession *session, const CardeaMessage *message)
{
  const char *first = cardea_message_get_path (message, "first");

  if (first == NULL)
    return;
  g_autofree char *shown = cardea_text_escape (first, strlen (first), NULL);
  session->n_unkept = (guint) cardea_message_get_int (message, "unkept", 0);
  g_free (session->unkept);
  session->unkept = cardea_text_shorten (shown, UNKEPT_CHARACTERS);
}

void
guardian_session_propose_tell (const GuardianSession *session, CardeaMessage *event)
{
  if (session->n_proposed > session->n_accepted)
    cardea_message_set_int (event, "discarded", session->n_proposed - session->n_accepted);
  if (session->n_unkept == 0 || session->unkept == NULL)
    return;
  cardea_message_set_int (event, "unkept", session->n_unkept);
  cardea_message_set_string (event, "unkept_what", session->unkept);
}
