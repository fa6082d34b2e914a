/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

/* Trusts: nothing the agent says; the guardian judges the program, its variables and its files.
 * Refuses: too many, and what is no command. Known gaps: a terminal has no input and no size, as
 * the protocol knows none; what it changes elsewhere than in a shared folder is gone at its end. */

#include "agent/acp/agent-acp-terminal.h"

#include "agent/content/agent-error.h"

#include <signal.h>
#include <string.h>

#define SHELL "/bin/sh"
#define NO_SUCH "There is no such terminal."
#define NO_COMMAND "This is no command that can be run."

typedef struct {
  AgentAcp *acp;
  AgentTerminal *running;
  GPtrArray *waits; /* AgentAcpMessage */
} Terminal;

static void
terminal_free (gpointer data)
{
  Terminal *terminal = data;

  agent_terminal_free (terminal->running);
  g_ptr_array_unref (terminal->waits);
  g_free (terminal);
}

GHashTable *
agent_acp_terminals_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, terminal_free);
}

void
agent_acp_terminals_kill (AgentAcp *acp)
{
  GHashTableIter iter;
  gpointer data;

  g_hash_table_iter_init (&iter, acp->terminals);
  while (g_hash_table_iter_next (&iter, NULL, &data))
    agent_terminal_kill (((Terminal *) data)->running);
}

static void
refuse (AgentAcp *acp, const AgentAcpMessage *request, const char *why)
{
  agent_acp_peer_refuse (acp->peer, request, AGENT_ACP_ERROR_PARAMETERS, why);
}

/* --- what is to be run --- */

typedef struct {
  GPtrArray *arguments, *variables, *readable, *writable;
} Lists;

static void
lists_clear (Lists *lists)
{
  g_clear_pointer (&lists->arguments, g_ptr_array_unref);
  g_clear_pointer (&lists->variables, g_ptr_array_unref);
  g_clear_pointer (&lists->readable, g_ptr_array_unref);
  g_clear_pointer (&lists->writable, g_ptr_array_unref);
}
G_DEFINE_AUTO_CLEANUP_CLEAR_FUNC (Lists, lists_clear)

static void
add (GPtrArray *list, const char *text)
{
  g_ptr_array_add (list, g_strdup (text));
}

/* Agents give a whole line as the command when they mean a shell to read it. */
static gboolean
is_line (const char *command, guint n_arguments)
{
  return n_arguments == 0 && strpbrk (command, " \t\n|&;<>()$`\\\"'*?[#~=%{") != NULL;
}

static gboolean
take_command (Lists *lists, const CardeaJson *params)
{
  const char *command = cardea_json_get_string (params, "command");
  const CardeaJson *given = cardea_json_get (params, "args");
  guint count = cardea_json_size (given);

  if (command == NULL || *command == '\0' || count > AGENT_ACP_TERMINAL_ARGUMENTS)
    return FALSE;
  if (is_line (command, count))
    {
      add (lists->arguments, SHELL);
      add (lists->arguments, "-c");
    }
  add (lists->arguments, command);
  for (guint i = 0; i < count; i++)
    {
      const char *text = cardea_json_string (cardea_json_nth (given, i));
      if (text == NULL)
        return FALSE;
      add (lists->arguments, text);
    }
  return TRUE;
}

static gboolean
take_variables (Lists *lists, const CardeaJson *given)
{
  if (cardea_json_size (given) > AGENT_ACP_TERMINAL_VARIABLES)
    return FALSE;
  for (guint i = 0; i < cardea_json_size (given); i++)
    {
      const char *name = cardea_json_get_string (cardea_json_nth (given, i), "name");
      const char *value = cardea_json_get_string (cardea_json_nth (given, i), "value");
      if (name == NULL || value == NULL || *name == '\0' || strchr (name, '=') != NULL)
        return FALSE;
      g_ptr_array_add (lists->variables, g_strconcat (name, "=", value, NULL));
    }
  return TRUE;
}

/* What was shared with the conversation is what a program of it sees. */
static void
take_shares (Lists *lists, const GPtrArray *designated)
{
  for (guint i = 0; i < designated->len; i++)
    {
      const AgentDesignated *one = designated->pdata[i];
      add (one->writable ? lists->writable : lists->readable, one->path);
    }
}

static gboolean
take_all (Lists *lists, const AgentAcp *acp, const CardeaJson *params)
{
  GPtrArray **const all[]
      = { &lists->arguments, &lists->variables, &lists->readable, &lists->writable };

  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    *all[i] = g_ptr_array_new_with_free_func (g_free);
  if (!take_command (lists, params) || !take_variables (lists, cardea_json_get (params, "env")))
    return FALSE;
  take_shares (lists, acp->request->designated);
  for (guint i = 0; i < G_N_ELEMENTS (all); i++)
    g_ptr_array_add (*all[i], NULL);
  return TRUE;
}

/* --- its end --- */

static CardeaJson *
new_status (const AgentTerminal *running)
{
  CardeaJson *status = cardea_json_new_object ();
  const char *name
      = agent_terminal_signal (running) > 0 ? sigabbrev_np (agent_terminal_signal (running)) : NULL;
  g_autofree char *whole = name != NULL ? g_strconcat ("SIG", name, NULL) : NULL;

  if (agent_terminal_status (running) >= 0)
    cardea_json_set_int (status, "exitCode", agent_terminal_status (running));
  else
    cardea_json_set_string (status, "signal", whole != NULL ? whole : "SIGKILL");
  return status;
}

static void
settle (Terminal *terminal)
{
  for (guint i = 0; i < terminal->waits->len; i++)
    agent_acp_peer_reply (terminal->acp->peer, terminal->waits->pdata[i],
                          new_status (terminal->running));
  g_ptr_array_set_size (terminal->waits, 0);
}

static void
ended_cb (AgentTerminal *running, gpointer user_data)
{
  settle (user_data);
}

/* --- the five methods --- */

static gsize
output_limit (const CardeaJson *params)
{
  gint64 limit = 0;

  return cardea_json_get_int (params, "outputByteLimit", &limit)
             ? (gsize) CLAMP (limit, 0, AGENT_TERMINAL_OUTPUT_MAX)
             : AGENT_ACP_TERMINAL_OUTPUT;
}

static void
enter (AgentAcp *acp, const AgentAcpMessage *request, AgentTerminal *running)
{
  Terminal *terminal = g_new0 (Terminal, 1);
  char *id = g_strdup_printf ("terminal-%u", ++acp->next_terminal);
  CardeaJson *answer = cardea_json_new_object ();

  terminal->acp = acp;
  terminal->running = running;
  terminal->waits = g_ptr_array_new_with_free_func ((GDestroyNotify) agent_acp_message_free);
  agent_terminal_watch (running, ended_cb, terminal);
  g_hash_table_insert (acp->terminals, id, terminal);
  cardea_json_set_string (answer, "terminalId", id);
  agent_acp_peer_reply (acp->peer, request, answer);
}

void
agent_acp_terminal_create (AgentAcp *acp, const AgentAcpMessage *request)
{
  g_auto (Lists) lists = { 0 };
  g_autoptr (GError) error = NULL;
  const char *folder = cardea_json_get_string (request->params, "cwd");

  if (acp->host->terminal == NULL)
    {
      agent_acp_peer_refuse (acp->peer, request, AGENT_ACP_ERROR_METHOD, "This is not offered.");
      return;
    }
  if (g_hash_table_size (acp->terminals) >= AGENT_ACP_TERMINALS_MAX)
    {
      refuse (acp, request, "There are too many terminals: release some.");
      return;
    }
  if (acp->stopped || !take_all (&lists, acp, request->params)
      || (folder != NULL && folder[0] != '/'))
    {
      refuse (acp, request, NO_COMMAND);
      return;
    }
  const AgentProgramTerms terms = {
    .arguments = (const char *const *) lists.arguments->pdata,
    .variables = (const char *const *) lists.variables->pdata,
    .readable = (const char *const *) lists.readable->pdata,
    .writable = (const char *const *) lists.writable->pdata,
    .folder = folder != NULL ? folder : acp->folder,
    .seconds = AGENT_TERMINAL_SECONDS,
    .network = TRUE,
  };
  AgentTerminal *running
      = acp->host->terminal (&terms, output_limit (request->params), acp->host->user_data, &error);
  if (running != NULL)
    enter (acp, request, running);
  else
    agent_acp_peer_refuse (acp->peer, request, AGENT_ACP_ERROR_INTERNAL, error->message);
}

/* NULL: refused. */
static Terminal *
find (AgentAcp *acp, const AgentAcpMessage *request)
{
  const char *id = cardea_json_get_string (request->params, "terminalId");
  Terminal *terminal = id != NULL ? g_hash_table_lookup (acp->terminals, id) : NULL;

  if (terminal == NULL)
    refuse (acp, request, NO_SUCH);
  return terminal;
}

void
agent_acp_terminal_output (AgentAcp *acp, const AgentAcpMessage *request)
{
  const Terminal *terminal = find (acp, request);
  gboolean cut = FALSE;

  if (terminal == NULL)
    return;
  CardeaJson *answer = cardea_json_new_object ();
  g_autofree char *output = agent_terminal_output (terminal->running, &cut);
  cardea_json_set_string (answer, "output", output);
  cardea_json_set_boolean (answer, "truncated", cut);
  if (agent_terminal_has_ended (terminal->running))
    cardea_json_set (answer, "exitStatus", new_status (terminal->running));
  agent_acp_peer_reply (acp->peer, request, answer);
}

void
agent_acp_terminal_wait (AgentAcp *acp, const AgentAcpMessage *request)
{
  Terminal *terminal = find (acp, request);

  if (terminal == NULL)
    return;
  if (terminal->waits->len >= AGENT_ACP_TERMINAL_WAITS)
    {
      refuse (acp, request, "It is waited for too often.");
      return;
    }
  g_ptr_array_add (terminal->waits, agent_acp_message_copy (request));
  if (agent_terminal_has_ended (terminal->running))
    settle (terminal);
}

void
agent_acp_terminal_kill (AgentAcp *acp, const AgentAcpMessage *request)
{
  Terminal *terminal = find (acp, request);

  if (terminal == NULL)
    return;
  agent_terminal_kill (terminal->running);
  agent_acp_peer_reply (acp->peer, request, cardea_json_new_object ());
}

/* Who still waits for it is told that it was ended. */
void
agent_acp_terminal_release (AgentAcp *acp, const AgentAcpMessage *request)
{
  Terminal *terminal = find (acp, request);

  if (terminal == NULL)
    return;
  settle (terminal);
  g_hash_table_remove (acp->terminals, cardea_json_get_string (request->params, "terminalId"));
  agent_acp_peer_reply (acp->peer, request, cardea_json_new_object ());
}
