/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-policy-change.h"

#include "guardian/core/guardian-grant-review.h"
#include "guardian/core/guardian-pool.h"
#include "guardian/core/guardian-record.h"
#include "guardian/core/guardian-relay.h"
#include "guardian/core/guardian-session-net.h"
#include "guardian/core/guardian-session-table.h"
#include "guardian/core/guardian-session-view.h"
#include "guardian/core/guardian-undo.h"

#include <string.h>

/* Capabilities name the policy they were issued under: those of before are good for nothing now. */
static void
renew_capability (GuardianSession *session, gpointer user_data)
{
  const char *reason = NULL;

  guardian_capability_store_revoke_session (session->context->capabilities, session->id);
  if (session->state != GUARDIAN_SESSION_READY || session->agent == NULL)
    return;
  g_autofree char *capability = guardian_relay_issue (session, &reason);
  if (capability == NULL)
    {
      g_warning ("%s", reason);
      return;
    }
  CardeaMessage *event = cardea_message_new ("capability.changed");
  cardea_message_set_session (event, session->id);
  cardea_message_set_string (event, "capability", capability);
  cardea_message_set_int (event, "seconds", GUARDIAN_SESSION_CAPABILITY_SECONDS);
  guardian_link_send (session->agent, event);
}

gboolean
guardian_policy_change_settle (GuardianContext *context, const char *before, const GError *problem)
{
  g_autoptr (GError) error = NULL;

  if (!guardian_record_policy (context->audit, context->policy, problem, &error))
    {
      g_warning ("the log cannot be written: %s", error->message);
      return FALSE;
    }
  if (problem != NULL || strcmp (before, guardian_policy_revision (context->policy)) == 0)
    return TRUE;
  guardian_grant_review (context);
  guardian_pool_clear (context->pool);
  guardian_session_view_policy_changed (context);
  guardian_session_net_policy_changed (context);
  guardian_undo_limits_changed (context->undo);
  guardian_session_table_foreach (context->sessions, renew_capability, NULL);
  return TRUE;
}
