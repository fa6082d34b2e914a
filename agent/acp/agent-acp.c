/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/acp/agent-acp-terminal.h"

#include "agent/content/agent-error.h"
#include "agent/content/agent-text.h"

#define PROTOCOL 1
#define BEGIN_SECONDS 120 /* programs of a large runtime start slowly from a cold disk */
#define STOP_SECONDS 10   /* until an agent that was told to stop is left alone */
#define REASON_SHOWN 300

/* --- waiting for an answer, serving what comes meanwhile --- */

typedef struct {
  gboolean expired;
  guint source;
} Limit;

static gboolean
expired_cb (gpointer user_data)
{
  Limit *limit = user_data;
  limit->source = 0;
  limit->expired = TRUE;
  return G_SOURCE_REMOVE;
}

static void
limit_start (Limit *limit, guint seconds)
{
  if (limit->source == 0 && !limit->expired)
    limit->source = g_timeout_add_seconds (seconds, expired_cb, limit);
}

static void
limit_clear (Limit *limit)
{
  g_clear_handle_id (&limit->source, g_source_remove);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Limit, limit_clear)

static void
tell_stop (AgentAcp *acp)
{
  CardeaJson *params = cardea_json_new_object ();

  acp->stopped = TRUE;
  agent_acp_terminals_kill (acp);
  cardea_json_set_string (params, "sessionId", acp->session);
  agent_acp_peer_notify (acp->peer, "session/cancel", params);
}

static gboolean
set_lost (const AgentAcp *acp, gboolean late, GError **error)
{
  g_set_error (error, AGENT_ERROR, AGENT_ERROR_UNAVAILABLE,
               late ? "%s did not answer in time. A new chat with it begins it again."
                    : "%s has ended. A new chat with it begins it again.",
               acp->name);
  return FALSE;
}

static gboolean
set_refused (const AgentAcp *acp, const AgentAcpMessage *answer, GError **error)
{
  if (answer->code == AGENT_ACP_ERROR_LOGIN)
    {
      g_set_error (error, AGENT_ERROR, AGENT_ERROR_UNAVAILABLE,
                   "%s wants you to log in first. In a terminal, once: cardeactl run --profile %s "
                   "-- and its own command to log in.",
                   acp->name, acp->name);
      return FALSE;
    }
  g_autofree char *reason
      = agent_text_show (answer->reason != NULL ? answer->reason : "no reason", REASON_SHOWN);
  g_set_error (error, AGENT_ERROR, AGENT_ERROR_UNAVAILABLE, "%s could not do that: %s", acp->name,
               reason);
  return FALSE;
}

static gboolean
is_answer (AgentAcp *acp, const AgentAcpMessage *message, gint64 number)
{
  if (message->kind == AGENT_ACP_RESPONSE)
    return message->number == number;
  if (message->kind == AGENT_ACP_REQUEST)
    agent_acp_serve (acp, message);
  else if (g_str_equal (message->method, "session/update") && message->params != NULL)
    agent_acp_update (acp, message->params);
  return FALSE;
}

/* The answer to request number; the caller's. seconds 0: as long as it takes. */
static AgentAcpMessage *
await (AgentAcp *acp, gint64 number, guint seconds, GError **error)
{
  g_auto (Limit) limit = { 0 };
  GCancellable *cancellable = acp->request->cancellable;

  if (seconds > 0)
    limit_start (&limit, seconds);
  while (agent_acp_peer_is_open (acp->peer) && !limit.expired)
    {
      g_autoptr (AgentAcpMessage) message = agent_acp_peer_pop (acp->peer);
      if (message != NULL && is_answer (acp, message, number))
        {
          if (message->result != NULL)
            return g_steal_pointer (&message);
          set_refused (acp, message, error);
          return NULL;
        }
      if (g_cancellable_is_cancelled (cancellable) && acp->session == NULL)
        {
          g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_CANCELLED, "Stopped.");
          return NULL;
        }
      if (g_cancellable_is_cancelled (cancellable) && !acp->stopped)
        {
          tell_stop (acp);
          limit_start (&limit, STOP_SECONDS);
        }
      if (message == NULL)
        g_main_context_iteration (NULL, TRUE);
    }
  set_lost (acp, limit.expired, error);
  return NULL;
}

/* --- beginning --- */

static gboolean
initialise (AgentAcp *acp, GError **error)
{
  CardeaJson *params = cardea_json_new_object ();
  CardeaJson *abilities = cardea_json_new_object ();
  CardeaJson *files = cardea_json_new_object ();
  CardeaJson *client = cardea_json_new_object ();
  gint64 version = 0;

  cardea_json_set_boolean (files, "readTextFile", TRUE);
  cardea_json_set_boolean (files, "writeTextFile", TRUE);
  cardea_json_set (abilities, "fs", files);
  cardea_json_set_boolean (abilities, "terminal", acp->host->terminal != NULL);
  cardea_json_set_string (client, "name", "cardea");
  cardea_json_set_string (client, "title", "Cardea");
  cardea_json_set_string (client, "version", AGENT_LINK_VERSION);
  cardea_json_set_int (params, "protocolVersion", PROTOCOL);
  cardea_json_set (params, "clientCapabilities", abilities);
  cardea_json_set (params, "clientInfo", client);
  gint64 number = agent_acp_peer_call (acp->peer, "initialize", params);
  g_autoptr (AgentAcpMessage) answer = await (acp, number, BEGIN_SECONDS, error);
  if (answer == NULL)
    return FALSE;
  const CardeaJson *its = cardea_json_get (answer->result, "agentCapabilities");
  const CardeaJson *prompts = its != NULL ? cardea_json_get (its, "promptCapabilities") : NULL;
  if (prompts == NULL || !cardea_json_get_boolean (prompts, "embeddedContext", &acp->takes_content))
    acp->takes_content = FALSE;
  if (cardea_json_get_int (answer->result, "protocolVersion", &version) && version == PROTOCOL)
    return TRUE;
  g_set_error (error, AGENT_ERROR, AGENT_ERROR_UNAVAILABLE,
               "%s speaks another version of the protocol than I do.", acp->name);
  return FALSE;
}

static gboolean
begin (AgentAcp *acp, GError **error)
{
  if (acp->session != NULL)
    return TRUE;
  acp->host->status ("Starting the agent", acp->host->user_data);
  if (!initialise (acp, error))
    return FALSE;
  CardeaJson *params = cardea_json_new_object ();
  cardea_json_set_string (params, "cwd", acp->folder);
  cardea_json_set (params, "mcpServers", cardea_json_new_array ());
  gint64 number = agent_acp_peer_call (acp->peer, "session/new", params);
  g_autoptr (AgentAcpMessage) answer = await (acp, number, BEGIN_SECONDS, error);
  if (answer == NULL)
    return FALSE;
  acp->session = g_strdup (cardea_json_get_string (answer->result, "sessionId"));
  if (acp->session != NULL)
    return TRUE;
  return set_lost (acp, FALSE, error);
}

/* --- one turn --- */

static const struct {
  const char *reason;
  AgentErrorCode code;
  const char *words; /* after its name; NULL: all is well */
} endings[] = {
  { "end_turn", 0, NULL },
  { "max_tokens", AGENT_ERROR_LIMIT, "stopped: its model can say no more at once" },
  { "max_turn_requests", AGENT_ERROR_LIMIT, "stopped: it took as many steps as it may" },
  { "refusal", AGENT_ERROR_UNSUITABLE, "does not want to go on with this" },
  { "cancelled", AGENT_ERROR_STOPPED, "stopped" },
  { NULL, AGENT_ERROR_UNAVAILABLE, "ended its turn in a way I do not know" },
};

static gboolean
end_turn (const AgentAcp *acp, const char *reason, GError **error)
{
  gsize i = 0;

  while (endings[i].reason != NULL && g_strcmp0 (endings[i].reason, reason) != 0)
    i++;
  if (endings[i].words == NULL)
    return TRUE;
  g_set_error (error, AGENT_ERROR, endings[i].code, "%s %s.", acp->name, endings[i].words);
  return FALSE;
}

static gboolean
take_turn (AgentAcp *acp, GError **error)
{
  if (!begin (acp, error))
    return FALSE;
  gint64 number = agent_acp_peer_call (acp->peer, "session/prompt", agent_acp_prompt_new (acp));
  g_autoptr (AgentAcpMessage) answer = await (acp, number, 0, error);
  return answer != NULL
         && end_turn (acp, cardea_json_get_string (answer->result, "stopReason"), error);
}

static gboolean
answer (AgentModel *model, const AgentModelRequest *request, const AgentModelHost *host,
        GError **error)
{
  AgentAcp *acp = (AgentAcp *) model;

  acp->request = request;
  acp->host = host;
  acp->said = 0;
  acp->stopped = FALSE;
  agent_acp_update_begin (acp);
  gboolean done = take_turn (acp, error);
  agent_acp_update_end (acp);
  acp->request = NULL;
  acp->host = NULL;
  return done;
}

static void
dispose (AgentModel *model)
{
  AgentAcp *acp = (AgentAcp *) model;

  g_hash_table_unref (acp->terminals);
  agent_acp_peer_free (acp->peer);
  g_free (acp->name);
  g_free (acp->folder);
  g_free (acp->session);
}

AgentModel *
agent_acp_new (const char *name, const char *folder, int input, int output)
{
  static const AgentModelClass class = { .answer = answer, .dispose = dispose };
  AgentAcp *acp = g_new0 (AgentAcp, 1);

  acp->name = g_strdup (name);
  acp->folder = g_strdup (folder);
  acp->terminals = agent_acp_terminals_new ();
  acp->peer = agent_acp_peer_new (input, output);
  acp->model.class = &class;
  acp->model.name = acp->name;
  return &acp->model;
}
