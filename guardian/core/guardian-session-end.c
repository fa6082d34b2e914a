/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-badge-table.h"
#include "guardian/core/guardian-consent-broker.h"
#include "guardian/core/guardian-credential-use.h"
#include "guardian/core/guardian-designation.h"
#include "guardian/core/guardian-exec.h"
#include "guardian/core/guardian-idle.h"
#include "guardian/core/guardian-pipeline.h"
#include "guardian/core/guardian-pool.h"
#include "guardian/core/guardian-record.h"
#include "guardian/core/guardian-session-net.h"
#include "guardian/core/guardian-session-run.h"
#include "guardian/core/guardian-session-view.h"
#include "guardian/core/guardian-session-table.h"
#include "guardian/core/guardian-session.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-text.h"

#define VIEW_MS 1000u          /* until the view's last word is not waited for any more */
#define REASON_CHARACTERS 250u /* what session.ended takes; the record has all of it */

typedef struct {
  GuardianSessionEnded done;
  gpointer user_data;
} Ender;

/* Ends every authority at once, then the sandbox, then seals the log. Nothing here waits for a
 * decision, and a log that cannot be written stops nothing from being taken away. */

static void
record_end (GuardianSession *session, const GuardianRecord *record)
{
  g_autoptr (GError) error = NULL;
  if (!guardian_record_append (session->context->audit, record, GUARDIAN_AUDIT_WRITTEN, NULL,
                               &error))
    g_warning ("the end of session %s was not recorded: %s", session->id, error->message);
}

static void
tell_owner (GuardianSession *session)
{
  if (session->owner == NULL)
    return;
  CardeaMessage *message = cardea_message_new ("session.ended");
  cardea_message_set_session (message, session->id);
  cardea_message_set_trace (message, session->trace);
  g_autofree char *reason = cardea_text_shorten (session->end_reason, REASON_CHARACTERS);
  cardea_message_set_string (message, "reason", reason);
  guardian_link_send (session->owner, message);
}

static void
sealed (gboolean ok, gpointer user_data)
{
  g_autoptr (GuardianSession) session = user_data;
  g_autoptr (GPtrArray) enders = g_steal_pointer (&session->enders);

  if (!guardian_session_advance (session, GUARDIAN_SESSION_STOPPED))
    return;
  session->ended_us = g_get_real_time ();
  tell_owner (session);
  g_clear_pointer (&session->owner, guardian_link_unref);
  for (guint i = 0; enders != NULL && i < enders->len; i++)
    {
      const Ender *ender = enders->pdata[i];
      ender->done (ender->user_data);
    }
  guardian_pool_hurry (session->context->pool);
  guardian_session_table_prune (session->context->sessions);
  if (guardian_session_table_alive (session->context->sessions) == 0)
    guardian_credential_use_rest (session->context->credentials);
  guardian_idle_update (session->context->idle);
}

static void
sandbox_gone (GuardianSession *session)
{
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "session.end", .session = session->id,
                              .trace = session->trace, .agent = guardian_session_agent (session),
                              .agent_sha256 = session->agent_sha256, .sandbox = session->sandbox,
                              .reason = session->end_reason);
  record_end (session, &record);
  guardian_audit_checkpoint (session->context->audit, sealed, guardian_session_ref (session));
}

static void
stopped (CardeaMessage *reply, gpointer user_data)
{
  GuardianSession *session = user_data;
  session->call = 0;
  sandbox_gone (session);
}

static void
stop_sandbox (GuardianSession *session)
{
  if (session->sandbox != NULL)
    {
      CardeaMessage *request = cardea_message_new ("launch.stop");
      cardea_message_set_string (request, "sandbox", session->sandbox);
      session->call = guardian_workers_call (session->context->workers, GUARDIAN_WORKER_LAUNCH,
                                             request, GUARDIAN_SESSION_STOP_MS, stopped, session);
    }
  if (session->call == 0)
    sandbox_gone (session);
}

static void
revoke_all (GuardianSession *session)
{
  GuardianContext *context = session->context;

  if (guardian_capability_store_count (context->capabilities, session->id) > 0)
    {
      GuardianRecord record = GUARDIAN_RECORD_INIT (.type = "capability.revoke",
                                                    .session = session->id, .trace = session->trace,
                                                    .agent = guardian_session_agent (session),
                                                    .reason = "the session ends");
      record_end (session, &record);
    }
  guardian_capability_store_revoke_session (context->capabilities, session->id);
  guardian_badge_table_revoke_session (context->badges, session->id, "the session ends");
  guardian_grant_table_revoke_session (context->grants, session->id);
  guardian_pipeline_cancel_session (session);
  guardian_consent_broker_session_ended (context->consent, session);
  guardian_handle_table_close_all (session->handles);
}

static void
refuse_opening (GuardianSession *session, const char *code)
{
  g_autoptr (CardeaMessage) opening = g_steal_pointer (&session->opening);
  if (opening != NULL && session->owner != NULL)
    guardian_link_refuse (session->owner, opening, code, session->end_reason);
}

/* The program's own end, when it waited for the view's. */
static void
tell_exited (GuardianSession *session)
{
  g_autoptr (CardeaMessage) message = g_steal_pointer (&session->exited);

  g_clear_handle_id (&session->exited_source, g_source_remove);
  if (message != NULL)
    guardian_session_run_exited (session, message);
}

/* What was opened and not used goes, too. */
static void
cancel_calls (GuardianSession *session)
{
  guint *const calls[] = { &session->call, &session->view_call, &session->net_call };

  for (gsize i = 0; i < G_N_ELEMENTS (calls); i++)
    {
      guardian_workers_cancel (session->context->workers, *calls[i]);
      *calls[i] = 0;
    }
  g_clear_pointer (&session->view, cardea_message_unref);
  g_clear_pointer (&session->egress, cardea_message_unref);
}

void
guardian_session_end (GuardianSession *session, const char *code, const char *reason)
{
  if (session->state == GUARDIAN_SESSION_ENDING || session->state == GUARDIAN_SESSION_ENDED
      || !guardian_session_advance (session, GUARDIAN_SESSION_END))
    return;
  g_autoptr (GuardianSession) held = guardian_session_ref (session);
  tell_exited (session);
  session->end_reason = g_strdup (reason);
  g_clear_handle_id (&session->open_source, g_source_remove);
  cancel_calls (session);
  if (session->designation != NULL)
    guardian_designation_cancel (g_steal_pointer (&session->designation));
  revoke_all (session);
  refuse_opening (session, code);
  guardian_exec_end_all (session);
  if (session->exec != NULL)
    guardian_exec_ended (session, code);
  GuardianLink *agent = g_steal_pointer (&session->agent);
  if (agent != NULL)
    guardian_link_close (agent);
  guardian_spare_drop (g_steal_pointer (&session->spare));
  guardian_session_view_close (session); /* first: who waits there could not be killed */
  guardian_session_net_close (session);
  stop_sandbox (session);
}

void
guardian_session_when_ended (GuardianSession *session, GuardianSessionEnded done,
                             gpointer user_data)
{
  if (session->state == GUARDIAN_SESSION_ENDED)
    {
      done (user_data);
      return;
    }
  if (session->enders == NULL)
    session->enders = g_ptr_array_new_with_free_func (g_free);
  Ender ender = { done, user_data };
  g_ptr_array_add (session->enders, g_memdup2 (&ender, sizeof ender));
}

static void
record_exit (GuardianSession *session, const CardeaMessage *message)
{
  g_autoptr (CardeaJson) facts = cardea_json_new_object ();
  gint64 status = cardea_message_get_int (message, "status", -1);
  gint64 signal = cardea_message_get_int (message, "signal", -1);

  if (status >= 0)
    cardea_json_set_int (facts, "status", status);
  if (signal >= 0)
    cardea_json_set_int (facts, "signal", signal);
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "exit", .session = session->id, .trace = session->trace,
                              .agent = guardian_session_agent (session),
                              .agent_sha256 = session->agent_sha256, .pid = session->pid,
                              .sandbox = session->sandbox, .facts = facts,
                              .reason = cardea_message_get_string (message, "reason"));
  record_end (session, &record);
}

static void
end_exited (GuardianSession *session, const CardeaMessage *message)
{
  const char *reason = cardea_message_get_string (message, "reason");

  guardian_session_end (session, "unavailable",
                        reason != NULL             ? reason
                        : session->program != NULL ? "the program has ended"
                                                   : "the agent has ended");
}

void
guardian_session_view_told (GuardianSession *session)
{
  g_autoptr (CardeaMessage) message = cardea_message_ref (session->exited);

  end_exited (session, message);
}

static gboolean
view_late_cb (gpointer user_data)
{
  GuardianSession *session = user_data;

  session->exited_source = 0;
  guardian_session_view_told (session);
  return G_SOURCE_REMOVE;
}

void
guardian_session_sandbox_exited (GuardianSession *session, CardeaMessage *message)
{
  if (session->pid == 0) /* it had waited, and never ran: the answer to launch.run says so */
    {
      g_clear_pointer (&session->sandbox, g_free);
      return;
    }
  record_exit (session, message);
  if (session->state == GUARDIAN_SESSION_ENDING)
    {
      if (session->program != NULL)
        guardian_session_run_exited (session, message);
      return; /* the answer to launch.stop follows */
    }
  g_clear_pointer (&session->sandbox, g_free);
  if (session->program != NULL && session->exited == NULL)
    session->exited = cardea_message_ref (message);
  if (session->has_view)
    {
      /* What goes with the view is told with the program's end. */
      guardian_session_view_close (session);
      session->exited_source = g_timeout_add (VIEW_MS, view_late_cb, session);
    }
  else
    end_exited (session, message);
}

void
guardian_session_launcher_died (GuardianSession *session)
{
  if (session->state == GUARDIAN_SESSION_ENDING || session->sandbox == NULL)
    return;
  g_clear_pointer (&session->sandbox, g_free);
  guardian_session_end (session, "unavailable", "the sandbox has ended");
}
