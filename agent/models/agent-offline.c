/* SPDX-FileCopyrightText: The Cardea contributors
 * SPDX-License-Identifier: GPL-3.0-or-later */

#include "agent/models/agent-offline.h"

#include <string.h>

gboolean
agent_offline_set_ambiguous (const char *what, GError **error)
{
  g_set_error_literal (error, AGENT_ERROR, AGENT_ERROR_AMBIGUOUS, what);
  return FALSE;
}

/* The only designated one of its kind; NULL when there is none or there are several. */
const char *
agent_offline_only_designated (const AgentOffline *turn, gboolean folder, guint *ret_count)
{
  const char *found = NULL;
  *ret_count = 0;
  for (guint i = 0; i < turn->request->designated->len; i++)
    {
      const AgentDesignated *one = turn->request->designated->pdata[i];
      if (one->folder != folder)
        continue;
      found = one->path;
      (*ret_count)++;
    }
  return *ret_count == 1 ? found : NULL;
}

/* The files a request names, else the designated one. at_most: more are refused. */
GPtrArray *
agent_offline_find_files (const AgentOffline *turn, guint at_most, GError **error)
{
  g_autoptr (GPtrArray) files = g_ptr_array_new ();
  guint count;
  for (guint i = 0; i < turn->intent->files->len; i++)
    g_ptr_array_add (files, turn->intent->files->pdata[i]);
  if (files->len == 0)
    {
      const char *only = agent_offline_only_designated (turn, FALSE, &count);
      if (only == NULL)
        {
          agent_offline_set_ambiguous (
              count == 0 ? "Which file? Name it in your request, or add it to the chat."
                         : "Which of the files? Please name it in your request.",
              error);
          return NULL;
        }
      g_ptr_array_add (files, (char *) only);
    }
  if (files->len > at_most)
    {
      agent_offline_set_ambiguous (at_most == 1 ? "Please ask about one file at a time."
                                                : "These are more files than I take at once.",
                                   error);
      return NULL;
    }
  return g_steal_pointer (&files);
}

const char *
agent_offline_find_folder (const AgentOffline *turn, GError **error)
{
  guint count;
  const char *folder = turn->intent->folder != NULL && turn->intent->folder[0] != '\0'
                           ? turn->intent->folder
                           : agent_offline_only_designated (turn, TRUE, &count);
  if (folder == NULL)
    agent_offline_set_ambiguous ("Which folder? Name it in your request, for example ~/Documents.",
                                 error);
  return folder;
}

CardeaJson *
agent_offline_new_arguments (const char *name, const char *value)
{
  CardeaJson *arguments = cardea_json_new_object ();
  cardea_json_set_string (arguments, name, value);
  return arguments;
}

void
agent_offline_set_text (CardeaJson *arguments, const char *name, const char *value)
{
  if (value != NULL && value[0] != '\0')
    cardea_json_set_string (arguments, name, value);
}

void
agent_offline_set_number (CardeaJson *arguments, const char *name, gint64 value)
{
  if (value > 0)
    cardea_json_set_int (arguments, name, value);
}

AgentToolResult *
agent_offline_run (const AgentOffline *turn, const char *tool, CardeaJson *arguments,
                   GError **error)
{
  return turn->host->run (tool, arguments, turn->host->user_data, error);
}

gboolean
agent_offline_say (const AgentOffline *turn, char *answer)
{
  turn->host->say (answer, turn->host->user_data);
  g_free (answer);
  return TRUE;
}
