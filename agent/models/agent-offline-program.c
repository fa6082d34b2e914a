/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-offline.h"

#include <string.h>

static CardeaJson *
new_list (const GPtrArray *texts, guint from)
{
  CardeaJson *list = cardea_json_new_array ();
  for (guint i = from; i < texts->len; i++)
    cardea_json_append (list, cardea_json_new_string (texts->pdata[i]));
  return list;
}

/* "this file": the one that was added to the chat is the last argument. */
static gboolean
add_designated (const AgentOffline *turn, GPtrArray *command, GPtrArray *files)
{
  guint count = 0;
  const char *only = agent_offline_only_designated (turn, FALSE, &count);
  gboolean meant = files->len == 0 && only != NULL && turn->intent->command->len == 1;
  if (meant)
    {
      g_ptr_array_add (command, (char *) only);
      g_ptr_array_add (files, (char *) only);
    }
  return meant;
}

gboolean
agent_offline_run_program (const AgentOffline *turn, GError **error)
{
  const AgentIntent *intent = turn->intent;
  g_autoptr (GPtrArray) command = g_ptr_array_copy (intent->command, NULL, NULL);
  g_autoptr (GPtrArray) files = g_ptr_array_copy (intent->files, NULL, NULL);
  g_ptr_array_set_free_func (command, NULL);
  g_ptr_array_set_free_func (files, NULL);
  add_designated (turn, command, files);

  CardeaJson *arguments = agent_offline_new_arguments ("program", command->pdata[0]);
  if (command->len > 1)
    cardea_json_set (arguments, "arguments", new_list (command, 1));
  if (files->len > 0)
    cardea_json_set (arguments, "files", new_list (files, 0));
  g_autoptr (AgentToolResult) result = agent_offline_run (turn, "run", arguments, error);
  return result != NULL
         && agent_offline_say (turn, agent_answer_program (command->pdata[0], result));
}
