/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-offline.h"

#include <string.h>

gboolean
agent_offline_fetch (const AgentOffline *turn, GError **error)
{
  g_autoptr (AgentToolResult) result = agent_offline_run (
      turn, "fetch", agent_offline_new_arguments ("url", turn->intent->url), error);
  return result != NULL && agent_offline_say (turn, agent_answer_page (result));
}

/* "to ~/Downloads" names a folder, "to ~/Downloads/a.pdf" a file. */
gboolean
agent_offline_download (const AgentOffline *turn, GError **error)
{
  const char *target = turn->intent->target;
  CardeaJson *arguments = agent_offline_new_arguments ("url", turn->intent->url);

  if (target != NULL)
    {
      gboolean file = agent_phrase_has_ending (target) || g_str_has_suffix (target, "/");
      g_autofree char *path = g_strconcat (target, file ? "" : "/", NULL);
      cardea_json_set_string (arguments, "file", path);
    }
  g_autoptr (AgentToolResult) result = agent_offline_run (turn, "download", arguments, error);
  return result != NULL && agent_offline_say (turn, agent_answer_written (result));
}

gboolean
agent_offline_paste (const AgentOffline *turn, GError **error)
{
  g_autoptr (AgentToolResult) result
      = agent_offline_run (turn, "clipboard-read", cardea_json_new_object (), error);
  return result != NULL && agent_offline_say (turn, agent_answer_text (result));
}

gboolean
agent_offline_copy (const AgentOffline *turn, GError **error)
{
  g_autoptr (AgentToolResult) result = agent_offline_run (
      turn, "clipboard-write", agent_offline_new_arguments ("text", turn->intent->text), error);
  return result != NULL && agent_offline_say (turn, g_strdup ("It is in your clipboard.\n"));
}
