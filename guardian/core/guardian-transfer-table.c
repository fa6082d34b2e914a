/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the egress worker for how many bytes went where. Refuses nothing; whatever ends here is
 * recorded, also when nobody waits for it any more. Known gaps: none. */

#include "guardian/core/guardian-transfer-table.h"

#include "guardian/core/guardian-outgoing.h"
#include "guardian/core/guardian-record.h"

#include <string.h>

#define SESSION_ENDED "the session has ended"
#define CANCELLED "the agent did not want the rest"
#define REVOKED "this is not shared any more"
#define WORKER_GONE "the network cannot be reached any more"

typedef struct {
  GuardianSession *session;
  char *request; /* the agent's id */
  char *trace;
  char *grant;
  const char *action;
  CardeaJson *resource;
  const char *stopped; /* why it is being cut; NULL: it runs */
} Transfer;

struct _GuardianTransferTable {
  GuardianContext *context;
  GHashTable *transfers; /* egress.request's id → Transfer */
};

static void
transfer_free (gpointer data)
{
  Transfer *transfer = data;

  guardian_session_unref (transfer->session);
  cardea_json_unref (transfer->resource);
  g_free (transfer->request);
  g_free (transfer->trace);
  g_free (transfer->grant);
  g_free (transfer);
}

GuardianTransferTable *
guardian_transfer_table_new (GuardianContext *context)
{
  GuardianTransferTable *table = g_new0 (GuardianTransferTable, 1);
  table->context = context;
  table->transfers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, transfer_free);
  return table;
}

void
guardian_transfer_table_free (GuardianTransferTable *table)
{
  if (table == NULL)
    return;
  g_hash_table_unref (table->transfers);
  g_free (table);
}

gboolean
guardian_transfer_table_has_room (const GuardianTransferTable *table)
{
  return g_hash_table_size (table->transfers) < GUARDIAN_TRANSFER_TABLE_LIMIT;
}

void
guardian_transfer_table_add (GuardianTransferTable *table, const GuardianRequest *request)
{
  Transfer *transfer = g_new0 (Transfer, 1);

  transfer->session = guardian_session_ref (request->session);
  transfer->request = g_strdup (request->id);
  transfer->trace = g_strdup (request->session->trace);
  transfer->grant = g_strdup (request->grant);
  transfer->action = guardian_request_action (request);
  transfer->resource = guardian_outgoing_resource (request);
  g_hash_table_replace (table->transfers, g_strdup_printf ("%u", request->transfer), transfer);
}

static void
record (GuardianTransferTable *table, const Transfer *transfer, const char *reason, gint64 sent,
        gint64 received)
{
  const GuardianSession *session = transfer->session;
  g_autoptr (CardeaJson) facts = cardea_json_new_object ();
  g_autoptr (GError) error = NULL;

  cardea_json_set_int64_string (facts, "sent", sent);
  cardea_json_set_int64_string (facts, "received", received);
  GuardianRecord outcome
      = GUARDIAN_RECORD_INIT (.type = "outcome", .session = session->id,
                              .request = transfer->request, .trace = transfer->trace,
                              .agent = guardian_session_agent (session),
                              .agent_sha256 = session->agent_sha256, .sandbox = session->sandbox,
                              .pid = session->pid, .action = transfer->action,
                              .outcome = reason == NULL ? "done" : "broken", .reason = reason,
                              .resource = transfer->resource, .facts = facts);
  outcome.bytes = sent;
  if (!guardian_record_append (table->context->audit, &outcome, GUARDIAN_AUDIT_WRITTEN, NULL,
                               &error))
    g_warning ("the end of a transfer was not recorded: %s", error->message);
}

static void
tell_agent (const Transfer *transfer, const char *reason, gint64 sent, gint64 received)
{
  CardeaMessage *event = cardea_message_new ("net.finished");

  cardea_message_set_session (event, transfer->session->id);
  cardea_message_set_string (event, "target", transfer->request);
  cardea_message_set_int64 (event, "sent", sent);
  cardea_message_set_int64 (event, "received", received);
  cardea_message_set_string (event, "reason", reason);
  if (transfer->session->agent != NULL)
    guardian_link_send (transfer->session->agent, event);
  else
    cardea_message_unref (event);
}

/* Takes transfer. */
static void
end (GuardianTransferTable *table, Transfer *transfer, const char *reason, gint64 sent,
     gint64 received)
{
  GuardianGrant *grant = guardian_grant_table_get (table->context->grants, transfer->grant);
  const char *why = transfer->stopped != NULL ? transfer->stopped : reason;

  record (table, transfer, why, sent, received);
  guardian_flow_let_out (&transfer->session->flow, sent);
  if (grant != NULL)
    guardian_grant_table_used (table->context->grants, grant, sent);
  tell_agent (transfer, why, sent, received);
  transfer_free (transfer);
}

void
guardian_transfer_table_finished (GuardianTransferTable *table, const CardeaMessage *message)
{
  g_autofree char *key = NULL;
  gpointer stolen = NULL;
  Transfer *transfer = NULL;

  if (!g_hash_table_steal_extended (table->transfers, cardea_message_get_string (message, "target"),
                                    &stolen, (gpointer *) &transfer))
    return; /* its answer never came: that is its outcome */
  key = stolen;
  end (table, transfer, cardea_message_get_string (message, "reason"),
       cardea_message_get_int64 (message, "sent", 0),
       cardea_message_get_int64 (message, "received", 0));
}

/* What the worker had moved until then comes with egress.finished. */
static void
stop (GuardianTransferTable *table, const char *target, Transfer *transfer, const char *reason)
{
  CardeaMessage *event = cardea_message_new ("egress.stop");

  if (transfer->stopped == NULL)
    transfer->stopped = reason;
  cardea_message_set_string (event, "target", target);
  guardian_workers_send (table->context->workers, GUARDIAN_WORKER_EGRESS, event);
}

void
guardian_transfer_table_cancel (GuardianTransferTable *table, const GuardianSession *session,
                                const char *request)
{
  GHashTableIter iter;
  gpointer target, value;

  g_hash_table_iter_init (&iter, table->transfers);
  while (g_hash_table_iter_next (&iter, &target, &value))
    if (((Transfer *) value)->session == session
        && g_strcmp0 (((Transfer *) value)->request, request) == 0)
      stop (table, target, value, CANCELLED);
}

void
guardian_transfer_table_grant_ended (GuardianTransferTable *table, const char *grant)
{
  GHashTableIter iter;
  gpointer target, value;

  g_hash_table_iter_init (&iter, table->transfers);
  while (g_hash_table_iter_next (&iter, &target, &value))
    if (g_strcmp0 (((Transfer *) value)->grant, grant) == 0)
      stop (table, target, value, REVOKED);
}

void
guardian_transfer_table_session_ended (GuardianTransferTable *table, const GuardianSession *session)
{
  GHashTableIter iter;
  gpointer target, value;

  g_hash_table_iter_init (&iter, table->transfers);
  while (g_hash_table_iter_next (&iter, &target, &value))
    if (((Transfer *) value)->session == session)
      stop (table, target, value, SESSION_ENDED);
}

void
guardian_transfer_table_worker_died (GuardianTransferTable *table)
{
  GHashTableIter iter;
  gpointer target, value;

  g_hash_table_iter_init (&iter, table->transfers);
  while (g_hash_table_iter_next (&iter, &target, &value))
    {
      g_hash_table_iter_steal (&iter);
      g_free (target);
      end (table, value, WORKER_GONE, 0, 0);
      g_hash_table_iter_init (&iter, table->transfers);
    }
}
