/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the view worker for what a program does to which path; what lies there the files worker
 * says. Refuses what comes for a session that is not ready. Known gaps: none. */

#include "guardian/core/guardian-session-view.h"

#include "guardian/core/guardian-action-view.h"
#include "guardian/core/guardian-effects.h"
#include "guardian/core/guardian-pipeline.h"
#include "guardian/core/guardian-pool.h"
#include "guardian/core/guardian-record-files.h"
#include "guardian/core/guardian-session-adopt.h"
#include "guardian/core/guardian-session-propose.h"
#include "guardian/core/guardian-session-table.h"

#include "common/base/cardea-autofd.h"

#include <errno.h>
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
  gboolean task
      = g_strcmp0 (grant->session, session->id) == 0
        && (grant->origin == GUARDIAN_GRANT_DESIGNATED || grant->origin == GUARDIAN_GRANT_NARROWED);
  gboolean standing = grant->session == NULL && grant->level >= GUARDIAN_GRANT_READ
                      && g_strcmp0 (grant->agent, guardian_session_agent (session)) == 0;

  return grant->is_folder && grant->below && (task || standing);
}

/* The view is its home, too. */
static gboolean
has_viewed_home (const GuardianSession *session)
{
  return session->profile == NULL || !session->profile->own_home;
}

char **
guardian_session_view_folders (const GuardianSession *session)
{
  GPtrArray *grants = guardian_grant_table_list (session->context->grants);
  g_autoptr (GStrvBuilder) folders = g_strv_builder_new ();

  for (guint i = 0; i < grants->len; i++)
    {
      const GuardianGrant *grant = grants->pdata[i];
      gboolean outermost = is_shared_folder (session, grant)
                           && (has_viewed_home (session) ? !lies_in (grant->path, session->home)
                                                         : !lies_in (session->home, grant->path));
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
  if (!has_viewed_home (session))
    return session->home;
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

static void
add_heeded (const GuardianContext *context, CardeaMessage *message)
{
  const CardeaJson *heeded = guardian_policy_heeded (context->policy);

  if (heeded != NULL)
    cardea_message_set_json (message, "heeded", cardea_json_ref ((CardeaJson *) heeded));
}

static void
close_effects (GuardianSession *session)
{
  guardian_effects_close (g_steal_pointer (&session->effects), session->context);
}

gboolean
guardian_session_view_open (GuardianSession *session, const char *of, GuardianWorkersReply reply)
{
  g_auto (GStrv) folders = guardian_session_view_folders (session);
  g_autoptr (GError) error = NULL;

  close_effects (session); /* of a view that was lost */
  session->effects = guardian_effects_new (session, &error);
  cardea_autofd int journal
      = session->effects != NULL ? guardian_effects_appender (session->effects) : -1;
  if (journal < 0)
    {
      g_warning ("%s", error != NULL ? error->message : g_strerror (errno));
      return FALSE;
    }
  CardeaMessage *message = cardea_message_new (of != NULL ? "view.adopt" : "view.open");
  cardea_message_set_session (message, session->id);
  if (of != NULL)
    cardea_message_set_string (message, "of", of);
  else
    cardea_message_set_paths (message, "folders", (const char *const *) folders);
  if (of == NULL && has_viewed_home (session))
    cardea_message_set_path (message, "home", session->home);
  cardea_message_set_path (message, "beginning", guardian_session_view_beginning (session));
  cardea_message_set_string (message, "mode", guardian_session_mode_name (session));
  cardea_message_set_json (message, "grants", describe_grants (session));
  add_heeded (session->context, message);
  cardea_message_set_fd (message, "journal", cardea_fd_steal (&journal));
  session->has_view = TRUE;
  session->view_call = guardian_workers_call (session->context->workers, GUARDIAN_WORKER_VIEW,
                                              message, OPEN_TIMEOUT_MS, reply, session);
  return session->view_call != 0;
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

void
guardian_session_view_ask (GuardianContext *context, CardeaMessage *message)
{
  GuardianSession *session = guardian_session_table_meant (context->sessions, message);
  const GuardianAction *action = guardian_action_view_find (
      cardea_message_get_string (message, "action"), cardea_message_get_boolean (message, "link"));

  if (session != NULL && action != NULL)
    guardian_pipeline_start_worker (session, message, action, GUARDIAN_ASKER_VIEW);
}

/* One record for what one answer covered, in groups. */
void
guardian_session_view_did (GuardianContext *context, CardeaMessage *message)
{
  GuardianSession *session = guardian_session_table_meant (context->sessions, message);
  g_auto (GStrv) paths = cardea_message_get_paths (message, "paths");
  const char *action = cardea_message_get_string (message, "action");
  g_autoptr (GError) error = NULL;

  if (session == NULL || paths == NULL)
    return;
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "outcome", .session = session->id,
                              .request = cardea_message_get_string (message, "by"),
                              .trace = session->trace, .agent = guardian_session_agent (session),
                              .agent_sha256 = session->agent_sha256, .sandbox = session->sandbox,
                              .pid = session->pid, .action = action, .outcome = "done",
                              GUARDIAN_RECORD_POLICY (context->policy),
                              .reason = "what was decided for the folder held for these, too");
  if (g_strcmp0 (action, "file.read") == 0)
    session->files_read += g_strv_length (paths);
  if (!guardian_record_files (context->audit, &record, cardea_message_get_string (message, "grant"),
                              (const char *const *) paths, &error))
    {
      g_warning ("the log cannot be written: %s", error->message);
      guardian_session_end (session, "unavailable", "the log cannot be written");
    }
  else if (session->effects != NULL)
    guardian_effects_recorded (session->effects, cardea_message_get_int64 (message, "journal", 0));
}

void
guardian_session_view_cancel (GuardianContext *context, CardeaMessage *message)
{
  GuardianSession *session = guardian_session_table_meant (context->sessions, message);
  const char *id = cardea_message_get_string (message, "id");

  if (session != NULL)
    guardian_pipeline_cancel (session, id, GUARDIAN_ASKER_VIEW);
}

void
guardian_session_view_ended (GuardianContext *context, CardeaMessage *message)
{
  GuardianSession *session = guardian_session_table_meant (context->sessions, message);

  if (session == NULL)
    {
      guardian_pool_lost (context->pool, cardea_message_session (message));
      return;
    }
  close_effects (session);
  guardian_session_propose_ended (session, message);
  if (session->exited != NULL)
    guardian_session_view_told (session);
  if (guardian_session_adopt_resume (session) || !session->has_view)
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
  close_effects (session);
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
  if (grant->host != NULL)
    return;
  CardeaMessage *event = cardea_message_new ("view.revoke");

  cardea_message_set_string (event, "grant", grant->id);
  guardian_workers_send (context->workers, GUARDIAN_WORKER_VIEW, event);
}

void
guardian_session_view_policy_changed (GuardianContext *context)
{
  CardeaMessage *event = cardea_message_new ("view.forget");

  add_heeded (context, event);
  guardian_workers_send (context->workers, GUARDIAN_WORKER_VIEW, event);
}
