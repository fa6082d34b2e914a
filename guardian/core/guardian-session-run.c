/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the front end for which program the person named and with which streams. Refuses what
 * policy refuses; where policy would ask, naming it was the answer. Known gap: of its arguments a
 * record holds the first sixteen kibibytes. */

#include "guardian/core/guardian-session-run.h"

#include "guardian/core/guardian-command.h"
#include "guardian/core/guardian-designation.h"
#include "guardian/core/guardian-exec.h"
#include "guardian/core/guardian-keyring.h"
#include "guardian/core/guardian-pool.h"
#include "guardian/core/guardian-record.h"
#include "guardian/core/guardian-relay.h"
#include "guardian/core/guardian-session-adopt.h"
#include "guardian/core/guardian-session-propose.h"
#include "guardian/core/guardian-credential-use.h"
#include "guardian/core/guardian-session-net.h"
#include "guardian/core/guardian-session-view.h"

#include "common/base/cardea-text.h"
#include "common/base/cardea-time.h"
#include "common/protocol/cardea-path-json.h"

#include <fcntl.h>
#include <unistd.h>

#define SESSION_VARIABLE "AGENT_SESSION_ID=" /* a program asks for badges with it */
#define LAUNCH_TIMEOUT_MS 20000u
#define REASON_CHARACTERS 250u /* what run.exited takes */
#define LOG_LOST "the log cannot be written: nothing is done without a record"

static gboolean
append (GuardianSession *session, const GuardianRecord *record, GuardianAuditDurability durability)
{
  g_autoptr (GError) error = NULL;

  if (guardian_record_append (session->context->audit, record, durability, NULL, &error))
    return TRUE;
  g_warning ("the log cannot be written: %s", error->message);
  guardian_session_end (session, "unavailable", LOG_LOST);
  return FALSE;
}

/* --- deciding --- */

static CardeaJson *
make_resource (const GuardianSession *session, const CardeaJson *arguments, gint64 count)
{
  CardeaJson *resource = cardea_json_new_object ();

  cardea_path_json_set (resource, "path", session->program);
  cardea_json_set (resource, "argv", cardea_json_copy (arguments));
  cardea_json_set_int (resource, "arguments", count);
  cardea_path_json_set (resource, "folder", session->folder);
  cardea_json_set_boolean (resource, "designated", TRUE);
  if (session->profile != NULL)
    cardea_json_set_string (resource, "profile", session->profile->name);
  return resource;
}

static CardeaJson *
make_input (const GuardianSession *session, const CardeaJson *resource)
{
  CardeaJson *input = cardea_json_new_object ();
  CardeaJson *subject = cardea_json_new_object ();
  CardeaJson *agent = cardea_json_new_object ();
  CardeaJson *context = cardea_json_new_object ();
  CardeaJson *history = cardea_json_new_object ();
  g_autofree char *now = cardea_time_format (g_get_real_time ());

  cardea_json_set_string (agent, "name", guardian_session_agent (session));
  if (session->context->user != NULL)
    cardea_json_set_string (subject, "user", session->context->user);
  cardea_json_set_int (subject, "uid", geteuid ());
  cardea_json_set_string (subject, "session", session->id);
  cardea_json_set (subject, "agent", agent);
  cardea_json_set (history, "labels_read", cardea_json_new_array ());
  cardea_json_set_boolean (history, "untrusted_input", FALSE);
  cardea_json_set_string (context, "time", now);
  cardea_json_set_string (context, "mode", guardian_session_mode_name (session));
  cardea_json_set (context, "session", history);
  cardea_json_set_string (context, "policy_revision",
                          guardian_policy_revision (session->context->policy));
  cardea_json_set (input, "subject", subject);
  cardea_json_set_string (input, "action", "exec.run");
  cardea_json_set (input, "resource", cardea_json_ref ((CardeaJson *) resource));
  cardea_json_set (input, "context", context);
  return input;
}

/* Written before anything is done with it. FALSE: it was refused, and the session ends. */
static gboolean
decide (GuardianSession *session, const CardeaJson *resource)
{
  g_autoptr (CardeaJson) input = make_input (session, resource);
  GuardianDecision decision = guardian_policy_decide (session->context->policy, input);
  gboolean refused = decision.effect == GUARDIAN_EFFECT_DENY;
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "decision", .session = session->id, .trace = session->trace,
                              .agent = guardian_session_agent (session), .action = "exec.run",
                              .effect = refused ? "deny" : "allow",
                              .policy = refused ? decision.policy : "designation",
                              GUARDIAN_RECORD_POLICY (session->context->policy),
                              .reason = refused ? decision.reason : "the person named it",
                              .resource = resource, .input = input);

  if (!append (session, &record, refused ? GUARDIAN_AUDIT_SYNCED : GUARDIAN_AUDIT_WRITTEN))
    return FALSE;
  if (!refused)
    return TRUE; /* sync_decision() follows */
  g_autofree char *reason = g_strdup_printf ("%s (rule %s)", decision.reason, decision.policy);
  guardian_session_end (session, "denied", reason);
  return FALSE;
}

/* --- launching --- */

static void
answer_opening (GuardianSession *session)
{
  g_autoptr (CardeaMessage) opening = g_steal_pointer (&session->opening);
  CardeaMessage *reply = cardea_message_new_reply (opening, "run.opened");

  cardea_message_set_session (reply, session->id);
  cardea_message_set_int (reply, "pid", session->pid);
  cardea_message_set_boolean (reply, "sealed", guardian_keyring_sealed (session->context->keyring));
  if (session->owner != NULL)
    guardian_link_send (session->owner, reply);
  else
    cardea_message_unref (reply);
}

static void
running (CardeaMessage *reply, gpointer user_data)
{
  GuardianSession *session = user_data;

  session->call = 0;
  if (guardian_session_adopt_refused (session, reply))
    return;
  if (reply == NULL || cardea_message_is (reply, "refused"))
    {
      const char *code = reply != NULL ? cardea_message_get_string (reply, "code") : "unavailable";
      const char *reason = reply != NULL ? cardea_message_get_string (reply, "reason")
                                         : "no sandbox can be built at the moment";
      guardian_session_end (session, code, reason);
      return;
    }
  g_clear_pointer (&session->spare, guardian_spare_drop);
  g_free (session->sandbox); /* the same, when it had waited */
  session->sandbox = g_strdup (cardea_message_get_string (reply, "sandbox"));
  session->pid = cardea_message_get_int (reply, "pid", 0);
  session->pidfd = cardea_message_take_fd (reply, "process");
  session->agent_sha256 = g_strdup (cardea_message_get_string (reply, "sha256"));
  session->layers = cardea_json_ref (cardea_message_get_json (reply, "layers"));
  g_autoptr (CardeaJson) extra = cardea_json_new_object ();
  cardea_json_set (extra, "layers", cardea_json_ref (session->layers));
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "launch", .session = session->id, .trace = session->trace,
                              .agent = guardian_session_agent (session),
                              .agent_sha256 = session->agent_sha256, .pid = session->pid,
                              .sandbox = session->sandbox, .action = "exec.run",
                              .outcome = "started", .extra = extra);
  if (!append (session, &record, GUARDIAN_AUDIT_WRITTEN))
    return;
  if (session->lost_view)
    guardian_session_end (session, "unavailable", GUARDIAN_SESSION_VIEW_LOST);
  else if (guardian_session_advance (session, GUARDIAN_SESSION_PROGRAM_RUNS))
    {
      g_clear_handle_id (&session->open_source, g_source_remove);
      guardian_pool_like (session->context->pool, session);
      if (session->exec != NULL)
        guardian_exec_started (session);
      else
        answer_opening (session);
    }
}

static void
append_all (CardeaJson *object, const char *name, char **texts)
{
  CardeaJson *list = cardea_json_new_array ();

  for (; *texts != NULL; texts++)
    cardea_json_append (list, cardea_json_new_string (*texts));
  cardea_json_set (object, name, list);
}

static CardeaJson *
describe_profile (const CardeaProfile *profile)
{
  CardeaJson *json = cardea_json_new_object ();

  cardea_json_set_string (json, "name", profile->name);
  cardea_json_set_string (json, "home", profile->own_home ? "own" : "shared");
  append_all (json, "pass", profile->pass);
  append_all (json, "set", profile->set);
  append_all (json, "proxy", profile->proxy);
  append_all (json, "authorities", profile->authorities);
  return json;
}

/* What an agent runs is a program that was pinned, with variables that policy looked at. */
static void
add_exec (const GuardianSession *session, CardeaMessage *request)
{
  GuardianExec *exec = session->exec;
  CardeaJson *environment = cardea_json_get (exec->command, "environment");
  CardeaJson *profile = cardea_json_new_object ();

  cardea_json_set_string (profile, "name", "exec");
  cardea_json_set_string (profile, "home", "shared");
  if (environment != NULL)
    cardea_json_set (profile, "set", cardea_json_ref (environment));
  cardea_message_set_json (request, "profile", profile);
  cardea_message_set_string (request, "plan", exec->plan);
  g_clear_pointer (&exec->plan, g_free); /* it is the launcher's to give up now */
}

CardeaMessage *
guardian_session_run_describe (const GuardianSession *session, const char *name)
{
  CardeaMessage *request = cardea_message_new (name);
  g_auto (GStrv) folders = guardian_session_view_folders (session);
  g_auto (GStrv) shared = guardian_session_view_shared (session);
  g_auto (GStrv) companions = cardea_message_get_paths (session->opening, "companions");
  CardeaJson *loopback = guardian_session_net_loopback (session);

  if (companions != NULL)
    cardea_message_set_paths (request, "companions", (const char *const *) companions);
  if (session->profile != NULL)
    cardea_message_set_json (request, "profile", describe_profile (session->profile));
  if (loopback != NULL)
    cardea_message_set_json (request, "loopback", loopback);
  cardea_message_set_path (request, "folder", guardian_session_view_beginning (session));
  cardea_message_set_path (request, "home", session->home);
  cardea_message_set_path (request, "program", session->program);
  cardea_message_set_boolean (request, "terminal",
                              cardea_message_get_boolean (session->opening, "terminal"));
  if (session->has_view || (session->spare != NULL && session->spare->has[GUARDIAN_SPARE_VIEW]))
    {
      cardea_message_set_paths (request, "folders", (const char *const *) folders);
      cardea_message_set_paths (request, "shared", (const char *const *) shared);
    }
  return request;
}

static void
add_placeholders (const GuardianSession *session, CardeaMessage *request)
{
  CardeaJson *placeholders = guardian_credential_use_placeholders (session->context->credentials);
  g_autofree char *id = g_strconcat (SESSION_VARIABLE, session->id, NULL);

  cardea_json_append (placeholders, cardea_json_new_string (id));
  cardea_message_set_json (request, "placeholders", placeholders);
}

/* A sandbox that waited may turn out to be lost: then all of it is needed once more. Where that
 * cannot be, its loss is a refusal. */
static void
hand_over (GuardianSession *session, CardeaMessage *request, const char *stream)
{
  int fd = cardea_message_peek_fd (session->opening, stream);
  int second = fd >= 0 && session->spare != NULL ? fcntl (fd, F_DUPFD_CLOEXEC, 0) : -1;

  if (second >= 0)
    cardea_message_set_fd (request, stream, second);
  else if (fd >= 0)
    {
      g_clear_pointer (&session->spare, guardian_spare_drop);
      cardea_message_move_fd (request, stream, session->opening, stream);
    }
}

void
guardian_session_run_launch (GuardianSession *session, CardeaMessage *taken_request)
{
  g_autoptr (CardeaMessage) request = taken_request;
  static const char *const streams[] = { "command", "input", "output", "error" };

  if (session->has_proxy)
    add_placeholders (session, request);
  for (gsize i = 0; i < G_N_ELEMENTS (streams); i++)
    hand_over (session, request, streams[i]);
  if (session->launch_recorded)
    session->call
        = guardian_workers_call (session->context->workers, GUARDIAN_WORKER_LAUNCH,
                                 g_steal_pointer (&request), LAUNCH_TIMEOUT_MS, running, session);
  if (session->call == 0)
    guardian_session_end (session, "unavailable", "no sandbox can be built at the moment");
}

/* With what the workers serve it through. */
static void
start (GuardianSession *session)
{
  CardeaMessage *request = guardian_session_run_describe (session, "launch.run");
  g_autoptr (CardeaMessage) view = g_steal_pointer (&session->view);
  g_autoptr (CardeaMessage) egress = g_steal_pointer (&session->egress);

  if (session->exec != NULL)
    add_exec (session, request);
  if (view != NULL)
    cardea_message_move_fd (request, "view", view, "door");
  if (egress != NULL)
    {
      cardea_message_move_fd (request, "egress", egress, "door");
      cardea_message_set_json (request, "authority",
                               cardea_json_ref (cardea_message_get_json (egress, "authority")));
    }
  guardian_session_run_launch (session, request);
}

/* --- its files and its way out, at the same time --- */

static void
start_when_open (GuardianSession *session)
{
  if (session->view_call == 0 && session->net_call == 0 && session->launch_recorded)
    start (session);
}

static void
egress_opened (CardeaMessage *reply, gpointer user_data)
{
  GuardianSession *session = user_data;

  session->net_call = 0;
  session->has_proxy = reply != NULL && cardea_message_is (reply, "egress.opened");
  if (!session->has_proxy && guardian_session_net_is_wanted (session))
    {
      guardian_session_end (session, "unavailable",
                            reply != NULL ? cardea_message_get_string (reply, "reason")
                                          : "the network cannot be reached at the moment");
      return;
    }
  if (session->has_proxy)
    session->egress = cardea_message_ref (reply);
  start_when_open (session);
}

/* Without the worker there is no way out, and a program that was promised none does without. */
static void
open_egress (GuardianSession *session)
{
  if (session->exec != NULL && session->exec->hosts == NULL)
    start_when_open (session);
  else if (!guardian_session_net_open (session, NULL, egress_opened))
    egress_opened (NULL, session);
}

static void
view_opened (CardeaMessage *reply, gpointer user_data)
{
  GuardianSession *session = user_data;

  session->view_call = 0;
  if (reply != NULL && cardea_message_is (reply, "view.opened"))
    {
      session->view = cardea_message_ref (reply);
      start_when_open (session);
      return;
    }
  session->has_view = FALSE;
  guardian_session_end (session, "unavailable",
                        reply != NULL ? cardea_message_get_string (reply, "reason")
                                      : "the program's files cannot be served at the moment");
}

/* Without FUSE the home is private and empty; what the person shared cannot be shown then. A home
 * of its own needs none. */
void
guardian_session_run_open (GuardianSession *session)
{
  g_auto (GStrv) folders = guardian_session_view_folders (session);
  gboolean wanted = session->files->len > 0 || folders[0] != NULL;
  gboolean has_own = session->profile != NULL && session->profile->own_home && folders[0] == NULL;
  const char *problem = NULL;

  if (!has_own && guardian_session_view_possible ())
    problem = guardian_session_view_open (session, NULL, view_opened)
                  ? NULL
                  : "the program's files cannot be served at the moment";
  else if (!has_own && wanted)
    problem = "this machine does not let us serve files (/dev/fuse)";
  if (problem != NULL)
    guardian_session_end (session, "unavailable", problem);
  else
    open_egress (session);
}

/* While the decision goes to the disk the workers make ready, or compare; what they answer is
 * looked at afterwards, so that nothing is launched before. */
static void
sync_decision (GuardianSession *session)
{
  g_autoptr (GError) error = NULL;

  session->launch_recorded = guardian_audit_sync (session->context->audit, &error);
  if (!session->launch_recorded)
    {
      g_warning ("the log cannot be written: %s", error->message);
      guardian_session_end (session, "unavailable", LOG_LOST);
    }
  else if (session->state == GUARDIAN_SESSION_LAUNCH && session->spare == NULL)
    start_when_open (session);
}

static void
launch (GuardianSession *session)
{
  g_autoptr (GError) error = NULL;
  gint64 count = 0;

  if (session->exec != NULL)
    {
      session->launch_recorded = TRUE; /* as its agent's request, after it was asked */
      guardian_session_run_open (session);
      return;
    }
  g_autoptr (CardeaJson) arguments = guardian_command_read (
      cardea_message_peek_fd (session->opening, "command"), session->program, &count, &error);

  if (arguments == NULL)
    {
      guardian_session_end (session, "malformed", error->message);
      return;
    }
  g_autoptr (CardeaJson) resource = make_resource (session, arguments, count);
  if (!decide (session, resource))
    return;
  if (!guardian_session_adopt (session))
    guardian_session_run_open (session);
  sync_decision (session);
}

/* --- what is shared with it --- */

static const struct {
  const char *field;
  GuardianGrantLevel level;
} shares[] = {
  { "readable", GUARDIAN_GRANT_READ },
  { "writable", GUARDIAN_GRANT_WRITE },
};

static void share_next (GuardianSession *session, guint share);

/* What is not there cannot be shared: that is no program that was not found. */
static const char *
share_code (const char *code)
{
  return g_strcmp0 (code, "not-found") == 0 ? "unsuitable" : code;
}

static void
take_shared (GuardianSession *session, GPtrArray *grants, const char *code, const char *reason,
             guint share)
{
  session->designation = NULL;
  if (grants == NULL)
    {
      guardian_session_end (session, share_code (code), reason);
      return;
    }
  guardian_relay_add_files (session, grants);
  share_next (session, share + 1);
}

static void
readable_shared (GPtrArray *grants, const char *code, const char *reason, gpointer user_data)
{
  take_shared (user_data, grants, code, reason, 0);
}

static void
writable_shared (GPtrArray *grants, const char *code, const char *reason, gpointer user_data)
{
  take_shared (user_data, grants, code, reason, 1);
}

static void
share_next (GuardianSession *session, guint share)
{
  static const GuardianDesignationDone done[] = { readable_shared, writable_shared };

  for (; share < G_N_ELEMENTS (shares); share++)
    {
      g_auto (GStrv) paths = cardea_message_get_paths (session->opening, shares[share].field);
      const GuardianDesignationTerms terms = {
        .session = session,
        .home = session->home,
        .folder = session->folder,
        .trace = session->trace,
        .origin = GUARDIAN_GRANT_DESIGNATED,
        .level = shares[share].level,
      };
      if (paths == NULL || paths[0] == NULL)
        continue;
      session->designation = guardian_designation_start (
          session->context, &terms, (const char *const *) paths, done[share], session);
      return;
    }
  if (guardian_session_advance (session, GUARDIAN_SESSION_FILES_GRANTED))
    launch (session);
}

void
guardian_session_run_share (GuardianSession *session)
{
  if (session->exec != NULL && !guardian_exec_share (session))
    return;
  share_next (session, 0);
}

/* --- while it runs --- */

void
guardian_session_run_exited (GuardianSession *session, const CardeaMessage *message)
{
  gint64 status = cardea_message_get_int (message, "status", -1);
  gint64 number = cardea_message_get_int (message, "signal", -1);

  if (session->exec != NULL)
    guardian_exec_exited (session, message);
  if (session->owner == NULL)
    return;
  CardeaMessage *event = cardea_message_new ("run.exited");
  cardea_message_set_session (event, session->id);
  cardea_message_set_trace (event, session->trace);
  if (status >= 0)
    cardea_message_set_int (event, "status", status);
  if (number >= 0)
    cardea_message_set_int (event, "signal", number);
  guardian_session_propose_tell (session, event);
  guardian_refusals_tell (&session->unasked, event);
  if (session->end_reason != NULL)
    {
      g_autofree char *reason = cardea_text_shorten (session->end_reason, REASON_CHARACTERS);
      cardea_message_set_string (event, "reason", reason);
    }
  guardian_link_send (session->owner, event);
}

void
guardian_session_run_signal (GuardianSession *session, gint64 number)
{
  if (session->sandbox == NULL || session->state != GUARDIAN_SESSION_READY)
    return;
  CardeaMessage *event = cardea_message_new ("launch.signal");
  cardea_message_set_string (event, "sandbox", session->sandbox);
  cardea_message_set_int (event, "signal", number);
  guardian_workers_send (session->context->workers, GUARDIAN_WORKER_LAUNCH, event);
}
