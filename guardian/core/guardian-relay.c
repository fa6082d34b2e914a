/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "guardian/core/guardian-relay.h"

#include "guardian/core/guardian-consent-broker.h"
#include "guardian/core/guardian-designation.h"
#include "guardian/core/guardian-record.h"
#include "guardian/core/guardian-session-net.h"

#include "common/base/cardea-encoding.h"
#include "common/protocol/cardea-path-json.h"

#define TRACE_BYTES 16
#define RESUME_POLL_MS 20u

static const char *const agent_actions[]
    = { "file.read",    "file.list",      "file.write",      "file.append", "file.create",
        "file.delete",  "file.rename",    "file.metadata",   "net.request", "exec.run",
        "agent.permit", "clipboard.read", "clipboard.write", NULL };

void
guardian_relay_add_files (GuardianSession *session, GPtrArray *grants)
{
  for (guint i = 0; i < grants->len; i++)
    {
      const GuardianGrant *grant = grants->pdata[i];
      g_autofree char *name = guardian_object_name (grant->path);
      CardeaJson *file = cardea_json_new_object ();
      cardea_path_json_set (file, "path", grant->path);
      cardea_path_json_set (file, "name", name);
      cardea_json_set_string (file, "kind", grant->is_folder ? "folder" : "file");
      cardea_json_set_string (file, "access", guardian_grant_access (grant));
      cardea_json_set_string (file, "grant", grant->id);
      g_ptr_array_add (session->files, file);
    }
}

CardeaJson *
guardian_relay_agent_files (GPtrArray *files)
{
  CardeaJson *array = cardea_json_new_array ();
  for (guint i = 0; i < files->len; i++)
    {
      CardeaJson *file = cardea_json_copy (files->pdata[i]);
      cardea_json_remove (file, "grant");
      cardea_json_append (array, file);
    }
  return array;
}

char *
guardian_relay_issue (GuardianSession *session, const char **ret_reason)
{
  GuardianContext *context = session->context;
  const char *thumbprint = session->agent != NULL && session->agent->channel != NULL
                               ? cardea_channel_peer_thumbprint (session->agent->channel)
                               : NULL;
  g_autoptr (GError) error = NULL;

  *ret_reason = "no more capabilities can be issued now";
  /* What could not be minted is not recorded as issued either. */
  if (thumbprint == NULL
      || guardian_capability_store_count (context->capabilities, session->id)
             >= GUARDIAN_CAPABILITY_STORE_SESSION_LIMIT)
    return NULL;
  GuardianCapabilityTerms terms = {
    .session = session->id,
    .peer = thumbprint,
    .actions = agent_actions,
    .policy = guardian_policy_revision (context->policy),
    .seconds = GUARDIAN_SESSION_CAPABILITY_SECONDS,
  };
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "capability.issue", .session = session->id,
                              .trace = session->trace, .agent = GUARDIAN_AGENT_NAME,
                              .agent_sha256 = session->agent_sha256, .sandbox = session->sandbox,
                              .pid = session->pid, .revision = terms.policy);
  if (!guardian_record_append (context->audit, &record, GUARDIAN_AUDIT_SYNCED, NULL, &error))
    {
      g_warning ("a capability was not recorded: %s", error->message);
      *ret_reason = "the log cannot be written: nothing is done without a record";
      return NULL;
    }
  return guardian_capability_store_mint (context->capabilities, &terms);
}

/* --- what a conversation has taken in --- */

/* Nobody is told twice. NULL: nothing new. */
static CardeaJson *
tell_flow (GuardianSession *session)
{
  guint seen
      = 1 + 2 * guardian_label_set_size (session->labels_read) + (session->flow.untrusted ? 1 : 0);

  if (session->flow_told == seen)
    return NULL;
  session->flow_told = seen;
  CardeaJson *flow = cardea_json_new_object ();
  cardea_json_set (flow, "labels", guardian_label_set_to_json (session->labels_read));
  cardea_json_set_boolean (flow, "untrusted", session->flow.untrusted);
  return flow;
}

/* Words of an earlier session are what that one had read: this one then has read it, too. A front
 * end that cannot say what that was may not bring them. NULL, or why not. */
static const char *
take_flow (GuardianSession *session, const CardeaMessage *request)
{
  const CardeaJson *flow = cardea_message_get_json (request, "flow");
  gboolean untrusted;

  if (flow == NULL && cardea_message_get_json (request, "before") == NULL)
    return NULL;
  if (session->user_request != NULL)
    return "what was said before comes with a session's first message";
  if (flow == NULL || !cardea_json_get_boolean (flow, "untrusted", &untrusted)
      || !guardian_label_set_add_json (&session->labels_read, cardea_json_get (flow, "labels")))
    return "it is not known what was read before";
  if (untrusted)
    guardian_flow_take_in (&session->flow, FALSE);
  guardian_session_net_flowed (session);
  return NULL;
}

/* --- from the person to the agent --- */

typedef struct {
  GuardianSession *session;
  GuardianLink *link;
  CardeaMessage *request;
} Turn;

static void
turn_free (Turn *turn)
{
  guardian_session_unref (turn->session);
  guardian_link_unref (turn->link);
  cardea_message_unref (turn->request);
  g_free (turn);
}

static void
begin_turn (Turn *turn, CardeaJson *files)
{
  GuardianSession *session = turn->session;
  const char *trace = cardea_message_trace (turn->request);
  const char *text = cardea_message_get_string (turn->request, "text");
  CardeaJson *before = cardea_message_get_json (turn->request, "before");
  CardeaMessage *message = cardea_message_new ("chat.user");

  g_free (session->trace);
  session->trace = trace != NULL ? g_strdup (trace) : cardea_id_new (TRACE_BYTES);
  g_free (session->user_request);
  session->user_request = g_strdup (text);
  guardian_consent_broker_person_wrote (session->context->consent, session);
  cardea_message_set_session (message, session->id);
  cardea_message_set_trace (message, session->trace);
  cardea_message_set_string (message, "text", text);
  cardea_message_set_json (message, "files", files);
  if (before != NULL)
    cardea_message_set_json (message, "before", cardea_json_ref (before));
  if (session->agent != NULL && guardian_link_send (session->agent, message))
    guardian_link_done (turn->link, turn->request);
  else
    guardian_link_refuse (turn->link, turn->request, "unavailable", "the agent cannot be reached");
  turn_free (turn);
}

static void
files_granted (GPtrArray *grants, const char *code, const char *reason, gpointer user_data)
{
  Turn *turn = user_data;
  GuardianSession *session = turn->session;

  session->designation = NULL;
  if (grants == NULL || session->state != GUARDIAN_SESSION_READY)
    {
      guardian_link_refuse (turn->link, turn->request, code != NULL ? code : "unavailable",
                            reason != NULL ? reason : "the session has ended");
      turn_free (turn);
      return;
    }
  guint before = session->files->len;
  guardian_relay_add_files (session, grants);
  g_autoptr (GPtrArray) added = g_ptr_array_new ();
  for (guint i = before; i < session->files->len; i++)
    g_ptr_array_add (added, session->files->pdata[i]);
  begin_turn (turn, guardian_relay_agent_files (added));
}

void
guardian_relay_user (GuardianSession *session, GuardianLink *link, CardeaMessage *request)
{
  g_auto (GStrv) paths = cardea_message_get_paths (request, "files");
  guint n_paths = paths != NULL ? g_strv_length (paths) : 0;

  if (session->designation != NULL || session->files->len + n_paths > GUARDIAN_SESSION_FILES_LIMIT)
    {
      guardian_link_refuse (link, request, "busy", "too many files at once");
      return;
    }
  const char *trouble = take_flow (session, request);
  if (trouble != NULL)
    {
      guardian_link_refuse (link, request, "malformed", trouble);
      return;
    }
  Turn *turn = g_new0 (Turn, 1);
  turn->session = guardian_session_ref (session);
  turn->link = guardian_link_ref (link);
  turn->request = cardea_message_ref (request);
  if (n_paths == 0)
    {
      begin_turn (turn, cardea_json_new_array ());
      return;
    }
  GuardianDesignationTerms terms = {
    .session = session,
    .home = session->home,
    .folder = session->folder,
    .trace = cardea_message_trace (request),
    .origin = GUARDIAN_GRANT_DESIGNATED,
    .level = GUARDIAN_GRANT_READ,
  };
  session->designation = guardian_designation_start (
      session->context, &terms, (const char *const *) paths, files_granted, turn);
}

void
guardian_relay_stop (GuardianSession *session)
{
  if (session->agent == NULL)
    return;
  CardeaMessage *message = cardea_message_new ("chat.stop");
  cardea_message_set_session (message, session->id);
  cardea_message_set_trace (message, session->trace);
  guardian_link_send (session->agent, message);
}

/* --- from the agent to the person --- */

static gboolean
resume_cb (gpointer user_data)
{
  g_autoptr (GuardianSession) held = guardian_session_ref (user_data);
  GuardianSession *session = user_data;

  if (session->owner != NULL && session->owner->channel != NULL && session->agent != NULL
      && session->agent->channel != NULL
      && cardea_channel_pending (session->owner->channel) > GUARDIAN_RELAY_PENDING_LIMIT / 2)
    return G_SOURCE_CONTINUE;
  session->agent_paused = FALSE;
  if (session->agent != NULL && session->agent->channel != NULL)
    cardea_channel_set_reading (session->agent->channel, TRUE);
  return G_SOURCE_REMOVE;
}

static void
resume_done (gpointer user_data)
{
  guardian_session_unref (user_data);
}

static void
slow_down (GuardianSession *session)
{
  if (session->agent_paused
      || cardea_channel_pending (session->owner->channel) <= GUARDIAN_RELAY_PENDING_LIMIT)
    return;
  session->agent_paused = TRUE;
  cardea_channel_set_reading (session->agent->channel, FALSE);
  g_timeout_add_full (G_PRIORITY_DEFAULT, RESUME_POLL_MS, resume_cb, guardian_session_ref (session),
                      resume_done);
}

static void
say (GuardianSession *session, const char *kind, const char *text, CardeaJson *data)
{
  CardeaMessage *message = cardea_message_new ("chat.event");

  cardea_message_set_session (message, session->id);
  cardea_message_set_trace (message, session->trace);
  cardea_message_set_string (message, "kind", kind);
  cardea_message_set_string (message, "text", text);
  if (data != NULL)
    cardea_message_set_json (message, "data", data);
  CardeaJson *flow = tell_flow (session);
  if (flow != NULL)
    cardea_message_set_json (message, "flow", flow);
  guardian_link_send (session->owner, message);
}

void
guardian_relay_agent (GuardianSession *session, CardeaMessage *event)
{
  CardeaJson *data = cardea_message_get_json (event, "data");

  if (session->owner == NULL || session->owner->channel == NULL)
    return;
  say (session, cardea_message_get_string (event, "kind"),
       cardea_message_get_string (event, "text"), data != NULL ? cardea_json_ref (data) : NULL);
  if (session->owner->channel != NULL && session->agent != NULL && session->agent->channel != NULL)
    slow_down (session);
}

void
guardian_relay_say (GuardianSession *session, const char *kind, const char *text, CardeaJson *data)
{
  if (session->owner != NULL && session->owner->channel != NULL)
    say (session, kind, text, data);
  else
    g_clear_pointer (&data, cardea_json_unref);
}
