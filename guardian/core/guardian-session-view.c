/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the view worker for what a program does to which path; what lies there the files worker
 * says. Refuses what comes for a session that is not ready. Known gaps: none. */

#include "guardian/core/guardian-session-view.h"

#include "guardian/core/guardian-action-view.h"
#include "guardian/core/guardian-pipeline.h"
#include "guardian/core/guardian-session-table.h"

#include "common/protocol/cardea-path-json.h"

#include <string.h>
#include <unistd.h>

#define OPEN_TIMEOUT_MS 10000u
#define DEVICE "/dev/fuse"

gboolean
guardian_session_view_possible (void)
{
  return access (DEVICE, R_OK | W_OK) == 0;
}

static gboolean
lies_in (const char *path, const char *folder)
{
  gsize size = strlen (folder);
  return strncmp (path, folder, size) == 0 && (path[size] == '/' || path[size] == '\0');
}

static gboolean
is_shared_folder (const GuardianSession *session, const GuardianGrant *grant)
{
  return g_strcmp0 (grant->session, session->id) == 0 && grant->is_folder
         && grant->origin == GUARDIAN_GRANT_DESIGNATED;
}

char **
guardian_session_view_folders (const GuardianSession *session)
{
  GPtrArray *grants = guardian_grant_table_list (session->context->grants);
  g_autoptr (GStrvBuilder) folders = g_strv_builder_new ();

  for (guint i = 0; i < grants->len; i++)
    {
      const GuardianGrant *grant = grants->pdata[i];
      gboolean outermost
          = is_shared_folder (session, grant) && !lies_in (grant->path, session->home);
      for (guint k = 0; outermost && k < grants->len; k++)
        {
          const GuardianGrant *other = grants->pdata[k];
          if (k != i && is_shared_folder (session, other) && lies_in (grant->path, other->path)
              && (strcmp (grant->path, other->path) != 0 || k < i))
            outermost = FALSE;
        }
      if (outermost)
        g_strv_builder_add (folders, grant->path);
    }
  return g_strv_builder_end (folders);
}

char **
guardian_session_view_shared (const GuardianSession *session)
{
  GPtrArray *grants = guardian_grant_table_list (session->context->grants);
  g_autoptr (GStrvBuilder) folders = g_strv_builder_new ();

  for (guint i = 0; i < grants->len; i++)
    if (is_shared_folder (session, grants->pdata[i]))
      g_strv_builder_add (folders, ((const GuardianGrant *) grants->pdata[i])->path);
  return g_strv_builder_end (folders);
}

const char *
guardian_session_view_beginning (const GuardianSession *session)
{
  g_auto (GStrv) shared = guardian_session_view_shared (session);

  for (guint i = 0; shared[i] != NULL; i++)
    if (lies_in (session->folder, shared[i]))
      return session->folder;
  if (!lies_in (session->folder, session->home))
    return session->folder; /* the launcher knows */
  gboolean hidden = strstr (session->folder + strlen (session->home), "/.") != NULL;
  return hidden || session->mode == GUARDIAN_MODE_DENY ? session->home : session->folder;
}

static CardeaJson *
describe_grants (const GuardianSession *session)
{
  GPtrArray *grants = guardian_grant_table_list (session->context->grants);
  CardeaJson *array = cardea_json_new_array ();

  for (guint i = 0; i < grants->len; i++)
    {
      const GuardianGrant *grant = grants->pdata[i];
      if (grant->host == NULL
          && (g_strcmp0 (grant->session, session->id) == 0
              || (grant->session == NULL
                  && g_strcmp0 (grant->agent, guardian_session_agent (session)) == 0)))
        cardea_json_append (array, guardian_action_view_describe (grant));
    }
  return array;
}

gboolean
guardian_session_view_open (GuardianSession *session, GuardianWorkersReply reply)
{
  CardeaMessage *message = cardea_message_new ("view.open");
  g_auto (GStrv) folders = guardian_session_view_folders (session);

  cardea_message_set_session (message, session->id);
  cardea_message_set_path (message, "home", session->home);
  cardea_message_set_paths (message, "folders", (const char *const *) folders);
  cardea_message_set_string (message, "mode", guardian_session_mode_name (session));
  cardea_message_set_json (message, "grants", describe_grants (session));
  session->has_view = TRUE;
  session->call = guardian_workers_call (session->context->workers, GUARDIAN_WORKER_VIEW, message,
                                         OPEN_TIMEOUT_MS, reply, session);
  return session->call != 0;
}

void
guardian_session_view_close (GuardianSession *session)
{
  if (!session->has_view)
    return;
  session->has_view = FALSE;
  CardeaMessage *event = cardea_message_new ("view.close");
  cardea_message_set_session (event, session->id);
  guardian_workers_send (session->context->workers, GUARDIAN_WORKER_VIEW, event);
}

/* --- what the worker says --- */

static GuardianSession *
find (GuardianContext *context, const CardeaMessage *message)
{
  return guardian_session_table_find (context->sessions, cardea_message_session (message));
}

void
guardian_session_view_ask (GuardianContext *context, CardeaMessage *message)
{
  GuardianSession *session = find (context, message);
  const GuardianAction *action
      = guardian_action_view_find (cardea_message_get_string (message, "action"));

  if (session != NULL && action != NULL)
    guardian_pipeline_start_view (session, message, action);
}

void
guardian_session_view_cancel (GuardianContext *context, CardeaMessage *message)
{
  GuardianSession *session = find (context, message);

  if (session != NULL)
    guardian_pipeline_cancel (session, cardea_message_get_string (message, "id"), TRUE);
}

void
guardian_session_view_ended (GuardianContext *context, CardeaMessage *message)
{
  GuardianSession *session = find (context, message);

  if (session == NULL || !session->has_view)
    return;
  session->has_view = FALSE;
  /* With the last process of the sandbox its mounts go: launch.exited follows. */
  if (cardea_message_get_boolean (message, "unmounted"))
    return;
  /* A program that cannot be started drops its view, too: the launcher's answer says which it was.
   */
  if (session->state == GUARDIAN_SESSION_LAUNCH)
    session->lost_view = TRUE;
  else
    guardian_session_end (session, "unavailable", GUARDIAN_SESSION_VIEW_LOST);
}

static void
end_viewer (GuardianSession *session, gpointer user_data)
{
  if (!session->has_view)
    return;
  session->has_view = FALSE;
  guardian_session_end (session, "unavailable", GUARDIAN_SESSION_VIEW_LOST);
}

void
guardian_session_view_worker_died (GuardianContext *context)
{
  guardian_session_table_foreach (context->sessions, end_viewer, NULL);
}

void
guardian_session_view_revoke (GuardianContext *context, const GuardianGrant *grant)
{
  CardeaMessage *event = cardea_message_new ("view.revoke");

  cardea_message_set_string (event, "grant", grant->id);
  guardian_workers_send (context->workers, GUARDIAN_WORKER_VIEW, event);
}
