/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-action-view.h"

#include "guardian/core/guardian-pipeline.h"
#include "guardian/core/guardian-session-keep.h"
#include "guardian/core/guardian-undo.h"

#include "common/protocol/cardea-path-json.h"

#include <string.h>
#include <unistd.h>

#define RESOLVE_TIMEOUT_MS 10000u
#define KEEP_TIMEOUT_MS 60000u
#define KEPT "view.kept" /* remembered with a file: its former content is in the undo store */

/* The view worker does it, when it has the answer. */
static int
perform (GuardianRequest *request)
{
  return GUARDIAN_STEP_NEXT;
}

CardeaJson *
guardian_action_view_describe (const GuardianGrant *grant)
{
  CardeaJson *json = cardea_json_new_object ();

  cardea_json_set_string (json, "id", grant->id);
  cardea_path_json_set (json, "path", grant->path);
  cardea_json_set_int64_string (json, "dev", grant->inode.dev);
  cardea_json_set_int64_string (json, "ino", grant->inode.ino);
  cardea_json_set_boolean (json, "below", grant->below);
  cardea_json_set_string (json, "access", guardian_grant_access (grant));
  return json;
}

/* The answer is policy's alone, is tied to nothing, and goes by a folder that was shared with this
 * session until its end: then it is the same for all that is alike, as far as names are not heeded
 * (guardian_policy_heeded()), which the view worker compares. */
static gboolean
holds_for_alike (const GuardianRequest *request, const GuardianGrant *grant)
{
  const GuardianDecision *decision = &request->decision;
  const GuardianObject *object = request->object;

  return request->action->alike && guardian_policy_heeded (request->context->policy) != NULL
         && decision->effect == GUARDIAN_EFFECT_ALLOW && !request->asked_person
         && decision->ttl == 0 && decision->uses == 0 && decision->max_bytes == 0
         && !decision->reauthenticate && grant->session != NULL && grant->expires == 0
         && grant->below && grant->path[1] != '\0'
         && (object->nlink == 0 || object->uid == (gint64) geteuid ())
         && (object->nlink <= 1 || object->is_folder)
         && cardea_message_get_path (request->message, "from") == NULL;
}

static void
reply (GuardianRequest *request)
{
  const GuardianGrant *grant = guardian_grant_table_get (request->context->grants, request->grant);

  request->reply = cardea_message_new ("view.answer");
  if (grant == NULL)
    return;
  cardea_message_set_json (request->reply, "grant", guardian_action_view_describe (grant));
  if (holds_for_alike (request, grant))
    cardea_message_set_boolean (request->reply, "alike", TRUE);
}

/* --- what was there is kept before it is written --- */

static void
undo_opened (const char *code, const char *reason, gpointer user_data)
{
  GuardianRequest *request = user_data;

  request->waits_undo = FALSE;
  guardian_pipeline_perform (request, code, reason);
}

/* One copy a file and session. */
static int
keep (GuardianRequest *request)
{
  GuardianUndo *undo = request->context->undo;
  const GuardianObject *object = request->object;

  if (request->code != NULL)
    return GUARDIAN_STEP_REFUSED;
  if (guardian_session_has_recorded (request->session, &object->inode, KEPT))
    return GUARDIAN_STEP_NEXT;
  if (!guardian_undo_is_open (undo))
    {
      request->waits_undo = TRUE;
      guardian_undo_open (undo, undo_opened, request);
      return guardian_pipeline_wait (request, GUARDIAN_REQUEST_ASK_WORKER);
    }
  CardeaMessage *message = cardea_message_new ("change.keep");
  cardea_message_set_path (message, "path", object->path);
  cardea_message_set_path (message, "home", request->session->home);
  cardea_message_set_int64 (message, "dev", object->inode.dev);
  cardea_message_set_int64 (message, "ino", object->inode.ino);
  cardea_message_set_json (message, "context",
                           guardian_session_keep_context (request->session, request->id));
  request->keeping = TRUE;
  return guardian_request_call (request, GUARDIAN_WORKER_CHANGE, message, KEEP_TIMEOUT_MS);
}

static int
settle_kept (GuardianRequest *request)
{
  if (request->keeping && request->result == NULL)
    return guardian_request_refuse (request, "unavailable", "what was there cannot be kept", NULL);
  if (request->keeping && cardea_message_is (request->result, "refused"))
    return guardian_request_refuse_as (request, request->result);
  if (request->keeping && !cardea_message_is (request->result, "change.kept"))
    return guardian_request_refuse (request, "internal", "a worker answered something else", NULL);
  /* Revoked while it was kept. */
  if (request->grant != NULL
      && guardian_grant_table_get (request->context->grants, request->grant) == NULL)
    return guardian_request_refuse (request, "unauthorized", "this is not shared any more", NULL);
  guardian_session_set_recorded (request->session, &request->object->inode, KEPT);
  request->action->reply (request);
  return GUARDIAN_STEP_NEXT;
}

/* Something new is judged by its name and by the folders it will lie in. */
static int
resolve_new (GuardianRequest *request)
{
  const char *path = cardea_message_get_path (request->message, "path");

  if (request->asked == NULL)
    {
      request->asked = g_strdup (path);
      return guardian_request_call (request, GUARDIAN_WORKER_FILES,
                                    guardian_stage_resolve_folder (request, path),
                                    RESOLVE_TIMEOUT_MS);
    }
  if (request->result == NULL)
    return guardian_request_refuse (request, "unavailable", "files cannot be reached at the moment",
                                    NULL);
  if (cardea_message_is (request->result, "refused"))
    return guardian_request_refuse_as (request, request->result);
  g_autoptr (GuardianObject) folder = guardian_object_new (cardea_message_body (request->result));
  if (folder == NULL || folder->via != NULL)
    return guardian_request_refuse (request, "changed", "its folder is another one now", NULL);
  guardian_handle_release (request->context->workers, folder);
  request->object = guardian_object_new_below (
      folder, path, cardea_message_get_boolean (request->message, "folder"));
  return GUARDIAN_STEP_NEXT;
}

#define ROW(action_, level_, want_, record_)                                                       \
  {                                                                                                \
    .message = "view.ask/" action_, .action = action_, .level = level_, .want = want_,             \
    .alike = TRUE, .record = record_, .perform = perform, .reply = reply                           \
  }

static const GuardianAction rows[] = {
  ROW ("file.read", GUARDIAN_GRANT_READ, "file", GUARDIAN_ACTION_RECORD_ONCE),
  ROW ("file.list", GUARDIAN_GRANT_LIST, "folder", GUARDIAN_ACTION_RECORD_ONCE),
  { .message = "view.ask/file.write",
    .action = "file.write",
    .level = GUARDIAN_GRANT_WRITE,
    .want = "file",
    .alike = TRUE,
    .record = GUARDIAN_ACTION_RECORD_ONCE,
    .perform = keep,
    .settle = settle_kept,
    .reply = reply },
  ROW ("file.metadata", GUARDIAN_GRANT_WRITE, "any", GUARDIAN_ACTION_RECORD_EACH),
  ROW ("file.delete", GUARDIAN_GRANT_WRITE, "any", GUARDIAN_ACTION_RECORD_EACH),
  ROW ("file.rename", GUARDIAN_GRANT_WRITE, "any", GUARDIAN_ACTION_RECORD_EACH),
  { .message = "view.ask/file.create",
    .action = "file.create",
    .level = GUARDIAN_GRANT_WRITE,
    .alike = TRUE,
    .record = GUARDIAN_ACTION_RECORD_EACH,
    .resolve = resolve_new,
    .perform = perform,
    .reply = reply },
};

/* A link is judged by its own name and by the folders it lies in, never by what it leads to. */
static const GuardianAction link_rows[] = {
  { .message = "view.ask/file.delete",
    .action = "file.delete",
    .level = GUARDIAN_GRANT_WRITE,
    .alike = TRUE,
    .record = GUARDIAN_ACTION_RECORD_EACH,
    .resolve = resolve_new,
    .perform = perform,
    .reply = reply },
};

const GuardianAction *
guardian_action_view_find (const char *action, gboolean is_link)
{
  if (is_link)
    return g_strcmp0 (link_rows[0].action, action) == 0 ? &link_rows[0] : NULL;
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_strcmp0 (rows[i].action, action) == 0)
      return &rows[i];
  return NULL;
}

/* What it says, or what leads to it, is kept; but not what is larger than the undo store. */
static gboolean
is_undoable (const GuardianRequest *request)
{
  return request->object->is_folder
         || request->object->size <= guardian_undo_limit (request->context->undo);
}

void
guardian_action_view_extend (const GuardianRequest *request, CardeaJson *resource)
{
  const char *from = cardea_message_get_path (request->message, "from");

  if (from != NULL)
    cardea_path_json_set (resource, "from", from);
  CardeaJson *settings = cardea_json_get (cardea_message_body (request->message), "settings");
  if (settings != NULL)
    cardea_json_set (resource, "settings", cardea_json_ref (settings));
  if (request->action->level == GUARDIAN_GRANT_WRITE)
    cardea_json_set_boolean (resource, "undoable", is_undoable (request));
}

/* The words of an operation and a step of a program's are the same but for folders. */
static const char *
operation (const GuardianRequest *request)
{
  const char *name = request->action->action + strlen ("file.");

  return request->object->is_folder && strcmp (name, "create") == 0 ? "mkdir" : name;
}

CardeaJson *
guardian_action_view_changes (const GuardianRequest *request)
{
  const GuardianObject *object = request->object;
  const char *to = cardea_message_get_path (request->message, "to");
  gboolean exists = cardea_message_get_boolean (request->message, "exists");

  if (!cardea_message_is (request->message, "view.ask")
      || request->action->level != GUARDIAN_GRANT_WRITE || object == NULL)
    return NULL;
  CardeaJson *change = cardea_json_new_object ();
  CardeaJson *changes = cardea_json_new_array ();
  cardea_json_set_string (change, "op", operation (request));
  cardea_json_set_string (change, "kind", object->is_folder ? "folder" : "file");
  cardea_path_json_set (change, "path", object->path);
  if (to != NULL)
    cardea_path_json_set (change, "to", to);
  cardea_json_set_boolean (change, "exists", exists);
  if (object->nlink > 0 && !object->is_folder)
    cardea_json_set_int64_string (change, "size", object->size);
  cardea_json_set_boolean (change, "undoable", is_undoable (request));
  cardea_json_append (changes, change);
  return changes;
}
