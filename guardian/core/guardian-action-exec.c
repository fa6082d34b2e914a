/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the files worker for what paths lead to and the launch worker for what the program is.
 * Refuses what policy refuses of the program or of any file that it would see; a folder to begin in
 * that it would not see. What is asked of the person is all of it at once, and none of it is
 * remembered. Known gap: the arguments are the agent's; what a program makes of them is not known
 * here, and the question says so. */

#include "guardian/core/guardian-action-exec.h"

#include "guardian/core/guardian-exec.h"
#include "guardian/core/guardian-input.h"
#include "guardian/core/guardian-pipeline.h"

#include "common/base/cardea-text.h"
#include "common/protocol/cardea-path-json.h"

#include <string.h>

#define RESOLVE_TIMEOUT_MS 10000u
#define PIN_TIMEOUT_MS 20000u

gboolean
guardian_action_exec_validate (const GuardianRequest *request, const char **ret_reason)
{
  g_auto (GStrv) readable = cardea_message_get_paths (request->message, "readable");
  g_auto (GStrv) writable = cardea_message_get_paths (request->message, "writable");
  guint count = (readable != NULL ? g_strv_length (readable) : 0)
                + (writable != NULL ? g_strv_length (writable) : 0);

  *ret_reason = "too many files are listed";
  return count <= GUARDIAN_EXEC_SHARES_LIMIT;
}

/* --- resolve --- */

static int
ask_for_share (GuardianRequest *request)
{
  GuardianExec *exec = request->exec;
  const GuardianExecShare *share = exec->shares->pdata[exec->next];
  CardeaMessage *message = cardea_message_new ("files.resolve");

  cardea_message_set_path (message, "path", share->asked);
  cardea_message_set_path (message, "home", request->session->home);
  cardea_message_set_string (message, "want", "any");
  exec->waits = GUARDIAN_EXEC_SHARE;
  return guardian_request_call (request, GUARDIAN_WORKER_FILES, message, RESOLVE_TIMEOUT_MS);
}

/* The agent learns no more than it would by reading: guardian-stage-decide.c. */
static int
refuse_missing (GuardianRequest *request, const GuardianExecShare *share)
{
  const GuardianSession *session = request->session;
  const char *code = cardea_message_get_string (request->result, "code");
  const char *reason = cardea_message_get_string (request->result, "reason");
  gboolean covered = guardian_grant_table_covers_name (
      request->context->grants, session->id, guardian_session_agent (session), share->asked);

  if (session->mode == GUARDIAN_MODE_DENY && !covered)
    return guardian_stage_decide_hide (request, code, reason);
  g_autofree char *shown = cardea_text_escape (share->asked, strlen (share->asked), NULL);
  g_autofree char *cut = cardea_text_shorten (shown, GUARDIAN_REQUEST_SHOWN_CHARACTERS);
  g_autofree char *text = g_strdup_printf ("%s: %s", cut, reason);
  return guardian_request_refuse (request, code, text, NULL);
}

/* As the agent would be told of reading it. */
static int
refuse_share (GuardianRequest *request, const GuardianExecShare *share, gboolean granted,
              const GuardianDecision *decision)
{
  const char *path = share->object->path;

  if (request->session->mode == GUARDIAN_MODE_DENY && !granted)
    return guardian_stage_decide_hide (request, "denied", decision->reason);
  g_autofree char *shown = cardea_text_escape (path, strlen (path), NULL);
  g_autofree char *cut = cardea_text_shorten (shown, GUARDIAN_REQUEST_SHOWN_CHARACTERS);
  g_autofree char *reason = g_strdup_printf ("%s: %s", cut, decision->reason);
  return guardian_request_refuse (request, "denied", reason, decision->policy);
}

/* What policy says of it, as the agent's own. *ret_grant NULL: it has none. */
static GuardianDecision
judge (GuardianRequest *request, const GuardianExecShare *share, const GuardianGrant **ret_grant)
{
  GuardianContext *context = request->context;
  const GuardianSession *session = request->session;
  const GuardianGrantNeed need = { .level = share->level, .below = share->object->is_folder };
  const char *action = share->level >= GUARDIAN_GRANT_WRITE ? "file.write" : "file.read";

  *ret_grant = guardian_grant_table_match (context->grants, session->id,
                                           guardian_session_agent (session), share->object, &need);
  g_autoptr (CardeaJson) input = guardian_input_new (
      request, request->input, action, guardian_object_describe (share->object), *ret_grant);
  return guardian_policy_decide (context->policy, input);
}

static int
take_share (GuardianRequest *request)
{
  GuardianExec *exec = request->exec;
  GuardianExecShare *share = exec->shares->pdata[exec->next];

  if (request->result == NULL)
    return guardian_request_refuse (request, "unavailable", "files cannot be reached at the moment",
                                    NULL);
  if (cardea_message_is (request->result, "refused"))
    return refuse_missing (request, share);
  share->object = guardian_object_new (cardea_message_body (request->result));
  if (share->object == NULL)
    return guardian_request_refuse (request, "internal", "the object could not be judged", NULL);
  guardian_handle_release (request->context->workers, share->object);
  exec->next++;
  exec->waits = GUARDIAN_EXEC_NOTHING;
  if (!share->program)
    return GUARDIAN_STEP_NEXT;
  /* Before anybody looks into it. */
  const GuardianGrant *grant = NULL;
  GuardianDecision decision = judge (request, share, &grant);
  return decision.effect != GUARDIAN_EFFECT_DENY
             ? GUARDIAN_STEP_NEXT
             : refuse_share (request, share, grant != NULL, &decision);
}

static gboolean
lies_in (const char *path, const char *folder)
{
  gsize size = strlen (folder);
  return strncmp (path, folder, size) == 0 && (path[size] == '/' || path[size] == '\0');
}

/* Its home, which is empty but for what is listed, or a listed folder. */
static gboolean
sees_folder (const GuardianRequest *request)
{
  const GuardianExec *exec = request->exec;

  for (guint i = 0; i < exec->shares->len; i++)
    {
      const GuardianExecShare *share = exec->shares->pdata[i];
      if (!share->program && share->object->is_folder
          && lies_in (exec->folder, share->object->path))
        return TRUE;
    }
  return strcmp (exec->folder, request->session->home) == 0;
}

static int
ask_for_plan (GuardianRequest *request)
{
  GuardianExec *exec = request->exec;
  CardeaMessage *message = cardea_message_new ("launch.resolve");
  g_autoptr (GPtrArray) shared = g_ptr_array_new ();

  for (guint i = 0; i < exec->shares->len; i++)
    if (!((GuardianExecShare *) exec->shares->pdata[i])->program)
      g_ptr_array_add (shared, ((GuardianExecShare *) exec->shares->pdata[i])->object->path);
  g_ptr_array_add (shared, NULL);
  cardea_message_set_json (message, "command", cardea_json_ref (exec->command));
  cardea_message_set_path (message, "folder", exec->folder);
  cardea_message_set_paths (message, "shared", (const char *const *) shared->pdata);
  exec->waits = GUARDIAN_EXEC_PLAN;
  return guardian_request_call (request, GUARDIAN_WORKER_LAUNCH, message, PIN_TIMEOUT_MS);
}

static CardeaJson *
describe_shares (const GuardianExec *exec)
{
  CardeaJson *list = cardea_json_new_array ();

  for (guint i = 0; i < exec->shares->len; i++)
    {
      const GuardianExecShare *share = exec->shares->pdata[i];
      if (share->program)
        continue;
      CardeaJson *json = cardea_json_new_object ();
      cardea_path_json_set (json, "path", share->object->path);
      cardea_json_set_string (json, "kind", share->object->is_folder ? "folder" : "file");
      cardea_json_set_string (json, "access", share->level >= GUARDIAN_GRANT_WRITE ? "rw" : "ro");
      cardea_json_append (list, json);
    }
  return list;
}

/* objects.md, R for exec.run, without labels. */
static CardeaJson *
describe (const GuardianExec *exec)
{
  CardeaJson *resource = cardea_json_copy (exec->pinned);
  CardeaJson *environment = cardea_json_get (exec->command, "environment");

  cardea_json_set_string (resource, "kind", "program");
  cardea_json_set (resource, "argv", cardea_json_ref (cardea_json_get (exec->command, "argv")));
  cardea_path_json_set (resource, "folder", exec->folder);
  if (cardea_json_size (environment) > 0)
    cardea_json_set (resource, "environment", cardea_json_ref (environment));
  g_autoptr (CardeaJson) files = describe_shares (exec);
  if (cardea_json_size (files) > 0)
    cardea_json_set (resource, "files", g_steal_pointer (&files));
  cardea_json_set_boolean (resource, "network", exec->hosts != NULL);
  if (exec->hosts != NULL)
    cardea_json_set (resource, "hosts", cardea_json_ref (exec->hosts));
  cardea_json_set_int (resource, "seconds", exec->seconds);
  return resource;
}

static const GuardianExecShare *
find_program_share (const GuardianExec *exec)
{
  for (guint i = 0; i < exec->shares->len; i++)
    if (((const GuardianExecShare *) exec->shares->pdata[i])->program)
      return exec->shares->pdata[i];
  return NULL;
}

static gboolean
is_copied (const GuardianExec *exec)
{
  return g_strcmp0 (cardea_json_get_string (exec->pinned, "pinned"), "inode") != 0;
}

/* What was pinned is what was judged: the same file under the same name, or one of the system's. */
static gboolean
is_judged (const GuardianExec *exec)
{
  const GuardianExecShare *share = find_program_share (exec);
  gint64 dev = 0;
  gint64 ino = 0;

  if (share == NULL)
    return !is_copied (exec);
  return cardea_json_get_int64_string (exec->pinned, "dev", &dev)
         && cardea_json_get_int64_string (exec->pinned, "ino", &ino)
         && dev == share->object->inode.dev && ino == share->object->inode.ino
         && strcmp (exec->program, share->object->path) == 0;
}

static int
take_plan (GuardianRequest *request)
{
  GuardianExec *exec = request->exec;

  exec->waits = GUARDIAN_EXEC_NOTHING;
  if (request->result == NULL)
    return guardian_request_refuse (request, "unavailable", "no program can be run at the moment",
                                    NULL);
  if (cardea_message_is (request->result, "refused"))
    return request->session->mode == GUARDIAN_MODE_DENY
               ? guardian_stage_decide_hide (request,
                                             cardea_message_get_string (request->result, "code"),
                                             cardea_message_get_string (request->result, "reason"))
               : guardian_request_refuse_as (request, request->result);
  exec->plan = g_strdup (cardea_message_get_string (request->result, "plan"));
  exec->pinned = cardea_json_ref (cardea_message_get_json (request->result, "program"));
  exec->program = cardea_path_json_get (exec->pinned, "path");
  if (exec->program == NULL || cardea_json_get_string (exec->pinned, "sha256") == NULL)
    return guardian_request_refuse (request, "internal", "the program could not be judged", NULL);
  request->asked = g_strdup (exec->program);
  /* A name of the system may lead to a program that is not. */
  if (find_program_share (exec) == NULL && is_copied (exec))
    guardian_exec_add_program (exec, exec->program);
  exec->resource = describe (exec);
  request->deed = cardea_json_ref (exec->resource);
  return GUARDIAN_STEP_NEXT;
}

static int
take_answer (GuardianRequest *request)
{
  static int (*const takers[]) (GuardianRequest * request)
      = { [GUARDIAN_EXEC_SHARE] = take_share, [GUARDIAN_EXEC_PLAN] = take_plan };
  GuardianExecWait waits = request->exec->waits;

  return waits == GUARDIAN_EXEC_NOTHING ? GUARDIAN_STEP_NEXT : takers[waits](request);
}

/* Each holds a program with the launch worker. */
static guint
count_waiting (const GuardianSession *session)
{
  guint count = 0;

  for (guint i = 0; i < session->requests->len; i++)
    count += ((GuardianRequest *) session->requests->pdata[i])->exec != NULL;
  return count;
}

static int
begin (GuardianRequest *request)
{
  const char *reason = NULL;

  if (count_waiting (request->session) >= GUARDIAN_EXEC_RUNNING_LIMIT)
    return guardian_request_refuse (request, "busy", "too many programs are asked about", NULL);
  request->exec = guardian_exec_new (request, &reason);
  return request->exec != NULL ? GUARDIAN_STEP_NEXT
                               : guardian_request_refuse (request, "malformed", reason, NULL);
}

/* First the files, then the program, then the program as a file, if that was not known to be one.
 */
int
guardian_action_exec_resolve (GuardianRequest *request)
{
  if (request->code != NULL)
    return GUARDIAN_STEP_REFUSED;
  int step = request->exec == NULL ? begin (request) : take_answer (request);
  if (step != GUARDIAN_STEP_NEXT)
    return step;
  if (request->exec->next < request->exec->shares->len)
    return ask_for_share (request);
  if (request->exec->resource != NULL)
    return is_judged (request->exec)
               ? GUARDIAN_STEP_NEXT
               : guardian_request_refuse (request, "changed", "it changed while it was looked at",
                                          NULL);
  if (!sees_folder (request))
    return guardian_request_refuse (request, "unsuitable",
                                    "the folder to begin in is not among what is listed", NULL);
  return ask_for_plan (request);
}

/* --- decide --- */

/* Of what is allowed to be asked the higher tier, and a refusal before that. */
static void
take_stricter (GuardianRequest *request, const GuardianDecision *decision)
{
  GuardianDecision *so_far = &request->decision;

  if (decision->effect < so_far->effect)
    *so_far = *decision;
  else if (decision->effect == so_far->effect && decision->effect == GUARDIAN_EFFECT_ASK
           && decision->tier > so_far->tier)
    *so_far = *decision;
}

/* FALSE: refused. */
static gboolean
judge_share (GuardianRequest *request, GuardianExecShare *share)
{
  const GuardianGrant *grant = NULL;
  GuardianDecision decision = judge (request, share, &grant);
  g_autoptr (GuardianLabelSet) labels = guardian_label_set_new_decided (request->context->policy);

  guardian_label_set_add_all (&request->labels, labels);
  share->grant = grant != NULL ? g_strdup (grant->id) : NULL;
  if (decision.effect == GUARDIAN_EFFECT_DENY)
    {
      (void) refuse_share (request, share, grant != NULL, &decision);
      return FALSE;
    }
  take_stricter (request, &decision);
  return TRUE;
}

/* A token that is held to some paths is held to them in what a program sees, too. */
static gboolean
is_covered (const GuardianRequest *request)
{
  const GPtrArray *shares = request->exec->shares;

  for (guint i = 0; i < shares->len; i++)
    if (!guardian_capability_covers (request->capability,
                                     ((GuardianExecShare *) shares->pdata[i])->object->path))
      return FALSE;
  return guardian_capability_covers (request->capability, request->exec->program);
}

int
guardian_action_exec_decide (GuardianRequest *request)
{
  GuardianContext *context = request->context;
  GuardianExec *exec = request->exec;

  if (!is_covered (request))
    return guardian_request_refuse (request, "unauthorized",
                                    guardian_capability_verdict_text (GUARDIAN_CAPABILITY_RESOURCE),
                                    "capability");
  request->input = guardian_input_new (request, NULL, request->action->action,
                                       guardian_request_resource (request), NULL);
  request->decision = guardian_policy_decide (context->policy, request->input);
  request->judged = TRUE;
  if (request->decision.effect == GUARDIAN_EFFECT_DENY)
    return guardian_request_refuse (request, "denied", request->decision.reason,
                                    request->decision.policy);
  for (guint i = 0; i < exec->shares->len; i++)
    if (!judge_share (request, exec->shares->pdata[i]))
      return GUARDIAN_STEP_REFUSED;
  cardea_json_set (exec->resource, "labels", guardian_label_set_to_json (request->labels));
  return request->decision.effect == GUARDIAN_EFFECT_ALLOW
             ? GUARDIAN_STEP_NEXT
             : guardian_stage_decide_question (request);
}

/* --- perform --- */

/* Every grant that a part of it was allowed by is still in force. */
static gboolean
holds (const GuardianRequest *request)
{
  const GPtrArray *shares = request->exec->shares;

  for (guint i = 0; i < shares->len; i++)
    {
      const GuardianExecShare *share = shares->pdata[i];
      if (share->grant != NULL
          && guardian_grant_table_get (request->context->grants, share->grant) == NULL)
        return FALSE;
    }
  return TRUE;
}

int
guardian_action_exec_perform (GuardianRequest *request)
{
  if (!holds (request))
    return guardian_request_refuse (request, "unauthorized", "this is not shared any more", NULL);
  if (!guardian_exec_start (request))
    return GUARDIAN_STEP_REFUSED;
  return guardian_pipeline_wait (request, GUARDIAN_REQUEST_ASK_WORKER);
}

int
guardian_action_exec_settle (GuardianRequest *request)
{
  if (request->code != NULL)
    return GUARDIAN_STEP_REFUSED;
  if (request->reply == NULL)
    return guardian_request_refuse (request, "internal", "the program got lost", NULL);
  request->action->reply (request);
  return GUARDIAN_STEP_NEXT;
}

/* guardian-exec.c made the reply, with what only the program's session has. */
void
guardian_action_exec_reply (GuardianRequest *request)
{
  request->session->files_read += request->n_shares;
}
