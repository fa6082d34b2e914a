/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-action-view.h"

#include "guardian/core/guardian-pipeline.h"

#include "common/protocol/cardea-path-json.h"

#include <string.h>

#define RESOLVE_TIMEOUT_MS 10000u

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

static void
reply (GuardianRequest *request)
{
  const GuardianGrant *grant = guardian_grant_table_get (request->context->grants, request->grant);

  request->reply = cardea_message_new ("view.answer");
  if (grant != NULL)
    cardea_message_set_json (request->reply, "grant", guardian_action_view_describe (grant));
}

/* Something new is judged by its name and by the folders it will lie in. */
static int
resolve_new (GuardianRequest *request)
{
  const char *path = cardea_message_get_path (request->message, "path");

  if (request->asked == NULL)
    {
      g_autofree char *folder = guardian_object_folder (path);
      CardeaMessage *message = cardea_message_new ("files.resolve");
      request->asked = g_strdup (path);
      cardea_message_set_path (message, "path", folder);
      cardea_message_set_path (message, "home", request->session->home);
      cardea_message_set_string (message, "want", "folder");
      return guardian_request_call (request, GUARDIAN_WORKER_FILES, message, RESOLVE_TIMEOUT_MS);
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
    .record = record_, .perform = perform, .reply = reply                                          \
  }

#define LASTING(action_, want_, record_)                                                           \
  {                                                                                                \
    .message = "view.ask/" action_, .action = action_, .level = GUARDIAN_GRANT_WRITE,              \
    .want = want_, .is_lasting = TRUE, .record = record_, .perform = perform, .reply = reply       \
  }

static const GuardianAction rows[] = {
  ROW ("file.read", GUARDIAN_GRANT_READ, "file", GUARDIAN_ACTION_RECORD_ONCE),
  ROW ("file.list", GUARDIAN_GRANT_LIST, "folder", GUARDIAN_ACTION_RECORD_ONCE),
  LASTING ("file.write", "file", GUARDIAN_ACTION_RECORD_ONCE),
  ROW ("file.metadata", GUARDIAN_GRANT_WRITE, "any", GUARDIAN_ACTION_RECORD_EACH),
  LASTING ("file.delete", "any", GUARDIAN_ACTION_RECORD_EACH),
  ROW ("file.rename", GUARDIAN_GRANT_WRITE, "any", GUARDIAN_ACTION_RECORD_EACH),
  { .message = "view.ask/file.create",
    .action = "file.create",
    .level = GUARDIAN_GRANT_WRITE,
    .record = GUARDIAN_ACTION_RECORD_EACH,
    .resolve = resolve_new,
    .perform = perform,
    .reply = reply },
};

const GuardianAction *
guardian_action_view_find (const char *action)
{
  for (gsize i = 0; i < G_N_ELEMENTS (rows); i++)
    if (g_strcmp0 (rows[i].action, action) == 0)
      return &rows[i];
  return NULL;
}

void
guardian_action_view_extend (const GuardianRequest *request, CardeaJson *resource)
{
  const char *from = cardea_message_get_path (request->message, "from");

  if (from != NULL)
    cardea_path_json_set (resource, "from", from);
  /* What writes through keeps no former content. */
  if (request->object->nlink > 0 && request->action->is_lasting)
    cardea_json_set_boolean (resource, "undoable", FALSE);
}
