/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the files worker for what a name leads to. Nothing of the answer reaches the agent before
 * the later stages have decided: also that something does not exist is only said where it may be
 * known. */

#include "guardian/core/guardian-pipeline.h"
#include "guardian/core/guardian-relay.h"

#include "common/base/cardea-text.h"

#include <string.h>

#define RESOLVE_TIMEOUT_MS 10000u

/* What is asked for, absolute where that can be said without looking. */
static char *
asked_path (const GuardianRequest *request)
{
  const char *path = cardea_message_get_path (request->message, "path");
  if (path == NULL)
    return g_strdup (cardea_message_get_path (request->message, "name"));
  if (path[0] == '~' && (path[1] == '/' || path[1] == '\0'))
    return g_strconcat (request->session->home, path + 1, NULL);
  return g_strdup (path);
}

static GuardianStep
resolve_handle (GuardianRequest *request, const char *id)
{
  GuardianHandle *handle = guardian_handle_table_find (request->session->handles, id);

  if (handle == NULL)
    return guardian_request_refuse (request, "unauthorized", "this file is not open any more",
                                    NULL);
  request->handle = g_strdup (handle->id);
  request->object = guardian_object_copy (handle->object);
  request->object->handle = g_strdup (handle->object->handle);
  request->once = handle->grant == NULL;
  return GUARDIAN_STEP_NEXT;
}

/* What the session reads again: decided about as it was resolved, once more, now; the files worker
 * then makes sure that it is what the path leads to ("still"). Only while that takes no record and
 * no question, and where the path is the object's one and real name. */
static gboolean
reopen (GuardianRequest *request)
{
  const GuardianSession *session = request->session;
  const GuardianHandle *handle
      = request->action->reopens && !request->walked
            ? guardian_handle_table_find_path (session->handles, request->asked)
            : NULL;
  if (handle == NULL || handle->grant == NULL || handle->object->via != NULL
      || handle->object->nlink != 1
      || !guardian_session_has_recorded (session, &handle->object->inode, request->action->message))
    return FALSE;
  request->reopened = TRUE;
  request->handle = g_strdup (handle->id);
  request->object = guardian_object_copy (handle->object);
  request->object->handle = g_strdup (handle->object->handle);
  return TRUE;
}

/* The person learns which files bear the name; the agent only that there are several. */
static void
tell_candidates (GuardianRequest *request, const CardeaMessage *refused)
{
  g_auto (GStrv) candidates = cardea_message_get_paths (refused, "candidates");
  g_autoptr (GString) text = g_string_new ("Several files are named ");
  g_autofree char *name = cardea_text_escape (request->asked, strlen (request->asked), NULL);

  g_string_append_printf (text, "%s:", name);
  for (guint i = 0; candidates != NULL && candidates[i] != NULL; i++)
    {
      g_autofree char *shown = cardea_text_escape (candidates[i], strlen (candidates[i]), NULL);
      g_string_append_printf (text, "\n%s", shown);
    }
  guardian_relay_say (request->session, "status", text->str, NULL);
}

/* What does not resolve is judged by its name: where it may be known that it is not there, that is
 * said; elsewhere the answer is that of the rule. */
static GuardianStep
not_resolved (GuardianRequest *request)
{
  const char *code = cardea_message_get_string (request->result, "code");

  if (g_strcmp0 (code, "ambiguous") == 0 && request->session->mode != GUARDIAN_MODE_DENY)
    {
      tell_candidates (request, request->result);
      return guardian_request_refuse (request, "ambiguous",
                                      "several files bear this name: say which folder", NULL);
    }
  if (request->asked != NULL && request->asked[0] == '/')
    {
      g_autofree char *canonical = g_canonicalize_filename (request->asked, "/");
      request->object = guardian_object_new_absent (canonical);
    }
  /* "decide" says what the agent may know of it. */
  request->missing = cardea_message_ref (request->result);
  return GUARDIAN_STEP_NEXT;
}

static GuardianStep
resolved (GuardianRequest *request)
{
  request->object = guardian_object_new (cardea_message_body (request->result));
  if (request->object == NULL)
    return guardian_request_refuse (request, "internal", "the object could not be judged", NULL);
  request->object_held = TRUE;
  return GUARDIAN_STEP_NEXT;
}

CardeaMessage *
guardian_stage_resolve_question (const GuardianRequest *request)
{
  const GuardianSession *session = request->session;
  const char *name = cardea_message_get_path (request->message, "name");
  const char *shared
      = name != NULL ? guardian_grant_table_find_name (request->context->grants, session->id, name)
                     : NULL;
  CardeaMessage *message = cardea_message_new ("files.resolve");

  /* A bare name that was shared with this session means that file. */
  if (name != NULL && shared == NULL)
    {
      cardea_message_set_path (message, "name", name);
      cardea_message_set_path (message, "folder", session->folder);
    }
  else
    cardea_message_set_path (message, "path", shared != NULL ? shared : request->asked);
  cardea_message_set_path (message, "home", session->home);
  cardea_message_set_string (message, "want", request->action->want);
  return message;
}

CardeaMessage *
guardian_stage_resolve_folder (const GuardianRequest *request, const char *path)
{
  g_autofree char *folder = guardian_object_folder (path);
  CardeaMessage *message = cardea_message_new ("files.resolve");

  cardea_message_set_path (message, "path", folder);
  cardea_message_set_path (message, "home", request->session->home);
  cardea_message_set_string (message, "want", "folder");
  return message;
}

GuardianStep
guardian_stage_resolve (GuardianRequest *request)
{
  const char *handle = cardea_message_get_string (request->message, "handle");

  if (request->action->resolve != NULL)
    return request->action->resolve (request);
  if (handle != NULL)
    return resolve_handle (request, handle);
  if (request->asked == NULL)
    {
      request->asked = asked_path (request);
      if (reopen (request))
        return GUARDIAN_STEP_NEXT;
      return guardian_request_call (request, GUARDIAN_WORKER_FILES,
                                    guardian_stage_resolve_question (request), RESOLVE_TIMEOUT_MS);
    }
  if (request->result == NULL)
    return guardian_request_refuse (request, "unavailable", "files cannot be reached at the moment",
                                    NULL);
  return cardea_message_is (request->result, "refused") ? not_resolved (request)
                                                        : resolved (request);
}
