/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-designation.h"
#include "guardian/core/guardian-exec.h"
#include "guardian/core/guardian-keyring.h"
#include "guardian/core/guardian-record.h"
#include "guardian/core/guardian-relay.h"
#include "guardian/core/guardian-session-model.h"
#include "guardian/core/guardian-session-net.h"
#include "guardian/core/guardian-session-run.h"
#include "guardian/core/guardian-session.h"

#include "common/base/cardea-autofd.h"
#include "common/protocol/cardea-path-json.h"

#define LAUNCH_TIMEOUT_MS 20000u
#define PROFILE "agent"

/* From session.open to the first turn, a function a state. Each ends in the next state's function
 * or in guardian_session_end(). */

static void
fail (GuardianSession *session, const char *code, const char *reason)
{
  guardian_session_end (session, code, reason);
}

static gboolean
record_start (GuardianSession *session, const GuardianRecord *record,
              GuardianAuditDurability durability)
{
  g_autoptr (GError) error = NULL;
  if (guardian_record_append (session->context->audit, record, durability, NULL, &error))
    return TRUE;
  g_warning ("the log cannot be written: %s", error->message);
  fail (session, "unavailable", "the log cannot be written: nothing is done without a record");
  return FALSE;
}

static gboolean
opening_late (gpointer user_data)
{
  GuardianSession *session = user_data;
  session->open_source = 0;
  fail (session, "unavailable", "the agent was not ready in time");
  return G_SOURCE_REMOVE;
}

/* --- LAUNCH -> ENROL --- */

static gboolean
take_sandbox (GuardianSession *session, CardeaMessage *reply)
{
  session->sandbox = g_strdup (cardea_message_get_string (reply, "sandbox"));
  session->pid = cardea_message_get_int (reply, "pid", 0);
  session->pidfd = cardea_message_take_fd (reply, "process");
  session->agent_sha256 = g_strdup (cardea_message_get_string (reply, "sha256"));
  session->layers = cardea_json_ref (cardea_message_get_json (reply, "layers"));
  g_autoptr (CardeaJson) extra = cardea_json_new_object ();
  cardea_json_set (extra, "layers", cardea_json_ref (session->layers));
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "launch", .session = session->id, .trace = session->trace,
                              .agent = GUARDIAN_AGENT_NAME, .agent_sha256 = session->agent_sha256,
                              .pid = session->pid, .sandbox = session->sandbox,
                              .action = "exec.run", .outcome = "started", .extra = extra);
  return record_start (session, &record, GUARDIAN_AUDIT_WRITTEN);
}

static void
launched (CardeaMessage *reply, gpointer user_data)
{
  GuardianSession *session = user_data;

  session->call = 0;
  if (reply == NULL || cardea_message_is (reply, "refused"))
    {
      const char *reason = reply != NULL ? cardea_message_get_string (reply, "reason")
                                         : "no sandbox can be built at the moment";
      fail (session, "unavailable", reason);
      return;
    }
  int channel = cardea_message_take_fd (reply, "channel");
  if (!take_sandbox (session, reply)
      || !guardian_session_advance (session, GUARDIAN_SESSION_LAUNCHED))
    {
      cardea_fd_clear (&channel);
      return;
    }
  g_autofree char *name = g_strconcat ("agent:", session->id, NULL);
  session->agent
      = guardian_link_new (session->context, channel, CARDEA_ROLE_AGENT, name, NULL, session);
}

static void
launch (GuardianSession *session)
{
  g_autofree char *reason = g_strdup_printf ("the %s profile in mode %s", PROFILE,
                                             guardian_session_mode_name (session));
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "decision", .session = session->id, .trace = session->trace,
                              .agent = GUARDIAN_AGENT_NAME, .action = "exec.run", .effect = "allow",
                              .policy = "designation",
                              GUARDIAN_RECORD_POLICY (session->context->policy), .reason = reason);
  if (!record_start (session, &record, GUARDIAN_AUDIT_SYNCED))
    return;

  CardeaMessage *request = cardea_message_new ("launch.start");
  cardea_message_set_string (request, "profile", PROFILE);
  cardea_message_set_path (request, "home", session->home);
  session->call = guardian_workers_call (session->context->workers, GUARDIAN_WORKER_LAUNCH, request,
                                         LAUNCH_TIMEOUT_MS, launched, session);
  if (session->call == 0)
    fail (session, "unavailable", "no sandbox can be built at the moment");
}

/* --- FILES -> LAUNCH --- */

/* FALSE: nothing of that kind was designated. */
static gboolean
grant_some (GuardianSession *session, const char *field, GuardianGrantLevel level,
            GuardianDesignationDone done)
{
  g_auto (GStrv) paths = cardea_message_get_paths (session->opening, field);
  const GuardianDesignationTerms terms = {
    .session = session,
    .home = session->home,
    .folder = session->folder,
    .trace = session->trace,
    .origin = GUARDIAN_GRANT_DESIGNATED,
    .level = level,
  };

  if (paths == NULL || paths[0] == NULL)
    return FALSE;
  session->designation = guardian_designation_start (session->context, &terms,
                                                     (const char *const *) paths, done, session);
  return TRUE;
}

static gboolean
take_granted (GuardianSession *session, GPtrArray *grants, const char *code, const char *reason)
{
  session->designation = NULL;
  if (grants != NULL)
    guardian_relay_add_files (session, grants);
  else
    fail (session, code, reason);
  return grants != NULL;
}

static void
all_granted (GuardianSession *session)
{
  if (guardian_session_advance (session, GUARDIAN_SESSION_FILES_GRANTED))
    launch (session);
}

static void
writable_granted (GPtrArray *grants, const char *code, const char *reason, gpointer user_data)
{
  if (take_granted (user_data, grants, code, reason))
    all_granted (user_data);
}

static void
files_granted (GPtrArray *grants, const char *code, const char *reason, gpointer user_data)
{
  if (take_granted (user_data, grants, code, reason)
      && !grant_some (user_data, "writable", GUARDIAN_GRANT_WRITE, writable_granted))
    all_granted (user_data);
}

static void
grant_files (GuardianSession *session)
{
  if (!grant_some (session, "files", GUARDIAN_GRANT_READ, files_granted)
      && !grant_some (session, "writable", GUARDIAN_GRANT_WRITE, writable_granted))
    all_granted (session);
}

static void
begin (GuardianSession *session)
{
  g_autofree char *reason = NULL;
  const char *code = NULL;
  g_autoptr (CardeaJson) extra = cardea_json_new_object ();
  if (session->title != NULL)
    cardea_json_set_string (extra, "title", session->title);
  cardea_path_json_set (extra, "folder", session->folder);
  if (session->foreign != NULL)
    cardea_json_set_string (extra, "foreign", session->foreign);
  g_autoptr (CardeaJson) facts = cardea_json_new_object ();
  if (session->exec != NULL)
    cardea_json_set_string (facts, "parent", session->exec->parent->id);
  cardea_json_set_string (facts, "mode", guardian_session_mode_name (session));
  if (session->endpoint != NULL)
    cardea_json_set (extra, "model", guardian_model_to_endpoint (session->endpoint));
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "session.start", .session = session->id,
                              .trace = session->trace, .facts = facts,
                              .agent = guardian_session_agent (session),
                              .pid = session->owner != NULL ? session->owner->identity.pid : 0,
                              .extra = extra);

  if (!record_start (session, &record, GUARDIAN_AUDIT_WRITTEN))
    return;
  if (guardian_session_net_share (session, &code, &reason))
    code = guardian_session_model_share (session, &reason);
  if (code != NULL)
    {
      fail (session, code, reason);
      return;
    }
  if (session->program != NULL)
    guardian_session_run_share (session);
  else
    grant_files (session);
}

/* --- KEYS -> FILES --- */

static void
keys_opened (const char *code, const char *reason, gpointer user_data)
{
  g_autoptr (GuardianSession) session = user_data;
  g_autofree char *problem = NULL;

  if (session->state != GUARDIAN_SESSION_KEYS)
    return;
  if (code == NULL && session->program == NULL)
    {
      code = guardian_session_model_choose (session, &problem);
      reason = problem;
    }
  if (code != NULL)
    {
      fail (session, code, reason);
      return;
    }
  if (guardian_session_advance (session, GUARDIAN_SESSION_KEYS_OPENED))
    begin (session);
}

void
guardian_session_open (GuardianSession *session)
{
  session->open_source
      = g_timeout_add_seconds (GUARDIAN_SESSION_OPEN_SECONDS, opening_late, session);
  guardian_keyring_open (session->context->keyring, keys_opened, guardian_session_ref (session));
}

/* --- ENROL -> READY --- */

static void
answer_opening (GuardianSession *session)
{
  g_autoptr (CardeaMessage) opening = g_steal_pointer (&session->opening);
  CardeaMessage *reply = cardea_message_new_reply (opening, "session.opened");
  CardeaJson *files = cardea_json_new_array ();

  for (guint i = 0; i < session->files->len; i++)
    cardea_json_append (files, cardea_json_ref (session->files->pdata[i]));
  cardea_message_set_session (reply, session->id);
  cardea_message_set_json (reply, "files", files);
  cardea_message_set_boolean (reply, "sealed", guardian_keyring_sealed (session->context->keyring));
  if (session->endpoint != NULL)
    cardea_message_set_string (reply, "model", session->model);
  if (session->owner != NULL)
    guardian_link_send (session->owner, reply);
  else
    cardea_message_unref (reply);
}

/* What the front end joined to a program's streams; the agent speaks for that program from now on.
 */
static void
hand_over_foreign (GuardianSession *session, CardeaMessage *start)
{
  if (session->foreign == NULL)
    return;
  cardea_message_set_string (start, "foreign", session->foreign);
  cardea_message_set_path (start, "folder", session->folder);
  cardea_message_move_fd (start, "foreign_input", session->opening, "foreign_input");
  cardea_message_move_fd (start, "foreign_output", session->opening, "foreign_output");
}

void
guardian_session_agent_ready (GuardianSession *session, CardeaMessage *message)
{
  const char *reason = NULL;
  g_autofree char *capability = guardian_relay_issue (session, &reason);

  if (capability == NULL)
    {
      guardian_link_refuse (session->agent, message, "unavailable", reason);
      fail (session, "unavailable", reason);
      return;
    }
  if (!guardian_session_advance (session, GUARDIAN_SESSION_AGENT_READY))
    {
      guardian_link_refuse (session->agent, message, "malformed", "this cannot be said now");
      return;
    }
  g_clear_handle_id (&session->open_source, g_source_remove);
  guardian_link_set_greeted (session->agent);
  CardeaMessage *reply = cardea_message_new_reply (message, "agent.start");
  cardea_message_set_session (reply, session->id);
  cardea_message_set_string (reply, "capability", capability);
  cardea_message_set_int (reply, "seconds", GUARDIAN_SESSION_CAPABILITY_SECONDS);
  if (session->model != NULL)
    cardea_message_set_string (reply, "model", session->model);
  if (session->endpoint != NULL)
    cardea_message_set_json (reply, "endpoint", guardian_model_to_endpoint (session->endpoint));
  cardea_message_set_json (reply, "files", guardian_relay_agent_files (session->files));
  hand_over_foreign (session, reply);
  guardian_link_send (session->agent, reply);
  answer_opening (session);
}
