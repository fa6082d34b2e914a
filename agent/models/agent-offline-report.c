/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-offline.h"

#include "agent/content/agent-text.h"

#include <string.h>

#define SHOW_NAME 200

/* Would the answer replace what it was made from? A relative path or one below ~ is compared by
 * its end: rather one refusal too many than a file lost. */
static gboolean
is_source (const char *target, const AgentToolResult *result)
{
  g_autofree char *end = target[0] == '~' ? g_strdup (target + 1) : g_strconcat ("/", target, NULL);
  for (guint i = 0; i < result->sources->len; i++)
    if (target[0] == '/' ? strcmp (result->sources->pdata[i], target) == 0
                         : g_str_has_suffix (result->sources->pdata[i], end))
      return TRUE;
  return FALSE;
}

static gboolean
check_target (const char *target, const AgentToolResult *result, GError **error)
{
  g_autofree char *name = g_path_get_basename (target);
  g_autofree char *shown = agent_text_show (name, SHOW_NAME);
  if (is_source (target, result))
    {
      g_set_error (error, AGENT_ERROR, AGENT_ERROR_UNSUITABLE,
                   "%s is what I read for this: please name another file for the answer. Nothing "
                   "was changed.",
                   shown);
      return FALSE;
    }
  if (g_str_has_suffix (target, "/") || !agent_phrase_has_ending (name))
    {
      g_set_error (error, AGENT_ERROR, AGENT_ERROR_AMBIGUOUS,
                   "Is %s a file or a folder? Please name the file with its ending, for example "
                   "summary.md.",
                   shown);
      return FALSE;
    }
  return TRUE;
}

static gboolean
is_table_file (const char *target)
{
  g_autofree char *folded = g_ascii_strdown (target, -1);
  return g_str_has_suffix (folded, ".csv") || g_str_has_suffix (folded, ".tsv");
}

gboolean
agent_offline_give (const AgentOffline *turn, char *taken, const AgentToolResult *result,
                    GError **error)
{
  const char *target = turn->intent->target;
  g_autofree char *answer = taken;
  if (target == NULL)
    return agent_offline_say (turn, g_steal_pointer (&answer));
  if (!check_target (target, result, error))
    return FALSE;

  CardeaJson *arguments = agent_offline_new_arguments ("file", target);
  if (!is_table_file (target))
    agent_offline_set_text (arguments, "text", answer);
  else
    agent_answer_fill_report (turn->intent, result, arguments);
  if (turn->intent->shown)
    agent_offline_say (turn, g_strconcat (answer, "\n", NULL));
  g_autoptr (AgentToolResult) written = agent_offline_run (turn, "report", arguments, error);
  return written != NULL && agent_offline_say (turn, agent_answer_written (written));
}
