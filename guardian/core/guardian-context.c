/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-badge-table.h"
#include "guardian/core/guardian-context.h"

#include "guardian/core/guardian-connection-store.h"
#include "guardian/core/guardian-consent-broker.h"
#include "guardian/core/guardian-consent-screen.h"
#include "guardian/core/guardian-credential-use.h"
#include "guardian/core/guardian-grant-store.h"
#include "guardian/core/guardian-idle.h"
#include "guardian/core/guardian-keyring.h"
#include "guardian/core/guardian-link-table.h"
#include "guardian/core/guardian-login.h"
#include "guardian/core/guardian-listener.h"
#include "guardian/core/guardian-picture-queue.h"
#include "guardian/core/guardian-policy-fetch.h"
#include "guardian/core/guardian-policy-loader.h"
#include "guardian/core/guardian-pool.h"
#include "guardian/core/guardian-record.h"
#include "guardian/core/guardian-session-net.h"
#include "guardian/core/guardian-session-table.h"
#include "guardian/core/guardian-session-view.h"
#include "guardian/core/guardian-transfer-table.h"
#include "guardian/core/guardian-undo.h"
#include "guardian/core/guardian-worker-events.h"

#include "common/base/cardea-autofd.h"
#include "common/base/cardea-paths.h"

#include <errno.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#define STOP_LIMIT_MS 8000u

/* Composition only: makes the parts, ties them together, starts and ends them in order. */

/* --- the log's hooks --- */

static void
audit_sign (GuardianAudit *audit, GBytes *note_text, gpointer user_data)
{
  GuardianContext *context = user_data;
  guardian_keyring_sign (context->keyring, note_text);
}

static void
merge (CardeaJson *record, const CardeaJson *members)
{
  for (guint i = 0; members != NULL && i < cardea_json_size (members); i++)
    if (cardea_json_get (record, cardea_json_nth_name (members, i)) == NULL)
      cardea_json_set (record, cardea_json_nth_name (members, i),
                       cardea_json_ref (cardea_json_nth (members, i)));
}

static void
tell_watcher (GuardianLink *link, gpointer user_data)
{
  const CardeaJson *record = user_data;
  if (!link->watches_audit)
    return;
  CardeaMessage *message = cardea_message_new ("audit.record");
  cardea_message_set_json (message, "record", cardea_json_copy (record));
  guardian_link_send (link, message);
}

static void
count_watcher (GuardianLink *link, gpointer user_data)
{
  gboolean *watched = user_data;
  *watched = *watched || link->watches_audit;
}

static void
audit_appended (GuardianAudit *audit, gint64 seq, const CardeaJson *leaf, const CardeaJson *detail,
                gpointer user_data)
{
  GuardianContext *context = user_data;
  gboolean watched = FALSE;

  if (context->links == NULL)
    return;
  guardian_link_table_foreach (context->links, count_watcher, &watched);
  if (!watched)
    return;
  g_autoptr (CardeaJson) record = cardea_json_new_object ();
  merge (record, leaf);
  cardea_json_remove (record, "detail");
  cardea_json_remove (record, "sealed");
  merge (record, detail);
  guardian_link_table_foreach (context->links, tell_watcher, record);
}

/* --- grants --- */

static void
grants_changed (gpointer user_data)
{
  GuardianContext *context = user_data;
  if (context->grant_store != NULL)
    guardian_grant_store_changed (context->grant_store);
}

static void
close_handles (GuardianSession *session, gpointer user_data)
{
  const GuardianGrant *grant = user_data;
  guardian_handle_table_close_grant (session->handles, grant->id);
}

/* What was opened under a grant that ends is closed with it. */
static void
grant_ended (const GuardianGrant *grant, gpointer user_data)
{
  GuardianContext *context = user_data;
  const GuardianSession *session = guardian_session_table_find (context->sessions, grant->session);
  g_autoptr (CardeaJson) resource = guardian_grant_to_json (grant);
  g_autoptr (GError) error = NULL;
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "capability.revoke", .session = grant->session,
                              .agent = grant->agent,
                              .trace = session != NULL ? session->trace : NULL,
                              .action = cardea_json_get_string (resource, "action"),
                              .resource = resource,
                              .reason = "what was shared is not shared any more");

  guardian_session_table_foreach (context->sessions, close_handles, (gpointer) grant);
  guardian_session_view_revoke (context, grant);
  guardian_session_net_revoke (context, grant);
  guardian_badge_table_revoke_grant (context->badges, grant->id,
                                     "what it was given under is not shared any more");
  if (!guardian_record_append (context->audit, &record, GUARDIAN_AUDIT_WRITTEN, NULL, &error))
    g_warning ("the end of a grant was not recorded: %s", error->message);
}

/* --- starting --- */

static gboolean
record_run (GuardianContext *context, const char *type, const char *reason,
            GuardianAuditDurability durability, GError **error)
{
  g_autoptr (CardeaJson) facts = cardea_json_new_object ();
  cardea_json_set_string (facts, "version", CARDEA_VERSION);
  if (guardian_audit_torn (context->audit) > 0)
    cardea_json_set_int64_string (facts, "torn", (gint64) guardian_audit_torn (context->audit));
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = type, .pid = getpid (), .facts = facts, .reason = reason,
                              GUARDIAN_RECORD_POLICY (context->policy));
  return guardian_record_append (context->audit, &record, durability, NULL, error);
}

/* The last record of a run that ended in order is guardian.stop. */
static gboolean
ended_badly (GuardianAudit *audit)
{
  gint64 size = guardian_audit_size (audit);
  g_autoptr (CardeaJson) last = size > 0 ? guardian_audit_read (audit, size - 1, NULL) : NULL;
  return size > 0
         && (last == NULL
             || g_strcmp0 (cardea_json_get_string (last, "type"), "guardian.stop") != 0);
}

static gboolean
open_audit (GuardianContext *context, GError **error)
{
  static const GuardianAuditHooks hooks = { .sign = audit_sign, .appended = audit_appended };
  g_autofree char *state = cardea_paths_folder (CARDEA_PATHS_STATE);

  context->audit_folder = g_build_filename (state, "audit", NULL);
  if (g_mkdir (context->audit_folder, 0700) != 0 && errno != EEXIST)
    {
      g_set_error (error, G_FILE_ERROR, g_file_error_from_errno (errno), "cannot make %s: %s",
                   context->audit_folder, g_strerror (errno));
      return FALSE;
    }
  context->audit = guardian_audit_open (context->audit_folder, &hooks, context, error);
  if (context->audit == NULL)
    return FALSE;
  context->unclean = ended_badly (context->audit);
  return TRUE;
}

static GuardianPolicy *
make_policy (void)
{
  static const CardeaPathsKind kinds[]
      = { CARDEA_PATHS_CONFIG, CARDEA_PATHS_STATE, CARDEA_PATHS_DATA, CARDEA_PATHS_CACHE,
          CARDEA_PATHS_RUNTIME };
  g_autoptr (GPtrArray) own = g_ptr_array_new_with_free_func (g_free);
  for (gsize i = 0; i < G_N_ELEMENTS (kinds); i++)
    g_ptr_array_add (own, cardea_paths_folder (kinds[i]));
  g_ptr_array_add (own, NULL);
  return guardian_policy_new ((const char *const *) own->pdata, geteuid ());
}

typedef struct {
  GError *problem;
  gboolean done;
} PolicyStart;

static void
policy_started (const GError *problem, gpointer user_data)
{
  PolicyStart *start = user_data;
  start->problem = problem != NULL ? g_error_copy (problem) : NULL;
  start->done = TRUE;
}

/* A guardian whose policy cannot be used runs, refuses everything and says why. Nobody is let in
 * before: the loader ends by itself, whatever is in a bundle. */
static gboolean
begin_policy (GuardianContext *context, GError **error)
{
  PolicyStart start = { NULL, FALSE };

  if (!guardian_policy_loader_start (context, policy_started, &start))
    start.done = TRUE;
  while (!start.done)
    (void) g_main_context_iteration (NULL, TRUE);
  if (start.problem != NULL)
    g_warning ("%s", start.problem->message);
  gboolean recorded
      = guardian_record_policy (context->audit, context->policy, start.problem, error);
  g_clear_error (&start.problem);
  return recorded;
}

static gboolean
make_parts (GuardianContext *context, GError **error)
{
  g_autofree char *config = cardea_paths_folder (CARDEA_PATHS_CONFIG);
  g_autofree char *state = cardea_paths_folder (CARDEA_PATHS_STATE);

  context->settings = guardian_settings_new (config);
  context->policy = make_policy ();
  context->grants = guardian_grant_table_new (grants_changed, grant_ended, context);
  context->grant_store = guardian_grant_store_new (state, context->grants);
  context->connections = guardian_connection_store_new (state);
  context->sessions = guardian_session_table_new ();
  context->pool = guardian_pool_new (context);
  context->workers = guardian_workers_new (context->starter, &guardian_worker_events, context);
  context->policy_fetch = guardian_policy_fetch_new (context);
  context->keyring = guardian_keyring_new (context);
  context->credentials = guardian_credential_use_new (context);
  context->badges = guardian_badge_table_new (context, state);
  context->logins = guardian_login_table_new (context);
  context->transfers = guardian_transfer_table_new (context);
  context->pictures = guardian_picture_queue_new (context);
  context->undo = guardian_undo_new (context);
  context->consent = guardian_consent_broker_new (context);
  context->screen = guardian_consent_screen_new (context);
  context->links = guardian_link_table_new (context);
  context->capabilities = guardian_capability_store_new (NULL, NULL);
  if (context->capabilities == NULL)
    {
      g_set_error_literal (error, G_FILE_ERROR, G_FILE_ERROR_NOMEM,
                           "no memory can be locked for keys");
      return FALSE;
    }
  if (guardian_settings_damage (context->settings) != NULL)
    g_warning ("%s", guardian_settings_damage (context->settings));
  return open_audit (context, error)
         && record_run (context, "guardian.start", NULL, GUARDIAN_AUDIT_WRITTEN, error)
         && begin_policy (context, error);
}

GuardianContext *
guardian_context_new (GuardianStarter *starter, GuardianListener *listener, CardeaJson *confinement,
                      GError **error)
{
  g_autoptr (GuardianContext) context = g_new0 (GuardianContext, 1);

  context->starter = starter;
  context->listener = listener;
  context->confinement = confinement;
  context->started_us = g_get_real_time ();
  context->user = g_strdup (g_getenv ("USER"));
  context->die_at = cardea_paths_test_seam ("CARDEA_TEST_DIE_AT");
  context->loop = g_main_loop_new (NULL, FALSE);
  if (!make_parts (context, error))
    return NULL;
  guardian_workers_start (context->workers, GUARDIAN_WORKER_KEYS);
  guardian_workers_start (context->workers, GUARDIAN_WORKER_FILES);
  guardian_workers_start (context->workers, GUARDIAN_WORKER_CHANGE);
  guardian_workers_start (context->workers, GUARDIAN_WORKER_VIEW);
  guardian_workers_start (context->workers, GUARDIAN_WORKER_LAUNCH);
  guardian_listener_start (listener, context);
  context->idle = guardian_idle_new (context);
  guardian_undo_start (context->undo);
  return g_steal_pointer (&context);
}

int
guardian_context_run (GuardianContext *context)
{
  g_main_loop_run (context->loop);
  return 0;
}

/* --- stopping --- */

static void
sealed (gboolean ok, gpointer user_data)
{
  GuardianContext *context = user_data;
  g_main_loop_quit (context->loop);
}

static void
leave_if_done (GuardianContext *context)
{
  g_autoptr (GError) error = NULL;

  if (guardian_session_table_alive (context->sessions) > 0)
    return;
  if (!record_run (context, "guardian.stop", NULL, GUARDIAN_AUDIT_SYNCED, &error))
    g_warning ("the end was not recorded: %s", error->message);
  guardian_audit_checkpoint (context->audit, sealed, context);
}

static void
session_ended (gpointer user_data)
{
  leave_if_done (user_data);
}

static void
end_session (GuardianSession *session, gpointer user_data)
{
  guardian_session_when_ended (session, session_ended, session->context);
  guardian_session_end (session, "unavailable", user_data);
}

static gboolean
give_up (gpointer user_data)
{
  GuardianContext *context = user_data;
  g_warning ("something did not end in time");
  g_main_loop_quit (context->loop);
  return G_SOURCE_REMOVE;
}

void
guardian_context_stop (GuardianContext *context, const char *reason)
{
  if (context->stopping)
    return;
  context->stopping = TRUE;
  g_debug ("ending: %s", reason);
  guardian_listener_stop (context->listener);
  g_timeout_add (STOP_LIMIT_MS, give_up, context);
  guardian_pool_clear (context->pool);
  gboolean none = guardian_session_table_alive (context->sessions) == 0;
  guardian_session_table_foreach (context->sessions, end_session, (gpointer) reason);
  if (none)
    leave_if_done (context);
}

void
guardian_context_free (GuardianContext *context)
{
  if (context == NULL)
    return;
  context->stopping = TRUE;
  g_clear_handle_id (&context->stop_unpacking, g_source_remove);
  g_clear_pointer (&context->idle, guardian_idle_free);
  g_clear_pointer (&context->grant_store, guardian_grant_store_free);
  g_clear_pointer (&context->connections, guardian_connection_store_free);
  g_clear_pointer (&context->credentials, guardian_credential_use_free);
  g_clear_pointer (&context->badges, guardian_badge_table_free);
  g_clear_pointer (&context->logins, guardian_login_table_free);
  g_clear_pointer (&context->policy_fetch, guardian_policy_fetch_free);
  g_clear_pointer (&context->pool, guardian_pool_free);
  g_clear_pointer (&context->pictures, guardian_picture_queue_free);
  g_clear_pointer (&context->workers, guardian_workers_free);
  g_clear_pointer (&context->transfers, guardian_transfer_table_free);
  g_clear_pointer (&context->undo, guardian_undo_free);
  g_clear_pointer (&context->audit, guardian_audit_close);
  g_clear_pointer (&context->listener, guardian_listener_free);
  g_clear_pointer (&context->loop, g_main_loop_unref);
  g_clear_pointer (&context->confinement, cardea_json_unref);
  g_free (context->audit_folder);
  g_clear_pointer (&context->policy, guardian_policy_free);
  g_free (context->user);
}
