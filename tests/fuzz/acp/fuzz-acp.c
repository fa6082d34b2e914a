/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/acp/agent-acp.h"
#include "agent/content/agent-error.h"
#include "tests/fuzz/fuzz.h"

#include <fcntl.h>
#include <glib-unix.h>
#include <string.h>
#include <unistd.h>

/* What a foreign agent says after a prompt, byte for byte. Whatever it is, the turn ends, all that
 * is shown is text, and nothing but the two tools for files and what it names as a command is ever
 * run. */

#define SIZE_MAX_PIPE 60000u

static const char beginning[]
    = "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{\"protocolVersion\":1}}\n"
      "{\"jsonrpc\":\"2.0\",\"id\":2,\"result\":{\"sessionId\":\"s\"}}\n";

static void
say_cb (const char *markdown, gpointer user_data)
{
  FUZZ_CHECK (g_utf8_validate (markdown, -1, NULL));
}

static AgentToolResult *
run_cb (const char *tool, CardeaJson *taken, gpointer user_data, GError **error)
{
  g_autoptr (CardeaJson) arguments = taken;

  FUZZ_CHECK (g_str_equal (tool, "read") || g_str_equal (tool, "write"));
  FUZZ_CHECK (cardea_json_get_string (arguments, "file") != NULL);
  g_set_error_literal (error, AGENT_ERROR, AGENT_ERROR_REFUSED, "No.");
  return NULL;
}

static void
step_cb (const AgentModelStep *step, gpointer user_data)
{
  FUZZ_CHECK (g_utf8_validate (step->title, -1, NULL));
  FUZZ_CHECK (step->detail == NULL || g_utf8_validate (step->detail, -1, NULL));
}

static gboolean
permit_cb (const AgentModelStep *step, gpointer user_data, GError **error)
{
  g_set_error_literal (error, AGENT_ERROR, AGENT_ERROR_REFUSED, "No.");
  return FALSE;
}

static AgentTerminal *
terminal_cb (const AgentProgramTerms *terms, gsize limit, gpointer user_data, GError **error)
{
  FUZZ_CHECK (terms->arguments[0] != NULL && terms->arguments[0][0] != '\0');
  FUZZ_CHECK (terms->folder[0] == '/' && limit <= AGENT_TERMINAL_OUTPUT_MAX);
  for (guint i = 0; terms->variables[i] != NULL; i++)
    FUZZ_CHECK (strchr (terms->variables[i], '=') > terms->variables[i]);
  g_set_error_literal (error, AGENT_ERROR, AGENT_ERROR_REFUSED, "No.");
  return NULL;
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  int from[2];
  g_autoptr (GPtrArray) designated = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;
  const AgentModelRequest request = { "x", designated, NULL };
  const AgentModelHost host = { say_cb, say_cb, run_cb, step_cb, permit_cb, terminal_cb, NULL };

  if (size > SIZE_MAX_PIPE)
    return 0;
  FUZZ_CHECK (g_unix_open_pipe (from, FD_CLOEXEC, NULL));
  FUZZ_CHECK (write (from[1], beginning, strlen (beginning)) == (ssize_t) strlen (beginning));
  FUZZ_CHECK (write (from[1], data, size) == (ssize_t) size);
  close (from[1]);
  g_autoptr (AgentModel) model
      = agent_acp_new ("agent", "/", from[0], open ("/dev/null", O_WRONLY | O_CLOEXEC));
  gboolean done = agent_model_answer (model, &request, &host, &error);
  FUZZ_CHECK (done == (error == NULL));
  return 0;
}
