/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts the front end's link for which hosts the person named, and the egress worker for what a
 * program wants and how much of it went where. Refuses hosts that policy refuses even to the
 * person, and names below which anybody may have one. Known gaps: none. */

#include "guardian/core/guardian-session-net.h"

#include "guardian/core/guardian-action-badge.h"
#include "guardian/core/guardian-action-net.h"
#include "guardian/core/guardian-credential-use.h"
#include "guardian/core/guardian-domain.h"
#include "guardian/core/guardian-input.h"
#include "guardian/core/guardian-exec.h"
#include "guardian/core/guardian-pipeline.h"
#include "guardian/core/guardian-pool.h"
#include "guardian/core/guardian-record.h"
#include "guardian/core/guardian-session-table.h"
#include "guardian/core/guardian-transfer-table.h"

#include "common/base/cardea-host.h"
#include "common/base/cardea-text.h"

#include <string.h>

#define OPEN_TIMEOUT_MS 10000u
#define SHOWN_CHARACTERS 300u
#define LOOPBACK_LIMIT 8u /* ports, as launch.run takes them; further ones: by the proxy only */
#define HTTP_PORT 80u
#define HTTPS_PORT 443u

/* Where the web is, when a person names no port. */
static const guint web_ports[] = { 80, 443 };

/* --- what the person shares --- */

static gboolean
refuse_host (const char *text, const char *code, const char *reason, const char **ret_code,
             char **ret_reason)
{
  g_autofree char *shown = cardea_text_escape (text, strlen (text), NULL);
  g_autofree char *cut = cardea_text_shorten (shown, SHOWN_CHARACTERS);

  *ret_code = code;
  *ret_reason = g_strdup_printf ("%s: %s", cut, reason);
  return FALSE;
}

/* Of a name without a dot nobody else than the network around this computer knows anything. */
static gboolean
is_meant_inside (const char *host)
{
  return cardea_host_is_inside (host)
         || (!cardea_host_is_address (host) && strchr (host, '.') == NULL);
}

static GuardianGrant *
make_grant (const GuardianSession *session, const char *host, guint port, gboolean below)
{
  GuardianGrantHost *matcher = guardian_grant_host_new (host, port, NULL);

  matcher->below = below;
  matcher->inside = is_meant_inside (host);
  return guardian_grant_new_host (guardian_session_agent (session), session->id,
                                  GUARDIAN_GRANT_DESIGNATED, matcher);
}

/* Judged as if it were shared already, like a file that is named. */
static gboolean
may_share (const GuardianSession *session, const GuardianGrant *grant, GuardianDecision *ret_answer)
{
  g_autoptr (GuardianDestination) to
      = guardian_destination_new_tunnel (grant->host->host, grant->host->port, NULL);
  g_autoptr (CardeaJson) input = guardian_input_new_session (
      session, "net.connect", guardian_destination_describe (to), grant);

  *ret_answer = guardian_policy_decide (session->context->policy, input);
  return ret_answer->effect != GUARDIAN_EFFECT_DENY;
}

static gboolean
record_shared (const GuardianSession *session, GuardianGrant *grant,
               const GuardianDecision *refused, GuardianAuditDurability durability)
{
  g_autoptr (CardeaJson) resource = guardian_grant_to_json (grant);
  g_autoptr (CardeaJson) facts = cardea_json_new_object ();
  g_autoptr (GError) error = NULL;

  if (refused == NULL)
    cardea_json_set_string (facts, "grant", grant->id);
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "decision", .session = session->id, .trace = session->trace,
                              .agent = grant->agent, .facts = facts, .action = "net.connect",
                              .effect = refused != NULL ? "deny" : "allow",
                              .policy = refused != NULL ? refused->policy : "designation",
                              .revision = guardian_policy_revision (session->context->policy),
                              .resource = resource,
                              .reason = refused != NULL ? refused->reason : "named by the person");
  if (guardian_record_append (session->context->audit, &record, durability, &grant->record, &error))
    return TRUE;
  g_warning ("a host was not recorded: %s", error->message);
  return FALSE;
}

/* What its profile says is kept to there, also where the person named the host, too. NULL: nothing.
 */
static const CardeaJson *
find_limits (const GuardianSession *session, const char *text)
{
  return session->profile != NULL && session->profile->limits != NULL
             ? cardea_json_get (session->profile->limits, text)
             : NULL;
}

/* One grant a port. */
static gboolean
read_host (GuardianSession *session, const char *text, GPtrArray *grants, const char **ret_code,
           char **ret_reason)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *host = NULL;
  gboolean below = FALSE;
  guint port = 0;

  if (!cardea_host_parse (text, &host, &port, &below, &error))
    return refuse_host (text, "malformed", error->message, ret_code, ret_reason);
  if (below && guardian_domain_is_public (host))
    return refuse_host (text, "denied", "names below this one belong to anybody", ret_code,
                        ret_reason);
  for (gsize i = 0; i < (port != 0 ? 1 : G_N_ELEMENTS (web_ports)); i++)
    {
      GuardianGrant *grant = make_grant (session, host, port != 0 ? port : web_ports[i], below);
      const CardeaJson *limits = find_limits (session, text);
      GuardianDecision answer;
      g_ptr_array_add (grants, grant);
      if (limits != NULL && !guardian_grant_host_limit (grant->host, limits))
        return refuse_host (text, "malformed", "the profile's limits are not of their form",
                            ret_code, ret_reason);
      if (may_share (session, grant, &answer))
        continue;
      /* Nothing follows from a refusal: one that cannot be recorded is refused all the same. */
      if (!record_shared (session, grant, &answer, GUARDIAN_AUDIT_WRITTEN))
        g_warning ("%s was refused without a record", host);
      return refuse_host (text, "denied", answer.reason, ret_code, ret_reason);
    }
  return TRUE;
}

/* All of them are on the disk before the first is in force. */
static gboolean
grant_all (GuardianSession *session, GPtrArray *grants, const char **ret_code, char **ret_reason)
{
  *ret_code = "unavailable";
  for (guint i = 0; i < grants->len; i++)
    if (!record_shared (session, grants->pdata[i], NULL,
                        i + 1 == grants->len ? GUARDIAN_AUDIT_SYNCED : GUARDIAN_AUDIT_WRITTEN))
      {
        *ret_reason = g_strdup ("the log cannot be written: nothing is done without a record");
        return FALSE;
      }
  *ret_code = "busy";
  while (grants->len > 0)
    if (!guardian_grant_table_add (session->context->grants, g_ptr_array_steal_index (grants, 0)))
      {
        *ret_reason = g_strdup ("too much is shared already");
        return FALSE;
      }
  return TRUE;
}

static gboolean
is_named (const CardeaJson *named, const char *host)
{
  for (guint i = 0; i < cardea_json_size (named); i++)
    if (g_strcmp0 (cardea_json_string (cardea_json_nth (named, i)), host) == 0)
      return TRUE;
  return FALSE;
}

/* The person's own first. The caller owns it. */
static char **
list_hosts (const GuardianSession *session)
{
  const CardeaJson *named = cardea_message_get_json (session->opening, "net");
  g_autoptr (GStrvBuilder) hosts = g_strv_builder_new ();

  for (guint i = 0; i < cardea_json_size (named); i++)
    g_strv_builder_add (hosts, cardea_json_string (cardea_json_nth (named, i)));
  for (char **host = session->profile != NULL ? session->profile->net : NULL;
       host != NULL && *host != NULL; host++)
    if (!is_named (named, *host))
      g_strv_builder_add (hosts, *host);
  return g_strv_builder_end (hosts);
}

gboolean
guardian_session_net_is_wanted (const GuardianSession *session)
{
  g_auto (GStrv) hosts = session->exec == NULL ? list_hosts (session) : NULL;
  return hosts != NULL ? hosts[0] != NULL : session->exec->hosts != NULL;
}

gboolean
guardian_session_net_share (GuardianSession *session, const char **ret_code, char **ret_reason)
{
  g_auto (GStrv) hosts = list_hosts (session);
  g_autoptr (GPtrArray) grants
      = g_ptr_array_new_with_free_func ((GDestroyNotify) guardian_grant_free);

  for (guint i = 0; hosts[i] != NULL; i++)
    if (!read_host (session, hosts[i], grants, ret_code, ret_reason))
      return FALSE;
  return grants->len == 0 || grant_all (session, grants, ret_code, ret_reason);
}

/* --- the proxy --- */

static gboolean
is_for (const GuardianGrant *grant, const GuardianSession *session)
{
  if (grant->host == NULL)
    return FALSE;
  return grant->session != NULL ? strcmp (grant->session, session->id) == 0
                                : g_strcmp0 (grant->agent, guardian_session_agent (session)) == 0;
}

/* Whether it still opens what it is for without a question. *ret_limits: what policy limits there
 * (GuardianDecision.limits). */
static gboolean
is_open (const GuardianSession *session, const GuardianGrant *grant, const char **ret_limits)
{
  CardeaJson *resource = cardea_json_new_object ();

  guardian_grant_host_write (grant->host, resource);
  if (grant->host->methods != NULL || grant->host->limits != NULL)
    cardea_json_set_string (resource, "method",
                            grant->host->methods != NULL ? grant->host->methods[0] : "GET");
  if (cardea_host_is_address (grant->host->host))
    cardea_json_set_string (resource, "address", grant->host->host);
  cardea_json_set (resource, "labels", cardea_json_new_array ());
  g_autoptr (CardeaJson) input = guardian_input_new_session (
      session, guardian_grant_host_action (grant->host), resource, grant);
  GuardianDecision decision = guardian_policy_decide (session->context->policy, input);
  *ret_limits = decision.limits;
  return decision.effect == GUARDIAN_EFFECT_ALLOW;
}

void
guardian_session_net_told (GuardianSession *session, const GuardianGrant *grant, const char *limits)
{
  if (limits != NULL)
    g_hash_table_insert (session->net_limits, g_strdup (grant->id), (gpointer) limits);
  else
    g_hash_table_remove (session->net_limits, grant->id);
}

static void
add_port (CardeaJson *ports, guint port)
{
  g_autofree char *text = g_strdup_printf ("%u", port);

  for (guint i = 0; i < cardea_json_size (ports); i++)
    if (g_strcmp0 (cardea_json_string (cardea_json_nth (ports, i)), text) == 0)
      return;
  if (cardea_json_size (ports) < LOOPBACK_LIMIT)
    cardea_json_append (ports, cardea_json_new_string (text));
}

CardeaJson *
guardian_session_net_loopback (const GuardianSession *session)
{
  GPtrArray *grants = guardian_grant_table_list (session->context->grants);
  g_autoptr (CardeaJson) ports = cardea_json_new_array ();

  for (guint i = 0; i < grants->len; i++)
    {
      const GuardianGrant *grant = grants->pdata[i];
      if (!is_for (grant, session) || !cardea_host_is_loopback (grant->host->host))
        continue;
      add_port (ports, grant->host->port != 0 ? grant->host->port : HTTP_PORT);
      if (grant->host->port == 0)
        add_port (ports, HTTPS_PORT);
    }
  return cardea_json_size (ports) > 0 ? g_steal_pointer (&ports) : NULL;
}

static CardeaJson *
describe_grants (GuardianSession *session)
{
  GPtrArray *grants = guardian_grant_table_list (session->context->grants);
  CardeaJson *array = cardea_json_new_array ();

  for (guint i = 0; i < grants->len; i++)
    {
      const GuardianGrant *grant = grants->pdata[i];
      const char *limits = NULL;
      CardeaJson *told = is_for (grant, session) && is_open (session, grant, &limits)
                             ? guardian_action_net_describe (grant, limits)
                             : NULL;
      if (told == NULL)
        continue;
      guardian_session_net_told (session, grant, limits);
      cardea_json_append (array, told);
    }
  return array;
}

/* They come while the program is being started: what it sends to their hosts before waits in the
 * egress worker, and one that does not come is refused there (egress.credential's problem). */
static void
credentials_ready (const char *code, const char *reason, gpointer user_data)
{
}

gboolean
guardian_session_net_open (GuardianSession *session, const char *of, GuardianWorkersReply reply)
{
  GuardianWorkers *workers = session->context->workers;
  CardeaMessage *message = cardea_message_new (of != NULL ? "egress.adopt" : "egress.open");

  guardian_workers_start (workers, GUARDIAN_WORKER_EGRESS);
  guardian_credential_use_load_all (session->context->credentials, credentials_ready, session);
  cardea_message_set_session (message, session->id);
  if (of != NULL)
    cardea_message_set_string (message, "of", of);
  cardea_message_set_json (message, "grants", describe_grants (session));
  session->has_proxy = TRUE;
  session->net_call = guardian_workers_call (workers, GUARDIAN_WORKER_EGRESS, message,
                                             OPEN_TIMEOUT_MS, reply, session);
  return session->net_call != 0;
}

void
guardian_session_net_close (GuardianSession *session)
{
  guardian_transfer_table_session_ended (session->context->transfers, session);
  if (!session->has_proxy && !session->metered)
    return;
  session->has_proxy = session->metered = FALSE;
  CardeaMessage *event = cardea_message_new ("egress.close");
  cardea_message_set_session (event, session->id);
  guardian_workers_send (session->context->workers, GUARDIAN_WORKER_EGRESS, event);
}

void
guardian_session_net_ask (GuardianContext *context, CardeaMessage *message)
{
  GuardianSession *session = guardian_session_table_meant (context->sessions, message);
  const GuardianAction *action
      = guardian_action_net_find (cardea_message_get_string (message, "action"));

  if (session != NULL && action != NULL)
    guardian_pipeline_start_worker (session, message, action, GUARDIAN_ASKER_EGRESS);
}

void
guardian_session_net_look (GuardianContext *context, CardeaMessage *message)
{
  GuardianSession *session = guardian_session_table_meant (context->sessions, message);

  if (session != NULL)
    guardian_pipeline_start_worker (session, message, guardian_action_net_look (),
                                    GUARDIAN_ASKER_EGRESS);
}

void
guardian_session_net_badge (GuardianContext *context, CardeaMessage *message)
{
  GuardianSession *session = guardian_session_table_meant (context->sessions, message);

  if (session != NULL)
    guardian_pipeline_start_worker (session, message, guardian_action_badge_row (),
                                    GUARDIAN_ASKER_EGRESS);
}

void
guardian_session_net_cancel (GuardianContext *context, CardeaMessage *message)
{
  GuardianSession *session = guardian_session_table_meant (context->sessions, message);
  const char *id = cardea_message_get_string (message, "id");

  if (session != NULL)
    guardian_pipeline_cancel (session, id, GUARDIAN_ASKER_EGRESS);
}

static void
record_moved (const GuardianSession *session, const CardeaMessage *message)
{
  const char *grant = cardea_message_get_string (message, "grant");
  const char *address = cardea_message_get_string (message, "address");
  const char *reason = cardea_message_get_string (message, "reason");
  g_autoptr (CardeaJson) resource = cardea_json_new_object ();
  g_autoptr (CardeaJson) facts = cardea_json_new_object ();
  g_autoptr (GError) error = NULL;

  cardea_json_set_string (resource, "host", cardea_message_get_string (message, "host"));
  cardea_json_set_int (resource, "port", cardea_message_get_int (message, "port", 0));
  if (address != NULL)
    cardea_json_set_string (resource, "address", address);
  if (grant != NULL)
    cardea_json_set_string (facts, "grant", grant);
  cardea_json_set_int64_string (facts, "sent", cardea_message_get_int64 (message, "sent", 0));
  cardea_json_set_int64_string (facts, "received",
                                cardea_message_get_int64 (message, "received", 0));
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "outcome", .session = session->id, .trace = session->trace,
                              .agent = guardian_session_agent (session),
                              .agent_sha256 = session->agent_sha256, .sandbox = session->sandbox,
                              .pid = session->pid, .action = "net.connect",
                              .outcome = reason == NULL ? "done" : "broken", .reason = reason,
                              .resource = resource, .facts = facts);
  record.bytes = cardea_message_get_int64 (message, "sent", 0);
  if (!guardian_record_append (session->context->audit, &record, GUARDIAN_AUDIT_WRITTEN, NULL,
                               &error))
    g_warning ("the end of a connection was not recorded: %s", error->message);
}

/* Allowed, and yet nothing came of it: a name that is not known, an address not to go to. */
static void
note_unreached (GuardianSession *session, const CardeaMessage *message)
{
  const char *reason = cardea_message_get_string (message, "reason");

  if (reason != NULL)
    guardian_refusals_note (&session->unasked, cardea_message_get_string (message, "host"), reason);
}

void
guardian_session_net_moved (GuardianContext *context, CardeaMessage *message)
{
  GuardianSession *session = guardian_session_table_meant (context->sessions, message);
  gint64 sent = cardea_message_get_int64 (message, "sent", 0);

  if (session == NULL)
    return;
  GuardianGrant *grant
      = guardian_grant_table_get (context->grants, cardea_message_get_string (message, "grant"));
  const char *credential = cardea_message_get_string (message, "credential");
  record_moved (session, message);
  if (sent == 0 && cardea_message_get_int64 (message, "received", 0) == 0)
    note_unreached (session, message);
  if (credential != NULL
      && !guardian_credential_use_record (
          context->credentials, session, credential, cardea_message_get_string (message, "host"),
          (guint) cardea_message_get_int (message, "port", 0), message))
    guardian_session_end (session, "unavailable", "the use of a credential cannot be recorded");
  guardian_flow_let_out (&session->flow, sent);
  if (grant != NULL)
    guardian_grant_table_used (context->grants, grant, sent);
}

void
guardian_session_net_refused (GuardianContext *context, CardeaMessage *message)
{
  GuardianSession *session = guardian_session_table_meant (context->sessions, message);
  g_autoptr (CardeaJson) facts = cardea_json_new_object ();
  g_autoptr (GError) error = NULL;

  if (session == NULL)
    return;
  guardian_refusals_note (&session->unasked, cardea_message_get_string (message, "what"),
                          cardea_message_get_string (message, "reason"));
  cardea_json_set_string (facts, "wanted", cardea_message_get_string (message, "what"));
  cardea_json_set_int (facts, "count", cardea_message_get_int (message, "count", 1));
  GuardianRecord record
      = GUARDIAN_RECORD_INIT (.type = "violation", .session = session->id, .trace = session->trace,
                              .agent = guardian_session_agent (session),
                              .agent_sha256 = session->agent_sha256, .sandbox = session->sandbox,
                              .pid = session->pid, .action = "net.connect", .effect = "deny",
                              .facts = facts,
                              .reason = cardea_message_get_string (message, "reason"));
  if (!guardian_record_append (context->audit, &record, GUARDIAN_AUDIT_WRITTEN, NULL, &error))
    g_warning ("a refusal was not recorded: %s", error->message);
}

void
guardian_session_net_ended (GuardianContext *context, CardeaMessage *message)
{
  GuardianSession *session = guardian_session_table_meant (context->sessions, message);

  /* With the last process of the sandbox its listener goes: launch.exited follows. */
  if (session != NULL)
    session->has_proxy = FALSE;
  else
    guardian_pool_lost (context->pool, cardea_message_session (message));
}

static void
end_guest (GuardianSession *session, gpointer user_data)
{
  if (!session->has_proxy)
    return;
  session->has_proxy = FALSE;
  guardian_session_end (session, "unavailable", GUARDIAN_SESSION_NET_LOST);
}

void
guardian_session_net_worker_died (GuardianContext *context)
{
  guardian_transfer_table_worker_died (context->transfers);
  guardian_session_table_foreach (context->sessions, end_guest, NULL);
}

/* --- what was open before is not any more --- */

/* session NULL: in every session. */
static void
cut (GuardianContext *context, const GuardianGrant *grant, const GuardianSession *session)
{
  CardeaMessage *event = cardea_message_new ("egress.revoke");

  if (session != NULL)
    cardea_message_set_session (event, session->id);
  cardea_message_set_string (event, "grant", grant->id);
  guardian_workers_send (context->workers, GUARDIAN_WORKER_EGRESS, event);
}

void
guardian_session_net_revoke (GuardianContext *context, const GuardianGrant *grant)
{
  if (grant->host == NULL)
    return;
  guardian_transfer_table_grant_ended (context->transfers, grant->id);
  cut (context, grant, NULL);
}

/* Of all that it may go to without a question: what it may not any more, or otherwise. */
static void
look_again (GuardianSession *session, gpointer user_data)
{
  GPtrArray *grants = guardian_grant_table_list (session->context->grants);

  for (guint i = 0; session->has_proxy && i < grants->len; i++)
    {
      const GuardianGrant *grant = grants->pdata[i];
      const char *limits = NULL;
      if (is_for (grant, session)
          && (!is_open (session, grant, &limits)
              || g_strcmp0 (limits, g_hash_table_lookup (session->net_limits, grant->id)) != 0))
        cut (session->context, grant, session);
    }
}

void
guardian_session_net_policy_changed (GuardianContext *context)
{
  guardian_session_table_foreach (context->sessions, look_again, NULL);
}

void
guardian_session_net_flowed (GuardianSession *session)
{
  guint seen
      = 2 * guardian_label_set_size (session->labels_read) + (session->flow.untrusted ? 1 : 0);

  if (!session->has_proxy || session->flow_seen == seen)
    return;
  session->flow_seen = seen;
  look_again (session, NULL);
}
