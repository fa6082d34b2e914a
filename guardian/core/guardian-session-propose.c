/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the view worker for which file a private copy is of. Refuses what the pipeline refuses.
 * Known gaps: what a program closed last is counted only when it was told before the program's own
 * end was. */

#include "guardian/core/guardian-session-propose.h"

#include "guardian/core/guardian-pipeline.h"
#include "guardian/core/guardian-session-table.h"

#define MESSAGE "view.propose"

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

guint
guardian_session_propose_left (const GuardianSession *session)
{
  return session->n_proposed - session->n_accepted;
}
