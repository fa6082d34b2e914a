/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts that the link is the session's agent: the core made it over the pair that came with the
 * sandbox. Refuses tokens that are not good for this very link. Known gaps: none. */

#include "guardian/core/guardian-agent.h"

#include "guardian/core/guardian-dispatch.h"
#include "guardian/core/guardian-exec.h"
#include "guardian/core/guardian-pipeline.h"
#include "guardian/core/guardian-record.h"
#include "guardian/core/guardian-relay.h"
#include "guardian/core/guardian-transfer-table.h"

void
guardian_agent_ready (GuardianLink *link, CardeaMessage *message)
{
  guardian_session_agent_ready (link->session, message);
}

const char *
guardian_agent_check (GuardianLink *link, const char *token, const char *action,
                      GuardianCapability **ret_capability)
{
  GuardianContext *context = link->context;
  GuardianCapabilityUse use = {
    .session = link->session->id,
    .peer = link->channel != NULL ? cardea_channel_peer_thumbprint (link->channel) : NULL,
    .action = action,
    .policy = guardian_policy_revision (context->policy),
  };
  GuardianCapabilityVerdict verdict
      = guardian_capability_store_check (context->capabilities, token, &use, ret_capability);

  return verdict == GUARDIAN_CAPABILITY_GOOD ? NULL : guardian_capability_verdict_text (verdict);
}

static void
count_refusal (GuardianSession *session)
{
  g_autoptr (GuardianSession) held = guardian_session_ref (session);

  session->n_refusals++;
  if (session->n_refusals > GUARDIAN_SESSION_REFUSALS_LIMIT)
    guardian_session_end (session, "denied", "the agent was refused too often");
}

void
guardian_agent_misbehaves (GuardianLink *link, const char *what)
{
  guardian_dispatch_violation (link, what);
  count_refusal (link->session);
}

static void
record_bad_token (GuardianLink *link, const CardeaMessage *message, const char *reason)
{
  const GuardianSession *session = link->session;
  g_autoptr (GError) error = NULL;
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "violation", .session = session->id,
                              .request = cardea_message_request (message), .trace = session->trace,
                              .agent = GUARDIAN_AGENT_NAME, .sandbox = session->sandbox,
                              .pid = session->pid, .action = cardea_message_name (message),
                              .effect = "deny", .reason = reason);

  if (!guardian_record_append (link->context->audit, &record, GUARDIAN_AUDIT_WRITTEN, NULL, &error))
    g_warning ("a violation was not recorded: %s", error->message);
}

void
guardian_agent_renew (GuardianLink *link, CardeaMessage *message)
{
  /* Any action the token covers will do: what is asked is whether it is still good. */
  const char *reason = guardian_agent_check (
      link, cardea_message_get_string (message, "capability"), "file.read", NULL);

  if (reason != NULL)
    {
      record_bad_token (link, message, reason);
      guardian_link_refuse (link, message, "unauthorized", reason);
      count_refusal (link->session);
      return;
    }
  g_autofree char *capability = guardian_relay_issue (link->session, &reason);
  if (capability == NULL)
    {
      guardian_link_refuse (link, message, "busy", reason);
      count_refusal (link->session);
      return;
    }
  CardeaMessage *reply = cardea_message_new_reply (message, "capability.issued");
  cardea_message_set_string (reply, "capability", capability);
  cardea_message_set_int (reply, "seconds", GUARDIAN_SESSION_CAPABILITY_SECONDS);
  guardian_link_send (link, reply);
}

void
guardian_agent_chat_event (GuardianLink *link, CardeaMessage *message)
{
  guardian_relay_agent (link->session, message);
}

void
guardian_agent_net_cancel (GuardianLink *link, CardeaMessage *message)
{
  const char *target = cardea_message_get_string (message, "target");

  guardian_pipeline_cancel (link->session, target, GUARDIAN_ASKER_AGENT);
  guardian_transfer_table_cancel (link->context->transfers, link->session, target);
}

void
guardian_agent_exec_cancel (GuardianLink *link, CardeaMessage *message)
{
  const char *target = cardea_message_get_string (message, "target");

  guardian_pipeline_cancel (link->session, target, GUARDIAN_ASKER_AGENT);
  guardian_exec_cancel (link->session, target);
}
