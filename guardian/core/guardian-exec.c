/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the launch worker for which program and scripts are pinned, the pipeline for having asked
 * and recorded before it starts anything. Refuses more than a few at once, and to let what was
 * listed be anything else than what was resolved: grants are made of the resolved objects, by
 * device and inode. Known gap: what a program prints comes out of its files; it is labelled as they
 * are, and not looked into. */

#include "guardian/core/guardian-exec.h"

#include "guardian/core/guardian-exec-net.h"
#include "guardian/core/guardian-pipeline.h"
#include "guardian/core/guardian-record.h"
#include "guardian/core/guardian-relay.h"
#include "guardian/core/guardian-session-propose.h"
#include "guardian/core/guardian-session-table.h"
#include "guardian/core/guardian-settings.h"

#include "common/base/cardea-autofd.h"
#include "common/protocol/cardea-descriptor.h"
#include "common/protocol/cardea-path-json.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#define NAME_CHARACTERS 64u

/* --- what is asked for --- */

static void
share_free (gpointer data)
{
  GuardianExecShare *share = data;

  g_free (share->asked);
  g_free (share->grant);
  guardian_object_free (share->object);
  g_free (share);
}

static void
drop_plan (GuardianExec *exec, GuardianWorkers *workers)
{
  if (exec->plan == NULL)
    return;
  CardeaMessage *event = cardea_message_new ("launch.forget");
  cardea_message_set_string (event, "plan", exec->plan);
  guardian_workers_send (workers, GUARDIAN_WORKER_LAUNCH, event);
  g_clear_pointer (&exec->plan, g_free);
}

void
guardian_exec_free (GuardianExec *exec, GuardianWorkers *workers)
{
  if (exec == NULL)
    return;
  drop_plan (exec, workers);
  g_clear_handle_id (&exec->timer, g_source_remove);
  cardea_fd_clear (&exec->output);
  cardea_fd_clear (&exec->errors);
  g_clear_pointer (&exec->parent, guardian_session_unref);
  g_clear_pointer (&exec->command, cardea_json_unref);
  g_clear_pointer (&exec->pinned, cardea_json_unref);
  g_clear_pointer (&exec->hosts, cardea_json_unref);
  g_clear_pointer (&exec->resource, cardea_json_unref);
  g_ptr_array_unref (exec->shares);
  g_free (exec->folder);
  g_free (exec->program);
  g_free (exec->plan);
  g_free (exec->id);
  g_free (exec);
}

/* A list of texts without NUL; empty ones only where they may be. */
static gboolean
is_list (const CardeaJson *list, guint least, guint most)
{
  guint count = cardea_json_size (list);

  if (list == NULL || cardea_json_type (list) != CARDEA_JSON_ARRAY || count < least || count > most)
    return FALSE;
  for (guint i = 0; i < count; i++)
    if (cardea_json_string (cardea_json_nth (list, i)) == NULL)
      return FALSE;
  return TRUE;
}

/* NAME=VALUE; which names are good is policy's. */
static gboolean
is_variable (const char *text)
{
  gsize size = strcspn (text, "=");

  for (gsize i = 0; i < size; i++)
    if (!g_ascii_isalnum (text[i]) && text[i] != '_')
      return FALSE;
  return size > 0 && text[size] == '=' && !g_ascii_isdigit (text[0]);
}

static const char *
check_command (const CardeaJson *command)
{
  const CardeaJson *argv = cardea_json_get (command, "argv");
  const CardeaJson *environment = cardea_json_get (command, "environment");

  if (!is_list (argv, 1, GUARDIAN_EXEC_ARGUMENTS_LIMIT)
      || cardea_json_string (cardea_json_nth (argv, 0))[0] == '\0')
    return "these are no arguments of a program";
  if (cardea_json_size (command) != (environment != NULL ? 2u : 1u))
    return "a command has arguments and an environment, nothing else";
  if (environment != NULL && !is_list (environment, 0, GUARDIAN_EXEC_VARIABLES_LIMIT))
    return "this is no environment";
  for (guint i = 0; i < cardea_json_size (environment); i++)
    if (!is_variable (cardea_json_string (cardea_json_nth (environment, i))))
      return "this is no environment";
  return NULL;
}

/* Absolute, as far as that can be said without looking. A bare name that was shared with the
 * session means that file. The caller owns it. */
static char *
absolute (const GuardianRequest *request, const char *path)
{
  const GuardianSession *session = request->session;
  const char *shared
      = strchr (path, '/') == NULL
            ? guardian_grant_table_find_name (request->context->grants, session->id, path)
            : NULL;
  g_autofree char *full = NULL;

  if (shared != NULL)
    return g_strdup (shared);
  if (path[0] == '~' && (path[1] == '/' || path[1] == '\0'))
    full = g_strconcat (session->home, path + 1, NULL);
  else
    full = path[0] == '/' ? g_strdup (path) : g_build_filename (session->folder, path, NULL);
  return g_canonicalize_filename (full, "/");
}

static void
add_shares (GuardianExec *exec, const GuardianRequest *request, const char *field,
            GuardianGrantLevel level)
{
  g_auto (GStrv) paths = cardea_message_get_paths (request->message, field);

  for (char **path = paths; path != NULL && *path != NULL; path++)
    {
      GuardianExecShare *share = g_new0 (GuardianExecShare, 1);
      share->asked = absolute (request, *path);
      share->level = level;
      g_ptr_array_add (exec->shares, share);
    }
}

/* Where everything may be read and run by anybody. */
static gboolean
is_system (const char *path)
{
  static const char *const folders[] = { "/usr/", "/bin/", "/sbin/", "/lib/", "/lib64/" };

  for (gsize i = 0; i < G_N_ELEMENTS (folders); i++)
    if (g_str_has_prefix (path, folders[i]))
      return TRUE;
  return FALSE;
}

void
guardian_exec_add_program (GuardianExec *exec, const char *path)
{
  GuardianExecShare *share = g_new0 (GuardianExecShare, 1);

  share->asked = g_strdup (path);
  share->level = GUARDIAN_GRANT_READ;
  share->program = TRUE;
  g_ptr_array_add (exec->shares, share);
}

/* What an agent may learn of a program that it names by a path is what it may learn of any file:
 * nothing looks into it before that is decided. */
static void
name_program (GuardianExec *exec, const GuardianRequest *request)
{
  const CardeaJson *argv = cardea_json_get (exec->command, "argv");
  const char *name = cardea_json_string (cardea_json_nth (argv, 0));
  g_autofree char *path = name[0] == '/' ? absolute (request, name) : NULL;

  if (path != NULL && !is_system (path))
    guardian_exec_add_program (exec, path);
}

GuardianExec *
guardian_exec_new (const GuardianRequest *request, const char **ret_reason)
{
  CardeaJson *command = cardea_message_get_json (request->message, "command");
  const char *folder = cardea_message_get_path (request->message, "folder");

  *ret_reason = check_command (command);
  if (*ret_reason != NULL)
    return NULL;
  GuardianExec *exec = g_new0 (GuardianExec, 1);
  exec->output = exec->errors = -1;
  exec->status = exec->signal = -1;
  exec->command = cardea_json_ref (command);
  exec->folder = folder != NULL ? absolute (request, folder) : g_strdup (request->session->home);
  exec->seconds = (guint) MIN (
      cardea_message_get_int (request->message, "timeout", GUARDIAN_EXEC_SECONDS),
      guardian_settings_get_int (request->session->context->settings, "exec.seconds"));
  if (cardea_message_get_boolean (request->message, "network"))
    exec->hosts = guardian_exec_net_hosts (request->session);
  exec->shares = g_ptr_array_new_with_free_func (share_free);
  name_program (exec, request);
  add_shares (exec, request, "readable", GUARDIAN_GRANT_READ);
  add_shares (exec, request, "writable", GUARDIAN_GRANT_WRITE);
  return exec;
}

/* --- its own session --- */

static void
append_text (GByteArray *bytes, const char *text)
{
  g_byte_array_append (bytes, (const guint8 *) text, (guint) strlen (text) + 1);
}

/* objects.md, Command, without an environment: what was allowed of that is set by the launcher. */
static int
make_command (const GuardianExec *exec)
{
  const CardeaJson *argv = cardea_json_get (exec->command, "argv");
  g_autoptr (GByteArray) bytes = g_byte_array_new ();
  g_autofree char *count = g_strdup_printf ("%u", cardea_json_size (argv));

  append_text (bytes, count);
  for (guint i = 0; i < cardea_json_size (argv); i++)
    append_text (bytes, cardea_json_string (cardea_json_nth (argv, i)));
  return cardea_descriptor_new_memfd ("command", bytes->data, bytes->len);
}

/* One end of a pipe for the program, the other for the agent. */
static gboolean
add_stream (CardeaMessage *opening, const char *name, int *ret_ours)
{
  int ends[2];

  if (pipe2 (ends, O_CLOEXEC) != 0)
    return FALSE;
  *ret_ours = ends[0];
  cardea_message_set_fd (opening, name, ends[1]);
  return TRUE;
}

static CardeaMessage *
make_opening (GuardianRequest *request)
{
  GuardianExec *exec = request->exec;
  const GuardianSession *parent = request->session;
  g_autoptr (CardeaMessage) opening = cardea_message_new ("run.open");
  g_autofree char *name = g_path_get_basename (exec->program);
  g_autofree char *valid = g_utf8_make_valid (name, -1);
  g_autofree char *title
      = g_utf8_substring (valid, 0, MIN ((glong) NAME_CHARACTERS, g_utf8_strlen (valid, -1)));
  int command = make_command (exec);

  if (command < 0)
    return NULL;
  cardea_message_set_fd (opening, "command", command);
  if (!add_stream (opening, "output", &exec->output)
      || !add_stream (opening, "error", &exec->errors))
    return NULL;
  cardea_message_set_trace (opening, parent->trace);
  cardea_message_set_string (opening, "title", title);
  cardea_message_set_string (opening, "mode", "deny");
  cardea_message_set_path (opening, "program", exec->program);
  cardea_message_set_path (opening, "folder", exec->folder);
  cardea_message_set_path (opening, "home", parent->home);
  return g_steal_pointer (&opening);
}

static guint
count_running (const GuardianSession *parent)
{
  GPtrArray *sessions = guardian_session_table_list (parent->context->sessions);
  guint count = 0;

  for (guint i = 0; i < sessions->len; i++)
    {
      const GuardianSession *session = sessions->pdata[i];
      count += session->exec != NULL && session->exec->parent == parent
               && session->state != GUARDIAN_SESSION_ENDED;
    }
  return count;
}

static gboolean
refuse (GuardianRequest *request, const char *code, const char *reason)
{
  guardian_request_refuse (request, code, reason, NULL);
  return FALSE;
}

gboolean
guardian_exec_start (GuardianRequest *request)
{
  GuardianSession *parent = request->session;

  if (count_running (parent) >= GUARDIAN_EXEC_RUNNING_LIMIT)
    return refuse (request, "busy", "too many programs run at the same time");
  g_autoptr (CardeaMessage) opening = make_opening (request);
  if (opening == NULL)
    return refuse (request, "unavailable", "no more descriptors can be had at the moment");
  GuardianExec *exec = g_steal_pointer (&request->exec);
  request->n_shares = exec->shares->len;
  exec->parent = guardian_session_ref (parent);
  exec->request = request;
  exec->id = g_strdup (request->id);
  GuardianSession *session = guardian_session_new_exec (parent->context, opening, exec);
  if (!guardian_session_table_add (parent->context->sessions, guardian_session_ref (session)))
    {
      exec->request = NULL;
      guardian_session_unref (session);
      return refuse (request, "busy", "too many sessions at once");
    }
  guardian_session_open (session);
  guardian_session_unref (session);
  request->waits_exec = request->code == NULL;
  return request->waits_exec;
}

static gboolean
too_long (gpointer user_data)
{
  GuardianSession *session = user_data;
  g_autofree char *reason
      = g_strdup_printf ("it was ended after %u seconds", session->exec->seconds);

  session->exec->timer = 0;
  guardian_session_end (session, "unavailable", reason);
  return G_SOURCE_REMOVE;
}

void
guardian_exec_started (GuardianSession *session)
{
  GuardianExec *exec = session->exec;
  GuardianRequest *request = g_steal_pointer (&exec->request);

  exec->runs = TRUE;
  exec->timer = g_timeout_add_seconds (exec->seconds, too_long, session);
  if (request == NULL)
    {
      guardian_session_end (session, "unavailable", "nobody waits for it any more");
      return;
    }
  CardeaMessage *reply = cardea_message_new_reply (request->message, "exec.started");
  cardea_message_set_path (reply, "program", exec->program);
  cardea_message_set_string (reply, "sha256", session->agent_sha256);
  cardea_message_set_fd (reply, "output", cardea_fd_steal (&exec->output));
  cardea_message_set_fd (reply, "error", cardea_fd_steal (&exec->errors));
  request->reply = reply;
  request->child = g_strdup (session->id);
  request->waits_exec = FALSE;
  guardian_pipeline_resume (request);
}

/* --- its files --- */

static gboolean
record_grant (GuardianSession *session, GuardianGrant *grant, const char *from, gboolean last)
{
  g_autoptr (CardeaJson) resource = guardian_grant_to_json (grant);
  g_autoptr (CardeaJson) facts = cardea_json_new_object ();
  g_autoptr (GError) error = NULL;

  cardea_json_set_string (facts, "grant", grant->id);
  if (from != NULL)
    cardea_json_set_string (facts, "from", from);
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "capability.issue", .session = session->id,
                              .request = session->exec->id, .trace = session->trace,
                              .agent = grant->agent, .facts = facts, .resource = resource,
                              .action = cardea_json_get_string (resource, "action"),
                              GUARDIAN_RECORD_POLICY (session->context->policy),
                              .reason = "a part of what its agent has, or of what was allowed");
  if (guardian_record_append (session->context->audit, &record,
                              last ? GUARDIAN_AUDIT_SYNCED : GUARDIAN_AUDIT_WRITTEN, &grant->record,
                              &error))
    return TRUE;
  g_warning ("the log cannot be written: %s", error->message);
  guardian_session_end (session, "unavailable",
                        "the log cannot be written: nothing is done without a record");
  return FALSE;
}

gboolean
guardian_exec_share (GuardianSession *session)
{
  GuardianContext *context = session->context;
  const GPtrArray *shares = session->exec->shares;
  g_autoptr (GPtrArray) granted = g_ptr_array_new ();

  for (guint i = 0; i < shares->len; i++)
    {
      const GuardianExecShare *share = shares->pdata[i];
      const GuardianObject *object = share->object;
      if (share->program)
        continue;
      g_autoptr (GuardianGrant) grant = guardian_grant_new (
          guardian_session_agent (session), session->id, GUARDIAN_GRANT_NARROWED, object->path,
          object->inode, object->is_folder);
      grant->level = share->level;
      if (!record_grant (session, grant, share->grant, i + 1 == shares->len))
        return FALSE;
      g_ptr_array_add (granted, grant);
      if (!guardian_grant_table_add (context->grants, g_steal_pointer (&grant)))
        {
          guardian_session_end (session, "busy", "too much is shared already");
          return FALSE;
        }
    }
  guardian_relay_add_files (session, granted);
  return guardian_exec_net_share (session);
}

gboolean
guardian_exec_pins (GuardianContext *context, const GuardianObject *object)
{
  GPtrArray *sessions = guardian_session_table_list (context->sessions);

  for (guint i = 0; i < sessions->len; i++)
    {
      const GuardianSession *session = sessions->pdata[i];
      const CardeaJson *scripts = session->exec != NULL && session->state != GUARDIAN_SESSION_ENDED
                                      ? cardea_json_get (session->exec->pinned, "scripts")
                                      : NULL;
      for (guint k = 0; k < cardea_json_size (scripts); k++)
        {
          g_autofree char *path = cardea_path_json_get (cardea_json_nth (scripts, k), "path");
          if (g_strcmp0 (path, object->path) == 0)
            return TRUE;
        }
    }
  return FALSE;
}

/* --- its end --- */

void
guardian_exec_exited (GuardianSession *session, const CardeaMessage *message)
{
  session->exec->status = cardea_message_get_int (message, "status", -1);
  session->exec->signal = cardea_message_get_int (message, "signal", -1);
}

static gboolean
has_exited (const GuardianExec *exec)
{
  return exec->status >= 0 || exec->signal >= 0;
}

static void
record_end (GuardianSession *session)
{
  const GuardianExec *exec = session->exec;
  const GuardianSession *parent = exec->parent;
  g_autoptr (CardeaJson) facts = cardea_json_new_object ();
  g_autoptr (GError) error = NULL;

  cardea_json_set_string (facts, "child", session->id);
  if (exec->status >= 0)
    cardea_json_set_int (facts, "status", exec->status);
  if (exec->signal >= 0)
    cardea_json_set_int (facts, "signal", exec->signal);
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "outcome", .session = parent->id, .request = exec->id,
                              .trace = session->trace, .agent = guardian_session_agent (parent),
                              .agent_sha256 = parent->agent_sha256, .sandbox = session->sandbox,
                              .pid = session->pid, .action = "exec.run", .facts = facts,
                              .resource = exec->resource,
                              .outcome = has_exited (exec) ? "exited" : "ended",
                              .reason = has_exited (exec) ? NULL : session->end_reason);
  if (!guardian_record_append (session->context->audit, &record, GUARDIAN_AUDIT_WRITTEN, NULL,
                               &error))
    g_warning ("the end of a program was not recorded: %s", error->message);
}

static void
tell_agent (GuardianSession *session)
{
  const GuardianExec *exec = session->exec;

  if (exec->parent->agent == NULL)
    return;
  CardeaMessage *event = cardea_message_new ("exec.finished");
  cardea_message_set_session (event, exec->parent->id);
  cardea_message_set_string (event, "target", exec->id);
  if (exec->status >= 0)
    cardea_message_set_int (event, "status", exec->status);
  if (exec->signal >= 0)
    cardea_message_set_int (event, "signal", exec->signal);
  guardian_session_propose_tell (session, event);
  if (!has_exited (exec))
    cardea_message_set_string (event, "reason", session->end_reason);
  guardian_link_send (exec->parent->agent, event);
}

void
guardian_exec_ended (GuardianSession *session, const char *code)
{
  GuardianExec *exec = session->exec;
  GuardianRequest *request = g_steal_pointer (&exec->request);

  g_clear_handle_id (&exec->timer, g_source_remove);
  drop_plan (exec, session->context->workers);
  if (exec->runs)
    {
      guardian_exec_net_ended (session);
      record_end (session);
      tell_agent (session);
    }
  if (request == NULL)
    return;
  guardian_request_refuse (request, code, session->end_reason, NULL);
  if (!request->waits_exec)
    return; /* it is on the stack below us */
  request->waits_exec = FALSE;
  guardian_pipeline_resume (request);
}

void
guardian_exec_forget (GuardianRequest *request)
{
  GPtrArray *sessions = guardian_session_table_list (request->context->sessions);

  request->waits_exec = FALSE;
  for (guint i = 0; i < sessions->len; i++)
    {
      GuardianSession *session = sessions->pdata[i];
      if (session->exec == NULL || session->exec->request != request)
        continue;
      session->exec->request = NULL;
      guardian_session_end (session, "unavailable", "nobody waits for it any more");
      return;
    }
}

typedef struct {
  const GuardianSession *parent;
  const char *id; /* NULL: all */
  const char *reason;
} Ending;

static void
end_one (GuardianSession *session, gpointer user_data)
{
  const Ending *ending = user_data;

  if (session->exec != NULL && session->exec->parent == ending->parent
      && (ending->id == NULL || strcmp (session->exec->id, ending->id) == 0))
    guardian_session_end (session, "unavailable", ending->reason);
}

void
guardian_exec_cancel (GuardianSession *parent, const char *id)
{
  const Ending ending = { parent, id, "the agent did not want it any more" };
  guardian_session_table_foreach (parent->context->sessions, end_one, (gpointer) &ending);
}

void
guardian_exec_end_all (GuardianSession *parent)
{
  const Ending ending = { parent, NULL, "its agent's session has ended" };
  guardian_session_table_foreach (parent->context->sessions, end_one, (gpointer) &ending);
}
