/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-worker-events.h"

#include "guardian/core/guardian-aftermath.h"
#include "guardian/core/guardian-credential-use.h"
#include "guardian/core/guardian-login.h"
#include "guardian/core/guardian-keyring.h"
#include "guardian/core/guardian-pool.h"
#include "guardian/core/guardian-record.h"
#include "guardian/core/guardian-session-keep.h"
#include "guardian/core/guardian-session-propose.h"
#include "guardian/core/guardian-session-net.h"
#include "guardian/core/guardian-session-table.h"
#include "guardian/core/guardian-session-view.h"
#include "guardian/core/guardian-transfer-table.h"
#include "guardian/core/guardian-undo.h"

#include <string.h>

static void
append (GuardianContext *context, const GuardianRecord *record)
{
  g_autoptr (GError) error = NULL;
  if (!guardian_record_append (context->audit, record, GUARDIAN_AUDIT_WRITTEN, NULL, &error))
    g_warning ("%s was not recorded: %s", record->type, error->message);
}

static void
sandbox_exited (GuardianContext *context, CardeaMessage *message)
{
  GuardianSession *session = guardian_session_table_find_sandbox (
      context->sessions, cardea_message_get_string (message, "sandbox"));
  if (session != NULL)
    guardian_session_sandbox_exited (session, message);
  else
    guardian_pool_lost (context->pool, cardea_message_get_string (message, "sandbox"));
}

static void
sandbox_violation (GuardianContext *context, CardeaMessage *message)
{
  const char *sandbox = cardea_message_get_string (message, "sandbox");
  const GuardianSession *session = guardian_session_table_find_sandbox (context->sessions, sandbox);
  g_autoptr (CardeaJson) facts = cardea_json_new_object ();

  cardea_json_set_string (facts, "syscall", cardea_message_get_string (message, "syscall"));
  cardea_json_set_int (facts, "count", cardea_message_get_int (message, "count", 1));
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "violation", .session = session != NULL ? session->id : NULL,
                              .trace = session != NULL ? session->trace : NULL,
                              .agent = session != NULL ? guardian_session_agent (session) : NULL,
                              .sandbox = sandbox, .pid = cardea_message_get_int (message, "pid", 0),
                              .action = "syscall", .effect = "deny", .facts = facts,
                              .reason = "a system call the sandbox closes");
  append (context, &record);
}

static void
transfer_finished (GuardianContext *context, CardeaMessage *message)
{
  guardian_transfer_table_finished (context->transfers, message);
}

static const struct {
  const char *name;
  void (*handle) (GuardianContext *context, CardeaMessage *message);
} events[] = {
  { "launch.exited", sandbox_exited },
  { "launch.violation", sandbox_violation },
  { "view.ask", guardian_session_view_ask },
  { "view.cancel", guardian_session_view_cancel },
  { "view.did", guardian_session_view_did },
  { "view.ended", guardian_session_view_ended },
  { "view.kept", guardian_session_keep },
  { "view.left", guardian_session_keep_left },
  { "view.propose", guardian_session_propose },
  { "egress.ask", guardian_session_net_ask },
  { "egress.look", guardian_session_net_look },
  { "egress.badge", guardian_session_net_badge },
  { "egress.cancel", guardian_session_net_cancel },
  { "egress.moved", guardian_session_net_moved },
  { "egress.ended", guardian_session_net_ended },
  { "egress.logged", guardian_login_logged },
  { "egress.renewed", guardian_login_renewed },
  { "egress.token", guardian_credential_use_got_token },
  { "egress.refused", guardian_session_net_refused },
  { "egress.finished", transfer_finished },
};

static void
on_event (GuardianWorker worker, CardeaMessage *message, gpointer user_data)
{
  for (gsize i = 0; i < G_N_ELEMENTS (events); i++)
    if (cardea_message_is (message, events[i].name))
      events[i].handle (user_data, message);
}

/* Gives back what an answer brought that came too late. */
static void
on_stray (GuardianWorker worker, CardeaMessage *message, gpointer user_data)
{
  static const struct {
    const char *reply;
    const char *member;
    const char *undo;
  } undos[] = {
    { "files.resolved", "handle", "files.release" },
    { "launch.started", "sandbox", "launch.stop" },
    { "change.planned", "plan", "change.drop" },
    { "launch.prepared", "sandbox", "launch.stop" },
    { "launch.running", "sandbox", "launch.stop" },
  };
  GuardianContext *context = user_data;

  if (cardea_message_is (message, "change.committed")
      || cardea_message_is (message, "change.reverted"))
    guardian_aftermath_late (context, message);
  for (gsize i = 0; i < G_N_ELEMENTS (undos); i++)
    if (cardea_message_is (message, undos[i].reply))
      {
        CardeaMessage *undo = cardea_message_new (undos[i].undo);
        cardea_message_set_string (undo, undos[i].member,
                                   cardea_message_get_string (message, undos[i].member));
        if (worker == GUARDIAN_WORKER_LAUNCH)
          cardea_message_set_request (undo, "late");
        guardian_workers_send (context->workers, worker, undo);
      }
}

static void
on_up (GuardianWorker worker, gpointer user_data)
{
  GuardianContext *context = user_data;
  if (worker == GUARDIAN_WORKER_KEYS)
    guardian_keyring_worker_up (context->keyring);
  if (worker == GUARDIAN_WORKER_CHANGE)
    guardian_undo_worker_up (context->undo);
}

static void
forget_handles (GuardianSession *session, gpointer user_data)
{
  guardian_handle_table_forget (session->handles);
}

static void
end_sandbox (GuardianSession *session, gpointer user_data)
{
  guardian_session_launcher_died (session);
}

static void
on_down (GuardianWorker worker, const char *reason, gpointer user_data)
{
  GuardianContext *context = user_data;
  const char *name = guardian_worker_identity (worker)->name;
  g_autoptr (CardeaJson) facts = cardea_json_new_object ();

  if (context->stopping)
    return;
  g_warning ("the %s worker has ended: %s", name, reason);
  cardea_json_set_string (facts, "worker", name);
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "exit", .action = "worker", .facts = facts, .reason = reason);
  append (context, &record);
  if (worker == GUARDIAN_WORKER_LAUNCH || worker == GUARDIAN_WORKER_VIEW
      || worker == GUARDIAN_WORKER_EGRESS)
    guardian_pool_clear (context->pool);
  if (worker == GUARDIAN_WORKER_KEYS)
    guardian_keyring_worker_down (context->keyring);
  if (worker == GUARDIAN_WORKER_EGRESS)
    {
      guardian_credential_use_worker_down (context->credentials);
      guardian_login_worker_down (context->logins);
    }
  if (worker == GUARDIAN_WORKER_CHANGE)
    guardian_undo_worker_down (context->undo);
  if (worker == GUARDIAN_WORKER_FILES)
    guardian_session_table_foreach (context->sessions, forget_handles, NULL);
  if (worker == GUARDIAN_WORKER_VIEW)
    guardian_session_view_worker_died (context);
  if (worker == GUARDIAN_WORKER_EGRESS)
    guardian_session_net_worker_died (context);
  if (worker == GUARDIAN_WORKER_LAUNCH)
    guardian_session_table_foreach (context->sessions, end_sandbox, NULL);
}

const GuardianWorkersHandler guardian_worker_events
    = { .event = on_event, .stray = on_stray, .up = on_up, .down = on_down };
