/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/acp/agent-acp-terminal.h"

#include "agent/content/agent-error.h"

#include <string.h>

/* What a foreign agent asks of us. It has no authority here: files go through the guardian as they
 * would for any model, and a question of its own is answered by the person. */

static void
refuse (AgentAcp *acp, const AgentAcpMessage *request, const GError *error)
{
  gboolean missing = g_error_matches (error, AGENT_ERROR, AGENT_ERROR_NOT_FOUND);
  gboolean wrong = g_error_matches (error, AGENT_ERROR, AGENT_ERROR_ARGUMENT);

  agent_acp_peer_refuse (acp->peer, request,
                         missing ? AGENT_ACP_ERROR_NOT_FOUND
                         : wrong ? AGENT_ACP_ERROR_PARAMETERS
                                 : AGENT_ACP_ERROR_INTERNAL,
                         error->message);
}

static AgentToolResult *
run (AgentAcp *acp, const char *tool, CardeaJson *arguments, GError **error)
{
  return acp->host->run (tool, arguments, acp->host->user_data, error);
}

/* --- files --- */

static void
read_file (AgentAcp *acp, const AgentAcpMessage *request)
{
  g_autoptr (GError) error = NULL;
  const char *path = cardea_json_get_string (request->params, "path");
  gint64 number;
  CardeaJson *arguments = cardea_json_new_object ();

  cardea_json_set_string (arguments, "file", path != NULL ? path : "");
  cardea_json_set_boolean (arguments, "exact", TRUE);
  if (cardea_json_get_int (request->params, "line", &number))
    cardea_json_set_int (arguments, "line", MAX (number, 1));
  gboolean limited = cardea_json_get_int (request->params, "limit", &number);
  cardea_json_set_int (arguments, "lines",
                       limited ? CLAMP (number, 1, AGENT_TOOL_LINES_MAX) : AGENT_TOOL_LINES_MAX);
  g_autoptr (AgentToolResult) result = run (acp, "read", arguments, &error);
  if (result == NULL)
    {
      refuse (acp, request, error);
      return;
    }
  gboolean more = FALSE;
  if (!limited && cardea_json_get_boolean (result->data, "more", &more) && more)
    {
      agent_acp_peer_refuse (acp->peer, request, AGENT_ACP_ERROR_INTERNAL,
                             "The file is too long to be read at once: give line and limit.");
      return;
    }
  CardeaJson *answer = cardea_json_new_object ();
  cardea_json_set_string (answer, "content", cardea_json_get_string (result->data, "text"));
  agent_acp_peer_reply (acp->peer, request, answer);
}

static void
write_file (AgentAcp *acp, const AgentAcpMessage *request)
{
  g_autoptr (GError) error = NULL;
  const char *path = cardea_json_get_string (request->params, "path");
  const char *content = cardea_json_get_string (request->params, "content");
  CardeaJson *arguments = cardea_json_new_object ();

  cardea_json_set_string (arguments, "file", path != NULL ? path : "");
  if (content != NULL)
    cardea_json_set_string (arguments, "content", content);
  g_autoptr (AgentToolResult) result = run (acp, "write", arguments, &error);
  if (result == NULL)
    refuse (acp, request, error);
  else
    agent_acp_peer_reply (acp->peer, request, cardea_json_new_object ());
}

/* --- questions --- */

/* The first option of the first of kinds that there is; NULL: there is none. */
static const char *
find_option (const CardeaJson *options, const char *const *kinds)
{
  for (; *kinds != NULL; kinds++)
    for (guint i = 0; i < cardea_json_size (options); i++)
      {
        const CardeaJson *option = cardea_json_nth (options, i);
        if (g_strcmp0 (cardea_json_get_string (option, "kind"), *kinds) == 0)
          return cardea_json_get_string (option, "optionId");
      }
  return NULL;
}

/* "Always" would hold in the agent and be seen by nobody: only what holds once is ever chosen. */
static const char *const yes[] = { "allow_once", NULL };
static const char *const no[] = { "reject_once", "reject_always", NULL };

static void
ask_person (AgentAcp *acp, const AgentAcpMessage *request)
{
  g_autoptr (GError) error = NULL;
  AgentAcpSubject subject = { 0 };
  const CardeaJson *options = cardea_json_get (request->params, "options");
  const CardeaJson *call = cardea_json_get (request->params, "toolCall");
  const char *option = find_option (options, yes);
  CardeaJson *outcome = cardea_json_new_object ();
  CardeaJson *answer = cardea_json_new_object ();

  agent_acp_subject_read (&subject, call);
  const AgentModelStep step = {
    .tool = subject.kind,
    .title = subject.title,
    .path = subject.path,
    .detail = subject.detail,
  };
  if (option == NULL || acp->stopped || !acp->host->permit (&step, acp->host->user_data, &error))
    option = find_option (options, no);
  agent_acp_subject_clear (&subject);
  if (acp->stopped || g_cancellable_is_cancelled (acp->request->cancellable))
    option = NULL;
  cardea_json_set_string (outcome, "outcome", option != NULL ? "selected" : "cancelled");
  if (option != NULL)
    cardea_json_set_string (outcome, "optionId", option);
  cardea_json_set (answer, "outcome", outcome);
  agent_acp_peer_reply (acp->peer, request, answer);
}

static const struct {
  const char *method;
  void (*serve) (AgentAcp *acp, const AgentAcpMessage *request);
} methods[] = {
  { "fs/read_text_file", read_file },
  { "fs/write_text_file", write_file },
  { "session/request_permission", ask_person },
  { "terminal/create", agent_acp_terminal_create },
  { "terminal/kill", agent_acp_terminal_kill },
  { "terminal/output", agent_acp_terminal_output },
  { "terminal/release", agent_acp_terminal_release },
  { "terminal/wait_for_exit", agent_acp_terminal_wait },
};

void
agent_acp_serve (AgentAcp *acp, const AgentAcpMessage *request)
{
  const char *session = cardea_json_get_string (request->params, "sessionId");

  for (gsize i = 0; i < G_N_ELEMENTS (methods); i++)
    {
      if (strcmp (request->method, methods[i].method) != 0)
        continue;
      if (acp->session != NULL && g_strcmp0 (session, acp->session) == 0)
        methods[i].serve (acp, request);
      else
        agent_acp_peer_refuse (acp->peer, request, AGENT_ACP_ERROR_PARAMETERS,
                               "There is no such session.");
      return;
    }
  agent_acp_peer_refuse (acp->peer, request, AGENT_ACP_ERROR_METHOD, "This is not offered.");
}
